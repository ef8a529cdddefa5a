"""The share of a target that is expected by a day, with exact fractions."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.kernel.errors import Refusal
from gongjian.kernel.indicators.schedules import parsed, schedule_of

BATCHES = {
    "kind": "windows",
    "windows": [
        {"opens": "2025-05-06", "closes": "2025-06-30", "share": "50%"},
        {"opens": "2025-07-21", "closes": "2025-08-29", "share": "1"},
    ],
}
NODES = {
    "kind": "milestones",
    "points": [
        {"on": "2025-03-31", "share": 0.1, "label": "完成设计"},
        {"on": "2025-09-30", "share": "80%", "label": "主体封顶"},
    ],
}
CORNERS = {"kind": "points", "points": [{"on": "2025-03-31", "share": "0.1"}, {"on": "2025-06-30", "share": "0.5"}]}


def share(spec: dict[str, Any], day: str, *, year: int = 2025, due: str = "") -> Fraction:
    end = date.fromisoformat(due) if due else date(year, 12, 31)
    return schedule_of(spec=spec, since=date(year, 1, 1), due=end).share(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-01-01", Fraction(1, 365)),
        ("2025-01-31", Fraction(31, 365)),
        ("2025-02-28", Fraction(59, 365)),
        ("2025-06-30", Fraction(181, 365)),
        ("2025-12-30", Fraction(364, 365)),
        ("2025-12-31", Fraction(1)),
        ("2026-03-01", Fraction(1)),
        ("2024-12-31", Fraction(0)),
    ],
)
def test_linear_counts_calendar_days(day: str, expected: Fraction) -> None:
    assert share({}, day) == share({"kind": "linear"}, day) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2024-02-28", Fraction(59, 366)), ("2024-02-29", Fraction(60, 366)), ("2024-03-01", Fraction(61, 366))],
)
def test_linear_in_a_leap_year(day: str, expected: Fraction) -> None:
    assert share({}, day, year=2024) == expected


def test_linear_to_an_earlier_due_day() -> None:
    assert share({}, "2025-03-31", due="2025-06-30") == Fraction(90, 181)
    assert share({}, "2025-06-30", due="2025-06-30") == 1


def test_working_days_stand_still_on_holidays() -> None:
    spec = {"kind": "workdays"}
    assert share(spec, "2025-01-01") == 0
    assert share(spec, "2025-01-31") == Fraction(19, 248)
    assert share(spec, "2025-09-30") == share(spec, "2025-10-08") == Fraction(187, 248)
    assert share(spec, "2025-12-31") == 1


def test_working_days_of_an_unpublished_year_say_so() -> None:
    known = schedule_of(spec={"kind": "workdays"}, since=date(2026, 1, 1), due=date(2026, 12, 31))
    unknown = schedule_of(spec={"kind": "workdays"}, since=date(2026, 1, 1), due=date(2027, 6, 30))
    assert not known.is_unconfirmed and "待核实" not in known.describe()
    assert unknown.is_unconfirmed and unknown.describe().endswith("尚未公布,暂按周末推算,待核实)")


def test_windows_are_flat_and_step_at_the_close() -> None:
    assert [share(BATCHES, d) for d in ("2025-01-01", "2025-06-29")] == [0, 0]
    assert [share(BATCHES, d) for d in ("2025-06-30", "2025-08-28")] == [Fraction(1, 2), Fraction(1, 2)]
    assert [share(BATCHES, d) for d in ("2025-08-29", "2025-12-31")] == [1, 1]


@pytest.mark.parametrize(
    ("day", "until"),
    [
        ("2025-01-01", "2025-06-30"),
        ("2025-06-29", "2025-06-30"),
        ("2025-06-30", "2025-08-29"),
        ("2025-08-29", "2025-12-31"),
    ],
)
def test_a_run_rate_counts_to_the_close_of_the_open_or_next_window(day: str, until: str) -> None:
    schedule = schedule_of(spec=BATCHES, since=date(2025, 1, 1), due=date(2025, 12, 31))
    assert schedule.runs_until(date.fromisoformat(day)) == date.fromisoformat(until)


def test_other_schedules_run_to_the_due_day() -> None:
    assert schedule_of(spec=NODES, since=date(2025, 1, 1), due=date(2025, 12, 31)).runs_until(date(2025, 3, 1)) == date(
        2025, 12, 31
    )


def test_milestones_step_on_their_days() -> None:
    days = ("2025-03-30", "2025-03-31", "2025-09-29", "2025-09-30", "2025-12-30", "2025-12-31")
    assert [share(NODES, d) for d in days] == [0, Fraction(1, 10), Fraction(1, 10), Fraction(4, 5), Fraction(4, 5), 1]


def test_points_run_straight_from_the_start_between_each_other_and_to_the_due_day() -> None:
    assert share(CORNERS, "2025-01-01") == Fraction(1, 10) * Fraction(1, 90)
    assert share(CORNERS, "2025-03-31") == Fraction(1, 10)
    assert share(CORNERS, "2025-05-15") == Fraction(1, 10) + Fraction(4, 10) * Fraction(45, 91)
    assert share(CORNERS, "2025-06-30") == Fraction(1, 2)
    assert share(CORNERS, "2025-09-30") == Fraction(1, 2) + Fraction(1, 2) * Fraction(92, 184)
    assert share(CORNERS, "2025-12-31") == 1


def test_one_point_at_the_due_day_is_linear() -> None:
    spec = {"kind": "points", "points": [{"on": "2025-12-31", "share": 1}]}
    for day in (date(2025, 1, 1), date(2025, 2, 28), date(2025, 7, 19)):
        assert share(spec, day.isoformat()) == share({}, day.isoformat())


SHARES = st.fractions(min_value=0, max_value=1, max_denominator=100)
DAYS = st.integers(min_value=0, max_value=364).map(lambda n: date(2025, 1, 1) + timedelta(days=n))


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["linear", "workdays", "windows", "milestones", "points"]))
    if kind in ("linear", "workdays"):
        return {"kind": kind}
    days = sorted(draw(st.sets(DAYS, min_size=1, max_size=6)))
    shares = sorted(draw(st.lists(SHARES, min_size=len(days), max_size=len(days))))
    if kind == "windows":
        windows = [
            {"opens": "2025-01-01", "closes": d.isoformat(), "share": str(s)} for d, s in zip(days, shares, strict=True)
        ]
        return {"kind": kind, "windows": windows}
    return {"kind": kind, "points": [{"on": d.isoformat(), "share": str(s)} for d, s in zip(days, shares, strict=True)]}


@given(spec=specs(), due=DAYS, one=DAYS, other=DAYS)
def test_every_schedule_lies_between_nothing_and_all_never_falls_and_is_all_when_due(
    spec: dict[str, Any], due: date, one: date, other: date
) -> None:
    schedule = parsed(spec=spec, since=date(2025, 1, 1), due=due)
    early, late = sorted((one, other))
    assert 0 <= schedule.share(early) <= schedule.share(late) <= 1
    assert schedule.share(due) == schedule.share(due + timedelta(days=1)) == 1
    assert schedule.share(date(2024, 12, 31)) == 0
    assert schedule.runs_until(early) > early or early >= due
    assert schedule.describe()


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({"kind": "weekly"}, "schedule.kind"),
        ({"kind": ["linear"]}, "schedule.kind"),
        ({"kind": "windows"}, "schedule.windows"),
        ({"kind": "points"}, "schedule.points"),
        ({"kind": "milestones", "points": []}, "schedule.points"),
        ({"kind": "points", "points": [{"on": "6月30日", "share": 1}]}, "schedule.spec"),
        ({"kind": "points", "points": [{"on": "2025-06-30", "share": "半数"}]}, "schedule.spec"),
        ({"kind": "points", "points": [{"on": "2025-06-30", "share": "nan"}]}, "schedule.spec"),
        ({"kind": "points", "points": [{"on": "2025-06-30", "share": "1/0"}]}, "schedule.spec"),
        ({"kind": "points", "points": [{"on": "2025-06-30"}]}, "schedule.spec"),
        ({"kind": "points", "points": ["2025-06-30"]}, "schedule.spec"),
        ({"kind": "points", "points": [{"on": "2025-06-30", "share": 1.2}]}, "schedule.order"),
        ({"kind": "points", "points": [{"on": "2025-06-30", "share": -0.1}]}, "schedule.order"),
        (
            {"kind": "points", "points": [{"on": "2025-03-31", "share": 0.6}, {"on": "2025-06-30", "share": 0.5}]},
            "schedule.order",
        ),
        (
            {"kind": "points", "points": [{"on": "2025-03-31", "share": 0.5}, {"on": "2025-03-31", "share": 0.6}]},
            "schedule.twice",
        ),
        ({"kind": "points", "points": [{"on": "2024-06-30", "share": 0.5}]}, "schedule.outside"),
        ({"kind": "points", "points": [{"on": "2026-06-30", "share": 0.5}]}, "schedule.outside"),
        (
            {"kind": "windows", "windows": [{"opens": "2025-07-01", "closes": "2025-06-30", "share": 1}]},
            "schedule.window_order",
        ),
    ],
)
def test_what_does_not_hold_together_is_refused_with_a_sentence(spec: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        schedule_of(spec=spec, since=date(2025, 1, 1), due=date(2025, 12, 31))
    assert refused.value.code == code
    assert refused.value.sentence.endswith("。") and refused.value.remedy


def test_a_due_day_before_the_start_is_refused_when_set_but_read_all_the_same() -> None:
    with pytest.raises(Refusal) as refused:
        schedule_of(spec={}, since=date(2025, 1, 1), due=date(2024, 12, 31))
    assert refused.value.code == "schedule.due"
    assert parsed(spec={}, since=date(2025, 1, 1), due=date(2024, 12, 31)).share(date(2025, 1, 1)) == 1


def test_schedules_read_as_words() -> None:
    since, due = date(2025, 1, 1), date(2025, 12, 31)
    assert schedule_of(spec={}, since=since, due=due).describe() == "按日历天均匀推进,2025-01-01 至 2025-12-31"
    assert (
        schedule_of(spec=BATCHES, since=since, due=due).describe()
        == "按申报窗口:05-06 至 06-30 应达 50%、07-21 至 08-29 应达 100%"
    )
    assert schedule_of(spec=NODES, since=since, due=due).describe() == "按节点:03-31 完成设计、09-30 主体封顶"
    assert schedule_of(spec=CORNERS, since=since, due=due).describe() == "自定义:03-31 10%、06-30 50%"
