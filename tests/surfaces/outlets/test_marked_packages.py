"""Only what a mark needs is changed in the clerk's workbook: part by part, and in whatever XML a program may write."""

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from tests.surfaces.outlets.packages import MAIN, SHEET, bare, packed, parts, rich

from gongjian.surfaces.inlets.sheet import open_sheet
from gongjian.surfaces.outlets.marks import Mark, mark_rows, marked_ending
from gongjian.surfaces.outlets.notes import NOTES_LIMIT

RED = "FFFFC9CD"
MARKS = [
    Mark(row=4, column_index=1, sentence="“很多”不是数字。"),
    Mark(row=6, column_index=3, sentence="没有“停工”这个阶段。"),
    Mark(row=7, sentence="与第5行重复。"),
    Mark(row=11, column_index=1, sentence="空行。"),
]
TOUCHED = {SHEET, "xl/styles.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"}
THREAD = "[Threaded comment] 请看讨论"


def page_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def fill(cell: Any) -> str | None:
    return cell.fill.start_color.rgb if cell.fill.fill_type == "solid" else None


def rows_of(data: bytes) -> list[list[object]]:
    return open_sheet(name="a.xlsx", data=data)[0].rows


def styles_by_cell(data: bytes) -> dict[str, Any]:
    """Each cell's place, type and style as numbered in the XML, whatever the order of its attributes."""
    tree = etree.fromstring(parts(data)[SHEET])
    return {cell.get("r"): (cell.get("s"), cell.get("t")) for cell in tree.iter(f"{{{MAIN}}}c")}


def test_everything_else_stays_byte_for_byte() -> None:
    before = parts(rich())
    after = parts(mark_rows(data=rich(), marks=MARKS, head_row=2))
    assert list(after) == [*(name for name in before if name != "xl/styles.xml"), "xl/styles.xml"]
    assert {name for name in before if before[name] != after[name]} == TOUCHED
    assert {"xl/charts/chart1.xml", "xl/media/image1.png", "xl/vbaProject.bin"} <= set(before) - TOUCHED
    rows = re.compile(rb'<row r="(?:3|5|8|9)".*?</row>')
    assert rows.findall(after[SHEET]) and rows.findall(after[SHEET]) == rows.findall(before[SHEET])
    end = before[SHEET].index(b"</sheetData>")
    assert after[SHEET].endswith(before[SHEET][end:])  # lists, formats by condition, print set-up


def test_the_column_of_reasons_is_shown_where_others_are_hidden() -> None:
    page = page_of(mark_rows(data=rich(), marks=MARKS, head_row=2))
    assert [page.cell(row=row, column=5).value for row in (2, 4, 6, 7, 11)] == [
        *("退回原因", "“很多”不是数字。", "没有“停工”这个阶段。", "与第5行重复。", "空行。")
    ]
    width = page.column_dimensions["E"]
    assert (width.min, width.max, width.hidden, round(width.width)) == (5, 5, False, 49)
    assert (page.column_dimensions["F"].hidden, page.column_dimensions["F"].max) == (True, 16384)
    assert page.dimensions == "A1:E11"


def test_a_marked_cell_keeps_its_own_style() -> None:
    plain, page = page_of(rich()), page_of(mark_rows(data=rich(), marks=MARKS, head_row=2))
    assert (fill(page["B4"]), page["B4"].number_format, page["B4"].border.left.style) == (RED, "#,##0.00", "thin")
    assert page["C7"].number_format == "yyyy-mm-dd" and fill(page["C7"]) == RED
    hatched = page["D6"].fill, plain["D6"].fill  # a hatched cell keeps its hatching
    assert [(one.fill_type, one.start_color.rgb) for one in hatched] == [("lightGray", "FF00B050")] * 2
    assert fill(page["B11"]) == RED
    assert page["B9"].value == "=SUM(B3:B8)"


def test_comments_stand_after_the_clerks_own_and_go_again() -> None:
    marked = mark_rows(data=rich(), marks=MARKS, head_row=2)
    page = page_of(marked)
    assert (page["A3"].comment.text, page["A3"].comment.author) == ("我的批注", "张三")
    assert page["B4"].comment.text == "请核对\n【攻坚退回】\n“很多”不是数字。"
    assert (page["D6"].comment.text, page["D6"].comment.author) == ("【攻坚退回】\n没有“停工”这个阶段。", "攻坚")
    drawing = parts(marked)["xl/drawings/vmlDrawing1.vml"]
    cells = re.findall(rb"<x:Row>(\d+)</x:Row>\s*<x:Column>(\d+)</x:Column>", drawing)
    assert sorted((int(row), int(column)) for row, column in cells) == [(1, 4), (2, 0), (3, 1), (5, 3), (6, 0), (10, 1)]
    assert drawing.count(b'ObjectType="Button"') == 1
    numbers = re.findall(rb'<v:shape\s+id="(\w+)"', drawing)
    assert len(set(numbers)) == len(numbers) == 7
    clean = mark_rows(data=marked, marks=[])
    page = page_of(clean)
    assert {cell.coordinate: cell.comment.text for row in page.iter_rows() for cell in row if cell.comment} == {
        "A3": "我的批注",
        "B4": "请核对",
    }
    assert parts(clean)["xl/drawings/vmlDrawing1.vml"].count(b"<v:shape ") == 3


