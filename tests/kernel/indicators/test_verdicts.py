"""Every kind's verdict at its edges: just behind, just ahead, exactly on; before and after the due day. No database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from gongjian.kernel.indicators.judging import Case, Judgement, judge
from gongjian.kernel.indicators.schedules import parsed
from gongjian.kernel.indicators.terms import Term
from gongjian.kernel.indicators.verdicts import Verdict, meets, needed
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.reports.models import Reported

PLAN = Plan(year=2025, text="一")
YEAR_END = date(2025, 12, 31)


def case(
    *,
    actual: str | None,
    day: str = "2025-06-30",
    kind: str = "quantity",
    target: str | None = "100",
    unit: str = "亿元",
    comparator: str = "=",
    modality: str = "plain",
    due: str = "2025-12-31",
    spec: dict[str, Any] | None = None,
    before: str | None = None,
    before_on: str = "2025-05-31",
    then: str | None = None,
    reports: list[Reported] | None = None,
    states: dict[int, str] | None = None,
    is_counted: bool = False,
    is_bound: bool = True,
    when_due: str | None = None,
    named: tuple[str, ...] = (),
) -> Judgement:
    commitment = Commitment(
        plan=PLAN,
        kind=kind,
        unit=unit,
        comparator=comparator,
        modality=modality,
        schedule=spec or {},
        named=list(named),
    )

    def owed(value: str | None) -> Term:
        goal = None if value is None else Decimal(value)
        return Term(
            target=goal,
            needed=None if goal is None else needed(target=goal, comparator=comparator, unit=unit),
            due=date.fromisoformat(due),
            schedule=parsed(spec=spec or {}, since=date(2025, 1, 1), due=date.fromisoformat(due)),
            is_bound=is_bound,
        )

    as_of = date.fromisoformat(day)
    return judge(
        Case(
            commitment=commitment,
            as_of=as_of,
            judged_on=as_of,
            now=owed(target),
            then=owed(then or target),
            actual=None if actual is None else Decimal(actual),
            before=None if before is None else Decimal(before),
            before_on=date.fromisoformat(before_on),
            when_due=None if when_due is None else Decimal(when_due),
            is_counted=is_counted,
            reports=reports or [],
            states=states or {row.pk: "claimed" for row in reports or []},
        )
    )


def said(pk: int, on: str, *, reached: bool | None = None, progress: str = "") -> Reported:
    return Reported(pk=pk, happened_on=date.fromisoformat(on), reached=reached, progress=progress)


# quantities: 365 units are owed at one a day, so 181 are expected on 30 June


@pytest.mark.parametrize(
    ("modality", "actual", "verdict"),
    [
        ("must", "181", Verdict.ON_TRACK),
        ("must", "180.999999", Verdict.BEHIND),
        ("must", "199.249999", Verdict.ON_TRACK),
        ("must", "199.25", Verdict.AHEAD),  # five points of 365 are 18.25
        ("strive", "162.75", Verdict.ON_TRACK),
        ("strive", "162.749999", Verdict.BEHIND),
        ("plain", "162.75", Verdict.ON_TRACK),
        ("plain", "162.749999", Verdict.BEHIND),
        ("aspire", "144.5", Verdict.ON_TRACK),
        ("aspire", "144.499999", Verdict.BEHIND),
    ],
)
def test_a_quantity_against_its_schedule_by_modality(modality: str, actual: str, verdict: Verdict) -> None:
    found = case(actual=actual, target="365", modality=modality)
    assert found.verdict == verdict
    assert found.expected == 181 and found.target == 365
    assert found.behind_by == Fraction(181, 365) - Fraction(Decimal(actual)) / 365


def test_nobody_is_behind_by_part_of_a_whole_unit() -> None:
    assert case(actual="0", day="2025-01-02", target="15", unit="个", modality="must").verdict == Verdict.ON_TRACK
    counted = {"target": "144", "unit": "家", "modality": "must"}  # 71.408 are expected
    assert case(actual="71", **counted).verdict == Verdict.ON_TRACK
    assert case(actual="70", **counted).verdict == Verdict.BEHIND
    assert case(actual="71", **counted).expected == Decimal("71.408219")
    assert case(actual="71", target="144", unit="亿元", modality="must").verdict == Verdict.BEHIND
    assert case(actual="180", target="365", unit="家", modality="must").verdict == Verdict.BEHIND  # one whole unit


def test_the_run_rate_still_required() -> None:
    found = case(actual="60", target="144", unit="家")
    assert found.runs_until == YEAR_END and found.per_week == Decimal("3.195652")  # 84 in 184 days
    windows = {
        "kind": "windows",
        "windows": [
            {"opens": "2025-05-06", "closes": "2025-06-30", "share": "0.5"},
            {"opens": "2025-07-21", "closes": "2025-08-29", "share": "1"},
        ],
    }
    before = case(actual="51", day="2025-06-23", target="144", unit="家", spec=windows)
    assert (before.expected, before.runs_until, before.per_week) == (0, date(2025, 6, 30), 21)
    assert before.verdict == Verdict.AHEAD
    closed = case(actual="62", day="2025-06-30", target="144", unit="家", spec=windows)
    assert (closed.verdict, closed.expected, closed.runs_until) == (Verdict.BEHIND, 72, date(2025, 8, 29))
    assert closed.per_week == Decimal("9.566667")  # 82 in 60 days
    enough = case(actual="80", day="2025-06-23", target="144", unit="家", spec=windows)
    assert enough.per_week == 0


def test_a_quantity_on_and_after_its_due_day() -> None:
    due = {"due": "2025-06-30", "target": "12", "unit": "家"}
    assert case(actual="11", day="2025-06-29", **due).verdict == Verdict.ON_TRACK
    assert case(actual="11", day="2025-06-30", **due).verdict == Verdict.MISSED
    assert case(actual="11", day="2025-09-30", **due).behind_by == Fraction(1, 12)
    assert case(actual="12", day="2025-02-01", **due).verdict == Verdict.MET
    assert case(actual="12", day="2025-06-30", **due).per_week is None


def test_what_is_fulfilled_after_its_day_is_late() -> None:
    for kind in ("quantity", "roster"):
        due = {"due": "2025-06-30", "target": "2", "unit": "家", "kind": kind}
        assert case(actual="2", day="2025-08-01", when_due="1", **due).remark == "逾期完成"
        assert case(actual="2", day="2025-08-01", when_due="2", **due).remark == ""
        assert case(actual="2", day="2025-06-30", when_due="2", **due).remark == ""
        assert case(actual="2", day="2025-08-01", when_due="1", **due).verdict == Verdict.MET
    stone: dict[str, Any] = {"kind": "milestone", "target": None, "unit": "", "due": "2025-06-30", "day": "2025-08-01"}
    assert case(actual="1", when_due="0", is_counted=True, **stone).remark == "逾期完成"
    assert case(actual="1", when_due="1", is_counted=True, **stone).remark == ""
    assert case(actual=None, reports=[said(1, "2025-07-31", reached=True)], **stone).remark == "逾期完成"
    assert case(actual=None, reports=[said(1, "2025-06-30", reached=True)], **stone).remark == ""


def test_without_a_figure_there_is_no_data_but_something_is_expected() -> None:
    found = case(actual=None, target="365")
    assert (found.verdict, found.expected, found.behind_by) == (Verdict.NO_DATA, 181, None)
    assert case(actual=None, target="365", day="2025-12-31").verdict == Verdict.NO_DATA
    assert case(actual=None, target=None).verdict == Verdict.NO_DATA
    assert case(actual="3", target=None).verdict == Verdict.IN_PROGRESS


@pytest.mark.parametrize(
    ("actual", "day", "verdict"),
    [
        ("10", "2025-06-30", Verdict.ON_TRACK),
        ("10.01", "2025-06-30", Verdict.BEHIND),
        ("10", "2025-12-31", Verdict.MET),
        ("10.01", "2025-12-31", Verdict.MISSED),
    ],
)
def test_a_ceiling_is_kept_or_not(actual: str, day: str, verdict: Verdict) -> None:
    for modality in ("must", "strive"):
        found = case(actual=actual, day=day, target="10", comparator="<=", modality=modality)
        assert (found.verdict, found.expected) == (verdict, 10)


def test_a_ceiling_made_good_again() -> None:
    assert case(actual="32", before="33", target="32", comparator="<=").verdict == Verdict.MADE_UP


def test_zero_is_a_ceiling() -> None:
    assert case(actual="0", target="0", unit="起").verdict == Verdict.ON_TRACK
    assert case(actual="1", target="0", unit="起").verdict == Verdict.BEHIND
    assert case(actual="0", target="0", unit="起", day="2025-12-31").verdict == Verdict.MET


@pytest.mark.parametrize(
    ("comparator", "unit", "target", "enough", "short"),
    [
        (">", "个", "20", "21", "20"),
        (">", "亿元", "1000", "1000.01", "1000"),
        (">", "万人次", "300", "300.01", "300"),
        (">", "个", "1.5", "1.6", "1.5"),
        (">=", "个", "15", "15", "14"),
        ("=", "家", "144", "144", "143"),
        ("~", "%", "8", "7.6", "7.59"),
        ("range", "个", "8", "8", "7"),
        ("", "个", "8", "9", "7"),
        ("<=", "%", "5.5", "5.5", "5.51"),
        ("=", "%", "-3", "-3", "-2.99"),
        ("=", "%", "-3", "-3.5", "0"),
        (">", "%", "-3", "-3.01", "-3"),
        ("~", "%", "-3", "-2.85", "-2.84"),
        ("=", "起", "0", "0", "1"),
    ],
)
def test_what_fulfils_a_promise(comparator: str, unit: str, target: str, enough: str, short: str) -> None:
    for figure, is_met in ((enough, True), (short, False)):
        assert meets(actual=Decimal(figure), target=Decimal(target), comparator=comparator, unit=unit) is is_met, figure


def test_more_than_twenty_means_twenty_one() -> None:
    assert needed(target=Decimal(20), comparator=">", unit="个") == 21
    assert needed(target=Decimal(1000), comparator=">", unit="亿元") == 1000
    assert needed(target=Decimal(300), comparator=">", unit="万人次") == 300
    found = case(actual="20", target="20", comparator=">", unit="个", day="2025-12-31")
    assert (found.verdict, found.target, found.behind_by) == (Verdict.MISSED, 21, Fraction(1, 21))


# made up: behind at the last month's end, on track now


@pytest.mark.parametrize(
    ("before", "before_on", "then", "verdict"),
    [
        ("132", "2025-05-31", None, Verdict.MADE_UP),  # 151 were expected, 18.25 may lack
        ("132.75", "2025-05-31", None, Verdict.ON_TRACK),
        ("132", "2025-05-31", "300", Verdict.ON_TRACK),  # a lower target was in force: 124.1 were expected
        (None, "2025-05-31", None, Verdict.ON_TRACK),
        ("0", "2024-12-31", None, Verdict.ON_TRACK),  # in January there is no last month
    ],
)
def test_made_up_compares_with_what_was_owed_at_the_last_months_end(
    before: str | None, before_on: str, then: str | None, verdict: Verdict
) -> None:
    assert case(actual="181", target="365", before=before, before_on=before_on, then=then).verdict == verdict


def test_behind_now_is_behind_whatever_was_before() -> None:
    assert case(actual="100", target="365", before="181").verdict == Verdict.BEHIND


# rates and positions: a level that has to hold


@pytest.mark.parametrize(
    ("actual", "modality", "day", "verdict"),
    [
        ("98", "must", "2025-06-30", Verdict.ON_TRACK),
        ("97.99", "must", "2025-06-30", Verdict.BEHIND),
        ("97.99", "plain", "2025-06-30", Verdict.BEHIND),
        ("97.99", "strive", "2025-06-30", Verdict.IN_PROGRESS),
        ("97.99", "aspire", "2025-06-30", Verdict.IN_PROGRESS),
        ("98", "strive", "2025-12-31", Verdict.MET),
        ("97.99", "aspire", "2025-12-31", Verdict.MISSED),
    ],
)
def test_a_rate(actual: str, modality: str, day: str, verdict: Verdict) -> None:
    found = case(actual=actual, kind="rate", unit="%", target="98", comparator=">=", modality=modality, day=day)
    assert (found.verdict, found.target, found.expected) == (verdict, 98, 98)


def test_a_fall_is_met_by_an_equal_or_larger_fall() -> None:
    fall = {"kind": "rate", "unit": "%", "target": "-3"}
    assert case(actual="-3", **fall).verdict == Verdict.ON_TRACK
    assert case(actual="-3.4", day="2025-12-31", **fall).verdict == Verdict.MET
    assert case(actual="-2.9", **fall).verdict == Verdict.BEHIND
    assert case(actual="1", day="2025-12-31", **fall).verdict == Verdict.MISSED


def test_a_rate_made_up_and_without_data() -> None:
    rate = {"kind": "rate", "unit": "%", "target": "98"}
    assert case(actual="98", before="97", **rate).verdict == Verdict.MADE_UP
    assert case(actual="98", before="98", **rate).verdict == Verdict.ON_TRACK
    assert case(actual="98", before="97", before_on="2024-12-31", day="2025-01-15", **rate).verdict == Verdict.ON_TRACK
    assert case(actual=None, **rate).verdict == Verdict.NO_DATA
    words = [said(1, "2025-06-30", progress="正在统计")]
    assert case(actual=None, reports=words, **rate).verdict == Verdict.IN_PROGRESS
    assert case(actual=None, reports=words, day="2025-12-31", **rate).verdict == Verdict.NO_DATA


@pytest.mark.parametrize(
    ("actual", "before", "modality", "day", "verdict"),
    [
        ("1", None, "must", "2025-06-30", Verdict.ON_TRACK),
        ("1", "2", "must", "2025-06-30", Verdict.MADE_UP),
        ("2", "1", "must", "2025-06-30", Verdict.BEHIND),
        ("2", "1", "aspire", "2025-06-30", Verdict.IN_PROGRESS),
        ("1", "2", "must", "2025-12-31", Verdict.MET),
        ("2", "1", "aspire", "2025-12-31", Verdict.MISSED),
    ],
)
def test_a_position(actual: str, before: str | None, modality: str, day: str, verdict: Verdict) -> None:
    found = case(actual=actual, before=before, kind="rank", unit="名", target="1", modality=modality, day=day)
    assert (found.verdict, found.target) == (verdict, 1)


def test_a_rank_without_a_position_lives_by_what_the_unit_says() -> None:
    rank: dict[str, Any] = {"kind": "rank", "unit": "", "target": None, "actual": None, "comparator": ">"}
    yes, no = [said(1, "2025-06-30", reached=True)], [said(1, "2025-06-30", reached=False)]
    assert case(**rank).verdict == Verdict.NO_DATA
    assert case(reports=[said(1, "2025-06-30", progress="在追赶")], **rank).verdict == Verdict.IN_PROGRESS
    assert case(reports=yes, **rank).verdict == Verdict.ON_TRACK
    assert case(reports=yes, day="2025-12-31", **rank).verdict == Verdict.MET
    assert case(reports=no, **rank).verdict == Verdict.BEHIND
    assert case(reports=no, modality="aspire", **rank).verdict == Verdict.IN_PROGRESS
    assert case(reports=no, day="2025-12-31", **rank).verdict == Verdict.MISSED


# rosters


@pytest.mark.parametrize(
    ("actual", "day", "expected", "verdict"),
    [
        ("0", "2025-04-30", 0, Verdict.ON_TRACK),  # a third of the year is not over: nothing whole is expected
        ("0", "2025-05-02", 1, Verdict.BEHIND),
        ("1", "2025-05-02", 1, Verdict.ON_TRACK),
        ("1", "2025-04-30", 0, Verdict.AHEAD),
        ("2", "2025-12-30", 2, Verdict.ON_TRACK),
        ("2", "2025-12-31", 3, Verdict.MISSED),
        ("3", "2025-03-01", 0, Verdict.MET),
    ],
)
def test_a_roster_is_counted_in_whole_names(actual: str, day: str, expected: int, verdict: Verdict) -> None:
    found = case(actual=actual, day=day, kind="roster", target="3", unit="", comparator="", named=("甲", "乙", "丙"))
    assert (found.verdict, found.expected) == (verdict, expected)


def test_a_roster_made_up() -> None:
    roster = {"kind": "roster", "target": "3", "unit": "", "comparator": "", "named": ("甲", "乙", "丙")}
    assert case(actual="1", before="0", **roster).verdict == Verdict.MADE_UP
    assert case(actual="1", before="1", **roster).verdict == Verdict.ON_TRACK


def test_a_roster_that_promises_no_day_is_never_behind() -> None:
    roster: dict[str, Any] = {"kind": "roster", "target": "3", "unit": "", "comparator": "", "is_bound": False}
    found = case(actual="0", day="2025-11-30", **roster)
    assert (found.verdict, found.expected, found.target) == (Verdict.IN_PROGRESS, None, 3)
    assert case(actual="1", day="2025-12-31", **roster).verdict == Verdict.IN_PROGRESS
    assert case(actual="3", **roster).verdict == Verdict.MET
    assert case(actual=None, **roster).verdict == Verdict.NO_DATA


@pytest.mark.parametrize("kind", ["quantity", "rate", "rank", "roster", "milestone"])
def test_silence_is_no_data_and_said_to_be_overdue_once_the_day_is_over(kind: str) -> None:
    before = case(actual=None, kind=kind, target="2", unit="", day="2025-12-30")
    assert (before.verdict, before.remark) == (Verdict.NO_DATA, "")
    assert case(actual=None, kind=kind, target="2", unit="", day="2025-12-31").verdict == Verdict.NO_DATA


def test_silent_things_to_be_done_say_that_their_day_is_over() -> None:
    for kind in ("roster", "milestone"):
        assert case(actual=None, kind=kind, target="2", unit="", day="2025-12-31").remark == "时限已过,没有填报"


# milestones


def test_a_milestone_by_reports() -> None:
    milestone: dict[str, Any] = {"kind": "milestone", "target": None, "unit": "", "comparator": ""}
    yes, no = said(1, "2025-06-30", reached=True), said(2, "2025-06-30", reached=False)
    assert case(actual=None, **milestone).verdict == Verdict.NO_DATA
    assert case(actual="40", reports=[no], **milestone).verdict == Verdict.IN_PROGRESS
    assert case(actual="40", reports=[yes], **milestone).verdict == Verdict.MET
    assert case(actual="100", reports=[said(3, "2025-06-30")], **milestone).verdict == Verdict.MET
    assert case(actual="40", reports=[yes, no], **milestone).verdict == Verdict.IN_PROGRESS  # taken back
    assert case(actual="99", reports=[no], day="2025-12-31", **milestone).verdict == Verdict.MISSED
    assert case(actual="99", reports=[no], day="2025-12-31", is_bound=False, **milestone).verdict == Verdict.IN_PROGRESS


def test_a_milestone_by_rows_is_not_met_by_words() -> None:
    milestone: dict[str, Any] = {"kind": "milestone", "target": None, "unit": "", "comparator": "", "is_counted": True}
    yes = [said(1, "2025-06-30", reached=True)]
    assert case(actual="0", reports=yes, **milestone).verdict == Verdict.IN_PROGRESS
    assert case(actual="1", **milestone).verdict == Verdict.MET
    assert case(actual="1", named=("德国", "新马"), **milestone).verdict == Verdict.IN_PROGRESS
    assert case(actual=None, reports=yes, **milestone).verdict == Verdict.MET  # no row bears the name: the unit speaks


def test_a_milestone_with_a_schedule_shows_visible_progress() -> None:
    spec = {
        "kind": "milestones",
        "points": [{"on": "2025-03-31", "share": "0.1"}, {"on": "2025-06-30", "share": "0.5"}],
    }
    milestone: dict[str, Any] = {"kind": "milestone", "target": None, "unit": "", "comparator": "", "spec": spec}
    assert case(actual=None, day="2025-03-30", **milestone).verdict == Verdict.NO_DATA
    nothing = case(actual=None, day="2025-03-31", **milestone)
    assert (nothing.verdict, nothing.expected, nothing.behind_by) == (Verdict.NO_DATA, 10, None)
    idle = case(actual=None, day="2025-03-31", reports=[said(1, "2025-03-31", reached=False)], **milestone)
    assert (idle.verdict, idle.expected, idle.behind_by) == (Verdict.BEHIND, 10, Fraction(1, 10))
    assert case(actual="45", **milestone).verdict == Verdict.ON_TRACK
    assert case(actual="44.9", **milestone).verdict == Verdict.BEHIND
    assert case(actual="49.9", modality="must", **milestone).verdict == Verdict.BEHIND
    assert case(actual="55", **milestone).verdict == Verdict.AHEAD


# bands and duties


def test_a_band_is_held_or_not() -> None:
    band: dict[str, Any] = {"kind": "band", "target": None, "unit": "", "actual": None}
    out, held = said(1, "2025-05-31", reached=False), said(2, "2025-06-30", reached=True)
    assert case(**band).verdict == Verdict.NO_DATA
    assert case(reports=[said(3, "2025-05-31", progress="平稳")], **band).verdict == Verdict.IN_PROGRESS
    assert case(reports=[out], modality="aspire", **band).verdict == Verdict.BEHIND
    assert case(reports=[held], **band).verdict == Verdict.ON_TRACK
    assert case(reports=[out, held], **band).verdict == Verdict.MADE_UP
    assert case(reports=[held], day="2025-12-31", **band).verdict == Verdict.MET
    assert case(reports=[out], day="2025-12-31", **band).verdict == Verdict.MISSED


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        ("2025-03-31", Verdict.ON_TRACK),  # 30 days after the act
        ("2025-04-01", Verdict.QUIET),
        ("2025-04-30", Verdict.QUIET),  # 60 days
        ("2025-05-01", Verdict.DEAD),
    ],
)
def test_a_duty_is_quiet_after_thirty_days_and_dead_after_sixty(day: str, verdict: Verdict) -> None:
    act = said(1, "2025-03-01", reached=True)
    found = case(actual=None, kind="routine", target=None, unit="", day=day, reports=[act], states={1: "verified"})
    assert (found.verdict, found.last_on) == (verdict, date(2025, 3, 1))


def test_only_verified_acts_keep_a_duty_alive() -> None:
    duty: dict[str, Any] = {"actual": None, "kind": "routine", "target": None, "unit": ""}
    assert case(**duty).verdict == Verdict.NO_DATA
    claimed = said(1, "2025-06-20", reached=True)
    found = case(reports=[claimed], states={1: "evidenced"}, **duty)
    assert (found.verdict, found.remark) == (Verdict.QUIET, "有填报未核实")
    early = case(reports=[said(1, "2025-01-20", reached=True)], states={1: "claimed"}, day="2025-01-31", **duty)
    assert early.verdict == Verdict.IN_PROGRESS
    idle = said(2, "2025-06-25", reached=False, progress="本月未开展")
    assert case(reports=[idle], states={2: "verified"}, **duty).verdict == Verdict.QUIET
