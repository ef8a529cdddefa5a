"""中小企业事实: what the gradient of small and medium enterprises asks besides the facts of every enterprise."""

from __future__ import annotations

from django.db.models import Q

from gongjian.ground.facts import (
    ASSESSED,
    CLASS_ONE,
    VALID,
    Yearly,
    fact,
    figure,
    graded,
    last_year,
    recorded,
    rights,
    title,
)
from gongjian.ground.incidents import Incident
from gongjian.ground.recognitions import Recognition
from gongjian.kernel.rulebooks.facts import Kind, Source
from gongjian.kernel.rulebooks.period import Period
from gongjian.kernel.rulebooks.terms import Fact, Lever

staff_total = last_year("staff_total", "职工总数", Kind.PEOPLE, "人")
tech_staff = last_year("tech_staff", "科技人员数", Kind.PEOPLE, "人")
total_assets = last_year("total_assets", "资产总额", Kind.MONEY, "万元")
total_liabilities = last_year("total_liabilities", "负债总额", Kind.MONEY, "万元")
cost_expense_total = last_year("cost_expense_total", "成本费用支出总额", Kind.MONEY, "万元")
rd_expense = Yearly("rd_expense", "研发费用", Kind.MONEY, "万元")

class1_valid = rights(
    "class1_valid",
    "有效的Ⅰ类知识产权数",
    lambda period: VALID & CLASS_ONE & Q(granted_on__lte=period.filing_on),
    "有效、已授权",
)
class2_valid = rights(
    "class2_valid",
    "有效的Ⅱ类知识产权数",
    lambda period: VALID & ~CLASS_ONE & Q(granted_on__lte=period.filing_on),
    "有效、已授权;不受高企只用一次的限制",
)

hte_valid = title("hte_valid", "有效期内高新技术企业", Q(kind=Recognition.Kind.HTE))
provincial_rd_org = title(
    "provincial_rd_org",
    "经认定的省部级以上研发机构",
    Q(kind__in=Recognition.RESEARCH, level__in=(Recognition.Level.NATIONAL, Recognition.Level.PROVINCIAL)),
    "国家级、省级技术中心、工程研究中心、工程技术研究中心等;省级是否计入各地做法不同,待核实",
)
is_abnormal = recorded("is_abnormal", "列入经营异常名录", Kind.FLAG)
is_dishonest = recorded("is_dishonest", "列入严重违法失信名单", Kind.FLAG)
is_resident = graded("is_resident", "境内注册的居民企业", Kind.FLAG)
not_prohibited = graded("not_prohibited", "产品和服务不属禁止、限制、淘汰类", Kind.FLAG)


def _serious(period: Period) -> Q:
    return Q(
        happened_on__year__gte=period.year(1),
        happened_on__lte=period.filing_on,
        level__in=(Incident.Level.MAJOR, Incident.Level.SEVERE, Incident.Level.SERIOUS),
    )


serious_2y = fact(
    "serious_2y",
    "上年度和当年度重大安全、质量事故,严重环境违法和科研严重失信",
    Kind.COUNT,
    "起",
    source=Source(register="incident", measure="count", where=_serious, note="上年1月1日至申报日"),
)
national_award_5y = fact(
    "national_award_5y",
    "近五年国家级科技奖励且排名前三",
    Kind.FLAG,
    source=Source(
        register="award",
        measure="any",
        where=lambda period: Q(
            level="national", rank__lte=3, awarded_on__gt=period.years_before(5), awarded_on__lte=period.filing_on
        ),
        note="自申报日往前满五年;按自然年还是满五年计各地理解不同",
    ),
)
led_standard_5y = fact(
    "led_standard_5y",
    "近五年主导制定国际、国家或行业标准",
    Kind.FLAG,
    source=Source(
        register="standard-drafting",
        measure="any",
        where=lambda period: Q(
            level__in=("international", "national", "industry"),
            drafter_rank__lte=figure("sti-sme", "led_rank", period),
            issued_on__gt=period.years_before(5),
            issued_on__lte=period.filing_on,
        ),
        note="“主导”按起草单位的名次理解,前几名见“科技型中小企业”的数值,待核实",
    ),
)
has_sti_number = title("has_sti_number", "已取得科技型中小企业入库登记编号", Q(kind=Recognition.Kind.STI_SME))

