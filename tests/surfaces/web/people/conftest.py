"""The cast and a client for each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client
    from tests.kernel.people.cast import Cast

    from gongjian.kernel.people.models import Officer


@pytest.fixture
def cast(db: None) -> Cast:
    """One officer of each role in four units."""
    from tests.kernel.people.cast import make_cast  # models exist only once Django is set up

    return make_cast()


@pytest.fixture
def as_officer() -> Callable[[Officer], Client]:
    """A client logged in as somebody."""
    from django.test import Client

    def client(officer: Officer) -> Client:
        one = Client()
        one.force_login(officer, backend="gongjian.kernel.people.accounts.Accounts")
        return one

    return client
