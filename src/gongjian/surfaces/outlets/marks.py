"""The clerk's own workbook handed back: refused cells coloured and explained, the reasons in a last column."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from xml.parsers import expat

from lxml import etree

from gongjian.surfaces.inlets.archive import corrupt
from gongjian.surfaces.inlets.sniff import Nature, nature
from gongjian.surfaces.inlets.sprawl import refuse_sprawl
from gongjian.surfaces.outlets.book import Book
from gongjian.surfaces.outlets.frame import sheet_name
from gongjian.surfaces.outlets.marked_rows import (
    LAST_COLUMN,
    REASONS,
    Marking,
    Survey,
    marked_sheet,
    may_read_reasons,
    reads_reasons,
    survey,
)
from gongjian.surfaces.outlets.marked_styles import MarkedStyles
from gongjian.surfaces.outlets.notes import AUTHOR, Notes, Place, drawing_of
from gongjian.surfaces.outlets.rebuilt import rebuilt
from gongjian.surfaces.outlets.sheet_xml import Pieces, between, in_utf8

__all__ = ["AUTHOR", "REASONS", "Mark", "mark_rows", "marked_ending"]

_HEAD_NOTE = "这一列由系统填写:按原因改正后,把本文件重新导入即可;这一列不会导入。"
_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_STRINGS = re.compile(rb"<([\w.-]+:)?sst\b")
_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A refusal in the sheet: the row as the clerk counts it (1..), the column index (0..), None for the whole row."""

    row: int
    column_index: int | None = None
    sentence: str
    column: str = ""
    """The column's heading, which the last column puts before the sentence."""


def mark_rows(
    *,
    data: bytes,
    marks: Sequence[Mark],
    name: str = "台账.xlsx",
    sheet: str | None = None,
    head_row: int | None = None,
) -> bytes:
    """The workbook with every marked cell coloured and commented; a .xls or .csv becomes a .xlsx.

    Of a .xlsx or .xlsm only the sheet's rows, the styles and the comments are touched: charts, pictures, macros, lists
    and all other sheets stay byte for byte. `sheet` names the sheet (default: the first; ValueError for a name that is
    not there), `head_row` (1..) is where the column of reasons gets its head (default: the row above the first mark).
    Marks of an earlier round are taken off first. Refused like an import: files that are no sheet, broken, or bombs.
    """
    if nature(data) is not Nature.XLSX:
        data, sheet = rebuilt(name=name, data=data), sheet_name(sheet) if sheet else None
    else:
        refuse_sprawl(name=name, data=data)
    try:
        book = Book(data)
        try:
            part = book.sheet(sheet)
        except KeyError:
            raise LookupError(sheet) from None
        return _marked(book, part, marks, head_row)
    except LookupError as fault:
        if type(fault) is LookupError:
            raise ValueError(f"no sheet named {sheet!r}") from None
        raise corrupt(name) from fault
    except (zipfile.BadZipFile, ValueError, TypeError, etree.XMLSyntaxError, expat.ExpatError) as fault:
        raise corrupt(name) from fault


def marked_ending(data: bytes) -> str:
    """The ending that the name of a marked workbook needs: .xlsm where it carries macros, else .xlsx."""
    types = Book(data).read("[Content_Types].xml")
    return ".xlsm" if _MACROS in types else ".xlsx"


def _marked(book: Book, part: str, marks: Sequence[Mark], head_row: int | None) -> bytes:
    pieces = Pieces(book.chunks(part))
    styles_part = next(iter(book.related(book.workbook, "styles").values()), None)
    styles = MarkedStyles(book.tree(styles_part)) if styles_part else MarkedStyles.empty(pieces.grammar.namespace)
    notes = Notes(book, sheet=part, grammar=pieces.grammar)
    about = survey(pieces, styles=styles, shared=_shared_reasons(book), noted=notes.earlier)
    head = head_row or max(1, min((mark.row for mark in marks), default=2) - 1)
    marking = _marking(marks, about, head if marks else None, notes)
    drawing = notes.save(drawing=drawing_of(pieces.grammar, about.tail), pixels=about.pixels)
    again = Pieces(book.chunks(part))
    book.put(part, marked_sheet(again, about=about, marking=marking, styles=styles, drawing=drawing))
    if styles_part is None:
        styles_part, relation = book.free_name("xl/styles{}.xml", first=""), f"{pieces.grammar.relations}/styles"
        book.add(styles_part, owner=book.workbook, relation=relation, content_type=_STYLES)
    book.put_tree_later(styles_part, styles.tree)
    return book.save(last=styles_part)


def _marking(marks: Sequence[Mark], about: Survey, head: int | None, notes: Notes) -> Marking:
    """Which cells turn red and which sentences go where; the comments are handed to `notes`."""
    rows = sorted({mark.row for mark in marks} | ({head} if head else set()))
    merged = about.owners(rows)
    column: int | None = about.reasons[1] if about.reasons else about.last_filled + 1
    while ranges := [r for row in rows for r in merged.get(row, ()) if r[1] <= (column or 0) <= r[3]]:
        column = max(r[3] for r in ranges) + 1
    if head is None or column is None or column > LAST_COLUMN:
        column = None
    cells: dict[int, set[int]] = defaultdict(set)
    sentences: dict[int, list[str]] = defaultdict(list)
    beside: dict[Place, list[str]] = defaultdict(list)

    def shown(row: int, column: int) -> Place:
        """The cell that shows at a place: inside a merged range its first."""
        return next(((r[0], r[1]) for r in merged.get(row, ()) if r[1] <= column <= r[3]), (row, column))

    for mark in marks:
        sentences[mark.row].append(f"{mark.column}:{mark.sentence}" if mark.column else mark.sentence)
        place = 1 if mark.column_index is None else mark.column_index + 1
        beside[shown(mark.row, place)].append(mark.sentence)
        last = (column or about.last_filled + 1) - 1
        for index in range(1, last + 1) if mark.column_index is None else (place,):
            row, owner = shown(mark.row, index)
            cells[row].add(owner)
    for owner_place, said in beside.items():
        notes.add(owner_place, "\n".join(said))
    if head and column:
        notes.add((head, column), _HEAD_NOTE)
    return Marking(
        cells=cells,
        sentences={row: "\n".join(said) for row, said in sentences.items()},
        column=column,
        head=head,
    )


def _shared_reasons(book: Book) -> frozenset[int]:
    """The numbers of the shared strings that read 退回原因; the strings are gone through, not kept."""
    part = next(iter(book.related(book.workbook, "sharedStrings").values()), None)
    if part is None or not book.holds(part):
        return frozenset()
    chunks = in_utf8(book.chunks(part))
    start = next(chunks, b"")
    root = _STRINGS.search(start)
    if root is None:
        return frozenset()
    strings = between(chain([start], chunks), b"<%bsi" % (root[1] or b""))
    next(strings)  # what stands above the first
    return frozenset(
        number for number, text in enumerate(strings) if may_read_reasons(text) and reads_reasons(b"<" + text)
    )
