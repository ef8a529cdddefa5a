"""Whole years between dates, what is known first, and what only a diagnosis gives: the same in both judges."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import polars as pl
import pytest

from gongjian.kernel.rulebooks.arithmetic import Columns, Exact
from gongjian.kernel.rulebooks.conditions import Diagnosed, FirstKnown
from gongjian.kernel.rulebooks.dates import anniversary
from gongjian.kernel.rulebooks.facts import EPOCH, FactSpec, Kind
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import Fact, World, param

SINCE = Fact(FactSpec(name="since", label="起", kind=Kind.DAY))
LEVEL = Fact(FactSpec(name="level", label="等级", kind=Kind.COUNT))
SCORE = Fact(FactSpec(name="score", label="得分", kind=Kind.COUNT))


def day_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


@pytest.mark.parametrize("years", [1, 3, 10])
def test_an_anniversary_is_the_calendars_in_both_arithmetics(years: int) -> None:
    figures = {"years": Parameter(name="years", label="年限", value=Fraction(years))}
    term = anniversary(SINCE, param("years"))
    days = [date(1896, 1, 1) + timedelta(days=number) for number in range(0, 77_000)]
    numbers = [(day - EPOCH).days for day in days]
    expected = [(day_after(day, years) - EPOCH).days for day in days]
    assert [term.value(World(sums=Exact({"since": n}), parameters=figures)).n for n in numbers] == expected
    frame = pl.DataFrame({"since": [*numbers, None]})
    sums = Columns()
    then = term.value(World(sums=sums, parameters=figures)).n
    found = sums.ready(frame).with_columns(then=then)
    assert found["then"].to_list() == [*expected, None]


@pytest.mark.parametrize(
    ("level", "score", "expected"),
    [
        (2, None, State.MET),
        (1, 9, State.UNMET),
        (None, 9, State.MET),
        (None, 7, State.UNMET),
        (None, None, State.UNKNOWN),
    ],
)
def test_the_first_that_is_known_decides(level: int | None, score: int | None, expected: State) -> None:
    condition = FirstKnown((LEVEL >= 2, SCORE >= 8))
    assert condition.state(World(sums=Exact({"level": level, "score": score}), parameters={})) == expected
    frame = pl.DataFrame({"level": [level], "score": [score]}, schema=dict.fromkeys(("level", "score"), pl.Int64))
    sums = Columns()
    state = condition.state(World(sums=sums, parameters={}))
    found = sums.ready(frame).with_columns(state=state)
    assert found["state"].to_list() == [expected]


def test_a_missing_diagnosis_is_not_a_missing_return() -> None:
    condition = Diagnosed(LEVEL >= 2)
    states = [condition.state(World(sums=Exact({"level": level}), parameters={})) for level in (None, 1, 2)]
    assert states == [State.UNGRADED, State.UNMET, State.MET]
