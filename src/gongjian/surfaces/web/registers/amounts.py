"""What looks doubtful in a column of amounts: written with and without a unit, shares that may be fractions, decimals lost."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

from gongjian.kernel.registers.parse import split_unit, to_decimal
from gongjian.kernel.registers.values import shown, unit_of

if TYPE_CHECKING:
    from gongjian.surfaces.web.registers.sheets import Table

_UNITED = re.compile(r"[万亿元%％‰]")
_BARE = re.compile(r"\s*[+-]?\d+(?:\.\d+)?\s*")


def doubts(field: Any, table: Table, index: int) -> Iterator[str]:
    """Sentences on how the column's numbers are read where a clerk may have meant another thing."""
    if not isinstance(field, models.DecimalField):
        return
    column = next(one for one in table.columns if one.index == index)
    filled = [value for _, line in table.inner.rows if (value := line[index]) is not None]
    united = next((cell for cell in filled if isinstance(cell, str) and _UNITED.search(cell)), None)
    bare = next((cell for cell in filled if _is_bare(cell)), None)
    own = unit_of(field) or ""
    above = (one for one in (table.inner.unit or "").split("、") if split_unit(one)[1] == split_unit(own)[1])
    unit = column.unit or next(above, own)
    if bare is None:
        return
    if united is not None:
        yield (f"“{column.head}”列有的写了单位(如“{united}”),有的只是数字(如 {bare}),只是数字的按“{unit}”计,请核对。")
    elif own == "%" and not column.unit and (part := _fraction(filled)):
        yield f"“{column.head}”列的数都不大于1(如 {part}),按“{own}”计就是{part}%;如果指的是{_times_100(part)}%,请改好后重新上传。"
    if unit != own and split_unit(unit)[1] == split_unit(own)[1] and (lost := _rounded(field, filled, unit, own)):
        cell, kept = lost
        yield (
            f"“{column.head}”列按“{unit}”计,换算成“{own}”后四舍五入到{field.decimal_places}位小数"
            f"(如 {cell} 记为 {shown(kept)})。"
        )


def _is_bare(cell: object) -> bool:
    """Whether a cell is a number without a unit; nothing is nothing in any unit."""
    if isinstance(cell, str):
        return _BARE.fullmatch(cell) is not None and float(cell) != 0
    return isinstance(cell, int | float) and not isinstance(cell, bool) and cell != 0 and math.isfinite(cell)


def _fraction(cells: list[Any]) -> str:
    """The first number between 0 and 1 where none is beyond; else empty."""
    numbers = [Decimal(str(cell).strip()) for cell in cells if _is_bare(cell)]
    if max(map(abs, numbers)) > 1:
        return ""
    return next((f"{number.normalize():f}" for number in numbers if abs(number) < 1), "")


def _times_100(text: str) -> str:
    return f"{(Decimal(text) * 100).normalize():f}"


def _rounded(field: Any, cells: list[Any], unit: str, own: str) -> tuple[object, Decimal | None] | None:
    """The first number that loses decimals when it is converted into the field's unit, and what is kept of it."""
    for cell in cells:
        if _is_bare(cell):
            kept = to_decimal(cell, unit=own, head_unit=unit, places=field.decimal_places)
            if kept != to_decimal(cell, unit=own, head_unit=unit):
                return cell, kept
    return None
