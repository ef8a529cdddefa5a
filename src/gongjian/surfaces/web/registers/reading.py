"""Which rows a page reads: the row of an address and the rows that point at it, for the purpose stated in the session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Value
from django.http import HttpRequest

from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import query
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.declare import Register
from gongjian.surfaces.web.page import officer
from gongjian.surfaces.web.registers import purpose


def row_of(request: HttpRequest, register: Register, pk: int, *, known_at: datetime | None = None) -> Any:
    """One row, as it is or as recorded at `known_at`; refused when there is none or the officer may not see it."""
    stated = purpose.of(request, register)
    return query.entry(register=register, by=officer(request), pk=pk, known_at=known_at, purpose=stated)


def pointing(
    *,
    register: Register,
    points: Any,
    row: Any,
    by: Officer,
    known_at: datetime | None = None,
    stated: Purpose | None = None,
) -> QuerySet[Any]:
    """The rows of `register` that point at `row` by the field `points`, in the register's order."""
    asked = query.Ask(
        register=register, by=by, filters={points.name: (str(row.pk),)}, known_at=known_at, purpose=stated
    )
    return query.rows(asked)


def counts(found: Sequence[QuerySet[Any]]) -> list[int]:
    """How many rows each of the query sets holds, all asked in one query."""
    if not found:
        return []
    numbered = [
        rows.order_by().values(counted_in=Value(place, IntegerField())).annotate(counted=Count("id"))
        for place, rows in enumerate(found)
    ]
    told = dict(numbered[0].union(*numbered[1:], all=True).values_list("counted_in", "counted"))
    return [told.get(place, 0) for place in range(len(found))]
