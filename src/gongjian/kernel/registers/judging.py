"""Judging a sheet's rows against a register as it stands: new, changed, unchanged or refused; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.history import since
from gongjian.kernel.registers.masking import hidden
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.parse import to_date
from gongjian.kernel.registers.values import CHUNK, parse_row, resolve, same, shown

STAGE_DATE = "阶段日期"
ROW_KEY = "记录编号"


@dataclass(kw_only=True)
class Row:
    """One row of a sheet: its number there (1..), its cells by field name, `stage_on` from the column 阶段日期.

    `key` is the cell of the hidden column that an exported sheet carries: see `row_key`.
    """

    number: int
    cells: Mapping[str, object]
    stage_on: object = None
    key: object = None


@dataclass(kw_only=True)
class Judged:
    """What became of a row: `entry` is new or changed, `diff` is {label: (old, new)}, `faults` say why it is not."""

    number: int
    verdict: str  # new, changed, unchanged, refused
    entry: Any = None
    changes: dict[str, Any] = field(default_factory=dict)
    diff: dict[str, tuple[str, str]] = field(default_factory=dict)
    faults: list[Refusal] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stage: str = ""
    stage_on: date | None = None
    withdrawn: StageMove | None = None
    """The move whose date the sheet corrects."""


def row_key(entry: Any) -> str:
    """The hidden cell by which an exported row is found again: register, number and revision, high-tech/12/4."""
    return f"{entry.register.name}/{entry.pk}/{entry.revision}"


def judge_rows(
    *, register: Register, rows: Iterable[Row], by: Officer, today: date, units: Mapping[str, str] | None = None
) -> list[Judged]:
    """Every row's verdict, in the sheet's order; `units` are the units that the sheet's own heads state."""
    return _Judge(register=register, rows=list(rows), by=by, today=today, units=units or {}).all()


