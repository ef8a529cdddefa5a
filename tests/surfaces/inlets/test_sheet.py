"""Spreadsheets as offices keep them: typed cells, the real row numbers, the heading under titles, totals apart."""

import csv
import io
import os
import random
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers.parse import to_date, to_decimal
from gongjian.surfaces.inlets.heads import find_table, normal, stated_unit
from gongjian.surfaces.inlets.sheet import Sheet, open_sheet

MATERIAL = Path(os.environ.get("GONGJIAN_MATERIAL", Path(__file__).resolve().parents[3] / "../shared/material"))
LEDGERS = MATERIAL / "ledgers"
HALF_PAST_EIGHT = datetime.combine(date(2025, 3, 2), time(8, 30))
HEADS = {"firm": ["企业名称", "单位名称"], "money": ["投资额(万元)", "投资金额"], "start": ["开工日期"]}


def workbook(rows: list[list[Any]], *, merge: tuple[str, ...] = (), name: str = "台账") -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    page: Any = book.active
    page.title = name
    for row in rows:
        page.append(row)
    for cells in merge:
        page.merge_cells(cells)
    book.save(buffer)
    return buffer.getvalue()


def sheet(rows: list[list[Any]], **settings: Any) -> Sheet:
    return open_sheet(name="台账.xlsx", data=workbook(rows, **settings))[0]


