"""企业联系人: whom to call at an enterprise for what; the main contact stands in the enterprise's own row."""

from __future__ import annotations

from django.db import models

from gongjian.ground import likeness
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry


@register(
    "contact",
    key=("enterprise", "name"),
    filters=("duty",),
    columns=("enterprise", "name", "duty", "phone", "remark", "unit"),
    search=("name", "enterprise__name"),
    sort=("enterprise__name", "name"),
    synonyms={
        "enterprise": ("企业名称", "单位名称", "统一社会信用代码"),
        "name": ("联系人", "联系人姓名"),
        "duty": ("职责", "分管工作", "岗位"),
        "phone": ("电话", "手机", "手机号码", "联系方式"),
    },
    masked=("phone",),
    alike=("name", "phone"),
)
class Contact(Entry):
    """One person to call at one enterprise."""

    class Duty(models.TextChoices):
        HEAD = "head", "负责人"
        FINANCE = "finance", "财务"
        TECHNOLOGY = "technology", "科技项目"
        STATISTICS = "statistics", "统计"
        SAFETY = "safety", "安全环保"
        STAFF = "staff", "人事"
        OTHER = "other", "其他"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="contacts", verbose_name="企业")
    name = models.CharField("姓名", max_length=40)
    duty = models.CharField("职务分工", max_length=12, choices=Duty.choices, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "企业联系人"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.name}"

    @classmethod
    def alike_key(cls, name: str, value: str) -> str:
        return likeness.phone(value) if name == "phone" else super().alike_key(name, value)
