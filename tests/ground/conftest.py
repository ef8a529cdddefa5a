"""One enterprise with a right credit code, for the tests of what belongs to an enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

    from gongjian.ground.enterprises import Enterprise


@pytest.fixture
def cast(db: None) -> Cast:
    """One officer of each role in four units."""
    from tests.kernel.people.cast import make_cast  # models exist only once Django is set up

    return make_cast()


@pytest.fixture
def firm(cast: Cast) -> Enterprise:
    """An enterprise of the zone."""
    from tests.kernel.people.cast import AT, TODAY

    from gongjian.ground.enterprises import Enterprise
    from gongjian.kernel.registers import actions

    values = {"credit_code": "91330100799655058B", "name": "甲公司"}
    return actions.create(register=Enterprise.register, values=values, by=cast.supervisor, at=AT, today=TODAY)  # type: ignore[return-value]
