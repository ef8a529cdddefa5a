"""In a real browser: first run to the first page, and the frame on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.kernel.people.cast import PASSWORD, make_cast

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_an_empty_machine_to_the_own_password(live_server: Any, page: Page) -> None:
    page.goto(live_server.url)
    page.fill("#f-name", "云岭经济开发区")
    page.fill("#f-administrator", "石可为")
    page.fill("#f-administrator_username", "guanli")
    page.get_by_role("button", name="下一步:核对").click()
    page.get_by_role("button", name="确认建立").click()
    first = page.locator(".strips .password").inner_text()
    assert len(first) == 12
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    expect(page.locator(".strips")).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="去登录").click()
    page.fill("#username", "guanli")
    page.fill("#password", first)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/password/")
    for field, text in (("#old", first), ("#new", "qinglan-77-xyz"), ("#again", "qinglan-77-xyz")):
        page.fill(field, text)
    page.get_by_role("button", name="保存新密码").click()
    page.wait_for_url(lambda url: "/password/" not in url)
    page.goto(live_server.url + "/people/")
    expect(page.locator("td.name")).to_have_text(["石可为"], use_inner_text=True)


def test_the_frame_on_a_phone(live_server: Any, phone: Page) -> None:
    make_cast()
    phone.goto(live_server.url + "/people/")
    phone.fill("#username", "guanli")
    phone.fill("#password", PASSWORD)
    phone.get_by_role("button", name="登录").click()
    phone.wait_for_url("**/people/")
    side, menu = phone.locator("#side"), phone.get_by_role("button", name="打开导航")
    expect(side).to_be_hidden()
    menu.click()
    expect(side).to_be_visible()
    expect(menu).to_have_attribute("aria-expanded", "true")
    phone.keyboard.press("Escape")
    expect(side).to_be_hidden()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    menu.click()
    side.get_by_role("button", name="退出登录").click()
    phone.wait_for_url("**/login/")
