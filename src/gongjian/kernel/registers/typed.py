"""One column of a sheet, cell by cell as what its field stores: each different cell is read once, however often it comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers.quick import amount_reader, quick
from gongjian.kernel.registers.silence import SILENT
from gongjian.kernel.registers.values import empty_of, unit_of, value_of

BLOCK = 4_096
"""So many cells are read at once: few enough to stay in the processor's cache from one look to the next."""


@dataclass(kw_only=True)
class Column:
    """A field's values, one for each row of the sheet: typed, of a relation the row's number, or `SILENT`.

    `faults` and `notes` (what to look at, nothing refused) are by place in the sheet, counted from 0.
    """

    field: Any
    values: list[Any]
    faults: dict[int, Refusal] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The field's name."""
        return str(self.field.name)

    @property
    def label(self) -> str:
        """The field's name on screen."""
        return str(self.field.verbose_name)


def is_blank(raw: object) -> bool:
    """Whether a cell is empty."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def typed(*, field: Any, raws: Sequence[object], keyed: Sequence[bool] | None, head_unit: str | None = None) -> Column:
    """A column's values. An empty cell says nothing, but in a `keyed` row (None: there is none) it empties the field."""
    values: list[Any] = []
    for start in range(0, len(raws), BLOCK):
        part = quick(field=field, raws=raws[start : start + BLOCK], head_unit=head_unit)
        if part is None:
            values += each_once(raws[start:], _reader(field, head_unit))
            break
        values += part
    column = Column(field=field, values=values)
    if keyed is not None:
        emptied = _emptied(field)
        for i, value in enumerate(values):
            if value is SILENT and keyed[i]:
                values[i] = emptied
    sort_out(column)
    return column


def sort_out(column: Column) -> None:
    """Move the refusals that stand among a column's values to its faults."""
    if Refusal in set(map(type, column.values)):
        for i, value in enumerate(column.values):
            if isinstance(value, Refusal):
                column.faults[i] = value
                column.values[i] = SILENT


def each_once(raws: Sequence[object], value: Callable[[Any], Any]) -> list[Any]:
    """`value` of every cell, asked once for each different one in the sheet's order; True and 1 are different cells."""
    kinds = set(map(type, raws))
    try:
        if len(kinds & {bool, int, float, Decimal}) > 1 and kinds & {bool, Decimal}:
            pairs = [(type(raw), raw) for raw in raws]
            told = {pair: value(pair[1]) for pair in dict.fromkeys(pairs)}
            return [told[pair] for pair in pairs]
        memo = {raw: value(raw) for raw in dict.fromkeys(raws)}
    except TypeError:  # a list or a mapping, from a program
        return each_once([raw if raw.__hash__ is not None else str(raw) for raw in raws], value)
    return list(map(memo.__getitem__, raws))


def _emptied(field: Any) -> Any:
    try:
        return empty_of(
            field, "" if isinstance(field, models.CharField | models.TextField) and not field.null else None
        )
    except Refusal as refusal:
        return refusal


def _reader(field: Any, head_unit: str | None) -> Callable[[Any], Any]:
    """How one cell is read: its value, `SILENT`, or why it is refused."""
    amount = amount_reader(field) if not head_unit or head_unit == unit_of(field) else None

    def read(raw: Any) -> Any:
        if is_blank(raw):
            return SILENT
        if amount is not None and (value := amount(raw)) is not None:
            return value
        try:
            return value_of(field=field, raw=raw, head_unit=head_unit)
        except Refusal as refusal:
            return refusal

    return read
