"""The two ways in which a criterion is worked out: exactly for one subject, and in columns for all of them at once.

A criterion is written once, over the few operations of `Arithmetic`. `Exact` does them on whole numbers of any size, with
None for what is missing; `Columns` does them on the columns of a frame (Polars, or PySpark by Narwhals), with null for what is
missing. Every amount is a whole number of its smallest unit, so that both give the same answer to the last digit.

A truth is True, False or None (not known). What is not known spreads: None + 1 is None, and `choose` takes its second
branch where the condition is not known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

import narwhals as nw
import polars as pl

Number = Any
"""A whole number, None, or a column of them."""
Truth = Any
"""True, False, None, or a column of them."""


class Arithmetic(Protocol):
    """What a criterion may do with numbers."""

    def fact(self, name: str) -> Number:
        """The value of a fact, in its smallest unit."""

    def wide(self, number: Number) -> Number:
        """The number with room for a product of two amounts."""

    def add(self, a: Number, b: Number) -> Number: ...

    def minus(self, a: Number, b: Number) -> Number: ...

    def times(self, a: Number, b: Number) -> Number: ...

    def over(self, a: Number, b: Number) -> Number:
        """The quotient rounded down; not known where b is zero."""

    def at_least(self, a: Number, b: Number) -> Truth: ...

    def above(self, a: Number, b: Number) -> Truth: ...

    def equal(self, a: Number, b: Number) -> Truth: ...

    def both(self, a: Truth, b: Truth) -> Truth: ...

    def either(self, a: Truth, b: Truth) -> Truth: ...

    def isnt(self, a: Truth) -> Truth: ...

    def missing(self, a: Number | Truth) -> Truth: ...

    def choose(self, condition: Truth, then: Any, otherwise: Any) -> Any: ...

    def worst(self, codes: list[Any]) -> Any:
        """The greatest of small whole numbers, all of them known."""

    def best(self, codes: list[Any]) -> Any:
        """The least of small whole numbers, all of them known."""

    def tally(self, truth: Truth, weight: int) -> Number:
        """`weight` where true, 0 where false."""

    def small(self, number: Number) -> Number:
        """A number known to be small, so that a column of it takes little room."""

    def let(self, number: Number) -> Number:
        """The same number, worked out once though it is used several times."""

    def near(self, distance: Number, size: Number) -> None:
        """Notes where a distance between wide numbers is too small, for numbers of that size, to know its sign."""

    def whole(self, a: Number, b: Number) -> None:
        """Notes where the quotient of two wide numbers is too close to a whole number to be rounded."""


class Exact:
    """One subject: whole numbers of any size, None where a fact is missing."""

    def __init__(self, facts: Mapping[str, int | None]) -> None:
        self._facts = facts

    def fact(self, name: str) -> Number:
        return self._facts.get(name)

    def wide(self, number: Number) -> Number:
        return number

    def add(self, a: Number, b: Number) -> Number:
        return None if a is None or b is None else a + b

    def minus(self, a: Number, b: Number) -> Number:
        return None if a is None or b is None else a - b

    def times(self, a: Number, b: Number) -> Number:
        return None if a is None or b is None else a * b

    def over(self, a: Number, b: Number) -> Number:
        return None if a is None or not b else a // b

    def at_least(self, a: Number, b: Number) -> Truth:
        return None if a is None or b is None else a >= b

    def above(self, a: Number, b: Number) -> Truth:
        return None if a is None or b is None else a > b

    def equal(self, a: Number, b: Number) -> Truth:
        return None if a is None or b is None else a == b

    def both(self, a: Truth, b: Truth) -> Truth:
        if a is False or b is False:
            return False
        return None if a is None or b is None else True

    def either(self, a: Truth, b: Truth) -> Truth:
        if a is True or b is True:
            return True
        return None if a is None or b is None else False

    def isnt(self, a: Truth) -> Truth:
        return None if a is None else not a

    def missing(self, a: Number | Truth) -> Truth:
        return a is None

    def choose(self, condition: Truth, then: Any, otherwise: Any) -> Any:
        return then if condition is True else otherwise

    def worst(self, codes: list[Any]) -> Any:
        return max(codes)

    def best(self, codes: list[Any]) -> Any:
        return min(codes)

    def tally(self, truth: Truth, weight: int) -> Number:
        return None if truth is None else weight * truth

    def small(self, number: Number) -> Number:
        return number

    def let(self, number: Number) -> Number:
        return number

    def near(self, distance: Number, size: Number) -> None:
        return

    def whole(self, a: Number, b: Number) -> None:
        return


LET = re.compile(r"let \d+")
"""The columns that an expression stands on, where it is written out."""

NEAR = 1e-9
"""Relative distance below which products in floating point are not told apart."""


class Columns:
    """All subjects of a frame: every operation is an expression, plain numbers stay plain as long as they can.

    Products of two amounts need more room than 64 bits. `is_rough`: they are floating point, and `edges` collects the
    conditions under which that does not decide; such rows are judged again exactly. Else they have 128 bits (Polars alone).

    The words of Narwhals are those of Polars, so `is_rough` also chooses whose they are: a plan in Polars' own words is made
    five times as quickly.
    """

    def __init__(self, *, fixed: Mapping[str, int | None] | None = None, is_rough: bool = False) -> None:
        self._fixed = fixed or {}
        self._is_rough = is_rough
        self._on: Any = nw if is_rough else pl
        self.edges: list[Any] = []
        self.lets: list[tuple[str, Any]] = []
        """Columns that have to be made first, each by those before it."""

    def fact(self, name: str) -> Number:
        if name not in self._fixed:
            return self._on.col(name)
        value = self._fixed[name]
        return self._on.lit(None).cast(self._on.Int64) if value is None else value

    def wide(self, number: Number) -> Number:
        return number if _is_plain(number) else number.cast(nw.Float64 if self._is_rough else pl.Int128)

    def add(self, a: Number, b: Number) -> Number:
        if _is_plain(a) and a == 0:
            return b
        return a if _is_plain(b) and b == 0 else a + b

    def minus(self, a: Number, b: Number) -> Number:
        return a if _is_plain(b) and b == 0 else a - b

    def times(self, a: Number, b: Number) -> Number:
        if _is_plain(a) and a == 1:
            return b
        if _is_plain(b) and b == 1:
            return a
        return 0 if (_is_plain(a) and a == 0) or (_is_plain(b) and b == 0) else a * b

    def over(self, a: Number, b: Number) -> Number:
        if not self._is_rough or (_is_plain(a) and _is_plain(b)):
            return a // b
        # elsewhere // divides in floating point: what is left over goes first, then the quotient is a whole number
        by = b if _is_plain(b) else self._on.when(b != 0).then(b)
        return ((a - a % by) / by).round()

    def at_least(self, a: Number, b: Number) -> Truth:
        return b <= a if _is_plain(a) else a >= b

    def above(self, a: Number, b: Number) -> Truth:
        return b < a if _is_plain(a) else a > b

    def equal(self, a: Number, b: Number) -> Truth:
        return a == b

    def both(self, a: Truth, b: Truth) -> Truth:
        if _is_plain(a):
            return b if a else False
        if _is_plain(b):
            return a if b else False
        return a & b

    def either(self, a: Truth, b: Truth) -> Truth:
        if _is_plain(a):
            return True if a else b
        if _is_plain(b):
            return True if b else a
        return a | b

    def isnt(self, a: Truth) -> Truth:
        return not a if _is_plain(a) else ~a

    def missing(self, a: Number | Truth) -> Truth:
        return a is None if _is_plain(a) else a.is_null()

    def choose(self, condition: Truth, then: Any, otherwise: Any) -> Any:
        if _is_plain(condition):
            return then if condition is True else otherwise
        return self._on.when(condition).then(self._column(then)).otherwise(self._column(otherwise))

    def worst(self, codes: list[Any]) -> Any:
        columns, plain = _parted(codes)
        if not columns:
            return max(plain)
        if len(columns) == 1 and not plain:
            return columns[0]
        return self._on.max_horizontal(*columns, *([self._on.lit(max(plain), self._on.Int8)] if plain else []))

    def best(self, codes: list[Any]) -> Any:
        columns, plain = _parted(codes)
        if not columns:
            return min(plain)
        if len(columns) == 1 and not plain:
            return columns[0]
        return self._on.min_horizontal(*columns, *([self._on.lit(min(plain), self._on.Int8)] if plain else []))

    def tally(self, truth: Truth, weight: int) -> Number:
        return weight * truth if _is_plain(truth) else truth.cast(self._on.Int8) * weight

    def small(self, number: Number) -> Number:
        return number if _is_plain(number) else number.cast(self._on.Int8)

    def let(self, number: Number) -> Number:
        if _is_plain(number):
            return number
        name = f"let {len(self.lets)}"
        self.lets.append((name, number))
        return self._on.col(name)

    def ready(self, given: Any) -> Any:
        """The frame with the columns that the expressions made so far stand on."""
        depth: dict[str, int] = {}
        steps: dict[int, list[Any]] = {}
        for name, expression in self.lets:
            depth[name] = 1 + max((depth[before] for before in LET.findall(str(expression))), default=0)
            steps.setdefault(depth[name], []).append(expression.alias(name))
        for step in sorted(steps):
            given = given.with_columns(*steps[step])
        return given

    def near(self, distance: Number, size: Number) -> None:
        if self._is_rough:
            self.edges.append(distance.abs() <= size.abs() * NEAR)

    def whole(self, a: Number, b: Number) -> None:
        if self._is_rough:
            quotient = a / (b if _is_plain(b) else self._on.when(b != 0).then(b))
            self.edges.append((quotient - quotient.round()).abs() <= quotient.abs() * 1e-12 + 1e-3)

    def byte(self, code: Number) -> Any:
        """A state or points as a column of one byte a row."""
        return self._on.lit(code, self._on.Int8) if _is_plain(code) else code.cast(self._on.Int8)

    def steps(self, steps: Number) -> Any:
        """The steps of a gap as a column; null where there are none."""
        return self._on.lit(None).cast(self._on.Int64) if steps is None else steps.cast(self._on.Int64)

    def _column(self, value: Any) -> Any:
        return self._on.lit(value) if _is_plain(value) else value


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, int)


def _parted(codes: list[Any]) -> tuple[list[Any], list[int]]:
    return [code for code in codes if not _is_plain(code)], [code for code in codes if _is_plain(code)]
