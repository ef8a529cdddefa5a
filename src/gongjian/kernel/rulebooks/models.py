"""Kept verdicts: what each rulebook came to for each subject, from when until when; and what officers decided otherwise."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongjian.kernel.evidence.models import Evidence
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
