"""标准与奖励: standards that an enterprise helped to write, and science awards that it won."""

from __future__ import annotations

from django.db import models

from gongjian.ground.amounts import day
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField


@register(
    "standard-drafting",
    key=("enterprise", "number"),
    filters=("level",),
    columns=("enterprise", "number", "name", "level", "drafter_rank", "issued_on", "text", "unit"),
    search=("number", "name", "enterprise__name"),
    sort=("-issued_on", "number"),
    ranges=("issued_on",),
    synonyms={
        "enterprise": ("企业名称", "统一社会信用代码", "起草单位"),
        "number": ("标准编号", "标准代号"),
        "name": ("标准名称",),
        "level": ("标准类别", "标准级别"),
        "drafter_rank": ("起草排名", "排名"),
        "issued_on": ("发布时间", "实施日期"),
    },
)
class StandardDrafting(Entry):
    """One standard with one enterprise among its drafters."""

    class Level(models.TextChoices):
        INTERNATIONAL = "international", "国际标准"
        NATIONAL = "national", "国家标准"
        INDUSTRY = "industry", "行业标准"
        METHOD = "method", "检测方法或技术规范"
        LOCAL = "local", "地方标准"
        GROUP = "group", "团体标准"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="standards", verbose_name="企业")
    number = models.CharField("标准号", max_length=40, help_text="如GB/T 4754-2017")
    name = models.CharField("标准名称", max_length=200, blank=True)
    level = models.CharField("标准级别", max_length=16, choices=Level.choices, blank=True)
    drafter_rank = models.PositiveSmallIntegerField(
        "起草单位排序", null=True, blank=True, help_text="第几起草单位;“主导”按前五理解(国科发政〔2017〕115号,待核实)"
    )
    issued_on = day("发布日期")
    text = EvidenceField("标准文本")

    class Meta:
        verbose_name = "参编标准"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.number}"


@register(
    "award",
    key=("enterprise", "name", "awarded_on"),
    filters=("level",),
    columns=("enterprise", "name", "level", "place", "rank", "awarded_on", "certificate", "unit"),
    search=("name", "enterprise__name"),
    sort=("-awarded_on", "name"),
    ranges=("awarded_on",),
    synonyms={
        "enterprise": ("企业名称", "统一社会信用代码", "获奖单位"),
        "name": ("奖项名称", "获奖名称", "项目名称"),
        "level": ("奖励级别", "级别"),
        "place": ("等次", "奖励等级"),
        "rank": ("单位排名", "排名"),
        "awarded_on": ("获奖时间", "获奖日期"),
    },
)
class Award(Entry):
    """One science and technology award of one enterprise."""

    class Level(models.TextChoices):
        NATIONAL = "national", "国家级"
        PROVINCIAL = "provincial", "省部级"
        MUNICIPAL = "municipal", "市级"
        OTHER = "other", "其他"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="awards", verbose_name="企业")
    name = models.CharField("获奖名称", max_length=160)
    level = models.CharField("科技奖励级别", max_length=12, choices=Level.choices, blank=True)
    place = models.CharField("奖励等次", max_length=20, blank=True, help_text="特等奖、一等奖、二等奖等")
    rank = models.PositiveSmallIntegerField("获奖单位排名", null=True, blank=True)
    awarded_on = models.DateField("获奖日期")
    certificate = EvidenceField("获奖证书")

    class Meta:
        verbose_name = "科技奖励"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.name}"
