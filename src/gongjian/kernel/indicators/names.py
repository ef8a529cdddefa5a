"""Names: which row of a register a plan means when it writes a project's name, mostly shortened.

A row is meant when its name contains the plan's, punctuation and quotes aside, or failing that stands in it. Each row
serves one name: long names choose first and take the row closest in length, so that 滨河路 does not take 滨河路大修.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

SHORTEST = 4
"""A row's name of fewer letters inside a longer one of the plan says too little: 道路, 消防站."""


_SILENT = re.compile(r"[\W_]+")


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """Letters and digits only, full width and capitals levelled."""
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return (text if text.isalnum() else _SILENT.sub("", text)).casefold()


def matched(*, named: Iterable[str], rows: Iterable[tuple[int, str]]) -> dict[str, int]:
    """The row (id) that each name means; names that no row bears are left out. `rows` are (id, plain name)."""
    wanted = sorted(((name, plain(name)) for name in set(named)), key=lambda item: (-len(item[1]), item[0]))
    longer: dict[str, list[tuple[int, int]]] = {name: [] for name, _ in wanted}  # rows that bear the whole name
    shorter: dict[str, list[tuple[int, int]]] = {name: [] for name, _ in wanted}  # rows whose name stands in it
    for pk, text in rows:
        for name, short in wanted:
            if short in text:
                if short:
                    longer[name].append((len(text) - len(short), pk))
            elif text in short and len(text) >= SHORTEST:
                shorter[name].append((len(short) - len(text), pk))
    found: dict[str, int] = {}
    taken: set[int] = set()
    for candidates in (longer, shorter):
        for name, _ in wanted:
            free = [(distance, pk) for distance, pk in candidates[name] if pk not in taken]
            if free and name not in found:
                found[name] = min(free)[1]
                taken.add(found[name])
    return found
