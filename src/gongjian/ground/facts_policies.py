"""政策事实: what local policies usually ask besides the official criteria: titles newly won this year, age, taxes, growth.

A title is new where its first day lies in the filing year and it is no renewal (复核) of an older one.
"""

from __future__ import annotations

from django.db.models import Q

from gongjian.ground.facts import fact, title
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.ground.recognitions import Recognition
from gongjian.kernel.rulebooks.facts import Kind, Source
from gongjian.kernel.rulebooks.period import Period
from gongjian.kernel.rulebooks.terms import Fact

age_years = fact(
    "age_years",
    "成立年限",
    Kind.COUNT,
    "年",
    source=Source(register="enterprise", column="established_on", measure="age", note="至申报日的整年数"),
)
above_scale_new = fact(
    "above_scale_new",
    "本年新纳入规上",
    Kind.FLAG,
    source=Source(
        register="enterprise",
        measure="any",
        where=lambda period: Q(
            is_above_scale=True, above_scale_since__year=period.filing_on.year, above_scale_since__lte=period.filing_on
        ),
        note="规上企业,纳统日期在本年;未填纳统日期的按没有计",
    ),
)
in_business = fact(
    "in_business",
    "存续经营",
    Kind.FLAG,
    source=Source(
        register="enterprise", column="status", measure="any", where=Q(status="active"), note="登记状态为存续"
    ),
)


def _this_year(period: Period) -> Q:
    return Q(valid_from__year=period.filing_on.year, valid_from__lte=period.filing_on) & ~Q(is_recheck=True)


def newly(name: str, label: str, which: Q) -> Fact:
    """Whether the enterprise won a title for the first time in the filing year and has not lost it."""
    source = Source(
        register="recognition",
        measure="any",
        where=lambda period: _this_year(period) & which & Q(withdrawn_on=None),
        note="有效期起在本年,未撤销;登记为复核的不计,未填的按新认定计",
    )
    return fact(name, f"本年新认定{label}", Kind.FLAG, source=source)


KIND = Recognition.Kind
hte_new = newly("hte_new", "高新技术企业", Q(kind=KIND.HTE))
zjtx_new = newly("zjtx_new", "专精特新中小企业", Q(kind=KIND.SPECIAL))
giant_new = newly("giant_new", "专精特新小巨人企业", Q(kind=KIND.GIANT))
centre_new = newly("centre_new", "省企业技术中心", Q(kind=KIND.TECHNOLOGY, level=Recognition.Level.PROVINCIAL))
engineering_new = newly(
    "engineering_new", "省工程研究中心", Q(kind=KIND.ENGINEERING, level=Recognition.Level.PROVINCIAL)
)
smart_advanced_new = newly("smart_advanced_new", "先进级智能工厂", Q(kind=KIND.SMART_FACTORY, grade="advanced"))
smart_excellent_new = newly("smart_excellent_new", "卓越级智能工厂", Q(kind=KIND.SMART_FACTORY, grade="excellent"))
ip_advantage_new = newly("ip_advantage_new", "知识产权优势企业", Q(kind=KIND.IP_ADVANTAGE))
hte_new_1 = fact(
    "hte_new_1",
    "上年新认定高新技术企业",
    Kind.FLAG,
    source=Source(
        register="recognition",
        measure="any",
        where=lambda period: Q(kind=KIND.HTE, valid_from__year=period.year(1), withdrawn_on=None) & ~Q(is_recheck=True),
        note="有效期起在上一年,未撤销;登记为复核的不计,未填的按新认定计",
    ),
)
chain_valid = title(
    "chain_valid",
    "筑峰强链企业(已入库)",
    Q(kind=KIND.CHAIN) & ~Q(grade=Recognition.Grade.RECOMMENDED),
    "申报日有效;只到推荐一步的不计",
)
inventions_granted_1 = fact(
    "inventions_granted_1",
    "上年度授权发明专利数",
    Kind.COUNT,
    "项",
    period="上年度",
    is_past=True,
    source=Source(
        register="intellectual-property",
        measure="count",
        where=lambda period: Q(kind=IntellectualProperty.Kind.INVENTION, granted_on__year=period.year(1)),
        note="授权日期在上一年的发明专利",
    ),
)
