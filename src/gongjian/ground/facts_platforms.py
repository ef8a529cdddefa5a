"""研发平台和知识产权事实: what the criteria of research platforms ask of an enterprise, and those of a patent of a patent.

What no register records (the mechanism of innovation, the leader's title, the money for a new centre) is given by a named
officer's diagnosis.
"""

from __future__ import annotations

from django.db.models import Q

from gongjian.ground.facts import VALID, fact, last_year, rights, title
from gongjian.ground.incidents import Incident, Penalty
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.ground.recognitions import Recognition
from gongjian.kernel.rulebooks.facts import Facts, FactSpec, Kind, Source
from gongjian.kernel.rulebooks.period import Period
from gongjian.kernel.rulebooks.terms import Fact

rd_spend_stat = last_year("rd_spend_stat", "研究与试验发展经费支出", Kind.MONEY, "万元")
rd_equipment = last_year(
    "rd_equipment_original", "技术开发仪器设备原值", Kind.MONEY, "万元", column="rd_equipment_original"
)
rd_fulltime = last_year("rd_fulltime", "专职研发人员", Kind.PEOPLE, "人")
rd_staff_total = last_year("rd_staff_total", "科研人员", Kind.PEOPLE, "人")
rd_site_area = last_year("rd_site_area", "研发场地面积", Kind.QUANTITY, "平方米")

MUNICIPAL_CENTRE = Q(kind=Recognition.Kind.TECHNOLOGY, level=Recognition.Level.MUNICIPAL)
city_centre_valid = title("city_centre_valid", "有效的市级企业技术中心", MUNICIPAL_CENTRE)
city_centre_since = fact(
    "city_centre_since",
    "市级企业技术中心认定日期",
    Kind.DAY,
    source=Source(
        register="recognition",
        column="valid_from",
        measure="min",
        where=MUNICIPAL_CENTRE & Q(withdrawn_on=None),
        note="未被撤销的各次认定中最早的一次",
    ),
)


def _penalties(period: Period, years: int) -> Q:
    return Q(decided_on__gte=period.years_before(years), decided_on__lte=period.filing_on)


def penalties(name: str, label: str, where: object, note: str) -> Fact:
    """A count of administrative penalties."""
    return fact(
        name, label, Kind.COUNT, "件", source=Source(register="penalty", measure="count", where=where, note=note)
    )


tax_penalties_2y = penalties(
    "tax_penalties_2y",
    "近两年严重税收违法",
    lambda period: _penalties(period, 2) & Q(kind=Penalty.Kind.TAX, is_serious=True),
    "申报日前两年内,税务领域、认定为情节严重的处罚",
)
accidents_2y = fact(
    "major_accidents_2y",
    "近两年重大质量、安全事故",
    Kind.COUNT,
    "起",
    source=Source(
        register="incident",
        measure="count",
        where=lambda period: Q(
            happened_on__gte=period.years_before(2),
            happened_on__lte=period.filing_on,
            kind__in=(Incident.Kind.SAFETY, Incident.Kind.QUALITY),
            level__in=(Incident.Level.MAJOR, Incident.Level.SEVERE),
        ),
        note="申报日前两年内,重大、特别重大的安全和质量事故",
    ),
)
site_penalties_3y = penalties(
    "site_penalties_3y",
    "近三年环保、安全重大处罚",
    lambda period: _penalties(period, 3) & Q(kind__in=(Penalty.Kind.ENVIRONMENT, Penalty.Kind.SAFETY), is_serious=True),
    "申报日前三年内,环境保护和安全生产领域、认定为情节严重的处罚",
)
unweighed_penalties_3y = penalties(
    "unweighed_penalties_3y",
    "近三年未填是否情节严重的处罚",
    lambda period: _penalties(period, 3) & Q(is_serious=None),
    "税务、环境保护、安全生产等各领域,“情节严重”一栏未填的处罚",
)
invention_apps_1 = rights(
    "invention_apps_1",
    "上年度发明专利申请数",
    lambda period: Q(kind=IntellectualProperty.Kind.INVENTION, applied_on__year=period.year(1)),
    "申请日在上一年的发明专利,不论是否已授权;是否属本领域由申报时核对",
    period="上年度",
    is_past=True,
)
valid_inventions = rights(
    "valid_inventions",
    "有效发明专利数",
    lambda period: VALID & Q(kind=IntellectualProperty.Kind.INVENTION, granted_on__lte=period.filing_on),
    "有效、已授权的发明专利",
)

has_mechanism = fact("has_innovation_mechanism", "技术创新体系和运行机制健全", Kind.FLAG, by_expert=True)
has_leader = fact("has_research_leader", "带头人有高级职称或博士学位", Kind.FLAG, by_expert=True)
site_is_separate = fact("site_is_separate", "研发场地独立", Kind.FLAG, by_expert=True)
centre_investment = fact("centre_investment", "用于工程中心建设的新增投入", Kind.MONEY, "万元", by_expert=True)
ip_test_done = fact("ip_test_done", "已完成知识产权优势企业线上数字化测评", Kind.FLAG, by_expert=True)
ip_is_strong = fact("ip_is_strong", "区域内有一定影响力、知识产权优势突出", Kind.FLAG, by_expert=True)

PATENTS = Facts("intellectual-property")


def patent(name: str, label: str, kind: Kind, **parts: object) -> Fact:
    """One fact of a patent."""
    return Fact(PATENTS.add(FactSpec(name=name, label=label, kind=kind, **parts)))  # type: ignore[arg-type]


def told(name: str, label: str, where: Q, note: str) -> Fact:
    """Whether the row of the patent says so."""
    source = Source(register="intellectual-property", measure="any", where=where, note=note)
    return patent(name, label, Kind.FLAG, source=source)


def entered(name: str, label: str, kind: Kind) -> Fact:
    """A column of the patent."""
    return patent(name, label, kind, source=Source(register="intellectual-property", column=name))


asked_on = patent("filing_on", "统计日期", Kind.DAY, given=True)
is_invention = told(
    "is_invention", "发明专利", Q(kind=IntellectualProperty.Kind.INVENTION), "种类为发明专利,国防专利不计"
)
is_valid = told("is_valid", "有效(已授权、未终止)", VALID & Q(granted_on__isnull=False), "法律状态为有效且有授权日期")
applied_on = entered("applied_on", "申请日", Kind.DAY)
is_sei = entered("is_sei", "属战略性新兴产业", Kind.FLAG)
has_overseas_family = entered("has_overseas_family", "有海外同族专利权", Kind.FLAG)
is_pledged = told("is_pledged", "登记了质押融资", Q(pledge_amount__gt=0), "质押融资金额大于零")
is_awarded = told("is_awarded", "获国家科学技术奖或中国专利奖", ~Q(award=""), "“专利获奖”一栏已填;未填按没有获奖计")
