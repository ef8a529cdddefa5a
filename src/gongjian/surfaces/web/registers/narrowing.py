"""The filters of a list as they stand on its page: each value with its count, ranges, and what is narrowed now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models

from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, columns, query
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.months import MonthField
from gongjian.kernel.registers.numbers import number_in
from gongjian.surfaces.web.registers.address import Address

STRIP_MOST = 9
"""Up to this many declared values stand open in a line; filters with more unfold."""
SEARCHED_FROM = 12
"""A filter with more values than this gets a field to find one."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One value of a filter; `count` is None as long as it is not counted."""

    value: str
    label: str
    count: int | None
    is_on: bool
    href: str


@dataclass(frozen=True, kw_only=True)
class Facet:
    """One filter with its values. `low` and `high` are set for a range (of dates or of numbers)."""

    path: str
    label: str
    is_on: bool
    group: str = ""
    """The title under which it is offered."""
    options: list[Option] = field(default_factory=list)
    is_range: bool = False
    is_date: bool = False
    is_month: bool = False
    low: str = ""
    high: str = ""
    clear: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it needs a field to find a value."""
        return len(self.options) > SEARCHED_FROM


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One condition that holds now, and the address without it."""

    label: str
    text: str
    href: str


def strip(*, register: Register) -> str:
    """The filter that stands open above the rows: the stage, else the first with a few declared values; "" for none."""
    stage = register.stage_field.name if register.stage_field else ""
    if stage in register.filters and len(register.stages) <= STRIP_MOST:
        return stage
    return next((path for path in register.filters if 0 < len(_declared(register, path)) <= STRIP_MOST), "")


def facets(*, address: Address, by: Officer, counts: Mapping[str, Sequence[tuple[str, int]]] | None) -> list[Facet]:
    """Every declared filter and range; without `counts` with those values alone that are declared or chosen."""
    register = address.register
    found = []
    for path in columns.counted(register=register, by=by):
        on = address.filters.get(path, ())
        if counts is None:
            values: dict[str, int | None] = dict.fromkeys(_declared(register, path))
        else:
            values = dict(counts.get(path, ()))
            declared = [one for one in _declared(register, path) if one in values or path == strip(register=register)]
            values = {one: values.pop(one, 0) for one in declared} | values  # in their order, not that of their counts
        values |= {value: None if counts is None else 0 for value in on if value not in values}
        label = query.filter_label(register=register, path=path)
        found.append(
            Facet(
                path=path,
                label=label,
                is_on=bool(on),
                options=_options(address, path, values, on),
                clear=address.without(path),
            )
        )
    return [*found, *_ranges(address, by)]


def open_derived(*, address: Address) -> list[str]:
    """The derived columns whose values are counted with the list: those on show and those that narrow it."""
    return [path for path in address.register.derived if path in address.shown or path in address.filters]


def derived(*, address: Address, counts: Mapping[str, Sequence[tuple[str, int]]] | None) -> list[Facet]:
    """Every derived column as a filter; its values stand there where they are counted or narrow the list, the others'
    are asked for when the filter is unfolded."""
    found = []
    for path, own in address.register.derived.items():
        on = address.filters.get(path, ())
        known = None if counts is None or path not in counts else dict(counts[path])
        options: list[Option] = []
        if on or known is not None:
            values = {key: None if known is None else known.get(key, 0) for key in own.values}
            values |= {value: None for value in on if value not in values}
            options = _options(address, path, values, on)
        label, clear = str(own.verbose_name), address.without(path) if on else ""
        found.append(Facet(path=path, label=label, is_on=bool(on), group=own.group, options=options, clear=clear))
    return found


def chips(*, address: Address) -> list[Chip]:
    """The conditions that hold now, one by one."""
    register = address.register
    found = []
    for path, values in address.filters.items():
        label = query.filter_label(register=register, path=path)
        named = labels(address=address, path=path, values=values)
        found += [Chip(label=label, text=named[value], href=address.without(path, value)) for value in values]
    for name, ends in address.ranges.items():
        target = register.field(name)
        low, high = (_month(end) if isinstance(target, MonthField) else end for end in ends)
        text = f"{low} 至 {high}" if low and high else f"{low} 起" if low else f"{high} 止"
        found.append(Chip(label=str(target.verbose_name), text=text, href=address.without(name)))
    if address.search:
        found.append(Chip(label="搜索", text=address.search, href=address.link(search="")))
    return found


def _month(typed: str) -> str:
    """2025-03 as it is said; anything else as typed."""
    year, _, month = typed[:7].partition("-")
    return f"{year}年{int(month)}月" if len(year) == 4 and month.isdecimal() else typed


def labels(*, address: Address, path: str, values: Iterable[str]) -> dict[str, str]:
    """What each value prints as; the rows of a relation, those that the officer may see, are read at once."""
    values, register, by = list(values), address.register, address.by
    target = columns.field_of(register, path)
    if not target.is_relation or by is None:
        return {value: query.value_label(register=register, path=path, value=value) for value in values}
    rows = access.nameable(model=target.related_model, by=by)
    known = rows.in_bulk([n for v in values if (n := number_in(v)) is not None])
    return {value: str(known[n]) if (n := number_in(value)) in known else _unknown(value) for value in values}


def _unknown(value: str) -> str:
    return "未填" if value == query.BLANK else value


def _options(address: Address, path: str, values: Mapping[str, int | None], on: tuple[str, ...]) -> list[Option]:
    named = labels(address=address, path=path, values=values)
    return [
        Option(
            value=value,
            label=named[value],
            count=count,
            is_on=value in on,
            href=address.without(path, value)
            if value in on
            else address.link(filters={**address.filters, path: (*on, value)}),
        )
        for value, count in values.items()
    ]


def _ranges(address: Address, by: Officer) -> list[Facet]:
    found = []
    for name in columns.rangeable(register=address.register, by=by):
        target = address.register.field(name)
        low, high = address.ranges.get(name, ("", ""))
        found.append(
            Facet(
                path=name,
                label=str(target.verbose_name),
                is_on=bool(low or high),
                is_range=True,
                is_date=isinstance(target, models.DateField),
                is_month=isinstance(target, MonthField),
                low=low,
                high=high,
                clear=address.without(name),
            )
        )
    return found


def _declared(register: Register, path: str) -> list[str]:
    """The values that a filter's field declares, in order; none for free text and relations."""
    target = columns.field_of(register, path)
    if target is register.stage_field:
        return [stage.key for stage in register.stages]
    if target.choices:
        return [str(key) for key, _ in target.flatchoices]
    return ["True", "False"] if isinstance(target, models.BooleanField) else []
