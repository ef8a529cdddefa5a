"""The database's tables: making many of them in one step, letting it look at how they are filled, and who is
writing into them.

Django draws up every related model anew for each table that a migration makes, which for a hundred registers and
their histories takes most of a minute; here the models are drawn up once and the tables then made one after another.
"""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import sqlite_version_info
from typing import Any

from django.db import connection, connections, transaction
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.models import Model


class CreateModels(Operation):
    """The same as the `CreateModel` operations it holds, in their order; their indexes and constraints stand in them."""

    def __init__(self, operations: Sequence[CreateModel]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in self.operations:
            model = to_state.apps.get_model(app_label, operation.name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in reversed(self.operations):
            model = from_state.apps.get_model(app_label, operation.name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)

    def describe(self) -> str:
        return f"Create {len(self.operations)} models"


SOUND_SQLITE = (3, 42)
"""Before this SQLite gives rows beyond an upper bound for `a = ? AND b IN (..) AND c <= ?` along an index of the three
columns, where it has looked at how the index is filled and few rows share one `a` (its ticket b50528af4468237c)."""


def survey() -> None:
    """Let SQLite look at a sample of each table, so that it chooses the right index; PostgreSQL does so by itself.

    A SQLite that is not sound keeps no findings about indexes of several columns: it then takes such an index step by step.
    """
    if connection.vendor == "sqlite":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("ANALYZE")
            if sqlite_version_info < SOUND_SQLITE:
                cursor.execute(
                    "DELETE FROM main.sqlite_stat1 WHERE (SELECT count(*) FROM pragma_index_info(idx) AS part"
                    " WHERE part.name IS NOT 'id') > 1"
                )
                cursor.execute("ANALYZE sqlite_master")


MANY = 10_000
"""From so many new rows on, PostgreSQL does not choose its ways well until it has looked at the table again."""


def survey_grown(*, model: type[Model], new: int) -> None:
    """PostgreSQL: look at a sample of a table that `new` rows were just added to; by itself it does so a minute later."""
    if connection.vendor == "postgresql" and new >= MANY:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


ROOM = 50
"""Percent of a page that PostgreSQL fills with new rows of a register: a sheet that comes back each month changes every
row of its pages, and where all of them find room the change costs a seventh of entering each in every index anew."""


def leave_room(*, using: str, models: Sequence[type[Model]]) -> None:
    """PostgreSQL: keep room on the pages of these tables, so that a changed row need not be entered in every index anew.

    Only columns without an index may have changed for that; most edits and repeated imports are such. Rows written before
    keep their pages until the table is written anew.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND reloptions @> ARRAY[%s]", [f"fillfactor={ROOM}"]
        )
        done = {name for (name,) in cursor.fetchall()}
        there = set(connection.introspection.table_names(cursor))
        for model in models:
            table = model._meta.db_table
            if table in there and table not in done:
                cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} SET (fillfactor = {ROOM})")


def horizon() -> str:
    """PostgreSQL: the number that the next transaction to write will have."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        return str(cursor.fetchone()[0])


def is_written_elsewhere(*, before: str) -> bool:
    """PostgreSQL: whether another transaction in this database that wrote before `before` (a horizon) is still open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_snapshot_xip(pg_current_snapshot()) AS open(id) JOIN pg_stat_activity AS one "
            "ON one.backend_xid::text::bigint = open.id::text::bigint & 4294967295 "
            "WHERE one.datname = current_database() AND one.pid <> pg_backend_pid() AND open.id < %s::xid8)",
            [before],
        )
        return bool(cursor.fetchone()[0])


def answer(sql: str, values: Sequence[Any], *, often: bool = False) -> list[tuple[Any, ...]]:
    """The rows that a statement gives; one that is asked `often` with other values PostgreSQL keeps worked out."""
    if connection.vendor != "postgresql" or not often:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())
    import psycopg

    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as asked:
        asked.execute(sql, values, prepare=True)
        return list(asked.fetchall())
