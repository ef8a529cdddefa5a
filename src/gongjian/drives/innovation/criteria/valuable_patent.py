"""高价值发明专利: a valid invention patent on any of five grounds (国家知识产权局, 2021); the subject is a row of 知识产权."""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts_platforms as p
from gongjian.kernel.rulebooks.conditions import All, Condition, Flag, Review
from gongjian.kernel.rulebooks.dates import anniversary, days
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import param

CITES = "国家知识产权局2021年二季度新闻发布会"

emerging = Flag(p.is_sei)
overseas = Flag(p.has_overseas_family)
maintained = days(anniversary(p.applied_on, param("min_years")), p.asked_on) > 0
pledged: Condition = All((Flag(p.is_pledged), Review("质押融资金额较高")))
awarded = Flag(p.is_awarded)

VALUABLE_PATENT = shelve(
    Rulebook(
        name="valuable-patent",
        label="高价值发明专利",
        edition="2021",
        facts=p.PATENTS,
        source="国家知识产权局2021年二季度新闻发布会的统计口径",
        standard="valuable-patent",
        since=date(2021, 4, 1),
        words={State.MET: "高价值", State.OPEN: "待认定"},
        gates=(
            gate("invention", Flag(p.is_invention), label="发明专利", cites=CITES),
            gate("valid", Flag(p.is_valid), label="有效", cites=CITES),
            gate(
                "ground",
                emerging | overseas | maintained | pledged | awarded,
                label="五种情形之一",
                cites=CITES,
                note="质押金额多少算较高未公布,有质押的由主管部门认定;战略性新兴产业以登记为准,对照表为内部资料;"
                "维持年限自申请日起算,待核实。",
            ),
        ),
        alerts=(
            gate("emerging", emerging, label="①战略性新兴产业", cites=CITES),
            gate("overseas", overseas, label="②有海外同族专利权", cites=CITES),
            gate(
                "maintained",
                maintained,
                label="③维持年限超过规定年数",
                cites=CITES,
                note="维持年限自申请日起算,待核实。",
            ),
            gate("pledged", pledged, label="④较高质押融资金额", cites=CITES),
            gate("awarded", awarded, label="⑤获国家科学技术奖或中国专利奖", cites=CITES),
        ),
        not_encoded={
            "起算日": "发布会的日期未查到,按2021年二季度首日计。",
            "质押融资金额标准": "“较高”的数额未公布,有质押融资的一律标为待评审认定。",
            "战略性新兴产业对照表": "专利分类与产业的对照关系表为内部资料,系统不自动判断,照台账登记。",
        },
    )
)
