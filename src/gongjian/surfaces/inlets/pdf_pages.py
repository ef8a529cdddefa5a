"""From printed lines to paragraphs: running heads dropped, lines rejoined, also over the turn of a page."""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from gongjian.surfaces.inlets.pdf_lines import Glyph, Line
from gongjian.surfaces.inlets.pdf_tables import Grid

_PAGE_NUMBER = re.compile(
    r"[\s\-—–－·•.第/共页of]*(\d{1,4})[\s\-—–－·•./第共页of]*(\d{0,4})[\s\-—–－·•.页]*", re.IGNORECASE
)
_ENDS = tuple("。！？；：…”’）》!?;:.)")
_HEADING = re.compile(
    r"第[一二三四五六七八九十百]+[章节篇部分]|[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）]|\d{1,2}[.、．](?!\d)"
)
_EDGE_LINES = 2
_FEW_LINES = 8
LEAD_LIMIT = 60


@dataclass(kw_only=True)
class Sheet:
    """One page of the PDF."""

    number: int
    width: float
    height: float
    lines: list[Line]
    grids: list[Grid] = field(default_factory=list)


@dataclass(kw_only=True)
class Story:
    """A paragraph (text, turns of page inside it, length of its bold lead) or a table (rows)."""

    text: str = ""
    pages: list[int] = field(default_factory=list)
    turns: list[tuple[int, int]] = field(default_factory=list)
    lead: int = 0
    rows: list[list[tuple[str, object]]] = field(default_factory=list)


