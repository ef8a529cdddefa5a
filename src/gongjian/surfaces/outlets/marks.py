"""The clerk's own sheet handed back: refused cells coloured and explained, the reasons in a last column."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from gongjian.surfaces.inlets.archive import corrupt
from gongjian.surfaces.inlets.sheet import open_sheet
from gongjian.surfaces.inlets.sniff import Nature, nature
from gongjian.surfaces.inlets.sprawl import refuse_sprawl
from gongjian.surfaces.outlets.sheet import LINE_HEIGHT, lines_of

REASONS = "退回原因"
AUTHOR = "攻坚"
_RED = PatternFill("solid", start_color="FFFFC7CE", end_color="FFFFC7CE")
_CLEAR = PatternFill(fill_type=None)
_REASON_WIDTH = 48
_COMMENT_LIMIT = 2_000


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A refusal in the sheet: the row as the clerk counts it (1..), the column index (0..), None for the whole row."""

    row: int
    column_index: int | None = None
    sentence: str


def mark_rows(
    *,
    data: bytes,
    marks: Sequence[Mark],
    name: str = "台账.xlsx",
    sheet: str | None = None,
    head_row: int | None = None,
) -> bytes:
    """The workbook with every marked cell coloured and commented, as .xlsx bytes, also for a .xls or .csv.

    `sheet` names the sheet (default: the first), `head_row` (1..) is where the column of reasons gets its head
    (default: the row above the first mark). Marks of an earlier round are taken off first.
    """
    book = _open(name, data)
    try:
        page = book[sheet] if sheet is not None else book.worksheets[0]
    except KeyError:
        raise ValueError(f"no sheet named {sheet!r}") from None
    head = head_row or max(1, min((mark.row for mark in marks), default=2) - 1)
    reasons = _take_off(page)
    if marks:
        column = reasons or page.max_column + 1
        _head(page, head, column)
        by_row: dict[int, list[str]] = defaultdict(list)
        by_cell: dict[tuple[int, int], list[str]] = defaultdict(list)
        for mark in marks:
            by_row[mark.row].append(mark.sentence)
            place = 1 if mark.column_index is None else mark.column_index + 1
            by_cell[mark.row, place].append(mark.sentence)
            whole = range(1, column) if mark.column_index is None else (place,)
            for index in whole:
                _owner(page, mark.row, index).fill = _RED
        for (row, place), sentences in by_cell.items():
            comment = Comment("\n".join(sentences)[:_COMMENT_LIMIT], AUTHOR, width=320, height=60 + 30 * len(sentences))
            _owner(page, row, place).comment = comment
        for row, sentences in by_row.items():
            cell = page.cell(row=row, column=column)
            cell.value, cell.data_type = "\n".join(sentences), "s"
            cell.fill, cell.alignment = _RED, Alignment(wrap_text=True, vertical="top")
            height = LINE_HEIGHT * lines_of(str(cell.value), width=_REASON_WIDTH) + 4
            page.row_dimensions[row].height = max(height, page.row_dimensions[row].height or 0)
        if page.print_area:
            page.print_area = f"A1:{get_column_letter(column)}{page.max_row}"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _open(name: str, data: bytes) -> Any:
    """The user's own workbook, or one built from the cells of a .xls or .csv."""
    if nature(data) is Nature.XLSX:
        refuse_sprawl(name=name, data=data)
        try:
            return openpyxl.load_workbook(io.BytesIO(data))
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError) as fault:
            raise corrupt(name) from fault
    book = openpyxl.Workbook()
    book.remove(book.active)
    for source in open_sheet(name=name, data=data):
        page = book.create_sheet(source.name[:31])
        for number, row in enumerate(source.rows, 1):
            for index, value in enumerate(row, 1):
                if value is not None:
                    cell = page.cell(row=number, column=index, value=value)
                    if isinstance(value, str):
                        cell.data_type = "s"
    return book


def _take_off(page: Any) -> int | None:
    """Remove colours and comments of an earlier round; the column of reasons (1..), where there was one."""
    reasons = None
    marked: set[int] = set()
    for row in page.iter_rows():
        for cell in row:
            if cell.comment is not None and cell.comment.author == AUTHOR:
                marked.add(cell.row)
                cell.comment = None
            if cell.value == REASONS:
                reasons = cell.column
    for row in marked:
        for cell in page[row]:
            if cell.fill.fill_type == "solid" and cell.fill.start_color.rgb == _RED.start_color.rgb:
                cell.fill = _CLEAR
    if reasons is not None:
        for cells in page.iter_rows(min_col=reasons, max_col=reasons):
            for cell in cells:
                if cell.value is not None and cell.value != REASONS:
                    cell.value, cell.fill = None, _CLEAR
    return reasons


def _head(page: Any, row: int, column: int) -> None:
    cell = _owner(page, row, column)
    cell.value, cell.font, cell.fill = REASONS, Font(bold=True), _RED
    page.column_dimensions[cell.column_letter].width = _REASON_WIDTH


def _owner(page: Any, row: int, column: int) -> Any:
    """The cell at a place; inside a merged range its first cell, which alone holds a value."""
    cell = page.cell(row=row, column=column)
    if isinstance(cell, openpyxl.cell.cell.MergedCell):
        for merged in page.merged_cells.ranges:
            if cell.coordinate in merged:
                return page.cell(row=merged.min_row, column=merged.min_col)
    return cell
