"""Programs write many rows of a register at once: all of them or none, tried first where that is asked for."""

# mypy: disable-error-code="valid-type,attr-defined,call-overload"
# The shapes are made from the register when it is first called; a checker cannot know them.

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field, create_model

from gongjian.kernel import clock
from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.take import ROW_KEY, Cells, judge
from gongjian.surfaces.api.faults import RefusedRows, fault_of
from gongjian.surfaces.api.operations import PURPOSE, operation
from gongjian.surfaces.api.security import caller, purpose_of
from gongjian.surfaces.api.shapes import MOST_ROWS, NO_NUL, Strict
from gongjian.surfaces.web.page import today


class Judgement(Schema):
    """What became of a bulk request's rows; `batch` is there when they were written."""

    counts: dict[str, int]
    digest: str
    batch: int | None = None
    changes: dict[int, dict[str, tuple[str, str]]] = Field(description="行号: {栏目: [原值, 新值]},最多 200 行")
    warnings: dict[int, list[str]]


def in_bulk(router: Router, register: Register, Values: type[Schema]) -> None:  # noqa: N803
    """Add the operation that writes many rows; `Values` is the shape of one."""
    Line = create_model(  # noqa: N806
        f"{Values.__name__}Line",
        __base__=Values,
        id=(int | None, Field(None, ge=1, le=2**63 - 1, description="改已有的一行时写明,同时写明 revision")),
        revision=(int | None, Field(None, ge=1, le=2**31 - 1)),
    )

    class Lines(Strict):
        rows: Annotated[list[Line], Field(min_length=1, max_length=MOST_ROWS)]
        dry_run: bool = False
        digest: Annotated[str, Field(max_length=64)] = ""
        reason: Annotated[str, Field(max_length=100, pattern=NO_NUL)] = ""

    Lines.__name__ = Lines.__qualname__ = f"{Values.__name__}Lines"

    @operation(router.post, "/bulk", register, "批量写入", Judgement)
    def bulk(request: HttpRequest, body: Lines, purpose: PURPOSE = "") -> Any:
        """按关键字(或 id)新增或修改多行,全部通过才一次写入;dry_run 只校验。各行须写明相同的栏目。"""
        by = caller(request, scope="bulk", register=register)
        access.require_role(register=register, by=by, verb="register.import")
        if purpose_of(register=register, by=by, text=purpose, what="批量写入") is None and register.sensitive:
            raise access.NoPurpose(register)  # the answer shows what the rows hold now
        lines = [line.model_dump(exclude_unset=True) for line in body.rows]
        taking = judge(register=register, cells=_cells(register, lines), by=by, today=today())
        refused = taking.rows_of("refused")
        if refused:
            faults = [fault_of(fault) for row in refused for fault in row.faults]
            cause = f"{len(body.rows)}行中有{len(refused)}行不合要求,一行也没有写入"
            raise RefusedRows(Refusal("bulk.refused", cause, "请按各行的说明改正后重新提交"), faults)
        if body.digest and body.digest != taking.digest:
            raise Refusal("take.stale", "台账在试运行之后有变化", "请重新试运行,核对后再写入")
        batch = None
        if not body.dry_run:
            written = taking.write(by=by, at=clock.now(), kind=Batch.Kind.PROGRAM, reason=body.reason)
            batch = written.pk
        changed = taking.rows_of("changed", most=200)
        warned = [row for verdict in ("new", "changed") for row in taking.rows_of(verdict) if row.warnings]
        return {
            "counts": taking.counts(),
            "digest": taking.digest,
            "batch": batch,
            "changes": {row.number: row.diff for row in changed},
            "warnings": {row.number: row.warnings for row in warned[:200]},
        }


def _cells(register: Register, lines: list[dict[str, Any]]) -> Cells:
    """The lines column by column; refused unless every line states the same columns."""
    names = [name for name in lines[0] if name not in ("id", "revision")]
    for number, line in enumerate(lines, 1):
        if {name for name in line if name not in ("id", "revision")} != set(names):
            cause = f"第{number}行写明的栏目与第1行不同"
            raise Refusal("bulk.columns", cause, "请让每一行写明相同的栏目,没有内容的写 null", place=Place(row=number))
        if (line.get("id") is None) != (line.get("revision") is None):
            raise Refusal(
                "bulk.row_key", f"第{number}行的 id 和 revision 须同时写明", "请补上", place=Place(row=number)
            )
    columns = {name: _pointed(register.field(name), [line[name] for line in lines]) for name in names}
    if any(line.get("id") is not None for line in lines):
        columns[ROW_KEY] = [
            None if line.get("id") is None else f"{register.name}/{line['id']}/{line['revision']}" for line in lines
        ]
    return Cells(numbers=range(1, len(lines) + 1), columns=columns)


def _pointed(field: Any, values: list[Any]) -> list[object]:
    """A column's values; the rows that a relation names by number, as one row's operations take them."""
    numbers = {value for value in values if type(value) is int} if field.is_relation else set()
    rows = field.related_model._default_manager.in_bulk([n for n in numbers if 0 < n < 2**63]) if numbers else {}
    for place, value in enumerate(values, 1):
        if value in numbers and value not in rows:
            what = str(field.verbose_name)
            where = Place(row=place, column=what)
            raise Refusal("value.unknown_relation", f"没有编号为 {value} 的{what}", "请核对编号", place=where)
    return [rows.get(value, value) for value in values] if numbers else values
