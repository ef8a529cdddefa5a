"""载体事实: what the rules on makerspaces and incubators ask of a carrier.

Tenants and graduates are counted from the tenancies on record; what the carrier itself reports stands in its yearly return.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import ExpressionWrapper, F, IntegerField, Q
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.facts import declared
from gongjian.ground.financings import Financing
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.ground.sites import Site, Tenancy
from gongjian.kernel.rulebooks import parameters
from gongjian.kernel.rulebooks.facts import Facts, Kind, Source
from gongjian.kernel.rulebooks.period import Period
from gongjian.kernel.rulebooks.terms import Fact, Lever

FACTS = Facts("site")
ASSESSED = "site-assessment"
"""The register of what an officer finds of a carrier and no other register records."""
LAST = "上一年"


def fact(name: str, label: str, kind: Kind, unit: str = "", **parts: Any) -> Fact:
    """One fact of a carrier."""
    return declared(FACTS, ASSESSED, name=name, label=label, kind=kind, unit=unit, **parts)


def reported(name: str, label: str, kind: Kind, unit: str = "", *, is_past: bool = False) -> Fact:
    """A column of the carrier's return for the fiscal year before the filing year."""
    source = Source(register="carrier-return", column=name, back=1)
    return fact(name, f"最近一年{label}", kind, unit, period="最近一年", source=source, is_past=is_past)


def housed(name: str, label: str, where: Any, note: str, *, is_past: bool = False) -> Fact:
    """A count of tenancies; `is_past` those of the year before the filing year."""
    source = Source(register="tenancy", measure="count", where=where, note=note)
    label, period = (LAST + label, LAST) if is_past else (label, "")
    return fact(name, label, Kind.COUNT, "家", source=source, period=period, is_past=is_past)


def present(period: Period) -> Q:
    """In incubation on the day of filing."""
    day = period.filing_on
    return Q(way=Tenancy.Way.INCUBATED, entered_on__lte=day) & (Q(left_on=None) | Q(left_on__gt=day))


def _ordinal(column: str) -> Any:
    """A date as a number in which a month is 32 and a year 384, so that whole months can be added to it."""
    number = ExtractYear(column) * 384 + ExtractMonth(column) * 32 + ExtractDay(column)
    return ExpressionWrapper(number, output_field=IntegerField())


def _figure(name: str, day: date) -> Any:
    """A figure of the incubator rules on a day."""
    found = parameters.in_force("incubator", as_of=day).get(name)
    return None if found is None else found.value


def in_term(period: Period) -> Q:
    """In incubation, young when it entered, and not past the term; a blank date of founding does not exclude.

    On a day on which the rules set no such age or term, none is asked for.
    """
    day, entry, term = period.filing_on, *(_figure(name, period.filing_on) for name in ("entry_months", "term_months"))
    young = Q()
    if entry is not None:
        young = Q(LessThanOrEqual(_ordinal("entered_on"), _later("enterprise__established_on", entry)))
        young |= Q(enterprise__established_on=None)
    since = day.year * 384 + day.month * 32 + day.day - (0 if term is None else int(term) * 32)
    within = Q() if term is None else Q(GreaterThanOrEqual(_ordinal("entered_on"), since))
    return present(period) & within & young


def _later(column: str, months: Any) -> Any:
    return ExpressionWrapper(_ordinal(column) + int(months) * 32, output_field=IntegerField())


def _financed(period: Period, *, last_year: bool) -> Q:
    paid = Financing.objects.filter(paid_on__lte=period.filing_on)
    if last_year:
        paid = paid.filter(paid_on__year=period.year(1))
    return present(period) & Q(enterprise__in=paid.order_by().values("enterprise"))


def _with_rights(period: Period, which: Q) -> Q:
    return in_term(period) & Q(
        enterprise__in=IntellectualProperty.objects.filter(which).order_by().values("enterprise")
    )


def _applied(period: Period) -> Q:
    kinds = IntellectualProperty.Kind
    return Q(kind__in=(kinds.INVENTION, kinds.UTILITY, kinds.DESIGN), applied_on__lte=period.filing_on)


def _growing(period: Period) -> Q:
    """Grown by more than the figure in revenue or in R&D, from a year above zero."""
    over = _figure("growth_over", period.filing_on)
    if over is None:
        return Q(pk=None)
    up, down = (over + 1).numerator, (over + 1).denominator
    before = "enterprise__returns__"
    rows = AnnualReturn.objects.order_by()
    grown = [
        rows.filter(
            **{"year": period.year(1), f"{before}year": period.year(2), f"{before}{column}__gt": 0},
        )
        .annotate(least=F(f"{before}{column}") * up, so_far=F(column) * down)
        .filter(so_far__gt=F("least"))
        .values("enterprise")
        for column in ("revenue", "rd_expense")
    ]
    return present(period) & (Q(enterprise__in=grown[0]) | Q(enterprise__in=grown[1]))


def _active_last_year(period: Period) -> Q:
    first, last = date(period.year(1), 1, 1), date(period.year(1), 12, 31)
    return Q(way=Tenancy.Way.INCUBATED, entered_on__lte=last) & (Q(left_on=None) | Q(left_on__gte=first))


