"""What a year that is over lacks nobody can add to: the gap is told as this year's need, in money and in counts alike."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from gongjian.drives.innovation.criteria.engineering_technology import ENGINEERING_TECHNOLOGY
from gongjian.drives.innovation.criteria.high_tech import HIGH_TECH
from gongjian.drives.innovation.criteria.incubator import INCUBATOR_2018
from gongjian.drives.innovation.criteria.maker_space import MAKER_SPACE
from gongjian.kernel.rulebooks import explaining, rulebook
from gongjian.kernel.rulebooks.closings import Closing, in_short
from gongjian.kernel.rulebooks.judging import gaps_of, judge_one

if TYPE_CHECKING:
    from gongjian.kernel.rulebooks.rulebook import Rulebook

DAY = date(2026, 11, 22)


def _closings(book: Rulebook, gate: str, facts: dict[str, Any], day: date = DAY) -> list[Closing]:
    found = explaining.explain(judge_one(book, facts, as_of=day))
    (one,) = (one for one in found if one.finding.gate.name == gate)
    return list(one.closings)


def test_patents_applied_for_last_year_become_this_years_need() -> None:
    (told,) = _closings(ENGINEERING_TECHNOLOGY, "patents", {"invention_apps_1": 0})
    assert told.brief == "本年度发明专利申请数须达到1项" and told.is_over
    assert told.sentence == (
        "按已结束的年度计,上年度发明专利申请数少1项,往年数据不能补。"
        "若其他数据与最近一年持平,本年度发明专利申请数须达到1项,下一年申报时符合。"
    )


@pytest.mark.parametrize(
    ("gate", "facts", "briefs"),
    [
        (
            "newcomers",
            {"tenants_new_1y": 9, "tenants_financed_1y": 4},
            ["本年度新注册的在孵企业数须达到10家", "本年度获得融资的在孵企业数须达到5家"],
        ),
        ("examples", {"typical_cases_1y": 2}, ["本年度典型孵化案例数须达到3个"]),
        ("events", {"events": 9}, ["本年度活动场次须达到10场"]),
        ("people", {"staff_prof": 2, "mentors": 3}, ["增加最近一年专业孵化人员数1人"]),  # whom one hires now counts now
    ],
)
def test_a_makers_space_is_told_what_this_year_has_to_bring(
    gate: str, facts: dict[str, Any], briefs: list[str]
) -> None:
    given = MAKER_SPACE.facts.read({"carrier_kind": "makerspace"} | facts)
    assert [one.brief for one in _closings(MAKER_SPACE, gate, given)] == briefs


def test_cases_that_the_fund_paid_for_last_year_are_past() -> None:
    given = {"carrier_kind": "incubator", "fund_amount": 500, "tenants": 50, "tenants_financed": 5, "fund_cases": 2}
    facts = INCUBATOR_2018.facts.read({name: n for name, n in given.items() if name in INCUBATOR_2018.facts.specs})
    assert [one.brief for one in _closings(INCUBATOR_2018, "fund", facts, date(2024, 6, 30))] == [
        "本年度孵化资金使用案例数须达到3个"
    ]


def test_in_short_a_count_of_last_year_is_said_to_be_past() -> None:
    ((_, lever),) = gaps_of(next(one for one in ENGINEERING_TECHNOLOGY.gates if one.name == "patents"))
    specs = ENGINEERING_TECHNOLOGY.specs.values()
    assert in_short(lever, lever.step * 2, specs) == "上年度发明专利申请数少2项(往年不能补)"


def test_what_is_past_begins_with_its_year() -> None:
    past = {spec.name: spec for book in rulebook.every() for spec in book.facts.specs.values() if spec.is_past}
    assert set(past) == {
        "invention_apps_1", "inventions_granted_1", "tenants_1y", "tenants_new_1y", "tenants_financed_1y",
        "typical_cases_1y", "fund_cases", "events",
    }  # fmt: skip
    assert all(spec.period and spec.label.startswith(spec.period) for spec in past.values())
    assert not HIGH_TECH.specs["core_rights"].is_past
