"""A workbook or a .csv as sheets of typed cells, row numbers as the clerk sees them."""

from __future__ import annotations

import csv
import io
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.inlets.archive import corrupt
from gongjian.surfaces.inlets.heads import FoundTable, Row, find_table
from gongjian.surfaces.inlets.sniff import SIZE_LIMIT, Nature, admit, mismatch, nature, suffix
from gongjian.surfaces.inlets.sprawl import refuse_sprawl
from gongjian.surfaces.inlets.text import decode
from gongjian.surfaces.inlets.xls import read_xls

__all__ = ["FoundTable", "Row", "Sheet", "find_table", "open_sheet"]

ACCEPTED = ".xlsx、.xls、.csv"
_DELIMITERS = ",\t;|"
_GUARDED = re.compile(r"^'(?='*[=+\-@\t\r＝＋－＠])")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet; `rows[0]` is the sheet's row 1, rows are padded to one width.

    Cells are str, int, float, bool, date, datetime, or None for an empty one; cells of a .csv are str or None.
    `merged` are cell ranges (first row, first column, last row, last column), counted from 0.
    """

    name: str
    rows: list[list[object]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False


def open_sheet(*, name: str, data: bytes, limit: int = SIZE_LIMIT) -> list[Sheet]:
    """The sheets of a .xlsx, .xls or .csv file in their order; empty sheets are left out.

    Refused, with nothing done: files that are empty, over `limit` bytes, locked, broken, or of another kind.
    """
    admit(name=name, data=data, limit=limit)
    kind, found = suffix(name), nature(data)
    if kind in (".csv", ".tsv", ".txt"):
        if found is not Nature.TEXT:
            raise mismatch(name=name, found=found, expected=kind)
        sheets = [_read_csv(name, data)]
    elif kind in (".xlsx", ".xlsm", ".xls", ".et"):
        # offices rename .xls to .xlsx and back; the content decides
        if found not in (Nature.XLSX, Nature.XLS):
            raise mismatch(name=name, found=found, expected=".xlsx")
        zipped = found is Nature.XLSX
        sheets = _read_xlsx(name, data) if zipped else [_typed(*raw) for raw in read_xls(name=name, data=data)]
    else:
        raise Refusal(
            "document.unknown-type",
            f"文件“{name}”的类型“{kind or '(无扩展名)'}”不能作为表格读取",
            f"请上传 {ACCEPTED} 文件",
        )
    sheets = [sheet for sheet in sheets if any(cell is not None for row in sheet.rows for cell in row)]
    if not sheets:
        raise Refusal("sheet.blank", f"文件“{name}”里没有任何数据", "请确认选对了文件并已保存,再重新上传")
    return sheets


def _read_xlsx(name: str, data: bytes) -> list[Sheet]:
    refuse_sprawl(name=name, data=data)
    sheets = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for place, meta in enumerate(book.sheets_metadata):
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            source = book.get_sheet_by_index(place)
            merged = tuple(
                (top, left, bottom, right) for (top, left), (bottom, right) in source.merged_cell_ranges or ()
            )
            hidden = meta.visible != SheetVisibleEnum.Visible
            sheets.append(_typed(meta.name, source.to_python(skip_empty_area=False), merged, hidden))
    except Refusal:
        raise
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as fault:  # the reader's own panics do not derive from Exception
        raise corrupt(name) from fault
    return sheets


def _typed(
    name: str, rows: Sequence[Sequence[object]], merged: tuple[tuple[int, int, int, int], ...], hidden: bool
) -> Sheet:
    return Sheet(name=name, rows=[[_cell(value) for value in row] for row in rows], merged=merged, hidden=hidden)


def _cell(value: object) -> object:
    """A workbook's cell: blank text is None, whole floats are int, midnight datetimes are dates."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 10**15 else value
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, (time, timedelta)):
        return str(value)
    return value if isinstance(value, (int, date)) else None


def _read_csv(name: str, data: bytes) -> Sheet:
    text = decode(name=name, data=data).text
    delimiter = _delimiter(text)
    csv.field_size_limit(10_000_000)
    try:
        rows = [
            [_GUARDED.sub("", cell, count=1) if cell.strip() else None for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error:
        raise corrupt(name) from None
    width = max(map(len, rows), default=0)
    padded: list[list[object]] = [[*row, *[None] * (width - len(row))] for row in rows]
    return Sheet(name=re.sub(r"\.[^.]*$", "", name), rows=padded)


def _delimiter(text: str) -> str:
    """The mark that cuts most of the first lines into the same number of parts, more than one."""
    lines = "".join(text.splitlines(keepends=True)[:60])
    best, score = ",", 0.0
    for mark in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(lines, newline=""), delimiter=mark) if row]
        except csv.Error:
            continue
        if widths and statistics.median(widths) > 1:
            width, count = Counter(widths).most_common(1)[0]
            found = count / len(widths) if width > 1 else 0.0
            if found > score + 0.01:
                best, score = mark, found
    return best
