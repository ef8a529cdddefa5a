"""A worksheet's XML passed through piece by piece: what stands above its rows, each row, what stands below."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

from xlsxwriter.utility import xl_col_to_name

_ROOT = re.compile(rb"<(?:([\w.-]+):)?worksheet\b[^>]*>")
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENCODING = re.compile(rb"""(<\?xml[^>]*encoding=["'])[^"']*""")
_STYLE = re.compile(rb"""(\ss\s*=\s*["'])(\d+)""")


def attributes(tag: bytes) -> dict[bytes, bytes]:
    """The attributes of an opening tag."""
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(tag)}


@lru_cache(maxsize=16_384)
def letters_of(column: int) -> str:
    """The letters of a column (1..): 1 -> A."""
    return str(xl_col_to_name(column - 1))


@lru_cache(maxsize=16_384)
def column_of(letters: bytes) -> int:
    """The column (1..) of its letters: A -> 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


class Grammar:
    """How one sheet writes its elements: with which prefix (mostly none) and in which namespace."""

    def __init__(self, start: bytes) -> None:
        """From the first bytes of the sheet; ValueError where they are no worksheet."""
        root = _ROOT.search(start)
        if root is None:
            raise ValueError("no worksheet")
        self.root = root[0]
        self.prefix = prefix = root[1] + b":" if root[1] else b""
        declared = attributes(root[0])
        self.namespace = declared.get(b"xmlns:" + root[1] if root[1] else b"xmlns", b"").decode()
        self.relations = (
            "http://purl.oclc.org/ooxml/officeDocument/relationships"
            if "purl.oclc.org" in self.namespace
            else "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        )
        self.row_start = b"<%brow" % prefix
        self.row_tag = re.compile(rb"<%brow\b([^>]*?)(/?)>" % prefix)
        self.row_number = re.compile(rb"""[^>]*?\sr\s*=\s*["'](\d+)["']""")
        self.cell = re.compile(rb"<%bc(?=[\s/>])([^>]*?)(?:/>|>(.*?)</%bc\s*>)" % (prefix, prefix), re.DOTALL)
        self.place = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})\d+["']""")
        self.filled = re.compile(rb"<%b(?:v|f|is)\b" % prefix)
        self.end = b"</%bsheetData" % prefix


class Pieces:
    """The pieces of a worksheet, read once from its chunks of bytes; `tail` stands when the rows have been read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        """Reads as far as the first row; ValueError where there is no table of rows."""
        self._chunks = in_utf8(chunks)
        start = next(self._chunks, b"")
        while not (opening := re.search(rb"<(?:[\w.-]+:)?sheetData\b[^>]*?(/?)>", start)):
            more = next(self._chunks, None)
            if more is None:
                raise ValueError("no rows")
            start += more
        self.grammar = Grammar(start)
        self.head, self._rest, self.tail = start[: opening.end()], start[opening.end() :], b""
        if opening[1]:
            self.head = self.head[:-2] + b">"
            self._rest = self.grammar.end + b">" + self._rest

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Each row's number (1..) and its XML, to the beginning of the next row."""
        grammar, number = self.grammar, 0
        pieces = between(chain([self._rest], self._chunks), grammar.row_start)
        for place, piece in enumerate(pieces):
            closing = piece.find(grammar.end)
            if place:
                found = grammar.row_number.match(piece)
                number = int(found[1]) if found else number + 1
                yield number, grammar.row_start + (piece if closing < 0 else piece[:closing])
            if closing >= 0:
                self.tail = grammar.row_start.join([piece[closing:], *pieces])
                return
        raise ValueError("rows without an end")


