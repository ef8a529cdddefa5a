"""Reading registers: the rows an officer may see, filtered, searched and sorted; and as they were known on a past moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers.declare import Register


def rows(
    *,
    register: Register,
    by: Officer,
    filters: Mapping[str, str] | None = None,
    search: str = "",
    sort: str = "",
    ids: list[int] | None = None,
) -> QuerySet[Any]:
    """The rows `by` may see. `filters` maps a declared filter (path) to a value; `sort` is a column, `-` for descending."""
    policy.require(by=by, verb="register.read")
    found = policy.visible(by=by, rows=register.model._default_manager.all(), scope=register.scope)
    for path, value in (filters or {}).items():
        if path in register.filters and value != "":
            found = found.filter(**{f"{path}__isnull": True} if value == "—" else {path: value})
    for word in search.split():
        condition = Q()
        for path in register.search:
            condition |= Q(**{f"{_text_path(register, path)}__icontains": word})
        found = found.filter(condition)
    if ids is not None:
        found = found.filter(pk__in=ids)
    relations = [f.name for f in register.model._meta.concrete_fields if f.is_relation]
    column = sort.lstrip("-")
    order = (sort, "pk") if column in sortable(register) else (*register.sort, "pk")
    return found.select_related(*relations).order_by(*order)


def sortable(register: Register) -> set[str]:
    """The columns that a list may be sorted by."""
    return set(register.columns)


def facets(*, register: Register, found: QuerySet[Any]) -> dict[str, list[tuple[str, int]]]:
    """For each declared filter its values with counts, largest first, at most 60."""
    out = {}
    for path in register.filters:
        counted = found.order_by().values_list(path).annotate(n=Count("pk")).order_by("-n", path)[:60]
        out[path] = [("—" if value is None else str(value), n) for value, n in counted]
    return out


def known(*, register: Register, at: datetime | None) -> QuerySet[Any]:
    """The register's rows as they are, or as they were recorded at the moment `at` (one row per entry, from history)."""
    if at is None:
        return register.model._default_manager.all()
    history = register.model.history.model._default_manager  # type: ignore[attr-defined]
    newest = history.filter(history_date__lte=at).order_by().values("id").annotate(newest=Max("history_id"))
    return history.filter(history_id__in=newest.values("newest")).exclude(history_type="-")


def _text_path(register: Register, path: str) -> str:
    field = register.model._meta.get_field(path.split("__")[0])
    if field.is_relation and "__" not in path:
        return f"{path}__name"
    return path
