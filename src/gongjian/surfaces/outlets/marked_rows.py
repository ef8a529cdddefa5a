"""The rows of a sheet with marks put on and earlier ones taken off; a row that neither concerns goes through untouched."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from xml.parsers import expat

from gongjian.surfaces.outlets.cells import LINE_HEIGHT, lines_of, text_xml
from gongjian.surfaces.outlets.marked_styles import MarkedStyles
from gongjian.surfaces.outlets.sheet_xml import Grammar, Pieces, RowCells, attributes, column_of, letters_of

REASONS = "退回原因"
REASON_WIDTH = 48
LAST_COLUMN = 16_384
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")
_TAG = re.compile(rb"<[^>]*>")
_SHARED = re.compile(rb"""\st\s*=\s*["']s["']""")
_FORMS = (REASONS.encode(), b"&#%d;" % ord(REASONS[0]), b"&#x%x;" % ord(REASONS[0]), b"&#x%X;" % ord(REASONS[0]))

Place = tuple[int, int]
"""Row and column of a cell, from 1."""


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What a sheet is like: what stands around its rows, its last filled column, the head of an earlier round."""

    grammar: Grammar
    head: bytes
    tail: bytes
    last_filled: int
    reasons: Place | None

    @cached_property
    def columns(self) -> list[tuple[int, int, dict[bytes, bytes]]]:
        """First and last column (1..) and the attributes of each column element."""
        tags = re.findall(rb"<%bcol\b[^>]*>" % self.grammar.prefix, self.head)
        found = [attributes(tag) for tag in tags]
        return [(int(about[b"min"]), int(about[b"max"]), about) for about in found]

    @cached_property
    def merged(self) -> list[tuple[int, int, int, int]]:
        """First row, first column, last row, last column (1..) of each merged range."""
        tags = re.findall(rb"<%bmergeCell\b[^>]*>" % self.grammar.prefix, self.tail)
        return [_range(attributes(tag).get(b"ref", b"").decode()) for tag in tags]

    def pixels(self, column: int) -> int:
        """The width of a column on the screen; that of a hidden one is 0."""
        about = self._about(column)
        hidden = about.get(b"hidden") in (b"1", b"true")
        return 0 if hidden else int(float(about.get(b"width", b"8.43")) * 7 + 5)

    def lent_style(self, column: int) -> int:
        """The style that the column lends to cells that are not there."""
        return int(self._about(column).get(b"style", b"0"))

    def owners(self, rows: Sequence[int]) -> dict[int, list[tuple[int, int, int, int]]]:
        """The merged ranges that touch each of the rows, given in their order."""
        found: dict[int, list[tuple[int, int, int, int]]] = {}
        for merged in self.merged:
            for row in rows[bisect_left(rows, merged[0]) : bisect_right(rows, merged[2])]:
                found.setdefault(row, []).append(merged)
        return found

    def _about(self, column: int) -> dict[bytes, bytes]:
        return next((about for first, last, about in self.columns if first <= column <= last), {})


def survey(pieces: Pieces, *, styles: MarkedStyles, shared: frozenset[int], noted: Collection[Place]) -> Survey:
    """Read the whole sheet once. `shared` are the numbers of the shared strings that read 退回原因.

    Our own head of that column is told from one of the clerk's by its red or, where that was cleared, by our comment:
    the cells that have one are `noted`.
    """
    grammar, last_filled, reasons = pieces.grammar, 0, None
    cell = b"<%bc" % grammar.prefix
    contents = [b"<%b%b" % (grammar.prefix, name) for name in (b"v", b"is", b"f")]
    numbers = b"|".join(b"%d" % number for number in shared) or b"none"
    numbered = re.compile(rb"""\bt=["']s["'][^>]*><%bv>(?:%b)</""" % (grammar.prefix, numbers))
    for number, xml in pieces.rows():
        content = max(map(xml.rfind, contents))
        if content >= 0:
            last = xml.rfind(cell, 0, content)
            place = grammar.place.search(xml, last, content)
            if place is None:
                last_filled = max(last_filled, *(column for column in RowCells(grammar, number, xml).cells))
            elif len(place[1]) > 1 or column_of(place[1]) > last_filled:
                last_filled = max(last_filled, column_of(place[1]))
        if may_read_reasons(xml) or (shared and numbered.search(xml)):
            row = RowCells(grammar, number, xml)
            for column, found in row.cells.items():
                ours = row.style(column) in styles.marks or (number, column) in noted
                if ours and _reads_reasons(found, shared):
                    reasons = number, column
    return Survey(grammar=grammar, head=pieces.head, tail=pieces.tail, last_filled=last_filled, reasons=reasons)


@dataclass(frozen=True, kw_only=True)
class Marking:
    """What is to be written: the columns to colour and the sentence by row (all from 1), and where the sentences go.

    `column` and `head` (its row) are None where nothing is marked or the sheet has no column left.
    """

    cells: Mapping[int, set[int]]
    sentences: Mapping[int, str]
    column: int | None
    head: int | None


def marked_sheet(
    pieces: Pieces, *, about: Survey, marking: Marking, styles: MarkedStyles, drawing: str | None
) -> Iterator[bytes]:
    """The sheet with earlier marks taken off and the new ones put on; `drawing` is the id of a drawing to refer to."""
    grammar = pieces.grammar
    yield _head(about, marking)
    waiting = sorted({*marking.cells, *marking.sentences, *([marking.head] if marking.head else [])}, reverse=True)
    touched = set(waiting)
    red = [b' s="%d"' % style for style in styles.marks]
    earlier = f'r="{letters_of(about.reasons[1])}%d"'.encode() if about.reasons else b""
    for number, xml in pieces.rows():
        while waiting and waiting[-1] < number:
            yield _marked(RowCells(grammar, waiting.pop()), about, marking, styles).xml()
        if waiting and waiting[-1] == number:
            waiting.pop()
        if number in touched or any(map(xml.__contains__, red)) or (earlier and earlier % number in xml):
            row = RowCells(grammar, number, xml)
            _take_off(row, about, styles)
            xml = _marked(row, about, marking, styles).xml()
        yield xml
    while waiting:
        yield _marked(RowCells(grammar, waiting.pop()), about, marking, styles).xml()
    yield _tail(about, drawing)


def _take_off(row: RowCells, about: Survey, styles: MarkedStyles) -> None:
    for column in list(row.cells):
        style = row.style(column)
        if about.reasons and column == about.reasons[1] and row.number >= about.reasons[0]:
            del row.cells[column]
        elif style in styles.marks:
            row.set_style(column, styles.restored(style))


def _marked(row: RowCells, about: Survey, marking: Marking, styles: MarkedStyles) -> RowCells:
    """The row with its cells coloured and its sentence at the end, where it has any."""

    def style_of(column: int) -> int:
        own = row.style(column)
        if own is None:
            own = row.own_style
        return about.lent_style(column) if own is None else own

    if row.number in marking.sentences:
        row.about.pop(b"hidden", None)  # what is to be put right must be seen
    before = style_of(max((column for column in row.cells if column < (marking.column or 0)), default=1))
    for column in marking.cells.get(row.number, ()):
        row.set_style(column, styles.marked(style_of(column)))
    if marking.column is None:
        return row
    if row.number == marking.head:
        row.write(marking.column, style=styles.heading(before), text_xml=text_xml(REASONS))
    elif sentence := marking.sentences.get(row.number):
        row.write(marking.column, style=styles.reason(before), text_xml=text_xml(sentence))
        if (lines := lines_of(sentence, width=REASON_WIDTH)) > 1:
            row.raise_to(LINE_HEIGHT * lines + 4)
    return row


def may_read_reasons(xml: bytes) -> bool:
    """Whether 退回原因 stands somewhere, in letters or in numbers; quick, for every row and string of a sheet."""
    return any(form in xml for form in _FORMS)


def reads_reasons(xml: bytes) -> bool:
    """Whether the text of an element is 退回原因 and nothing else."""
    return unescape(_TAG.sub(b"", xml).decode(errors="replace")).strip() == REASONS


def _reads_reasons(cell: bytes, shared: frozenset[int]) -> bool:
    """Whether a cell says 退回原因, itself or by the number of a shared string."""
    text = _TAG.sub(b"", cell).strip()
    return reads_reasons(cell) or (text.isdigit() and int(text) in shared and bool(_SHARED.search(cell)))


def _head(about: Survey, marking: Marking) -> bytes:
    """What stands above the rows, with a wide column for the sentences and the sheet's size brought up to date."""
    if marking.column is None or (about.reasons and about.reasons[1] == marking.column):
        return about.head
    p, column = about.grammar.prefix, marking.column
    own = {b"min": b"%d" % column, b"max": b"%d" % column, b"width": b"%d.7109375" % REASON_WIDTH, b"customWidth": b"1"}
    columns = [(column, own)]
    for first, last, attrs in about.columns:
        for low, high in ((first, min(last, column - 1)), (max(first, column + 1), last)):
            if low <= high:
                columns.append((low, attrs | {b"min": b"%d" % low, b"max": b"%d" % high}))
    tags = [_tag(p + b"col", attrs) for _, attrs in sorted(columns, key=lambda pair: pair[0])]
    listing = b"<%bcols>%b</%bcols>" % (p, b"".join(tags), p)
    head, count = re.subn(rb"<%bcols\b.*?</%bcols\s*>" % (p, p), listing, about.head, count=1, flags=re.DOTALL)
    if not count:
        head = re.sub(rb"(?=<%bsheetData\b)" % p, listing, head, count=1)
    return re.sub(rb"""(<%bdimension\b[^>]*\bref=["'])([^"']*)""" % p, _grown(marking), head, count=1)


def _grown(marking: Marking) -> Callable[[re.Match[bytes]], bytes]:
    def grown(found: re.Match[bytes]) -> bytes:
        top, left, bottom, right = _range(found[2].decode())
        rows = [*marking.cells, *marking.sentences, marking.head or top]
        top, bottom, right = min(top, *rows), max(bottom, *rows), max(right, marking.column or right)
        return found[1] + f"{letters_of(left)}{top}:{letters_of(right)}{bottom}".encode()

    return grown


def _tail(about: Survey, drawing: str | None) -> bytes:
    """What stands below the rows, with the reference to the drawing where the order of elements wants it."""
    if drawing is None:
        return about.tail
    p = about.grammar.prefix
    element = b'<%blegacyDrawing xmlns:r="%b" r:id="%b"/>' % (p, about.grammar.relations.encode(), drawing.encode())
    at = _before(about, {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems"})
    return about.tail[:at] + element + about.tail[at:]


def _before(about: Survey, names: set[str]) -> int:
    """Where in the tail the first of these elements begins, or the tables and extensions that come last, or the end."""
    opening = about.grammar.root + b"<%bsheetData>" % about.grammar.prefix
    found: list[int] = []
    depth = 0
    wanted = names | {"tableParts", "extLst", "AlternateContent"}
    parser = expat.ParserCreate()

    def start(name: str, _: object) -> None:
        nonlocal depth
        if depth == 1 and name.rpartition(":")[2] in wanted:
            found.append(parser.CurrentByteIndex)
        depth += 1

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1
        if depth == 0:
            found.append(parser.CurrentByteIndex)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(opening + about.tail, True)
    return found[0] - len(opening)


def _tag(name: bytes, about: Mapping[bytes, bytes]) -> bytes:
    return b"<%b%b/>" % (name, b"".join(b' %b="%b"' % pair for pair in about.items()))


def _range(ref: str) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column of a reference like A1:C5 or B2."""
    places = [(int(row), column_of(letters.encode())) for letters, row in _REFERENCE.findall(ref)]
    if not places:
        raise ValueError(f"no range of cells: {ref!r}")
    return (*places[0], *places[-1])
