"""Taking a sheet's rows into a register: judged first (new, changed, unchanged, refused), then written in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.evidence.models import StoredFile
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.entry import writing
from gongjian.kernel.registers.models import ImportBatch, StageMove
from gongjian.kernel.registers.values import parse_row, resolve, shown

STAGE_DATE = "阶段日期"


@dataclass(kw_only=True)
class Row:
    """One row of a sheet: its number there (1..) and its cells by field name; `stage_on` from the column 阶段日期."""

    number: int
    cells: Mapping[str, object]
    stage_on: object = None


@dataclass(kw_only=True)
class Judged:
    """What became of a row: `entry` is new or changed; `diff` is {label: (old, new)}; `faults` say why it is refused."""

    number: int
    verdict: str  # new, changed, unchanged, refused
    entry: Any = None
    diff: dict[str, tuple[str, str]] = field(default_factory=dict)
    faults: list[Refusal] = field(default_factory=list)
    stage: str = ""
    stage_on: date | None = None


@dataclass(kw_only=True)
class Taking:
    """A judged sheet, ready to be written by `write` or thrown away."""

    register: Register
    rows: list[Judged]
    today: date

    def of(self, verdict: str) -> list[Judged]:
        """The rows with that verdict."""
        return [row for row in self.rows if row.verdict == verdict]

    def counts(self) -> dict[str, int]:
        """How many rows of each verdict."""
        return {verdict: len(self.of(verdict)) for verdict in ("new", "changed", "unchanged", "refused")}

    def write(self, *, by: Officer, at: datetime, file: StoredFile | None = None) -> ImportBatch:
        """Write new and changed rows with their history and stage moves, all or nothing; refused rows are left out."""
        policy.require(by=by, verb="register.import")
        model, register = self.register.model, self.register
        new, changed = self.of("new"), self.of("changed")
        with transaction.atomic(), writing():
            _lock_unchanged(register=register, changed=changed)
            for row in new:
                row.entry.recorded_at = at
            created = model._default_manager.bulk_create([row.entry for row in new], batch_size=500)
            names = [f.name for f in model._meta.concrete_fields if not f.primary_key]
            for row in changed:
                row.entry.revision += 1
            model._default_manager.bulk_update([row.entry for row in changed], names, batch_size=200)
            manager = model.history  # type: ignore[attr-defined]
            reason = f"导入 {file.name}"[:100] if file else "批量导入"
            manager.bulk_history_create(
                created, batch_size=500, default_user=by, default_change_reason=reason, default_date=at
            )
            manager.bulk_history_create(
                [row.entry for row in changed],
                batch_size=500,
                update=True,
                default_user=by,
                default_change_reason=reason,
                default_date=at,
            )
            StageMove.objects.bulk_create(
                [
                    StageMove(
                        register=register.name,
                        entry_id=row.entry.pk,
                        stage=row.stage,
                        happened_on=row.stage_on or self.today,
                        recorded_at=at,
                        recorded_by=by,
                        note=reason,
                    )
                    for row in [*new, *changed]
                    if row.stage
                ],
                batch_size=500,
            )
            batch = ImportBatch.objects.create(
                register=register.name,
                file=file,
                by=by,
                at=at,
                created=len(new),
                changed=len(changed),
                unchanged=len(self.of("unchanged")),
                refused=len(self.of("refused")),
            )
            acts.record(verb="register.imported", thing=batch, by=by, at=at, note=f"{register.label}:{reason}")
        return batch


def judge(*, register: Register, rows: Iterable[Row], by: Officer, today: date) -> Taking:
    """Judge every row against the register as it stands; nothing is written."""
    policy.require(by=by, verb="register.import")
    listed = list(rows)
    related = {}
    for f in register.model._meta.concrete_fields:
        if isinstance(f, models.ForeignKey):
            raws = {row.cells[f.name] for row in listed if row.cells.get(f.name) not in (None, "")}
            if raws:
                related[f.name] = resolve(model=f.related_model, raws=raws)
    parsed = []
    for row in listed:
        cells = {k: v for k, v in row.cells.items() if register.stage_field is None or k != register.stage_field.name}
        values, faults = parse_row(register=register, raw=cells, related=related)
        parsed.append((row, values, faults))
    existing = _existing(register=register, values=[values for _, values, faults in parsed if not faults])
    mine = policy.subtree(by.unit) if by.role == "unit_officer" else None
    seen: dict[tuple[Any, ...], int] = {}
    out = []
    for row, values, faults in parsed:
        judged = _judge_row(register=register, row=row, values=values, faults=faults, existing=existing, today=today, by=by)
        if judged.verdict != "refused":
            key = _key(register, judged.entry)
            if key in seen:
                judged = _refused(
                    row,
                    Refusal("take.twice", f"与第{seen[key]}行是同一条记录", "请删除或合并其中一行", place=Place(row=row.number)),
                )
            else:
                seen[key] = row.number
        if mine is not None and judged.verdict in {"new", "changed"} and judged.entry.unit_id not in mine:
            judged = _refused(
                row,
                Refusal("policy.forbidden", "该记录不属于您的单位", "请由所属单位登记", place=Place(row=row.number)),
            )
        out.append(judged)
    return Taking(register=register, rows=out, today=today)


def _judge_row(
    *,
    register: Register,
    row: Row,
    values: dict[str, Any],
    faults: list[Refusal],
    existing: dict[tuple[Any, ...], Any],
    today: date,
    by: Officer,
) -> Judged:
    placed = [Refusal(f.code, f.cause, f.remedy, place=Place(row=row.number, column=f.place.column)) for f in faults]
    for name in register.key:
        head = str(register.model._meta.get_field(name).verbose_name)
        if values.get(name) in (None, "") and not any(f.place.column == head for f in placed):
            cause = "这一列用来识别记录,不能为空"
            placed.append(Refusal("value.required", cause, "请填写", place=Place(row=row.number, column=head)))
    stage, stage_on, stage_fault = _stage_of(register=register, row=row, today=today)
    if stage_fault:
        placed.append(stage_fault)
    if placed:
        return Judged(number=row.number, verdict="refused", faults=placed)
    entry = existing.get(tuple(_plain(values[name]) for name in register.key))
    field = register.stage_field
    if entry is None:
        entry = register.model(**values)
        if entry.unit_id is None and by.unit_id is not None:
            entry.unit = by.unit
        if field is not None:
            stage = stage or field.steps.first().key  # type: ignore[union-attr]
            setattr(entry, field.name, stage)
        if fault := _invalid(entry, row):
            return _refused(row, fault)
        return Judged(number=row.number, verdict="new", entry=entry, stage=stage, stage_on=stage_on)
    diff = {}
    for name, new in values.items():
        f = register.model._meta.get_field(name)
        old = getattr(entry, name)
        if _plain(old) != _plain(new):
            diff[str(f.verbose_name)] = (shown(old, f), shown(new, f))
            setattr(entry, name, new)
    if stage and field is not None and getattr(entry, field.name) != stage:
        diff[str(field.verbose_name)] = (shown(getattr(entry, field.name), field), shown(stage, field))
        setattr(entry, field.name, stage)
    else:
        stage = ""
    if not diff:
        return Judged(number=row.number, verdict="unchanged", entry=entry)
    if fault := _invalid(entry, row):
        return _refused(row, fault)
    return Judged(number=row.number, verdict="changed", entry=entry, diff=diff, stage=stage, stage_on=stage_on)


def _stage_of(*, register: Register, row: Row, today: date) -> tuple[str, date | None, Refusal | None]:
    field = register.stage_field
    raw = row.cells.get(field.name) if field is not None else None
    if field is None or raw in (None, ""):
        return "", None, None
    stage = register.stage(str(raw).strip())
    place = Place(row=row.number, column=str(field.verbose_name))
    if stage is None:
        labels = "、".join(s.label for s in register.stages)
        return "", None, Refusal("value.choice", f"没有“{raw}”这一阶段", f"可选阶段:{labels}", place=place)
    if row.stage_on in (None, ""):
        return stage.key, None, None
    from gongjian.kernel.registers.parse import to_date

    try:
        on = to_date(row.stage_on)
    except Refusal as refusal:
        fault = Refusal(refusal.code, refusal.cause, refusal.remedy, place=Place(row=row.number, column=STAGE_DATE))
        return stage.key, None, fault
    if on is not None and on > today:
        place = Place(row=row.number, column=STAGE_DATE)
        return stage.key, None, Refusal("entry.future", f"{on} 晚于今天 {today}", "请填写已经发生的日期", place=place)
    return stage.key, on, None


def _existing(*, register: Register, values: list[dict[str, Any]]) -> dict[tuple[Any, ...], Any]:
    """The entries with the rows' keys, by key; read by the first key field in chunks."""
    first = register.key[0]
    wanted = list({_plain(v[first]): v[first] for v in values if v.get(first) not in (None, "")}.values())
    found = {}
    for at in range(0, len(wanted), 500):
        chunk = register.model._default_manager.filter(**{f"{first}__in": wanted[at : at + 500]})
        for entry in chunk:
            found[_key(register, entry)] = entry
    return found


