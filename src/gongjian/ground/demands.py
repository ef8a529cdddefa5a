"""企业诉求: what an enterprise asks the zone for, who answers it and by when ("建立需求清单、挂钩服务")."""

from __future__ import annotations

from django.db import models

from gongjian.ground.amounts import day
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.stages import Stage, StageField, Stages


@register(
    "demand",
    key=("enterprise", "raised_on", "title"),
    filters=("stage", "kind", "unit__name"),
    columns=("enterprise", "raised_on", "title", "kind", "responsible", "due_on", "stage", "reply", "unit"),
    search=("title", "enterprise__name", "responsible"),
    sort=("-raised_on", "enterprise__name"),
    ranges=("raised_on", "due_on"),
    synonyms={
        "enterprise": ("企业名称", "诉求企业", "统一社会信用代码"),
        "raised_on": ("提出时间", "诉求日期", "登记日期"),
        "title": ("诉求内容", "问题", "需求内容", "诉求事项"),
        "kind": ("诉求类型", "类别"),
        "responsible": ("责任人", "经办人", "挂钩干部"),
        "due_on": ("办理时限", "办结期限", "时限"),
        "stage": ("状态", "办理状态", "进度"),
    },
)
class Demand(Entry):
    """One demand of one enterprise."""

    class Kind(models.TextChoices):
        FINANCE = "finance", "融资"
        STAFF = "staff", "用工"
        LAND = "land", "用地厂房"
        POWER = "power", "水电气热"
        PERMIT = "permit", "审批"
        POLICY = "policy", "政策兑现"
        MARKET = "market", "市场订单"
        TRADE = "trade", "外贸"
        LOGISTICS = "logistics", "物流"
        OTHER = "other", "其他"

    class Steps(Stages):
        RAISED = Stage("已提出", workdays=2)
        ASSIGNED = Stage("已交办")
        ANSWERED = Stage("已答复", needs=("reply",))
        CLOSED = Stage("已办结", needs=("reply",))
        DECLINED = Stage("不予办理", ends=True)

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="demands", verbose_name="企业")
    raised_on = models.DateField("提出日期")
    title = models.CharField("诉求内容", max_length=200)
    kind = models.CharField("诉求类型", max_length=10, choices=Kind.choices, blank=True)
    responsible = models.CharField("责任人", max_length=40, blank=True)
    due_on = day("办理时限")
    stage = StageField("办理阶段", steps=Steps)
    reply = EvidenceField("答复材料")

    class Meta:
        verbose_name = "企业诉求"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.title}"

    def warnings(self) -> list[str]:
        if self.due_on and self.due_on < self.raised_on:
            return [f"办理时限{self.due_on}早于提出日期{self.raised_on},请核对。"]
        return []
