"""Names: which row of a register a plan means when it writes a project's name, mostly shortened.

A row is meant when its name contains the plan's, punctuation and quotes aside, or failing that stands in it. Each row
serves one name: long names choose first and take the row closest in length, so that 滨河路 does not take 滨河路大修.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
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


class Names:
    """The names of a register's rows, in a form in which a plan's name is soon found among many thousands."""

    def __init__(self, rows: Iterable[tuple[int, str]]) -> None:
        """`rows` are (id, name)."""
        self._by_name: dict[str, list[int]] = {}
        for pk, name in rows:
            self._by_name.setdefault(plain(name), []).append(pk)
        self._all = "\n".join(("", *self._by_name, ""))
        self._lengths = [length for length in {len(text) for text in self._by_name} if length >= SHORTEST]

    def matched(self, named: Iterable[str]) -> dict[str, int]:
        """The row (id) that each name means; names that no row bears are left out."""
        wanted = sorted(((name, plain(name)) for name in set(named)), key=lambda item: (-len(item[1]), item[0]))
        found: dict[str, int] = {}
        taken: set[int] = set()
        for candidates in (self._bearing, self._standing_in):
            for name, short in wanted:
                if name in found:
                    continue
                free = [
                    (abs(len(text) - len(short)), pk)
                    for text in candidates(short)
                    for pk in self._by_name[text]
                    if pk not in taken
                ]
                if free:
                    found[name] = min(free)[1]
                    taken.add(found[name])
        return found

    def _bearing(self, short: str) -> Iterator[str]:
        """The names that contain `short`."""
        at = self._all.find(short) if short else -1
        while at >= 0:
            begins, ends = self._all.rfind("\n", 0, at) + 1, self._all.find("\n", at)
            yield self._all[begins:ends]
            at = self._all.find(short, ends)

    def _standing_in(self, short: str) -> Iterator[str]:
        """The names, of at least four letters, that stand in `short`."""
        parts = {short[at : at + length] for length in self._lengths for at in range(len(short) - length + 1)}
        return (part for part in parts if part in self._by_name)
