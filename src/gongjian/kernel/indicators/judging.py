"""The verdict (态势) of one commitment on one day, each kind by its own logic; figures in, verdict out, no database.

Quantities and rosters follow a schedule, rates and positions compare a level, bands are held or not, milestones are
reached or not, duties live by their last verified act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.indicators import verdicts
from gongjian.kernel.indicators.terms import Term
from gongjian.kernel.indicators.verdicts import Verdict
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.plan.proposal import Kind
from gongjian.kernel.reports.models import Reported

SILENT = "时限已过,没有填报"
LATE = "逾期完成"


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that a verdict rests on; figures are in the commitment's unit.

    `judged_on` is the day of which the figure speaks, `as_of` the day that is asked for. `before` is the figure at
    `before_on`, the end of last month (or the report's own day before it), `then` what was owed at that time. `when_due`
    is the figure of the due day, once that day has come.
    """

    commitment: Commitment
    as_of: date
    judged_on: date
    now: Term
    actual: Decimal | None
    is_counted: bool
    """Whether an indicator gives the figure."""
    before: Decimal | None = None
    before_on: date | None = None
    when_due: Decimal | None = None
    then: Term
    reports: Sequence[Reported] = ()
    states: Mapping[int, str]

    @property
    def is_over(self) -> bool:
        """Whether the due day has come."""
        return self.as_of >= self.now.due

    @property
    def had_before(self) -> bool:
        """Whether there was a last month in this plan's year with a figure."""
        return self.before is not None and self.before_on is not None and self.before_on >= self.now.schedule.since

    @property
    def said(self) -> list[Reported]:
        """The reports that say yes or no."""
        return [row for row in self.reports if row.reached is not None]

    @property
    def is_said_reached(self) -> bool:
        """Whether the last report that says yes or no says yes."""
        return bool(self.said and self.said[-1].reached)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A verdict with its arithmetic; `behind_by` is in shares of the target, the run-rate in its unit a week."""

    verdict: Verdict
    target: Decimal | None = None
    expected: Decimal | None = None
    behind_by: Fraction | None = None
    per_week: Decimal | None = None
    runs_until: date | None = None
    last_on: date | None = None
    remark: str = ""


def judge(case: Case) -> Judgement:
    """The judgement of a case by its kind. Where nobody has said anything there is no data, not a failure."""
    found = _BY_KIND[Kind(case.commitment.kind)](case)
    is_silent = not case.is_counted and case.actual is None and not case.reports
    if is_silent and found.verdict in (Verdict.BEHIND, Verdict.MISSED):
        return replace(found, verdict=Verdict.NO_DATA, behind_by=None, remark=SILENT if case.is_over else "")
    return found


def _quantity(case: Case) -> Judgement:
    c, now = case.commitment, case.now
    if now.target is None or now.needed is None:
        return Judgement(verdict=_untargeted(case))
    if verdicts.is_ceiling(target=now.target, comparator=c.comparator) or now.needed <= 0:
        return _level(case)
    whole = Fraction(now.needed)
    share = now.schedule.share(case.judged_on)
    owed = Judgement(verdict=Verdict.NO_DATA, target=now.needed, expected=decimal(whole * share))
    if case.actual is None:
        return owed
    actual = Fraction(case.actual) / whole
    if verdicts.meets(actual=case.actual, target=now.target, comparator=c.comparator, unit=c.unit):
        return replace(owed, verdict=Verdict.MET, behind_by=Fraction(0), remark=_late(case, now.needed))
    if case.is_over:
        return replace(owed, verdict=Verdict.MISSED, behind_by=1 - actual)
    verdict = _progress(c, now, case.actual, case.judged_on)
    if verdict in (Verdict.ON_TRACK, Verdict.AHEAD) and case.had_before:
        earlier = _progress(c, case.then, case.before, case.before_on)
        verdict = Verdict.MADE_UP if earlier == Verdict.BEHIND else verdict
    until = now.schedule.runs_until(case.as_of)
    left = max(Fraction(0), whole * now.schedule.share(until) - Fraction(case.actual))
    per_week = decimal(left * 7 / (until - case.as_of).days)
    return replace(owed, verdict=verdict, behind_by=share - actual, per_week=per_week, runs_until=until)


def _progress(c: Commitment, owed: Term, value: Decimal | None, day: date | None) -> Verdict:
    """The verdict of a figure against what was owed on its day; nothing is owed without a target."""
    if value is None or day is None or owed.needed is None or owed.needed <= 0:
        return Verdict.ON_TRACK
    whole = Fraction(owed.needed)
    step = 1 / whole if verdicts.is_counted(target=owed.needed, unit=c.unit) else Fraction(0)
    share = owed.schedule.share(day)
    return verdicts.by_progress(actual=Fraction(value) / whole, expected=share, modality=c.modality, step=step)


def _roster(case: Case) -> Judgement:
    now = case.now
    if not now.target:
        return Judgement(verdict=_untargeted(case))
    total = now.target
    expected = _whole(total, now, case.judged_on) if now.is_bound else None
    owed = Judgement(verdict=Verdict.NO_DATA, target=total, expected=expected)
    if case.actual is not None and case.actual >= total:
        return replace(owed, verdict=Verdict.MET, behind_by=Fraction(0), remark=_late(case, total))
    if case.is_over and now.is_bound:
        return replace(owed, verdict=Verdict.MISSED, behind_by=1 - Fraction(case.actual or 0) / Fraction(total))
    if case.actual is None or expected is None:
        return replace(owed, verdict=_untargeted(case))
    verdict = _compared(case.actual, expected)
    if verdict != Verdict.BEHIND and case.had_before and case.then.target and case.then.is_bound:
        earlier = _whole(case.then.target, case.then, case.before_on or case.as_of)
        verdict = Verdict.MADE_UP if case.before is not None and case.before < earlier else verdict
    return replace(owed, verdict=verdict, behind_by=Fraction(expected - case.actual) / Fraction(total))


def _whole(total: Decimal, owed: Term, day: date) -> Decimal:
    """How many of a roster's names are expected by a day; a name is done or not."""
    return Decimal(int(Fraction(total) * owed.schedule.share(day)))


