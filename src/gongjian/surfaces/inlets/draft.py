"""A document while an inlet writes it: paragraphs, headings and tables go in, offsets are kept right."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from gongjian.kernel.errors import Refusal
from gongjian.kernel.plan.document import Block, Cell, Document, Spot, Table


class Draft:
    """Collects text with its spots, blocks and tables; paragraphs are separated by a newline, cells by a tab."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._paragraph = 0
        self._spots: list[Spot] = []
        self._blocks: list[Block] = []
        self._tables: list[Table] = []
        self.notes: list[str] = []

    @property
    def paragraph(self) -> int:
        """Number of the last paragraph written (1..), 0 before the first."""
        return self._paragraph

    def write(self, text: str, *, page: int | None = None, level: int | None = None, lead: int = 0) -> int:
        """One paragraph; returns its start. `level` 1..6 marks it as a heading, `lead` its first characters as bold."""
        start = self._open(page)
        self._add(text)
        if level is not None:
            self._blocks.append(Block(start=start, end=start + len(text), level=level))
        elif lead:
            self._blocks.append(Block(start=start, end=start + lead, level=0))
        return start

    def turn(self, *, offset: int, page: int) -> None:
        """From `offset` on the current paragraph stands on the next page."""
        self._spots.append(Spot(start=offset, paragraph=self._paragraph, page=page))

    def table(self, rows: Sequence[Sequence[tuple[str, object]]], *, pages: Sequence[int] = ()) -> None:
        """A table as rows of (text, identity); cells of one identity are one merged cell, written once.

        `pages` gives the page of each row; the text of a row is one paragraph, cells separated by a tab.
        """
        spans: dict[object, Cell] = {}
        finished: list[tuple[Cell, ...]] = []
        for number, row in enumerate(rows):
            self._open(pages[number] if pages else None)
            first = True
            for text, identity in row:
                if identity in spans:
                    continue
                if not first:
                    self._add("\t")
                first = False
                spans[identity] = Cell(start=self._length, end=self._length + len(text))
                self._add(text)
            finished.append(tuple(spans[identity] for _, identity in row))
        if finished:
            self._tables.append(Table(rows=tuple(finished)))

    def finish(self, *, name: str, data: bytes, media: str) -> Document:
        """The finished document; refused when it holds no visible character."""
        text = "".join(self._pieces)
        refuse_blank(name=name, text=text)
        return Document(
            name=name,
            text=text,
            digest=hashlib.sha256(data).hexdigest(),
            media=media,
            spots=tuple(self._spots),
            blocks=tuple(self._blocks),
            tables=tuple(self._tables),
            notes=tuple(self.notes),
        )

    def _open(self, page: int | None) -> int:
        if self._paragraph:
            self._add("\n")
        self._paragraph += 1
        self._spots.append(Spot(start=self._length, paragraph=self._paragraph, page=page))
        return self._length

    def _add(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)


def refuse_blank(*, name: str, text: str) -> None:
    """Refuse a text without any visible character."""
    if not text.strip().strip("\ufeff\u200b"):
        raise Refusal("document.blank", f"文件“{name}”里没有文字(只有空白)", "请确认选对了文件,正文不是图片,再重新上传")
