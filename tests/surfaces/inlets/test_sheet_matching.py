"""Columns taken for fields: by what was taught, by name, by likeness, by content; and their cells with their units."""

from datetime import date
from typing import Any

import pytest

from gongjian.surfaces.inlets.cells import cells
from gongjian.surfaces.inlets.matching import Match, match_columns
from gongjian.surfaces.inlets.sheet import Sheet
from gongjian.surfaces.inlets.tables import Table, find_tables

HEADS = {
    "code": ["统一社会信用代码"],
    "firm": ["企业名称", "单位名称"],
    "money": ["设备投入(万元)", "设备投资"],
    "start": ["开工日期", "开工时间"],
    "end": ["竣工日期"],
    "phone": ["联系电话"],
    "listed": ["是否上市"],
    "key": ["系统编号"],
}
KINDS = {
    "code": "code",
    "firm": "text",
    "money": "number",
    "start": "date",
    "end": "date",
    "phone": "text",
    "listed": "bool",
    "key": "code",
}
CODES = ["91320685MA1XXXXX0X", "91320685MA1XXXXX1X", "91320685MA1XXXXX2X"]
FIRMS = ["海棠装备有限公司", "云杉材料有限公司", "青禾精密有限公司"]


def table(head: list[Any], *rows: list[Any]) -> Table:
    (found,) = find_tables(sheet=Sheet(name="台账", rows=[head, *(list(row) for row in rows)]))
    return found


def matched(head: list[Any], *rows: list[Any], **more: Any) -> dict[int, tuple[str | None, str]]:
    found = match_columns(table=table(head, *rows), heads=HEADS, kinds=KINDS, **more)
    return {match.column: (match.key, match.how) for match in found}


def column(label: str, values: list[Any]) -> tuple[str | None, str]:
    """What a column with this heading is taken for, beside one of numbers in order."""
    return matched(["序号", label], *([place, value] for place, value in enumerate(values, 1)))[1]


def test_names_official_and_not() -> None:
    found = matched(
        ["序号", "企业\n名称", "设备投入（亿元）", "开工时间", "备注", "系统编号"],
        *([place, firm, 1.5, date(2025, 3, 2), None, f"K-{place}"] for place, firm in enumerate(FIRMS, 1)),
    )
    assert found == {
        0: (None, "none"),
        1: ("firm", "official"),
        2: ("money", "official"),
        3: ("start", "synonym"),
        4: (None, "none"),
        5: ("key", "official"),
    }


@pytest.mark.parametrize(
    ("label", "values", "expected"),
    [
        ("key", ["K-1", "K-2"], ("key", "key")),
        ("设备投入金额", [1, 2], ("money", "similar")),
        ("其中:设备投入", [1, 2], ("money", "similar")),
        ("设备投入/万元", [1, 2], ("money", "official")),
        ("社会统一信用代码", CODES, ("code", "similar")),
        ("统一信用代码", CODES, ("code", "similar")),
        ("企业名称(全称)", FIRMS, ("firm", "official")),
        ("申报企业名称", FIRMS, ("firm", "similar")),
        ("企业联系电话", [13800000000, 13800000001], ("phone", "similar")),
        ("设备投入增速", [0.1, 0.2], (None, "none")),
        ("计划设备投入", [1, 2], (None, "none")),
        ("计划开工日期", [date(2025, 3, 2)] * 2, (None, "none")),
        ("企业数", [1, 2], (None, "none")),
        ("名称", FIRMS, ("firm", "content")),
        ("日期", [1, 2], (None, "none")),
        ("随便什么", CODES, ("code", "content")),
        ("随便什么", FIRMS, ("firm", "content")),
        ("随便什么", ["13800000000", "0513-88888888"], ("phone", "content")),
        ("随便什么", ["x", "y"], (None, "none")),
    ],
)
def test_headings_that_only_resemble(label: str, values: list[Any], expected: tuple[str | None, str]) -> None:
    assert column(label, values) == expected


@pytest.mark.parametrize(
    ("label", "values", "expected"),
    [
        ("开工日期", [12, 15, 18], (None, "none")),
        ("开工日期", [45718, 45719, 45720], ("start", "official")),
        ("开工日期", ["20250302", "2025年3月", "分批"], ("start", "official")),
        ("设备投资", [date(2025, 3, 2)] * 3, (None, "none")),
        ("设备投资", ["3000万", "17.8万", "待定"], ("money", "synonym")),
        ("是否上市", ["是", "否", "√"], ("listed", "official")),
        ("是否上市", [date(2025, 3, 2)] * 3, (None, "none")),
    ],
)
def test_a_name_over_cells_of_another_kind(label: str, values: list[Any], expected: tuple[str | None, str]) -> None:
    assert column(label, values) == expected


