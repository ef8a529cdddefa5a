"""One question to a register: which rows, in which order, as known today or on a past moment; and the rows it finds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.query import ModelIterable

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.registers import access, columns, extra, search
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.derived import Derived
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.registers.parse import to_date
from gongjian.kernel.registers.values import parse

BLANK = "—"
"""The filter value that finds rows where nothing is filled in."""
SEARCH_MOST = 80
"""Characters of a search that are looked for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ask:
    """What is asked of a register. All parts narrow together; the same question serves list, export and interface.

    - `filters`: a path of `columns.filterable` -> values, any of which fits; `BLANK` = rows without one; a relation's
      value is the row's number;
    - `ranges`: a date or number of `register.ranges` -> (from, to) as typed, both included, "" = open;
    - `search`: words, all of which must occur in some searched column, in half or full width, capitals or not;
    - `sort`: at most three columns, `-` falling; () = the register's order. Blanks come last either way;
    - `ids`: only these rows; `known_at`: the rows as recorded at that moment; `purpose`: for a sensitive register.
    """

    register: Register
    by: Officer
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    search: str = ""
    sort: tuple[str, ...] = ()
    ids: tuple[int, ...] | None = None
    known_at: datetime | None = None
    purpose: Purpose | None = None
    _units: dict[tuple[str, ...], list[int]] = field(default_factory=dict, init=False, repr=False)
    _fitting: dict[tuple[str, ...], Q] = field(default_factory=dict, init=False, repr=False)

    def units(self, field: str, values: Sequence[str]) -> list[int]:
        """The numbers of the units with one of these values in a field; read once, as long as the question stands."""
        asked = (field, *values)
        if asked not in self._units:
            self._units[asked] = list(Unit.objects.filter(**{f"{field}__in": values}).values_list("pk", flat=True))
        return self._units[asked]

    @property
    def words(self) -> list[str]:
        """The words that are looked for."""
        return self.search.replace("\x00", " ")[:SEARCH_MOST].split()

    @property
    def is_filtered(self) -> bool:
        """Whether it asks for some values alone."""
        return any(any(values) for values in self.filters.values()) or any(any(pair) for pair in self.ranges.values())

    @property
    def is_narrow(self) -> bool:
        """Whether it asks for less than all rows that the officer may see."""
        return bool(self.is_filtered or self.words or self.ids is not None)

    def without(self, path: str) -> Ask:
        """The same question without one filter."""
        return replace(self, filters={key: values for key, values in self.filters.items() if key != path})


class Known(ModelIterable):
    """Rows of history as entries: they print, link and compare like today's."""

    def __iter__(self) -> Iterator[Any]:
        model = self.queryset.model.instance_type
        names = [f.attname for f in model._meta.concrete_fields]
        for row in super().__iter__():
            entry = model(**{name: getattr(row, name) for name in names})
            entry._state.fields_cache.update(
                {k: v for k, v in row._state.fields_cache.items() if k in model._meta._forward_fields_map}
            )
            entry._state.adding, entry._state.db = False, self.queryset.db
            yield entry


def known(*, register: Register, at: datetime | None, by_date: bool = True) -> QuerySet[Any]:
    """The register's rows as they are, or as recorded at the moment `at` (one row per entry, from history).

    Without `by_date` SQLite does not go by the lines' date: where nearly all are older, it would read and sort them all.
    """
    if at is None:
        return register.model._default_manager.all()
    history = register.model.history.model._default_manager
    recorded = history.filter(history_date__lte=at)
    later = recorded.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    if not by_date and connection.vendor == "sqlite":
        dated = Func(F("history_date"), template="+%(expressions)s", output_field=models.DateTimeField())
        recorded = history.alias(dated=dated).filter(dated__lte=at)
    return recorded.filter(~Exists(later)).exclude(history_type="-")


def visible(ask: Ask) -> QuerySet[Any]:
    """All rows of the register, at the moment asked for, that the officer may see; refused when none at all."""
    found = known(register=ask.register, at=ask.known_at, by_date=ask.ids is not None)
    if ask.known_at is not None:
        found._iterable_class = Known
    return access.visible(register=ask.register, by=ask.by, rows=found, purpose=ask.purpose)


def selected(ask: Ask, *, aside: Collection[str] = (), is_walked: bool = False) -> QuerySet[Any]:
    """The rows that fit the question and that the officer may see, in no order. A row's number is `id`, never `pk`.

    For the filters and ranges `aside` SQLite uses no index: where so many fit that they are met along another one.
    `is_walked` says that the rows are walked along an order, a derived value looked up for each.
    """
    register = ask.register
    found = visible(ask)
    aside = aside if connection.vendor == "sqlite" else ()
    for path, values in ask.filters.items():
        if wanted := [value for value in values if value != ""]:
            found = _filtered(ask, found, path, wanted, path in aside, is_walked)
    for path, ends in ask.ranges.items():
        if any(ends):
            found = _ranged(ask, found, path, ends, path in aside)
    if ask.words:
        found = search.matching(register=register, by=ask.by, found=found, words=ask.words, known_at=ask.known_at)
    if ask.ids is not None:
        found = found.filter(id__in=listed(ask.ids))
    return found


def with_relations(register: Register, found: QuerySet[Any], names: Collection[str] | None = None) -> QuerySet[Any]:
    """`found` with the rows it points at (those of the fields `names` alone, if they are given), in the same query."""
    related = [name for name in columns.relations(register) if names is None or name in names]
    return found.select_related(*related) if related else found


