"""What stands in the way of taking a batch back: rows changed since, rows that others point at, relations that are gone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from django.db.models import Q
from django.utils import timezone

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import departed
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.registers.pointing import pointers, pointing_at
from gongjian.kernel.registers.stored import among
from gongjian.kernel.registers.written import FREE, LATER, LOST, POINTED, Written

NAMED_MOST = 3
"""How many rows a refusal names."""
_HOW = {"+": "登记", "~": "修改", "-": "删除"}


class Obstacles:
    """Finds them among the rows that a batch wrote, and marks these rows with the reason.

    `tell` is told how many rows more were looked at.
    """

    def __init__(self, *, batch: Batch, parts: list[Written], tell: Callable[[int], None]) -> None:
        self.batch, self.parts, self.tell = batch, parts, tell
        self.by_model: dict[Any, Written] = {part.register.model: part for part in parts}

    def find(self) -> None:
        """Mark every row that cannot be taken back."""
        for part in self.parts:
            self._block_moved_later(part)
        self._block_pointed()

    def _block_moved_later(self, part: Written) -> None:
        """Rows whose stage moves somebody added to, or took back, after the batch."""
        if part.register.stage_field is None or self.batch.finished_at is None:
            self.tell(len(part))
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
            self.tell(len(ids))

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
                    self.tell(len(ids))
                relations = [f for f in model._meta.concrete_fields if f.is_relation]
                for ids in part.free():
                    lines = part.lines_before(ids)
                    for f in relations if lines else ():
                        self._block_lost(part, f, lines)
                    self.tell(len(lines))

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

    def refusal(self) -> Refusal:
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
