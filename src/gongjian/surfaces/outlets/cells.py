"""Rows of values as the cells of a worksheet: each typed, text as text whatever it begins with, row heights that fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

CELL_LIMIT = 32_767  # characters that one cell holds
LINE_HEIGHT = 15  # points
_BATCH = 1_000  # rows that are turned over into columns at a time
_CUT = "……(超过单元格长度,其余略)"
_FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900; days before the end of it are written as text
_DAY_ZERO = date(1899, 12, 30)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
_NO_LETTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LIKE_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_BETWEEN = "\x00"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a column's cells go: its letters, the indexes of their style and of the style of days.

    Without `day_style` a day is written as text, with `as_text` everything is. `room` is the width in characters at
    which text wraps; None where it does not.
    """

    letters: str
    style: int = 0
    day_style: int | None = None
    as_text: bool = False
    room: float | None = None


def row_batches(
    *, rows: Iterable[Sequence[object]], places: Sequence[Place], first: int
) -> Iterator[tuple[int, bytes]]:
    """Row elements of a worksheet from the sheet's row `first` (1..) on: the number of rows and their XML, by batch.

    Raises ValueError for a row that does not hold one value per place.
    """
    source, taken = iter(rows), 0
    while batch := list(islice(source, _BATCH)):
        for offset, row in enumerate(batch, 1):
            if len(row) != len(places):
                raise ValueError(f"row {taken + offset} has {len(row)} values, expected {len(places)}")
        numbers = [str(number) for number in range(first, first + len(batch))]
        lines = [1] * len(batch)
        columns = []
        for place, values in zip(places, zip(*batch, strict=True), strict=True):
            columns.append(_column(place, numbers, values))
            if place.room is not None:
                _grow(lines, values, place.room)
        heads = [
            f'<row r="{number}">' if count == 1 else f'<row r="{number}" ht="{_height(count)}" customHeight="1">'
            for number, count in zip(numbers, lines, strict=True)
        ]
        rows_xml = [
            f"{head}{''.join(cells)}</row>" for head, cells in zip(heads, zip(*columns, strict=True), strict=True)
        ]
        yield len(batch), "".join(rows_xml).encode()
        first, taken = first + len(batch), taken + len(batch)


def lines_of(text: str, *, width: float) -> int:
    """How many lines a wrapped text takes in a column of this width; a Chinese character is two wide."""
    room = int(max(1.0, width - 1))
    if "\n" in text:
        return sum(lines_of(line, width=width) for line in text.split("\n"))
    return max(1, -(-_width(text) // room))


def _width(text: str) -> int:
    """Columns that a text takes: what has three bytes in UTF-8 (Chinese, and its “” — …) is two wide."""
    return (len(text) + len(text.encode(errors="replace"))) // 2


def text_xml(text: str) -> str:
    """A text as the `<t>` of a cell or a comment: cut to what a cell holds, control characters in Excel's own form."""
    text = text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - len(_CUT)] + _CUT
    text = _NO_LETTER.sub("\ufffd", _LIKE_ESCAPE.sub("_x005F_", text))
    text = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return f'<t xml:space="preserve">{_escaped(text)}</t>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _height(lines: int) -> int:
    return min(409, LINE_HEIGHT * lines + 4)


def _grow(lines: list[int], values: Sequence[object], width: float) -> None:
    """Raise each row's number of lines to what its text in this column needs."""
    room = int(width - 1)
    for index, value in enumerate(values):
        if type(value) is str and (_width(value) > room or "\n" in value):
            lines[index] = max(lines[index], lines_of(value, width=width))


def _column(place: Place, numbers: Sequence[str], values: Sequence[object]) -> list[str]:
    """The cells of one column; a column of one type is written at once, a mixed one cell by cell."""
    kinds = set(map(type, values))
    kinds.discard(type(None))
    before, style = f'<c r="{place.letters}', f'" s="{place.style}"' if place.style else '"'
    after = None
    if kinds == {str}:
        inner, opening, after = _texts(values), f'{style} t="inlineStr"><is><t>', "</t></is></c>"  # type: ignore[arg-type]
    elif place.as_text or not kinds:
        inner = None
    else:
        inner, opening, after = _numbers(kinds, values, place), f"{style}><v>", "</v></c>"
    if inner is None:
        return [f"{before}{number}{_cell(value, place)}" for number, value in zip(numbers, values, strict=True)]
    return [
        f"{before}{number}{opening}{text}{after}" if text else f"{before}{number}{style}/>"
        for number, text in zip(numbers, inner, strict=True)
    ]


def _texts(values: Sequence[str | None]) -> list[str] | None:
    """Escaped texts, "" for an empty cell; None where one of them needs more than that."""
    texts = [value or "" for value in values]
    joined = _BETWEEN.join(["", *texts, ""])
    spaced = f" {_BETWEEN}" in joined or f"{_BETWEEN} " in joined
    if spaced or "_x" in joined or not "".join(texts).isprintable() or max(map(len, texts)) > CELL_LIMIT:
        return None
    return _escaped(joined).split(_BETWEEN)[1:-1]


def _numbers(kinds: set[type], values: Sequence[object], place: Place) -> list[str] | None:
    """Numbers as they are written, "" for an empty cell; None where one of them needs a second look."""
    if kinds == {date}:
        days = [value for value in values if value is not None]
        if place.day_style != place.style or min(days) < _FIRST_DAY:  # type: ignore[type-var,operator]
            return None
        zero = _DAY_ZERO.toordinal()
        return ["" if value is None else str(value.toordinal() - zero) for value in values]  # type: ignore[attr-defined]
    if len(kinds) > 1 or not kinds <= {int, float, Decimal}:
        return None
    texts = ["" if value is None else str(value) for value in values]
    longest = max(map(len, texts)) if kinds != {float} else max(text.find(".") for text in texts)
    plain = "".join(texts).replace(".", "").replace("-", "")
    return texts if longest <= 15 and plain.isdigit() else None  # isdigit: neither an exponent nor infinity


def _cell(value: object, place: Place) -> str:
    """One cell by its value's type, from after its place; a number of more than 15 digits is text, or Excel rounds it."""
    style = f'" s="{place.style}"' if place.style else '"'
    if isinstance(value, bool):
        value = "是" if value else "否"
    if value is None or value == "":
        return f"{style}/>"
    if place.as_text:
        value = str(value)
    if isinstance(value, (int, float, Decimal)):
        number = Decimal(str(value))
        if not number.is_finite():
            return f"{style}/>"
        if len(number.normalize().as_tuple().digits) <= 15 or (isinstance(value, float) and abs(value) < 10**15):
            return f"{style}><v>{value}</v></c>"
        value = f"{number:f}"
    if isinstance(value, date):
        if place.day_style is not None and value.toordinal() >= _FIRST_DAY.toordinal():
            clock = value.hour * 3600 + value.minute * 60 + value.second if isinstance(value, datetime) else 0
            days = value.toordinal() - _DAY_ZERO.toordinal() + clock / 86_400
            return f'" s="{place.day_style}"><v>{days:.15g}</v></c>'
        value = value.isoformat(" ", "seconds") if isinstance(value, datetime) else value.isoformat()
    return f'{style} t="inlineStr"><is>{text_xml(str(value))}</is></c>'
