"""Bookkeeping of all registers: stage moves with their two dates, batches, saved views, drafts, learned headings."""

from __future__ import annotations

from django.db import models

from gongjian.kernel.evidence.models import StoredFile
from gongjian.kernel.people.models import Officer, Unit


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
    batch = models.ForeignKey("kernel.Batch", models.PROTECT, null=True, related_name="+", verbose_name="批次")
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdrawn_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", verbose_name="撤回人")
    withdrawn_in = models.ForeignKey(
        "kernel.Batch", models.PROTECT, null=True, related_name="+", verbose_name="撤回批次"
    )

    class Meta:
        verbose_name = "阶段变动"
        ordering = ("happened_on", "id")
        indexes = [
            models.Index(fields=["register", "stage", "happened_on"], name="move_stage"),
            models.Index(fields=["register", "entry_id"], name="move_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.entry_id} {self.stage} {self.happened_on}"


class Batch(models.Model):
    """批次: many rows changed as one unit, by an imported sheet, a bulk edit or a program; undone as one unit too.

    Which rows it wrote stands in the rows' history (`history_batch`). Its state is saved before the work begins and
    again inside the transaction that writes: a batch found in `reading` or `writing` without a worker was interrupted.
    """

    class Kind(models.TextChoices):
        SHEET = "sheet", "导入"
        BULK = "bulk", "批量修改"
        PROGRAM = "program", "接口写入"
        UNDO = "undo", "撤销"
        MERGE = "merge", "合并"

    class State(models.TextChoices):
        READING = "reading", "正在读取"
        MAPPING = "mapping", "待对照表头"
        JUDGED = "judged", "待确认"
        WRITING = "writing", "正在写入"
        DONE = "done", "已写入"
        UNDONE = "undone", "已撤销"
        FAILED = "failed", "未写入"
        CANCELLED = "cancelled", "已取消"
        INTERRUPTED = "interrupted", "已中断"

    register = models.CharField("台账", max_length=40)
    kind = models.CharField("方式", max_length=10, choices=Kind.choices, default=Kind.SHEET)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DONE)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, verbose_name="文件")
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间")
    created = models.PositiveIntegerField("新增行", default=0)
    changed = models.PositiveIntegerField("修改行", default=0)
    unchanged = models.PositiveIntegerField("未变行", default=0)
    refused = models.PositiveIntegerField("退回行", default=0)
    reason = models.CharField("说明", max_length=200, blank=True)
    details = models.JSONField("细节", default=dict, help_text="工作表、表头对照、合计核对等,由读取方写入")
    digest = models.CharField("预览指纹", max_length=64, blank=True, help_text="预览与写入之间台账有变化时指纹不同")
    fault = models.TextField("未写入原因", blank=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    undone_at = models.DateTimeField("撤销时间", null=True)
    undone_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", verbose_name="撤销人")

    class Meta:
        verbose_name = "批次"
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["register", "at"], name="batch_register")]

    def __str__(self) -> str:
        return f"{self.register} {self.at:%Y-%m-%d}"


class SavedView(models.Model):
    """常用视图: a list's filters, order, words and columns under a name; shared ones are offered to everybody."""

    register = models.CharField("台账", max_length=40)
    name = models.CharField("名称", max_length=40)
    owner = models.ForeignKey(Officer, models.CASCADE, related_name="+", verbose_name="建立人")
    query = models.TextField("条件", blank=True, help_text="列表地址中的查询部分")
    is_shared = models.BooleanField("共享", default=False)
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = "常用视图"
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["register", "owner", "name"], name="saved_view_name")]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """草稿: what an officer has typed into a form and not yet saved; `entry_id` is 0 for a new row."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="+", verbose_name="填写人")
    register = models.CharField("台账", max_length=40)
    entry_id = models.BigIntegerField("记录编号", default=0)
    values = models.JSONField("内容", default=dict, help_text="{表单项: 文字}")
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = "草稿"
        constraints = [models.UniqueConstraint(fields=["officer", "register", "entry_id"], name="draft_place")]

    def __str__(self) -> str:
        return f"{self.register} {self.entry_id}"


class NotDuplicate(models.Model):
    """不是重复: two rows that look alike and are not one, as an officer has found; `low` < `high` are their numbers."""

    register = models.CharField("台账", max_length=40)
    low = models.BigIntegerField("记录编号")
    high = models.BigIntegerField("另一条记录编号")
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name="认定人")
    at = models.DateTimeField("认定时间")
    reason = models.CharField("理由", max_length=200)

    class Meta:
        verbose_name = "不是重复"
        ordering = ("-at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["register", "low", "high"], name="not_duplicate_pair"),
            models.CheckConstraint(condition=models.Q(low__lt=models.F("high")), name="not_duplicate_order"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.low} {self.high}"


class LearnedHead(models.Model):
    """表头对照: the column to which a unit once put a sheet's heading; key "" means that it is left out."""

    register = models.CharField("台账", max_length=40)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+", verbose_name="单位")
    head = models.CharField("表头", max_length=200, help_text="去掉空白、全半角统一后的写法")
    key = models.CharField("对应栏目", max_length=60, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "表头对照"
        constraints = [
            models.UniqueConstraint(fields=["register", "unit", "head"], name="learned_head"),
            models.UniqueConstraint(
                fields=["register", "head"], condition=models.Q(unit=None), name="learned_head_no_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.head} → {self.key}"
