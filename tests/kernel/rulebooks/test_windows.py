"""Windows of applications: what is set, what is not, what has to be done by when, and that a closed window fails nobody."""

from __future__ import annotations

from datetime import date

import pytest

from gongjian.drives.industry.criteria.benchmark_factory import BENCHMARK_FACTORY
from gongjian.drives.innovation.criteria.sti_sme import STI_SME
from gongjian.drives.innovation.criteria.valuable_patent import VALUABLE_PATENT
from gongjian.kernel.rulebooks import cases, windows
from gongjian.kernel.rulebooks.judging import judge_one
from gongjian.kernel.rulebooks.states import State


@pytest.mark.parametrize(
    ("day", "state", "words"),
    [
        (date(2026, 5, 31), "ahead", "下一次科技型中小企业评价申报:2026-06-01至2026-08-31。"),
        (date(2026, 6, 1), "open", "科技型中小企业评价申报开放至2026-08-31。"),
        (date(2026, 8, 31), "open", "科技型中小企业评价申报开放至2026-08-31。"),
        (
            date(2026, 9, 1),
            "closed",
            "2026年的窗口已于2026-08-31截止,现在不能申报;下一次的日期未设定。条件的测算结论不受影响。",
        ),
        (date(2025, 6, 30), "ahead", "本年度的日期未设定;下一次科技型中小企业评价申报:2026-06-01至2026-08-31。"),
        (date(2028, 3, 1), "unset", "申报日期未设定,以当年通知为准。"),
    ],
)
def test_what_can_be_done_about_filing(day: date, state: str, words: str) -> None:
    found = windows.filing(STI_SME, as_of=day)
    assert (found.state, found.told()) == (state, words)


def test_a_rulebook_without_windows_says_so() -> None:
    found = windows.filing(VALUABLE_PATENT, as_of=date(2026, 6, 1))
    assert (found.state, found.told()) == ("none", "没有固定的申报窗口。")
    assert windows.filing(BENCHMARK_FACTORY, as_of=date(2026, 6, 1)).state == "unset"


def test_who_meets_the_criteria_after_the_window_meets_them() -> None:
    """T8: a score of 84 filed on 2026-09-01."""
    case = next(one for one in cases.of(STI_SME) if one.id == "T8")
    assert case.as_of == date(2026, 9, 1)
    verdict = judge_one(STI_SME, case.numbers(), as_of=case.as_of)
    assert (verdict.score, verdict.state) == ((84, 84), State.MET)
    assert windows.filing(STI_SME, as_of=case.as_of).state == "closed"


def test_steps_are_planned_back_over_working_days() -> None:
    (window,) = (one for one in windows.of(STI_SME, year=2026) if one.kind == "filing")
    assert [(one.label, one.due, one.is_usual) for one in windows.steps(window, STI_SME)] == [
        ("通知企业、核对年度数据", date(2026, 7, 6), False),
        ("企业填报、注册单位初审", date(2026, 8, 3), False),
        ("退回补正", date(2026, 8, 24), False),
    ]
    ends = windows.expiry(label="高新技术企业证书到期", on=date(2026, 8, 31))
    assert [(one.due, one.is_usual) for one in windows.steps(ends)] == [
        (date(2026, 3, 10), True),
        (date(2026, 6, 5), True),
    ]


def test_the_calendar_holds_only_days_that_are_set() -> None:
    found = windows.calendar([STI_SME, BENCHMARK_FACTORY], since=date(2026, 6, 1), until=date(2026, 8, 31))
    assert [(one.on, one.what) for one in found] == [
        (date(2026, 6, 1), "opens"),
        (date(2026, 7, 6), "step"),
        (date(2026, 8, 3), "step"),
        (date(2026, 8, 24), "step"),
        (date(2026, 8, 31), "closes"),
    ]
    named = [(book.name, one.label) for book, one in windows.unset([STI_SME, BENCHMARK_FACTORY], year=2026)]
    assert named == [("benchmark-factory", "工业互联网标杆工厂申报")]
    assert [one.label for _, one in windows.unset([STI_SME], year=2027)] == ["科技型中小企业评价申报"]