def _key(register: Register, entry: Any) -> tuple[Any, ...]:
    return tuple(_plain(getattr(entry, register.model._meta.get_field(name).attname)) for name in register.key)


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _invalid(entry: Any, row: Row) -> Refusal | None:
    try:
        exclude = [f.name for f in entry._meta.concrete_fields if f.is_relation] + ["recorded_at"]
        entry.clean_fields(exclude=exclude)
        entry.clean()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        field = entry.register.field_named(name)
        place = Place(row=row.number, column=str(field.verbose_name) if field else "")
        return Refusal("value.invalid", ";".join(messages).rstrip("。"), "请改正后重新导入", place=place)
    return None


def _refused(row: Row, *faults: Refusal) -> Judged:
    return Judged(number=row.number, verdict="refused", faults=list(faults))


def _lock_unchanged(*, register: Register, changed: list[Judged]) -> None:
    """Refuse the whole writing when a row was changed by somebody since it was judged."""
    revisions = {row.entry.pk: row.entry.revision for row in changed}
    keys = list(revisions)
    for at in range(0, len(keys), 500):
        fresh = register.model._default_manager.select_for_update().filter(pk__in=keys[at : at + 500])
        for pk, revision in fresh.values_list("pk", "revision"):
            if revisions[pk] != revision:
                number = next(row.number for row in changed if row.entry.pk == pk)
                raise Refusal("take.stale", f"第{number}行对应的记录刚刚被他人修改", "请重新预览后再导入,本次没有写入任何内容")
