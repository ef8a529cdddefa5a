"""企业: every enterprise of the zone, known by its unified social credit code (GB 32100)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from gongjian.ground import credit_code, industries, likeness
from gongjian.ground.amounts import day, flag
from gongjian.kernel.registers.declare import Panel, register
from gongjian.kernel.registers.entry import Entry
from gongjian.kernel.registers.parse import NOTHING

LISTED = ("listed", "neeq")
"""States in which shares have a board and a code."""
LACKING = "缺统一社会信用代码,目前按企业名称识别,请查询后补上。"


@register(
    "enterprise",
    key=("credit_code",),
    or_key="name",
    filters=("industry", "status", "is_above_scale", "size", "park", "listing_state", "unit__name"),
    leads="name",
    columns=("name", "credit_code", "industry", "status", "is_above_scale", "established_on", "address", "unit"),
    search=("name", "credit_code", "former_names"),
    sort=("name",),
    ranges=("established_on", "above_scale_since", "registered_capital"),
    lookups=("credit_code", "name"),
    synonyms={
        "credit_code": ("信用代码", "社会信用代码", "统一信用代码", "纳税人识别号", "统一代码", "机构代码"),
        "name": ("企业名", "单位名称", "公司名称", "企业", "单位详细名称", "纳税人名称", "市场主体名称"),
        "former_names": ("原名称", "曾用名称", "更名前名称"),
        "industry": ("所属行业", "行业类别", "行业大类", "行业名称"),
        "industry_code": ("行业分类代码", "国民经济行业代码", "行业小类代码"),
        "status": ("经营状态", "企业状态", "主体状态"),
        "closed_on": ("注销日期", "吊销日期", "核准注销日期"),
        "established_on": ("成立时间", "注册日期", "成立日期", "注册时间", "开业日期"),
        "registered_capital": ("注册资本", "注册资金", "认缴出资额"),
        "legal_representative": ("法人", "法人代表", "法定代表人姓名", "负责人", "企业法人"),
        "staff": ("从业人数", "从业人员", "员工人数", "职工数", "用工人数"),
        "size": ("规模", "企业类型(规模)", "单位规模"),
        "is_above_scale": ("是否规上", "规上", "规上工业企业", "是否纳统"),
        "above_scale_since": ("入库时间", "入规时间", "入统时间", "纳统时间"),
        "address": ("住所", "注册地址", "经营地址", "企业地址", "详细地址"),
        "park": ("园区", "所属园区", "片区", "所在片区", "功能区"),
        "phone": ("电话", "手机", "手机号码", "联系方式", "联系人电话"),
        "contact": ("联络人", "企业联系人", "填报人"),
        "stock_code": ("证券代码",),
        "listing_state": ("上市情况", "挂牌情况", "上市挂牌情况"),
        "leading_product": ("主导产品", "主要产品", "主营产品"),
    },
    masked=("phone",),
    alike=("credit_code", "name", "phone", "address"),
    sections={
        "登记信息": (
            "credit_code", "name", "former_names", "status", "closed_on", "established_on", "registered_capital",
            "legal_representative", "industry_code", "industry",
        ),
        "位置": ("park", "address", "longitude", "latitude"),
        "规模与上市": (
            "size", "staff", "is_above_scale", "above_scale_since",
            "listing_state", "listing_board", "stock_code", "listed_on",
        ),
        "主导产品": ("leading_product", "segment_since", "is_strategic", "is_key_chain", "tech_field_code"),
        "信用": (
            "is_abnormal", "abnormal_since", "abnormal_until", "is_dishonest", "dishonest_since", "dishonest_until",
        ),
        "联系与责任单位": ("contact", "phone", "unit"),
    },
    depends={
        "closed_on": ("status", ("cancelled", "revoked", "moved")),
        "above_scale_since": ("is_above_scale", (True,)),
        "listing_board": ("listing_state", LISTED),
        "stock_code": ("listing_state", LISTED),
        "listed_on": ("listing_state", LISTED),
    },
    inlines=("contact",),
    panels=(
        Panel(related="recognition", columns=("kind", "level", "grade"), fields=(
            "credit_code", "industry", "status", "size", "listing_state", "is_above_scale", "is_abnormal",
            "is_dishonest", "unit",
        )),
        Panel(title="登记信息", fields=(
            "credit_code", "name", "former_names", "status", "closed_on", "established_on", "registered_capital",
            "legal_representative", "industry_code", "industry",
        )),
        Panel(title="位置与联系", fields=("park", "address", "longitude", "latitude", "contact", "phone")),
        Panel(title="规模与信用", fields=(
            "size", "staff", "is_above_scale", "above_scale_since", "listing_state", "listing_board", "stock_code",
            "listed_on", "is_abnormal", "abnormal_since", "abnormal_until", "is_dishonest", "dishonest_since",
            "dishonest_until",
        )),
        Panel(title="主导产品", fields=(
            "leading_product", "segment_since", "is_strategic", "is_key_chain", "tech_field_code",
        )),
        Panel(title="历年数据", related="annual-return", most=5, columns=(
            "year", "sales", "main_revenue", "rd_total", "hightech_income", "net_assets_end", "staff_avg",
            "tech_staff_avg",
        ), series=("sales", "rd_total", "hightech_income", "staff_avg")),
        Panel(title="月度数据", related="monthly-figure", most=6, columns=(
            "month", "output_value", "invoice_sales", "tax_paid", "staff_end",
        ), series=("output_value", "invoice_sales", "tax_paid", "staff_end")),
        Panel(title="资质认定", related="recognition"),
        Panel(title="知识产权", related="intellectual-property"),
        Panel(title="成果转化", related="conversion"),
        Panel(title="参编标准", related="standard-drafting"),
        Panel(title="科技奖励", related="award"),
        Panel(title="高企申报", related="high-tech"),
        Panel(title="研发平台", related="platform"),
        Panel(title="技改项目", related="upgrade"),
        Panel(title="重大项目", related="project"),
        Panel(title="入驻载体", related="tenancy"),
        Panel(title="股权融资", related="financing"),
        Panel(title="诉求", related="demand"),
        Panel(title="安全质量环境事件", related="incident"),
        Panel(title="行政处罚", related="penalty"),
        Panel(title="其他联系人", related="contact"),
    ),
)  # fmt: skip
class Enterprise(Entry):
    """One enterprise. A wrong check digit is warned of, never refused: real companies have them."""

    class Status(models.TextChoices):
        ACTIVE = "active", "存续"
        CANCELLED = "cancelled", "注销"
        REVOKED = "revoked", "吊销"
        MOVED = "moved", "迁出"

    class Size(models.TextChoices):
        LARGE = "large", "大型"
        MEDIUM = "medium", "中型"
        SMALL = "small", "小型"
        MICRO = "micro", "微型"

    class Listing(models.TextChoices):
        NONE = "none", "未上市"
        TUTORED = "tutored", "上市辅导"
        FILED = "filed", "已申报"
        LISTED = "listed", "已上市"
        NEEQ = "neeq", "新三板挂牌"
        DELISTED = "delisted", "已退市"

    class Board(models.TextChoices):
        SH_MAIN = "sh-main", "上交所主板"
        STAR = "star", "科创板"
        SZ_MAIN = "sz-main", "深交所主板"
        CHINEXT = "chinext", "创业板"
        BEIJING = "beijing", "北交所"
        HONG_KONG = "hong-kong", "港交所"
        NEEQ = "neeq", "全国股转系统"
        ABROAD = "abroad", "其他境外"

    credit_code = models.CharField(
        "统一社会信用代码",
        max_length=18,
        null=True,
        blank=True,
        help_text="18位,照营业执照填写;校验码不符只提示;尚不掌握的先空着,按企业名称识别",
    )
    name = models.CharField("企业名称", max_length=120)
    former_names = models.TextField("曾用名", blank=True, help_text="一行一个,查询和查重时一并比对")
    industry = models.CharField("行业", max_length=60, blank=True, help_text="GB/T 4754 大类")
    industry_code = models.CharField(
        "行业代码", max_length=8, blank=True, help_text="GB/T 4754-2017,前两位是大类,如17、1713或C1713"
    )
    status = models.CharField("登记状态", max_length=10, choices=Status.choices, default=Status.ACTIVE)
    closed_on = day("注销吊销日期", help_text="注销、吊销或迁出的核准日期")
    established_on = models.DateField("成立日期", null=True, blank=True)
    registered_capital = models.DecimalField("注册资本(万元)", max_digits=18, decimal_places=4, null=True, blank=True)
    legal_representative = models.CharField("法定代表人", max_length=40, blank=True)
    park = models.CharField("所在园区", max_length=60, blank=True, help_text="开发区内的园中园、片区或集中区")
    address = models.CharField("地址", max_length=200, blank=True)
    longitude = models.DecimalField(
        "经度(度)",
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(73), MaxValueValidator(136)],
        help_text="WGS84坐标(与CGCS2000相差不足0.1米);地图软件上取到的多为GCJ-02,须先换算",
    )
    latitude = models.DecimalField(
        "纬度(度)",
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(3), MaxValueValidator(54)],
        help_text="WGS84坐标,同经度",
    )
    size = models.CharField(
        "企业规模",
        max_length=8,
        choices=Size.choices,
        blank=True,
        help_text="按中小企业划型标准规定(工信部联企业〔2011〕300号)由企业自行对照,系统不测算",
    )
    staff = models.PositiveIntegerField(
        "职工人数", null=True, blank=True, help_text="最近掌握的人数;按标准测算时用企业年度数据里的职工数"
    )
    is_above_scale = models.BooleanField(
        "规上企业", null=True, blank=True, help_text="规模以上工业:年主营业务收入2000万元及以上(国家统计局,2011年起)"
    )
    above_scale_since = models.DateField("纳统日期", null=True, blank=True)
    listing_state = models.CharField("上市状态", max_length=8, choices=Listing.choices, blank=True)
    listing_board = models.CharField("上市板块", max_length=10, choices=Board.choices, blank=True)
    stock_code = models.CharField("股票代码", max_length=12, blank=True)
    listed_on = day("上市日期")
    leading_product = models.CharField("主导产品名称", max_length=120, blank=True)
    segment_since = day("从事细分市场起始日", help_text="专精特新要求从事特定细分市场3年以上(工信部企业〔2026〕2号)")
    is_strategic = flag("主导产品属战略性新兴产业", help_text="对照国家统计局《战略性新兴产业分类》")
    is_key_chain = flag("主导产品属六基或关键链条", help_text="小巨人第六项条件(工信部企业〔2026〕2号附件2)")
    tech_field_code = models.CharField(
        "高新领域末级代码", max_length=20, blank=True, help_text="《国家重点支持的高新技术领域》八大领域的末级"
    )
    is_abnormal = flag("列入经营异常名录")
    abnormal_since = day("列入经营异常日期")
    abnormal_until = day("移出经营异常日期")
    is_dishonest = flag("列入严重违法失信名单")
    dishonest_since = day("列入严重违法失信日期")
    dishonest_until = day("移出严重违法失信日期")
    contact = models.CharField("联系人", max_length=40, blank=True, help_text="主要联系人;其他联系人另行登记")
    phone = models.CharField("联系电话", max_length=20, blank=True)

    class Meta:
        verbose_name = "企业"

    def __str__(self) -> str:
        return self.name

    def warnings(self) -> list[str]:
        found = [
            credit_code.fault(self.credit_code) if self.credit_code else LACKING,
            industries.fault(code=self.industry_code, name=self.industry),
        ]
        if self.closed_on and self.established_on and self.closed_on < self.established_on:
            found.append(f"注销吊销日期{self.closed_on}早于成立日期{self.established_on},请核对。")
        if self.is_abnormal is False and self.abnormal_since and not self.abnormal_until:
            found.append("登记为未列入经营异常名录,却填了列入日期而没有移出日期,请核对。")
        if self.is_dishonest is False and self.dishonest_since and not self.dishonest_until:
            found.append("登记为未列入严重违法失信名单,却填了列入日期而没有移出日期,请核对。")
        return [fault for fault in found if fault]

    def assured(self) -> dict[str, str]:
        return {"credit_code": "校验码相符"} if credit_code.is_valid(self.credit_code or "") else {}

    @classmethod
    def tidied(cls, name: str, text: str) -> str:
        if name == "credit_code":
            return credit_code.normalise(text)
        if name == "industry_code":
            return industries.normalise(text)
        if name == "former_names":
            parts = (part for line in text.splitlines() if (part := line.strip()).casefold() not in NOTHING)
            return "\n".join(dict.fromkeys(parts))
        return text

    @classmethod
    def alike_key(cls, name: str, value: str) -> str:
        if name == "credit_code":
            return credit_code.untwisted(credit_code.normalise(value))
        told = {"name": likeness.company, "address": likeness.address, "phone": likeness.phone}.get(name)
        return told(value) if told is not None else super().alike_key(name, value)
