"""What changed between two versions of a plan, letter by letter."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from gongjian.kernel.plan.imports import Change


@dataclass(frozen=True, kw_only=True)
class Marked:
    """One change: the old and the new words in pieces, each with whether it differs; empty where a side has none."""

    old: tuple[tuple[str, bool], ...]
    new: tuple[tuple[str, bool], ...]


def marked(change: Change) -> Marked:
    """The change with its differing letters marked; sentences that share less than half are marked whole."""
    if not change.old or not change.new:
        return Marked(old=_whole(change.old), new=_whole(change.new))
    matcher = difflib.SequenceMatcher(None, change.old, change.new, autojunk=False)
    if matcher.ratio() < 0.5:
        return Marked(old=_whole(change.old), new=_whole(change.new))
    old, new = [], []
    for tag, a, b, c, d in matcher.get_opcodes():
        differs = tag != "equal"
        if b > a:
            old.append((change.old[a:b], differs))
        if d > c:
            new.append((change.new[c:d], differs))
    return Marked(old=tuple(old), new=tuple(new))


def _whole(text: str) -> tuple[tuple[str, bool], ...]:
    return ((text, True),) if text else ()
