"""Month ends, and the working calendar against an independent reading of the State Council's notices."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from gongjian.kernel import clock
from gongjian.kernel.standards import standard


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025, 2026])
def test_every_day_of_a_published_year_agrees_with_an_independent_calendar(year: int) -> None:
    days = list(clock.each_day(date(year, 1, 1), date(year, 12, 31)))
    assert [d for d in days if clock.is_workday(d) != chinese_calendar.is_workday(d)] == []


@pytest.mark.parametrize(("year", "days"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248)])
def test_a_years_working_days(year: int, days: int) -> None:
    assert clock.workdays_between(date(year, 1, 1), date(year, 12, 31)) == days


def test_every_rest_day_is_a_weekday_and_every_extra_working_day_a_weekend_day_of_its_year() -> None:
    for year, table in standard("workdays").items():
        assert table["source"].startswith("国务院办公厅关于") and year in table["source"]
        for day in map(date.fromisoformat, table["rest"]):
            assert day.year == int(year) and day.weekday() < 5, day
        for day in map(date.fromisoformat, table["work"]):
            assert day.year == int(year) and day.weekday() >= 5, day


def test_an_unpublished_year_is_flagged_and_counts_weekends_alone() -> None:
    assert clock.is_published(2026) and not clock.is_published(2027) and not clock.is_published(2021)
    assert clock.is_workday(date(2027, 1, 1))  # a Friday: the notice is not out
    assert clock.workdays_between(date(2027, 1, 1), date(2027, 1, 31)) == 21


def test_working_days_at_the_edges() -> None:
    assert not clock.is_workday(date(2025, 10, 1))
    assert clock.is_workday(date(2025, 9, 28))  # a Sunday worked for the holiday
    assert clock.workdays_between(date(2025, 9, 28), date(2025, 10, 8)) == 3  # 28, 29, 30 September
    assert clock.workdays_between(date(2025, 10, 8), date(2025, 10, 1)) == 0
    assert clock.workdays_between(date(2025, 10, 1), date(2025, 10, 1)) == 0
    assert clock.workdays_between(date(2025, 10, 9), date(2025, 10, 9)) == 1
    assert clock.workdays_after(date(2025, 9, 30), 1) == date(2025, 10, 9)
    assert clock.workdays_after(date(2025, 9, 26), 1) == date(2025, 9, 28)
    assert clock.workdays_after(date(2025, 10, 1), 0) == date(2025, 10, 1)


def test_working_days_across_years_add_up() -> None:
    middle = date(2024, 12, 31)
    whole = clock.workdays_between(date(2024, 3, 1), date(2026, 2, 10))
    parts = clock.workdays_between(date(2024, 3, 1), middle) + clock.workdays_between(
        middle + timedelta(days=1), date(2026, 2, 10)
    )
    assert whole == parts == sum(map(clock.is_workday, clock.each_day(date(2024, 3, 1), date(2026, 2, 10))))


def test_month_ends_in_leap_years_and_over_the_new_year() -> None:
    assert clock.month_end(date(2024, 2, 1)) == date(2024, 2, 29)
    assert clock.month_end(date(2025, 2, 28)) == date(2025, 2, 28)
    assert clock.last_month_end(date(2024, 3, 31)) == date(2024, 2, 29)
    assert clock.last_month_end(date(2025, 1, 15)) == date(2024, 12, 31)


def test_the_month_ends_of_a_span_close_with_its_last_day() -> None:
    assert clock.month_ends(date(2025, 1, 1), date(2025, 3, 10)) == [
        date(2025, 1, 31),
        date(2025, 2, 28),
        date(2025, 3, 10),
    ]
    assert clock.month_ends(date(2025, 1, 1), date(2025, 2, 28)) == [date(2025, 1, 31), date(2025, 2, 28)]
    assert clock.month_ends(date(2025, 1, 1), date(2025, 1, 1)) == [date(2025, 1, 1)]


def test_the_synthetic_zone_stands_still() -> None:
    class Zone:
        stands_at = date(2025, 6, 30)

    assert clock.today(Zone()) == date(2025, 6, 30)
    assert clock.now().tzinfo is not None