class _Judge:
    """The register's state that the rows need, read in a few queries however many rows there are."""

    def __init__(
        self, *, register: Register, rows: Sequence[Row], by: Officer, today: date, units: Mapping[str, str]
    ) -> None:
        self.register, self.rows, self.by, self.today = register, rows, by, today
        self.stage_field = register.stage_field
        self.mine = policy.subtree(by.unit) if by.role == Role.UNIT_OFFICER else None
        self.related = self._related()
        self.parsed = [self._parse(row, units) for row in rows]
        self.addressed = self._addressed()
        self.by_key = self._by_key()
        known = {entry.pk: entry for entry in (*self.addressed.values(), *self.by_key.values())}
        self.exported = self._exported()
        self.moves = self._moves(list(known))

    def all(self) -> list[Judged]:
        """The verdicts; a second row for the same entry is refused."""
        seen: dict[Any, int] = {}
        out = []
        for row, (values, faults) in zip(self.rows, self.parsed, strict=True):
            judged = self._judge(row, values, faults)
            if judged.verdict != "refused":
                key = judged.entry.pk or _key(self.register, judged.entry)
                if key in seen:
                    judged = self._refused(row, "take.twice", f"与第{seen[key]}行是同一条记录", "请删除或合并其中一行")
                else:
                    seen[key] = row.number
            out.append(judged)
        return out

    def _judge(self, row: Row, values: dict[str, Any], faults: list[Refusal]) -> Judged:
        stage, stage_on, stage_faults = self._stage(row)
        faults = [*faults, *stage_faults]
        entry, fault = self._find(row, values)
        if fault is not None:
            return fault
        for name in self.register.key:
            label = self._label(name)
            is_empty = (entry is None or name in values) and values.get(name) in (None, "")
            if is_empty and not any(f.place.column == label for f in faults):
                cause = "这一列用来识别记录,不能为空"
                faults.append(self._fault(row, "value.required", cause, "请填写后重新导入", column=label))
        if faults:
            return Judged(number=row.number, verdict="refused", faults=faults)
        if entry is None:
            return self._new(row, values, stage, stage_on)
        return self._changed(row, entry, values, stage, stage_on)

    def _new(self, row: Row, values: dict[str, Any], stage: str, stage_on: date | None) -> Judged:
        entry: Any = self.register.model(**values)
        if entry.unit_id is None and self.mine is not None:
            entry.unit = self.by.unit
        if self.mine is not None and entry.unit_id not in self.mine:
            return self._foreign(row)
        if self.stage_field is not None and self.stage_field.steps is not None:
            stage = stage or self.stage_field.steps.first().key
            setattr(entry, self.stage_field.name, stage)
        if fault := self._invalid(entry, row):
            return fault
        warnings = entry.warnings()
        return Judged(
            number=row.number,
            verdict="new",
            entry=entry,
            warnings=warnings,
            stage=stage,
            stage_on=stage_on or self.today,
        )

    def _changed(self, row: Row, entry: Any, values: dict[str, Any], stage: str, stage_on: date | None) -> Judged:
        judged = Judged(number=row.number, verdict="unchanged", entry=entry)
        base = self.exported.get(row.number)
        for name, new in values.items():
            f = self.register.field(name)
            old = getattr(entry, name)
            exported = getattr(base, f.attname) if base is not None else None
            if same(old, new) or (base is not None and same(exported, new)):
                continue  # as it is, or as it was exported: the sheet says nothing new
            if new in (None, "") and not _said(row.key):
                continue
            if name in self.register.masked and new == hidden(str(old or "")):
                continue  # exported to somebody who sees it masked
            if base is not None and not same(exported, old):
                cause = f"{since(entry=entry, revision=base.revision)},与表中的修改冲突"
                return self._refused(row, "take.conflict", cause, "请重新导出后再改", column=str(f.verbose_name))
            judged.changes[name] = new
            judged.diff[str(f.verbose_name)] = (shown(old, f), shown(new, f))
        self._judge_stage(judged, entry, stage, stage_on)
        if not judged.changes and not judged.stage:
            return judged
        if self.mine is not None and (entry.unit_id not in self.mine):
            return self._foreign(row)
        before = {name: getattr(entry, name) for name in judged.changes}
        for name, new in judged.changes.items():
            setattr(entry, name, new)
        is_foreign = self.mine is not None and entry.unit_id not in self.mine
        fault = self._foreign(row) if is_foreign else self._invalid(entry, row)
        if fault is not None:
            for name, old in before.items():
                setattr(entry, name, old)
            return fault
        judged.verdict, judged.warnings = "changed", entry.warnings()
        return judged

    def _judge_stage(self, judged: Judged, entry: Any, stage: str, stage_on: date | None) -> None:
        """A stage in the sheet is a move; a new date for the current stage takes the old move back."""
        f = self.stage_field
        if f is None or not stage:
            return
        standing = self.moves.get(entry.pk, [])
        current = getattr(entry, f.name)
        own = [move for move in standing if move.stage == stage]
        if stage == current and (stage_on is None or any(move.happened_on == stage_on for move in own)):
            return
        if any(move.happened_on == stage_on for move in own):
            return
        on = stage_on or self.today
        judged.stage, judged.stage_on = stage, on
        if stage == current and own:
            judged.withdrawn = own[-1]
            judged.diff[STAGE_DATE] = (own[-1].happened_on.isoformat(), on.isoformat())
            standing = [move for move in standing if move is not own[-1]]
        else:
            label = dict(f.flatchoices)[stage]
            judged.diff[str(f.verbose_name)] = (shown(current, f), f"{label}({on})")
        last = standing[-1] if standing else None
        settled = last.stage if last is not None and last.happened_on > on else stage
        if settled != current:
            judged.changes[f.name] = settled
        elif stage != current:
            judged.diff[str(f.verbose_name)] = (shown(current, f), f"{dict(f.flatchoices)[current]}(补记 {on} {label})")

    def _find(self, row: Row, values: dict[str, Any]) -> tuple[Any, Judged | None]:
        """The entry a row speaks of: by the hidden key of an exported sheet, else by the natural key."""
        missing = [name for name in self.register.key if name not in values]
        key = None if missing else tuple(_plain(values[name]) for name in self.register.key)
        by_key = self.by_key.get(key) if key is not None else None
        if not _said(row.key):
            return by_key, None
        entry = self.addressed.get(row.number)
        if entry is None:
            cause = f"{ROW_KEY}“{_said(row.key)}”在“{self.register.label}”里找不到"
            return None, self._refused(
                row, "take.row_key", cause, f"新增的行请清空隐藏列“{ROW_KEY}”,其他行请重新导出后再改"
            )
        if by_key is not None and by_key.pk != entry.pk:
            heads = "、".join(self._label(name) for name in self.register.key)
            cause = f"{heads}与{ROW_KEY}指向两条不同的记录,这一行可能在排序或复制时错位"
            return None, self._refused(row, "take.row_key", cause, "请重新导出后再改,或只用其中一条记录的内容")
        return entry, None

    def _parse(self, row: Row, units: Mapping[str, str]) -> tuple[dict[str, Any], list[Refusal]]:
        names = {f.name for f in self.register.fields}
        cells = {name: cell for name, cell in row.cells.items() if name in names}
        if not _said(row.key):  # only an exported sheet can say that a value is to be emptied
            cells = {name: cell for name, cell in cells.items() if _said(cell)}
        values, faults = parse_row(register=self.register, raw=cells, related=self.related, units=units)
        return values, [self._placed(row, fault) for fault in faults]

    def _stage(self, row: Row) -> tuple[str, date | None, list[Refusal]]:
        f = self.stage_field
        raw = _said(row.cells.get(f.name)) if f is not None else ""
        if f is None or not raw:
            return "", None, []
        stage = self.register.stage(raw)
        if stage is None:
            labels = "、".join(s.label for s in self.register.stages)
            cause = f"没有“{raw}”这一阶段"
            return "", None, [self._fault(row, "value.choice", cause, f"可选阶段:{labels}", column=str(f.verbose_name))]
        try:
            on = to_date(row.stage_on)
        except Refusal as refusal:
            return stage.key, None, [self._fault(row, refusal.code, refusal.cause, refusal.remedy, column=STAGE_DATE)]
        if on is not None and on > self.today:
            cause = f"{on} 晚于今天 {self.today}"
            return stage.key, None, [self._fault(row, "entry.future", cause, "请填写已经发生的日期", column=STAGE_DATE)]
        return stage.key, on, []

    def _related(self) -> dict[str, dict[str, list[Any]]]:
        found = {}
        for f in self.register.fields:
            if isinstance(f, models.ForeignKey):
                raws = {raw for row in self.rows if (raw := _said(row.cells.get(f.name)))}
                found[f.name] = resolve(model=f.related_model, raws=raws) if raws else {}
        return found

    def _addressed(self) -> dict[int, Any]:
        """Sheet row number -> the entry that its hidden key names."""
        asked = {}
        for row in self.rows:
            parts = _said(row.key).split("/")
            if len(parts) == 3 and parts[0] == self.register.name and parts[1].isdigit() and parts[2].isdigit():
                asked[row.number] = int(parts[1])
        found = {entry.pk: entry for entry in self._fetch("pk", sorted(set(asked.values())))}
        return {number: found[pk] for number, pk in asked.items() if pk in found}

    def _by_key(self) -> dict[tuple[Any, ...], Any]:
        """The entries with the rows' natural keys; read by the first key field. One object per entry."""
        first = self.register.key[0]
        wanted = {_plain(v[first]) for v, _ in self.parsed if v.get(first) not in (None, "")}
        same_object = {entry.pk: entry for entry in self.addressed.values()}
        found = {}
        for entry in self._fetch(first, sorted(wanted)):
            found[_key(self.register, entry)] = same_object.get(entry.pk, entry)
        return found

    def _exported(self) -> dict[int, Any]:
        """Sheet row number -> the history row as exported, where the entry has changed since."""
        stale = {}
        for row in self.rows:
            entry = self.addressed.get(row.number)
            if entry is not None:
                revision = int(_said(row.key).split("/")[2])
                if revision != entry.revision:
                    stale[row.number] = (entry.pk, revision)
        history: Any = self.register.model.history.model._default_manager
        found = {}
        pks = sorted({pk for pk, _ in stale.values()})
        for at in range(0, len(pks), CHUNK):
            for old in history.filter(id__in=pks[at : at + CHUNK]):
                found[old.id, old.revision] = old
        return {number: found[key] for number, key in stale.items() if key in found}

    def _moves(self, pks: list[int]) -> dict[int, list[StageMove]]:
        found: dict[int, list[StageMove]] = {}
        if self.stage_field is None or not any(row.cells.get(self.stage_field.name) for row in self.rows):
            return found
        for at in range(0, len(pks), CHUNK):
            moves = StageMove.objects.filter(
                register=self.register.name, entry_id__in=pks[at : at + CHUNK], withdrawn_at=None
            )
            for move in moves.order_by("happened_on", "recorded_at", "id"):
                found.setdefault(move.entry_id, []).append(move)
        return found

    def _fetch(self, path: str, wanted: list[Any]) -> Iterator[Any]:
        relations = [f.name for f in self.register.model._meta.concrete_fields if f.is_relation]
        for at in range(0, len(wanted), CHUNK):
            chunk = wanted[at : at + CHUNK]
            yield from self.register.model._default_manager.filter(**{f"{path}__in": chunk}).select_related(*relations)

    def _invalid(self, entry: Any, row: Row) -> Judged | None:
        try:
            entry.clean_fields(exclude=[f.name for f in entry._meta.concrete_fields if f.is_relation] + ["recorded_at"])
            entry.clean()
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            f = self.register.field_named(name)
            cause = ";".join(message.rstrip("。") for message in messages)
            return self._refused(
                row, "value.invalid", cause, "请改正后重新导入", column=str(f.verbose_name) if f else ""
            )
        return None

    def _foreign(self, row: Row) -> Judged:
        return self._refused(row, "policy.forbidden", "该记录不属于您的单位", "请由所属单位登记,或请督查室导入")

    def _refused(self, row: Row, code: str, cause: str, remedy: str, *, column: str = "") -> Judged:
        return Judged(
            number=row.number, verdict="refused", faults=[self._fault(row, code, cause, remedy, column=column)]
        )

    def _fault(self, row: Row, code: str, cause: str, remedy: str, *, column: str = "") -> Refusal:
        return Refusal(code, cause, remedy, place=Place(row=row.number, column=column))

    def _placed(self, row: Row, fault: Refusal) -> Refusal:
        return self._fault(row, fault.code, fault.cause, fault.remedy, column=fault.place.column)

    def _label(self, name: str) -> str:
        return str(self.register.field(name).verbose_name)


def _key(register: Register, entry: Any) -> tuple[Any, ...]:
    return tuple(_plain(getattr(entry, register.field(name).attname)) for name in register.key)


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _said(cell: object) -> str:
    """A cell's text for looking things up; empty when it says nothing."""
    return "" if cell is None else str(cell).strip()
