"""Tables found by their shape alone: titles, unit lines, headings of several rows, totals, remarks, several tables."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import range_boundaries

from gongjian.surfaces.inlets.kinds import kind
from gongjian.surfaces.inlets.sheet import Sheet
from gongjian.surfaces.inlets.tables import Table, find_tables

Merged = tuple[tuple[int, int, int, int], ...]


def sheet(rows: list[list[Any]], merged: Merged = ()) -> Sheet:
    width = max(map(len, rows))
    return Sheet(name="台账", rows=[[*row, *[None] * (width - len(row))] for row in rows], merged=merged)


def only(rows: list[list[Any]], merged: Merged = ()) -> Table:
    (found,) = find_tables(sheet=sheet(rows, merged))
    return found


def labels(table: Table) -> list[str]:
    return [column.label for column in table.columns]


def numbers(lines: list[tuple[int, list[object]]]) -> list[int]:
    return [number for number, _ in lines]


FIRMS: list[list[Any]] = [["海棠装备有限公司", 3000, date(2025, 3, 2)], ["云杉材料有限公司", 1200.5, date(2025, 4, 1)]]


def test_title_unit_line_totals_and_signatures() -> None:
    found = only(
        [
            ["附件2", None, None, None],
            ["2025年重大项目投资台账", None, None, None],
            ["填报单位:项目办", None, "填报日期:2025-6-30", "单位：万元"],
            ["序号", "单 位\n名 称", "投资额", "开工日期"],
            [1, *FIRMS[0]],
            [None, "小计", 3000, None],
            [None, None, None, None],
            [2, *FIRMS[1]],
            ["小 计", None, 1200.5, None],
            ["合 计", None, 4200.5, None],
            ["注：数据截至6月底", None, None, None],
            ["填表人：王某", None, "审核人:李某", None],
        ],
        ((1, 0, 1, 3), (10, 0, 10, 3)),
    )
    assert (found.title, found.unit) == ("2025年重大项目投资台账", "万元")
    assert (found.first_row, found.head_row) == (4, 4)
    assert labels(found) == ["序号", "单位名称", "投资额", "开工日期"]
    assert (numbers(found.rows), numbers(found.subtotals), numbers(found.totals)) == ([5, 8], [6, 9], [10])
    assert numbers(found.remarks) == [3, 11, 12]
    assert found.columns[2].samples == (3000, 1200.5)
    assert found.rows[0][1] == [1, "海棠装备有限公司", 3000, date(2025, 3, 2)]


def test_a_heading_of_two_rows_with_merged_cells() -> None:
    found = only(
        [
            ["项目进度表", None, None, None, None],
            ["企业名称", "投资（亿元）", None, "面积", None],
            [None, "计划", "完成", "总面积(亩)", "已用"],
            ["海棠装备有限公司", 3.2, 1.2, 30, 10],
            ["云杉材料有限公司", 4, 2, 40, 20],
        ],
        ((0, 0, 0, 4), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4)),
    )
    assert (found.title, found.first_row, found.head_row) == ("项目进度表", 2, 3)
    assert labels(found) == ["企业名称", "投资（亿元）/计划", "投资（亿元）/完成", "面积/总面积(亩)", "面积/已用"]
    assert [column.unit for column in found.columns] == [None, "亿元", "亿元", "亩", None]


def test_a_heading_of_two_rows_without_merge_marks() -> None:
    found = only(
        [
            ["企业名称", "投资", None, "开工日期"],
            [None, "计划", "完成", None],
            ["海棠装备有限公司", "3000", "1200", "2025.3.2"],
            ["云杉材料有限公司", "3000", "1200", "2025.3.2"],
        ]
    )
    assert (found.first_row, found.head_row, labels(found)) == (
        1,
        2,
        ["企业名称", "投资/计划", "投资/完成", "开工日期"],
    )


def test_a_heading_of_three_rows_with_a_row_that_counts_columns() -> None:
    found = only(
        [
            ["规模以上工业企业主要指标", None, None, None, None, None],
            ["企业名称", "产出", None, None, None, "从业人员"],
            [None, "产值", None, "利润", None, None],
            [None, "本年", "上年", "本年", "上年", None],
            ["甲", 1, 2, 3, 4, 5],
            ["海棠装备有限公司", 10, 9, 1, 1, 100],
            ["云杉材料有限公司", 20, 19, 2, 2, 200],
        ],
        ((0, 0, 0, 5), (1, 0, 3, 0), (1, 1, 1, 4), (2, 1, 2, 2), (2, 3, 2, 4), (1, 5, 3, 5)),
    )
    assert (found.first_row, found.head_row) == (2, 4)
    assert labels(found) == [
        "企业名称",
        "产出/产值/本年",
        "产出/产值/上年",
        "产出/利润/本年",
        "产出/利润/上年",
        "从业人员",
    ]
    assert (numbers(found.remarks), numbers(found.rows)) == ([5], [6, 7])


def test_a_row_of_units_under_the_heading() -> None:
    found = only(
        [
            ["企业名称", "产值", "从业人员"],
            [None, "(万元)", "(人)"],
            ["海棠装备有限公司", 10, 100],
            ["云杉材料有限公司", 20, 200],
        ]
    )
    assert (found.head_row, labels(found)) == (2, ["企业名称", "产值", "从业人员"])
    assert [column.unit for column in found.columns] == [None, "万元", "人"]
    assert numbers(found.rows) == [3, 4]


def test_the_title_may_share_its_row_with_the_unit() -> None:
    rows: list[list[Any]] = [
        ["一季度产值表", None, "单位:亿元"],
        ["企业名称", "产值", "利润"],
        ["海棠", 1, 2],
        ["云杉", 1, 3],
    ]
    found = only(rows)
    assert (found.title, found.unit, found.head_row, found.remarks) == ("一季度产值表", "亿元", 2, [])
    found = only([["一季度产值表(万元、家)", None, None], *rows[1:]])
    assert (found.title, found.unit) == ("一季度产值表(万元、家)", None)
    found = only([["一季度产值表(万元)", None, None], *rows[1:]])
    assert (found.title, found.unit) == ("一季度产值表(万元)", "万元")


def test_words_only() -> None:
    found = only(
        [
            ["任务分解表", None, None],
            ["任务", "责任单位", "责任领导"],
            ["推进高企申报", "科技局", "张某"],
            ["优化营商环境", "行政审批局", "李某"],
            ["加快项目建设", "项目办", "王某"],
        ]
    )
    assert (found.title, found.head_row, numbers(found.rows)) == ("任务分解表", 2, [3, 4, 5])


def test_years_as_headings_and_a_corner_without_one() -> None:
    found = only([["指标", 2023, 2024, "2025年"], ["产值", 1, 2, 3], ["利润", 4, 5, 6]])
    assert (labels(found), numbers(found.rows)) == (["指标", "2023", "2024", "2025年"], [2, 3])
    found = only([[None, "产值", "利润"], [2023, 1.5, 2], [2024, 3, 4]])
    assert ([(c.index, c.label) for c in found.columns], found.head_row) == ([(0, ""), (1, "产值"), (2, "利润")], 1)


def test_empty_columns_fall_away_unless_they_have_a_heading() -> None:
    found = only(
        [
            [None, "企业名称", None, "投资额", "备注", "Unnamed: 5"],
            [None, "海棠装备有限公司", None, 3000, None, None],
            [None, "云杉材料有限公司", None, 1200, None, None],
        ]
    )
    assert [(c.index, c.label, c.filled) for c in found.columns] == [
        (1, "企业名称", 2),
        (3, "投资额", 2),
        (4, "备注", 0),
    ]


def test_two_tables_under_each_other() -> None:
    first, second = find_tables(
        sheet=sheet(
            [
                ["企业名称", "投资额", "开工日期"],
                *FIRMS,
                ["海棠材料有限公司", 5, date(2025, 5, 1)],
                [None, None, None],
                ["表2 人才情况", None, None],
                ["姓名", "学历", "年龄"],
                ["张某", "博士", 35],
                ["李某", "硕士", 30],
            ],
            ((5, 0, 5, 2),),
        )
    )
    assert (first.head_row, numbers(first.rows), labels(first)) == (1, [2, 3, 4], ["企业名称", "投资额", "开工日期"])
    assert (second.title, second.head_row, numbers(second.rows)) == ("表2 人才情况", 7, [8, 9])
    assert labels(second) == ["姓名", "学历", "年龄"]


def test_blank_rows_and_headings_printed_again_do_not_part_a_table() -> None:
    head: list[Any] = ["企业名称", "投资额", "开工日期"]
    found = only([head, FIRMS[0], [None] * 3, FIRMS[1], [None] * 3, head, FIRMS[0], [None] * 3, ["注:完", None, None]])
    assert (numbers(found.rows), numbers(found.remarks)) == ([2, 4, 7], [6, 9])


def test_two_tables_side_by_side() -> None:
    rows: list[list[Any]] = [
        ["序号", "企业名称", "投资额", None, "序号", "姓名", "年龄"],
        [1, "海棠装备有限公司", 3000, None, 1, "张某", 35],
        [2, "云杉材料有限公司", 1200, None, 2, "李某", 30],
        [3, "青禾材料有限公司", 1300, None, None, None, None],
    ]
    first, second = find_tables(sheet=sheet(rows))
    assert ([c.index for c in first.columns], numbers(first.rows)) == ([0, 1, 2], [2, 3, 4])
    assert ([c.index for c in second.columns], numbers(second.rows)) == ([4, 5, 6], [2, 3])
    assert second.rows[0][1] == rows[1]


def test_a_gap_in_one_table_does_not_part_it() -> None:
    found = only(
        [
            ["企业名称", "投资额", None, "产值", "利润"],
            ["海棠装备有限公司", 3000, None, 1, 2],
            ["云杉材料有限公司", 1200, None, 3, 4],
        ]
    )
    assert labels(found) == ["企业名称", "投资额", "产值", "利润"]


def test_rows_without_a_heading() -> None:
    found = only(
        [
            ["海棠装备有限公司", "913206850000000000", 3000, "2025-3-2"],
            ["云杉材料有限公司", "913206850000000001", 1, "2025-4-2"],
        ]
    )
    assert (found.first_row, found.head_row, labels(found), numbers(found.rows)) == (0, 0, [""] * 4, [1, 2])


def test_a_heading_without_rows() -> None:
    found = only([["高企申报台账", None, None], ["企业名称", "统一社会信用代码", "申报年度"]], ((0, 0, 0, 2),))
    assert (found.head_row, found.rows, labels(found)) == (2, [], ["企业名称", "统一社会信用代码", "申报年度"])


def test_texts_of_cells_merged_downwards_stand_in_every_row_but_figures_do_not() -> None:
    rows: list[list[Any]] = [
        ["产业", "企业名称", "投资额", "奖补"],
        ["装备", "海棠装备有限公司", 3000, 50],
        [None, "云杉装备有限公司", 1200, None],
        ["材料", "青禾材料有限公司", 1300, 20],
    ]
    found = only(rows, ((1, 0, 2, 0), (1, 3, 2, 3)))
    assert [cells for _, cells in found.rows] == [
        ["装备", "海棠装备有限公司", 3000, 50],
        ["装备", "云杉装备有限公司", 1200, None],
        ["材料", "青禾材料有限公司", 1300, 20],
    ]
    assert found.notes == ["第1列有上下合并的单元格,已把其中的文字填入所含的每一行。"]
    assert rows[2][0] is None


def test_sections_and_several_totals() -> None:
    found = only(
        [
            ["序号", "项目名称", "总投资(万元)"],
            ["总计", None, 4200],
            ["一、工业项目", None, None],
            [1, "海棠装备基地", 3000],
            ["合计", None, 3000],
            ["(二)服务业项目", None, None],
            [2, "云杉研发中心", 1200],
            ["服务业合计", None, 1200],
            ["平均值", None, 2100],
        ]
    )
    assert (numbers(found.rows), numbers(found.totals), numbers(found.subtotals)) == ([4, 7], [2], [5, 8])
    assert numbers(found.remarks) == [3, 6, 9]


def test_names_that_only_sound_like_totals_stay() -> None:
    found = only(
        [
            ["企业名称", "投资额"],
            ["总计量设备有限公司", 1],
            ["合计科技有限公司", 2],
            ["会计事务所", 3],
            ["注册建筑师事务所", 4],
        ]
    )
    assert numbers(found.rows) == [2, 3, 4, 5]


def test_an_empty_sheet_and_a_single_cell() -> None:
    assert find_tables(sheet=Sheet(name="x", rows=[])) == []
    assert find_tables(sheet=sheet([[None, None]])) == []
    assert [(found.head_row, len(found.rows)) for found in find_tables(sheet=sheet([["说明"]]))] == [(0, 1)]


@pytest.mark.parametrize("columns", [1, 2, 26, 27, 161, 300])
def test_any_number_of_columns(columns: int) -> None:
    head: list[Any] = [f"指标{chr(0x4E00 + place)}" for place in range(columns)]
    found = only([head, *([place + row / 7 for place in range(columns)] for row in range(5))])
    assert (labels(found), len(found.rows)) == (head, 5)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("3000万", "number"),
        ("17.8万元", "number"),
        ("2.0276079E7", "number"),
        ("１２％", "number"),
        ("1,234.50", "number"),
        (2025, "year"),
        ("2025", "year"),
        ("2025年3月", "date"),
        ("2017.03.02", "date"),
        (date(2025, 3, 2), "date"),
        ("91320685MA1XXXXX0X", "code"),
        ("RTB-061", "code"),
        ("001", "code"),
        (13800000000, "code"),
        ("√", "bool"),
        ("#REF!", "error"),
        ("海棠装备有限公司", "word"),
        ("-", None),
        (None, None),
        ("很长的说明" * 10, "text"),
    ],
)
def test_kinds_of_cells(cell: object, expected: str | None) -> None:
    assert kind(cell) == expected


cells = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "企业名称",
            "合计",
            "小计",
            "注:x",
            "单位:万元",
            "海棠",
            "2025年",
            "√",
            "#REF!",
            "",
            "序号",
            "91320685MA1XXXXX0X",
        ]
    ),
    st.integers(-5, 3000),
    st.floats(0, 10),
    st.dates(),
    st.text(max_size=5),
)
spans = st.tuples(st.integers(0, 8), st.integers(0, 5), st.integers(0, 8), st.integers(0, 5)).filter(
    lambda m: m[0] <= m[2] and m[1] <= m[3]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(cells, min_size=6, max_size=6), min_size=1, max_size=12), st.lists(spans, max_size=3))
def test_no_row_is_lost_or_told_twice(rows: list[list[Any]], merged: list[tuple[int, int, int, int]]) -> None:
    rows = [[cell if not isinstance(cell, str) or cell.strip() else None for cell in row] for row in rows]
    source = Sheet(name="x", rows=rows, merged=tuple(merged))
    for found in find_tables(sheet=source):
        told = [*found.rows, *found.totals, *found.subtotals, *found.remarks]
        below = [number for number in numbers(told) if number > found.head_row]
        assert len(below) == len(set(below))
        span = range(found.columns[0].index, found.columns[-1].index + 1)
        assert all(any(cells[c] is not None for c in span) or cells.count(None) < 6 for _, cells in told)
        assert len({column.index for column in found.columns}) == len(found.columns)
    tables = find_tables(sheet=source)
    if len(tables) == 1:
        (found,) = tables
        all_told = numbers([*found.rows, *found.totals, *found.subtotals, *found.remarks])
        heading = range(found.first_row, found.head_row + 1)
        filled = {number for number, row in enumerate(rows, 1) if row.count(None) < 6}
        assert {number for number in filled if number > found.head_row} <= set(all_told)
        assert {number for number in filled - set(all_told) - set(heading) if rows[number - 1].count(None) < 4} == set()


def test_a_heading_hoped_for_is_found_where_the_shape_alone_would_miss_it() -> None:
    rows: list[list[object]] = [
        ["项目名称", "红色代办员"],
        ["沐衡智能装备产业园", "俞知衡"],
        ["琮川锂电材料一期", None],
    ]
    (table,) = find_tables(sheet=Sheet(name="表", rows=rows), names=("项目名称", "红色代办员"))
    assert [column.label for column in table.columns] == ["项目名称", "红色代办员"]
    assert (table.head_row, [number for number, _ in table.rows]) == (1, [2, 3])


NAMES = ["项目名称", "建设单位", "产业", "总投资", "固定资产投资(万元)", "设备投资计划(万元)", "计划开工时间"]


def test_a_heading_of_three_rows_is_read_whole_though_only_its_lower_rows_are_hoped_for() -> None:
    rows: list[list[Any]] = [
        ["填报单位:发改局", None, None, None, None, None, None, None, "单位:万元", None],
        ["序号", "镇街", "项目情况", None, None, "投资情况", None, None, "计划开工\n时间", "备注"],
        [None, None, "项目名称", "建设单位", "产业", "总投资", "其中", None, None, None],
        [None, None, None, None, None, None, "固定资产投资", "设备投资计划", None, None],
        ["合计", None, None, None, None, 43000, None, None, None, None],
        [1, "松岭镇", "新材料产业园", "海棠公司", "新材料", 30000, 20000, 8000, "2025.6", "推进中"],
        [2, "白鹭街道", "冷链物流园", "云杉公司", "物流", 13000, 9000, "/", "2025.8", None],
        ["填表人:张三", None, None, "审核人:李四", None, None, None, "联系电话:0553-1234567", None, None],
    ]
    spans = ["A2:A4", "B2:B4", "C2:E2", "C3:C4", "D3:D4", "E3:E4", "F2:H2", "F3:F4", "G3:H3", "I2:I4", "J2:J4"]
    ranges = [range_boundaries(span) for span in spans]
    merged = tuple((top - 1, left - 1, bottom - 1, right - 1) for left, top, right, bottom in ranges)
    (found,) = find_tables(sheet=sheet(rows, merged), names=NAMES)
    assert (found.first_row, found.head_row, found.unit) == (2, 4, "万元")
    assert labels(found) == [
        *("序号", "镇街", "项目情况/项目名称", "项目情况/建设单位", "项目情况/产业", "投资情况/总投资"),
        *("投资情况/其中/固定资产投资", "投资情况/其中/设备投资计划", "计划开工时间", "备注"),
    ]
    assert (numbers(found.totals), numbers(found.rows), numbers(found.remarks)) == ([5], [6, 7], [1, 8])


@pytest.mark.parametrize(
    "line",
    [
        ["填表人:张三", None, "审核人:李四", None, "联系电话:1"],
        ["填表人:", "张三", "审核人：", "李四", None],
        ["单位负责人(签字):", None, "日期:2025年6月30日", None, None],
        ["共2家", None, None, None, None],
        ["合计:2家企业", None, None, None, None],
        ["松岭镇", None, None, None, None],
        [None, "白鹭街道(2家)", None, None, None],
        ["其中:规上", None, 3000, 1, None],
        [None, "其中:规上", 3000, 1, None],
    ],
)
def test_signatures_counts_and_parts_of_the_total_are_no_rows(line: list[Any]) -> None:
    rows = [
        ["企业名称", "法人", "投资额", "人数", "备注"],
        ["海棠", "张三", 3000, 5, "x"],
        ["云杉", "李四", 10, 6, "y"],
    ]
    found = only([*rows, line])
    assert (numbers(found.rows), numbers(found.remarks)) == ([2, 3], [4])


@pytest.mark.parametrize(
    "line",
    [
        ["负责人:张三科技公司", "王五", 30, 1, "z"],
        ["共2家", "王五", 30, None, None],
        ["青禾", "其中:王五", 30, None, None],
        ["联系人大厦公司", None, None, None, None],
        ["云湖科技园区", None, None, None, None],
        ["松岭镇", "王五", None, None, None],
    ],
)
def test_rows_that_only_sound_like_signatures_stay(line: list[Any]) -> None:
    rows = [
        ["企业名称", "法人", "投资额", "人数", "备注"],
        ["海棠", "张三", 3000, 5, "x"],
        ["云杉", "李四", 10, 6, "y"],
    ]
    assert numbers(only([*rows, line]).rows) == [2, 3, 4]


def test_as_above_is_what_stands_above() -> None:
    rows = [
        ["企业名称", "园区", "投资额"],
        ["海棠", "同上", 3000],
        ["云杉", "东区", 10],
        ["青禾", "同上", "〃"],
        ["岚绮", "同上", 7],
    ]
    found = only(rows)
    assert [cells for _, cells in found.rows] == [
        ["海棠", "同上", 3000],
        ["云杉", "东区", 10],
        ["青禾", "东区", 10],
        ["岚绮", "东区", 7],
    ]
    assert found.notes == [
        "“园区”列有2处写的是“同上”,已按上一行的内容读取,请核对。",
        "“投资额”列有1处写的是“同上”,已按上一行的内容读取,请核对。",
    ]
    assert rows[3] == ["青禾", "同上", "〃"]


@pytest.mark.parametrize(
    ("rows", "head"),
    [
        ([["青禾有限公司", "91320800MA0000011A"], ["岳明有限公司", "91320800MA0000012A"]], 0),
        ([["青禾有限公司", "张三"], ["岳明有限公司", "李四"], ["岚绮股份有限公司", "王五"]], 0),
        ([["所属公司", "联系人"], ["岳明有限公司", "李四"], ["岚绮股份有限公司", "王五"]], 1),
        ([["指标", "青禾有限公司", "岳明有限公司"], ["产值", 1, 2], ["税收", 3, 4]], 1),
    ],
)
def test_a_first_row_of_firms_above_firms_is_no_heading(rows: list[list[Any]], head: int) -> None:
    (found,) = find_tables(sheet=sheet(rows), names=["企业名称", "联系人", "统一社会信用代码"])
    assert (found.head_row, len(found.rows)) == (head, len(rows) - head)


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        ("注册资本（单位：万元）", "万元"),
        ("注册资本(单位:元,保留两位小数)", "元"),
        ("注册资本(元，保留两位小数)", "元"),
        ("注册资本(万元、个)", None),
    ],
)
def test_a_heading_may_state_its_unit_in_many_words(head: str, unit: str | None) -> None:
    rows = [["*企业名称(必填)", "*代码(18位)", head], ["海棠装备有限公司", "91320685MA1XXXXX0X", 3000]]
    found = only([*rows, ["云杉材料有限公司", "91320685MA1XXXXX1X", 20]])
    assert (found.head_row, labels(found)) == (1, ["*企业名称(必填)", "*代码(18位)", head])
    assert (found.columns[2].unit, len(found.rows)) == (unit, 2)
