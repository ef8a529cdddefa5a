"""The XML of a workbook's sheets as it streams by, cut only between cells, so that no cell hides in a seam."""

from __future__ import annotations

import re
from collections.abc import Callable

SHEETS = "xl/worksheets/"
"""Where every program keeps its sheets; one that lies elsewhere is not read."""
Scanner = Callable[[str, bytes, bytes], None]
"""Takes a part's name, whole cells of its XML, and the prefix of its elements (`x:` or nothing)."""

_ROOT = re.compile(rb"<(\w+:)?worksheet\b")
_CARRY_LIMIT = 1 << 20


class SheetStream:
    """A watcher for `archive.inspect` that hands whole cells to scanners."""

    def __init__(self, *scanners: Scanner) -> None:
        self._scanners = scanners
        self._carry: dict[str, bytes] = {}
        self._prefix: dict[str, bytes] = {}

    def __call__(self, part: str, chunk: bytes) -> None:
        part = part.lower()
        if not part.startswith(SHEETS):
            return
        text = self._carry.pop(part, b"") + chunk
        if part not in self._prefix:
            root = _ROOT.search(text)
            self._prefix[part] = (root[1] or b"") if root else b""
        prefix = self._prefix[part]
        if chunk:  # the last cell may be cut in two: it waits for the next chunk
            opening = b"<%bc" % prefix
            cut = max(text.rfind(opening + mark) for mark in (b" ", b">"))
            cut = cut if cut >= 0 and len(text) - cut <= _CARRY_LIMIT else len(text)
            self._carry[part] = text[cut:]
            text = text[:cut]
        for scan in self._scanners:
            scan(part, text, prefix)
