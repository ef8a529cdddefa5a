"""Scores: points as intervals [least, most], because an expert's grade is a range and a missing one is anything.

Nowhere is there a single number: a rule's pass mark is reached for certain only when the least reaches it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from math import lcm

from gongjian.kernel.rulebooks.arithmetic import Number, Truth
from gongjian.kernel.rulebooks.conditions import Comparison, Condition, closing, code_of, pulled
from gongjian.kernel.rulebooks.facts import FactSpec
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import Constant, Fact, Lever, Term, World


@dataclass(frozen=True, kw_only=True)
class Points:
    """An interval, whether a fact is missing for it, and whether an expert's grade is."""

    least: Number
    most: Number
    unknown: Truth = False
    ungraded: Truth = False


class Item:
    """Something that earns points."""

    name: str
    label: str
    most: int

    def points(self, world: World) -> Points:
        raise NotImplementedError

    def items(self) -> list[Item]:
        """The items it is added up from, itself where it is one."""
        return [self]

    def specs(self) -> list[FactSpec]:
        raise NotImplementedError

    def parameters(self) -> list[str]:
        return []


def points_of(world: World, item: Item) -> Points:
    """The item's points, worked out once."""
    if item not in world.known:
        let, points = world.sums.let, item.points(world)
        world.known[item] = Points(
            least=let(points.least), most=let(points.most), unknown=let(points.unknown), ungraded=let(points.ungraded)
        )
    found: Points = world.known[item]
    return found


@dataclass(frozen=True)
class Band:
    """From this threshold on (`strict`: above it), between `least` and `most` points."""

    threshold: Fraction
    least: int
    most: int
    strict: bool = False
    grade: str = ""


@dataclass(frozen=True, eq=False)
class Banded(Item):
    """Points by the band that an amount reaches; bands from the highest down, `bottom` below the last."""

    name: str
    label: str
    term: Term
    bands: tuple[Band, ...]
    bottom: tuple[int, int] = (0, 0)
    cites: str = ""
    levers: tuple[Lever, ...] | None = None

    @property
    def most(self) -> int:  # type: ignore[override]
        return max(band.most for band in self.bands)

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """One for each band, that it is reached."""
        return tuple(
            Comparison(left=self.term, right=Constant(band.threshold), strict=band.strict, up=True, pulls=self.levers)
            for band in self.bands
        )

    def points(self, world: World) -> Points:
        sums = world.sums
        least, most = self.bottom
        met, ok = [], True
        for band, comparison in zip(reversed(self.bands), reversed(self.comparisons), strict=True):
            truth, ok = comparison.holds(world)
            met.append((truth, band.least - least, band.most - most))
            least, most = band.least, band.most
        low = reduce(sums.add, [sums.tally(truth, by) for truth, by, _ in met], self.bottom[0])
        high = reduce(sums.add, [sums.tally(truth, by) for truth, _, by in met], self.bottom[1])
        unknown = sums.missing(met[0][0])
        low, high = sums.choose(unknown, 0, low), sums.choose(unknown, self.most, high)
        if ok is not True:
            none = sums.isnt(ok)
            low, high = sums.choose(none, 0, low), sums.choose(none, 0, high)
            unknown = sums.both(unknown, sums.either(ok, sums.missing(ok)))
        return Points(least=sums.small(low), most=sums.small(high), unknown=unknown)

    @property
    def pulls(self) -> tuple[Lever, ...]:
        """What raises the amount; the usual one first."""
        return self.comparisons[0].levers

    def steps(self, world: World, lever: Lever) -> Number:
        """How many steps of the lever reach the next band; None at the top, or where the amount is not known."""
        sums, drawn = world.sums, pulled(world, lever, self.term.specs())
        numbers = [self.term.raised(band.threshold) for band in self.bands]
        below = lcm(*(number.denominator for number in numbers))
        top, strict = int(numbers[0] * below), int(self.bands[0].strict)
        for band, comparison, number in zip(self.bands[1:], self.comparisons[1:], numbers[1:], strict=True):
            met, _ = comparison.holds(world)
            top = sums.choose(met, top, int(number * below))
            strict = sums.choose(met, strict, int(band.strict))
        value = self.term.value(drawn)
        left = sums.minus(sums.minus(sums.times(value.n, below), sums.times(value.d, top)), strict)
        change = sums.minus(sums.times(value.dn, below), sums.times(value.dd, top))
        return closing(sums, left, change, value.ok, is_wide=value.wide)

    def specs(self) -> list[FactSpec]:
        return self.term.specs()

    def parameters(self) -> list[str]:
        return self.term.parameters()


@dataclass(frozen=True, eq=False)
class Graded(Item):
    """Points by an expert's grade: a letter that stands for a range."""

    name: str
    label: str
    fact: Fact
    grades: Mapping[str, tuple[int, int]]
    cites: str = ""

    @property
    def most(self) -> int:  # type: ignore[override]
        return max(most for _, most in self.grades.values())

    def points(self, world: World) -> Points:
        sums, grade = world.sums, world.sums.fact(self.fact.name)
        low, high = 0, self.most
        for number, option in enumerate(self.fact.spec.options):
            least, most = self.grades[option]
            is_it = sums.equal(grade, number)
            low, high = sums.choose(is_it, least, low), sums.choose(is_it, most, high)
        return Points(least=sums.small(low), most=sums.small(high), ungraded=sums.missing(grade))

    def specs(self) -> list[FactSpec]:
        return self.fact.specs()


