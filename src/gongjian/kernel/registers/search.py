"""Search as you type: words are looked for in a register's searched columns, wherever in a text they stand.

The answer is always the database's own: every word occurs in some searched column, as typed, all in half width or all in
full width; Latin letters in either case. `word_index` only narrows down where the database has to look.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from unicodedata import normalize

from django.db.models import Q, QuerySet

from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.registers import columns, word_index
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.registers.word_keeping import refresh, refresh_all

__all__ = ["matching", "refresh", "refresh_all"]

MANY_MOST = 150_000
"""With more rows than this a word stands nearly everywhere."""
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def matching(
    *, register: Register, by: Officer, found: QuerySet[Any], words: list[str], known_at: datetime | None
) -> QuerySet[Any]:
    """Those of `found` in which every word occurs in some column that `by` may search."""
    paths = columns.searched(register=register, by=by)
    spelled = [spellings(word) for word in dict.fromkeys(words)]
    found = found.filter(_narrowed(register, paths, spelled, known_at))
    for spellings_of_one in spelled:
        found = found.filter(_occurs(paths, spellings_of_one))
    return found


def many(*, register: Register, by: Officer, words: list[str]) -> list[int]:
    """Some of the rows that may hold all words, where there are too many to name; [] where there are not."""
    if not set(word_index.indexed(register)).issuperset(columns.searched(register=register, by=by)):
        return []
    proposal = word_index.proposed(register=register, words=[spellings(word) for word in dict.fromkeys(words)])
    return [] if proposal is None or proposal.is_whole else proposal.numbers


def all_of_many(*, register: Register, words: list[str], not_led_by: str = "") -> list[int] | None:
    """All rows that may hold all words of `many`, without those led by `not_led_by`; None when they are too many."""
    spelled = [spellings(word) for word in dict.fromkeys(words)]
    return _whole(word_index.proposed(register=register, words=spelled, most=MANY_MOST, not_led_by=not_led_by))


def divides(*, register: Register, path: str, word: str) -> bool:
    """Whether no row led by the word in the column `path` stands before the word itself in the order of that column, and
    the index knows these rows: so it is with Chinese characters in any order, with letters not in every one."""
    is_short = 0 < len(word) <= word_index.BEGINNING_MOST
    return path == word_index.leading(register) and is_short and all("一" <= one <= "鿿" for one in word)


def spellings(word: str) -> list[str]:
    """How a word may stand in a text: as typed, in half width (AB12), in full width in capitals or small letters."""
    half = "".join(normalize("NFKC", character) for character in word)
    full = half.translate(FULL_WIDTH)
    return list(dict.fromkeys([word, half, full.upper(), full.lower()] if full != half else [word, half]))


def _occurs(paths: list[str], spelled: list[str]) -> Q:
    condition = Q(id__in=[])
    for spelling in spelled:
        for path in paths:
            condition |= Q(**{f"{path}__icontains": spelling})
    return condition


def _narrowed(register: Register, paths: list[str], words: list[list[str]], known_at: datetime | None) -> Q:
    """A condition that every row sought fulfils and that is quick to look up; an empty one where there is none."""
    own = set(word_index.indexed(register))
    if own.issuperset(paths):
        numbers = _whole(word_index.proposed(register=register, words=words, known_at=known_at))
        return Q() if numbers is None else Q(id__in=listed(numbers))
    condition = Q()
    for word in words:
        condition &= _narrowed_to(register, paths, own, word, known_at)
    return condition


def _narrowed_to(register: Register, paths: list[str], own: set[str], word: list[str], known_at: datetime | None) -> Q:
    """The same for one word and columns of several tables: rows of this one, or rows that point at a row of another."""
    by_table: dict[str, list[str]] = {}
    for path in paths:
        first, _, rest = path.rpartition("__")
        by_table.setdefault(first, []).append(rest)
    condition = Q(id__in=[])
    for first, names in by_table.items():
        numbers = _numbers(register, first, names, own, word, known_at)
        if numbers is None:
            return Q()
        condition |= Q(**{f"{first}__in" if first else "id__in": listed(numbers)})
    return condition


def _numbers(
    register: Register, first: str, names: list[str], own: set[str], word: list[str], known_at: datetime | None
) -> list[int] | None:
    """The rows of one table that may hold the word in one of the columns `names`; None when that cannot be told."""
    if not first:
        if not own.issuperset(names):
            return None
        return _whole(word_index.proposed(register=register, words=[word], known_at=known_at))
    if "__" in first:
        return None
    model = register.field(first).related_model
    if model is Unit:
        return list(Unit.objects.filter(_occurs(names, word)).values_list("pk", flat=True))
    other = getattr(model, "register", None)
    if other is None or not set(word_index.indexed(other)).issuperset(names):
        return None
    return _whole(word_index.proposed(register=other, words=[word]))


def _whole(proposal: word_index.Proposal | None) -> list[int] | None:
    return proposal.numbers if proposal is not None and proposal.is_whole else None
