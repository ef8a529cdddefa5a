"""Programs write one row of a register: enter it, change it, move it to a stage."""

# mypy: disable-error-code="valid-type,attr-defined,call-overload"
# The shapes are made from the register when it is first called; a checker cannot know them.

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field, create_model

from gongjian.kernel import clock
from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, actions, query
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.values import parse_row
from gongjian.surfaces.api.faults import RefusedRows, fault_of
from gongjian.surfaces.api.operations import NUMBER, PURPOSE, operation, sight_of
from gongjian.surfaces.api.security import caller
from gongjian.surfaces.api.shapes import NO_NUL, Day, Strict, told
from gongjian.surfaces.web.page import today


def writing(router: Router, register: Register, Row: type[Schema], Values: type[Schema]) -> None:  # noqa: N803
    """Add the operations that write one row; `Values` is the shape of what a body states."""
    stages = tuple(stage.key for stage in register.stages)
    first = {"stage": (Literal[stages] | None, None), "happened_on": (Day | None, None)} if stages else {}
    New = create_model(f"New{Row.__name__}", __base__=Strict, values=(Values, ...), **first)  # noqa: N806
    Change = create_model(  # noqa: N806
        f"{Row.__name__}Change",
        __base__=Strict,
        values=(Values, ...),
        revision=(int, Field(..., ge=1, le=2**31 - 1, description="读取时的修订号;此后有人改过则不予修改")),
        reason=(Annotated[str, Field(max_length=100, pattern=NO_NUL)], ""),
    )

    @operation(router.post, "", register, "新增一行", Row, status=201)
    def create(request: HttpRequest, body: New, purpose: PURPOSE = "") -> Any:
        """登记一行;关键字已有的不予登记。有阶段的台账可写明起始阶段和到达日期。"""
        by = caller(request, scope="write", register=register)
        access.require_role(register=register, by=by, verb="register.write")
        sight = sight_of(register, by, purpose, "新增")
        values = parsed(register, by, body.values)
        stage, on = getattr(body, "stage", None), getattr(body, "happened_on", None)
        if stage and register.stage_field is not None:
            values[register.stage_field.name] = stage
        made = actions.create(register=register, values=values, by=by, at=clock.now(), today=today(), happened_on=on)
        return Status(201, told(sight=sight, row=made))

    @operation(router.patch, "/{int:number}", register, "修改一行", Row)
    def change(request: HttpRequest, number: Annotated[int, NUMBER], body: Change, purpose: PURPOSE = "") -> Any:
        """只改写明的栏目,写 null 的清空;与表单同样校验。"""
        by = caller(request, scope="write", register=register)
        sight = sight_of(register, by, purpose, f"第{number}号记录")
        found = query.entry(register=register, by=by, pk=number, purpose=sight.purpose)
        values = parsed(register, by, body.values)
        actions.change(entry=found, values=values, revision=body.revision, by=by, at=clock.now(), reason=body.reason)
        return told(sight=sight, row=found)

    if stages:

        class Move(Strict):
            stage: Literal[stages]
            happened_on: Day
            note: Annotated[str, Field(max_length=300, pattern=NO_NUL)] = ""

        Move.__name__ = Move.__qualname__ = f"{Row.__name__}Move"

        @operation(router.post, "/{int:number}/moves", register, "推进阶段", Row, status=201)
        def move(request: HttpRequest, number: Annotated[int, NUMBER], body: Move, purpose: PURPOSE = "") -> Any:
            """登记这一行在某日进入某阶段。"""
            by = caller(request, scope="write", register=register)
            sight = sight_of(register, by, purpose, f"第{number}号记录")
            found = query.entry(register=register, by=by, pk=number, purpose=sight.purpose)
            actions.move(
                entry=found,
                stage=body.stage,
                happened_on=body.happened_on,
                by=by,
                at=clock.now(),
                today=today(),
                note=body.note,
            )
            return Status(201, told(sight=sight, row=found))


def parsed(register: Register, by: Officer, values: Schema) -> dict[str, Any]:
    """The body's values as the fields store them; relations by name, key or number."""
    raw: dict[str, object] = {}
    for name, value in values.model_dump(exclude_unset=True).items():
        field = register.field(name)
        raw[name] = _target(field, by, value) if field.is_relation and isinstance(value, int) else value
    found, faults = parse_row(register=register, raw=raw)
    if faults:
        raise RefusedRows(faults[0], [fault_of(fault) for fault in faults])
    return found


def _target(field: Any, by: Officer, number: int) -> Any:
    found = field.related_model._default_manager.filter(pk=number).first() if 0 < number < 2**63 else None
    if found is None:
        what = str(field.verbose_name)
        raise Refusal("value.unknown_relation", f"没有编号为 {number} 的{what}", "请核对编号", place=Place(column=what))
    return found
