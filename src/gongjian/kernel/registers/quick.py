"""A whole column of well-typed cells at once: days, numbers and plain texts as spreadsheets hold them.

These are shortcuts of `values.value_of` for the columns that are most of every large sheet. A column with any cell that
is not of the plain kind is left to it; both give the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from gongjian.kernel.registers.parse import NOTHING
from gongjian.kernel.registers.silence import SILENT
from gongjian.kernel.registers.values import unit_of

SAMPLE = 1_000
"""So many cells tell whether a column's texts recur."""
_NONE = type(None)
_ODD = (
    "E+",
    "#",
    "\x00",
    "\n",
    "\r",
    "\v",
    "\f",
    "\u00ad",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u200e",
    "\u200f",
    "\u2060",
    "\ufeff",
)
_WORDS = NOTHING - {""}
_LONG = 8
"""So many characters are more than a word that says nothing has."""


def quick(*, field: Any, raws: Sequence[object], head_unit: str | None) -> list[Any] | None:
    """The column's values, empty cells `SILENT`; None where it is to be read cell by cell."""
    kinds = set(map(type, raws))
    plain = kinds - {_NONE}
    if not plain:
        return [SILENT] * len(raws)
    if field.choices or field.default_validators or (head_unit and head_unit != unit_of(field)):
        return None
    found: list[Any] | None = None
    if plain == {date} and type(field) is models.DateField and not field._validators:
        found = list(raws)
    elif plain == {int} and type(field) in (models.IntegerField, models.PositiveIntegerField):
        found = _whole(field, raws)
    elif plain <= {int, float} and isinstance(field, models.DecimalField):
        found = _amounts(field, raws)
    elif plain == {str} and isinstance(field, models.CharField | models.TextField) and not field._validators:
        found = _texts(field, raws)
    if found is not None and _NONE in kinds:
        return [SILENT if value is None else value for value in found]
    return found


def amount_reader(field: Any) -> Callable[[Any], Decimal | None] | None:
    """How a number cell becomes an amount of `field`; the reader gives None for a cell that it leaves to others."""
    if not isinstance(field, models.DecimalField) or field.choices:
        return None
    bounds = _bounds(field)
    if bounds is None:
        return None
    places, most = field.decimal_places, 10 ** min(field.max_digits - field.decimal_places, 11)
    low, high = max(bounds[0], 1 - most), min(bounds[1], most - 1)

    def read(raw: Any) -> Decimal | None:
        kind = type(raw)
        if (kind is not float and kind is not int) or not low <= raw <= high:
            return None
        if kind is int:
            return Decimal(raw)
        text = format(raw, ".15g")
        _, _, fraction = text.partition(".")
        return Decimal(text) if len(fraction) <= places and "e" not in text else None

    return read


def _whole(field: Any, raws: Sequence[Any]) -> list[Any] | None:
    bounds = _bounds(field)
    if bounds is None:
        return None
    low = max(bounds[0], 0 if type(field) is models.PositiveIntegerField else -(2**31))
    said = [raw for raw in raws if raw is not None]
    return list(raws) if low <= min(said) and max(said) <= min(bounds[1], 2**31 - 1) else None


def _amounts(field: Any, raws: Sequence[Any]) -> list[Any] | None:
    bounds = _bounds(field)
    said = [raw for raw in raws if raw is not None]
    most = 10 ** min(field.max_digits - field.decimal_places, 11)
    if bounds is None or not max(bounds[0], 1 - most) <= min(said) or not max(said) <= min(bounds[1], most - 1):
        return None
    texts = ["" if raw is None else f"{raw:.15g}" for raw in raws]
    if max(len(text.partition(".")[2]) for text in texts) > field.decimal_places or "e" in "".join(texts):
        return None
    return [Decimal(text) if text else None for text in texts]


def _texts(field: Any, raws: Sequence[Any]) -> list[Any] | None:
    told = "\t".join(raw for raw in raws if raw is not None)
    if any(mark in told for mark in _ODD):
        return None  # what spreadsheets make of long numbers and failed formulas, line breaks, what is not seen
    if not _WORDS.isdisjoint({raw.strip().casefold() for raw in raws if raw is not None and len(raw) < _LONG}):
        return None
    tidied, name = field.model.tidied, field.name
    if len(set(raws[:SAMPLE])) * 2 < len(raws[:SAMPLE]):
        memo = {raw: raw if raw is None else tidied(name, raw.strip()) or None for raw in set(raws)}
        found = [memo[raw] for raw in raws]
    else:
        found = [raw if raw is None else tidied(name, raw.strip()) or None for raw in raws]
    if field.max_length and max(map(len, filter(None, found)), default=0) > field.max_length:
        return None
    if None not in found:
        return found
    if any(text is None and raw is not None and raw.strip() for raw, text in zip(raws, found, strict=True)):
        return None
    return [SILENT if text is None else text for text in found]


def _bounds(field: Any) -> tuple[float, float] | None:
    """The least and the greatest value that the field's own validators allow; None where others are among them."""
    low, high = float("-inf"), float("inf")
    for validator in field._validators:
        if callable(getattr(validator, "limit_value", None)):
            return None
        if type(validator) is MinValueValidator:
            low = max(low, validator.limit_value)
        elif type(validator) is MaxValueValidator:
            high = min(high, validator.limit_value)
        else:
            return None
    return low, high
