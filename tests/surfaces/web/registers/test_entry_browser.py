"""The form in a real browser: drafts that outlive the tab, fields put away, lines, names chosen by keyboard, leaving."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from tests.kernel.people.cast import AT, PASSWORD, TODAY, Cast, make_cast
from tests.kernel.registers.entries import CODES, WRONG_CODE, enterprise, venture

from gongjian.drives.innovation.high_tech import Application
from gongjian.ground.contacts import Contact
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people.models import Zone
from gongjian.kernel.registers.models import Draft
from gongjian.kernel.rulebooks import keeping


@pytest.fixture
def served(live_server: Any) -> tuple[str, Cast]:
    """The cast behind a live server, on 30 June 2025."""
    cast = make_cast()
    Zone.objects.update(stands_at=TODAY)
    return str(live_server.url), cast


def _log_in(page: Any, address: str, username: str = "kechuang") -> None:
    page.goto(f"{address}/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def test_a_draft_outlives_the_tab(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    made = venture("甲", by=cast.clerk, unit=cast.science)
    _log_in(page, address)
    other = page.context.new_page()
    other.goto(f"{address}/registers/venture/{made.pk}/edit/")
    other.fill("[name=carrier]", "孵化园")
    other.locator("[data-state]", has_text="草稿已自动保存").wait_for()
    other.fill("[name=source]", "江理工")
    other.close(run_before_unload=False)

    page.goto(f"{address}/registers/venture/{made.pk}/edit/")
    page.locator(".offer", has_text="有未保存的草稿").wait_for()
    expect(page.locator("[name=carrier]")).to_have_value("")
    page.get_by_role("link", name="恢复").click()
    expect(page.locator("[name=carrier]")).to_have_value("孵化园")
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.locator(".notice", has_text="已保存").wait_for()
    made.refresh_from_db()
    assert made.carrier == "孵化园"
    assert not Draft.objects.exists()


def test_what_is_typed_back_leaves_no_draft(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    made = venture("甲", by=cast.clerk, unit=cast.science)
    _log_in(page, address)
    page.goto(f"{address}/registers/venture/{made.pk}/edit/")
    page.fill("[name=carrier]", "孵化园")
    page.locator("[data-state]", has_text="草稿已自动保存").wait_for()
    with page.expect_response(lambda response: "/draft/discard/" in response.url):
        page.fill("[name=carrier]", "")
    assert not Draft.objects.exists()


def test_a_field_that_depends_on_another_is_put_away_with_its_value(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    firm = enterprise(by=cast.clerk, unit=cast.science, is_above_scale=True, above_scale_since=TODAY)
    _log_in(page, address)
    page.goto(f"{address}/registers/enterprise/{firm.pk}/edit/")
    field = page.locator("[data-item=above_scale_since]")
    expect(field).to_be_visible()
    page.select_option("[name=is_above_scale]", "否")
    expect(field).to_be_hidden()
    told = page.locator("[data-kept]:visible")
    expect(told).to_contain_text("“规上企业”为“否”时不用填写“纳统日期”")
    expect(told).to_contain_text("2025-06-30")
    told.get_by_role("button", name="显示并改动").click()
    expect(field).to_be_visible()
    page.select_option("[name=is_above_scale]", "是")
    expect(page.locator("[data-kept]:visible")).to_have_count(0)
    expect(page.locator("[data-item=closed_on]")).to_be_hidden()


def test_lines_are_added_and_a_fault_stands_at_its_cell(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    firm = enterprise(by=cast.clerk, unit=cast.science)
    _log_in(page, address)
    page.goto(f"{address}/registers/enterprise/{firm.pk}/edit/")
    page.fill('[name="contact.new.0.name"]', "陆青")
    page.get_by_role("button", name="再加一行企业联系人").click()
    page.fill('[name="contact.new.1.phone"]', "13900001111")
    page.get_by_role("button", name="保存", exact=True).last.click()
    summary = page.locator("#summary")
    summary.wait_for()
    expect(summary).to_contain_text("有 1 处需要改正", use_inner_text=True)
    cell = page.locator('.cell.wrong [name="contact.new.1.name"]')
    expect(cell).to_have_count(1)
    assert not Contact.objects.exists()
    cell.fill("季禾")
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.locator(".notice", has_text="新增2行关联记录").wait_for()
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["季禾", "陆青"]


def test_a_name_is_chosen_by_keyboard(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    first = enterprise(by=cast.clerk, unit=cast.science, number=1, name="澜海锂电材料有限公司")
    second = enterprise(by=cast.clerk, unit=cast.science, number=2, name="澜海精密有限公司")
    _log_in(page, address)
    page.goto(f"{address}/registers/high-tech/new/")
    page.locator("[name=enterprise]").press_sequentially("澜海")
    page.locator(".offers [role=option]").first.wait_for()
    offered = page.locator(".offers [role=option]").all_inner_texts()
    assert sorted(offered[:2]) == sorted(f"{firm.name}({firm.credit_code})" for firm in (first, second))
    assert offered[2:] == ["都不是,登记一个新的企业"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[aria-selected=true]")).to_have_text(offered[1], use_inner_text=True)
    page.keyboard.press("Enter")
    expect(page.locator("[name=enterprise]")).to_have_value(offered[1])
    expect(page.locator(".offers")).to_have_count(0)
    page.locator("[name=enterprise]").press_sequentially("x")
    page.locator("[name=enterprise]").press("Escape")
    expect(page.locator(".offers")).to_have_count(0)


def test_a_missing_row_is_registered_and_chosen(served: tuple[str, Cast], page: Any) -> None:
    address, _ = served
    _log_in(page, address)
    page.goto(f"{address}/registers/high-tech/new/")
    page.fill("[name=year]", "2025")
    page.locator("[name=enterprise]").press_sequentially("新禾")
    page.locator(".offers .none", has_text="没有找到“新禾”").wait_for()
    page.wait_for_timeout(1500)
    assert page.locator("[data-item=enterprise].wrong").count() == 0  # not wrong while it is being looked for
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/registers/enterprise/new/" in url)
    expect(page.locator("[name=name]")).to_have_value("新禾")
    page.fill("[name=credit_code]", CODES[0])
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.wait_for_url(lambda url: "/registers/high-tech/new/?draft=1" in url)
    expect(page.locator("[name=enterprise]")).to_have_value(f"新禾({CODES[0]})")
    expect(page.locator("[name=year]")).to_have_value("2025")
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.locator(".notice", has_text="已登记").wait_for()
    assert Application.objects.get().enterprise == Enterprise.objects.get()


def test_a_wrong_check_digit_is_told_as_soon_as_typed(served: tuple[str, Cast], page: Any) -> None:
    address, _ = served
    _log_in(page, address)
    page.goto(f"{address}/registers/enterprise/new/")
    page.locator("[name=credit_code]").press_sequentially(WRONG_CODE)
    warning = page.locator("[data-item=credit_code] .warn")
    warning.wait_for()
    expect(warning).to_contain_text("的校验码应为", use_inner_text=True)
    page.fill("[name=registered_capital]", "3000万")
    page.locator("[data-item=registered_capital] [data-read]", has_text="= 3,000 万元").wait_for()
    page.fill("[name=staff]", "许多")
    page.locator("[data-item=staff] [data-fault]", has_text="“许多”不是数字").wait_for()
    assert page.locator("[data-item=name].wrong").count() == 0  # nobody has been there yet


def test_leaving_with_something_unsaved_asks(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    made = venture("甲", by=cast.clerk, unit=cast.science)
    _log_in(page, address)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    edit = f"{address}/registers/venture/{made.pk}/edit/"
    page.goto(edit)
    page.get_by_role("link", name="取消").click()
    page.wait_for_url(lambda url: "/edit/" not in url)
    assert asked == []
    page.goto(edit)
    page.locator("[name=carrier]").press_sequentially("孵化园")
    page.get_by_role("link", name="取消").click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"] and page.url == edit
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.locator(".notice", has_text="已保存").wait_for()
    assert asked == ["beforeunload"]


def test_form_and_page_fit_a_phone(served: tuple[str, Cast], phone: Any) -> None:
    address, cast = served
    firm = enterprise(by=cast.clerk, unit=cast.science)
    _log_in(phone, address)
    for path in ("new/", f"{firm.pk}/edit/", f"{firm.pk}/", f"{firm.pk}/remove/", f"{firm.pk}/?known_at=2024-01-01"):
        phone.goto(f"{address}/registers/enterprise/{path}")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_a_phone_leaves_no_standard_out(served: tuple[str, Cast], phone: Any) -> None:
    """Of related rows a phone shows three and a link to all; the standards have no other list."""
    address, cast = served
    firm = enterprise(by=cast.clerk, unit=cast.science)
    keeping.refresh_all(as_of=TODAY, at=AT)
    _log_in(phone, address)
    phone.goto(f"{address}/registers/enterprise/{firm.pk}/")
    rows = phone.locator("#criteria tbody tr")
    expect(rows.last).to_be_visible()
    assert rows.count() > 3
