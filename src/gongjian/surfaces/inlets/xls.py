"""Workbooks of the old kind (.xls): read by a pure Python library, so that a spoilt file can do no harm."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import xlrd

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.inlets.archive import corrupt
from gongjian.surfaces.inlets.formats import look, seen

RawSheet = tuple[str, list[list[object]], tuple[tuple[int, int, int, int], ...], bool, frozenset[int]]


def read_xls(*, name: str, data: bytes) -> list[RawSheet]:
    """Name, rows, merged ranges (first row, first column, last row, last column; from 0), hidden or not, hidden rows (from 1)."""
    try:
        with xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, on_demand=True, logfile=io.StringIO()
        ) as book:
            return [_sheet(book, number) for number in range(book.nsheets)]
    except Exception as fault:  # the library raises whatever a spoilt byte leads it to
        if "encrypted" in str(fault):
            raise Refusal(
                "document.locked",
                f"文件“{name}”设有打开密码,无法读取",
                "请在 Excel 或 WPS 中打开,取消打开密码并另存为 .xlsx 后重新上传",
            ) from fault
        raise corrupt(name) from fault


def _sheet(book: Any, number: int) -> RawSheet:
    source = book.sheet_by_index(number)
    width = max((source.row_len(row) for row in range(source.nrows)), default=0)
    rows: list[list[object]] = []
    for row in range(source.nrows):
        cells: list[object] = [_value(book, cell) for cell in source.row(row)]
        rows.append([*cells, *[None] * (width - len(cells))])
    merged = tuple((top, left, bottom - 1, right - 1) for top, bottom, left, right in source.merged_cells)
    hidden = source.visibility != 0
    book.unload_sheet(number)
    unseen = frozenset(row + 1 for row, about in source.rowinfo_map.items() if about.hidden)
    return source.name, rows, merged, hidden, unseen


def _value(book: Any, cell: Any) -> object:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            found: datetime = xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (OverflowError, ValueError):
            return cell.value
        return str(found.time()) if 0 <= cell.value < 1 else found
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#VALUE!")
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        shape = look(book.format_map[book.xf_list[cell.xf_index].format_key].format_str)
        return cell.value if shape is None else seen(cell.value, shape)
    return cell.value if cell.ctype == xlrd.XL_CELL_TEXT else None
