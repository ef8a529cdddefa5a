"""Figures that say which rows count: how many days are 申请认定前一年内, up to which place a drafter 主导 a standard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.kernel.people.cast import TODAY, Cast
from tests.kernel.registers.entries import enterprise
from tests.kernel.rulebooks.test_keeping import add

from gongjian.ground.achievements import StandardDrafting
from gongjian.ground.facts import FACTS, major_incidents
from gongjian.ground.facts_sme import led_standard_5y
from gongjian.ground.incidents import Incident
from gongjian.kernel.rulebooks import frames


@pytest.mark.parametrize(("days", "counted"), [(0, 1), (365, 1), (366, 0)])
def test_the_year_before_filing_has_365_days(cast: Cast, days: int, counted: int) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    day = TODAY - timedelta(days=days)
    add(Incident, by=cast.clerk, enterprise=firm, happened_on=day, kind="safety", level="major", name="事故")
    (row,) = frames.frame(FACTS, [major_incidents.name], filing_on=TODAY).to_dicts()
    assert row[major_incidents.name] == counted


@pytest.mark.parametrize(("rank", "led"), [(1, 1), (5, 1), (6, 0)])
def test_the_first_five_drafters_lead_a_standard(cast: Cast, rank: int, led: int) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    add(
        StandardDrafting, by=cast.clerk, enterprise=firm, number="GB/T 1", level="industry", drafter_rank=rank,
        issued_on=TODAY - timedelta(days=30),
    )  # fmt: skip
    (row,) = frames.frame(FACTS, [led_standard_5y.name], filing_on=TODAY).to_dicts()
    assert row[led_standard_5y.name] == led
