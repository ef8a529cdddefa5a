"""A .xls or .csv as a .xlsx of the same cells, so that marks can be put on it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from gongjian.surfaces.inlets.sheet import Sheet, open_sheet
from gongjian.surfaces.outlets.cells import Place, row_batches
from gongjian.surfaces.outlets.frame import open_book, sheet_name
from gongjian.surfaces.outlets.package import Body, pack
from gongjian.surfaces.outlets.sheet_xml import letters_of

_ROWS = re.compile(rb"<sheetData>.*</sheetData>|<sheetData/>", re.DOTALL)
_DIMENSION = re.compile(rb"<dimension [^>]*/>")
_DAY = 1
"""The style of days: the first after the plain one."""


def rebuilt(*, name: str, data: bytes) -> bytes:
    """The sheets of the file with their values, merged cells and hidden sheets; refused as by `open_sheet`."""
    sheets = open_sheet(name=name, data=data)
    buffer = io.BytesIO()
    book = open_book(buffer, title=name)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    pages = [book.add_worksheet(sheet_name(sheet.name)) for sheet in sheets]
    for page, sheet in zip(pages, sheets, strict=True):
        for merged in sheet.merged:
            page.merge_range(*merged, "", None)
        page.write_blank(0, 0, None, day)
        if sheet.hidden and not all(one.hidden for one in sheets):
            page.hide()
    shown = next((page for page, sheet in zip(pages, sheets, strict=True) if not sheet.hidden), pages[0])
    shown.activate()
    shown.set_first_sheet()
    book.close()
    with zipfile.ZipFile(buffer) as package:
        parts: dict[str, Body] = {part: package.read(part) for part in package.namelist()}
    for number, sheet in enumerate(sheets, 1):
        part = f"xl/worksheets/sheet{number}.xml"
        parts[part] = _filled(bytes(parts[part]), sheet)  # type: ignore[arg-type]
    return b"".join(pack(parts.items()))


def _filled(around: bytes, sheet: Sheet) -> Iterator[bytes]:
    around = _DIMENSION.sub(b"", around)
    rows = _ROWS.search(around)
    assert rows is not None
    width = len(sheet.rows[0])
    places = [Place(letters=letters_of(column), day_style=_DAY) for column in range(1, width + 1)]
    yield around[: rows.start()] + b"<sheetData>"
    yield from (xml for _, xml in row_batches(rows=sheet.rows, places=places, first=1))
    yield b"</sheetData>" + around[rows.end() :]
