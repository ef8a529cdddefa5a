"""Comments beside cells, in the old form that Excel and WPS both show; the clerk's own ones stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from gongjian.surfaces.outlets.book import Book
from gongjian.surfaces.outlets.cells import text_xml
from gongjian.surfaces.outlets.sheet_xml import Grammar, attributes, column_of, letters_of

AUTHOR = "攻坚"
NOTES_LIMIT = 5_000  # comments on one sheet; with many more, Excel takes minutes to open it
_OURS = "【攻坚退回】"  # how our words begin: some programs forget who wrote a comment
_TEXT_LIMIT = 2_000
_THREAD = "tc="  # the author that stands for a thread of answers; Excel writes its words anew
_PLACE = re.compile(r"([A-Z]{1,3})(\d+)")
_SHAPE = re.compile(rb"<([\w.-]+):shape\b.*?</\1:shape\s*>\s*", re.DOTALL)
_BLOCKS = re.compile(rb"""<o:idmap\b[^>]*\bdata=["']([\d,\s]*)["']""")
_WIDTH, _LINE = 300, 17  # pixels of a comment
_SPACES = (
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_VML = f'<xml{_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{{blocks}}"/></o:shapelayout></xml>'
_KIND = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_NOTE = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;width:{width}pt;height:{height}pt;'
    'z-index:1;visibility:hidden" fillcolor="#fdeced" o:insetmode="auto"><v:fill color2="#fdeced"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_DRAWN = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_WRITTEN = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"

Place = tuple[int, int]
"""Row and column of a cell, from 1."""


class Notes:
    """The comments of one sheet. Ours of an earlier round are taken off when it is opened; `save` writes all back."""

    def __init__(self, book: Book, *, sheet: str, grammar: Grammar) -> None:
        """Of the sheet that is that part of the package."""
        self._book, self._sheet, self._grammar = book, sheet, grammar
        self._part = next(iter(book.related(sheet, "comments").values()), None)
        self._tree = book.tree(self._part) if self._part else self._blank()
        self._space = etree.QName(self._tree).namespace
        self._authors, self._list = self._tree.find("{*}authors"), self._tree.find("{*}commentList")
        if self._authors is None or self._list is None:
            raise KeyError("commentList")
        self._by_place = {_placed(comment): comment for comment in self._list if comment.get("ref")}
        self.earlier = self._take_off()
        self._added: dict[Place, str] = {}

    def add(self, place: Place, text: str) -> None:
        """A comment beside the cell, after the clerk's own words where there are some.

        Beside a thread of answers nothing is added, and nothing past the first 5,000 comments.
        """
        own = self._by_place.get(place)
        text = f"{_OURS}\n{text}" if len(text) <= _TEXT_LIMIT else f"{_OURS}\n{text[: _TEXT_LIMIT - 1]}…"
        if own is not None:
            if not self._author(own).startswith(_THREAD):
                self._say(own.find("{*}text"), f"\n{text}")
        elif len(self._by_place) < NOTES_LIMIT:
            index = self._author_index()
            ref = f"{letters_of(place[1])}{place[0]}"
            comment = etree.SubElement(self._list, self._tag("comment"), ref=ref, authorId=str(index), shapeId="0")
            self._say(etree.SubElement(comment, self._tag("text")), text)
            self._by_place[place] = comment
            self._added[place] = text

    def save(self, *, drawing: str | None, pixels: Callable[[int], int]) -> str | None:
        """Write the comments into the package; the id of a new drawing that the sheet must refer to, else None.

        `drawing` is the id by which the sheet refers to its old-style drawing, None where it has none; `pixels` is the
        width of a column (1..).
        """
        if not self._added and not self.earlier and self._part is None:
            return None
        if self._part is None:
            self._part = self._book.free_name("xl/comments{}.xml")
            relation = f"{self._grammar.relations}/comments"
            self._book.add(self._part, owner=self._sheet, relation=relation, content_type=_WRITTEN)
        self._book.put_tree(self._part, self._tree)
        held = self._book.related(self._sheet, "vmlDrawing").get(drawing) if drawing else None
        if held is not None:
            self._book.put(held, self._drawn(_SHAPE.sub(self._kept, self._book.read(held)), pixels))
            return None
        if not self._added:
            return None
        made = self._book.free_name("xl/drawings/vmlDrawing{}.vml")
        self._book.put(made, self._drawn(_VML.format(blocks="").encode(), pixels))
        relation = f"{self._grammar.relations}/vmlDrawing"
        return self._book.add(made, owner=self._sheet, relation=relation, content_type=_DRAWN)

    def _take_off(self) -> set[Place]:
        """Remove our comments and our words after the clerk's; the cells that had a comment of ours alone."""
        found = set()
        for place, comment in list(self._by_place.items()):
            words = "".join(text.text or "" for text in comment.iter("{*}t"))
            if self._author(comment) == AUTHOR or words.startswith(_OURS):
                self._list.remove(comment)
                del self._by_place[place]
                found.add(place)
            else:
                _cut(comment)
        return found

    def _kept(self, shape: re.Match[bytes]) -> bytes:
        """A shape, unless it belongs to a comment that was taken off."""
        row, column = (re.search(rb"<[\w.-]+:%b>\s*(\d+)" % name, shape[0]) for name in (b"Row", b"Column"))
        note = re.search(rb"""ObjectType=["']Note["']""", shape[0])
        ours = note and row and column and (int(row[1]) + 1, int(column[1]) + 1) in self.earlier
        return b"" if ours else shape[0]

    def _drawn(self, drawing: bytes, pixels: Callable[[int], int]) -> bytes:
        """The drawing with a shape for every comment added; their numbers come from blocks that no drawing uses."""
        if not self._added:
            return drawing
        used = [1]
        for part in self._book.named(".vml"):
            used += [
                int(block) for data in _BLOCKS.findall(self._book.read(part)) for block in re.findall(rb"\d+", data)
            ]
        first = max(used) + 1
        shapes = []
        for number, (place, text) in enumerate(self._added.items()):
            block, rest = divmod(number, 1_000)
            shapes.append(_shape((first + block) * 1024 + 1 + rest, place, text, pixels))
        blocks = ",".join(str(first + block) for block in range(-(-len(shapes) // 1_000)))
        known = _BLOCKS.search(drawing)
        if known:
            data = ",".join(filter(None, [known[1].decode().strip(), blocks]))
            drawing = drawing[: known.start(1)] + data.encode() + drawing[known.end(1) :]
        added = ("" if b'id="_x0000_t202"' in drawing else _KIND) + "".join(shapes)
        if not all(space.encode() in drawing for space in _SPACES.split()):
            added = re.sub("<(v:shape(?:type)?) ", rf"<\1{_SPACES} ", added)
        end = drawing.rindex(b"</")
        return drawing[:end] + added.encode() + drawing[end:]

    def _author(self, comment: Any) -> str:
        index = int(comment.get("authorId", "0"))
        return (self._authors[index].text or "") if index < len(self._authors) else ""

    def _author_index(self) -> int:
        names = [author.text for author in self._authors]
        if AUTHOR not in names:
            etree.SubElement(self._authors, self._tag("author")).text = AUTHOR
            return len(names)
        return names.index(AUTHOR)

    def _say(self, text: Any, words: str) -> None:
        run = etree.fromstring(
            f'<r xmlns="{self._space}"><rPr><sz val="9"/><color indexed="81"/><rFont val="宋体"/><family val="3"/>'
            f'<charset val="134"/></rPr>{text_xml(words)}</r>'
        )
        text.append(run)

    def _blank(self) -> Any:
        return etree.fromstring(f'<comments xmlns="{self._grammar.namespace}"><authors/><commentList/></comments>')

    def _tag(self, name: str) -> str:
        return f"{{{self._space}}}{name}"


def drawing_of(grammar: Grammar, tail: bytes) -> str | None:
    """The id by which a sheet refers to its old-style drawing, from what stands below its rows."""
    found = re.search(rb"<%blegacyDrawing\b[^>]*>" % grammar.prefix, tail)
    ids = [value for name, value in attributes(found[0]).items() if name.endswith(b":id")] if found else []
    return ids[0].decode() if ids else None


def _cut(comment: Any) -> None:
    """Take our words off the end of the clerk's."""
    seen = ""
    texts = list(comment.iter("{*}t"))
    for text in texts:
        seen += text.text or ""
    at = seen.find(f"\n{_OURS}")
    if at < 0:
        return
    for text in texts:
        words = text.text or ""
        text.text, at = words[: max(0, at)], at - len(words)
        parent = text.getparent()
        if not text.text and etree.QName(parent).localname == "r":
            parent.getparent().remove(parent)


def _placed(comment: Any) -> Place:
    found = _PLACE.match(comment.get("ref").replace("$", ""))
    if found is None:
        raise ValueError("a comment without a cell")
    return int(found[2]), column_of(found[1].encode())


def _shape(number: int, place: Place, text: str, pixels: Callable[[int], int]) -> str:
    """A comment to the right of its cell, as high as its lines need."""
    row, column = place
    lines = sum(1 + len(line.encode()) // 3 * 12 // (_WIDTH - 20) for line in text.split("\n"))
    height = _LINE * lines + 12
    right, left = column + 1, _WIDTH + 15
    while right < 16_384 and left > pixels(right):
        left -= pixels(right)
        right += 1
    top = max(0, row - 2)
    anchor = f"{column}, 15, {top}, 4, {right - 1}, {left}, {top + height // 20}, {height % 20 + 4}"
    return _NOTE.format(
        id=number, width=_WIDTH * 0.75, height=height * 0.75, anchor=anchor, row=row - 1, column=column - 1
    )
