"""Conditions: what a criterion demands, its state for one subject or for all, and the gap that is left.

The gap follows from the comparison itself. With L = left·… - right·… (at least zero where the demand holds) and dL its
change by one step of a lever, ceil(-L/dL) steps close it: apply them and it holds, apply one fewer and it does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from math import gcd
from typing import Any

from gongjian.kernel.rulebooks.arithmetic import Number, Truth
from gongjian.kernel.rulebooks.facts import FactSpec
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import Constant, Fact, Lever, Param, Term, Value, World

PLAIN = frozenset({State.MET, State.UNKNOWN, State.UNMET})


class Condition:
    """Something that holds, does not hold, or is not known."""

    def state(self, world: World) -> Number:
        """Its State code."""
        raise NotImplementedError

    def parts(self) -> Iterator[Condition]:
        """The conditions that it is made of, itself where it is one."""
        yield self

    def specs(self) -> list[FactSpec]:
        raise NotImplementedError

    def parameters(self) -> list[str]:
        return []

    @property
    def codes(self) -> frozenset[State]:
        """The states that it can have."""
        return PLAIN

    def __and__(self, other: Condition) -> Condition:
        return All((*_of(All, self), *_of(All, other)))

    def __or__(self, other: Condition) -> Condition:
        return AnyOf((*_of(AnyOf, self), *_of(AnyOf, other)))

    def __invert__(self) -> Condition:
        return Not(self)


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison(Condition):
    """left >= right (`up`) or left <= right; `strict` excludes equality."""

    left: Term
    right: Term
    strict: bool
    up: bool
    pulls: tuple[Lever, ...] | None = None

    def by(self, *levers: Lever) -> Comparison:
        """The same demand, closed by these levers, the usual one first; none where no honest one exists."""
        return replace(self, pulls=levers)

    @cached_property
    def levers(self) -> tuple[Lever, ...]:
        return self.left.levers(up=self.up) if self.pulls is None else self.pulls

    def sides(self, world: World) -> tuple[Value, Value]:
        """Both sides as values; the right as the left compares it."""
        left = self.left.value(world)
        if isinstance(self.right, Param):
            return left, self.right.raised_value(world, self.left.raised)
        if isinstance(self.right, Constant):
            number = self.left.raised(self.right.number)
            return left, Value(n=number.numerator, d=number.denominator, fixed=True)
        return left, self.right.value(world)

    def margin(self, world: World) -> tuple[Number, Number, Truth, bool]:
        """L, dL, whether both sides have a value, and whether L is of products of amounts."""
        sums = world.sums
        a, b = self.sides(world)
        if not self.up:
            a, b = b, a
        common = gcd(a.d, b.d) if a.fixed and b.fixed else 1
        ad, bd = (a.d // common, b.d // common) if a.fixed and b.fixed else (a.d, b.d)
        over, under = sums.times(a.n, bd), sums.times(b.n, ad)
        left = sums.minus(over, under)
        is_wide = a.wide or b.wide
        if is_wide:
            sums.near(left, sums.times(a.d, bd) if a.wide else sums.times(b.d, ad))
        change: Number = 0
        if world.pull:
            rise = sums.add(sums.times(a.dn, bd), sums.times(a.n, b.dd))
            change = sums.minus(rise, sums.add(sums.times(b.dn, ad), sums.times(b.n, a.dd)))
        ok = sums.both(a.ok, b.ok) if a.ok is not True or b.ok is not True else True
        return left, change, ok, is_wide

    def holds(self, world: World) -> tuple[Truth, Truth]:
        """Whether it holds (None where a fact is missing), and whether both sides have a value."""
        left, _, ok, _ = self.margin(world)
        sums = world.sums
        return (sums.above(left, 0) if self.strict else sums.at_least(left, 0)), ok

    def state(self, world: World) -> Number:
        met, ok = self.holds(world)
        sums = world.sums
        known = sums.choose(met, int(State.MET), sums.choose(sums.missing(met), int(State.UNKNOWN), int(State.UNMET)))
        return known if ok is True else sums.choose(sums.isnt(ok), int(self.left.undefined), known)

    def steps(self, world: World, lever: Lever) -> Number:
        """How many steps of the lever close the gap; None where it is met, not known, or this lever cannot."""
        left, change, ok, is_wide = self.margin(pulled(world, lever, self.specs()))
        return closing(world.sums, world.sums.minus(left, 1) if self.strict else left, change, ok, is_wide=is_wide)

    def specs(self) -> list[FactSpec]:
        return [*self.left.specs(), *self.right.specs()]

    def parameters(self) -> list[str]:
        return [*self.left.parameters(), *self.right.parameters()]

    @property
    def codes(self) -> frozenset[State]:
        return PLAIN | {self.left.undefined}


@dataclass(frozen=True, eq=False)
class Flag(Condition):
    """A fact that is so or is not (`wanted` False: must not be so)."""

    fact: Fact
    wanted: bool = True

    def state(self, world: World) -> Number:
        sums, known = world.sums, world.sums.fact(self.fact.name)
        met = sums.equal(known, int(self.wanted))
        return sums.choose(met, int(State.MET), sums.choose(sums.missing(met), int(State.UNKNOWN), int(State.UNMET)))

    def specs(self) -> list[FactSpec]:
        return self.fact.specs()


@dataclass(frozen=True, eq=False)
class Is(Condition):
    """A choice that is one of these options."""

    fact: Fact
    options: tuple[str, ...]

    def state(self, world: World) -> Number:
        sums, known = world.sums, world.sums.fact(self.fact.name)
        met = reduce(sums.either, [sums.equal(known, self.fact.spec.options.index(one)) for one in self.options])
        return sums.choose(met, int(State.MET), sums.choose(sums.missing(met), int(State.UNKNOWN), int(State.UNMET)))

    def specs(self) -> list[FactSpec]:
        return self.fact.specs()


@dataclass(frozen=True, eq=False)
class Known(Condition):
    """A fact that is recorded, whatever its value."""

    fact: Fact

    def state(self, world: World) -> Number:
        is_blank = world.sums.missing(world.sums.fact(self.fact.name))
        return world.sums.choose(is_blank, int(State.UNMET), int(State.MET))

    def specs(self) -> list[FactSpec]:
        return self.fact.specs()


@dataclass(frozen=True, eq=False)
class Review(Condition):
    """What no figure decides: the reviewing authority's judgement, or, with a `grade`, an officer's recorded one."""

    label: str
    grade: Fact | None = None

    def state(self, world: World) -> Number:
        if self.grade is None:
            return int(State.OPEN)
        sums, known = world.sums, world.sums.fact(self.grade.name)
        met = sums.equal(known, 1)
        return sums.choose(met, int(State.MET), sums.choose(sums.missing(met), int(State.UNGRADED), int(State.UNMET)))

    def specs(self) -> list[FactSpec]:
        return self.grade.specs() if self.grade is not None else []

    @property
    def codes(self) -> frozenset[State]:
        return frozenset({State.OPEN} if self.grade is None else {State.MET, State.UNGRADED, State.UNMET})


@dataclass(frozen=True, eq=False)
class Usually(Condition):
    """原则上: a demand that the authority may waive; not holding leaves it open."""

    condition: Condition

    def state(self, world: World) -> Number:
        sums, code = world.sums, code_of(world, self.condition)
        return sums.choose(sums.equal(code, int(State.UNMET)), int(State.OPEN), code)

    def parts(self) -> Iterator[Condition]:
        yield from self.condition.parts()

    def specs(self) -> list[FactSpec]:
        return self.condition.specs()

    def parameters(self) -> list[str]:
        return self.condition.parameters()

    @property
    def codes(self) -> frozenset[State]:
        return self.condition.codes - {State.UNMET} | {State.OPEN}


@dataclass(frozen=True, eq=False)
class Diagnosed(Usually):
    """A demand on figures that only an officer's diagnosis gives: where they are missing, it is not diagnosed yet."""

    def state(self, world: World) -> Number:
        sums, code = world.sums, code_of(world, self.condition)
        return sums.choose(sums.equal(code, int(State.UNKNOWN)), int(State.UNGRADED), code)

    @property
    def codes(self) -> frozenset[State]:
        return self.condition.codes - {State.UNKNOWN} | {State.UNGRADED}


