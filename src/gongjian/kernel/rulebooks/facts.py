"""Facts: what a criterion may ask of a subject, each with its unit, its Chinese name, and where the system finds it.

A fact is kept as a whole number of its smallest unit (0.0001 万元, one person, one day since 1970), so that criteria compare
exactly. A missing fact is None, never zero: a return that was not filed is not a return of nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Context, Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from gongjian.kernel.errors import Place, Refusal

MOST = 10**13
"""No amount is larger than this many smallest units (1,000,000,000 万元): products with a threshold still fit 64 bits."""
MOST_COUNTED = 10**9
"""No count is larger than this: it meets amounts of smaller units in the same product."""
_NUMBER = re.compile(
    r"[+-]?(\d{1,20}|\d{1,3}(,\d{3}){1,6})(\.\d{0,20})?|[+-]?\.\d{1,20}|[+-]?\d(\.\d{1,20})?[eE][+-]?\d{1,2}"
)
"""Numbers as people and spreadsheets write them, thousands apart or not; short enough that _EXACT loses nothing."""
_EXACT = Context(prec=200)
EPOCH = date(1970, 1, 1)
TRUE = {"是", "有", "√", "1", "true", "True", "TRUE", "yes", "Y", "y", "对"}
FALSE = {"否", "无", "×", "0", "false", "False", "FALSE", "no", "N", "n"}


class Kind(Enum):
    """What sort of value a fact has; `scale` smallest units make one unit, `step` is the least that a remedy adds."""

    MONEY = ("money", 10_000, Fraction(1, 100))
    QUANTITY = ("quantity", 10_000, Fraction(1, 10))
    PEOPLE = ("people", 10_000, Fraction(1))
    COUNT = ("count", 1, Fraction(1))
    DAY = ("day", 1, Fraction(1))
    FLAG = ("flag", 1, Fraction(1))
    CHOICE = ("choice", 1, Fraction(1))

    def __init__(self, word: str, scale: int, step: Fraction) -> None:
        self.word, self.scale, self.step = word, scale, step

    @property
    def most(self) -> int:
        """No value is further from zero than this many smallest units."""
        return MOST_COUNTED if self.scale == 1 else MOST


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a fact is recorded: a register's column, and for which year or under which condition.

    `register` and `column` name it; `back` is how many fiscal years before the filing year (1 = 最近一年); `note` says in
    Chinese which rows count. `where` narrows the rows by lookups; a callable gets the day as of which facts are read.
    """

    register: str
    column: str = ""
    back: int = 0
    where: Any = None
    measure: str = "value"
    """`value` of the one row; over all rows that count: `count`, `sum`, `any`, `max`, `min`; `last`: of the last by `order`;
    `named`: of the last by `order` whose `item` is the fact's name, in force on the day (`valid_until`).
    Of the subject's own row, `any` is whether it fits `where` (missing where `column` is named and blank).

    Of a date: `years` (fiscal years begun before the filing year), `full_years` (whole years until the end of the last
    fiscal year), `age` (whole years until the filing), `months` (whole months until the filing).
    """
    order: str = ""
    least: int = 0
    """Of a `sum`: missing where fewer rows than this have the column (a month not reported is not a month of nothing)."""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class FactSpec:
    """One fact: its English name (also the head in a file), Chinese label, kind, unit, source, and as-of rule in words."""

    name: str
    label: str
    kind: Kind
    unit: str = ""
    source: Source | None = None
    period: str = ""
    options: tuple[str, ...] = ()
    """Of a choice, from the least to the greatest; kept as its number here."""
    labels: tuple[str, ...] = ()
    """What the options are called on the screen."""
    by_expert: bool = False
    """Whether a named officer's or adviser's grade gives it."""
    is_past: bool = False
    """Whether it counts what happened in a year that is over, so that nobody can add to it; `period` begins its label."""
    given: bool = False
    """Whether the question itself gives it (the day of filing), not a register."""

    def read(self, value: Any, *, place: Place | None = None) -> int | None:
        """The value in smallest units; None for a blank. Raises Refusal where it cannot be such a value."""
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, float) and not math.isfinite(value):
            return None if math.isnan(value) else self._refuse(value, place)
        text = str(value).strip()
        if self.kind is Kind.FLAG:
            if isinstance(value, bool):
                return int(value)
            return 1 if text in TRUE else 0 if text in FALSE else self._refuse(value, place)
        if self.kind is Kind.CHOICE:
            if text in self.options:
                return self.options.index(text)
            return self.labels.index(text) if text in self.labels else self._refuse(value, place)
        if self.kind is Kind.DAY:
            try:
                day = value if isinstance(value, date) else date.fromisoformat(text)
            except ValueError:
                return self._refuse(value, place)
            return (date(day.year, day.month, day.day) - EPOCH).days
        if not _NUMBER.fullmatch(text):
            return self._refuse(value, place)
        number = _EXACT.multiply(Decimal(text.replace(",", "")), Decimal(self.kind.scale))
        if abs(number) > self.kind.most or number != number.to_integral_value():
            return self._refuse(value, place)
        return int(number)

    def value(self, number: int | None) -> Any:
        """The value that a person reads: Fraction of a unit, bool, date, option; None for a missing one."""
        if number is None:
            return None
        if self.kind is Kind.FLAG:
            return bool(number)
        if self.kind is Kind.DAY:
            return EPOCH + timedelta(days=number)
        return self.options[number] if self.kind is Kind.CHOICE else Fraction(number, self.kind.scale)

    def shown(self, number: int | None) -> str:
        """The value with its unit, for a sentence: 5,000.01万元; 无 and 有 for a flag; 未填 for a missing one."""
        value = self.value(number)
        if value is None:
            return "未填"
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, date):
            return value.isoformat()
        if self.kind is Kind.CHOICE:
            return self.labels[self.options.index(value)] if self.labels else str(value)
        return f"{plain(value)}{self.unit}"

    def _refuse(self, value: Any, place: Place | None) -> int | None:
        wanted = {
            Kind.FLAG: "是或否",
            Kind.DAY: "日期,如2026-06-30",
            Kind.CHOICE: "、".join(self.labels or self.options) + "之一",
            Kind.COUNT: f"整数,绝对值不超过{MOST_COUNTED:,}",
        }.get(self.kind, f"数字({self.unit or '无单位'}),至多4位小数,绝对值不超过{MOST // self.kind.scale:,}")
        raise Refusal(
            code="facts.value",
            cause=f"“{self.label}”({self.name})的值“{value}”不能用:这里要填{wanted}。",
            remedy="请改正后重新测算;没有数据请留空,不要填0。",
            place=place,
        )


