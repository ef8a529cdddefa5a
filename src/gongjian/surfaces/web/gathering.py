"""Sentences that differ in names and figures alone, gathered: a page says the first and how many others there are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_VARIES = re.compile(r"“[^”]*”|[A-Za-z0-9][\w.,%/-]*", re.ASCII)


def kind_of(sentence: str) -> str:
    """What is left of a sentence without what it quotes, its figures, codes and dates."""
    return _VARIES.sub("…", sentence)


def gathered(sentences: Iterable[str]) -> list[list[str]]:
    """The sentences in groups of one kind each, both in the order in which they come."""
    found: dict[str, list[str]] = {}
    for sentence in sentences:
        found.setdefault(kind_of(sentence), []).append(sentence)
    return list(found.values())


def warned(lines: Iterable[Any]) -> list[list[tuple[Any, str]]]:
    """The `warnings` of many lines in groups of one kind each, every one with its line."""
    found: dict[str, list[tuple[Any, str]]] = {}
    for line in lines:
        for sentence in line.warnings:
            found.setdefault(kind_of(sentence), []).append((line, sentence))
    return list(found.values())
