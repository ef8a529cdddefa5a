"""A client for each officer of the cast."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from gongjian.kernel.people.models import Officer


@pytest.fixture
def as_officer() -> Callable[[Officer], Client]:
    """A client logged in as somebody."""
    from django.test import Client

    def client(officer: Officer) -> Client:
        one = Client()
        one.force_login(officer, backend="gongjian.kernel.people.accounts.Accounts")
        return one

    return client
