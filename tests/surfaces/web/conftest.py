"""The cast of officers and a browser-less client for each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

    from gongjian.kernel.people.models import Officer


@pytest.fixture
def cast(db: None) -> Cast:
    """One officer of each role in four units."""
    from tests.kernel.people.cast import make_cast  # models exist only once Django is set up

    return make_cast()


@pytest.fixture
def door(cast: Cast) -> Callable[[Officer], Client]:
    """A client that is logged in as an officer."""

    def enter(officer: Officer) -> Client:
        client = Client()
        client.force_login(officer, backend="gongjian.kernel.people.accounts.Accounts")
        return client

    return enter
