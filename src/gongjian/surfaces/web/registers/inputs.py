"""The fields of a register as a form shows them: how each is entered, what stands in it, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Unit
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.history import records
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.months import MonthField
from gongjian.kernel.registers.numbers import number_in
from gongjian.kernel.registers.values import handle, parse_row, same, shown, unit_of


@dataclass(kw_only=True)
class Input:
    """One field of a form; `item` is its name in the form, `name` that of the field."""

    item: str
    name: str
    label: str
    kind: str  # text, long, date, month, number, select, search
    value: str = ""
    unit: str = ""
    options: list[tuple[str, str]] | None = None
    is_required: bool = False
    is_masked: bool = False
    """Shown with its middle hidden and not to be changed by this officer."""
    help: str = ""
    fault: str = ""
    theirs: str = ""
    """What somebody else made of it meanwhile."""
    most: int | None = None
    when: tuple[str, list[str]] | None = None
    """The form item, and those of its values, with which alone this one is asked for."""
    start: str = ""
    """What stands in it before anybody types."""

    @property
    def id(self) -> str:
        """Its id on the page."""
        return f"f-{self.item}"


class Shape:
    """How one officer enters rows of one register; made once for a page, it asks for units once."""

    def __init__(self, *, register: Register, sight: Sight) -> None:
        self.register = register
        self.sight = sight
        self._units: list[tuple[str, str]] | None = None

    def inputs(
        self,
        *,
        row: Any = None,
        typed: Mapping[str, str] | None = None,
        start: Mapping[str, str] | None = None,
        prefix: str = "",
        names: Iterable[str] | None = None,
    ) -> list[Input]:
        """The fields (`names`: only these) with what was typed, else what the row holds, else `start`."""
        wanted = None if names is None else set(names)
        return [
            self._input(one, row=row, typed=typed or {}, start=start or {}, prefix=prefix)
            for one in self.register.fields
            if wanted is None or one.name in wanted
        ]

    def read(self, *, typed: Mapping[str, str], inputs: list[Input]) -> tuple[dict[str, Any], list[Refusal]]:
        """The values of those inputs that were sent, by field name, and what is wrong, each with its column."""
        raw: dict[str, object] = {}
        for one in inputs:
            if one.item in typed and not one.is_masked:
                text = typed[one.item]
                target = self.register.field(one.name)
                is_unit = target.is_relation and target.related_model is Unit and number_in(text) is not None
                raw[one.name] = (Unit.objects.filter(pk=text).first() or text) if is_unit else text
        return parse_row(register=self.register, raw=raw)

    def _input(self, one: Any, *, row: Any, typed: Mapping[str, str], start: Mapping[str, str], prefix: str) -> Input:
        item = prefix + one.name
        is_masked = row is not None and self.sight.hides(row=row, name=one.name)
        held = start.get(one.name, _default(one))
        if row is not None:
            held = raw_of(one, self.sight.value(row=row, name=one.name))
        return Input(
            item=item,
            name=one.name,
            label=str(one.verbose_name),
            kind=kind_of(one),
            value=held if is_masked else typed.get(item, held),
            start=held,
            unit=unit_of(one) or "",
            options=self._options(one),
            is_required=not (one.null or one.blank or one.has_default()),
            is_masked=is_masked,
            help=str(one.help_text),
            most=one.max_length,
            when=self._when(one.name, prefix),
        )

    def _when(self, name: str, prefix: str) -> tuple[str, list[str]] | None:
        if name not in self.register.depends:
            return None
        other, values = self.register.depends[name]
        target = self.register.field(other)
        return prefix + other, [raw_of(target, value) for value in values]

    def _options(self, one: Any) -> list[tuple[str, str]] | None:
        blank = [("", "—")]
        if one.is_relation:
            if one.related_model is not Unit:
                return None
            if self._units is None:
                self._units = [(str(unit.pk), unit.name) for unit in Unit.objects.filter(is_active=True)]
            return [*blank, *self._units]
        if one.choices:
            chosen = [(str(key), str(label)) for key, label in one.flatchoices]
            return chosen if one.has_default() and not one.blank else [*blank, *chosen]
        if isinstance(one, models.BooleanField):
            return [*(blank if one.null else []), ("是", "是"), ("否", "否")]
        return None


def mark(inputs: Iterable[Input], faults: Iterable[Refusal]) -> list[Refusal]:
    """Put each refusal at the field of its column; returns those that no field has."""
    left = []
    for fault in faults:
        one = next((one for one in inputs if one.label == fault.place.column), None)
        if one is None:
            left.append(fault)
        else:
            one.fault = f"{fault.cause}。{fault.remedy}。"
    return left


def merge(*, inputs: list[Input], row: Any, values: Mapping[str, Any], revision: int, sight: Sight) -> None:
    """After somebody else's change: fields left alone take the new value, own changes stay and tell the other's."""
    base = records(row).filter(revision=revision).last()
    for one in inputs:
        if one.is_masked:
            continue
        target = row.register.field(one.name)
        now = getattr(row, one.name)
        was = getattr(base, target.attname) if base is not None else None
        mine = values.get(one.name)
        if base is not None and same(was, mine):
            one.value = raw_of(target, now)
        elif not same(now, mine) and (base is None or not same(was, getattr(row, target.attname))):
            one.theirs = shown(sight.value(row=row, name=one.name), target)


def placed(register: Register, sentences: Iterable[str]) -> dict[str, list[str]]:
    """Each warning by the field that it names first; "" gathers those that name none."""
    found: dict[str, list[str]] = {}
    for sentence in sentences:
        places = [(sentence.find(str(f.verbose_name).split("(")[0]), f.name) for f in register.fields]
        name = min((place for place in places if place[0] >= 0), default=(0, ""))[1]
        found.setdefault(name, []).append(sentence)
    return found


def kind_of(one: Any) -> str:
    """How a field is entered: text, long, date, month, number, select, search."""
    if one.is_relation:
        return "select" if one.related_model is Unit else "search"
    if one.choices or isinstance(one, models.BooleanField):
        return "select"
    if isinstance(one, models.DateField):
        return "month" if isinstance(one, MonthField) else "date"
    if isinstance(one, models.DecimalField | models.IntegerField):
        return "number"
    return "long" if isinstance(one, models.TextField) else "text"


def raw_of(one: Any, value: Any) -> str:
    """A stored value as a form holds it."""
    if value is None or value == "":
        return ""
    if one.is_relation:
        return str(value.pk) if one.related_model is Unit else handle(value)
    if isinstance(one, models.BooleanField):
        return shown(value)
    if isinstance(one, MonthField) and not isinstance(value, str):
        return f"{value:%Y-%m}"
    if isinstance(one, models.DecimalField) and not isinstance(value, str):
        return f"{value.normalize():f}"
    return str(value)


def _default(one: Any) -> str:
    return raw_of(one, one.get_default()) if one.has_default() and not one.is_relation else ""
