"""工作要点 and its commitments: the text byte for byte, passages as spans of it, promises with owner and target."""

from __future__ import annotations

from datetime import date

from django.db import models
from simple_history.models import HistoricalRecords

from gongjian.kernel.evidence.models import StoredFile
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.plan.proposal import KIND_LABELS, MODALITY_LABELS, Comparator, Level, Modality


class Plan(models.Model):
    """工作要点: one version of one year's document; `text` is exactly what the inlet read, `digest` the source file's."""

    class State(models.TextChoices):
        REVIEW = "review", "审阅中"
        ACTIVE = "active", "已启用"
        CONSULTATION = "consultation", "征求意见"
        SIGNED = "signed", "已签发"
        SUPERSEDED = "superseded", "已被新版取代"

    year = models.PositiveSmallIntegerField("年度")
    version = models.PositiveSmallIntegerField("版本", default=1)
    title = models.CharField("标题", max_length=120)
    state = models.CharField("状态", max_length=16, choices=State.choices, default=State.REVIEW)
    text = models.TextField("正文")
    digest = models.CharField("文件摘要", max_length=64, db_index=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, verbose_name="源文件")
    spots = models.JSONField("位置表", default=list, help_text="[[起点, 段, 页], ...]")
    notes = models.JSONField("读取说明", default=list)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="later", verbose_name="上一版"
    )
    issued_on = models.DateField("印发日期", null=True, blank=True)
    imported_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", verbose_name="导入人")
    imported_at = models.DateTimeField("导入时间")
    consultation_opened_at = models.DateTimeField("征求意见时间", null=True)
    consultation_due_on = models.DateField("反馈截止", null=True)
    signed_off_at = models.DateTimeField("签发时间", null=True)
    signed_off_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", verbose_name="签发人")

    class Meta:
        verbose_name = "工作要点"
        ordering = ("-year", "-version")
        constraints = [models.UniqueConstraint(fields=["year", "version"], name="plan_version")]

    def __str__(self) -> str:
        return self.title

    @property
    def since(self) -> date:
        """1 January of the plan year."""
        return date(self.year, 1, 1)

    @property
    def until(self) -> date:
        """31 December of the plan year."""
        return date(self.year, 12, 31)


class Passage(models.Model):
    """条目: a heading, paragraph lead, sentence or clause; its words are `plan.text[start:end]` (code points)."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="passages", verbose_name="工作要点")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children", verbose_name="上级条目")
    level = models.CharField("层级", max_length=10, choices=[(level.value, level.name) for level in Level])
    order = models.PositiveIntegerField("次序")
    start = models.PositiveIntegerField("起点")
    end = models.PositiveIntegerField("终点")

    class Meta:
        verbose_name = "条目"
        ordering = ("plan", "order")
        constraints = [models.UniqueConstraint(fields=["plan", "order"], name="passage_order")]

    def __str__(self) -> str:
        return f"{self.level} {self.start}-{self.end}"


class Commitment(models.Model):
    """承诺: what a span of the plan promises. `value`, `value2` are in `unit` as the plan writes them (亿元, 家, %).

    `deadline` is as read (`year_end`, `MM-DD`, ISO, `flood_season`, blank); `due_on` is the day it means.
    `indicator` names a declared indicator once an officer has bound it; until then reported values speak.
    `schedule` is a spec of `indicators.schedules` ({} = linear to the due day).
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "待审阅"
        CONFIRMED = "confirmed", "已确认"
        REJECTED = "rejected", "不立项"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="commitments", verbose_name="工作要点")
    passage = models.ForeignKey(Passage, models.CASCADE, related_name="commitments", verbose_name="条目")
    state = models.CharField("审阅状态", max_length=10, choices=State.choices, default=State.PROPOSED)
    start = models.PositiveIntegerField("起点")
    end = models.PositiveIntegerField("终点")
    kind = models.CharField("类型", max_length=10, choices=[(k.value, label) for k, label in KIND_LABELS.items()])
    metric = models.CharField("指标名称", max_length=120)
    comparator = models.CharField("比较", max_length=6, blank=True, choices=[(c.value, c.value) for c in Comparator])
    value = models.DecimalField("目标值", max_digits=24, decimal_places=6, null=True, blank=True)
    value2 = models.DecimalField("目标值二", max_digits=24, decimal_places=6, null=True, blank=True)
    unit = models.CharField("计量单位", max_length=16, blank=True)
    deadline = models.CharField("原文时限", max_length=16, blank=True)
    due_on = models.DateField("完成时限", null=True, blank=True)
    modality = models.CharField(
        "力度", max_length=8, choices=[(m.value, label) for m, label in MODALITY_LABELS.items()], default=Modality.PLAIN
    )
    named = models.JSONField("列名对象", default=list, blank=True)
    confidence = models.FloatField("把握", default=1.0)
    reason = models.CharField("识别依据", max_length=200, blank=True)
    owner = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="owned", verbose_name="责任单位"
    )
    co_owners = models.ManyToManyField(Unit, blank=True, related_name="co_owned", verbose_name="配合单位")
    leader = models.ForeignKey(
        Officer, models.PROTECT, null=True, blank=True, related_name="led", verbose_name="责任领导"
    )
    mechanism = models.CharField("落实机制", max_length=120, blank=True, help_text="常态工作由什么机制落实")
    indicator = models.CharField("绑定指标", max_length=60, blank=True)
    schedule = models.JSONField("序时进度", default=dict, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    confirmed_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    succeeds = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="successors", verbose_name="承接上一版"
    )
    rejected_for = models.CharField("不立项原因", max_length=200, blank=True)
    history = HistoricalRecords(app="kernel")

    class Meta:
        verbose_name = "承诺"
        ordering = ("plan", "start", "id")
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="commitment_span"),
        ]
        indexes = [models.Index(fields=["plan", "state"], name="commitment_state")]

    def __str__(self) -> str:
        return self.metric

    @property
    def text(self) -> str:
        """The promise in the plan's own words."""
        return self.plan.text[self.start : self.end]

    @property
    def is_tracked(self) -> bool:
        """Whether an officer confirmed it."""
        return self.state == self.State.CONFIRMED


