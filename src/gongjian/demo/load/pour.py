"""Pouring: rows of a register written in bulk, with numbers given beforehand, and their history by INSERT ... SELECT.

A million enterprises take minutes and no memory this way; rows come and go one batch at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import JSONField

from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import sets
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.stored import json_text, stored_list

_HISTORY = ("history_date", "history_type", "history_change_reason", "history_user", "history_batch")


class Tank:
    """One register's table: `pour` writes rows numbered on from the last ones, `remember` their first history.

    `names` are the columns (attnames) that the rows give, in order; every other column is left empty ("" for text, null
    for the rest).
    """

    def __init__(self, model: Any, names: Sequence[str]) -> None:
        self.model = model
        self.next_id = 1
        fields = model._meta.concrete_fields
        given = ("id", "unit_id", "recorded_at", *names)
        self._constants = {f.column: _empty(f) for f in fields if f.attname not in given}
        self._columns = [next(f.column for f in fields if f.attname == name) for name in given]
        self._all = [f.column for f in fields]

    def pour(
        self, rows: Iterable[Sequence[object]], *, unit: int, at: Sequence[datetime] | datetime
    ) -> tuple[int, int]:
        """Write `rows`, kept by the unit numbered `unit` and recorded `at`; returns the first and the last number."""
        moments: dict[datetime, object] = {}
        out = []
        first = self.next_id
        for place, row in enumerate(rows):
            known_at = at if isinstance(at, datetime) else at[place]
            stored = moments.setdefault(known_at, connection.ops.adapt_datetimefield_value(known_at))
            out.append((self.next_id, unit, stored, *map(_plain, row)))
            self.next_id += 1
        self._write(out)
        return first, self.next_id - 1

    def remember(
        self, first: int, last: int, *, batches: dict[datetime, Batch], by: Officer, reasons: dict[datetime, str]
    ) -> None:
        """The history of the rows numbered `first` to `last` as they are now, each recorded at one of the moments."""
        quote = connection.ops.quote_name
        columns = ", ".join(map(quote, self._all))
        history = self.model.history.model
        own = ", ".join(quote(history._meta.get_field(name).column) for name in _HISTORY)
        table, past = quote(self.model._meta.db_table), quote(history._meta.db_table)
        at, key = quote("recorded_at"), quote("id")
        with connection.cursor() as cursor:
            for moment, batch in batches.items():
                cursor.execute(
                    f"INSERT INTO {past} ({columns}, {own}) SELECT {columns}, {at}, '+', %s, %s, %s FROM {table} "
                    f"WHERE {key} BETWEEN %s AND %s AND {at} = %s ORDER BY {key}",
                    [
                        reasons[moment][:100],
                        by.pk,
                        batch.pk,
                        first,
                        last,
                        connection.ops.adapt_datetimefield_value(moment),
                    ],
                )

    def amend(
        self,
        changes: Sequence[tuple[int, dict[str, object], datetime]],
        *,
        batches: dict[datetime, Batch],
        by: Officer,
        reasons: dict[datetime, str],
    ) -> None:
        """Change rows once more, with the history of it: (number, new values by column, when)."""
        if not changes:
            return
        quote = connection.ops.quote_name
        columns = ", ".join(map(quote, self._all))
        history = self.model.history.model
        own = ", ".join(quote(history._meta.get_field(name).column) for name in _HISTORY)
        table, past = quote(self.model._meta.db_table), quote(history._meta.db_table)
        updates: dict[tuple[str, ...], list[list[object]]] = {}
        for number, values, _at in changes:
            updates.setdefault(tuple(values), []).append([*map(_plain, values.values()), number])
        with connection.cursor() as cursor:
            for names, bound in updates.items():
                sets = ", ".join(f"{quote(name)} = %s" for name in names)
                cursor.executemany(
                    f"UPDATE {table} SET {sets}, revision = revision + 1 WHERE {quote('id')} = %s", bound
                )
            cursor.executemany(
                f"INSERT INTO {past} ({columns}, {own}) SELECT {columns}, %s, '~', %s, %s, %s FROM {table} "
                f"WHERE {quote('id')} = %s",
                [
                    (connection.ops.adapt_datetimefield_value(at), reasons[at][:100], by.pk, batches[at].pk, number)
                    for number, _values, at in changes
                ],
            )

    def close(self) -> None:
        """Let the database number on after the last row."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [self.model]):
                cursor.execute(statement)

    def _write(self, rows: list[tuple[object, ...]]) -> None:
        quote = connection.ops.quote_name
        table = quote(self.model._meta.db_table)
        columns = ", ".join(map(quote, (*self._columns, *self._constants)))
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                constants = tuple(self._constants.values())
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row((*row, *constants))
                return
            places = ", ".join((*["%s"] * len(self._columns), *map(_literal, self._constants.values())))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)


def lay(model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows given as values by attname, numbered by the database; what a row does not give is its default."""
    fields = [f for f in model._meta.concrete_fields if not f.primary_key]
    columns: list[Sequence[Any]] = []
    for f in fields:
        values = [row[f.attname] if f.attname in row else f.get_default() for row in rows]
        columns.append([*map(json_text, values)] if isinstance(f, JSONField) else stored_list(f, values))
    sets.load(table=model._meta.db_table, columns=[f.column for f in fields], rows=zip(*columns, strict=True))


def _empty(field: Any) -> object:
    """What a column that nobody filled in holds."""
    if field.name == "revision":
        return 1
    if field.name == "extra":
        return "{}"
    value = field.get_default()
    return None if value is None and field.null else value


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''").replace("%", "%%") + "'"


def _plain(value: object) -> object:
    """A value as both databases take it: days and amounts as text."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
