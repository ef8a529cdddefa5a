"""Sheets that offices can open, filter, print, edit and send back: typed cells, lists to choose from, no formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

Kind = Literal["text", "int", "decimal", "percent", "date"]
CELL_LIMIT = 32_767  # characters that one cell holds
SPARE_ROWS = 500  # rows under the data that still offer the choices
LINE_HEIGHT = 15  # points
TITLE_FONT, BODY_FONT = "方正小标宋简体", "宋体"
_CHOICES_SHEET = "选项"
_CUT = "……(超过单元格长度,其余略)"
_FORMATS: dict[Kind, str] = {
    "text": "@",
    "int": "#,##0",
    "decimal": "#,##0.00##",
    "percent": "0.0#%",
    "date": "yyyy-mm-dd",
}
_DANGEROUS = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_SHEET_MARKS = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: its head, its width in characters, what its cells are; percent cells take ratios (0.12 shows 12%)."""

    label: str
    width: float = 14
    kind: Kind = "text"
    unit: str | None = None
    choices: Sequence[str] = ()

    @property
    def head(self) -> str:
        """The head as printed, the unit in brackets."""
        return f"{self.label}({self.unit})" if self.unit else self.label


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
    """A workbook (.xlsx) of one table, as bytes.

    Each row holds one value per column and, with `hidden_key` (the head of a hidden last column), the row's key,
    so that an edited sheet finds its rows again. `notes` stand under the table, `totals` is a last row set apart.
    Text is written as text whatever it begins with; text longer than a cell is cut and says so.
    """
    width = len(columns) + (1 if hidden_key else 0)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"title": title, "comments": ""})
    sheet = book.add_worksheet(_sheet_name(sheet_name or title))
    head_row = _head(book, sheet, title=title, columns=columns, hidden_key=hidden_key, show_title=show_title)
    formats = [_format(book, column) for column in columns]
    number = head_row
    for row in rows:
        if len(row) != width:
            raise ValueError(f"row {number - head_row + 1} has {len(row)} values, expected {width}")
        number += 1
        _row(sheet, number, row, columns, formats)
    last = number
    if totals is not None:
        number += 1
        _row(sheet, number, totals, columns, [_format(book, column, bold=True) for column in columns])
    _notes(book, sheet, number + 1, notes, columns)
    sheet.freeze_panes(head_row + 1, 0)
    sheet.autofilter(head_row, 0, max(last, head_row + 1), width - 1)  # with the hidden key: sorting must move it too
    _choices(book, sheet, columns, first=head_row + 1, last=last + SPARE_ROWS)
    _page(sheet, head_row=head_row, last_row=number + len(notes), last_column=len(columns) - 1)
    sheet.activate()
    book.close()
    return buffer.getvalue()


