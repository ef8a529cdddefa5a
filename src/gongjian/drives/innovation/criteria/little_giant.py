"""专精特新“小巨人”企业认定: seven conditions since 2026-04-01 (工信部企业〔2026〕2号附件2), and those of 2022 (〔2022〕63号附件3)."""

from __future__ import annotations

from datetime import date

from gongjian.drives.innovation.criteria.zjtx import debt_share, general, main_share, rd_share
from gongjian.ground import facts as f
from gongjian.ground import facts_sme as s
from gongjian.kernel.rulebooks.conditions import Flag, Review
from gongjian.kernel.rulebooks.growth import CompoundGrowth
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve
from gongjian.kernel.rulebooks.terms import param, ratio, total

revenue_growth = CompoundGrowth(s.revenue.specs[0], s.revenue.specs[2], 2, label="近两年营业收入复合增长率")

LITTLE_GIANT = shelve(
    Rulebook(
        name="little-giant",
        label="专精特新“小巨人”企业",
        edition="2026",
        facts=f.FACTS,
        source="工信部企业〔2026〕2号附件2",
        standard="little-giant",
        since=date(2026, 4, 1),
        gates=(
            *general(),
            gate(
                "specialised",
                Flag(s.zjtx_valid) & (s.segment_years >= param("min_segment_years")).by(),
                label="专精特新中小企业,从事细分市场满年限",
                cites="条件一",
                remedy="先取得专精特新中小企业;年限只随时间增加。",
            ),
            gate("revenue", s.revenue.latest >= param("min_revenue"), label="营业收入", cites="条件二"),
            gate("main", main_share >= param("main_share"), label="主营业务收入占比", cites="条件二"),
            gate(
                "growth",
                Flag(s.giant_recheck) | (revenue_growth >= param("growth")),
                label="近两年营业收入复合增长率(复核不要求)",
                cites="条件二",
            ),
            gate("debt", (debt_share <= param("debt_share")).by(s.INJECT), label="资产负债率", cites="条件二"),
            gate(
                "rd",
                (total((s.rd_expense.year(1), s.rd_expense.year(2)), label="近两年研发费用合计") >= param("min_rd_2y"))
                & (rd_share(1) >= param("rd_share"))
                & (rd_share(2) >= param("rd_share")),
                label="近两年研发费用合计和每年占比",
                cites="条件三",
            ),
            gate(
                "rights",
                (s.class1_own >= param("min_class1")).by(s.GRANT) | Flag(s.national_award_3y),
                label="Ⅰ类知识产权或替代条件",
                cites="条件四",
                note="须实际应用并产生经济效益。",
            ),
            gate(
                "market",
                (s.market_share_dom >= param("market_share")).by()
                | (s.market_share_intl >= param("market_share")).by()
                | (s.national_rank <= param("rank")).by(),
                label="市场占有率或国内排名",
                cites="条件五",
                remedy="以主导产品的市场占有率说明或第三方证明为准。",
            ),
            gate("chain", Flag(s.is_key_chain), label="六基或关键链条", cites="条件六"),
            gate(
                "evaluation",
                (s.zjtx_score.year(1) >= param("min_score")).by()
                | (Flag(s.giant_recheck) & (s.zjtx_score.year(2) >= param("min_score")).by()),
                label="专精特新发展评价得分",
                cites="条件七",
                remedy="得分由优质中小企业梯度培育平台计算,系统不推算;复核看近两年中任一年。",
            ),
        ),
        not_encoded={"2026年复核": "2026年度复核按旧办法办理(据转述,待核实),请按2022版测算。"},
    )
)

LITTLE_GIANT_2022 = shelve(
    Rulebook(
        name="little-giant",
        label="专精特新“小巨人”企业",
        edition="2022",
        facts=f.FACTS,
        source="工信部企业〔2022〕63号附件3",
        standard="little-giant-2022",
        since=date(2022, 8, 1),
        until=date(2026, 3, 31),
        gates=(
            gate("size", (s.size <= 2).by(), label="中小企业", cites="总体要求(条款号未核对)"),
            gate("specialised", Flag(s.zjtx_valid), label="专精特新中小企业", cites="附件3"),
            gate("main", main_share >= param("main_share"), label="主营业务收入占比", cites="附件3"),
            gate(
                "growth",
                s.main_revenue.growth("近两年主营业务收入平均增长率") >= param("growth"),
                label="近两年主营业务收入平均增长率",
                cites="附件3",
            ),
            gate("debt", (debt_share <= param("debt_share")).by(s.INJECT), label="资产负债率", cites="附件3"),
            gate(
                "market", (s.market_share_dom >= param("market_share")).by(), label="国内细分市场占有率", cites="附件3"
            ),
            gate(
                "rd",
                (
                    (s.revenue.latest >= param("large_revenue"))
                    & (rd_share(1) >= param("rd_share_large"))
                    & (rd_share(2) >= param("rd_share_large"))
                )
                | (
                    (s.revenue.latest >= param("middle_revenue"))
                    & (rd_share(1) >= param("rd_share_middle"))
                    & (rd_share(2) >= param("rd_share_middle"))
                )
                | (
                    (s.revenue.latest < param("middle_revenue")).by()
                    & (s.equity_2y >= param("small_equity"))
                    & (s.rd_expense.latest >= param("small_rd"))
                    & (ratio(s.tech_staff, s.staff_total, label="研发人员占职工总数") >= param("small_staff_share"))
                ),
                label="研发投入(按营业收入分档)",
                cites="附件3",
            ),
            gate("rights", (s.class1_own >= param("min_class1")).by(s.GRANT), label="Ⅰ类知识产权", cites="附件3"),
            gate("chain", Review("主导产品属于制造业核心基础或关键链条"), label="产业链配套", cites="附件3"),
        ),
        not_encoded={"数字化和质量管理": "附件3的定性要求,由评审认定。"},
    )
)
