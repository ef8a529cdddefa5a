"""Tables of a web page: what is pasted from a spreadsheet, and what many systems export under the name .xls."""

from __future__ import annotations

import re

from lxml import etree, html

from gongjian.kernel.errors import Refusal

RawTable = tuple[list[list[object]], tuple[tuple[int, int, int, int], ...]]
"""Rows of str or None, and merged ranges (first row, first column, last row, last column; from 0)."""

_SPAN_LIMIT = 1_000
_CELLS_LIMIT = 2_000_000
_SPACES = re.compile(r"[ \t\r\n\f]+")


def read_html(*, text: str) -> list[RawTable]:
    """Every table of a page that holds something; a table inside a table is part of the outer one's cell."""
    if "<table" not in text.casefold():
        return []
    try:
        page = html.document_fromstring(text.replace("\0", "").encode(), parser=_parser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    tables = [one for one in page.iter("table") if next(one.iterancestors("table"), None) is None]
    found = [_table(one) for one in tables]
    return [(rows, merged) for rows, merged in found if rows]


def _parser() -> html.HTMLParser:
    return html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)


def _table(table: html.HtmlElement) -> RawTable:
    """One table; a cell that spans rows or columns stands in its first place and is a merged range."""
    grid: dict[tuple[int, int], str] = {}
    covered: set[tuple[int, int]] = set()
    merged = []
    lines = [line for line in table.iter("tr") if next(line.iterancestors("table"), None) is table]
    for row, line in enumerate(lines):
        column = 0
        for cell in line.iterchildren("td", "th"):
            while (row, column) in covered:
                column += 1
            down = min(_span(cell, "rowspan"), len(lines) - row)
            right = _span(cell, "colspan")
            if len(covered) + down * right > _CELLS_LIMIT:
                raise Refusal("sheet.too-large", "网页表格过大,超过可处理的范围", "请存为 .xlsx 文件后重新上传")
            covered.update((row + r, column + c) for r in range(down) for c in range(right))
            if down > 1 or right > 1:
                merged.append((row, column, row + down - 1, column + right - 1))
            grid[row, column] = _text(cell)
            column += right
    width = max((column for _, column in covered), default=-1) + 1
    rows: list[list[object]] = [[grid.get((row, c)) or None for c in range(width)] for row in range(len(lines))]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows, tuple(m for m in merged if m[2] < len(rows))


def _span(cell: html.HtmlElement, name: str) -> int:
    written = str(cell.get(name, "1")).strip()
    return min(max(1, int(written)), _SPAN_LIMIT) if written.isascii() and written.isdigit() else 1


def _text(cell: html.HtmlElement) -> str:
    """What a cell shows: blanks joined, a line break where one is set."""
    parts: list[str] = []
    for event, node in etree.iterwalk(cell, events=("start", "end", "comment")):
        if event == "start" and isinstance(node.tag, str):
            if node.tag in ("br", "p", "div", "tr", "li") and node is not cell:
                parts.append("\n")
            if node.tag not in ("script", "style"):
                parts.append(_SPACES.sub(" ", node.text or ""))
        elif (event == "end" and node is not cell and isinstance(node.tag, str)) or (
            event == "comment" and node is not cell
        ):
            parts.append(_SPACES.sub(" ", node.tail or ""))
    lines = (line.replace("\xa0", " ").strip() for line in "".join(parts).split("\n"))
    return "\n".join(lines).strip()
