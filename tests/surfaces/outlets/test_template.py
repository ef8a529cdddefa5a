"""A template says what goes where, shows examples that no import takes for rows, and explains each column."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from gongjian.surfaces.inlets.heads import find_table
from gongjian.surfaces.inlets.sheet import open_sheet
from gongjian.surfaces.outlets.columns import Column
from gongjian.surfaces.outlets.template import EXAMPLE, write_template

COLUMNS = (
    Column(
        label="企业名称",
        required=True,
        help="营业执照上的全称。",
        examples=("海棠装备有限公司", "云帆新材料有限公司"),
        synonyms=("单位名称", "公司名称"),
    ),
    Column(label="信用代码", required=True, examples=("913206850000000017",)),
    Column(label="设备投入", kind="decimal", unit="万元", examples=(Decimal("1360.5"), 820)),
    Column(label="研发占比", kind="percent", examples=(0.062,)),
    Column(label="申报日期", kind="date", examples=(date(2025, 3, 2),)),
    Column(label="阶段", choices=("入库培育", "已申报"), examples=("已申报",)),
    Column(label="备注"),
)
HEADS = {"firm": ["企业名称"], "code": ["信用代码"], "money": ["设备投入"], "on": ["申报日期"], "stage": ["阶段"]}


def book(**changes: Any) -> Any:
    given = {"title": "高企申报台账", "columns": COLUMNS, "notes": ["一家企业一年一行。"], **changes}
    return openpyxl.load_workbook(io.BytesIO(write_template(**given)))


def test_heads_examples_and_lists() -> None:
    page = book()["高企申报台账"]
    assert [cell.value for cell in page[3]] == [
        *("*企业名称", "*信用代码", "设备投入(万元)", "研发占比", "申报日期", "阶段", "备注")
    ]
    assert [cell.value for cell in page[4]][:4] == ["示例:海棠装备有限公司", "913206850000000017", 1360.5, 0.062]
    assert (page["E4"].value.date(), page["F4"].value, page["G4"].value) == (date(2025, 3, 2), "已申报", None)
    assert [cell.value for cell in page[5]] == ["示例:云帆新材料有限公司", None, 820, None, None, None, None]
    assert (page["A4"].font.italic, page["A4"].font.color.rgb, page["A6"].font.italic) == (True, "FF808A94", False)
    rules = {str(rule.sqref): (rule.type, rule.prompt) for rule in page.data_validations.dataValidation}
    assert rules == {"A4:A5003": (None, "营业执照上的全称。"), "F4:F5003": ("list", None)}
    assert page.freeze_panes == "A4"


def test_empty_cells_take_the_column_s_format_so_that_long_codes_stay_whole() -> None:
    page = book()["高企申报台账"]
    assert [page.column_dimensions[letter].number_format for letter in "ABCDE"] == [
        *("@", "@", "#,##0.00##", "0.0#%", "yyyy-mm-dd")
    ]


def test_every_column_is_explained() -> None:
    page = book()["填表说明"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
    assert page["A2"].value == "注:1. 一家企业一年一行。"
    assert rows[0] == ["序号", "列名", "必填", "单位", "格式", "可选内容", "说明", "示例", "也可以写成"]
    assert rows[1] == [
        *("1", "企业名称", "必填", None, "文字", None, "营业执照上的全称。"),
        *("海棠装备有限公司、云帆新材料有限公司", "单位名称、公司名称"),
    ]
    assert rows[3] == ["3", "设备投入(万元)", "选填", "万元", "数字,可带小数", None, None, "1360.5、820", None]
    assert rows[4][4:8] == ["百分比,如 12.5%", None, None, "6.2%"]
    assert rows[6][4:6] == ["从列表中选择", "入库培育、已申报"]
    assert len(rows) == 1 + len(COLUMNS)


def test_a_filled_template_is_read_with_examples_that_can_be_told_from_rows() -> None:
    found = openpyxl.load_workbook(io.BytesIO(write_template(title="台账", columns=COLUMNS)))
    page = found["台账"]
    for column, value in enumerate(("青禾科技有限公司", "913206850000000025", 12), 1):
        page.cell(row=6, column=column, value=value)
    buffer = io.BytesIO()
    found.save(buffer)
    sheet = open_sheet(name="a.xlsx", data=buffer.getvalue())[0]
    table = find_table(sheet=sheet, heads=HEADS, required=("firm", "code"))
    names = [str(row.values["firm"]) for row in (*table.rows, *table.remarks)]
    assert [name for name in names if not name.startswith(EXAMPLE)] == ["青禾科技有限公司"]
    assert table.units == {"money": "万元"}


def test_given_examples_and_their_length() -> None:
    page = book(examples=[["甲", "1", None, None, None, None, True]])["高企申报台账"]
    assert [cell.value for cell in page[4]] == ["示例:甲", "1", None, None, None, None, "是"]
    assert page["A5"].value is None
    with pytest.raises(ValueError, match="example 1 has 1 values, expected 7"):
        book(examples=[["甲"]])


def test_without_examples_and_notes() -> None:
    found = book(columns=(Column(label="甲"), Column(label="乙", choices=[f"项{n}" for n in range(30)])), notes=())
    assert found.sheetnames == ["高企申报台账", "填表说明", "选项"]
    assert found["高企申报台账"]["A4"].value is None
    assert found["填表说明"]["F4"].value.endswith("项19等 30 项,见该列的下拉列表")
