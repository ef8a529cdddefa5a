"""A month's reporting in a real browser: the unit copies last month's words, corrects, attaches; the office verifies."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.office import AT, PASSWORD, PDF, TODAY, cast, commitment, owned, running

from gongjian.kernel.reports import actions
from gongjian.kernel.reports.models import Reported

pytestmark = pytest.mark.django_db(transaction=True)


def log_in(page: Any, address: str, username: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{address}/login/")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(re.compile(r"/plan/"))


def test_from_last_months_words_to_a_verified_figure(live_server: Any, page: Any) -> None:
    who = cast()
    plan = running(by=who.supervisor)
    c = owned(commitment(plan, "144家"), who.science)
    actions.enter(
        commitment=c,
        month=date(2025, 5, 1),
        by=who.scientist,
        at=AT,
        today=TODAY,
        value=Decimal(52),
        progress="第二批已报",
    )
    log_in(page, live_server.url, "ke")
    page.goto(f"{live_server.url}/reports/")
    row = page.locator(f"#r-{c.pk}")
    row.get_by_role("button", name="沿用5月文字").click()
    expect(row.locator("textarea")).to_have_value("第二批已报")
    expect(row.locator(".unsaved")).to_be_visible()
    row.locator("textarea").fill("第三批已报")
    row.locator("input[type=file]").set_input_files({"name": "回执.pdf", "mimeType": "application/pdf", "buffer": PDF})
    row.locator("input.figure").fill("61")
    row.locator("input.figure").press("Enter")  # Enter saves what was changed
    page.wait_for_selector(".notice")
    expect(page.locator(".notice")).to_have_text("已保存 1 项填报。", use_inner_text=True)
    expect(page.locator(f"#r-{c.pk} .tag").first).to_have_text("有佐证", use_inner_text=True)
    log_in(page, live_server.url, "du")
    page.goto(f"{live_server.url}/reports/")
    page.locator(f"#q-{c.pk}").get_by_role("button", name="核实").click()
    page.locator(".notice", has_text="核实").wait_for()
    r = Reported.objects.get(month=date(2025, 6, 1))
    assert (r.value, r.progress, r.state, r.judged_by) == (Decimal(61), "第三批已报", "verified", who.supervisor)
    page.goto(f"{live_server.url}/commitment/{c.pk}/?as_of=2025-06-30")
    expect(page.locator("main")).to_contain_text("61", use_inner_text=True)


def test_the_pages_fit_a_phone(live_server: Any, phone: Any) -> None:
    who = cast()
    plan = running(by=who.supervisor)
    owned(commitment(plan, "144家"), who.science)
    log_in(phone, live_server.url, "du")
    for path in ("reports/?state=none", f"plan/{plan.pk}/tasks/", f"plan/{plan.pk}/review/", "plan/import/"):
        phone.goto(f"{live_server.url}/{path}")
        wide = phone.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{path} is {wide} wide"
