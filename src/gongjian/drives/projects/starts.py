"""重大项目: major projects and their start ("确保……等重大项目开工建设"); a start without a permit is only claimed."""

from __future__ import annotations

from django.db import models

from gongjian.kernel.indicators.declare import count, coverage
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.stages import Stage, StageField, Stages


@register(
    "project",
    key=("name",),
    filters=("stage", "industry", "permit"),
    columns=("name", "industry", "total_investment", "planned_on", "stage", "permit", "agent", "unit"),
    search=("name", "agent"),
    synonyms={
        "name": ("项目", "重大项目"),
        "total_investment": ("总投资",),
        "stage": ("状态", "进度"),
        "agent": ("代办员",),
    },
)
class Start(Entry):
    """One major project."""

    class Steps(Stages):
        SIGNED = Stage("已签约")
        SITED = Stage("已供地")
        STARTED = Stage("已开工", needs=("permit",))
        ROOFED = Stage("主体封顶", needs=("permit",))
        PRODUCING = Stage("竣工投产", needs=("permit",))
        DROPPED = Stage("终止", ends=True)

    name = models.CharField("项目名称", max_length=120)
    industry = models.CharField("产业", max_length=40, blank=True)
    total_investment = models.DecimalField("总投资(万元)", max_digits=18, decimal_places=4, null=True, blank=True)
    planned_on = models.DateField("计划开工", null=True, blank=True)
    agent = models.CharField("红色代办员", max_length=40, blank=True)
    stage = StageField("阶段", steps=Steps)
    permit = EvidenceField("施工许可证")

    class Meta:
        verbose_name = "重大项目"

    def __str__(self) -> str:
        return self.name


started = coverage(
    "projects-started",
    Start,
    reached=Start.Steps.STARTED,
    label="列名重大项目开工",
    answers=("重大项目开工", "项目开工建设", "项目开工", "开工建设"),
)
starts = count(
    "project-starts",
    Start,
    reached=Start.Steps.STARTED,
    label="重大项目开工数",
    unit="个",
    answers=("重大项目开工", "新开工项目", "亿元以上项目开工"),
)
