"""The words of one Word paragraph: runs in order, deletions left out, fields by their result, text boxes set aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gongjian.surfaces.inlets.docx_styles import Styles, switch
from gongjian.surfaces.inlets.numbering import W

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_LITERAL = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": ""}
_GONE = {f"{W}del", f"{W}moveFrom"}
_SILENT = {f"{W}instrText", f"{W}delText", f"{W}delInstrText", f"{W}pPr", f"{W}rPr", f"{W}rt", f"{W}fldData", f"{W}t"}


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Text of one run and whether it is bold."""

    text: str
    bold: bool = False


class Pen:
    """Reads paragraphs and remembers what it had to accept or leave out."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self.revised = False
        self.hidden = False
        self._field: list[bool] = []

    def pieces(self, paragraph: Any) -> tuple[list[Piece], list[Any]]:
        """The paragraph's pieces and the contents of its text boxes."""
        found: list[Piece] = []
        boxes: list[Any] = []
        for node in paragraph:
            self._walk(paragraph, node, found, boxes)
        return found, boxes

    def mark_deleted(self, paragraph: Any) -> bool:
        """Whether the paragraph's end was deleted or moved away as a tracked change."""
        properties = paragraph.find(f"{W}pPr/{W}rPr")
        if properties is None or all(properties.find(tag) is None for tag in _GONE):
            return False
        self.revised = True
        return True

    def _walk(self, paragraph: Any, node: Any, found: list[Piece], boxes: list[Any]) -> None:
        if not isinstance(node.tag, str) or node.tag in _SILENT:
            return
        if node.tag in _GONE:
            self.revised = True
            return
        if node.tag in (f"{W}ins", f"{W}moveTo"):
            self.revised = True
        if node.tag == f"{W}r":
            self._run(paragraph, node, found, boxes)
            return
        if node.tag == f"{_M}t":
            found.append(Piece(text=node.text or ""))
            return
        if node.tag == f"{W}txbxContent":
            boxes.append(node)
            return
        for child in _chosen(node):
            self._walk(paragraph, child, found, boxes)

    def _run(self, paragraph: Any, run: Any, found: list[Piece], boxes: list[Any]) -> None:
        if switch(run.find(f"{W}rPr"), "vanish"):
            self.hidden = self.hidden or run.find(f"{W}t") is not None
            return
        text = ""
        for node in run:
            if node.tag == f"{W}fldChar":
                self._turn_field(node.get(f"{W}fldCharType"))
            elif self._field and not self._field[-1]:
                continue  # the field's instruction, not its result
            elif node.tag == f"{W}t":
                text += node.text or ""
            elif node.tag == f"{W}br" and node.get(f"{W}type") in ("page", "column"):
                continue
            elif node.tag in _LITERAL:
                text += _LITERAL[node.tag]
            elif node.tag == f"{W}ruby":
                for base in node.findall(f"{W}rubyBase/{W}r/{W}t"):
                    text += base.text or ""
            else:
                self._walk(paragraph, node, found, boxes)
        if text:
            found.append(Piece(text=text, bold=self._styles.bold(paragraph, run)))

    def _turn_field(self, kind: str | None) -> None:
        if kind == "begin":
            self._field.append(False)
        elif kind == "separate" and self._field:
            self._field[-1] = True
        elif kind == "end" and self._field:
            self._field.pop()


def _chosen(node: Any) -> list[Any]:
    """Children to read: of alternatives only one, because both say the same."""
    if node.tag != f"{_MC}AlternateContent":
        return list(node)
    choice = node.find(f"{_MC}Choice")
    return list(choice if choice is not None else node.find(f"{_MC}Fallback") or ())
