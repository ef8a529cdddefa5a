"""What the owner unit says (填报): which reports speak on a day, as known when, and what they add up to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from gongjian.kernel.evidence.models import Evidence, ProofState
from gongjian.kernel.indicators.question import EVIDENCED, VERIFIED, Proof, Reading
from gongjian.kernel.indicators.tallies import WEAKEST_FIRST
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.plan.proposal import Kind
from gongjian.kernel.reports.models import Reported

CUMULATIVE = (Kind.QUANTITY,)


def reports_known(*, commitment: Commitment, as_of: date, known_at: datetime | None = None) -> list[Reported]:
    """The reports that speak on `as_of`, as known at `known_at`: not superseded, not returned; oldest first."""

    def speaks(row: Reported) -> bool:
        if row.happened_on > as_of or (known_at is not None and row.recorded_at > known_at):
            return False
        return not _by(row.superseded_at, known_at) and not (
            row.state == ProofState.RETURNED and _by(row.judged_at, known_at)
        )

    return sorted(filter(speaks, commitment.reports.all()), key=lambda r: (r.happened_on, r.recorded_at, r.pk))


def _by(moment: datetime | None, known_at: datetime | None) -> bool:
    """Whether something has happened by `known_at` (None = now)."""
    return moment is not None and (known_at is None or moment <= known_at)


def states_known(
    *, reports: Iterable[Reported], known_at: datetime | None = None, offered: Collection[int] | None = None
) -> dict[int, str]:
    """The proof state of each report by id, as known at `known_at`: before it was judged, evidenced or only claimed.

    `offered` are the ids of reports that had evidence by then, when the caller knows them already.
    """
    rows = list(reports)
    if known_at is None:
        return {row.pk: row.state for row in rows}
    early = [row for row in rows if not _by(row.judged_at, known_at)]
    if offered is None:
        offered = evidence_by(ids=[row.pk for row in early], known_at=known_at) if early else ()
    before = {row.pk: ProofState.EVIDENCED if row.pk in offered else ProofState.CLAIMED for row in early}
    return {row.pk: before.get(row.pk, row.state) for row in rows}


def evidence_by(*, ids: Iterable[int], known_at: datetime) -> set[int]:
    """Which reports had a file offered as proof by `known_at`."""
    files = Evidence.objects.filter(subject_kind="reported", subject_id__in=list(ids), uploaded_at__lte=known_at)
    return set(files.values_list("subject_id", flat=True))


def figure_of(commitment: Commitment, rows: Sequence[Reported]) -> Decimal | None:
    """The figure that a unit's reports give: the last one entered; for rosters how many names were said to be done."""
    if commitment.kind == Kind.ROSTER:
        return Decimal(len(done_names(rows))) if rows else None
    values = [row.value for row in rows if row.value is not None]
    return values[-1] if values else None


def figure_on(commitment: Commitment, rows: Sequence[Reported]) -> date | None:
    """The day of which the figure speaks."""
    days = [row.happened_on for row in rows if row.value is not None or commitment.kind == Kind.ROSTER]
    return days[-1] if days else None


def done_names(rows: Sequence[Reported]) -> dict[str, date]:
    """The roster's names said to be done, and the day of the first report that said so."""
    done: dict[str, date] = {}
    for row in rows:
        for name in row.done:
            done.setdefault(name, row.happened_on)
    return done


def read_reports(
    *, commitment: Commitment, reports: Sequence[Reported], states: Mapping[int, str], days: Sequence[date]
) -> Reading:
    """The reports as an indicator would answer: value, the value on each of `days`, proof."""
    value = figure_of(commitment, reports)
    return Reading(
        value=value,
        curve=tuple(figure_of(commitment, [r for r in reports if r.happened_on <= day]) for day in days),
        proof=_proof(commitment, value, reports, states),
        last_on=reports[-1].happened_on if reports else None,
        done=done_names(reports),
    )


def _proof(
    commitment: Commitment, value: Decimal | None, reports: Sequence[Reported], states: Mapping[int, str]
) -> Proof:
    if value is None:
        return Proof()
    if commitment.kind == Kind.ROSTER:
        best: dict[str, str] = {}
        for row in reports:
            for name in row.done:
                best[name] = max(best.get(name, states[row.pk]), states[row.pk], key=_rank)
        return Proof(**{s: Decimal(sum(state == s for state in best.values())) for s in ProofState.values})
    figures = [(row.value, states[row.pk]) for row in reports if row.value is not None]
    if commitment.kind not in CUMULATIVE:
        return Proof(**{figures[-1][1]: value})
    # cumulative figures: what was verified in May is verified in June, the rest is what June's own state says
    verified = _up_to(figures, VERIFIED, value)
    evidenced = max(_up_to(figures, EVIDENCED, value), verified)
    return Proof(verified=verified, evidenced=evidenced - verified, claimed=value - evidenced)


def _up_to(figures: Sequence[tuple[Decimal, str]], state: str, value: Decimal) -> Decimal:
    """The last figure that was at least in `state`, never more than what is reported now."""
    found = [figure for figure, own in figures if _rank(own) >= _rank(state)]
    return min(found[-1], value) if found else Decimal(0)


def _rank(state: str) -> int:
    return WEAKEST_FIRST.index(state)
