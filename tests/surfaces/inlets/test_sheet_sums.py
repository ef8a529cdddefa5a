"""The sheet's own totals added up again: agreeing, differing, per block, in another unit, rounded."""

from decimal import Decimal
from typing import Any

from gongjian.kernel.registers.parse import to_decimal
from gongjian.surfaces.inlets.cells import cells
from gongjian.surfaces.inlets.sheet import Sheet
from gongjian.surfaces.inlets.sums import Sum, reconcile
from gongjian.surfaces.inlets.tables import find_tables


def summed(rows: list[list[Any]], *, unit: str = "万元") -> list[Sum]:
    (table,) = find_tables(sheet=Sheet(name="x", rows=rows))
    taken = cells(table=table, mapping={0: "firm", 1: "money"}, fields={"firm": None, "money": unit})
    values = [to_decimal(cell, unit=unit, head_unit=taken.units.get("money")) for cell in taken.columns["money"]]
    return reconcile(cells=taken, values={"money": values}, units={"money": unit})


def test_a_total_that_agrees_and_one_that_does_not() -> None:
    rows: list[list[Any]] = [["企业名称", "投资额(万元)"], ["海棠", 1000], ["云杉", 200.5], ["合计", 1200.5]]
    (found,) = summed(rows)
    assert (found.row, found.what, found.agrees, found.summed) == (4, "total", True, Decimal("1200.5"))
    assert found.sentence == "第4行合计:“投资额(万元)”为1,200.5万元,与各行相加一致。"
    (found,) = summed([*rows[:3], ["合计", 1300]])
    assert (found.agrees, found.stated, found.summed) == (False, Decimal(1300), Decimal("1200.5"))
    assert found.sentence == (
        "第4行合计:“投资额(万元)”写的是1,300万元,读入的各行相加是1,200.5万元,相差99.5万元,请核对是否有漏行、重复或填错。"
    )


def test_subtotals_of_blocks_and_a_grand_total_above_its_rows() -> None:
    found = summed(
        [
            ["企业名称", "投资额(万元)"],
            ["总计", 60],
            ["海棠", 10],
            ["云杉", 20],
            ["小计", 30],
            ["青禾", 30],
            ["小计", 31],
        ]
    )
    assert [(one.row, one.what, one.summed, one.agrees) for one in found] == [
        (2, "total", 60, True),
        (5, "subtotal", 30, True),
        (7, "subtotal", 30, False),
    ]
    assert found[2].sentence.startswith("第7行小计:“投资额(万元)”写的是31万元,读入的各行相加是30万元,相差1万元")


def test_totals_above_their_blocks() -> None:
    found = summed(
        [["企业名称", "投资额"], ["工业小计", 30], ["海棠", 10], ["云杉", 20], ["服务业小计", 5], ["青禾", 5]]
    )
    assert [(one.row, one.agrees) for one in found] == [(2, True), (5, True)]


def test_other_units_and_rounded_totals() -> None:
    (found,) = summed([["企业名称", "投资额(亿元)"], ["海棠", 1.23], ["云杉", 1.24], ["合计", "2.5"]])
    assert (found.stated, found.summed, found.agrees) == (Decimal(25000), Decimal(24700), True)
    (found,) = summed([["企业名称", "投资额(亿元)"], ["海棠", 1.23], ["云杉", 1.24], ["合计", 2.48]])
    assert not found.agrees
    (found,) = summed([["企业名称", "投资额"], ["海棠", "3000万"], ["云杉", "1.2亿"], ["合计", "1.5亿"]])
    assert (found.stated, found.agrees) == (Decimal(15000), True)


def test_float_noise_of_a_sum_is_no_difference() -> None:
    rows: list[list[Any]] = [["企业名称", "投资额(万元)"], *([f"海棠{place}", 0.1] for place in range(1, 2001))]
    (found,) = summed([*rows, ["合计", sum([0.1] * 2000)]])
    assert found.agrees


def test_shares_and_words_are_not_added_up() -> None:
    assert summed([["企业名称", "增长率(%)"], ["海棠", 5], ["云杉", 6], ["合计", 5.5]], unit="%") == []
    assert summed([["企业名称", "占比"], ["海棠", "50%"], ["云杉", "50%"], ["合计", "100%"]], unit="") == []
    assert summed([["企业名称", "投资额"], ["海棠", 5], ["云杉", 6], ["合计", "见附件"]]) == []
    assert summed([["企业名称", "投资额"], ["海棠", 5], ["云杉", 6], ["合计", None]]) == []


def test_rows_rounded_in_conversion_still_agree_with_an_exact_total() -> None:
    cents = [12345678.91, 1000.04, 99.96]
    rows: list[list[Any]] = [["企业名称", "投资额(元)"], *(["海棠", one] for one in cents), ["合计", sum(cents)]]
    (table,) = find_tables(sheet=Sheet(name="x", rows=rows))
    taken = cells(table=table, mapping={0: "firm", 1: "money"}, fields={"firm": None, "money": "万元"})
    values = [to_decimal(cell, unit="万元", head_unit="元", places=4) for cell in taken.columns["money"]]
    assert values == [Decimal("1234.5679"), Decimal("0.1"), Decimal("0.01")]
    asked: dict[str, Any] = {"cells": taken, "values": {"money": values}, "units": {"money": "万元"}}
    assert [one.agrees for one in reconcile(**asked)] == [False]
    assert [one.agrees for one in reconcile(**asked, places={"money": 4})] == [True]
    taken.totals[0][2]["money"] = sum(cents) + 10
    assert [one.agrees for one in reconcile(**asked, places={"money": 4})] == [False]
