"""一企一策 as .docx: A4, the fonts of official papers by name, heads repeated on every page, rows that never break."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from functools import cache
from xml.sax.saxutils import escape

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.outlets.gap_sheet import BLANKS, NONE_APPLIES, READY, TITLE, GapSheet, Line, Policy
from gongjian.surfaces.outlets.typeset import typeset

TITLE_FONT, TEXT_FONT, HEAD_FONT, LATIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "Times New Roman"
WIDTH = 9638
"""Twentieths of a point between the margins (170 mm)."""
TONES = {State.UNMET: "B00020", State.UNKNOWN: "7A4B00", State.UNGRADED: "7A4B00", State.OPEN: "1F4E9E"}
CRITERIA = ("条件与条款", "状态", "要求", "现状", "怎么办、何时前")
CRITERIA_WIDTHS = (1800, 900, 2150, 2188, 2600)
HEAD_WIDTHS = (1350, 3700, 2050, 2538)
MET_WIDTHS = (2200, 3719, 3719)
_BODY = "word/document.xml"


def docx_of(sheet: GapSheet) -> bytes:
    """The sheet as a document of its own."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in _frame():
            if name == _BODY:
                before, after = data.decode("utf-8").split("<w:p/>", 1)
                data = f"{before}{_body(sheet)}{after}".encode()
            package.writestr(name, data)
    return made.getvalue()


@cache
def _frame() -> tuple[tuple[str, bytes], ...]:
    """An empty document with page, fonts and page numbers; its one empty paragraph stands where the text goes."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin, section.footer_distance = Mm(24), Mm(22), Mm(12)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), TEXT_FONT)
    normal.paragraph_format.space_after = Pt(0)
    footer = section.footer.paragraphs[0]
    footer._p.getparent().replace(footer._p, parse_xml(_footer()))
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.title = TITLE
    for part in list(document.element.body):
        if part.tag != qn("w:sectPr"):
            document.element.body.remove(part)
    document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}/>"))
    kept = io.BytesIO()
    document.save(kept)
    with zipfile.ZipFile(kept) as package:
        return tuple((name, package.read(name)) for name in package.namelist())


def _footer() -> str:
    def field(code: str) -> str:
        return f'<w:fldSimple w:instr=" {code} "><w:r>{_font(TEXT_FONT, 10)}<w:t>1</w:t></w:r></w:fldSimple>'

    return (
        f'<w:p {nsdecls("w")}><w:pPr><w:jc w:val="center"/></w:pPr>{_run("第", size=10)}{field("PAGE")}'
        f"{_run('页 共', size=10)}{field('NUMPAGES')}{_run('页', size=10)}</w:p>"
    )


def _body(sheet: GapSheet) -> str:
    made = [
        _paragraph(TITLE, size=22, font=TITLE_FONT, align="center", after=4, keep=True),
        _paragraph(sheet.name, size=16, font=HEAD_FONT, align="center", after=10, keep=True),
        _head(sheet),
    ]
    if len(sheet.policies) > 1:
        made += [_heading("对照结果"), _summary(sheet.policies), _paragraph(sheet.folded, size=10.5, before=6)]
    if sheet.blanks:
        made.append(_heading(BLANKS))
        made += [_paragraph(words, size=10.5) for words in sheet.blanks]
    if not sheet.policies:
        made.append(_paragraph(NONE_APPLIES, before=12, after=6))
    for policy in sheet.told:
        made += _policy(policy)
    made.append(_paragraph(sheet.remark, size=10.5, before=10))
    for number, words in enumerate(sheet.notes):
        made.append(_paragraph(words, size=10.5, bold=not number, before=2 if number else 8))
    made.append(_paragraph(sheet.foot, size=10.5, align="right", before=6))
    return "".join(made)


def _head(sheet: GapSheet) -> str:
    pairs = list(sheet.head)
    rows = []
    for left, right in zip(pairs[0::2], pairs[1::2], strict=True):
        cells = []
        for number, (word, width) in enumerate(zip((*left, *right), HEAD_WIDTHS, strict=True)):
            is_label = number % 2 == 0
            words = _paragraph(word, size=10.5, font=HEAD_FONT if is_label else TEXT_FONT)
            cells.append(_cell(words, width, shade=is_label))
        rows.append(cells)
    return _table(HEAD_WIDTHS, rows, has_head=False)


def _summary(policies: Sequence[Policy]) -> str:
    widths = (2600, 1600, 3438, 2000)
    rows = [_heads(("标准", "结论", "先办什么", "申报窗口"), widths)]
    for one in policies:
        cells = (one.label, one.outcome, one.nearest, one.open_when)
        rows.append([_cell(_paragraph(word, size=10), width) for word, width in zip(cells, widths, strict=True)])
    return _table(widths, rows)


def _policy(policy: Policy) -> list[str]:
    made = [
        _heading(policy.heading),
        _paragraph(policy.basis[0], size=10.5, keep=True),
        _paragraph(policy.basis[1], size=10.5, after=4, keep=True),
    ]
    if policy.open:
        rows = [_heads(CRITERIA, CRITERIA_WIDTHS), *(_criterion(line) for line in policy.open)]
        made.append(_table(CRITERIA_WIDTHS, rows))
    else:
        made.append(_paragraph(READY, size=12, font=HEAD_FONT, after=4))
    if policy.points:
        widths = (3600, 1400, 1200, 3438)
        rows = [_heads(("得分项目", "得分", "满分", "到上一档"), widths)]
        for one in policy.points:
            words = (one.label, one.points, one.most, one.next)
            aligns = ("left", "right", "right", "left")
            rows.append([
                _cell(_paragraph(word, size=10, align=align), width)
                for word, width, align in zip(words, widths, aligns, strict=True)
            ])  # fmt: skip
        made += [_heading("得分明细", small=True), _table(widths, rows)]
    if policy.alerts:
        made.append(_heading("提示", small=True))
        made += [_paragraph(words, size=10.5) for words in policy.alerts]
    if policy.steps:
        rows = [_heads(("时间", "要做的事"), (1900, 7738))]
        rows += [
            [_cell(_paragraph(day, size=10), 1900), _cell(_paragraph(words, size=10), 7738)]
            for day, words in policy.steps
        ]
        made += [_heading(policy.plan, small=True), _table((1900, 7738), rows)]
    if policy.met:
        rows = [_heads(("已符合的条件", "要求", "现状"), MET_WIDTHS), *(_met(line) for line in policy.met)]
        made += [_heading(f"已符合{len(policy.met)}项", small=True), _table(MET_WIDTHS, rows)]
    made += [_paragraph(words, size=9, before=4) for words in policy.remarks]
    return made


def _criterion(line: Line) -> list[str]:
    name, mark, demanded, present, todo = CRITERIA_WIDTHS
    state = _paragraph(line.state.label, size=10, font=HEAD_FONT, colour=TONES.get(line.state, ""))
    return [
        _cell(_paragraph(line.label, size=10, font=HEAD_FONT) + _paragraph(line.cites, size=9), name),
        _cell(state + "".join(_paragraph(word, size=9) for word in line.marks), mark),
        _cell(_paragraph(line.demanded, size=10), demanded),
        _cell("".join(_paragraph(words, size=10) for words in line.present), present),
        _cell("".join(_paragraph(words, size=10) for words in line.todo), todo),
    ]


def _met(line: Line) -> list[str]:
    name, demanded, present = MET_WIDTHS
    marks = "".join(_paragraph(word, size=9) for word in line.marks)
    return [
        _cell(_paragraph(line.label, size=10) + _paragraph(line.cites, size=9) + marks, name),
        _cell(_paragraph(line.demanded, size=10), demanded),
        _cell("".join(_paragraph(words, size=10) for words in line.present), present),
    ]


def _heading(words: str, *, small: bool = False) -> str:
    return _paragraph(words, size=12 if small else 14, font=HEAD_FONT, before=8 if small else 14, after=4, keep=True)


def _heads(words: Iterable[str], widths: Sequence[int]) -> list[str]:
    return [
        _cell(_paragraph(word, size=10, font=HEAD_FONT, align="center"), width, shade=True)
        for word, width in zip(words, widths, strict=True)
    ]


def _table(widths: Sequence[int], rows: Sequence[Sequence[str]], *, has_head: bool = True) -> str:
    """A table of fixed widths; its first row is repeated on every page, no row is cut by the end of a page."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 30), ("left", 70), ("bottom", 30), ("right", 70))
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = []
    for number, cells in enumerate(rows):
        head = "<w:tblHeader/>" if has_head and number == 0 else ""
        lines.append(f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>")
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )


