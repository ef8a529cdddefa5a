"""A PDF with text as a document: lines rejoined into paragraphs, ruled tables kept, page numbers dropped."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from gongjian.kernel.errors import Refusal
from gongjian.kernel.plan.document import Document
from gongjian.surfaces.inlets.draft import Draft
from gongjian.surfaces.inlets.pdf_lines import read_lines
from gongjian.surfaces.inlets.pdf_pages import Sheet, Story, drop_running_lines, paragraphs
from gongjian.surfaces.inlets.pdf_tables import grids

MEDIA = "application/pdf"
PAGE_LIMIT = 3_000
_UNKNOWN = "\ufffd"


def open_pdf(*, name: str, data: bytes) -> Document:
    """A PDF as a document; refused when it is locked, broken, or a scan without text."""
    try:
        source = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        fault = pdfium.FPDF_GetLastError()
        if fault in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise Refusal(
                "document.locked",
                f"PDF 文件“{name}”设有打开密码",
                "请用密码打开后另存或打印为不带密码的 PDF,再重新上传",
            ) from None
        raise _corrupt(name) from None
    try:
        if not len(source):
            raise _corrupt(name)
        if len(source) > PAGE_LIMIT:
            raise Refusal(
                "document.too-many-pages",
                f"PDF 文件“{name}”有{len(source)}页,超过上限{PAGE_LIMIT}页",
                "请只保留工作要点正文后重新上传",
            )
        try:
            pages = [_read(page, number) for number, page in enumerate(_pages(source), 1)]
        except pypdfium2.PdfiumError:
            raise _corrupt(name) from None
    finally:
        source.close()
    return _write(name, data, pages)


def _pages(source: pypdfium2.PdfDocument) -> Iterator[pypdfium2.PdfPage]:
    for number in range(len(source)):
        page = source[number]
        try:
            yield page
        finally:
            page.close()


def _read(page: pypdfium2.PdfPage, number: int) -> Sheet:
    width, height = page.get_size()
    lines = read_lines(page=page, number=number)
    return Sheet(number=number, width=width, height=height, lines=lines, grids=grids(page=page))


def _write(name: str, data: bytes, pages: list[Sheet]) -> Document:
    empty = [sheet.number for sheet in pages if not any(line.text.strip() for line in sheet.lines)]
    if len(empty) == len(pages):
        raise Refusal(
            "document.scan",
            f"PDF 文件“{name}”共{len(pages)}页,都没有文字,是扫描件或图片",
            "请上传电子原稿(.docx 或直接由 Word、WPS 导出的 PDF),或先做文字识别(OCR)并校对后上传",
        )
    letters = "".join(line.text for sheet in pages for line in sheet.lines)
    unknown = sum(1 for found in letters if found == _UNKNOWN or "\ue000" <= found <= "\uf8ff")
    if unknown * 5 > len(letters):
        raise Refusal(
            "document.unreadable-font",
            f"PDF 文件“{name}”的字体没有附带文字对照表,读出来是乱码",
            "请上传 .docx 原稿,或用 Word、WPS 重新导出 PDF 后上传",
        )
    draft = Draft()
    dropped = drop_running_lines(pages=pages)
    for story in paragraphs(pages=pages):
        _put(draft, story)
    if dropped:
        draft.notes.append(f"已去掉各页重复的页眉、页脚和页码共{dropped}行")
    if empty:
        listed = "、".join(map(str, empty[:20])) + ("等" if len(empty) > 20 else "")
        draft.notes.append(f"第{listed}页没有文字(可能是扫描图片或空白页),没有读出")
    if unknown:
        draft.notes.append(f"有{unknown}个字无法识别,请核对原文")
    return draft.finish(name=name, data=data, media=MEDIA)


def _put(draft: Draft, story: Story) -> None:
    if story.rows:
        draft.table(story.rows, pages=story.pages)
        return
    start = draft.write(story.text, page=story.pages[0], lead=story.lead)
    for offset, page in story.turns:
        draft.turn(offset=start + offset, page=page)


def _corrupt(name: str) -> Refusal:
    return Refusal(
        "document.corrupt", f"PDF 文件“{name}”已损坏或未下载完整,无法打开", "请重新下载或重新导出 PDF 后上传"
    )
