"""The address of a list says everything it shows: filters, ranges, words, order, columns, page and the day it is read at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote_plus

from django.http import QueryDict
from django.utils import timezone

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import columns, query
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.declare import Register

SORT_MOST = 3
"""How many columns an order may have."""
IDS_MOST = 5000
WORDS_MOST = 80
_FIGURE = ("indicator", "as_of", "commitment")


@dataclass(frozen=True, kw_only=True)
class Address:
    """What one list shows, read from its address and written back into the links of its page.

    Filters are repeated (`industry=甲&industry=乙`), ranges are `established_on.from=` and `.to=`, the order is
    `order=-year,name`, columns are `cols=name,year`, the past is `known_at=2025-03-31` (the end of that day in China).
    """

    register: Register
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    search: str = ""
    sort: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    """The columns asked for; empty for those that the register declares."""
    ids: tuple[int, ...] | None = None
    known_on: date | None = None
    figure: Mapping[str, str] = field(default_factory=dict)
    after: str = ""
    before: str = ""
    is_end: bool = False
    start: int = 0
    """How many rows lie before this page, as the link that led here counted."""
    view: str = ""
    by: Officer | None = field(default=None, compare=False, repr=False)
    """Who asks: what a relation's filter is set to is named where this officer may see it."""

    @classmethod
    def of(cls, *, register: Register, by: Officer, given: QueryDict, today: date) -> Address:
        """Read an address; refused when its day is none. What a list does not know is passed over."""
        filterable = columns.filterable(register=register, by=by)
        filters = {path: values for path in filterable if (values := _values(given, path))}
        ranges = {
            name: both
            for name in columns.rangeable(register=register, by=by)
            if any(both := (given.get(f"{name}.from", "").strip()[:40], given.get(f"{name}.to", "").strip()[:40]))
        }
        raw = given.get("ids")
        return cls(
            register=register,
            filters=filters,
            ranges=ranges,
            search=" ".join(given.get("q", "").split())[:WORDS_MOST],
            sort=_sort(register, given),
            chosen=_columns(register, given),
            ids=None
            if raw is None
            else tuple(int(part) for part in raw.split(",")[:IDS_MOST] if part.isdecimal() and len(part) < 19),
            known_on=_day(given.get("known_at", ""), today=today),
            figure={name: given[name] for name in _FIGURE if given.get(name)},
            after=given.get("after", ""),
            before=given.get("before", ""),
            is_end=given.get("end", "") == "1",
            start=_number(given.get("start", "")),
            view=view if (view := given.get("view", "")) != "0" else "",
            by=by,
        )

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns that are shown, in order."""
        return self.chosen or self.register.columns

    @property
    def known_at(self) -> datetime | None:
        """The moment at which the rows are read: the last of that day in China; None for now."""
        if self.known_on is None:
            return None
        midnight = datetime.combine(self.known_on + timedelta(days=1), time.min)
        return timezone.make_aware(midnight) - timedelta(microseconds=1)

    @property
    def is_narrow(self) -> bool:
        """Whether it asks for less than the whole register."""
        return bool(self.filters or self.ranges or self.search or self.ids is not None)

    def ask(self, *, by: Officer, purpose: Purpose | None = None, ids: Sequence[int] | None = None) -> query.Ask:
        """The same as a question to the register; `ids` narrows it further to these rows."""
        kept = self.ids
        if ids is not None:
            allowed = set(self.ids) if self.ids is not None else None
            kept = tuple(pk for pk in ids if allowed is None or pk in allowed)
        return query.Ask(
            register=self.register,
            by=by,
            filters=self.filters,
            ranges=self.ranges,
            search=self.search,
            sort=self.sort,
            ids=kept,
            known_at=self.known_at,
            purpose=purpose,
        )

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """What the address says, without the page, in a fixed order."""
        return self._pairs({})

    def _pairs(self, changes: Mapping[str, Any]) -> list[tuple[str, str]]:
        said = changes.get
        filters, ranges, ids = said("filters", self.filters), said("ranges", self.ranges), said("ids", self.ids)
        known_on = said("known_on", self.known_on)
        out = [(path, value) for path, values in filters.items() for value in values]
        for name, (low, high) in ranges.items():
            out += [(f"{name}.from", low)] * bool(low) + [(f"{name}.to", high)] * bool(high)
        single = {
            "q": said("search", self.search),
            "order": ",".join(said("sort", self.sort)),
            "cols": ",".join(said("chosen", self.chosen)),
            "ids": "" if ids is None else ",".join(map(str, ids)),
            "known_at": known_on.isoformat() if known_on else "",
            **said("figure", self.figure),
            "view": said("view", self.view),
        }
        if ids == ():
            out.append(("ids", ""))
        return [*out, *((key, value) for key, value in single.items() if value)]

    def link(
        self, *, after: str = "", before: str = "", is_end: bool = False, start: int | None = None, **changes: Any
    ) -> str:
        """The address with some parts changed (fields of this class), from its first page unless the page is said."""
        pairs = self._pairs(changes) if changes else self.pairs
        page = (("after", after), ("before", before), ("end", "1" if is_end else ""), ("start", str(start or "")))
        said = "&".join([f"{_quoted(key)}={_quoted(value)}" for key, value in (*pairs, *page) if value or key == "ids"])
        return f"?{said}" if said else "?view=0"

    def without(self, path: str, value: str | None = None) -> str:
        """The address without one value of a filter, or without the filter (or range) at all."""
        left = tuple(one for one in self.filters.get(path, ()) if value is not None and one != value)
        filters = {key: values for key, values in self.filters.items() if key != path} | ({path: left} if left else {})
        ranges = {key: both for key, both in self.ranges.items() if key != path}
        return self.link(filters=filters, ranges=ranges)

    def others(self, *names: str) -> list[tuple[str, str]]:
        """What a form that asks for `names` itself carries along unseen."""
        return [(key, value) for key, value in self.pairs if key not in names]

    def words(self) -> list[str]:
        """The narrowing in words, for the head of a print and the foot of an exported sheet."""
        said = []
        for path, values in self.filters.items():
            labels = "、".join(self._label(path, value) for value in values)
            said.append(f"{query.filter_label(register=self.register, path=path)}={labels}")
        for name, (low, high) in self.ranges.items():
            said.append(f"{self.register.field(name).verbose_name}={low or '不限'}至{high or '不限'}")
        if self.search:
            said.append(f"搜索“{self.search}”")
        if self.known_on:
            said.append(f"台账时点={self.known_on}")
        return said

    def _label(self, path: str, value: str) -> str:
        return query.value_label(register=self.register, path=path, value=value, by=self.by)


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    return quote_plus(text)


def choosable(register: Register) -> list[str]:
    """The columns that a list may show: its own first, then all other fields, evidence, the time of entry, and the derived ones."""
    stage = [register.stage_field.name] if register.stage_field else []
    evidence = [f.name for f in register.evidence]
    fields = [f.name for f in register.fields]
    return list(dict.fromkeys([*register.columns, *fields, *stage, *evidence, "recorded_at", *register.derived]))


def _values(given: QueryDict, path: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in given.getlist(path) if value))[:60]


def _sort(register: Register, given: QueryDict) -> tuple[str, ...]:
    """`order=a,-b`, and `then=c` with `fall=1` that the form for one more column adds."""
    asked = [part for part in given.get("order", "").split(",") if part]
    if then := given.get("then", ""):
        asked = [part for part in asked if part.lstrip("-") != then]
        asked.append(f"-{then}" if given.get("fall") else then)
    offered = register.derived
    known = [name for name in choosable(register) if name not in offered]
    found: dict[str, str] = {}
    for part in asked:
        if part.lstrip("-") in known:
            found.setdefault(part.lstrip("-"), part)
    return tuple(found.values())[:SORT_MOST]


def _columns(register: Register, given: QueryDict) -> tuple[str, ...]:
    """`cols=a,b`, or `col=a&col=b` as a plain form sends it."""
    asked = given.getlist("col") or given.get("cols", "").split(",")
    known = choosable(register)
    found = tuple(dict.fromkeys(name for name in asked if name in known))
    return () if found == register.columns else found


def _day(raw: str, *, today: date) -> date | None:
    if not raw.strip():
        return None
    try:
        day = date.fromisoformat(raw.strip())
    except ValueError as error:
        raise Refusal(
            "list.known_at", f"台账时点“{raw[:20]}”不是日期", "请选择日期,或写成 2025-03-31 这样的日期"
        ) from error
    if day > today:
        raise Refusal("list.known_at", f"台账时点 {day} 晚于今天 {today}", "请选择今天或以前的日期")
    return day if day < today else None


def _number(raw: str) -> int:
    return int(raw) if raw.isdecimal() and len(raw) < 10 else 0
