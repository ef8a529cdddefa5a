"""Workbooks as packages for these tests: taken apart, changed as another program would write them, put together."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"


def parts(data: bytes) -> dict[str, bytes]:
    """Every part by its name; fails where a checksum is wrong."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def packed(found: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in found.items():
            package.writestr(name, body)
    return buffer.getvalue()


def changed(data: bytes, **changes: Callable[[bytes], bytes]) -> bytes:
    """The package with parts passed through functions; / and . in the part's name are written __ and _."""
    found = parts(data)
    for key, change in changes.items():
        name = next(name for name in found if name.replace("/", "__").replace(".", "_") == key)
        found[name] = change(found[name])
    return packed(found)


def picture() -> bytes:
    """A blue picture of one point."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    dots = zlib.compress(b"\0\x1e\x78\xc8")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dots) + chunk(b"IEND", b"")


@cache
def rich() -> bytes:
    """A clerk's workbook with everything an office puts into one: chart, picture, button, lists, comments, macros."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page, other = book.add_worksheet("一月"), book.add_worksheet("二月")
    plain = book.add_format({"border": 1})
    yellow = book.add_format({"border": 1, "bg_color": "#FFFF00", "num_format": "#,##0.00"})
    hatched = book.add_format({"border": 1, "pattern": 4, "fg_color": "#00B050"})
    day = book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
    page.merge_range("A1:D1", "2025年项目台账", book.add_format({"bold": True}))
    page.write_row("A2", ["项目", "投资额", "开工日期", "阶段"], book.add_format({"bold": True, "border": 1}))
    for row in range(2, 8):
        page.write_row(row, 0, [f"项目{row}", row * 1000.5], plain)
        page.write_datetime(row, 2, date(2025, row, 1), day)  # type: ignore[arg-type]
        page.write_string(row, 3, "在建", plain)
    page.write_string("B4", "很多", yellow)
    page.write_string("D6", "停工", hatched)
    page.write_formula("B9", "=SUM(B3:B8)", plain, 21010.5)
    page.data_validation("D3:D99", {"validate": "list", "source": ["在建", "完工"]})
    page.conditional_format("B3:B8", {"type": "data_bar", "data_bar_2010": True})
    page.write_comment("A3", "我的批注", {"author": "张三"})
    page.write_comment("B4", "请核对", {"author": "张三"})
    page.insert_button("F2", {"caption": "汇总", "macro": "Sum"})
    page.insert_image("F5", "a.png", {"image_data": io.BytesIO(picture())})
    chart: Any = book.add_chart({"type": "column"})
    chart.add_series({"values": "=一月!$B$3:$B$8"})
    page.insert_chart("A12", chart)
    page.set_column("A:A", 22)
    page.set_column("E:XFD", None, None, {"hidden": True})
    page.print_area("A1:D9")
    page.freeze_panes(2, 1)
    other.write_string("A1", "别动")
    other.write_comment("A1", "二月批注", {"author": "李四"})
    book.add_vba_project(io.BytesIO(b"macros"), True)
    book.close()
    return buffer.getvalue()


def bare(rows: str, *, root: str = "", above: str = "", below: str = "") -> bytes:
    """A workbook of one sheet without styles, shared strings or comments, its rows given as XML."""
    sheet = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}"{root}>{above}<sheetData>{rows}</sheetData>{below}</worksheet>'
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    )
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    link = '<Relationship Id="{}" Type="' + relation + '/{}" Target="{}"/>'
    return packed(
        {
            "[Content_Types].xml": types.encode(),
            "_rels/.rels": links.format(link.format("rId1", "officeDocument", "/xl/workbook.xml")).encode(),
            "xl/workbook.xml": (
                f'<workbook xmlns="{MAIN}" xmlns:r="{relation}"><sheets><sheet name="表" sheetId="1" r:id="rId1"/>'
                "</sheets></workbook>"
            ).encode(),
            "xl/_rels/workbook.xml.rels": links.format(
                link.format("rId1", "worksheet", "worksheets/sheet1.xml")
            ).encode(),
            SHEET: sheet.encode(),
        }
    )
