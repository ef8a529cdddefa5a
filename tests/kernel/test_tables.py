"""How PostgreSQL keeps the registers' tables."""

from __future__ import annotations

import pytest
from django.db import connection

from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.tables import ROOM, leave_room


@pytest.mark.django_db
def test_changed_rows_find_room_on_their_page() -> None:
    leave_room(using="default", models=[Enterprise])
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [Enterprise._meta.db_table])
        assert cursor.fetchone()[0] == [f"fillfactor={ROOM}"]
