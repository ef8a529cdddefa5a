"""Moments of the demo's past: every timestamp follows from a day of the story, never from this machine's clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gongjian.kernel.clock import is_workday

CHINA = ZoneInfo("Asia/Shanghai")
OPENED_ON = date(2023, 1, 3)
"""The day on which the invented zone took the system into use."""


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """That minute of a day in China; minutes beyond 59 run over into the next hours."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=CHINA) + timedelta(minutes=minute)


def office_day(day: date, *, last: date) -> date:
    """`day`, or the next day on which offices work; never after `last`, and never before the system was in use."""
    day = max(day, OPENED_ON)
    while day < last and not is_workday(day):
        day += timedelta(days=1)
    return min(day, last)


def workdays_after(day: date, number: int, *, last: date) -> date:
    """The `number`-th working day after `day`, never after `last`."""
    while number and day < last:
        day += timedelta(days=1)
        number -= is_workday(day)
    return min(day, last)
