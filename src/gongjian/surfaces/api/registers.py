"""The operations of one register for programs; derived from its declaration, calling the same acts as the pages."""

# mypy: disable-error-code="valid-type,attr-defined,call-overload"
# The shapes are made from the register when it is first called; a checker cannot know them.

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema, Status
from pydantic import ConfigDict, Field, create_model

from gongjian.kernel import clock
from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, actions, query
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.history import timeline
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.query import Ask
from gongjian.kernel.registers.take import ROW_KEY, Cells, judge
from gongjian.kernel.registers.values import parse_row
from gongjian.surfaces.api.faults import Refused, fault_of
from gongjian.surfaces.api.security import caller, purpose_of
from gongjian.surfaces.api.shapes import (
    MOST_ROWS,
    Counted,
    Described,
    Event,
    Strict,
    described,
    row_out,
    told,
    values_in,
)
from gongjian.surfaces.web.page import today

PURPOSE = Annotated[str, Query(max_length=200, description="敏感台账须写明查阅用途,记入办理记录")]
NUMBER = Path(..., ge=1, le=2**63 - 1)
REFUSALS = frozenset({400, 401, 403, 404, 409, 422})


def router_of(register: Register) -> Router:
    """The operations of one register."""
    router = Router(tags=[register.label])
    _reading(router, register)
    _writing(router, register)
    _in_bulk(router, register)
    return router


def _reading(router: Router, register: Register) -> None:
    Row = row_out(register)  # noqa: N806
    Listed = create_model(  # noqa: N806
        f"{Row.__name__}s", __base__=Schema, rows=(list[Row], ...), after=(str, ""), count=(Counted | None, None)
    )
    Asked = _asked(register)  # noqa: N806

    @_operation(router.get, "", register, "列出", Listed)
    def rows(request: HttpRequest, asked: Annotated[Asked, Query(...)]) -> Any:
        """符合条件的行,按登记的顺序分页:把回答中的 after 原样带上即得下一页。"""
        by = caller(request, scope="read", register=register)
        _known(request, Asked)
        sight = _sight(register, by, asked.purpose, "列表")
        ask = _ask(register, by, asked, sight.purpose)
        cut = query.cut(ask, size=asked.limit, after=asked.after)
        counted = query.count(ask) if asked.counted else None
        return {
            "rows": [told(sight=sight, row=row) for row in cut.rows],
            "after": cut.after,
            "count": {"n": counted.n, "how": counted.how} if counted else None,
        }

    @_operation(router.get, "/description", register, "说明", Described)
    def description(request: HttpRequest) -> Any:
        """栏目、类型、单位、选项、必填、关键字、可筛选和排序的栏目、阶段。"""
        by = caller(request, scope="read", register=register)
        access.require_role(register=register, by=by, verb="register.read")
        return described(register=register)

    @_operation(router.get, "/{int:number}", register, "读取一行", Row)
    def row(
        request: HttpRequest,
        number: Annotated[int, NUMBER],
        known_at: date | None = None,
        purpose: PURPOSE = "",
    ) -> Any:
        """一行的全部内容;known_at 给出当日结束时台账里登记的内容。"""
        by = caller(request, scope="read", register=register)
        sight = _sight(register, by, purpose, f"第{number}号记录")
        found = query.entry(register=register, by=by, pk=number, known_at=_end_of(known_at), purpose=sight.purpose)
        return told(sight=sight, row=found)

    @_operation(router.get, "/{int:number}/history", register, "修改记录", list[Event])
    def history(
        request: HttpRequest,
        number: Annotated[int, NUMBER],
        purpose: PURPOSE = "",
    ) -> Any:
        """这一行何时由谁登记、修改,改前改后各是什么,来自哪个批次;新的在前。"""
        by = caller(request, scope="read", register=register)
        sight = _sight(register, by, purpose, f"第{number}号记录")
        found = query.entry(register=register, by=by, pk=number, purpose=sight.purpose)
        return [
            {
                "at": event.at,
                "by": str(event.by or ""),
                "title": event.title,
                "note": event.note,
                "changes": event.diff,
                "batch": event.batch.pk if event.batch else None,
            }
            for event in timeline(entry=found, by=by, purpose=sight.purpose)
        ]


