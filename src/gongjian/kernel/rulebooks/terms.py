"""Terms: the amounts that a criterion compares (a fact, a total, a ratio, a growth, a number of days).

A term's value is a fraction n/d of whole numbers, so that nothing is rounded. With a lever in hand it also says by how much n
and d change when the lever is pulled by one step: from that alone every gap follows (see conditions.Comparison).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import TYPE_CHECKING, Any

from gongjian.kernel.rulebooks.arithmetic import Arithmetic, Number, Truth
from gongjian.kernel.rulebooks.facts import FactSpec, Kind, plain
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.states import State

if TYPE_CHECKING:
    from gongjian.kernel.rulebooks.conditions import Comparison


@dataclass(frozen=True, kw_only=True)
class Lever:
    """One thing that an enterprise can do, in steps: hire a scientist (科技人员 and 职工 both rise), spend 0.01 万元 more.

    `moves` says which facts one step changes, in steps of that fact's unit. A lever that only shifts form (splitting sales,
    buying patents) is never declared.
    """

    label: str
    unit: str
    step: Fraction = Fraction(1)
    moves: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class World:
    """What a criterion is worked out in: the arithmetic with its facts, the figures in force, and the lever pulled."""

    sums: Arithmetic
    parameters: Mapping[str, Parameter]
    pull: Mapping[str, int] = field(default_factory=dict)
    """By how many smallest units one step changes a fact."""
    known: dict[Any, Any] = field(default_factory=dict)
    """What is worked out already: states by condition, points by item, parts by term."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """n/d, how one step of the lever changes both, and whether there is such a value at all (a denominator above zero).

    `fixed`: d is a number of the rule, not a fact, so that no lever moves it; `wide`: n and d are products of amounts.
    """

    n: Number
    d: Number = 1
    dn: Number = 0
    dd: Number = 0
    ok: Truth = True
    fixed: bool = False
    wide: bool = False


class Term:
    """An amount. Compare it to make a condition: `ratio(f.rd.total(3), f.sales.total(3)) >= param("rd_share")`."""

    unit: str = ""
    undefined: State = State.UNMET
    """What a comparison is where this amount has no value (a denominator that is zero or negative)."""

    def value(self, world: World) -> Value:
        raise NotImplementedError

    def specs(self) -> list[FactSpec]:
        """The facts that it reads."""
        raise NotImplementedError

    def parameters(self) -> list[str]:
        return []

    def raised(self, threshold: Fraction) -> Fraction:
        """What the value is compared with, for a threshold in the words of the rule."""
        return threshold

    def levers(self, *, up: bool) -> tuple[Lever, ...]:
        """What moves it up or down, where the rulebook names nothing else."""
        return ()

    def told(self, value: Fraction) -> str:
        """A value of it as people write it."""
        return f"{plain(value)}{self.unit}"

    def formula(self) -> str:
        """It in Chinese words: 近三年研发费用合计÷近三年销售收入合计."""
        raise NotImplementedError

    def __ge__(self, other: Any) -> Comparison:
        return _compare(self, other, strict=False, up=True)

    def __gt__(self, other: Any) -> Comparison:
        return _compare(self, other, strict=True, up=True)

    def __le__(self, other: Any) -> Comparison:
        return _compare(self, other, strict=False, up=False)

    def __lt__(self, other: Any) -> Comparison:
        return _compare(self, other, strict=True, up=False)

    def __add__(self, other: Term) -> Term:
        return Total((self, other))

    def __sub__(self, other: Term) -> Term:
        return Difference(self, other)


def _compare(term: Term, other: Any, *, strict: bool, up: bool) -> Comparison:
    from gongjian.kernel.rulebooks.conditions import Comparison

    right = other if isinstance(other, Term) else Constant(Fraction(str(other)))
    return Comparison(left=term, right=right, strict=strict, up=up)


@dataclass(frozen=True, eq=False)
class Constant(Term):
    """A number that is part of a rule's structure."""

    number: Fraction

    def value(self, world: World) -> Value:
        return Value(n=self.number.numerator, d=self.number.denominator, fixed=True)

    def specs(self) -> list[FactSpec]:
        return []

    def formula(self) -> str:
        return plain(self.number)