@dataclass(frozen=True, eq=False)
class All(Condition):
    """Every one of them."""

    conditions: tuple[Condition, ...]

    def state(self, world: World) -> Number:
        return world.sums.worst([code_of(world, one) for one in self.conditions])

    def parts(self) -> Iterator[Condition]:
        for one in self.conditions:
            yield from one.parts()

    def specs(self) -> list[FactSpec]:
        return [spec for one in self.conditions for spec in one.specs()]

    def parameters(self) -> list[str]:
        return [name for one in self.conditions for name in one.parameters()]

    @property
    def codes(self) -> frozenset[State]:
        return frozenset().union(*(one.codes for one in self.conditions))


class AnyOf(All):
    """One of them is enough. What is not known outweighs what is open: the missing fact may settle it."""

    ORDER = (State.MET, State.UNKNOWN, State.UNGRADED, State.OPEN, State.UNMET)

    def state(self, world: World) -> Number:
        sums, codes = world.sums, [code_of(world, one) for one in self.conditions]
        if self.codes <= PLAIN:
            return sums.best(codes)
        found: Any = int(State.NOT_APPLICABLE)
        for state in reversed(self.ORDER):
            if state in self.codes:
                some = reduce(sums.either, [sums.equal(code, int(state)) for code in codes])
                found = sums.choose(some, int(state), found)
        return found


