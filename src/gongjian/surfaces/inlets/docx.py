"""A Word file as a document: paragraphs and tables in reading order, changes accepted, list numbers written out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml import parse_xml

from gongjian.kernel.errors import Refusal
from gongjian.kernel.plan.document import Document
from gongjian.surfaces.inlets.archive import corrupt, inspect
from gongjian.surfaces.inlets.docx_runs import Pen, Piece
from gongjian.surfaces.inlets.docx_styles import Styles
from gongjian.surfaces.inlets.draft import Draft
from gongjian.surfaces.inlets.numbering import Numbering, W

MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LEAD_LIMIT = 60  # characters: a longer bold stretch is emphasis, not the name of its paragraph


def open_docx(*, name: str, data: bytes) -> Document:
    """A .docx file as a document; refused when it is no Word file, locked, broken, or a bomb."""
    inspect(name=name, data=data)
    try:
        source = docx.Document(io.BytesIO(data))
        writer = _Writer(source)
        writer.body(source.element.body)
    except Refusal:
        raise
    except Exception as fault:  # python-docx and lxml raise their own kinds for each broken part
        raise corrupt(name) from fault
    writer.finish_notes(source)
    return writer.draft.finish(name=name, data=data, media=MEDIA)


class _Writer:
    """Walks the body once and writes the draft."""

    def __init__(self, source: Any) -> None:
        self.draft = Draft()
        self._styles = Styles(source.styles.element)
        numbering = next((part.element for part in _related(source, "numbering") if hasattr(part, "element")), None)
        self._numbering = Numbering(numbering)
        self._pen = Pen(self._styles)
        self._open_pieces: list[Piece] = []
        self._boxes = 0
        self._contents = False
        self._open_node: Any = None

    def body(self, parent: Any) -> None:
        """Every paragraph and table below `parent`, in order."""
        for node in _blocks(parent):
            if node.tag == f"{W}p":
                self._paragraph(node)
            else:
                self._flush()
                self.draft.table(list(self._rows(node)))
        self._flush()

    def finish_notes(self, source: Any) -> None:
        """What the reader of the text should know: changes accepted, notes at the foot, boxes, comments."""
        pen, notes = self._pen, self.draft.notes
        if pen.revised:
            notes.append("文件带有修订痕迹,已按“接受全部修订”读取")
        if pen.hidden:
            notes.append("文件中的隐藏文字没有读取")
        if self._contents:
            notes.append("文件的目录没有读取,以正文标题为准")
        if self._boxes:
            notes.append(f"文件有{self._boxes}个文本框,其文字接在所在段落之后")
        for kind, label in (("footnotes", "脚注"), ("endnotes", "尾注")):
            texts = [text for part in _related(source, kind) for text in _notes(part, self._pen)]
            notes.extend(f"{label}{number}(未并入正文):{text}" for number, text in enumerate(texts, 1))
        if any(True for _ in _related(source, "comments")):
            notes.append("文件带有批注,批注没有并入正文")

    def _paragraph(self, node: Any) -> None:
        pieces, boxes = self._pen.pieces(node)
        pieces = [*self._open_pieces, *pieces]
        self._open_pieces = []
        running_on = self._pen.mark_deleted(node)  # the paragraph's end is deleted: it runs on into the next one
        if not running_on:
            self._write(node, pieces)
        for box in boxes:
            self._boxes += 1
            self.body(box)
        if running_on:
            self._open_pieces, self._open_node = pieces, node

    def _flush(self) -> None:
        """Write what waits for a next paragraph where none comes."""
        if self._open_pieces:
            pieces, self._open_pieces = self._open_pieces, []
            self._write(self._open_node, pieces)

    def _write(self, node: Any, pieces: list[Piece]) -> None:
        text = "".join(piece.text for piece in pieces)
        label = self._label(node, text)
        if not text.strip():
            return  # an empty numbered line counts on in Word, but says nothing
        if self._styles.in_contents(node):
            self._contents = True
            return
        level = self._styles.level(node)
        lead = 0 if level else _lead(pieces)
        self.draft.write(label + text, level=level, lead=len(label) + lead if lead else 0)

    def _label(self, node: Any, text: str) -> str:
        number, level = self._styles.numbering(node)
        return self._numbering.label(number=number, level=level, text=text) if number else ""

    def _rows(self, table: Any) -> Iterator[list[tuple[str, object]]]:
        """Rows of (text, identity of the cell); a merged cell keeps the identity of its first part."""
        above: dict[int, tuple[str, object]] = {}
        for row in _below(table, "tr"):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                self._pen.revised = True
                continue
            cells: list[tuple[str, object]] = []
            for _ in range(_count(properties, "gridBefore")):
                cells.append(("", object()))
            for cell in _below(row, "tc"):
                settings = cell.find(f"{W}tcPr")
                merge = settings.find(f"{W}vMerge") if settings is not None else None
                continues = merge is not None and merge.get(f"{W}val", "continue") == "continue"
                found = above.get(len(cells)) if continues else None
                text = self._cell(cell) if found is None else ""
                cells.extend([found or (text, cell)] * max(1, _count(settings, "gridSpan")))
            above = dict(enumerate(cells))
            if cells:
                yield cells

    def _cell(self, cell: Any) -> str:
        """The cell's paragraphs, one a line; a table inside a cell becomes lines of its cells."""
        lines: list[str] = []
        for node in _blocks(cell):
            if node.tag == f"{W}p":
                pieces, boxes = self._pen.pieces(node)
                text = "".join(piece.text for piece in pieces)
                lines.append(self._label(node, text) + text)
                lines.extend(self._cell(box) for box in boxes)
            else:
                lines.extend("\t".join(text for text, _ in row) for row in self._rows(node))
        return "\n".join(line for line in lines if line.strip()).strip()


