"""What the quick reader of a .xlsx leaves out: formula errors, formulas never calculated, the look of numbers, macros."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from gongjian.kernel.registers.parse import UNCALCULATED
from gongjian.surfaces.inlets.formats import BUILT_IN, Look, look
from gongjian.surfaces.inlets.sprawl import column_number

Position = tuple[int, int]
"""Row and column, from 0."""

_SMALL_PART = 64 * 1024 * 1024  # more than any honest styles.xml or workbook.xml unpacks to
_ERROR = re.compile(rb" t=[\"']e[\"']")
_HIDDEN = rb"""<%brow\b[^<>]*?\shidden=["'](?:1|true)["'][^<>]*>"""
_ROW_NUMBER = re.compile(rb"""\sr=["'](\d{1,7})["']""")
_PLACE = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_BROKEN = (
    EOFError,
    KeyError,
    ValueError,
    OSError,
    RuntimeError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
)
_RELATION = "/relationships}id"  # in the namespace of either edition of the standard


@dataclass(kw_only=True)
class Details:
    """Of one sheet: error texts by position, and positions by the look of their numbers."""

    faults: dict[Position, str] = field(default_factory=dict)
    looks: dict[Look, list[Position]] = field(default_factory=lambda: defaultdict(list))
    unseen: set[int] = field(default_factory=set)
    """Rows that are hidden, by hand or by a filter."""
    unplaced: bool = False
    """Some cell with an error, a formula or a look does not say where it stands."""
    two_byte: bool = False
    """The XML is written in UTF-16, which the quick reader takes for a blank sheet."""


class DetailReader:
    """Scans the cells of every sheet as they go by; `parts` then holds what was found, by the part's name."""

    def __init__(self, *, looks: dict[int, Look]) -> None:
        self.parts: dict[str, Details] = {}
        self._looks = looks
        numbers = b"|".join(str(number).encode() for number in looks)
        self._styled = re.compile(b" s=[\"'](" + numbers + b")[\"']") if numbers else None

    def __call__(self, part: str, text: bytes, prefix: bytes) -> None:
        found = self.parts.setdefault(part, Details())
        found.two_byte = found.two_byte or b"\0" in text
        if b" hidden=" in text:
            hidden = re.finditer(_HIDDEN % prefix, text)
            found.unseen.update(int(number[1]) - 1 for row in hidden if (number := _ROW_NUMBER.search(row[0])))
        for tag, end in _tags(text, _ERROR, prefix):
            if (place := _place(tag, found)) is not None:
                found.faults[place] = _value(text, end, prefix).decode("utf-8", "replace").strip() or "#VALUE!"
        for tag, end in _formulas(text, prefix):
            calculated = b't="str"' in tag or b"t='str'" in tag or _value(text, end, prefix)
            if not calculated and (place := _place(tag, found)) is not None:
                found.faults[place] = UNCALCULATED
        if self._styled is not None:
            for tag, _ in _tags(text, self._styled, prefix):
                if not tag.endswith(b"/>") and (place := _place(tag, found)) is not None:
                    style = self._styled.search(tag)
                    found.looks[self._looks[int(style[1])]].append(place)  # type: ignore[index]


def number_looks(data: bytes) -> dict[int, Look]:
    """The cell styles of a .xlsx whose number format changes what is seen, by the number that cells refer to."""
    root = _part(data, "xl/styles.xml")
    if root is None:
        return {}
    codes = dict(BUILT_IN)
    for element in root.iter("{*}numFmt"):
        number, code = element.get("numFmtId", ""), element.get("formatCode", "")
        if number.isdecimal():
            codes[int(number)] = code
    found = {}
    styles = root.find("{*}cellXfs")
    for place, style in enumerate(styles if styles is not None else ()):
        number = style.get("numFmtId", "")
        shape = look(codes.get(int(number), "")) if number.isdecimal() else None
        if shape is not None:
            found[place] = shape
    return found


def sheet_parts(data: bytes) -> list[str]:
    """The parts that hold the sheets' cells, in lower case, in the order of the workbook's sheets."""
    book, relations = _part(data, "xl/workbook.xml"), _part(data, "xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        return []
    targets = {one.get("Id"): one.get("Target", "") for one in relations.iter("{*}Relationship")}
    named = [next((v for k, v in one.items() if k.endswith(_RELATION)), None) for one in book.iter("{*}sheet")]
    return [_from_root(targets.get(name, "")).lower() for name in named]


def has_macros(data: bytes) -> bool:
    """Whether a workbook, new or old, carries a VBA project."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return any(name.lower().endswith("vbaproject.bin") for name in package.namelist())
    return "_VBA_PROJECT".encode("utf-16-le") in data


def _from_root(target: str) -> str:
    """A part's name from what the workbook calls it: worksheets/sheet1.xml, /xl/worksheets/sheet1.xml."""
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _part(data: bytes, name: str) -> etree._Element | None:
    """A small part's root element; None where it is absent, oversized or broken: the reader itself then complains."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, package.open(name) as stream:
            text = stream.read(_SMALL_PART + 1)
        if len(text) > _SMALL_PART:
            return None
        return etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except _BROKEN:
        return None


def _tags(text: bytes, pattern: re.Pattern[bytes], prefix: bytes) -> Iterator[tuple[bytes, int]]:
    """The start tags of cells in which the pattern occurs, and where each ends."""
    opening = b"<%bc " % prefix
    for match in pattern.finditer(text):
        start = text.rfind(b"<", 0, match.start())
        end = text.find(b">", match.end() - 1)
        if text.startswith(opening, start) and b">" not in text[start : match.start()]:
            yield text[start : end + 1], end + 1


def _formulas(text: bytes, prefix: bytes) -> Iterator[tuple[bytes, int]]:
    """The start tags of cells that hold a formula, and where the formula starts."""
    opening, at = b"<%bf" % prefix, -1
    while (at := text.find(opening, at + 1)) >= 0:
        start = max(text.rfind(b"<%bc%b" % (prefix, mark), 0, at) for mark in (b" ", b">"))
        inside = start >= 0 and text.find(b"</%bc>" % prefix, start, at) < 0
        if inside and text[at + len(opening) : at + len(opening) + 1] in (b" ", b">", b"/"):
            yield text[start : text.find(b">", start) + 1], at


def _value(text: bytes, start: int, prefix: bytes) -> bytes:
    """What the cell that goes on at `start` holds as its value."""
    end = text.find(b"</%bc>" % prefix, start)
    _, opened, rest = text[start : end if end >= 0 else len(text)].partition(b"<%bv" % prefix)
    return rest[rest.find(b">") + 1 :].partition(b"<")[0].strip() if opened else b""


def _place(tag: bytes, found: Details) -> Position | None:
    match = _PLACE.search(tag)
    if match is None:
        found.unplaced = True
        return None
    return int(match[2]) - 1, column_number(match[1]) - 1
