"""What every operation on a register shares: its refusals, the number of a row, the purpose, no unknown condition."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query
from pydantic import BaseModel

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.masking import Sight
from gongjian.surfaces.api.faults import Refused
from gongjian.surfaces.api.security import purpose_of
from gongjian.surfaces.api.shapes import NO_NUL

PURPOSE = Annotated[str, Query(max_length=200, pattern=NO_NUL, description="敏感台账须写明查阅用途,记入办理记录")]
NUMBER = Path(..., ge=1, le=2**63 - 1)
REFUSALS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422), Refused)
"""The answers to a request that is refused; 405 is the address's own and stands in no description."""


def operation(
    method: Callable[..., Any], path: str, register: Register, what: str, shape: Any, *, status: int = 200
) -> Callable[[Any], Any]:
    """Declare a function as one operation of the register, with its address, its shape and its refusals."""

    def declared(function: Any) -> Any:
        name = f"{register.name.replace('-', '_')}_{function.__name__}"
        answers = {status: shape, **REFUSALS}
        said = f"{what}:{register.label}"
        return method(path, response=answers, operation_id=name, summary=said)(no_unknown(function))

    return declared


def no_unknown(function: Any) -> Any:
    """Refuse a condition that the operation does not know: passed over, it would answer what was not asked for."""
    known = sorted(_conditions(function))

    @wraps(function)
    def strict(request: HttpRequest, **given: Any) -> Any:
        if wrong := [name for name in request.GET if name not in known]:
            cause = f"没有名为“{'、'.join(wrong)[:80]}”的条件"
            raise Refusal("query.unknown", cause, f"可用的有:{'、'.join(known)}" if known else "请去掉地址里的条件")
        return function(request, **given)

    return strict


def sight_of(register: Register, by: Officer, purpose: str, what: str) -> Sight:
    """What the caller sees of the register; refused for a sensitive one without a purpose."""
    stated = purpose_of(register=register, by=by, text=purpose, what=what)
    return Sight(register=register, by=by, purpose=stated)


def _conditions(function: Any) -> set[str]:
    """The names that an operation takes in its address after the question mark."""
    found: set[str] = set()
    for name, taken in inspect.signature(function).parameters.items():
        kind = taken.annotation
        shape = getattr(kind, "__origin__", kind)
        if name == "asked":
            found |= {field.alias or one for one, field in shape.model_fields.items()}
        elif name not in ("request", "number") and not (inspect.isclass(shape) and issubclass(shape, BaseModel)):
            found.add(name)
    return found
