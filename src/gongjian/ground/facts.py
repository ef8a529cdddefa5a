"""企业事实: what the official criteria ask of an enterprise, each fact with its register, unit and period.

Names follow the field dictionary (docs/field-dictionary.md); `_1` is the fiscal year before the filing year (最近一年), `_2` and
`_3` the two before it.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from django.db.models import Q

from gongjian.ground.incidents import Incident
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.kernel.rulebooks import parameters
from gongjian.kernel.rulebooks.facts import Facts, FactSpec, Kind, Source
from gongjian.kernel.rulebooks.growth import MeanGrowth, Year
from gongjian.kernel.rulebooks.period import Period
from gongjian.kernel.rulebooks.terms import Constant, Fact, Total

FACTS = Facts("enterprise")
YEARS = ("最近一年", "前第二年", "前第三年")
ASSESSED = "assessment"
"""The register of what an expert finds of an enterprise and no other register records."""


def assessed(register: str, kind: Kind) -> Source:
    """Where an officer records what no other register holds: the latest 认定事项 in force on the day of filing."""
    column = "answer" if kind is Kind.FLAG else "number"
    return Source(
        register=register, column=column, measure="named", order="assessed_on", note="最近一次认定,申报日有效"
    )


def declared(
    facts: Facts, register: str, *, name: str, label: str, kind: Kind, unit: str = "", **parts: object
) -> Fact:
    """One fact of some kind of subject; one that an expert gives and nothing else records is a 认定事项 in `register`."""
    if parts.get("by_expert") and "source" not in parts:
        parts["source"] = assessed(register, kind)
    return Fact(facts.add(FactSpec(name=name, label=label, kind=kind, unit=unit, **parts)))  # type: ignore[arg-type]


def fact(name: str, label: str, kind: Kind, unit: str = "", **parts: object) -> Fact:
    """One fact of an enterprise."""
    return declared(FACTS, ASSESSED, name=name, label=label, kind=kind, unit=unit, **parts)


class Yearly:
    """A fact of each of the last fiscal years."""

    def __init__(self, name: str, label: str, kind: Kind, unit: str = "", *, column: str = "", years: int = 3) -> None:
        self.label = label
        self.specs = tuple(
            FACTS.add(
                FactSpec(
                    name=f"{name}_{back}",
                    label=f"{YEARS[back - 1]}{label}",
                    kind=kind,
                    unit=unit,
                    period=YEARS[back - 1],
                    source=Source(register="annual-return", column=column or name, back=back),
                )
            )
            for back in range(1, years + 1)
        )

    def year(self, back: int) -> Fact:
        """The year `back` years before the filing year."""
        return Fact(self.specs[back - 1])

    @property
    def latest(self) -> Fact:
        return self.year(1)

    def total(self, years: int) -> Total:
        """The sum over the last years; nothing in a year before the founding."""
        parts = tuple(Year(spec, back, years_open.spec) for back, spec in enumerate(self.specs[:years], start=1))
        return Total(parts, label=f"近{'一两三'[years - 1]}年{self.label}合计")

    def growth(self, label: str) -> MeanGrowth:
        """The mean growth over the last three years."""
        latest, middle, oldest = self.specs
        return MeanGrowth(latest, middle, oldest, years_open.spec, label=label)


def figure(standard: str, name: str, period: Period) -> int:
    """A whole number of standards/`standard`.toml in force on the day of filing, where it narrows the rows that count."""
    value = parameters.in_force(standard, as_of=period.filing_on)[name].value
    assert value is not None, name
    return int(value)


VALID = Q(legal_status=IntellectualProperty.Legal.VALID)
CLASS_ONE = Q(kind__in=IntellectualProperty.CLASS_ONE)


def granted(period: Period) -> Q:
    """Rights in force and granted before the filing."""
    return VALID & Q(granted_on__lte=period.filing_on)


def usable(period: Period) -> Q:
    """Rights that an application may use: Ⅱ类 only once."""
    return granted(period) & (CLASS_ONE | ~Q(used_before_hte=True))


def rights(name: str, label: str, where: object, note: str, **parts: object) -> Fact:
    """A count of the enterprise's intellectual property."""
    source = Source(register="intellectual-property", measure="count", where=where, note=note)
    return fact(name, label, Kind.COUNT, "项", source=source, **parts)


def in_force(period: Period) -> Q:
    """Titles held on the day of filing."""
    day = period.filing_on
    held = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
    return held & (Q(withdrawn_on=None) | Q(withdrawn_on__gt=day))


def title(name: str, label: str, which: Q, note: str = "") -> Fact:
    """Whether the enterprise holds a title on the day of filing."""
    source = Source(
        register="recognition", measure="any", where=lambda period: in_force(period) & which, note=note or "申报日有效"
    )
    return fact(name, label, Kind.FLAG, source=source)


