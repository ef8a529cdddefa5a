"""Facts that nobody expected stand in a page as they are: a reason beside them, never an error of the server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.kernel.people.cast import AT, Cast
from tests.kernel.registers.entries import enterprise
from tests.kernel.rulebooks.test_keeping import add

from gongjian.drives.innovation.criteria.high_tech import HIGH_TECH
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.kernel import clock
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import actions
from gongjian.kernel.rulebooks import keeping

Door = Callable[[Officer], Client]


@pytest.fixture
def firm(cast: Cast) -> Any:
    """One founded on the calendar's last day, with nobody employed, sales below zero and debts above what it owns."""
    made = enterprise(by=cast.clerk, unit=cast.science)
    actions.change(entry=made, values={"established_on": date.max}, revision=made.revision, by=cast.clerk, at=AT)
    this_year = clock.today().year
    for year in range(this_year - 3, this_year):
        add(
            AnnualReturn, by=cast.clerk, enterprise=made, year=year, unit=cast.science, staff_avg="0", tech_staff_avg="0",
            sales="-100", rd_total="100", rd_domestic="100", net_assets_end="-10",
        )  # fmt: skip
    keeping.refresh(HIGH_TECH, as_of=clock.today(), at=AT)
    return made


def test_the_sheet_and_the_rulebook_show_odd_facts_with_their_reason(firm: Any, cast: Cast, door: Door) -> None:
    client = door(cast.viewer)
    sheet = client.get(f"/one-policy/{firm.pk}/")
    assert sheet.status_code == 200
    text = sheet.content.decode()
    assert "分母为零或负数,无法计算,按不符合处理" in text
    assert "公元9999年以后" in text
    assert client.get("/criteria/high-tech/").status_code == 200
    assert client.get(f"/criteria/high-tech/{firm.pk}/what-if/").status_code == 200
