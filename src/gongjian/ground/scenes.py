"""智能制造场景: the typical scenes that an enterprise has running, counted for smart factories."""

from __future__ import annotations

from django.db import models

from gongjian.ground.amounts import day
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField


@register(
    "scene",
    key=("enterprise", "code"),
    filters=("segment",),
    columns=("enterprise", "segment", "code", "name", "running_since", "record", "unit"),
    search=("name", "code", "enterprise__name"),
    sort=("enterprise__name", "code"),
    synonyms={
        "enterprise": ("企业名称", "统一社会信用代码"),
        "segment": ("环节",),
        "code": ("编号", "场景代码"),
        "running_since": ("投用时间", "建成时间"),
    },
)
class Scene(Entry):
    """One scene of the official guide (智能制造典型场景参考指引, 2025: 8 segments, 40 scenes) at one enterprise."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="scenes", verbose_name="企业")
    segment = models.CharField("所属环节", max_length=30, blank=True, help_text="照参考指引填写,如生产作业、生产管理")
    code = models.CharField("场景编号", max_length=12, help_text="照参考指引填写")
    name = models.CharField("场景名称", max_length=80, blank=True)
    running_since = day("投用日期")
    record = EvidenceField("场景证明")

    class Meta:
        verbose_name = "智能制造场景"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.name or self.code}"
