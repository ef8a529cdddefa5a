"""Standing end to end: targets, schedules, rows and reports put together, for one commitment and for a whole plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.kernel.indicators.desk import PDF, Desk, make_desk, moment

from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.indicators.declare import Proof
from gongjian.kernel.indicators.standing import prepared, standings, store, term
from gongjian.kernel.indicators.verdicts import Verdict
from gongjian.kernel.plan import assignment
from gongjian.kernel.plan.models import Commitment, Share
from gongjian.kernel.reports import actions as reports
from gongjian.kernel.reports.models import Reported

pytestmark = pytest.mark.django_db


def verify(desk: Desk, row: Reported, at: str) -> None:
    evidence.attach(thing=row, part="value", name="表.pdf", data=PDF, by=desk.officer, at=moment(at))
    reports.verify(reported=Reported.objects.get(pk=row.pk), by=desk.supervisor, at=moment(at))


# targets and dates


def test_month_ends_and_leap_days_with_exact_expectations(desk: Desk) -> None:
    c = desk.promise(value=Decimal(365), unit="亿元", indicator="invoiced-sales")
    assert desk.standing(c, "2025-06-30").expected == 181
    assert desk.standing(c, "2025-02-28").expected == 59
    leap = make_desk(2024)
    d = leap.promise(value=Decimal(366), unit="亿元", indicator="invoiced-sales")
    assert leap.standing(d, "2024-02-29").expected == 60
    assert leap.standing(d, "2024-12-31").verdict == Verdict.MISSED


def test_a_changed_target_binds_from_its_day(desk: Desk) -> None:
    c = desk.promise()
    desk.report(c, 1, "6", at="2025-01-31")
    desk.retarget(c, "5", since="2025-03-01")
    desk.retarget(c, "12", since="2025-05-01", due_on=date(2025, 9, 30))
    days = ("2025-02-28", "2025-03-01", "2025-05-01")
    found = [desk.standing(c, d) for d in days]
    assert [s.target for s in found] == [10, 5, 12]
    assert [s.verdict for s in found] == [Verdict.AHEAD, Verdict.MET, Verdict.AHEAD]
    assert term(commitment=c, as_of=date(2025, 5, 1)).due == date(2025, 9, 30)
    assert term(commitment=c, as_of=date(2025, 4, 30)).due == date(2025, 12, 31)
    assert found[2].expected == Decimal("5.318681")  # 12 x 121 / 273
    assert desk.standing(c, "2025-09-30").verdict == Verdict.MISSED


def test_a_roster_and_a_milestone_follow_their_changed_day_too(desk: Desk) -> None:
    roster = desk.promise("确保甲乙丙、丁戊己开工", kind="roster", value=None, unit="", named=["甲乙丙", "丁戊己"])
    stone = desk.promise("建成消防站", kind="milestone", value=None, unit="", comparator="")
    for c in (roster, stone):
        desk.retarget(c, None, since="2025-02-01", due_on=date(2025, 6, 30))
        assert desk.standing(c, "2025-06-29").note == ""
        assert desk.standing(c, "2025-06-30").note == "时限已过,没有填报"


def test_months_parts_are_the_schedule(desk: Desk) -> None:
    c = desk.promise(value=Decimal(20), comparator=">", unit="个", indicator="project-starts")
    for month, value in ((3, 6), (6, 12), (12, 21)):
        Share.objects.create(commitment=c, month=date(2025, month, 1), value=Decimal(value))
    Share.objects.create(commitment=c, unit=desk.unit, value=Decimal(20))  # a unit's part is no schedule
    assert [desk.standing(c, d).expected for d in ("2025-03-31", "2025-06-30", "2025-12-31")] == [6, 12, 21]
    assert desk.standing(c, "2025-02-14").expected == 3  # 45 of 90 days
    c.schedule = {"kind": "linear"}
    c.save()
    assert desk.standing(c, "2025-06-30").expected == Decimal("10.413699")


def test_what_promises_no_day_is_bound_only_by_assurance_or_schedule(desk: Desk) -> None:
    given = {"kind": "roster", "value": None, "unit": "", "named": ["甲乙丙"], "due_on": None, "deadline": ""}
    assured, plain = desk.promise("确保甲乙丙", **given), desk.promise("推进甲乙丙", modality="plain", **given)
    scheduled = desk.promise("推进甲乙丙", modality="plain", schedule={"kind": "linear"}, **given)
    bound = [term(commitment=c, as_of=date(2025, 6, 30)).is_bound for c in (assured, plain, scheduled)]
    assert bound == [True, False, True]


def test_what_comes_after_its_day_is_late_and_next_years_rows_do_not_count(desk: Desk) -> None:
    half = desk.promise(value=Decimal(1), due_on=date(2025, 6, 30), indicator="high-tech-filed")
    whole = desk.promise(value=Decimal(2), indicator="high-tech-filed")
    desk.application("云岫机电", stage="已申报", on="2025-07-10")
    desk.application("青禾精密", stage="已申报", on="2026-01-08")
    assert desk.standing(half, "2025-06-30").verdict == Verdict.MISSED
    late = desk.standing(half, "2025-07-31")
    assert (late.verdict, late.note, late.label) == (Verdict.MET, "逾期完成", "已完成")
    after = desk.standing(whole, "2026-01-31")
    assert (after.actual, after.verdict, after.curve[-1][1], after.entry_ids[1:]) == (1, Verdict.MISSED, 1, ())


def test_a_unit_that_does_not_compare_cannot_be_bound(desk: Desk) -> None:
    c = desk.promise(unit="人")
    with pytest.raises(Refusal) as refused:
        assignment.bind(commitment=c, indicator="high-tech-filed", by=desk.supervisor, at=moment("2025-03-01"))
    assert refused.value.code == "bind.unit" and Commitment.objects.get(pk=c.pk).indicator == ""


def test_a_schedule_that_no_longer_fits_can_be_replaced(desk: Desk) -> None:
    spec = {"kind": "points", "points": [{"on": "2025-09-30", "share": "0.5"}]}
    c = desk.promise(schedule=spec, due_on=date(2025, 6, 30))
    assert desk.standing(c, "2025-06-29").expected is not None
    assignment.set_schedule(commitment=c, spec={"kind": "workdays"}, by=desk.supervisor, at=moment("2025-03-01"))
    assert term(commitment=c, as_of=date(2025, 6, 30)).schedule.kind == "workdays"


# units


def test_a_sum_in_10000_yuan_against_a_target_in_100_million(desk: Desk) -> None:
    c = desk.promise("开票销售超千亿", value=Decimal(1000), comparator=">", unit="亿元", indicator="invoiced-sales")
    row = desk.enter("invoiced-sales", on="2025-07-08", month=date(2025, 6, 30), amount=Decimal("4986543.21"))
    desk.prove(row, "report", at="2025-07-09", verified_at="2025-07-10")
    s = desk.standing(c, "2025-06-30")
    assert (s.actual, s.proof, s.source) == (Decimal("498.654321"), Proof(verified=Decimal("498.654321")), "indicator")
    assert s.expected == Decimal("495.890411") and s.verdict == Verdict.MADE_UP  # nothing was there at May's end


def test_units_that_do_not_compare_give_no_figure(desk: Desk) -> None:
    c = desk.promise(unit="人", indicator="high-tech-filed")
    desk.application("云岫机电", stage="已申报", on="2025-05-20")
    s = desk.standing(c, "2025-06-30")
    assert (s.actual, s.verdict, s.proved) == (None, Verdict.NO_DATA, 0)


# monthly figures


def test_between_month_ends_a_monthly_figure_is_judged_on_its_own_day(desk: Desk) -> None:
    c = desk.promise(value=Decimal(365), unit="亿元")
    desk.report(c, 5, "151", at="2025-06-03")
    found = [desk.standing(c, d) for d in ("2025-05-31", "2025-06-15", "2025-06-29", "2025-06-30", "2025-07-01")]
    assert [s.judged_on.isoformat()[5:] for s in found] == ["05-31", "05-31", "05-31", "06-30", "07-01"]
    assert [s.expected for s in found] == [151, 151, 151, 181, 182]
    assert [s.verdict for s in found] == [Verdict.ON_TRACK] * 3 + [Verdict.BEHIND] * 2


def test_a_register_that_comes_by_month_is_judged_alike_and_a_daily_one_every_day(desk: Desk) -> None:
    monthly = desk.promise("销售", value=Decimal(365), unit="亿元", indicator="invoiced-sales")
    desk.enter("invoiced-sales", on="2025-06-10", month=date(2025, 5, 31), amount=Decimal(1_510_000))
    assert desk.standing(monthly, "2025-06-15").verdict == Verdict.ON_TRACK
    assert desk.standing(monthly, "2025-06-30").verdict == Verdict.BEHIND
    daily = desk.promise("申报", value=Decimal(3), indicator="high-tech-filed")
    desk.application("云岫机电", stage="已申报", on="2025-05-31")
    assert desk.standing(daily, "2025-06-15").judged_on == date(2025, 6, 15)


# made up


def test_made_up_against_the_last_months_end(desk: Desk) -> None:
    c = desk.promise(value=Decimal(8), indicator="high-tech-filed")
    for n, on in enumerate(("2025-02-01", "2025-06-10", "2025-06-20", "2025-06-25")):
        desk.application(f"企业{n}", stage="已申报", on=on)
    assert desk.standing(c, "2025-05-31").verdict == Verdict.BEHIND  # 1 of 3.3
    assert desk.standing(c, "2025-06-30").verdict == Verdict.MADE_UP  # 4 of 3.97
    assert desk.standing(c, "2025-07-01").verdict == Verdict.ON_TRACK


def test_nothing_is_made_up_in_january(desk: Desk) -> None:
    c = desk.promise(value=Decimal(12), indicator="high-tech-filed")
    assert desk.standing(c, "2025-01-15").verdict == Verdict.ON_TRACK
    desk.application("云岫机电", stage="已申报", on="2025-01-20")
    assert desk.standing(c, "2025-01-31").verdict == Verdict.ON_TRACK
    assert desk.standing(c, "2025-02-28").verdict == Verdict.ON_TRACK


def test_a_report_that_comes_late_is_no_making_up(desk: Desk) -> None:
    c = desk.promise(value=Decimal(365), unit="亿元")
    desk.report(c, 4, "120", at="2025-05-03")
    desk.report(c, 6, "181", at="2025-06-30")  # nothing for May: April's figure was on track on its own day
    assert desk.standing(c, "2025-06-30").verdict == Verdict.ON_TRACK
    desk.report(c, 5, "130", at="2025-07-02")  # May comes in July: it was behind
    assert desk.standing(c, "2025-06-30").verdict == Verdict.MADE_UP
    assert desk.standing(c, "2025-06-30", "2025-07-01").verdict == Verdict.ON_TRACK


# reports: proof, difference, rosters


def test_what_was_verified_in_may_is_verified_in_june(desk: Desk) -> None:
    c = desk.promise(value=Decimal(144))
    verify(desk, desk.report(c, 4, "20"), "2025-05-05")
    verify(desk, desk.report(c, 5, "23"), "2025-06-05")
    june = desk.report(c, 6, "62", at="2025-06-30")
    assert desk.standing(c, "2025-06-30").proof == Proof(verified=Decimal(23), claimed=Decimal(39))
    evidence.attach(thing=june, part="value", name="表.pdf", data=PDF, by=desk.officer, at=moment("2025-06-30"))
    assert desk.standing(c, "2025-06-30").proof == Proof(verified=Decimal(23), evidenced=Decimal(39))
    lower = desk.report(c, 7, "21", at="2025-07-31")  # corrected downwards: never more verified than reported
    assert desk.standing(c, "2025-07-31").proof == Proof(verified=Decimal(21))
    assert lower.state == "claimed"


def test_a_reported_level_is_proved_as_a_whole(desk: Desk) -> None:
    c = desk.promise("机械化率达到98%", kind="rate", value=Decimal(98), unit="%")
    verify(desk, desk.report(c, 5, "97"), "2025-06-05")
    desk.report(c, 6, "98", at="2025-06-30")
    s = desk.standing(c, "2025-06-30")
    assert (s.verdict, s.proof) == (Verdict.MADE_UP, Proof(claimed=Decimal(98)))


def test_a_roster_by_reports_is_proved_name_by_name(desk: Desk) -> None:
    named = ["岚绮纺织", "玄枢智控", "钧岑机械"]
    c = desk.promise("确保开工", kind="roster", value=None, unit="", named=named)
    verify(desk, desk.report(c, 3, done=["岚绮纺织"]), "2025-04-05")
    desk.report(c, 4, progress="设计送审")
    desk.report(c, 6, done=["岚绮纺织", "玄枢智控"], at="2025-06-30")
    s = desk.standing(c, "2025-06-30")
    assert (s.actual, s.target, s.expected, s.verdict) == (2, 3, 1, Verdict.AHEAD)
    assert s.done == {"岚绮纺织": date(2025, 3, 31), "玄枢智控": date(2025, 6, 30)}
    assert s.proof == Proof(verified=Decimal(1), claimed=Decimal(1))
    assert [v for _, v in s.curve] == [None, None, 1, 1, 1, 2]


def test_reported_and_counted_are_compared_on_the_day_the_report_speaks_of(desk: Desk) -> None:
    c = desk.promise(indicator="high-tech-filed")
    for n, on in enumerate(("2025-05-20", "2025-05-25", "2025-06-20")):
        desk.application(f"企业{n}", stage="已申报", on=on)
    assert desk.standing(c, "2025-06-30").difference is None
    desk.report(c, 5, "2")
    s = desk.standing(c, "2025-06-30")
    assert (s.actual, s.reported, s.reported_on, s.difference) == (3, 2, date(2025, 5, 31), 0)
    desk.report(c, 6, "5", at="2025-06-30", progress="另有2家回执在途")
    s = desk.standing(c, "2025-06-30")
    assert (s.actual, s.reported, s.difference, s.note) == (3, 5, 2, "另有2家回执在途")
    desk.report(c, 7, progress="只有文字", at="2025-07-31")
    assert desk.standing(c, "2025-07-31").reported == 5


def test_words_without_a_figure(desk: Desk) -> None:
    c = desk.promise()
    desk.report(c, 6, progress="正在组织", at="2025-06-30")
    s = desk.standing(c, "2025-06-30")
    assert (s.verdict, s.actual, s.note, s.source) == (Verdict.NO_DATA, None, "正在组织", "reported")
    silent = desk.promise("另一项")
    assert desk.standing(silent, "2025-06-30").source == ""


def test_a_duty_whose_reports_nobody_verified_says_so(desk: Desk) -> None:
    c = desk.promise("常态化开展", kind="routine", value=None, unit="", due_on=None, deadline="")
    desk.report(c, 6, progress="督查22家", reached=True, at="2025-06-30")
    s = desk.standing(c, "2025-06-30")
    assert (s.verdict, s.note, s.label) == (Verdict.QUIET, "有填报未核实;督查22家", "沉寂")
    verify(desk, Reported.objects.get(), "2025-06-30")
    s = desk.standing(c, "2025-07-30")
    assert (s.verdict, s.label, s.tone, s.last_on) == (Verdict.ON_TRACK, "正常", "ok", date(2025, 6, 30))


def test_a_milestone_finds_its_row_by_its_own_words(desk: Desk) -> None:
    c = desk.promise(
        "确保砚塘消防站年内建成", kind="milestone", value=None, unit="", comparator="", indicator="works-completed"
    )
    assert desk.standing(c, "2025-06-30").verdict == Verdict.NO_DATA
    row = desk.enter("works", on="2025-01-06", name="砚塘消防站")
    desk.move(desk.enter("works", on="2025-01-06", name="别的工程"), "已完工", on="2025-02-01")
    assert desk.standing(c, "2025-06-30").verdict == Verdict.IN_PROGRESS
    desk.move(row, "已完工", on="2025-06-20")
    s = desk.standing(c, "2025-06-30")
    assert (s.verdict, s.actual, s.entry_ids, s.last_on) == (Verdict.MET, 1, (row.pk,), date(2025, 6, 20))
    assert desk.standing(c, "2025-06-19").verdict == Verdict.IN_PROGRESS


# a whole plan


def test_an_edit_shows_in_every_affected_figure_at_once(desk: Desk) -> None:
    whole = desk.promise("高企申报10家", indicator="high-tech-filed")
    part = desk.promise("上半年申报4家", value=Decimal(4), due_on=date(2025, 6, 30), indicator="high-tech-filed")
    roster = desk.promise(
        "项目开工", kind="roster", value=None, unit="", named=["岚绮纺织"], indicator="projects-started"
    )
    starts = desk.promise("开工3个", value=Decimal(3), unit="个", indicator="project-starts")
    row = desk.application("云岫机电")
    project = desk.enter("project", on="2025-02-01", name="岚绮纺织项目")

    def figures() -> dict[int, Decimal | None]:
        return {s.commitment.pk: s.actual for s in standings(plan=desk.plan, as_of=date(2025, 6, 30))}

    assert figures() == {whole.pk: 0, part.pk: 0, roster.pk: 0, starts.pk: 0}
    moved = desk.move(row, "已申报", on="2025-05-20")
    assert figures() == {whole.pk: 1, part.pk: 1, roster.pk: 0, starts.pk: 0}
    desk.move(project, "已开工", on="2025-05-20")
    assert figures() == {whole.pk: 1, part.pk: 1, roster.pk: 1, starts.pk: 1}
    from gongjian.kernel.registers.actions import withdraw_move

    withdraw_move(moved=moved, by=desk.officer, at=moment("2025-06-01"), reason="登记错误")
    desk.change(project, at="2025-06-02", name="别家项目")
    assert figures() == {whole.pk: 0, part.pk: 0, roster.pk: None, starts.pk: 1}
    assignment.bind(commitment=starts, indicator="", by=desk.supervisor, at=moment("2025-06-03"))
    desk.report(starts, 6, "2", at="2025-06-30")
    assert figures()[starts.pk] == 2


def test_only_confirmed_commitments_in_the_texts_order(desk: Desk) -> None:
    first, second, third = desk.promise("甲"), desk.promise("乙"), desk.promise("丙")
    Commitment.objects.filter(pk=second.pk).update(state=Commitment.State.REJECTED)
    day = date(2025, 6, 30)
    assert [s.commitment.pk for s in standings(plan=desk.plan, as_of=day)] == [first.pk, third.pk]
    assert [s.commitment.pk for s in standings(plan=desk.plan, as_of=day, ids=[third.pk, second.pk])] == [third.pk]


def test_one_and_all_agree(desk: Desk) -> None:
    bound = desk.promise(indicator="high-tech-filed")
    desk.application("云岫机电", stage="已申报", on="2025-05-20")
    desk.report(bound, 6, "3", at="2025-06-30")
    for known_at in (None, moment("2025-06-15")):
        (whole,) = standings(plan=desk.plan, as_of=date(2025, 6, 30), known_at=known_at)
        alone = desk.standing(bound, "2025-06-30", "" if known_at is None else "2025-06-15")
        names = ("verdict", "actual", "expected", "proof", "difference", "curve", "entry_ids", "per_week", "note")
        assert [getattr(whole, n) for n in names] == [getattr(alone, n) for n in names]
        assert whole.reported == (None if known_at else 3)


SIXTY = [
    *[("quantity", "家", "high-tech-filed")] * 12,
    *[("quantity", "亿元", "invoiced-sales")] * 8,
    *[("quantity", "个", "upgrades-over-1000")] * 8,
    *[("rank", "名", "position-equipment")] * 4,
    *[("roster", "", "projects-started")] * 4,
    *[("roster", "", "works-finished")] * 2,
    *[("quantity", "人", "")] * 22,
]


@pytest.mark.parametrize("known_at", [None, moment("2025-07-05")])
def test_sixty_commitments_take_a_bounded_number_of_queries(
    desk: Desk, django_assert_num_queries: object, known_at: object
) -> None:
    """Five for the plan, one for each indicator (four counts, two lists of names), one for each of the six rosters.

    On a past day one more, for the evidence of reports.
    """
    for kind, unit, indicator in SIXTY:
        named = ["岚绮纺织", "玄枢智控"] if kind == "roster" else []
        c = desk.promise(
            "承诺", kind=kind, unit=unit, indicator=indicator, named=named, value=None if named else Decimal(5)
        )
        desk.report(c, 5, None if named else "1", progress="进行中")
    desk.enter("project", on="2025-02-01", name="岚绮纺织项目")
    desk.enter("works", on="2025-02-01", name="岚绮纺织配套道路")
    bound = 5 + 6 + 6 + (known_at is not None)
    with django_assert_num_queries(bound):  # type: ignore[operator]
        found = standings(plan=desk.plan, as_of=date(2025, 6, 30), known_at=known_at)  # type: ignore[arg-type]
    assert len(found) == 60
    assert {s.verdict for s in found} == {Verdict.BEHIND, Verdict.ON_TRACK, Verdict.IN_PROGRESS}


def test_store_keeps_what_a_page_shows(desk: Desk) -> None:
    c = desk.promise(indicator="high-tech-filed")
    row = desk.application("云岫机电", stage="已申报", on="2025-05-20")
    desk.prove(row, "receipt", at="2025-06-01", verified_at="2025-06-02")
    desk.report(c, 6, "3", at="2025-06-30", progress="很长的说明" * 60)
    assert store(plan=desk.plan, as_of=date(2025, 6, 30), known_at=moment("2025-07-01")) == 1
    kept = c.standings.get()
    assert (kept.actual, kept.verified, kept.target, kept.verdict, kept.source) == (1, 1, 10, "behind", "indicator")
    assert kept.expected == Decimal("4.958904") and len(kept.note) == 200
    assert str(kept) == f"{c.pk} 2025-06-30 behind"


def test_days_of_the_curve(desk: Desk) -> None:
    c = desk.promise(indicator="high-tech-filed")
    desk.application("云岫机电", stage="已申报", on="2025-02-10")
    assert desk.standing(c, "2025-03-15").curve == (
        (date(2025, 1, 31), 0),
        (date(2025, 2, 28), 1),
        (date(2025, 3, 15), 1),
    )
    asked = [date(2025, 2, 9), date(2025, 2, 10)]
    assert desk.standing(c, "2025-03-15", days=asked).curve == ((asked[0], 0), (asked[1], 1))
    assert desk.standing(c, "2024-12-01").actual == 0  # before the year there is nothing
    assert prepared(Commitment.objects.none()) == []
    assert desk.standing(c, "2025-06-30").behind_by == Fraction(181, 365) - Fraction(1, 10)
