"""事件与处罚: accidents of safety, quality and environment, and penalties; criteria exclude firms for serious ones."""

from __future__ import annotations

from django.db import models

from gongjian.ground.amounts import day, flag, money
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField


@register(
    "incident",
    key=("enterprise", "happened_on", "kind"),
    filters=("kind", "level"),
    columns=("enterprise", "happened_on", "kind", "level", "name", "finding", "unit"),
    search=("name", "enterprise__name"),
    sort=("-happened_on", "enterprise__name"),
    ranges=("happened_on",),
    synonyms={
        "enterprise": ("企业名称", "统一社会信用代码", "事故单位"),
        "happened_on": ("事发时间", "发生时间", "事故日期"),
        "kind": ("类别", "事件类别"),
        "level": ("等级", "事故等级"),
        "name": ("事件简述", "事故名称", "内容"),
    },
)
class Incident(Entry):
    """One event of one kind on one day, with the level that the authority found."""

    class Kind(models.TextChoices):
        SAFETY = "safety", "生产安全"
        QUALITY = "quality", "质量"
        ENVIRONMENT = "environment", "环境"
        DATA = "data", "网络与数据安全"
        INTEGRITY = "integrity", "科研诚信"

    class Level(models.TextChoices):
        MINOR = "minor", "一般"
        LARGER = "larger", "较大"
        MAJOR = "major", "重大"
        SEVERE = "severe", "特别重大"
        SERIOUS = "serious", "严重违法"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="incidents", verbose_name="企业")
    happened_on = models.DateField("发生日期")
    kind = models.CharField("事件种类", max_length=12, choices=Kind.choices)
    level = models.CharField(
        "事件等级", max_length=10, choices=Level.choices, blank=True, help_text="以主管部门认定为准;未认定的不填"
    )
    name = models.CharField("事件概要", max_length=200, blank=True)
    finding = EvidenceField("认定文书")

    class Meta:
        verbose_name = "安全质量环境事件"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.happened_on} {self.get_kind_display()}"


@register(
    "penalty",
    key=("enterprise", "number"),
    filters=("kind", "is_serious", "authority"),
    columns=("enterprise", "number", "decided_on", "kind", "authority", "reason", "fine", "is_serious", "repaired_on"),
    search=("number", "enterprise__name", "reason"),
    sort=("-decided_on", "number"),
    ranges=("decided_on",),
    synonyms={
        "enterprise": ("企业名称", "统一社会信用代码", "行政相对人名称", "当事人"),
        "number": ("决定书文号", "行政处罚决定书文号", "文号"),
        "decided_on": ("处罚日期", "处罚决定日期", "作出决定日期"),
        "kind": ("处罚类别", "领域"),
        "authority": ("处罚机关", "作出处罚决定机关"),
        "reason": ("违法事实", "处罚事由"),
        "fine": ("罚款金额",),
    },
)
class Penalty(Entry):
    """One administrative penalty."""

    class Kind(models.TextChoices):
        ENVIRONMENT = "environment", "环境保护"
        SAFETY = "safety", "安全生产"
        QUALITY = "quality", "产品质量"
        TAX = "tax", "税务"
        LABOUR = "labour", "劳动保障"
        OTHER = "other", "其他"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="penalties", verbose_name="企业")
    number = models.CharField("处罚决定书文号", max_length=60)
    decided_on = models.DateField("决定日期")
    kind = models.CharField("处罚领域", max_length=12, choices=Kind.choices, blank=True)
    authority = models.CharField("决定机关", max_length=80, blank=True)
    reason = models.CharField("违法事由", max_length=300, blank=True)
    fine = money("罚款")
    is_serious = flag("情节严重", help_text="主管部门认定为严重违法的;省工程研究中心看近三年重大处罚(2023年通知)")
    repaired_on = day("信用修复日期")
    decision = EvidenceField("处罚决定书")

    class Meta:
        verbose_name = "行政处罚"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.number}"
