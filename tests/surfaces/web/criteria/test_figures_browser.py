"""本区设定 in a real browser: from the list to a figure, who gains and who loses, the document, saved and told who did it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect
from tests.kernel.people.cast import PASSWORD, TODAY, make_cast

from gongjian.kernel.people.models import Zone
from gongjian.kernel.rulebooks.models import ZoneFigure


def test_a_figure_is_set_in_two_steps(live_server: Any, page: Any) -> None:
    make_cast()
    Zone.objects.update(stands_at=TODAY)
    page.goto(f"{live_server.url}/login/")
    page.fill("[name=username]", "ducha")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto(f"{live_server.url}/criteria/figures/?confidence=zone")
    page.get_by_role("link", name="临规名单的起点").click()
    page.fill("[name=values]", "1800.123456")
    page.fill("[name=since]", "2025-06-01")
    page.get_by_role("button", name="看谁进谁出").click()
    expect(page.locator(".refusal")).to_contain_text("至多4位小数")
    page.fill("[name=values]:visible", "1800")
    page.get_by_role("button", name="看谁进谁出").click()
    expect(page.locator("#shift")).to_contain_text("改为 1,800万元 以后")
    page.fill("[name=source]", "园区经发局〔2025〕7号")
    page.fill(".proof [name=reason]", "按本区近三年新入规企业测算")
    page.get_by_role("button", name="保存设定").click()
    expect(page.locator(".notice")).to_contain_text("为1,800万元")
    expect(page.locator(".now")).to_contain_text("1,800万元 本区设定 管委会陶知行")
    made = ZoneFigure.objects.get()
    assert (made.values, made.source) == (["1800"], "园区经发局〔2025〕7号")
