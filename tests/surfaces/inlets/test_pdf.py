"""PDF files as offices print them: lines rejoined into paragraphs, page numbers dropped, tables kept, scans refused."""

import io
import random
from collections.abc import Callable
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from gongjian.kernel.errors import Refusal
from gongjian.kernel.plan.document import Document
from gongjian.surfaces.inlets import pdf_lines
from gongjian.surfaces.inlets.document import open_document
from gongjian.surfaces.inlets.pdf_lines import Glyph

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
INDENTED = ParagraphStyle("body", fontName=FONT, fontSize=14, leading=24, firstLineIndent=28, wordWrap="CJK")
FLUSH = ParagraphStyle("flush", fontName=FONT, fontSize=12, leading=18, spaceAfter=10, wordWrap="CJK")
TITLE = ParagraphStyle("title", fontName=FONT, fontSize=22, leading=30, alignment=1, spaceAfter=20)


def printed(story: list[Any], *, running: bool = False, **settings: Any) -> bytes:
    """A PDF of the story; `running` adds a head and a page number to every page."""

    def edges(canvas: Any, template: Any) -> None:
        if running:
            canvas.setFont(FONT, 10)
            canvas.drawString(70, 810, "星海开发区管理委员会文件")
            canvas.drawCentredString(297, 30, f"— {template.page} —")

    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4, **settings).build(story, onFirstPage=edges, onLaterPages=edges)
    return buffer.getvalue()


def drawn(draw: Callable[[Canvas], None], **settings: Any) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, **settings)
    canvas.setFont(FONT, 14)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def opened(data: bytes) -> Document:
    return open_document(name="要点.pdf", data=data)


def sentences(count: int, *, seed: int = 5) -> list[str]:
    """Invented paragraphs of uneven length."""
    chance = random.Random(seed)
    words = [
        "确保完成144家高企申报",
        "力争新增科创项目81个",
        "增长8.5%以上",
        "推动5个以上优质项目落地",
        "加快企业技术改造",
        "强化服务",
    ]
    return [
        "".join(chance.choice(words) + chance.choice(",、;") for _ in range(chance.randint(2, 25))) + f"共{number}项。"
        for number in range(count)
    ]


@pytest.mark.parametrize("style", [INDENTED, FLUSH])
def test_paragraphs_come_back_whole_over_lines_and_pages(style: ParagraphStyle) -> None:
    texts = sentences(40)
    document = opened(printed([Paragraph(text, style) for text in texts], running=True))
    whole = document.text.split("\n")
    assert "".join(whole) == "".join(texts)
    assert len(set(texts) & set(whole)) >= 38  # a last line that fills its measure shows no end in a flush setting
    assert document.media == "application/pdf"
    pages = {spot.page for spot in document.spots}
    assert len(pages) >= 4
    assert document.notes == (f"已去掉各页重复的页眉、页脚和页码共{2 * len(pages)}行",)


def test_a_number_and_its_noun_cut_by_the_line_or_the_page_are_one() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 100, "确保完成年度各项目标任务,确保完成全年一百家以上、144家")
        canvas.showPage()
        canvas.setFont(FONT, 14)
        canvas.drawString(72, 760, "高企申报,争当示范区。")

    document = opened(drawn(draw))
    assert document.text == "确保完成年度各项目标任务,确保完成全年一百家以上、144家高企申报,争当示范区。"
    assert len({spot.paragraph for spot in document.spots}) == 1
    assert document.where(document.text.index("144家")).page == 1
    assert document.where(document.text.index("高企")).page == 2


def test_title_headings_and_body_are_paragraphs_of_their_own() -> None:
    texts = sentences(4)
    story = [Paragraph("2025年工作要点", TITLE), Paragraph("一、攻坚科技创新", INDENTED)]
    story += [Paragraph(text, INDENTED) for text in texts]
    assert opened(printed(story)).text.split("\n") == ["2025年工作要点", "一、攻坚科技创新", *texts]


def test_what_stands_only_once_at_an_edge_stays() -> None:
    story = [Paragraph("附件1", FLUSH), Paragraph("正文甲。", FLUSH), PageBreak(), Paragraph("正文乙。", FLUSH)]
    document = opened(printed(story))
    assert document.text == "附件1\n正文甲。\n正文乙。"
    assert document.notes == ()


def test_a_figure_that_repeats_at_the_foot_but_does_not_count_pages_stays() -> None:
    def draw(canvas: Canvas) -> None:
        for number in (144, 81, 15):
            canvas.setFont(FONT, 14)
            canvas.drawString(72, 700, f"第{number}段正文文字。")
            canvas.drawString(72, 40, str(number))
            canvas.showPage()

    assert [line for line in opened(drawn(draw)).text.split("\n") if line.isdigit()] == ["144", "81", "15"]


def test_a_ruled_table_with_a_merged_cell() -> None:
    grid = Table(
        [["序号", "工作任务", "责任单位"], ["1", "高企申报144家", "科技局"], ["2", "新增项目81个", ""]],
        style=[
            ("GRID", (0, 0), (-1, -1), 0.7, "black"),
            ("FONT", (0, 0), (-1, -1), FONT, 12),
            ("SPAN", (2, 1), (2, 2)),
        ],
    )
    document = opened(printed([Paragraph("任务如下:", FLUSH), grid, Spacer(1, 30), Paragraph("表后一段。", FLUSH)]))
    assert document.text == "任务如下:\n序号\t工作任务\t责任单位\n1\t高企申报144家\t科技局\n2\t新增项目81个\n表后一段。"
    (found,) = document.tables
    assert [[document.text[cell.start : cell.end] for cell in row] for row in found.rows] == [
        ["序号", "工作任务", "责任单位"],
        ["1", "高企申报144家", "科技局"],
        ["2", "新增项目81个", "科技局"],
    ]
    assert found.rows[1][2] == found.rows[2][2]


