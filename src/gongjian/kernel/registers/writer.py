"""One judged part of a sheet, put into the tables: the rows that it needs, changed rows, new rows, stage moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import Any

from django.db import IntegrityError

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import extra, recognising, sets
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.sets import Stamp
from gongjian.kernel.registers.silence import SILENT
from gongjian.kernel.registers.stored import among, json_text, loader, rows_at, stored_list
from gongjian.kernel.registers.verdicts import CHANGED, NEW, Verdicts


class Writer:
    """Puts one part into the tables, inside the caller's transaction."""

    def __init__(self, *, register: Register, verdicts: Verdicts, stamp: Stamp, progress: Callable[[int, int], None]):
        self.register, self.verdicts, self.stamp, self.progress = register, verdicts, stamp, progress
        self.model: Any = register.model
        self.new = [i for i, mark in enumerate(verdicts.marks) if mark == NEW]
        self.changed = [i for i, mark in enumerate(verdicts.marks) if mark == CHANGED]
        self.made: dict[int, int] = {}
        self.moves: list[list[Any]] = []

    def write(self) -> None:
        """Put everything in; raises `stale` where somebody else's writing came before."""
        total = len(self.new) + len(self.changed)
        self.progress(0, total)
        try:
            self._make_related()
            self._write_changed()
            self.progress(len(self.changed), total)
            self._write_new()
        except IntegrityError as error:
            raise stale("表中有的记录刚刚被他人登记") from error
        self._write_moves()
        self.progress(total, total)

    def _make_related(self) -> None:
        """Write the related rows that accepted rows need and that are not there."""
        v = self.verdicts
        taken = {*self.new, *self.changed}
        number = -1
        by_key: dict[Any, int] = {}
        for name, relation in v.relations.items():
            used = {v.columns[name].values[i] for i in taken} if relation.made else set()
            wanted: dict[int, Any] = {}
            for target in relation.made:
                if number in used:
                    key = type(target), *_known_by(target)
                    if key in by_key:
                        self.made[number] = self.made[by_key[key]]
                    else:
                        by_key[key] = number
                        wanted[number] = target
                number -= 1
            if wanted:
                self._require_unmade([*wanted.values()])
                ids = self._make([*wanted.values()])
                self.made.update(zip(wanted, ids, strict=True))

    def _make(self, targets: list[Any]) -> list[int]:
        model: Any = type(targets[0])
        register, fields = model.register, model._meta.concrete_fields
        ids = sets.allot(model=model, n=len(targets))
        rows = []
        for pk, target in zip(ids, targets, strict=True):
            target.pk, target.recorded_at = pk, self.stamp.at
            rows.append(sets.stored_row(fields=fields, values=target.__dict__))
            if register.stage_field is not None:
                stage = getattr(target, register.stage_field.name)
                self._note_move(register, pk, stage, self.verdicts.staging.today)
        sets.load(table=model._meta.db_table, columns=[f.column for f in fields], rows=rows)
        sets.remember(model=model, ids=ids, kind="+", stamp=self.stamp)
        return ids

    def _write_new(self) -> None:
        if not self.new:
            return
        self._require_unnamed()
        ids = sets.allot(model=self.model, n=len(self.new))
        columns: dict[str, Sequence[Any]] = {}
        fixed: dict[str, Any] = {}
        for f in self.model._meta.concrete_fields:
            values = ids if f.primary_key else self._new_column(f)
            if isinstance(values, repeat):
                fixed[f.column] = next(values)
            else:
                columns[f.column] = values
        rows = zip(*columns.values(), strict=True)
        sets.load(table=self.model._meta.db_table, columns=list(columns), rows=rows, fixed=fixed)
        sets.remember(model=self.model, ids=ids, kind="+", stamp=self.stamp)
        if self.register.stage_field is not None:
            staging = self.verdicts.staging
            for i, pk in zip(self.new, ids, strict=True):
                self._note_move(self.register, pk, staging.first_of(i), staging.days.get(i) or staging.today)

    def _require_unnamed(self) -> None:
        """New rows known by a name alone, or by a key that nobody has, are still new: no constraint would say so."""
        register, v = self.register, self.verdicts
        if not register.or_key:
            return
        columns = [v.columns[name].values for name in register.key if name in v.columns]
        is_whole = len(columns) == len(register.key)
        texts: dict[bool, set[str]] = {False: set(), True: set()}
        for i in self.new:
            is_keyed = is_whole and all(values[i] not in (SILENT, None, "") for values in columns)
            texts[is_keyed].add(v.columns[register.or_key].values[i])
        _require_new(register=register, texts=texts)

    def _require_unmade(self, targets: list[Any]) -> None:
        """The same of related rows."""
        register = targets[0].register
        if not register.or_key:
            return
        texts: dict[bool, set[str]] = {False: set(), True: set()}
        for target in targets:
            is_keyed = all(getattr(target, name) not in (None, "") for name in register.key)
            texts[is_keyed].add(getattr(target, register.or_key))
        _require_new(register=register, texts=texts)

    def _new_column(self, f: Any) -> Any:
        """The stored values of one field of the new rows."""
        v = self.verdicts
        if f.name == "recorded_at":
            return repeat(stored_list(f, [self.stamp.at])[0])
        if f.name == "extra":
            return self._new_extra()
        if f is self.register.stage_field:
            return [v.staging.first_of(i) for i in self.new]
        default = v.unit if f.name == "unit" else f.get_default()
        column = v.columns.get(f.name)
        if column is None:
            if f.has_default() and callable(f.default):
                return stored_list(f, [f.get_default() for _ in self.new])
            return repeat(stored_list(f, [default])[0])
        values = column.values if len(self.new) == len(v.marks) else [column.values[i] for i in self.new]
        if f.name == "unit" or any(value is SILENT for value in values):
            values = [default if value is SILENT or (value is None and f.name == "unit") else value for value in values]
        if f.is_relation and self.made:
            values = [self.made.get(value, value) for value in values]
        return stored_list(f, values)

    def _new_extra(self) -> Any:
        added = [c for c in self.verdicts.columns.values() if extra.is_extra(c.field)]
        if not added:
            return repeat("{}")
        keys = [c.name.removeprefix(extra.PREFIX) for c in added]
        rows = ((c.values[i] for c in added) for i in self.new)
        return [
            json_text(
                {k: extra.stored(value) for k, value in zip(keys, row, strict=True) if value not in (None, "", SILENT)}
            )
            for row in rows
        ]

    def _write_changed(self) -> None:
        """Set the changed cells of the rows, all of which must be at the revision at which they were judged."""
        if not self.changed:
            return
        v = self.verdicts
        names = list(dict.fromkeys(name for i in self.changed for name in v.changes.get(i, ())))
        fields = list(dict.fromkeys(self._column_of(name) for name in names))
        places = {name: fields.index(self._column_of(name)) for name in names}
        held = self._held_extra(names)
        wholes: dict[str, Sequence[Any]] = {}
        for name in names:
            f = self.register.field(name)
            if not extra.is_extra(f):
                values = [v.changes.get(i, {}).get(name, (None, None))[1] for i in self.changed]
                wholes[name] = stored_list(f, [self.made.get(x, x) for x in values] if f.is_relation else values)
        rows: list[list[Any]] = []
        masks: dict[tuple[str, ...], list[int]] = {}
        for n, i in enumerate(self.changed):
            change = v.changes.get(i, {})
            cells: list[Any] = [None] * len(fields)
            for name in change:
                if name in wholes:
                    cells[places[name]] = wholes[name][n]
                else:
                    cells[places[name]] = json_text(held[i])
            said = tuple(change)
            mask = masks.get(said)
            if mask is None:
                mask = masks[said] = sets.bits(places={places[name] for name in change}, fields=fields)
            rows.append([v.numbers[i], v.pks[i], v.revisions[i], *mask, *cells])
        everything = sets.bits(places=range(len(fields)), fields=fields)
        with sets.staged(fields=fields, rows=rows):
            number = sets.first_stale(model=self.model)
            if number is not None:
                raise stale(f"第{number}行对应的记录刚刚被他人修改")
            sets.set_staged(
                model=self.model, fields=fields, is_uniform=all(mask == everything for mask in masks.values())
            )
        ids = [v.pks[i] for i in self.changed]
        sets.remember(model=self.model, ids=ids, kind="~", stamp=self.stamp)
        for i in self.changed:
            if (move := v.staging.moves.get(i)) is not None:
                self._note_move(self.register, v.pks[i], move.stage, move.on)

    def _held_extra(self, names: list[str]) -> dict[int, dict[str, Any]]:
        """The added columns' values of the changed rows, with the changes."""
        v = self.verdicts
        added = {name for name in names if extra.is_extra(self.register.field(name))}
        places = [i for i in self.changed if added & v.changes.get(i, {}).keys()]
        if not places:
            return {}
        f = self.model._meta.get_field("extra")
        load, found = loader(f), {}
        for i, row in zip(places, rows_at(model=self.model, fields=[f], pks=[v.pks[i] for i in places]), strict=True):
            held = dict(load(row[0]) or {}) if row is not None else {}
            for name in added & v.changes[i].keys():
                new = v.changes[i][name][1]
                key = name.removeprefix(extra.PREFIX)
                if new in (None, ""):
                    held.pop(key, None)
                else:
                    held[key] = extra.stored(new)
            found[i] = held
        return found

    def _column_of(self, name: str) -> Any:
        f = self.register.field(name)
        return self.model._meta.get_field("extra") if extra.is_extra(f) else f

    def _note_move(self, register: Register, pk: int, stage: str, on: date) -> None:
        self.moves.append([register.name, pk, stage, on])

    def _write_moves(self) -> None:
        v, stamp = self.verdicts, self.stamp
        withdrawn = [m.withdrawn for i in self.changed if (m := v.staging.moves.get(i)) is not None and m.withdrawn]
        if withdrawn:
            n = StageMove.objects.filter(pk__in=among(withdrawn), withdrawn_at=None).update(
                withdrawn_at=stamp.at, withdrawn_by=stamp.by, withdrawn_in=stamp.batch
            )
            if n != len(withdrawn):
                raise stale("表中有的阶段刚刚被他人更正")
        load_moves(moves=self.moves, stamp=stamp)


