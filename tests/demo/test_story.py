"""The demo's half year adds up: who owns what, what was reported, which duties sleep, which faults are planted."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from gongjian.demo.cast import UNITS, officers
from gongjian.demo.story import AS_OF, COMMITMENTS, FAULTS, INVOICED_SALES
from gongjian.demo.story.shapes import month_end
from gongjian.kernel.plan.proposal import Kind

BY_METRIC = {story.metric: story for story in COMMITMENTS}
TARGETS = [story for story in COMMITMENTS if story.kind != Kind.ROUTINE]


def test_every_commitment_has_an_owner_and_a_leader_of_the_cast() -> None:
    units = {unit.name for unit in UNITS}
    leaders = {person.username for person in officers() if person.role == "leader"}
    for story in COMMITMENTS:
        assert {story.owner, *story.co_owners} <= units, story.text
        assert story.owner not in story.co_owners
        assert story.leader in leaders, story.text


def test_at_least_eight_commitments_live_by_reports_alone() -> None:
    assert sum(not story.indicator for story in COMMITMENTS) >= 8
    assert sum(not story.indicator for story in TARGETS) >= 5


def test_reports_say_something_and_lie_in_the_half_year() -> None:
    for story in COMMITMENTS:
        for report in story.reports:
            assert report.value is not None or report.done or report.progress, (story.text, report.month)
            assert date(2025, 1, 1) <= report.happened_on <= report.recorded_on <= AS_OF or (
                report.month == 6 and report.recorded_on == AS_OF
            )
            assert report.happened_on.month == report.month
            assert (report.state == "returned") is bool(report.returned_for)
            assert bool(report.evidence) is (report.state != "claimed")
            assert set(report.done) <= set(story.named)
    assert [story.text for story in COMMITMENTS if not story.reports] == ["和美乡村建设再添力度"]


def test_cumulative_figures_never_fall() -> None:
    for story in COMMITMENTS:
        if story.kind == Kind.QUANTITY:
            values = [report.value for report in story.reports]
            assert None not in values and values == sorted(values), story.text


def test_some_reports_are_missing_as_in_life() -> None:
    due = len(TARGETS) * 6
    there = sum(len({report.month for report in story.reports}) for story in TARGETS)
    assert 0.08 < 1 - there / due < 0.20


def test_june_stands_where_the_demo_says() -> None:
    june = {
        metric: story.reports[-1].value
        for metric, story in BY_METRIC.items()
        if story.reports and story.reports[-1].month == 6
    }
    assert june["高新技术企业申报数"] == 62
    assert june["新增高层次人才项目"] == 8
    assert june["招引海外人才"] == 9
    assert june["全部工业开票销售"] == Decimal("508.3")
    assert june["获评省企业技术中心企业数"] == 2
    assert june["获评省工程研究中心企业数"] == 1
    assert june["对美进出口企业挂钩服务"] == 49
    assert june["主要粮食作物耕种收综合机械化率"] == Decimal("97.2")
    assert BY_METRIC["技改设备投入总量在全市排名"].reports[-1].value == 2


def test_invoiced_sales_add_up() -> None:
    assert [len(months) for months in INVOICED_SALES.values()] == [12, 12, 6]
    assert sum(INVOICED_SALES[2023]) == Decimal("900.9")
    assert sum(INVOICED_SALES[2024]) == Decimal("962.4")
    assert sum(INVOICED_SALES[2025]) == Decimal("508.3")


def test_the_application_windows_share_out_the_year() -> None:
    windows = BY_METRIC["高新技术企业申报数"].windows
    assert sum(window.share for window in windows) == 1
    assert all(window.opens_on < window.closes_on for window in windows)
    assert windows[0].closes_on == AS_OF


def test_some_duties_are_quiet_and_one_is_dead() -> None:
    silence = {
        story.text: (AS_OF - story.last_act_on).days
        for story in COMMITMENTS
        if story.kind == Kind.ROUTINE and story.last_act_on
    }
    assert [text for text, days in silence.items() if days > 60] == ["土壤污染重点监管单位名单动态管理"]
    assert sum(30 < days <= 60 for days in silence.values()) == 4  # 首展 and 反诈 acted since, but only claim it


def test_faults_are_listed_once_each_with_full_sentences() -> None:
    assert [code for code, times in Counter(fault.code for fault in FAULTS).items() if times > 1] == []
    assert len(FAULTS) >= 10
    assert all(fault.description.endswith("。") and fault.where and fault.seen_by for fault in FAULTS)


def test_month_ends_are_right() -> None:
    assert [month_end(month).day for month in (1, 2, 3, 12)] == [31, 28, 31, 31]
