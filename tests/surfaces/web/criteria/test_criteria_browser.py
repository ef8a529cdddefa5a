"""What if in a real browser: the answer follows the slider and the number beside it, and nothing is kept."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect
from tests.kernel.people.cast import AT, PASSWORD, TODAY, make_cast
from tests.kernel.rulebooks.firms import firm

from gongjian.drives.innovation.criteria.sti_sme import STI_SME
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.kernel.people.models import Zone
from gongjian.kernel.rulebooks import keeping


def test_the_answer_follows_the_slider(live_server: Any, page: Any) -> None:
    cast = make_cast()
    Zone.objects.update(stands_at=TODAY)
    made = firm(cast, 2, staff="40", scientists="3")
    keeping.refresh(STI_SME, as_of=TODAY, at=AT)
    page.goto(f"{live_server.url}/login/")
    page.fill("[name=username]", "kechuang")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto(f"{live_server.url}/criteria/sti-sme/{made.pk}/what-if/")
    verdict, slider = page.locator("#answer .verdict"), page.locator("[data-for=f-tech_staff]")
    expect(verdict).to_contain_text("还没有改动")
    expect(slider).to_be_visible()
    slider.focus()
    slider.press("ArrowRight")
    expect(page.locator("#f-tech_staff")).to_have_value("4")
    expect(verdict).to_contain_text("可申报")
    expect(page.locator(".fact.changed .help")).to_have_text("现为 3人")
    page.fill("#f-tech_staff", "三个")
    expect(page.locator("#answer .refusal")).to_contain_text("不能用")
    page.fill("#f-tech_staff", "3")
    expect(verdict).to_contain_text("还没有改动")
    expect(slider).to_have_js_property("value", "3")
    assert AnnualReturn.objects.get().tech_staff == 3


def test_from_the_list_to_who_would_become_ready(live_server: Any, page: Any) -> None:
    cast = make_cast()
    Zone.objects.update(stands_at=TODAY)
    for number, scientists in ((1, "4"), (2, "3"), (3, "0")):
        firm(cast, number, staff="40", scientists=scientists)
    keeping.refresh(STI_SME, as_of=TODAY, at=AT)
    page.goto(f"{live_server.url}/login/")
    page.fill("[name=username]", "kechuang")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto(f"{live_server.url}/registers/enterprise/")
    page.locator("[data-keep=derived] > summary").click()
    fold = page.locator("[data-keep=verdict_sti_sme]")
    fold.locator("summary").click()
    expect(fold.locator("[data-value=not_met] i")).to_have_text("2")
    fold.locator("[data-value=not_met]").click()
    expect(page.locator(".chip")).to_contain_text("科技型中小企业判定:不符合")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("tbody input[name=pick]").first.check()
    page.get_by_role("button", name="假如", exact=True).click()
    expect(page.locator("h1")).to_contain_text("选中的1家企业")
    page.select_option("[name=if_book]", "sti-sme")
    page.get_by_role("button", name="选定标准").click()
    page.locator("[name=if_fact]").first.select_option("tech_staff")
    page.locator("[name=if_by]").first.fill("1")
    page.get_by_role("button", name="测算").click()
    expect(page.locator("#shift .gain")).to_contain_text("1 家变为可申报")
    page.get_by_role("link", name="返回列表").click()
    expect(page.locator("tbody tr")).to_have_count(2)