def test_taking_marks_off_gives_every_cell_its_style_back() -> None:
    before = styles_by_cell(rich())
    first = mark_rows(data=rich(), marks=MARKS, head_row=2)
    second = mark_rows(data=first, marks=[Mark(row=5, column_index=0, sentence="错。")], head_row=2)
    after = styles_by_cell(mark_rows(data=second, marks=[]))
    assert {place: style for place, style in after.items() if place in before} == before
    assert {place for place in after if place not in before} == {"B11"}  # the empty cell made for the mark
    assert rows_of(mark_rows(data=second, marks=[]))[:9] == rows_of(rich())


def test_the_way_back_survives_a_program_that_numbers_styles_anew() -> None:
    """Excel writes all styles again; here openpyxl stands for it, which also writes Chinese in numbers."""
    book = openpyxl.load_workbook(io.BytesIO(mark_rows(data=rich(), marks=MARKS, head_row=2)))
    buffer = io.BytesIO()
    book.save(buffer)
    page = page_of(mark_rows(data=buffer.getvalue(), marks=[], head_row=2))
    assert [fill(page[place]) for place in ("B4", "C7", "B11", "E4")] == ["FFFFFF00", None, None, None]
    assert page["E2"].value is None and page["B4"].comment.text == "请核对"


def test_second_colours_that_a_program_spoiled_are_not_believed() -> None:
    found = parts(mark_rows(data=rich(), marks=MARKS, head_row=2))
    found["xl/styles.xml"] = re.sub(rb'<bgColor rgb="[^"]*"', b'<bgColor rgb="FFD9D9D9"', found["xl/styles.xml"])
    page = page_of(mark_rows(data=packed(found), marks=[], head_row=2))
    assert [fill(page[place]) for place in ("B4", "C7")] == [None, None]


def test_the_clerks_own_column_of_that_name_is_left_alone() -> None:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{text}</t></is></c><c r="B{row}" t="inlineStr"><is>'
        f"<t>{reason}</t></is></c></row>"
        for row, text, reason in ((1, "信访件", "退回原因"), (2, "甲", "材料不全"), (3, "乙", "重复"))
    )
    first = mark_rows(data=bare(rows), marks=[Mark(row=2, sentence="错。")], head_row=1)
    second = mark_rows(data=first, marks=[Mark(row=3, sentence="错。")], head_row=1)
    assert rows_of(second) == [["信访件", "退回原因", "退回原因"], ["甲", "材料不全", None], ["乙", "重复", "错。"]]


def test_the_earlier_column_is_known_though_its_red_was_cleared_and_its_words_are_shared() -> None:
    first = mark_rows(data=rich(), marks=MARKS, head_row=2)
    found = parts(first)
    strings, number = found["xl/sharedStrings.xml"], found["xl/sharedStrings.xml"].count(b"<si>")
    found["xl/sharedStrings.xml"] = strings.replace(b"</sst>", "<si><t>退回原因</t></si></sst>".encode())
    head = re.compile(rb'<c r="E2" s="\d+" t="inlineStr">.*?</c>')
    found[SHEET] = head.sub(b'<c r="E2" s="1" t="s"><v>%d</v></c>' % number, found[SHEET])
    found["xl/styles.xml"] = found["xl/styles.xml"].replace(b"FFFFC9CD", b"FFFFFFFF")
    assert rows_of(packed(found))[1][4] == "退回原因"
    page = page_of(mark_rows(data=packed(found), marks=MARKS[:1], head_row=2))
    assert [page.cell(row=row, column=5).value for row in (2, 4, 6, 7)] == ["退回原因", "“很多”不是数字。", None, None]
    assert page.max_column == 5


def test_a_thread_of_answers_is_left_to_its_writers() -> None:
    found = parts(rich())
    found["xl/comments1.xml"] = (
        found["xl/comments1.xml"].replace("张三".encode(), b"tc={1}").replace("请核对".encode(), THREAD.encode())
    )
    found["xl/threadedComments/threadedComment1.xml"] = b"<ThreadedComments/>"
    marked = mark_rows(data=packed(found), marks=MARKS, head_row=2)
    page = page_of(marked)
    assert (page["B4"].comment.text, fill(page["B4"]), page["E4"].value) == (THREAD, RED, "“很多”不是数字。")
    assert parts(marked)["xl/threadedComments/threadedComment1.xml"] == b"<ThreadedComments/>"