@dataclass(frozen=True, eq=False)
class FirstKnown(AnyOf):
    """The first of them that is known: what is recorded itself before what has to be derived."""

    def state(self, world: World) -> Number:
        sums, codes = world.sums, [code_of(world, one) for one in self.conditions]
        found = codes[-1]
        for code in reversed(codes[:-1]):
            found = sums.choose(sums.equal(code, int(State.UNKNOWN)), found, code)
        return found


@dataclass(frozen=True, eq=False)
class Not(Condition):
    """It must not hold."""

    condition: Condition

    def state(self, world: World) -> Number:
        sums, code = world.sums, code_of(world, self.condition)
        turned = sums.choose(sums.equal(code, int(State.MET)), int(State.UNMET), code)
        return sums.choose(sums.equal(code, int(State.UNMET)), int(State.MET), turned)

    def specs(self) -> list[FactSpec]:
        return self.condition.specs()

    def parameters(self) -> list[str]:
        return self.condition.parameters()

    @property
    def codes(self) -> frozenset[State]:
        return self.condition.codes | {State.MET, State.UNMET}


def code_of(world: World, condition: Condition) -> Number:
    """The condition's state, worked out once."""
    if condition not in world.known:
        world.known[condition] = world.sums.let(world.sums.small(condition.state(world)))
    return world.known[condition]


def pulled(world: World, lever: Lever, specs: list[FactSpec]) -> World:
    """The world with a lever in hand: one step, in the smallest units of each fact that it moves."""
    scales = {spec.name: spec.kind.scale for spec in specs}
    pull = {name: int(lever.step * by * scales[name]) for name, by in lever.moves.items() if name in scales}
    return replace(world, pull=pull)


def closing(sums: Any, left: Number, change: Number, ok: Truth, *, is_wide: bool = False) -> Number:
    """The least number of steps after which left + steps·change >= 0; None where it is so, or will never be."""
    if isinstance(change, int) and change <= 0:
        return None
    short = sums.minus(0, left)
    if is_wide:
        sums.whole(short, change)
    can = sums.both(sums.above(short, 0), sums.above(change, 0))
    if ok is not True:
        can = sums.both(can, ok)
    return sums.choose(can, sums.over(sums.minus(sums.add(short, change), 1), change), None)


def _of(kind: type[All], condition: Condition) -> tuple[Condition, ...]:
    return condition.conditions if type(condition) is kind else (condition,)
