"""Guard against sheets with a stray cell in the last row and column, which unfold to billions of empty cells."""

from __future__ import annotations

import re

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.inlets.archive import inspect

CELLS_LIMIT = 20_000_000
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=\"(\d{1,9})\"")
_WIDE = re.compile(rb"\br=\"([A-Z]{2,3})\d")
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{1,3})(\d{1,9})\"[^>]*(?<!/)>")


class _Extent:
    """The last row and column seen in each sheet of a package."""

    def __init__(self, *, exact: bool) -> None:
        self._exact = exact
        self.corners: dict[str, tuple[int, int]] = {}

    def __call__(self, part: str, chunk: bytes) -> None:
        if not part.startswith("xl/worksheets/"):
            return
        rows, columns = self.corners.get(part, (1, 1 if self._exact else 26))
        if self._exact:
            for found in _FILLED.finditer(chunk):
                rows, columns = max(rows, int(found[2])), max(columns, _number(found[1]))
        else:
            rows = max(rows, max(map(int, _ROW.findall(chunk)), default=1))
            columns = max(columns, max(map(_number, set(_WIDE.findall(chunk))), default=1))
        self.corners[part] = (rows, columns)

    def widest(self) -> tuple[int, int]:
        """Rows and columns of the largest sheet."""
        return max(self.corners.values(), key=lambda corner: corner[0] * corner[1], default=(1, 1))


def refuse_sprawl(*, name: str, data: bytes, limit: int = CELLS_LIMIT) -> None:
    """Inspect a .xlsx package; refused when a sheet's filled cells span more than `limit` cells."""
    for exact in (False, True):  # a quick upper bound first; cell by cell only where that is too large
        extent = _Extent(exact=exact)
        inspect(name=name, data=data, watch=extent)
        rows, columns = extent.widest()
        if rows * columns <= limit:
            return
    raise Refusal(
        "sheet.too-large",
        f"文件“{name}”有工作表的数据区达{rows}行{columns}列,超过可处理的范围",
        "请检查是否有误填在最末行、最末列的单元格,删除数据区以外的内容并保存,再重新上传",
    )


def _number(letters: bytes) -> int:
    """Column letters as a number: A -> 1, AA -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
