"""The zone's own figures: set, confirmed, ended, withdrawn; refused where an official text sets them; judged by at once."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.kernel.people.cast import AT, TODAY, Cast
from tests.kernel.registers.entries import enterprise

from gongjian.drives.industry.criteria.above_scale import NEAR as NEAR_SCALE
from gongjian.drives.innovation.criteria.high_tech import HIGH_TECH
from gongjian.ground.monthly_figures import MonthlyFigure
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people.models import Act
from gongjian.kernel.registers import actions
from gongjian.kernel.rulebooks import (
    cases,
    explaining,
    keeping,
    own,
    parameters,
    rulebook,
    settable,
    setting,
    settled,
    windows,
)
from gongjian.kernel.rulebooks.judging import judge_one
from gongjian.kernel.rulebooks.models import Judgement, ZoneFigure
from gongjian.kernel.rulebooks.setting import Proof
from gongjian.kernel.rulebooks.states import State

WHY = Proof(source="园区经发局〔2025〕7号", reason="按本区近三年新入规企业测算")
NEAR = {"standard": "above-scale", "name": "near_from"}
BATCH = "高企申报批次(省级安排)"


def put(cast: Cast, value: str = "1800", since: date | None = date(2025, 7, 1), **more: Any) -> ZoneFigure:
    given: dict[str, Any] = {**NEAR, "until": None, "proof": WHY, "by": cast.supervisor, "at": AT, **more}
    return setting.set_figure(values=[value], since=since, **given)


def near(day: date, **how: Any) -> parameters.Parameter:
    return parameters.in_force("above-scale", as_of=day, **how)["near_from"]


def test_a_setting_counts_from_its_day_and_says_who_set_it(cast: Cast) -> None:
    made = put(cast)
    before, after = near(date(2025, 6, 30)), near(date(2025, 7, 1))
    assert (before.value, before.confidence, before.set_by) == (Fraction(1600), "zone", "")
    assert (after.value, after.confidence, after.source) == (Fraction(1800), "zone", "园区经发局〔2025〕7号")
    assert after.said == "本区设定(管委会陶知行 2025-06-30)"
    assert (after.since, after.until, after.unit) == (date(2025, 7, 1), None, "万元")
    assert near(date(2025, 7, 1), is_official=True).value == 1600
    act = Act.objects.get(verb="figure.set")
    assert (act.by, act.subject_id) == (cast.supervisor, made.pk)
    assert act.note == "临规名单的起点(近十二个月开票销售):1,800万元,自2025-07-01起一直有效,依据园区经发局〔2025〕7号"


def test_without_a_look_at_the_database_the_official_figures_stand(cast: Cast) -> None:
    put(cast)
    own.forget()
    assert near(date(2025, 7, 1)).value == 1600
    own.begin()
    with CaptureQueriesContext(connection) as asked:
        assert [near(date(2025, 7, 1)).value for _ in range(3)] == [1800] * 3
    assert len(asked) == 2  # whether there is anything new; what it is
    own.begin()
    with CaptureQueriesContext(connection) as asked:
        assert near(date(2025, 7, 1)).value == 1800
    assert len(asked) == 1


@pytest.mark.parametrize("who", ["leader", "clerk", "viewer", "auditor"])
def test_only_supervision_and_administration_may_set(cast: Cast, who: str) -> None:
    officer = getattr(cast, who)
    with pytest.raises(Forbidden, match="不能设定本区数值"):
        put(cast, by=officer)
    assert ZoneFigure.objects.count() == 0
    made = put(cast, by=cast.administrator)
    for act in (setting.withdraw, setting.end):
        more = {"until": TODAY} if act is setting.end else {}
        with pytest.raises(Forbidden):
            act(act=made, reason="换人以后再定", by=officer, at=AT, **more)
    assert ZoneFigure.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"name": "full_from"}, "figure.unknown", "没有名为“full_from”的数值"),
        ({"name": "min_revenue"}, "figure.sourced", "有官方出处"),
        ({"value": ""}, "figure.value", "没有填写"),
        ({"value": "一千八"}, "figure.value", "不能用"),
        ({"value": "-5"}, "figure.value", "不能用"),
        ({"value": "1e3"}, "figure.value", "不能用"),
        ({"value": "1800.00001"}, "figure.value", "不能用"),
        ({"value": "1000000001"}, "figure.value", "太大"),
        ({"since": None}, "figure.dates", "没有填写施行起日"),
        ({"since": date(2010, 12, 31)}, "figure.dates", "标准在2010-12-31没有这一项数值"),
        ({"until": date(2025, 6, 30)}, "figure.dates", "止日2025-06-30早于起日2025-07-01"),
        ({"proof": Proof(source="", reason="按测算结果设定")}, "figure.source", "没有写明依据"),
        ({"proof": Proof(source="会议纪要3号", reason="好")}, "figure.reason", "没有写明理由,也没有上传文件"),
        ({"proof": Proof(source="会议纪要3号", file_name="a.exe", file=b"MZ")}, "evidence.type", "不能作为佐证"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_is_kept(
    cast: Cast, given: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(Refusal) as refused:
        put(cast, **given)
    assert refused.value.code == code
    assert words in refused.value.cause
    assert ZoneFigure.objects.count() == 0
    assert Act.objects.count() == 0


def test_two_in_force_on_one_day_are_refused_until_the_earlier_ends(cast: Cast) -> None:
    first = put(cast)
    with pytest.raises(Refusal) as refused:
        put(cast, "1900", date(2026, 1, 1))
    assert refused.value.sentence == (
        "本区已设定“临规名单的起点(近十二个月开票销售)”为1,800万元,自2025-07-01起一直有效,与新值的日期重叠。"
        "请勾选“原设定截止到前一天”(即2025-12-31),或改填起止日期。"
    )
    with pytest.raises(Refusal, match="先撤回"):  # one that begins later does not end by itself
        put(cast, "1700", date(2025, 1, 1), ends_earlier=True)
    assert ZoneFigure.objects.count() == 1
    put(cast, "1900", date(2026, 1, 1), ends_earlier=True)
    put(cast, "1700", date(2025, 1, 1), until=date(2025, 6, 30))
    days = (date(2024, 12, 31), date(2025, 6, 30), date(2025, 7, 1), date(2025, 12, 31), date(2026, 1, 1))
    assert [near(day).value for day in days] == [1600, 1700, 1800, 1800, 1900]
    assert [(one.sort, one.number) for one in ZoneFigure.objects.order_by("id")] == [
        ("set", 1), ("ended", 2), ("set", 3), ("set", 4),
    ]  # fmt: skip
    first.refresh_from_db()
    assert (first.values, first.until) == (["1800"], None)  # what was set stays as it was set


def test_a_setting_ends_and_is_withdrawn_by_another_act(cast: Cast) -> None:
    first = put(cast)
    setting.end(act=first, until=date(2025, 9, 30), reason="文件只施行到九月底", by=cast.supervisor, at=AT)
    assert [near(date(2025, 9, 30)).value, near(date(2025, 10, 1)).value] == [1800, 1600]
    with pytest.raises(Refusal, match="已经截止到2025-09-30"):
        setting.end(act=first, until=date(2025, 8, 31), reason="又改了主意", by=cast.supervisor, at=AT)
    with pytest.raises(Refusal, match="没有写明理由"):
        setting.withdraw(act=first, reason="", by=cast.supervisor, at=AT)
    setting.withdraw(act=first, reason="文件没有正式印发", by=cast.administrator, at=AT)
    assert near(date(2025, 8, 1)).value == 1600
    with pytest.raises(Refusal, match="已经撤回"):
        setting.withdraw(act=first, reason="文件没有正式印发", by=cast.supervisor, at=AT)
    (line,) = settled.lines(**NEAR)
    assert (line.counts, line.until) == (False, date(2025, 9, 30))
    assert line.withdrawn is not None and line.withdrawn.by == cast.administrator
    put(cast, "1750")
    assert near(date(2025, 7, 1)).value == 1750


def test_of_two_at_the_same_moment_the_second_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting, "_next", lambda *args: 1)
    put(cast)
    with pytest.raises(Refusal, match="另一位同事刚刚改动"):
        put(cast, "1900", date(2026, 1, 1), ends_earlier=True)
    assert ZoneFigure.objects.count() == 1
    assert near(date(2026, 1, 1)).value == 1800


def test_an_unchecked_figure_is_confirmed_a_share_stays_a_share(cast: Cast) -> None:
    block = parameters.in_force("maker-space", as_of=TODAY)["min_shared_share"]
    assert (block.value, block.confidence) == (Fraction(3, 4), "unconfirmed")
    made = setting.set_figure(
        standard="maker-space", name="min_shared_share", values=["72.5"], since=date(2017, 1, 1), until=None,
        proof=Proof(source="原文第六条", file_name="原文.pdf", file=b"%PDF-1.4 x"), by=cast.supervisor, at=AT,
    )  # fmt: skip
    found = parameters.in_force("maker-space", as_of=TODAY)["min_shared_share"]
    assert (made.sort, made.values, made.file_name) == ("confirmed", ["72.5%"], "原文.pdf")
    assert (found.value, found.shown, found.confidence) == (Fraction(29, 40), "72.5%", "confirmed")
    assert found.said == "已核实(管委会陶知行 2025-06-30)"
    with pytest.raises(Refusal, match="超过100%"):
        settable.check_figure("maker-space", "min_shared_share", values=["101"], since=TODAY, until=None)


def test_bands_are_set_all_at_once(cast: Cast) -> None:
    more = {"standard": "talent", "name": "min_years", "since": date(2025, 1, 1), "until": None}
    with pytest.raises(Refusal, match="分2档,收到1个数值"):
        settable.check_figure(values=["4"], **more)
    setting.set_figure(values=["6", "3"], proof=WHY, by=cast.supervisor, at=AT, **more)
    found = parameters.in_force("talent", as_of=TODAY)["min_years"]
    assert found.bands == ((Fraction(4), Fraction(6)), (None, Fraction(3)))
    assert found.value is None


def test_a_choice_is_chosen(cast: Cast) -> None:
    more = {"standard": "smart-factory", "name": "admits_titles", "since": TODAY, "until": None}
    with pytest.raises(Refusal, match="不能是“2”"):
        settable.check_figure(values=["2"], **more)
    block, values = settable.check_figure(values=["1"], **more)
    assert settable.told(block, values) == "准许"


def test_every_figure_that_is_open_would_take_its_own_value_back() -> None:
    for standard in settable.titles():
        for name, blocks in parameters.read(standard).items():
            assert len(name) <= 80
            for block in blocks:
                values = [value for _, value in block.bands] or ([] if block.value is None else [block.value])
                if block.is_open and values:
                    assert list(settable.read_values(block, settable.written(block, values))) == values, name


def test_window_labels_are_one_each_and_short() -> None:
    for standard in settable.titles():
        book = next(one for one in rulebook.every() if one.standard == standard)
        labels = [one["label"] for one in windows.standards.standard(book.standard).get("windows", ())]
        assert len(labels) == len(set(labels))
        assert all(len(label) <= 80 for label in labels)


def test_kept_verdicts_are_judged_again_by_the_new_figure_and_by_the_old_one_after_it_is_withdrawn(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, industry_code="3985", is_above_scale=False)
    for back in range(1, 13):
        month = date(2025 - (back > 5), (5 - back) % 12 + 1, 1)
        values = {"enterprise": firm, "month": month, "invoice_sales": "141.67", "unit": cast.science}
        actions.create(register=MonthlyFigure.register, values=values, by=cast.clerk, at=AT, today=TODAY)
    assert keeping.refresh(NEAR_SCALE, as_of=TODAY, at=AT) == 1
    kept = Judgement.objects.get()
    assert (kept.facts["invoice_sales_12m"], kept.state) == (17_000_400, State.MET)
    assert keeping.waiting(NEAR_SCALE, as_of=TODAY) == 0

    made = put(cast, "1701", date(2025, 1, 1))
    own.forget()  # as in another process, the worker
    assert keeping.waiting(NEAR_SCALE, as_of=TODAY) == 1
    assert keeping.waiting(HIGH_TECH, as_of=TODAY) == 1  # it has never been judged
    later = AT + timedelta(hours=1)
    assert keeping.refresh_all(as_of=TODAY, at=later)["near-scale"] == 1
    now = Judgement.objects.get(rulebook="near-scale", until=None)
    assert (now.state, now.gaps, now.since) == (State.UNMET, {"near.0": 96}, later)
    assert keeping.waiting(NEAR_SCALE, as_of=TODAY) == 0

    setting.withdraw(act=made, reason="文件没有正式印发", by=cast.supervisor, at=later)
    assert keeping.waiting(NEAR_SCALE, as_of=TODAY) == 1
    assert keeping.waiting(HIGH_TECH, as_of=TODAY) == 0  # another standard
    assert keeping.refresh(NEAR_SCALE, as_of=TODAY, at=later + timedelta(hours=1)) == 1
    assert Judgement.objects.get(rulebook="near-scale", until=None).state == State.MET
    actions.change(entry=firm, values={"address": "青岚路9号"}, by=cast.clerk, at=later, revision=1)
    assert keeping.waiting(NEAR_SCALE, as_of=TODAY) == 1
    assert keeping.refresh(NEAR_SCALE, as_of=TODAY, at=later + timedelta(hours=2)) == 0


def test_worked_cases_go_by_the_official_figures(cast: Cast) -> None:
    put(cast, "1999", date(2011, 1, 1))
    assert [fault for case in cases.of(NEAR_SCALE) for fault in case.faults()] == []
    case = next(one for one in cases.of(NEAR_SCALE) if "near_from" not in one.figures)
    assert judge_one(NEAR_SCALE, case.numbers(), as_of=case.as_of).findings


def test_the_sentence_of_a_criterion_says_who_set_its_figure(cast: Cast) -> None:
    case = next(one for one in cases.of(NEAR_SCALE) if one.expect.get("verdict") == "ready")
    put(cast, "1000", date(2011, 1, 1))
    told = explaining.explain(judge_one(NEAR_SCALE, case.numbers(), as_of=case.as_of))
    line = next(one for one in told if one.finding.gate.name == "near")
    assert "不低于1,000万元" in line.demanded
    assert line.sentence.endswith("“临规名单的起点(近十二个月开票销售)”本区设定(管委会陶知行 2025-06-30)。")


def batch(day: date) -> windows.Filing:
    return windows.filing(HIGH_TECH, as_of=day)


def test_the_days_of_a_window_are_set_for_one_year(cast: Cast) -> None:
    assert batch(TODAY).state == "unset"
    given: dict[str, Any] = {"standard": "high-tech", "label": BATCH, "proof": WHY, "by": cast.supervisor, "at": AT}
    setting.set_window(year=2025, opens=date(2025, 7, 1), closes=date(2025, 8, 29), **given)
    found = batch(TODAY)
    assert found.told() == f"下一次{BATCH}:2025-07-01至2025-08-29。"
    assert found.window is not None
    assert (found.window.confidence, found.window.source) == ("zone", "园区经发局〔2025〕7号")
    assert [one.due for one in windows.steps(found.window, HIGH_TECH)][-1] < date(2025, 8, 29)
    assert [one.on for one in windows.calendar([HIGH_TECH], since=TODAY, until=date(2025, 12, 31)) if one.what != "step"] == [
        date(2025, 7, 1), date(2025, 8, 29),
    ]  # fmt: skip
    assert not next(one for one in windows.of(HIGH_TECH, year=2026) if one.label == BATCH).is_set
    assert not next(one for one in windows.of(HIGH_TECH, year=2025, is_official=True) if one.label == BATCH).is_set
    later = setting.set_window(year=2025, opens=date(2025, 7, 1), closes=date(2025, 9, 12), **given)
    assert batch(TODAY).told() == f"下一次{BATCH}:2025-07-01至2025-09-12。"
    setting.withdraw(act=later, reason="延期通知没有印发", by=cast.supervisor, at=AT)
    assert batch(TODAY).told() == f"下一次{BATCH}:2025-07-01至2025-08-29。"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"closes": None}, "window.dates"),
        ({"opens": date(2025, 9, 1)}, "window.dates"),
        ({"opens": date(2026, 7, 1), "closes": date(2026, 8, 1)}, "window.dates"),
        ({"label": "高企抽查"}, "window.unknown"),
        ({"label": "高新技术企业年度发展情况报表"}, "window.sourced"),
        ({"proof": Proof(source="")}, "figure.source"),
    ],
)
def test_days_that_cannot_be_are_refused(cast: Cast, given: dict[str, Any], code: str) -> None:
    usual: dict[str, Any] = {
        "standard": "high-tech", "label": BATCH, "year": 2025, "opens": date(2025, 7, 1), "closes": date(2025, 8, 29),
        "proof": WHY, "by": cast.supervisor, "at": AT,
    }  # fmt: skip
    with pytest.raises(Refusal) as refused:
        setting.set_window(**(usual | given))
    assert refused.value.code == code
    assert ZoneFigure.objects.count() == 0
