"""The acts on one entry: create, change, revert, remove, move, withdraw a move, comment; every door uses these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Max

from gongjian.kernel.errors import Refusal, Stale
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Act, Officer, Role
from gongjian.kernel.registers import access, recognising
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.entry import Entry, delete, write
from gongjian.kernel.registers.history import since
from gongjian.kernel.registers.masking import hidden
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.pointing import pointing_at
from gongjian.kernel.registers.values import same, shown
from gongjian.kernel.registers.whole import whole


def create(
    *,
    register: Register,
    values: Mapping[str, Any],
    by: Officer,
    at: datetime,
    today: date,
    happened_on: date | None = None,
) -> Entry:
    """A new entry in its first stage (or in `values[stage]`), reached on `happened_on` (today unless given).

    Without a unit it gets that of the unit officer who enters it. Refused: a taken key, a value that does not fit.
    """
    stage_name = register.stage_field.name if register.stage_field else None
    _settable(register=register, names=set(values) - {stage_name})
    entry = register.model(recorded_at=at)
    for name, value in values.items():  # an added column is an attribute that the constructor does not know
        setattr(entry, name, value)
    if entry.unit_id is None and by.role == Role.UNIT_OFFICER:
        entry.unit = by.unit
    access.require(register=register, by=by, verb="register.write", entry=entry)
    access.require_nameable(register=register, values=values, by=by)
    check(entry=entry, register=register)
    with whole():
        recognising.require_unnamed(register=register, values=entry.__dict__, by=by)
        _save(entry=entry, register=register, by=by, at=at)
        if stage_name is not None:
            key = getattr(entry, stage_name)
            _record_move(register=register, entry=entry, stage=key, on=happened_on or today, by=by, at=at, today=today)
        acts.record(verb="entry.created", thing=entry, by=by, at=at)
    return entry


def change(
    *, entry: Entry, values: Mapping[str, Any], revision: int, by: Officer, at: datetime, reason: str = ""
) -> dict[str, tuple[str, str]]:
    """Change fields of an entry as it was at `revision`; returns {label: (old, new)}; {} when nothing differs.

    Raises `Stale`, naming who changed what, when the entry is newer. Stage and evidence have their own acts.
    """
    register = entry.register
    _settable(register=register, names=set(values))
    with whole():
        fresh, at = _locked(register=register, pk=entry.pk, at=at)
        access.require(register=register, by=by, verb="register.write", entry=fresh)
        if fresh.revision != revision:
            raise Stale(since(entry=fresh, revision=revision))
        diff: dict[str, tuple[str, str]] = {}
        logged: dict[str, tuple[str, str]] = {}
        touched: set[str] = set()
        for name, new in values.items():
            field = register.field(name)
            old = getattr(fresh, name)
            if not same(old, new):
                label = str(field.verbose_name)
                diff[label] = (shown(old, field), shown(new, field))
                masked = name in register.masked
                logged[label] = (hidden(diff[label][0]), hidden(diff[label][1])) if masked else diff[label]
                setattr(fresh, name, new)
                touched.add(name)
        if not diff:
            return {}
        access.require(register=register, by=by, verb="register.write", entry=fresh)
        access.require_nameable(register=register, values={name: values[name] for name in touched}, by=by)
        check(entry=fresh, register=register)
        if touched & {register.or_key, *register.key}:
            recognising.require_unnamed(register=register, values=fresh.__dict__, by=by, pk=fresh.pk)
        fresh.revision += 1
        _save(entry=fresh, register=register, by=by, at=at, reason=reason)
        acts.record(verb="entry.changed", thing=fresh, by=by, at=at, note=reason, changes=logged)
    entry.refresh_from_db()
    return diff


def move(
    *, entry: Entry, stage: str, happened_on: date, by: Officer, at: datetime, today: date, note: str = ""
) -> StageMove:
    """Move an entry to a stage (key or label) that it reached on `happened_on`.

    The entry's current stage is the latest by day: a move entered late for an earlier day leaves it as it is.
    """
    register = entry.register
    field = register.stage_field
    target = register.stage(stage)
    if field is None or target is None:
        labels = "、".join(s.label for s in register.stages) or "无"
        raise Refusal("entry.stage_unknown", f"“{register.label}”没有“{stage}”这一阶段", f"可选阶段:{labels}")
    with whole():
        fresh, at = _locked(register=register, pk=entry.pk, at=at)
        access.require(register=register, by=by, verb="register.write", entry=fresh)
        if moves_of(fresh).filter(withdrawn_at=None, stage=target.key, happened_on=happened_on).exists():
            cause = f"{happened_on} 进入“{target.label}”已经登记过"
            raise Refusal("entry.move_twice", cause, "无需重复登记;日期有误的请先撤回再登记")
        old = getattr(fresh, field.name)
        moved = _record_move(
            register=register, entry=fresh, stage=target.key, on=happened_on, by=by, at=at, today=today, note=note
        )
        _settle_stage(entry=fresh, register=register, by=by, at=at, note=note)
        acts.record(
            verb="entry.moved",
            thing=fresh,
            by=by,
            at=at,
            note=note,
            changes={str(field.verbose_name): (shown(old, field), f"{target.label}({happened_on})")},
        )
    entry.refresh_from_db()
    return moved


def withdraw_move(*, moved: StageMove, by: Officer, at: datetime, reason: str) -> None:
    """Take a wrong stage move back; what was known before stays on record."""
    if not reason.strip():
        raise Refusal("entry.reason_required", "撤回阶段需要说明原因", "请填写撤回原因")
    register = REGISTERS[moved.register]
    with whole():
        entry, at = _locked(register=register, pk=moved.entry_id, at=at)
        access.require(register=register, by=by, verb="register.write", entry=entry)
        fresh = StageMove.objects.select_for_update().get(pk=moved.pk)
        if fresh.withdrawn_at is not None:
            raise Refusal("entry.move_withdrawn", "该阶段变动已经撤回", "无需再次操作")
        fresh.withdrawn_at, fresh.withdrawn_by = at, by
        fresh.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _settle_stage(entry=entry, register=register, by=by, at=at, note=reason)
        stage = register.stage(fresh.stage)
        label = stage.label if stage else fresh.stage
        note = f"{label}({fresh.happened_on}):{reason.strip()}"
        acts.record(verb="entry.move_withdrawn", thing=entry, by=by, at=at, note=note)
    moved.refresh_from_db()


def revert(*, entry: Entry, revision: int, by: Officer, at: datetime, reason: str) -> dict[str, tuple[str, str]]:
    """Give an entry the values that it had at an older revision; returns {label: (old, new)}; {} when nothing differs.

    Stage and evidence stay as they are. Raises `Stale` when the entry is newer than the one given.
    """
    register = entry.register
    history: Any = type(entry).history.model._default_manager
    access.require(register=register, by=by, verb="register.write", entry=entry)
    old = history.filter(id=entry.pk, revision=revision).order_by("history_id").last()
    if old is None or revision >= entry.revision:
        raise Refusal("entry.revision", f"这条记录没有可以恢复的第{revision}版", "请从变更记录中重新选择")
    values: dict[str, Any] = {}
    for field in register.fields:
        if isinstance(field, models.ForeignKey):
            pk = getattr(old, field.attname)
            target = field.related_model._default_manager.filter(pk=pk).first() if pk is not None else None
            if pk is not None and target is None:
                cause = f"第{revision}版的“{field.verbose_name}”所指的记录已被删除"
                raise Refusal("entry.lost_relation", cause, "请改用修改,逐项填写要恢复的内容")
            values[field.name] = target
        else:
            values[field.name] = getattr(old, field.name)
    note = reason.strip() or f"恢复到第{revision}版"
    return change(entry=entry, values=values, revision=entry.revision, by=by, at=at, reason=note)


def remove(*, entry: Entry, by: Officer, at: datetime, reason: str) -> None:
    """Take an entry out of the register; its history, evidence and stage moves stay on record.

    Refused without a reason, when the entry is newer than the one given, and while other rows point at it.
    """
    register = entry.register
    if not reason.strip():
        raise Refusal("entry.reason_required", "删除记录需要说明原因", "请填写删除原因")
    with whole():
        fresh, at = _locked(register=register, pk=entry.pk, at=at)
        access.require(register=register, by=by, verb="register.write", entry=fresh)
        if fresh.revision != entry.revision:
            raise Stale(since(entry=fresh, revision=entry.revision))
        pointing = list(pointing_at(model=register.model, ids=[fresh.pk]))
        if pointing:
            counted = Counter(str(model._meta.verbose_name) for model, _, _ in pointing)
            what = "、".join(f"{label} {n} 行" for label, n in counted.most_common())
            raise Refusal("entry.pointed_at", f"还有其他记录引用“{fresh}”:{what}", "请先更正或删除这些记录,再删除本条")
        what = f"第{fresh.pk}号" if register.sensitive else str(fresh)
        acts.record(verb="entry.removed", thing=fresh, by=by, at=at, note=f"{what}:{reason.strip()}")
        delete(fresh, by=by, at=at, reason=reason.strip())


def comment(*, entry: Entry, text: str, by: Officer, at: datetime) -> Act:
    """Append a remark on an entry to the log for good; a leader's counts as an instruction (批示)."""
    access.require_role(register=entry.register, by=by, verb="entry.comment", entry=entry)
    words = text.strip()
    if not words:
        raise Refusal("discussion.empty", "没有填写内容", "请写下意见后再提交")
    if len(words) > 1000:
        raise Refusal("discussion.long", f"内容有 {len(words)} 字,超过 1000 字", "请精简,或作为佐证上传文件")
    if not policy.visible(by=by, rows=type(entry)._default_manager.filter(pk=entry.pk), scope=entry.register.scope):
        raise Refusal("entry.missing", "没有找到这条记录,或者它不属于您可以查看的范围", "请返回列表重新选择")
    verb = "entry.instructed" if by.role == Role.LEADER else "entry.commented"
    return acts.record(verb=verb, thing=entry, by=by, at=at, note=words)