def plain(value: Fraction | int, places: int = 4) -> str:
    """A number as people write it: thousands apart, no needless zeros; rounded to `places` where it does not end."""
    if value.denominator == 1:
        return f"{value.numerator:,}"
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(eq=False)
class Facts:
    """The facts of one kind of subject, by name."""

    subject: str
    specs: dict[str, FactSpec] = field(default_factory=dict)
    link: str = ""
    """What other registers call the subject, where that is not its register's name."""
    personal: bool = False
    """Whether these are facts about people: judged when somebody asks, never all at night, never kept."""

    def __post_init__(self) -> None:
        self.link = self.link or self.subject

    def add(self, spec: FactSpec) -> FactSpec:
        if spec.name in self.specs and self.specs[spec.name] != spec:
            raise ValueError(f"the fact {spec.name} is declared twice and differently")
        self.specs[spec.name] = spec
        return spec

    def __getitem__(self, name: str) -> FactSpec:
        return self.specs[name]

    def __iter__(self) -> Iterator[FactSpec]:
        return iter(self.specs.values())

    def read(self, given: Mapping[str, Any], *, place: Place | None = None) -> dict[str, int | None]:
        """Facts of one subject in smallest units; a name that is not declared is refused with the nearest that is."""
        from difflib import get_close_matches

        found: dict[str, int | None] = {}
        for name, value in given.items():
            if name not in self.specs:
                near = get_close_matches(name, self.specs, n=1)
                hint = f"最接近的是“{near[0]}”({self.specs[near[0]].label})。" if near else ""
                raise Refusal(
                    code="facts.unknown",
                    cause=f"没有名为“{name}”的事实。{hint}",
                    remedy="用 gongjian judge RULEBOOK --explain 查看全部事实的名称。",
                    place=place,
                )
            found[name] = self.specs[name].read(value, place=place)
        return found
