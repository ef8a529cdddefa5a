"""The columns of a list: their heads with the order they give, what may be edited in place, and which others there are."""

from __future__ import annotations

from dataclasses import dataclass

from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import columns
from gongjian.surfaces.web.registers.address import Address, choosable
from gongjian.surfaces.web.registers.common import is_number


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column's head: `state` is ascending, descending or none, `place` its place in the order (0 = not in it)."""

    name: str
    label: str
    is_number: bool
    can_sort: bool
    can_edit: bool
    state: str
    place: int
    href: str
    """The list in this column's order, or in the reverse where it is already."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One column of the chooser."""

    name: str
    label: str
    is_shown: bool
    group: str = ""
    """The title under which it is offered, of a derived column that is not shown yet."""


def heads(*, address: Address, by: Officer) -> list[Column]:
    """The heads of the columns shown."""
    register = address.register
    sortable = set(columns.sortable(register=register, by=by))
    editable = {f.name for f in register.fields} if address.known_on is None else set()
    return [_column(address, name, sortable, editable) for name in address.shown]


def choices(*, address: Address) -> list[Choice]:
    """The columns shown, in order, then all others."""
    register, shown = address.register, address.shown
    left, offered = [name for name in choosable(register) if name not in shown], register.derived
    groups = {name: offered[name].group for name in left if name in offered}
    found = []
    for name in (*shown, *left):
        label = str(register.field(name).verbose_name)
        found.append(Choice(name=name, label=label, is_shown=name in shown, group=groups.get(name, "")))
    return found


def order(*, address: Address) -> list[tuple[str, str, bool, str, str]]:
    """The order asked for: field, label, whether it falls, the address with it turned, and without it."""
    found = []
    for part in address.sort:
        name, falls = part.lstrip("-"), part.startswith("-")
        turned = tuple((name if falls else f"-{name}") if one == part else one for one in address.sort)
        left = tuple(one for one in address.sort if one != part)
        label = str(address.register.field(name).verbose_name)
        found.append((name, label, falls, address.link(sort=turned), address.link(sort=left)))
    return found


def levels(*, address: Address, by: Officer) -> list[tuple[str, str]]:
    """The columns that one may still order by: field and label."""
    taken = {part.lstrip("-") for part in address.sort}
    names = [name for name in columns.sortable(register=address.register, by=by) if name not in taken]
    return [(name, str(address.register.field(name).verbose_name)) for name in names]


def _column(address: Address, name: str, sortable: set[str], editable: set[str]) -> Column:
    target = address.register.field(name)
    names = [part.lstrip("-") for part in address.sort]
    place = names.index(name) + 1 if name in names else 0
    falls = place > 0 and address.sort[place - 1].startswith("-")
    is_now = address.known_on is None
    state = "none" if not place else "descending" if falls else "ascending"
    return Column(
        name=name,
        label=str(target.verbose_name),
        is_number=is_number(target),
        can_sort=name in sortable,
        can_edit=name in editable or (is_now and target is address.register.stage_field),
        state=state,
        place=place,
        href=address.link(sort=(f"-{name}" if place and not falls else name,)),
    )
