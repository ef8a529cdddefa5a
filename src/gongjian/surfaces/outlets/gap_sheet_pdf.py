"""一企一策 as .pdf: one enterprise, or many in one file behind a contents page; templates/criteria/gap_sheet.typ lays it out."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import typst

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.outlets.gap_sheet import BLANKS, NONE_APPLIES, READY, TITLE, GapSheet, Line, Policy
from gongjian.surfaces.outlets.typeset import typeset

LAYOUT = Path(__file__).resolve().parents[2] / "templates" / "criteria" / "gap_sheet.typ"
CHINESE = (
    "FangSong", "FangSong_GB2312", "仿宋_GB2312", "STFangsong", "Noto Serif CJK SC", "Source Han Serif SC", "SimSun",
)  # fmt: skip
"""Families of which one has to be installed where PDFs are made."""
STRETCH = 10
"""Rulebooks' parts laid out at a time: typst remembers its last stretches, so memory grows with this, not with the book."""
_ONE = threading.Lock()


def pdf_of(sheet: GapSheet) -> bytes:
    """The sheet as a document of its own. Raises Refusal where the machine has no Chinese font."""
    return _made(sheets=[_told(sheet)])


def book_of(sheets: Iterable[GapSheet], *, said: str) -> bytes:
    """Many sheets in one document; the contents in front name each with its page, under the sentence `said`."""
    book = pypdfium2.PdfDocument.new()
    lines: list[tuple[str, int]] = []
    for some in _stretches(sheets):
        before = len(book)
        part = pypdfium2.PdfDocument(_made(sheets=[_told(one) for one in some], before=before, is_tagged=False))
        starts = [mark.get_dest().get_index() for mark in part.get_toc(max_depth=1)]
        lines += [(one.name, before + start + 1) for one, start in zip(some, starts, strict=True)]
        book.import_pages(part)
        part.close()
    contents = {"said": typeset(said), "lines": [(typeset(name), page) for name, page in lines]}
    front = pypdfium2.PdfDocument(_made(contents=contents, is_tagged=False))
    book.import_pages(front, index=0)
    front.close()
    return _saved(book)


def _stretches(sheets: Iterable[GapSheet]) -> Iterator[list[GapSheet]]:
    some: list[GapSheet] = []
    for one in sheets:
        some.append(one)
        if sum(max(1, len(each.told)) for each in some) >= STRETCH:
            yield some
            some = []
    if some:
        yield some


def _made(*, is_tagged: bool = True, **book: Any) -> bytes:
    """A PDF of `sheets` (page numbers of the whole book after `before`) or of `contents`."""
    if not set(CHINESE) & _families():
        raise Refusal(
            "print.font",
            "这台服务器没有安装中文字体,不能生成PDF",
            "请下载docx,或请系统管理员安装仿宋_GB2312或思源宋体(Noto Serif CJK)后再试",
        )
    words = {"title": TITLE, "ready": typeset(READY), "none": typeset(NONE_APPLIES), "blanks": BLANKS}
    whole = {"sheets": [], "contents": None, "before": None} | words | book
    with _ONE:
        made: bytes = _compiler().compile(
            sys_inputs={"book": json.dumps(whole, ensure_ascii=False)}, format="pdf", pdf_tags=is_tagged
        )
    return made


def _saved(book: pypdfium2.PdfDocument) -> bytes:
    made = io.BytesIO()
    book.save(made)
    book.close()
    return made.getvalue()


@cache
def _compiler() -> Any:
    return typst.Compiler(str(LAYOUT))


@cache
def _families() -> set[str]:
    return {str(one) for one in typst.Fonts().families()}


def _told(sheet: GapSheet) -> dict[str, Any]:
    made = {"remark": sheet.remark, "folded": sheet.folded}
    parts = {"policies": [_policy(one) for one in sheet.policies], "told": [_policy(one) for one in sheet.told]}
    told: dict[str, Any] = _typeset(asdict(sheet) | made | parts)
    return told


def _policy(policy: Policy) -> dict[str, Any]:
    lines = {"open": [_line(one) for one in policy.open], "met": [_line(one) for one in policy.met]}
    made = {name: getattr(policy, name) for name in ("outcome", "heading", "basis", "plan", "remarks")}
    return asdict(policy) | made | lines


def _line(line: Line) -> dict[str, Any]:
    return asdict(line) | {"code": str(line.state.value), "state": line.state.label}


def _typeset(words: Any) -> Any:
    if isinstance(words, str):
        return typeset(words)
    if isinstance(words, dict):
        return {name: _typeset(value) for name, value in words.items()}
    return [_typeset(one) for one in words] if isinstance(words, list | tuple) else words
