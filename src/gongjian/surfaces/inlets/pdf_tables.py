"""Ruled tables of a PDF page: the ruling lines are read from the page's drawings and crossed to cells."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from gongjian.surfaces.inlets.pdf_lines import Glyph, Line

_SNAP = 3.0  # points: rules closer than this are one rule
_SHORTEST = 8.0
_MOST_RULES = 4_000


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A straight ruling: `at` is its x (vertical) or y (horizontal), from `low` to `high` along the other axis."""

    vertical: bool
    at: float
    low: float
    high: float


@dataclass(kw_only=True)
class Grid:
    """A table as its column edges (left to right), row edges (top to bottom) and the rules drawn between them."""

    columns: list[float]
    heights: list[float]
    rules: list[Rule] = field(default_factory=list)

    def holds(self, line: Line) -> bool:
        """Whether a printed line stands inside the table."""
        inside = self.heights[-1] - 1 <= line.middle <= self.heights[0] + 1
        return inside and self.columns[0] - 1 <= (line.left + line.right) / 2 <= self.columns[-1] + 1

    def rows(self, *, lines: list[Line]) -> list[list[tuple[str, object]]]:
        """The rows as (text, identity of the cell); cells without a rule between them are one merged cell."""
        owner = self._owners()
        glyphs: dict[tuple[int, int], list[list[Glyph]]] = {}
        for line in lines:
            if not self.holds(line):
                continue
            runs: dict[tuple[int, int], list[Glyph]] = {}
            for glyph in line.glyphs:
                place = self._place((glyph.left + glyph.right) / 2, (glyph.bottom + glyph.top) / 2)
                if place is not None:
                    runs.setdefault(owner[place], []).append(glyph)
            for place, run in runs.items():
                if any(glyph.text.strip() for glyph in run):
                    glyphs.setdefault(place, []).append(run)
        texts = {
            place: "".join(Line(glyphs=run, page=0).text for run in sorted(found, key=lambda run: -run[0].bottom))
            for place, found in glyphs.items()
        }
        height, width = len(self.heights) - 1, len(self.columns) - 1
        keys = {place: (id(self), place) for place in set(owner.values())}
        return [
            [(texts.get(owner[row, column], ""), keys[owner[row, column]]) for column in range(width)]
            for row in range(height)
        ]

    def _place(self, x: float, y: float) -> tuple[int, int] | None:
        column = next((n for n, (low, high) in enumerate(pairwise(self.columns)) if low <= x <= high), None)
        row = next((n for n, (high, low) in enumerate(pairwise(self.heights)) if low <= y <= high), None)
        return None if column is None or row is None else (row, column)

    def _owners(self) -> dict[tuple[int, int], tuple[int, int]]:
        """For each place of the grid the first place of the cell it belongs to."""
        owner: dict[tuple[int, int], tuple[int, int]] = {}
        for row, (high, low) in enumerate(pairwise(self.heights)):
            for column, (left, right) in enumerate(pairwise(self.columns)):
                owner[row, column] = (row, column)
                if column and not self._ruled(vertical=True, at=left, middle=(high + low) / 2):
                    owner[row, column] = owner[row, column - 1]
                elif row and not self._ruled(vertical=False, at=high, middle=(left + right) / 2):
                    owner[row, column] = owner[row - 1, column]
        return owner

    def _ruled(self, *, vertical: bool, at: float, middle: float) -> bool:
        return any(
            rule.vertical == vertical and abs(rule.at - at) <= _SNAP and rule.low - 1 <= middle <= rule.high + 1
            for rule in self.rules
        )


def grids(*, page: pypdfium2.PdfPage) -> list[Grid]:
    """The ruled tables of a page, top to bottom; at least two columns and two rows."""
    rules = [rule for rule in _drawn(page) if rule.high - rule.low >= _SHORTEST]
    if len(rules) > _MOST_RULES:
        return []  # a drawing, not a table
    found = []
    for group in _touching(rules):
        columns = _edges([rule.at for rule in group if rule.vertical])
        heights = _edges([rule.at for rule in group if not rule.vertical])[::-1]
        if len(columns) >= 3 and len(heights) >= 3:
            found.append(Grid(columns=columns, heights=heights, rules=group))
    return sorted(found, key=lambda grid: -grid.heights[0])


def _drawn(page: pypdfium2.PdfPage) -> Iterator[Rule]:
    """Straight rulings of a page: lines, thin filled bars, and the sides of rectangles."""
    for drawing in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_PATH,), max_depth=4):
        points = list(_points(drawing))
        for (x, y, _), (next_x, next_y, joined) in pairwise(points):
            if not joined:
                continue
            if abs(x - next_x) < 0.5:
                yield Rule(vertical=True, at=(x + next_x) / 2, low=min(y, next_y), high=max(y, next_y))
            elif abs(y - next_y) < 0.5:
                yield Rule(vertical=False, at=(y + next_y) / 2, low=min(x, next_x), high=max(x, next_x))


def _points(drawing: Any) -> Iterator[tuple[float, float, bool]]:
    """The corners of a path on the page and whether a line is drawn to them; subpaths are closed where marked."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(drawing.raw, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    start: tuple[float, float] | None = None
    for index in range(pdfium.FPDFPath_CountSegments(drawing.raw)):
        segment = pdfium.FPDFPath_GetPathSegment(drawing.raw, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (matrix.a * x.value + matrix.c * y.value + matrix.e, matrix.b * x.value + matrix.d * y.value + matrix.f)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        yield (*point, kind == pdfium.FPDF_SEGMENT_LINETO)
        if start is not None and pdfium.FPDFPathSegment_GetClose(segment):
            yield (*start, True)


def _touching(rules: list[Rule]) -> list[list[Rule]]:
    """Rules that cross each other, directly or through others, form one table."""
    parents = list(range(len(rules)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    upright = [index for index, rule in enumerate(rules) if rule.vertical]
    level = [index for index, rule in enumerate(rules) if not rule.vertical]
    for one in upright:
        for other in level:
            vertical, horizontal = rules[one], rules[other]
            crosses = horizontal.low - _SNAP <= vertical.at <= horizontal.high + _SNAP
            if crosses and vertical.low - _SNAP <= horizontal.at <= vertical.high + _SNAP:
                parents[root(one)] = root(other)
    groups: dict[int, list[Rule]] = {}
    for index, rule in enumerate(rules):
        groups.setdefault(root(index), []).append(rule)
    return list(groups.values())


def _edges(places: list[float]) -> list[float]:
    """Distinct edges in rising order; those closer than the snap are one."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _SNAP:
            found.append(place)
    return found
