"""Merging in a real browser: typing chooses the typed value, choosing a side forgets it; on a phone in one column."""

from __future__ import annotations

from typing import Any

import pytest
from tests.kernel.people.cast import PASSWORD, TODAY, Cast, make_cast
from tests.kernel.registers.entries import application, enterprise

from gongjian.drives.innovation.high_tech import Application
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people.models import Zone


@pytest.fixture
def served(live_server: Any) -> tuple[str, Cast]:
    """The cast behind a live server, on 30 June 2025, and two rows of one enterprise."""
    cast = make_cast()
    Zone.objects.update(stands_at=TODAY)
    for number, name in ((1, "青禾精密有限责任公司"), (2, "青禾精密有限公司")):
        enterprise(by=cast.clerk, unit=cast.science, number=number, name=name, park=f"{number}号园")
    return str(live_server.url), cast


def _open(page: Any, address: str) -> None:
    page.goto(f"{address}/login/")
    page.fill("[name=username]", "kechuang")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto(f"{address}/registers/enterprise/duplicates/")
    page.get_by_role("link", name="合并…").click()
    page.wait_for_url(lambda url: "/merge/" in url)  # loaded, its script too: what is typed before would go unseen


def test_typing_chooses_and_a_side_forgets(served: tuple[str, Cast], page: Any) -> None:
    _open(page, served[0])
    page.fill("[name=v-park]", "南园")
    assert page.locator("[name=from-park][value=typed]").is_checked()
    page.fill("[name=v-name]", "写错的名称")
    page.locator("[name=from-name][value=drop]").check()
    assert page.input_value("[name=v-name]") == "青禾精密有限公司"
    assert page.input_value("[name=v-former_names]") == "青禾精密有限责任公司"
    page.fill("#reason", "同一企业")
    page.get_by_role("button", name="确认合并").click()
    page.locator(".notice", has_text="已并入这条记录").wait_for()
    row = Enterprise.objects.get()
    assert (row.name, row.former_names, row.park) == ("青禾精密有限公司", "青禾精密有限责任公司", "南园")


def test_a_phone_gets_one_column(served: tuple[str, Cast], phone: Any) -> None:
    _open(phone, served[0])
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    left = {round(phone.locator(f"[name=from-park][value={one}]").bounding_box()["x"]) for one in ("keep", "drop")}
    assert len(left) == 1


def test_a_clash_is_folded_and_its_result_follows_what_is_chosen(served: tuple[str, Cast], page: Any) -> None:
    cast = served[1]
    for n, firm in enumerate(Enterprise.objects.order_by("pk")):
        application(firm, by=cast.clerk, unit=cast.science, remark=f"第{n}家", batch="第一批" if n else "")
    _open(page, served[0])
    clash = page.locator(".clash")
    assert (clash.count(), clash.locator("table").is_visible()) == (1, False)
    clash.locator("summary").click()
    result = clash.locator("tr", has_text="备注").locator("output")
    remarks = {side: clash.locator(f"[name$=from-remark][value={side}]") for side in ("keep", "drop")}
    proposed = next(side for side, radio in remarks.items() if radio.is_checked())
    other = "drop" if proposed == "keep" else "keep"
    was = result.inner_text()
    clash.locator(f".ways [value={other}]").check()
    assert remarks[other].is_checked() and result.inner_text() != was
    assert clash.locator(".now").inner_text() == ("取保留一方的" if other == "keep" else "取并入一方的")
    clash.locator(".ways [value=both]").check()
    assert remarks[proposed].is_checked() and result.inner_text() == was
    remarks[other].check()
    assert clash.locator(".now").inner_text() == "逐项合并"
    told = result.inner_text()
    page.fill("#reason", "同一企业")
    page.get_by_role("button", name="确认合并").click()
    page.locator(".notice", has_text="另有 1 对记录合为一行").wait_for()
    row = Application.objects.get()
    assert (row.remark, row.batch) == (told, "第一批")
