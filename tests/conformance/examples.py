"""Valid rows of any declared register, made from its fields alone: distinct, related to rows made the same way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from gongjian.ground.credit_code import body_check_digit, check_digit
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.entry import writing
from gongjian.kernel.registers.values import lookups

MADE_AT = datetime(2025, 6, 10, 8, tzinfo=UTC)
CHANGED_AT = datetime(2025, 6, 20, 8, tzinfo=UTC)
REACHED_ON = date(2025, 6, 5)

ADDED: list[dict[str, Any]] = [
    {"name": "note", "label": "自设说明", "kind": "text", "filter": True},
    {"name": "amount", "label": "自设金额", "kind": "decimal", "unit": "万元"},
    {"name": "day", "label": "自设日期", "kind": "date"},
    {"name": "grade", "label": "自设等次", "kind": "choice", "choices": ["A等", "B等"], "filter": True},
    {"name": "is_agreed", "label": "自设确认", "kind": "yes-no", "filter": True},
]
"""Columns that the tests add to every register, as a zone's file declares them."""


def credit_code(n: int) -> str:
    """The n-th made-up credit code, with right check digits."""
    body = f"MA{n:06d}"
    code = f"91320800{body}{body_check_digit(body)}"
    return code + check_digit(code)


def is_blank_in(register: Register, field: Any, n: int) -> bool:
    """Whether the n-th row leaves this field empty: every third row has nothing but what it must or is known by."""
    known = {*register.key, *register.search, *register.lookups, *lookups(register.model), "unit"}
    return n % 3 == 0 and (field.null or field.blank) and field.name not in known


class Examples:
    """Makes rows for one test and remembers them, so that the n-th row of a register is always the same one."""

    def __init__(self, *, by: Officer, units: Sequence[Unit]) -> None:
        self.by = by
        self.units = list(units)
        self._made: dict[tuple[str, int], Any] = {}

    def values(self, register: Register, n: int, **given: Any) -> dict[str, Any]:
        """The n-th row's values by field name, with those `given` in place of the made-up ones."""
        found: dict[str, Any] = {}
        for field in register.fields:
            if field.name in given:
                found[field.name] = given[field.name]
            elif field.is_relation and field.related_model is Unit:
                found[field.name] = self.units[(n - 1) % len(self.units)]
            elif is_blank_in(register, field, n):
                found[field.name] = None if field.null else field.get_default() if field.has_default() else ""
            elif field.is_relation:
                found[field.name] = self.row(field.related_model.register, n)
            else:
                found[field.name] = value_of(field, n, model=register.model)
        for name, (other, fits) in register.depends.items():
            if name not in given and found[other] not in fits:
                found[name] = None if register.field(name).null else ""
        return found

    def row(self, register: Register, n: int, **given: Any) -> Any:
        """The n-th row, made when it is asked for first; later stages for later rows."""
        if (register.name, n) not in self._made:
            values = self.values(register, n, **given)
            if register.stage_field is not None:
                values.setdefault(register.stage_field.name, register.stages[(n - 1) % len(register.stages)].key)
            self._made[register.name, n] = actions.create(
                register=register, values=values, by=self.by, at=MADE_AT, today=REACHED_ON, happened_on=REACHED_ON
            )
        return self._made[register.name, n]

    def rows(self, register: Register, most: int) -> list[Any]:
        """The first rows, in the order they were made."""
        return [self.row(register, n) for n in range(1, most + 1)]

    def many(self, register: Register, numbers: range, **given: Any) -> list[Any]:
        """Rows by number without their history, for tests that only count what a longer list costs.

        A row whose key another one has already (few choices are soon used up) is left out.
        """
        made = []
        keys = [register.model._meta.get_field(name).attname for name in register.key]
        taken = set(register.model._default_manager.values_list(*keys))
        for n in numbers:
            if (register.name, n) in self._made:
                continue
            for field in register.fields:
                target = getattr(field.related_model, "register", None) if field.is_relation else None
                if target is not None and field.name not in given and (target.name, n) not in self._made:
                    self.many(target, range(n, n + 1))
            values = self.values(register, n, **given)
            row = register.model(recorded_at=MADE_AT)
            for name, value in values.items():
                setattr(row, name, value)
            if register.stage_field is not None:
                setattr(row, register.stage_field.name, register.stages[0].key)
            key = tuple(getattr(row, name) for name in keys)
            if key in taken:
                continue
            taken.add(key)
            made.append(row)
            self._made[register.name, n] = row
        with writing():
            register.model._default_manager.bulk_create(made)
        return made


def value_of(field: Any, n: int, *, model: type[models.Model]) -> Any:
    """The n-th value that a field other than a relation can hold."""
    if isinstance(field, models.BooleanField):
        return n % 2 == 1
    if field.choices:
        keys = [key for key, _ in field.flatchoices if key != ""]
        return keys[(n - 1) % len(keys)]
    if isinstance(field, models.DateField):
        return date(2015 + n // 12, n % 12 + 1, 1)
    if isinstance(field, models.DecimalField):
        lowest = max((one.limit_value for one in field.validators if isinstance(one, MinValueValidator)), default=0)
        is_ratio = field.max_digits - field.decimal_places < 3
        room = 40 if field.max_digits - field.decimal_places < 4 else 10_000
        step = Decimal(n % room).scaleb(-min(2, field.decimal_places)) if is_ratio else Decimal(n % room)
        return Decimal(lowest) + step + (Decimal("0.5") if field.decimal_places and not is_ratio else 0)
    if isinstance(field, models.IntegerField):
        if "年" in str(field.verbose_name) and "Small" in type(field).__name__:
            return 2000 + n
        bounds = [one.limit_value for one in field.validators if type(one) is MaxValueValidator]
        return n % (min(bounds) + 1) if bounds and min(bounds) < 1000 else n
    return _text(field, n, model)


def _text(field: Any, n: int, model: Any) -> str:
    label, most = str(field.verbose_name), field.max_length or 60
    if field.name == "credit_code":
        return credit_code(n)
    if "电话" in label or "手机" in label:
        return f"138{n:08d}"
    if field.name == "identity_number":
        return f"32080019900101{n:04d}"
    text = f"{label[: max(1, most - 3)]}{n}"[-most:]
    return str(model.tidied(field.name, text)) if hasattr(model, "tidied") else text
