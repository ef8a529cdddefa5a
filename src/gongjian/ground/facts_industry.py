"""产业事实: what smart factories, scale, cloud stars and benchmark factories ask besides the facts of every enterprise.

What no register records (main revenue of the current year, results of self-assessments, the counts of the benchmark
factory's abilities) is given by a named officer's diagnosis.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from gongjian.ground.facts import Yearly, fact, last_year, recorded, title
from gongjian.ground.incidents import Incident
from gongjian.ground.recognitions import Recognition
from gongjian.kernel.rulebooks.facts import Kind, Source
from gongjian.kernel.rulebooks.period import Period
from gongjian.kernel.rulebooks.terms import Fact

is_above_scale = recorded("is_above_scale", "规上企业", Kind.FLAG)
is_industrial = fact(
    "is_industrial",
    "工业企业",
    Kind.FLAG,
    source=Source(
        register="enterprise",
        column="industry_code",
        measure="any",
        where=Q(industry_code__gte="06", industry_code__lt="47"),
        note="行业代码在GB/T 4754-2017的06至46大类(采矿、制造、电热燃水);未填行业代码的为缺数据",
    ),
)


def _month(day_in: Period) -> Q:
    """The months that are over on the day of filing."""
    return Q(month__lte=day_in.filing_on.replace(day=1) - timedelta(days=1))


def _this_year(period: Period) -> Q:
    return _month(period) & Q(month__year=period.filing_on.year)


def _twelve_months(period: Period) -> Q:
    first = period.filing_on.replace(day=1)
    return _month(period) & Q(month__gte=first.replace(year=first.year - 1))


def invoiced(name: str, label: str, where: object, *, least: int, note: str) -> Fact:
    """Invoiced sales of several months."""
    source = Source(
        register="monthly-figure", column="invoice_sales", measure="sum", where=where, least=least, note=note
    )
    return fact(name, label, Kind.MONEY, "万元", source=source)


invoiced_12m = invoiced(
    "invoice_sales_12m",
    "近十二个月开票销售",
    _twelve_months,
    least=12,
    note="申报月之前的十二个整月合计,少报一个月即为缺数据",
)
invoiced_ytd = invoiced(
    "invoice_sales_ytd", "本年累计开票销售", _this_year, least=1, note="本年已过各月合计,一个月也没有报的为缺数据"
)
main_revenue_ytd = fact("main_revenue_ytd", "本年累计主营业务收入", Kind.MONEY, "万元", by_expert=True)
is_new_plant = fact("is_new_plant", "本年新建投产", Kind.FLAG, by_expert=True)

maturity_level = last_year("cmmm_level", "智能制造成熟度等级", Kind.COUNT, "级")
maturity_score = last_year("cmmm_score", "智能制造成熟度得分", Kind.QUANTITY, "分")
dt_selftest = last_year("dt_selftest", "数字化转型自测得分", Kind.QUANTITY, "分")


def _running(period: Period) -> Q:
    return Q(running_since=None) | Q(running_since__lte=period.filing_on)


scenes = fact(
    "scenes",
    "已建成的典型场景数",
    Kind.COUNT,
    "个",
    source=Source(register="scene", measure="count", where=_running, note="申报日已投用或未填投用日期的场景"),
)


def segment(name: str, segment_label: str) -> Fact:
    """Whether a segment has a scene."""
    return fact(
        name,
        f"{segment_label}环节有典型场景",
        Kind.FLAG,
        source=Source(
            register="scene",
            measure="any",
            where=lambda period: _running(period) & Q(segment__contains=segment_label),
            note=f"所属环节为{segment_label}",
        ),
    )


scene_production = segment("scene_production", "生产作业")
scene_management = segment("scene_management", "生产管理")
scene_operation = segment("scene_operation", "运营管理")


def smart(name: str, label: str, *grades: str) -> Fact:
    """Whether the enterprise holds one of these grades of smart factory."""
    return title(name, label, Q(kind=Recognition.Kind.SMART_FACTORY, grade__in=grades), "更高等级视同具备;申报日有效")


smart_advanced = smart("smart_advanced", "先进级及以上智能工厂", "advanced", "excellent", "leading")
smart_excellent = smart("smart_excellent", "卓越级及以上智能工厂", "excellent", "leading")
smart_legacy = title(
    "smart_legacy",
    "原省级智能工厂",
    Q(kind=Recognition.Kind.SMART_FACTORY, grade="", valid_from__lt=date(2025, 1, 1)),
    "2025年以前认定的省级智能工厂,登记时等级不填",
)


def accidents(name: str, label: str, *levels: str, note: str) -> Fact:
    """A count of accidents of the last three years."""
    return fact(
        name,
        label,
        Kind.COUNT,
        "起",
        source=Source(
            register="incident",
            measure="count",
            where=lambda period: Q(
                happened_on__gte=period.years_before(3),
                happened_on__lte=period.filing_on,
                kind__in=(Incident.Kind.SAFETY, Incident.Kind.ENVIRONMENT, Incident.Kind.QUALITY),
                level__in=levels,
            ),
            note=note,
        ),
    )


larger_accidents_3y = accidents(
    "larger_accidents_3y",
    "近三年较大及以上安全、环境、质量事故",
    "larger",
    "major",
    "severe",
    "serious",
    note="申报日前三年内,较大、重大、特别重大和严重违法",
)
major_accidents_3y = accidents(
    "major_accidents_3y",
    "近三年重大及以上安全、环境、质量事故",
    "major",
    "severe",
    "serious",
    note="申报日前三年内,重大、特别重大和严重违法",
)
unweighed_accidents_3y = accidents(
    "unweighed_accidents_3y", "近三年未认定等级的安全、环境、质量事故", "", note="申报日前三年内,等级未填的"
)

finance_is_sound = fact("finance_is_sound", "近三年经营和财务状况良好", Kind.FLAG, by_expert=True)
equipment_is_secure = fact("equipment_is_secure", "关键装备和软件安全可控", Kind.FLAG, by_expert=True)
has_organisation = fact("has_smart_organisation", "有相应的组织机构和人才", Kind.FLAG, by_expert=True)
above_peers = fact("above_peers", "主要指标优于全省同行业平均", Kind.FLAG, by_expert=True)
is_legal_person = fact("is_provincial_legal_person", "江苏注册的独立法人", Kind.FLAG, by_expert=True)
rated_basic = fact("rated_basic", "已自评达到基础级", Kind.FLAG, by_expert=True)
rated_advanced = fact("rated_advanced", "已自评达到先进级", Kind.FLAG, by_expert=True)

STARS = ("star-3", "star-4", "star-5")


def stars(name: str, label: str, least: int) -> Fact:
    """Whether the enterprise holds this many stars or more."""
    return title(name, label, Q(kind=Recognition.Kind.CLOUD, grade__in=STARS[least - 3 :]))


star_3 = stars("cloud_star_3", "三星级及以上上云企业", 3)
star_4 = stars("cloud_star_4", "四星级及以上上云企业", 4)
star_5 = stars("cloud_star_5", "五星级上云企业", 5)
cloud_is_public = fact("cloud_is_public", "采用公有云部署", Kind.FLAG, by_expert=True)
cloud_is_known = fact("cloud_is_known", "采用公有云、私有云或混合云部署", Kind.FLAG, by_expert=True)
cloud_is_one_class = fact("cloud_is_one_class", "只申报一个星级类别", Kind.FLAG, by_expert=True)

benchmark_valid = title("benchmark_valid", "工业互联网标杆工厂", Q(kind=Recognition.Kind.BENCHMARK))
ii_investment = Yearly("ii_investment", "工业互联网平台与设备投入", Kind.MONEY, "万元")
has_integration_standard = fact("has_integration_standard", "通过两化融合管理体系贯标", Kind.FLAG, by_expert=True)
has_basic_abilities = fact("has_basic_abilities", "基础技术能力全部具备", Kind.FLAG, by_expert=True)
system_directions = fact("system_directions", "制造系统能力达到的方向数", Kind.COUNT, "个", by_expert=True)
system_indicators = fact("system_indicators", "制造系统能力达到的指标数", Kind.COUNT, "项", by_expert=True)
benchmark_directions = fact(
    "benchmark_directions", "企业标杆能力中指标全部达到的方向数", Kind.COUNT, "个", by_expert=True
)
mode_indicators = fact("mode_indicators", "所选业态模式达到的指标数", Kind.COUNT, "项", by_expert=True)
