"""企业年度数据: doubtful figures are said in full sentences, to the digit; nothing is refused for them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT, TODAY

from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers import actions

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast


def _row(**values: Any) -> AnnualReturn:
    typed = {name: Decimal(str(v)) if isinstance(v, int | float) else v for name, v in values.items() if name != "year"}
    return AnnualReturn(year=values.get("year", 2024), **typed)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"rd_total": 700, "rd_domestic": 701},
            "其中境内研发费用(万元)为701,超过高企口径研发费用总额(万元)700,请核对两个数的口径和单位。",
        ),
        (
            {"staff_avg": 400, "tech_staff_avg": "400.5"},
            "全年月平均科技人员数(人)为400.5,超过全年月平均职工数(人)400,请核对两个数的口径和单位。",
        ),
        (
            {"total_assets": 1000, "total_liabilities": 800, "net_assets_end": "200.02"},
            "年末净资产为200.02万元,资产总额减负债总额为200万元,两者应相等,请对照审计报告核对。",
        ),
        (
            {"rd_total": 1000, "rd_other": "200.01"},
            "研发费用中的其他费用200.01万元超过研发费用总额的20%,超出部分不计入高企口径,请核对归集。",
        ),
        ({"market_share_dom": 101}, "国内细分市场占有率(%)为101,应在0到100之间,请核对。"),
        ({"cmmm_score": "5.1"}, "智能制造成熟度得分为5.1,应在0到5之间,请核对。"),
        ({"year": 20}, "年度为20,请核对是否填错。"),
    ],
)
def test_a_doubt_is_a_full_sentence(values: dict[str, Any], sentence: str) -> None:
    row = _row(**{k: Decimal(v) if isinstance(v, str) else v for k, v in values.items()})
    assert row.warnings() == [sentence]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"rd_total": 700, "rd_domestic": 700, "sales": 14000},
        {"total_assets": 1000, "total_liabilities": 800, "net_assets_end": Decimal("200.01")},
        {"total_assets": 1000, "total_liabilities": 1200, "net_assets_end": -200},
        {"rd_total": 1000, "rd_other": 200},
        {"staff_avg": 400, "tech_staff_avg": 400},
    ],
)
def test_figures_on_the_line_raise_no_doubt(values: dict[str, Any]) -> None:
    assert _row(**values).warnings() == []


def test_outsourced_research_counts_at_eighty_in_a_hundred() -> None:
    assert _row(rd_outsourced_actual=100).rd_outsourced_counted == 80
    assert _row().rd_outsourced_counted is None


def test_a_figure_ten_thousand_times_last_years_is_said(cast: Cast, firm: Enterprise) -> None:
    last = {"enterprise": firm, "year": 2023, "sales": Decimal(3000), "total_assets": Decimal("52000.5")}
    actions.create(register=AnnualReturn.register, values=last, by=cast.supervisor, at=AT, today=TODAY)
    row = _row(enterprise=firm, sales=31_500_000, total_assets=Decimal("5.1"))
    assert row.warnings() == [
        "销售收入(万元)为31,500,000,是上年的10,500倍(上年3,000),可能把元和万元弄混了,请核对单位。",
        "资产总额(万元)为5.1,只有上年的10,196分之一(上年52,000.5),可能把元和万元弄混了,请核对单位。",
    ]
    assert _row(enterprise=firm, sales=14_900_000).warnings() == []
    assert _row(enterprise=firm, year=2025, sales=31_500_000).warnings() == []


def test_ordinary_figures_ask_the_database_nothing(firm: Enterprise, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert _row(enterprise=firm, sales=99_999, total_assets=10).warnings() == []


def test_a_doubtful_return_is_taken(cast: Cast, firm: Enterprise) -> None:
    values = {"enterprise": firm, "year": 2024, "rd_total": Decimal(1), "rd_domestic": Decimal(2)}
    row = actions.create(register=AnnualReturn.register, values=values, by=cast.supervisor, at=AT, today=TODAY)
    assert row.pk and len(row.warnings()) == 1
