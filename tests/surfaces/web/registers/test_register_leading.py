"""Which column of a list leads to the row, and which columns order it, shown or not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.test import Client
from tests.kernel.registers.entries import enterprise, venture
from tests.surfaces.web.registers.steps import text

from gongjian.drives.business.visits import Visit
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people.models import Officer

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]


def _led(page: str) -> list[str]:
    return re.findall(r'<a class="open" href="[^"]+">([^<]+)</a>', page)


def test_the_declared_column_leads_wherever_it_stands(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    client = door(cast.viewer)
    page = text(client.get("/registers/enterprise/"))
    assert _led(page) == [firm.name]
    assert page.index('data-name="name"') < page.index('data-name="credit_code"')
    turned = text(client.get("/registers/enterprise/", {"cols": "credit_code,name"}))
    assert _led(turned) == [firm.name]
    assert re.findall(r'<th class="([^"]*)"[^>]*data-name="(\w+)"', turned) == [("", "credit_code"), (" stick", "name")]
    without = text(client.get("/registers/enterprise/", {"cols": "credit_code,industry"}))
    assert _led(without) == [firm.credit_code]


def test_without_a_declaration_the_first_column_leads(cast: Cast, door: Door) -> None:
    venture("甲", by=cast.clerk, unit=cast.science)
    assert _led(text(door(cast.viewer).get("/registers/venture/"))) == ["甲"]
    assert Enterprise.register.leading(("industry", "unit")) == "industry"
    assert (Visit.register.columns[0], Visit.register.columns[-1]) == ("enterprise", "unit")


def test_a_column_that_orders_without_being_shown_is_named(cast: Cast, door: Door) -> None:
    enterprise(by=cast.clerk, unit=cast.science)
    client = door(cast.viewer)
    page = text(client.get("/registers/enterprise/", {"order": "-registered_capital,name"}))
    assert "第1级排序:注册资本(万元) 降序 ↓(列未显示) ×" in page
    assert re.search(r'企业名称 <span aria-hidden="true">↑2</span>', page)
    both = text(client.get("/registers/enterprise/", {"order": "-established_on,name"}))
    assert "列未显示" not in both
    assert re.search(r'成立日期 <span aria-hidden="true">↓1</span>', both)
    alone = text(client.get("/registers/enterprise/", {"order": "name"}))
    assert re.search(r'企业名称 <span aria-hidden="true">↑</span>', alone)
