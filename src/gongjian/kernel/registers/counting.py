"""How many rows a list has, how many fall to each filter value, and what its amounts add up to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.db import connection, models
from django.db.models import Count, F, Sum

from gongjian.kernel.people.models import Unit
from gongjian.kernel.registers import columns, cube, search, soonest
from gongjian.kernel.registers.asking import Ask, selected, visible
from gongjian.kernel.registers.cube import Cube
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.registers.soonest import Look

MOST = 10_000
WALKED_FROM = 1000
"""With more rows than this, as the kept combinations tell, walking along the order is quicker than finding them all."""
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


def look(ask: Ask, *, most: int = MOST) -> Look | None:
    """How many rows fit, counted up to one more than `most`, and which, where they are few; None where there is nothing
    to look for: the whole register, rows named by number, a past day."""
    if not ask.is_narrow or ask.known_at is not None or ask.ids is not None:
        return None
    if ask.words:
        return _look_for_words(ask, most)
    whole = cube.kept(ask)
    if whole is not None:
        return _look_at_kept(ask, whole, most)
    by_one = soonest.few_by_one(ask)
    found = soonest.any_of(ask, by_one).order_by()
    if by_one is not None:
        numbers = list(found.values_list("id", flat=True))
        return Look(n=min(len(numbers), most + 1), numbers=numbers)
    n = found[: most + 1].count()
    return Look(n=n, numbers=list(found.values_list("id", flat=True)) if n <= min(soonest.FEW, most) else None)


def count(ask: Ask, *, most: int = MOST, seen: Look | None = None) -> Counted:
    """How many rows fit: exact up to `most`; a whole register of over 100,000 rows is estimated by the database.

    `seen` is what `look(ask, most=most)` has told already.
    """
    if not ask.is_narrow and ask.known_at is None:
        found = selected(ask)
        about = _estimate(ask.register.model) if not found.query.where else 0
        if about > ESTIMATE_FROM:
            digits = len(str(about)) - 3
            return Counted(n=round(about, -digits), how="estimate")
        if not found.query.where:
            return Counted(n=found.count())
    seen = seen or look(ask, most=most)
    n = seen.n if seen is not None else soonest.any_rows(ask).order_by()[: most + 1].count()
    return Counted(n=n) if n <= most else Counted(n=most, how="capped")


def _look_at_kept(ask: Ask, whole: Cube, most: int) -> Look:
    """The same where the kept combinations tell how many rows fit, and which filter leaves the fewest by itself."""
    n, rarest, alone = cube.fitting(whole, ask)
    is_one_rare = alone <= soonest.FEW
    if n > (soonest.FEW if is_one_rare or connection.vendor != "sqlite" else WALKED_FROM):
        return Look(n=min(n, most + 1), cube=whole)
    found = soonest.by_rarest(ask, rarest) if is_one_rare else soonest.any_of(ask, None)
    numbers = list(found.order_by().values_list("id", flat=True))
    few = numbers if len(numbers) <= min(soonest.FEW, most) else None
    return Look(n=min(len(numbers), most + 1), numbers=few, cube=whole)


def _look_for_words(ask: Ask, most: int) -> Look:
    some = search.many(register=ask.register, by=ask.by, words=ask.words)
    if len(some) > most and selected(ask).filter(id__in=listed(some)).order_by()[: most + 1].count() > most:
        return Look(n=most + 1, is_common=True)
    found = soonest.any_rows(ask).order_by()
    if some and (n := found[: most + 1].count()) > min(soonest.FEW, most):
        return Look(n=n, is_common=True)
    numbers = list(found.values_list("id", flat=True)[: most + 1])
    return Look(
        n=len(numbers), numbers=numbers if len(numbers) <= min(soonest.FEW, most) else None, is_common=bool(some)
    )


def derived(ask: Ask, path: str, *, seen: Look | None = None) -> list[tuple[str, int]]:
    """The values of one derived column with counts under all other filters, in their own order; without those that
    nothing has. `seen` is what `look(ask)` has told already."""
    own = ask.register.derived[path]
    if path not in ask.filters and seen is not None and seen.numbers is not None:
        found = visible(ask).filter(id__in=listed(seen.numbers))
    else:
        found = selected(ask.without(path))
    return list(own.counts(found, known_at=ask.known_at).items())


def facets(ask: Ask, *, seen: Look | None = None) -> dict[str, list[tuple[str, int]]]:
    """For each filter its values with counts under all other filters, largest first, at most 60; stages in their order.

    `seen` is what `look(ask)` has told already.
    """
    register = ask.register
    own = cube.paths_of(ask)
    if seen is None:
        selected(ask)  # refuses what the list itself refuses
    together = cube.counts(ask, own, seen) or {}
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


def totals(ask: Ask, *, names: tuple[str, ...] = (), seen: Look | None = None) -> dict[str, Decimal]:
    """The sum of each amount column over all rows that fit, by field name; columns without any value are left out.

    `seen` is what `look(ask)` has told already.
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
    if seen is not None and seen.numbers is not None:
        found = visible(ask).filter(id__in=listed(seen.numbers))
    else:
        found = soonest.any_rows(ask, is_whole=True)
    added = found.order_by().aggregate(**sums)
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
    for value, n in found.annotate(facet=F(name)).values_list("facet").annotate(n=Count("*")):
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
