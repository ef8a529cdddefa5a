"""Row numbers: as typed in an address or a form, and as a condition of a query, however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

PLAIN_MOST = 100
"""Up to this many row numbers are bound one by one; more go as one value."""
DIGITS_MOST = 18
"""A number with more digits may be larger than a database's."""


def number_in(text: str) -> int | None:
    """The row number that an address or a form says; None for what is none (², a word, more than a database holds)."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS_MOST else None


def listed(numbers: Iterable[int]) -> Any:
    """The numbers for `id__in`; one that is larger than a database's is no row's."""
    ordered = sorted({number for number in numbers if number < 2**63})
    if len(ordered) <= PLAIN_MOST:
        return ordered
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", (json.dumps(ordered),))
    return RawSQL("SELECT unnest(%s::bigint[])", (ordered,))
