"""Sheets that offices can open, filter, print, edit and send back: typed cells, lists to choose from, no formulas."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.outlets import frame
from gongjian.surfaces.outlets.cells import CELL_LIMIT, LINE_HEIGHT, Place, lines_of, row_batches
from gongjian.surfaces.outlets.columns import Column, Kind
from gongjian.surfaces.outlets.csv_file import guarded, stream_csv, write_csv
from gongjian.surfaces.outlets.package import Body, pack

__all__ = [
    "CELL_LIMIT",
    "LINE_HEIGHT",
    "Column",
    "Kind",
    "guarded",
    "lines_of",
    "stream_csv",
    "stream_sheet",
    "write_csv",
    "write_sheet",
]

ROW_LIMIT = 1_048_576  # rows that a sheet holds
SPARE_ROWS = 500  # rows under the data that still offer the choices
_SHEET = "xl/worksheets/sheet1.xml"
_ROWS = re.compile(rb"(?=<row |</sheetData>)")
_STYLE = re.compile(rb'<c r="[A-Z]+\d+" s="(\d+)"')
_DIMENSION = re.compile(rb"<dimension [^>]*/>")


def write_sheet(
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    notes: Sequence[str] = (),
    hidden_key: str | None = None,
    show_title: bool = True,
    sheet_name: str | None = None,
    totals: Sequence[object] | None = None,
) -> bytes:
    """The workbook of `stream_sheet` in one piece, for tables that need not be sent on while they are made."""
    return b"".join(
        stream_sheet(
            title=title,
            columns=columns,
            rows=rows,
            notes=notes,
            hidden_key=hidden_key,
            show_title=show_title,
            sheet_name=sheet_name,
            totals=totals,
        )
    )


def stream_sheet(
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    notes: Sequence[str] = (),
    hidden_key: str | None = None,
    show_title: bool = True,
    sheet_name: str | None = None,
    totals: Sequence[object] | None = None,
) -> Iterator[bytes]:
    """A workbook (.xlsx) of one table, as bytes to be sent on or written while `rows` are still being read.

    Each row holds one value per column and, with `hidden_key` (the head of a hidden last column), the row's key,
    so that an edited sheet finds its rows again. `notes` stand under the table, `totals` is a last row set apart,
    one value per column. Text is written as text whatever it begins with; text longer than a cell is cut and says so.
    Raises ValueError for a row of another length; more rows than a sheet holds are refused (`sheet.too-many-rows`).
    """

    def framed(count: int) -> _Frame:
        """The sheet around `count` rows of data, none of them written."""
        buffer = io.BytesIO()
        book = frame.open_book(buffer, title=title)
        page = book.add_worksheet(frame.sheet_name(sheet_name or title))
        if show_title:
            frame.write_title(book, page, title=title, width=len(columns))
        head_row = 1 if show_title else 0
        frame.write_heading(book, page, row=head_row, columns=columns, hidden_key=hidden_key)
        last, under = head_row + count, head_row + count + (totals is not None)
        frame.write_notes(book, page, row=under + 1, notes=notes, columns=columns)
        for offset, bold in ((1, False), (2, True)):
            for index, column in enumerate(columns):
                style = frame.body_format(book, column, bold=bold)
                page.write_blank(under + len(notes) + offset, index, None, style)
        page.freeze_panes(head_row + 1, 0)
        width = len(columns) + (1 if hidden_key else 0)  # with the hidden key: sorting must move it too
        page.autofilter(head_row, 0, max(last, head_row + 1), width - 1)
        frame.write_choices(book, page, columns=columns, first=head_row + 1, last=last + SPARE_ROWS)
        frame.allow_digits(page, columns=columns, first=head_row + 1, last=last + SPARE_ROWS)
        frame.set_page(page, head_row=head_row, last_row=under + len(notes), last_column=len(columns) - 1)
        page.activate()
        book.close()
        return _Frame.read(buffer, head_rows=head_row + 1)

    return pack(_parts(framed, columns=columns, rows=rows, with_key=hidden_key is not None, totals=totals))


def _parts(
    framed: Callable[[int], _Frame],
    *,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    with_key: bool,
    totals: Sequence[object] | None,
) -> Iterator[tuple[str, Body]]:
    """The package's parts; what stands under the rows is made when their number is known."""
    above = framed(0)
    below: list[_Frame] = []
    first = above.head_rows + 1
    key = [Place(letters=xl_col_to_name(len(columns)), as_text=True)] if with_key else []

    def sheet_xml() -> Iterator[bytes]:
        yield _DIMENSION.sub(b"", above.head)
        number = first
        for count, xml in row_batches(rows=rows, places=[*_places(columns, above.plain), *key], first=number):
            number += count
            if number > ROW_LIMIT - SPARE_ROWS:
                raise _too_many(number - first)
            yield xml
        below.append(framed(number - first))
        if totals is not None:
            places = _places(columns, above.bold)[: len(totals)]
            yield from (xml for _, xml in row_batches(rows=[totals], places=places, first=number))
        yield below[0].foot

    leading = ("[Content_Types].xml", "_rels/.rels")  # first, as programs expect that guess a file's type
    yield from ((name, above.parts[name]) for name in leading)
    yield _SHEET, sheet_xml()
    yield from ((name, body) for name, body in below[0].parts.items() if name not in (*leading, _SHEET))


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """A sheet taken apart: what stands above its rows of data, what stands below, the styles of plain and bold cells."""

    parts: dict[str, bytes]
    head_rows: int
    head: bytes
    plain: list[int]
    bold: list[int]
    foot: bytes

    @classmethod
    def read(cls, buffer: io.BytesIO, *, head_rows: int) -> _Frame:
        """Of a workbook whose last two rows are specimens of the plain and the bold cells."""
        with zipfile.ZipFile(buffer) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        pieces = _ROWS.split(parts[_SHEET])
        plain, bold = ([int(style) for style in _STYLE.findall(piece)] for piece in pieces[-3:-1])
        return cls(
            parts=parts,
            head_rows=head_rows,
            head=b"".join(pieces[: 1 + head_rows]),
            plain=plain,
            bold=bold,
            foot=b"".join([*pieces[1 + head_rows : -3], pieces[-1]]),
        )


def _places(columns: Sequence[Column], styles: Sequence[int]) -> list[Place]:
    return [
        Place(
            letters=xl_col_to_name(index),
            style=style,
            day_style=style if column.kind in ("date", "month") else None,
            room=column.width if column.kind == "text" else None,
        )
        for index, (column, style) in enumerate(zip(columns, styles, strict=True))
    ]


def _too_many(count: int) -> Refusal:
    return Refusal(
        "sheet.too-many-rows",
        f"导出的内容超过{count:,}行,一张工作表最多约104万行,放不下",
        "请先用筛选缩小范围后分批导出,或导出为 .csv",
    )
