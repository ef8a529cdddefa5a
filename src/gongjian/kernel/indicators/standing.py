"""态势: one commitment on one day: actual, expected, target, verdict, required run-rate, and how much of it is proved.

A bound indicator speaks; without one the owner unit's reported values do (returned ones never).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.db.models import Prefetch, QuerySet

from gongjian.kernel.clock import last_month_end, month_end, month_ends
from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.indicators import verdicts
from gongjian.kernel.indicators.declare import INDICATORS, Indicator
from gongjian.kernel.indicators.judging import Case, judge
from gongjian.kernel.indicators.kinds import Kept
from gongjian.kernel.indicators.models import StoredStanding
from gongjian.kernel.indicators.question import Proof, Reading, question_of
from gongjian.kernel.indicators.reported import (
    evidence_by,
    figure_of,
    figure_on,
    read_reports,
    reports_known,
    states_known,
)
from gongjian.kernel.indicators.terms import Term, term
from gongjian.kernel.indicators.units import convert
from gongjian.kernel.indicators.verdicts import Verdict
from gongjian.kernel.plan.models import Commitment, Plan, Target
from gongjian.kernel.plan.proposal import Kind
from gongjian.kernel.reports.models import Reported

__all__ = ["Standing", "Term", "prepared", "reports_known", "standing", "standings", "store", "term"]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Values are in the commitment's unit; the run-rate too, a week; `behind_by` is in shares of the target.

    `source` is "indicator", "reported" or "". `reported` is the owner unit's own last figure, of the day `reported_on`.
    `judged_on` is the day of which `actual` speaks: `as_of`, or for monthly figures the last month's end.
    """

    commitment: Commitment
    as_of: date
    known_at: datetime | None
    verdict: Verdict
    judged_on: date
    actual: Decimal | None = None
    expected: Decimal | None = None
    target: Decimal | None = None
    proof: Proof = field(default_factory=Proof)
    behind_by: Fraction | None = None
    per_week: Decimal | None = None
    runs_until: date | None = None
    source: str = ""
    reported: Decimal | None = None
    reported_on: date | None = None
    difference: Decimal | None = None
    """Reported minus counted on the day the report speaks of, where an indicator counts and the unit reports too."""
    done: dict[str, date] = field(default_factory=dict)
    last_on: date | None = None
    note: str = ""
    curve: tuple[tuple[date, Decimal | None], ...] = ()
    reading: Reading | None = None

    @property
    def label(self) -> str:
        """The verdict in Chinese; duties in order read 正常."""
        if self.commitment.kind == Kind.ROUTINE and self.verdict == Verdict.ON_TRACK:
            return "正常"
        return verdicts.LABELS[self.verdict]

    @property
    def tone(self) -> str:
        """ok, warn, bad, go or none: the colour's meaning."""
        return verdicts.TONES[self.verdict]

    @property
    def proved(self) -> Decimal:
        """What another person has verified."""
        return self.proof.verified

    @cached_property
    def entry_ids(self) -> tuple[int, ...]:
        """The rows behind the figure, oldest first; asked of the registers only when somebody wants them."""
        return tuple(self.reading.entry_ids) if self.reading is not None else ()


def standings(
    *, plan: Plan, as_of: date, known_at: datetime | None = None, ids: Iterable[int] | None = None
) -> list[Standing]:
    """The standing of every confirmed commitment of a plan (or of `ids`), in the text's order.

    Queries: five for the plan, one for each indicator in use (two for a share), one more for each named roster, and one
    for evidence when `known_at` is given; whatever the number of commitments and rows.
    """
    found = plan.commitments.filter(state=Commitment.State.CONFIRMED)
    if ids is not None:
        found = found.filter(pk__in=list(ids))
    commitments = prepared(found)
    kept: Kept = {}
    offered: Collection[int] | None = None
    if known_at is not None:
        reports = [row.pk for c in commitments for row in c.reports.all()]
        offered = evidence_by(ids=reports, known_at=known_at)
    return [_standing(c, as_of, known_at, None, kept, offered) for c in commitments]


def prepared(found: QuerySet[Commitment]) -> list[Commitment]:
    """Commitments with all that a standing reads, in a fixed number of queries."""
    rows = found.select_related("owner", "leader", "passage").prefetch_related(
        "plan",  # once for all: its text is long
        "co_owners",
        "shares",
        Prefetch("targets", queryset=Target.objects.order_by("since", "set_at", "id")),
        Prefetch("reports", queryset=Reported.objects.order_by("happened_on", "recorded_at", "id")),
    )
    return list(rows)


def standing(
    *, commitment: Commitment, as_of: date, known_at: datetime | None = None, days: Sequence[date] | None = None
) -> Standing:
    """The standing of one commitment on `as_of`; `days` asks for the curve on other days than the month ends."""
    return _standing(commitment, as_of, known_at, days, {}, None)


