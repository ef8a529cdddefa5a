"""What stands in the cells of a workbook beyond the quick reader: errors, formulas without a value, looks of numbers."""

import io
import posixpath
import random
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers.parse import UNCALCULATED, to_decimal, to_text
from gongjian.surfaces.inlets.formats import Look, look, seen
from gongjian.surfaces.inlets.sheet import MACROS, PAGE, UNPLACED, Sheet, open_sheet


def written(write: Callable[[Any, Any], None]) -> list[Sheet]:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    write(book, book.add_worksheet("一"))
    book.close()
    return open_sheet(name="a.xlsx", data=buffer.getvalue())


def package(cells: str, *, prefix: str = "", styles: str = "") -> bytes:
    """A workbook of one sheet whose XML is given by hand."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    declared = f'xmlns:{prefix[:-1]}="{space}"' if prefix else f'xmlns="{space}"'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet7.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{relation}"><sheets>'
        '<sheet name="手写" sheetId="1" r:id="r7"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r7" Type="{relation}/worksheet" Target="/xl/worksheets/sheet7.xml"/></Relationships>',
        "xl/worksheets/sheet7.xml": f"<{prefix}worksheet {declared}><{prefix}sheetData>{cells}</{prefix}sheetData></{prefix}worksheet>",
    }
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{space}">{styles}</styleSheet>'
        parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
            "</Relationships>", f'<Relationship Id="r8" Type="{relation}/styles" Target="styles.xml"/></Relationships>'
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return buffer.getvalue()


def test_errors_of_formulas_are_told_not_dropped() -> None:
    def write(book: Any, page: Any) -> None:
        for column, error in enumerate(["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"]):
            page.write_formula(0, column, "=A9", None, error)
        page.write_formula(1, 1, "=1+1", None, 2)

    (found,) = written(write)
    assert found.rows == [
        ["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"],
        [None, 2, None, None, None, None, None],
    ]


def test_a_formula_that_was_never_calculated() -> None:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    page: Any = book.active
    page.append(["企业名称", "投资额"])
    page.append(["海棠装备有限公司", 3])
    page["C5"] = "=SUM(B2:B2)"
    book.save(buffer)
    (found,) = open_sheet(name="a.xlsx", data=buffer.getvalue())
    assert found.rows[4] == [None, None, UNCALCULATED]
    assert found.rows[1] == ["海棠装备有限公司", 3, None]
    with pytest.raises(Refusal) as refused:
        to_decimal(found.rows[4][2])
    assert refused.value.remedy == "请用 Excel 或 WPS 打开文件,保存一次后重新上传,或直接填写数值"


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("0%", 0.075, "7.5%"),
        ("0.00%", 0.075, "7.5%"),
        ("0.0%;[Red]-0.0%", -0.123456, "-12.3456%"),
        ("0.00%", 1, "100%"),
        ("0%", 0.07, "7%"),
        ('0.0"%"', 7.5, "7.5%"),
        ("000000", 7, "000007"),
        ("000000", 1234567, "1234567"),
        ("00", 7.5, 7.5),
        ('#,##0.00"万元"', 3000, "3000万元"),
        ('0"人"', 12, "12人"),
        ('General"元"', 5.5, "5.5元"),
        ('0!.0,"万"', 30_000_000, "3000万"),
        ("0\\.0,", 36_500, 3.65),
        ("#,##0,", 3_000_000, 3000),
        ("#,##0.00,,", 1_500_000, 1.5),
        ("General", 1.5, 1.5),
        ("0.00", 1.234, 1.234),
        ("#,##0", 1234, 1234),
        ("@", 5, 5),
        ("0.00E+00", 5, 5),
        ("yyyy-mm-dd", 45718, 45718),
        ('yyyy"年"m"月"', 45718, 45718),
        ("[h]:mm", 1.5, 1.5),
        ('"第"0"期"', 3, 3),
        ("# ?/?", 0.5, 0.5),
        ("", 1, 1),
        ("0%", True, True),
        ("0%", "文字", "文字"),
    ],
)
def test_numbers_as_their_format_shows_them(code: str, value: object, expected: object) -> None:
    shape = look(code)
    found = value if shape is None else seen(value, shape)
    assert (found, type(found)) == (expected, type(expected))


@settings(deadline=None)
@given(st.text('0#?.,%"万元!\\;[]ym@E+ ', max_size=12), st.floats(allow_nan=True, allow_infinity=True))
def test_any_format_and_any_number(code: str, value: float) -> None:
    shape = look(code)
    if shape is not None:
        assert isinstance(seen(value, shape), str | int | float)


def test_formats_reach_the_kernel_as_what_is_seen() -> None:
    def write(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["收益率", "代码", "投资额", "开工日期"])
        page.write_number(1, 0, 0.075, book.add_format({"num_format": "0.0%"}))
        page.write_number(1, 1, 651, book.add_format({"num_format": "000000"}))
        page.write_number(1, 2, 1.2, book.add_format({"num_format": '0.0"亿元"'}))
        page.write_datetime(1, 3, date(2025, 3, 2), book.add_format({"num_format": 'yyyy"年"m"月"'}))

    (found,) = written(write)
    assert found.rows[1] == ["7.5%", "000651", "1.2亿元", date(2025, 3, 2)]
    assert to_decimal(found.rows[1][0], unit="%") == to_decimal("7.5")
    assert to_decimal(found.rows[1][0]) == to_decimal("0.075")
    assert to_decimal(found.rows[1][2], unit="万元") == 12000


def test_old_workbooks_tell_errors_and_looks_too() -> None:
    book, buffer = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("台账")
    page.write(0, 0, 0.075, xlwt.easyxf(num_format_str="0.00%"))
    page.write(0, 1, 7, xlwt.easyxf(num_format_str="000"))
    page.row(0).set_cell_error(2, "#REF!")
    page.write(0, 3, 1234.5, xlwt.easyxf(num_format_str="#,##0.00"))
    book.save(buffer)
    assert open_sheet(name="a.xls", data=buffer.getvalue())[0].rows == [["7.5%", "007", "#REF!", 1234.5]]


STYLES = '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="165"/></cellXfs>'


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_cells_written_in_unusual_ways(prefix: str, quote: str) -> None:
    cells = (
        '<row r="1"><c r="A1" s="1"><v>0.5</v></c><c t="e" r="B1"><v>#N/A</v></c>'
        '<c r="C1"><f>A1*2</f></c><c r="D1" t="str"><f>""</f><v></v></c><c s="1" r="E1"/>'
        '<c r="F1" t="inlineStr"><is><t> s="1" t="e" </t></is></c><c r="G1"><f>A1</f><v>3</v></c></row>'
    )
    cells = cells.replace("<", f"<{prefix}").replace(f"<{prefix}/", f"</{prefix}")
    if quote == "'":
        cells = cells.replace('t="e" r="B1"', "t='e' r='B1'").replace('r="A1" s="1"', "r='A1' s='1'")
    (found,) = open_sheet(name="a.xlsx", data=package(cells, prefix=prefix, styles=STYLES))
    assert found.rows == [["50%", "#N/A", UNCALCULATED, None, None, 's="1" t="e"', 3]]


def test_cells_that_do_not_say_where_they_stand() -> None:
    cells = '<row><c><v>1</v></c><c t="e"><v>#N/A</v></c></row><row><c><v>2</v></c></row>'
    (found,) = open_sheet(name="a.xlsx", data=package(cells))
    assert found.rows == [[1, None], [2, None]]
    assert found.notes == (UNPLACED,)


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1048576"><c r="A1048576"><v>1</v></c></row><row r="1"><c r="XFD1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="1"><c\nr = "XFD1048576"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="AA1"><v>1</v></c><c r="XFD1"><v>1</v></c></row><row r="2"><c r="A99999"><v>1</v></c></row>',
        '<row r="1"><c r="xfd1"><v>1</v></c><c r="a99999"><v>1</v></c></row>',
        f"<row>{'<c><v>1</v></c>' * 9000}</row>{'<row><c><v>1</v></c></row>' * 9000}",
    ],
)
def test_no_way_of_writing_hides_a_stray_cell(cells: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_sheet(name="a.xlsx", data=package(cells))
    assert refused.value.code == "sheet.too-large"


def rewritten(rewrite: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """A workbook of one cell, each of its parts renamed or changed."""
    buffer = io.BytesIO()
    data = package('<row r="1"><c r="A1"><v>1</v></c></row>')
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as book:
        for name in old.namelist():
            book.writestr(*rewrite(name, old.read(name)))
    return buffer.getvalue()


def refused_as_corrupt(data: bytes) -> bool:
    with pytest.raises(Refusal) as refused:
        open_sheet(name="a.xlsx", data=data)
    return refused.value.code == "document.corrupt"


@pytest.mark.parametrize("target", ["/xl/other/sheet7.xml", "other/sheet7.xml", "../sheet7.xml", "worksheets/s.bin"])
def test_cells_kept_where_nobody_looks_are_not_read(target: str) -> None:
    place = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")

    def move(name: str, part: bytes) -> tuple[str, bytes]:
        return place if "sheet7" in name else name, part.replace(b"/xl/worksheets/sheet7.xml", target.encode())

    assert refused_as_corrupt(rewritten(move))


def test_a_sheet_in_utf_16_is_refused_not_taken_for_blank() -> None:
    def widen(name: str, part: bytes) -> tuple[str, bytes]:
        return name, part.decode().encode("utf-16") if "sheet7" in name else part

    assert refused_as_corrupt(rewritten(widen))


@pytest.mark.parametrize("target", ["worksheets/sheet7.xml", "/xl/worksheets/Sheet7.xml"])
def test_a_sheet_is_found_however_the_workbook_names_its_part(target: str) -> None:
    data = rewritten(lambda name, part: (name, part.replace(b"/xl/worksheets/sheet7.xml", target.encode())))
    assert open_sheet(name="a.xlsx", data=data)[0].rows == [[1]]


def test_a_wide_and_a_long_sheet_are_no_sprawl() -> None:
    def write(book: Any, page: Any) -> None:
        page.write_row(0, 0, [f"列{place}" for place in range(161)])
        page.write_number(20_000, 3, 1)

    (found,) = written(write)
    assert (len(found.rows), len(found.rows[0])) == (20_001, 161)


def test_macros_are_left_alone_and_told() -> None:
    buffer = io.BytesIO(package('<row r="1"><c r="A1"><v>1</v></c></row>'))
    with zipfile.ZipFile(buffer, "a") as book:
        book.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    (found,) = open_sheet(name="a.xlsm", data=buffer.getvalue())
    assert (found.rows, found.notes) == ([[1]], (MACROS,))


def test_a_web_page_under_the_name_of_a_workbook() -> None:
    page = (
        '<html><meta charset="gb2312"><table><tr><th colspan=2>台账</th></tr><tr><td>企业名称</td><td>投资额</td></tr>'
        "<tr><td>海棠<br>装备</td><td> 3,000\n </td></tr></table></html>"
    ).encode("gb18030")
    (found,) = open_sheet(name="导出.xls", data=page)
    assert (found.name, found.merged, found.notes) == ("导出", ((0, 0, 0, 1),), (PAGE,))
    assert found.rows == [["台账", None], ["企业名称", "投资额"], ["海棠\n装备", "3,000"]]
    with pytest.raises(Refusal) as refused:
        open_sheet(name="导出.xls", data=b"<html><table></table></html>")
    assert refused.value.code == "document.wrong-type"


def test_codes_that_a_spreadsheet_spoilt_are_refused_with_what_is_left() -> None:
    (found,) = open_sheet(name="a.csv", data="代码,金额\n9.13207E+17,2.0276079E7\n".encode())
    with pytest.raises(Refusal) as refused:
        to_text(found.rows[1][0])
    assert refused.value.cause == "“9.13207E+17”是表格软件改写成科学计数法的号码,后面的位数已经丢失"
    assert to_decimal(found.rows[1][1]) == 20_276_079

    def write(book: Any, page: Any) -> None:
        page.write_number(0, 0, 913206850000000123)

    with pytest.raises(Refusal) as refused:
        to_text(written(write)[0].rows[0][0])
    assert refused.value.cause == "“913206850000000000”被表格软件存成了数字,只保留前15位,末尾几位已不可靠"


def test_marks_that_programs_leave_in_a_csv_for_excel() -> None:
    lines = ["sep=;", "代码;名称;金额", '"=""0012""";\'=x;3', '="0012";="";="0"']
    (found,) = open_sheet(name="a.csv", data="\r\n".join(lines).encode())
    assert found.rows == [["代码", "名称", "金额"], ["0012", "=x", "3"], ["0012", None, "0"]]


