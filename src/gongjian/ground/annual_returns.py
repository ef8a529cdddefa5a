"""企业年度数据: what an enterprise reports once a year; the figures that the official criteria are judged by.

Amounts are in 万元, exports and imports in 万美元, shares in percent. Each term names the document that defines it; one
word (销售收入, 营业收入, 总收入) never stands for another: criteria divide by different ones.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from gongjian.ground.amounts import day, money, quantity, whole
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.returns_judged import doubts, slips
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField

HTE = "国科发火〔2016〕195号"
STI = "国科发政〔2017〕115号"
SME = "工信部企业〔2026〕2号"
SME_2022 = "工信部企业〔2022〕63号附件2"


@register(
    "annual-return",
    key=("enterprise", "year"),
    filters=("year", "enterprise__industry", "unit__name", "report"),
    columns=(
        "enterprise", "year", "sales", "revenue", "main_revenue", "rd_total", "hightech_income", "total_income",
        "net_assets_end", "staff_avg", "tech_staff_avg", "report", "unit",
    ),
    search=("enterprise__name", "enterprise__credit_code"),
    sort=("-year", "enterprise__name"),
    ranges=("sales", "revenue"),
    synonyms={
        "enterprise": ("企业名称", "单位名称", "统一社会信用代码", "公司名称"),
        "year": ("年份", "会计年度", "所属年度", "所属期", "报告期"),
        "staff_avg": ("职工总数(月平均)", "全年月平均人数", "平均职工人数"),
        "tech_staff_avg": ("科技人员数(月平均)", "科技人员平均数", "全年月平均科技人员"),
        "staff_total": ("职工人数", "从业人员期末数", "从业人数"),
        "tech_staff": ("科技人员", "从事科技活动人员"),
        "sales": ("销售收入", "年销售收入", "销售额"),
        "revenue": ("营收", "营业收入合计", "主营业务收入和其他业务收入"),
        "main_revenue": ("主营收入", "主营业务收入合计"),
        "total_income": ("企业总收入", "收入总额减不征税收入"),
        "hightech_income": ("高新技术产品收入", "高品收入", "高新收入", "高新技术产品(服务)收入合计"),
        "net_profit": ("净利润额", "税后利润"),
        "digital_level": ("数字化水平", "数字化评测等级"),
        "rd_total": ("研发费用总额", "研究开发费用总额", "高企研发费用", "近一年研发费用"),
        "rd_domestic": ("境内研发费用", "中国境内研发费用", "在中国境内发生的研究开发费用"),
        "rd_outsourced_actual": ("委托外部研发费用", "委托外部研究开发费用", "委外研发"),
        "rd_other": ("研发其他费用", "其他相关费用"),
        "rd_expense": ("研发费用", "研发投入", "研究开发费用"),
        "rd_spend_stat": ("R&D经费支出", "研发经费支出", "R&D经费", "研究与试验发展经费"),
        "cost_expense_total": ("成本费用总额", "成本费用支出"),
        "total_assets": ("资产总计", "总资产", "年末资产总额"),
        "total_liabilities": ("负债合计", "总负债", "年末负债总额"),
        "net_assets_end": ("净资产", "所有者权益合计", "年末净资产额"),
        "export_total": ("出口额", "出口总值", "自营出口额"),
        "us_export": ("对美出口额", "出口美国"),
        "us_import": ("自美进口额", "美国进口"),
    },
    sections={
        "企业与年度": ("enterprise", "year", "source", "taken_on", "unit"),
        "人员": ("staff_avg", "tech_staff_avg", "staff_total", "tech_staff", "rd_fulltime", "rd_staff_total"),
        "收入": ("sales", "revenue", "main_revenue", "total_income", "hightech_income", "net_profit"),
        "研发": (
            "rd_total", "rd_domestic", "rd_outsourced_actual", "rd_other", "rd_expense", "rd_spend_stat",
            "rd_equipment_original", "rd_site_area", "ii_investment",
        ),
        "资产与成本": ("total_assets", "total_liabilities", "net_assets_end", "cost_expense_total"),
        "市场与评价": ("market_share_dom", "market_share_intl", "national_rank", "zjtx_score"),
        "智能制造与数字化": ("cmmm_level", "cmmm_score", "cmmm_method", "cmmm_on", "dt_selftest", "digital_level"),
        "进出口": ("export_total", "us_export", "us_import"),
    },
)  # fmt: skip
class AnnualReturn(Entry):
    """One enterprise's figures of one calendar year (its accounting year)."""

    class Level(models.IntegerChoices):
        PLANNED = 1, "一级(规划级)"
        NORMED = 2, "二级(规范级)"
        INTEGRATED = 3, "三级(集成级)"
        OPTIMISED = 4, "四级(优化级)"
        LEADING = 5, "五级(引领级)"

    class Method(models.TextChoices):
        SELF = "self", "自评"
        THIRD_PARTY = "third-party", "第三方评估"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="returns", verbose_name="企业")
    year = models.PositiveSmallIntegerField("年度")
    source = models.CharField(
        "数据来源", max_length=120, blank=True, help_text="审计报告、汇算清缴、火炬统计、企业自报等"
    )
    taken_on = day("取数日期")

    staff_avg = quantity(
        "全年月平均职工数", unit="人", help_text=f"含兼职、临时聘用满183天者;各月(月初+月末)÷2的平均({HTE},公式待核实)"
    )
    tech_staff_avg = quantity(
        "全年月平均科技人员数", unit="人", help_text=f"直接从事研发及其管理服务,累计实际工作183天以上({HTE})"
    )
    staff_total = quantity("职工总数", unit="人", help_text=f"科技型中小企业口径:含兼职、临时聘用满6个月者({STI})")
    tech_staff = quantity("科技人员数", unit="人", help_text=f"科技型中小企业口径,满6个月({STI})")
    rd_fulltime = whole("专职研发人员(人)", help_text="专职研究与试验发展人员(省级企业技术中心)")
    rd_staff_total = whole("科研人员(人)", help_text="工程研究中心口径的科研人员总数")

    sales = money("销售收入", help_text=f"主营业务收入+其他业务收入,与所得税年度申报表一致({HTE},待核实)")
    revenue = money("营业收入", help_text=f"利润表营业收入(优质中小企业口径,{SME})")
    main_revenue = money("主营业务收入", help_text=f"优质中小企业、规上工业口径({SME})")
    total_income = money("总收入", help_text=f"收入总额-不征税收入({HTE},待核实)")
    hightech_income = money("高新技术产品(服务)收入", help_text="占同期总收入不低于60%(国科发火〔2016〕32号)")
    net_profit = money("净利润", help_text=f"利润表净利润,亏损填负数({SME_2022})")

    rd_total = money("高企口径研发费用总额", help_text=f"研发费用辅助账合计,委托外部按实际发生额80%计({HTE})")
    rd_domestic = money("其中境内研发费用", help_text="不含委托境外;占比不低于60%(国科发火〔2016〕32号)")
    rd_outsourced_actual = money("委托外部研发实际发生额", help_text=f"填实际发生额,测算时自动按80%计({HTE})")
    rd_other = money("研发费用其中其他费用", help_text=f"不超过研发费用总额的20%({HTE};加计扣除口径为10%,勿混用)")
    rd_expense = money("财务口径研发费用", help_text=f"利润表研发费用(科技型中小企业、专精特新口径,{STI}、{SME})")
    rd_spend_stat = money("研究与试验发展经费支出", help_text="统计口径(107-1、107-2表),与其他两种口径不必相等")
    rd_equipment_original = money("技术开发仪器设备原值", help_text="省级企业技术中心条件,苏工信规〔2020〕1号")
    rd_site_area = quantity("研发场地面积", unit="平方米")
    ii_investment = money("工业互联网平台与设备投入", help_text="当年投入;标杆工厂看近三年合计(2022年通知,待核实)")

    total_assets = money("资产总额", help_text="年末数")
    total_liabilities = money("负债总额", help_text="年末数")
    net_assets_end = money("年末净资产", help_text=f"资产总额-负债总额,审计报告数({HTE})")
    cost_expense_total = money("成本费用支出总额", help_text=f"科技型中小企业研发投入的另一种分母({STI})")

    market_share_dom = quantity("国内细分市场占有率", unit="%", help_text=f"主导产品({SME})")
    market_share_intl = quantity("国际细分市场占有率", unit="%", help_text=f"主导产品({SME})")
    national_rank = whole("国内细分市场排名", help_text="第几名")
    zjtx_score = quantity("专精特新发展评价得分", unit="分", help_text="由优质中小企业梯度培育平台计算,照录")

    cmmm_level = models.PositiveSmallIntegerField(
        "智能制造成熟度等级", choices=Level.choices, null=True, blank=True, help_text="GB/T 39116-2020"
    )
    cmmm_score = quantity("智能制造成熟度得分", unit="分", help_text="GB/T 39117-2020,0至5分")
    cmmm_method = models.CharField("成熟度评估方式", max_length=12, choices=Method.choices, blank=True)
    cmmm_on = day("成熟度评估日期")
    dt_selftest = quantity("数字化转型自测得分", unit="分", help_text="江苏先进级智能工厂要求60分以上(2025年通知)")
    digital_level = models.PositiveSmallIntegerField(
        "数字化水平等级",
        choices=[(1, "一级"), (2, "二级"), (3, "三级"), (4, "四级")],
        null=True,
        blank=True,
        help_text=f"中小企业数字化水平评测结果({SME_2022})",
    )

    export_total = money("出口总额", unit="万美元", help_text="海关口径")
    us_export = money("对美出口", unit="万美元")
    us_import = money("自美进口", unit="万美元")
    report = EvidenceField("年度数据证明")

    class Meta:
        verbose_name = "企业年度数据"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.year}年"

    @property
    def rd_outsourced_counted(self) -> Decimal | None:
        """委托外部研发 as it counts for 高企: 80 % of the actual amount (万元)."""
        actual: Decimal | None = self.rd_outsourced_actual
        return None if actual is None else actual * Decimal("0.8")

    def warnings(self) -> list[str]:
        return [*doubts(self), *slips(self)]
