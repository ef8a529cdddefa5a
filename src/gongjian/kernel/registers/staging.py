"""A sheet's stage column and its dates: which moves it tells of, what each makes of the row's current stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.registers.cells import STAGE_DATE, Cells
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.parse import to_date, to_text
from gongjian.kernel.registers.stored import among
from gongjian.kernel.registers.typed import each_once, is_blank
from gongjian.kernel.registers.values import shown


@dataclass(kw_only=True)
class Move:
    """A move that a row tells of; `withdrawn` is the number of the standing move whose date it corrects."""

    stage: str
    on: date
    withdrawn: int | None = None
    diff: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(kw_only=True)
class Staging:
    """The stages that a sheet states, by place in it, and after judging the moves that they are."""

    register: Register
    today: date
    stages: dict[int, str] = field(default_factory=dict)
    days: dict[int, date] = field(default_factory=dict)
    faults: dict[int, Refusal] = field(default_factory=dict)
    moves: dict[int, Move] = field(default_factory=dict)
    """Of rows that the register has."""

    @classmethod
    def read(cls, *, register: Register, cells: Cells, today: date) -> Staging:
        """What the sheet's columns say; a date without a stage says nothing."""
        found = cls(register=register, today=today)
        f = register.stage_field
        raws = cells.columns.get(f.name) if f is not None else None
        if f is None or raws is None:
            return found
        stages = each_once(raws, found._stage)
        dates = each_once(cells.columns.get(STAGE_DATE) or [None] * len(raws), found._day)
        for i, stage in enumerate(stages):
            if isinstance(stage, Refusal):
                found.faults[i] = stage
            elif stage:
                day = dates[i]
                if isinstance(day, Refusal):
                    found.faults[i] = day
                    continue
                found.stages[i] = stage
                if day is not None:
                    found.days[i] = day
        return found

    def first_of(self, place: int) -> str:
        """The stage of a new row."""
        f = self.register.stage_field
        assert f is not None
        return self.stages.get(place) or (f.steps.first().key if f.steps is not None else "")

    def drop(self, place: int) -> None:
        """Forget what a refused row says."""
        self.moves.pop(place, None)

    def judge(self, *, known: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, str, str]]:
        """Judge rows (place, number, current stage); yields place, old and new stage where it becomes another."""
        rows = [row for row in known if row[0] in self.stages]
        standing: dict[int, list[tuple[int, str, date]]] = {}
        moves = StageMove.objects.filter(
            register=self.register.name, entry_id__in=among([pk for _, pk, _ in rows]), withdrawn_at=None
        ).order_by("happened_on", "id")
        for pk, entry, stage, on in moves.values_list("id", "entry_id", "stage", "happened_on"):
            standing.setdefault(entry, []).append((pk, stage, on))
        for i, pk, current in rows:
            settled = self._judge(i, current, standing.get(pk, []))
            if settled != current:
                yield i, current, settled

    def _judge(self, i: int, current: str, standing: list[tuple[int, str, date]]) -> str:
        """A stage in the sheet is a move; a new date for the current stage takes the old move back."""
        f = self.register.stage_field
        assert f is not None
        stage, on = self.stages[i], self.days.get(i)
        own = [move for move in standing if move[1] == stage]
        if stage == current and on is None:
            return current
        on = on or self.today
        if any(move[2] == on for move in own):
            return current
        move = self.moves[i] = Move(stage=stage, on=on)
        labels = dict(f.flatchoices)
        head, label = str(f.verbose_name), labels[stage]
        if stage == current and own:
            move.withdrawn = own[-1][0]
            move.diff[STAGE_DATE] = own[-1][2].isoformat(), on.isoformat()
            standing = [one for one in standing if one is not own[-1]]
        else:
            move.diff[head] = shown(current, f), f"{label}({on})"
        last = standing[-1] if standing else None
        settled = last[1] if last is not None and last[2] > on else stage
        if settled == current and stage != current:
            move.diff[head] = shown(current, f), f"{labels.get(current, current)}(补记 {on} {label})"
        return settled

    def _stage(self, raw: object) -> Any:
        """The stage's key, "" where the cell says nothing, or why it is none."""
        if is_blank(raw):
            return ""
        f = self.register.stage_field
        assert f is not None
        try:
            text = to_text(raw) or ""
        except Refusal as refusal:
            return Refusal(refusal.code, refusal.cause, refusal.remedy, place=Place(column=str(f.verbose_name)))
        stage = self.register.stage(text)
        if stage is None:
            labels = "、".join(one.label for one in self.register.stages)
            place = Place(column=str(f.verbose_name))
            return Refusal("value.choice", f"没有“{text}”这一阶段", f"可选阶段:{labels}", place=place)
        return stage.key

    def _day(self, raw: object) -> Any:
        place = Place(column=STAGE_DATE)
        try:
            on = to_date(raw)
        except Refusal as refusal:
            return Refusal(refusal.code, refusal.cause, refusal.remedy, place=place)
        if on is not None and on > self.today:
            return Refusal("entry.future", f"{on} 晚于今天 {self.today}", "请填写已经发生的日期", place=place)
        return on
