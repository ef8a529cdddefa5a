"""A register's list in a real browser: search as you type, filters, order and columns, the keyboard, picking rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from tests.kernel.people.cast import AT, PASSWORD, TODAY, Cast, make_cast
from tests.kernel.registers.entries import application, enterprise, venture

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.ventures import Venture
from gongjian.kernel.people.models import Zone
from gongjian.kernel.registers import actions
from gongjian.surfaces.web.registers import listing


@pytest.fixture
def served(live_server: Any) -> tuple[str, Cast]:
    """The cast behind a live server, on 30 June 2025."""
    cast = make_cast()
    Zone.objects.update(stands_at=TODAY)
    reverse("registers")  # all pages are imported before the browser's clock runs
    return str(live_server.url), cast


def _log_in(page: Any, address: str, username: str = "kechuang") -> None:
    page.goto(f"{address}/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def _names(page: Any) -> list[str]:
    return [text.strip() for text in page.locator("table.grid a.open").all_inner_texts()]


def _wait_for_rows(page: Any, n: int) -> None:
    page.wait_for_function("n => document.querySelectorAll('table.grid tbody tr').length === n", arg=n)


def _at(page: Any) -> str:
    """The field of the cell that has the focus."""
    return str(page.evaluate("(document.activeElement.closest('td[data-f]') || {dataset: {}}).dataset.f || ''"))


def test_searching_as_one_types_and_going_back(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    for name in ("澜海锂电", "澜海精密", "青禾锂电"):
        venture(name, by=cast.clerk, unit=cast.science)
    _log_in(page, address)
    page.goto(f"{address}/registers/venture/?order=name")
    page.locator("#search [name=q]").press_sequentially("澜海", delay=30)
    _wait_for_rows(page, 2)
    page.wait_for_url(lambda url: "q=%E6%BE%9C%E6%B5%B7" in url and "order=name" in url)
    page.locator("#search [name=q]").press_sequentially(" 锂电", delay=30)
    _wait_for_rows(page, 1)
    assert page.evaluate("document.activeElement.name") == "q"
    expect(page.locator("#count")).to_have_text("1 / 3 行", use_inner_text=True)
    page.go_back()  # one step back from both words: typing on does not fill the history
    _wait_for_rows(page, 3)
    expect(page.locator("#search [name=q]")).to_have_value("")
    page.wait_for_url(lambda url: url.endswith("?order=name"))


def test_letters_of_an_input_method_are_not_searched(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    for name in ("澜海锂电", "青禾锂电"):
        venture(name, by=cast.clerk, unit=cast.science)
    _log_in(page, address)
    page.goto(f"{address}/registers/venture/?view=0")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "q=" in request.url else None)
    page.locator("#search [name=q]").focus()
    session = page.context.new_cdp_session(page)
    for letters in ("l", "la", "lan", "lanh"):
        session.send(
            "Input.imeSetComposition", {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)}
        )
        page.wait_for_timeout(120)
    page.wait_for_timeout(400)
    assert asked == []
    session.send("Input.insertText", {"text": "澜海"})
    _wait_for_rows(page, 1)
    assert _names(page) == ["澜海锂电"]
    assert len(asked) == 1


def test_filters_order_and_columns_without_leaving_the_page(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    for number, (stage, batch) in enumerate(
        (("seeded", "一"), ("filed", "二"), ("filed", "一"), ("recognised", "二")), 1
    ):
        firm = enterprise(by=cast.clerk, unit=cast.science, number=number)
        application(firm, by=cast.clerk, unit=cast.science, stage=stage, batch=batch)
    _log_in(page, address)
    page.goto(f"{address}/registers/high-tech/?view=0")
    page.evaluate("window.same = true")
    page.locator(".strip a", has_text="已申报").click()
    _wait_for_rows(page, 2)
    page.locator(".strip a", has_text="入库培育").click()
    _wait_for_rows(page, 3)
    page.wait_for_url(lambda url: "stage=filed&stage=seeded" in url)

    page.locator("thead a", has_text="申报批次").click()
    page.wait_for_url(lambda url: "order=batch" in url)
    page.locator("thead a", has_text="企业").click(modifiers=["Shift"])
    page.wait_for_url(lambda url: "order=batch%2Centerprise" in url)
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(2)
    batches = [text.strip() for text in page.locator("td[data-f=batch]").all_inner_texts()]
    assert batches == sorted(batches)

    page.locator("details[data-keep=columns] > summary").click()
    page.locator("#columns li", has_text="备注").locator("input").check()
    page.locator("#columns li", has_text="申报年度").locator("input").uncheck()
    page.locator("#columns li", has_text="阶段").locator("[data-move='-1']").click()
    page.locator("#columns li", has_text="阶段").locator("[data-move='-1']").click()
    page.get_by_role("button", name="显示这些列").click()
    page.wait_for_url(lambda url: "cols=" in url)
    page.wait_for_selector("thead th[data-name=remark]")
    shown = page.locator("thead th[data-name]").evaluate_all("heads => heads.map(head => head.dataset.name)")
    assert shown == ["stage", "enterprise", "receipt", "batch", "unit", "remark"]
    assert page.evaluate("window.same") is True

    page.reload()
    assert page.locator("thead th[data-name]").evaluate_all("heads => heads.map(head => head.dataset.name)") == shown
    expect(page.locator(".strip a.on")).to_have_text(["入库培育 1", "已申报 2"], use_inner_text=True)


def test_counts_follow_the_rows_of_a_long_list(
    served: tuple[str, Cast], page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, cast = served
    monkeypatch.setattr(listing, "AT_ONCE", 2)
    for number in range(1, 5):
        industry = "软件业" if number > 1 else "医药制造业"
        enterprise(
            by=cast.clerk,
            unit=cast.science,
            number=number,
            industry=industry,
            registered_capital="10.5",
        )
    _log_in(page, address)
    page.goto(f"{address}/registers/enterprise/?cols=name,registered_capital")
    page.locator("#totals td", has_text="42").wait_for()
    page.locator("details[data-keep=industry] > summary").click()
    page.locator("details[data-keep=industry] .values a", has_text="软件业").click()
    page.locator("#totals td", has_text="31.5").wait_for()
    page.locator("details[data-keep=industry][open]").wait_for()
    expect(page.locator("[aria-checked=true]")).to_have_text("☑ 软件业 3", use_inner_text=True)


def test_a_list_is_edited_like_a_sheet(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    for name in ("甲", "乙"):
        venture(name, by=cast.clerk, unit=cast.science)
    _log_in(page, address)
    page.goto(f"{address}/registers/venture/?order=name&cols=name,carrier,settled_on,remark")
    first, second = (page.locator("table.grid tbody tr").nth(at) for at in (0, 1))
    first.locator("td[data-f=carrier]").click()
    assert _at(page) == "carrier"
    page.keyboard.press("Enter")
    page.locator("td.editing input[name=carrier]").wait_for()
    page.keyboard.type("孵化园")
    page.keyboard.press("Tab")  # saved, and on to the date
    page.locator("td.editing input[name=settled_on]").wait_for()
    expect(first.locator("td[data-f=carrier]")).to_have_text("孵化园", use_inner_text=True)
    expect(page.locator("#strip")).to_contain_text("“孵化载体”:— → 孵化园。", use_inner_text=True)
    page.keyboard.press("Escape")
    assert _at(page) == "settled_on"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("F2")
    page.locator("td.editing input[name=carrier]").wait_for()
    page.keyboard.type("加速器")
    page.keyboard.press("Enter")
    page.locator("#strip", has_text="加速器").wait_for()
    expect(second.locator("td[data-f=carrier]")).to_have_text("加速器", use_inner_text=True)
    assert sorted(Venture.objects.values_list("carrier", "revision")) == [("加速器", 2), ("孵化园", 2)]

    page.keyboard.press("Control+z")
    page.locator("#strip", has_text="已撤销").wait_for()
    expect(second.locator("td[data-f=carrier]")).to_have_text("—", use_inner_text=True)
    assert sorted(Venture.objects.values_list("carrier", "revision")) == [("", 3), ("孵化园", 2)]


def test_the_keyboard_enters_the_sheet_from_a_rows_link_and_box(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    for name in ("甲", "乙"):
        venture(name, by=cast.clerk, unit=cast.science)
    _log_in(page, address)
    page.goto(f"{address}/registers/venture/?order=name&cols=name,carrier,remark")
    page.locator("tbody a.open").first.focus()
    page.keyboard.press("ArrowRight")
    assert _at(page) == "carrier"
    page.keyboard.press("Enter")
    page.locator("td.editing input[name=carrier]").wait_for()
    page.keyboard.press("Escape")
    boxes = page.locator("tbody [name=pick]")
    boxes.nth(1).focus()
    page.keyboard.press("Enter")  # picks the row; it does not press the button for all rows
    expect(boxes.nth(1)).to_be_checked()
    expect(page.locator("#bulk .picked")).to_have_text("已选 1 行")
    page.keyboard.press("ArrowRight")
    assert _at(page) == "name"
    page.keyboard.press("Space")
    expect(boxes.nth(1)).not_to_be_checked()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "open"


def test_counts_that_come_anew_leave_menus_and_the_open_cell_alone(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    for number in range(1, 15):
        enterprise(by=cast.clerk, unit=cast.science, number=number, industry=f"第{number}产业")
    _log_in(page, address)
    page.goto(f"{address}/registers/enterprise/?view=0&cols=name,industry,address")
    menu = page.locator("details[data-keep=industry]")
    menu.locator("summary").click()
    menu.locator("[data-find]").fill("1")
    menu.locator(".values a", has_text="第11产业").focus()
    page.keyboard.press("Space")
    _wait_for_rows(page, 1)
    expect(menu).to_have_attribute("open", "")
    expect(menu.locator("[data-find]")).to_have_value("1")  # what was looked for is still there
    expect(menu.locator(".values a:visible")).to_have_count(6)
    expect(menu.locator("[aria-checked=true]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu.locator("summary")).to_be_focused()

    page.locator("tbody td[data-f=industry]").click()
    page.keyboard.press("Enter")
    page.locator("td.editing input[name=industry]").wait_for()
    page.keyboard.type("第11类产业")
    with page.expect_response(lambda response: "part=counts" in response.url):
        page.keyboard.press("Tab")
    page.locator("td.editing input[name=address]").wait_for()
    expect(page.locator("#count")).to_have_text("0 / 14 行", use_inner_text=True)
    expect(page.locator("td.editing input[name=address]")).to_be_focused()
    assert menu.get_attribute("open") is None


def test_a_way_out_of_the_list_waits_for_the_open_cell(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    made = venture("甲", by=cast.clerk, unit=cast.science)
    _log_in(page, address)
    page.goto(f"{address}/registers/venture/?cols=name,carrier,settled_on")
    page.locator("td[data-f=carrier]").dblclick()
    page.locator("td.editing input[name=carrier]").fill("字" * 61)
    page.locator("thead a", has_text="项目名称").click()  # refused: it stays open, the list stands as it was
    expect(page.locator("td.editing .fault")).to_contain_text("超过60个字的上限")
    assert "order=" not in page.evaluate("location.search")

    page.locator("td.editing input[name=carrier]").fill("孵化园")
    page.locator("thead a", has_text="项目名称").click()
    page.wait_for_url(lambda url: "order=name" in url)
    expect(page.locator("#strip")).to_contain_text("“孵化载体”:— → 孵化园。", use_inner_text=True)
    expect(page.locator("td[data-f=carrier]")).to_have_text("孵化园", use_inner_text=True)
    page.locator("td[data-f=carrier]").dblclick()
    page.locator("td.editing input[name=carrier]").wait_for()
    page.locator("thead a", has_text="入驻日期").click()  # nothing was typed: the click is not lost
    page.wait_for_url(lambda url: "order=settled_on" in url)
    expect(page.locator("td.editing")).to_have_count(0)
    page.locator("td[data-f=carrier]").dblclick()
    page.locator("td.editing input[name=carrier]").fill("加速器")
    page.locator("tbody a.open").click()  # in the very row that is put in anew
    page.wait_for_url(lambda url: url.endswith(f"/registers/venture/{made.pk}/"))
    made.refresh_from_db()
    assert (made.carrier, made.revision) == ("加速器", 3)


def test_a_refusal_stands_at_its_cell_and_an_overtaken_edit_is_told(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    made = venture("甲", by=cast.clerk, unit=cast.science)
    _log_in(page, address)
    page.goto(f"{address}/registers/venture/?cols=name,carrier,unit")
    page.locator("td[data-f=name]").click(position={"x": 150, "y": 8})
    page.keyboard.press("Enter")
    page.locator("td.editing input[name=name]").fill("")
    page.keyboard.press("Enter")
    page.locator("td.editing .fault", has_text="此项必填").wait_for()
    page.keyboard.press("Escape")

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator("td.editing input[name=carrier]").wait_for()
    actions.change(entry=made, values={"carrier": "加速器"}, revision=1, by=cast.supervisor, at=AT)
    page.keyboard.type("孵化园")
    page.keyboard.press("Enter")
    page.locator("td.editing .fault", has_text="陶知行").wait_for()
    expect(page.locator("td.editing .fault")).to_contain_text("修改了“孵化载体”", use_inner_text=True)
    expect(page.locator("td.editing .theirs")).to_have_text("他人已改为:加速器", use_inner_text=True)
    expect(page.locator("td.editing input[name=carrier]")).to_have_value("孵化园")
    assert Venture.objects.get().carrier == "加速器"
    page.keyboard.press("Enter")
    page.locator("#strip", has_text="加速器 → 孵化园").wait_for()
    assert Venture.objects.get().carrier == "孵化园"


def test_a_stage_is_moved_in_the_list_and_taken_back(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science)
    _log_in(page, address)
    page.goto(f"{address}/registers/high-tech/?view=0")
    page.locator("td[data-f=stage]").dblclick(position={"x": 100, "y": 8})
    page.locator("td.editing select[name=stage]").select_option("filed")
    page.locator("td.editing input[name=happened_on]").fill("2025-06-12")
    page.keyboard.press("Enter")
    page.locator("#strip", has_text="入库培育 → 已申报(2025-06-12)").wait_for()
    assert [m.happened_on for m in actions.moves_of(made)] == [date(2025, 3, 3), date(2025, 6, 12)]
    page.get_by_role("button", name="撤销").click()
    page.locator("#strip", has_text="已撤销").wait_for()
    expect(page.locator("td[data-f=stage]")).to_have_text("入库培育", use_inner_text=True)
    assert Application.objects.get().stage == "seeded"


def test_rows_are_picked_changed_in_bulk_after_a_preview_and_put_back(served: tuple[str, Cast], page: Any) -> None:
    address, cast = served
    for name in ("甲", "乙", "丙", "丁"):
        venture(name, by=cast.clerk, unit=cast.science)
    _log_in(page, address)
    page.goto(f"{address}/registers/venture/?order=name")
    boxes = page.locator("tbody [name=pick]")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator(".picked >> nth=-1")).to_have_text("已选 3 行", use_inner_text=True)
    wanted = _names(page)[:3]
    page.get_by_role("button", name="批量修改所选").click()
    page.locator("[name=carrier]").fill("孵化园")
    page.locator("[name=set][value=carrier]:checked").wait_for()
    page.get_by_role("button", name="预览差异").click()
    page.get_by_role("button", name="确认修改 3 行").wait_for()
    expect(page.locator("table.diff tbody tr")).to_have_count(3)
    expect(page.locator("table.diff ins")).to_have_text(["孵化园"] * 3, use_inner_text=True)
    assert not Venture.objects.exclude(carrier="").exists()
    page.get_by_role("button", name="确认修改 3 行").click()
    page.locator(".notice", has_text="已修改 3 行").wait_for()
    assert sorted(Venture.objects.filter(carrier="孵化园").values_list("name", flat=True)) == sorted(wanted)

    page.locator(".notice a", has_text="查看差异或撤销").click()
    page.wait_for_url(lambda url: "/batches/" in url)
    page.get_by_role("link", name="整批撤销").click()
    page.locator("[name=reason]").fill("选错了行")
    page.get_by_role("button", name="撤销这一批").click()
    page.locator(".notice", has_text="已撤销").wait_for()
    assert not Venture.objects.exclude(carrier="").exists()


def test_a_phone_scrolls_the_sheet_sideways_not_the_page(served: tuple[str, Cast], phone: Any) -> None:
    address, cast = served
    for number in range(1, 4):
        enterprise(by=cast.clerk, unit=cast.science, number=number, address="清云市云海经济开发区鹭起大道268号")
    _log_in(phone, address)
    phone.goto(f"{address}/registers/enterprise/?view=0")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    pane = phone.locator(".pane")
    assert pane.evaluate("pane => pane.scrollWidth > pane.clientWidth")
    pane.evaluate("pane => { pane.scrollLeft = 200; }")
    assert phone.locator("td.stick").first.evaluate("td => Math.round(td.getBoundingClientRect().left)") <= 20
    phone.locator("details[data-keep=industry] > summary").tap()
    box = phone.locator("details[data-keep=industry] .panel").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
