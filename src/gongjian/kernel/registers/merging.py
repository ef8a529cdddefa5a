"""合并: two rows that are one become one, field by field as the officer chooses, with everything that points at them.

The whole is one batch: its page tells what changed in which register, and undoing it brings both rows back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from gongjian.kernel.errors import Refusal, Stale
from gongjian.kernel.people import acts
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, actions, carrying, entry, extra, sets
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.duplicates import FORMER
from gongjian.kernel.registers.history import since
from gongjian.kernel.registers.masking import hidden
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.references import References, references, require_free
from gongjian.kernel.registers.sets import Stamp
from gongjian.kernel.registers.stored import among, ids_in
from gongjian.kernel.registers.values import same, shown

_HOW = {"+": "恢复", "~": "修改", "-": "删除或并入其他记录"}


class Side(Enum):
    """Whose value a field of the merged row gets."""

    KEEP = "keep"
    DROP = "drop"


def merge(
    *,
    keep: Any,
    drop: Any,
    values: Mapping[str, Any],
    revisions: tuple[int, int],
    by: Officer,
    at: datetime,
    reason: str,
    purpose: Purpose | None = None,
) -> Batch:
    """Merge `drop` into `keep`, both as they were at `revisions` (of keep, of drop); returns the batch (kind MERGE).

    `values` maps a field to a Side, or to the value that it is to have (as `actions.change` takes it); fields not named
    keep the kept row's. Under the stage field a Side says whose day counts where both reached a stage. Unless
    `values` says otherwise, `former_names` gathers the former names of both and the name that was not chosen.

    Refused, with nothing changed: without a reason; for rows that `by` may not write; when somebody changed or removed
    one meanwhile (`Stale`, who and what); what does not fit a field; and what `require_free` refuses.
    """
    register: Register = keep.register
    words = reason.strip()
    if type(keep) is not type(drop) or keep.pk == drop.pk:
        raise Refusal("merge.two", "合并需要同一台账的两条不同记录", "请从查重页重新选择")
    if not words:
        raise Refusal("merge.reason", "合并需要说明理由", "请填写合并理由")
    access.require(register=register, by=by, verb="register.read", purpose=purpose)
    try:
        with transaction.atomic(), entry.writing():
            kept, dropped = _fresh(register, (keep.pk, drop.pk), revisions, by)
            found = references(keep=kept, drop=dropped, locks=True)
            require_free(found=found, by=by)
            batch = Batch.objects.create(
                register=register.name,
                kind=Batch.Kind.MERGE,
                state=Batch.State.WRITING,
                by=by,
                at=at,
                reason=words[:200],
            )
            stamp = Stamp(by=by, at=at, reason=words[:100], batch=batch)
            batch.details["title"] = f"{_named(dropped)}并入{_named(kept)}"
            changes = _changes(kept, dropped, values)
            diff = _apply(kept, changes)
            access.require(register=register, by=by, verb="register.write", entry=kept)
            actions.check(entry=kept, register=register)
            for one in found:
                _move(one, kept, dropped, stamp)
            n = carrying.carry_proofs(register=register, keep=kept.pk, drop=dropped.pk, batch=batch)
            _join_stage(kept, dropped, values, stamp)
            sets.remember(model=register.model, ids=[dropped.pk], kind="-", stamp=stamp)
            _delete(register, [dropped.pk])
            _write(kept, changes)
            sets.remember(model=register.model, ids=[kept.pk], kind="~", stamp=stamp)
            _close(batch, kept, dropped, found, proofs=n)
            acts.record(verb="entry.merged", thing=kept, by=by, at=at, note=f"并入“{dropped}”:{words}", changes=diff)
    except IntegrityError as error:
        heads = "、".join(str(register.field(name).verbose_name) for name in register.key)
        cause = f"合并后的{heads}与“{register.label}”里另一条记录相同"
        raise Refusal("entry.duplicate", cause, "请改选或改填,或先合并那一条") from error
    keep.refresh_from_db()
    return batch


def gathered(*, keep: Any, drop: Any, name: str) -> str:
    """The former names of a row of two that is called `name`: those of both, and what either was called, one a line."""
    lines = [*getattr(keep, FORMER).splitlines(), *getattr(drop, FORMER).splitlines(), keep.name, drop.name]
    return "\n".join(dict.fromkeys(line.strip() for line in lines if line.strip() and line.strip() != name.strip()))


def has_former(register: Register) -> bool:
    """Whether the register keeps former names."""
    return {"name", FORMER} <= {f.name for f in register.fields}


def _fresh(register: Register, pks: tuple[int, int], revisions: tuple[int, int], by: Officer) -> list[Any]:
    """The two rows as they are, locked; refused when one is gone, newer, or not to be written by `by`."""
    locked = register.model._default_manager.select_for_update().filter(pk__in=pks).order_by("pk")
    rows = {row.pk: row for row in locked}
    for pk, revision in zip(pks, revisions, strict=True):
        row = rows.get(pk)
        if row is None:
            raise Stale(_gone(register, pk), "请返回查重页重新选择,没有合并任何内容")
        access.require(register=register, by=by, verb="register.merge", entry=row)
        access.require(register=register, by=by, verb="register.write", entry=row)
        if row.revision != revision:
            told = since(entry=row, revision=revision).replace("这条记录", f"“{row}”", 1)
            raise Stale(told, "请核对最新内容后重新确认,没有合并任何内容")
    return [rows[pk] for pk in pks]


def _gone(register: Register, pk: int) -> str:
    history: Any = register.model.history.model._default_manager
    last = history.filter(id=pk).select_related("history_user").order_by("history_id").last()
    if last is None:
        return f"“{register.label}”里没有编号为 {pk} 的记录"
    when = timezone.localtime(last.history_date)
    return f"“{last.instance}”已由{last.history_user or '其他人'}于 {when:%m-%d %H:%M} {_HOW[last.history_type]}"


def _changes(kept: Any, dropped: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the kept row is to get, by field name."""
    register: Register = kept.register
    fields = {f.name: f for f in register.fields}
    stage = register.stage_field.name if register.stage_field is not None else ""
    if wrong := sorted(set(values) - fields.keys() - {stage}):
        raise Refusal("entry.not_settable", f"“{'、'.join(wrong)}”不能在合并时选择", "请刷新页面后重新选择")
    found = {}
    for name, choice in values.items():
        if name != stage and choice is not Side.KEEP:
            found[name] = getattr(dropped, name) if choice is Side.DROP else choice
    if has_former(register) and isinstance(values.get(FORMER, Side.KEEP), Side):
        found[FORMER] = gathered(keep=kept, drop=dropped, name=found.get("name", kept.name))
    for name, value in found.items():
        if type(value) is type(kept) and value.pk in (kept.pk, dropped.pk):
            label = fields[name].verbose_name
            raise Refusal("merge.itself", f"合并后“{label}”会指向这条记录自己", "请改选或改填这一项")
    return {name: value for name, value in found.items() if not same(getattr(kept, name), value)}


