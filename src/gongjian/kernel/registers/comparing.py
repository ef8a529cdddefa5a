"""Rows that the register has already, compared cell by cell with what a sheet says of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gongjian.kernel.registers import extra
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.masking import hidden
from gongjian.kernel.registers.silence import SILENT
from gongjian.kernel.registers.stored import among, chunks, loader, rows_at, stored_list
from gongjian.kernel.registers.typed import Column
from gongjian.kernel.registers.values import same
from gongjian.kernel.registers.verdicts import (
    CHANGED,
    REFUSED,
    UNCHANGED,
    Conflict,
    Verdicts,
    applied,
    apply_rules,
    has_rules,
)

CHUNK = 10_000
"""How many of the register's rows are held at once while they are compared."""


class Comparison:
    """The register's rows beside the sheet's; `keyed` tells the exported rows, `mine` the units of a unit officer."""

    def __init__(
        self,
        *,
        register: Register,
        verdicts: Verdicts,
        keyed: Sequence[bool] | None,
        mine: set[int] | None,
        say: Callable[[int, int], None],
    ) -> None:
        self.register, self.out, self.keyed, self.mine, self.say = register, verdicts, keyed, mine, say
        self.model: Any = register.model
        self.n = len(verdicts.marks)
        self.bases: dict[int, Any] = {}

    def judge(self) -> None:
        """Say of every row that the register has whether the sheet changes it."""
        marks, pks = self.out.marks, self.out.pks
        places = [i for i in range(self.n) if pks[i] and marks[i] != REFUSED]
        if not places:
            return
        self.bases = self._exported_rows(places)
        own = [c for c in self.out.columns.values() if not extra.is_extra(c.field)]
        added = [c for c in self.out.columns.values() if extra.is_extra(c.field)]
        compared = [(c, stored_list(c.field, _without_silence(c.values)), loader(c.field)) for c in own]
        fields = self._needed_fields(own, bool(added))
        at = {f.name: n for n, f in enumerate(fields)}
        for count, chunk in enumerate(chunks(places, CHUNK)):
            there = rows_at(model=self.model, fields=fields, pks=[pks[i] for i in chunk])
            own_chunk, rows = self._look_up(chunk, there, at)
            for column, stored, load in compared:
                self._compare_column(column, own_chunk, rows, at[column.name], stored, load)
            for column in added:
                load = loader(self.model._meta.get_field("extra"))
                key = column.name.removeprefix(extra.PREFIX)
                for i, row in zip(own_chunk, rows, strict=True):
                    if column.values[i] is not SILENT:
                        held = load(row[at["extra"]]) or {}
                        self._compare(i, column, extra.loaded(column.field, held.get(key)))
            self._settle(own_chunk, rows, fields, at)
            self.say(self.n // 2 + (self.n - self.n // 2) * (count * CHUNK + len(chunk)) // len(places), self.n)

    def _needed_fields(self, own: Sequence[Column], has_added: bool) -> list[Any]:
        if has_rules(self.register):
            return list(self.model._meta.concrete_fields)
        stage = self.register.stage_field
        names = ["revision", "unit", *(c.name for c in own), *(["extra"] if has_added else [])]
        names += [stage.name] if stage is not None else []
        return [self.model._meta.get_field(name) for name in dict.fromkeys(names)]

    def _look_up(
        self, chunk: Sequence[int], rows: Sequence[Any], at: dict[str, int]
    ) -> tuple[list[int], list[tuple[Any, ...]]]:
        """The places and rows that may be compared, their revisions and stages noted.

        A row of a unit that is not the officer's is refused unseen: "unchanged" would say that a guess of what it
        holds masked is right.
        """
        out, stage = self.out, self.register.stage_field
        places, kept = [], []
        for i, row in zip(chunk, rows, strict=True):
            if row is None:
                out.refuse_alone(i, "take.stale", "这一行对应的记录刚刚被删除", "请重新预览后再导入")
            elif self.mine is not None and row[at["unit"]] not in self.mine:
                out.refuse_foreign(i)
            else:
                out.revisions[i] = row[at["revision"]]
                places.append(i)
                kept.append(row)
        if stage is not None and out.staging.stages:
            known = [(i, out.pks[i], row[at[stage.name]]) for i, row in zip(places, kept, strict=True)]
            for i, old, new in out.staging.judge(known=known):
                out.changes.setdefault(i, {})[stage.name] = old, new
        return places, kept

    def _compare_column(
        self, column: Column, chunk: Sequence[int], rows: Sequence[Any], place: int, stored: Sequence[Any], load: Any
    ) -> None:
        """Note a column's differences from the rows as stored."""
        changes, values = self.out.changes, column.values
        pairs = zip(chunk, rows, strict=True)
        differing = [(i, row[place]) for i, row in pairs if row[place] != stored[i]]
        needs_care = bool(self.bases) or self.keyed is not None or column.name in self.register.masked
        for i, old in differing:
            new = values[i]
            if new is SILENT:
                continue
            if needs_care or type(stored[i]) is not type(old):
                self._compare(i, column, load(old))
            elif new not in (None, ""):
                changes.setdefault(i, {})[column.name] = load(old), new

    def _compare(self, i: int, column: Column, old: Any) -> None:
        """Note a cell's difference; one that says nothing new, or empties without the right to, is none."""
        new, name, f = column.values[i], column.name, column.field
        base = self.bases.get(i)
        exported = getattr(base, f.attname) if base is not None else None
        if same(old, new) or (base is not None and same(exported, new)):
            return  # as it is, or as it was exported: the sheet says nothing new
        if new in (None, "") and not (self.keyed is not None and self.keyed[i]):
            return
        if name in self.register.masked and new == hidden(str(old or "")):
            return  # exported to somebody who sees it masked
        if base is not None and not same(exported, old):
            if i not in self.out.faults:
                conflict = Conflict(pk=self.out.pks[i], revision=base.revision, column=column.label)
                self.out.faults[i] = [conflict]
                self.out.marks[i] = REFUSED
            return
        self.out.changes.setdefault(i, {})[name] = old, new

    def _settle(self, chunk: Sequence[int], rows: Sequence[Any], fields: list[Any], at: dict[str, int]) -> None:
        """The chunk's rows are changed or not; rights and rules are asked for those that are."""
        out, changed = self.out, []
        for i, row in zip(chunk, rows, strict=True):
            if out.marks[i] == REFUSED:
                out.changes.pop(i, None)
                out.staging.drop(i)
                continue
            change = out.changes.get(i)
            if not change and i not in out.staging.moves:
                out.marks[i] = UNCHANGED
                continue
            out.marks[i] = CHANGED
            if self.mine is not None:
                unit = row[at["unit"]]
                if unit not in self.mine or (change and change.get("unit", (unit, unit))[1] not in self.mine):
                    self.out.refuse_foreign(i)
                    continue
            changed.append((i, row))
        if has_rules(self.register) and changed:
            loads = [loader(f) for f in fields]
            for part in chunks(changed, 2000):
                values = [
                    applied(
                        register=self.register,
                        values={f.attname: load(v) for f, load, v in zip(fields, loads, row, strict=True)},
                        changes=out.changes.get(i, {}),
                    )
                    for i, row in part
                ]
                places = [i for i, _ in part]
                apply_rules(register=self.register, verdicts=out, places=places, values=values)

    def _exported_rows(self, places: Sequence[int]) -> dict[int, Any]:
        """The history rows as exported, of those rows that have changed since."""
        if self.keyed is None:
            return {}
        pks = [self.out.pks[i] for i in places if self.keyed[i]]
        now = dict(self.model._default_manager.filter(pk__in=among(pks)).values_list("pk", "revision"))
        revisions = self.out.revisions
        stale = {i: (self.out.pks[i], revisions[i]) for i in places if self.keyed[i]}
        stale = {i: key for i, key in stale.items() if now.get(key[0]) != key[1]}
        if not stale:
            return {}
        history: Any = self.model.history.model._default_manager
        found = history.filter(
            id__in=among({pk for pk, _ in stale.values()}), revision__in=among({r for _, r in stale.values()})
        )
        by_key = {(row.id, row.revision): row for row in found.order_by("history_id")}
        return {i: by_key[key] for i, key in stale.items() if key in by_key}


def _without_silence(values: list[Any]) -> list[Any]:
    return [None if value is SILENT else value for value in values]
