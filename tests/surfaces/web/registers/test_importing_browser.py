"""The way of a messy sheet in a real browser: dropped, mapped, looked through, confirmed, taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.kernel.people.cast import PASSWORD, TODAY, make_cast
from tests.surfaces.web.registers.steps import sheet

from gongjian.drives.projects.starts import Start
from gongjian.kernel.people.models import Zone
from gongjian.kernel.registers.models import Batch

if TYPE_CHECKING:
    from playwright.sync_api import Page

MESSY = sheet(
    ["2025年重大产业项目推进情况表"],
    ["序号", "重大项目", "产业类别", "总投资(亿元)", "计划开工", "进度", "领导批示"],
    [1, "云栖智能装备产业园", "高端装备", 12, "2025年3月", "已开工", "加快推进"],
    [2, "澜海锂电材料一期", "新材料", "35.8亿", "2025.09.01", "已签约", None],
    [3, "青禾智控二期", "智能制造", "三点五亿", "去年底", "已签约", None],
    [None, "合计", None, 47.8, None, None, None],
)


@pytest.fixture
def office(live_server: Any, page: Page) -> Page:
    """The supervisor's browser."""
    cast = make_cast()
    Zone.objects.update(stands_at=TODAY)
    page.goto(f"{live_server.url}/login/")
    page.fill("#username", cast.supervisor.username)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/login/" not in url)
    return page


def test_a_messy_sheet_from_the_file_to_the_register_and_back(office: Page, live_server: Any, tmp_path: Path) -> None:
    page = office
    path = tmp_path / "推进表.xlsx"
    path.write_bytes(MESSY)
    page.goto(f"{live_server.url}/registers/project/import/")
    page.set_input_files("input[type=file]", path)
    expect(page.locator(".lead")).to_have_text("推进表.xlsx", use_inner_text=True)
    page.click("text=上传并读取")
    page.wait_for_url("**/mapping/")
    assert page.locator("tr.out").count() == 2  # 序号 and 领导批示
    select = page.get_by_label("“领导批示”对应的栏目")
    select.select_option("name")  # mapped twice: seen at once, and refused when it is sent all the same
    expect(page.locator("tr.twice")).to_have_count(2)
    page.click("text=确认对照,核对数据")
    expect(page.locator(".refusal")).to_contain_text("两列都对应到了“项目名称”", use_inner_text=True)
    page.get_by_label("“领导批示”对应的栏目").select_option("")
    page.click("text=确认对照,核对数据")
    page.wait_for_url("**/preview/")
    expect(page.locator("table.lines")).to_contain_text("“三点五亿”不是数字", use_inner_text=True)
    page.click(".verdicts a:has-text('新增')")
    expect(page.locator("table.lines")).to_contain_text("358,000", use_inner_text=True)
    with page.expect_download() as download:
        page.click("text=下载标注了退回原因的原表")
    assert download.value.suggested_filename == "推进表_退回.xlsx"
    page.click("text=确认导入 2 行")
    page.wait_for_selector("text=行已写入")
    assert sorted(Start.objects.values_list("name", flat=True)) == sorted(["云栖智能装备产业园", "澜海锂电材料一期"])
    page.click("text=整批撤销")
    page.fill("#reason", "演练")
    page.click("text=撤销这一批")
    page.wait_for_selector("text=已撤销")
    assert not Start.objects.exists()


def test_cells_pasted_from_a_sheet_come_with_their_merged_cells(office: Page, live_server: Any) -> None:
    page = office
    page.goto(f"{live_server.url}/registers/project/import/")
    html = (
        "<table><tr><th rowspan=2>项目名称</th><th colspan=2>投资</th></tr><tr><th>总投资(万元)</th><th>产业</th></tr>"
        "<tr><td>甲项目</td><td>1,200</td><td>装备</td></tr><tr><td>乙项目</td><td>800</td><td>装备</td></tr></table>"
    )
    text = "项目名称\t投资\t\n\t总投资(万元)\t产业\n甲项目\t1,200\t装备\n乙项目\t800\t装备"
    page.evaluate(
        """([html, text]) => {
            const area = document.querySelector("[data-paste]");
            const data = new DataTransfer();
            data.setData("text/html", html);
            data.setData("text/plain", text);
            area.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
            area.value = text;
        }""",
        [html, text],
    )
    expect(page.locator("[data-pasted]")).to_contain_text("粘贴了 4 行", use_inner_text=True)
    page.click("text=读取粘贴的内容")
    page.wait_for_selector("text=粘贴的表格")
    details = Batch.objects.get().details
    assert details["rows"] == 2 and details["head_row"] == 2


def test_the_import_page_fits_a_phone(live_server: Any, office: Page, phone: Page) -> None:
    phone.context.add_cookies(office.context.cookies())
    phone.goto(f"{live_server.url}/registers/project/import/")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(phone.locator("input[type=file]")).to_have_count(1)