def _apply(kept: Any, changes: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Set the values; returns what the log tells of it: {label: (old, new)}."""
    told = {}
    for name, value in changes.items():
        f = kept.register.field(name)
        pair = shown(getattr(kept, name), f), shown(value, f)
        masked = name in kept.register.masked
        told[str(f.verbose_name)] = (hidden(pair[0]), hidden(pair[1])) if masked else pair
        setattr(kept, name, value)
    return told


def _move(one: References, kept: Any, dropped: Any, stamp: Stamp) -> None:
    """Let the rows of one register point at the kept row; what is there twice goes."""
    model: Any = one.register.model
    ids = [row.pk for row in one.moved]
    if ids:
        rows = model._default_manager.filter(pk__in=among(ids))
        rows.update(revision=F("revision") + 1)
        for f in one.fields:
            rows.filter(**{f.attname: dropped.pk}).update(**{f.attname: kept.pk})
        sets.remember(model=model, ids=ids, kind="~", stamp=stamp)
    gone = [row.pk for row in one.equal]
    if gone:
        moves = [move for pk in gone for move in carrying.standing(register=one.register, pk=pk)]
        carrying.withdraw(moves=moves, stamp=stamp)
        sets.remember(model=model, ids=gone, kind="-", stamp=stamp)
        _delete(one.register, gone)


def _join_stage(kept: Any, dropped: Any, values: Mapping[str, Any], stamp: Stamp) -> None:
    """Set the kept row's stage and the states of its evidence as they are with the dropped row's."""
    register: Register = kept.register
    for f in register.evidence:
        setattr(kept, f.name, carrying.best(states=(getattr(kept, f.name), getattr(dropped, f.name))))
    if register.stage_field is not None:
        name = register.stage_field.name
        prefers = values.get(name) is Side.DROP
        stage = carrying.carry_moves(
            register=register, keep=kept.pk, drop=dropped.pk, prefers_theirs=prefers, stamp=stamp
        )
        if stage is not None:
            setattr(kept, name, stage)


def _write(kept: Any, changes: Mapping[str, Any]) -> None:
    """Store the merged row; its row of history is the batch's."""
    register: Register = kept.register
    names = {"extra" if extra.is_extra(register.field(name)) else name for name in changes}
    names |= {f.name for f in register.evidence}
    names |= {register.stage_field.name} if register.stage_field is not None else set()
    rows = register.model._default_manager.filter(pk=kept.pk)
    rows.update(revision=F("revision") + 1, **{name: getattr(kept, name) for name in names})


def _delete(register: Register, ids: list[int]) -> None:
    """Take rows out; their last row of history has been written, which the ORM's deletion would write again."""
    q = connection.ops.quote_name
    condition, params = ids_in(q("id"), ids)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {q(register.model._meta.db_table)} WHERE {condition}", params)


def _named(row: Any) -> str:
    """How the batch names a row; a person by the number alone."""
    return f"第{row.pk}号" if row.register.sensitive else f"第{row.pk}号“{row}”"


def _close(batch: Batch, kept: Any, dropped: Any, found: list[References], *, proofs: int) -> None:
    """What the batch says of itself."""
    batch.details |= {
        "keep": kept.pk,
        "drop": dropped.pk,
        "moved": {one.register.label: len(one.moved) for one in found if one.moved},
        "removed": {one.register.label: len(one.equal) for one in found if one.equal},
        "files": proofs,
    }
    batch.changed = 2 + sum(len(one.moved) + len(one.equal) for one in found)
    batch.state, batch.finished_at = Batch.State.DONE, batch.at
    batch.save()
