"""The columnar judge and the exact judge agree to the last digit, and a gap is the least that closes it."""

from __future__ import annotations

from datetime import date

import pytest
from tests.kernel.rulebooks.agreement import in_columns, rows, told

from gongjian.kernel.rulebooks import rulebook as shelf
from gongjian.kernel.rulebooks.arithmetic import Exact
from gongjian.kernel.rulebooks.conditions import Comparison, pulled
from gongjian.kernel.rulebooks.judging import gaps_of
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.scores import Banded
from gongjian.kernel.rulebooks.terms import Lever, World

EVERY = [pytest.param(one, id=f"{one.name}-{one.edition}") for one in shelf.every()]


def _day(rulebook: Rulebook) -> date:
    return min(rulebook.until or date(2026, 11, 22), date(2026, 11, 22))


@pytest.mark.parametrize("rulebook", EVERY)
def test_both_judges_agree_on_thresholds_gaps_and_missing_facts(rulebook: Rulebook) -> None:
    as_of = _day(rulebook)
    given = rows(rulebook, n=1000, seed=7, as_of=as_of)
    for facts, answer in zip(given, in_columns(rulebook, given, as_of=as_of), strict=True):
        expected = told(rulebook, facts, as_of=as_of)
        answer.pop("applies", None)
        assert answer == expected, facts


@pytest.mark.parametrize("rulebook", EVERY)
def test_a_gap_is_the_least_that_closes_it(rulebook: Rulebook) -> None:
    as_of = _day(rulebook)
    figures = rulebook.figures(as_of=as_of)
    closed = 0
    for facts in rows(rulebook, n=600, seed=11, as_of=as_of):
        for gate in rulebook.gates:
            for comparison, lever in gaps_of(gate):
                world = World(sums=Exact(facts), parameters=figures)
                steps = comparison.steps(world, lever)
                if steps is None:
                    continue
                closed += 1
                assert steps > 0
                assert comparison.holds(World(sums=Exact(_after(facts, comparison, lever, steps)), parameters=figures))[
                    0
                ]
                if steps > 1:
                    less = _after(facts, comparison, lever, steps - 1)
                    assert not comparison.holds(World(sums=Exact(less), parameters=figures))[0]
        for item in rulebook.score.items() if rulebook.score is not None else []:
            if isinstance(item, Banded):
                world = World(sums=Exact(facts), parameters=figures)
                steps = item.steps(world, item.pulls[0])
                if steps is None:
                    continue
                closed += 1
                before = item.points(world)
                comparison = item.comparisons[0]
                after = World(sums=Exact(_after(facts, comparison, item.pulls[0], steps)), parameters=figures)
                less = World(sums=Exact(_after(facts, comparison, item.pulls[0], steps - 1)), parameters=figures)
                assert item.points(after).most > before.most
                assert item.points(less).most == before.most
    has_levers = rulebook.score is not None or any(gaps_of(gate) for gate in rulebook.gates)
    assert closed > 200 or not has_levers


def _after(facts: dict[str, int | None], comparison: Comparison, lever: Lever, steps: int) -> dict[str, int | None]:
    pull = pulled(World(sums=Exact(facts), parameters={}), lever, comparison.specs()).pull
    return facts | {name: (facts[name] or 0) + by * steps for name, by in pull.items()}