@dataclass(frozen=True, eq=False)
class Param(Term):
    """A dated figure of the rulebook's standard; `by` picks its band (upper limits inclusive)."""

    name: str
    by: Term | None = None
    label: str = ""
    """What it is called where the figure itself is asked (a zone's yes or no)."""

    def value(self, world: World) -> Value:
        return self.raised_value(world, lambda number: number)

    def raised_value(self, world: World, raised: Any) -> Value:
        """The figure after `raised`, as a value."""
        parameter = world.parameters[self.name]
        if not parameter.bands or parameter.value is not None:
            if parameter.value is None:  # not set: nothing can be compared with it
                return Value(n=world.sums.times(world.sums.fact("never"), 1), fixed=True)
            number = raised(parameter.value)
            return Value(n=number.numerator, d=number.denominator, fixed=True)
        assert self.by is not None, self.name
        numbers = [raised(value) for _, value in parameter.bands]
        below = lcm(*(number.denominator for number in numbers))
        tops = [int(number * below) for number in numbers]
        sums, by = world.sums, self.by.value(world)
        chosen: Any = tops[-1]
        for (limit, _), top in reversed(list(zip(parameter.bands[:-1], tops[:-1], strict=True))):
            assert limit is not None
            within = sums.at_least(sums.times(limit.numerator, by.d), sums.times(by.n, limit.denominator))
            chosen = sums.choose(within, top, chosen)
        chosen = sums.choose(sums.missing(by.n), sums.times(by.n, 1), chosen)
        return Value(n=chosen, d=below, fixed=True)

    def at(self, world: World) -> Fraction | None:
        """The figure for one subject; None where its band is not known."""
        found = self.value(world)
        return None if found.n is None else Fraction(found.n, found.d)

    def specs(self) -> list[FactSpec]:
        return self.by.specs() if self.by is not None else []

    def parameters(self) -> list[str]:
        return [self.name]

    def formula(self) -> str:
        return self.label or f"参数“{self.name}”"


@dataclass(frozen=True, eq=False)
class Fact(Term):
    """One fact of the subject."""

    spec: FactSpec

    @property
    def unit(self) -> str:  # type: ignore[override]
        return self.spec.unit

    @property
    def name(self) -> str:
        return self.spec.name

    def value(self, world: World) -> Value:
        n = world.sums.fact(self.spec.name)
        return Value(n=n, d=self.spec.kind.scale, dn=world.pull.get(self.spec.name, 0), fixed=True)

    def specs(self) -> list[FactSpec]:
        return [self.spec]

    def levers(self, *, up: bool) -> tuple[Lever, ...]:
        return () if self.spec.kind is Kind.CHOICE else (lever_of(self.spec, up=up),)

    def told(self, value: Fraction) -> str:
        if self.spec.kind in (Kind.CHOICE, Kind.DAY):
            return self.spec.shown(int(value))
        return f"{plain(value)}{self.unit}"

    def formula(self) -> str:
        return self.spec.label


OVER = "超出"
"""Ends the label of a lever that nobody should pull: it says by how much a limit is passed, and is never advised."""


def lever_of(spec: FactSpec, *, up: bool) -> Lever:
    """More (or less) of one fact."""
    return Lever(
        label=f"增加{spec.label}" if up else f"{spec.label}{OVER}",
        unit=spec.unit or ("天" if spec.kind is Kind.DAY else ""),
        step=spec.kind.step,
        moves={spec.name: 1 if up else -1},
    )


@dataclass(frozen=True, eq=False)
class Total(Term):
    """The sum of several amounts of one unit."""

    parts: tuple[Term, ...]
    label: str = ""

    @property
    def unit(self) -> str:  # type: ignore[override]
        return self.parts[0].unit

    def value(self, world: World) -> Value:
        return reduce(lambda a, b: _sum(world, a, b, 1), (part.value(world) for part in self.parts))

    def specs(self) -> list[FactSpec]:
        return [spec for part in self.parts for spec in part.specs()]

    def parameters(self) -> list[str]:
        return [name for part in self.parts for name in part.parameters()]

    def levers(self, *, up: bool) -> tuple[Lever, ...]:
        return self.parts[0].levers(up=up)

    def formula(self) -> str:
        return self.label or "+".join(part.formula() for part in self.parts)


