"""The order of a list, exact to the last row: by up to three columns, blanks last either way, rows that tie by number.

A page begins strictly after a row. What follows a row is cut into pieces that the database reads in order from an
index: the rows that tie with it in all columns but the last, then those that tie in one column less, and so on; the
blanks of a column, and each value of one with an order of its own (units, stages, choices), are pieces by themselves.
Nothing is skipped over, so that a deep page is as quick as the first, and a row that comes in meanwhile moves no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Left, NullIf

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.registers import columns, extra
from gongjian.kernel.registers.declare import Register

SORTS_MOST = 3
LONG_TEXT = 60
"""A text without a limit is ordered by its first characters, so that the mark of a page fits into an address."""
SHORT = 5
STRETCH = 4000
"""So many rows are gone along before the database is left to find the page by itself."""
Piece = tuple[Q, list[Any]]
"""A condition, and the order of the rows within it."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """One step of an order. `path` is a query's name of the value, `steps` lead to it from a row."""

    path: str
    steps: tuple[str, ...]
    field: Any
    falling: bool = False
    may_be_null: bool = False
    may_be_empty: bool = False
    values: tuple[Any, ...] = ()
    """The values in an order of their own; () where the database's order counts."""
    blanks_first: bool = False

    def turned(self) -> Term:
        """The same step walked backwards."""
        return replace(self, falling=not self.falling, blanks_first=not self.blanks_first)

    def value_of(self, row: Any) -> Any:
        """The row's value; None where it is blank."""
        value = row
        for step in self.steps:
            value = getattr(value, step, None)
        if isinstance(self.field, models.TextField) and isinstance(value, str):
            value = value[:LONG_TEXT]
        return None if value is None or (value == "" and self.may_be_empty) else value

    def typed(self, value: Any) -> Any:
        """A value of a page's mark as the database compares it; raises ValueError or ValidationError."""
        if value is None:
            if not (self.may_be_null or self.may_be_empty):
                raise ValueError(self.path)
            return None
        if extra.is_extra(self.field) and not isinstance(self.field, models.DecimalField | models.IntegerField):
            return str(value).lower() if isinstance(value, bool) else str(value)
        return (self.field.target_field if self.field.is_relation else self.field).to_python(value)

    def order(self) -> list[Any]:
        """The order over all rows."""
        blanks = {"nulls_first": True} if self.blanks_first else {"nulls_last": True}
        if self.values:
            ranks = [When(**{self.path: value}, then=Value(rank)) for rank, value in enumerate(self.values)]
            blank = [When(self._blank, then=Value(None))] if self.may_be_null or self.may_be_empty else []
            rank = Case(*blank, *ranks, default=Value(len(ranks)), output_field=models.IntegerField())
            return [rank.desc(**blanks) if self.falling else rank.asc(**blanks), *self._plain]
        if not (self.may_be_null or self.may_be_empty):
            return self._plain
        value: Any = NullIf(F(self.path), Value("")) if self.may_be_empty else F(self.path)
        return [value.desc(**blanks) if self.falling else value.asc(**blanks)]

    def pieces(self) -> list[Piece]:
        """All rows in pieces, in order."""
        filled: list[Piece] = [(self._filled, self._plain)]
        if self.values:
            listed: list[Piece] = [(Q(**{self.path: value}), []) for value in self.values]
            filled = [*listed, (self._filled & ~Q(**{f"{self.path}__in": self.values}), self._plain)]
            filled = filled[::-1] if self.falling else filled
        if not (self.may_be_null or self.may_be_empty):
            return filled
        return [(self._blank, []), *filled] if self.blanks_first else [*filled, (self._blank, [])]

    def after(self, value: Any) -> list[Piece]:
        """What comes strictly after a value, in pieces, in order."""
        pieces = self.pieces()
        start = 1 if self.blanks_first and (self.may_be_null or self.may_be_empty) else 0
        if value is None:
            return pieces[1:] if start else []
        if value in self.values:
            place = self.values.index(value)
            return pieces[start + (len(self.values) - place if self.falling else place) + 1 :]
        if self.values and not self.falling:
            start += len(self.values)
        condition, order = pieces[start]
        beyond = Q(**{f"{self.path}__{'lt' if self.falling else 'gt'}": value})
        return [(condition & beyond, order), *pieces[start + 1 :]]

    def same(self, value: Any) -> Q:
        """The rows that tie with a value."""
        return self._blank if value is None else Q(**{self.path: value})

    @property
    def _plain(self) -> list[Any]:
        return [F(self.path).desc() if self.falling else F(self.path).asc()]

    @property
    def _filled(self) -> Q:
        if self.may_be_empty:
            return Q(**{f"{self.path}__gt": ""})
        return Q(**{f"{self.path}__isnull": False}) if self.may_be_null else Q()

    @property
    def _blank(self) -> Q:
        null = Q(**{f"{self.path}__isnull": True})
        if self.may_be_empty:
            return null | Q(**{self.path: ""}) if self.may_be_null else Q(**{self.path: ""})
        return null