kind = fact(
    "carrier_kind",
    "载体类型",
    Kind.CHOICE,
    options=tuple(Site.Kind.values),
    labels=tuple(str(label) for label in Site.Kind.labels),
    source=Source(register="site", column="kind"),
)
filing_on = fact("filing_on", "拟申报日期", Kind.DAY, given=True)
months_operated = fact(
    "months_operated",
    "已运营月数",
    Kind.COUNT,
    "个月",
    source=Source(register="site", column="operated_since", measure="months", note="运营起始日至申报日,足月"),
)
area_total = fact("area_total", "总面积", Kind.QUANTITY, "平方米", source=Source(register="site", column="area_total"))
area_tenant = reported("area_tenant", "在孵使用面积(含公共服务)", Kind.QUANTITY, "平方米")
desks = reported("desks", "工位数", Kind.COUNT, "个")
fund = reported("fund", "孵化资金", Kind.MONEY, "万元")
fund_cases = reported("fund_cases", "孵化资金使用案例数", Kind.COUNT, "个", is_past=True)
staff_total = reported("staff_total", "从业人员数", Kind.COUNT, "人")
staff_prof = reported("staff_prof", "专业孵化人员数", Kind.COUNT, "人")
mentors = reported("mentors", "创业导师数", Kind.COUNT, "人")
events = reported("events", "活动场次", Kind.COUNT, "场", is_past=True)
graduates_cum = reported("graduates_cum", "累计毕业企业数(填报)", Kind.COUNT, "家")
income_total = reported("income_total", "运营总收入", Kind.MONEY, "万元")
income_rent_property = reported("income_rent_property", "房租及物业收入", Kind.MONEY, "万元")


def _returns(name: str, label: str, years: int) -> Fact:
    def reported_in(period: Period) -> Q:
        return Q(year__gte=period.year(years), year__lte=period.year(1))

    source = Source(register="carrier-return", measure="count", where=reported_in, note="申报前的会计年度,每年一份")
    return fact(name, label, Kind.COUNT, "年", source=source)


statistics_1y = _returns("statistics_1y", "上一年报送统计数据", 1)
statistics_2y = _returns("statistics_2y", "最近两年报送统计数据的年数", 2)

tenants = housed("tenants", "在孵企业数", present, "入驻方式为在孵、申报日未退出")
tenants_in_term = housed(
    "tenants_in_term",
    "在孵企业数(入驻时和在孵的期限内)",
    in_term,
    "入驻时成立不超过24个月、在孵不超过48个月;特殊领域60个月的未区分,期限待核实",
)
tenants_1y = housed("tenants_1y", "入驻的在孵企业数", _active_last_year, "上一年内任何一天在孵", is_past=True)
tenants_new_1y = housed(
    "tenants_new_1y",
    "新注册的在孵企业数",
    lambda period: _active_last_year(period) & Q(enterprise__established_on__year=period.year(1)),
    "上一年成立并在孵",
    is_past=True,
)
tenants_financed = housed(
    "tenants_financed", "获得投融资的在孵企业数", lambda period: _financed(period, last_year=False), "有股权融资到账"
)
tenants_financed_1y = housed(
    "tenants_financed_1y",
    "获得融资的在孵企业数",
    lambda period: _financed(period, last_year=True),
    "上一年有股权融资到账;债权融资未登记",
    is_past=True,
)
tenants_applied = housed(
    "tenants_applied",
    "已申请专利的在孵企业数",
    lambda period: _with_rights(period, _applied(period)),
    "申请日不晚于申报日",
)
tenants_with_rights = housed(
    "tenants_with_rights",
    "拥有有效知识产权的在孵企业数",
    lambda period: _with_rights(
        period,
        Q(legal_status=IntellectualProperty.Legal.VALID, granted_on__lte=period.filing_on),
    ),
    "有效、申报日前已授权",
)
tenants_growing = housed(
    "tenants_growing",
    "营业收入或研发费用增长达标的在孵企业数",
    _growing,
    "上年数大于零才计增长,基数为零的不计,口径待核实",
)
graduates = housed(
    "graduates",
    "累计毕业企业数(入驻台账)",
    lambda period: Q(left_reason=Tenancy.Reason.GRADUATED, left_on__lte=period.filing_on),
    "退出原因为毕业",
)

tenants_invested = fact(
    "tenants_invested", "载体自有或合作资金已实缴投资的在孵企业数", Kind.COUNT, "家", by_expert=True
)
is_professional = fact("is_professional", "按专业孵化器申报", Kind.FLAG, by_expert=True)
tenants_one_field = fact("tenants_one_field", "同一领域在孵企业数", Kind.COUNT, "家", by_expert=True)
has_platform = fact("has_public_platform", "具备公共技术服务平台", Kind.FLAG, by_expert=True)
teams_confirmed = fact("teams_confirmed", "含未注册团队后入驻团队和企业达标", Kind.FLAG, by_expert=True)
typical_cases = fact(
    "typical_cases_1y", "上一年典型孵化案例数", Kind.COUNT, "个", by_expert=True, period=LAST, is_past=True
)

OPERATE = Lever(label="继续运营", unit="个月", moves={"months_operated": 1})
"""Time alone."""
