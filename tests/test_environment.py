"""The ground the tests stand on: a home of their own, the database asked for, a browser that draws Chinese."""

import os
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection


def test_home_is_temporary() -> None:
    assert Path(os.environ["GONGJIAN_HOME"]).is_relative_to(tempfile.gettempdir())
    assert Path(os.environ["GONGJIAN_HOME"]) == settings.HOME


@pytest.mark.django_db
def test_database_is_the_one_asked_for() -> None:
    asked = os.environ["GONGJIAN_TEST_DATABASE"]
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[asked]
    with connection.cursor() as cursor:
        if asked == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)
            assert Path(str(connection.settings_dict["NAME"])).is_relative_to(settings.HOME)
        else:
            cursor.execute("SELECT current_database()")
            assert cursor.fetchone()[0].startswith("test_")


def test_page_draws_chinese(page) -> None:  # type: ignore[no-untyped-def]
    page.set_content("<p style='display:inline-block;font-size:40px'>攻坚</p>")
    assert page.viewport_size == {"width": 1366, "height": 768}
    assert page.locator("p").bounding_box()["width"] == 80


def test_phone_is_narrow_and_touched(phone) -> None:  # type: ignore[no-untyped-def]
    phone.set_content("<meta name=viewport content='width=device-width'><p>攻坚</p>")
    assert phone.evaluate("[innerWidth, navigator.maxTouchPoints > 0]") == [390, True]