ODD_ROWS = (
    '<row r="2"><c r="A2" t="inlineStr"><is><t>名</t></is></c><c r="C2"><v>1</v></c></row>'
    '<row r="4"><c><v>4</v></c><c><v>5</v></c></row><row><c r="B5"><v>7</v></c></row>'
)
ODD_MARKS = [Mark(row=3, column_index=1, sentence="错<&>1。"), Mark(row=5, sentence="整行。")]
ODD_RESULT = [
    *([None] * 4, ["名", None, 1, "退回原因"], [None, None, None, "错<&>1。"]),
    *([4, 5, None, None], [None, 7, None, "整行。"]),
]


def prefixed(text: str) -> str:
    text = text.replace("<worksheet xmlns=", "<x:worksheet xmlns:x=").replace("</worksheet", "</x:worksheet")
    return re.sub(r"<(/?)(row|c|v|is|t|sheetData)\b", r"<\1x:\2", text)


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: text.encode(),
        lambda text: prefixed(text).encode(),
        lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
        lambda text: text.replace('"', "'").encode(),
        lambda text: text.replace("><", ">\n  <").encode(),
    ],
    ids=["plain", "prefixed", "utf-16", "single quotes", "indented"],
)
def test_cells_rows_styles_and_comments_that_are_not_there_are_made(rewrite: Any) -> None:
    found = parts(bare(ODD_ROWS))
    found[SHEET] = rewrite(found[SHEET].decode())
    marked = mark_rows(data=packed(found), marks=ODD_MARKS, head_row=2)
    assert rows_of(marked) == ODD_RESULT
    page = page_of(marked)
    assert [fill(page[place]) for place in ("B3", "A5", "B5", "C5", "A4")] == [RED, RED, RED, RED, None]
    assert [page[place].comment.text for place in ("B3", "A5")] == ["【攻坚退回】\n错<&>1。", "【攻坚退回】\n整行。"]
    assert {"xl/styles.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"} <= set(parts(marked))
    assert rows_of(mark_rows(data=marked, marks=[])) == [row[:3] for row in ODD_RESULT[:1]] + [
        *(["名", None, 1], [None] * 3, [4, 5, None], [None, 7, None])
    ]


def test_an_absent_cell_takes_the_style_of_its_row_or_column() -> None:
    found = parts(rich())
    column = b'<col min="1" max="1" width="22.7109375" customWidth="1" style="3"/>'
    found[SHEET] = re.sub(rb'<col min="1"[^>]*/>', column, found[SHEET])
    found[SHEET] = found[SHEET].replace(
        b"</sheetData>", b'<row r="20" s="4" customFormat="1"><c r="B20"><v>1</v></c></row></sheetData>'
    )
    marks = [Mark(row=20, column_index=0, sentence="错。"), Mark(row=21, column_index=0, sentence="错。")]
    page = page_of(mark_rows(data=packed(found), marks=marks, head_row=2))
    plain = page_of(packed(found))
    assert page["A20"].number_format == plain["C3"].number_format == "yyyy-mm-dd"  # style 4
    assert page["A21"].border.left.style == plain["A3"].border.left.style == "thin"  # style 3


@pytest.mark.parametrize("rows", ["", None])
def test_a_sheet_without_rows(rows: str | None) -> None:
    data = bare(rows or "")
    if rows is None:
        found = parts(data)
        data = packed(found | {SHEET: found[SHEET].replace(b"<sheetData></sheetData>", b"<sheetData/>")})
    assert rows_of(mark_rows(data=data, marks=[Mark(row=2, sentence="缺数据。")])) == [["退回原因"], ["缺数据。"]]


def test_strict_workbooks() -> None:
    """Excel saves 'Strict Open XML' in other namespaces."""
    spaces = {
        MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
            "http://purl.oclc.org/ooxml/officeDocument/relationships"
        ),
    }
    found = parts(bare(ODD_ROWS))
    for name in found:
        for loose, strict in spaces.items():
            found[name] = found[name].replace(loose.encode(), strict.encode())
    marked = mark_rows(data=packed(found), marks=ODD_MARKS, head_row=2)
    assert rows_of(marked) == ODD_RESULT
    assert all(space.encode() not in body for space in spaces for body in parts(marked).values())


