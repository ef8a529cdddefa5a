"""规模以上工业: monthly and annual entry at 20 million yuan of main revenue, and the zone's own watch list below it (临规)."""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts as f
from gongjian.ground import facts_industry as d
from gongjian.ground import facts_sme as s
from gongjian.kernel.rulebooks.conditions import FirstKnown, Flag, Review
from gongjian.kernel.rulebooks.rulebook import Gate, Rulebook, gate, shelve
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import param

SOURCE = "国家统计局规模以上工业统计范围(2011年起)"
RULE = "规模以上工业统计范围"
UNITS = "统计入库办法(县统计局2025年问答)"

industrial = gate("industrial", Flag(d.is_industrial), label="工业企业", cites=RULE)
revenue_now = FirstKnown(
    (
        d.main_revenue_ytd >= param("min_revenue"),
        (d.invoiced_ytd >= param("min_revenue")) & Review("以开票销售代替,待核实主营业务收入"),
    )
)
below = Flag(d.is_above_scale, False)


def reached(name: str, cites: str) -> Gate:
    """An alert: this year's invoices have reached the threshold."""
    return gate(
        name,
        d.invoiced_ytd >= param("min_revenue"),
        label="本年开票销售已达规上标准",
        cites=cites,
        note="开票销售与主营业务收入口径不同,请核实主营业务收入。",
    )


MONTHLY = shelve(
    Rulebook(
        name="above-scale-monthly",
        label="规上工业月度入库(当年新建投产)",
        edition="2011",
        facts=f.FACTS,
        source=SOURCE,
        standard="above-scale",
        since=date(2011, 1, 1),
        applies=below,
        gates=(
            industrial,
            gate(
                "new",
                Review("本年新建投产", d.is_new_plant),
                label="本年新建投产",
                cites=UNITS,
                note="月度入库只限当年新建投产的企业,其他企业走年度入库。",
                remedy="不是当年新建投产的,按年度入库的批次申报。",
            ),
            gate(
                "revenue",
                revenue_now,
                label="本年累计主营业务收入",
                cites=RULE,
                note="达到后于次月20日前申报,审核约一个月,再次月起报数。没有主营业务收入时以开票销售预判。",
            ),
        ),
        not_encoded={"退库": "没有法定数额,不测算。", "小升规奖励": "各地政策不同,另见政策匹配。"},
    )
)

ANNUAL = shelve(
    Rulebook(
        name="above-scale-annual",
        label="规上工业年度入库",
        edition="2011",
        facts=f.FACTS,
        source=SOURCE,
        standard="above-scale",
        since=date(2011, 1, 1),
        applies=below,
        gates=(
            industrial,
            gate(
                "revenue",
                s.main_revenue.latest >= param("min_revenue"),
                label="年主营业务收入",
                cites=RULE,
                note="分11月下旬、12月下旬两批,具体日期由上级统计机构每年确定。",
            ),
        ),
        alerts=(reached("reached", RULE),),
        not_encoded={"退库": "没有法定数额,不测算。"},
    )
)

NEAR = shelve(
    Rulebook(
        name="near-scale",
        label="临近规上企业(本区跟踪名单)",
        edition="zone",
        facts=f.FACTS,
        source="本区设定,没有官方标准",
        standard="above-scale",
        since=date(2011, 1, 1),
        words={State.MET: "临近规上"},
        applies=below,
        gates=(
            industrial,
            gate(
                "near",
                (d.invoiced_12m >= param("near_from")) & (d.invoiced_12m < param("min_revenue")).by(),
                label="近十二个月开票销售临近规上标准",
                cites="本区设定",
                note="“临规”没有官方数额,起点由本区设定。达到规上标准的不在此列,应核实入库。",
            ),
        ),
        alerts=(
            gate(
                "over",
                d.invoiced_12m >= param("min_revenue"),
                label="近十二个月开票销售已达规上标准",
                cites=RULE,
                note="请核实主营业务收入,达到的应申报入库。",
            ),
        ),
    )
)
