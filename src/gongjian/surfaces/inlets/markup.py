"""Markdown and web pages as documents: headings, bold leads, lists and tables by their marks, the marks left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, NavigableString, PageElement, Tag
from bs4.element import PreformattedString
from markdown_it import MarkdownIt

from gongjian.kernel.errors import Refusal
from gongjian.kernel.plan.document import Document
from gongjian.surfaces.inlets.draft import Draft
from gongjian.surfaces.inlets.text import decode

LEAD_LIMIT = 60
DEPTH_LIMIT = 200
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SKIPPED = {
    "script",
    "style",
    "head",
    "nav",
    "noscript",
    "template",
    "svg",
    "iframe",
    "button",
    "select",
    "form",
    "title",
}
_BLOCKS = {
    *(
        "p",
        "div",
        "section",
        "article",
        "main",
        "body",
        "html",
        "header",
        "footer",
        "aside",
        "blockquote",
        "pre",
        "figure",
    ),
    *(
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "hr",
        "address",
        "figcaption",
        "details",
        "summary",
        "center",
        "[document]",
    ),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
}
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_CJK = re.compile(r"[⺀-鿿＀-￯　-〿“”]")
_JOINER = (
    "\u2060"  # lets **培优企业。**确保 be bold: the standard's rule for marks next to 。 is made for spaced languages
)
_STRONG = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")


def open_markdown(*, name: str, data: bytes) -> Document:
    """A .md file (CommonMark with tables) as a document; HTML inside it is shown as it is written, never run."""
    decoded = decode(name=name, data=data)
    source = _STRONG.sub(rf"**{_JOINER}\1{_JOINER}**", _without_preamble(decoded.text))
    page = MarkdownIt("commonmark", {"html": False}).enable("table").render(source).replace(_JOINER, "")
    return _open(name=name, data=data, page=page, media="text/markdown", notes=decoded.notes)


def open_html(*, name: str, data: bytes) -> Document:
    """A saved web page as a document; scripts, menus and forms are left out."""
    declared = _CHARSET.search(data[:4096])
    text = ""
    notes: tuple[str, ...] = ()
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        label = declared[1].decode("ascii").lower()
        try:
            text = data.decode("gb18030" if label in ("gb2312", "gbk", "x-gbk") else label)
        except (LookupError, UnicodeDecodeError):
            text = ""
    if not text:
        decoded = decode(name=name, data=data)
        text, notes = decoded.text, decoded.notes
    return _open(name=name, data=data, page=text, media="text/html", notes=notes)


def _open(*, name: str, data: bytes, page: str, media: str, notes: tuple[str, ...]) -> Document:
    draft = Draft()
    draft.notes.extend(notes)
    try:
        _Walker(draft).block(BeautifulSoup(page, "lxml"), depth=0)
    except RecursionError:
        raise _too_deep(name) from None
    return draft.finish(name=name, data=data, media=media)


class _Walker:
    """Writes blocks in order; loose text between blocks is a paragraph of its own."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def block(self, parent: Tag, *, depth: int, prefix: str = "") -> None:
        """Everything inside one block; `prefix` is the list number that its first paragraph carries."""
        if depth > DEPTH_LIMIT:
            raise RecursionError
        loose: list[PageElement] = []
        number = _first_number(parent)
        for node in parent.children:
            if isinstance(node, Tag) and _holds_block(node):
                prefix = self._paragraph(loose, prefix)
                loose = []
                if node.name == "table":
                    self._draft.table(list(_rows(node)))
                elif node.name in ("h1", "h2", "h3", "h4", "h5", "h6"):
                    self._heading(node, prefix)
                    prefix = ""
                elif node.name == "li" and number is not None:
                    self.block(node, depth=depth + 1, prefix=f"{number}. ")
                    number += 1
                elif node.name not in _SKIPPED:
                    self.block(node, depth=depth + 1, prefix=prefix)
                    prefix = ""
            else:
                loose.append(node)
        self._paragraph(loose, prefix)

    def _heading(self, node: Tag, prefix: str) -> None:
        text = prefix + "".join(text for text, _ in _tidy(_words([node]))).strip()
        if text:
            self._draft.write(text, level=int(node.name[1]))

    def _paragraph(self, nodes: list[PageElement], prefix: str) -> str:
        """Write loose nodes as a paragraph; returns the prefix that is still to be used."""
        pieces = list(_tidy(_words(nodes)))
        text = "".join(text for text, _ in pieces).strip()
        if not text:
            return prefix
        lead = _lead(pieces)
        self._draft.write(prefix + text, lead=len(prefix) + lead if lead else 0)
        return ""


