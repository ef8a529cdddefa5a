"""The printed lines of one PDF page with their place on it, read character by character."""

from __future__ import annotations

import ctypes
import re
import statistics
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

_SKIP = frozenset({0, 0xFEFF, 0x200B, 0xAD})
_HYPHENS = frozenset({0x02, 0xFFFE})  # how the engine marks a hyphen at a line's end
_GAP = "\u2002"  # a space that stands only in the setting, not in the file's text
_BOLD = re.compile(r"bold|black|heavy|simhei|heiti|黑体", re.IGNORECASE)
_GAPS = re.compile(rf"(?<=[^\x00-\xff]){_GAP}|{_GAP}(?=[^\x00-\xff])")
_SPACES = re.compile(r"(?<=[^\x00-\xff]) +(?=[^\x00-\xff])")


@dataclass(frozen=True, kw_only=True)
class Glyph:
    """One character and its box in points; the page's origin is at the lower left."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    bold: bool = False


@dataclass(kw_only=True)
class Line:
    """One printed line."""

    glyphs: list[Glyph]
    page: int
    text: str = field(init=False)
    left: float = field(init=False)
    right: float = field(init=False)
    bottom: float = field(init=False)
    top: float = field(init=False)
    size: float = field(init=False)

    def __post_init__(self) -> None:
        inked = [glyph for glyph in self.glyphs if glyph.text.strip()] or self.glyphs
        self.left, self.right = min(glyph.left for glyph in inked), max(glyph.right for glyph in inked)
        self.bottom, self.top = min(glyph.bottom for glyph in inked), max(glyph.top for glyph in inked)
        self.size = statistics.median(max(glyph.right - glyph.left, glyph.top - glyph.bottom) for glyph in inked)
        self.text = _spell(self.glyphs, self.size)

    @property
    def middle(self) -> float:
        """Height of the line's middle above the page's foot."""
        return (self.bottom + self.top) / 2


def read_glyphs(*, page: pypdfium2.PdfPage) -> list[list[Glyph]]:
    """All characters of a page in the order of the file, broken where the engine breaks lines."""
    text_page = page.get_textpage()
    broken: list[list[Glyph]] = [[]]
    try:
        box = pdfium.FS_RECTF()  # the character's whole field, so that a 。 at a line's end is as wide as a letter
        high = 0
        heavy = _Heaviness()
        for index in range(text_page.count_chars()):
            code = pdfium.FPDFText_GetUnicode(text_page.raw, index)
            if code in (10, 13):
                broken.append([])
                continue
            if code in _SKIP:
                continue
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
                high = 0
            pdfium.FPDFText_GetLooseCharBox(text_page.raw, index, box)
            generated = pdfium.FPDFText_IsGenerated(text_page.raw, index) == 1
            if generated or code == 32:
                _space(broken[-1], _GAP if generated else " ")
                continue
            text = "-" if code in _HYPHENS else _folded(chr(code))
            place = {"left": box.left, "right": box.right, "bottom": box.bottom, "top": box.top}
            broken[-1].append(Glyph(text=text, **place, bold=heavy(text_page, index)))
    finally:
        text_page.close()
    return [part for part in broken if any(glyph.text.strip() for glyph in part)]


def _space(part: list[Glyph], mark: str) -> None:
    """A space after the part's last character; several are one, a typed one beats one that the engine guessed."""
    if not part:
        return
    last = part[-1]
    if last.text in (" ", _GAP):
        mark = " " if " " in (mark, last.text) else _GAP
        part.pop()
    part.append(Glyph(text=mark, left=last.right, right=last.right, bottom=last.bottom, top=last.top))


class _Heaviness:
    """Whether a character is bold: by its font's weight or name, or because its outline is drawn over (false bold)."""

    def __init__(self) -> None:
        self._names: dict[bytes, bool] = {}
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()

    def __call__(self, text_page: pypdfium2.PdfTextPage, index: int) -> bool:
        if pdfium.FPDFText_GetFontWeight(text_page.raw, index) >= 600:
            return True
        pdfium.FPDFText_GetFontInfo(text_page.raw, index, self._name, 128, self._flags)
        name = self._name.value
        if name not in self._names:
            self._names[name] = bool(_BOLD.search(name.decode("utf-8", errors="replace")))
        if self._names[name]:
            return True
        drawing = pdfium.FPDFText_GetTextObject(text_page.raw, index)
        return bool(drawing) and pdfium.FPDFTextObj_GetTextRenderMode(drawing) == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE


def read_lines(*, page: pypdfium2.PdfPage, number: int) -> list[Line]:
    """The page's printed lines in reading order; parts that stand on one height next to each other are one line."""
    lines: list[Line] = []
    for part in read_glyphs(page=page):
        line = Line(glyphs=_from_left(part), page=number)
        if lines and _beside(lines[-1], line):
            lines[-1] = Line(glyphs=[*lines[-1].glyphs, *part], page=number)
        else:
            lines.append(line)
    return lines


def _from_left(part: list[Glyph]) -> list[Glyph]:
    """The characters of a line as they stand: printers set quotation marks of another font after the rest of the line."""
    width = max(glyph.right - glyph.left for glyph in part)
    if not any(after.left < before.left - 0.5 * width for before, after in pairwise(part)):
        return part
    return sorted(part, key=lambda glyph: glyph.left)


def _beside(one: Line, other: Line) -> bool:
    """Whether `other` continues the printed line `one` to the right."""
    overlap = min(one.top, other.top) - max(one.bottom, other.bottom)
    smaller = min(one.top - one.bottom, other.top - other.bottom)
    return overlap > 0.5 * max(smaller, 0.1) and other.left >= one.right - 0.5 * one.size


def _spell(glyphs: list[Glyph], size: float) -> str:
    """The line's characters; a wide gap becomes one space, spaces between Chinese characters fall away."""
    text = ""
    for index, glyph in enumerate(glyphs):
        if index and glyph.left - glyphs[index - 1].right > 1.2 * size and not text.endswith((" ", _GAP)):
            text += "\u2003"
        text += glyph.text
    return _SPACES.sub("", _GAPS.sub("", text).replace(_GAP, " ")).replace("\u2003", " ").strip()


def _folded(found: str) -> str:
    """Radicals that some printers put in place of characters (⼀ for 一) as the character itself."""
    return unicodedata.normalize("NFKC", found) if "\u2e80" <= found <= "\u2fdf" else found
