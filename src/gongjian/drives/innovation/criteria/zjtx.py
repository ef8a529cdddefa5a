"""专精特新中小企业认定: six conditions since 2026-04-01 (工信部企业〔2026〕2号), and the score of 2022 before that (〔2022〕63号附件2)."""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts as f
from gongjian.ground import facts_sme as s
from gongjian.kernel.rulebooks.conditions import Flag, Review
from gongjian.kernel.rulebooks.facts import Kind
from gongjian.kernel.rulebooks.rulebook import Gate, Rulebook, gate, shelve
from gongjian.kernel.rulebooks.scores import Banded, Best, Cased, Earned, Given, Sum, bands
from gongjian.kernel.rulebooks.terms import Ratio, param, ratio, total

main_share = ratio(s.main_revenue.latest, s.revenue.latest, label="主营业务收入占营业收入")
debt_share = ratio(s.total_liabilities, s.total_assets, label="资产负债率")


def rd_share(back: int) -> Ratio:
    """R&D over revenue in one year."""
    return ratio(s.rd_expense.year(back), s.revenue.year(back), label=f"{f.YEARS[back - 1]}研发费用占营业收入")


def general() -> tuple[Gate, ...]:
    """What both titles demand of every enterprise."""
    return (
        gate("size", (s.size <= 2).by(), label="中小企业", cites="总体要求(条款号未核对)"),
        gate(
            "record",
            Flag(s.is_abnormal, False) & Flag(s.is_dishonest, False) & (s.serious_3y <= param("max_serious")).by(),
            label="近三年无重大事故和严重失信",
            cites="总体要求(条款号未核对)",
            remedy="列入经营异常名录或严重违法失信名单的,先办理移出或信用修复。",
        ),
    )


ZJTX = shelve(
    Rulebook(
        name="zjtx",
        label="专精特新中小企业",
        edition="2026",
        facts=f.FACTS,
        source="工信部企业〔2026〕2号附件(专精特新)",
        standard="zjtx",
        since=date(2026, 4, 1),
        gates=(
            *general(),
            gate(
                "specialised",
                Flag(s.innovative_valid) & (s.segment_years >= param("min_segment_years")).by(),
                label="科技和创新型中小企业,从事细分市场满年限",
                cites="条件一",
                remedy="先取得科技和创新型(创新型)中小企业;年限只随时间增加。",
            ),
            gate(
                "revenue",
                (s.revenue.latest >= param("min_revenue")) | (s.equity_2y >= param("min_equity_2y")),
                label="营业收入或近两年新增股权融资",
                cites="条件二",
            ),
            gate("main", main_share >= param("main_share"), label="主营业务收入占比", cites="条件二"),
            gate("debt", (debt_share <= param("debt_share")).by(s.INJECT), label="资产负债率", cites="条件二"),
            gate(
                "rd",
                (s.rd_expense.year(1) >= param("min_rd"))
                & (s.rd_expense.year(2) >= param("min_rd"))
                & (rd_share(1) >= param("rd_share"))
                & (rd_share(2) >= param("rd_share")),
                label="近两年每年研发费用和占比",
                cites="条件三",
            ),
            gate(
                "rights",
                (s.class1_own >= param("min_class1")).by(s.GRANT) | Flag(s.award_3y) | Flag(s.provincial_rd_org),
                label="Ⅰ类知识产权或替代条件",
                cites="条件四",
                note="须实际应用并产生经济效益;转让取得的不计。",
            ),
            gate("market", Review("主导产品市场占有率较为靠前、有一定知名度"), label="市场地位", cites="条件五"),
            gate(
                "evaluation",
                (s.zjtx_score.year(1) >= param("min_score")).by()
                | (Flag(s.is_recheck) & (s.zjtx_score.year(2) >= param("min_score")).by()),
                label="专精特新发展评价得分",
                cites="条件六",
                remedy="得分由优质中小企业梯度培育平台计算,系统不推算;复核看近两年中任一年。",
            ),
        ),
        not_encoded={"特色化指标": "2026年起取消省级特色化15分。"},
    )
)


def given(name: str, label: str, most: int) -> Given:
    """An item of the old score whose steps are not known from the document: an adviser gives its points."""
    low = f.fact(f"{name}_low", f"{label}(低)", Kind.COUNT, "分", by_expert=True)
    high = f.fact(f"{name}_high", f"{label}(高)", Kind.COUNT, "分", by_expert=True)
    return Given(name, label, low, high, most)


rd_mean_2y = ratio(
    total((s.rd_expense.year(1), s.rd_expense.year(2))), f.whole_years(2), label="近两年研发费用年均", percent=False
)

