"""Deadlines: the day that a deadline as read (`year_end`, `06-30`, an ISO date, `flood_season`) means in a plan's year."""

from __future__ import annotations

from datetime import date

from gongjian.kernel.errors import Refusal
from gongjian.kernel.standards import standard


def due_on(*, deadline: str | None, year: int) -> date | None:
    """The due day; None when the plan gives none."""
    if not deadline:
        return None
    if deadline == "year_end":
        return date(year, 12, 31)
    if deadline == "flood_season":
        return date.fromisoformat(f"{year}-{standard('deadlines')['flood_season']['until']}")
    try:
        return date.fromisoformat(deadline if len(deadline) > 5 else f"{year}-{deadline}")
    except ValueError as error:
        raise Refusal("deadline.unreadable", f"时限“{deadline}”不是日期", "请写成 2025-06-30 或 06-30") from error


def is_unconfirmed(deadline: str) -> bool:
    """Whether the day rests on a value that is not confirmed (shown as 待核实)."""
    return deadline == "flood_season" and standard("deadlines")["flood_season"]["confidence"] != "confirmed"
