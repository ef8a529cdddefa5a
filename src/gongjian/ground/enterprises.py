"""企业: every enterprise of the zone, known by its unified social credit code (GB 32100)."""

from __future__ import annotations

from django.db import models

from gongjian.ground import credit_code
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry


@register(
    "enterprise",
    key=("credit_code",),
    filters=("industry", "status", "is_above_scale", "unit__name"),
    columns=("credit_code", "name", "industry", "status", "is_above_scale", "established_on", "address", "unit"),
    search=("name", "credit_code", "former_names"),
    sort=("name",),
    synonyms={
        "credit_code": ("信用代码", "社会信用代码", "统一信用代码", "纳税人识别号"),
        "name": ("企业名", "单位名称", "公司名称", "企业"),
        "established_on": ("成立时间", "注册日期", "成立日期"),
        "registered_capital": ("注册资本", "注册资金"),
    },
    masked=("phone",),
)
class Enterprise(Entry):
    """One enterprise. A wrong check digit is warned of, never refused: real companies have them."""

    class Status(models.TextChoices):
        ACTIVE = "active", "存续"
        CANCELLED = "cancelled", "注销"
        REVOKED = "revoked", "吊销"
        MOVED = "moved", "迁出"

    credit_code = models.CharField("统一社会信用代码", max_length=18)
    name = models.CharField("企业名称", max_length=120, db_index=True)
    former_names = models.TextField("曾用名", blank=True)
    industry = models.CharField("行业", max_length=60, blank=True, help_text="GB/T 4754 大类")
    status = models.CharField("登记状态", max_length=10, choices=Status.choices, default=Status.ACTIVE)
    is_above_scale = models.BooleanField("规上企业", null=True, blank=True)
    above_scale_since = models.DateField("纳统日期", null=True, blank=True)
    established_on = models.DateField("成立日期", null=True, blank=True)
    registered_capital = models.DecimalField("注册资本(万元)", max_digits=18, decimal_places=4, null=True, blank=True)
    staff = models.PositiveIntegerField("职工人数", null=True, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    contact = models.CharField("联系人", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True)

    class Meta:
        verbose_name = "企业"

    def __str__(self) -> str:
        return self.name

    def warnings(self) -> list[str]:
        fault = credit_code.fault(self.credit_code)
        return [fault] if fault else []

    @classmethod
    def tidied(cls, name: str, text: str) -> str:
        return credit_code.normalise(text) if name == "credit_code" else text
