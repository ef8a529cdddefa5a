"""Markdown and web pages: headings, leads, lists and tables are kept, marks and scripts are not."""

import pytest

from gongjian.kernel.errors import Refusal
from gongjian.kernel.plan.document import Document
from gongjian.surfaces.inlets.document import open_document


def blocks(document: Document) -> list[tuple[str, int]]:
    return [(document.text[block.start : block.end], block.level) for block in document.blocks]


def tables(document: Document) -> list[list[list[str]]]:
    return [[[document.text[cell.start : cell.end] for cell in row] for row in table.rows] for table in document.tables]


MARKDOWN = """---
title: x
---
# 2025年工作要点

## 一、攻坚科技创新
**壮大高企集群。**确保完成144家
高企申报,*争当*[示范区](https://example.org)。

3. 甲
4. 乙
   - 丙

| 任务 | 单位 |
|---|---|
| 81个 | 科技局 |

<script>alert(1)</script>
"""


def test_markdown() -> None:
    document = open_document(name="要点.md", data=MARKDOWN.encode())
    assert document.text == (
        "2025年工作要点\n一、攻坚科技创新\n壮大高企集群。确保完成144家高企申报,争当示范区。\n3. 甲\n4. 乙\n丙\n"
        "任务\t单位\n81个\t科技局\n<script>alert(1)</script>"
    )
    assert blocks(document) == [("2025年工作要点", 1), ("一、攻坚科技创新", 2), ("壮大高企集群。", 0)]
    assert tables(document) == [[["任务", "单位"], ["81个", "科技局"]]]
    assert document.where(document.text.index("144家")).paragraph == 3
    assert document.media == "text/markdown"


def test_markdown_in_gb18030() -> None:
    data = "# 标题\n\n确保完成144家高企申报。".encode("gb18030")
    assert open_document(name="a.md", data=data).text == "标题\n确保完成144家高企申报。"


PAGE = """<!DOCTYPE html><html><head><meta charset="gb2312"><title>不读</title><style>p{}</style></head><body>
<nav>导航</nav><h1>工作 要点</h1>散文字<p><b>壮大高企集群。</b>确保
144家<br>下行</p><div>外<p>内</p>尾</div>
<table><tr><th colspan=2>合并<th>丙<tr><td rowspan=2>一<td>二<td>三<tr><td>四<td>五</table>
<ol><li>甲<li>乙</ol><script>var x = 1;</script><!-- 注释 --></body></html>"""


def test_html() -> None:
    document = open_document(name="a.html", data=PAGE.encode("gbk"))
    assert document.text == (
        "工作 要点\n散文字\n壮大高企集群。确保144家\n下行\n外\n内\n尾\n合并\t丙\n一\t二\t三\n四\t五\n1. 甲\n2. 乙"
    )
    assert blocks(document) == [("工作 要点", 1), ("壮大高企集群。", 0)]
    assert tables(document) == [[["合并", "合并", "丙"], ["一", "二", "三"], ["一", "四", "五"]]]


def test_wrongly_declared_page_is_read_by_its_bytes() -> None:
    data = '<html><meta charset="utf-8"><body><p>确保完成144家高企申报</p></body></html>'.encode("gb18030")
    assert open_document(name="a.htm", data=data).text == "确保完成144家高企申报"


@pytest.mark.parametrize("data", [b"<html><body><script>x</script></body></html>", b"<html></html>"])
def test_a_page_without_words(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        open_document(name="a.html", data=data)
    assert refused.value.code == "document.blank"


def test_a_page_nested_without_end_is_read_or_refused() -> None:
    try:
        assert "深" in open_document(name="a.html", data=b"<div>" * 5_000 + "深".encode()).text
    except Refusal as answer:
        assert answer.code in ("document.corrupt", "document.blank")


def test_paragraphs_inside_a_cell_are_lines() -> None:
    data = "<table><tr><td><p>甲</p><p>乙</p><td>丙</table>".encode()
    assert tables(open_document(name="a.html", data=data)) == [[["甲\n乙", "丙"]]]