def test_what_was_taught_comes_first_and_may_leave_out() -> None:
    rows = [[place, firm, 1.5, 2] for place, firm in enumerate(FIRMS, 1)]
    head = ["序号", "企业名称", "设备投入", "金额（小写）"]
    assert matched(head, *rows, learned={"金额(小写)": "money"}) == {
        0: (None, "none"),
        1: ("firm", "official"),
        2: (None, "none"),
        3: ("money", "learned"),
    }
    assert matched(head, *rows, learned={"企业名称": "", "金额(小写)": "gone"}) == {
        0: (None, "none"),
        1: (None, "learned"),
        2: ("money", "official"),
        3: (None, "none"),
    }


def test_two_columns_for_one_key_the_better_wins_and_the_other_says_so() -> None:
    found = match_columns(
        table=table(["企业名称", "设备投资", "设备投入"], *([firm, 1, 2] for firm in FIRMS)), heads=HEADS, kinds=KINDS
    )
    assert found == [
        Match(column=0, key="firm", how="official"),
        Match(column=1, key=None, how="none", rivals=("money",)),
        Match(column=2, key="money", how="official"),
    ]
    found = match_columns(table=table(["企业名称", "单位名称"], *([firm, firm] for firm in FIRMS)), heads=HEADS)
    assert [(match.key, match.rivals) for match in found] == [("firm", ()), (None, ("firm",))]


def test_a_name_that_holds_with_cells_that_do_not_is_doubted() -> None:
    found = match_columns(
        table=table(["企业名称", "开工日期"], *([firm, "分批成立"] for firm in FIRMS)), heads=HEADS, kinds=KINDS
    )
    assert (found[1].key, found[1].doubt) == ("start", "这一列的内容多是文字,与所对应的字段不一致,请核对。")
    assert found[0].doubt == ""


def test_parts_of_a_heading_of_two_rows() -> None:
    rows: list[list[Any]] = [
        ["企业名称", "投资", None],
        [None, "计划投资", "设备投入"],
        *([firm, 1, 2] for firm in FIRMS),
    ]
    (found,) = find_tables(sheet=Sheet(name="x", rows=rows))
    assert [(m.key, m.how) for m in match_columns(table=found, heads=HEADS)] == [
        ("firm", "official"),
        (None, "none"),
        ("money", "similar"),
    ]


def test_cells_by_column_with_units_and_totals() -> None:
    rows: list[list[Any]] = [
        ["项目表", None, None, None, "单位:亿元"],
        ["企业名称", "设备投入", "从业人员", "产值(万元)", "代码"],
        [FIRMS[0], 1.5, 10, 7, "130628.0"],
        [FIRMS[1], 2, 20, 8, "130629.0"],
        ["合计", 3.5, 30, 15, None],
    ]
    (found,) = find_tables(sheet=Sheet(name="x", rows=rows))
    mapping = {0: "firm", 1: "money", 2: "staff", 3: "output", 4: "code"}
    taken = cells(table=found, mapping=mapping, kinds={"code": "code"})
    assert taken.numbers == [3, 4]
    assert taken.columns == {
        "firm": FIRMS[:2],
        "money": [1.5, 2],
        "staff": [10, 20],
        "output": [7, 8],
        "code": ["130628", "130629"],
    }
    assert taken.units == {"money": "亿元", "output": "万元"}
    assert taken.labels["output"] == "产值(万元)"
    assert taken.totals == [(5, "total", {"firm": "合计", "money": 3.5, "staff": 30, "output": 15, "code": None})]
    by_field = cells(table=found, mapping=mapping, fields={"money": "家", "staff": "万元", "output": None})
    assert by_field.units == {"staff": "亿元", "output": "万元"}
    assert by_field.columns["code"] == ["130628.0", "130629.0"]
    with pytest.raises(ValueError, match="two columns"):
        cells(table=found, mapping={1: "money", 3: "money"})
    with pytest.raises(ValueError, match="no columns"):
        cells(table=found, mapping={9: "money"})


def test_a_name_and_a_number_in_one_cell_are_doubted() -> None:
    rows = [["王五 13911112222"], ["李四/13911112223"], [None]]
    (match,) = match_columns(table=table(["系统编号"], *rows), heads=HEADS, kinds=KINDS)
    assert (match.key, match.doubt) == (
        "key",
        "这一列把文字和号码写在一起(如“王五 13911112222”),请先在表中拆成两列,或改选别的栏目。",
    )
    rows = [["国科发火〔2016〕195号"], ["云发改备〔2025〕12号"]]
    (match,) = match_columns(table=table(["系统编号"], *rows), heads=HEADS, kinds=KINDS)
    assert "写在一起" not in match.doubt


def test_a_quote_before_a_code_falls_away() -> None:
    found = table(["系统编号", "企业名称"], ["'000123", "'海棠"], ["’456‘", "云杉"])
    taken = cells(table=found, mapping={0: "key", 1: "firm"}, kinds=KINDS)
    assert taken.columns == {"key": ["000123", "456"], "firm": ["'海棠", "云杉"]}
