"""What a list may filter by, search and sort by: own fields, added columns, and paths over one relation (企业的行业).

What an officer sees masked is none of these to that officer: an order or a hit would tell the number.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers import extra
from gongjian.kernel.registers.declare import Register

ADDED = "added_"
"""What the name of an added column's value in a query begins with."""


def field_of(register: Register, path: str) -> Any:
    """The field that a path ends in: enterprise__industry is the industry of an enterprise."""
    first, *rest = path.split("__")
    field = register.field(first)
    for part in rest:
        field = field.related_model._meta.get_field(part)
    return field


def relations(register: Register) -> list[str]:
    """The own fields that point at a row of another table."""
    return [f.name for f in register.model._meta.concrete_fields if f.is_relation]


def is_hidden(*, register: Register, by: Officer, path: str) -> bool:
    """Whether this officer sees the column masked in some row, or may not read the register that it lies in."""
    first, *rest = path.split("__")
    if not rest:
        return first in register.masked and by.role != Role.SUPERVISOR
    other = getattr(register.field(first).related_model, "register", None)
    if other is None:
        return False
    if rest == ["name"]:  # a row shows the name of what it points at
        return False
    return by.role not in other.readers or is_hidden(register=other, by=by, path="__".join(rest))


def filterable(*, register: Register, by: Officer) -> list[str]:
    """The paths of a list's filters: those declared, the added columns that are filters, the relations, the derived columns."""
    added = [f.name for f in register.extra if f.is_filter]
    lacking = register.key if register.or_key else ()  # rows without key can be asked for
    paths = dict.fromkeys((*register.filters, *added, *relations(register), *lacking, *register.derived))
    return [path for path in paths if not is_hidden(register=register, by=by, path=path)]


def counted(*, register: Register, by: Officer) -> list[str]:
    """The filters whose values a list counts: all but the relations that are not declared and the derived columns."""
    own = {*register.filters, *(f.name for f in register.extra)}
    return [path for path in filterable(register=register, by=by) if path in own]


def rangeable(*, register: Register, by: Officer) -> list[str]:
    """The dates and numbers that a list filters by from and to."""
    return [path for path in register.ranges if not is_hidden(register=register, by=by, path=path)]


def sortable(*, register: Register, by: Officer) -> list[str]:
    """The columns that a list sorts by: everything that a list can show, but for what is shown masked."""
    shown = [*register.columns, *(f.name for f in register.fields), *(f.name for f in register.evidence), "recorded_at"]
    stage = register.stage_field
    names = dict.fromkeys([*shown, *([stage.name] if stage is not None else [])])
    return [name for name in names if not is_hidden(register=register, by=by, path=name)]


def searched(*, register: Register, by: Officer) -> list[str]:
    """The paths in which words are looked for; a relation is searched by its name."""
    found = []
    for path in register.search:
        field = register.field(path.split("__")[0])
        whole = f"{path}__{name_of(field.related_model)}" if field.is_relation and "__" not in path else path
        if not is_hidden(register=register, by=by, path=whole):
            found.append(whole)
    return found


def name_of(model: Any) -> str:
    """The field by which a row of `model` is known: its name, else the first field of its natural key, else its number."""
    if any(f.name == "name" for f in model._meta.concrete_fields):
        return "name"
    register = getattr(model, "register", None)
    plain = [key for key in register.key if not model._meta.get_field(key).is_relation] if register else []
    return plain[0] if plain else "id"


def named(register: Register, found: QuerySet[Any], path: str) -> tuple[QuerySet[Any], str]:
    """`found` with the value of an added column under a name of its own, and the name by which a query calls `path`."""
    field = register.field(path.split("__")[0])
    if not extra.is_extra(field):
        return found, path
    name = ADDED + field.name
    if name in found.query.annotations:
        return found, name
    return found.alias(**{name: value_of(field)}), name


def value_of(field: Any) -> Any:
    """A field's value in SQL. An added column's is typed for comparison; its days and truth values stay texts."""
    if not extra.is_extra(field):
        return F(field.name)
    text = KeyTextTransform(field.name.removeprefix(extra.PREFIX), "extra")
    if isinstance(field, models.DecimalField):
        return Cast(text, models.DecimalField(max_digits=field.max_digits, decimal_places=field.decimal_places))
    if isinstance(field, models.IntegerField):
        return Cast(text, models.IntegerField())
    return Cast(text, models.TextField())


def may_read(*, register: Register, by: Officer) -> bool:
    """Whether a list of the register may be shown beside others, without stating a purpose."""
    return not register.sensitive and by.role in register.readers and policy.may(by=by, verb="register.read")
