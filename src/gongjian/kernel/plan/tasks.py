"""任务分解表: the confirmed plan as the table that offices know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.plan.proposal import Level
from gongjian.kernel.plan.words import joined, target_words

LABELS = {"owner": "责任单位", "co_owners": "配合单位", "leader": "责任领导", "target": "目标", "due": "时限"}
HEADS = {
    "key": ("编号",),
    "number": ("序号",),
    "task": ("任务", "工作任务"),
    "target": ("目标", "工作目标", "目标值"),
    "owner": ("责任单位", "牵头单位"),
    "co_owners": ("配合单位",),
    "leader": ("责任领导",),
    "due": ("时限", "完成时限"),
    "note": ("备注",),
}


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """One line of the table; all but `commitment` and `due` are the words of its cells."""

    number: int
    commitment: Commitment
    drive: str
    task: str
    target: str
    owner: str
    co_owners: str
    leader: str
    due: date | None
    note: str


def table(*, plan: Plan, by: Officer) -> list[TaskRow]:
    """The confirmed commitments of a plan in the text's order, with the targets in force."""
    policy.require(by=by, verb="plan.read")
    drives = list(plan.passages.filter(level=Level.DRIVE).order_by("start").values_list("start", "end"))
    rows = plan.commitments.filter(state=Commitment.State.CONFIRMED).select_related("owner", "leader", "plan")
    found = rows.prefetch_related("co_owners", "targets").order_by("start", "pk")
    return [_row(number, c, plan, drives) for number, c in enumerate(found, start=1)]


def cell(row: TaskRow, field: str) -> str:
    """A cell of the table as text."""
    value = getattr(row, field)
    return value.isoformat() if isinstance(value, date) else str(value or "")


def leader_options() -> list[Officer]:
    """The officers who may supervise a task."""
    return list(Officer.objects.filter(is_active=True, role=Role.LEADER))


def in_force(commitment: Commitment) -> tuple[Decimal | None, Decimal | None, date | None]:
    """The newest target (value, upper value, due day); the plan's own where none was set."""
    targets = sorted(commitment.targets.all(), key=lambda t: (t.since, t.set_at, t.pk))
    if not targets:
        return commitment.value, commitment.value2, commitment.due_on
    return targets[-1].value, targets[-1].value2, targets[-1].due_on or commitment.due_on


def target_now(commitment: Commitment) -> str:
    """The target in force as a cell says it."""
    value, value2, _ = in_force(commitment)
    return target_words(commitment, value=value, value2=value2)


def _row(number: int, c: Commitment, plan: Plan, drives: Sequence[tuple[int, int]]) -> TaskRow:
    due = in_force(c)[2]
    span = next(((start, end) for start, end in reversed(drives) if start <= c.start), None)
    names = f"列名:{joined(c.named)}" if c.named and joined(c.named) not in c.text else ""
    return TaskRow(
        number=number,
        commitment=c,
        drive=plan.text[span[0] : span[1]] if span else "",
        task=plan.text[c.start : c.end],
        target=target_now(c),
        owner=str(c.owner or ""),
        co_owners=joined(list(c.co_owners.all())),
        leader=c.leader.name if c.leader else "",
        due=due,
        note=";".join(words for words in (c.mechanism, names) if words),
    )
