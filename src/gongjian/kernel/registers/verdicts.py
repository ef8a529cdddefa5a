"""What is said of each row of a sheet while it is judged, and the entries that the rows would become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, extra
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.relating import Relation
from gongjian.kernel.registers.silence import SILENT
from gongjian.kernel.registers.staging import Staging
from gongjian.kernel.registers.stored import among
from gongjian.kernel.registers.typed import Column

NEW, CHANGED, UNCHANGED, REFUSED = range(4)


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A row that somebody changed after it was exported, in a cell that the sheet changes too."""

    pk: int
    revision: int
    column: str


@dataclass(kw_only=True)
class Verdicts:
    """What is said of every row of a sheet, by its place there, counted from 0."""

    numbers: Sequence[int]
    columns: dict[str, Column]
    marks: bytearray
    """One of NEW, CHANGED, UNCHANGED, REFUSED."""
    pks: list[int]
    """The number of the row that is spoken of, 0 for a new one."""
    revisions: list[int]
    faults: dict[int, list[Refusal | Conflict]] = field(default_factory=dict)
    changes: dict[int, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    """{place: {field name: (old, new)}}; relations by number, as in the columns."""
    staging: Staging
    relations: dict[str, Relation] = field(default_factory=dict)
    unit: int | None = None
    """The owner unit of new rows that state none."""

    def refuse(self, place: int, code: str, cause: str, remedy: str, *, column: str = "") -> None:
        """Refuse the row at a place, besides what else is wrong with it."""
        where = Place(row=self.numbers[place], column=column)
        self.faults.setdefault(place, []).append(Refusal(code, cause, remedy, place=where))
        self.marks[place] = REFUSED
        self.changes.pop(place, None)

    def refuse_alone(self, place: int, code: str, cause: str, remedy: str) -> None:
        """Refuse the whole row; what else is wrong with it is not said."""
        self.faults.pop(place, None)
        self.refuse(place, code, cause, remedy)
        self.staging.drop(place)

    def refuse_foreign(self, place: int) -> None:
        """Refuse a row of a unit that is not the officer's."""
        self.refuse_alone(place, "policy.forbidden", "该记录不属于您的单位", "请由所属单位登记,或请督查室导入")

    def is_refused_alone(self, place: int) -> bool:
        """Whether the whole row is refused already."""
        return any(not isinstance(fault, Conflict) and not fault.place.column for fault in self.faults.get(place, ()))


def new_values(*, register: Register, verdicts: Verdicts, place: int) -> dict[str, Any]:
    """The values of the new row at a place of the sheet, by attribute name; what it does not say is the default."""
    found: dict[str, Any] = {}
    for f in register.model._meta.concrete_fields:
        if not f.primary_key:
            found[f.attname] = f.get_default()
    held: dict[str, Any] = {}
    for name, column in verdicts.columns.items():
        value = column.values[place]
        if value is SILENT:
            continue
        if extra.is_extra(column.field):
            if value not in (None, ""):
                held[name.removeprefix(extra.PREFIX)] = extra.stored(value)
        else:
            found[column.field.attname] = value
    found["extra"] = held
    if found["unit_id"] is None:
        found["unit_id"] = verdicts.unit
    if register.stage_field is not None:
        found[register.stage_field.attname] = verdicts.staging.first_of(place)
    return found


def applied(*, register: Register, values: dict[str, Any], changes: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
    """A row's `values` by attribute name with its changes, those of added columns within `extra`."""
    held = dict(values.get("extra") or {})
    for name, (_, new) in changes.items():
        f = register.field(name)
        if not extra.is_extra(f):
            values[f.attname] = new
        elif new in (None, ""):
            held.pop(name.removeprefix(extra.PREFIX), None)
        else:
            held[name.removeprefix(extra.PREFIX)] = extra.stored(new)
    values["extra"] = held
    return values


def made_rows(verdicts: Verdicts) -> dict[int, Any]:
    """The related rows that are to be made, by their number below 0."""
    return {-1 - n: one for n, one in enumerate(made for r in verdicts.relations.values() for made in r.made)}


def entries_of(
    *, register: Register, values: Sequence[dict[str, Any]], made: Mapping[int, Any] | None = None
) -> Iterator[Any]:
    """Entries with these values and the rows that they point at, which are read in one query per relation."""
    model: Any = register.model
    relations = [f for f in model._meta.concrete_fields if f.is_relation]
    targets: dict[str, dict[int, Any]] = {}
    for f in relations:
        wanted = {pk for one in values if (pk := one.get(f.attname)) is not None and pk > 0}
        found = f.related_model._default_manager.filter(pk__in=among(wanted)) if wanted else ()
        targets[f.name] = {row.pk: row for row in found} | (dict(made) if made else {})
    for one in values:
        entry = model.__new__(model)
        entry._state = models.base.ModelState()
        entry.__dict__.update({"id": None} | one)
        for f in relations:
            pk = one.get(f.attname)
            if pk is not None and pk in targets[f.name]:
                entry._state.fields_cache[f.name] = targets[f.name][pk]
        yield entry


def refuse_unseen(*, verdicts: Verdicts, by: Officer) -> None:
    """Refuse the rows that would point at a row that the officer may not see."""
    for name, column in verdicts.columns.items():
        target = getattr(column.field.related_model, "register", None) if column.field.is_relation else None
        if target is None or target.scope != "unit":
            continue
        wanted = {value for value in column.values if type(value) is int and value > 0}
        rows = access.nameable(model=target.model, by=by).filter(pk__in=among(wanted))
        hidden = wanted - set(rows.values_list("pk", flat=True))
        said = access.unseen(column.label)
        for place, value in enumerate(column.values) if hidden else ():
            is_written = verdicts.marks[place] == NEW or name in verdicts.changes.get(place, {})
            if is_written and type(value) is int and value in hidden:
                verdicts.refuse(place, said.code, said.cause, said.remedy, column=column.label)


def has_rules(register: Register) -> bool:
    """Whether the entry has a `clean` of its own, for which every row is made an object."""
    return register.model.clean is not models.Model.clean


def apply_rules(
    *, register: Register, verdicts: Verdicts, places: Sequence[int], values: Sequence[dict[str, Any]]
) -> None:
    """Refuse the rows that the entry's own `clean` refuses."""
    entries = entries_of(register=register, values=values, made=made_rows(verdicts))
    for place, entry in zip(places, entries, strict=True):
        try:
            entry.clean()
        except ValidationError as error:
            told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
            name, messages = next(iter(told.items()))
            f = register.field_named(name) if name else None
            cause = ";".join(message.rstrip("。") for message in messages)
            label = str(f.verbose_name) if f else ""
            verdicts.refuse(place, "value.invalid", cause, "请改正后重新导入", column=label)
