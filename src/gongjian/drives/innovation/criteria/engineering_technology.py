"""省工程技术研究中心: the five haves of the 2023 round (苏科条发〔2015〕136号, 苏科机函〔2023〕236号); not confirmed since."""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts as f
from gongjian.ground import facts_platforms as p
from gongjian.ground import facts_sme as s
from gongjian.kernel.rulebooks.conditions import Diagnosed, Usually
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve
from gongjian.kernel.rulebooks.terms import param, ratio

ENGINEERING_TECHNOLOGY = shelve(
    Rulebook(
        name="engineering-technology",
        label="省工程技术研究中心",
        edition="2023",
        facts=f.FACTS,
        source="苏科条发〔2015〕136号,苏科机函〔2023〕236号(据设区市转发通知)",
        standard="engineering-technology",
        since=date(2023, 6, 28),
        gates=(
            gate("site", p.rd_site_area >= param("min_site"), label="研发场地", cites="2023年转发通知“五有”"),
            gate("staff", p.rd_fulltime >= param("min_staff"), label="专职研发人员", cites="2023年转发通知“五有”"),
            gate(
                "revenue",
                Usually(s.main_revenue.latest >= param("min_revenue")),
                label="主营业务收入",
                cites="2023年转发通知“五有”",
                note="“原则上”要求,不足的由主管部门决定是否受理。",
            ),
            gate(
                "investment",
                Diagnosed(p.centre_investment >= param("min_investment")),
                label="工程中心建设新增投入",
                cites="2023年转发通知“五有”",
                note="台账中没有这一项,由问诊填写。",
            ),
            gate(
                "rd",
                ratio(p.rd_spend_stat, s.main_revenue.latest, label="研发经费占主营业务收入") >= param("rd_share"),
                label="上年度研发投入强度",
                cites="南京2021年通知",
            ),
            gate(
                "patents",
                p.invention_apps_1 >= param("min_applications"),
                label="上年度本领域发明专利申请",
                cites="南京2021年通知",
                note="是否属工程中心的领域由申报时核对。",
            ),
        ),
        not_encoded={
            "优先方向": "重点支持规模以上高新技术企业,是推荐时的倾向,不是条件。",
            "市级工程技术研究中心": "常州、苏州市级的收入、人员、设备标准是外市的,本区不适用。",
            "2025年以后的门槛": "有商业网页称研发投入3%、专职10人,来源不可靠,未采用;当年门槛待核实。",
        },
    )
)
