"""One door for every document: a file's name and bytes go in, a `Document` or a refusal comes out."""

from __future__ import annotations

from typing import Protocol

from gongjian.kernel.errors import Refusal
from gongjian.kernel.plan.document import Document
from gongjian.surfaces.inlets.docx import open_docx
from gongjian.surfaces.inlets.markup import open_html, open_markdown
from gongjian.surfaces.inlets.pdf import open_pdf
from gongjian.surfaces.inlets.sniff import SIZE_LIMIT, Nature, admit, mismatch, nature, suffix
from gongjian.surfaces.inlets.text import open_text

ACCEPTED = ".docx、.pdf、.txt、.md、.html"


class Opener(Protocol):
    """Reads one format."""

    def __call__(self, *, name: str, data: bytes) -> Document: ...


_BY_SUFFIX: dict[str, tuple[frozenset[Nature], Opener]] = {
    ".docx": (frozenset({Nature.DOCX}), open_docx),
    ".docm": (frozenset({Nature.DOCX}), open_docx),
    ".pdf": (frozenset({Nature.PDF}), open_pdf),
    ".txt": (frozenset({Nature.TEXT, Nature.HTML}), open_text),
    ".md": (frozenset({Nature.TEXT, Nature.HTML}), open_markdown),
    ".markdown": (frozenset({Nature.TEXT, Nature.HTML}), open_markdown),
    ".html": (frozenset({Nature.TEXT, Nature.HTML}), open_html),
    ".htm": (frozenset({Nature.TEXT, Nature.HTML}), open_html),
}


def open_document(*, name: str, data: bytes, limit: int = SIZE_LIMIT) -> Document:
    """The file `name` with content `data` as a document.

    Refused, with nothing done: files that are empty, over `limit` bytes, locked, broken, scans, bombs, of an unknown
    kind, or of another kind than their extension says. `Refusal.code` starts with `document.`.
    """
    admit(name=name, data=data, limit=limit)
    kind = suffix(name)
    found = nature(data)
    if kind not in _BY_SUFFIX:
        if found not in (Nature.TEXT, Nature.HTML):
            raise mismatch(name=name, found=found, expected=ACCEPTED)
        raise Refusal(
            "document.unknown-type",
            f"文件“{name}”的类型“{kind or '(无扩展名)'}”不能作为文稿读取",
            f"请上传 {ACCEPTED} 文件;其他格式请先用 Word 或 WPS 另存为 .docx",
        )
    natures, opener = _BY_SUFFIX[kind]
    if found not in natures:
        raise mismatch(name=name, found=found, expected=kind)
    return opener(name=name, data=data)