def _require_new(*, register: Register, texts: Mapping[bool, set[str]]) -> None:
    """Refuse when somebody entered one of these names meanwhile; `texts` are names by whether their rows have a key.

    Rows with one are new beside others with one, whatever these are called.
    """
    recognising.serialise(register)
    for is_keyed, names in texts.items():
        if recognising.named(register=register, texts=names, is_keyless=is_keyed):
            raise stale("表中有的记录刚刚被他人登记")


def _known_by(target: Any) -> tuple[Any, ...]:
    """What tells one related row that is to be made from another: its key, or the name that stands for it."""
    register = target.register
    key = tuple(getattr(target, f) for f in register.key)
    if register.or_key and None in key:
        return "", recognising.alike(register=register, text=getattr(target, register.or_key))
    return key


def load_moves(*, moves: Sequence[Sequence[Any]], stamp: Stamp, notes: Sequence[str] | None = None) -> None:
    """Write stage moves given as (register's name, row's number, stage, day), in this order; `notes` are what is said of
    each (default: the stamp's reason of all)."""
    if not moves:
        return
    meta = StageMove._meta
    names = ("register", "entry_id", "stage", "happened_on", "recorded_at", "recorded_by", "batch", "note")
    fields: list[Any] = [meta.get_field(name) for name in names]
    registers, entries, stages, days = zip(*moves, strict=True)
    said = notes if notes is not None else repeat(stamp.reason[:300], len(moves))
    at = stored_list(fields[4], [stamp.at])[0]
    fixed = dict(zip((f.column for f in fields[4:7]), (at, stamp.by.pk, stamp.batch.pk), strict=True))
    rows = zip(registers, entries, stages, stored_list(fields[3], days), said, strict=True)
    sets.load(table=meta.db_table, columns=[f.column for f in (*fields[:4], fields[7])], rows=rows, fixed=fixed)


def stale(cause: str) -> Refusal:
    """The refusal of a writing that somebody else's came before."""
    return Refusal("take.stale", cause, "请重新预览后再导入,本次没有写入任何内容")
