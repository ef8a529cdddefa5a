"""The shape of each register's rows for programs, derived from its declaration: types, units, choices, lengths."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db import models
from ninja import Schema
from pydantic import ConfigDict, Field, create_model

from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.entry import EvidenceField
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.stages import StageField
from gongjian.kernel.registers.values import shown, unit_of

Day = Annotated[date, Field(strict=False)]
NO_NUL = r"^[^\x00]*$"
"""Texts that are kept hold no NUL, which no database keeps."""
MOST_ROWS = 5000
"""Rows in one bulk request."""


class Strict(Schema):
    """A request's body: no unknown names, no silent conversions."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Named(Schema):
    """A row that another row names."""

    id: int
    name: str


class Counted(Schema):
    """How many rows there are; `how` is exact, capped (at least so many) or estimate."""

    n: int
    how: Literal["exact", "capped", "estimate"]


class Event(Schema):
    """One line of a row's history; `changes` are [label, old, new] as they print."""

    at: datetime
    by: str
    title: str
    note: str
    changes: list[tuple[str, str, str]]
    batch: int | None = None


class Column(Schema):
    """One column as a program needs to know it."""

    name: str
    label: str
    kind: str
    unit: str = ""
    required: bool = False
    help: str = ""
    choices: dict[str, str] = Field(default_factory=dict)
    refers_to: str = ""
    masked: bool = False


class Described(Schema):
    """A register: its columns, its key, what it may be filtered and sorted by, its stages in order."""

    name: str
    label: str
    key: list[str]
    columns: list[Column]
    filters: list[str]
    ranges: list[str]
    sort: list[str]
    stages: dict[str, str]
    sensitive: bool


def described(*, register: Register) -> dict[str, Any]:
    """The register as `Described`."""
    fields = [*register.fields, *([register.stage_field] if register.stage_field else []), *register.evidence]
    return {
        "name": register.name,
        "label": register.label,
        "key": list(register.key),
        "columns": [_column(register, field) for field in fields],
        "filters": [*register.filters, *(f.name for f in register.extra if f.is_filter)],
        "ranges": list(register.ranges),
        "sort": list(register.sort),
        "stages": {stage.key: stage.label for stage in register.stages},
        "sensitive": register.sensitive,
    }


def values_in(register: Register) -> type[Schema]:
    """The body's `values`: every field a person fills in, none of them compulsory here (the kernel says which are)."""
    fields: dict[str, Any] = {f.name: (_type_in(f) | None, Field(None, description=_said(f))) for f in register.fields}
    return create_model(f"{_camel(register)}Values", __base__=Strict, **fields)


def row_out(register: Register) -> type[Schema]:
    """A row as it is answered: number, revision, what it is called, its values."""
    fields: dict[str, Any] = {
        f.name: (_type_out(register, f), Field(None, description=_said(f))) for f in _told(register)
    }
    values = create_model(f"{_camel(register)}Told", __base__=Schema, **fields)
    return create_model(
        f"{_camel(register)}Row",
        __base__=Schema,
        id=(int, ...),
        revision=(int, ...),
        name=(str, ...),
        values=(values, ...),
    )


def told(*, sight: Sight, row: Any) -> dict[str, Any]:
    """One row as this officer sees it; masked values are masked texts."""
    values = {}
    for field in _told(sight.register):
        value = sight.value(row=row, name=field.name)
        values[field.name] = {"id": value.pk, "name": str(value)} if isinstance(value, models.Model) else value
    return {"id": row.pk, "revision": row.revision, "name": str(row), "values": values}


def _told(register: Register) -> list[Any]:
    return [*register.fields, *([register.stage_field] if register.stage_field else []), *register.evidence]


def _type_in(field: Any) -> Any:
    if field.is_relation:
        return Annotated[str, Field(max_length=300)] | int
    if isinstance(field, models.DateField):
        return Day
    if isinstance(field, models.BooleanField):
        return bool
    if isinstance(field, models.DecimalField):
        return Annotated[str, Field(max_length=40)] | int | float
    if isinstance(field, models.IntegerField):
        return int
    if field.choices:
        keys = tuple(str(key) for key, _ in field.flatchoices)
        return Literal[(*keys, "")]
    return Annotated[str, Field(max_length=field.max_length)] if field.max_length else str


def _type_out(register: Register, field: Any) -> Any:
    if field.is_relation:
        return Named | None
    if isinstance(field, StageField | EvidenceField):
        return str | None
    kinds = (
        (models.DateField, date),
        (models.BooleanField, bool),
        (models.DecimalField, Decimal),
        (models.IntegerField, int),
    )
    kind = next((kind for cls, kind in kinds if isinstance(field, cls)), str)
    return kind | str | None if field.name in register.masked else kind | None


def _column(register: Register, field: Any) -> dict[str, Any]:
    refers = getattr(field.related_model, "register", None) if field.is_relation else None
    return {
        "name": field.name,
        "label": str(field.verbose_name),
        "kind": _kind(field),
        "unit": unit_of(field) or "",
        "required": not (field.null or field.blank or field.has_default()),
        "help": str(field.help_text),
        "choices": {str(key): str(label) for key, label in field.flatchoices} if field.choices else {},
        "refers_to": refers.name if refers else "unit" if field.is_relation else "",
        "masked": field.name in register.masked,
    }


def _kind(field: Any) -> str:
    kinds: tuple[tuple[Any, str], ...] = (
        (StageField, "stage"),
        (EvidenceField, "evidence"),
        (models.ForeignKey, "relation"),
        (models.DateField, "date"),
        (models.BooleanField, "yes-no"),
        (models.DecimalField, "decimal"),
        (models.IntegerField, "integer"),
    )
    return next((kind for cls, kind in kinds if isinstance(field, cls)), "choice" if field.choices else "text")


def _said(field: Any) -> str:
    parts = [str(field.verbose_name), str(field.help_text)]
    if field.choices and not isinstance(field, StageField | EvidenceField):
        parts.append(";".join(f"{key}={shown(key, field)}" for key, _ in field.flatchoices))
    return "。".join(part for part in parts if part)


def _camel(register: Register) -> str:
    return "".join(part.capitalize() for part in register.name.split("-"))