revenue = Yearly("revenue", "营业收入", Kind.MONEY, "万元")
main_revenue = Yearly("main_revenue", "主营业务收入", Kind.MONEY, "万元")
zjtx_score = Yearly("zjtx_score", "专精特新发展评价得分", Kind.QUANTITY, "分", years=2)
market_share_dom = last_year("market_share_dom", "国内细分市场占有率", Kind.QUANTITY, "%")
market_share_intl = last_year("market_share_intl", "国际细分市场占有率", Kind.QUANTITY, "%")
national_rank = last_year("national_rank", "国内细分市场排名", Kind.COUNT, "名")

size = recorded(
    "size",
    "企业规模",
    Kind.CHOICE,
    options=("micro", "small", "medium", "large"),
    labels=("微型", "小型", "中型", "大型"),
)
is_strategic = recorded("is_strategic", "主导产品属战略性新兴产业", Kind.FLAG)
is_key_chain = recorded("is_key_chain", "主导产品属六基或关键链条", Kind.FLAG)
net_profit = last_year("net_profit", "净利润", Kind.MONEY, "万元")
digital_level = last_year("digital_level", "数字化水平等级", Kind.COUNT, "级")


def institution(name: str, label: str, level: object) -> Fact:
    """Whether the enterprise has a research institution that was recognised at this level."""
    return title(name, label, Q(kind__in=Recognition.RESEARCH, level=level), "各类技术中心、工程研究中心和其他研发机构")


rd_org_national = institution("rd_org_national", "国家级研发机构", Recognition.Level.NATIONAL)
rd_org_municipal = institution("rd_org_municipal", "市级研发机构", Recognition.Level.MUNICIPAL)
rd_org_county = institution("rd_org_county", "县区级研发机构", Recognition.Level.COUNTY)


def _maker_china(period: Period) -> Q:
    day = period.filing_on
    in_force = Q(valid_until=None) | Q(valid_until__gte=day)
    return in_force & Q(item="maker_china_500", answer=True, assessed_on__lte=day)


maker_china_500 = fact(
    "maker_china_500",
    "“创客中国”大赛全国500强",
    Kind.FLAG,
    source=Source(
        register=ASSESSED,
        column="answer",
        measure="any",
        where=_maker_china,
        note="认定过且申报日有效;没有认定的按没有计",
    ),
)
segment_years = fact(
    "segment_years",
    "从事特定细分市场的年限",
    Kind.COUNT,
    "年",
    source=Source(register="enterprise", column="segment_since", measure="full_years", note="截至上年末的整年数"),
)


def _own_class1(period: Period) -> Q:
    """Ⅰ类 that counts here: granted, not bought, the enterprise among the first three right holders."""
    return (
        VALID
        & CLASS_ONE
        & Q(granted_on__lte=period.filing_on)
        & ~Q(acquisition__in=("bought", "given"))
        & (Q(owner_rank=None) | Q(owner_rank__lte=3))
    )


class1_own = rights(
    "class1_own",
    "与主导产品相关的Ⅰ类知识产权数(不含转让取得)",
    lambda period: _own_class1(period) & Q(supports_product=True),
    "有效、已授权、支持主要产品,企业为前三权利人;“实际应用并产生效益”由问诊认定",
)
class1_self = rights(
    "class1_self",
    "自主研发的Ⅰ类知识产权数",
    lambda period: VALID & CLASS_ONE & Q(granted_on__lte=period.filing_on, acquisition="self"),
    "有效、已授权",
)
class1_highvalue = rights(
    "class1_highvalue",
    "Ⅰ类高价值知识产权数",
    lambda period: (
        VALID
        & CLASS_ONE
        & Q(granted_on__lte=period.filing_on)
        & (
            Q(is_sei=True)
            | Q(has_overseas_family=True)
            | Q(applied_on__lt=period.years_before(10))
            | Q(pledge_amount__gt=0)
            | ~Q(award="")
        )
    ),
    "战新产业、海外同族、维持超过10年、质押融资、获奖之一;质押金额门槛未公布,登记了质押即计入,待核实",
)


