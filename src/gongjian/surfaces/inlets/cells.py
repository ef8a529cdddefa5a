"""A table's cells column by column, under the keys that its columns were matched to, with the unit of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gongjian.kernel.registers.parse import split_unit
from gongjian.surfaces.inlets.body import Line, by_column
from gongjian.surfaces.inlets.tables import Column, Table

Apart = Literal["total", "subtotal"]

_MONEY = re.compile(r"额|资|产值|收入|利润|税|费|款|价|支出|投入|成本|营收|债|贷|补贴|奖|金$|值$")
_NOT_MONEY = re.compile(r"率|占?比|数$|数量|户|人数|年限|面积|增长|增幅|增速|指数|得分|排名|序号")
_QUOTES = "'’‘`＇"
_FLOATED = re.compile(r"\d+\.0")


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The data cells of the matched columns, every list as long as `numbers`."""

    numbers: list[int]
    """The sheet's rows, from 1."""
    columns: dict[str, list[object]]
    units: dict[str, str]
    """The unit in which bare numbers of a key count: stated in its heading, or above the table where that fits."""
    labels: dict[str, str]
    """The heading as the sheet words it."""
    totals: list[tuple[int, Apart, dict[str, object]]] = field(default_factory=list)
    """Totals and subtotals in the order of their rows: row, which, cells by key."""


def cells(
    *,
    table: Table,
    mapping: Mapping[int, str],
    fields: Mapping[str, str | None] | None = None,
    kinds: Mapping[str, str] | None = None,
) -> Cells:
    """The cells of the columns in `mapping` (sheet column from 0 -> key).

    `fields` are the units of the fields themselves: the unit from above the table counts only where it measures the
    same (万元 beside 元); without them it counts for headings of money. A column of a key of kind "code" whose cells
    all read like 130628.0 loses the .0 that a program added. ValueError for a key or column that is not there once.
    """
    columns = {column.index: column for column in table.columns}
    if missing := [index for index in mapping if index not in columns]:
        raise ValueError(f"the table has no columns {missing}")
    if len(set(mapping.values())) < len(mapping):
        raise ValueError("a key stands for two columns")
    units = {}
    for index, key in mapping.items():
        unit = columns[index].unit or _from_above(table.unit, columns[index], key, fields)
        if unit:
            units[key] = unit
    set_apart: tuple[tuple[Apart, list[Line]], ...] = (("total", table.totals), ("subtotal", table.subtotals))
    apart = [
        (number, what, {key: row[index] for index, key in mapping.items()})
        for what, lines in set_apart
        for number, row in lines
    ]
    first, last = min(mapping, default=0), max(mapping, default=-1) + 1
    all_columns = by_column([row for _, row in table.rows], first, last)
    found = {key: all_columns[index - first] for index, key in mapping.items()}
    for key in found:
        if (kinds or {}).get(key) == "code":
            found[key] = _without_quotes(_without_floats(found[key]))
    return Cells(
        numbers=[number for number, _ in table.rows],
        columns=found,
        units=units,
        labels={key: columns[index].label for index, key in mapping.items()},
        totals=sorted(apart, key=lambda one: one[0]),
    )


def _from_above(stated: str | None, column: Column, key: str, fields: Mapping[str, str | None] | None) -> str | None:
    """The unit above the table that holds for this column; None where it measures something else."""
    for unit in (stated or "").split("、"):
        if not unit:
            continue
        base = split_unit(unit)[1]
        if fields is not None and key in fields:
            own = fields[key]
            if own and split_unit(own)[1] == base:
                return unit
        elif base == "元" and _MONEY.search(column.label) and not _NOT_MONEY.search(column.label):
            return unit
    return None


def _without_quotes(column: list[object]) -> list[object]:
    """A ' before a code was to keep a spreadsheet from reading it as a number; where it shows, it was typed as well."""
    return [cell.strip().strip(_QUOTES) if type(cell) is str and cell[:1] in _QUOTES else cell for cell in column]


def _without_floats(column: list[object]) -> list[object]:
    texts = [cell for cell in column if cell is not None]
    if not texts or not all(isinstance(cell, str) and _FLOATED.fullmatch(cell.strip()) for cell in texts):
        return column
    return [cell.strip().removesuffix(".0") if isinstance(cell, str) else cell for cell in column]
