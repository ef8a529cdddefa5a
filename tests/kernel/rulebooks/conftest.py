"""The cast of officers, for the tests of rulebooks over rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    """One officer of each role in four units."""
    from tests.kernel.people.cast import make_cast  # models exist only once Django is set up

    return make_cast()
