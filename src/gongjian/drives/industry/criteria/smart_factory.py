"""智能工厂梯度: 基础级, 先进级 (江苏) and 卓越级 of the 2025 rules; one table of figures, the maturity that a province asks is the zone's.

领航级 is not a rulebook: neither its maturity nor its other conditions have been confirmed.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from gongjian.ground import facts as f
from gongjian.ground import facts_industry as d
from gongjian.ground import facts_sme as s
from gongjian.kernel.rulebooks.conditions import Condition, FirstKnown, Flag, Review, Usually
from gongjian.kernel.rulebooks.rulebook import Gate, Rulebook, gate, shelve
from gongjian.kernel.rulebooks.terms import Fact, Lever, param

NATIONAL = "工信厅联通装函〔2025〕251号"
JIANGSU = "江苏省2025年先进级智能工厂通知"
RAISE = Lever(label="提高成熟度得分", unit="分", step=Fraction(1, 100), moves={"cmmm_score": 1})
CLIMB = Lever(label="提高成熟度等级", unit="级", moves={"cmmm_level": 1})


def maturity(level: str, cites: str) -> Gate:
    """The maturity by its recorded level; by its score where only that is recorded."""
    return gate(
        "maturity",
        FirstKnown(
            (
                (d.maturity_level >= param(f"{level}_level")).by(CLIMB),
                (d.maturity_score >= param(f"{level}_score")).by(RAISE),
            )
        ),
        label="智能制造能力成熟度",
        cites=cites,
        note="GB/T 39116-2020;登记了等级的按等级,只有得分的按GB/T 39117-2020换算。自评与第三方评估的效力由受理部门确认。",
    )


def scale(*, by_zone: bool) -> Gate:
    """规上; where the zone's province admits them (`by_zone`), the titles of small enterprises too."""
    demands: Condition = Flag(d.is_above_scale)
    if by_zone:
        admitted = param("admits_titles", label="本地准许非规上的创新型、专精特新企业参评") >= 1
        demands = demands | (admitted & (Flag(s.innovative_valid) | Flag(s.zjtx_valid)))
    return gate("scale", demands, label="规模以上工业企业", cites="各级智能工厂的共同条件")


def common(accidents: Fact, cites: str) -> tuple[Gate, ...]:
    """What every level demands besides."""
    return (
        gate(
            "record",
            (accidents <= param("max_accidents")).by() & Flag(s.is_dishonest, False),
            label="近三年无事故和失信",
            cites=cites,
            note="国家文件看较大及以上事故,江苏先进级看重大及以上事故。",
        ),
        gate("finance", Review("近三年经营和财务状况良好", d.finance_is_sound), label="经营状况", cites=cites),
        gate("secure", Review("关键装备和软件安全可控", d.equipment_is_secure), label="安全可控", cites=cites),
        gate("organised", Review("有相应的组织机构和人才", d.has_organisation), label="组织和人才", cites=cites),
    )


def contradicts(level: str) -> Condition:
    """The recorded level and the recorded score stand on different sides of what a grade asks."""
    asked, least = param(f"{level}_level"), param(f"{level}_score")
    return ((d.maturity_level >= asked) & (d.maturity_score < least)) | (
        (d.maturity_level < asked) & (d.maturity_score >= least)
    )


ALERTS = (
    gate(
        "contradiction",
        contradicts("advanced") | contradicts("excellent"),
        label="成熟度等级与得分矛盾",
        cites="GB/T 39117-2020",
        note="登记的等级和得分按标准换算对不上,请核对评估报告。",
    ),
    gate(
        "unweighed",
        d.unweighed_accidents_3y > 0,
        label="有事故未认定等级",
        cites="各级智能工厂的共同条件",
        note="认定等级后,近三年无事故这一条才可靠。",
    ),
)
NEVER = {
    "数控化率、联网率、营收、研发等分级门槛": "只在一份非官方资料中出现,任何已见的官方文本都没有,不编码。",
    "领航级": "由卓越级中产生,成熟度等级和其他条件未见确认,不编码。",
    "国家要素条件的场景数": "《智能工厂梯度培育要素条件(2025年版)》各级的场景数未见确认。",
    "施行日期": "文件印发日期未查到,按2025年度起计。",
    "2025年以后的文件": "另据转述有工信部联通装〔2025〕262号管理办法(暂行)和工通装函〔2026〕47号预通知,未见原文,未采用。",
}

