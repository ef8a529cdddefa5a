"""What a database keeps of a register's rows, read and bound many at a time without making an object of each row.

A value's stored form is what the database driver hands over: on SQLite a day is text and an amount a float, on
PostgreSQL both are typed. Table and column names come from the declarations and are quoted, values are always bound.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

PLAIN_MOST = 500
"""Up to this many values are bound one by one."""
_EXACT = Decimal(10) ** 11
"""Below this an amount with four decimals has no more digits than a float keeps."""


def among(values: Iterable[Any]) -> Any:
    """Values for an ORM filter `..__in`; many of them as one bound value, whole numbers or texts."""
    listed = list(values)
    if len(listed) <= PLAIN_MOST:
        return listed
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", (json.dumps(listed),))
    kind = "bigint" if isinstance(listed[0], int) else "text"
    return RawSQL(f"SELECT unnest(%s::{kind}[])", (listed,))


def ids_in(column: str, ids: Sequence[int]) -> tuple[str, list[Any]]:
    """A condition in SQL that a column (quoted by the caller) is one of `ids`, and what it binds."""
    listed = list(ids)
    if listed and listed == list(range(listed[0], listed[-1] + 1)):
        return f"{column} BETWEEN %s AND %s", [listed[0], listed[-1]]
    if connection.vendor == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(listed)]
    return f"{column} = ANY(%s)", [listed]


def numbers_of(*, model: type[models.Model], names: Sequence[str], keys: Sequence[tuple[Any, ...]]) -> dict[Any, int]:
    """The numbers (primary keys) of the rows with these natural keys, by key; keys that no row has are left out."""
    found: dict[Any, int] = {}
    fields = [model._meta.get_field(name) for name in names]
    for start in range(0, len(keys), 50_000):
        chunk = keys[start : start + 50_000]
        source, values, params = _keys(fields, chunk)
        q = connection.ops.quote_name
        table = q(model._meta.db_table)
        on = " AND ".join(f"t.{q(f.column)} = {value}" for f, value in zip(fields, values, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {_position()}, t.{q(model._meta.pk.column)} FROM {source} JOIN {table} t ON {on}", params
            )
            found.update((chunk[place], pk) for place, pk in cursor.fetchall())
    return found


def rows_at(*, model: type[models.Model], fields: Sequence[Any], pks: Sequence[int]) -> list[tuple[Any, ...] | None]:
    """The stored values of `fields` of the rows numbered `pks`, in that order; None where there is no such row."""
    q = connection.ops.quote_name
    pk: Any = model._meta.pk
    source, (value,), params = _keys([pk], [(one,) for one in pks])
    columns = ", ".join(f"t.{q(f.column)}" for f in fields)
    found: list[tuple[Any, ...] | None] = [None] * len(pks)
    with connection.cursor() as cursor:
        sql = f"SELECT {_position()}, {columns} FROM {source} JOIN {q(model._meta.db_table)} t ON t.{q(pk.column)} = {value}"
        cursor.execute(sql, params)
        for row in cursor.fetchall():
            found[row[0]] = row[1:]
    return found


def storer(field: Any) -> Callable[[Any], Any] | None:
    """How one value of `field` is stored; None where it is stored as it is."""
    is_sqlite = connection.vendor == "sqlite"
    if isinstance(field, models.ForeignKey):
        return None
    if isinstance(field, models.JSONField):
        return json_text
    if isinstance(field, models.DecimalField):
        return _amount if is_sqlite else None
    if isinstance(field, models.DateTimeField):
        return lambda value: None if value is None else connection.ops.adapt_datetimefield_value(value)
    if isinstance(field, models.DateField):
        return _day if is_sqlite else None
    if isinstance(field, models.CharField | models.TextField | models.IntegerField | models.BooleanField):
        return None
    return lambda value: field.get_db_prep_save(value, connection)


def stored_list(field: Any, values: Sequence[Any]) -> Sequence[Any]:
    """A whole column of values in stored form; days and amounts that recur are turned once."""
    store = storer(field)
    if store is None:
        return values
    if store is _amount:
        said = [value for value in values if value is not None]
        if not said or (min(said) > -_EXACT and max(said) < _EXACT):
            return [None if value is None else float(value) for value in values]
    memo = {value: store(value) for value in set(values)}
    return list(map(memo.__getitem__, values))


def loader(field: Any) -> Callable[[Any], Any]:
    """How one stored value becomes the value of `field`, as the ORM would give it."""
    expression: Any = field.get_col(field.model._meta.db_table)
    steps = [*connection.ops.get_db_converters(expression), *expression.get_db_converters(connection)]
    if not steps:
        return lambda value: value

    def load(value: Any) -> Any:
        for step in steps:
            value = step(value, expression, connection)
        return value

    return load


def json_text(value: Any) -> str:
    """A JSON column's value as it is bound."""
    return json.dumps(value, ensure_ascii=False)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector's rounds, which look through millions of cells time and again and find nothing to free."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def chunks(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """`values` in pieces of `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _amount(value: Decimal | None) -> Any:
    if value is None:
        return None
    return float(value) if -_EXACT < value < _EXACT else str(value)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _position() -> str:
    return "k.key" if connection.vendor == "sqlite" else "k.n - 1"


def _keys(fields: Sequence[Any], keys: Sequence[tuple[Any, ...]]) -> tuple[str, list[str], list[Any]]:
    """Keys as a table in SQL: its text, the text of each key field's value, what is bound."""
    columns = [list(column) for column in zip(*keys, strict=True)] if keys else [[] for _ in fields]
    if connection.vendor == "sqlite":
        typed = [stored_list(f, column) for f, column in zip(fields, columns, strict=True)]
        if len(fields) == 1:
            return "json_each(%s) k", ["k.value"], [json.dumps(list(typed[0]))]
        rows = json.dumps(list(zip(*typed, strict=True)))
        return "json_each(%s) k", [f"json_extract(k.value, '$[{n}]')" for n in range(len(fields))], [rows]
    kinds = ", ".join(f"%s::{_kind(f)}[]" for f in fields)
    names = [f"v{n}" for n in range(len(fields))]
    source = f"unnest({kinds}) WITH ORDINALITY AS k({', '.join(names)}, n)"
    return source, [f"k.{name}" for name in names], list(columns)


def _kind(field: Any) -> str:
    """The column's type in PostgreSQL; a relation has that of the key that it points at."""
    return str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))