def moves_of(entry: Entry) -> models.QuerySet[StageMove]:
    """The stage moves of one entry, withdrawn ones included, oldest first."""
    return (
        StageMove.objects.filter(register=entry.register.name, entry_id=entry.pk)
        .select_related("recorded_by", "withdrawn_by")
        .order_by("happened_on", "id")
    )


def _locked(*, register: Register, pk: int | None, at: datetime) -> tuple[Any, datetime]:
    """The row, and the moment of an act on it: `at`, or just after the last thing recorded of it, where the clock went
    back or somebody who came later was quicker. So nothing on record of a row, moves included, is out of order."""
    found = register.model._default_manager.select_for_update().filter(pk=pk).first()
    if found is None:
        raise Refusal("entry.missing", f"“{register.label}”里没有编号为 {pk} 的记录", "请返回列表重新选择")
    history: Any = register.model.history.model._default_manager
    recorded = [history.filter(id=pk).order_by("-history_id").values_list("history_date", flat=True).first()]
    if register.stage_field is not None:
        moves = StageMove.objects.filter(register=register.name, entry_id=pk)
        recorded += moves.aggregate(entered=Max("recorded_at"), withdrawn=Max("withdrawn_at")).values()
    last = max((one for one in recorded if one is not None), default=None)
    return found, at if last is None or at > last else last + timedelta(microseconds=1)


