"""Word files as offices write them: headings, leads, list numbers, merged tables, tracked changes, boxes."""

import io
import time
from typing import Any

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from gongjian.kernel.plan.document import Document
from gongjian.surfaces.inlets.document import open_document
from gongjian.surfaces.inlets.numbering import chinese, spell


def opened(source: Any) -> Document:
    buffer = io.BytesIO()
    source.save(buffer)
    return open_document(name="要点.docx", data=buffer.getvalue())


def body(source: Any, xml: str) -> None:
    """Append raw WordprocessingML to the body, before its last section."""
    node = parse_xml(xml.replace("<w:", "<w:", 1).replace(">", f" {nsdecls('w', 'wp', 'a', 'r')}>", 1))
    source.element.body.insert(len(source.element.body) - 1, node)


def blocks(document: Document) -> list[tuple[str, int]]:
    return [(document.text[block.start : block.end], block.level) for block in document.blocks]


def table(document: Document, number: int = 0) -> list[list[str]]:
    return [[document.text[cell.start : cell.end] for cell in row] for row in document.tables[number].rows]


def test_headings_leads_and_spots() -> None:
    source = docx.Document()
    source.add_heading("2025年工作要点", 0)
    source.add_heading("一、攻坚科技创新", 1)
    source.add_heading("(一)培育", 2)
    source.add_paragraph("")
    paragraph = source.add_paragraph()
    paragraph.add_run("壮大高企").bold = True
    paragraph.add_run("集群。").bold = True
    paragraph.add_run("确保完成144家")
    paragraph.add_run("高企申报。")
    document = opened(source)
    assert document.text == "2025年工作要点\n一、攻坚科技创新\n(一)培育\n壮大高企集群。确保完成144家高企申报。"
    assert blocks(document) == [("2025年工作要点", 1), ("一、攻坚科技创新", 1), ("(一)培育", 2), ("壮大高企集群。", 0)]
    assert document.where(document.text.index("144家")).paragraph == 4
    assert document.notes == ()
    assert len(document.digest) == 64


def test_bold_that_is_no_lead() -> None:
    source = docx.Document()
    source.add_paragraph().add_run("没有句号的重点").bold = True
    first = source.add_paragraph("确保完成")
    first.add_run("144家。").bold = True
    long = source.add_paragraph()
    long.add_run("很长的一段加粗文字" * 10 + "。").bold = True
    outside = source.add_paragraph()
    outside.add_run("提升载体质效").bold = True
    outside.add_run("。构建链条。")
    document = opened(source)
    assert blocks(document) == [("提升载体质效。", 0)]


def test_bold_from_the_style_and_outline_level_of_a_paragraph() -> None:
    source = docx.Document()
    style = source.styles.add_style("引领", 2)
    style.font.bold = True
    paragraph = source.add_paragraph()
    paragraph.add_run("打造人才高地。", style="引领")
    paragraph.add_run("全年新增不少于15个。")
    body(source, '<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>三级</w:t></w:r></w:p>')
    assert blocks(opened(source)) == [("打造人才高地。", 0), ("三级", 3)]


def numbered(source: Any, levels: list[tuple[str, str]]) -> None:
    """Give the document a list 77 whose levels are (number format, pattern)."""
    root = source.part.numbering_part.element
    rungs = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for depth, (style, pattern) in enumerate(levels)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{rungs}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def item(source: Any, depth: int, text: str) -> None:
    body(
        source,
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr></w:pPr>'
        f"<w:r><w:t>{text}</w:t></w:r></w:p>",
    )


def test_list_numbers_are_written_out() -> None:
    source = docx.Document()
    numbered(
        source, [("chineseCountingThousand", "%1、"), ("chineseCounting", "(%2)"), ("decimal", "%3."), ("bullet", "●")]
    )
    for depth, text in [
        (0, "创新"),
        (1, "高企"),
        (2, "申报"),
        (2, "5万吨"),
        (3, "点"),
        (1, "载体"),
        (2, "新增"),
        (0, "产业"),
    ]:
        item(source, depth, text)
    assert opened(source).text == "一、创新\n(一)高企\n1.申报\n2. 5万吨\n点\n(二)载体\n1.新增\n二、产业"


def test_numbers_in_every_format() -> None:
    assert [chinese(number) for number in (1, 10, 12, 20, 21, 100, 105, 110, 1001)] == [
        *("一", "十", "十二", "二十", "二十一", "一百", "一百〇五", "一百一十", "一千〇一")
    ]
    styles = ["decimal", "upperRoman", "lowerLetter", "ideographTraditional", "decimalEnclosedCircle", "decimalZero"]
    assert [spell(4, style=style) for style in styles] == ["4", "IV", "d", "丁", "④", "04"]
    assert spell(12, style="chineseLegalSimplified") == "壹拾贰"
    assert spell(27, style="upperLetter") == "AA"


