"""Templates that explain themselves: heads to fill in under, examples that an import skips, a sheet on every column."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from gongjian.surfaces.outlets import frame
from gongjian.surfaces.outlets.cells import LINE_HEIGHT, lines_of
from gongjian.surfaces.outlets.columns import Column, Kind

EXAMPLE = "示例:"
"""What the first cell of an example row begins with; a row that begins so is never imported."""
GUIDE_SHEET = "填表说明"
LINES_DRAWN = 20  # empty rows with borders
ROW_HEIGHT = 20  # points
ROWS_OFFERED = 5_000  # rows in which lists to choose from and words of help appear
_HINT = "带 * 的列必须填写。灰色斜体的“示例”行只供参考,导入时自动跳过,可以保留也可以删除。各列的要求见“填表说明”表。"
_WORDS: dict[Kind, str] = {
    "text": "文字",
    "int": "整数",
    "decimal": "数字,可带小数",
    "percent": "百分比,如 12.5%",
    "date": "日期,如 2025-06-30",
    "month": "月份,如 2025年6月",
}
_GUIDE = (
    ("序号", 6),
    ("列名", 20),
    ("必填", 7),
    ("单位", 9),
    ("格式", 20),
    ("可选内容", 34),
    ("说明", 40),
    ("示例", 26),
)
_SYNONYMS = ("也可以写成", 26)
_CHOICES_SHOWN = 20


def write_template(
    *,
    title: str,
    columns: Sequence[Column],
    examples: Sequence[Sequence[object]] = (),
    notes: Sequence[str] = (),
    sheet_name: str | None = None,
) -> bytes:
    """An empty workbook to fill in, as .xlsx bytes: heads, lists, words of help, and the sheet 填表说明.

    `examples` are rows of one value per column; without them the columns' own examples make the rows. They stand
    under the heading, grey and in italics, the first cell beginning with 示例: so that an import knows them.
    `notes` open the sheet 填表说明.
    """
    shown = [list(row) for row in examples]
    shown = shown or [list(row) for row in zip_longest(*(column.examples for column in columns))]
    buffer = io.BytesIO()
    book = frame.open_book(buffer, title=title)
    page = book.add_worksheet(frame.sheet_name(sheet_name or title))
    frame.write_title(book, page, title=title, width=len(columns))
    _hint(book, page, columns)
    frame.write_heading(book, page, row=2, columns=columns, stars=True)
    for number, row in enumerate(shown, 3):
        if len(row) != len(columns):
            raise ValueError(f"example {number - 2} has {len(row)} values, expected {len(columns)}")
        _example(book, page, number, columns, row)
    for number in range(3 + len(shown), 3 + len(shown) + LINES_DRAWN):
        page.set_row(number, ROW_HEIGHT)
        for index, column in enumerate(columns):
            page.write_blank(number, index, None, frame.body_format(book, column))
    page.freeze_panes(3, 0)
    guide = book.add_worksheet(GUIDE_SHEET)
    last = 2 + max(len(shown), ROWS_OFFERED)
    frame.write_choices(book, page, columns=columns, first=3, last=last)
    frame.allow_digits(page, columns=columns, first=3, last=last)
    frame.set_page(page, head_row=2, last_row=2 + len(shown) + LINES_DRAWN, last_column=len(columns) - 1)
    _guide(book, guide, title, columns, notes)
    page.activate()
    book.close()
    return buffer.getvalue()


def _hint(book: Any, page: Any, columns: Sequence[Column]) -> None:
    style = book.add_format(
        {"font_name": frame.BODY_FONT, "font_size": 10, "font_color": "#5B6672", "text_wrap": True, "valign": "vcenter"}
    )
    if len(columns) > 1:
        page.merge_range(1, 0, 1, len(columns) - 1, "", style)
    page.write_string(1, 0, _HINT, style)
    page.set_row(1, LINE_HEIGHT * lines_of(_HINT, width=sum(column.width for column in columns)) + 4)


def _example(book: Any, page: Any, number: int, columns: Sequence[Column], row: Sequence[object]) -> None:
    lines = 1
    for index, (column, value) in enumerate(zip(columns, row, strict=True)):
        style = frame.body_format(book, column, italic=True, font_color="#808A94", bg_color="#F6F7F8")
        if value is None and index:
            page.write_blank(number, index, None, style)
        elif index == 0 or column.kind == "text":
            text = f"{'' if index else EXAMPLE}{_worded(value, column)}"
            page.write_string(number, index, text, style)
            lines = max(lines, lines_of(text, width=column.width))
        else:
            page.write(number, index, value, style)
    page.set_row(number, max(ROW_HEIGHT, LINE_HEIGHT * lines + 4))


def _guide(book: Any, guide: Any, title: str, columns: Sequence[Column], notes: Sequence[str]) -> None:
    """The sheet that lists each column: name, required or not, unit, format, choices, words of help, other heads."""
    heads = [*_GUIDE, _SYNONYMS] if any(column.synonyms for column in columns) else [*_GUIDE]
    plan = [Column(label=label, width=width) for label, width in heads]
    frame.write_title(book, guide, title=f"{title} {GUIDE_SHEET}", width=len(plan))
    frame.write_notes(
        book, guide, row=1, notes=[f"{number}. {note}" for number, note in enumerate(notes, 1)], columns=plan
    )
    top = 1 + len(notes)
    frame.write_heading(book, guide, row=top, columns=plan)
    for number, column in enumerate(columns, 1):
        cells = [
            *(str(number), column.head, "必填" if column.required else "选填", column.unit or ""),
            *(_WORDS[column.kind] if not column.choices else "从列表中选择", _listed(column.choices), column.help),
            *("、".join(_worded(value, column) for value in column.examples), "、".join(column.synonyms)),
        ][: len(plan)]
        for index, text in enumerate(cells):
            bold = index == 2 and column.required
            centred = {"align": "center"} if index in (0, 2, 3) else {}
            style = frame.body_format(book, plan[index], bold=bold, **centred)
            write = guide.write_string if text else guide.write_blank
            write(top + number, index, text, style)
        lines = max(lines_of(text, width=column.width) for text, column in zip(cells, plan, strict=True))
        guide.set_row(top + number, max(ROW_HEIGHT, LINE_HEIGHT * lines + 4))
    guide.freeze_panes(top + 1, 0)
    frame.set_page(guide, head_row=top, last_row=top + len(columns), last_column=len(plan) - 1)


def _listed(choices: Sequence[str]) -> str:
    more = f"等 {len(choices)} 项,见该列的下拉列表" if len(choices) > _CHOICES_SHOWN else ""
    return "、".join(choices[:_CHOICES_SHOWN]) + more


def _worded(value: object, column: Column) -> str:
    """A value as a clerk would type it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.kind == "percent" and isinstance(value, (int, float, Decimal)):
        return f"{float(value) * 100:g}%"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if column.kind == "month" and isinstance(value, date):
        return f"{value.year}年{value.month}月"
    return value.isoformat() if isinstance(value, date) else str(value if value is not None else "")
