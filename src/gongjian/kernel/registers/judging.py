"""Judging a sheet against a register as it stands: new, changed, unchanged or refused; nothing is written.

The sheet is judged column by column and the register's rows are read as plain values, so that a hundred thousand rows
take seconds. A row is held to what the form holds it to: the fields' own rules, the entry's `clean`, the unit's rights.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers import recognising
from gongjian.kernel.registers.cells import ROW_KEY, Cells
from gongjian.kernel.registers.comparing import Comparison
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.relating import Relation, related
from gongjian.kernel.registers.silence import SILENT
from gongjian.kernel.registers.staging import Staging
from gongjian.kernel.registers.stored import among, chunks, numbers_of, uncollected
from gongjian.kernel.registers.typed import Column, typed
from gongjian.kernel.registers.verdicts import REFUSED, Verdicts, apply_rules, has_rules, new_values, refuse_unseen

Progress = Callable[[int, int], None]


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
        self.names: list[str] = []
        """Of a register with an `or_key`: what each row is called in the sheet, "" where it is not said."""
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
        Comparison(register=self.register, verdicts=self.out, keyed=self.keyed, mine=self.mine, say=self.say).judge()
        refuse_unseen(verdicts=self.out, by=self.by)
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
                    field=f,
                    parts=parts,
                    keyed=self.keyed,
                    by=self.by,
                    create=name in self.create,
                    first=first,
                    numbers=cells.numbers,
                )
                self.relations[name] = relation
                found[name] = relation.column
            else:
                unit = cells.units.get(name)
                keyed = None if self.register.or_key and name in self.register.key else self.keyed  # no key is emptied
                found[name] = typed(field=f, raws=cells.columns[name], keyed=keyed, head_unit=unit)
                if self.register.or_key and name in self.register.key:  # a 无 takes nobody's key away
                    found[name].values = [SILENT if one is None else one for one in found[name].values]
            self.say(self.n * (place + 1) // (2 * len(names)), self.n)
        return found

    def _collect_faults(self) -> None:
        for column in self.columns.values():
            for i, refusal in column.faults.items():
                self.out.refuse(i, refusal.code, refusal.cause, refusal.remedy, column=column.label)
        for i, refusal in self.out.staging.faults.items():
            self.out.refuse(i, refusal.code, refusal.cause, refusal.remedy, column=refusal.place.column)

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
        if self.register.or_key:
            said = self.columns.get(self.register.or_key)
            self.names = [one if type(one) is str else "" for one in said.values] if said else [""] * self.n
            self._refuse_shared_keys(keys)
            self._find_named(keys)
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
                self.out.refuse_alone(i, "take.row_key", cause, remedy)
            elif by_key not in (0, pk):
                cause = f"{heads}与{ROW_KEY}指向两条不同的记录,这一行可能在排序或复制时错位"
                self.out.refuse_alone(i, "take.row_key", cause, "请重新导出后再改,或只用其中一条记录的内容")
            else:
                self.out.pks[i], self.out.revisions[i] = pk, revision

    def _find_named(self, keys: list[Any]) -> None:
        """Rows without key by their name; rows whose key nobody has by their name, among those without key."""
        register, out = self.register, self.out
        faulty = {i for name in register.key if (column := self.columns.get(name)) for i in column.faults}
        open_ = [i for i, name in enumerate(self.names) if name and not out.pks[i] and i not in faulty]
        open_ = [i for i in open_ if not out.is_refused_alone(i)]
        claims: dict[int, dict[Any, int]] = {}
        for is_keyed in (False, True):
            places = [i for i in open_ if (keys[i] is not None) is is_keyed]
            texts = {self.names[i] for i in places}
            found = recognising.named(register=register, texts=texts, is_keyless=is_keyed)
            for i in places:
                rows = found.get(self.names[i], [])
                if len(rows) > 1:
                    one = recognising.ambiguous(register=register, text=self.names[i], rows=rows, by=self.by)
                    out.refuse(i, one.code, one.cause, one.remedy, column=self._label(register.or_key))
                elif rows:
                    self._recognise(i, *rows[0])
                    if is_keyed:
                        claims.setdefault(rows[0][0], {})[keys[i]] = i
        for claimed in claims.values():
            if len(claimed) > 1:
                self._refuse_claims(claimed)

    def _recognise(self, i: int, pk: int, name: str) -> None:
        """The row is the one numbered `pk`; a name written otherwise is no new one."""
        column = self.columns[self.register.or_key]
        self.out.pks[i] = pk
        if column.values[i] != name:
            column.notes[i] = f"“{self.names[i]}”已按名称识别为登记的“{name}”,名称没有改动,请核对。"
            column.values[i] = SILENT

    def _refuse_claims(self, claimed: dict[Any, int]) -> None:
        heads, name = recognising.label(self.register), self.names[next(iter(claimed.values()))]
        rows = "、".join(f"第{self.out.numbers[i]}行" for i in claimed.values())
        cause = f"{rows}名称都是“{name}”,{heads}却不同,不知道登记中缺{heads}的那一条是哪一家"
        for i in claimed.values():
            self.out.refuse(i, "take.one_of_two", cause, f"请先在台账中补上它的{heads},再重新导入", column=heads)

    def _refuse_shared_keys(self, keys: list[Any]) -> None:
        """Rows with one key and different names: one of the keys is wrong, and nobody can say which."""
        together: dict[Any, list[int]] = {}
        first: dict[Any, int] = {}
        for i, key in enumerate(keys):
            if key is not None and self.names[i]:
                before = first.setdefault(key, i)
                if before != i:
                    together.setdefault(key, [before]).append(i)
        heads = recognising.label(self.register)
        for key, places in together.items():
            told = {i: recognising.alike(register=self.register, text=self.names[i]) for i in places}
            for i in places:
                other = next((j for j in places if told[j] != told[i]), None)
                if other is not None:
                    cause = f"与第{self.out.numbers[other]}行用了同一个{heads}“{'、'.join(map(str, key))}”,名称却不同"
                    cause += f"(“{self.names[i]}”与“{self.names[other]}”)"
                    self.out.refuse(i, "take.one_key", cause, "请核对后改正其中一行", column=heads)

    def _refuse_keyless(self, keys: list[Any]) -> None:
        if self.register.or_key:
            heads = recognising.label(self.register)
            for i, key in enumerate(keys):
                faulty = any(i in column.faults for name in self.register.key if (column := self.columns.get(name)))
                is_nameless = key is None and not self.names[i] and not self.out.pks[i]
                if is_nameless and not faulty and not self.out.is_refused_alone(i):
                    cause = f"{heads}和{self._label(self.register.or_key)}都没有填写,无法识别是哪一条记录"
                    self.out.refuse_alone(i, "value.required", cause, "请至少填写一项后重新导入")
            return
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
                if (column is not None and i in column.faults) or self.out.is_refused_alone(i):
                    continue
                self.out.refuse(i, "value.required", "这一列用来识别记录,不能为空", "请填写后重新导入", column=label)

    # new rows

    def _judge_new(self) -> None:
        marks, pks = self.out.marks, self.out.pks
        absent = [i for i in range(self.n) if not pks[i] and not self.out.is_refused_alone(i)]
        places = [i for i in absent if marks[i] != REFUSED]
        if not absent:
            return
        if self.mine is not None:
            units = self.columns.get("unit")
            for i in places:
                unit = units.values[i] if units is not None else SILENT
                if (self.by.unit_id if unit in (SILENT, None) else unit) not in self.mine:
                    self.out.refuse_foreign(i)
        for f in self.model._meta.concrete_fields:
            if f.primary_key or f.name in ("recorded_at", "revision", "extra", *self.register.key):
                continue
            column = self.columns.get(f.name)
            fault = self._fault_of_default(f)
            if fault is None:
                continue
            for i in absent:  # also where another cell is refused: all that is wrong with a row is said at once
                if column is None or (column.values[i] is SILENT and i not in column.faults):
                    self.out.refuse(i, fault.code, fault.cause, fault.remedy, column=str(f.verbose_name))
        if has_rules(self.register):
            for chunk in chunks([i for i in places if marks[i] != REFUSED], 2000):
                values = [new_values(register=self.register, verdicts=self.out, place=i) for i in chunk]
                apply_rules(register=self.register, verdicts=self.out, places=chunk, values=values)

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

    # refusing

    def _refuse_twice(self, keys: list[Any]) -> None:
        """A second row for the same record, or for the same key, is refused."""
        by_pk: dict[int, int] = {}
        by_key: dict[Any, int] = {}
        by_name: dict[str, int] = {}
        out = self.out
        fresh = (i for i, name in enumerate(self.names) if name and keys[i] is None and not out.pks[i])
        has_unkeyed = any(out.marks[i] != REFUSED for i in fresh)  # else names need not be looked at
        for i, key in enumerate(keys):
            if out.marks[i] == REFUSED:
                continue
            pk = out.pks[i]
            first = by_pk.get(pk) if pk else None
            if first is None and key is not None:
                first = by_key.get(key)
            if has_unkeyed and self.names[i]:
                before = by_name.setdefault(recognising.alike(register=self.register, text=self.names[i]), i)
                is_lacking = key is None or (keys[before] is None and not out.pks[before])
                if first is None and before != i and not pk and is_lacking:
                    first = before
            if first is not None:
                cause = f"与第{out.numbers[first]}行是同一条记录"
                self.out.refuse_alone(i, "take.twice", cause, "请删除或合并其中一行")
                continue
            if pk:
                by_pk[pk] = i
            if key is not None:
                by_key[key] = i

    def _label(self, name: str) -> str:
        return str(self.register.field(name).verbose_name)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _said(cell: object) -> str:
    """A cell's text for looking things up; empty when it says nothing."""
    return "" if cell is None else str(cell).strip()
