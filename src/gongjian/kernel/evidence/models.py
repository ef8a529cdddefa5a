"""Stored files by digest, and evidence: which file is to prove which thing, and in which of the four states it is."""

from __future__ import annotations

from django.db import models

from gongjian.kernel.people.models import Officer


class ProofState(models.TextChoices):
    """佐证状态: the four states of a value or a stage."""

    CLAIMED = "claimed", "自报"
    EVIDENCED = "evidenced", "有佐证"
    VERIFIED = "verified", "已核实"
    RETURNED = "returned", "退回"


class StoredFile(models.Model):
    """文件: one uploaded file, kept once under GONGJIAN_HOME/files by its SHA-256 (hex); `size` in bytes."""

    digest = models.CharField("摘要", max_length=64, unique=True)
    name = models.CharField("文件名", max_length=200)
    media = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小")
    stored_at = models.DateTimeField("存入时间")

    class Meta:
        verbose_name = "文件"

    def __str__(self) -> str:
        return self.name


class Evidence(models.Model):
    """One file offered as proof of one part of one thing.

    `subject_kind` is a register's name, or `reported` for a reported value; `part` is the evidence field's name.
    """

    subject_kind = models.CharField("对象类型", max_length=40)
    subject_id = models.BigIntegerField("对象编号")
    part = models.CharField("佐证项", max_length=40)
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="文件")
    name = models.CharField("文件名", max_length=200)
    state = models.CharField("状态", max_length=12, choices=ProofState.choices, default=ProofState.EVIDENCED)
    uploaded_by = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    judged_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", verbose_name="核实人")
    judged_at = models.DateTimeField("核实时间", null=True)
    reason = models.CharField("退回原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "佐证"
        ordering = ("-uploaded_at", "-id")
        indexes = [models.Index(fields=["subject_kind", "subject_id", "part"], name="evidence_subject")]

    def __str__(self) -> str:
        return self.name