def test_tables_stand_where_they_stood_and_merged_cells_repeat() -> None:
    source = docx.Document()
    source.add_paragraph("任务分解如下:")
    grid = source.add_table(rows=3, cols=3)
    for row, words in zip(
        grid.rows, [("序号", "工作任务", "责任单位"), ("1", "高企144家", "科技局"), ("2", "项目81个", "")], strict=True
    ):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    grid.cell(1, 2).merge(grid.cell(2, 2))
    source.add_paragraph("以上。")
    document = opened(source)
    assert document.text == "任务分解如下:\n序号\t工作任务\t责任单位\n1\t高企144家\t科技局\n2\t项目81个\n以上。"
    assert table(document) == [
        ["序号", "工作任务", "责任单位"],
        ["1", "高企144家", "科技局"],
        ["2", "项目81个", "科技局"],
    ]
    assert document.tables[0].rows[1][2] == document.tables[0].rows[2][2]
    assert document.where(document.text.index("81个")).paragraph == 4


def test_cells_across_columns_and_cells_of_several_paragraphs() -> None:
    source = docx.Document()
    grid = source.add_table(rows=2, cols=3)
    grid.cell(0, 0).merge(grid.cell(0, 2)).text = "全年任务"
    grid.cell(1, 0).text = "一\n二"
    grid.cell(1, 1).add_table(rows=1, cols=2).cell(0, 1).text = "内层"
    document = opened(source)
    assert table(document) == [["全年任务"] * 3, ["一\n二", "内层", ""]]


def test_numbers_that_word_counts_itself_in_a_column() -> None:
    source = docx.Document()
    numbered(source, [("decimal", "%1")])
    grid = source.add_table(rows=2, cols=2)
    for number, row in enumerate(grid.rows):
        row.cells[0].paragraphs[0]._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr>')
        )
        row.cells[1].text = "甲乙"[number]
    assert table(opened(source)) == [["1", "甲"], ["2", "乙"]]


def test_tracked_changes_are_read_as_accepted() -> None:
    source = docx.Document()
    body(
        source,
        "<w:p><w:r><w:t>确保</w:t></w:r>"
        '<w:del w:id="1" w:author="a"><w:r><w:delText>120</w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="a"><w:r><w:t>144</w:t></w:r></w:ins><w:r><w:t>家</w:t></w:r></w:p>',
    )
    body(source, '<w:p><w:pPr><w:rPr><w:del w:id="3" w:author="a"/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>')
    body(source, "<w:p><w:r><w:t>后半。</w:t></w:r></w:p>")
    document = opened(source)
    assert document.text == "确保144家\n前半后半。"
    assert document.notes == ("文件带有修订痕迹,已按“接受全部修订”读取",)


def test_a_deleted_last_paragraph_mark_loses_no_text() -> None:
    source = docx.Document()
    body(source, '<w:p><w:pPr><w:rPr><w:del w:id="3" w:author="a"/></w:rPr></w:pPr><w:r><w:t>末段。</w:t></w:r></w:p>')
    assert opened(source).text == "末段。"


def test_fields_links_breaks_and_hidden_text() -> None:
    source = docx.Document()
    body(
        source,
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>3</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        "<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:r><w:br/><w:t>下行</w:t><w:tab/><w:t>后</w:t></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r></w:p>",
    )
    document = opened(source)
    assert document.text == "3链接\n下行\t后"
    assert document.notes == ("文件中的隐藏文字没有读取",)


def test_text_boxes_follow_their_paragraph_once() -> None:
    source = docx.Document()
    inner = "<w:txbxContent><w:p><w:r><w:t>框内文字</w:t></w:r></w:p></w:txbxContent>"
    node = parse_xml(
        f'<w:p {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:t>段落</w:t></w:r><w:r><mc:AlternateContent>'
        f"<mc:Choice><w:drawing>{inner}</w:drawing></mc:Choice><mc:Fallback><w:pict>{inner}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    source.element.body.insert(0, node)
    document = opened(source)
    assert document.text == "段落\n框内文字"
    assert document.notes == ("文件有1个文本框,其文字接在所在段落之后",)


def test_the_table_of_contents_is_not_read_twice() -> None:
    source = docx.Document()
    source.styles.add_style("toc 1", 1)
    source.add_paragraph("一、创新\t3", style="toc 1")
    source.add_heading("一、创新", 1)
    document = opened(source)
    assert document.text == "一、创新"
    assert document.notes == ("文件的目录没有读取,以正文标题为准",)


def test_footnotes_are_noted() -> None:
    source = docx.Document()
    source.add_paragraph("正文。")
    blob = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        '<w:footnote w:id="1"><w:p><w:r><w:t>指规上工业。</w:t></w:r></w:p></w:footnote></w:footnotes>'
    ).encode()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, blob, source.part.package)
    source.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    document = opened(source)
    assert document.text == "正文。"
    assert document.notes == ("脚注1(未并入正文):指规上工业。",)


@pytest.mark.parametrize("count", [3_000])
def test_a_long_report_is_quick(count: int) -> None:
    source = docx.Document()
    for number in range(count):
        source.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>第{number}段。</w:t></w:r></w:p>"))
    began = time.perf_counter()
    assert opened(source).text.count("\n") == count - 1
    assert time.perf_counter() - began < 5
