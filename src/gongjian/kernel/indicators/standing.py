"""态势: one commitment on one day: actual, expected, target, verdict, required run-rate, and how much of it is proved.

A bound indicator speaks; without one the owner unit's reported values do (returned ones never). Each kind has its own
logic: quantities and rosters follow a schedule, rates and ranks compare a level, bands are held or not, milestones are
reached or not, duties live by their last verified act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Prefetch

from gongjian.kernel.clock import last_month_end, month_ends
from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.indicators import verdicts
from gongjian.kernel.indicators.declare import INDICATORS, Indicator, Proof, Question, Reading
from gongjian.kernel.indicators.models import StoredStanding
from gongjian.kernel.indicators.schedules import Schedule, schedule_of
from gongjian.kernel.indicators.units import convert
from gongjian.kernel.indicators.verdicts import Verdict
from gongjian.kernel.plan.models import Commitment, Plan, Target
from gongjian.kernel.plan.proposal import Kind
from gongjian.kernel.reports.models import Reported


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Values are in the commitment's unit; `shortfall` and the run-rate too; `behind_by` is in shares of the target."""

    commitment: Commitment
    as_of: date
    known_at: datetime | None
    verdict: Verdict
    actual: Decimal | None = None
    expected: Decimal | None = None
    target: Decimal | None = None
    proof: Proof = Proof()
    behind_by: Fraction | None = None
    per_week: Decimal | None = None
    runs_until: date | None = None
    source: str = ""  # "indicator", "reported" or ""
    reported: Decimal | None = None
    done: dict[str, date] = field(default_factory=dict)
    last_on: date | None = None
    note: str = ""
    curve: tuple[tuple[date, Decimal | None], ...] = ()
    entry_ids: tuple[int, ...] = ()

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

    @property
    def difference(self) -> Decimal | None:
        """Reported minus counted, where an indicator is bound and the unit reported as well."""
        if self.source != "indicator" or self.reported is None or self.actual is None:
            return None
        return self.reported - self.actual


@dataclass(frozen=True, kw_only=True)
class Term:
    """The target in force on a day, with its dates and schedule."""

    target: Decimal | None
    needed: Decimal | None
    due: date
    schedule: Schedule


def term(*, commitment: Commitment, as_of: date, known_at: datetime | None = None) -> Term:
    """The target, due day and schedule of a commitment in force on `as_of`, as known at `known_at`."""
    value, due = commitment.value, commitment.due_on or commitment.plan.until
    for target in commitment.targets.all():
        if target.since <= as_of and (known_at is None or target.set_at <= known_at):
            value, due = target.value, target.due_on or due
    since = commitment.plan.since
    spec = commitment.schedule
    months = [s for s in commitment.shares.all() if s.month is not None and s.unit_id is None]
    if months and not spec and value:
        from gongjian.kernel.clock import month_end

        points = [{"on": month_end(s.month).isoformat(), "share": str(min(s.value / value, Decimal(1)))} for s in months]
        spec = {"kind": "points", "points": points}
    schedule = schedule_of(spec=spec, since=since, due=max(due, since))
    if value is None and commitment.kind == Kind.ROSTER and commitment.named:
        value = Decimal(len(commitment.named))
    needed = None
    if value is not None:
        needed = verdicts.needed(target=value, comparator=commitment.comparator, unit=commitment.unit)
    return Term(target=value, needed=needed, due=due, schedule=schedule)


def standings(*, plan: Plan, as_of: date, known_at: datetime | None = None, ids: Iterable[int] | None = None) -> list[Standing]:
    """The standing of every confirmed commitment of a plan, in the text's order."""
    found = plan.commitments.filter(state=Commitment.State.CONFIRMED)
    if ids is not None:
        found = found.filter(pk__in=list(ids))
    return [standing(commitment=c, as_of=as_of, known_at=known_at) for c in prepared(found)]