SCORE_2022 = Sum(
    "whole",
    "专精特新中小企业评价得分",
    (
        Banded("main_points", "主营业务收入占比", main_share, bands(("80%", 5, 5), ("70%", 3, 3), ("60%", 1, 1))),
        Banded(
            "growing_points",
            "近两年主营业务收入平均增长率",
            s.main_revenue.growth("近两年主营业务收入平均增长率"),
            bands(("10%", 10, 10), ("8%", 8, 8), ("6%", 6, 6), ("4%", 4, 4), ("0", 2, 2)),
        ),
        Banded(
            "segment_points",
            "从事细分市场年限",
            s.segment_years,
            bands(("10", 5, 5), ("8", 4, 4), ("6", 3, 3), ("4", 2, 2), ("2", 1, 1)),
        ),
        given("field_points", "主导产品所属领域", 5),
        Cased(
            "digital_points",
            "数字化水平",
            ((s.digital_level >= 3, 5, 5), (s.digital_level >= 2, 3, 3)),
            cites="附件2(一级0分、二级3分、三级以上5分)",
        ),
        given("quality_points", "质量管理水平", 5),
        Banded(
            "profit_points",
            "净利润率",
            ratio(s.net_profit, s.revenue.latest, label="净利润占营业收入"),
            bands(("10%", 10, 10), ("8%", 8, 8), ("6%", 6, 6), ("4%", 4, 4), ("2%", 2, 2)),
        ),
        Cased(
            "debt_points",
            "资产负债率",
            ((debt_share <= "0.5", 5, 5), (debt_share <= "0.6", 3, 3), (debt_share <= "0.7", 1, 1)),
        ),
        given("local_points", "省级特色化指标", 15),
        given("ip_points", "与主导产品相关的知识产权", 10),
        Best(
            "rd_points",
            "研发费用总额或占比",
            (
                Banded(
                    "rd_amount_points",
                    "研发费用总额",
                    s.rd_expense.latest,
                    bands(("500", 10, 10), ("400", 8, 8), ("300", 6, 6), ("200", 4, 4), ("100", 2, 2)),
                ),
                Banded(
                    "rd_share_points",
                    "研发费用占营业收入",
                    rd_share(1),
                    bands(("10%", 10, 10), ("8%", 8, 8), ("6%", 6, 6), ("4%", 4, 4), ("3%", 2, 2)),
                ),
            ),
        ),
        Banded(
            "staff_points",
            "研发人员占比",
            ratio(s.tech_staff, s.staff_total, label="研发人员占职工总数"),
            bands(("20%", 5, 5), ("10%", 3, 3), ("5%", 1, 1)),
            cites="附件2(档位待核实)",
        ),
        Cased(
            "institution_points",
            "建立研发机构级别",
            (
                (Flag(s.rd_org_national), 10, 10),
                (Flag(s.provincial_rd_org), 8, 8),
                (Flag(s.rd_org_municipal), 4, 4),
                (Flag(s.rd_org_county), 2, 2),
            ),
            cites="附件2(档位待核实)",
        ),
    ),
)

ZJTX_2022 = shelve(
    Rulebook(
        name="zjtx",
        label="专精特新中小企业",
        edition="2022",
        facts=f.FACTS,
        source="工信部企业〔2022〕63号附件2",
        standard="zjtx-2022",
        since=date(2022, 8, 1),
        until=date(2026, 3, 31),
        gates=(
            gate("size", (s.size <= 2).by(), label="中小企业", cites="总体要求(条款号未核对)"),
            gate(
                "specialised",
                (s.segment_years >= param("min_segment_years")).by(),
                label="从事细分市场年限",
                cites="附件2",
                remedy="年限只随时间增加。",
            ),
            gate(
                "rd",
                (s.rd_expense.latest >= param("min_rd")) & (rd_share(1) >= param("rd_share")),
                label="上年度研发费用和占比",
                cites="附件2",
            ),
            gate(
                "revenue",
                (s.revenue.latest >= param("min_revenue")) | (s.equity_2y >= param("min_equity_2y")),
                label="营业收入或近两年新增股权融资",
                cites="附件2",
            ),
        ),
        score=SCORE_2022,
        score_label="评价得分或直通条件",
        score_cites="附件2",
        passes=Earned(SCORE_2022, param("pass"))
        | Flag(s.award_3y)
        | Flag(s.national_award5_3y)
        | (rd_mean_2y >= param("direct_rd"))
        | (s.equity_2y >= param("direct_equity"))
        | Flag(s.maker_china_500),
        not_encoded={
            "主导产品所属领域": "只知分5、3、0分三档,各档的条件未查到原文,由问诊给分,登记在认定事项。",
            "质量管理水平": "只知每符合一项3分、至多5分,所列各项未查到原文,由问诊给分,登记在认定事项。",
            "与主导产品相关的知识产权": "只知分10、8、6、2、0分五档(待核实),各档的条件未查到原文,由问诊给分。",
            "省级特色化指标": "由各省自设15分,江苏的指标未查到,由问诊给分,登记在认定事项。",
        },
    )
)
