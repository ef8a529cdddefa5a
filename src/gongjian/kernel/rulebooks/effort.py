"""Effort: how near a miss is, so that the officers' hours go where they bring most.

Each criterion that is not met counts what its gap is of the present value (2 people of 40 = 0.05), the easiest way first and at
most 1; one that nothing closes counts 1. What waits for data or for a grade counts a quarter. Zero is met.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from gongjian.kernel.rulebooks.judging import gaps_of
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State

OPEN = 0.25


def of(
    book: Rulebook, criteria: Mapping[str, int], gaps: Mapping[str, int], facts: Mapping[str, int | None]
) -> float | None:
    """The effort of a verdict that is not met; None for any other."""
    if State.UNMET not in criteria.values():
        return None
    whole = 0.0
    for gate in book.criteria:
        state = criteria[gate.name]
        if state in (State.UNKNOWN, State.UNGRADED):
            whole += OPEN
        elif state == State.UNMET:
            sizes = [
                _share(steps * size, facts.get(moved))
                for name, moved, size in _levers(book)[gate.name]
                if (steps := gaps.get(name)) is not None
            ]
            whole += min([1.0, *sizes])
    return round(whole, 6)


@cache
def _levers(book: Rulebook) -> dict[str, list[tuple[str, str, float]]]:
    """Each criterion's gaps: the gap's name, the first fact that its lever moves, and how much of it one step is."""
    found: dict[str, list[tuple[str, str, float]]] = {}
    for gate in book.criteria:
        found[gate.name] = []
        for number, (comparison, lever) in enumerate(gaps_of(gate)):
            moved = next(iter(lever.moves))
            scales = {spec.name: spec.kind.scale for spec in comparison.specs()}
            found[gate.name].append((f"{gate.name}.{number}", moved, float(lever.step) * scales.get(moved, 1)))
    return found


def _share(amount: float, there: int | None) -> float:
    """The gap as a share of what there is of the fact that it moves."""
    return amount / max(abs(there or 0), amount)
