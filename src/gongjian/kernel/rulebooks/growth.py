"""Growth: yearly amounts over the years (one year's, the mean growth of three years, the compound growth of several)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from gongjian.kernel.rulebooks.arithmetic import Number, Truth
from gongjian.kernel.rulebooks.facts import FactSpec, plain
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import Lever, Term, Value, World, lever_of


@dataclass(frozen=True, eq=False)
class Year(Term):
    """One year of a yearly fact: nothing in a year before the founding, unknown in a later year that was not reported."""

    spec: FactSpec
    back: int
    years_open: FactSpec | None

    @property
    def unit(self) -> str:  # type: ignore[override]
        return self.spec.unit

    def value(self, world: World) -> Value:
        sums, name = world.sums, self.spec.name
        n = sums.fact(name)
        if self.years_open is not None and self.back > 1:
            n = sums.choose(sums.above(self.back, sums.fact(self.years_open.name)), 0, n)
        return Value(n=n, d=self.spec.kind.scale, dn=world.pull.get(name, 0), fixed=True)

    def specs(self) -> list[FactSpec]:
        return [self.spec, *([self.years_open] if self.years_open is not None else [])]

    def levers(self, *, up: bool) -> tuple[Lever, ...]:
        return (lever_of(self.spec, up=up),)

    def formula(self) -> str:
        return self.spec.label


@dataclass(frozen=True, eq=False)
class MeanGrowth(Term):
    """½(Y2/Y1 + Y3/Y2) - 1 of three yearly amounts, oldest Y1; Y3/Y2 - 1 where Y1 is zero or only two years exist.

    Without a value where Y2 (or Y1, unless it is zero) is not positive, or fewer than two years exist.
    """

    latest: FactSpec
    middle: FactSpec
    oldest: FactSpec
    years_open: FactSpec
    label: str = ""
    undefined: State = State.UNMET

    def value(self, world: World) -> Value:
        if self not in world.known:
            world.known[self] = tuple(world.sums.let(part) for part in self.worked_out(world))
        n, d, change, ok = world.known[self]
        pulled = world.pull.get(self.latest.name, 0)
        return Value(n=n, d=d, dn=world.sums.times(change, pulled), ok=ok, wide=True)

    def worked_out(self, world: World) -> tuple[Number, Number, Number, Truth]:
        """n, d, the change of n by one smallest unit of the latest amount, and whether there is such a growth."""
        sums = world.sums
        y3, y2, y1 = (sums.wide(sums.fact(spec.name)) for spec in (self.latest, self.middle, self.oldest))
        years = sums.fact(self.years_open.name)
        is_short = sums.either(sums.equal(y1, 0), sums.at_least(2, years))
        # three years: (Y2² + Y1·Y3 - 2·Y1·Y2) / (2·Y1·Y2)
        across = sums.times(y1, y2)
        long = sums.minus(sums.add(sums.times(y2, y2), sums.times(y1, y3)), sums.times(2, across))
        enough = sums.both(sums.above(y2, 0), sums.isnt(sums.at_least(1, years)))
        return (
            sums.choose(is_short, sums.minus(y3, y2), long),
            sums.choose(is_short, y2, sums.times(2, across)),
            sums.choose(is_short, 1, y1),
            sums.choose(is_short, enough, sums.both(sums.above(y2, 0), sums.above(y1, 0))),
        )

    def specs(self) -> list[FactSpec]:
        return [self.latest, self.middle, self.oldest, self.years_open]

    def levers(self, *, up: bool) -> tuple[Lever, ...]:
        return (lever_of(self.latest, up=up),)

    def told(self, value: Fraction) -> str:
        return f"{plain(value * 100)}%"

    def formula(self) -> str:
        return self.label or f"{self.latest.label}等三年平均增长率"


@dataclass(frozen=True, eq=False)
class CompoundGrowth(Term):
    """(latest/first)^(1/years) - 1; compared by powers, so that exactly 5 % is 5 %."""

    latest: FactSpec
    first: FactSpec
    years: int
    label: str = ""
    undefined: State = State.UNMET

    def value(self, world: World) -> Value:
        sums = world.sums
        n, d = sums.fact(self.latest.name), sums.fact(self.first.name)
        return Value(n=n, d=d, dn=world.pull.get(self.latest.name, 0), ok=sums.above(d, 0))

    def specs(self) -> list[FactSpec]:
        return [self.latest, self.first]

    def raised(self, threshold: Fraction) -> Fraction:
        return (1 + threshold) ** self.years

    def levers(self, *, up: bool) -> tuple[Lever, ...]:
        return (lever_of(self.latest, up=up),)

    def told(self, value: Fraction) -> str:
        return f"{plain(Fraction(float(value) ** (1 / self.years) - 1) * 100)}%" if value >= 0 else "负增长"

    def formula(self) -> str:
        return self.label or f"{self.latest.label}{self.years}年复合增长率"
