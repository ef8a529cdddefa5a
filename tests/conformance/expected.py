"""What a list should answer, told from the rows themselves without asking the query layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import models

from gongjian.kernel.people.models import Unit
from gongjian.kernel.registers.declare import Register

BLANK = "—"


def follow(row: Any, path: str) -> Any:
    """The value at the end of a path over a relation; None where the way ends earlier."""
    for step in path.split("__"):
        row = getattr(row, step, None)
    return row


def as_filter(value: Any) -> str:
    """A value as a list's address names it."""
    if value is None or value == "":
        return BLANK
    return str(value.pk) if isinstance(value, models.Model) else str(value)


def filters(register: Register) -> list[str]:
    """Every path that a list filters by: declared, added, and all relations."""
    added = [f.name for f in register.extra if f.is_filter]
    relations = [f.name for f in register.model._meta.concrete_fields if f.is_relation]
    return list(dict.fromkeys([*register.filters, *added, *relations]))


def counts(rows: Iterable[Any], path: str) -> dict[str, int]:
    """How many rows fall to each value of a filter."""
    return dict(Counter(as_filter(follow(row, path)) for row in rows))


def columns(register: Register) -> list[str]:
    """Every column that a list can show."""
    stage = [register.stage_field.name] if register.stage_field else []
    names = [*register.columns, *(f.name for f in register.fields), *stage, *(f.name for f in register.evidence)]
    return list(dict.fromkeys([*names, "recorded_at"]))


def ordered(register: Register, rows: Sequence[Any], sort: Sequence[str]) -> list[int]:
    """The numbers of the rows in the order of some columns, blanks last either way, ties by number."""
    found = sorted(rows, key=lambda row: row.pk, reverse=sort[-1].startswith("-"))
    for column in reversed(sort):
        name, falling = column.removeprefix("-"), column.startswith("-")
        keys = {row.pk: _rank(register, row, name) for row in found}
        filled = sorted(
            (row for row in found if keys[row.pk] is not None), key=lambda row: keys[row.pk], reverse=falling
        )
        found = [*filled, *(row for row in found if keys[row.pk] is None)]
    return [row.pk for row in found]


def searchable(register: Register) -> list[str]:
    """The paths in which words are looked for; a relation by the field it is known by."""
    found = []
    for path in register.search:
        field = register.field(path.split("__")[0])
        found.append(f"{path}__{known_by(field.related_model)}" if field.is_relation and "__" not in path else path)
    return found


def known_by(model: Any) -> str:
    """The field by which a row of a model is known: its name, else the first plain field of its key."""
    if any(f.name == "name" for f in model._meta.concrete_fields):
        return "name"
    return next(key for key in model.register.key if not model._meta.get_field(key).is_relation)


def hits(register: Register, rows: Iterable[Any], words: str) -> set[int]:
    """The rows in which every word stands in some searched column."""
    paths = searchable(register)
    return {
        row.pk
        for row in rows
        if all(any(word.lower() in str(follow(row, path)).lower() for path in paths) for word in words.split())
    }


def _rank(register: Register, row: Any, path: str) -> Any:
    """What a row is ordered by in one column; None where it is blank."""
    first, _, rest = path.partition("__")
    field, value = register.field(first), follow(row, path)
    if value is None or value == "":
        return None
    if isinstance(value, Unit):
        return value.order, value.pk
    if isinstance(value, models.Model):
        return str(getattr(value, known_by(type(value))))
    if field is register.stage_field:
        return [stage.key for stage in register.stages].index(value)
    if field.choices and not rest and not getattr(field, "is_extra", False):
        return [key for key, _ in field.flatchoices if key != ""].index(value)
    return Decimal(value) if isinstance(value, Decimal | int) else value
