"""The form of a question in which the database answers it soonest.

A database cannot know whether some filters together leave ten rows of a million, to be sorted, or so many that fifty are
soon met by walking along the order. So a look is taken first, and that tells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import QuerySet

from gongjian.kernel.registers import search
from gongjian.kernel.registers.asking import Ask, selected, unindexed, visible
from gongjian.kernel.registers.numbers import listed

if TYPE_CHECKING:
    from gongjian.kernel.registers.cube import Cube

FEW = 5000
"""Up to this many rows are sorted; more are met in the order of an index."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a first look at a question told: how many rows fit, as far as it counted, and which, where they are few."""

    n: int
    numbers: list[int] | None = None
    is_common: bool = False
    """Whether the words stand in too many rows to name them."""
    cube: Cube | None = None
    """The kept combinations that told."""


Parts = tuple[tuple[QuerySet[Any], QuerySet[Any] | None], ...]
"""Rows that fit, and the rows along which they are met, one part after the other in the order of a column."""


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How to read a page: `rows` are those that fit; where words are common, `along` are all rows, among the first of
    which enough that fit are soon met, unless they stand together (all that begin with the same place): then `named`
    gives those that fit by their numbers, None when they are too many; and where they stand together behind the word in the
    order of a column, `parted` gives the few that stand before it, and those from there on with all rows from there on,
    among the first of which enough that fit are met."""

    rows: QuerySet[Any]
    along: QuerySet[Any] | None = None
    named: Callable[[], QuerySet[Any] | None] = lambda: None
    parted: Callable[[str], Parts | None] = lambda path: None


def any_rows(ask: Ask, *, is_whole: bool = False) -> QuerySet[Any]:
    """The rows that fit, in no order, in the form that finds some of them (`is_whole`: all of them) soonest."""
    return any_of(ask, few_by_one(ask, is_whole=is_whole), is_whole=is_whole)


def any_of(ask: Ask, by_one: list[int] | None, *, is_whole: bool = False) -> QuerySet[Any]:
    """The same after `few_by_one` has told `by_one`.

    SQLite takes all values of a column for equally frequent. Where one of the filters leaves few rows, these are named;
    where none does, all filters are tried on each row of the index that holds them all, from where the first one begins.
    """
    parts = parts_of(ask)
    if connection.vendor != "sqlite" or len(parts) < (1 if is_whole else 2) or ask.known_at is not None:
        return selected(ask)
    if by_one is not None:
        return selected(ask, aside=parts).filter(id__in=listed(by_one))
    return selected(ask, aside=parts if is_whole else _behind_the_first(ask, parts))


def by_rarest(ask: Ask, rarest: str) -> QuerySet[Any]:
    """The rows that fit, in no order, where the filter `rarest` leaves few by itself: SQLite seeks these."""
    return selected(ask, aside=[path for path in parts_of(ask) if path != rarest])


def parts_of(ask: Ask) -> list[str]:
    """The filters and ranges that narrow."""
    parts = [path for path, values in ask.filters.items() if any(values)]
    return parts + [path for path, ends in ask.ranges.items() if any(ends)]


def few_by_one(ask: Ask, *, is_whole: bool = False) -> list[int] | None:
    """The numbers of the rows that one of several filters (`is_whole`: or the only one) leaves by itself, where they are
    few; None where they are not, and where the database finds out by itself."""
    parts = parts_of(ask)
    if connection.vendor != "sqlite" or len(parts) < (1 if is_whole else 2) or ask.known_at is not None:
        return None
    for path in parts:
        alone = replace(
            ask,
            filters={path: ask.filters[path]} if path in ask.filters else {},
            ranges={path: ask.ranges[path]} if path in ask.ranges else {},
            search="",
            ids=None,
        )
        if (numbers := _numbers(selected(alone), FEW)) is not None:
            return numbers
    return None


def page(ask: Ask, look: Look | None) -> Ways:
    """The rows that fit, to be put in order, in the form in which a page of them is found soonest, after a look."""
    if look is None:
        return Ways(rows=selected(ask))
    if look.numbers is not None:
        return Ways(rows=visible(ask).filter(id__in=listed(look.numbers)))
    rows = selected(ask, aside=parts_of(ask), is_walked=True)
    if not look.is_common:
        return Ways(rows=rows)

    def named() -> QuerySet[Any] | None:
        numbers = search.all_of_many(register=ask.register, words=ask.words)
        return None if numbers is None else rows.filter(id__in=listed(numbers))

    def parted(path: str) -> Parts | None:
        word = ask.words[0]
        if not search.divides(register=ask.register, path=path, word=word):
            return None
        others = search.all_of_many(register=ask.register, words=ask.words, not_led_by=word)
        if others is None or len(others) > FEW:
            return None
        before, name = unindexed(rows, path, ask.register.field(path))
        before = before.filter(**{f"{name}__lt": word}, id__in=listed(others))
        behind = {f"{path}__gte": word}
        return (before, None), (rows.filter(**behind), visible(ask).filter(**behind))

    return Ways(rows=rows, along=visible(ask), named=named, parted=parted)


def _behind_the_first(ask: Ask, parts: Sequence[str]) -> list[str]:
    """All of `parts` but the one that comes first among the register's first two filters, with which the index of all
    filters begins: SQLite seeks that one in it, for each value of the other if need be."""
    first = next((path for path in ask.register.filters[:2] if path in parts and "__" not in path), None)
    return [path for path in parts if path != first]


def _numbers(found: QuerySet[Any], most: int) -> list[int] | None:
    """The numbers of the rows found; None when they are more than `most`."""
    numbers = found.order_by().values_list("id", flat=True)
    return None if numbers[most : most + 1] else list(numbers[: most + 1])
