"""A workbook or a .csv as sheets of typed cells, row numbers as the clerk sees them."""

from __future__ import annotations

import csv
import io
import re
import statistics
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.inlets.archive import corrupt
from gongjian.surfaces.inlets.details import DetailReader, Details, has_macros, number_looks, sheet_parts
from gongjian.surfaces.inlets.formats import seen
from gongjian.surfaces.inlets.heads import FoundTable, Row, find_table
from gongjian.surfaces.inlets.html_tables import read_html
from gongjian.surfaces.inlets.sniff import SIZE_LIMIT, Nature, admit, mismatch, nature, suffix
from gongjian.surfaces.inlets.sprawl import refuse_sprawl
from gongjian.surfaces.inlets.text import decode
from gongjian.surfaces.inlets.xls import read_xls

__all__ = ["FoundTable", "Row", "Sheet", "find_table", "open_sheet"]

ACCEPTED = ".xlsx、.xls、.csv"
MACROS = "文件带有宏,宏没有运行,只读取了单元格。"
PAGE = "文件其实是网页表格,按显示的文字读取,网页里没有显示的内容读不到。"
PLAIN = "文件其实是用逗号或制表符分列的文本,已按文本读取;长号码和日期请核对。"
UNPLACED = "表中有单元格没有标明位置,其中的公式错误和百分数格式未能识别,请用 Excel 或 WPS 另存后重新上传。"
_DELIMITERS = ",\t;|"
_GUARDED = re.compile(r"^'(?='*[=+\-@\t\r＝＋－＠])")
_KEPT = re.compile(r'="((?:[^"]|"")*)"')
_HINT = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)
_MIDNIGHT = time()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet; `rows[0]` is the sheet's row 1, rows are padded to one width.

    Cells are str, int, float, bool, date, datetime, or None for an empty one; cells of a .csv are str or None. A
    number that shows otherwise than it is stored is the text that shows: "7.5%", "3000万元", "000123". A cell whose
    formula failed is its error ("#REF!"), one that was never calculated `parse.UNCALCULATED`: the kernel refuses both.
    `merged` are cell ranges (first row, first column, last row, last column), counted from 0. `notes` are sentences
    for the officer on how the file was read.
    """

    name: str
    rows: list[list[object]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    unseen: frozenset[int] = frozenset()
    """Rows (from 1) that are hidden in the sheet, by hand or by a filter."""
    notes: tuple[str, ...] = ()


def open_sheet(*, name: str, data: bytes, limit: int = SIZE_LIMIT) -> list[Sheet]:
    """The sheets of a .xlsx, .xlsm, .xls, .et or .csv file in their order; empty sheets are left out.

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
        readers = {Nature.XLSX: _read_xlsx, Nature.XLS: _read_xls, Nature.HTML: _read_page}
        if found is Nature.TEXT and (plain := _read_as_text(name, data)):
            sheets = [plain]
        elif found not in readers:
            raise corrupt(name) if _is_torn(found, data) else mismatch(name=name, found=found, expected=".xlsx")
        else:
            sheets = readers[found](name, data)
    else:
        raise Refusal(
            "document.unknown-type",
            f"文件“{name}”的类型“{kind or '(无扩展名)'}”不能作为表格读取",
            f"请上传 {ACCEPTED} 文件",
        )
    sheets = [sheet for sheet in sheets if any(row.count(None) < len(row) for row in sheet.rows)]
    if not sheets:
        raise Refusal("sheet.blank", f"文件“{name}”里没有任何数据", "请确认选对了文件并已保存,再重新上传")
    return sheets


def _read_xlsx(name: str, data: bytes) -> list[Sheet]:
    details = DetailReader(looks=number_looks(data))
    refuse_sprawl(name=name, data=data, scan=details)
    macros = (MACROS,) if has_macros(data) else ()
    parts = sheet_parts(data)
    sheets = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for place, meta in enumerate(book.sheets_metadata):
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            found = details.parts.get(parts[place]) if len(parts) == len(book.sheets_metadata) else None
            if found is None or found.two_byte:
                raise corrupt(name)  # cells that nobody has looked at: they may unfold to anything, or be lost
            source = book.get_sheet_by_index(place)
            rows = _typed(source.iter_rows(), left=source.start[1] if source.start else 0)
            _complete(rows, found)
            merged = tuple(
                (top, left, bottom, right) for (top, left), (bottom, right) in source.merged_cell_ranges or ()
            )
            hidden = meta.visible != SheetVisibleEnum.Visible
            notes = (*macros, UNPLACED) if found.unplaced else macros
            unseen = frozenset(row + 1 for row in found.unseen)
            sheets.append(Sheet(name=meta.name, rows=rows, merged=merged, hidden=hidden, unseen=unseen, notes=notes))
    except Refusal:
        raise
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as fault:  # the reader's own panics do not derive from Exception
        raise corrupt(name) from fault
    return sheets


