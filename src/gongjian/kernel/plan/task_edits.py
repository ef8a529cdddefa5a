"""An edited 任务分解表 comes back: every cell that would change is shown old -> new, then carried out.

Only owner, co-owners, leader, target and deadline may change in a sheet; the words stay the plan's own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from gongjian.kernel.errors import Refusal, Stale
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.plan import assignment
from gongjian.kernel.plan.deadlines import due_on
from gongjian.kernel.plan.imports import find_unit, unit_names
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.plan.proposal import Kind
from gongjian.kernel.plan.tasks import LABELS, TaskRow, cell, in_force, leader_options, table
from gongjian.kernel.plan.words import deadline_of, joined, names_of, number_words, numbers_of, target_words

REASON = "任务分解表回导"


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One cell of one commitment that a sheet changes; `field` is a key of LABELS, old and new as printed."""

    commitment_id: int
    field: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a sheet would change, what in it cannot be taken (full sentences), and how many rows it leaves out."""

    edits: tuple[Edit, ...]
    problems: tuple[str, ...]
    absent: int


def compare(*, plan: Plan, rows: Iterable[tuple[int, Mapping[str, object]]], by: Officer) -> Comparison:
    """An edited sheet against the plan as it stands; `rows` are (sheet row 1.., cells by the keys of HEADS)."""
    policy.require(by=by, verb="commitment.manage")
    there = {str(row.commitment.pk): row for row in table(plan=plan, by=by)}
    reader = _Reader(plan)
    edits: list[Edit] = []
    problems: list[str] = []
    seen: set[str] = set()
    for number, cells in rows:
        key = _text(cells.get("key")).removesuffix(".0")
        if not key:
            problems.append(f"第{number}行没有编号,是新加的行,没有导入。新增任务请在审阅页补录。")
        elif key not in there:
            problems.append(f"第{number}行的编号“{key}”不是这份计划里已确认的承诺,没有导入。请用最新导出的表修改。")
        elif key in seen:
            problems.append(f"第{number}行的编号“{key}”重复出现,没有导入。请只保留一行。")
        else:
            seen.add(key)
            for field in LABELS:
                try:
                    if field in cells and (edit := reader.edit(there[key], field, cells[field])) is not None:
                        edits.append(edit)
                except Refusal as refusal:
                    problems.append(f"第{number}行“{LABELS[field]}”:{refusal.sentence}")
            if "task" in cells and _plain(_text(cells["task"])) != _plain(there[key].task):
                problems.append(f"第{number}行的任务文字与工作要点原文不同,文字没有导入。原文以工作要点为准。")
    return Comparison(edits=tuple(edits), problems=tuple(problems), absent=len(there) - len(seen))


def apply(*, plan: Plan, edits: Sequence[Edit], by: Officer, at: datetime, today: date) -> int:
    """Carry out what `compare` found, all or nothing; a cell that has changed since is refused. Returns how many."""
    policy.require(by=by, verb="commitment.manage")
    if plan.state in (Plan.State.REVIEW, Plan.State.SUPERSEDED):
        cause = f"计划处于“{plan.get_state_display()}”,不能回导任务分解表"
        raise Refusal("tasks.state", cause, "请打开最新启用的一版")
    reader = _Reader(plan)
    since = min(max(today, plan.since), plan.until)
    with transaction.atomic():
        there = {row.commitment.pk: row for row in table(plan=plan, by=by)}
        changed: dict[int, dict[str, str]] = {}
        for edit in edits:
            row = there.get(edit.commitment_id)
            if row is None or cell(row, edit.field) != edit.old:
                name = row.task[:30] if row else f"编号 {edit.commitment_id}"
                raise Stale(f"“{name}”的{LABELS[edit.field]}在预览之后又被改动", "请重新上传表格,核对最新的差异")
            changed.setdefault(edit.commitment_id, {})[edit.field] = edit.new
        for pk, fields in changed.items():
            _apply_one(reader, there[pk], fields, by=by, at=at, since=since)
    return len(edits)


def units_named(text: str) -> list[Unit]:
    """The units that a cell names; a name that no unit goes by is refused."""
    units = unit_names()
    return [_unit(name, units) for name in names_of(text)]


class _Reader:
    """Reads the cells of a sheet against one plan's units and leaders."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.units = unit_names()
        self.leaders: dict[str, list[Officer]] = {}
        for officer in leader_options():
            self.leaders.setdefault(officer.name, []).append(officer)

    def edit(self, row: TaskRow, field: str, value: object) -> Edit | None:
        """The change that a cell makes; None when it says what stands there."""
        old = cell(row, field)
        if _plain(_text(value)) == _plain(old):
            return None
        new = self._new(row, field, value)
        return (
            None if _plain(new) == _plain(old) else Edit(commitment_id=row.commitment.pk, field=field, old=old, new=new)
        )

    def _new(self, row: TaskRow, field: str, value: object) -> str:
        text = _text(value).strip()
        if field == "owner":
            if not text:
                raise Refusal("tasks.owner", "责任单位不能清空", "请填写单位名称")
            return str(_unit(text, self.units))
        if field == "co_owners":
            return joined([_unit(name, self.units) for name in names_of(text)])
        if field == "leader":
            return self.leader(text).name if text else ""
        if field == "due":
            return self.due(value).isoformat()
        numbers = self.target(row.commitment, text)
        return target_words(row.commitment, value=numbers[0], value2=numbers[1])

    def leader(self, text: str) -> Officer:
        """The one leader of that name."""
        found = self.leaders.get("".join(text.split()), [])
        if len(found) != 1:
            cause = f"有 {len(found)} 位名叫“{text}”的领导" if found else f"没有名叫“{text}”的领导"
            raise Refusal("tasks.leader", cause, "请核对姓名,或先在“单位与人员”页登记为领导角色")
        return found[0]

    def due(self, value: object) -> date:
        """The due day in a cell."""
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        found = due_on(deadline=deadline_of(_text(value)), year=self.plan.year)
        if found is None:
            raise Refusal("tasks.due", "时限不能清空", "请填写日期,例如 2025-06-30")
        return found

    def target(self, c: Commitment, text: str) -> tuple[Decimal, Decimal | None]:
        """The value (and the upper one of a range) in a cell, in the commitment's own unit."""
        if c.kind not in (Kind.QUANTITY, Kind.RATE, Kind.RANK) or in_force(c)[0] is None:
            raise Refusal("tasks.target_kind", "这项任务没有数值目标,不能在表里改", "请在审阅页修改承诺类型和目标")
        numbers = numbers_of(text)
        is_range = in_force(c)[1] is not None
        if len(numbers) != (2 if is_range else 1):
            wanted = "下限和上限两个数" if is_range else "一个数"
            raise Refusal("tasks.target", f"目标“{text[:20]}”不是{wanted}", f"请写成{target_words(c)}这样的形式")
        rest = "".join(letter for letter in _plain(text) if letter not in "0123456789.,+-~–至≥>≤<约=")
        allowed = ("", _plain(c.unit), "名", "第名", "前名")
        words = (
            "不少于",
            "不低于",
            "不超过",
            "以上",
            "以下",
            "以内",
            "左右",
            "超过",
            "超",
            "达到",
            "达",
            "到",
            "前",
            "第",
        )
        for word in words:
            rest = rest.replace(word, "")
        if rest.replace(_plain(c.unit), "") not in allowed and c.unit:
            raise Refusal("tasks.unit", f"目标“{text[:20]}”的单位不是“{c.unit}”", f"请按“{c.unit}”填写")
        if is_range and numbers[1] < numbers[0]:
            raise Refusal("tasks.range", f"目标“{text[:20]}”的上限小于下限", "请核对两个数的次序")
        return numbers[0], numbers[1] if is_range else None