class RowCells:
    """One row taken apart: its cells by column (1..), to be changed and written again."""

    def __init__(self, grammar: Grammar, number: int, xml: bytes | None = None) -> None:
        """Of a row element, or a new row; ValueError for other XML.

        A cell without a place stands right of the one before it and is told its place.
        """
        self._grammar, self.number = grammar, number
        self._end = b"</%brow>" % grammar.prefix
        self.cells: dict[int, bytes] = {}
        self.about: dict[bytes, bytes] = {b"r": b"%d" % number}
        if xml is None:
            return
        tag = grammar.row_tag.match(xml)
        if tag is None:
            raise ValueError("no row")
        self.about |= attributes(tag[1])
        self.about.pop(b"spans", None)  # a hint which columns there are, no longer true
        column, end = 0, tag.end()
        for cell in grammar.cell.finditer(xml, end):
            place = grammar.place.search(xml, cell.start(), cell.end(1))
            column = column_of(place[1]) if place else column + 1
            at = cell.start(1) - cell.start()
            own = b' r="%b%d"' % (letters_of(column).encode(), number)
            self.cells[column] = cell[0] if place else cell[0][:at] + own + cell[0][at:]
            end = cell.end()
        if not tag[2]:
            self._end = xml[end:]

    def style(self, column: int) -> int | None:
        """The style of a cell that is there, None for one that is not."""
        cell = self.cells.get(column)
        if cell is None:
            return None
        found = _STYLE.search(cell, 0, cell.index(b">"))
        return int(found[2]) if found else 0

    def set_style(self, column: int, style: int) -> None:
        """Give a cell a style; one that was not there is made, empty."""
        cell = self.cells.get(column)
        if cell is None:
            self.write(column, style=style)
            return
        end, at = cell.index(b">"), len(self._grammar.prefix) + 2
        opening, count = _STYLE.subn(rb"\g<1>%d" % style, cell[:end], count=1)
        self.cells[column] = (opening if count else cell[:at] + b' s="%d"' % style + cell[at:end]) + cell[end:]

    def write(self, column: int, *, style: int, text_xml: str | None = None) -> None:
        """Write a cell anew: empty, or with a text given as its `<t>`."""
        p, place = self._grammar.prefix, b"%b%d" % (letters_of(column).encode(), self.number)
        if text_xml is None:
            self.cells[column] = b'<%bc r="%b" s="%d"/>' % (p, place, style)
            return
        text = text_xml.encode().replace(b"<t ", b"<%bt " % p).replace(b"</t>", b"</%bt>" % p)
        self.cells[column] = b'<%bc r="%b" s="%d" t="inlineStr"><%bis>%b</%bis></%bc>' % (
            p,
            place,
            style,
            p,
            text,
            p,
            p,
        )

    @property
    def own_style(self) -> int | None:
        """The style that the row lends to cells that are not there, None without one."""
        lent = self.about.get(b"customFormat") in (b"1", b"true")
        return int(self.about.get(b"s", b"0")) if lent else None

    def raise_to(self, height: float) -> None:
        """Make the row at least that many points high."""
        if float(self.about.get(b"ht", b"0")) < height:
            self.about[b"ht"] = b"%g" % height

    def xml(self) -> bytes:
        """The row as XML, its cells in their order."""
        about = b"".join(b' %b="%b"' % pair for pair in self.about.items())
        cells = b"".join(self.cells[column] for column in sorted(self.cells))
        return b"<%brow%b>%b%b" % (self._grammar.prefix, about, cells, self._end)


def between(chunks: Iterable[bytes], mark: bytes) -> Iterator[bytes]:
    """What stands before, between and after the marks, which may lie across the chunks' seams."""
    left = b""
    for chunk in chunks:
        *pieces, left = (left + chunk).split(mark)
        yield from pieces
    yield left


def in_utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks as they are, or turned into UTF-8 where the sheet is written in UTF-16."""
    first = next(chunks, b"")
    if first[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        yield first
        yield from chunks
        return
    texts = codecs.iterdecode(chain([first], chunks), "utf-16")
    yield _ENCODING.sub(rb"\g<1>UTF-8", next(texts).encode())
    yield from (text.encode() for text in texts)
