"""Row numbers as a condition of a query, however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

PLAIN_MOST = 100
"""Up to this many row numbers are bound one by one; more go as one value."""


def listed(numbers: Iterable[int]) -> Any:
    """The numbers for `id__in`."""
    ordered = sorted(set(numbers))
    if len(ordered) <= PLAIN_MOST:
        return ordered
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", (json.dumps(ordered),))
    return RawSQL("SELECT unnest(%s::bigint[])", (ordered,))