def _compared(actual: Decimal, expected: Decimal) -> Verdict:
    if actual < expected:
        return Verdict.BEHIND
    return Verdict.AHEAD if actual > expected else Verdict.ON_TRACK


def _level(case: Case) -> Judgement:
    c, target = case.commitment, case.now.target
    if case.actual is None or target is None:
        verdict = Verdict.NO_DATA if case.is_over else _untargeted(case)
        return Judgement(verdict=verdict, target=target, expected=target)
    owed = Judgement(verdict=Verdict.NO_DATA, target=target, expected=target)

    def holds(value: Decimal, term: Term) -> bool:
        return term.target is None or verdicts.meets(
            actual=value, target=term.target, comparator=c.comparator, unit=c.unit
        )

    is_firm = verdicts.is_firm(c.modality) or verdicts.is_ceiling(target=target, comparator=c.comparator)
    return replace(owed, verdict=_held(case, holds, is_firm=is_firm))


def _rank(case: Case) -> Judgement:
    target = case.now.target
    if case.actual is None or target is None:
        return replace(_band(case), target=target)
    verdict = _held(
        case,
        lambda value, term: term.target is None or value <= term.target,
        is_firm=verdicts.is_firm(case.commitment.modality),
    )
    return Judgement(verdict=verdict, target=target)


def _held(case: Case, holds: Callable[[Decimal, Term], bool], *, is_firm: bool) -> Verdict:
    """A level that has to hold on the due day, and until then is on track or not."""
    assert case.actual is not None
    if case.is_over:
        return Verdict.MET if holds(case.actual, case.now) else Verdict.MISSED
    if not holds(case.actual, case.now):
        return Verdict.BEHIND if is_firm else Verdict.IN_PROGRESS
    fell_short = case.had_before and case.before is not None and not holds(case.before, case.then)
    return Verdict.MADE_UP if fell_short else Verdict.ON_TRACK