def test_cells_keep_their_types_and_rows_their_numbers() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet("一")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    page.write_string(2, 1, "007")
    page.write_number(2, 2, 5)
    page.write_number(2, 3, 0.075)
    page.write_boolean(2, 4, True)
    page.write_datetime(2, 5, date(2025, 3, 2), day)
    page.write_datetime(2, 6, HALF_PAST_EIGHT, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    page.write_string(2, 7, "   ")
    page.write_formula(2, 8, "=1+1", None, 2)
    book.add_worksheet("空")
    hidden = book.add_worksheet("藏")
    hidden.write_string(0, 0, "x")
    hidden.hide()
    book.close()
    first, second = open_sheet(name="a.xlsx", data=buffer.getvalue())
    assert (first.name, first.hidden, second.name, second.hidden) == ("一", False, "藏", True)
    assert first.rows[:2] == [[None] * 9] * 2
    assert first.rows[2] == [None, "007", 5, 0.075, True, date(2025, 3, 2), HALF_PAST_EIGHT, None, 2]
    assert [type(cell) for cell in first.rows[2][1:4]] == [str, int, float]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_csv_in_every_encoding_with_every_mark(codec: str, mark: str) -> None:
    buffer = io.StringIO(newline="")
    rows = [
        ["企业名称", "信用代码", "投资额"],
        ["海棠装备有限公司", "0012", "3,000万"],
        ['带"引号"和\n换行', "", "x"],
        ["短行"],
    ]
    csv.writer(buffer, delimiter=mark).writerows(rows)
    (found,) = open_sheet(name="台账.csv", data=buffer.getvalue().encode(codec))
    assert found.name == "台账"
    assert found.rows == [*rows[:2], ['带"引号"和\n换行', None, "x"], ["短行", None, None]]


def old_workbook() -> bytes:
    book, buffer = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("台账")
    page.write_merge(0, 0, 0, 3, "一月台账")
    for column, label in enumerate(("企业名称", "投资额", "开工日期", "在建")):
        page.write(1, column, label)
    for column, value in enumerate(("海棠装备有限公司", 36.5, date(2025, 3, 2), True)):
        page.write(2, column, value, xlwt.easyxf(num_format_str="yyyy-mm-dd" if column == 2 else "General"))
    page.write(3, 1, 3000)
    book.save(buffer)
    return buffer.getvalue()


def test_old_workbooks() -> None:
    (found,) = open_sheet(name="a.xls", data=old_workbook())
    assert found.rows == [
        ["一月台账", None, None, None],
        ["企业名称", "投资额", "开工日期", "在建"],
        ["海棠装备有限公司", 36.5, date(2025, 3, 2), True],
        [None, 3000, None, None],
    ]
    assert (found.name, found.merged) == ("台账", ((0, 0, 0, 3),))
    assert open_sheet(name="renamed.xlsx", data=old_workbook()) == [found]


def test_every_spoilt_old_workbook_is_read_or_refused() -> None:
    data, chance = old_workbook(), random.Random(2)
    for _ in range(80):
        spoilt = bytearray(data)
        for _ in range(chance.randint(1, 20)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        try:
            open_sheet(name="a.xls", data=bytes(spoilt))
        except Refusal as answer:
            assert answer.code.startswith(("document.", "sheet."))


def corner(*, filled: bool) -> bytes:
    """A sheet with one cell at its start and one, filled or only formatted, in its last row and column."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet()
    page.write_string(0, 0, "企业名称")
    if filled:
        page.write_string(1_048_575, 16_383, "x")
    else:
        page.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    book.close()
    return buffer.getvalue()


def test_a_stray_cell_in_the_last_corner_is_refused_before_it_unfolds() -> None:
    with pytest.raises(Refusal) as refused:
        open_sheet(name="a.xlsx", data=corner(filled=True))
    assert refused.value.code == "sheet.too-large"
    assert refused.value.cause == "文件“a.xlsx”有工作表的数据区达1048576行16384列,超过可处理的范围"


def test_a_merely_formatted_corner_does_no_harm() -> None:
    assert open_sheet(name="a.xlsx", data=corner(filled=False))[0].rows == [["企业名称"]]


words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cf")), min_size=1, max_size=12)


@given(
    st.lists(st.lists(words.filter(lambda text: text[0] not in "'="), min_size=3, max_size=3), min_size=1, max_size=8)
)
def test_csv_survives(rows: list[list[str]]) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(rows)
    if any(mark in cell for row in rows for cell in row for mark in ";|"):
        return  # the mark itself among the words: sniffing is a guess there
    assert open_sheet(name="a.csv", data=buffer.getvalue().encode("utf-8-sig"))[0].rows == rows


def test_the_heading_is_found_under_title_and_blanks_and_totals_are_set_apart() -> None:
    found = find_table(
        sheet=sheet(
            [
                ["2025年重大项目台账", None, None, None],
                [None, None, None, None],
                ["填报单位:", "项目办", None, None],
                ["序号", "单 位 名 称", "投资额（万元）", "备注"],
                [1, "海棠装备有限公司", 3000, None],
                [None, None, None, None],
                [2, "云杉材料有限公司", "1.2亿元", "在建"],
                ["合 计", None, 15000, None],
                ["注：数据截至6月", None, None, None],
            ],
            merge=("A1:D1", "A9:D9"),
        ),
        heads=HEADS,
    )
    assert found.head_row == 4
    assert found.columns == {"firm": 1, "money": 2}
    assert found.labels == {"firm": "单位名称", "money": "投资额（万元）"}
    assert found.units == {"money": "万元"}
    assert (found.unknown, found.missing) == (["序号", "备注"], ["start"])
    assert [(row.number, row.values) for row in found.rows] == [
        (5, {"firm": "海棠装备有限公司", "money": 3000}),
        (7, {"firm": "云杉材料有限公司", "money": "1.2亿元"}),
    ]
    assert [(row.number, row.values["money"]) for row in found.totals] == [(8, 15000)]
    assert [row.number for row in found.remarks] == [9]


def test_a_heading_of_two_rows() -> None:
    heads = {"firm": ["企业名称"], "plan": ["计划投资"], "done": ["完成投资"], "day": ["开工日期"]}
    rows = [
        ["项目进度表", None, None, None],
        ["企业名称", "投资", None, "开工日期"],
        [None, "计划", "完成", None],
        ["海棠装备有限公司", 3000, 1200, "2025.3.2"],
    ]
    by_names = {**heads, "plan": ["投资计划"], "done": ["投资完成"]}
    found = find_table(sheet=sheet(rows, merge=("A1:D1", "A2:A3", "B2:C2", "D2:D3")), heads=by_names)
    assert (found.head_row, found.columns) == (3, {"firm": 0, "plan": 1, "done": 2, "day": 3})
    assert found.labels == {"firm": "企业名称", "plan": "投资计划", "done": "投资完成", "day": "开工日期"}
    assert [row.values for row in found.rows] == [
        {"firm": "海棠装备有限公司", "plan": 3000, "done": 1200, "day": "2025.3.2"}
    ]
    plain = Sheet(name="x", rows=[*rows[1:]])
    assert find_table(sheet=plain, heads={**heads, "plan": ["计划"], "done": ["完成"]}).columns == found.columns


def test_an_exact_name_beats_one_that_matches_without_its_brackets() -> None:
    heads = {"plan": ["投资(计划)"], "done": ["投资(完成)"]}
    rows = [["投资(完成)", "投资(计划)"], [1, 2]]
    assert find_table(sheet=sheet(rows), heads=heads).columns == {"done": 0, "plan": 1}


def test_a_second_column_of_one_name_is_reported_not_dropped() -> None:
    found = find_table(sheet=sheet([["企业名称", "投资额", "投资额"], ["甲", 1, 2]]), heads=HEADS)
    assert (found.columns, found.unknown) == ({"firm": 0, "money": 1}, ["投资额"])


def test_wrong_columns_are_refused_with_those_found_and_those_needed() -> None:
    wrong = sheet([["姓名", "单位名称", "电话"], ["甲", "乙", 1]])
    with pytest.raises(Refusal) as refused:
        find_table(sheet=wrong, heads=HEADS, required=("firm", "money"))
    assert refused.value.code == "sheet.columns"
    assert str(refused.value) == (
        "工作表“台账”第1行:表头缺少列:投资额(万元);表中的列有:姓名、单位名称、电话。"
        "需要的列有:企业名称、投资额(万元);请按此修改表头,或下载模板填写后重新上传。"
    )
    with pytest.raises(Refusal) as refused:
        find_table(sheet=sheet([["甲", "乙"], [1, 2]]), heads=HEADS)
    assert refused.value.cause == "没有找到表头;前2行里没有所需的列名,看到的是:甲、乙"


def test_names_of_headings_are_compared_without_dress() -> None:
    assert normal(" 投 资\n额（万元）: ", brackets=False) == "投资额"
    assert normal("ＧＤＰ*") == "gdp"
    units = [
        stated_unit(label)
        for label in ("投资额(亿元)", "金额/万元", "用电量（万千瓦时）", "名称(全称)", "占比(%)", "数量")
    ]
    assert units == ["亿元", "万元", "万千瓦时", None, "%", None]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"", "document.empty"),
        ("a.xlsx", b"PK\x03\x04junk", "document.corrupt"),
        ("a.xlsx", "企业,投资".encode(), "document.wrong-type"),
        ("a.xls", b"<html><table></table></html>", "document.wrong-type"),
        ("a.csv", workbook([["x"]]), "document.wrong-type"),
        ("a.pdf", b"%PDF-1.4", "document.unknown-type"),
        ("a.csv", b",,,\n,,\n", "sheet.blank"),
        ("a.xlsx", workbook([]), "sheet.blank"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 9,
            "document.locked",
        ),
        (
            "a.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0" * 900,
            "document.corrupt",
        ),
        ("a.xlsx", workbook([["x"]])[:-900], "document.corrupt"),
    ],
)
def test_what_is_no_sheet(name: str, data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_sheet(name=name, data=data)
    assert refused.value.code == code


def test_sixty_megabytes() -> None:
    with pytest.raises(Refusal) as refused:
        open_sheet(name="a.csv", data=b"a," * (30 * 2**20))
    assert refused.value.code == "document.too-large"


def test_every_spoilt_workbook_is_read_or_refused() -> None:
    data, chance = workbook([["企业名称", "投资额"], ["甲", 1], ["乙", date(2025, 3, 2)]]), random.Random(1)
    for _ in range(200):
        spoilt = bytearray(data)
        for _ in range(3):
            spoilt[chance.randrange(len(spoilt))] ^= 0xFF
        try:
            open_sheet(name="a.xlsx", data=bytes(spoilt))
        except Refusal as answer:
            assert answer.code.startswith(("document.", "sheet."))


@pytest.mark.skipif(not LEDGERS.is_dir(), reason="the material folder with real ledgers is not here")
def test_the_messiest_real_ledger() -> None:
    (path,) = LEDGERS.glob("*产品台账.xlsx")
    heads = {
        "code": ["产品编号"],
        "start": ["起息日"],
        "end": ["到期日"],
        "money": ["投资金额"],
        "rate": ["年化收益率", "预期年化收益率"],
    }
    first, second = (
        find_table(sheet=found, heads=heads) for found in open_sheet(name=path.name, data=path.read_bytes())
    )
    assert (first.head_row, second.head_row) == (2, 2)
    assert (len(first.rows), len(second.rows)) == (28, 12)
    assert (first.unknown, first.missing) == (["存续天数", "投资人次", "备注"], [])
    assert to_decimal(first.rows[0].values["money"], unit="万元") == 3000
    assert to_decimal(first.rows[3].values["money"], unit="万元") * 10 == 178  # type: ignore[operator]
    assert to_date(first.rows[0].values["start"]) == date(2016, 4, 8)
    assert to_date(second.rows[0].values["start"]) == date(2017, 3, 2)
    with pytest.raises(Refusal):
        to_date(first.rows[1].values["start"])
    assert sum(to_decimal(row.values["money"], unit="元") or 0 for row in second.rows) == 48_160_000


@pytest.mark.skipif(not LEDGERS.is_dir(), reason="the material folder with real ledgers is not here")
def test_all_real_ledgers_open_with_their_row_numbers() -> None:
    shapes = {
        path.name: [
            (len(found.rows), len(found.rows[0])) for found in open_sheet(name=path.name, data=path.read_bytes())
        ]
        for path in sorted(LEDGERS.iterdir())
    }
    assert sorted(map(tuple, shapes.values())) == [
        ((6, 65), (63, 1), (63, 9), (6, 63), (31, 7)),
        ((30, 8), (14, 8)),
        ((107, 3),),
        ((160, 3),),
        ((239, 2),),
        ((2547, 10),),
    ]


@pytest.mark.parametrize(("name", "mark"), [("a.xls", "\t"), ("a.xlsx", ","), ("a.et", "\t")])
def test_a_text_under_a_workbooks_name_is_read_as_what_it_is(name: str, mark: str) -> None:
    text = "\r\n".join(mark.join(row) for row in (["企业名称", "电话"], ["海棠", "0553-1"], ["云杉", "012"]))
    (found,) = open_sheet(name=name, data=text.encode("gb18030"))
    assert found.rows == [["企业名称", "电话"], ["海棠", "0553-1"], ["云杉", "012"]]
    assert found.notes[0] == "文件其实是用逗号或制表符分列的文本,已按文本读取;长号码和日期请核对。"


SHEET_2003 = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
)


@pytest.mark.parametrize(
    ("data", "cause", "remedy"),
    [
        (
            f"{SHEET_2003}</Workbook>".encode(),
            "内容其实是XML 格式的表格",
            "请用 Excel 或 WPS 打开,另存为 .xlsx 后重新上传",
        ),
        (
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n",
            "内容其实是网页存档(.mht)",
            "请用 Excel 或 WPS 打开,另存为 .xlsx 后重新上传",
        ),
        (
            b"\x89PNG\r\n\x1a\n" + b"0" * 90,
            "内容其实是图片",
            "图片里的表格无法读取,请向制表人索取 .xlsx 文件,或照着录入后上传",
        ),
        (
            "这是一段说明,没有表格。\n只有文字。".encode(),
            "内容其实是纯文本",
            "请改回正确的扩展名,或另存为 .xlsx 后重新上传",
        ),
    ],
)
def test_what_no_sheet_can_be_made_of_says_what_to_do(data: bytes, cause: str, remedy: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_sheet(name="a.xls", data=data)
    assert (refused.value.cause, refused.value.remedy) == (f"文件“a.xls”的扩展名是“.xls”,{cause}", remedy)


def test_bytes_that_are_no_text_under_a_csvs_name_say_what_to_do() -> None:
    with pytest.raises(Refusal) as refused:
        open_sheet(name="a.csv", data=b"\x00\x01\x02" * 400)
    assert (refused.value.code, refused.value.remedy) == (
        "document.not-text",
        "请用 Excel 或 WPS 打开原文件,另存为 .xlsx 后重新上传",
    )


def test_hidden_rows_are_known() -> None:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    page: Any = book.active
    for number in range(1, 6):
        page.append([f"行{number}", number])
    for number in (2, 4):
        page.row_dimensions[number].hidden = True
    page.column_dimensions["B"].hidden = True
    book.save(buffer)
    (found,) = open_sheet(name="a.xlsx", data=buffer.getvalue())
    assert (found.unseen, len(found.rows)) == (frozenset({2, 4}), 5)
    old, buffer = xlwt.Workbook(), io.BytesIO()
    table = old.add_sheet("表")
    for number in range(5):
        table.write(number, 0, f"行{number + 1}")
    table.row(2).hidden = True
    old.save(buffer)
    (found,) = open_sheet(name="a.xls", data=buffer.getvalue())
    assert (found.unseen, len(found.rows)) == (frozenset({3}), 5)
