"""The ways into a register that the tests here share: pages opened for a purpose, and what a row can be changed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import models
from django.test import Client
from tests.conformance.examples import MADE_AT

from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.registers.access import Purpose, state
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.values import handle, shown

Door = Callable[[Officer], Client]
ALL = pytest.mark.parametrize("name", sorted(REGISTERS))
WHY = "核对台账的全部栏目"


def opened(door: Door, register: Register, by: Officer) -> Client:
    """A client of the officer, who has said why where the register asks for it."""
    client = door(by)
    if register.sensitive:
        client.post(f"/registers/{register.name}/purpose/", {"purpose": WHY})
    return client


def stated(register: Register, by: Officer) -> Purpose | None:
    """The purpose of a reading below the pages; None for a register that asks for none."""
    return state(register=register, by=by, text=WHY, what="试验", at=MADE_AT) if register.sensitive else None


def changeable(register: Register) -> Any:
    """A field of the register's own that a row can be changed in: outside its key and its order, and always asked for."""
    kept = {*register.key, *(path.lstrip("-").split("__")[0] for path in register.sort), *register.depends}
    other = [f for f in register.fields if f.name not in kept and not f.is_relation and f.name not in register.masked]
    plain = [f for f in other if not f.choices and not isinstance(f, models.BooleanField)]
    return next(iter(plain or other))


def typed(field: Any, value: Any) -> str:
    """A value as a person types it into a form."""
    if value is None or value == "":
        return ""
    if field.is_relation:
        return str(value.pk) if isinstance(value, Unit) else handle(value)
    if isinstance(field, models.BooleanField):
        return shown(value)
    return str(value)


def form(register: Register, values: Mapping[str, Any], **more: str) -> dict[str, str]:
    """A form of the register as a browser sends it."""
    return {f.name: typed(f, values[f.name]) for f in register.fields} | more


def held(register: Register, row: Any) -> dict[str, Any]:
    """What a row holds, read anew, by field name."""
    fresh = register.model._default_manager.get(pk=row if isinstance(row, int) else row.pk)
    return {f.name: getattr(fresh, f.name) for f in register.fields}