def _standing(
    commitment: Commitment,
    as_of: date,
    known_at: datetime | None,
    days: Sequence[date] | None,
    kept: Kept,
    offered: Collection[int] | None,
) -> Standing:
    since = commitment.plan.since
    asked = list(days) if days is not None else month_ends(since, max(as_of, since))
    now = term(commitment=commitment, as_of=as_of, known_at=known_at)
    reports = reports_known(commitment=commitment, as_of=as_of, known_at=known_at)
    states = states_known(reports=reports, known_at=known_at, offered=offered)
    reported, reported_on = figure_of(commitment, reports), figure_on(commitment, reports)
    before_on = last_month_end(as_of)
    indicator = INDICATORS.get(commitment.indicator)
    if indicator is None:
        before_on = figure_on(commitment, [row for row in reports if row.happened_on <= before_on]) or before_on
    last_day = max(commitment.plan.until, now.due)  # next year's facts are next year's
    needed_on = [min(day, last_day) for day in (before_on, reported_on or as_of, min(now.due, as_of), *asked)]
    if indicator is not None:
        question = question_of(commitment=commitment, as_of=min(as_of, last_day), known_at=known_at)
        counted = indicator.read(question=question, days=needed_on, kept=kept)
        reading = _in_unit(counted, indicator, commitment)
    else:
        reading = read_reports(commitment=commitment, reports=reports, states=states, days=needed_on)
    is_monthly = indicator is None or indicator.is_monthly
    figure_day = reported_on if indicator is None else reading.last_on
    judged_on = _judged_on(as_of, figure_day) if is_monthly else as_of
    judged = judge(
        Case(
            commitment=commitment,
            as_of=as_of,
            judged_on=judged_on,
            now=now,
            actual=reading.value,
            is_counted=indicator is not None,
            before=reading.curve[0],
            before_on=before_on,
            when_due=reading.curve[2],
            then=term(commitment=commitment, as_of=before_on, known_at=known_at),
            reports=reports,
            states=states,
        )
    )
    counted_then = reading.curve[1]
    is_both = indicator is not None and reported is not None and counted_then is not None
    last = reports[-1] if reports else None
    return Standing(
        commitment=commitment,
        as_of=as_of,
        known_at=known_at,
        verdict=judged.verdict,
        judged_on=judged_on,
        actual=reading.value,
        expected=judged.expected,
        target=judged.target,
        proof=reading.proof,
        behind_by=judged.behind_by,
        per_week=judged.per_week,
        runs_until=judged.runs_until,
        source="indicator" if indicator is not None else "reported" if reports else "",
        reported=reported,
        reported_on=reported_on,
        difference=reported - counted_then if is_both else None,  # type: ignore[operator]
        done=reading.done,
        last_on=judged.last_on or reading.last_on or (last.happened_on if last else None),
        note=";".join(filter(None, (judged.remark, last.progress if last else ""))),
        curve=tuple(zip(asked, reading.curve[3:], strict=True)),
        reading=reading,
    )


def _judged_on(as_of: date, figure_on: date | None) -> date:
    """Between month ends, a figure of the last month's end is compared with what was expected at that month's end."""
    is_current = figure_on is not None and last_month_end(as_of) <= figure_on < as_of
    return figure_on if is_current and figure_on is not None and as_of != month_end(as_of) else as_of


def _in_unit(reading: Reading, indicator: Indicator, commitment: Commitment) -> Reading:
    """A reading in the commitment's unit; nothing when the two units do not measure the same."""
    if indicator.unit == commitment.unit:
        return reading

    def scaled(value: Decimal | None) -> Decimal | None:
        return None if value is None else convert(value=value, unit=indicator.unit, into=commitment.unit)

    proof = {state: scaled(getattr(reading.proof, state)) or Decimal(0) for state in ProofState.values}
    curve = tuple(scaled(value) for value in reading.curve)
    return replace(reading, value=scaled(reading.value), curve=curve, proof=Proof(**proof))


def store(*, plan: Plan, as_of: date, known_at: datetime) -> int:
    """Keep the standings of a plan as known at `known_at`; what is stored stays as it is. Returns how many are new."""
    there = StoredStanding.objects.filter(commitment__plan=plan, as_of=as_of, known_at=known_at)
    before = there.count()
    rows = [
        StoredStanding(
            commitment=s.commitment,
            as_of=as_of,
            known_at=known_at,
            actual=s.actual,
            verified=s.proved,
            expected=s.expected,
            target=s.target,
            verdict=s.verdict,
            source=s.source,
            note=s.note[:200],
        )
        for s in standings(plan=plan, as_of=as_of, known_at=known_at)
    ]
    StoredStanding.objects.bulk_create(rows, ignore_conflicts=True)
    return there.count() - before
