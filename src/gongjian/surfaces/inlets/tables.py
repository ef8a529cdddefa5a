"""The tables of a sheet, found by their shape: titles, units, headings of several rows, data, totals, remarks."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice

from gongjian.surfaces.inlets.body import Body, Line, by_column, sort_rows
from gongjian.surfaces.inlets.heading import META, Heading, Merged, Region, find_heading, unit_line
from gongjian.surfaces.inlets.heads import compact, normal, stated_unit
from gongjian.surfaces.inlets.kinds import kind, prevailing
from gongjian.surfaces.inlets.sheet import Sheet

_TRIED = 200  # blocks after a blank row that are looked at as a table of their own
_ANNEX = re.compile(r"附[件表]\d*(?:-\d+)?[:]?|表\d+(?:-\d+)?")
_UNIT_ONLY = re.compile(r"[(]?(?:计量|金额|货币)?单位:[^:()]+[)]?|[()]")
_DITTO = frozenset({"同上", "〃", "″", "同前", "”", "“"})
_PROBED = 300  # rows in which a column must be blank before the whole column is looked at


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table; `index` counts the sheet's columns from 0."""

    index: int
    label: str
    """The whole heading, parts of a heading of several rows joined: 投资/设备; empty where there is none."""
    unit: str | None
    """The unit that the heading states, or a row of units under it."""
    samples: tuple[object, ...]
    """The first three different filled cells."""
    filled: int


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of a sheet. Row numbers count from 1; each line carries all cells of its row of the sheet.

    `first_row` and `head_row` are the heading's first and last row; both are the row above the data (0 at the top of
    the sheet) where there is no heading.
    """

    sheet: str
    title: str
    unit: str | None
    """What a line above the table states: 单位:万元; several units joined by 、."""
    first_row: int
    head_row: int
    columns: list[Column]
    """Columns with a heading or a cell, from left to right."""
    rows: list[Line]
    totals: list[Line] = field(default_factory=list)
    subtotals: list[Line] = field(default_factory=list)
    remarks: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Sentences for the officer on what was done to the rows in reading."""


def find_tables(*, sheet: Sheet, names: Collection[str] = ()) -> list[Table]:
    """All tables of a sheet, the largest first; side by side or one under the other, with or without a heading.

    `names` are headings that the reader hopes for: a row that holds them is rather the heading than one that does not.
    """
    hoped = frozenset(normal(name, brackets=brackets) for name in names for brackets in (True, False)) - {""}
    rows = sheet.rows
    width = max(map(len, rows), default=0)
    numbers = [n for n, row in enumerate(rows) if row.count(None) < len(row)]
    if not numbers:
        return []
    merged = sorted(
        (top, left, min(bottom, len(rows) - 1), min(right, width - 1))
        for top, left, bottom, right in sheet.merged
        if top < len(rows) and left < width
    )
    whole = _stacked(sheet, merged, numbers, 0, width - 1, hoped)
    bands = _bands(rows, numbers, width)
    if len(bands) > 1:
        parts = [
            _stacked(sheet, merged, _within(rows, numbers, left, right), left, right, hoped) for left, right in bands
        ]
        if _stand_apart(parts):
            whole = [table for part in parts for table in part]
    return sorted(whole, key=lambda t: (-min(1, len(t.rows)), -len(t.rows) * len(t.columns), t.first_row))


def _stacked(
    sheet: Sheet, merged: Merged, numbers: Sequence[int], left: int, right: int, names: frozenset[str]
) -> list[Table]:
    """The tables of a span of columns from top to bottom."""
    found = []
    starts = [0]
    region = Region(rows=sheet.rows, merged=merged, numbers=numbers, left=left, right=right, names=names)
    heading = find_heading(region=region)
    upper = (region, heading)
    for place in _breaks(numbers)[:_TRIED]:
        if heading is not None and numbers[place] <= heading.last + 1:
            continue
        below = Region(rows=sheet.rows, merged=merged, numbers=numbers[place:], left=left, right=right, names=names)
        other = _own_heading(below, *upper)
        if other is not None:
            starts.append(place)
            upper = (below, other)
    for start, end in zip(starts, [*starts[1:], len(numbers)], strict=True):
        part = Region(rows=sheet.rows, merged=merged, numbers=numbers[start:end], left=left, right=right, names=names)
        table = _table(sheet, part, find_heading(region=part))
        if table is not None:
            found.append(table)
    return found