def _writing(router: Router, register: Register) -> None:
    Row, Values = row_out(register), values_in(register)  # noqa: N806
    stages = tuple(stage.key for stage in register.stages)
    first = {"stage": (Literal[stages] | None, None), "happened_on": (_DAY | None, None)} if stages else {}
    New = create_model(f"New{Row.__name__}", __base__=Strict, values=(Values, ...), **first)  # noqa: N806
    Change = create_model(  # noqa: N806
        f"{Row.__name__}Change",
        __base__=Strict,
        values=(Values, ...),
        revision=(int, Field(..., ge=1, le=2**31 - 1, description="读取时的修订号;此后有人改过则不予修改")),
        reason=(Annotated[str, Field(max_length=100)], ""),
    )

    @_operation(router.post, "", register, "新增一行", Row, status=201)
    def create(request: HttpRequest, body: New, purpose: PURPOSE = "") -> Any:
        """登记一行;关键字已有的不予登记。有阶段的台账可写明起始阶段和到达日期。"""
        by = caller(request, scope="write", register=register)
        access.require_role(register=register, by=by, verb="register.write")
        sight = _sight(register, by, purpose, "新增")
        values = _parsed(register, by, body.values)
        stage, on = getattr(body, "stage", None), getattr(body, "happened_on", None)
        if stage and register.stage_field is not None:
            values[register.stage_field.name] = stage
        made = actions.create(register=register, values=values, by=by, at=clock.now(), today=today(), happened_on=on)
        return Status(201, told(sight=sight, row=made))

    @_operation(router.patch, "/{int:number}", register, "修改一行", Row)
    def change(request: HttpRequest, number: Annotated[int, NUMBER], body: Change, purpose: PURPOSE = "") -> Any:
        """只改写明的栏目,写 null 的清空;与表单同样校验。"""
        by = caller(request, scope="write", register=register)
        sight = _sight(register, by, purpose, f"第{number}号记录")
        found = query.entry(register=register, by=by, pk=number, purpose=sight.purpose)
        values = _parsed(register, by, body.values)
        actions.change(entry=found, values=values, revision=body.revision, by=by, at=clock.now(), reason=body.reason)
        return told(sight=sight, row=found)

    if stages:

        class Move(Strict):
            stage: Literal[stages]
            happened_on: _DAY
            note: Annotated[str, Field(max_length=300)] = ""

        Move.__name__ = Move.__qualname__ = f"{Row.__name__}Move"

        @_operation(router.post, "/{int:number}/moves", register, "推进阶段", Row, status=201)
        def move(request: HttpRequest, number: Annotated[int, NUMBER], body: Move, purpose: PURPOSE = "") -> Any:
            """登记这一行在某日进入某阶段。"""
            by = caller(request, scope="write", register=register)
            sight = _sight(register, by, purpose, f"第{number}号记录")
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


class Judgement(Schema):
    """What became of a bulk request's rows; `batch` is there when they were written."""

    counts: dict[str, int]
    digest: str
    batch: int | None = None
    changes: dict[int, dict[str, tuple[str, str]]] = Field(description="行号: {栏目: [原值, 新值]},最多 200 行")
    warnings: dict[int, list[str]]


def _in_bulk(router: Router, register: Register) -> None:
    Values = values_in(register)  # noqa: N806
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
        reason: Annotated[str, Field(max_length=100)] = ""

    Lines.__name__ = Lines.__qualname__ = f"{Values.__name__}Lines"

    @_operation(router.post, "/bulk", register, "批量写入", Judgement)
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


class RefusedRows(Exception):  # noqa: N818
    """Some rows of a bulk request are refused; all their faults are answered."""

    def __init__(self, refusal: Refusal, faults: Sequence[dict[str, Any]]) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal
        self.faults = faults


_DAY = Annotated[date, Field(strict=False)]


def _operation(
    method: Callable[..., Any], path: str, register: Register, what: str, shape: Any, *, status: int = 200
) -> Callable[[Any], Any]:
    def declared(function: Any) -> Any:
        name = f"{register.name.replace('-', '_')}_{function.__name__}"
        answers = {status: shape, **dict.fromkeys(sorted(REFUSALS), Refused)}
        said = f"{what}:{register.label}"
        return method(path, response=answers, operation_id=name, summary=said)(function)

    return declared


