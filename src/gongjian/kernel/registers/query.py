"""Reading registers: the rows an officer may see, filtered, searched, sorted; and as they were known in the past.

This is the one door for list, page, export and interface: `Ask` what, then `rows`, `cut`, `count`, `facets`, `totals`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.registers import access, columns
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.asking import BLANK, Ask, known, selected
from gongjian.kernel.registers.columns import filterable, rangeable, sortable
from gongjian.kernel.registers.counting import Counted, count, derived, facets, look, totals
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.numbers import number_in
from gongjian.kernel.registers.paging import Slice, cut, rows
from gongjian.kernel.registers.soonest import Look

__all__ = [
    "BLANK",
    "Ask",
    "Counted",
    "Look",
    "Slice",
    "count",
    "cut",
    "derived",
    "entry",
    "facets",
    "filter_label",
    "filterable",
    "known",
    "look",
    "rangeable",
    "related",
    "rows",
    "sortable",
    "totals",
    "value_label",
]


def entry(
    *, register: Register, by: Officer, pk: int, known_at: datetime | None = None, purpose: Purpose | None = None
) -> Any:
    """One row, as it is or as recorded at a moment; refused when there is none or the officer may not see it."""
    found = rows(Ask(register=register, by=by, ids=(pk,), known_at=known_at, purpose=purpose)).first()
    if found is None:
        when = "" if known_at is None else "在所选的时点"
        raise Refusal(
            "entry.missing",
            f"“{register.label}”里{when}没有编号为 {pk} 的记录,或者它不属于您可以查看的范围",
            "请返回列表重新选择",
        )
    return found


def related(*, entry: Any, by: Officer, most: int = 10) -> list[tuple[Register, Any, list[Any], int]]:
    """Rows of registers that point at `entry`: register, its field, the first rows, how many there are.

    Registers that the officer may not read are left out, and so are sensitive ones: they ask for a purpose.
    """
    out = []
    for register in sorted(REGISTERS.values(), key=lambda r: r.label):
        if not columns.may_read(register=register, by=by):
            continue
        for field in register.model._meta.concrete_fields:
            if field.is_relation and field.related_model is type(entry):
                ask = Ask(register=register, by=by, filters={field.name: (str(entry.pk),)})
                first = cut(ask, size=most)
                n = len(first.rows) if not first.after else selected(ask).count()
                if n:
                    out.append((register, field, first.rows, n))
    return out


def filter_label(*, register: Register, path: str) -> str:
    """The Chinese name of a filter: that of its last field, with 企业 before a field of the enterprise."""
    parts = path.split("__")
    first = register.field(parts[0])
    if len(parts) == 1 or first.related_model is Unit:
        return str(first.verbose_name)
    return str(columns.field_of(register, path).verbose_name)


def value_label(*, register: Register, path: str, value: str, by: Officer | None = None) -> str:
    """A filter's value as it prints: choices by label, 是/否, foreign keys by name where `by` may see that row."""
    field = columns.field_of(register, path)
    if value == BLANK:
        return "未填"
    if field.is_relation:
        seen = access.nameable(model=field.related_model, by=by) if by is not None else None
        row = seen.filter(pk=number_in(value)).first() if seen is not None else None
        return str(row) if row is not None else value
    if isinstance(field, models.BooleanField):
        return {"true": "是", "false": "否"}.get(value.lower(), value)
    return str(dict(field.flatchoices).get(value, value)) if field.choices else value