def _breaks(numbers: Sequence[int]) -> list[int]:
    """Places after a blank row."""
    return [place for place in range(1, len(numbers)) if numbers[place] > numbers[place - 1] + 1]


def _own_heading(below: Region, above: Region, heading: Heading | None) -> Heading | None:
    """The heading of a new table after a blank row; None where the table above just goes on."""
    first = below.numbers[0]
    if heading is not None:
        data = list(islice((n for n in above.numbers if heading.last < n < first), 20))
        fits = _same_kinds(above, data, below, first)
        if fits:
            return None
    found = find_heading(region=below)
    if found is None or found.first > below.numbers[min(4, len(below.numbers) - 1)] or found.last >= below.numbers[-1]:
        return None
    if heading is None:
        return found
    again = [normal(x) for x in found.labels.values()] == [normal(x) for x in heading.labels.values()]
    if again and found.first == first:
        return None  # the same heading printed again on the next page
    typed = 0
    under = list(islice((n for n in below.numbers if n > found.last), 20))
    for column, label in found.labels.items():
        one = prevailing(below.kinds(n)[column - below.left] for n in under)
        typed += kind(label) == "word" and one in ("number", "date", "code", "year", "bool")
    titled = found.first > first and len(below.filled(first)) == 1
    other_columns = set(found.labels) != set(heading.labels)
    return found if typed or titled or other_columns else None


def _same_kinds(above: Region, data: Sequence[int], below: Region, number: int) -> bool:
    """Whether a row reads like the data above: its figures, dates and codes stand where theirs stand."""
    hits = 0
    for place, found in enumerate(below.kinds(number)):
        if found in (None, "word", "text"):
            continue
        if prevailing(above.kinds(n)[place] for n in data) == found or found in ("number", "year"):
            hits += 1
    return hits > 0


def _table(sheet: Sheet, region: Region, heading: Heading | None) -> Table | None:
    if heading is None:
        heading = Heading(first=region.numbers[0], last=region.numbers[0] - 1, labels={})
    lead = [n for n in region.numbers if n < heading.first]
    title, unit, others = _lead(region, lead)
    under = [n for n in region.numbers if n > heading.last]
    body = sort_rows(region=region, heading=heading, numbers=under, title=title)
    rows, notes = _filled_down(region, body)
    rows, same = _same_as_above(region, heading, rows)
    notes += same
    columns = _columns(region, heading, rows)
    if not columns or (not rows and len(columns) < 2):
        return None
    no_heading = not heading.labels
    return Table(
        sheet=sheet.name,
        title=title,
        unit=unit,
        first_row=heading.first if no_heading else heading.first + 1,
        head_row=heading.last + 1,
        columns=columns,
        rows=rows,
        totals=body.totals,
        subtotals=body.subtotals,
        remarks=[*((n + 1, sheet.rows[n]) for n in others), *body.remarks],
        notes=notes,
    )


def _lead(region: Region, lead: Sequence[int]) -> tuple[str, str | None, list[int]]:
    """Title and unit from the rows above the heading, and those rows that say more than that."""
    title, unit, others = "", None, []
    for number in lead:
        filled = region.filled(number)
        stated = [found for _, cell in filled if (found := unit_line(cell))]
        unit = unit or next(iter(stated), None)
        said = [cell for _, cell in filled if not _UNIT_ONLY.fullmatch(compact(str(cell)))]
        if not said or (len(said) == 1 and _ANNEX.fullmatch(compact(str(said[0])))):
            continue
        if not title and len(said) == 1 and isinstance(said[0], str) and not META.fullmatch(compact(said[0])):
            title = " ".join(said[0].split())
        else:
            others.append(number)
    return title, unit, others