def _apply_one(
    reader: _Reader, row: TaskRow, fields: Mapping[str, str], *, by: Officer, at: datetime, since: date
) -> None:
    c = row.commitment
    if {"owner", "co_owners", "leader"} & set(fields):
        helping = list(c.co_owners.all())
        assignment.assign(
            commitment=c,
            by=by,
            at=at,
            owner=_unit(fields["owner"], reader.units) if "owner" in fields else c.owner,
            co_owners=units_named(fields["co_owners"]) if "co_owners" in fields else helping,
            leader=(reader.leader(fields["leader"]) if fields["leader"] else None) if "leader" in fields else c.leader,
            mechanism=c.mechanism,
        )
    if {"target", "due"} & set(fields):
        value, value2, due = in_force(c)
        if "target" in fields:
            value, value2 = reader.target(c, fields["target"])
        if "due" in fields:
            due = date.fromisoformat(fields["due"])
        assignment.retarget(
            commitment=c, value=value, value2=value2, due_on=due, since=since, reason=REASON, by=by, at=at
        )


def _unit(name: str, units: dict[str, Unit]) -> Unit:
    found = find_unit(name, units)
    if found is None:
        raise Refusal(
            "tasks.unit_unknown", f"没有名为“{name.strip()[:20]}”的单位", "请用单位全称或简称,或先登记这个单位"
        )
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return number_words(Decimal(str(value)))
    return str(value)


def _plain(text: str) -> str:
    """Text without blanks and differences of width, for comparing cells."""
    return "".join(unicodedata.normalize("NFKC", text).replace("–", "-").split())
