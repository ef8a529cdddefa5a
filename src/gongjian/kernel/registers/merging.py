"""合并: two rows that are one become one, field by field as the officer chooses, with everything that points at them.

The whole is one batch: its page tells what changed in which register, and undoing it brings both rows back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import models
from django.utils import timezone

from gongjian.kernel.errors import Refusal, Stale
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, departed, entry, joining
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.carrying import Way
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.duplicates import FORMER, named
from gongjian.kernel.registers.history import since
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.references import Key, Pair, Plan, planned, require_own
from gongjian.kernel.registers.sets import Stamp
from gongjian.kernel.registers.values import same
from gongjian.kernel.registers.whole import whole

_HOW = {"+": "恢复", "~": "修改", "-": "删除或并入其他记录"}


class Side(Enum):
    """Whose value a field of the merged row gets."""

    KEEP = "keep"
    DROP = "drop"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What becomes of two rows that clash: the one wholly, the other wholly, or both joined field by field.

    Joined, a field not in `values` gets what `fuller` says. `revisions` (of keep, of drop) are those that were looked
    at; None where nobody did.
    """

    way: Way = Way.BOTH
    values: Mapping[str, Side] = field(default_factory=dict)
    revisions: tuple[int, int] | None = None


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
    clashes: Mapping[Key, Decision] | None = None,
) -> Batch:
    """Merge `drop` into `keep`, both as they were at `revisions` (of keep, of drop); returns the batch (kind MERGE).

    `values` maps a field to a Side, or to the value that it is to have (as `actions.change` takes it); fields not named
    keep the kept row's. Under the stage field a Side says whose day counts where both reached a stage. Unless
    `values` says otherwise, `former_names` gathers the former names of both and the name that was not chosen.

    Rows that point at the two and can then not stand beside each other become one as well, as `clashes` says of each;
    without `clashes` all are joined field by field. Evidence moves to the kept rows, and what was said on the dropped
    ones is read there (`merged.said`).

    Refused, with nothing changed: without a reason; for rows that `by` may not write; when somebody changed or removed
    one meanwhile, or brought in a clash that `clashes` does not name (`Stale`, who and what); what does not fit a field.
    """
    register: Register = keep.register
    words = reason.strip()
    if type(keep) is not type(drop) or keep.pk == drop.pk:
        raise Refusal("merge.two", "合并需要同一台账的两条不同记录", "请从查重页重新选择")
    if not words:
        raise Refusal("merge.reason", "合并需要说明理由", "请填写合并理由")
    access.require(register=register, by=by, verb="register.read", purpose=purpose)
    access.require_nameable(register=register, values=values, by=by)
    with whole(), entry.writing():
        kept, dropped = _fresh(register, (keep.pk, drop.pk), revisions, by)
        plan = planned(keep=kept, drop=dropped, locks=True)
        require_own(plan=plan, by=by)
        decided = _decided(plan, values, clashes)
        batch = Batch.objects.create(
            register=register.name,
            kind=Batch.Kind.MERGE,
            state=Batch.State.WRITING,
            by=by,
            at=at,
            reason=words[:200],
            details={"title": f"{named(dropped)}并入{named(kept)}"},
        )
        stamp = Stamp(by=by, at=at, reason=words[:100], batch=batch)
        written = joining.join(plan=plan, decided=decided, stamp=stamp, words=words)
        _close(batch, plan, written)
    keep.refresh_from_db()
    return batch


def fuller(*, pair: Pair) -> dict[str, Side]:
    """Whose value each differing field gets by default: of the row that says more, blanks from the other one."""
    fields = pair.register.fields
    said = [sum(getattr(row, f.attname) not in (None, "") for f in fields) for row in (pair.keep, pair.drop)]
    first, second = (Side.DROP, Side.KEEP) if said[1] > said[0] else (Side.KEEP, Side.DROP)
    row = pair.keep if first is Side.KEEP else pair.drop
    blank = {f.name for f in fields if getattr(row, f.attname) in (None, "")}
    return {name: second if name in blank else first for name in pair.differing}


