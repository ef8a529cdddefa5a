"""认定事项: what a named person found true of an enterprise that no other register records, until it expires.

Many criteria ask for such findings (技术创新体系健全, 研发场地独立, 已自评达到基础级): each is one fact of a rulebook, and one row
here answers it with yes, no or a number. The latest one in force on the day of filing counts.
"""

from __future__ import annotations

from django.db import models

from gongjian.ground.amounts import day, flag
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.facts import ASSESSED, FACTS
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.rulebooks.facts import FactSpec, Kind


def items() -> list[tuple[str, str]]:
    """The facts of enterprises that are recorded here, by name, with what they are called."""
    return [(spec.name, spec.label) for spec in FACTS if spec.source is not None and spec.source.register == ASSESSED]


@register(
    "assessment",
    key=("enterprise", "item", "assessed_on"),
    filters=("item", "answer", "unit__name"),
    columns=("enterprise", "item", "answer", "number", "assessed_on", "adviser", "valid_until", "record", "unit"),
    search=("enterprise__name", "adviser"),
    sort=("-assessed_on", "enterprise__name"),
    ranges=("assessed_on", "valid_until"),
    synonyms={
        "enterprise": ("企业名称", "统一社会信用代码"),
        "item": ("事项", "认定项目"),
        "assessed_on": ("认定时间", "评定日期"),
        "answer": ("认定结论", "是否符合"),
        "adviser": ("专家", "认定责任人"),
        "valid_until": ("有效期", "失效日期"),
    },
    sections={
        "事项": ("enterprise", "item", "answer", "number"),
        "认定": ("assessed_on", "adviser", "employer", "valid_until", "remark", "unit"),
    },
)
class Assessment(Entry):
    """One person's finding on one fact of one enterprise on one day."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="assessments", verbose_name="企业")
    item = models.CharField("认定事项", max_length=40, choices=items)
    answer = flag("是否具备", help_text="“是否”一类的事项填这一栏")
    number = models.DecimalField(
        "认定数值",
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="个数、分数、金额一类的事项填这一栏",
    )
    assessed_on = models.DateField("认定日期")
    adviser = models.CharField("认定责任人", max_length=40, help_text="对结论负责的专家或干部姓名")
    employer = models.CharField("认定人单位", max_length=80, blank=True)
    valid_until = day("有效期至", help_text="当日仍有效;长期有效的留空")
    remark = models.CharField("说明", max_length=200, blank=True)
    record = EvidenceField("认定依据")

    class Meta:
        verbose_name = "认定事项"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.get_item_display()}"

    @property
    def spec(self) -> FactSpec | None:
        """The fact that it answers."""
        return FACTS.specs.get(self.item)

    def warnings(self) -> list[str]:
        found = []
        if self.spec is not None:
            is_flag = self.spec.kind is Kind.FLAG
            if (self.answer if is_flag else self.number) is None:
                column = "是否具备" if is_flag else f"认定数值({self.spec.unit or '无单位'})"
                found.append(f"“{self.spec.label}”要填“{column}”,现在是空的,测算时仍算待问诊。")
            if self.spec.kind is Kind.COUNT and self.number is not None and self.number % 1:
                found.append(f"“{self.spec.label}”应为整数,{self.number}不计入测算,请核对。")
        if self.valid_until and self.assessed_on and self.valid_until < self.assessed_on:
            found.append(f"有效期至{self.valid_until}早于认定日期{self.assessed_on},请核对。")
        return found
