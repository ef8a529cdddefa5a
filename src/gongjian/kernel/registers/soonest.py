"""The form of a question in which the database answers it soonest.

A database cannot know whether some filters together leave ten rows of a million, to be sorted, or so many that fifty are
soon met by walking along the order. So a few rows are looked for first, and that tells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from gongjian.kernel.registers import search
from gongjian.kernel.registers.asking import Ask, selected, visible
from gongjian.kernel.registers.numbers import listed

FEW = 5000
"""Up to this many rows are sorted; more are met in the order of an index."""
FEW_AMONG_WORDS = 500
"""The same where a word stands in so many texts that looking for more would take long."""


def any_rows(ask: Ask, *, is_whole: bool = False) -> QuerySet[Any]:
    """The rows that fit, in no order, in the form that finds some of them (`is_whole`: all of them) soonest.

    SQLite takes all values of a column for equally frequent. Where one of the filters leaves few rows, these are named;
    where none does, all filters are tried on each row of an index that holds them, in the order in which rows lie.
    """
    parts = [path for path, values in ask.filters.items() if any(values)]
    parts += [path for path, ends in ask.ranges.items() if any(ends)]
    if connection.vendor != "sqlite" or len(parts) < (1 if is_whole else 2) or ask.known_at is not None:
        return selected(ask)
    for path in parts:
        alone = replace(
            ask,
            filters={path: ask.filters[path]} if path in ask.filters else {},
            ranges={path: ask.ranges[path]} if path in ask.ranges else {},
            search="",
            ids=None,
        )
        if (numbers := _numbers(selected(alone), FEW)) is not None:
            return selected(ask, by_index=False).filter(id__in=listed(numbers))
    return selected(ask, by_index=False)


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How to read a page: `rows` are those that fit; where words are common, `along` are all rows, among the first of
    which enough that fit are soon met, unless they stand together (all that begin with the same place): then `named`
    gives those that fit by their numbers, None when they are too many."""

    rows: QuerySet[Any]
    along: QuerySet[Any] | None = None
    named: Callable[[], QuerySet[Any] | None] = lambda: None


def page(ask: Ask) -> Ways:
    """The rows that fit, to be put in order, in the form in which a page of them is found soonest."""
    if ask.known_at is not None or ask.ids is not None or not ask.is_narrow:
        return Ways(rows=selected(ask))
    is_common = bool(ask.words) and bool(search.many(register=ask.register, by=ask.by, words=ask.words))
    most = FEW_AMONG_WORDS if is_common else FEW
    if (ask.is_filtered or not is_common) and (numbers := _numbers(any_rows(ask), most)) is not None:
        return Ways(rows=visible(ask).filter(id__in=listed(numbers)))
    rows = selected(ask, by_index=False)
    if not is_common:
        return Ways(rows=rows)

    def named() -> QuerySet[Any] | None:
        numbers = search.all_of_many(register=ask.register, words=ask.words)
        return None if numbers is None else rows.filter(id__in=listed(numbers))

    return Ways(rows=rows, along=visible(ask), named=named)


def _numbers(found: QuerySet[Any], most: int) -> list[int] | None:
    """The numbers of the rows found; None when they are more than `most`."""
    if found.order_by()[: most + 1].count() > most:
        return None
    return list(found.order_by().values_list("id", flat=True)[: most + 1])
