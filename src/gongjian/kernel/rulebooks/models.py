"""Kept verdicts: what each rulebook came to for each subject, from when until when; what officers decided; the zone's figures."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongjian.kernel.evidence.models import Evidence, StoredFile
from gongjian.kernel.people.models import Officer
from gongjian.kernel.rulebooks.states import State


class Judgement(models.Model):
    """One subject's verdict by one rulebook, as long as nothing in it changed; `until` is empty for the current one.

    `criteria`: state code by criterion; `gaps`: steps by gap; `alerts`: names of those that hold; `facts`: the facts in
    smallest units, so that two verdicts in a row say why the second differs; `effort`: how far it is from meeting what it
    does not meet (see effort.of).
    """

    rulebook = models.CharField("标准", max_length=40)
    edition = models.CharField("版本", max_length=40)
    entry = models.BigIntegerField("对象")
    state = models.PositiveSmallIntegerField("结论", choices=[(one.value, one.verdict) for one in State])
    least = models.SmallIntegerField("得分下限", null=True)
    most = models.SmallIntegerField("得分上限", null=True)
    effort = models.FloatField("工作量", null=True)
    criteria = models.JSONField("各项", default=dict)
    gaps = models.JSONField("缺口", default=dict)
    alerts = models.JSONField("提示", default=list)
    facts = models.JSONField("依据数据", default=dict)
    since = models.DateTimeField("自")
    until = models.DateTimeField("至", null=True)

    class Meta:
        verbose_name = "测算结论"
        constraints = [
            models.UniqueConstraint("rulebook", "entry", condition=Q(until=None), name="judgement_one_current"),
        ]
        indexes = [
            models.Index("entry", "rulebook", "since", name="judgement_entry"),
            models.Index("rulebook", "state", "effort", condition=Q(until=None), name="judgement_current"),
            models.Index("rulebook", "since", name="judgement_since"),
            models.Index("rulebook", "state", "entry", "until", condition=Q(until=None), name="judgement_verdict"),
        ]

    def __str__(self) -> str:
        return f"{self.rulebook} {self.entry} {State(self.state).verdict}"


class Watermark(models.Model):
    """Up to which line of a register's history a rulebook's verdicts are current, and as of which day."""

    rulebook = models.CharField("标准", max_length=40)
    register = models.CharField("台账", max_length=60)
    line = models.BigIntegerField("历史行", default=0)
    judged_on = models.DateField("测算日")

    class Meta:
        verbose_name = "测算进度"
        constraints = [models.UniqueConstraint("rulebook", "register", name="watermark_once")]

    def __str__(self) -> str:
        return f"{self.rulebook} {self.register} {self.line}"


class Override(models.Model):
    """An officer's decision on one criterion that differs from the judged state: with reason, evidence, and an end."""

    rulebook = models.CharField("标准", max_length=40)
    criterion = models.CharField("条件", max_length=60)
    entry = models.BigIntegerField("对象")
    state = models.PositiveSmallIntegerField(
        "认定为", choices=[(State.MET.value, "符合"), (State.UNMET.value, "不符合")]
    )
    reason = models.TextField("理由")
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+", verbose_name="佐证")
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name="认定人")
    at = models.DateTimeField("认定时间")
    expires_on = models.DateField("有效期至")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdrawn_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", verbose_name="撤回人")

    class Meta:
        verbose_name = "人工认定"
        indexes = [models.Index("rulebook", "entry", name="override_entry")]

    def __str__(self) -> str:
        return f"{self.rulebook} {self.criterion} {self.entry}"


class ZoneFigure(models.Model):
    """本区设定: one act on a figure, or on a window's dates in a year, that no official text sets; rows are only ever added.

    `values` are written as people write them ("1800", "5%"), one for each band; of a window `since` and `until` are its
    days. `about` is the setting that an act ends or withdraws. `number` counts the acts on one figure, so that of two at
    the same moment only one is kept.
    """

    class Sort(models.TextChoices):
        SET = "set", "设定"
        CONFIRMED = "confirmed", "核实"
        ENDED = "ended", "截止"
        WITHDRAWN = "withdrawn", "撤回"

    standard = models.CharField("标准", max_length=40)
    name = models.CharField("数值或窗口", max_length=80)
    year = models.PositiveSmallIntegerField("窗口年份", default=0)
    number = models.PositiveIntegerField("序号")
    sort = models.CharField("办理", max_length=12, choices=Sort.choices)
    values = models.JSONField("数值", default=list)
    since = models.DateField("自", null=True)
    until = models.DateField("至", null=True)
    source = models.CharField("依据", max_length=200, blank=True)
    reason = models.TextField("理由", blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="佐证")
    file_name = models.CharField("文件名", max_length=200, blank=True)
    about = models.ForeignKey("self", models.PROTECT, null=True, related_name="later", verbose_name="所指设定")
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("办理时间")

    class Meta:
        verbose_name = "本区设定"
        constraints = [
            models.UniqueConstraint("standard", "name", "year", "number", name="zone_figure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.standard} {self.name} {self.get_sort_display()}"
