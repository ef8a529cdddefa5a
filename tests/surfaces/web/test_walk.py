"""A supervisor's and an officer's morning in a real browser, over the synthetic zone: from the sentence to the row and back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gongjian.demo.build import accounts, build
from gongjian.surfaces.outlets.sheet import Column, write_sheet

PASSWORD = {username: password for username, password, _ in accounts()}


@pytest.fixture
def served(live_server: Any) -> str:
    """The synthetic zone behind a live server; its address."""
    build(enterprises=1000)
    return str(live_server.url)


def _log_in(page: Any, served: str, username: str) -> None:
    page.goto(f"{served}/login/")
    page.fill("#username", username)
    page.fill("#password", PASSWORD[username])
    page.click("button.full")
    page.wait_for_url(re.compile(r"/plan/"))


def _figure(page: Any) -> str:
    return page.locator(".doc a.figure", has_text="/144").inner_text().split()[0]


def test_from_the_sentence_to_the_row_and_back(served: str, page: Any, tmp_path: Path) -> None:
    # log in and read the plan
    _log_in(page, served, "keji")
    assert page.locator("h1.doc-title").inner_text().startswith("云海经济开发区2025年工作要点")
    assert page.locator(".synthetic").inner_text() == "演示数据"
    assert _figure(page) == "61/144"

    # the card over a promise, by keyboard, and the day moved back
    page.locator('.doc a.c:has-text("高企申报")').first.focus()
    page.locator("#card:not([hidden])").wait_for()
    assert "窗口内每周还需" in page.locator("#card").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#card").is_hidden()
    page.fill("#asof-day", "2025-04-30")
    page.locator("#asof-day").press("Tab")
    page.wait_for_url(re.compile(r"as_of=2025-04-30"))
    page.locator(".doc a.figure", has_text="0/144").wait_for()
    page.go_back()
    page.locator(".doc a.figure", has_text="61/144").wait_for()

    # open the commitment, follow its number to the rows
    page.locator('.doc a.c:has-text("高企申报")').first.click()
    page.wait_for_url(re.compile(r"/commitment/\d+/"))
    commitment = page.url
    page.locator("#source a", has_text="61 行").click()
    page.wait_for_url(re.compile(r"/registers/high-tech/\?indicator=high-tech-filed"))
    assert "61 行" in page.locator("main").inner_text()

    # change a row that does not count yet
    page.goto(f"{served}/registers/high-tech/?stage=diagnosed&year=2025")
    page.locator("table tbody a").first.click()
    page.wait_for_url(re.compile(r"/registers/high-tech/\d+/"))
    page.select_option('select[name="stage"]', "filed")
    page.fill('input[name="happened_on"]', "2025-06-27")
    page.get_by_role("button", name="登记阶段").click()
    page.wait_for_load_state()
    assert "2025-06-27" in page.locator("#stages").inner_text()

    # the figure has changed, on the commitment and in the sentence
    page.goto(commitment)
    assert page.locator("#source a", has_text="62 行").count() == 1
    page.goto(f"{served}/plan/")
    assert _figure(page) == "62/144"


def test_a_sheet_comes_in_and_refused_rows_go_back(served: str, page: Any, tmp_path: Path) -> None:
    _log_in(page, served, "keji")
    heads = [Column(label=label, width=24) for label in ("项目名称", "孵化载体", "阶段", "阶段日期")]
    rows = [
        ["量子点显示材料中试(试验)", "众创空间", "市级认定", "2025-06-20"],
        ["微型燃料电池堆(试验)", "加速器", "入驻在孵", "2025-06-18"],
        ["日期写错的项目(试验)", "加速器", "入驻在孵", "2025-13-40"],
    ]
    sheet = tmp_path / "科创项目.xlsx"
    sheet.write_bytes(write_sheet(title="科创项目", columns=heads, rows=rows))
    page.goto(f"{served}/plan/")
    assert "47/81" in page.locator(".doc").inner_text()
    page.goto(f"{served}/registers/venture/import/")
    page.set_input_files('input[name="file"]', str(sheet))
    page.get_by_role("button", name="上传并读取").click()
    page.get_by_role("button", name=re.compile("确认导入 2 行")).wait_for()
    preview = page.locator("main").inner_text()
    assert "日期写错的项目" in preview or "2025-13-40" in preview
    page.get_by_role("button", name=re.compile("确认导入 2 行")).click()
    page.wait_for_load_state()
    page.goto(f"{served}/plan/")
    assert "48/81" in page.locator(".doc").inner_text()


def test_a_new_plan_is_reviewed_and_comes_alive(served: str, page: Any, tmp_path: Path) -> None:
    _log_in(page, served, "ducha")
    plan = tmp_path / "2026年工作要点.txt"
    text = "一、攻坚科技创新\n做强高企队伍。确保完成160家高企申报。力争全年新增市认定科创项目90个。\n"
    plan.write_bytes(text.encode("gb18030"))
    page.goto(f"{served}/plan/import/")
    page.set_input_files("#file", str(plan))
    page.fill("#year", "2026")
    page.get_by_role("button", name="导入并审阅").click()
    page.wait_for_url(re.compile(r"/plan/\d+/review/"))
    assert "确保完成160家高企申报" in page.locator("main").inner_text()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("全部审阅完毕,启用")).click()
    page.wait_for_url(re.compile(r"/plan/\d+/tasks/"))
    page.goto(f"{served}/plan/2026/")
    body = page.locator(".doc").inner_text()
    assert "确保完成160家高企申报" in body
    assert "无数据 待填报" in body


def test_the_plan_reads_on_a_phone(served: str, phone: Any) -> None:
    _log_in(phone, served, "fangke")
    assert _figure(phone) == "61/144"
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"the page is {width} px wide on a 390 px screen"
