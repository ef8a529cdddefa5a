"""Rows written as a set: loaded, changed, removed, and each with its row of history, however many there are.

Nothing here asks for rights or rules; `writing` and `batches` do. Everything runs inside the caller's transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models
from django.db.models import Max

from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.stored import among, ids_in, storer

STAGED = "gongjian_staged"
"""The temporary table in which values wait to be set."""
_BITS = 60
_HARMLESS = re.compile(r"[0-9a-z_ :.{}-]*")


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What every history row of one writing carries."""

    by: Officer
    at: datetime
    reason: str
    batch: Batch


def allot(*, model: type[models.Model], n: int) -> list[int]:
    """`n` numbers for new rows that no other row has had."""
    table, pk = model._meta.db_table, model._meta.pk.column
    q = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"SELECT max(coalesce((SELECT max({q(pk)}) FROM {q(table)}), 0),"
                " coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0))",
                [table],
            )
            last = cursor.fetchone()[0]
            return list(range(last + 1, last + 1 + n))
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [q(table), pk, n])
        return [row[0] for row in cursor.fetchall()]


def load(
    *, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], fixed: Mapping[str, Any] | None = None
) -> None:
    """Add rows of stored values to a table; the columns in `fixed` have the same stored value in every row."""
    q = connection.ops.quote_name
    same = dict(fixed or {})
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(q(column) for column in (*columns, *same))
            rest = tuple(same.values())
            with connection.wrap_database_errors, cursor.copy(f"COPY {q(table)} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row((*row, *rest))
            return
        plain = {column: text for column, value in same.items() if (text := _literal(value)) is not None}
        bound = [column for column in same if column not in plain]
        rest = tuple(same[column] for column in bound)
        names = ", ".join(q(column) for column in (*columns, *bound, *plain))
        marks = ", ".join([*["%s"] * (len(columns) + len(bound)), *plain.values()])
        full = ((*row, *rest) for row in rows) if rest else rows
        cursor.executemany(f"INSERT INTO {q(table)} ({names}) VALUES ({marks})", full)


def remember(*, model: Any, ids: Sequence[int], kind: str, stamp: Stamp) -> None:
    """One history row of kind +, ~ or - for each row as it stands, strictly later than what the row has had before."""
    if not ids:
        return
    history: Any = model.history.model
    last = history._default_manager.filter(id__in=among(ids), history_date__gte=stamp.at).order_by().values_list("id")
    late = {} if kind == "+" and not _has_history(model, ids) else dict(last.annotate(last=Max("history_date")))
    _remember(model, [pk for pk in ids if pk not in late] if late else ids, kind, stamp, stamp.at)
    for pk, before in late.items():
        _remember(model, [pk], kind, stamp, before + timedelta(microseconds=1))


@contextmanager
def staged(*, fields: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[None]:
    """A temporary table STAGED with the columns n, id, revision, m0.. (bits of the fields to be set), c0..; `rows` so."""
    q = connection.ops.quote_name
    masks = [f"m{n}" for n in range(_masks(fields))]
    kinds = {f"c{n}": f.db_type(connection) for n, f in enumerate(fields)}
    numbers = ["n", "id", "revision", *masks]
    columns = ", ".join([*(f"{q(name)} bigint" for name in numbers), *(f"{q(c)} {kind}" for c, kind in kinds.items())])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {q(STAGED)} ({columns}, PRIMARY KEY ({q('id')}))")
    try:
        load(table=STAGED, columns=[*numbers, *kinds], rows=rows)
        yield
    finally:
        if not connection.needs_rollback and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE {q(STAGED)}")


def bits(*, places: Iterable[int], fields: Sequence[Any]) -> list[int]:
    """The masks of a staged row that sets the fields at these places."""
    found = [0] * _masks(fields)
    for place in places:
        found[place // _BITS] |= 1 << (place % _BITS)
    return found


def first_stale(*, model: Any) -> int | None:
    """The `n` of the first staged row that is gone or no longer at its revision; the others are locked."""
    q = connection.ops.quote_name
    table = q(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.features.has_select_for_update:
            cursor.execute(
                f"SELECT t.id FROM {table} t WHERE t.id IN (SELECT id FROM {q(STAGED)}) ORDER BY t.id FOR UPDATE"
            )
        cursor.execute(
            f"SELECT s.n FROM {q(STAGED)} s LEFT JOIN {table} t ON t.id = s.id"
            " WHERE t.id IS NULL OR t.revision <> s.revision ORDER BY s.n LIMIT 1"
        )
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def set_staged(*, model: Any, fields: Sequence[Any], is_uniform: bool) -> None:
    """Set the staged values and raise the revisions; `is_uniform`: every staged row sets every field."""
    q = connection.ops.quote_name
    sets = [f"{q('revision')} = t.{q('revision')} + 1"]
    for place, f in enumerate(fields):
        new = f"s.c{place}"
        if not is_uniform:
            bit = f"(s.m{place // _BITS} & {1 << (place % _BITS)}) <> 0"
            new = f"CASE WHEN {bit} THEN {new} ELSE t.{q(f.column)} END"
        sets.append(f"{q(f.column)} = {new}")
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {q(model._meta.db_table)} AS t SET {', '.join(sets)} FROM {q(STAGED)} s WHERE t.id = s.id"
        )


def stored_row(*, fields: Sequence[Any], values: Mapping[str, Any]) -> list[Any]:
    """One row's values by attribute name in stored form, in the order of `fields`."""
    row = []
    for f in fields:
        store = storer(f)
        value = values[f.attname]
        row.append(store(value) if store is not None else value)
    return row


def _remember(model: Any, ids: Sequence[int], kind: str, stamp: Stamp, at: datetime) -> None:
    if not ids:
        return
    history = model.history.model
    q = connection.ops.quote_name
    columns = [f.column for f in model._meta.concrete_fields]
    own = {
        "history_date": connection.ops.adapt_datetimefield_value(at),
        "history_change_reason": stamp.reason[:100] or None,
        "history_type": kind,
        "history_user": stamp.by.pk,
        "history_batch": stamp.batch.pk,
    }
    names = [*columns, *(history._meta.get_field(name).column for name in own)]
    condition, params = ids_in(f"t.{q('id')}", ids)
    sql = (
        f"INSERT INTO {q(history._meta.db_table)} ({', '.join(q(name) for name in names)})"
        f" SELECT {', '.join(f't.{q(c)}' for c in columns)}, {', '.join(['%s'] * len(own))}"
        f" FROM {q(model._meta.db_table)} t WHERE {condition} ORDER BY t.{q('id')}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*own.values(), *params])


def _has_history(model: Any, ids: Sequence[int]) -> bool:
    return bool(model.history.model._default_manager.filter(id__in=among(ids)).exists())


def _literal(value: Any) -> str | None:
    """A value that needs no binding, as SQL: nothing, a whole number, a key or a moment; other texts are bound."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(int(value))
    return f"'{value}'" if isinstance(value, str) and _HARMLESS.fullmatch(value) else None


def _masks(fields: Sequence[Any]) -> int:
    return -(-len(fields) // _BITS) or 1
