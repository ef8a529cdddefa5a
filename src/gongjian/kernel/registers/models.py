"""Bookkeeping of all registers: stage moves with their two dates, and import batches."""

from __future__ import annotations

from django.db import models

from gongjian.kernel.evidence.models import StoredFile
from gongjian.kernel.people.models import Officer


class StageMove(models.Model):
    """阶段变动: an entry reached a stage. `happened_on` is when it was so, `recorded_at` when it was known here.

    A move is never changed; a wrong one is withdrawn, so that what was known on a past day can still be told.
    """

    register = models.CharField("台账", max_length=40)
    entry_id = models.BigIntegerField("记录编号")
    stage = models.CharField("阶段", max_length=40)
    happened_on = models.DateField("发生日期")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    note = models.CharField("说明", max_length=300, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdrawn_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", verbose_name="撤回人")

    class Meta:
        verbose_name = "阶段变动"
        ordering = ("happened_on", "id")
        indexes = [
            models.Index(fields=["register", "stage", "happened_on"], name="move_stage"),
            models.Index(fields=["register", "entry_id"], name="move_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.entry_id} {self.stage} {self.happened_on}"


class ImportBatch(models.Model):
    """导入批次: one sheet taken into one register."""

    register = models.CharField("台账", max_length=40)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, verbose_name="文件")
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name="导入人")
    at = models.DateTimeField("导入时间")
    created = models.PositiveIntegerField("新增行", default=0)
    changed = models.PositiveIntegerField("修改行", default=0)
    unchanged = models.PositiveIntegerField("未变行", default=0)
    refused = models.PositiveIntegerField("退回行", default=0)

    class Meta:
        verbose_name = "导入批次"
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.register} {self.at:%Y-%m-%d}"