def _holds_block(node: Tag) -> bool:
    return node.name in _BLOCKS or (
        node.name not in _SKIPPED and any(child.name in _BLOCKS for child in node.find_all(True))
    )


def _first_number(parent: Tag) -> int | None:
    """The number an ordered list starts with; None for any other block."""
    if parent.name != "ol":
        return None
    start = str(parent.get("start") or "1")
    return int(start) if start.isdigit() and len(start) < 6 else 1


def _words(nodes: list[PageElement], bold: bool = False) -> Iterator[tuple[str, bool]]:
    """Text and boldness of inline nodes; a forced line break is a newline."""
    for node in nodes:
        if isinstance(node, Tag):
            if node.name == "br":
                yield "\v", bold
            elif node.name not in _SKIPPED:
                edge = [("\v", bold)] if node.name in _BLOCKS else []
                yield from edge
                yield from _words(list(node.children), bold or node.name in ("b", "strong"))
                yield from edge
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            yield str(node), bold


def _tidy(words: Iterator[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Runs of blanks become one, a wrapped source line next to a Chinese character none; leading ones fall away."""
    pieces = [(text, bold) for text, bold in words if text]
    joined = "".join(text for text, _ in pieces)
    flags = [bold for text, bold in pieces for _ in text]
    keep = [True] * len(joined)
    for found in _BLANKS.finditer(joined):
        before, after = joined[: found.start()][-1:], joined[found.end() : found.end() + 1]
        silent = not before or not after or "\v" in (before, after)
        silent = silent or ("\n" in found[0] and bool(_CJK.match(before) or _CJK.match(after)))
        for index in range(found.start() + (0 if silent else 1), found.end()):
            keep[index] = False
    for index, (letter, bold) in enumerate(zip(joined, flags, strict=True)):
        if keep[index]:
            yield ("\n" if letter == "\v" else " " if letter in "\t\r\n\f" else letter), bold


def _lead(pieces: list[tuple[str, bool]]) -> int:
    """Length of the bold phrase that opens the paragraph and ends with 。; 0 where there is none."""
    text, bold = "".join(text for text, _ in pieces), 0
    for letter, heavy in pieces:
        if not heavy and not (letter == "。" and bold and text[bold - 1] != "。"):
            break
        bold += len(letter)
    phrase = text[:bold]
    return bold if phrase.endswith("。") and bold <= LEAD_LIMIT and phrase.count("。") == 1 else 0


def _rows(table: Tag) -> Iterator[list[tuple[str, object]]]:
    """Rows of (text, cell); cells that span rows or columns repeat."""
    hanging: dict[int, tuple[int, tuple[str, object]]] = {}
    for row in table.find_all("tr"):
        if row.find_parent("table") is not table:
            continue
        cells: list[tuple[str, object]] = []
        still: dict[int, tuple[int, tuple[str, object]]] = {}
        for node in [*row.find_all(["td", "th"], recursive=False), None]:
            while len(cells) in hanging:
                left, cell = hanging.pop(len(cells))
                if left > 1:
                    still[len(cells)] = (left - 1, cell)
                cells.append(cell)
            if node is None:
                break
            lines = "".join(text for text, _ in _tidy(_words(list(node.children)))).split("\n")
            cell = ("\n".join(line.strip() for line in lines if line.strip()), id(node))
            for _ in range(_span(node, "colspan")):
                if _span(node, "rowspan") > 1:
                    still[len(cells)] = (_span(node, "rowspan") - 1, cell)
                cells.append(cell)
        hanging = still
        if cells:
            yield cells


def _span(node: Tag, name: str) -> int:
    value = str(node.get(name) or "1")
    return min(max(int(value), 1), 1000) if value.isdigit() and len(value) < 6 else 1


def _without_preamble(text: str) -> str:
    """Markdown without the block of settings between --- lines that some editors put first."""
    found = re.match(r"---\r?\n(?:[\w-]+:.*\r?\n|\s+.*\r?\n)*---\r?\n", text)
    return text[found.end() :] if found else text


def _too_deep(name: str) -> Refusal:
    return Refusal(
        "document.corrupt",
        f"网页“{name}”的结构嵌套过深,无法读取",
        "请在浏览器中打开,把正文复制到 Word 文档,存为 .docx 后上传",
    )
