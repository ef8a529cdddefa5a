"""Reported values: one row per submission; a later submission for the same month supersedes, never overwrites."""

from __future__ import annotations

from django.db import models

from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.people.models import Officer
from gongjian.kernel.plan.models import Commitment


class Reported(models.Model):
    """填报值: what the owner unit says of one commitment for one month.

    `happened_on` is the day the figure speaks of (the month's end, or earlier), `recorded_at` when it was entered.
    `value` is in the commitment's unit (cumulative since January for quantities; the level for rates; the position for
    ranks; the number in range for bands). `done` lists the roster's names that are done. `reached` says that a
    milestone is finished, a band is held, or a duty was acted on.
    """

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="reports", verbose_name="承诺")
    month = models.DateField("月份", help_text="该月第一天")
    happened_on = models.DateField("数据截至")
    value = models.DecimalField("本年累计", max_digits=24, decimal_places=6, null=True, blank=True)
    reached = models.BooleanField("是否达成", null=True, blank=True)
    done = models.JSONField("已完成对象", default=list, blank=True)
    progress = models.TextField("进展情况", blank=True)
    state = models.CharField("状态", max_length=12, choices=ProofState.choices, default=ProofState.CLAIMED)
    recorded_at = models.DateTimeField("填报时间")
    reported_by = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name="填报人")
    superseded_at = models.DateTimeField("被更新时间", null=True)
    judged_at = models.DateTimeField("核实时间", null=True)
    judged_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", verbose_name="核实人")
    reason = models.CharField("退回原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "填报值"
        ordering = ("-month", "-recorded_at", "-id")
        indexes = [models.Index(fields=["commitment", "happened_on"], name="reported_on")]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "month"], condition=models.Q(superseded_at=None), name="reported_once_a_month"
            )
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.month:%Y-%m}"
