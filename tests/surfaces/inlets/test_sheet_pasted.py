"""Cells pasted from a spreadsheet: lines of tabs with quoted cells, or a table with merged cells."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.inlets.pasted import LIMIT, pasted
from gongjian.surfaces.inlets.tables import find_tables


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("企业\t投资额\r\n海棠\t3000\r\n", [["企业", "投资额"], ["海棠", "3000"]]),
        ('a\t"第一行\n第""二""行"\tb\n', [["a", '第一行\n第"二"行', "b"]]),
        ('"a\tb"\tc', [["a\tb", "c"]]),
        ('"没有结束\t5\n', [['"没有结束', "5"]]),
        ('5" 管\t"大" 字\n', [['5" 管', '"大" 字']]),
        ("a\t\t\nb\n", [["a", None, None], ["b", None, None]]),
        ("a\n\nb", [["a"], [None], ["b"]]),
        ("一个", [["一个"]]),
        ("a\rb", [["a"], ["b"]]),
    ],
)
def test_lines_of_tabs(text: str, rows: list[list[str | None]]) -> None:
    (found,) = pasted(text=text)
    assert (found.name, found.rows) == ("粘贴的表格", rows)


words = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters='"'), min_size=1, max_size=5).filter(
    str.strip
)
told = st.one_of(
    words,
    st.tuples(words, words).map("\n".join),
    st.tuples(words, words).map("\t".join),
    words.map(lambda w: f'{w}"\n"'),
)


@settings(deadline=None)
@given(st.lists(st.lists(told, min_size=2, max_size=4), min_size=1, max_size=6))
def test_what_a_spreadsheet_puts_on_the_clipboard_comes_back(rows: list[list[str]]) -> None:
    """A spreadsheet quotes exactly the cells that hold a tab or a line break, as this writer does."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter="\t", lineterminator="\r\n").writerows(rows)
    width = max(map(len, rows))
    assert pasted(text=buffer.getvalue())[0].rows == [[*row, *[None] * (width - len(row))] for row in rows]


@settings(deadline=None)
@given(st.text('"\t\r\nab', max_size=40))
def test_anything_pasted_is_read_or_refused(text: str) -> None:
    if text.strip():
        assert len({len(row) for row in pasted(text=text)[0].rows}) == 1
    else:
        with pytest.raises(Refusal):
            pasted(text=text)


HTML = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style><!--td {mso-number-format:General}--></style></head>
<body><!--StartFragment--><table border=0><col width=72><tr height=19><td colspan=4 class=xl65>项目&nbsp;台账</td></tr>
<tr><td rowspan=2>企业名称</td><td colspan=2>投资<br>(万元)</td><td rowspan="2">占比</td></tr>
<tr><td>计划</td><td>完成</td></tr>
<tr><td>海棠<font>装备</font></td><td align=right x:num="3000">3,000.00</td><td></td><td>7.5%</td></tr>
<tr><td>云杉</td><td>1</td><td>2</td><td>5%</td></tr>
<![if supportMisalignedColumns]><tr><td width=72></td></tr><![endif]></table><!--EndFragment--></body></html>"""


def test_a_table_with_merged_cells() -> None:
    (found,) = pasted(text="ignored", html=HTML)
    assert found.rows == [
        ["项目 台账", None, None, None],
        ["企业名称", "投资\n(万元)", None, "占比"],
        [None, "计划", "完成", None],
        ["海棠装备", "3,000.00", None, "7.5%"],
        ["云杉", "1", "2", "5%"],
    ]
    assert found.merged == ((0, 0, 0, 3), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 2, 3))
    (table,) = find_tables(sheet=found)
    assert (table.title, table.head_row) == ("项目 台账", 3)
    assert [(c.label, c.unit) for c in table.columns] == [
        ("企业名称", None),
        ("投资(万元)/计划", "万元"),
        ("投资(万元)/完成", "万元"),
        ("占比", None),
    ]


def test_several_tables_and_a_table_in_a_cell() -> None:
    first, second = pasted(
        text="", html="<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table><table><tr><td>c</table>"
    )
    assert (first.rows, second.name, second.rows) == ([["a\nb"]], "粘贴的表格2", [["c"]])


def test_a_page_without_a_table_leaves_the_lines() -> None:
    assert pasted(text="a\tb", html="<p>a b</p>")[0].rows == [["a", "b"]]
    assert pasted(text="a\tb", html="<table><tr><td></td></tr></table>")[0].rows == [["a", "b"]]


@pytest.mark.parametrize(
    ("text", "html", "code"),
    [
        ("", "", "paste.blank"),
        (" \t\n", "<table></table>", "paste.blank"),
        ("x" * LIMIT, "y", "paste.too-large"),
        ("", f"<table>{'<tr><td rowspan=9999 colspan=9999>x</td></tr>' * 2000}</table>", "sheet.too-large"),
    ],
)
def test_what_cannot_be_pasted(text: str, html: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        pasted(text=text, html=html)
    assert refused.value.code == code
