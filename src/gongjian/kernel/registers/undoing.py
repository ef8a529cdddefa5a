"""Undoing a batch as a whole: its new rows go, its changed rows become what they were, its stage moves are taken back.

The undoing is a batch itself, with history of its own, so that it can be undone too. Rows that somebody changed since,
or that other rows point at by now, stand in its way; they can be left as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers import access, entry, sets
from gongjian.kernel.registers.carrying import carry_back
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.registers.obstacles import Obstacles
from gongjian.kernel.registers.sets import Stamp
from gongjian.kernel.registers.stored import among, ids_in
from gongjian.kernel.registers.whole import whole
from gongjian.kernel.registers.writer import load_moves
from gongjian.kernel.registers.written import FREE, Written


def undo(
    *,
    batch: Batch,
    by: Officer,
    at: datetime,
    reason: str,
    skip_changed: bool = False,
    made: Batch | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Batch:
    """Take a written batch back; returns the batch of the undoing (kind UNDO, `details`: undoes, removed, skipped).

    Refused, with nothing changed, while some of its rows were changed later or are pointed at by other rows, unless
    `skip_changed` leaves those as they are; a unit officer undoes only what lies in the own unit's subtree. An undoing
    can be undone: removed rows come back under their old numbers.

    `made` is a batch of the undoing that `begun` gave, which stays when this raises; `progress` is told how many rows
    of how many are done. All is one transaction; of each row only a few numbers are held.
    """
    register = REGISTERS[batch.register]
    is_own = made is None
    made = made or begun(batch=batch, by=by, at=at, reason=reason)
    access.require(register=register, by=by, verb="register.undo")
    try:
        with whole(), entry.writing():
            fresh = Batch.objects.select_for_update().get(pk=batch.pk)
            if fresh.state != Batch.State.DONE:
                state = Batch.State(fresh.state).label
                raise Refusal("batch.state", f"第{batch.pk}号批次现在是“{state}”,不能撤销", "请刷新页面查看最新状态")
            undoing = _Undoing(batch=fresh, made=made, by=by, at=at, skips=skip_changed, progress=progress)
            try:
                undoing.run()
            except IntegrityError as error:
                cause = "恢复原值后,有的记录会与现在的另一条记录重复"
                raise Refusal("batch.duplicate", cause, "请先改正重复的记录,再撤销这一批") from error
            fresh.state, fresh.undone_at, fresh.undone_by = Batch.State.UNDONE, at, by
            fresh.save(update_fields=["state", "undone_at", "undone_by"])
            note = f"{register.label}:第{batch.pk}号批次,{made.reason}"
            acts.record(verb="register.batch_undone", thing=batch, by=by, at=at, note=note)
    except BaseException:
        made.state = Batch.State.WRITING
        if is_own:
            made.delete()
        raise
    batch.refresh_from_db()
    return made


def begun(*, batch: Batch, by: Officer, at: datetime, reason: str) -> Batch:
    """The batch of an undoing that is about to begin, saved as `writing`; nothing is taken back yet.

    Refused without a reason, and for a batch that is not (any more) a written one.
    """
    access.require(register=REGISTERS[batch.register], by=by, verb="register.undo")
    if not reason.strip():
        raise Refusal("batch.reason", "撤销批次需要说明原因", "请填写撤销原因")
    made = Batch(register=batch.register, kind=Batch.Kind.UNDO, state=Batch.State.WRITING, by=by, at=at)
    made.reason, made.details = reason.strip()[:200], {"undoes": batch.pk}
    made.save()
    return made


class _Undoing:
    def __init__(
        self,
        *,
        batch: Batch,
        made: Batch,
        by: Officer,
        at: datetime,
        skips: bool,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self.batch, self.made, self.by, self.skips = batch, made, by, skips
        self.say = progress or (lambda done, total: None)
        self.stamp = Stamp(by=by, at=at, reason=made.reason[:100], batch=made)
        self.total, self.done = 3 * (batch.created + batch.changed), 0
        self.say(0, self.total)
        found = (
            Written(register=one, batch=batch)
            for one in sorted(REGISTERS.values(), key=lambda r: r.name != batch.register)
        )
        self.parts = [part for part in found if len(part)]
        self.total = max(1, 3 * sum(map(len, self.parts)))

    def run(self) -> None:
        obstacles = Obstacles(batch=self.batch, parts=self.parts, tell=self._tell)
        obstacles.find()
        if not self.skips and any(any(part.why) for part in self.parts):
            raise obstacles.refusal()
        if not any(FREE in part.why for part in self.parts):
            raise Refusal("batch.nothing", "这一批的记录都已不能撤销,没有改动任何内容", "请逐条核对后手工更正")
        self._require_rights()
        self.done = 2 * self.total // 3
        removed = restored = returned = 0
        for part in self.parts:
            for ids in part.which(is_there=True, was_there=False):
                removed += self._remove(part, ids)
            for ids in part.which(is_there=True, was_there=True):
                restored += self._restore(part, ids)
            for ids in part.which(is_there=False, was_there=True):
                returned += self._return(part, ids)
            for ids in part.free():
                self._move_back(part, ids)
        made = self.made
        carry_back(batch=self.batch, made=made, since=self.batch.finished_at)
        made.created, made.changed = returned, restored + removed
        made.details |= {"removed": removed, "skipped": sum(len(part) - part.why.count(FREE) for part in self.parts)}
        made.state, made.finished_at = Batch.State.DONE, self.stamp.at
        made.save()
        self.say(self.total, self.total)

    def _tell(self, n: int) -> None:
        self.done = min(self.total, self.done + n)
        self.say(self.done, self.total)

    def _require_rights(self) -> None:
        """A unit officer takes back only rows that are, and become again, those of the own units."""
        if self.by.role != Role.UNIT_OFFICER:
            return
        mine = policy.subtree(self.by.unit)
        for part in self.parts:
            for ids in part.free():
                if not self._units(part, ids) <= mine:
                    raise Forbidden(
                        f"第{self.batch.pk}号批次里有不属于“{self.by.unit or '未分配单位'}”的记录,您不能撤销整批"
                    )

    def _units(self, part: Written, ids: list[int]) -> set[int | None]:
        model: Any = part.register.model
        now = model._default_manager.filter(pk__in=among(ids))
        old = model.history.model._default_manager.filter(history_id__in=among(part.lines_before(ids)))
        return {unit for rows in (now, old) for unit in rows.order_by().values_list("unit_id", flat=True).distinct()}

    # taking back

    def _remove(self, part: Written, ids: list[int]) -> int:
        sets.remember(model=part.register.model, ids=ids, kind="-", stamp=self.stamp)
        self._execute(f"DELETE FROM {_table(part)} WHERE", "id", ids)
        return self._taken(ids)

    def _restore(self, part: Written, ids: list[int]) -> int:
        q = connection.ops.quote_name
        columns = [f.column for f in part.register.model._meta.concrete_fields if f.name not in ("id", "revision")]
        values = ", ".join(f"{q(column)} = p.{q(column)}" for column in columns)
        sql = (
            f"UPDATE {_table(part)} AS t SET revision = t.revision + 1, {values}"
            f" FROM {_history_table(part)} p WHERE p.id = t.id AND"
        )
        self._execute(sql, "p.history_id", part.lines_before(ids))
        sets.remember(model=part.register.model, ids=ids, kind="~", stamp=self.stamp)
        return self._taken(ids)

    def _return(self, part: Written, ids: list[int]) -> int:
        """Bring removed rows back as they were before the batch, newer than when they went."""
        q = connection.ops.quote_name
        columns = [f.column for f in part.register.model._meta.concrete_fields if f.name != "revision"]
        newest = f"(SELECT MAX(h.revision) + 1 FROM {_history_table(part)} h WHERE h.id = p.id)"
        sql = (
            f"INSERT INTO {_table(part)} (revision, {', '.join(map(q, columns))})"
            f" SELECT {newest}, {', '.join(f'p.{q(column)}' for column in columns)}"
            f" FROM {_history_table(part)} p WHERE"
        )
        self._execute(sql, "p.history_id", part.lines_before(ids))
        sets.remember(model=part.register.model, ids=ids, kind="+", stamp=self.stamp)
        return self._taken(ids)

    def _taken(self, ids: list[int]) -> int:
        self._tell(len(ids))
        return len(ids)

    def _move_back(self, part: Written, ids: list[int]) -> None:
        """Withdraw the batch's stage moves; set those anew that it had withdrawn."""
        if part.register.stage_field is None:
            return
        moves = StageMove.objects.filter(register=part.register.name, entry_id__in=among(ids))
        again = moves.filter(withdrawn_in=self.batch).order_by("id")
        kept = list(again.values_list("register", "entry_id", "stage", "happened_on", "note"))
        moves.filter(batch=self.batch, withdrawn_at=None).update(
            withdrawn_at=self.stamp.at, withdrawn_by=self.by, withdrawn_in=self.made
        )
        load_moves(moves=[move[:4] for move in kept], stamp=self.stamp, notes=[move[4] for move in kept])

    def _execute(self, sql: str, column: str, ids: list[int]) -> None:
        condition, params = ids_in(column, ids)
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} {condition}", params)


def _table(part: Written) -> str:
    return str(connection.ops.quote_name(part.register.model._meta.db_table))


def _history_table(part: Written) -> str:
    return str(connection.ops.quote_name(part.register.model.history.model._meta.db_table))