def _asked(register: Register) -> type[Schema]:
    """The query of a list: words, order, page, a past day, and each filter and range under its own name."""
    text = Annotated[str, Field(max_length=200)]
    fields: dict[str, Any] = {
        "q": (text, Field("", description="搜索词,空格分开的须都出现")),
        "order": (text, Field("", description="排序栏目,多个用逗号分开,前面加 - 为降序")),
        "after": (Annotated[str, Field(max_length=2000)], Field("", description="上一页回答中的 after")),
        "limit": (int, Field(50, ge=1, le=500, description="每页行数")),
        "counted": (bool, Field(False, description="同时给出总行数")),
        "known_at": (date | None, Field(None, description="按当日结束时台账里登记的内容")),
        "purpose": (text, Field("", description="敏感台账须写明查阅用途,记入办理记录")),
    }
    for path in [*register.filters, *(f.name for f in register.extra if f.is_filter)]:
        label = query.filter_label(register=register, path=path)
        fields[path] = (list[text], Field([], max_length=50, description=f"筛选:{label},可给多个值;— 为未填"))
    for name in register.ranges:
        label = str(register.field(name).verbose_name)
        fields[f"{name}_from"] = (text, Field("", alias=f"{name}.from", description=f"{label}不早于(不小于)"))
        fields[f"{name}_to"] = (text, Field("", alias=f"{name}.to", description=f"{label}不晚于(不大于)"))
    made: type[Schema] = create_model(
        f"{register.model.__name__}Asked", __config__=ConfigDict(extra="forbid"), **fields
    )
    return made


def _ask(register: Register, by: Officer, asked: Any, purpose: Any) -> Ask:
    paths = [*register.filters, *(f.name for f in register.extra if f.is_filter)]
    bounds = {name: (getattr(asked, f"{name}_from"), getattr(asked, f"{name}_to")) for name in register.ranges}
    return Ask(
        register=register,
        by=by,
        filters={path: tuple(values) for path in paths if (values := getattr(asked, path))},
        ranges={name: bound for name, bound in bounds.items() if any(bound)},
        search=asked.q,
        sort=tuple(part for part in asked.order.split(",") if part),
        known_at=_end_of(asked.known_at),
        purpose=purpose,
    )


def _known(request: HttpRequest, asked: type[Schema]) -> None:
    """Refuse a condition that the list does not know: passed over, it would answer with rows that were not asked for."""
    known = {field.alias or name for name, field in asked.model_fields.items()}
    if wrong := [name for name in request.GET if name not in known]:
        cause = f"没有名为“{'、'.join(wrong)[:80]}”的条件"
        raise Refusal("query.unknown", cause, f"可用的有:{'、'.join(sorted(known))}")


def _end_of(day: date | None) -> datetime | None:
    """The last moment of a day in China; refused for a day to come."""
    if day is None:
        return None
    if day > today():
        raise Refusal("query.known_at", f"日期 {day} 还没有到", "请写今天或以前的日期")
    following = datetime.combine(day + timedelta(days=1), time.min)
    return timezone.make_aware(following) - timedelta(microseconds=1)


def _sight(register: Register, by: Officer, purpose: str, what: str) -> Sight:
    """What the caller sees of the register; refused for a sensitive one without a purpose."""
    stated = purpose_of(register=register, by=by, text=purpose, what=what)
    return Sight(register=register, by=by, purpose=stated)


def _parsed(register: Register, by: Officer, values: Schema) -> dict[str, Any]:
    """The body's values as the fields store them; relations by name, key or number."""
    raw: dict[str, object] = {}
    for name, value in values.model_dump(exclude_unset=True).items():
        field = register.field(name)
        raw[name] = _target(field, by, value) if field.is_relation and isinstance(value, int) else value
    parsed, faults = parse_row(register=register, raw=raw)
    if faults:
        raise RefusedRows(faults[0], [fault_of(fault) for fault in faults])
    return parsed


def _target(field: Any, by: Officer, number: int) -> Any:
    found = field.related_model._default_manager.filter(pk=number).first() if 0 < number < 2**63 else None
    if found is None:
        what = str(field.verbose_name)
        raise Refusal("value.unknown_relation", f"没有编号为 {number} 的{what}", "请核对编号", place=Place(column=what))
    return found


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
    columns: dict[str, list[object]] = {name: [line[name] for line in lines] for name in names}
    if any(line.get("id") is not None for line in lines):
        columns[ROW_KEY] = [
            None if line.get("id") is None else f"{register.name}/{line['id']}/{line['revision']}" for line in lines
        ]
    return Cells(numbers=range(1, len(lines) + 1), columns=columns)