def _settable(*, register: Register, names: Set[str | None]) -> None:
    """Only what a person fills in is set here; stages move with a date, evidence is uploaded and verified."""
    wrong = names - {f.name for f in register.fields}
    if wrong:
        raise Refusal(
            "entry.not_settable",
            f"“{'、'.join(sorted(map(str, wrong)))}”不能直接改写",
            "阶段请用“推进阶段”并填写发生日期,佐证请上传文件后由督查室核实",
        )


def _settle_stage(*, entry: Entry, register: Register, by: Officer, at: datetime, note: str) -> None:
    """The current stage is that of the latest standing move by day; later-entered of the same day wins."""
    field = register.stage_field
    if field is None or field.steps is None:
        return
    last = moves_of(entry).filter(withdrawn_at=None).last()
    key = last.stage if last else field.steps.first().key
    if getattr(entry, field.name) != key:
        setattr(entry, field.name, key)
        entry.revision += 1
        _save(entry=entry, register=register, by=by, at=at, reason=note)


def _record_move(
    *,
    register: Register,
    entry: Entry,
    stage: str,
    on: date,
    by: Officer | None,
    at: datetime,
    today: date,
    note: str = "",
) -> StageMove:
    if on > today:
        raise Refusal(
            "entry.future", f"发生日期 {on} 晚于今天 {today}", "请填写已经发生的日期;计划日期请写在计划字段里"
        )
    return StageMove.objects.create(
        register=register.name,
        entry_id=entry.pk,
        stage=stage,
        happened_on=on,
        recorded_at=at,
        recorded_by=by,
        note=note[:300],
    )


def check(*, entry: Entry, register: Register) -> None:
    """Refuse a row whose fields, one by one or together, are not as the register wants them."""
    try:
        entry.full_clean(exclude=["recorded_at"], validate_constraints=False)
    except ValidationError as error:
        parts = []
        for name, faults in error.error_dict.items():
            field = register.field_named(name)
            said = ["此项必填" if one.code in ("null", "blank") else one.messages[0].rstrip("。") for one in faults]
            parts.append(f"{field.verbose_name if field else '内容'}:{';'.join(said)}")
        raise Refusal("entry.invalid", "。".join(parts), "请改正后重新保存") from error


def _save(*, entry: Entry, register: Register, by: Officer | None, at: datetime, reason: str = "") -> None:
    try:
        with transaction.atomic():
            write(entry, by=by, at=at, reason=reason)
    except IntegrityError as error:
        heads = "、".join(str(register.field(name).verbose_name) for name in register.key)
        raise Refusal(
            "entry.duplicate", f"{heads}相同的记录已经存在于“{register.label}”", "请打开已有记录修改,不要重复登记"
        ) from error
