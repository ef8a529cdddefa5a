"""Which rows point at rows of a register: what stands in the way of taking a row out of the books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gongjian.kernel.registers.stored import among


def pointers(model: Any) -> Iterator[Any]:
    """The foreign keys of other tables, rows of history left out, that point at rows of `model`."""
    for relation in model._meta.get_fields(include_hidden=True):
        is_pointer = relation.auto_created and not relation.concrete and not relation.many_to_many
        if is_pointer and relation.field.db_constraint and not relation.related_model._meta.proxy:
            yield relation.field


def pointing_at(*, model: Any, ids: Iterable[int]) -> Iterator[tuple[Any, int, int]]:
    """(model of the pointing row, its number, the number that it points at) for all of `ids`."""
    wanted = list(ids)
    if not wanted:
        return
    for f in pointers(model):
        rows = f.model._default_manager.filter(**{f"{f.attname}__in": among(wanted)}).order_by("pk")
        for pk, target in rows.values_list("pk", f.attname):
            yield f.model, pk, target
