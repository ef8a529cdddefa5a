"""What stands around the rows of an outgoing sheet: title, heading, notes, lists to choose from, print set-up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from gongjian.surfaces.outlets.cells import LINE_HEIGHT, lines_of
from gongjian.surfaces.outlets.columns import Column, Kind

TITLE_FONT, BODY_FONT = "方正小标宋简体", "宋体"
FORMATS: Mapping[Kind, str] = {
    "text": "@",
    "int": "#,##0",
    "decimal": "#,##0.00##",
    "percent": "0.0#%",
    "date": "yyyy-mm-dd",
    "month": 'yyyy"年"m"月"',
}
CHOICES_SHEET = "选项"
_SHEET_MARKS = re.compile(r"[\[\]:*?/\\]")
_HEADING = {
    **{"font_name": BODY_FONT, "font_size": 11, "bold": True, "bg_color": "#E8EEF4", "border": 1},
    **{"border_color": "#9AA5B1", "align": "center", "valign": "vcenter", "text_wrap": True},
}


def open_book(buffer: Any, *, title: str) -> Any:
    """A new workbook in `buffer` that takes text as text; the caller closes it."""
    choices = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **choices})
    book.set_properties({"title": title, "comments": ""})
    return book


def sheet_name(title: str) -> str:
    """A name that Excel accepts: at most 31 characters, without []:*?/\\, not the name of the hidden sheet."""
    name = _SHEET_MARKS.sub(" ", title).strip().strip("'")[:31] or "表"
    return f"{name}表" if name in (CHOICES_SHEET, "History") else name


def write_title(book: Any, sheet: Any, *, title: str, width: int, row: int = 0) -> None:
    """The title over `width` columns."""
    style = book.add_format(
        {"font_name": TITLE_FONT, "font_size": 18, "align": "center", "valign": "vcenter", "text_wrap": True}
    )
    if width > 1:
        sheet.merge_range(row, 0, row, width - 1, "", style)
    sheet.write_string(row, 0, title, style)
    sheet.set_row(row, 36)


def write_heading(
    book: Any, sheet: Any, *, row: int, columns: Sequence[Column], hidden_key: str | None = None, stars: bool = False
) -> None:
    """The heading in `row` (0..), column widths, and what cells below take on when they are typed in later.

    With `stars` the head of a required column begins with *.
    """
    style = book.add_format(_HEADING)
    for index, column in enumerate(columns):
        below = book.add_format({"font_name": BODY_FONT, "font_size": 11, "num_format": FORMATS[column.kind]})
        sheet.set_column(index, index, column.width, below)
        sheet.write_string(row, index, f"*{column.head}" if stars and column.required else column.head, style)
    deepest = max((lines_of(column.head, width=column.width) for column in columns), default=1)
    sheet.set_row(row, max(30, LINE_HEIGHT * deepest + 6))
    if hidden_key:
        sheet.set_column(len(columns), len(columns), 12, None, {"hidden": True})
        sheet.write_string(row, len(columns), hidden_key, style)


def body_format(book: Any, column: Column, **changes: object) -> Any:
    """How the cells of a column look."""
    align = {"text": "left", "date": "center", "month": "center"}.get(column.kind, "right")
    return book.add_format(
        {
            **{"font_name": BODY_FONT, "font_size": 11, "border": 1, "border_color": "#C5CCD3", "valign": "vcenter"},
            **{"num_format": FORMATS[column.kind], "align": align, "text_wrap": column.kind == "text"},
            **changes,
        }
    )


def write_notes(book: Any, sheet: Any, *, row: int, notes: Sequence[str], columns: Sequence[Column]) -> None:
    """Notes from `row` (0..) down, each over the width of the table, each beginning with 注:."""
    width, room = len(columns), sum(column.width for column in columns)
    style = book.add_format({"font_name": BODY_FONT, "font_size": 10, "text_wrap": True, "valign": "top"})
    for offset, note in enumerate(notes):
        text = note if note.startswith(("注:", "注：")) else f"注:{note}"
        if width > 1:
            sheet.merge_range(row + offset, 0, row + offset, width - 1, "", style)
        sheet.write_string(row + offset, 0, text, style)
        sheet.set_row(row + offset, LINE_HEIGHT * lines_of(text, width=room) + 2)


def write_choices(book: Any, sheet: Any, *, columns: Sequence[Column], first: int, last: int) -> None:
    """Lists to choose from and words of help for the rows `first` to `last` (0..).

    A hidden sheet holds the words to choose from, so that their length is no limit.
    """
    source, place = None, 0
    for index, column in enumerate(columns):
        rule: dict[str, object] = {"validate": "any"}
        if column.choices:
            if source is None:
                source = book.add_worksheet(CHOICES_SHEET)
                source.hide()
            for row, word in enumerate(column.choices):
                source.write_string(row, place, word)
            letter = xl_col_to_name(place, col_abs=True)
            rule = {
                "validate": "list",
                "source": f"='{CHOICES_SHEET}'!{letter}$1:{letter}${len(column.choices)}",
                "error_title": "请从列表中选择",
                "error_message": f"“{column.label}”只能填写列表中的内容"[:255],
            }
            place += 1
        if column.help:
            rule |= {"input_title": column.label[:32], "input_message": column.help[:255]}
        if len(rule) > 1:
            sheet.data_validation(first, index, last, index, rule)


def allow_digits(sheet: Any, *, columns: Sequence[Column], first: int, last: int) -> None:
    """No warning triangles on codes and telephone numbers: they are text on purpose."""
    texts = [index for index, column in enumerate(columns) if column.kind == "text"]
    ranges = [f"{xl_col_to_name(index)}{first + 1}:{xl_col_to_name(index)}{last + 1}" for index in texts]
    if ranges:
        sheet.ignore_errors({"number_stored_as_text": " ".join(ranges)})


def set_page(sheet: Any, *, head_row: int, last_row: int, last_column: int) -> None:
    """A4 across, as wide as the paper, the heading on every page, page numbers at the foot."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head_row)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    sheet.center_horizontally()
    sheet.print_area(0, 0, last_row, last_column)
