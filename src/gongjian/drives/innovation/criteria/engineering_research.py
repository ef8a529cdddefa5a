"""省工程研究中心: the floors that one city's relay of the 2023 notice names (苏发改高技发〔2023〕520号); none is confirmed."""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts as f
from gongjian.ground import facts_platforms as p
from gongjian.kernel.rulebooks.conditions import Review
from gongjian.kernel.rulebooks.dates import anniversary, days
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve
from gongjian.kernel.rulebooks.terms import param

ENGINEERING_RESEARCH = shelve(
    Rulebook(
        name="engineering-research",
        label="省工程研究中心",
        edition="2023",
        facts=f.FACTS,
        source="苏发改高技发〔2023〕520号(据一个设区市的转发通知)",
        standard="engineering-research",
        since=date(2023, 5, 23),
        gates=(
            gate(
                "age",
                days(anniversary(f.established_on, param("min_years")), f.filing_on) >= 0,
                label="注册满规定年限",
                cites="2023年转发通知",
            ),
            gate(
                "staff",
                (p.rd_staff_total >= param("min_staff")) & (p.rd_fulltime >= param("min_fulltime")),
                label="科研人员和其中专职人员",
                cites="2023年转发通知",
            ),
            gate(
                "leader", Review("带头人有高级职称或博士学位", p.has_leader), label="技术带头人", cites="2023年转发通知"
            ),
            gate(
                "rd",
                p.rd_spend_stat >= param("min_rd"),
                label="上年度研发投入",
                cites="2023年转发通知",
                note="按统计口径的研究与试验发展经费支出计,口径待核实。",
            ),
            gate("equipment", p.rd_equipment >= param("min_equipment"), label="研发设备原值", cites="2023年转发通知"),
            gate(
                "site",
                (p.rd_site_area >= param("min_site")) & Review("研发场地独立", p.site_is_separate),
                label="独立研发场地",
                cites="2023年转发通知",
            ),
            gate(
                "record",
                (p.site_penalties_3y <= param("max_penalties")).by(),
                label="近三年无环保、安全重大处罚",
                cites="2023年转发通知",
            ),
        ),
        alerts=(
            gate(
                "unweighed",
                p.unweighed_penalties_3y > 0,
                label="有处罚未填是否情节严重",
                cites="2023年转发通知",
                note="补填“情节严重”一栏后,近三年无重大处罚这一条才可靠。",
            ),
        ),
        not_encoded={
            "横向到账经费": "原则上200万元以上,是对高校院所的条件,企业不适用。",
            "省级统一门槛": "只见到一个设区市2023年的转发通知;是否为全省统一门槛、以后年度是否变化,均待核实。",
        },
    )
)