def sooner(*, pair: Pair) -> Side:
    """Whose day counts by default where both reached a stage: of the row whose way began first."""
    starts = [way[0].happened_on if way else None for way in pair.ways]
    return Side.DROP if starts[1] is not None and (starts[0] is None or starts[1] < starts[0]) else Side.KEEP


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
    return f"“{departed.label(last.instance)}”已由{last.history_user or '其他人'}于 {when:%m-%d %H:%M} {_HOW[last.history_type]}"


def _decided(
    plan: Plan, values: Mapping[str, Any], clashes: Mapping[Key, Decision] | None
) -> dict[Key, joining.Decided]:
    """How each pair is joined; refused where rows were changed, or began to clash, after they were looked at."""
    root, *others = plan.pairs
    found = {root.key: joining.Decided(changes=_changes(plan, root, values), prefers_theirs=_prefers(root, values))}
    for pair in others:
        decision = Decision() if clashes is None or not pair.asks else clashes.get(pair.key)
        if decision is None:
            cause = f"您打开之后,“{pair.register.label}”里又有两条记录不能并存"
            raise Stale(cause, "请核对最新内容后重新确认,没有合并任何内容")
        for row, revision in zip((pair.keep, pair.drop), decision.revisions or (), strict=False):
            if row.revision != revision:
                told = since(entry=row, revision=revision).replace("这条记录", f"“{row}”", 1)
                raise Stale(told, "请核对最新内容后重新确认,没有合并任何内容")
        sides = dict.fromkeys(pair.differing, Side(decision.way.value)) if decision.way is not Way.BOTH else None
        stage = pair.register.stage_field
        if sides is None:
            sides = {**fuller(pair=pair), **decision.values}
        prefers = sooner(pair=pair) if stage is None else sides.pop(stage.name, sooner(pair=pair))
        found[pair.key] = joining.Decided(
            changes=_changes(plan, pair, sides), way=decision.way, prefers_theirs=prefers is Side.DROP
        )
    return found


def _prefers(pair: Pair, values: Mapping[str, Any]) -> bool:
    stage = pair.register.stage_field
    return stage is not None and values.get(stage.name) is Side.DROP


def _changes(plan: Plan, pair: Pair, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the kept row is to get, by field name."""
    register, kept, dropped = pair.register, pair.keep, pair.drop
    fields = {f.name: f for f in register.fields}
    stage = register.stage_field.name if register.stage_field is not None else ""
    if wrong := sorted(set(values) - fields.keys() - {stage}):
        raise Refusal("entry.not_settable", f"“{'、'.join(wrong)}”不能在合并时选择", "请刷新页面后重新选择")
    found = {}
    for name, choice in values.items():
        if name != stage and choice is not Side.KEEP:
            found[name] = getattr(dropped, name) if choice is Side.DROP else choice
    if pair.above is None and has_former(register) and isinstance(values.get(FORMER, Side.KEEP), Side):
        found[FORMER] = gathered(keep=kept, drop=dropped, name=found.get("name", kept.name))
    for name, value in found.items():
        if isinstance(value, models.Model):
            if type(value) is type(kept) and value.pk in (kept.pk, dropped.pk):
                label = fields[name].verbose_name
                raise Refusal("merge.itself", f"合并后“{label}”会指向这条记录自己", "请改选或改填这一项")
            found[name] = plan.into.get((type(value), value.pk), value)
    return {name: value for name, value in found.items() if not same(getattr(kept, name), value)}


def _close(batch: Batch, plan: Plan, written: joining.Written) -> None:
    """What the batch says of itself; `pairs` are all rows that became one: [register, kept, dropped]."""
    removed = Counter(pair.register.label for pair in plan.pairs[1:])
    batch.details |= {
        "keep": plan.pairs[0].keep.pk,
        "drop": plan.pairs[0].drop.pk,
        "pairs": [list(pair.key) for pair in plan.pairs],
        "moved": {rows[0].register.label: len(rows) for rows in plan.moved.values()},
        "removed": dict(removed),
        "files": written.files,
    }
    batch.changed = written.rows
    batch.state, batch.finished_at = Batch.State.DONE, batch.at
    batch.save()