texts = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf"), exclude_characters="\ufffe\uffff"), max_size=8)
odd_cells = st.one_of(
    st.none(),
    texts.filter(lambda text: not text.startswith(("=", "{="))),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9).map(lambda number: float(format(number, ".12g"))),
    st.booleans(),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.sampled_from(["#REF!", "#N/A"]).map(lambda error: ("error", error)),
    st.integers(0, 10**6).map(lambda number: ("percent", number / 1000)),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(odd_cells, max_size=30), max_size=12),
    st.integers(0, 3),
    st.integers(0, 30),
)
def test_every_cell_comes_back_as_it_was_written(rows: list[list[Any]], above: int, left: int) -> None:
    """Against the writer's own values: blank rows above and columns to the left, errors, percents, dates, in any order."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("一")
    percent, day = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "yyyy-mm-dd"})
    expected: dict[tuple[int, int], object] = {}
    for row, cells in enumerate(rows, above):
        for column, cell in enumerate(cells, left):
            match cell:
                case ("error", error):
                    page.write_formula(row, column, "=A1", None, error)
                    expected[row, column] = error
                case ("percent", number):
                    page.write_number(row, column, number, percent)
                    expected[row, column] = seen(number, Look(percent=True))
                case date():
                    page.write_datetime(row, column, cell, day)
                    expected[row, column] = cell
                case bool():
                    page.write_boolean(row, column, cell)
                    expected[row, column] = cell
                case str():
                    page.write_string(row, column, cell)
                    expected[row, column] = cell if cell.strip() else None
                case None:
                    pass
                case _:
                    page.write_number(row, column, cell)
                    expected[row, column] = cell
    book.close()
    filled = {place: cell for place, cell in expected.items() if cell is not None}
    if not filled:
        with pytest.raises(Refusal):
            open_sheet(name="a.xlsx", data=buffer.getvalue())
        return
    (found,) = open_sheet(name="a.xlsx", data=buffer.getvalue())
    assert {(r, c): v for r, row in enumerate(found.rows) for c, v in enumerate(row) if v is not None} == filled
    assert len({len(row) for row in found.rows}) == 1


def test_details_of_a_long_sheet_survive_the_seams_between_chunks() -> None:
    chance = random.Random(3)
    errors = {(chance.randrange(30_000), 1) for _ in range(300)}

    def write(book: Any, page: Any) -> None:
        percent = book.add_format({"num_format": "0%"})
        for row in range(30_000):
            page.write_string(row, 0, "x" * 3)
            if (row, 1) in errors:
                page.write_formula(row, 1, "=A1", None, "#REF!")
            page.write_number(row, 2, row / 100, percent)

    (found,) = written(write)
    assert {(row, 1) for row, cells in enumerate(found.rows) if cells[1] == "#REF!"} == errors
    assert [cells[2] for cells in found.rows] == [f"{row}%" for row in range(30_000)]
