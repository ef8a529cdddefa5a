"""The month's sheet of reported values: what each unit has to say, what it said, what the registers count instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import prefetch_related_objects

from gongjian.kernel.clock import month_end
from gongjian.kernel.evidence.models import Evidence, ProofState
from gongjian.kernel.indicators.standing import Standing, prepared, standing
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.reports.models import Reported

NONE = "none"
"""The state of a month for which nothing was reported."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One commitment in one month. `current` is the month's submission, `before` the last month's that speaks."""

    commitment: Commitment
    month: date
    standing: Standing
    current: Reported | None = None
    before: Reported | None = None
    files: list[Evidence] = field(default_factory=list)

    @property
    def state(self) -> str:
        """A state of proof, or NONE."""
        return self.current.state if self.current else NONE

    @property
    def is_counted(self) -> bool:
        """Whether a register counts it; then reporting is optional."""
        return self.standing.source == "indicator"

    @property
    def counted(self) -> Decimal | None:
        """What the register counts at the month's end."""
        return self.standing.actual if self.is_counted else None

    @property
    def difference(self) -> Decimal | None:
        """Reported minus counted."""
        if self.current is None or self.current.value is None or self.counted is None:
            return None
        return self.current.value - self.counted

    @property
    def step(self) -> Decimal | None:
        """The month's own growth: this month's figure minus the one before."""
        if self.current is None or self.current.value is None or self.before is None or self.before.value is None:
            return None
        return self.current.value - self.before.value


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How far one unit has reported in a month, over the commitments that no register counts."""

    unit: Unit | None
    due: int
    missing: int
    returned: int


def months(*, plan: Plan, today: date) -> list[tuple[date, bool]]:
    """The first days of the plan year's months, and whether each can be reported yet."""
    return [(day, day <= today) for month in range(1, 13) if (day := date(plan.year, month, 1))]


def usual_month(*, plan: Plan, today: date) -> date:
    """The month that is being reported: until the 10th the one before, within the plan's year."""
    day = today.replace(day=1)
    if today.day <= 10:
        day = date(day.year - 1, 12, 1) if day.month == 1 else day.replace(month=day.month - 1)
    return min(max(day, plan.since), date(plan.year, 12, 1))


def rows(
    *,
    plan: Plan,
    month: date,
    by: Officer,
    today: date,
    units: set[int] | None = None,
    ids: Iterable[int] | None = None,
) -> list[Row]:
    """The sheet of a month in the text's order; `units` narrows it to owners and co-owners, `ids` to commitments."""
    policy.require(by=by, verb="plan.read")
    found = plan.commitments.filter(state=Commitment.State.CONFIRMED).order_by("start", "pk")
    if ids is not None:
        found = found.filter(pk__in=list(ids))
    commitments = [c for c in prepared(found) if units is None or _answer_for(c) & units]
    as_of = min(month_end(month), max(today, month))
    out = []
    for c in commitments:
        speaking = [r for r in c.reports.all() if r.superseded_at is None]
        earlier = [r for r in speaking if r.month < month and r.state != ProofState.RETURNED]
        out.append(
            Row(
                commitment=c,
                month=month,
                standing=standing(commitment=c, as_of=as_of),
                current=next((r for r in speaking if r.month == month), None),
                before=max(earlier, key=lambda r: r.month, default=None),
            )
        )
    prefetch_related_objects([row.current for row in out if row.current], "reported_by", "judged_by")
    if policy.may(by=by, verb="evidence.read"):
        _attach_files(out)
    return out


def tallies(found: Iterable[Row]) -> list[Tally]:
    """Who has reported, by owner unit; those with gaps first."""
    by_unit: dict[int | None, list[Row]] = {}
    for row in found:
        if not row.is_counted:
            by_unit.setdefault(row.commitment.owner_id, []).append(row)
    out = [
        Tally(
            unit=group[0].commitment.owner,
            due=len(group),
            missing=sum(row.state == NONE for row in group),
            returned=sum(row.state == ProofState.RETURNED for row in group),
        )
        for group in by_unit.values()
    ]
    return sorted(out, key=lambda t: (-(t.missing + t.returned), t.unit.order if t.unit else -1))


def _answer_for(c: Commitment) -> set[int]:
    return {unit for unit in (c.owner_id, *(u.pk for u in c.co_owners.all())) if unit}


def _attach_files(found: list[Row]) -> None:
    by_report = {row.current.pk: row for row in found if row.current}
    files = Evidence.objects.filter(subject_kind="reported", subject_id__in=list(by_report)).select_related("file")
    for file in files.order_by("uploaded_at", "pk"):
        by_report[file.subject_id].files.append(file)