def test_a_table_over_two_pages_is_one_and_its_repeated_heading_falls_away() -> None:
    rows = [["序号", "任务"], *[[str(number), f"新增项目{number}个"] for number in range(1, 61)]]
    grid = Table(
        rows, repeatRows=1, style=[("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), FONT, 12)]
    )
    document = opened(printed([grid], running=True))
    (found,) = document.tables
    assert [[document.text[cell.start : cell.end] for cell in row] for row in found.rows] == rows
    assert document.where(found.rows[60][1].start).page == 2


def test_a_cell_of_several_lines_is_one_text() -> None:
    words = "围绕园区主导产业发展需求,重点支持龙头企业引进人才团队15个"
    cell = Paragraph(words, ParagraphStyle("cell", fontName=FONT, fontSize=10, leading=14, wordWrap="CJK"))
    style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), FONT, 10)]
    grid = Table([["任务", "单位"], [cell, "人才办"]], colWidths=[120, 80], style=style)
    document = opened(printed([grid]))
    second = document.tables[0].rows[1]
    assert [document.text[cell.start : cell.end] for cell in second] == [words, "人才办"]


def test_a_scan_is_refused_and_says_what_to_do() -> None:
    def draw(canvas: Canvas) -> None:
        for _ in range(2):
            canvas.rect(50, 50, 400, 700, fill=1)
            canvas.showPage()

    with pytest.raises(Refusal) as refused:
        opened(drawn(draw))
    assert refused.value.code == "document.scan"
    assert str(refused.value) == (
        "PDF 文件“要点.pdf”共2页,都没有文字,是扫描件或图片。"
        "请上传电子原稿(.docx 或直接由 Word、WPS 导出的 PDF),或先做文字识别(OCR)并校对后上传。"
    )


def test_a_page_without_text_among_others_is_noted() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "第一页正文。")
        canvas.showPage()
        canvas.rect(50, 50, 400, 700, fill=1)
        canvas.showPage()

    document = opened(drawn(draw))
    assert document.text == "第一页正文。"
    assert document.notes == ("第2页没有文字(可能是扫描图片或空白页),没有读出",)


def test_a_password_is_refused_but_not_a_mere_restriction() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "正文。")

    with pytest.raises(Refusal) as refused:
        opened(drawn(draw, encrypt=StandardEncryption("secret", ownerPassword="owner")))
    assert refused.value.code == "document.locked"
    assert refused.value.cause == "PDF 文件“要点.pdf”设有打开密码"
    assert opened(drawn(draw, encrypt=StandardEncryption("", ownerPassword="owner", canPrint=0))).text == "正文。"


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n", b"%PDF-1.4\n" + b"\x00\xff" * 500, b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"]
)
def test_corrupt(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        opened(data)
    assert refused.value.code == "document.corrupt"


def test_cut_and_spoilt_files_are_read_or_refused() -> None:
    data = printed([Paragraph(text, INDENTED) for text in sentences(6)])
    chance = random.Random(3)
    for _ in range(60):
        spoilt = bytearray(data[: chance.randint(8, len(data))])
        for _ in range(5):
            spoilt[chance.randrange(8, len(spoilt) + 1) - 1] ^= 0x55
        try:
            opened(bytes(spoilt))
        except Refusal as answer:
            assert answer.code.startswith("document.")


def test_the_gap_that_typesetting_puts_beside_numbers_is_no_space() -> None:
    def draw(canvas: Canvas) -> None:
        for place, words in (
            (72, "确保完成"),
            (132, "144"),
            (164, "家高企申报,引进"),
            (272, "ABC"),
            (310, "DEF"),
            (346, "企业。"),
        ):
            canvas.drawString(place, 700, words)

    assert opened(drawn(draw)).text == "确保完成144家高企申报,引进ABC DEF企业。"


def test_a_bold_phrase_that_opens_a_paragraph_is_its_lead() -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(100, 700)
        text.setFont(FONT, 14)
        text.setTextRenderMode(2)
        text.textOut("壮大高企集群。")
        text.setTextRenderMode(0)
        text.textOut("确保完成144家高企申报。")
        canvas.drawText(text)

    document = opened(drawn(draw))
    assert [(document.text[block.start : block.end], block.level) for block in document.blocks] == [
        ("壮大高企集群。", 0)
    ]


def test_quotation_marks_set_after_their_line_stand_where_they_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As LibreOffice sets them: those of another font come at the end of the words that are in one."""
    order = [(0, "实"), (1, "行"), (3, "一"), (4, "企"), (6, "精"), (7, "准"), (2, "“"), (5, "”"), (8, "辅"), (9, "导")]
    part = [Glyph(text=text, left=12.0 * at, right=12.0 * at + 12, bottom=0.0, top=12.0) for at, text in order]
    monkeypatch.setattr(pdf_lines, "read_glyphs", lambda *, page: [part])
    [line] = pdf_lines.read_lines(page=Any, number=1)
    assert line.text == "实行“一企”精准辅导"
