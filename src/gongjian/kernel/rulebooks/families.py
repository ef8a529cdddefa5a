"""The rulebooks by what they are about, in the order in which an officer looks for them (standards/families.toml)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from gongjian.kernel import standards
from gongjian.kernel.rulebooks.rulebook import Rulebook

OTHERS = "其他"
"""What no family names."""


@cache
def every() -> dict[str, tuple[str, ...]]:
    """The names of each family's rulebooks by its title, in order."""
    return {one["title"]: tuple(one["rulebooks"]) for one in standards.standard("families")["families"]}


@cache
def _places() -> dict[str, tuple[int, str]]:
    pairs = [(name, title) for title, names in every().items() for name in names]
    return {name: (place, title) for place, (name, title) in enumerate(pairs)}


def placed(name: str) -> int:
    """The place of a rulebook in that order; those that no family names come last."""
    return _places().get(name, (len(_places()), OTHERS))[0]


def title_of(name: str) -> str:
    """The title of a rulebook's family."""
    return _places().get(name, (0, OTHERS))[1]


def grouped(books: Iterable[Rulebook]) -> list[tuple[str, list[Rulebook]]]:
    """The rulebooks under their family's title."""
    found: dict[str, list[Rulebook]] = {}
    for book in sorted(books, key=lambda one: placed(one.name)):
        found.setdefault(title_of(book.name), []).append(book)
    return list(found.items())
