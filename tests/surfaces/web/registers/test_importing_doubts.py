"""Sheets as offices send them around: what is doubtful in them is said before anything is written."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.test import Client
from tests.kernel.people.cast import TODAY
from tests.kernel.registers.entries import enterprise, state
from tests.surfaces.web.registers.steps import book, confirm, preview, sheet, text, to_bytes, told, upload

from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.registers.models import Batch

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


def warnings() -> list[str]:
    """What the preview says above its rows."""
    return list(Batch.objects.latest("pk").details["warnings"])


def test_amounts_in_yuan_are_rounded_into_the_fields_unit_and_it_is_said(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, name="青禾科技有限公司")
    data = sheet(
        ["企业年度数据表", None, "单位:元"],
        ["企业名称", "年度", "营业收入"],
        [firm.name, 2024, 12345678.91],
        ["合计", None, 12345678.91],
    )
    client = door(cast.supervisor)
    _, page = preview(client, "annual-return", data)
    assert warnings() == ["“营业收入”列按“元”计,换算成“万元”后四舍五入到4位小数(如 12345678.91 记为 1,234.5679)。"]
    assert "四舍五入后一致" in page and "不一致" not in page
    confirm(client, "annual-return", data)
    assert AnnualReturn.objects.get().revenue == Decimal("1234.5679")


@pytest.mark.parametrize(
    ("head", "values", "expected"),
    [
        (
            "国内细分市场占有率",
            (0.5, 0.123),
            ["“国内细分市场占有率”列的数都不大于1(如 0.5),按“%”计就是0.5%;如果指的是50%,请改好后重新上传。"],
        ),
        (
            "国内细分市场占有率",
            ("50%", 0.3),
            ["“国内细分市场占有率”列有的写了单位(如“50%”),有的只是数字(如 0.3),只是数字的按“%”计,请核对。"],
        ),
        ("国内细分市场占有率(%)", (0.5, 0.3), []),
        ("国内细分市场占有率", (0.5, 12), []),
        ("国内细分市场占有率", ("50%", "30％"), []),
    ],
)
def test_shares_that_may_be_fractions_are_doubted(
    cast: Cast, door: Door, head: str, values: tuple[Any, Any], expected: list[str]
) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, name="青禾科技有限公司")
    data = sheet(
        ["企业名称", "年度", head],
        *([firm.name, year, value] for year, value in zip((2023, 2024), values, strict=True)),
    )
    preview(door(cast.supervisor), "annual-return", data)
    assert warnings() == expected


def test_hidden_rows_are_read_and_named(cast: Cast, door: Door) -> None:
    made = openpyxl.Workbook()
    page: Any = made.active
    for row in (["企业名称", "地址"], ["青禾公司", "一路"], ["岳明公司", "二路"], ["岚绮公司", "三路"]):
        page.append(row)
    page.row_dimensions[3].hidden = True
    _, shown = preview(door(cast.supervisor), "enterprise", to_bytes(made))
    assert "新增 <b>3</b>" in shown
    assert warnings() == ["第 3 行在表中被隐藏或筛选掉了,也一并读取;不要导入的,请从表中删去这些行后重新上传。"]


def test_a_card_whose_headings_stand_one_under_the_other_is_refused(cast: Cast, door: Door) -> None:
    data = sheet(
        ["企业信息表", None],
        ["企业名称", "青禾科技有限公司"],
        ["法定代表人", "张三"],
        ["注册资本(万元)", 3000],
        ["联系电话", "13911112222"],
    )
    before = state()
    response = upload(door(cast.supervisor), "enterprise", data)
    assert response.status_code == 422
    assert "工作表“Sheet”里,栏目的名称是一行一个竖着写的,不是写在表头一行里" in told(response)
    assert state() == before and not Enterprise.objects.exists() and not Batch.objects.exists()


def test_tables_side_by_side_are_told_apart_and_one_left_out_is_named(cast: Cast, door: Door) -> None:
    data = sheet(
        ["企业名称", "地址", None, "企业名称", "地址"],
        ["青禾公司", "一路", None, "岚绮公司", "三路"],
        ["岳明公司", "二路", None, "海棠公司", "四路"],
    )
    _, page = preview(door(cast.supervisor), "enterprise", data)
    assert "Sheet,A至B列,第1行起" in page and "没有读取的表:Sheet,D至E列,第1行起(2 行)。" in page


def test_pasted_cells_without_a_heading_say_so(cast: Cast, door: Door) -> None:
    client = door(cast.supervisor)
    form = {"how": "paste", "text": "青禾有限公司\t91320800MA0000011A\n岳明有限公司\t91320800MA0000012A"}
    response = client.post("/registers/enterprise/import/", form)
    assert "没有表头,数据 2 行" in text(client.get(response.headers["Location"]))


def test_reasons_name_the_column_as_the_sheet_words_it(cast: Cast, door: Door) -> None:
    client = door(cast.supervisor)
    data = sheet(["单位名称", "注册资金", "成立时间"], *([f"青禾{n}厂", n, "2025-06-01"] for n in (1, 2, 3)))
    made = book(data)
    made.active.append(["青禾公司", "约3000", "六月底"])
    address, _ = preview(client, "enterprise", to_bytes(made))
    page = book(client.get(address.replace("/preview/", "/refused.xlsx")).content).active
    assert page["D5"].value == (
        "注册资金:“约3000”不是数字。请只填写一个数字(单位:万元),说明文字请写入备注。\n"
        "成立时间:“六月底”不是日期。请按“2025-03-02”或“2025年3月2日”填写,年份写四位。"
    )


def test_a_text_under_a_workbooks_name_comes_in_and_goes_back_marked(cast: Cast, door: Door) -> None:
    client = door(cast.supervisor)
    data = "企业名称\t成立日期\n青禾公司\t2025.13.1\n岳明公司\t2025.1.1".encode("gb18030")
    address, page = preview(client, "enterprise", data, name="导出.xls")
    assert "新增 <b>1</b>" in page and "退回 <b>1</b>" in page
    marked = openpyxl.load_workbook(io.BytesIO(client.get(address.replace("/preview/", "/refused.xlsx")).content))
    assert marked.active["B2"].comment.text.endswith("“2025.13.1”不是存在的日期。请核对月份和日期后重新填写。")  # type: ignore[union-attr]


def test_reminders_of_a_long_sheet_do_not_pretend_to_be_all(
    cast: Cast, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongjian.surfaces.web.registers.previews.KEPT_MOST", 2)
    client = door(cast.supervisor)
    data = sheet(["企业名称", "地址"], *([f"青禾{n}厂", "一路"] for n in (1, 2, 3)))
    address, page = preview(client, "enterprise", data)
    assert "提醒 <b>2+</b>" in page
    assert "提醒只列出前 2 行里的" in text(client.get(address, {"show": "warned"}))
    short = sheet(["企业名称", "地址"], *([f"青禾{n}厂", "一路"] for n in (1, 2)))
    assert "提醒 <b>2</b>" in preview(client, "enterprise", short)[1]
