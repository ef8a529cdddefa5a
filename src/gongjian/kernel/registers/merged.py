"""Rows that were merged into another one: where a row went, and what was said on it, read with the row that took it in.

Nothing is rewritten for it: the batch of the merge names the pairs, and a merge that was undone names them no more.
"""

from __future__ import annotations

from typing import Any

from gongjian.kernel.people import acts
from gongjian.kernel.people.models import Act
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.history import SAID
from gongjian.kernel.registers.models import Batch

MERGED = "entry.merged"
"""The act on the row that took in another."""
_CHAIN_MOST = 50
"""How many merges, or undoings of undoings, are followed at most."""


def said(*, entry: Any, most: int = 200) -> list[Act]:
    """What was said on a row and on all rows merged into it, oldest first; the last `most`.

    One query for a row that took in no other.
    """
    own = list(acts.of(entry).filter(verb__in={*SAID, MERGED}).order_by("-at", "-id")[: most + 1])
    if len(own) <= most and all(act.verb != MERGED for act in own):
        return own[::-1]
    pks = [entry.pk, *taken_in(entry=entry)]
    found = Act.objects.filter(subject_kind=acts.subject_of(entry), subject_id__in=pks, verb__in=SAID)
    return list(found.select_related("by").order_by("-at", "-id")[:most])[::-1]


def has_said(*, entry: Any) -> bool:
    """Whether something was said on a row, or on one merged into it."""
    return bool(said(entry=entry, most=1))


def taken_in(*, entry: Any) -> list[int]:
    """The numbers of the rows merged into a row, and into those, that were not brought back since."""
    register: Register = entry.register
    history: Any = register.model.history.model._default_manager
    found: dict[int, None] = {}
    todo = [entry.pk]
    while todo and len(found) < _CHAIN_MOST:
        wrote = history.filter(id__in=todo, history_batch__kind=Batch.Kind.MERGE).order_by()
        batches = Batch.objects.filter(pk__in=wrote.values("history_batch"))
        dropped = {drop: None for batch in batches for keep, drop in _pairs(batch, register) if keep in todo}
        there = set(register.model._default_manager.filter(pk__in=list(dropped)).values_list("pk", flat=True))
        todo = [pk for pk in dropped if pk not in there and pk not in found and _went(register, pk) is not None]
        found |= dict.fromkeys(todo)
    return list(found)


def went_into(*, register: Register, pk: int) -> tuple[int, Batch] | None:
    """The row that the row numbered `pk` is part of today, and the batch that merged it; None unless it was merged."""
    first = _went(register, pk)
    if first is None:
        return None
    batch, target = first, pk
    for _ in range(_CHAIN_MOST):
        into = {drop: keep for keep, drop in _pairs(batch, register)}.get(target)
        if into is None:
            return None
        target = into
        if register.model._default_manager.filter(pk=target).exists():
            return target, first
        further = _went(register, target)
        if further is None:
            return None
        batch = further
    return None


def _went(register: Register, pk: int) -> Batch | None:
    """The merge by which a row went; None when it is there, or went in another way."""
    history: Any = register.model.history.model._default_manager
    last = history.filter(id=pk).select_related("history_batch").order_by("-history_id").first()
    batch = last.history_batch if last is not None and last.history_type == "-" else None
    for _ in range(_CHAIN_MOST):
        if batch is None or batch.kind != Batch.Kind.UNDO:
            break
        batch = Batch.objects.filter(pk=batch.details.get("undoes")).first()
    return batch if batch is not None and batch.kind == Batch.Kind.MERGE else None


def _pairs(batch: Batch, register: Register) -> list[tuple[int, int]]:
    """(kept, dropped) of the register, as a batch's details name them."""
    told = batch.details.get("pairs") or [[batch.register, batch.details.get("keep"), batch.details.get("drop")]]
    return [(keep, drop) for name, keep, drop in told if name == register.name]
