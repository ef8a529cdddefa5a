"""省级企业技术中心认定: the conditions of the 2024 notice (苏工信规〔2020〕1号, 苏工信创新〔2020〕258号)."""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts as f
from gongjian.ground import facts_platforms as p
from gongjian.ground import facts_sme as s
from gongjian.kernel.rulebooks.conditions import Flag, Review
from gongjian.kernel.rulebooks.dates import anniversary, days
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve
from gongjian.kernel.rulebooks.terms import param, ratio

rd_share = ratio(p.rd_spend_stat, s.main_revenue.latest, label="研究与试验发展经费占主营业务收入")

TECHNOLOGY_CENTRE = shelve(
    Rulebook(
        name="technology-centre",
        label="省级企业技术中心",
        edition="2024",
        facts=f.FACTS,
        source="苏工信规〔2020〕1号,苏工信创新〔2020〕258号,2024年申报通知",
        standard="technology-centre",
        since=date(2024, 6, 24),
        gates=(
            gate(
                "scale",
                (s.main_revenue.latest >= param("min_revenue"))
                | (Flag(s.hte_valid) & (s.main_revenue.latest >= param("min_revenue_hte")))
                | (rd_share > param("rd_share")),
                label="主营业务收入或研发投入强度",
                cites="2024年通知条件1",
                note="三项有一项即可;研发投入强度须高于规定比例,相等不算。",
            ),
            gate(
                "mechanism",
                Review("技术创新体系和运行机制健全", p.has_mechanism),
                label="技术创新机制",
                cites="2024年通知条件2",
            ),
            gate(
                "rd",
                p.rd_spend_stat >= param("min_rd"),
                label="研究与试验发展经费支出",
                cites="2024年通知条件3",
                note="统计口径(107-1、107-2表);与财务口径不同,按哪一种计由受理部门确认。",
            ),
            gate(
                "equipment",
                p.rd_equipment >= param("min_equipment"),
                label="技术开发仪器设备原值",
                cites="2024年通知条件4",
                note="生产检测线是否计入,各地理解不同。",
            ),
            gate("staff", p.rd_fulltime >= param("min_staff"), label="专职研发人员", cites="2024年通知条件5"),
            gate(
                "city_centre",
                Flag(p.city_centre_valid)
                & (days(anniversary(p.city_centre_since, param("min_city_years")), f.filing_on) >= 0),
                label="市级企业技术中心满规定年限",
                cites="2024年通知条件6",
                note="以申报日代替申报截止日;有的地方计至年底。",
                remedy="尚不是市级企业技术中心的,先申报市级。",
            ),
            gate(
                "record",
                (p.tax_penalties_2y <= param("max_tax")).by()
                & (p.accidents_2y <= param("max_accidents")).by()
                & Flag(s.is_dishonest, False),
                label="近两年无严重税收违法、失信和重大质量安全事故",
                cites="2024年通知条件7",
                note="失信以当前是否在严重违法失信名单计;两年内曾列入、已移出的请人工核对。",
            ),
        ),
        alerts=(
            gate(
                "unweighed",
                p.unweighed_penalties_3y > 0,
                label="有处罚未填是否情节严重",
                cites="2024年通知条件7",
                note="补填“情节严重”一栏后,近两年无严重税收违法这一条才可靠。",
            ),
        ),
        not_encoded={
            "评价得分": "认定评价和每三年一次复评的指标权重在工作指南(试行)中,未见原文,得分和排名不测算。",
            "2024年以后的修订": "未找到2024年以后的修订文件,按2024年通知执行,以当年通知为准。",
        },
    )
)
