"""A document as every inlet hands it over: the text unchanged, its tables, and a map from each offset to its place.

Offsets count Unicode code points of `Document.text`. For a .txt file the text is the decoded file, newlines untouched.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Spot:
    """From `start` on (until the next spot) the text stands in this paragraph (1..) and, for a PDF, on this page (1..)."""

    start: int
    paragraph: int
    page: int | None = None


@dataclass(frozen=True, kw_only=True)
class Block:
    """A stretch of the text that the source file itself marks: a heading (level 1..6) or a bold lead phrase (level 0)."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of a table; its text is `Document.text[start:end]`. Merged cells repeat the same span."""

    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table, row by row, the heading rows included; rows may differ in length."""

    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """What the reader reads. `digest` is the SHA-256 (hex) of the source file's bytes."""

    name: str
    text: str
    digest: str
    media: str = "text/plain"
    spots: tuple[Spot, ...] = ()
    blocks: tuple[Block, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """Full Chinese sentences on what the inlet did or could not do (encoding guessed, pages without text...)."""

    def where(self, offset: int) -> Spot:
        """The spot an offset (code points, 0-based) belongs to."""
        if not self.spots:
            return Spot(start=0, paragraph=self.text.count("\n", 0, offset) + 1)
        starts = [spot.start for spot in self.spots]
        return self.spots[max(0, bisect_right(starts, offset) - 1)]


def plain(*, name: str, text: str) -> Document:
    """A document from text that is already at hand; its digest is that of the text in UTF-8."""
    return Document(name=name, text=text, digest=hashlib.sha256(text.encode()).hexdigest())