def _read_xls(name: str, data: bytes) -> list[Sheet]:
    notes = (MACROS,) if has_macros(data) else ()
    return [
        Sheet(name=title, rows=_typed(rows), merged=merged, hidden=hidden, unseen=unseen, notes=notes)
        for title, rows, merged, hidden, unseen in read_xls(name=name, data=data)
    ]


def _read_page(name: str, data: bytes) -> list[Sheet]:
    """A web page under a workbook's name, as many systems export it."""
    title = re.sub(r"\.[^.]*$", "", name)
    tables = read_html(text=decode(name=name, data=data).text)
    if not tables:
        raise mismatch(name=name, found=Nature.HTML, expected=".xlsx")
    return [
        Sheet(name=title if place == 1 else f"{title}{place}", rows=rows, merged=merged, notes=(PAGE,))
        for place, (rows, merged) in enumerate(tables, 1)
    ]


def _read_as_text(name: str, data: bytes) -> Sheet | None:
    """Lines of commas or tabs under a workbook's name, as many systems export them; None where it is no such text."""
    try:
        found = _read_csv(name, data)
    except Refusal:
        return None
    filled = [sum(cell is not None for cell in row) for row in found.rows[:60]]
    is_table = sum(count > 1 for count in filled) * 2 > len(filled) > 1 and not str(found.rows[0][0]).startswith(
        ("<", "MIME-")
    )
    return replace(found, notes=(PLAIN, *found.notes)) if is_table else None


def _is_torn(found: Nature, data: bytes) -> bool:
    """Whether a package breaks off: a download that was not finished."""
    return found is Nature.ZIP and not zipfile.is_zipfile(io.BytesIO(data))


def _typed(rows: Iterable[Sequence[Any]], *, left: int = 0) -> list[list[Any]]:
    """Rows of cells as `Sheet` promises them, `left` empty cells set before each.

    Written out cell by cell, for it runs over millions of them.
    """
    empty: list[Any] = [None] * left
    kind: type
    return [
        empty
        + [
            (cell if cell and not cell.isspace() else None)
            if (kind := type(cell)) is str
            else ((int(cell) if cell.is_integer() and -1e15 < cell < 1e15 else cell) if kind is float else _cell(cell))
            for cell in row
        ]
        for row in rows
    ]


def _cell(value: object) -> object:
    """A cell that is neither text nor a fraction: midnight datetimes are dates, times of day are text."""
    if isinstance(value, datetime):
        return value.date() if value.time() == _MIDNIGHT else value
    if isinstance(value, (time, timedelta)):
        return str(value)
    return value if isinstance(value, (bool, int, date)) else None


def _complete(rows: list[list[Any]], found: Details) -> None:
    """Set the errors and the looks of numbers into the rows as the quick reader gave them."""
    width = len(rows[0]) if rows else 0
    deepest = max((row for row, _ in found.faults), default=-1) + 1
    widest = max((column for _, column in found.faults), default=-1) + 1
    if widest > width:
        for cells in rows:
            cells += [None] * (widest - width)
    rows += [[None] * max(width, widest) for _ in range(deepest - len(rows))]
    for (row, column), text in found.faults.items():
        if rows[row][column] is None:
            rows[row][column] = text
    for shape, places in found.looks.items():
        shown: dict[object, object] = {}
        for row, column in places:
            cell = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
            if type(cell) is int or type(cell) is float:
                if cell not in shown:
                    shown[cell] = seen(cell, shape)
                rows[row][column] = shown[cell]


def _read_csv(name: str, data: bytes) -> Sheet:
    try:
        decoded = decode(name=name, data=data)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.cause, "请用 Excel 或 WPS 打开原文件,另存为 .xlsx 后重新上传") from refusal
    hint = _HINT.match(decoded.text)  # a line for Excel alone, which neither shows nor counts it
    text = decoded.text[hint.end() :] if hint else decoded.text
    delimiter = hint[1] if hint else _delimiter(text)
    csv.field_size_limit(10_000_000)
    try:
        rows: list[list[object]] = [
            [
                (cell if cell[0] not in "'=" else _unguarded(cell)) if cell and not cell.isspace() else None
                for cell in row
            ]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error:
        raise corrupt(name) from None
    width = max(map(len, rows), default=0)
    for row in rows:
        if len(row) < width:
            row += [None] * (width - len(row))
    return Sheet(name=re.sub(r"\.[^.]*$", "", name), rows=rows, notes=decoded.notes)


def _unguarded(cell: str) -> str | None:
    """A text as it was before a program guarded it against being read as a formula or a number: '=x, ="0012"."""
    kept = _KEPT.fullmatch(cell)
    if kept is None:
        return _GUARDED.sub("", cell, count=1)
    text = kept[1].replace('""', '"')
    return text if text.strip() else None


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