def _cell(content: str, width: int, *, shade: bool = False) -> str:
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="EDEFF2"/>' if shade else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}</w:tcPr>{content or "<w:p/>"}</w:tc>'


def _paragraph(
    words: str,
    *,
    size: float = 12,
    font: str = TEXT_FONT,
    align: str = "left",
    before: float = 0,
    after: float = 0,
    bold: bool = False,
    keep: bool = False,
    colour: str = "",
) -> str:
    """A paragraph; sizes in points. `keep` holds it on the page of what follows."""
    if not words:
        return ""
    held = "<w:keepNext/>" if keep else ""
    spacing = f'<w:spacing w:before="{int(before * 20)}" w:after="{int(after * 20)}"/>'
    run = _run(words, size=size, font=font, bold=bold, colour=colour)
    return f'<w:p><w:pPr>{held}{spacing}<w:jc w:val="{align}"/></w:pPr>{run}</w:p>'


def _run(words: str, *, size: float, font: str = TEXT_FONT, bold: bool = False, colour: str = "") -> str:
    clean = "".join(one for one in words if one >= " " or one in "\t\n")
    return f'<w:r>{_font(font, size, bold, colour)}<w:t xml:space="preserve">{escape(typeset(clean))}</w:t></w:r>'


def _font(font: str, size: float, bold: bool = False, colour: str = "") -> str:
    strong = "<w:b/>" if bold else ""
    tint = f'<w:color w:val="{colour}"/>' if colour else ""
    return (
        f'<w:rPr><w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{font}" w:cs="{LATIN}"/>{strong}{tint}'
        f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/></w:rPr>'
    )
