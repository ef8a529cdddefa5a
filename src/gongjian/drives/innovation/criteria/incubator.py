"""国家级科技企业孵化器: the numbers of 国科发区〔2018〕300号, and what is known of 工信部科〔2025〕131号 that follows it."""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts_carriers as c
from gongjian.kernel.rulebooks.conditions import Diagnosed, Flag, Is, Review
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve
from gongjian.kernel.rulebooks.terms import Lever, param, ratio

HIRE = Lever(label="新增专业孵化人员(从业人员同增)", unit="人", moves={"staff_prof": 1, "staff_total": 1})
TRAIN = Lever(label="现有从业人员培养为专业孵化人员", unit="人", moves={"staff_prof": 1})
EARN = Lever(
    label="增加房租和物业以外的收入", unit="万元", step=c.income_total.spec.kind.step, moves={"income_total": 1}
)

INCUBATOR_2018 = shelve(
    Rulebook(
        name="incubator",
        label="国家级科技企业孵化器",
        edition="2018",
        facts=c.FACTS,
        source="国科发区〔2018〕300号",
        standard="incubator",
        since=date(2018, 12, 14),
        until=date(2025, 6, 13),
        applies=Is(c.kind, ("incubator",)),
        gates=(
            gate(
                "operation",
                (c.months_operated >= param("min_months")).by(c.OPERATE)
                & (c.statistics_2y >= param("min_statistics")).by(),
                label="运营时间和统计数据",
                cites="认定条件:运营",
                remedy="连续两年按时报送统计数据。",
            ),
            gate(
                "area",
                (c.area_total >= param("min_area"))
                & (ratio(c.area_tenant, c.area_total, label="在孵使用面积占总面积") >= param("min_tenant_area")),
                label="孵化场地",
                cites="认定条件:场地",
            ),
            gate(
                "fund",
                (c.fund >= param("min_fund"))
                & (
                    ratio(c.tenants_financed, c.tenants_in_term, label="获得投融资的在孵企业占比")
                    >= param("min_financed_share")
                )
                & (c.fund_cases >= param("min_fund_cases")),
                label="孵化资金和投融资",
                cites="认定条件:资金",
            ),
            gate(
                "staff",
                (ratio(c.staff_prof, c.staff_total, label="专业孵化人员占比") >= param("min_prof_share")).by(
                    TRAIN, HIRE
                )
                & (
                    ratio(c.staff_prof, c.tenants_in_term, label="每10家在孵企业的专业孵化人员", percent=False, per=10)
                    >= param("min_staff_per_10")
                ).by(HIRE)
                & (
                    ratio(c.mentors, c.tenants_in_term, label="每10家在孵企业的创业导师", percent=False, per=10)
                    >= param("min_mentors_per_10")
                ),
                label="服务团队和导师",
                cites="认定条件:人员",
            ),
            gate(
                "rights",
                (
                    ratio(c.tenants_applied, c.tenants_in_term, label="已申请专利的在孵企业占比")
                    >= param("min_applied_share")
                )
                | (
                    ratio(c.tenants_with_rights, c.tenants_in_term, label="拥有有效知识产权的在孵企业占比")
                    >= param("min_rights_share")
                ),
                label="在孵企业知识产权",
                cites="认定条件:知识产权",
            ),
            gate(
                "tenants",
                Diagnosed(c.tenants_in_term >= param("min_tenants", by=c.is_professional)),
                label="在孵企业数",
                cites="认定条件:在孵企业",
                note="入驻时和在孵的期限、注册在别处的企业是否计入,待核实。",
            ),
            gate(
                "density",
                Diagnosed(
                    ratio(c.tenants_in_term, c.area_total, label="每1000平方米在孵企业数", percent=False, per=1000)
                    >= param("min_density", by=c.is_professional)
                ),
                label="在孵企业密度",
                cites="认定条件:在孵企业",
            ),
            gate(
                "graduates",
                Diagnosed(
                    (c.graduates_cum >= param("min_graduates", by=c.is_professional))
                    | (c.graduates >= param("min_graduates", by=c.is_professional)).by()
                ),
                label="累计毕业企业",
                cites="认定条件:毕业企业",
                note="入驻台账数得出的或年度填报的达到即可;两者不一致时见提示。",
            ),
            gate(
                "professional",
                Diagnosed(Flag(c.is_professional, False))
                | (
                    Diagnosed(
                        ratio(c.tenants_one_field, c.tenants_in_term, label="同一领域在孵企业占比")
                        >= param("min_one_field_share")
                    )
                    & Review("具备公共技术服务平台", c.has_platform)
                ),
                label="专业孵化器的领域和平台",
                cites="认定条件:专业孵化器",
                note="按综合孵化器申报的不看这一条。",
            ),
        ),
        alerts=(
            gate(
                "graduates_differ",
                (c.graduates_cum > c.graduates).by(),
                label="填报的累计毕业企业多于入驻台账",
                cites="认定条件:毕业企业",
                note="请在入驻登记中补录毕业企业和退出日期。",
            ),
        ),
        not_encoded={
            "废止日期": "131号的施行日期未查到,以公开报道首次介绍的2025-06-14为界,之前按本版,待核实。",
            "毕业条件": "高企、累计获投、两年营收、被并购或上市任一项;入驻登记只记“毕业”,由登记时认定。",
            "艰苦边远地区": "数量指标可降20%,本区不属于,不编入。",
            "评价考核": "国科火字〔2019〕239号的权重未查到;只知评为A、B、C、D四等,连续两次不合格取消资格。",
        },
    )
)

INCUBATOR_2025 = shelve(
    Rulebook(
        name="incubator",
        label="国家级科技企业孵化器(标准级)",
        edition="2025",
        facts=c.FACTS,
        source="工信部科〔2025〕131号(据转述,未见全文;施行日期待核实)",
        standard="incubator",
        since=date(2025, 6, 14),
        applies=Is(c.kind, ("incubator", "accelerator")),
        gates=(
            gate(
                "investment",
                Diagnosed(
                    ratio(c.tenants_invested, c.tenants, label="载体资金已实缴投资的在孵企业占比")
                    >= param("min_invested_share")
                )
                | (
                    ratio(c.tenants_financed_1y, c.tenants, label="上一年获得融资的在孵企业占比")
                    >= param("min_financed_last_year_share")
                ),
                label="投资和融资",
                cites="标准级重点指标:投融资",
            ),
            gate(
                "growth",
                ratio(c.tenants_growing, c.tenants, label="增长达标的在孵企业占比") >= param("min_growing_share"),
                label="在孵企业成长",
                cites="标准级重点指标:成长",
                note="营业收入或研发费用同比增长超过规定比例的企业;上年为零的企业如何计没有统一口径。",
            ),
            gate(
                "income",
                (
                    ratio(c.income_total - c.income_rent_property, c.income_total, label="房租和物业以外的收入占比")
                    >= param("min_other_income_share")
                ).by(EARN),
                label="收入结构",
                cites="标准级重点指标:收入",
            ),
            gate(
                "others",
                Review("场地、在孵企业数、人员、毕业企业等其他条件由主管部门按原文审核"),
                label="其他条件",
                cites="原文未见",
                note="这些数量没有查到,不能沿用2018年的数;因此这里最多给出“有机会”。",
            ),
        ),
        not_encoded={
            "场地、在孵企业数、人员、毕业企业": "131号的数量未查到,不沿用国科发区〔2018〕300号的数。",
            "卓越级": "从标准级中择优,推荐数不超过本省的10%(向上取整),是名额不是门槛。",
            "绩效评价": "标准级每年评价、卓越级每三年复核;权重未查到。",
        },
    )
)