@dataclass(frozen=True, eq=False)
class Given(Item):
    """Points that an expert gives as a number or as a range of two."""

    name: str
    label: str
    low: Fact
    high: Fact
    most: int
    cites: str = ""

    def points(self, world: World) -> Points:
        sums = world.sums
        low, high = sums.fact(self.low.name), sums.fact(self.high.name)
        # a grade beyond the item's points, or a range upside down, is no grade
        proper = sums.both(sums.both(sums.at_least(low, 0), sums.at_least(self.most, high)), sums.at_least(high, low))
        return Points(
            least=sums.small(sums.choose(proper, low, 0)),
            most=sums.small(sums.choose(proper, high, self.most)),
            ungraded=sums.choose(proper, False, True),
        )

    def specs(self) -> list[FactSpec]:
        return [*self.low.specs(), *self.high.specs()]


@dataclass(frozen=True, eq=False)
class Cased(Item):
    """Points by the first case that holds, `bottom` where none does."""

    name: str
    label: str
    cases: tuple[tuple[Condition, int, int], ...]
    bottom: tuple[int, int] = (0, 0)
    cites: str = ""

    @property
    def most(self) -> int:  # type: ignore[override]
        return max(self.bottom[1], *(most for _, _, most in self.cases))

    def points(self, world: World) -> Points:
        sums = world.sums
        low, high = self.bottom
        unknown: Truth = False
        for condition, least, most in reversed(self.cases):
            code = code_of(world, condition)
            met, none = sums.equal(code, int(State.MET)), sums.equal(code, int(State.UNKNOWN))
            low = sums.choose(met, least, low)
            high = sums.choose(met, most, sums.choose(none, sums.choose(sums.above(most, high), most, high), high))
            unknown = sums.choose(met, False, sums.either(none, unknown))
        return Points(least=sums.small(low), most=sums.small(high), unknown=unknown)

    def specs(self) -> list[FactSpec]:
        return [spec for condition, _, _ in self.cases for spec in condition.specs()]

    def parameters(self) -> list[str]:
        return [name for condition, _, _ in self.cases for name in condition.parameters()]


@dataclass(frozen=True, eq=False)
class Sum(Item):
    """Several items together, at most `most` points."""

    name: str
    label: str
    parts: tuple[Item, ...]
    cap: int | None = None
    cites: str = ""

    @property
    def most(self) -> int:  # type: ignore[override]
        whole = sum(part.most for part in self.parts)
        return whole if self.cap is None else min(whole, self.cap)

    def points(self, world: World) -> Points:
        sums, parts = world.sums, [points_of(world, part) for part in self.parts]
        low, high = reduce(sums.add, [part.least for part in parts]), reduce(sums.add, [part.most for part in parts])
        if self.cap is not None and sum(part.most for part in self.parts) > self.cap:
            low = sums.choose(sums.above(low, self.cap), self.cap, low)
            high = sums.choose(sums.above(high, self.cap), self.cap, high)
        return Points(
            least=low,
            most=high,
            unknown=reduce(sums.either, [part.unknown for part in parts]),
            ungraded=reduce(sums.either, [part.ungraded for part in parts]),
        )

    def items(self) -> list[Item]:
        return [item for part in self.parts for item in part.items()]

    def specs(self) -> list[FactSpec]:
        return [spec for part in self.parts for spec in part.specs()]

    def parameters(self) -> list[str]:
        return [name for part in self.parts for name in part.parameters()]


@dataclass(frozen=True, eq=False)
class Best(Sum):
    """Several ways to earn the same points: the better one counts."""

    @property
    def most(self) -> int:  # type: ignore[override]
        return max(part.most for part in self.parts)

    def points(self, world: World) -> Points:
        sums, parts = world.sums, [points_of(world, part) for part in self.parts]

        def larger(a: Number, b: Number) -> Number:
            return sums.choose(sums.above(a, b), a, b)

        return Points(
            least=reduce(larger, [part.least for part in parts]),
            most=reduce(larger, [part.most for part in parts]),
            unknown=reduce(sums.either, [part.unknown for part in parts]),
            ungraded=reduce(sums.either, [part.ungraded for part in parts]),
        )


@dataclass(frozen=True, eq=False)
class Earned(Condition):
    """The points are at least the pass mark."""

    item: Item
    mark: Term

    def state(self, world: World) -> Number:
        sums, points = world.sums, points_of(world, self.item)
        mark = self.mark.value(world)
        assert isinstance(mark.n, int) and isinstance(mark.d, int), "a pass mark is one figure"
        floor = -(-mark.n // mark.d)
        state = sums.choose(points.ungraded, int(State.UNGRADED), int(State.OPEN))
        state = sums.choose(points.unknown, int(State.UNKNOWN), state)
        state = sums.choose(sums.at_least(points.most, floor), state, int(State.UNMET))
        return sums.choose(sums.at_least(points.least, floor), int(State.MET), state)

    def specs(self) -> list[FactSpec]:
        return self.item.specs()

    def parameters(self) -> list[str]:
        return [*self.item.parameters(), *self.mark.parameters()]

    @property
    def codes(self) -> frozenset[State]:
        return frozenset(State) - {State.NOT_APPLICABLE}


def bands(*steps: Sequence[object]) -> tuple[Band, ...]:
    """("35%", 9, 10), (">0", 1, 2): thresholds from the highest down with their least and most points."""
    found = []
    for text, least, most, *grade in steps:
        words = str(text)
        strict = words.startswith(">")
        number = words.removeprefix(">")
        threshold = Fraction(number[:-1]) / 100 if number.endswith("%") else Fraction(number)
        found.append(Band(threshold, int(str(least)), int(str(most)), strict, str(grade[0]) if grade else ""))
    return tuple(found)
