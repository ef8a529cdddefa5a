"""研发平台: provincial technology and engineering centres of enterprises ("4家企业入选省企业技术中心、2家入选省工程研究中心")."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.indicators.declare import count
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.stages import Stage, StageField, Stages


@register(
    "platform",
    key=("enterprise", "sort"),
    filters=("sort", "stage"),
    columns=("enterprise", "sort", "stage", "notice", "unit"),
    search=("enterprise__name",),
    sort=("sort", "enterprise__name"),
    synonyms={"enterprise": ("企业名称", "依托企业"), "sort": ("平台类型",), "stage": ("状态", "进度")},
)
class Platform(Entry):
    """One enterprise's research platform of one sort."""

    class Sort(models.TextChoices):
        TECHNOLOGY = "technology", "省企业技术中心"
        ENGINEERING = "engineering", "省工程研究中心"
        RESEARCH = "research", "省工程技术研究中心"

    class Steps(Stages):
        CULTIVATED = Stage("培育")
        FILED = Stage("已申报")
        SELECTED = Stage("已入选", needs=("notice",))
        FAILED = Stage("未入选", ends=True)

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="platforms", verbose_name="企业")
    sort = models.CharField("类型", max_length=12, choices=Sort.choices)
    stage = StageField("阶段", steps=Steps)
    notice = EvidenceField("入选文件")

    class Meta:
        verbose_name = "研发平台"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.get_sort_display()}"


technology = count(
    "technology-centres",
    Platform,
    reached=Platform.Steps.SELECTED,
    where=Q(sort=Platform.Sort.TECHNOLOGY),
    label="入选省企业技术中心",
    unit="家",
    answers=("省企业技术中心", "省级企业技术中心"),
)
engineering = count(
    "engineering-centres",
    Platform,
    reached=Platform.Steps.SELECTED,
    where=Q(sort=Platform.Sort.ENGINEERING),
    label="入选省工程研究中心",
    unit="家",
    answers=("省工程研究中心", "省级工程研究中心"),
)
