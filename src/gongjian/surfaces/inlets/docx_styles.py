"""What a Word file's styles say of a paragraph: heading level, list, bold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gongjian.surfaces.inlets.numbering import W

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s*[1-9]$", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|标题)$", re.IGNORECASE)


class Styles:
    """Looks properties up in the paragraph first, then along its style's ancestors, then in the defaults."""

    def __init__(self, root: Any) -> None:
        self._styles = {style.get(f"{W}styleId"): style for style in root.findall(f"{W}style")}
        self._standard = {
            style.get(f"{W}type"): style.get(f"{W}styleId")
            for style in root.findall(f"{W}style")
            if style.get(f"{W}default") in ("1", "true", "on")
        }

    def level(self, paragraph: Any) -> int | None:
        """Heading level 1..6 by outline level or by the style's name (标题 2, Heading 2, Title); None for body text."""
        for properties, style in self._chain(paragraph):
            outline = properties.find(f"{W}outlineLvl") if properties is not None else None
            if outline is not None:
                depth = int(outline.get(f"{W}val", "9"))
                return min(depth + 1, 6) if depth < 9 else None
            name_node = style.find(f"{W}name") if style is not None else None
            name = name_node.get(f"{W}val", "") if name_node is not None else ""
            found = _HEADING.match(name)
            if found:
                return min(int(found[1]), 6)
            if _TITLE.match(name):
                return 1
        return None

    def in_contents(self, paragraph: Any) -> bool:
        """Whether the paragraph is a line of the table of contents (styles TOC 1, 目录 1)."""
        for _, style in self._chain(paragraph):
            node = style.find(f"{W}name") if style is not None else None
            if node is not None and _CONTENTS.match(node.get(f"{W}val", "")):
                return True
        return False

    def numbering(self, paragraph: Any) -> tuple[str | None, int]:
        """The list a paragraph belongs to and its level (0..8); (None, 0) outside lists."""
        number: str | None = None
        level: int | None = None
        for properties, _ in self._chain(paragraph):
            found = properties.find(f"{W}numPr") if properties is not None else None
            if found is None:
                continue
            own, depth = found.find(f"{W}numId"), found.find(f"{W}ilvl")
            if level is None and depth is not None:
                level = int(depth.get(f"{W}val", "0"))
            if number is None and own is not None:
                number = own.get(f"{W}val")
        return (None, 0) if number in (None, "0") else (number, level or 0)

    def bold(self, paragraph: Any, run: Any) -> bool:
        """Whether a run is bold, by itself, its own style, or its paragraph's style."""
        own = run.find(f"{W}rPr")
        answer = switch(own, "b")
        if answer is not None:
            return answer
        style = own.find(f"{W}rStyle") if own is not None else None
        if style is not None:
            for ancestor in self._ancestors(style.get(f"{W}val")):
                answer = switch(ancestor.find(f"{W}rPr"), "b")
                if answer is not None:
                    return answer
        for ancestor in self._ancestors(self._style_of(paragraph)):
            answer = switch(ancestor.find(f"{W}rPr"), "b")
            if answer is not None:
                return answer
        return False

    def _chain(self, paragraph: Any) -> Iterator[tuple[Any, Any]]:
        yield paragraph.find(f"{W}pPr"), None
        for style in self._ancestors(self._style_of(paragraph)):
            yield style.find(f"{W}pPr"), style

    def _style_of(self, paragraph: Any) -> str | None:
        properties = paragraph.find(f"{W}pPr")
        named = properties.find(f"{W}pStyle") if properties is not None else None
        return named.get(f"{W}val") if named is not None else self._standard.get("paragraph")

    def _ancestors(self, identity: str | None) -> Iterator[Any]:
        seen: set[str] = set()
        while identity and identity not in seen and identity in self._styles:
            seen.add(identity)
            yield self._styles[identity]
            parent = self._styles[identity].find(f"{W}basedOn")
            identity = parent.get(f"{W}val") if parent is not None else None


def switch(properties: Any, tag: str) -> bool | None:
    """An on/off property of a run (<w:b/>, <w:b w:val="0"/>); None where it is not stated."""
    node = properties.find(f"{W}{tag}") if properties is not None else None
    return None if node is None else node.get(f"{W}val", "1") not in ("0", "false", "off", "none")