@dataclass(frozen=True, eq=False)
class Difference(Term):
    """One amount less another."""

    whole: Term
    part: Term
    label: str = ""

    @property
    def unit(self) -> str:  # type: ignore[override]
        return self.whole.unit

    def value(self, world: World) -> Value:
        return _sum(world, self.whole.value(world), self.part.value(world), -1)

    def specs(self) -> list[FactSpec]:
        return [*self.whole.specs(), *self.part.specs()]

    def parameters(self) -> list[str]:
        return [*self.whole.parameters(), *self.part.parameters()]

    def levers(self, *, up: bool) -> tuple[Lever, ...]:
        return self.whole.levers(up=up)

    def formula(self) -> str:
        return self.label or f"{self.whole.formula()}-{self.part.formula()}"


@dataclass(frozen=True, eq=False)
class Ratio(Term):
    """One amount over another; without a value where the lower is zero or negative."""

    over: Term
    under: Term
    label: str = ""
    undefined: State = State.UNMET
    percent: bool = True
    per: int = 1
    """Of how many of the lower amount the rule speaks: 每1000平方米, 每10家."""

    def raised(self, threshold: Fraction) -> Fraction:
        return threshold if self.per == 1 else threshold / self.per

    def value(self, world: World) -> Value:
        sums, a, b = world.sums, self.over.value(world), self.under.value(world)
        if a.fixed and b.fixed:
            common = gcd(a.d, b.d)
            up, down = b.d // common, a.d // common
            return Value(
                n=sums.times(a.n, up),
                d=sums.times(b.n, down),
                dn=sums.times(a.dn, up),
                dd=sums.times(b.dn, down),
                ok=_also(sums, a.ok, b.ok, sums.above(b.n, 0)),
            )
        return Value(n=sums.times(a.n, b.d), d=sums.times(b.n, a.d), ok=_also(sums, a.ok, b.ok, sums.above(b.n, 0)))

    def specs(self) -> list[FactSpec]:
        return [*self.over.specs(), *self.under.specs()]

    def parameters(self) -> list[str]:
        return [*self.over.parameters(), *self.under.parameters()]

    def levers(self, *, up: bool) -> tuple[Lever, ...]:
        return self.over.levers(up=up)

    def told(self, value: Fraction) -> str:
        return f"{plain(value * 100)}%" if self.percent else plain(value * self.per)

    def formula(self) -> str:
        return self.label or f"{self.over.formula()}÷{self.under.formula()}"


def _sum(world: World, a: Value, b: Value, sign: int) -> Value:
    sums = world.sums
    join = sums.add if sign > 0 else sums.minus
    ok = _also(sums, a.ok, b.ok)
    if a.fixed and b.fixed:
        common = lcm(a.d, b.d)
        up, down = common // a.d, common // b.d
        return Value(
            n=join(sums.times(a.n, up), sums.times(b.n, down)),
            d=common,
            dn=join(sums.times(a.dn, up), sums.times(b.dn, down)),
            ok=ok,
            fixed=True,
        )
    n = join(sums.times(a.n, b.d), sums.times(b.n, a.d))
    return Value(n=n, d=sums.times(a.d, b.d), ok=ok)


def _also(sums: Arithmetic, *truths: Truth) -> Truth:
    return reduce(sums.both, [truth for truth in truths if truth is not True], True)


def param(name: str, *, by: Term | None = None, label: str = "") -> Param:
    """A dated figure of the rulebook's standard, picked by the band of `by` where it has bands."""
    return Param(name, by, label)


def ratio(
    over: Term, under: Term, *, label: str = "", undefined: State = State.UNMET, percent: bool = True, per: int = 1
) -> Ratio:
    """`over` ÷ `under`, or `over` for every `per` of it."""
    return Ratio(over, under, label, undefined, percent, per)


def total(parts: Sequence[Term], *, label: str = "") -> Total:
    """The sum of the parts."""
    return Total(tuple(parts), label)
