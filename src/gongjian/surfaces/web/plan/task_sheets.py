"""The workbooks of the task table: 任务分解表.xlsx to send out and take back, 进度表.xlsx of all standings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from gongjian.kernel.errors import Refusal
from gongjian.kernel.indicators.standing import Standing, standings
from gongjian.kernel.indicators.verdicts import is_ceiling
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.plan.models import Plan
from gongjian.kernel.plan.proposal import Kind
from gongjian.kernel.plan.tasks import HEADS, TaskRow, leader_options, table
from gongjian.kernel.plan.words import target_words
from gongjian.surfaces.inlets.sheet import find_table, open_sheet
from gongjian.surfaces.outlets.sheet import Column, write_sheet

KEY = "编号"


def task_sheet(*, plan: Plan, by: Officer, mine: set[int] | None = None) -> bytes:
    """任务分解表; with `mine` (unit ids) only the rows that those units answer for."""
    policy.require(by=by, verb="register.export")
    rows = [row for row in table(plan=plan, by=by) if mine is None or answers(row, mine)]
    units = [str(unit) for unit in Unit.objects.filter(is_active=True)]
    columns = [
        Column(label="序号", width=6, kind="int"),
        Column(label="任务", width=46),
        Column(label="目标", width=14),
        Column(label="责任单位", width=16, choices=units),
        Column(label="配合单位", width=20),
        Column(label="责任领导", width=12, choices=[leader.name for leader in leader_options()]),
        Column(label="时限", width=13, kind="date"),
        Column(label="备注", width=24),
    ]
    cells = [(r.number, r.task, r.target, r.owner, r.co_owners, r.leader, r.due, r.note, r.commitment.pk) for r in rows]
    return write_sheet(
        title=f"{plan.title}任务分解表",
        columns=columns,
        rows=cells,
        notes=["责任单位、配合单位、责任领导、目标、时限可以修改后回导;任务文字以工作要点原文为准。"],
        hidden_key=KEY,
        sheet_name="任务分解表",
    )


def read_task_sheet(*, name: str, data: bytes) -> list[tuple[int, dict[str, object]]]:
    """The rows of an edited 任务分解表 as (sheet row, cells by key)."""
    for sheet in open_sheet(name=name, data=data):
        if sheet.hidden:
            continue
        found = find_table(sheet=sheet, heads=HEADS, required=("task", "owner"))
        if "key" not in found.columns:
            cause = f"“{name}”里没有“{KEY}”列,认不出各行是哪一项承诺"
            raise Refusal("tasks.key", cause, "请在本系统导出的任务分解表上修改(最后一列隐藏的编号不要删除)后上传")
        return [(row.number, row.values) for row in found.rows]
    raise Refusal("sheet.blank", f"“{name}”里没有可见的工作表", "请在本系统导出的任务分解表上修改后上传")


def progress_sheet(*, plan: Plan, as_of: date, by: Officer) -> bytes:
    """进度表: every standing of the plan on one day."""
    policy.require(by=by, verb="register.export")
    columns = [
        Column(label="序号", width=6, kind="int"),
        Column(label="任务", width=42),
        Column(label="目标", width=12),
        Column(label="实际", width=11, kind="decimal"),
        Column(label="应达", width=11, kind="decimal"),
        Column(label="完成率", width=9, kind="percent"),
        Column(label="态势", width=9),
        Column(label="已核实", width=11, kind="decimal"),
        Column(label="责任单位", width=14),
        Column(label="进展情况", width=40),
    ]
    found = standings(plan=plan, as_of=as_of)
    return write_sheet(
        title=f"{plan.title}进度表",
        columns=columns,
        rows=[_progress_row(number, s) for number, s in enumerate(found, start=1)],
        notes=[f"数据截至 {as_of},态势按序时进度评定;“实际”“应达”“已核实”的计量单位与“目标”相同。", _sum(found)],
        sheet_name="进度表",
    )


def answers(row: TaskRow, units: set[int]) -> bool:
    """Whether one of the units owns the row or helps with it."""
    c = row.commitment
    return c.owner_id in units or any(unit.pk in units for unit in c.co_owners.all())


def completion(s: Standing) -> Decimal | None:
    """The share of the target that is reached (0 to 1 and above, four decimals); None where nothing can be divided."""
    if s.commitment.kind == Kind.MILESTONE and s.actual is not None and s.source == "reported":
        return _rounded(s.actual / 100)
    if (
        s.commitment.kind not in (Kind.QUANTITY, Kind.ROSTER)
        or s.actual is None
        or not s.target
        or is_ceiling(target=s.target, comparator=s.commitment.comparator)
    ):
        return None
    return _rounded(s.actual / s.target)


def _rounded(share: Decimal) -> Decimal:
    return share.quantize(Decimal("0.0001"))


def _progress_row(number: int, s: Standing) -> tuple[object, ...]:
    c = s.commitment
    own = c.kind in (Kind.QUANTITY, Kind.RATE, Kind.RANK, Kind.ROSTER)
    target = target_words(c, value=s.target, value2=c.value2) if own and s.target is not None else target_words(c)
    expected = s.expected if c.kind in (Kind.QUANTITY, Kind.ROSTER, Kind.MILESTONE) else None
    verified = s.proved if s.actual is not None else None
    share = completion(s)
    return (number, c.text, target, s.actual, expected, share, s.label, verified, str(c.owner or ""), s.note)


def _sum(found: Sequence[Standing]) -> str:
    counts: dict[str, int] = {}
    for s in found:
        counts[s.label] = counts.get(s.label, 0) + 1
    return f"共 {len(found)} 项:" + "、".join(f"{label} {n}" for label, n in counts.items()) + "。"
