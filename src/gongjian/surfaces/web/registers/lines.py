"""Rows of other registers within a form: those that point at the row, each with its cells, and blank ones for new."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from gongjian.kernel.errors import Refusal, Stale
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.together import Line, inlines
from gongjian.surfaces.web.registers import purpose
from gongjian.surfaces.web.registers.inputs import Input, Shape, mark, merge
from gongjian.surfaces.web.registers.reading import pointing

SHOWN_MOST = 30
"""Rows of one register that a form lists; further ones are changed from their list."""
BLANK_MOST = 50


@dataclass(kw_only=True)
class Row:
    """One line of a group: an existing row, or a new one where `entry` is None."""

    prefix: str
    inputs: list[Input]
    entry: Any = None
    revision: int = 0
    can_write: bool = True
    fault: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into a new row."""
        return self.entry is None and all(one.value.strip() == one.start.strip() for one in self.inputs)

    @property
    def faults(self) -> int:
        """How many places of it are to be corrected."""
        return sum(bool(one.fault) for one in self.inputs) + bool(self.fault)


@dataclass(kw_only=True)
class Group:
    """The lines of one inline register; `template` is a blank one whose number is written __."""

    register: Register
    shape: Shape
    rows: list[Row]
    template: Row | None
    href: str = ""
    left: int = 0
    """How many rows are not listed here."""
    sent: list[Row] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its place on the page."""
        return f"s-{self.register.name}"

    @property
    def faults(self) -> int:
        """How many places of its rows are to be corrected."""
        return sum(row.faults for row in self.rows)

    @property
    def partial(self) -> bool:
        """Whether its rows have more fields than are shown here."""
        return self.template is not None and len(self.template.inputs) < len(self.register.fields) - 2


def groups_of(
    request: HttpRequest, register: Register, *, row: Any, by: Officer, typed: Mapping[str, str] | None
) -> list[Group]:
    """The inline registers that this officer may read, with the rows of `row` and what was typed into them."""
    found = []
    for inline, points in inlines(register):
        if not access.may(register=inline, by=by, verb="register.read"):
            continue
        stated = purpose.of(request, inline, what=f"{register.label}表单")
        if inline.sensitive and stated is None:
            continue
        found.append(_group(inline, points, row=row, by=by, typed=typed, stated=stated))
    return [group for group in found if group.rows or group.template]


def more(group: Group) -> None:
    """One more blank line, for a browser without scripts."""
    numbers = [int(row.prefix.split(".")[-2]) for row in group.rows]
    group.rows.append(_blank(group.shape, group.register, _names(group), max(numbers, default=-1) + 1, None))


def read(groups: list[Group], typed: Mapping[str, str]) -> tuple[list[Line], int]:
    """The lines to save, and how many refusals were marked at their cells. Blank new lines are left out."""
    lines: list[Line] = []
    faults = 0
    for group in groups:
        group.sent = [row for row in group.rows if row.can_write and not row.is_blank]
        for row in group.sent:
            values, refused = group.shape.read(typed=typed, inputs=row.inputs)
            faults += len(refused)
            row.fault = "".join(one.sentence for one in mark(row.inputs, refused))
            lines.append(Line(register=group.register, values=values, entry=row.entry, revision=row.revision))
    return lines, faults


def marked(groups: list[Group], lines: list[Line], faults: Mapping[int, Refusal]) -> None:
    """Put what the saving refused at the rows it refused; a row that somebody overtook shows both values."""
    rows = [(group, row) for group in groups for row in group.sent]
    for place, fault in faults.items():
        group, row = rows[place]
        row.fault = f"{fault.cause}。{fault.remedy}。"
        if isinstance(fault, Stale) and row.entry is not None:
            row.entry.refresh_from_db()
            merge(
                inputs=row.inputs,
                row=row.entry,
                values=lines[place].values,
                revision=row.revision,
                sight=group.shape.sight,
            )
            row.revision = row.entry.revision


def _group(
    register: Register, points: Any, *, row: Any, by: Officer, typed: Mapping[str, str] | None, stated: Any
) -> Group:
    shape = Shape(register=register, sight=Sight(register=register, by=by))
    names = [f.name for f in register.fields if f.name != points.name and _is_shown(register, f)]
    existing: list[Any] = []
    left = 0
    if row is not None:
        every = pointing(register=register, points=points, row=row, by=by, stated=stated)
        existing = list(every[: SHOWN_MOST + 1])
        if len(existing) > SHOWN_MOST:
            left = every.count() - SHOWN_MOST
            existing = existing[:SHOWN_MOST]
    rows = []
    for one in existing:
        prefix = f"{register.name}.{one.pk}."
        may = access.may(register=register, by=by, verb="register.write", entry=one)
        raw = (typed or {}).get(f"{prefix}revision", "")
        rows.append(
            Row(
                prefix=prefix,
                inputs=shape.inputs(row=one, typed=typed if may else None, prefix=prefix, names=names),
                entry=one,
                revision=int(raw) if raw.isdecimal() and len(raw) < 10 else one.revision,
                can_write=may,
            )
        )
    template = None
    if access.may(register=register, by=by, verb="register.write"):
        numbers = _new_numbers(register, typed)
        rows += [_blank(shape, register, names, number, typed) for number in numbers]
        template = _blank(shape, register, names, "__", None)
    href = f"{reverse('register', args=[register.name])}?{points.name}={row.pk}" if row is not None else ""
    return Group(register=register, shape=shape, rows=rows, template=template, href=href, left=left)


def _blank(
    shape: Shape, register: Register, names: list[str], number: int | str, typed: Mapping[str, str] | None
) -> Row:
    prefix = f"{register.name}.new.{number}."
    return Row(prefix=prefix, inputs=shape.inputs(typed=typed, prefix=prefix, names=names))


def _new_numbers(register: Register, typed: Mapping[str, str] | None) -> list[int]:
    """The numbers of the new lines that were sent; a form just opened has one."""
    if typed is None:
        return [0]
    pattern = re.compile(rf"{re.escape(register.name)}\.new\.(\d{{1,4}})\.")
    found = {int(match[1]) for item in typed if (match := pattern.match(item))}
    return sorted(found)[:BLANK_MOST]


def _names(group: Group) -> list[str]:
    assert group.template is not None
    return [one.name for one in group.template.inputs]


def _is_shown(register: Register, one: Any) -> bool:
    """A line has the columns of the register's list, its key, and what must be filled in; the unit is the row's."""
    if one.name == "unit":
        return False
    must = not (one.null or one.blank or one.has_default())
    return must or one.name in register.key or one.name in register.columns
