"""众创空间 (国家备案): what a makerspace must have to be put on record (国科发火〔2017〕120号, number of the document unconfirmed)."""

from __future__ import annotations

from gongjian.ground import facts_carriers as c
from gongjian.kernel.rulebooks.conditions import Diagnosed, Is, Review
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve
from gongjian.kernel.rulebooks.terms import param, ratio

MAKER_SPACE = shelve(
    Rulebook(
        name="maker-space",
        label="国家备案众创空间",
        edition="2017",
        facts=c.FACTS,
        source="国科发火〔2017〕120号(文号待核实)",
        standard="maker-space",
        applies=Is(c.kind, ("makerspace",)),
        gates=(
            gate(
                "operation",
                (c.months_operated >= param("min_months")).by(c.OPERATE),
                label="运营时间",
                cites="备案条件:运营时间",
            ),
            gate(
                "size",
                (c.area_total >= param("min_area")) | (c.desks >= param("min_desks")),
                label="场地面积或工位",
                cites="备案条件:场地",
            ),
            gate(
                "shared_area",
                ratio(c.area_tenant, c.area_total, label="工位和公共服务面积占总面积") >= param("min_shared_share"),
                label="工位和公共服务面积占比",
                cites="备案条件:场地",
                note="共用面积如何分摊没有统一口径。",
            ),
            gate(
                "teams",
                (c.tenants_1y >= param("min_teams")) | Review("含未注册团队达到同样数量", c.teams_confirmed),
                label="每年入驻的团队和企业",
                cites="备案条件:入驻",
                remedy="未注册企业的创业团队没有登记处,达标的由问诊确认。",
            ),
            gate(
                "newcomers",
                (c.tenants_new_1y >= param("min_new")) | (c.tenants_financed_1y >= param("min_financed")),
                label="新注册企业或获得融资的企业",
                cites="备案条件:孵化成效",
            ),
            gate(
                "examples",
                Diagnosed(c.typical_cases >= param("min_cases")),
                label="典型孵化案例",
                cites="备案条件:孵化成效",
            ),
            gate(
                "people",
                (c.staff_prof >= param("min_staff")) & (c.mentors >= param("min_mentors")),
                label="专职人员和创业导师",
                cites="备案条件:服务团队",
            ),
            gate("events", c.events >= param("min_events"), label="每年活动", cites="备案条件:服务"),
            gate(
                "statistics",
                (c.statistics_1y >= param("min_statistics")).by(),
                label="按要求报送统计数据",
                cites="备案条件:统计",
                remedy="补报上一年度的载体统计数据。",
            ),
        ),
        not_encoded={
            "加速器": "2025年以前没有全国性数量标准,只有个别地方标准,不能作为官方标准使用。",
            "备案程序": "由省级科技主管部门推荐,不是对载体的条件。",
        },
    )
)
