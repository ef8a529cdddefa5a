"""Judging a sheet against a register as it stands: new, changed, unchanged or refused; nothing is written.

The sheet is judged column by column and the register's rows are read as plain values, so that a hundred thousand rows
take seconds. A row is held to what the form holds it to: the fields' own rules, the entry's `clean`, the unit's rights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers import extra
from gongjian.kernel.registers.cells import ROW_KEY, Cells
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.masking import hidden
from gongjian.kernel.registers.relating import Relation, related
from gongjian.kernel.registers.silence import SILENT
from gongjian.kernel.registers.staging import Staging
from gongjian.kernel.registers.stored import among, chunks, loader, numbers_of, rows_at, stored_list, uncollected
from gongjian.kernel.registers.typed import Column, typed
from gongjian.kernel.registers.values import same

NEW, CHANGED, UNCHANGED, REFUSED = range(4)
CHUNK = 10_000
"""How many of the register's rows are held at once while they are compared."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A row that somebody changed after it was exported, in a cell that the sheet changes too."""

    pk: int
    revision: int
    column: str


@dataclass(kw_only=True)
class Verdicts:
    """What is said of every row of a sheet, by its place there, counted from 0."""

    numbers: Sequence[int]
    columns: dict[str, Column]
    marks: bytearray
    """One of NEW, CHANGED, UNCHANGED, REFUSED."""
    pks: list[int]
    """The number of the row that is spoken of, 0 for a new one."""
    revisions: list[int]
    faults: dict[int, list[Refusal | Conflict]] = field(default_factory=dict)
    changes: dict[int, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    """{place: {field name: (old, new)}}; relations by number, as in the columns."""
    staging: Staging
    relations: dict[str, Relation] = field(default_factory=dict)
    unit: int | None = None
    """The owner unit of new rows that state none."""


def judge_cells(
    *,
    register: Register,
    cells: Cells,
    by: Officer,
    today: date,
    create_missing: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> Verdicts:
    """Every row's verdict."""
    with uncollected():
        judge = _Judge(register=register, cells=cells, by=by, today=today, create=create_missing, progress=progress)
        return judge.verdicts()


class _Judge:
    def __init__(
        self,
        *,
        register: Register,
        cells: Cells,
        by: Officer,
        today: date,
        create: frozenset[str],
        progress: Progress | None,
    ) -> None:
        self.register, self.by, self.today, self.create = register, by, today, create
        self.model: Any = register.model
        self.n = len(cells.numbers)
        self.say: Progress = progress or (lambda done, total: None)
        self.mine = policy.subtree(by.unit) if by.role == Role.UNIT_OFFICER else None
        self.keys = [_said(cell) for cell in cells.columns.get(ROW_KEY, ())]
        self.keyed = [bool(key) for key in self.keys] if any(self.keys) else None
        self.relations: dict[str, Relation] = {}
        self.columns = self._read(cells)
        n = self.n
        self.out = Verdicts(
            numbers=cells.numbers,
            columns=self.columns,
            marks=bytearray(n),
            pks=[0] * n,
            revisions=[0] * n,
            staging=Staging.read(register=register, cells=cells, today=today),
            relations=self.relations,
            unit=by.unit_id if self.mine is not None else None,
        )

    def verdicts(self) -> Verdicts:
        self._collect_faults()
        claimed = self._find()
        self._refuse_keyless(claimed)
        self._judge_new()
        self._judge_known()
        self._refuse_twice(claimed)
        self.say(self.n, self.n)
        return self.out

    # reading the columns

    def _read(self, cells: Cells) -> dict[str, Column]:
        fields = {f.name: f for f in self.register.fields}
        found: dict[str, Column] = {}
        names = list(dict.fromkeys(name.split("__")[0] for name in cells.columns))
        for place, name in enumerate(names):
            f = fields.get(name)
            if f is None:
                continue
            if isinstance(f, models.ForeignKey):
                parts = {c.partition("__")[2]: raws for c, raws in cells.columns.items() if c.split("__")[0] == name}
                first = -1 - sum(len(relation.made) for relation in self.relations.values())
                relation = related(
                    field=f, parts=parts, keyed=self.keyed, by=self.by, create=name in self.create, first=first
                )
                self.relations[name] = relation
                found[name] = relation.column
            else:
                unit = cells.units.get(name)
                found[name] = typed(field=f, raws=cells.columns[name], keyed=self.keyed, head_unit=unit)
            self.say(self.n * (place + 1) // (2 * len(names)), self.n)
        return found

    def _collect_faults(self) -> None:
        for column in self.columns.values():
            for i, refusal in column.faults.items():
                self._refuse(i, refusal.code, refusal.cause, refusal.remedy, column=column.label)
        for i, refusal in self.out.staging.faults.items():
            self._refuse(i, refusal.code, refusal.cause, refusal.remedy, column=refusal.place.column)

    # finding the rows that are spoken of

    def _find(self) -> list[Any]:
        """Which row each row speaks of, by hidden key or natural key; returns the natural keys as the sheet has them."""
        keys = self._natural_keys()
        wanted = list(dict.fromkeys(key for key in keys if key is not None))
        found = numbers_of(model=self.model, names=self.register.key, keys=wanted) if wanted else {}
        pks = self.out.pks
        for i, key in enumerate(keys):
            if key is not None:
                pks[i] = found.get(key, 0)
        if self.keyed is not None:
            self._find_exported()
        return keys

    def _natural_keys(self) -> list[Any]:
        columns = [self.columns.get(name) for name in self.register.key]
        if any(column is None for column in columns):
            return [None] * self.n
        rows = zip(*(column.values for column in columns if column is not None), strict=True)
        return [None if SILENT in row or None in row or "" in row else row for row in rows]

    def _find_exported(self) -> None:
        asked: dict[int, tuple[int, int]] = {}
        for i, key in enumerate(self.keys):
            parts = key.split("/")
            if len(parts) == 3 and parts[0] == self.register.name and all(_is_number(part) for part in parts[1:]):
                asked[i] = int(parts[1]), int(parts[2])
        pks = {pk for pk, _ in asked.values()}
        there = set(self.model._default_manager.filter(pk__in=among(pks)).values_list("pk", flat=True)) if pks else ()
        heads = "、".join(self._label(name) for name in self.register.key)
        for i, key in enumerate(self.keys):
            if not key:
                continue
            pk, revision = asked.get(i, (0, 0))
            by_key = self.out.pks[i]
            if pk not in there:
                cause = f"{ROW_KEY}“{key[:40]}”在“{self.register.label}”里找不到"
                remedy = f"新增的行请清空隐藏列“{ROW_KEY}”,其他行请重新导出后再改"
                self._refuse_alone(i, "take.row_key", cause, remedy)
            elif by_key not in (0, pk):
                cause = f"{heads}与{ROW_KEY}指向两条不同的记录,这一行可能在排序或复制时错位"
                self._refuse_alone(i, "take.row_key", cause, "请重新导出后再改,或只用其中一条记录的内容")
            else:
                self.out.pks[i], self.out.revisions[i] = pk, revision

    def _refuse_keyless(self, keys: list[Any]) -> None:
        for name in self.register.key:
            column = self.columns.get(name)
            label = self._label(name)
            for i in range(self.n):
                if keys[i] is not None or (column is None and self.out.pks[i]):
                    continue
                value = column.values[i] if column is not None else None
                if value is SILENT and self.out.pks[i]:
                    continue
                if value is not SILENT and value not in (None, ""):
                    continue
                if (column is not None and i in column.faults) or self._is_alone(i):
                    continue
                self._refuse(i, "value.required", "这一列用来识别记录,不能为空", "请填写后重新导入", column=label)

    # new rows

    def _judge_new(self) -> None:
        marks, pks = self.out.marks, self.out.pks
        absent = [i for i in range(self.n) if not pks[i] and not self._is_alone(i)]
        places = [i for i in absent if marks[i] != REFUSED]
        if not absent:
            return
        if self.mine is not None:
            units = self.columns.get("unit")
            for i in places:
                unit = units.values[i] if units is not None else SILENT
                if (self.by.unit_id if unit in (SILENT, None) else unit) not in self.mine:
                    self._refuse_foreign(i)
        for f in self.model._meta.concrete_fields:
            if f.primary_key or f.name in ("recorded_at", "revision", "extra", *self.register.key):
                continue
            column = self.columns.get(f.name)
            fault = self._fault_of_default(f)
            if fault is None:
                continue
            for i in absent:  # also where another cell is refused: all that is wrong with a row is said at once
                if column is None or (column.values[i] is SILENT and i not in column.faults):
                    self._refuse(i, fault.code, fault.cause, fault.remedy, column=str(f.verbose_name))
        if self._has_rules:
            for chunk in chunks([i for i in places if marks[i] != REFUSED], 2000):
                self._apply_rules(chunk, [self.new_values(i) for i in chunk])

    def new_values(self, i: int) -> dict[str, Any]:
        """A new row's values by attribute name."""
        return new_values(register=self.register, verdicts=self.out, place=i)

    def _fault_of_default(self, f: Any) -> Refusal | None:
        """Why a new row cannot do without a value of this field."""
        value = f.get_default()
        if value in (None, "") and not f.blank and not (f.null and f.is_relation):
            return Refusal("value.required", "此项必填", "请补上这一列并填写后重新导入")
        if f.is_relation or value in f.empty_values:
            return None
        try:
            f.clean(value, None)
        except ValidationError as error:
            return Refusal("value.invalid", ";".join(m.rstrip("。") for m in error.messages), "请改正后重新导入")
        return None

    # rows that the register has

    def _judge_known(self) -> None:
        marks, pks = self.out.marks, self.out.pks
        places = [i for i in range(self.n) if pks[i] and marks[i] != REFUSED]
        if not places:
            return
        self.bases = self._exported_rows(places)
        own = [c for c in self.columns.values() if not extra.is_extra(c.field)]
        added = [c for c in self.columns.values() if extra.is_extra(c.field)]
        compared = [(c, stored_list(c.field, _without_silence(c.values)), loader(c.field)) for c in own]
        fields = self._needed_fields(own, bool(added))
        at = {f.name: n for n, f in enumerate(fields)}
        for count, chunk in enumerate(chunks(places, CHUNK)):
            rows = rows_at(model=self.model, fields=fields, pks=[pks[i] for i in chunk])
            self._look_up(chunk, rows, at)
            for column, stored, load in compared:
                self._compare_column(column, chunk, rows, at[column.name], stored, load)
            for column in added:
                load = loader(self.model._meta.get_field("extra"))
                key = column.name.removeprefix(extra.PREFIX)
                for i, row in zip(chunk, rows, strict=True):
                    if row is not None and column.values[i] is not SILENT:
                        held = load(row[at["extra"]]) or {}
                        self._compare(i, column, extra.loaded(column.field, held.get(key)))
            self._settle(chunk, rows, fields, at)
            self.say(self.n // 2 + (self.n - self.n // 2) * (count * CHUNK + len(chunk)) // len(places), self.n)

    def _needed_fields(self, own: Sequence[Column], has_added: bool) -> list[Any]:
        if self._has_rules:
            return list(self.model._meta.concrete_fields)
        stage = self.register.stage_field
        names = ["revision", "unit", *(c.name for c in own), *(["extra"] if has_added else [])]
        names += [stage.name] if stage is not None else []
        return [self.model._meta.get_field(name) for name in dict.fromkeys(names)]

    def _look_up(self, chunk: Sequence[int], rows: Sequence[Any], at: dict[str, int]) -> None:
        """Note the rows' revisions and stages as they stand."""
        out, stage = self.out, self.register.stage_field
        for i, row in zip(chunk, rows, strict=True):
            if row is None:
                self._refuse_alone(i, "take.stale", "这一行对应的记录刚刚被删除", "请重新预览后再导入")
            else:
                out.revisions[i] = row[at["revision"]]
        if stage is not None and out.staging.stages:
            known = [
                (i, out.pks[i], row[at[stage.name]]) for i, row in zip(chunk, rows, strict=True) if row is not None
            ]
            for i, old, new in out.staging.judge(known=known):
                out.changes.setdefault(i, {})[stage.name] = old, new

    def _compare_column(
        self, column: Column, chunk: Sequence[int], rows: Sequence[Any], place: int, stored: Sequence[Any], load: Any
    ) -> None:
        """Note a column's differences from the rows as stored."""
        changes, values = self.out.changes, column.values
        pairs = zip(chunk, rows, strict=True)
        differing = [(i, row[place]) for i, row in pairs if row is not None and row[place] != stored[i]]
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
                    self._refuse_foreign(i)
                    continue
            changed.append((i, row))
        if self._has_rules and changed:
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
                self._apply_rules([i for i, _ in part], values)

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

    # rules of the entry itself

    @property
    def _has_rules(self) -> bool:
        return self.model.clean is not models.Model.clean

    def _apply_rules(self, places: Sequence[int], values: Sequence[dict[str, Any]]) -> None:
        """What the entry's own `clean` refuses, row by row."""
        entries = list(entries_of(register=self.register, values=values, made=made_rows(self.out)))
        for i, entry in zip(places, entries, strict=True):
            try:
                entry.clean()
            except ValidationError as error:
                told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
                name, messages = next(iter(told.items()))
                f = self.register.field_named(name) if name else None
                cause = ";".join(message.rstrip("。") for message in messages)
                label = str(f.verbose_name) if f else ""
                self._refuse(i, "value.invalid", cause, "请改正后重新导入", column=label)

    # refusing

    def _refuse_twice(self, keys: list[Any]) -> None:
        """A second row for the same record, or for the same key, is refused."""
        by_pk: dict[int, int] = {}
        by_key: dict[Any, int] = {}
        out = self.out
        for i, key in enumerate(keys):
            if out.marks[i] == REFUSED:
                continue
            pk = out.pks[i]
            first = by_pk.get(pk) if pk else None
            if first is None and key is not None:
                first = by_key.get(key)
            if first is not None:
                cause = f"与第{out.numbers[first]}行是同一条记录"
                self._refuse_alone(i, "take.twice", cause, "请删除或合并其中一行")
                continue
            if pk:
                by_pk[pk] = i
            if key is not None:
                by_key[key] = i

    def _refuse_foreign(self, i: int) -> None:
        self._refuse_alone(i, "policy.forbidden", "该记录不属于您的单位", "请由所属单位登记,或请督查室导入")

    def _refuse_alone(self, i: int, code: str, cause: str, remedy: str) -> None:
        self.out.faults.pop(i, None)
        self._refuse(i, code, cause, remedy)
        self.out.changes.pop(i, None)
        self.out.staging.drop(i)

    def _refuse(self, i: int, code: str, cause: str, remedy: str, *, column: str = "") -> None:
        place = Place(row=self.out.numbers[i], column=column)
        self.out.faults.setdefault(i, []).append(Refusal(code, cause, remedy, place=place))
        self.out.marks[i] = REFUSED
        self.out.changes.pop(i, None)

    def _is_alone(self, i: int) -> bool:
        return any(not isinstance(fault, Conflict) and not fault.place.column for fault in self.out.faults.get(i, ()))

    def _label(self, name: str) -> str:
        return str(self.register.field(name).verbose_name)


def new_values(*, register: Register, verdicts: Verdicts, place: int) -> dict[str, Any]:
    """The values of the new row at a place of the sheet, by attribute name; what it does not say is the default."""
    found: dict[str, Any] = {}
    for f in register.model._meta.concrete_fields:
        if not f.primary_key:
            found[f.attname] = f.get_default()
    held: dict[str, Any] = {}
    for name, column in verdicts.columns.items():
        value = column.values[place]
        if value is SILENT:
            continue
        if extra.is_extra(column.field):
            if value not in (None, ""):
                held[name.removeprefix(extra.PREFIX)] = extra.stored(value)
        else:
            found[column.field.attname] = value
    found["extra"] = held
    if found["unit_id"] is None:
        found["unit_id"] = verdicts.unit
    if register.stage_field is not None:
        found[register.stage_field.attname] = verdicts.staging.first_of(place)
    return found


def applied(*, register: Register, values: dict[str, Any], changes: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
    """A row's `values` by attribute name with its changes, those of added columns within `extra`."""
    held = dict(values.get("extra") or {})
    for name, (_, new) in changes.items():
        f = register.field(name)
        if not extra.is_extra(f):
            values[f.attname] = new
        elif new in (None, ""):
            held.pop(name.removeprefix(extra.PREFIX), None)
        else:
            held[name.removeprefix(extra.PREFIX)] = extra.stored(new)
    values["extra"] = held
    return values


def made_rows(verdicts: Verdicts) -> dict[int, Any]:
    """The related rows that are to be made, by their number below 0."""
    return {-1 - n: one for n, one in enumerate(made for r in verdicts.relations.values() for made in r.made)}


def entries_of(
    *, register: Register, values: Sequence[dict[str, Any]], made: Mapping[int, Any] | None = None
) -> Iterator[Any]:
    """Entries with these values and the rows that they point at, which are read in one query per relation."""
    model: Any = register.model
    relations = [f for f in model._meta.concrete_fields if f.is_relation]
    targets: dict[str, dict[int, Any]] = {}
    for f in relations:
        wanted = {pk for one in values if (pk := one.get(f.attname)) is not None and pk > 0}
        found = f.related_model._default_manager.filter(pk__in=among(wanted)) if wanted else ()
        targets[f.name] = {row.pk: row for row in found} | (dict(made) if made else {})
    for one in values:
        entry = model.__new__(model)
        entry._state = models.base.ModelState()
        entry.__dict__.update({"id": None} | one)
        for f in relations:
            pk = one.get(f.attname)
            if pk is not None and pk in targets[f.name]:
                entry._state.fields_cache[f.name] = targets[f.name][pk]
        yield entry


def _without_silence(values: list[Any]) -> list[Any]:
    return [None if value is SILENT else value for value in values]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _said(cell: object) -> str:
    """A cell's text for looking things up; empty when it says nothing."""
    return "" if cell is None else str(cell).strip()
