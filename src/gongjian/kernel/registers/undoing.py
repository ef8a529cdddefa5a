"""Undoing a batch as a whole: its new rows go, its changed rows become what they were, its stage moves are taken back.

The undoing is a batch itself, with history of its own, so that it can be undone too. Rows that somebody changed since,
or that other rows point at by now, stand in its way; they can be left as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers import access, departed, entry, sets
from gongjian.kernel.registers.carrying import carry_back
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.registers.pointing import pointers, pointing_at
from gongjian.kernel.registers.sets import Stamp
from gongjian.kernel.registers.stored import among, ids_in
from gongjian.kernel.registers.writing import load_moves
from gongjian.kernel.registers.written import FREE, LATER, LOST, POINTED, Written

NAMED_MOST = 3
"""How many rows a refusal names."""
_HOW = {"+": "登记", "~": "修改", "-": "删除"}


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
        with transaction.atomic(), entry.writing():
            fresh = Batch.objects.select_for_update().get(pk=batch.pk)
            if fresh.state != Batch.State.DONE:
                state = Batch.State(fresh.state).label
                raise Refusal("batch.state", f"第{batch.pk}号批次现在是“{state}”,不能撤销", "请刷新页面查看最新状态")
            _Undoing(batch=fresh, made=made, by=by, at=at, skips=skip_changed, progress=progress).run()
            fresh.state, fresh.undone_at, fresh.undone_by = Batch.State.UNDONE, at, by
            fresh.save(update_fields=["state", "undone_at", "undone_by"])
            note = f"{register.label}:第{batch.pk}号批次,{made.reason}"
            acts.record(verb="register.batch_undone", thing=batch, by=by, at=at, note=note)
    except IntegrityError as error:
        if is_own:
            made.delete()
        cause = "恢复原值后,有的记录会与现在的另一条记录重复"
        raise Refusal("batch.duplicate", cause, "请先改正重复的记录,再撤销这一批") from error
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
        self.by_model: dict[Any, Written] = {part.register.model: part for part in self.parts}

    def run(self) -> None:
        for part in self.parts:
            self._block_moved_later(part)
        self._block_pointed()
        if not self.skips and any(any(part.why) for part in self.parts):
            raise self._in_the_way()
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

    # what stands in the way

    def _block_moved_later(self, part: Written) -> None:
        """Rows whose stage moves somebody added to, or took back, after the batch."""
        if part.register.stage_field is None or self.batch.finished_at is None:
            self._tell(len(part))
            return
        since, own = self.batch.finished_at, Q(batch=self.batch)
        added = ~own & Q(recorded_at__gt=since) | Q(batch=None, recorded_at__gt=since)
        withdrawn = (own & Q(withdrawn_at__isnull=False)) | (
            Q(withdrawn_at__gt=since) & (Q(withdrawn_in=None) | ~Q(withdrawn_in=self.batch))
        )
        for ids in part.free():
            moves = StageMove.objects.filter(register=part.register.name, entry_id__in=among(ids))
            for pk in moves.filter(added | withdrawn).values_list("entry_id", flat=True):
                part.block(pk, LATER)
            self._tell(len(ids))

    def _block_pointed(self) -> None:
        """Rows that rows outside of the batch point at, and rows whose old values point at rows that are gone."""
        free = -1
        while (now := sum(part.why.count(FREE) for part in self.parts)) != free:
            free = now
            for part in self.parts:
                model = part.register.model
                for ids in part.which(is_there=True, was_there=False):
                    left: dict[Any, list[tuple[int, int]]] = {}
                    for source, pk, target in pointing_at(model=model, ids=ids):
                        if source not in self.by_model or not self.by_model[source].is_going(pk):
                            left.setdefault(source, []).append((pk, target))
                    for source, pairs in left.items():
                        turned = self._turned(source, {pk for pk, _ in pairs}, model)
                        for pk, target in pairs:
                            if target in turned.get(pk, {target}):
                                part.block(target, POINTED)
                    self._tell(len(ids))
                relations = [f for f in model._meta.concrete_fields if f.is_relation]
                for ids in part.free():
                    lines = part.lines_before(ids)
                    for f in relations if lines else ():
                        self._block_lost(part, f, lines)
                    self._tell(len(lines))

    def _turned(self, source: Any, pks: set[int], model: Any) -> dict[int, set[int]]:
        """Of those rows of `source` that get back what they held: at which rows of `model` each points by then."""
        part = self.by_model.get(source)
        if part is None:
            return {}
        lines = part.lines_before([pk for pk in pks if part.is_restored(pk)])
        names = [f.attname for f in pointers(model) if f.model is source]
        rows = source.history.model._default_manager.filter(history_id__in=among(lines))
        return {pk: set(targets) for pk, *targets in rows.values_list("id", *names)}

    def _block_lost(self, part: Written, f: Any, lines: list[int]) -> None:
        """Rows whose value in a history line before the batch names a row that is not there any more."""
        history: Any = part.register.model.history.model._default_manager
        rows = history.filter(history_id__in=among(lines)).exclude(**{f.attname: None})
        named = dict(rows.values_list("id", f.attname))
        targets = set(named.values())
        there = set(f.related_model._default_manager.filter(pk__in=among(targets)).values_list("pk", flat=True))
        other = self.by_model.get(f.related_model)
        if other is not None:
            there = {pk for pk in there if not other.is_going(pk)} | {pk for pk in targets if other.is_coming(pk)}
        for pk, target in named.items():
            if target not in there:
                part.block(pk, LOST)

    def _in_the_way(self) -> Refusal:
        """How many rows cannot be taken back, and the first of them: who changed them when, what points at them."""
        parts = []
        for why, what in (
            (LATER, "行在此后又有变动"),
            (POINTED, "行已被其他记录引用"),
            (LOST, "行原来所指的记录已不存在"),
        ):
            n = sum(part.why.count(why) for part in self.parts)
            if n:
                some = ((part, pk) for part in self.parts for pk in part.blocked(why, most=NAMED_MOST))
                named = [self._told(part, pk, why) for part, pk in islice(some, NAMED_MOST)]
                more = "等" if n > NAMED_MOST else ""
                parts.append(f"{n:,} {what}({';'.join(named)}{more})")
        cause = f"这一批中有 {',另有 '.join(parts)},没有撤销任何内容"
        return Refusal("batch.changed_later", cause, "请核对这些记录;也可以选择跳过它们,只撤销其余的行")

    def _told(self, part: Written, pk: int, why: int) -> str:
        model: Any = part.register.model
        row = model._default_manager.filter(pk=pk).first()
        last = model.history.model._default_manager.filter(id=pk).order_by("history_id").last()
        label = departed.label(row if row is not None else last.instance)
        if why == POINTED:
            source, number, _ = next(pointing_at(model=model, ids=[pk]))
            return f"“{label}”被{source._meta.verbose_name}“{source._default_manager.get(pk=number)}”引用"
        if why == LOST:
            return f"“{label}”"
        if part.goes_on(pk):
            who, at, how = last.history_user, last.history_date, _HOW[last.history_type]
        else:
            moves = StageMove.objects.filter(register=part.register.name, entry_id=pk).order_by("id")
            move = max(moves, key=lambda m: m.withdrawn_at or m.recorded_at)
            is_back = move.withdrawn_at is not None
            who, at = (move.withdrawn_by, move.withdrawn_at) if is_back else (move.recorded_by, move.recorded_at)
            how = "撤回阶段" if is_back else "登记阶段"
        assert at is not None
        return f"“{label}”由{who or '其他人'}于 {timezone.localtime(at):%m-%d %H:%M} {how}"

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
        for note, told in groupby(sorted(kept, key=itemgetter(4)), key=itemgetter(4)):  # as they were entered
            load_moves(moves=[move[:4] for move in told], stamp=replace(self.stamp, reason=note))

    def _execute(self, sql: str, column: str, ids: list[int]) -> None:
        condition, params = ids_in(column, ids)
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} {condition}", params)


def _table(part: Written) -> str:
    return str(connection.ops.quote_name(part.register.model._meta.db_table))


def _history_table(part: Written) -> str:
    return str(connection.ops.quote_name(part.register.model.history.model._meta.db_table))
