"""创新型中小企业评价: score of 100 points with a floor for each of three groups, and the direct routes (工信部企业〔2022〕63号附件1)."""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts as f
from gongjian.ground import facts_sme as s
from gongjian.kernel.rulebooks.conditions import Flag
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve
from gongjian.kernel.rulebooks.scores import Banded, Cased, Earned, Sum, bands
from gongjian.kernel.rulebooks.terms import Difference, param, ratio

debt_share = ratio(s.total_liabilities, s.total_assets, label="资产负债率")

INNOVATION = Sum(
    "innovation",
    "创新能力指标",
    (
        Cased(
            "rights_points",
            "与主导产品相关的有效知识产权",
            (
                (s.class1_highvalue >= 1, 20, 20),
                (s.class1_self >= 1, 15, 15),
                (s.class1_valid >= 1, 10, 10),
                (s.class2_valid >= 1, 5, 5),
            ),
        ),
        Banded(
            "rd_points",
            "研发费用占营业收入",
            ratio(s.rd_expense.latest, s.revenue.latest, label="研发费用占营业收入"),
            bands(("5%", 20, 20), ("3%", 15, 15), ("2%", 10, 10), ("1%", 5, 5)),
        ),
    ),
)
GROWTH = Sum(
    "growing",
    "成长性指标",
    (
        Banded(
            "growth_points",
            "主营业务收入增长率",
            ratio(
                Difference(s.main_revenue.latest, s.main_revenue.year(2)),
                s.main_revenue.year(2),
                label="主营业务收入增长率",
            ),
            bands(("15%", 20, 20), ("10%", 15, 15), ("5%", 10, 10), ("0%", 5, 5)),
        ),
        Cased("debt_points", "资产负债率", (((debt_share <= "0.55"), 10, 10), ((debt_share <= "0.75"), 5, 5))),
    ),
)
FOCUS = Sum(
    "focus",
    "专业化指标",
    (
        Cased("product_points", "主导产品属战略性新兴产业", ((Flag(s.is_strategic), 10, 10),), bottom=(5, 5)),
        Banded(
            "main_points",
            "主营业务收入占营业收入",
            ratio(s.main_revenue.latest, s.revenue.latest, label="主营业务收入占营业收入"),
            bands(("70%", 20, 20), ("60%", 15, 15), ("55%", 10, 10), ("50%", 5, 5)),
        ),
    ),
)
SCORE = Sum("whole", "创新型中小企业评价得分", (INNOVATION, GROWTH, FOCUS))

INNOVATIVE_SME = shelve(
    Rulebook(
        name="innovative-sme",
        label="创新型中小企业",
        edition="2022",
        facts=f.FACTS,
        source="工信部企业〔2022〕63号附件1",
        standard="innovative-sme",
        since=date(2022, 8, 1),
        gates=(
            gate("size", (s.size <= 2).by(), label="中小企业", cites="总体要求(条款号未核对)"),
            gate(
                "record",
                Flag(s.is_abnormal, False) & Flag(s.is_dishonest, False),
                label="未列入经营异常和严重违法失信名单",
                cites="总体要求(条款号未核对)",
                remedy="先办理移出异常名录或信用修复。",
            ),
        ),
        score=SCORE,
        score_label="评价得分或直通条件",
        score_cites="附件1",
        passes=(
            Earned(SCORE, param("pass"))
            & Earned(INNOVATION, param("pass_innovation"))
            & Earned(GROWTH, param("pass_growth"))
            & Earned(FOCUS, param("pass_focus"))
        )
        | Flag(s.any_award_3y)
        | Flag(s.hte_valid)
        | Flag(s.model_valid)
        | Flag(s.provincial_rd_org)
        | (s.equity_3y >= param("direct_equity")),
        not_encoded={
            "零增长": "“0%-5%”得5分与“0%以下”得0分在0%相接,按5分计,待核实。",
            "与主导产品相关": "按有效知识产权数计;逐项是否与主导产品相关,申报时核对。",
        },
    )
)
