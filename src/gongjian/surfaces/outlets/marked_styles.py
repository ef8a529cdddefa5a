"""The red of a marked cell: its own style with another fill, and the way back to what it looked like before."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from lxml import etree

RED = "FFFFC9CD"
"""A red of its own, one shade beside the one that Excel offers, so that a clerk's own red cells are never taken for it."""
_PLAIN = "FFFFC9CC"
"""The second colour of a red cell that had no fill. A program that spoils second colours spoils this one too."""
_EMPTY = (
    '<styleSheet xmlns="{0}"><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="1"><xf xfId="0"/></cellXfs></styleSheet>'
)
_COLOUR = ("rgb", "theme", "indexed", "tint", "auto")


class MarkedStyles:
    """The cell styles of a workbook, by their index as cells name it; new ones are appended, none is changed.

    The fill that a cell had is kept in the marked fill itself, as the second colour, which a solid fill does not show:
    so it survives being saved by programs that number all styles anew. Where a program spoiled the second colours, a
    cell goes back to having no fill.
    """

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self._space = etree.QName(tree).namespace
        self._fills = self._part("fills")
        self._xfs = self._part("cellXfs")
        self.marks = frozenset(index for index, xf in enumerate(self._xfs) if self._is_red(self._fill_of(xf)))
        self._kept = any(self._second(self._fill_of(self._xfs[index])) == _PLAIN[-6:] for index in self.marks)
        self._made: dict[tuple[str, int], int] = {}
        self._known: dict[str, dict[tuple[Any, ...], int]] = {}
        for listing in (self._fills, self._xfs):
            known = self._known.setdefault(listing.tag, {})
            for index, element in enumerate(listing):
                known.setdefault(_look(element), index)

    @classmethod
    def empty(cls, namespace: str) -> MarkedStyles:
        """For a workbook without styles."""
        return cls(etree.fromstring(_EMPTY.format(namespace)))

    def marked(self, style: int) -> int:
        """The style in red; a cell with a pattern or a gradient keeps it, for it could not be given back."""
        return self._once("marked", style, self._redden)

    def reason(self, style: int) -> int:
        """The style in red for a sentence: wrapped, at the top, no number format."""

        def change(xf: Any) -> Any:
            xf.set("numFmtId", "0")
            self._align(xf, horizontal="left", vertical="top")
            return self._redden(xf, force=True)

        return self._once("reason", style, change)

    def heading(self, style: int) -> int:
        """The style in red for the head of the sentences: wrapped, in the middle."""

        def change(xf: Any) -> Any:
            xf.set("numFmtId", "0")
            self._align(xf, horizontal="center", vertical="center")
            return self._redden(xf, force=True)

        return self._once("heading", style, change)

    def restored(self, style: int) -> int:
        """What a marked style was made from; any other style itself."""
        return self._once("restored", style, self._give_back) if style in self.marks else style

    def _once(self, how: str, style: int, change: Callable[[Any], Any]) -> int:
        if (how, style) not in self._made:
            style_xf = self._xfs[style if style < len(self._xfs) else 0]
            xf = change(deepcopy(style_xf))
            self._made[how, style] = self._index(self._xfs, xf)
        return self._made[how, style]

    def _redden(self, xf: Any, *, force: bool = False) -> Any:
        pattern = self._fill_of(xf)
        kind = pattern.get("patternType", "none") if pattern is not None else "none"
        if kind not in ("none", "solid") and not force:
            return xf
        before = pattern.find("{*}fgColor") if kind == "solid" and not force else None
        fill = etree.SubElement(self._new("fill"), f"{{{self._space}}}patternFill", patternType="solid")
        etree.SubElement(fill, f"{{{self._space}}}fgColor", rgb=RED)
        colour = {key: value for key, value in before.attrib.items() if key in _COLOUR} if before is not None else {}
        etree.SubElement(fill, f"{{{self._space}}}bgColor", **(colour or {"rgb": _PLAIN}))
        return self._filled(xf, fill.getparent())

    def _give_back(self, xf: Any) -> Any:
        colour = self._fill_of(xf).find("{*}bgColor")
        fill = self._new("fill")
        if colour is None or not self._kept or self._second(self._fill_of(xf)) == _PLAIN[-6:]:
            etree.SubElement(fill, f"{{{self._space}}}patternFill", patternType="none")
            return self._filled(xf, fill)
        pattern = etree.SubElement(fill, f"{{{self._space}}}patternFill", patternType="solid")
        etree.SubElement(pattern, f"{{{self._space}}}fgColor", **dict(colour.attrib))
        etree.SubElement(pattern, f"{{{self._space}}}bgColor", indexed="64")
        return self._filled(xf, fill)

    def _filled(self, xf: Any, fill: Any) -> Any:
        xf.set("fillId", str(self._index(self._fills, fill)))
        xf.set("applyFill", "1")
        return xf

    def _align(self, xf: Any, *, horizontal: str, vertical: str) -> None:
        alignment = xf.find("{*}alignment")
        if alignment is None:
            alignment = self._new("alignment")
            xf.insert(0, alignment)
        alignment.attrib.clear()
        alignment.attrib.update({"horizontal": horizontal, "vertical": vertical, "wrapText": "1"})
        xf.set("applyAlignment", "1")

    def _fill_of(self, xf: Any) -> Any:
        """The pattern of the style's fill; a gradient as an empty pattern of its own kind."""
        index = int(xf.get("fillId", "0"))
        fill = self._fills[index] if index < len(self._fills) else None
        pattern = fill.find("{*}patternFill") if fill is not None else None
        if pattern is None and fill is not None and len(fill):
            return etree.Element("gradient", patternType="gradient")
        return pattern

    def _is_red(self, pattern: Any) -> bool:
        if pattern is None or pattern.get("patternType") != "solid":
            return False
        colour = pattern.find("{*}fgColor")
        return colour is not None and colour.get("rgb", "").upper()[-6:] == RED[-6:]

    def _second(self, pattern: Any) -> str:
        """The second colour of a fill as six digits, "" where it is not told in red, green and blue."""
        colour = pattern.find("{*}bgColor")
        return str(colour.get("rgb", "")).upper()[-6:] if colour is not None else ""

    def _index(self, listing: Any, element: Any) -> int:
        """The place of an element that looks alike, else of this one, appended."""
        known = self._known[listing.tag]
        if (look := _look(element)) not in known:
            known[look] = len(listing)
            listing.append(element)
            listing.set("count", str(len(listing)))
        return known[look]

    def _new(self, name: str) -> Any:
        return etree.Element(f"{{{self._space}}}{name}")

    def _part(self, name: str) -> Any:
        found = self.tree.find(f"{{*}}{name}")
        if found is None:
            raise KeyError(name)
        return found


def _look(element: Any) -> tuple[Any, ...]:
    """What tells an element from another; saying that a fill applies, or that a colour is automatic, is no difference."""
    skipped = ("applyFill",) if element.get("fillId", "0") != "0" else ("applyFill", "fillId")
    attributes = tuple(sorted((key, value) for key, value in element.attrib.items() if key not in skipped))
    children = [child for child in element if isinstance(child.tag, str)]
    return element.tag, attributes, tuple(_look(child) for child in children if child.get("indexed") != "64")
