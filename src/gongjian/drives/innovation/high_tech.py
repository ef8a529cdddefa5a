"""高企申报: enterprises on their way to high-tech recognition ("确保完成144家高企申报")."""

from __future__ import annotations

from django.db import models

from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.indicators.declare import count
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.stages import Stage, StageField, Stages


@register(
    "high-tech",
    key=("enterprise", "year"),
    filters=("stage", "year", "enterprise__industry", "receipt"),
    columns=("enterprise", "year", "stage", "receipt", "batch", "unit"),
    ranges=("planned_on",),
    search=("enterprise__name", "enterprise__credit_code"),
    sort=("-year", "enterprise__name"),
    synonyms={"enterprise": ("企业名称", "申报企业", "统一社会信用代码"), "year": ("年度",), "stage": ("状态", "进度")},
    sections={"申报": ("enterprise", "year", "batch", "planned_on", "remark", "unit")},
)
class Application(Entry):
    """One enterprise's application in one year."""

    class Steps(Stages):
        SEEDED = Stage("入库培育", workdays=30)
        DIAGNOSED = Stage("问诊完成")
        FILED = Stage("已申报", needs=("receipt",))
        RECOGNISED = Stage("已认定", needs=("receipt",))
        FAILED = Stage("未通过", ends=True)

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="applications", verbose_name="企业")
    year = models.PositiveSmallIntegerField("申报年度")
    batch = models.CharField("申报批次", max_length=20, blank=True)
    planned_on = models.DateField(
        "拟申报日期", null=True, blank=True, help_text="成立满365天、申报前一年内无重大事件都按这一天算"
    )
    stage = StageField("阶段", steps=Steps)
    receipt = EvidenceField("申报回执")
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "高企申报"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.year}年高企申报"


filed = count(
    "high-tech-filed",
    Application,
    reached=Application.Steps.FILED,
    label="高企申报数",
    unit="家",
    answers=("高企申报", "高新技术企业申报", "申报高新技术企业"),
)
recognised = count(
    "high-tech-recognised",
    Application,
    reached=Application.Steps.RECOGNISED,
    label="高企认定数",
    unit="家",
    answers=("高企认定", "新认定高新技术企业", "认定高新技术企业"),
)
