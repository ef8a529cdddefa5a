"""批量修改: the same values for many rows at once, judged and previewed like a sheet, written and undone as one batch.

A few rows are judged at once; of any number of rows a stretch at a time, so that a million need no more memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, query
from gongjian.kernel.registers.asking import Ask
from gongjian.kernel.registers.cells import ROW_KEY, STAGE_DATE, Cells
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.take import Taking, judge
from gongjian.kernel.registers.writing import written

STRETCH = 10_000
"""How many rows are judged and written at once."""


def prepare(*, ask: Ask, values: Mapping[str, object], by: Officer, today: date) -> Taking:
    """What setting `values` (raw as typed, by field name; "" empties) in the rows that `ask` finds would change.

    A stage is set with STAGE_DATE beside it (default: today). The rows are numbered in the order of the list. Write
    the answer with `kind=Batch.Kind.BULK`.
    """
    _require(ask, values, by)
    rows = list(query.rows(ask).values_list("id", "revision"))
    if not rows:
        raise _none()
    return _judged(ask, values, by, today, rows, first=1)


def stretches(*, ask: Ask, values: Mapping[str, object], by: Officer, today: date) -> Iterator[Taking]:
    """The same, a stretch of rows at a time; the rows are numbered in the order in which they were registered.

    A row that an earlier stretch was written to is not met again, though the list may be about what was written.
    """
    _require(ask, values, by)
    found, last, first = query.rows(ask).order_by("id"), 0, 1
    while rows := list(found.filter(id__gt=last).values_list("id", "revision")[:STRETCH]):
        yield _judged(ask, values, by, today, rows, first=first)
        last, first = rows[-1][0], first + len(rows)
    if first == 1:
        raise _none()


class Seal:
    """A mark of several judged stretches: an equal one means the same preview."""

    def __init__(self) -> None:
        self._mark = hashlib.sha256()

    def add(self, taking: Taking) -> None:
        """Take one more stretch in."""
        self._mark.update(taking.digest.encode())

    @property
    def digest(self) -> str:
        """The mark of all so far."""
        return self._mark.hexdigest()


def write(
    *,
    ask: Ask,
    values: Mapping[str, object],
    by: Officer,
    today: date,
    at: datetime,
    batch: Batch,
    progress: Callable[[int], None],
) -> Batch:
    """Judge and write stretch by stretch, in one transaction, into the saved `batch`; `progress` is told how many rows.

    Raises `Refusal` ("take.stale"), with nothing written, unless the rows are judged as `batch.digest` says.
    """
    seal, seen = Seal(), batch.digest
    with written(
        register=ask.register, by=by, at=at, file=None, batch=batch, kind=Batch.Kind.BULK, reason=batch.reason
    ) as writing:
        for taking in stretches(ask=ask, values=values, by=by, today=today):
            seal.add(taking)
            writing.add(verdicts=taking.verdicts, counts=taking.counts())
            progress(writing.counts.total())
        if seal.digest != seen:
            raise Refusal("take.stale", "台账在您预览之后有了变化", "请核对后再次确认,本次没有写入任何内容")
    return batch


def _require(ask: Ask, values: Mapping[str, object], by: Officer) -> None:
    register = ask.register
    access.require(register=register, by=by, verb="register.bulk")
    if ask.by.pk != by.pk:
        raise Forbidden("这些行是由另一位人员查询的", "请自己打开列表后再修改")
    if ask.known_at is not None:
        raise Refusal("bulk.past", "列表显示的是过去某一时点的内容,不能修改", "请先回到现在")
    allowed = {f.name for f in register.fields} | {STAGE_DATE}
    if register.stage_field is not None:
        allowed.add(register.stage_field.name)
    if wrong := sorted(set(values) - allowed):
        raise Refusal("entry.not_settable", f"“{'、'.join(wrong)}”不能批量修改", "请从可修改的栏目中选择")
    if not values:
        raise Refusal("bulk.nothing", "没有选择要修改的栏目", "请选择至少一个栏目并填写新值")


def _none() -> Refusal:
    return Refusal("bulk.none", "没有符合条件的行", "请返回列表,调整条件或勾选要修改的行")


def _judged(
    ask: Ask, values: Mapping[str, object], by: Officer, today: date, rows: list[tuple[int, int]], *, first: int
) -> Taking:
    columns: dict[str, list[object]] = {name: [raw] * len(rows) for name, raw in values.items()}
    columns[ROW_KEY] = [f"{ask.register.name}/{pk}/{revision}" for pk, revision in rows]
    cells = Cells(numbers=range(first, first + len(rows)), columns=columns)
    return judge(register=ask.register, cells=cells, by=by, today=today, verb="register.bulk")
