"""Guard against sheets with a stray cell in the last row and column, which unfold to billions of empty cells."""

from __future__ import annotations

import re

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.inlets.archive import inspect
from gongjian.surfaces.inlets.stream import Scanner, SheetStream

CELLS_LIMIT = 20_000_000
LAST_ROW, NARROW = 1_048_576, 26
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^<>]*?\sr\s*=\s*[\"']([A-Za-z]+)(\d+)[\"'][^<>]*(?<!/)>")


class _Bound:
    """A quick bound from above of the cells that a sheet spans; none where its XML is not written as is usual."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._columns: dict[str, int] = {}
        self._odd = False

    def __call__(self, part: str, text: bytes, prefix: bytes) -> None:
        named = re.findall(rb"<%brow\b[^<>]*?\sr=[\"'](\d{1,9})" % prefix, text)
        rows = max(self._rows.get(part, 1), max(map(int, named), default=1))
        # cells that stand below every row named so far, and columns of two or three letters
        far = set(re.findall(rb"r=\"(?:[A-Z]{1,3}\d{%d}|([A-Z]{2,3})\d)" % (len(str(rows)) + 1), text))
        self._rows[part] = LAST_ROW if b"" in far else rows
        self._columns[part] = max(self._columns.get(part, NARROW), max(map(column_number, far), default=1))
        self._odd = self._odd or re.search(rb"<%bc(?! r=\"[A-Z]{1,3}\d)[\s/>]" % prefix, text) is not None

    def within(self, limit: int) -> bool:
        """Whether no sheet can span more than `limit` cells."""
        return not self._odd and all(self._lowest(part) * self._columns[part] <= limit for part in self._rows)

    def _lowest(self, part: str) -> int:
        """In a wide sheet a cell may stand below the rows named, within as many digits."""
        rows = self._rows[part]
        return min(10 ** len(str(rows)) - 1, LAST_ROW) if self._columns[part] > NARROW else rows


class _Extent:
    """The last row and column that hold something, in each sheet."""

    def __init__(self) -> None:
        self.corners: dict[str, tuple[int, int]] = {}
        self._placeless: dict[str, tuple[int, int]] = {}  # rows seen, and cells in the row that is open

    def __call__(self, part: str, text: bytes, prefix: bytes) -> None:
        found = _FILLED.findall(text)
        rows, columns = self.corners.get(part, (1, 1))
        rows = max(rows, max(map(int, {row for _, row in found}), default=1))
        columns = max(columns, max(map(column_number, {letters for letters, _ in found}), default=1))
        if re.search(rb"<%bc(?=[\s/>])(?![^<>]*\sr\s*=)" % prefix, text):
            # cells that do not say where they stand stand one behind the other
            seen, held = self._placeless.get(part, (0, 0))
            first, *others = (piece.count(b"<%bc" % prefix) for piece in text.split(b"<%brow" % prefix))
            self._placeless[part] = seen + len(others), others[-1] if others else held + first
            rows, columns = max(rows, seen + len(others)), max(columns, held + first, *others, 0)
        self.corners[part] = (rows, columns)


def refuse_sprawl(*, name: str, data: bytes, limit: int = CELLS_LIMIT, scan: Scanner | None = None) -> None:
    """Inspect a .xlsx package; refused when a sheet's filled cells span more than `limit` cells.

    `scan` sees the sheets' cells go by in the same inspection, which for almost every file is the only one.
    """
    bound = _Bound()
    inspect(name=name, data=data, watch=SheetStream(bound, *((scan,) if scan else ())))
    if bound.within(limit):
        return
    extent = _Extent()
    inspect(name=name, data=data, watch=SheetStream(extent))
    rows, columns = max(extent.corners.values(), key=lambda corner: corner[0] * corner[1], default=(1, 1))
    if rows * columns > limit:
        raise Refusal(
            "sheet.too-large",
            f"文件“{name}”有工作表的数据区达{rows}行{columns}列,超过可处理的范围",
            "请检查是否有误填在最末行、最末列的单元格,删除数据区以外的内容并保存,再重新上传",
        )


def column_number(letters: bytes) -> int:
    """Column letters as a number: A -> 1, AA -> 27, nothing -> 0; beyond the last column of any program, a million."""
    if len(letters) > 3:
        return 1_000_000
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
