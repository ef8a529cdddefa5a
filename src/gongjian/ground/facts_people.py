"""人员事实: what work permits and talent programmes ask of a person or of a talent project.

Facts about people are personal: they are read when somebody asks about that person, with a purpose that the reading states.
"""

from __future__ import annotations

from typing import Any

from gongjian.ground.facts import declared
from gongjian.ground.people import Person
from gongjian.kernel.rulebooks.facts import Facts, Kind, Source
from gongjian.kernel.rulebooks.terms import Fact

FACTS = Facts("person", personal=True)
PROJECTS = Facts("talent-project", link="project")
ASSESSED, PROJECT_ASSESSED = "person-assessment", "talent-assessment"
"""The registers of what an officer finds of a person or a talent project and no other register records."""
DEGREES = ("other", "technician", "college", "bachelor", "master", "doctor")
"""From the least to the greatest."""
SKILLS = tuple(Person.Skill.values)
"""From the least to the greatest."""
SUPPORT = {"individual": "个人", "team": "团队", "top": "顶尖项目"}
"""What support a talent project applies for."""


def fact(name: str, label: str, kind: Kind, unit: str = "", **parts: Any) -> Fact:
    """One fact of a person."""
    return declared(FACTS, ASSESSED, name=name, label=label, kind=kind, unit=unit, **parts)


def recorded(
    name: str, label: str, kind: Kind, unit: str = "", *, column: str = "", measure: str = "value", **parts: Any
) -> Fact:
    """A column of the person."""
    source = Source(register="person", column=column or name, measure=measure)
    return fact(name, label, kind, unit, source=source, **parts)


def project_fact(name: str, label: str, kind: Kind, unit: str = "", **parts: Any) -> Fact:
    """One fact of a talent project."""
    return declared(PROJECTS, PROJECT_ASSESSED, name=name, label=label, kind=kind, unit=unit, **parts)


filing_on = fact("filing_on", "拟申报日期", Kind.DAY, given=True)
age = recorded("age", "年龄", Kind.COUNT, "岁", column="birth_date", measure="age")
degree = recorded(
    "degree",
    "最高学历学位",
    Kind.CHOICE,
    options=DEGREES,
    labels=tuple(str(Person.Degree(one).label) for one in DEGREES),
)
category = recorded(
    "category",
    "人才类别",
    Kind.CHOICE,
    options=tuple(Person.Category.values),
    labels=tuple(str(label) for label in Person.Category.labels),
)
exp_years = recorded("exp_years", "相关工作年限", Kind.QUANTITY, "年")
annual_salary = recorded("annual_salary", "税前年薪", Kind.MONEY, "万元")
contract_to = recorded("contract_to", "合同终止日", Kind.DAY)
years_since_arrival = recorded(
    "years_since_arrival", "引进满年数", Kind.COUNT, "年", column="arrived_on", measure="age"
)
arrival_year_back = recorded(
    "arrival_year_back", "引进年度距申报年度", Kind.COUNT, "年", column="arrived_on", measure="years"
)
employer_years = recorded(
    "employer_years",
    "用人单位成立年度距申报年度",
    Kind.COUNT,
    "年",
    column="employer__established_on",
    measure="years",
)

is_foreign = recorded("is_foreign", "外国人", Kind.FLAG)
months_per_year = recorded("months_per_year", "每年在华工作时间", Kind.QUANTITY, "个月")
hsk_level = recorded("hsk_level", "汉语水平(HSK)", Kind.COUNT, "级")
is_taught_in_chinese = recorded("is_taught_in_chinese", "曾具中国国籍或中文授课学历", Kind.FLAG)
is_outstanding = recorded("is_outstanding", "名校、500强、知识产权或在华连续满5年", Kind.FLAG)
local_points = recorded("local_points", "地方鼓励性加分", Kind.COUNT, "分")
skill_grade = recorded(
    "skill_grade",
    "职业技能等级",
    Kind.CHOICE,
    options=SKILLS,
    labels=tuple(str(label) for label in Person.Skill.labels),
    by_expert=True,
)
listed_talent = fact("listed_talent", "入选人才计划或符合国际公认专业成就", Kind.FLAG, by_expert=True)
is_skilled_expert = fact("is_skilled_expert", "符合急需紧缺技能人才条件", Kind.FLAG, by_expert=True)

relaxed_degree = fact("relaxed_degree", "属文化、技能等放宽学历的类别", Kind.FLAG, by_expert=True)
relaxed_age = fact("relaxed_age", "属年龄放宽的海外高技能人才或医师", Kind.FLAG, by_expert=True)
employer_insures = fact("employer_insures", "用人单位上年底前完成税务、社保登记", Kind.FLAG, by_expert=True)
outside_staff = fact("outside_staff", "用人单位非股东职工数", Kind.COUNT, "人", by_expert=True)
no_talent_award = fact("no_talent_award", "未入选双创人才", Kind.FLAG, by_expert=True)

deal_amount = project_fact(
    "deal_amount",
    "揭榜协议额",
    Kind.MONEY,
    "万元",
    source=Source(register="talent-project", column="deal_amount"),
)
paid_total = project_fact(
    "paid_total",
    "各阶段拨付额合计",
    Kind.MONEY,
    "万元",
    source=Source(register="talent-payment", column="amount", measure="sum", note="全部阶段,含未到拨付日的"),
)
core_members = project_fact("core_members", "核心成员数(不含带头人)", Kind.COUNT, "人", by_expert=True)
young_members = project_fact("young_members", "青年成员数(35岁及以下)", Kind.COUNT, "人", by_expert=True)
oldest_age = project_fact("oldest_age", "团队成员最大年龄(院士除外)", Kind.COUNT, "岁", by_expert=True)
oldest_academician = project_fact("oldest_academician", "院士成员最大年龄(没有的填0)", Kind.COUNT, "岁", by_expert=True)
all_qualified = project_fact("all_qualified", "带头人和核心成员均为博士或正高职称", Kind.FLAG, by_expert=True)
support_kind = project_fact(
    "support_kind",
    "资助类别",
    Kind.CHOICE,
    options=tuple(SUPPORT),
    labels=tuple(SUPPORT.values()),
    source=Source(register="talent-project", column="support_kind"),
    by_expert=True,
)
support_asked = project_fact(
    "support_asked",
    "拟申请资助额",
    Kind.MONEY,
    "万元",
    source=Source(register="talent-project", column="support_asked"),
    by_expert=True,
)
