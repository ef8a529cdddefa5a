"""表头对照: where a unit once put a heading of its sheets is remembered, so that it is asked only once."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from gongjian.kernel.people.models import Unit
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import LearnedHead

LONGEST = 200
"""Characters of a heading that are compared; what is longer is an explanation, not a heading."""


def plain(head: str) -> str:
    """A heading as it is remembered: half width, lower case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", head).casefold().split())[:LONGEST]


def recall(*, register: Register, unit: Unit | None) -> dict[str, str]:
    """Heading (as `plain` gives it) -> key of the column it went to, "" for one that was left out.

    What the unit itself decided comes before what officers without a unit decided.
    """
    found: dict[str, str] = {}
    for owner in dict.fromkeys((None, unit)):
        rows = LearnedHead.objects.filter(register=register.name, unit=owner)
        found |= dict(rows.values_list("head", "key"))
    return found


def remember(*, register: Register, unit: Unit | None, heads: Mapping[str, str], at: datetime) -> int:
    """Keep where each heading went (key, "" for left out) for the unit; returns how many were new or different."""
    known = {row.head: row for row in LearnedHead.objects.filter(register=register.name, unit=unit)}
    wanted = {plain(head): key for head, key in heads.items() if plain(head)}
    fresh = [
        LearnedHead(register=register.name, unit=unit, head=head, key=key, at=at)
        for head, key in wanted.items()
        if head not in known
    ]
    LearnedHead.objects.bulk_create(fresh, ignore_conflicts=True)  # two officers of a unit may confirm at once
    other = [row for head, row in known.items() if head in wanted and row.key != wanted[head]]
    for row in other:
        row.key, row.at = wanted[row.head], at
    LearnedHead.objects.bulk_update(other, ["key", "at"])
    return len(fresh) + len(other)


def forget(*, register: Register, unit: Unit | None) -> int:
    """Forget all that the unit's sheets taught; returns how many headings."""
    return LearnedHead.objects.filter(register=register.name, unit=unit).delete()[0]
