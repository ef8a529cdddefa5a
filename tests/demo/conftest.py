"""One built demo zone for all tests of this folder that look at its rows; nothing that they do to it lasts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction


@pytest.fixture(scope="package")
def zone(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo zone of 1,200 enterprises, built once in a transaction that is thrown away."""
    from gongjian.demo.build import build

    with django_db_blocker.unblock(), transaction.atomic():
        build()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(zone: None) -> Iterator[None]:
    """The built zone, open to one test; what it changes is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
