"""走访企业: every visit to an enterprise and what it asked for (扎实开展“亲商助企”大走访)."""

from __future__ import annotations

from django.db import models

from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.stages import Stage, StageField, Stages


@register("visit", key=("enterprise", "visited_on"), filters=("stage", "sort"), ranges=("visited_on",))
class Visit(Entry):
    """One visit."""

    class Steps(Stages):
        MADE = Stage("已走访", workdays=10)
        ANSWERED = Stage("已答复", needs=("reply",))

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, verbose_name="企业")
    visited_on = models.DateField("走访日期")
    sort = models.CharField("诉求类别", max_length=20, blank=True)
    demand = models.TextField("诉求内容", blank=True)
    stage = StageField("办理阶段", steps=Steps)
    reply = EvidenceField("答复材料")

    class Meta:
        verbose_name = "走访企业"
