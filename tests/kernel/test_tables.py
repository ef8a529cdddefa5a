"""What the databases are told of the tables, and what they then answer."""

from __future__ import annotations

import pytest
from django.db import connection

from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.tables import ROOM, leave_room, survey


@pytest.mark.django_db
def test_changed_rows_find_room_on_their_page() -> None:
    leave_room(using="default", models=[Enterprise])
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [Enterprise._meta.db_table])
        assert cursor.fetchone()[0] == [f"fillfactor={ROOM}"]


@pytest.mark.django_db
def test_an_upper_bound_holds_behind_a_choice_of_values() -> None:
    """SQLite before 3.42, told of an index of three columns, went past the bound: days to come counted on past days."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE told (firm integer, item text, day text NOT NULL, UNIQUE (firm, item, day))")
        rows = [(firm, item, "2025-03-03") for firm in range(50) for item in ("a", "b", "c")]
        cursor.executemany("INSERT INTO told VALUES (%s, %s, %s)", rows)
        survey()
        asked = "SELECT item FROM told WHERE firm = %s AND item IN (%s, %s) AND day <= %s ORDER BY item"
        cursor.execute(asked, [7, "b", "c", "2025-03-02"])
        assert cursor.fetchall() == []
        cursor.execute(asked, [7, "b", "c", "2025-03-03"])
        assert cursor.fetchall() == [("b",), ("c",)]
