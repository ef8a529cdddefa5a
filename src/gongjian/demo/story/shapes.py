"""The shapes in which the demo zone's year is told: promises, reported values, planted faults."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from gongjian.kernel.plan.proposal import Comparator, Kind, Modality

AS_OF = date(2025, 6, 30)
YEAR = 2025
MONTHS = tuple(range(1, 7))


@dataclass(frozen=True, kw_only=True)
class ReportedStory:
    """One month's reported value (填报), in the terms of `kernel.reports`.

    `value` is in the commitment's unit: cumulative since January for quantities, the level for rates, the rank's place.
    `state` is claimed, evidenced, verified or returned. `evidence` are names of files; the demo writes their content.
    `recorded_on` is the day it was typed in, `happened_on` the day that the figure speaks of.
    """

    month: int
    happened_on: date
    recorded_on: date
    value: Decimal | None = None
    reached: bool | None = None
    done: tuple[str, ...] = ()
    progress: str = ""
    state: str = "claimed"
    evidence: tuple[str, ...] = ()
    returned_for: str = ""


@dataclass(frozen=True, kw_only=True)
class WindowStory:
    """An application batch: nothing is expected before it closes, and then this share (0 to 1) of the year's target."""

    opens_on: date
    closes_on: date
    share: Decimal


@dataclass(frozen=True, kw_only=True)
class CommitmentStory:
    """One promise of examples/plan-2025.md: the words that make it (they occur once), numbers, owner, reports.

    `indicator` names the declared indicator that counts it; empty: it lives by 填报. `owner` and `co_owners` are full
    unit names, `leader` is an account name of `demo.cast`.
    """

    text: str
    kind: Kind
    metric: str
    owner: str
    leader: str
    modality: Modality = Modality.PLAIN
    comparator: Comparator | None = None
    value: Decimal | None = None
    value2: Decimal | None = None
    unit: str = ""
    deadline: str = ""
    named: tuple[str, ...] = ()
    co_owners: tuple[str, ...] = ()
    mechanism: str = ""
    indicator: str = ""
    windows: tuple[WindowStory, ...] = ()
    reports: tuple[ReportedStory, ...] = ()

    @property
    def last_act_on(self) -> date | None:
        """The day of the newest thing reported; None when nothing ever was."""
        return max((report.happened_on for report in self.reports), default=None)


@dataclass(frozen=True, kw_only=True)
class FaultStory:
    """One fault planted in the demo data: a code, what is wrong in a Chinese sentence, where, and how it shows."""

    code: str
    description: str
    where: str
    seen_by: str


@dataclass(frozen=True, kw_only=True)
class Month:
    """What one month's report says when it is more than a number."""

    progress: str = ""
    done: tuple[str, ...] = ()
    reached: bool | None = None
    state: str = ""
    returned_for: str = ""
    recorded_on: date | None = None
    happened_on: date | None = None
    evidence: tuple[str, ...] = field(default=())


def month_end(month: int) -> date:
    """The last day of a month of the plan year."""
    return date(YEAR + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def told(
    values: Mapping[int, str | int | None], *, evidence: str, notes: Mapping[int, Month] | None = None
) -> tuple[ReportedStory, ...]:
    """Reports for the months in `values` (value or None), oldest first.

    All months before June count as verified on a file named after `evidence`, June as evidenced, unless `notes` says
    otherwise. A month's figure is typed in on the 3rd of the next month, June's on the day the demo stands at.
    """
    notes = notes or {}
    reports = []
    for month, value in values.items():
        note = notes.get(month, Month())
        state = note.state or ("evidenced" if month == AS_OF.month else "verified")
        happened_on = note.happened_on or month_end(month)
        reports.append(
            ReportedStory(
                month=month,
                happened_on=happened_on,
                recorded_on=note.recorded_on or min(month_end(month) + timedelta(days=3), AS_OF),
                value=None if value is None else Decimal(str(value)),
                reached=note.reached,
                done=note.done,
                progress=note.progress,
                state=state,
                evidence=note.evidence or (() if state == "claimed" else (f"{evidence}({month}月).pdf",)),
                returned_for=note.returned_for,
            )
        )
    return tuple(reports)


def acts(
    entries: Collection[tuple[date, str]], *, evidence: str, claimed: Collection[date] = ()
) -> tuple[ReportedStory, ...]:
    """The acts of a standing duty: each with its day and what was done; typed in three days later."""
    return tuple(
        ReportedStory(
            month=day.month,
            happened_on=day,
            recorded_on=min(day + timedelta(days=3), AS_OF),
            reached=True,
            progress=progress,
            state="claimed" if day in claimed else "verified",
            evidence=() if day in claimed else (f"{evidence}({day:%m%d}).pdf",),
        )
        for day, progress in entries
    )