def recorded(name: str, label: str, kind: Kind, unit: str = "", *, column: str = "", **parts: object) -> Fact:
    """A column of the enterprise itself."""
    return fact(name, label, kind, unit, source=Source(register="enterprise", column=column or name), **parts)


def last_year(name: str, label: str, kind: Kind, unit: str = "", *, column: str = "") -> Fact:
    """A column of the return of the fiscal year before the filing year."""
    return fact(
        name, label, kind, unit, period=YEARS[0], source=Source(register="annual-return", column=column or name, back=1)
    )


def graded(name: str, label: str, kind: Kind, unit: str = "", **parts: object) -> Fact:
    """A grade of the latest diagnosis (问诊) up to the day of filing."""
    source = Source(register="diagnosis", column=name, measure="last", order="graded_on", note="最近一次问诊")
    return fact(name, label, kind, unit, source=source, by_expert=True, **parts)


filing_on = fact("filing_on", "拟申报日期", Kind.DAY, given=True)
established_on = fact(
    "established_on", "成立日期", Kind.DAY, source=Source(register="enterprise", column="established_on")
)
years_open = fact(
    "years_open",
    "成立后的会计年度数",
    Kind.COUNT,
    "年",
    source=Source(
        register="enterprise", column="established_on", measure="years", note="成立当年至申报上一年,含成立当年"
    ),
)
staff_avg = fact(
    "staff_avg",
    "全年月平均职工数",
    Kind.PEOPLE,
    "人",
    source=Source(register="annual-return", column="staff_avg", back=1),
)
tech_staff_avg = fact(
    "tech_staff_avg",
    "全年月平均科技人员数",
    Kind.PEOPLE,
    "人",
    source=Source(register="annual-return", column="tech_staff_avg", back=1),
)
sales = Yearly("sales", "销售收入", Kind.MONEY, "万元")
rd_total = Yearly("rd_total", "高企口径研发费用", Kind.MONEY, "万元")
rd_domestic = Yearly("rd_domestic", "境内研发费用", Kind.MONEY, "万元")
net_assets = Yearly("net_assets", "年末净资产", Kind.MONEY, "万元", column="net_assets_end")
hightech_income = fact(
    "hightech_income",
    "高新技术产品(服务)收入",
    Kind.MONEY,
    "万元",
    source=Source(register="annual-return", column="hightech_income", back=1),
)
total_income = fact(
    "total_income", "总收入", Kind.MONEY, "万元", source=Source(register="annual-return", column="total_income", back=1)
)
core_rights = rights(
    "core_rights",
    "支持主要产品的核心知识产权数",
    lambda period: usable(period) & Q(supports_product=True),
    "有效、已授权、问诊认定支持主要产品的;Ⅱ类须未曾用于高企认定",
)
class1_rights = rights(
    "class1_rights", "Ⅰ类知识产权数", lambda period: granted(period) & CLASS_ONE, "有效、已授权的Ⅰ类"
)
class2_rights = rights(
    "class2_rights",
    "可用的Ⅱ类知识产权数",
    lambda period: usable(period) & ~CLASS_ONE,
    "有效、已授权、未曾用于高企认定的Ⅱ类",
)
self_developed = rights(
    "self_developed",
    "自主研发的知识产权数",
    lambda period: usable(period) & Q(acquisition=IntellectualProperty.Acquisition.SELF),
    "可用的知识产权中自主研发的",
)
conversions = fact(
    "conversions_3y",
    "近三年科技成果转化数",
    Kind.COUNT,
    "项",
    source=Source(
        register="conversion",
        measure="count",
        where=lambda period: Q(year__gte=period.year(3), year__lte=period.year(1)),
        note="近三个会计年度",
    ),
)
standards_drafted = fact(
    "standards_drafted",
    "参编国家标准、行业标准、检测方法或技术规范数",
    Kind.COUNT,
    "项",
    source=Source(
        register="standard-drafting",
        measure="count",
        where=lambda period: Q(level__in=("national", "industry", "method")),
        note="国家标准、行业标准、检测方法或技术规范",
    ),
)
major_incidents = fact(
    "major_incidents_1y",
    "申报前一年内重大安全、质量事故或严重环境违法",
    Kind.COUNT,
    "起",
    source=Source(
        register="incident",
        measure="count",
        where=lambda period: Q(
            happened_on__gte=period.filing_on - timedelta(days=figure("high-tech", "incident_days", period)),
            happened_on__lte=period.filing_on,
            kind__in=(Incident.Kind.SAFETY, Incident.Kind.QUALITY, Incident.Kind.ENVIRONMENT),
            level__in=(Incident.Level.MAJOR, Incident.Level.SEVERE, Incident.Level.SERIOUS),
        ),
        note="申报日前一年内,重大、特别重大的安全、质量事故和严重环境违法",
    ),
)


def whole_years(years: int) -> Constant:
    """A fixed number of years, as the divisor of a mean."""
    return Constant(Fraction(years))