def _band(case: Case) -> Judgement:
    """Held or not, as the owner unit says; also for positions that no figure tells (争先进位)."""
    if not case.said:
        return Judgement(verdict=_untargeted(case))
    if case.is_over:
        return Judgement(verdict=Verdict.MET if case.is_said_reached else Verdict.MISSED)
    if not case.is_said_reached:
        is_firm = case.commitment.kind == Kind.BAND or verdicts.is_firm(case.commitment.modality)
        return Judgement(verdict=Verdict.BEHIND if is_firm else Verdict.IN_PROGRESS)
    month = case.as_of.replace(day=1)
    earlier = [row for row in case.said if row.happened_on < month]
    was_out = bool(earlier) and not earlier[-1].reached
    return Judgement(verdict=Verdict.MADE_UP if was_out else Verdict.ON_TRACK)


def _milestone(case: Case) -> Judgement:
    c, now = case.commitment, case.now
    if case.is_counted and case.actual is not None:
        if case.actual >= max(1, len(c.named)):
            return Judgement(verdict=Verdict.MET, remark=_late(case, Decimal(max(1, len(c.named)))))
    elif case.is_said_reached or (case.actual is not None and case.actual >= 100):
        first = next((row.happened_on for row in case.said if row.reached), case.as_of)
        return Judgement(verdict=Verdict.MET, remark=LATE if case.said and first > now.due else "")
    if case.is_over and now.is_bound:
        return Judgement(verdict=Verdict.MISSED)
    if c.schedule and not case.is_counted:
        share = now.schedule.share(case.judged_on)
        owed = Judgement(verdict=_untargeted(case), target=Decimal(100), expected=decimal(share * 100))
        if case.actual is not None:
            actual = Fraction(case.actual) / 100
            verdict = verdicts.by_progress(actual=actual, expected=share, modality=c.modality)
            return replace(owed, verdict=verdict, behind_by=share - actual)
        return replace(owed, verdict=Verdict.BEHIND, behind_by=share) if share > 0 else owed
    return Judgement(verdict=_untargeted(case))


def _routine(case: Case) -> Judgement:
    """Standing duties: alive while somebody acts and another person verifies it."""
    quiet, dead = verdicts.routine_days()
    verified = [row for row in case.reports if case.states[row.pk] == ProofState.VERIFIED and row.reached is not False]
    if not verified:
        if not case.reports:
            return Judgement(verdict=Verdict.NO_DATA)
        idle = (case.as_of - case.now.schedule.since).days
        return Judgement(verdict=Verdict.QUIET if idle > quiet else Verdict.IN_PROGRESS, remark="有填报未核实")
    last = max(row.happened_on for row in verified)
    idle = (case.as_of - last).days
    verdict = Verdict.DEAD if idle > dead else Verdict.QUIET if idle > quiet else Verdict.ON_TRACK
    return Judgement(verdict=verdict, last_on=last)


def _late(case: Case, needed: Decimal) -> str:
    """What is fulfilled after its day is fulfilled, but late."""
    is_late = case.is_over and case.as_of > case.now.due and (case.when_due is None or case.when_due < needed)
    return LATE if is_late and case.now.is_bound else ""


def _untargeted(case: Case) -> Verdict:
    """Without a number to compare, a report says that work is going on."""
    return Verdict.IN_PROGRESS if case.reports or case.actual is not None else Verdict.NO_DATA


def decimal(value: Fraction) -> Decimal:
    """A fraction to six places, as figures are stored."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.000001")).normalize()


_BY_KIND: dict[Kind, Callable[[Case], Judgement]] = {
    Kind.QUANTITY: _quantity,
    Kind.ROSTER: _roster,
    Kind.RATE: _level,
    Kind.RANK: _rank,
    Kind.BAND: _band,
    Kind.MILESTONE: _milestone,
    Kind.ROUTINE: _routine,
}
