"""A row of another unit, in a register that shows each unit its own, is neither named nor pointed at through a relation."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.conformance.doors import WHY, Door, form, opened, typed
from tests.conformance.examples import Examples
from tests.surfaces.api.program import Program

from gongjian.kernel.registers.declare import REGISTERS, registers
from gongjian.kernel.registers.values import lookups

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

POINTING = [
    (register.name, field.name)
    for register in registers()
    for field in register.fields
    if field.is_relation and getattr(getattr(field.related_model, "register", None), "scope", "") == "unit"
]
HIDDEN = "季禾甲"


@pytest.mark.parametrize(("name", "points"), POINTING)
def test_a_row_of_another_unit_is_not_named_through_a_relation(
    cast: Cast, examples: Examples, door: Door, name: str, points: str
) -> None:
    register = REGISTERS[name]
    field = register.field(points)
    leads = lookups(field.related_model)[-1]
    hidden = examples.row(field.related_model.register, 1, **{leads: HIDDEN}, unit=cast.science)
    values = examples.values(register, 1, **{points: hidden}, unit=cast.trade)
    client = opened(door, register, cast.trade_clerk)
    why = {"purpose": WHY} if register.sensitive else {}
    rows = register.model._default_manager

    listed = client.get(f"/registers/{name}/", {points: str(hidden.pk)}).content.decode()
    assert HIDDEN not in listed, "the condition of a list"
    fresh = client.get(f"/registers/{name}/new/", {points: str(hidden.pk)}).content.decode()
    assert HIDDEN not in fresh, "what a new form starts with"
    sent = client.post(f"/registers/{name}/new/", form(register, values))
    assert (sent.status_code, rows.count()) == (422, 0), "a form"
    program = Program(cast.trade_clerk)
    line = {
        f.name: typed(f, values[f.name]) or None
        for f in register.fields
        if f.name in (*register.key, points) or not (f.null or f.blank or f.has_default())
    } | {"unit": str(cast.trade)}
    for said in (hidden.pk, line[points]):
        body = {"values": line | {points: said}}
        status, told = program.post(f"/registers/{name}", body, **why)
        assert (status, rows.count()) == (422, 0), f"one row for a program: {told}"
        status, told = program.post(f"/registers/{name}/bulk", {"rows": [line | {points: said}]}, **why)
        assert (status, rows.count()) == (422, 0), f"rows for a program: {told}"
        assert HIDDEN not in str(told).replace(line[points], "")
    sheet = _sheet({str(register.field(one).verbose_name): line[one] for one in line})
    sent = client.post(f"/registers/{name}/import/", {"file": SimpleUploadedFile("表.xlsx", sheet)}, follow=True)
    assert "新增 1" not in sent.content.decode() and "不在您可以查看的范围" in sent.content.decode(), "a sheet"

    kept = examples.row(register, 1, **{points: hidden}, unit=cast.trade)
    text = next(f.name for f in register.fields if f.name not in register.key and type(f).__name__ == "CharField")
    body = {"values": {points: hidden.pk, text: "甲"}, "revision": 1}
    status, told = program.patch(f"/registers/{name}/{kept.pk}", body, **why)
    assert status == 200, f"who pointed there before is not asked again: {told}"


def _sheet(line: dict[str, Any]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(line))
    book.active.append([str(one) for one in line.values()])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(("name", "points"), POINTING)
def test_merging_tells_nothing_of_what_another_unit_holds(
    cast: Cast, examples: Examples, door: Door, name: str, points: str
) -> None:
    register = REGISTERS[name]
    above = register.field(points).related_model.register
    text = next(f.name for f in register.fields if f.name not in register.key and type(f).__name__ == "CharField")
    keep, drop = (examples.row(above, n, unit=cast.trade) for n in (1, 2))
    same = {one: examples.values(register, 1)[one] for one in register.key if one != points}
    for n, row, said in ((3, keep, HIDDEN), (4, drop, f"{HIDDEN}乙")):
        examples.row(register, n, **same, **{points: row, text: said}, unit=cast.science)
    address = f"/registers/{above.name}/merge/?keep={keep.pk}&drop={drop.pk}"
    for officer, is_told in ((cast.trade_clerk, False), (cast.supervisor, True)):
        client = opened(door, register, officer)
        client.post(f"/registers/{above.name}/purpose/", {"purpose": WHY})
        answer = client.get(address)
        assert (answer.status_code, HIDDEN in answer.content.decode()) == (200, is_told), officer.role
