"""Dates: how many days lie between two of them, and the day on which so many years are full."""

from __future__ import annotations

from dataclasses import dataclass

from gongjian.kernel.rulebooks.arithmetic import Number
from gongjian.kernel.rulebooks.facts import FactSpec
from gongjian.kernel.rulebooks.terms import Difference, Fact, Lever, Param, Term, Value, World

WAIT = "等待"
"""The lever that nobody has to pull."""


@dataclass(frozen=True, eq=False)
class Days(Difference):
    """How many days lie between two dates; time alone closes its gap."""

    @property
    def unit(self) -> str:  # type: ignore[override]
        return "天"

    def levers(self, *, up: bool) -> tuple[Lever, ...]:
        moved = self.whole.specs()[0]
        return (Lever(label=WAIT, unit="天", moves={moved.name: 1}),) if up else ()

    def formula(self) -> str:
        return self.label or f"{self.part.formula()}至{self.whole.formula()}的天数"


def days(since: Term, until: Term, *, label: str = "") -> Days:
    """How many days lie between two dates."""
    return Days(until, since, label)


MARCH = 719_468
"""Days from 1 March of the year 0 to 1970."""


@dataclass(frozen=True, eq=False)
class Anniversary(Term):
    """The day on which a number of years since a date is full; 28 February after 29 February.

    Counted in years that begin in March, where every day has the same place in each year and the leap day is the last.
    """

    since: Fact
    years: Param
    label: str = ""

    def value(self, world: World) -> Value:
        if self not in world.known:
            world.known[self] = world.sums.let(self.worked_out(world))
        return Value(n=world.known[self], fixed=True)

    def worked_out(self, world: World) -> Number:
        """The day, counted from 1970."""
        sums = world.sums

        def begins(year: Number) -> Number:
            leaps = sums.minus(sums.over(year, 4), sums.minus(sums.over(year, 100), sums.over(year, 400)))
            return sums.add(sums.times(year, 365), leaps)

        day = sums.let(sums.add(sums.fact(self.since.name), MARCH))
        year = sums.let(
            sums.over(sums.times(day, 400), 146_097)
        )  # one too many on the last days of some years, never too few
        year = sums.let(sums.choose(sums.above(begins(year), day), sums.minus(year, 1), year))
        year = sums.let(sums.choose(sums.at_least(day, begins(sums.add(year, 1))), sums.add(year, 1), year))
        into = sums.let(sums.minus(day, begins(year)))
        then = sums.let(sums.add(year, self.years.value(world).n))
        last = sums.minus(sums.minus(begins(sums.add(then, 1)), begins(then)), 1)
        into = sums.choose(sums.above(into, last), last, into)
        return sums.minus(sums.add(begins(then), into), MARCH)

    def specs(self) -> list[FactSpec]:
        return self.since.specs()

    def parameters(self) -> list[str]:
        return self.years.parameters()

    def formula(self) -> str:
        return self.label or f"{self.since.formula()}满规定年限之日"


def anniversary(since: Fact, years: Param, *, label: str = "") -> Anniversary:
    """The day on which so many whole years since a date are full."""
    return Anniversary(since, years, label)
