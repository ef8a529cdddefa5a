"""The menus of a list that are read when they are opened: views kept, columns, the plan's indicators, verdicts as filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import views
from gongjian.surfaces.web.registers import headings
from gongjian.surfaces.web.registers.address import Address
from gongjian.surfaces.web.registers.behind import supported

Menu = Callable[[Address, Officer], Mapping[str, Any]]


def _views(address: Address, me: Officer) -> dict[str, Any]:
    return {"views": views.offered(register=address.register, by=me), "default_view": views.DEFAULT}


def _columns(address: Address, me: Officer) -> dict[str, Any]:
    return {"choices": headings.choices(address=address)}


def _figures(address: Address, me: Officer) -> dict[str, Any]:
    policy.require(by=me, verb="plan.read")
    return {"supported": supported(address.register)}


def _derived(address: Address, me: Officer) -> dict[str, Any]:
    return {}  # every part of a list carries its filters


MENUS: Mapping[str, Menu] = {"views": _views, "columns": _columns, "figures": _figures, "derived": _derived}
"""What each menu shows, by the name under which the list's address asks for it (`part=`)."""
