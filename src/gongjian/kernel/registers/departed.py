"""Rows that are gone, named as they were last: history goes on to tell of them, and of rows that pointed at them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from gongjian.kernel.registers.stored import among


def lend(*, model: Any, entries: Iterable[Any]) -> None:
    """Let entries that point at rows which are gone point at these as they were last (`is_departed`).

    The entries must hold the rows that are there already; one query per relation for those that they do not.
    """
    listed = list(entries)
    for f in model._meta.concrete_fields:
        if not f.is_relation or not hasattr(f.related_model, "register"):
            continue
        missing: dict[int, list[Any]] = {}
        for entry in listed:
            pk = getattr(entry, f.attname)
            if pk is not None and f.name not in entry._state.fields_cache:
                missing.setdefault(pk, []).append(entry)
        if not missing:
            continue
        history = f.related_model.history.model._default_manager
        for last in history.filter(id__in=among(missing)).order_by("history_id"):
            for entry in missing[last.id]:
                entry._state.fields_cache[f.name] = last.instance


def is_departed(row: Any) -> bool:
    """Whether a row that an entry points at is gone, and only lent to it."""
    return bool(row._state.adding)


def label(row: Any) -> str:
    """What a row is called, though what it points at be gone."""
    try:
        return str(row)
    except ObjectDoesNotExist:
        lend(model=type(row), entries=[row])
    try:
        return str(row)
    except ObjectDoesNotExist:
        return f"第{row.pk}号"
