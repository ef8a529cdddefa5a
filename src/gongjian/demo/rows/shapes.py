"""The shape of one register row of the demo: its values, the stages it moved through, the files that prove it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from gongjian.demo.firms import AS_OF
from gongjian.kernel.clock import is_workday


@dataclass(frozen=True, kw_only=True)
class MoveStory:
    """A step into a stage (the member's name in the register's `Steps`), when it happened and when it was typed in."""

    stage: str
    happened_on: date
    recorded_on: date


@dataclass(frozen=True, kw_only=True)
class ProofStory:
    """A file for one evidence field; `state` is evidenced, verified or returned (then with the reason)."""

    part: str
    name: str
    uploaded_on: date
    state: str = "verified"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RowStory:
    """One row of the register `register`.

    `values` maps field names to values; an `enterprise` is given by its credit code, an `upgrade` by its name. `unit`
    is the full name of the unit that keeps the row. Rows without stages have no moves.
    """

    register: str
    values: Mapping[str, object]
    unit: str
    recorded_on: date
    moves: tuple[MoveStory, ...] = ()
    proofs: tuple[ProofStory, ...] = ()
    faults: tuple[str, ...] = field(default=())

    def reached(self, stage: str, *, by: date = AS_OF) -> bool:
        """Whether the row moved into `stage` on or before a day."""
        return any(move.stage == stage and move.happened_on <= by for move in self.moves)


def moved(
    *steps: tuple[str, date], random: Random | None = None, recorded: Mapping[str, date] | None = None
) -> tuple[MoveStory, ...]:
    """Moves typed in up to four days after they happened, never after the day the demo stands at."""
    recorded = recorded or {}
    return tuple(
        MoveStory(
            stage=stage,
            happened_on=day,
            recorded_on=recorded.get(stage) or min(AS_OF, day + timedelta(days=random.randrange(5) if random else 1)),
        )
        for stage, day in steps
    )


def spread(random: Random, *, per_month: Sequence[int], year: int = 2025, first_day: int = 1) -> list[date]:
    """Working days in date order, `per_month[0]` of them in January; `first_day` bounds every month from below."""
    days: list[date] = []
    for month, number in enumerate(per_month, start=1):
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        workdays = [day for n in range(first_day, last + 1) if is_workday(day := date(year, month, n))]
        days += sorted(random.choice(workdays) for _ in range(number))
    return days
