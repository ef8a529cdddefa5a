"""Undoing a batch as a whole: its new rows go, its changed rows become what they were, its stage moves are taken back.

The undoing is a batch itself, with history of its own, so that it can be undone too. Rows that somebody changed since,
or that other rows point at by now, stand in its way; they can be left as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers import access, entry, sets
from gongjian.kernel.registers.carrying import carry_back
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.registers.pointing import pointing_at
from gongjian.kernel.registers.sets import Stamp
from gongjian.kernel.registers.stored import among, ids_in
from gongjian.kernel.registers.writing import load_moves

NAMED_MOST = 3
"""How many rows a refusal names."""
_HOW = {"+": "登记", "~": "修改", "-": "删除"}


def undo(*, batch: Batch, by: Officer, at: datetime, reason: str, skip_changed: bool = False) -> Batch:
    """Take a written batch back; returns the batch of the undoing (kind UNDO, `details`: undoes, removed, skipped).

    Refused, with nothing changed, while some of its rows were changed later or are pointed at by other rows, unless
    `skip_changed` leaves those as they are; a unit officer undoes only what lies in the own unit's subtree. An undoing
    can be undone: removed rows come back under their old numbers.
    """
    register = REGISTERS[batch.register]
    access.require(register=register, by=by, verb="register.undo")
    if not reason.strip():
        raise Refusal("batch.reason", "撤销批次需要说明原因", "请填写撤销原因")
    made = Batch(register=batch.register, kind=Batch.Kind.UNDO, state=Batch.State.WRITING, by=by, at=at)
    made.reason, made.details = reason.strip()[:200], {"undoes": batch.pk}
    made.save()
    try:
        with transaction.atomic(), entry.writing():
            fresh = Batch.objects.select_for_update().get(pk=batch.pk)
            if fresh.state != Batch.State.DONE:
                state = Batch.State(fresh.state).label
                raise Refusal("batch.state", f"第{batch.pk}号批次现在是“{state}”,不能撤销", "请刷新页面查看最新状态")
            _Undoing(batch=fresh, made=made, by=by, at=at, skips=skip_changed).run()
            fresh.state, fresh.undone_at, fresh.undone_by = Batch.State.UNDONE, at, by
            fresh.save(update_fields=["state", "undone_at", "undone_by"])
            note = f"{register.label}:第{batch.pk}号批次,{made.reason}"
            acts.record(verb="register.batch_undone", thing=batch, by=by, at=at, note=note)
    except IntegrityError as error:
        made.delete()
        cause = "恢复原值后,有的记录会与现在的另一条记录重复"
        raise Refusal("batch.duplicate", cause, "请先改正重复的记录,再撤销这一批") from error
    except BaseException:
        made.delete()
        raise
    batch.refresh_from_db()
    return made


@dataclass(kw_only=True)
class _Part:
    """The rows of one register that the batch wrote, by number: (history row before, batch's last, is there, was there)."""

    register: Register
    rows: dict[int, tuple[int | None, int, bool, bool]]
    later: set[int]
    """Rows whose history goes on after the batch."""
    blocked: dict[int, str] = field(default_factory=dict)
    """Why a row cannot be taken back: later, pointed, lost."""

    def which(self, *, is_there: bool, was_there: bool) -> list[int]:
        """The rows to be taken back that are (not) there now and were (not) there before the batch."""
        kind = (is_there, was_there)
        return [pk for pk, row in self.rows.items() if row[2:] == kind and pk not in self.blocked]


class _Undoing:
    def __init__(self, *, batch: Batch, made: Batch, by: Officer, at: datetime, skips: bool) -> None:
        self.batch, self.made, self.by, self.skips = batch, made, by, skips
        self.stamp = Stamp(by=by, at=at, reason=made.reason[:100], batch=made)
        found = (self._part(one) for one in sorted(REGISTERS.values(), key=lambda r: r.name != batch.register))
        self.parts = [part for part in found if part.rows]

    def run(self) -> None:
        for part in self.parts:
            part.blocked |= dict.fromkeys(part.later | self._moved_later(part), "later")
        self._block_pointed()
        if any(part.blocked for part in self.parts) and not self.skips:
            raise self._in_the_way()
        if not any(part.rows.keys() - part.blocked.keys() for part in self.parts):
            raise Refusal("batch.nothing", "这一批的记录都已不能撤销,没有改动任何内容", "请逐条核对后手工更正")
        self._require_rights()
        removed = restored = returned = 0
        for part in self.parts:
            gone = part.which(is_there=True, was_there=False)
            self._remove(part, gone)
            back = part.which(is_there=True, was_there=True)
            self._restore(part, back)
            again = part.which(is_there=False, was_there=True)
            self._return(part, again)
            self._move_back(part)
            removed, restored, returned = removed + len(gone), restored + len(back), returned + len(again)
        made = self.made
        carry_back(batch=self.batch, made=made, since=self.batch.finished_at)
        made.created, made.changed = returned, restored + removed
        made.details |= {"removed": removed, "skipped": sum(len(part.blocked) for part in self.parts)}
        made.state, made.finished_at = Batch.State.DONE, self.stamp.at
        made.save()

    def _part(self, register: Register) -> _Part:
        model: Any = register.model
        q = connection.ops.quote_name
        table = q(model.history.model._meta.db_table)
        sql = f"""
            WITH w AS (
                SELECT id, MIN(history_id) AS first, MAX(history_id) AS last
                FROM {table} WHERE history_batch_id = %s GROUP BY id
            ), p AS (
                SELECT w.id, w.last,
                    (SELECT MAX(h.history_id) FROM {table} h WHERE h.id = w.id AND h.history_id < w.first) AS before,
                    (SELECT MAX(h.history_id) FROM {table} h WHERE h.id = w.id) AS newest
                FROM w
            )
            SELECT p.id, p.before, p.last, p.newest, b.history_type, l.history_type
            FROM p JOIN {table} l ON l.history_id = p.last LEFT JOIN {table} b ON b.history_id = p.before
            ORDER BY p.last"""
        rows, later = {}, set()
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.batch.pk])
            for pk, before, last, newest, before_type, last_type in cursor.fetchall():
                rows[pk] = before, last, last_type != "-", before_type not in (None, "-")
                if newest != last:
                    later.add(pk)
        if rows and connection.features.has_select_for_update:
            condition, params = ids_in("id", list(rows))
            with connection.cursor() as cursor:
                sql = f"SELECT id FROM {q(model._meta.db_table)} WHERE {condition} ORDER BY id FOR UPDATE"
                cursor.execute(sql, params)
        return _Part(register=register, rows=rows, later=later)

    # what stands in the way

    def _moved_later(self, part: _Part) -> set[int]:
        """Rows whose stage moves somebody added to, or took back, after the batch."""
        if part.register.stage_field is None or self.batch.finished_at is None:
            return set()
        since, batch = self.batch.finished_at, self.batch
        moves = StageMove.objects.filter(register=part.register.name, entry_id__in=among(part.rows))
        own = Q(batch=batch)
        added = ~own & Q(recorded_at__gt=since) | Q(batch=None, recorded_at__gt=since)
        withdrawn = (own & Q(withdrawn_at__isnull=False)) | (
            Q(withdrawn_at__gt=since) & (Q(withdrawn_in=None) | ~Q(withdrawn_in=batch))
        )
        return set(moves.filter(added | withdrawn).values_list("entry_id", flat=True))

    def _block_pointed(self) -> None:
        """Rows that rows outside of the batch point at, and rows whose old values point at rows that are gone."""
        before = -1
        while (now := sum(len(part.blocked) for part in self.parts)) != before:
            before = now
            going = {part.register.model: set(part.which(is_there=True, was_there=False)) for part in self.parts}
            coming = {part.register.model: set(part.which(is_there=False, was_there=True)) for part in self.parts}
            for part in self.parts:
                model = part.register.model
                for source, pk, target in pointing_at(model=model, ids=going[model]):
                    if pk not in going.get(source, ()):
                        part.blocked.setdefault(target, "pointed")
                for f in model._meta.concrete_fields:
                    if f.is_relation:
                        self._block_lost(part, f, going, coming)

    def _block_lost(self, part: _Part, f: Any, going: dict[Any, set[int]], coming: dict[Any, set[int]]) -> None:
        """Rows whose value before the batch names a row that is not there any more."""
        old = {pk: row[0] for pk, row in part.rows.items() if row[3] and pk not in part.blocked}
        if not old:
            return
        history: Any = part.register.model.history.model._default_manager
        rows = history.filter(history_id__in=among([n for n in old.values() if n is not None]))
        named = dict(rows.exclude(**{f.attname: None}).values_list("id", f.attname))
        there = set(
            f.related_model._default_manager.filter(pk__in=among(set(named.values()))).values_list("pk", flat=True)
        )
        there = (there - going.get(f.related_model, set())) | coming.get(f.related_model, set())
        for pk, target in named.items():
            if target not in there:
                part.blocked.setdefault(pk, "lost")

    def _in_the_way(self) -> Refusal:
        """How many rows cannot be taken back, and the first of them: who changed them when, what points at them."""
        parts = []
        for why, what in (
            ("later", "行在此后又有变动"),
            ("pointed", "行已被其他记录引用"),
            ("lost", "行原来所指的记录已不存在"),
        ):
            blocked = [(part, pk) for part in self.parts for pk, reason in part.blocked.items() if reason == why]
            if blocked:
                named = [self._told(part, pk, why) for part, pk in blocked[:NAMED_MOST]]
                more = "等" if len(blocked) > NAMED_MOST else ""
                parts.append(f"{len(blocked):,} {what}({';'.join(named)}{more})")
        cause = f"这一批中有 {',另有 '.join(parts)},没有撤销任何内容"
        return Refusal("batch.changed_later", cause, "请核对这些记录;也可以选择跳过它们,只撤销其余的行")

    def _told(self, part: _Part, pk: int, why: str) -> str:
        model: Any = part.register.model
        row = model._default_manager.filter(pk=pk).first()
        last = model.history.model._default_manager.filter(id=pk).order_by("history_id").last()
        label = str(row if row is not None else last.instance)
        if why == "pointed":
            source, number, _ = next(pointing_at(model=model, ids=[pk]))
            return f"“{label}”被{source._meta.verbose_name}“{source._default_manager.get(pk=number)}”引用"
        if why == "lost":
            return f"“{label}”"
        if pk in part.later:
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
            model: Any = part.register.model
            ids = [pk for pk in part.rows if pk not in part.blocked]
            before = [part.rows[pk][0] for pk in ids if part.rows[pk][0] is not None]
            now = set(model._default_manager.filter(pk__in=among(ids)).values_list("unit_id", flat=True))
            old = model.history.model._default_manager.filter(history_id__in=among(before))
            if not (now | set(old.values_list("unit_id", flat=True))) <= mine:
                raise Forbidden(
                    f"第{self.batch.pk}号批次里有不属于“{self.by.unit or '未分配单位'}”的记录,您不能撤销整批"
                )

    # taking back

    def _remove(self, part: _Part, ids: list[int]) -> None:
        if ids:
            sets.remember(model=part.register.model, ids=ids, kind="-", stamp=self.stamp)
            self._execute(f"DELETE FROM {_table(part)} WHERE", "id", ids)

    def _restore(self, part: _Part, ids: list[int]) -> None:
        if not ids:
            return
        q = connection.ops.quote_name
        columns = [f.column for f in part.register.model._meta.concrete_fields if f.name not in ("id", "revision")]
        values = ", ".join(f"{q(column)} = p.{q(column)}" for column in columns)
        sql = (
            f"UPDATE {_table(part)} AS t SET revision = t.revision + 1, {values}"
            f" FROM {_history_table(part)} p WHERE p.id = t.id AND"
        )
        self._execute(sql, "p.history_id", self._before(part, ids))
        sets.remember(model=part.register.model, ids=ids, kind="~", stamp=self.stamp)

    def _return(self, part: _Part, ids: list[int]) -> None:
        """Bring removed rows back as they were before the batch, newer than when they went."""
        if not ids:
            return
        q = connection.ops.quote_name
        columns = [f.column for f in part.register.model._meta.concrete_fields if f.name != "revision"]
        newest = f"(SELECT MAX(h.revision) + 1 FROM {_history_table(part)} h WHERE h.id = p.id)"
        sql = (
            f"INSERT INTO {_table(part)} (revision, {', '.join(map(q, columns))})"
            f" SELECT {newest}, {', '.join(f'p.{q(column)}' for column in columns)}"
            f" FROM {_history_table(part)} p WHERE"
        )
        self._execute(sql, "p.history_id", self._before(part, ids))
        sets.remember(model=part.register.model, ids=ids, kind="+", stamp=self.stamp)

    def _move_back(self, part: _Part) -> None:
        """Withdraw the batch's stage moves; set those anew that it had withdrawn."""
        ids = [pk for pk in part.rows if pk not in part.blocked]
        moves = StageMove.objects.filter(register=part.register.name, entry_id__in=among(ids))
        again = moves.filter(withdrawn_in=self.batch).order_by("id")
        kept = list(again.values_list("register", "entry_id", "stage", "happened_on"))
        moves.filter(batch=self.batch, withdrawn_at=None).update(
            withdrawn_at=self.stamp.at, withdrawn_by=self.by, withdrawn_in=self.made
        )
        load_moves(moves=kept, stamp=self.stamp)

    def _before(self, part: _Part, ids: Iterable[int]) -> list[int]:
        return [before for pk in ids if (before := part.rows[pk][0]) is not None]

    def _execute(self, sql: str, column: str, ids: list[int]) -> None:
        condition, params = ids_in(column, ids)
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} {condition}", params)


def _table(part: _Part) -> str:
    return str(connection.ops.quote_name(part.register.model._meta.db_table))


def _history_table(part: _Part) -> str:
    return str(connection.ops.quote_name(part.register.model.history.model._meta.db_table))