def _columns(region: Region, heading: Heading, rows: Sequence[Line]) -> list[Column]:
    found = []
    columns = by_column([cells for _, cells in rows], region.left, region.right + 1)
    for index, cells in enumerate(columns, region.left):
        label = heading.labels.get(index, "")
        filled = len(cells) - cells.count(None)
        if not label and not filled:
            continue
        samples: list[object] = []
        for cell in cells if filled else ():
            if cell is not None and cell not in samples:
                samples.append(cell)
                if len(samples) == 3:
                    break
        unit = heading.units.get(index) or (stated_unit(label) if label else None)
        found.append(Column(index=index, label=label, unit=unit, samples=tuple(samples), filled=filled))
    return found


def _filled_down(region: Region, body: Body) -> tuple[list[Line], list[str]]:
    """The data rows, texts of cells merged over several rows repeated in each of them; figures stay where they are."""
    spans = [m for m in region.merged if m[2] > m[0]]
    if not spans:
        return body.rows, []
    places = {number: place for place, (number, _) in enumerate(body.rows)}
    rows, touched = list(body.rows), set()
    for top, left, bottom, right in spans:
        cell = region.rows[top][left]
        if cell is None or kind(cell) in ("number", "year", "bool", "error") or left != right or top + 1 not in places:
            continue
        for number in range(top + 2, bottom + 2):
            if (place := places.get(number)) is not None and rows[place][1][left] is None:
                cells = list(rows[place][1])
                cells[left] = cell
                rows[place] = (number, cells)
                touched.add(left)
    if not touched:
        return rows, []
    return rows, [
        f"第{'、'.join(str(c + 1) for c in sorted(touched))}列有上下合并的单元格,已把其中的文字填入所含的每一行。"
    ]


def _same_as_above(region: Region, heading: Heading, rows: list[Line]) -> tuple[list[Line], list[str]]:
    """The data rows, 同上 replaced by what stands above it."""
    if all(_DITTO.isdisjoint(cells) for _, cells in rows):
        return rows, []
    found, counts = rows[:1], dict[int, int]()
    for number, cells in rows[1:]:
        if not _DITTO.isdisjoint(cells):
            above, cells = found[-1][1], list(cells)
            for column in range(region.left, min(region.right + 1, len(cells))):
                if cells[column] in _DITTO:
                    cells[column] = above[column]
                    counts[column] = counts.get(column, 0) + 1
        found.append((number, cells))
    return found, [
        f"“{heading.labels.get(column) or f'第{column + 1}列'}”列有{count}处写的是“同上”,已按上一行的内容读取,请核对。"
        for column, count in sorted(counts.items())
    ]


def _bands(rows: list[list[object]], numbers: Sequence[int], width: int) -> list[tuple[int, int]]:
    """Spans of at least two columns, parted by columns that are blank from top to bottom."""
    probe = numbers[:_PROBED]
    blank = {c for c in range(width) if all(rows[n][c] is None for n in probe)}
    blank = {c for c in blank if all(rows[n][c] is None for n in numbers)}
    spans, start = [], None
    for column in range(width + 1):
        if column < width and column not in blank:
            start = column if start is None else start
        elif start is not None:
            spans.append((start, column - 1))
            start = None
    return spans if all(right > left for left, right in spans) else []


def _within(rows: list[list[object]], numbers: Sequence[int], left: int, right: int) -> list[int]:
    return [n for n in numbers if any(cell is not None for cell in rows[n][left : right + 1])]


def _stand_apart(parts: Sequence[list[Table]]) -> bool:
    """Whether the spans are tables of their own: their own numbering, titles, extents, or the same headings again."""
    if not all(len(part) >= 1 and part[0].columns and any(c.label for c in part[0].columns) for part in parts):
        return False
    firsts = [part[0] for part in parts]
    labels = [[normal(c.label, brackets=False) for c in one.columns if c.label] for one in firsts]
    again = any(len(set(labels[0]) & set(other)) * 2 >= len(other) for other in labels[1:])
    titled = sum(bool(one.title) for one in firsts) > 1
    numbered = all(own and own[0] in ("序号", "编号", "no") for own in labels)
    ends = {one.rows[-1][0] if one.rows else 0 for one in firsts}
    heads = {one.head_row for one in firsts}
    return again or titled or numbered or len(heads) > 1 or len(ends) > 1
