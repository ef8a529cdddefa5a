"""科创项目: ventures in the zone's carriers, up to the city's recognition ("新增市认定科创项目81个")."""

from __future__ import annotations

from django.db import models

from gongjian.kernel.indicators.declare import count
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.stages import Stage, StageField, Stages


@register(
    "venture",
    key=("name",),
    filters=("stage", "carrier", "source", "unit__name"),
    columns=("name", "carrier", "source", "stage", "notice", "settled_on", "unit"),
    search=("name", "carrier"),
    ranges=("settled_on",),
    alike=("name",),
    synonyms={"name": ("项目", "科创项目"), "carrier": ("载体", "所在载体"), "stage": ("状态", "进度")},
)
class Venture(Entry):
    """One science-and-technology venture."""

    class Steps(Stages):
        SCOUTED = Stage("在谈")
        SETTLED = Stage("入驻在孵", workdays=60)
        FILED = Stage("已报市级")
        RECOGNISED = Stage("市级认定", needs=("notice",))
        LEFT = Stage("退出", ends=True)

    name = models.CharField("项目名称", max_length=120)
    carrier = models.CharField("孵化载体", max_length=60, blank=True)
    source = models.CharField("来源院校", max_length=60, blank=True)
    settled_on = models.DateField("入驻日期", null=True, blank=True)
    stage = StageField("阶段", steps=Steps)
    notice = EvidenceField("认定文件")
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "科创项目"

    def __str__(self) -> str:
        return self.name


recognised = count(
    "venture-recognised",
    Venture,
    reached=Venture.Steps.RECOGNISED,
    label="新增市认定科创项目",
    unit="个",
    answers=("市认定科创项目", "认定科创项目", "新增科创项目"),
)
