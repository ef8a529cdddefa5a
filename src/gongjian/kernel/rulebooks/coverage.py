"""Rule coverage: what each article of an official document says, and which criterion stands for it, or why none does.

The articles lie beside the figures in standards/*.toml (`[[articles]]`): number, the sense in a few words, and either the
names of criteria, alerts or score items, or the reason why it is not encoded. A number that was not seen is UNCHECKED.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from gongjian.kernel import standards
from gongjian.kernel.rulebooks.rulebook import Rulebook

UNCHECKED = "条款号未核对"
"""The number of an article whose sense is known from a retelling, not from the document itself."""


@dataclass(frozen=True, kw_only=True)
class Article:
    """One article: it is stood for by criteria (or alerts, or score items), or by none for a reason."""

    number: str
    says: str
    criteria: tuple[str, ...] = ()
    not_encoded: str = ""
    note: str = ""


def of(book: Rulebook) -> list[Article]:
    """The articles of one edition, in the document's order; what the code says is not encoded comes last."""
    found = [
        Article(
            number=given.get("number", UNCHECKED),
            says=given.get("says", ""),
            criteria=_several(given.get("criterion", ())),
            not_encoded=given.get("not_encoded", ""),
            note=given.get("note", ""),
        )
        for given in standards.standard(book.standard).get("articles", ())
        if _is_of(given, book)
    ]
    return found + [
        Article(number=name, says="见原文", not_encoded=why)
        if name.startswith("第")
        else Article(number=UNCHECKED, says=name, not_encoded=why)
        for name, why in book.not_encoded.items()
    ]


def words(book: Rulebook) -> dict[str, str]:
    """What an article may name, with its Chinese label: criteria, alerts, score items."""
    named = {gate.name: gate.label for gate in (*book.alerts, *book.criteria)}
    items = book.score.items() if book.score is not None else []
    return {item.name: item.label for item in items} | named


def faults(book: Rulebook) -> Iterator[tuple[str, str]]:
    """What is wrong with the articles of one edition, and what to do."""
    where = f"rulebook {book.name} ({book.edition})"
    articles, known = of(book), words(book)
    for one in articles:
        if not one.says:
            yield f"{where}: the article {one.number} does not say what it demands", "give it `says`"
        if bool(one.criteria) == bool(one.not_encoded):
            yield (
                f"{where}: the article {one.number} ({one.says}) names neither a criterion nor a reason, or both",
                'give it `criterion = "name"` or `not_encoded = "why"`',
            )
        for name in one.criteria:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                yield (
                    f"{where}: the article {one.number} names the unknown criterion {name}",
                    f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}",
                )
    named = {name for one in articles for name in one.criteria}
    for gate in book.criteria:
        if gate.name not in named:
            yield (
                f"{where}: no article names the criterion {gate.name}",
                f"add [[articles]] with criterion = {gate.name!r} to standards/{book.standard}.toml",
            )


def _several(given: Any) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _is_of(given: Mapping[str, Any], book: Rulebook) -> bool:
    """Whether an article belongs to this edition: one that names no rulebook or edition belongs to all of its standard."""
    names, editions = _several(given.get("rulebook", ())), _several(given.get("edition", ()))
    return (not names or book.name in names) and (not editions or book.edition in editions)