def _lead(pieces: list[Piece]) -> int:
    """Length of the bold phrase that opens the paragraph and ends with 。; 0 where there is none."""
    text = "".join(piece.text for piece in pieces)
    bold = 0
    for piece in pieces:
        if not piece.bold and piece.text.strip():
            break
        bold += len(piece.text)
    if not text[:bold].strip():
        return 0
    phrase = text[:bold].rstrip()
    end = len(phrase) if phrase.endswith("。") else bold + 1 if text[bold : bold + 1] == "。" else 0
    return end if end <= LEAD_LIMIT and text.count("。", 0, end) == 1 else 0


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables directly below `parent`, through content controls and accepted insertions."""
    for node in parent:
        if node.tag in (f"{W}p", f"{W}tbl"):
            yield node
        elif node.tag == f"{W}sdt":
            for content in node.findall(f"{W}sdtContent"):
                yield from _blocks(content)
        elif node.tag in (f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{W}smartTag"):
            yield from _blocks(node)


def _below(parent: Any, tag: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, through content controls."""
    for node in parent:
        if node.tag == f"{W}{tag}":
            yield node
        elif node.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo"):
            yield from _below(node, tag)


def _count(settings: Any, tag: str) -> int:
    node = settings.find(f"{W}{tag}") if settings is not None else None
    return min(1000, int(node.get(f"{W}val", "0"))) if node is not None else 0


def _related(source: Any, kind: str) -> Iterator[Any]:
    """Parts that the main part points to by a relation of this kind."""
    for relation in source.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            yield relation.target_part


def _notes(part: Any, pen: Pen) -> Iterator[str]:
    """Texts of a footnotes or endnotes part, separators left out."""
    root = parse_xml(part.blob)  # the library's parser: entities are not resolved, nothing is fetched
    for note in root:
        if note.get(f"{W}type") is None:
            lines = ("".join(piece.text for piece in pen.pieces(node)[0]).strip() for node in _blocks(note))
            text = " ".join(line for line in lines if line)
            if text:
                yield text
