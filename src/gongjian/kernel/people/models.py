"""The zone, its units (责任单位) as a tree, its officers with their roles, and the log of acts."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class Role(models.TextChoices):
    """What an officer is to the plan; `policy` says what each may do."""

    LEADER = "leader", "领导"
    SUPERVISOR = "supervisor", "督查室"
    UNIT_OFFICER = "unit_officer", "责任单位"
    VIEWER = "viewer", "查看"
    AUDITOR = "auditor", "审计"
    ADMINISTRATOR = "administrator", "系统管理员"


class Zone(models.Model):
    """园区: the one zone of this database."""

    name = models.CharField("园区名称", max_length=80)
    short_name = models.CharField("简称", max_length=20, blank=True)
    stands_at = models.DateField("演示日期", null=True, blank=True, help_text="仅演示园区填写:系统停在这一天")
    is_synthetic = models.BooleanField("演示数据", default=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        verbose_name = "园区"

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """责任单位: a node of the unit tree. `aliases` are the other names that plans and sheets use, one per line."""

    name = models.CharField("单位名称", max_length=60, unique=True)
    short_name = models.CharField("简称", max_length=20, blank=True)
    aliases = models.TextField("别名", blank=True, help_text="每行一个")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级单位"
    )
    order = models.PositiveIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "单位"
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def names(self) -> list[str]:
        """Every name the unit goes by, the full one first."""
        return [name for name in (self.name, self.short_name, *self.aliases.split("\n")) if name.strip()]


class Officers(BaseUserManager["Officer"]):
    """Looks officers up by their account name."""


class Officer(AbstractBaseUser):
    """人员: an account; `phone` is masked wherever it is shown to others."""

    username = models.CharField("账号", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    role = models.CharField("角色", max_length=20, choices=Role.choices, default=Role.VIEWER)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="officers", verbose_name="单位")
    title = models.CharField("职务", max_length=40, blank=True)
    phone = models.CharField("电话", max_length=20, blank=True)
    is_active = models.BooleanField("在岗", default=True)
    must_change_password = models.BooleanField("须改初始密码", default=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    USERNAME_FIELD = "username"
    objects = Officers()

    class Meta:
        verbose_name = "人员"
        ordering = ("unit__order", "id")

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class Act(models.Model):
    """办理记录: who did what to which thing, when and why; appended only. `verb` is a name of `acts.VERBS`."""

    verb = models.CharField("动作", max_length=40)
    by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="acts", verbose_name="办理人")
    at = models.DateTimeField("时间", db_index=True)
    subject_kind = models.CharField("对象类型", max_length=40)
    subject_id = models.BigIntegerField("对象编号", null=True)
    note = models.TextField("说明", blank=True)
    changes = models.JSONField("变更", default=dict, help_text="{字段: [原值, 新值]}")

    class Meta:
        verbose_name = "办理记录"
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["subject_kind", "subject_id", "at"], name="act_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind} {self.subject_id}"


class Token(models.Model):
    """接口令牌: a program's key to the interface, acting as its officer within its scopes until it expires.

    Only the digest is kept; the key itself is shown once. `scopes` are read, write, bulk; `registers` empty = all.
    """

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="tokens", verbose_name="所属人员")
    name = models.CharField("用途", max_length=60)
    prefix = models.CharField("前几位", max_length=12)
    digest = models.CharField("摘要", max_length=64, unique=True)
    scopes = models.JSONField("权限", default=list)
    registers = models.JSONField("台账", default=list)
    created_at = models.DateTimeField("建立时间")
    expires_at = models.DateTimeField("到期时间")
    revoked_at = models.DateTimeField("停用时间", null=True)
    used_at = models.DateTimeField("最近使用", null=True)

    class Meta:
        verbose_name = "接口令牌"
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.name
