"""Days: what today is for the zone, month ends, and the official working calendar (standards/workdays.toml).

Nothing below the surfaces asks for today's date; pages, commands and the worker ask here and pass it on.
"""

from __future__ import annotations

import calendar
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone

from gongjian.kernel.standards import standard


def now() -> datetime:
    """This moment, with its zone."""
    return timezone.now()


def today(zone: object | None = None) -> date:
    """Today in China; the synthetic zone stands still on its own day."""
    stands_at = getattr(zone, "stands_at", None)
    return stands_at or timezone.localdate()


def month_end(day: date) -> date:
    """The last day of `day`'s month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def last_month_end(day: date) -> date:
    """The last day of the month before `day`'s month."""
    return day.replace(day=1) - timedelta(days=1)


def month_ends(since: date, until: date) -> list[date]:
    """Every month end from `since` to `until`, and `until` itself as the last."""
    days = []
    day = month_end(since)
    while day < until:
        days.append(day)
        day = month_end(day + timedelta(days=1))
    return [*days, until]


def each_day(since: date, until: date) -> Iterator[date]:
    """Every day from `since` to `until`, both included."""
    for step in range((until - since).days + 1):
        yield since + timedelta(days=step)


@lru_cache(maxsize=32)
def _workdays(year: int) -> tuple[date, ...]:
    table = standard("workdays").get(str(year), {})
    rest = {date.fromisoformat(day) for day in table.get("rest", ())}
    work = {date.fromisoformat(day) for day in table.get("work", ())}
    days = each_day(date(year, 1, 1), date(year, 12, 31))
    return tuple(day for day in days if day in work or (day.weekday() < 5 and day not in rest))


def is_published(year: int) -> bool:
    """Whether the State Council's holiday notice for that year is in the standard; otherwise weekends alone count."""
    return str(year) in standard("workdays")


def is_workday(day: date) -> bool:
    """Whether offices work on that day."""
    days = _workdays(day.year)
    at = bisect_right(days, day)
    return at > 0 and days[at - 1] == day


def workdays_after(day: date, number: int) -> date:
    """The `number`-th working day after `day`: the last day of a term of so many working days."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_workday(day)
    return day


def workdays_between(since: date, until: date) -> int:
    """Working days from `since` to `until`, both included; 0 when `until` is before `since`."""
    if until < since:
        return 0
    total = 0
    for year in range(since.year, until.year + 1):
        days = _workdays(year)
        low = bisect_right(days, since - timedelta(days=1)) if year == since.year else 0
        high = bisect_right(days, until) if year == until.year else len(days)
        total += high - low
    return total
