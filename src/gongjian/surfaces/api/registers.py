"""The operations of one register for programs; derived from its declaration, calling the same acts as the pages."""

from ninja import Router

from gongjian.kernel.registers.declare import Register
from gongjian.surfaces.api.bulk import in_bulk
from gongjian.surfaces.api.reading import reading
from gongjian.surfaces.api.shapes import row_out, values_in
from gongjian.surfaces.api.writing import writing


def router_of(register: Register) -> Router:
    """The operations of one register."""
    router = Router(tags=[register.label])
    row, values = row_out(register), values_in(register)
    reading(router, register, row)
    writing(router, register, row, values)
    in_bulk(router, register, values)
    return router
