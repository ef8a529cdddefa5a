"""民生工程: public works, roads and clean-ups that the plan names, up to their acceptance."""

from __future__ import annotations

from django.db import models

from gongjian.kernel.indicators.declare import coverage, milestone
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.stages import Stage, StageField, Stages


@register(
    "works",
    key=("name",),
    filters=("stage", "sort"),
    columns=("name", "sort", "stage", "planned_on", "acceptance", "unit"),
    search=("name",),
    ranges=("planned_on",),
    alike=("name",),
    synonyms={"name": ("工程名称", "项目名称"), "stage": ("状态", "进度"), "sort": ("类别",)},
)
class Works(Entry):
    """One named work."""

    class Sort(models.TextChoices):
        ROAD = "road", "道路"
        WATER = "water", "水环境"
        FACILITY = "facility", "公共设施"
        CLEANUP = "cleanup", "清理整治"

    class Steps(Stages):
        APPROVED = Stage("已立项")
        BUILDING = Stage("施工中")
        DONE = Stage("已完工", needs=("acceptance",))
        ACCEPTED = Stage("已验收", needs=("acceptance",))

    name = models.CharField("名称", max_length=120)
    sort = models.CharField("类别", max_length=10, choices=Sort.choices, blank=True)
    planned_on = models.DateField("计划完工", null=True, blank=True)
    stage = StageField("阶段", steps=Steps)
    acceptance = EvidenceField("验收材料")

    class Meta:
        verbose_name = "民生工程"

    def __str__(self) -> str:
        return self.name


finished = coverage(
    "works-finished",
    Works,
    reached=Works.Steps.DONE,
    label="列名工程完工",
    answers=("道路建设", "民生工程", "集中整治", "专项整治", "污水治理", "工程推进", "水环境整治工程完成"),
)
completed = milestone(
    "works-completed",
    Works,
    reached=Works.Steps.DONE,
    label="工程完成",
    answers=("建设工程", "消防站", "清理整治"),
)
