"""批次: what was written as one unit, listed for an officer, seen cell by cell, and marked when it was cut off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers import access, departed
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.stored import among
from gongjian.kernel.registers.undoing import undo
from gongjian.kernel.registers.verdicts import entries_of

__all__ = ["Change", "changes", "interrupted", "undo", "visible"]

WORDS = {"+": "新增", "~": "修改", "-": "删除"}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One row that a batch wrote. `kind` is + (new), ~ (changed) or - (removed); `diff` {label: (old, new)} in print."""

    register: Register
    entry_pk: int
    label: str
    kind: str
    revision: int
    diff: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """The kind in Chinese."""
        return WORDS[self.kind]


def visible(*, by: Officer, register: Register | None = None) -> QuerySet[Batch]:
    """The batches that `by` may see, of one register or of all, newest first.

    Where a register shows its rows by unit, these are the officer's own batches and those that wrote a row of the
    officer's units.
    """
    fits = Q(pk__in=[])
    for one in [register] if register is not None else REGISTERS.values():
        if not access.may(register=one, by=by, verb="register.read"):
            continue
        own = Q(register=one.name)
        if one.scope == "unit" and by.role in (Role.UNIT_OFFICER, Role.VIEWER):
            wrote = _history(one).filter(history_batch=OuterRef("pk"))
            own &= Q(by=by) | Exists(policy.visible(by=by, rows=wrote, scope="unit"))
        fits |= own
    return Batch.objects.filter(fits).select_related("by").order_by("-at", "-id")


def changes(
    batch: Batch, *, by: Officer, start: int = 0, most: int = 50, purpose: Purpose | None = None
) -> list[Change]:
    """What a batch wrote, row by row in the order of writing: each row's history before it and after it.

    Rows of other registers that the batch made along with its own come last, where `by` may read them.
    """
    found: list[Change] = []
    main = REGISTERS[batch.register]
    for register in [main, *(one for one in REGISTERS.values() if one is not main)]:
        if register is not main and (
            register.sensitive or not access.may(register=register, by=by, verb="register.read")
        ):
            continue
        rows = access.visible(
            register=register,
            by=by,
            rows=_history(register).filter(history_batch=batch),
            purpose=purpose if register is main else None,
        ).order_by("history_id")
        wanted = list(rows[start : start + most - len(found)])
        found += _told(register, by, purpose, wanted)
        if len(found) >= most:
            break
        start = max(0, start - rows.count()) if not wanted else 0
    return found


def interrupted(*, at: datetime, dead: Iterable[int]) -> int:
    """Mark those of the batches numbered `dead` that were being read or written when their program ended; returns how
    many. Batches that are not named may have begun since somebody looked who is at work.

    Nothing of them is in the registers: a writing is one transaction.
    """
    busy = Batch.objects.filter(state__in=(Batch.State.READING, Batch.State.WRITING), pk__in=list(dead))
    n, cause = 0, "程序在处理中途停止,没有写入任何内容"
    for kind in Batch.Kind.values:
        told = {"sheet": "请重新导入", "undo": "请重新撤销"}.get(kind, "请重新办理")
        values = {"state": Batch.State.INTERRUPTED, "fault": f"{cause}。{told}。", "finished_at": at}
        n += busy.filter(kind=kind).update(**values)
    return n


def _told(register: Register, by: Officer, purpose: Purpose | None, rows: list[Any]) -> list[Change]:
    sight = Sight(register=register, by=by, purpose=purpose)
    before = _before(register, rows)
    names = [f.attname for f in register.model._meta.concrete_fields]
    both = [*rows, *(old for old in before if old is not None)]
    values_of = [{name: getattr(row, name) for name in names} for row in both]
    made = list(entries_of(register=register, values=values_of))
    departed.lend(model=register.model, entries=made)
    entries = dict(zip(map(id, both), made, strict=True))
    stage = [register.stage_field] if register.stage_field is not None else []
    fields = [*register.fields, *stage, *register.evidence]
    found = []
    for row, old in zip(rows, before, strict=True):
        new = None if row.history_type == "-" else row
        diff = {}
        for f in fields:
            pair = tuple(_text(sight, entries[id(one)], f) if one is not None else "—" for one in (old, new))
            values = tuple(getattr(one, f.attname) if one is not None else None for one in (old, new))
            if values[0] != values[1] and pair != ("—", "—"):
                diff[str(f.verbose_name)] = (pair[0], pair[1])
        entry = entries[id(row)]
        found.append(
            Change(
                register=register,
                entry_pk=row.id,
                label=departed.label(entry),
                kind=row.history_type,
                revision=row.revision,
                diff=diff,
            )
        )
    return found


def _before(register: Register, rows: list[Any]) -> list[Any]:
    """The history row before each of `rows`; None where there is none, or where the row was away."""
    if not rows:
        return []
    older = _history(register).filter(id__in=among({row.id for row in rows}))
    by_entry: dict[int, list[Any]] = {}
    for row in older.filter(history_id__lt=max(row.history_id for row in rows)).order_by("history_id"):
        by_entry.setdefault(row.id, []).append(row)
    found = []
    for row in rows:
        last = [one for one in by_entry.get(row.id, ()) if one.history_id < row.history_id][-1:]
        found.append(last[0] if last and last[0].history_type != "-" else None)
    return found


def _text(sight: Sight, entry: Any, f: Any) -> str:
    if isinstance(f, models.ForeignKey):
        pk = getattr(entry, f.attname)
        if pk is None:
            return "—"
        target = entry._state.fields_cache.get(f.name)
        if target is None:
            return f"#{pk}"
        return f"{departed.label(target)}(第{pk}号)" if departed.is_departed(target) else str(target)
    return sight.shown(row=entry, name=f.name)


def _history(register: Register) -> Any:
    return register.model.history.model._default_manager.all()