def ordered(
    *, register: Register, by: Officer, sort: Sequence[str], found: QuerySet[Any]
) -> tuple[QuerySet[Any], list[Term]]:
    """`found` knowing every value of the order, and the order's steps, the row's number last; refused: what cannot be
    sorted by (masked for this officer, or no column), or more than three columns."""
    asked = list(dict.fromkeys(sort))
    if len(asked) > SORTS_MOST:
        raise Refusal("query.sort", f"排序列有{len(asked)}个,超过{SORTS_MOST}个", "请减少排序列")
    terms: list[Term] = []
    offered = columns.sortable(register=register, by=by)
    for column in asked or register.sort:
        name, falling = column.removeprefix("-"), column.startswith("-")
        if asked and name not in offered:
            label = getattr(register.field_named(name), "verbose_name", name[:60])
            cause = f"“{register.label}”不能按“{label}”排序:没有这一栏,或它对您是遮盖的"
            raise Refusal("query.sort", cause, "请改选其他栏排序")
        found, steps = _steps(register, found, name, falling)
        terms += [step for step in steps if step.path not in {term.path for term in terms}]
    last = terms[-1].falling if terms else False
    number = Term(path="id", steps=("pk",), field=register.model._meta.pk, falling=last)
    return found, [*[term for term in terms if term.path != "id"], number]


def order_of(terms: Sequence[Term]) -> list[Any]:
    """The whole order, for a query that is not cut into pages."""
    return [part for term in terms for part in term.order()]


def walked(found: QuerySet[Any], terms: Sequence[Term], key: Sequence[Any] | None, most: int) -> list[Any]:
    """The first `most` rows of the order, or those strictly after the row whose values are `key`."""
    rows: list[Any] = []
    for condition, order in _pieces(terms, key):
        rows += found.filter(condition).order_by(*order)[: most - len(rows)]
        if len(rows) >= most:
            break
    return rows


def met(
    found: QuerySet[Any], along: QuerySet[Any], terms: Sequence[Term], key: Sequence[Any] | None, most: int
) -> list[Any] | None:
    """The same where rows of `found` are frequent among those of `along`, from the next stretch of these alone, a short
    one first; None when the stretch does not hold so many."""
    for length in (STRETCH // SHORT, STRETCH):
        if (rows := _met(found, along, terms, key, most, max(1, length))) is not None:
            return rows
    return None


def _met(
    found: QuerySet[Any],
    along: QuerySet[Any],
    terms: Sequence[Term],
    key: Sequence[Any] | None,
    most: int,
    length: int,
) -> list[Any] | None:
    rows: list[Any] = []
    for condition, order in _pieces(terms, key):
        stretch = along.filter(condition).order_by(*order).values("id")[:length]
        wanted = most - len(rows)
        rows += found.filter(condition, id__in=stretch).order_by(*order)[:wanted]
        if len(rows) >= most:
            return rows
        if stretch.count() == length:
            return None
    return rows


def key_of(terms: Sequence[Term], row: Any) -> list[Any]:
    """The row's values in the steps of the order, as JSON holds them; they lead back to it."""
    return [_plain(term.value_of(row)) for term in terms]


def typed_key(terms: Sequence[Term], key: object) -> list[Any]:
    """A key that came from outside, its values typed; raises ValueError when it is none of this order."""
    if not isinstance(key, list) or len(key) != len(terms):
        raise ValueError(key)
    try:
        return [term.typed(value) for term, value in zip(terms, key, strict=True)]
    except (ValidationError, TypeError, ArithmeticError) as error:
        raise ValueError(key) from error


def _pieces(terms: Sequence[Term], key: Sequence[Any] | None) -> Iterator[Piece]:
    if key is None:
        for condition, order in terms[0].pieces():
            yield condition, [*order, *order_of(terms[1:])]
        return
    for level in range(len(terms) - 1, -1, -1):
        tied = Q()
        for term, value in zip(terms[:level], key, strict=False):
            tied &= term.same(value)
        for condition, order in terms[level].after(key[level]):
            yield tied & condition, [*order, *order_of(terms[level + 1 :])]


def _steps(register: Register, found: QuerySet[Any], name: str, falling: bool) -> tuple[QuerySet[Any], list[Term]]:
    """The steps that one column stands for: a unit by its place in the list, another relation by its name."""
    first, *rest = name.split("__")
    field = register.field(first)
    if field.is_relation and field.related_model is Unit and not rest:
        units = tuple(Unit.objects.order_by("order", "pk").values_list("pk", flat=True))
        path = field.attname
        return found, [Term(path=path, steps=(path,), field=field, falling=falling, may_be_null=True, values=units)]
    if field.is_relation and not rest:
        rest = [columns.name_of(field.related_model)]
    is_past = field.is_relation and found.model is not register.model  # history keeps no promise about relations
    is_null = is_past or extra.is_extra(field) or any(f.null for f in _way(register, [first, *rest]))
    end = columns.field_of(register, "__".join([first, *rest]))
    is_text = isinstance(end, models.CharField | models.TextField)
    found, path = columns.named(register, found, "__".join([first, *rest]))
    if isinstance(end, models.TextField) and not extra.is_extra(field):
        long = f"begin_{path}"
        found, path = found.alias(**{long: Left(path, LONG_TEXT)}), long
    stage = register.stage_field
    keys = [stage.key for stage in register.stages] if end is stage else [k for k, _ in end.flatchoices if k != ""]
    is_own = not rest and not extra.is_extra(field)
    return found, [
        Term(
            path=path,
            steps=(first, *rest),
            field=end,
            falling=falling,
            may_be_null=is_null,
            may_be_empty=is_text and (end.blank or extra.is_extra(field) or end is stage),
            values=tuple(keys) if is_own else (),
        )
    ]


def _way(register: Register, parts: list[str]) -> list[Any]:
    return [columns.field_of(register, "__".join(parts[: n + 1])) for n in range(len(parts))]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "pk", value)
