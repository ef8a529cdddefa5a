"""How many rows a list has, how many fall to each filter value, and what its amounts add up to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.db import connection, models
from django.db.models import Count, F, Sum

from gongjian.kernel.people.models import Unit
from gongjian.kernel.registers import columns, cube, search, soonest
from gongjian.kernel.registers.asking import Ask, selected
from gongjian.kernel.registers.numbers import listed

MOST = 10_000
ESTIMATE_FROM = 100_000
"""A whole register of more rows is estimated, not counted."""
VALUES_MOST = 60
"""How many values of a filter are listed."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A number of rows: exact, `capped` (so many or more), or an `estimate`; as text it says which."""

    n: int
    how: Literal["exact", "capped", "estimate"] = "exact"

    def __str__(self) -> str:
        """1,234 / 10,000以上 / 约 1,000,000."""
        return {"exact": f"{self.n:,}", "capped": f"{self.n:,}以上", "estimate": f"约 {self.n:,}"}[self.how]


def count(ask: Ask, *, most: int = MOST) -> Counted:
    """How many rows fit: exact up to `most`; a whole register of over 100,000 rows is estimated by the database."""
    found = selected(ask)
    if not ask.is_narrow and ask.known_at is None and not found.query.where:
        about = _estimate(ask.register.model)
        if about > ESTIMATE_FROM:
            digits = len(str(about)) - 3
            return Counted(n=round(about, -digits), how="estimate")
        return Counted(n=found.count())
    some = search.many(register=ask.register, by=ask.by, words=ask.words) if ask.words and ask.known_at is None else []
    if len(some) > most and found.filter(id__in=listed(some)).order_by()[: most + 1].count() > most:
        return Counted(n=most, how="capped")
    n = soonest.any_rows(ask).order_by()[: most + 1].count()
    return Counted(n=n) if n <= most else Counted(n=most, how="capped")


def facets(ask: Ask) -> dict[str, list[tuple[str, int]]]:
    """For each filter its values with counts under all other filters, largest first, at most 60; stages in their order."""
    register = ask.register
    own = cube.paths_of(ask)
    selected(ask)  # refuses what the list itself refuses
    together = cube.counts(ask, own) or {}
    out = {}
    for path in columns.counted(register=register, by=ask.by):
        counts = together[path] if path in together else _counts(ask.without(path), path)
        stages = [s.key for s in register.stages]
        is_stage = columns.field_of(register, path) is register.stage_field
        listed_values = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if is_stage and set(counts) <= set(stages):
            out[path] = sorted(listed_values, key=lambda item: stages.index(item[0]))
        else:
            out[path] = listed_values[:VALUES_MOST]
    return out


def totals(ask: Ask, *, names: tuple[str, ...] = ()) -> dict[str, Decimal]:
    """The sum of each amount column over all rows that fit, by field name; columns without any value are left out.

    `names` are the columns on show (default: the register's and the added ones). What is masked is not summed.
    """
    register = ask.register
    asked = names or (*register.columns, *(f.name for f in register.extra))
    offered = set(columns.sortable(register=register, by=ask.by))
    fields = {name: register.field(name) for name in asked if name in offered}
    amounts = {name: field for name, field in fields.items() if isinstance(field, models.DecimalField)}
    if not amounts:
        return {}
    sums = {f"sum_{name}": Sum(columns.value_of(field)) for name, field in amounts.items()}
    added = soonest.any_rows(ask, is_whole=True).order_by().aggregate(**sums)
    return {
        name: Decimal(added[f"sum_{name}"]).quantize(Decimal(1).scaleb(-field.decimal_places))
        for name, field in amounts.items()
        if added[f"sum_{name}"] is not None
    }


def _counts(ask: Ask, path: str) -> dict[str, int]:
    found, name = columns.named(ask.register, selected(ask).order_by(), path)
    names: dict[Any, Any] = {}
    first, _, rest = path.partition("__")
    if rest and ask.register.field(first).related_model is Unit:
        names, name = dict(Unit.objects.values_list("pk", rest)), f"{first}_id"
    counts: dict[str, int] = {}
    is_truth = isinstance(columns.field_of(ask.register, path), models.BooleanField)
    for value, n in found.annotate(facet=F(name)).values_list("facet").annotate(n=Count("id")):
        key = cube.key_of(names.get(value) if names else value)
        key = key.capitalize() if is_truth else key  # an added column says true
        counts[key] = counts.get(key, 0) + n
    return counts


def _estimate(model: type[models.Model]) -> int:
    """About how many rows a table has, without counting them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT coalesce((SELECT max(id) FROM {0}) - (SELECT min(id) FROM {0}) + 1, 0)".format(
                    connection.ops.quote_name(table)
                )
            )
        else:
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [f'"{table}"'])
        (about,) = cursor.fetchone()
    return max(0, int(about))