def equity(years: int) -> Fact:
    """New equity of qualified institutions, paid in within the last years."""
    return fact(
        f"equity_new_{years}y",
        f"近{'一两三'[years - 1]}年新增股权融资(合格机构实缴)",
        Kind.MONEY,
        "万元",
        source=Source(
            register="financing",
            column="amount",
            measure="sum",
            where=lambda period: Q(
                is_qualified=True, paid_on__gt=period.years_before(years), paid_on__lte=period.filing_on
            ),
            note="合格机构投资者实缴到账;合格机构的定义待核实",
        ),
    )


equity_2y, equity_3y = equity(2), equity(3)


def award(name: str, label: str, *, years: int, levels: tuple[str, ...], rank: int) -> Fact:
    """Whether the enterprise won a science award of these levels, among the first `rank` units."""
    return fact(
        name,
        label,
        Kind.FLAG,
        source=Source(
            register="award",
            measure="any",
            where=lambda period: Q(
                level__in=levels,
                rank__lte=rank,
                awarded_on__gt=period.years_before(years),
                awarded_on__lte=period.filing_on,
            ),
            note=f"近{years}年,排名前{rank}",
        ),
    )


any_award_3y = award("any_award_3y", "近三年省部级以上科技奖励", years=3, levels=("national", "provincial"), rank=99)
award_3y = award("award_3y", "近三年省部级以上科技奖励且排名前三", years=3, levels=("national", "provincial"), rank=3)
national_award_3y = award("national_award_3y", "近三年国家级科技奖励且排名前三", years=3, levels=("national",), rank=3)
national_award5_3y = award(
    "national_award5_3y", "近三年国家级科技奖励且排名前五", years=3, levels=("national",), rank=5
)

model_valid = title(
    "model_valid",
    "国家技术创新示范企业或知识产权优势、示范企业",
    Q(kind__in=(Recognition.Kind.INNOVATION_MODEL, Recognition.Kind.IP_ADVANTAGE, Recognition.Kind.IP_MODEL)),
)
innovative_valid = title(
    "innovative_valid",
    "有效的科技和创新型(创新型)中小企业",
    Q(kind__in=(Recognition.Kind.STI_INNOVATIVE, Recognition.Kind.INNOVATIVE)),
    "合并后的科技和创新型标准发布前,创新型中小企业继续有效(2号文第三十条)",
)
zjtx_valid = title("zjtx_valid", "有效期内专精特新中小企业", Q(kind=Recognition.Kind.SPECIAL))
is_recheck = title("is_recheck", "已是专精特新中小企业(本次为复核)", Q(kind=Recognition.Kind.SPECIAL))
giant_recheck = title("giant_recheck", "已是专精特新小巨人企业(本次为复核)", Q(kind=Recognition.Kind.GIANT))
serious_3y = fact(
    "serious_3y",
    "近三年较大及以上安全事故、重大网络数据事件、严重质量和环境违法",
    Kind.COUNT,
    "起",
    source=Source(
        register="incident",
        measure="count",
        where=lambda period: (
            Q(happened_on__gt=period.years_before(3), happened_on__lte=period.filing_on) & ~Q(level__in=("", "minor"))
        ),
        note="近三年,一般等级和未认定等级的不计",
    ),
)

INJECT = Lever(
    label="增加净资产(增资或留存收益,负债不变)", unit="万元", step=Kind.MONEY.step, moves={"total_assets": 1}
)
GRANT = Lever(label="取得自主研发的Ⅰ类知识产权授权", unit="项", moves={"class1_own": 1})
