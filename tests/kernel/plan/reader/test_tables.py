"""Task tables and owner tags: units, leaders and time limits reach the commitments."""

from gongjian.kernel.plan.document import Cell, Document, Table, plain
from gongjian.kernel.plan.reader import as_json, read
from gongjian.kernel.plan.reader.owners import units

ROWS = [
    ["序号", "工作任务", "年度目标", "牵头单位", "配合单位", "责任领导", "完成时限"],
    ["1", "高企培育", "新增高新技术企业12家以上", "科技局", "经发局、税务分局", "张三", "6月底前"],
    ["2", "消防站建设", "建成投用城东消防站", "建设局", "", "李四", "2025年9月"],
    ["3", "加强作风建设", "", "党政办", "", "王五", "长期坚持"],
    ["4", "规上工业产值增速(%)", "8", "经发局", "", "", "全年"],
    ["5", "劳动技能培训(人次)", "≥300", "人社局", "", "", "2025年12月31日"],
]


def document(rows: list[list[str]]) -> Document:
    text, found = "任务分解表\n", []
    for row in rows:
        cells = []
        for words in row:
            cells.append(Cell(start=len(text), end=len(text) + len(words)))
            text += words + "\t"
        text = text[:-1] + "\n"
        found.append(tuple(cells))
    return Document(name="表", text=text, digest="", tables=(Table(rows=tuple(found)),))


def test_rows_become_commitments_with_owner_leader_and_time_limit() -> None:
    found = as_json(read(document(ROWS), year=2025))
    keys = ("kind", "metric", "comparator", "value", "unit", "deadline", "owners", "leader")
    assert [tuple(one[key] for key in keys) for one in found] == [
        ("quantity", "新增高新技术企业", ">=", 12, "家", "06-30", ["科技局", "经发局", "税务分局"], "张三"),
        ("milestone", "建成投用城东消防站", None, None, None, "09-30", ["建设局"], "李四"),
        ("routine", "加强作风建设", None, None, None, None, ["党政办"], "王五"),
        ("rate", "规上工业产值增速", "=", 8, "%", "year_end", ["经发局"], ""),
        ("quantity", "劳动技能培训", ">=", 300, "人次", "year_end", ["人社局"], ""),
    ]


def test_synonyms_of_the_columns() -> None:
    rows = [
        ["编号", "重点事项", "工作目标", "责任部门", "分管领导", "时间节点"],
        ["1", "招商", "新签约项目20个", "招商局", "赵六", "9月底"],
    ]
    [one] = as_json(read(document(rows), year=2025))
    assert (one["value"], one["owners"], one["leader"], one["deadline"]) == (20, ["招商局"], "赵六", "09-30")


def test_a_target_that_says_only_how_many_takes_its_task_as_metric() -> None:
    rows = [
        ["序号", "工作任务", "目标", "责任单位", "责任领导", "完成时限"],
        ["1", "新增规上工业企业", "30家", "经济发展局", "王主任", "2026年12月底"],
        ["2", "亿元以上项目开工", "不少于12个", "招商局", "赵主任", "6月底前"],
        ["3", "规上工业增加值", "增长8%以上", "经济发展局", "", ""],
        ["4", "城镇登记失业率", "控制在4%以内", "社会事业局", "", ""],
    ]
    found = as_json(read(document(rows), year=2026))
    keys = ("kind", "text", "comparator", "value", "unit", "deadline")
    assert [tuple(one[key] for key in keys) for one in found] == [
        (
            "quantity",
            "新增规上工业企业\t30家",
            "=",
            30,
            "家",
            "year_end",
        ),
        ("quantity", "亿元以上项目开工\t不少于12个", ">=", 12, "个", "06-30"),
        ("rate", "规上工业增加值\t增长8%以上", ">=", 8, "%", "year_end"),
        ("rate", "城镇登记失业率\t控制在4%以内", "<=", 4, "%", "year_end"),
    ]
    metrics = ["新增规上工业企业", "亿元以上项目开工", "规上工业增加值", "城镇登记失业率"]
    assert all(str(one["metric"]).startswith(metric) for one, metric in zip(found, metrics, strict=True))


def test_a_table_of_anything_else_gives_nothing() -> None:
    assert as_json(read(document([["企业", "地址"], ["甲公司", "新增路20号"]]), year=2025)) == []


def test_owners_named_in_running_text() -> None:
    text = (
        "新增规上企业20家。（责任单位：经济发展局、科技局）\n完成培训300人次。\n"
        "牵头单位：人社局；配合单位：教育局；责任领导：赵六\n"
    )
    found = read(plain(name="x", text=text), year=2025).proposals
    assert [(str(one.value), one.owners, one.leader) for one in found] == [
        ("20", ("经济发展局", "科技局"), ""), ("300", ("人社局", "教育局"), "赵六"),
    ]  # fmt: skip


def test_units_of_one_cell() -> None:
    assert units("经发局、科技局,财政局 等部门") == ["经发局", "科技局", "财政局"]
