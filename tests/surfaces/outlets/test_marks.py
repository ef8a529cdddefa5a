"""The clerk's own sheet comes back with its refused cells coloured and explained, everything else untouched."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlwt
from openpyxl.styles import PatternFill
from tests.surfaces.outlets.packages import changed, packed

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.inlets.sheet import open_sheet
from gongjian.surfaces.outlets.marks import Mark, mark_rows

RED = "FFFFC9CD"
SAID = "【攻坚退回】\n"


def own(*, formula: bool = False) -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    page: Any = book.active
    page.title = "一月"
    for row in (
        ["项目台账", None, None],
        ["企业", "投资", "日期"],
        ["甲", "很多", "2025.3.2"],
        ["=乙", 3, None],
        ["丙", 5, "x"],
    ):
        page.append(row)
    page["A4"].data_type = "s"
    page.merge_cells("A1:C1")
    page["C5"].fill = PatternFill("solid", start_color="FF00FF00")
    page.column_dimensions["A"].width = 33
    if formula:
        page["B5"] = "=SUM(B4:B4)"
    book.create_sheet("二月")["A1"] = "别动"
    book.save(buffer)
    return buffer.getvalue()


def read(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def fill(cell: Any) -> str | None:
    return cell.fill.start_color.rgb if cell.fill.fill_type == "solid" else None


MARKS = [
    Mark(row=3, column_index=1, sentence="“很多”不是数字。"),
    Mark(row=3, column_index=2, sentence="日期早于立项。"),
    Mark(row=5, sentence="与第4行重复。"),
]


def test_cells_and_rows_are_coloured_and_explained() -> None:
    book = read(mark_rows(data=own(formula=True), marks=MARKS, head_row=2))
    page = book["一月"]
    assert [fill(page[place]) for place in ("A3", "B3", "C3", "A5", "B5", "C5", "A4")] == [
        None,
        RED,
        RED,
        RED,
        RED,
        RED,
        None,
    ]
    assert (page["B3"].comment.text, page["B3"].comment.author) == (f"{SAID}“很多”不是数字。", "攻坚")
    assert page["A5"].comment.text == f"{SAID}与第4行重复。"
    assert [page.cell(row=row, column=4).value for row in range(1, 6)] == [
        *(None, "退回原因", "“很多”不是数字。\n日期早于立项。", None, "与第4行重复。")
    ]
    assert (page["B3"].value, page["A4"].value, page["A4"].data_type, page["B5"].value) == (
        "很多",
        "=乙",
        "s",
        "=SUM(B4:B4)",
    )
    assert page.column_dimensions["A"].width == 33
    assert (book["二月"]["A1"].value, book.sheetnames) == ("别动", ["一月", "二月"])


def test_a_second_round_takes_the_first_off() -> None:
    first = mark_rows(data=own(), marks=MARKS, head_row=2)
    page = read(mark_rows(data=first, marks=[Mark(row=4, column_index=2, sentence="缺日期。")], head_row=2))["一月"]
    assert [fill(page[place]) for place in ("B3", "A5", "C4")] == [None, None, RED]
    assert page["B3"].comment is None
    assert [page.cell(row=row, column=4).value for row in range(2, 6)] == ["退回原因", None, "缺日期。", None]
    assert page.max_column == 4
    clean = read(mark_rows(data=first, marks=[]))["一月"]
    assert all(cell.comment is None and fill(cell) != RED for row in clean.iter_rows() for cell in row)
    assert [cell.value for cell in clean["D"]] == [None] * 5
    assert fill(clean["C5"]) == "FF00FF00"  # the clerk's own green is back


def test_the_clerks_own_comments_stay() -> None:
    book = read(own())
    book["一月"]["A4"].comment = openpyxl.comments.Comment("我的批注", "甲")
    buffer = io.BytesIO()
    book.save(buffer)
    page = read(mark_rows(data=buffer.getvalue(), marks=MARKS, head_row=2))["一月"]
    assert (page["A4"].comment.text, page["A4"].comment.author) == ("我的批注", "甲")


def test_a_csv_comes_back_as_a_workbook() -> None:
    data = "企业,投资\n=1+1,很多\n".encode("gb18030")
    page = read(
        mark_rows(data=data, name="台账.csv", marks=[Mark(row=2, column_index=1, sentence="不是数字。")])
    ).worksheets[0]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["企业", "投资", "退回原因"],
        ["=1+1", "很多", "不是数字。"],
    ]
    assert (page["A2"].data_type, fill(page["B2"])) == ("s", RED)


def test_a_mark_inside_a_merged_cell_goes_to_the_cell_that_shows() -> None:
    page = read(mark_rows(data=own(), marks=[Mark(row=1, column_index=2, sentence="标题。")], head_row=2))["一月"]
    assert page["A1"].comment.text == f"{SAID}标题。"


def test_another_sheet_by_name() -> None:
    data = mark_rows(data=own(), sheet="二月", marks=[Mark(row=1, column_index=0, sentence="错。")])
    first, second = open_sheet(name="a.xlsx", data=data)
    assert first.rows == open_sheet(name="a.xlsx", data=own())[0].rows
    assert second.rows[0][0] == "别动"
    with pytest.raises(ValueError, match="no sheet named"):
        mark_rows(data=own(), sheet="三月", marks=MARKS)


def test_a_sentence_that_looks_like_a_formula_stays_text() -> None:
    page = read(mark_rows(data=own(), marks=[Mark(row=3, column_index=0, sentence="=1+1 不是企业。")], head_row=2))[
        "一月"
    ]
    assert (page["D3"].value, page["D3"].data_type) == ("=1+1 不是企业。", "s")


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"%PDF-1.4", "a.csv", "document.wrong-type"),
        (packed({"[Content_Types].xml": b"<Types/>", "xl/a.xml": b"<a/>"}), "a.xlsx", "document.corrupt"),
        (changed(own(), xl__worksheets__sheet1_xml=lambda body: body[:400]), "a.xlsx", "document.corrupt"),
        (changed(own(), xl__styles_xml=lambda body: body[:99]), "a.xlsx", "document.corrupt"),
    ],
)
def test_what_is_no_sheet_is_refused(data: bytes, name: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        mark_rows(data=data, name=name, marks=MARKS)
    assert refused.value.code == code


def test_an_old_workbook_comes_back_as_a_new_one() -> None:
    book: Any = xlwt.Workbook()
    page = book.add_sheet("台账")
    page.write_merge(0, 0, 0, 2, "项目台账")
    for column, value in enumerate(("甲", 12.5, date(2025, 3, 2))):
        page.write(
            1, column, value, xlwt.easyxf(num_format_str="yyyy-mm-dd") if column == 2 else xlwt.Style.default_style
        )
    book.add_sheet("底稿").write(0, 0, "草稿")
    book.get_sheet(1).visibility = 1
    buffer = io.BytesIO()
    book.save(buffer)
    data = mark_rows(data=buffer.getvalue(), name="a.xls", marks=[Mark(row=2, column_index=1, sentence="太少。")])
    found = read(data)
    page = found["台账"]
    assert [page[place].value for place in ("A2", "B2", "D2")] == ["甲", 12.5, "太少。"]
    assert (page["C2"].value.date(), page["C2"].number_format) == (date(2025, 3, 2), "yyyy-mm-dd")
    assert [str(merged) for merged in page.merged_cells.ranges] == ["A1:C1"]
    assert (fill(page["B2"]), found["底稿"].sheet_state, found["底稿"]["A1"].value) == (RED, "hidden", "草稿")


def test_a_csv_whose_name_no_sheet_can_have() -> None:
    data = "企业,投资\n甲,很多\n".encode()
    marked = mark_rows(data=data, name="台账[1].csv", sheet="台账[1]", marks=[Mark(row=2, sentence="错。")])
    assert read(marked).sheetnames == ["台账 1"]


def test_the_reason_says_in_which_column_and_a_hidden_row_is_shown() -> None:
    book, buffer = read(own()), io.BytesIO()
    for number in (3, 4):
        book["一月"].row_dimensions[number].hidden = True
    book.save(buffer)
    marks = [
        Mark(row=3, column_index=1, sentence="“很多”不是数字。", column="投资"),
        Mark(row=3, column_index=2, sentence="日期早于立项。", column="日期"),
        Mark(row=5, sentence="与第4行重复。"),
    ]
    page = read(mark_rows(data=buffer.getvalue(), marks=marks, head_row=2))["一月"]
    assert page["D3"].value == "投资:“很多”不是数字。\n日期:日期早于立项。" and page["D5"].value == "与第4行重复。"
    assert page["B3"].comment.text == f"{SAID}“很多”不是数字。"
    assert [page.row_dimensions[number].hidden for number in (3, 4)] == [False, True]
