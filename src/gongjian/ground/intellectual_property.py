"""知识产权: patents, copyrights and varieties of the zone's enterprises, and their conversion into products (成果转化)."""

from __future__ import annotations

from django.db import models

from gongjian.ground.amounts import day, flag, money
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField


@register(
    "intellectual-property",
    key=("number",),
    filters=("kind", "legal_status", "acquisition", "enterprise__industry"),
    columns=(
        "enterprise", "name", "number", "kind", "legal_status", "applied_on", "granted_on", "expires_on",
        "acquisition", "used_before_hte", "certificate", "unit",
    ),
    search=("name", "number", "enterprise__name"),
    sort=("enterprise__name", "-applied_on"),
    ranges=("applied_on", "granted_on"),
    lookups=("number", "name"),
    synonyms={
        "enterprise": ("企业名称", "权利人", "专利权人", "著作权人", "统一社会信用代码"),
        "name": ("专利名称", "名称", "软件名称", "发明名称"),
        "number": ("专利号", "登记号", "申请号", "授权号", "证书号", "专利申请号"),
        "kind": ("专利类型", "类型", "知识产权类别"),
        "applied_on": ("申请日期", "申请时间"),
        "granted_on": ("授权公告日", "授权日", "登记日期", "公告日"),
        "legal_status": ("状态", "专利状态"),
        "acquisition": ("取得方式", "获取方式"),
    },
    sections={
        "权利": (
            "enterprise", "name", "number", "kind", "legal_status", "applied_on", "granted_on", "expires_on",
            "acquisition", "owner_rank", "joint_owners", "unit",
        ),
        "高企认定": ("supports_product", "used_before_hte"),
        "高价值标志": ("is_sei", "has_overseas_family", "pledge_amount", "award"),
    },
)  # fmt: skip
class IntellectualProperty(Entry):
    """One right. Its class (Ⅰ类, Ⅱ类) follows from its kind, so that the two cannot contradict each other."""

    class Kind(models.TextChoices):
        INVENTION = "invention", "发明专利"
        DEFENCE = "defence", "国防专利"
        PLANT = "plant", "植物新品种"
        CROP = "crop", "国家级农作物品种"
        DRUG = "drug", "国家新药"
        MEDICINE = "medicine", "国家一级中药保护品种"
        LAYOUT = "layout", "集成电路布图设计专有权"
        UTILITY = "utility", "实用新型"
        DESIGN = "design", "外观设计"
        SOFTWARE = "software", "软件著作权"

    class Legal(models.TextChoices):
        PENDING = "pending", "申请中"
        VALID = "valid", "有效"
        EXPIRED = "expired", "届满"
        LAPSED = "lapsed", "终止"
        INVALID = "invalid", "宣告无效"
        SOLD = "sold", "已转出"

    class Acquisition(models.TextChoices):
        SELF = "self", "自主研发"
        BOUGHT = "bought", "受让"
        GIVEN = "given", "受赠"
        MERGED = "merged", "并购"

    CLASS_ONE = (Kind.INVENTION, Kind.DEFENCE, Kind.PLANT, Kind.CROP, Kind.DRUG, Kind.MEDICINE, Kind.LAYOUT)
    """Ⅰ类知识产权 (国科发火〔2016〕195号); every other kind here is Ⅱ类, trade marks are none."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="rights", verbose_name="企业")
    name = models.CharField("知识产权名称", max_length=200)
    number = models.CharField("专利号或登记号", max_length=40, help_text="共有的只登记在使用它申报的企业名下")
    kind = models.CharField("知识产权种类", max_length=12, choices=Kind.choices)
    legal_status = models.CharField("法律状态", max_length=10, choices=Legal.choices, default=Legal.VALID)
    applied_on = day("申请日", help_text="维持年限从申请日起算")
    granted_on = day("授权日期")
    expires_on = day("到期日期")
    acquisition = models.CharField("获得方式", max_length=8, choices=Acquisition.choices, blank=True)
    owner_rank = models.PositiveSmallIntegerField(
        "权利人排序", null=True, blank=True, help_text="本企业是第几权利人;专精特新要求前三(工信部企业〔2026〕2号)"
    )
    joint_owners = models.CharField("共有人", max_length=200, blank=True)
    supports_product = flag("支持主要产品", help_text="对主要产品(服务)在技术上发挥核心支持作用,由问诊认定")
    used_before_hte = flag("曾用于高企认定", help_text="Ⅱ类只能用一次,Ⅰ类可重复用(待核实)")
    is_sei = flag("属战略性新兴产业")
    has_overseas_family = flag("有海外同族专利权", help_text="已授权的;只有PCT申请的不算")
    pledge_amount = money("质押融资金额")
    award = models.CharField("专利获奖", max_length=80, blank=True, help_text="国家科学技术奖或中国专利奖")
    certificate = EvidenceField("权利证书")

    class Meta:
        verbose_name = "知识产权"

    def __str__(self) -> str:
        return self.name

    @property
    def is_class_one(self) -> bool:
        """Whether it is Ⅰ类; else it is Ⅱ类."""
        return self.kind in self.CLASS_ONE

    def warnings(self) -> list[str]:
        found = []
        if self.applied_on and self.granted_on and self.granted_on < self.applied_on:
            found.append(f"授权日期{self.granted_on}早于申请日{self.applied_on},请核对。")
        if self.legal_status == self.Legal.VALID and self.applied_on and not self.granted_on:
            found.append("法律状态为有效,但没有授权日期;未授权的请改为“申请中”。")
        if self.granted_on and self.expires_on and self.expires_on <= self.granted_on:
            found.append(f"到期日期{self.expires_on}不晚于授权日期{self.granted_on},请核对。")
        if self.award and self.kind not in (self.Kind.INVENTION, self.Kind.DEFENCE):
            found.append("只有发明专利才能按获奖计为高价值发明专利,请核对种类。")
        return found

    @classmethod
    def tidied(cls, name: str, text: str) -> str:
        return "".join(text.split()).upper() if name == "number" else text


@register(
    "conversion",
    key=("enterprise", "year", "name"),
    filters=("year", "outcome"),
    columns=("enterprise", "year", "name", "outcome", "right", "proof", "unit"),
    search=("name", "enterprise__name"),
    sort=("-year", "enterprise__name", "name"),
    synonyms={
        "enterprise": ("企业名称", "统一社会信用代码"),
        "year": ("转化年度", "年份"),
        "name": ("科技成果名称", "转化项目"),
        "right": ("对应知识产权", "专利号", "知识产权"),
        "outcome": ("转化结果", "转化方式"),
    },
)
class Conversion(Entry):
    """One achievement converted in one year; however many products it became, it counts as one."""

    class Outcome(models.TextChoices):
        PRODUCT = "product", "产品"
        SERVICE = "service", "服务"
        PROCESS = "process", "工艺"
        SAMPLE = "sample", "样品样机"
        OTHER = "other", "其他"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="conversions", verbose_name="企业")
    year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("成果名称", max_length=200, help_text="同一成果转化为多个产品、在境内外分别转化的,只算一项")
    outcome = models.CharField("转化形式", max_length=10, choices=Outcome.choices, blank=True)
    right = models.ForeignKey(
        IntellectualProperty,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="conversions",
        verbose_name="依托知识产权",
    )
    proof = EvidenceField("转化证明")

    class Meta:
        verbose_name = "科技成果转化"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.name}"
