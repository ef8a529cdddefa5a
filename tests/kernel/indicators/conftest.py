"""The desk of 2025; models are imported only after Django stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.kernel.indicators.desk import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    """One plan of 2025 with its officers."""
    from tests.kernel.indicators.desk import make_desk

    return make_desk()
