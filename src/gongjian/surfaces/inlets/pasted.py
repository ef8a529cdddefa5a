"""Cells pasted from Excel, WPS, Word or a web page: as a table with its merged cells, or as lines of tabs."""

from __future__ import annotations

import re

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.inlets.html_tables import read_html
from gongjian.surfaces.inlets.sheet import Sheet

LIMIT = 20 * 1024 * 1024
"""Characters that may be pasted at once."""
NAME = "粘贴的表格"
_FIELD = re.compile(r'"((?:[^"]++|"")*+)"(?=[\t\r\n]|\Z)|([^\t\r\n]*)')


def pasted(*, text: str, html: str = "") -> list[Sheet]:
    """The tables of what was pasted, each as a sheet named 粘贴的表格; `html` counts where it holds a table.

    Cells are str or None: what was seen, not what was stored behind it. Refused when nothing was pasted or too much.
    """
    if len(text) + len(html) > LIMIT:
        raise Refusal("paste.too-large", "粘贴的内容过大", "请存为 .xlsx 文件后上传")
    tables = read_html(text=html) if html else []
    if not tables and text.strip():
        tables = [(_lines(text), ())]
    if not tables:
        raise Refusal("paste.blank", "没有粘贴任何单元格", "请在 Excel 或 WPS 中选中要导入的单元格,复制后在此粘贴")
    return [
        Sheet(name=NAME if place == 1 else f"{NAME}{place}", rows=rows, merged=merged)
        for place, (rows, merged) in enumerate(tables, 1)
    ]


def _lines(text: str) -> list[list[object]]:
    """Lines of cells parted by tabs; a cell in quotes may hold tabs, line breaks and doubled quotes."""
    rows: list[list[object]] = [[]]
    at = 0
    while (found := _FIELD.match(text, at)) is not None:
        quoted, bare = found.groups()
        cell = bare if quoted is None else quoted.replace('""', '"').replace("\r\n", "\n")
        rows[-1].append(cell if cell.strip() else None)
        at = found.end()
        if text.startswith("\t", at):
            at += 1
            continue
        at += 2 if text.startswith("\r\n", at) else 1
        if at >= len(text):  # a line's end at the very end opens no other line
            break
        rows.append([])
    width = max(map(len, rows))
    return [[*row, *[None] * (width - len(row))] for row in rows]