def write_csv(*, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> bytes:
    """The table as .csv in UTF-8 with mark, so that Excel reads it; text that a program might run begins with '."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([guarded(column.head) for column in columns])
    for row in rows:
        writer.writerow([_plain(value) for value in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def guarded(text: str) -> str:
    """Text that begins like a formula (= + - @, also full width) with a ' before it; other text unchanged.

    A text that already begins with ' and such a mark gets one more, so that taking one off always restores it.
    """
    return f"'{text}" if _DANGEROUS.match(text) else text


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, date):
        return value.isoformat() if not isinstance(value, datetime) else value.isoformat(" ", "seconds")
    return guarded(str(value))


def _head(
    book: Any, sheet: Any, *, title: str, columns: Sequence[Column], hidden_key: str | None, show_title: bool
) -> int:
    """Title and heading; returns the heading's row (0..)."""
    row = 0
    if show_title:
        style = book.add_format(
            {"font_name": TITLE_FONT, "font_size": 18, "align": "center", "valign": "vcenter", "text_wrap": True}
        )
        if len(columns) > 1:
            sheet.merge_range(0, 0, 0, len(columns) - 1, "", style)
        sheet.write_string(0, 0, title, style)
        sheet.set_row(0, 36)
        row = 1
    style = book.add_format(
        {
            **{"font_name": BODY_FONT, "font_size": 11, "bold": True, "bg_color": "#E8EEF4", "border": 1},
            **{"border_color": "#9AA5B1", "align": "center", "valign": "vcenter", "text_wrap": True},
        }
    )
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(row, index, column.head, style)
    sheet.set_row(row, 30)
    if hidden_key:
        sheet.set_column(len(columns), len(columns), 12, None, {"hidden": True})
        sheet.write_string(row, len(columns), hidden_key, style)
    return row


def _format(book: Any, column: Column, *, bold: bool = False) -> Any:
    align = {"text": "left", "date": "center"}.get(column.kind, "right")
    return book.add_format(
        {
            **{"font_name": BODY_FONT, "font_size": 11, "border": 1, "border_color": "#C5CCD3", "valign": "vcenter"},
            **{"num_format": _FORMATS[column.kind], "align": align, "text_wrap": column.kind == "text", "bold": bold},
        }
    )


def _row(sheet: Any, number: int, row: Sequence[object], columns: Sequence[Column], formats: Sequence[Any]) -> None:
    lines = 1
    for index, value in enumerate(row):
        if index < len(columns):
            _cell(sheet, number, index, value, formats[index])
            if isinstance(value, str) and len(value) * 2 >= columns[index].width:
                lines = max(lines, lines_of(value, width=columns[index].width))
        else:
            sheet.write_string(number, index, "" if value is None else str(value))
    if lines > 1:
        sheet.set_row(number, min(409, LINE_HEIGHT * lines + 4))


def lines_of(text: str, *, width: float) -> int:
    """How many lines a wrapped text takes in a column of this width; a Chinese character is two wide."""
    room = max(1.0, width - 1)
    return sum(
        max(1, -(-sum(2 if ord(letter) > 0x2E7F else 1 for letter in line) // int(room))) for line in text.split("\n")
    )


def _cell(sheet: Any, row: int, column: int, value: object, style: Any) -> None:
    """One cell by its value's type; a number of more than 15 digits is written as text, or Excel would round it."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", style)
    elif isinstance(value, (int, float)) and abs(value) < 10**15:  # also false for not-a-number
        sheet.write_number(row, column, value, style)
    elif isinstance(value, (int, float, Decimal)):
        number = Decimal(str(value))
        if not number.is_finite():
            sheet.write_blank(row, column, None, style)
        elif len(number.normalize().as_tuple().digits) > 15:
            sheet.write_string(row, column, f"{number:f}", style)
        else:
            sheet.write_number(row, column, float(value), style)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    else:
        text = str(value)
        text = text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - len(_CUT)] + _CUT
        sheet.write_string(row, column, text, style)


def _notes(book: Any, sheet: Any, row: int, notes: Sequence[str], columns: Sequence[Column]) -> None:
    width, room = len(columns), sum(column.width for column in columns)
    style = book.add_format({"font_name": BODY_FONT, "font_size": 10, "text_wrap": True, "valign": "top"})
    for offset, note in enumerate(notes):
        text = note if note.startswith(("注:", "注：")) else f"注:{note}"
        if width > 1:
            sheet.merge_range(row + offset, 0, row + offset, width - 1, "", style)
        sheet.write_string(row + offset, 0, text, style)
        sheet.set_row(row + offset, LINE_HEIGHT * lines_of(text, width=room) + 2)


def _choices(book: Any, sheet: Any, columns: Sequence[Column], *, first: int, last: int) -> None:
    """A list to choose from in each column that has one; a hidden sheet holds the words, so length is no limit."""
    chosen = [(index, column) for index, column in enumerate(columns) if column.choices]
    if not chosen:
        return
    source = book.add_worksheet(_CHOICES_SHEET)
    source.hide()
    for place, (index, column) in enumerate(chosen):
        for row, word in enumerate(column.choices):
            source.write_string(row, place, word)
        letter = xl_col_to_name(place, col_abs=True)
        rule = {
            "validate": "list",
            "source": f"='{_CHOICES_SHEET}'!{letter}$1:{letter}${len(column.choices)}",
            "error_title": "请从列表中选择",
            "error_message": f"“{column.label}”只能填写列表中的内容"[:255],
        }
        sheet.data_validation(first, index, last, index, rule)


def _page(sheet: Any, *, head_row: int, last_row: int, last_column: int) -> None:
    """A4 across, as wide as the paper, the heading on every page, page numbers at the foot."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head_row)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    sheet.center_horizontally()
    sheet.print_area(0, 0, last_row, last_column)


def _sheet_name(title: str) -> str:
    """A name that Excel accepts: at most 31 characters, without []:*?/\\, not the name of the hidden sheet."""
    name = _SHEET_MARKS.sub(" ", title).strip().strip("'")[:31] or "表"
    return f"{name}表" if name in (_CHOICES_SHEET, "History") else name
