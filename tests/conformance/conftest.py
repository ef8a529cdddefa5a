"""One zone with its officers for every test here, and, for tests of the doors, columns that the zone added."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from tests.conformance.examples import Examples
    from tests.kernel.people.cast import Cast

    from gongjian.kernel.people.models import Officer


@pytest.fixture
def cast(db: None) -> Cast:
    """One officer of each role in four units; the zone stands at 30 June 2025."""
    from tests.kernel.people.cast import TODAY, make_cast  # models exist only once Django is set up

    from gongjian.kernel.people.models import Zone

    made = make_cast()
    Zone.objects.update(stands_at=TODAY)
    return made


@pytest.fixture
def examples(cast: Cast) -> Examples:
    """Rows of any register, entered by the supervision office for the science and the trade office in turn."""
    from tests.conformance.examples import Examples

    return Examples(by=cast.supervisor, units=[cast.science, cast.trade])


@pytest.fixture
def door(cast: Cast) -> Callable[[Officer], Client]:
    """A client that is logged in as an officer, one for each."""

    known: dict[int, Client] = {}

    def enter(officer: Officer) -> Client:
        if officer.pk not in known:
            known[officer.pk] = Client()
            known[officer.pk].force_login(officer, backend="gongjian.kernel.people.accounts.Accounts")
        return known[officer.pk]

    return enter


@pytest.fixture(scope="module")
def added() -> Iterator[None]:
    """Every register with five added columns, and the interface made anew with them; taken away afterwards."""
    from tests.conformance.examples import ADDED

    from gongjian.kernel.registers.declare import extend, registers
    from gongjian.surfaces.api import door as interface

    def renew() -> None:
        for kept in (interface.interface, interface.description, interface._addresses):
            kept.cache_clear()

    for register in registers():
        assert extend(register=register, columns=ADDED) == []
    renew()
    yield
    for register in registers():
        extend(register=register, columns=[])
    renew()
