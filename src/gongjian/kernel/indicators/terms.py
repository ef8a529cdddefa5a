"""What is owed on a day: the target in force, its due day and its schedule, from the plan's words and later changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from gongjian.kernel.clock import month_end
from gongjian.kernel.indicators import verdicts
from gongjian.kernel.indicators.schedules import Schedule, parsed
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.plan.proposal import Kind, Modality


@dataclass(frozen=True, kw_only=True)
class Term:
    """The target in force on a day, with its dates and schedule.

    `needed` is what fulfils it (21 for 超20个). `is_bound` says that its day counts: one is stated, an officer set a
    schedule, or the plan assures it; otherwise the year's end only draws the line and nobody is behind.
    """

    target: Decimal | None
    needed: Decimal | None
    due: date
    schedule: Schedule
    is_bound: bool = True


def term(*, commitment: Commitment, as_of: date, known_at: datetime | None = None) -> Term:
    """The target, due day and schedule of a commitment in force on `as_of`, as known at `known_at`."""
    value, due = commitment.value, commitment.due_on
    for target in commitment.targets.all():  # by `since`, then by when it was set
        if target.since <= as_of and (known_at is None or target.set_at <= known_at):
            value, due = target.value, target.due_on or due
    if value is None and commitment.kind == Kind.ROSTER and commitment.named:
        value = Decimal(len(commitment.named))
    needed = None
    if value is not None:
        needed = verdicts.needed(target=value, comparator=commitment.comparator, unit=commitment.unit)
    until = due or commitment.plan.until
    spec = commitment.schedule or _monthly(commitment, needed)
    return Term(
        target=value,
        needed=needed,
        due=until,
        schedule=parsed(spec=spec, since=commitment.plan.since, due=until),
        is_bound=due is not None or bool(spec) or commitment.modality == Modality.MUST,
    )


def _monthly(commitment: Commitment, needed: Decimal | None) -> dict[str, object]:
    """The months' parts of the target as a schedule: straight lines between the months' ends."""
    months = sorted((s.month, s.value) for s in commitment.shares.all() if s.month is not None and s.unit_id is None)
    if not months or not needed or needed <= 0:
        return {}
    whole = Fraction(needed)
    parts = [(month_end(month).isoformat(), min(Fraction(value) / whole, Fraction(1))) for month, value in months]
    return {"kind": "points", "points": [{"on": on, "share": str(share)} for on, share in parts]}