def drop_running_lines(*, pages: list[Sheet]) -> int:
    """Take heads, feet and page numbers out of the pages, if they repeat; returns how many lines went."""
    seen: dict[tuple[str, int], list[tuple[Sheet, Line]]] = defaultdict(list)
    for sheet in pages:
        free = [line for line in sheet.lines if not any(grid.holds(line) for grid in sheet.grids)]
        ordered = sorted(free, key=lambda line: -line.middle)
        for line in {id(line): line for line in (*ordered[:_EDGE_LINES], *ordered[-_EDGE_LINES:])}.values():
            number = _PAGE_NUMBER.fullmatch(line.text)
            # a page number counts with the pages; anything else must be the same text
            key = f"#{int(number[1]) - sheet.number}" if number else line.text
            seen[key, round(line.middle / 8)].append((sheet, line))
    dropped = 0
    for (key, height), found in list(seen.items()):
        near = found + seen.get((key, height + 1), []) + seen.get((key, height - 1), [])
        if len({sheet.number for sheet, _ in near}) >= max(2, (len(pages) + 2) // 3):
            for sheet, line in found:
                kept = [other for other in sheet.lines if other is not line]
                dropped += len(sheet.lines) - len(kept)
                sheet.lines = kept
    return dropped


def paragraphs(*, pages: list[Sheet]) -> Iterator[Story]:
    """The stories of the whole document in reading order."""
    story: Story | None = None
    glyphs: list[Glyph] = []
    previous: Line | None = None
    frame = _Frame(pages)
    for sheet in pages:
        for item in _in_order(sheet):
            if isinstance(item, Grid):
                rows = item.rows(lines=sheet.lines)
                if story is not None and story.rows and previous is None and len(rows[0]) == len(story.rows[0]):
                    repeated = [text for text, _ in rows[0]] == [text for text, _ in story.rows[0]]
                    rows = rows[1:] if repeated else rows
                    story.rows.extend(rows)
                    story.pages.extend([sheet.number] * len(rows))
                    continue
                if story is not None:
                    yield _finished(story, glyphs)
                story, glyphs, previous = Story(rows=rows, pages=[sheet.number] * len(rows)), [], None
                continue
            if story is None or story.rows or previous is None or frame.breaks(previous, item):
                if story is not None:
                    yield _finished(story, glyphs)
                story, glyphs = Story(text=item.text, pages=[sheet.number]), list(item.glyphs)
            else:
                joined = _joined(story.text, item.text)
                if item.page != previous.page:
                    story.turns.append((len(joined) - len(item.text), item.page))
                story.text = joined
                glyphs.extend(item.glyphs)
            previous = item
    if story is not None:
        yield _finished(story, glyphs)


class _Frame:
    """Margins, type size and line spacing of the document, against which a line is indented, short or set apart."""

    def __init__(self, pages: list[Sheet]) -> None:
        body = [line for sheet in pages for line in sheet.lines if not any(grid.holds(line) for grid in sheet.grids)]
        self.size = statistics.median([line.size for line in body]) if body else 12.0
        wide = [line for line in body if len(line.text) > 12] or body
        lefts = sorted(line.left for line in wide)
        self.left = lefts[len(lefts) // 20] if lefts else 0.0
        rights = sorted(line.right for line in wide)
        self.right = rights[-1 - len(rights) // 20] if rights else 0.0
        if len(wide) < _FEW_LINES and pages:  # too few to show the margin: taken to be as wide as the left one
            self.right = max(self.right, pages[0].width - self.left - 2 * self.size)
        starts = sum(1 for line in wide if 1.2 < (line.left - self.left) / self.size < 3.5)
        self.indenting = starts >= max(2, len(wide) // 30)
        steps = [
            one.middle - other.middle
            for sheet in pages
            for one, other in zip(sheet.lines, sheet.lines[1:], strict=False)
            if 0 < one.middle - other.middle < 4 * self.size
        ]
        self.step = statistics.median(steps) if steps else 1.5 * self.size

    def breaks(self, previous: Line, line: Line) -> bool:
        """Whether a new paragraph begins at `line`."""
        if abs(line.size - previous.size) > 0.18 * max(line.size, previous.size):
            return True
        same_page = line.page == previous.page
        if same_page and previous.middle - line.middle > 1.3 * self.step:
            return True
        short = self.right - previous.right
        ended = previous.text.endswith(_ENDS)
        indented = line.left - self.left > 1.2 * self.size
        if indented:
            hanging = previous.left - self.left > 1.2 * self.size and not _HEADING.match(previous.text)
            return ended or short > 1.5 * self.size or (self.indenting and not hanging)
        if _HEADING.match(line.text) and (ended or short > 1.5 * self.size):
            return True
        heading = bool(_HEADING.match(previous.text)) and previous.left - self.left > 1.2 * self.size
        most = 2.5 if heading else 1.5 if ended and not self.indenting else 5
        return short > most * self.size


def _in_order(sheet: Sheet) -> Iterator[Line | Grid]:
    """Lines and tables of a page; a table stands where the first of its lines stood."""
    done: set[int] = set()
    for line in sheet.lines:
        grid = next((grid for grid in sheet.grids if grid.holds(line)), None)
        if grid is None:
            yield line
        elif id(grid) not in done:
            done.add(id(grid))
            yield grid


def _joined(text: str, more: str) -> str:
    """Two printed lines as one text: Chinese without a space, words of Latin letters with one."""
    one, other = text[-1:], more[:1]
    if one == "-" and text[-2:-1].isascii() and text[-2:-1].isalpha() and other.islower():
        return text[:-1] + more
    latin = one.isascii() and other.isascii() and (one.isalpha() or one in ",.;:") and other.isalpha()
    return f"{text} {more}" if latin else text + more


def _finished(story: Story, glyphs: list[Glyph]) -> Story:
    """The story with the length of the bold phrase that opens it and ends with 。"""
    if story.rows or not glyphs:
        return story
    bold = ""
    for glyph in glyphs:
        if glyph.text.strip() and not glyph.bold and not (bold and glyph.text == "。" and not bold.endswith("。")):
            break
        bold += glyph.text
    phrase = "".join(bold.split())
    if (
        phrase.endswith("。")
        and len(phrase) <= LEAD_LIMIT
        and phrase.count("。") == 1
        and story.text.startswith(phrase)
    ):
        story.lead = len(phrase)
    return story