def test_the_drawing_is_named_where_the_order_of_elements_wants_it() -> None:
    below = (
        '<mergeCells count="1"><mergeCell ref="B3:C3"/></mergeCells><conditionalFormatting sqref="A1"><cfRule type='
        '"dataBar" priority="1"><extLst><ext uri="x"/></extLst></cfRule></conditionalFormatting>'
        '<mc:AlternateContent xmlns:mc="m"><mc:Choice Requires="x"><controls/></mc:Choice></mc:AlternateContent>'
        '<tableParts count="0"/><extLst/>'
    )
    marked = parts(mark_rows(data=bare(ODD_ROWS, below=below), marks=ODD_MARKS, head_row=2))
    tree = etree.fromstring(marked[SHEET])
    assert [etree.QName(element).localname for element in tree] == [
        *("cols", "sheetData", "mergeCells", "conditionalFormatting", "legacyDrawing", "AlternateContent"),
        *("tableParts", "extLst"),
    ]


def test_a_merged_range_is_marked_where_it_shows_and_the_reasons_stand_beside_it() -> None:
    below = '<mergeCells count="2"><mergeCell ref="A2:A5"/><mergeCell ref="C3:F3"/></mergeCells>'
    marks = [Mark(row=4, column_index=0, sentence="错。"), Mark(row=3, column_index=4, sentence="错。")]
    page = page_of(mark_rows(data=bare(ODD_ROWS, below=below), marks=marks, head_row=2))
    assert [fill(page[place]) for place in ("A2", "A4", "C3", "E3")] == [RED, None, RED, None]
    assert [page[place].value for place in ("G2", "G3", "G4")] == ["退回原因", "错。", "错。"]


def test_without_a_column_left_the_cells_are_still_marked() -> None:
    data = bare('<row r="1"><c r="XFD1"><v>1</v></c></row>')
    page = page_of(mark_rows(data=data, marks=[Mark(row=1, column_index=16383, sentence="错。")]))
    assert (fill(page["XFD1"]), page["XFD1"].comment.text, page.max_column) == (RED, "【攻坚退回】\n错。", 16384)


def test_blank_cells_far_out_do_not_push_the_reasons_away() -> None:
    data = bare('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row><row r="2"><c r="A2"><v>2</v></c></row>')
    page = page_of(mark_rows(data=data, marks=[Mark(row=2, column_index=0, sentence="错。")]))
    assert [page["B1"].value, page["B2"].value] == ["退回原因", "错。"]


def test_comments_are_kept_to_what_excel_opens_in_time() -> None:
    count = NOTES_LIMIT + 50
    data = bare("".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, count + 2)))
    marks = [Mark(row=row, column_index=0, sentence="错。") for row in range(2, count + 2)]
    marked = parts(mark_rows(data=data, marks=marks, head_row=1))
    assert marked["xl/comments1.xml"].count(b"<comment ") == NOTES_LIMIT
    assert marked[SHEET].count("错。".encode()) == count
    drawing = marked["xl/drawings/vmlDrawing1.vml"]
    numbers = [int(number) for number in re.findall(rb'id="_x0000_s(\d+)"', drawing)]
    blocks = re.search(rb'data="([\d,]+)"', drawing)
    assert blocks is not None
    assert {number // 1024 for number in numbers} == {int(block) for block in blocks[1].split(b",")}
    assert len(set(numbers)) == NOTES_LIMIT


def test_the_ending_that_macros_need() -> None:
    assert (marked_ending(mark_rows(data=rich(), marks=MARKS)), marked_ending(bare(""))) == (".xlsm", ".xlsx")


@pytest.mark.parametrize(
    "name", ["Wind导出_全社会用电量当月值.xlsx", "企业列表_中央企业.xlsx", "融通宝产品台账.xlsx", "高阳县面板数据.xlsx"]
)
def test_real_ledgers_come_back_whole(material: Path, name: str) -> None:
    data = (material / "ledgers" / name).read_bytes()
    before = rows_of(data)
    marked = mark_rows(
        data=data, marks=[Mark(row=5, column_index=1, sentence="错。"), Mark(row=6, sentence="重复。")], head_row=2
    )
    after = rows_of(marked)
    width = len(before[0])
    assert [row[:width] for row in after[: len(before)]] == before
    assert [(number, row[-1]) for number, row in enumerate(after, 1) if row[-1] and len(row) > width] == [
        *((2, "退回原因"), (5, "错。"), (6, "重复。"))
    ]
    assert rows_of(mark_rows(data=marked, marks=[])) == before
    found, changed_parts = parts(data), parts(marked)
    kept = [part for part in found if not part.startswith(("xl/worksheets/", "xl/styles", "[Content", "xl/drawings"))]
    assert all(found[part] == changed_parts[part] for part in kept)
