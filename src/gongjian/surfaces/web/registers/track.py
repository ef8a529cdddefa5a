"""The way of one row through its stages: what it reached and when, how it stands with its term, what comes next."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from gongjian.kernel import clock
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.stages import Stage
from gongjian.surfaces.web.registers.common import stage_tone


def track(register: Register, row: Any, moves: list[StageMove], at: datetime | None, on: date) -> list[dict[str, Any]]:
    """The stages on the way, each with the day it was first reached; stages off the way only when the row is there.

    The current one tells how it stands with its term on the day `on`, where it has one.
    """
    field = register.stage_field
    if field is None:
        return []
    current = register.stage(getattr(row, field.name))
    first: dict[str, StageMove] = {}
    for moved in moves:
        if moved.withdrawn_at is None or (at is not None and moved.withdrawn_at > at):
            first.setdefault(moved.stage, moved)
    way = [stage.order for stage in register.stages if not stage.ends and (stage.key in first or stage is current)]
    reached = max(way, default=-1)
    return [
        {
            "stage": stage,
            "move": first.get(stage.key),
            "is_current": stage is current,
            "is_passed": stage.order < reached and not stage.ends,
            "tone": stage_tone(register, stage),
            "term": _term(stage, first.get(stage.key), on) if stage is current else None,
        }
        for stage in register.stages
        if not stage.ends or stage is current
    ]


def _term(stage: Stage, moved: StageMove | None, on: date) -> dict[str, Any] | None:
    """Until when the row may stay in the stage: `due`, working days `left` or, past that day, `over`."""
    if stage.workdays is None or moved is None:
        return None
    due, day = clock.workdays_after(moved.happened_on, stage.workdays), timedelta(days=1)
    return {
        "due": due,
        "left": clock.workdays_between(on + day, due),
        "over": clock.workdays_between(due + day, on),
    }


def following(register: Register, row: Any) -> str:
    """The key of the stage that usually comes next; off the way nothing does, and the stage itself stands there."""
    field = register.stage_field
    if field is None:
        return ""
    keys = [stage.key for stage in register.stages if not stage.ends]
    current = getattr(row, field.name)
    return str(keys[min(keys.index(current) + 1, len(keys) - 1)] if current in keys else current)