def unindexed(found: QuerySet[Any], name: str, own: Any) -> tuple[QuerySet[Any], str]:
    """`found`, and the column under a name for which SQLite uses no index. (A + before a column says so; it takes its affinity away,
    so that amounts, which are bound as texts, are left alone.)"""
    if "__" in name or isinstance(own, models.DecimalField) or connection.vendor != "sqlite":
        return found, name
    walked = f"walked_{name}"
    if walked not in found.query.annotations:
        kind = models.BigIntegerField() if own.is_relation else own
        found = found.alias(**{walked: Func(F(name), template="+%(expressions)s", output_field=kind)})
    return found, walked


def _filtered(
    ask: Ask, found: QuerySet[Any], path: str, values: list[str], is_aside: bool, is_walked: bool
) -> QuerySet[Any]:
    register = ask.register
    if path not in columns.filterable(register=register, by=ask.by):
        raise _not_offered(register, path, "筛选")
    own = columns.field_of(register, path)
    if isinstance(own, Derived):
        return found.filter(_derived(ask, own, values, is_walked))
    first, _, rest = path.partition("__")
    is_unit = bool(rest) and register.field(first).related_model is Unit
    found, name = columns.named(register, found, path)
    if is_unit:
        name = first
    if is_aside and name in (path, first):
        found, name = unindexed(found, f"{first}_id" if is_unit or own.is_relation else name, register.field(first))
    condition = Q()
    if BLANK in values:
        condition |= Q(**{f"{name}__isnull": True})
        if isinstance(own, models.CharField | models.TextField) and not is_unit:
            condition |= Q(**{name: ""})
    if plain := [value for value in values if value != BLANK]:
        wanted = [typed(own, value) for value in plain]
        condition |= Q(**{f"{name}__in": ask.units(rest, wanted) if is_unit else wanted})
    return found.filter(condition)


def _derived(ask: Ask, own: Derived, values: list[str], is_walked: bool) -> Q:
    keys = [value for value in values if value != BLANK]
    if unknown := [value for value in keys if value not in own.values]:
        cause = f"筛选条件“{own.verbose_name}”的值“{'、'.join(unknown)[:40]}”不对"
        raise Refusal("query.filter", cause, "请回到列表重新选择")
    asked = (own.name, "walked" if is_walked else "", *values)
    if asked not in ask._fitting:
        ask._fitting[asked] = own.fitting(keys, known_at=ask.known_at, blank=BLANK in values, is_walked=is_walked)
    return ask._fitting[asked]


def typed(own: Any, value: str) -> Any:
    """A filter's value as the database compares it; refused when it is none of the field's."""
    try:
        return _typed(own, value)
    except (ValueError, TypeError, LookupError, ArithmeticError, ValidationError) as error:
        cause = f"筛选条件“{own.verbose_name}”的值“{value[:40]}”不对"
        raise Refusal("query.filter", cause, "请回到列表重新选择") from error


def _typed(own: Any, value: str) -> Any:
    if "\x00" in value:
        raise ValueError(value)
    if own.choices and value not in {str(key) for key, _ in own.flatchoices}:
        raise LookupError(value)
    is_number = own.is_relation or isinstance(own, models.IntegerField)
    if is_number and not (value.isascii() and value.removeprefix("-").isdigit() and len(value) <= 18):
        raise ValueError(value)
    if isinstance(own, models.BooleanField):
        truth = {"true": True, "1": True, "false": False, "0": False}[value.lower()] if value else None
        return str(truth).lower() if extra.is_extra(own) else truth
    return int(value) if is_number else own.to_python(value) if not extra.is_extra(own) else value


def _ranged(ask: Ask, found: QuerySet[Any], path: str, ends: tuple[str, str], is_aside: bool) -> QuerySet[Any]:
    register = ask.register
    if path not in columns.rangeable(register=register, by=ask.by):
        raise _not_offered(register, path, "按起止筛选")
    own = columns.field_of(register, path)
    place = Place(column=str(own.verbose_name))
    found_ends: list[Any] = []
    for raw, is_last in zip(ends, (False, True), strict=True):
        try:
            is_day = isinstance(own, models.DateField)
            found_ends.append(
                to_date(raw, last=is_last) if is_day else parse(field=own, raw=raw) if raw.strip() else None
            )
        except Refusal as refusal:
            raise Refusal("query.range", refusal.cause, refusal.remedy, place=place) from refusal
    low, high = found_ends
    if low is not None and high is not None and low > high:
        raise Refusal("query.range", f"起“{ends[0]}”在止“{ends[1]}”之后", "请调换或改正起止", place=place)
    name = path
    if is_aside:
        found, name = unindexed(found, path, own)
    if isinstance(own, models.DateTimeField):
        name = f"{name}__date"
    if low is not None:
        found = found.filter(**{f"{name}__gte": low})
    return found.filter(**{f"{name}__lte": high}) if high is not None else found


def _not_offered(register: Register, path: str, act: str) -> Refusal:
    try:
        label = str(columns.field_of(register, path).verbose_name)
    except Exception:
        label = path[:60]
    return Refusal("query.filter", f"“{register.label}”不能按“{label}”{act}", "请从列表给出的条件中选择")
