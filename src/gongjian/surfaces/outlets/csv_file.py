"""Tables as .csv that Excel reads at a double click and that run nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from gongjian.surfaces.outlets.columns import Column

_BATCH = 1_000
_DANGEROUS = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def write_csv(*, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> bytes:
    """The table of `stream_csv` in one piece."""
    return b"".join(stream_csv(columns=columns, rows=rows))


def stream_csv(*, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The table as .csv in UTF-8 with mark, so that Excel reads it; text that a program might run begins with '."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([guarded(column.head) for column in columns])
    yield b"\xef\xbb\xbf" + buffer.getvalue().encode()
    source = iter(rows)
    while batch := list(islice(source, _BATCH)):
        buffer.seek(0)
        buffer.truncate()
        writer.writerows([[_plain(value) for value in row] for row in batch])
        yield buffer.getvalue().encode()


def guarded(text: str) -> str:
    """Text that begins like a formula (= + - @, also full width) with a ' before it; other text unchanged.

    A text that already begins with ' and such a mark gets one more, so that taking one off always restores it.
    """
    return f"'{text}" if _DANGEROUS.match(text) else text


def _plain(value: object) -> str:
    if isinstance(value, str):
        return guarded(value)
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
