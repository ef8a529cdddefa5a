"""Reading registers: the rows an officer may see, filtered, searched, sorted; and as they were known in the past."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.values import lookups

BLANK = "—"
"""The filter value that finds rows where nothing is filled in."""
IDS_PLAIN = 5000
"""Up to this many row numbers are bound one by one."""


def rows(
    *,
    register: Register,
    by: Officer,
    filters: Mapping[str, str] | None = None,
    search: str = "",
    sort: str = "",
    ids: Iterable[int] | None = None,
) -> QuerySet[Any]:
    """The rows `by` may see. `filters` maps a declared filter (path) or a foreign key to a value (for keys, the row's
    number), `BLANK` for rows without one; `search` is words that must all occur; `sort` is a column, `-` falling.
    """
    found = access.visible(register=register, by=by, rows=register.model._default_manager.all())
    for path, value in (filters or {}).items():
        if value != "" and path in (*register.filters, *_keys(register)):
            found = _filtered(register, found, path, value)
    for word in search.split():
        condition = Q()
        for path in register.search:
            condition |= Q(**{f"{_text_path(register, path)}__icontains": word})
        found = found.filter(condition)
    if ids is not None:
        found = found.filter(pk__in=_listed(sorted(set(ids))))
    relations = [f.name for f in register.model._meta.concrete_fields if f.is_relation]
    return found.select_related(*relations).order_by(*_order(register, by, sort))


def entry(*, register: Register, by: Officer, pk: int) -> Any:
    """One row; refused when there is none or the officer may not see it."""
    found = rows(register=register, by=by, ids=[pk]).first()
    if found is None:
        raise Refusal(
            "entry.missing",
            f"“{register.label}”里没有编号为 {pk} 的记录,或者它不属于您可以查看的范围",
            "请返回列表重新选择",
        )
    return found


def facets(
    *, register: Register, by: Officer, filters: Mapping[str, str] | None = None, search: str = ""
) -> dict[str, list[tuple[str, int]]]:
    """For each declared filter its values with counts under all other filters, largest first, at most 60."""
    out = {}
    for path in register.filters:
        others = {key: value for key, value in (filters or {}).items() if key != path}
        found = rows(register=register, by=by, filters=others, search=search).select_related(None).order_by()
        counts: dict[str, int] = {}
        for value, n in found.values_list(path).annotate(n=Count("pk")):
            key = BLANK if value in (None, "") else str(value)
            counts[key] = counts.get(key, 0) + n
        stages = [s.key for s in register.stages] if _field(register, path) is register.stage_field else []
        listed = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        out[path] = (
            sorted(listed, key=lambda item: stages.index(item[0])) if set(counts) <= set(stages) else listed[:60]
        )
    return out


def totals(*, register: Register, found: QuerySet[Any]) -> dict[str, Decimal]:
    """The sum of each decimal column over all of `found`, by field name; columns without any value are left out."""
    names = [n for n in register.columns if isinstance(register.field(n), models.DecimalField)]
    if not names:
        return {}
    sums = found.select_related(None).order_by().aggregate(**{f"sum_{name}": Sum(name) for name in names})
    return {name: sums[f"sum_{name}"] for name in names if sums[f"sum_{name}"] is not None}


def related(*, entry: Any, by: Officer, most: int = 10) -> list[tuple[Register, Any, list[Any], int]]:
    """Rows of registers that point at `entry`: register, its field, the first rows, how many there are."""
    out = []
    for register in sorted(REGISTERS.values(), key=lambda r: r.label):
        for field in register.model._meta.concrete_fields:
            if field.is_relation and field.related_model is type(entry):
                found = rows(register=register, by=by, filters={field.name: str(entry.pk)})
                first = list(found[:most])
                count = len(first) if len(first) < most else found.count()
                if count:
                    out.append((register, field, first, count))
    return out


def known(*, register: Register, at: datetime | None) -> QuerySet[Any]:
    """The register's rows as they are, or as recorded at the moment `at` (one row per entry, from history)."""
    if at is None:
        return register.model._default_manager.all()
    history = register.model.history.model._default_manager
    recorded = history.filter(history_date__lte=at)
    later = recorded.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    return recorded.filter(~Exists(later)).exclude(history_type="-")


def filter_label(*, register: Register, path: str) -> str:
    """The Chinese name of a filter: that of its last field, with 企业 before a field of the enterprise."""
    parts = path.split("__")
    first = register.field(parts[0])
    if len(parts) == 1 or first.related_model is Unit:
        return str(first.verbose_name)
    return str(_field(register, path).verbose_name)


def value_label(*, register: Register, path: str, value: str) -> str:
    """A filter's value as it prints: choices by label, 是/否, foreign keys by name."""
    field = _field(register, path)
    if value == BLANK:
        return "未填"
    if field.is_relation:
        row = field.related_model._default_manager.filter(pk=value).first() if value.isdigit() else None
        return str(row) if row is not None else value
    if isinstance(field, models.BooleanField):
        return {"True": "是", "False": "否"}.get(value, value)
    return str(dict(field.flatchoices).get(value, value)) if field.choices else value


def _filtered(register: Register, found: QuerySet[Any], path: str, value: str) -> QuerySet[Any]:
    field = _field(register, path)
    if value == BLANK:
        blank = Q(**{f"{path}__isnull": True})
        return found.filter(
            blank | Q(**{path: ""}) if isinstance(field, models.CharField | models.TextField) else blank
        )
    is_number = field.is_relation or isinstance(field, models.IntegerField)
    try:
        if is_number and not (value.isascii() and value.lstrip("-").isdigit() and len(value) <= 18):
            raise ValueError(value)
        return found.filter(**{path: value})
    except (ValueError, ValidationError) as error:
        label = filter_label(register=register, path=path)
        raise Refusal("query.filter", f"筛选条件“{label}”的值“{value[:40]}”不对", "请回到列表重新选择") from error


def _order(register: Register, by: Officer, sort: str) -> tuple[Any, ...]:
    """The asked column, blanks last; a foreign key sorts by its name, a unit by its place in the list."""
    column, falling = sort.lstrip("-"), sort.startswith("-")
    if column not in Sight(register=register, by=by).sortable:
        return (*register.sort, "pk")
    field = register.field(column)
    path = column
    if field.is_relation:
        names = lookups(field.related_model)
        path = f"{column}__order" if field.related_model is Unit else f"{column}__{'name' if 'name' in names else 'pk'}"
    order = F(path)
    if not (field.null or field.is_relation):
        return (f"-{path}" if falling else path, "pk")
    return (order.desc(nulls_last=True) if falling else order.asc(nulls_last=True), "pk")


def _listed(ids: list[int]) -> Any:
    """The numbers for `pk__in`; as one value when there are more than a statement takes."""
    if len(ids) <= IDS_PLAIN:
        return ids
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", (json.dumps(ids),))
    return RawSQL("SELECT unnest(%s::bigint[])", (ids,))


def _keys(register: Register) -> list[str]:
    return [f.name for f in register.model._meta.concrete_fields if f.is_relation]


def _field(register: Register, path: str) -> Any:
    model: Any = register.model
    parts = path.split("__")
    for part in parts[:-1]:
        model = model._meta.get_field(part).related_model
    return model._meta.get_field(parts[-1])


def _text_path(register: Register, path: str) -> str:
    field = register.field(path.split("__")[0])
    if field.is_relation and "__" not in path:
        return f"{path}__name"
    return path