BASIC = shelve(
    Rulebook(
        name="smart-factory-basic",
        label="基础级智能工厂",
        edition="2025",
        facts=f.FACTS,
        source=f"{NATIONAL},要素条件(2025年版)",
        standard="smart-factory",
        since=date(2025, 1, 1),
        gates=(
            scale(by_zone=True),
            maturity("basic", "要素条件(2025年版)"),
            gate("scenes", Flag(d.scene_production), label="至少覆盖生产作业环节", cites="要素条件(2025年版)"),
            gate(
                "peers",
                Review("主要指标优于全省同行业平均", d.above_peers),
                label="主要指标",
                cites="要素条件(2025年版)",
            ),
            *common(d.larger_accidents_3y, "要素条件(2025年版)"),
        ),
        alerts=ALERTS,
        not_encoded=NEVER,
    )
)

ADVANCED = shelve(
    Rulebook(
        name="smart-factory-advanced",
        label="先进级智能工厂(江苏)",
        edition="2025",
        facts=f.FACTS,
        source=f"{JIANGSU},{NATIONAL}",
        standard="smart-factory",
        since=date(2025, 1, 1),
        applies=Flag(d.smart_excellent, False),
        gates=(
            gate("legal_person", Review("江苏注册的独立工业法人", d.is_legal_person), label="独立法人", cites=JIANGSU),
            scale(by_zone=True),
            maturity("advanced", JIANGSU),
            gate("selftest", d.dt_selftest >= param("min_selftest"), label="数字化转型自测得分", cites=JIANGSU),
            gate(
                "segments",
                Flag(d.scene_production) & Flag(d.scene_management) & Flag(d.scene_operation),
                label="覆盖生产作业、生产管理、运营管理三个环节",
                cites=JIANGSU,
            ),
            gate("scenes", d.scenes >= param("min_scenes"), label="典型场景数", cites=JIANGSU),
            gate(
                "self_rating",
                Review("已自评达到基础级", d.rated_basic) & Review("已自评达到先进级", d.rated_advanced),
                label="自评",
                cites=JIANGSU,
            ),
            *common(d.major_accidents_3y, JIANGSU),
        ),
        alerts=ALERTS,
        not_encoded=NEVER
        | {
            "AI场景测试": "鼓励参加,不是条件。",
            "申报途径": "筑峰强链企业直接报省工信厅,其他企业经县、市推荐;是途径不是条件。",
            "分支机构": "石化、有色、烟草、汽车行业的分支机构也可申报,由独立法人一条的问诊认定。",
            "原省级智能工厂": "不再认定;国家卓越级企业2025年免申报认定,对其显示不适用。",
        },
    )
)

EXCELLENT = shelve(
    Rulebook(
        name="smart-factory-excellent",
        label="卓越级智能工厂",
        edition="2025",
        facts=f.FACTS,
        source=f"{NATIONAL},要素条件(2025年版)",
        standard="smart-factory",
        since=date(2025, 1, 1),
        gates=(
            scale(by_zone=False),
            maturity("excellent", "要素条件(2025年版)"),
            gate(
                "held",
                Usually(Flag(d.smart_advanced) | Flag(d.smart_legacy)),
                label="原则上已是先进级(或原省级智能工厂)",
                cites="要素条件(2025年版)",
            ),
            *common(d.larger_accidents_3y, "要素条件(2025年版)"),
            gate(
                "elements",
                Review("六部门组织专家对照要素条件评审"),
                label="要素条件",
                cites=NATIONAL,
                note="建设、装备、数据、绩效等水平由国家组织专家评审。",
            ),
        ),
        alerts=ALERTS,
        not_encoded=NEVER,
    )
)