def prepared(found: object) -> list[Commitment]:
    """Commitments with all that a standing reads, in a fixed number of queries."""
    rows = found.select_related("plan", "owner", "leader", "passage").prefetch_related(  # type: ignore[attr-defined]
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
    since = commitment.plan.since
    before = last_month_end(as_of)
    asked = list(days) if days is not None else month_ends(since, max(as_of, since))
    reports = reports_known(commitment=commitment, as_of=as_of, known_at=known_at)
    indicator = INDICATORS.get(commitment.indicator)
    if indicator is not None:
        found = _from_indicator(
            commitment=commitment, indicator=indicator, as_of=as_of, known_at=known_at, days=[before, *asked]
        )
    else:
        found = _from_reports(commitment=commitment, reports=reports, as_of=as_of, days=[before, *asked])
    reading, source = found
    last = reports[-1] if reports else None
    base = Standing(
        commitment=commitment,
        as_of=as_of,
        known_at=known_at,
        verdict=Verdict.NO_DATA,
        actual=reading.value,
        proof=reading.proof,
        source=source,
        reported=last.value if last else None,
        done=reading.done or _done(reports),
        last_on=reading.facts[-1].on if reading.facts else (last.happened_on if last else None),
        note=last.progress if last else "",
        curve=tuple(zip(asked, reading.curve[1:], strict=True)),
        entry_ids=tuple(reading.entry_ids),
    )
    now = term(commitment=commitment, as_of=as_of, known_at=known_at)
    judge = {
        Kind.QUANTITY: _quantity,
        Kind.ROSTER: _roster,
        Kind.RATE: _level,
        Kind.RANK: _rank,
        Kind.BAND: _band,
        Kind.MILESTONE: _milestone,
        Kind.ROUTINE: _routine,
    }[Kind(commitment.kind)]
    return judge(base, now, reading.curve[0], reports)


def reports_known(*, commitment: Commitment, as_of: date, known_at: datetime | None = None) -> list[Reported]:
    """The reported values that speak on `as_of`: not superseded and not returned, as known at `known_at`; oldest first."""
    out = []
    for row in commitment.reports.all():
        if row.happened_on > as_of:
            continue
        if known_at is None:
            if row.superseded_at is None and row.state != ProofState.RETURNED:
                out.append(row)
            continue
        returned = row.state == ProofState.RETURNED and row.judged_at is not None and row.judged_at <= known_at
        superseded = row.superseded_at is not None and row.superseded_at <= known_at
        if row.recorded_at <= known_at and not superseded and not returned:
            out.append(row)
    return sorted(out, key=lambda r: (r.happened_on, r.recorded_at))


def _from_indicator(
    *, commitment: Commitment, indicator: Indicator, as_of: date, known_at: datetime | None, days: Sequence[date]
) -> tuple[Reading, str]:
    question = Question(
        since=commitment.plan.since, as_of=as_of, known_at=known_at, named=tuple(commitment.named or ())
    )
    reading = indicator.read(question=question, days=days)
    into = commitment.unit

    def scaled(value: Decimal | None) -> Decimal | None:
        return None if value is None else (convert(value=value, unit=indicator.unit, into=into) if into else value)

    proof = Proof(**{state: scaled(getattr(reading.proof, state)) or Decimal(0) for state in ProofState.values})
    curve = tuple(scaled(value) for value in reading.curve)
    return replace(reading, value=scaled(reading.value), curve=curve, proof=proof), "indicator"


def _from_reports(
    *, commitment: Commitment, reports: list[Reported], as_of: date, days: Sequence[date]
) -> tuple[Reading, str]:
    def at(day: date) -> Decimal | None:
        rows = [row for row in reports if row.happened_on <= day]
        if commitment.kind == Kind.ROSTER:
            return Decimal(len(_done(rows))) if rows else None
        values = [row.value for row in rows if row.value is not None]
        return values[-1] if values else None

    value = at(as_of)
    figures = [row for row in reports if row.value is not None or row.done]
    state = figures[-1].state if figures else ProofState.CLAIMED
    proof = Proof(**{state: value}) if value is not None else Proof()
    reading = Reading(value=value, curve=tuple(at(day) for day in days), proof=proof, facts=())
    return reading, "reported" if reports else ""


def _done(reports: Sequence[Reported]) -> dict[str, date]:
    done: dict[str, date] = {}
    for row in reports:
        for name in row.done:
            done.setdefault(name, row.happened_on)
    return done


def _quantity(base: Standing, now: Term, before: Decimal | None, reports: list[Reported]) -> Standing:
    c = base.commitment
    if now.needed is None or now.needed <= 0:
        return replace(base, target=now.target, verdict=_untargeted(base, reports))
    share = now.schedule.share(base.as_of)
    expected = _decimal(Fraction(now.needed) * share)
    base = replace(base, target=now.needed, expected=expected)
    if base.actual is None:
        return base
    actual = Fraction(base.actual) / Fraction(now.needed)
    if c.is_ceiling:
        over = base.actual > now.needed
        late = base.as_of >= now.due
        verdict = Verdict.MISSED if over and late else Verdict.BEHIND if over else Verdict.MET if late else Verdict.ON_TRACK
        return replace(base, expected=now.needed, verdict=verdict)
    if verdicts.meets(actual=base.actual, target=now.target or now.needed, comparator=c.comparator, unit=c.unit):
        return replace(base, verdict=Verdict.MET, behind_by=Fraction(0))
    if base.as_of >= now.due:
        return replace(base, verdict=Verdict.MISSED, behind_by=1 - actual)
    verdict = verdicts.by_progress(actual=actual, expected=share, modality=c.modality)
    verdict = _made_up(base, now, before, verdict)
    until = now.schedule.runs_until(base.as_of)
    aim = Fraction(now.needed) * now.schedule.share_at(base.as_of)
    left = max(Fraction(0), aim - Fraction(base.actual))
    weeks = Fraction((until - base.as_of).days, 7)
    per_week = _decimal(left / weeks) if weeks > 0 else None
    return replace(base, verdict=verdict, behind_by=share - actual, per_week=per_week, runs_until=until)


def _made_up(base: Standing, now: Term, before: Decimal | None, verdict: Verdict) -> Verdict:
    """On track now, behind at the last month's end."""
    day = last_month_end(base.as_of)
    if verdict not in (Verdict.ON_TRACK, Verdict.AHEAD) or before is None or day < now.schedule.since or not now.needed:
        return verdict
    share = Fraction(before) / Fraction(now.needed)
    earlier = verdicts.by_progress(actual=share, expected=now.schedule.share(day), modality=base.commitment.modality)
    return Verdict.MADE_UP if earlier == Verdict.BEHIND else verdict


def _roster(base: Standing, now: Term, before: Decimal | None, reports: list[Reported]) -> Standing:
    total = Decimal(len(base.commitment.named)) or now.target
    if not total:
        return replace(base, verdict=_untargeted(base, reports))
    share = now.schedule.share(base.as_of)
    expected = Decimal(int(Fraction(total) * share))
    base = replace(base, target=total, expected=expected)
    if base.actual is None:
        return replace(base, verdict=_untargeted(base, reports))
    behind_by = (Fraction(expected) - Fraction(base.actual)) / Fraction(total)
    base = replace(base, behind_by=behind_by)
    if base.actual >= total:
        return replace(base, verdict=Verdict.MET)
    if base.commitment.due_on and base.as_of >= base.commitment.due_on:
        return replace(base, verdict=Verdict.MISSED)
    if base.actual < expected:
        return replace(base, verdict=Verdict.BEHIND)
    return replace(base, verdict=Verdict.AHEAD if base.actual > expected else Verdict.ON_TRACK)


def _level(base: Standing, now: Term, before: Decimal | None, reports: list[Reported]) -> Standing:
    base = replace(base, target=now.target, expected=now.target)
    if base.actual is None or now.target is None:
        return replace(base, verdict=_untargeted(base, reports))
    ok = verdicts.meets(actual=base.actual, target=now.target, comparator=base.commitment.comparator)
    if base.as_of >= now.due:
        return replace(base, verdict=Verdict.MET if ok else Verdict.MISSED)
    if ok:
        was = before is None or verdicts.meets(
            actual=before, target=now.target, comparator=base.commitment.comparator
        )
        return replace(base, verdict=Verdict.ON_TRACK if was else Verdict.MADE_UP)
    return replace(base, verdict=Verdict.BEHIND if verdicts.is_firm(base.commitment.modality) else Verdict.IN_PROGRESS)


def _rank(base: Standing, now: Term, before: Decimal | None, reports: list[Reported]) -> Standing:
    base = replace(base, target=now.target)
    if _reached(reports):
        return replace(base, verdict=Verdict.MET)
    if base.actual is None or now.target is None:
        verdict = _untargeted(base, reports)
        late = base.as_of >= now.due and verdict == Verdict.IN_PROGRESS and base.commitment.due_on is not None
        return replace(base, verdict=Verdict.MISSED if late and now.target is not None else verdict)
    ok = base.actual <= now.target
    if base.as_of >= now.due:
        return replace(base, verdict=Verdict.MET if ok else Verdict.MISSED)
    if ok:
        was = before is None or before <= now.target
        return replace(base, verdict=Verdict.ON_TRACK if was else Verdict.MADE_UP)
    return replace(base, verdict=Verdict.BEHIND if verdicts.is_firm(base.commitment.modality) else Verdict.IN_PROGRESS)


def _band(base: Standing, now: Term, before: Decimal | None, reports: list[Reported]) -> Standing:
    said = [row for row in reports if row.reached is not None]
    if not said:
        return replace(base, verdict=_untargeted(base, reports))
    held = said[-1].reached
    if base.as_of >= now.due:
        return replace(base, verdict=Verdict.MET if held else Verdict.MISSED)
    if not held:
        return replace(base, verdict=Verdict.BEHIND)
    earlier = [row for row in said if row.happened_on <= last_month_end(base.as_of)]
    return replace(base, verdict=Verdict.MADE_UP if earlier and not earlier[-1].reached else Verdict.ON_TRACK)


def _milestone(base: Standing, now: Term, before: Decimal | None, reports: list[Reported]) -> Standing:
    names = base.commitment.named
    counted = base.source == "indicator" and base.actual is not None
    if _reached(reports) or (counted and base.actual is not None and base.actual >= max(1, len(names))):
        return replace(base, verdict=Verdict.MET)
    if base.commitment.due_on and base.as_of >= base.commitment.due_on:
        return replace(base, verdict=Verdict.MISSED)
    if base.commitment.schedule and not counted:
        share = now.schedule.share(base.as_of)
        base = replace(base, expected=_decimal(share * 100), target=Decimal(100))
        if base.actual is not None:
            actual = Fraction(base.actual) / 100
            verdict = verdicts.by_progress(actual=actual, expected=share, modality=base.commitment.modality)
            return replace(base, verdict=verdict, behind_by=share - actual)
        if share > 0:
            return replace(base, verdict=Verdict.BEHIND, behind_by=share)
    return replace(base, verdict=_untargeted(base, reports))


def _routine(base: Standing, now: Term, before: Decimal | None, reports: list[Reported]) -> Standing:
    """Standing duties: alive while somebody acts and another person verifies it."""
    quiet, dead = verdicts.routine_days()
    acted = [
        row.happened_on
        for row in reports
        if row.state == ProofState.VERIFIED and (base.known_at is None or (row.judged_at and row.judged_at <= base.known_at))
    ]
    if not acted:
        idle = (base.as_of - base.commitment.plan.since).days
        if not reports:
            return base
        note = f"有填报未核实;{base.note}".rstrip(";")
        return replace(base, note=note, verdict=Verdict.QUIET if idle > quiet else Verdict.IN_PROGRESS)
    last = max(acted)
    idle = (base.as_of - last).days
    verdict = Verdict.DEAD if idle > dead else Verdict.QUIET if idle > quiet else Verdict.ON_TRACK
    return replace(base, last_on=last, verdict=verdict)


def _reached(reports: Sequence[Reported]) -> bool:
    said = [row.reached for row in reports if row.reached is not None]
    return bool(said and said[-1])


def _untargeted(base: Standing, reports: list[Reported]) -> Verdict:
    """Without a number to compare, a report says that work is going on."""
    return Verdict.IN_PROGRESS if reports or base.actual is not None else Verdict.NO_DATA


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.000001")).normalize()


def store(*, plan: Plan, as_of: date, known_at: datetime) -> int:
    """Keep the standings of a plan as known at `known_at`; earlier ones stay. Returns how many were stored."""
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
    return len(StoredStanding.objects.bulk_create(rows, ignore_conflicts=True))
