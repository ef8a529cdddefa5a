"""Registers in a real browser: names offered while typing, a row filed, moved and proved, and the same on a phone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from tests.kernel.people.cast import PASSWORD, TODAY, Cast, make_cast
from tests.kernel.registers.entries import PDF, application, enterprise

from gongjian.drives.innovation.high_tech import Application
from gongjian.kernel.people.models import Zone
from gongjian.kernel.registers import actions


@pytest.fixture
def served(live_server: Any) -> tuple[str, Cast]:
    """The cast behind a live server, on 30 June 2025."""
    cast = make_cast()
    Zone.objects.update(stands_at=TODAY)
    reverse("registers")  # all pages are imported before the browser's clock runs
    return str(live_server.url), cast


def _log_in(page: Any, address: str, username: str) -> None:
    page.goto(f"{address}/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def test_a_row_is_entered_moved_and_proved(served: tuple[str, Cast], page: Any, tmp_path: Path) -> None:
    address, cast = served
    firm = enterprise(by=cast.clerk, unit=cast.science, name="澜海锂电材料有限公司")
    _log_in(page, address, "kechuang")

    page.goto(f"{address}/registers/high-tech/new/")
    page.locator("[name=enterprise]").press_sequentially("澜海")
    page.locator(".offers [role=option]").first.wait_for()
    offered = page.locator(".offers [role=option]").all_inner_texts()
    assert offered[0] == f"澜海锂电材料有限公司({firm.credit_code})"
    page.fill("[name=enterprise]", offered[0])
    page.fill("[name=year]", "2025")
    page.fill("[name=happened_on]", "2025-03-04")
    page.get_by_role("button", name="保存").click()
    page.locator(".notice").wait_for()
    made = Application.objects.get()
    assert made.enterprise == firm

    page.select_option("[name=stage]", label="已申报")
    page.fill("[name=happened_on]", "2025-06-12")
    page.get_by_role("button", name="登记阶段").click()
    page.locator(".notice", has_text="已登记 2025-06-12 进入“已申报”").wait_for()
    expect(page.locator("[aria-current=step] b")).to_have_text("已申报", use_inner_text=True)

    file = tmp_path / "回执.pdf"
    file.write_bytes(PDF)
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="上传申报回执").click()
    page.locator(".slot h3 .tag", has_text="有佐证").wait_for()

    page.goto(f"{address}/registers/high-tech/?indicator=high-tech-filed&as_of=2025-06-30")
    expect(page.locator(".behind")).to_contain_text("计入的 1 行", use_inner_text=True)
    page.go_back()
    assert f"/registers/high-tech/{made.pk}/" in page.url


def test_filters_live_in_the_address(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    for number, industry in enumerate(("医药制造业", "医药制造业", "软件业"), start=1):
        enterprise(by=cast.clerk, unit=cast.science, number=number, industry=industry)
    _log_in(page, address, "chakan")
    page.goto(f"{address}/registers/enterprise/")
    page.locator("[data-keep=industry] summary").click()
    page.locator(".facet a", has_text="医药制造业").click()
    page.wait_for_url(lambda url: "industry=" in url)
    page.fill("#search [name=q]", "2号")
    page.press("#search [name=q]", "Enter")
    page.wait_for_url(lambda url: "q=" in url and "industry=" in url)
    expect(page.locator("tbody tr")).to_have_count(1)
    page.go_back()
    page.wait_for_url(lambda url: "q=" not in url)
    page.wait_for_function("document.querySelectorAll('table.grid tbody tr').length === 2")
    page.locator("thead a", has_text="企业名称").click()
    page.wait_for_url(lambda url: "order=name" in url)
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("企业名称")


def test_a_phone_gets_one_column(served: tuple[str, Cast], phone: Any) -> None:
    address, cast = served
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science, stage="filed", on=date(2025, 6, 12))
    actions.move(entry=made, stage="recognised", happened_on=TODAY, by=cast.clerk, at=made.recorded_at, today=TODAY)
    _log_in(phone, address, "kechuang")
    pages = (
        "",
        "high-tech/",
        f"high-tech/{made.pk}/",
        f"high-tech/{made.pk}/edit/",
        "high-tech/import/",
        "enterprise/",
    )
    for path in pages:
        phone.goto(f"{address}/registers/{path}")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, path
