"""Makes a valid row of any declared register, so that every mechanism is tried without a list of its fields."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from tests.kernel.people.cast import AT, TODAY

from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.stages import Stage


def make(
    register: Register, *, by: Officer, number: int = 1, stage: Stage | None = None, on: date = TODAY, **given: Any
) -> Any:
    """The register's row `number`: every field filled, each related row made with it once, `stage` reached on a day."""
    values: dict[str, Any] = {}
    for field in register.fields:
        if field.name in given:
            values[field.name] = given[field.name]
        elif field.is_relation and field.related_model is Unit:
            values[field.name] = Unit.objects.order_by("order").first()
        elif field.is_relation:
            values[field.name] = _related(field.related_model.register, by=by, number=number)
        else:
            values[field.name] = _value(field, number)
    if stage is not None and register.stage_field is not None:
        values[register.stage_field.name] = stage.key
    return actions.create(register=register, values=values, by=by, at=AT, today=TODAY, happened_on=on)


def _related(register: Register, *, by: Officer, number: int) -> Any:
    """The row `number` of another register: the one that is there already, else a new one."""
    made = register.model._default_manager.order_by("pk")[number - 1 : number].first()
    return made or make(register, by=by, number=number)


def _value(field: Any, number: int) -> Any:
    if field.choices:
        return field.flatchoices[0][0]
    if isinstance(field, models.DateField):
        return date(2025 + (number - 1) // 12, (number - 1) % 12 + 1, 1)
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.DecimalField):
        lowest = [one.limit_value for one in field.validators if isinstance(one, MinValueValidator)]
        room = field.max_digits - field.decimal_places > 3
        return Decimal(number) + (lowest[0] if lowest else 1000 if room else 0)
    if isinstance(field, models.IntegerField):
        return number
    return f"{field.verbose_name}{number}"[: field.max_length]
