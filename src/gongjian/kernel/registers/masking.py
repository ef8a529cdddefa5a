"""Telephone and identity numbers: who sees them whole. One place decides for list, detail, history and export."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from operator import attrgetter
from typing import Any

from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers import access, columns
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.values import shown

NUMBER_FROM = 7
"""A text this long keeps three characters at the front and the last ones; a shorter one is hidden whole."""


def hidden(text: str) -> str:
    """A number with its middle hidden: 138****1234, 320****12 for shorter ones; — stays —."""
    if text in ("", "—"):
        return text
    if len(text) < NUMBER_FROM:
        return "*" * len(text)
    kept = 4 if len(text) >= NUMBER_FROM + 4 else 2
    return f"{text[:3]}{'*' * max(4, len(text) - 3 - kept)}{text[-kept:]}"


class Sight:
    """What one officer sees of one register's rows; made once for a page, it asks for the unit tree at most once.

    `purpose` is the one stated for a sensitive register, kept for the reads that follow.
    """

    def __init__(self, *, register: Register, by: Officer, purpose: Purpose | None = None) -> None:
        access.require_role(register=register, by=by, verb="register.read")
        self.register = register
        self.by = by
        self.purpose = purpose

    @cached_property
    def _units(self) -> set[int]:
        """The units whose rows this officer sees whole; asked for when the first masked value is."""
        return policy.subtree(self.by.unit) if self.by.role == Role.UNIT_OFFICER else set()

    def hides(self, *, row: Any, name: str) -> bool:
        """Whether the field `name` of a row (or of its history row) is shown masked."""
        if name not in self.register.masked or self.by.role == Role.SUPERVISOR:
            return False
        return row.unit_id not in self._units

    def value(self, *, row: Any, name: str) -> Any:
        """The value for a typed cell; masked text where it is hidden."""
        value = getattr(row, name)
        return hidden(str(value)) if value and self.hides(row=row, name=name) else value

    def reader(self, name: str) -> Callable[[Any], Any]:
        """What gives the same for the field `name` of one row after another."""
        if name not in self.register.masked or self.by.role == Role.SUPERVISOR:
            return attrgetter(name)
        return lambda row: self.value(row=row, name=name)

    def shown(self, *, row: Any, name: str) -> str:
        """The value as it prints."""
        return shown(self.value(row=row, name=name), self.register.field(name))

    @property
    def sortable(self) -> set[str]:
        """Columns this officer may sort by: an order would tell a hidden number."""
        return set(columns.sortable(register=self.register, by=self.by))
