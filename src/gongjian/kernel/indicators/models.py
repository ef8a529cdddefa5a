"""Stored standings: what was known on a day, kept for ever and never overwritten."""

from __future__ import annotations

from django.db import models

from gongjian.kernel.plan.models import Commitment


class StoredStanding(models.Model):
    """态势: one commitment on one day as it was known at `known_at`."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="standings", verbose_name="承诺")
    as_of = models.DateField("数据截至")
    known_at = models.DateTimeField("认知时间")
    actual = models.DecimalField("实际", max_digits=24, decimal_places=6, null=True)
    verified = models.DecimalField("已核实", max_digits=24, decimal_places=6, null=True)
    expected = models.DecimalField("应达", max_digits=24, decimal_places=6, null=True)
    target = models.DecimalField("目标", max_digits=24, decimal_places=6, null=True)
    verdict = models.CharField("态势", max_length=12)
    source = models.CharField("来源", max_length=60, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "态势"
        ordering = ("commitment", "as_of", "known_at")
        constraints = [models.UniqueConstraint(fields=["commitment", "as_of", "known_at"], name="standing_known_once")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.as_of} {self.verdict}"
