"""人才政策: 江苏省双创计划, the amounts of 海安's talent rule, and the cap on support for 揭榜挂帅 projects.

The programme's conditions come from commercial reprints and every figure of them is unconfirmed.
"""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts_people as p
from gongjian.kernel.rulebooks.conditions import Diagnosed, Is, Known, Review, Usually
from gongjian.kernel.rulebooks.dates import anniversary, days
from gongjian.kernel.rulebooks.rulebook import Gate, Rulebook, gate, shelve
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import Lever, param, ratio

PROGRAMME = "江苏省“双创计划”申报条件(据转述,待核实)"
CONTRACT = Lever(label="延长聘用合同", unit="天", moves={"contract_to": 1})
GRANTS = "资助金额未经证实,不作为官方数发布。"


def stay(figure: str) -> Gate:
    """The contract runs long enough from the day of filing."""
    return gate(
        "stay",
        (days(anniversary(p.filing_on, param(figure)), p.contract_to, label="合同终止日晚于规定期满日的天数") >= 0).by(
            CONTRACT
        ),
        label="工作期限",
        cites="申报条件:工作期限",
        note="从申报日起算,以聘用合同的终止日计;起算办法待核实。",
    )


JIANGSU_TALENT = shelve(
    Rulebook(
        name="jiangsu-talent",
        label="江苏省双创人才",
        edition="2025",
        facts=p.FACTS,
        source=PROGRAMME,
        standard="talent",
        applies=Is(p.category, ("founder", "innovator")),
        gates=(
            gate(
                "degree",
                (Is(p.category, ("founder",)) & Is(p.degree, ("master", "doctor")))
                | (Is(p.category, ("innovator",)) & Is(p.degree, ("doctor",)))
                | Review("属文化、技能等放宽学历的类别", p.relaxed_degree),
                label="学历学位",
                cites="申报条件:学历(创业类硕士以上,创新类博士)",
            ),
            gate(
                "age",
                Usually(
                    (p.age <= param("max_age")).by()
                    | ((p.age <= param("max_age_relaxed")).by() & Review("属年龄放宽的类别", p.relaxed_age))
                ),
                label="年龄",
                cites="申报条件:年龄(一般要求)",
            ),
            gate(
                "experience",
                p.exp_years >= param("min_years", by=p.degree),
                label="工作经历",
                cites="申报条件:截至上年底的工作年限",
            ),
            gate(
                "arrival",
                ((p.years_since_arrival >= 0).by() & (p.years_since_arrival < param("arrival_years")).by()),
                label="引进时间",
                cites="申报条件:近三年内引进",
                note="引进满三年的当天起不再计入,起算办法待核实。",
            ),
            stay("min_stay"),
            gate(
                "employer",
                (p.employer_years >= param("min_employer_years")).by()
                & Review("上年底前完成税务、社保登记", p.employer_insures)
                & Diagnosed(p.outside_staff >= param("min_outside_staff")),
                label="用人单位",
                cites="申报条件:上年底前注册,有非股东职工",
            ),
        ),
        not_encoded={"七个类别": "类别的名称和各自的条件未查到原文,只按创业、创新两类编入。", "资助": GRANTS},
    )
)

JIANGSU_DOCTOR = shelve(
    Rulebook(
        name="jiangsu-doctor",
        label="江苏省双创博士",
        edition="2025",
        facts=p.FACTS,
        source=PROGRAMME,
        standard="talent",
        applies=Is(p.category, ("innovator",)),
        gates=(
            gate("degree", Is(p.degree, ("doctor",)), label="博士学位", cites="申报条件:学历"),
            gate(
                "age",
                Usually((p.age <= param("doctor_max_age")).by()),
                label="年龄",
                cites="申报条件:年龄(一般要求)",
            ),
            gate(
                "arrival",
                (p.arrival_year_back >= param("doctor_arrival")).by()
                & (p.arrival_year_back <= param("doctor_arrival")).by(),
                label="上一年引进",
                cites="申报条件:创新类上一年到岗",
            ),
            stay("doctor_min_stay"),
            gate(
                "once",
                Review("未入选双创人才", p.no_talent_award),
                label="不与双创人才重复",
                cites="申报条件:不得重复申报",
            ),
        ),
        not_encoded={"创业类": "只查到创新类的到岗要求,创业类未编入。", "资助": GRANTS},
    )
)

JIANGSU_TEAM = shelve(
    Rulebook(
        name="jiangsu-team",
        label="江苏省双创团队",
        edition="2025",
        facts=p.PROJECTS,
        source=PROGRAMME,
        standard="talent",
        gates=(
            gate(
                "members",
                Diagnosed(p.core_members >= param("team_min_members")),
                label="核心成员",
                cites="申报条件:1名带头人和2名以上核心成员",
            ),
            gate(
                "qualified",
                Review("带头人和核心成员均为博士或正高职称", p.all_qualified),
                label="学历职称",
                cites="申报条件:博士或正高",
            ),
            gate(
                "age",
                Diagnosed(
                    (p.oldest_age <= param("max_age")).by()
                    & (p.oldest_academician <= param("team_max_age_academician")).by()
                ),
                label="年龄",
                cites="申报条件:年龄",
            ),
            gate(
                "young",
                Diagnosed(p.young_members >= param("team_min_young")),
                label="青年成员",
                cites="申报条件:至少1名35岁以下成员",
            ),
        ),
        not_encoded={"资助": GRANTS},
    )
)

HAIAN_TALENT = shelve(
    Rulebook(
        name="haian-talent",
        label="海安英才资助",
        edition="2026",
        facts=p.PROJECTS,
        source="海政规〔2026〕2号",
        standard="talent",
        since=date(2026, 2, 3),
        gates=(
            gate(
                "amount",
                Diagnosed(p.support_asked <= param("max_support", by=p.support_kind)),
                label="资助额上限",
                cites="海政规〔2026〕2号",
            ),
            gate(
                "chosen",
                Review("由人才工作主管部门评审"),
                label="评审",
                cites="海政规〔2026〕2号",
                note="入选条件未查到,凭列举的证明材料评审。",
            ),
        ),
        not_encoded={
            "入选条件": "文件的申报条件未查到,只编入资助上限。",
            "南通市高层次人才目录": "A至D类目录和市认定科创项目的标准未查到。",
        },
    )
)

OPEN_BIDDING = shelve(
    Rulebook(
        name="open-bidding",
        label="揭榜挂帅资助上限",
        edition="2022",
        facts=p.PROJECTS,
        source="南通市2022年揭榜挂帅政策(据转述,待核实)",
        standard="talent",
        words={State.MET: "未超上限", State.UNMET: "超过上限"},
        applies=Known(p.deal_amount),
        gates=(
            gate(
                "share",
                ratio(p.paid_total, p.deal_amount, label="资助占协议额") <= param("max_deal_share"),
                label="不超过协议额的比例",
                cites="资助标准:协议额比例",
            ),
            gate("cap", p.paid_total <= param("max_deal_support"), label="资助上限", cites="资助标准:最高限额"),
        ),
        not_encoded={
            "分阶段拨付": "只知分阶段拨付,各阶段比例未查到;各阶段的拨付登记在揭榜拨付中,合计不得超过上限。",
            "流程": "需求征集、论证、发榜、揭榜、评审、签约、里程碑、验收是办理流程,不是条件。",
        },
    )
)
