"""The real spreadsheets of the material folder, each read whole: tables, headings, rows, and cells picked out of them."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers.parse import to_date, to_decimal, to_int, to_text
from gongjian.surfaces.inlets.cells import cells
from gongjian.surfaces.inlets.matching import match_columns
from gongjian.surfaces.inlets.sheet import Sheet, open_sheet
from gongjian.surfaces.inlets.tables import Table, find_tables


def opened(material: Path, pattern: str) -> list[Sheet]:
    (path,) = (material / "ledgers").glob(pattern)
    return open_sheet(name=path.name, data=path.read_bytes())


def only(sheet: Sheet) -> Table:
    (found,) = find_tables(sheet=sheet)
    return found


def labels(table: Table) -> list[str]:
    return [column.label for column in table.columns]


def test_no_ledger_is_left_out(material: Path) -> None:
    suffixes = sorted(path.suffix for path in (material / "ledgers").iterdir())
    assert suffixes == [".csv", ".csv", ".xlsx", ".xlsx", ".xlsx", ".xlsx"]


def test_the_products_with_merged_titles_mixed_units_and_two_kinds_of_dates(material: Path) -> None:
    sheets = opened(material, "*产品台账.xlsx")
    first, second = (only(sheet) for sheet in sheets)
    heads = ["产品编号", "起息日", "到期日", "存续天数", "预期年化收益率", "投资人次", "投资金额", "备注"]
    for table, name, number in ((first, "管理项目", 28), (second, "交接项目", 12)):
        assert (table.sheet, table.title, table.unit) == (name, "融通宝产品台账", None)
        assert (table.first_row, table.head_row, labels(table)) == (2, 2, heads)
        assert [row for row, _ in table.rows] == list(range(3, 3 + number))
        assert (table.totals, table.subtotals, table.remarks, table.notes) == ([], [], [], [])
        assert [column.filled for column in table.columns] == [number] * 8
    fields = {"code": ["产品编号"], "start": ["起息日"], "rate": ["年化收益率(%)"], "money": ["投资金额(万元)"]}
    kinds = {"code": "code", "start": "date", "rate": "number", "money": "number"}
    matches = match_columns(table=second, heads=fields, kinds=kinds)
    mapping = {match.column: match.key for match in matches if match.key}
    assert mapping == {0: "code", 1: "start", 4: "rate", 6: "money"}
    taken = cells(table=second, mapping=mapping)
    assert [to_date(cell) for cell in taken.columns["start"][:2]] == [date(2017, 3, 2), date(2017, 3, 3)]
    assert taken.columns["rate"][0] == "6.1%"
    assert to_decimal(taken.columns["rate"][0], unit="%") == Decimal("6.1")
    assert [to_decimal(cell, unit="万元") for cell in taken.columns["money"][:2]] == [273, 293]
    taken = cells(table=first, mapping=mapping)
    assert taken.columns["money"][:4] == ["3000万", "3000万", "54万", "17.8万"]
    assert taken.columns["money"][-1] == 49661
    assert [to_decimal(cell, unit="元") for cell in taken.columns["money"][3:4]] == [178_000]
    assert taken.columns["start"][:2] == [date(2016, 4, 8), "分批成立"]
    with pytest.raises(Refusal):
        to_date(taken.columns["start"][1])


def test_a_data_vendors_export_with_its_heading_at_the_side(material: Path) -> None:
    (sheet,) = opened(material, "Wind*.xlsx")
    table = only(sheet)
    assert (table.title, table.first_row, table.head_row) == ("", 1, 8)
    assert [(c.index, c.label, c.unit) for c in table.columns] == [
        (0, "指标名称", None),
        (1, "中国:全社会用电量:当月值", "万千瓦时"),
    ]
    assert len(table.rows) == 229
    assert table.rows[0] == (9, [date(2006, 3, 31), "2.0276079E7"])
    assert table.rows[-1] == (237, [date(2025, 3, 31), "8.28238733116E7"])
    assert [(number, row[0]) for number, row in table.remarks] == [(239, "数据来源：Wind")]
    taken = cells(table=table, mapping={0: "day", 1: "used"}, fields={"day": None, "used": "亿千瓦时"})
    assert taken.units == {"used": "万千瓦时"}
    missing = [number for number, cell in zip(taken.numbers, taken.columns["used"], strict=True) if cell == "#N/A"]
    assert missing == [19, 20, 31, 32, 223, 235]  # real errors in the file, that a reader easily takes for blanks
    used = [to_decimal(c, unit="亿千瓦时", head_unit="万千瓦时") for c in taken.columns["used"] if c != "#N/A"]
    assert (used[0], used[-1]) == (Decimal("2027.6079"), Decimal("8282.38733116"))


def test_the_enterprises_under_a_blank_row(material: Path) -> None:
    (sheet,) = opened(material, "企业列表*.xlsx")
    table = only(sheet)
    assert (table.head_row, labels(table)) == (2, ["序号", "企业（集团）名称", "规范简称"])
    assert [row for row, _ in table.rows] == list(range(3, 108))
    assert [cells[0] for _, cells in table.rows] == list(range(1, 106))
    assert table.rows[10][1] == [11, "中国航空发动机集团有限公司", "中国航发"]
    matches = match_columns(table=table, heads={"name": ["企业名称"], "short": ["简称"]})
    assert [(match.key, match.how) for match in matches] == [(None, "none"), ("name", "official"), ("short", "similar")]


def test_the_panel_of_five_sheets(material: Path) -> None:
    panel, names, statistics, present, trend = (only(sheet) for sheet in opened(material, "*面板数据.xlsx"))
    assert [table.head_row for table in (panel, names, statistics, present, trend)] == [1] * 5
    assert [len(table.rows) for table in (panel, names, statistics, present, trend)] == [5, 62, 62, 5, 30]
    assert [len(table.columns) for table in (panel, names, statistics, present, trend)] == [65, 1, 9, 63, 7]
    assert labels(panel)[:4] == ["year", "province", "county", "above_scale_ind_firms"]
    assert panel.rows[4][1][:4] == [2023, "河北省", "高阳县", 162]
    assert sum(column.filled == 0 for column in panel.columns) == 22
    assert [column.samples for column in panel.columns[:2]] == [(2003, 2007, 2011), ("河北省",)]
    assert (labels(names), names.rows[0]) == (["指标名称"], (2, ["above_scale_ind_firms"]))
    assert labels(statistics) == ["指标", "count", "mean", "std", "min", "25%", "50%", "75%", "max"]
    assert (present.columns[0].index, present.columns[0].label, present.columns[0].samples) == (
        0,
        "",
        (2003, 2007, 2011),
    )
    assert labels(trend) == ["指标", "起始年", "结束年", "起始值", "结束值", "增长率(%)", "趋势"]
    assert trend.columns[5].unit == "%"
    assert trend.rows[0] == (2, ["above_scale_ind_firms", 2003, 2023, 30, 162, 440.0000000000001, "上升"])
    assert to_decimal(trend.rows[0][1][5], unit="%", head_unit="%") == 440


def test_the_companies_by_industry_whose_codes_became_floats(material: Path) -> None:
    (sheet,) = opened(material, "*行业年份.csv")
    table = only(sheet)
    assert (table.head_row, len(table.rows), table.rows[-1][0]) == (1, 2546, 2547)
    assert labels(table) == (
        [
            "行政区划代码",
            "注册年份",
            "区县名称",
            "所属城市",
            "所属省份",
            "一级行业",
            "二级行业",
            "三级行业",
            "注册企业数",
        ]
    )
    taken = cells(table=table, mapping={0: "code", 1: "year", 8: "firms"}, kinds={"code": "code"})
    assert set(map(to_text, taken.columns["code"])) == {"130628"}
    assert (to_int(taken.columns["year"][0]), to_int(taken.columns["year"][-1])) == (1979, 2024)
    assert sum(to_int(cell) or 0 for cell in taken.columns["firms"]) == 70_334


def test_the_credit_codes_are_known_by_their_content(material: Path) -> None:
    (sheet,) = opened(material, "uscc_list.csv")
    table = only(sheet)
    assert (table.head_row, labels(table), len(table.rows)) == (1, ["code", "source", "check_ok"], 159)
    heads = {"credit": ["统一社会信用代码"], "firm": ["企业名称"], "right": ["校验通过"]}
    matches = match_columns(table=table, heads=heads, kinds={"credit": "code", "right": "bool"})
    assert [(match.key, match.how) for match in matches] == [("credit", "content"), (None, "none"), (None, "none")]
    assert table.rows[0][1][0] == "914419000553214850"