class Target(models.Model):
    """目标沿革: the target in force from a day on, with the reason; the first row is the plan's own."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="targets", verbose_name="承诺")
    value = models.DecimalField("目标值", max_digits=24, decimal_places=6, null=True)
    value2 = models.DecimalField("目标值二", max_digits=24, decimal_places=6, null=True)
    due_on = models.DateField("完成时限", null=True)
    since = models.DateField("生效日期")
    reason = models.CharField("原因", max_length=300)
    set_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", verbose_name="调整人")
    set_at = models.DateTimeField("调整时间")

    class Meta:
        verbose_name = "目标沿革"
        ordering = ("since", "set_at", "id")

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.value}"


class Share(models.Model):
    """分解目标: the part of a target that one unit carries, or that is due by one month's end (cumulative)."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="shares", verbose_name="承诺")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name="单位")
    month = models.DateField("月份", null=True, blank=True, help_text="该月第一天;截至该月末累计")
    value = models.DecimalField("分解值", max_digits=24, decimal_places=6)

    class Meta:
        verbose_name = "分解目标"
        ordering = ("unit__order", "month")
        constraints = [
            models.UniqueConstraint(fields=["commitment", "unit"], condition=models.Q(month=None), name="share_unit"),
            models.UniqueConstraint(fields=["commitment", "month"], condition=models.Q(unit=None), name="share_month"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.unit or self.month}"


class Consultation(models.Model):
    """征求意见: one unit's answer on one commitment it owns."""

    class Answer(models.TextChoices):
        PENDING = "pending", "未反馈"
        AGREED = "agreed", "无意见"
        OBJECTED = "objected", "有意见"
        RESOLVED = "resolved", "已处理"

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="consultations", verbose_name="承诺")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="consultations", verbose_name="单位")
    answer = models.CharField("反馈", max_length=10, choices=Answer.choices, default=Answer.PENDING)
    opinion = models.TextField("意见", blank=True)
    answered_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", verbose_name="反馈人")
    answered_at = models.DateTimeField("反馈时间", null=True)
    resolution = models.TextField("处理结果", blank=True)

    class Meta:
        verbose_name = "征求意见"
        constraints = [models.UniqueConstraint(fields=["commitment", "unit"], name="consultation_once")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.unit_id}"
