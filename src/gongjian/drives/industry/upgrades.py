"""技改项目: upgrades with their equipment investment ("1000万元以上技改类项目超20个", "技改设备投入达序时进度")."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.indicators.declare import count, coverage, sum_of
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.stages import Stage, StageField, Stages


@register(
    "upgrade",
    key=("name",),
    filters=("stage", "is_key", "unit__name"),
    columns=("name", "enterprise", "stage", "equipment_plan", "total_investment", "is_key", "filing", "unit"),
    search=("name", "enterprise__name"),
    ranges=("equipment_plan",),
    sections={
        "项目": ("name", "enterprise", "is_key", "unit"),
        "投资": ("total_investment", "equipment_plan", "equipment_verified"),
    },
    inlines=("equipment-payment",),
    alike=("name",),
    synonyms={
        "name": ("项目", "技改项目"),
        "enterprise": ("企业名称", "实施企业"),
        "equipment_plan": ("计划设备投入", "设备投资"),
        "total_investment": ("总投资",),
        "stage": ("状态", "进度"),
    },
)
class Upgrade(Entry):
    """One upgrade project of one enterprise."""

    class Steps(Stages):
        PLANNED = Stage("谋划")
        FILED = Stage("已备案", needs=("filing",))
        STARTED = Stage("已开工", needs=("filing",))
        EQUIPPED = Stage("设备到位", needs=("filing", "equipment"))
        DONE = Stage("竣工投产", needs=("filing", "equipment"))
        STOPPED = Stage("停止", ends=True)

    name = models.CharField("项目名称", max_length=120)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="upgrades", verbose_name="企业")
    total_investment = models.DecimalField("总投资(万元)", max_digits=18, decimal_places=4, null=True, blank=True)
    equipment_plan = models.DecimalField("计划设备投入(万元)", max_digits=18, decimal_places=4, null=True, blank=True)
    equipment_verified = models.DecimalField(
        "现场核查设备额(万元)", max_digits=18, decimal_places=4, null=True, blank=True, help_text="到现场核对后的数"
    )
    is_key = models.BooleanField("重点项目", default=False)
    stage = StageField("阶段", steps=Steps)
    filing = EvidenceField("备案证")
    equipment = EvidenceField("设备清单")

    class Meta:
        verbose_name = "技改项目"

    def __str__(self) -> str:
        return self.name


@register(
    "equipment-payment",
    key=("upgrade", "invoice_number"),
    filters=("upgrade__name",),
    columns=("upgrade", "invoice_number", "paid_on", "amount", "invoice", "unit"),
    search=("upgrade__name", "invoice_number"),
    sort=("-paid_on",),
    ranges=("paid_on",),
    synonyms={"upgrade": ("技改项目", "项目名称"), "amount": ("设备投入", "金额"), "paid_on": ("开票日期",)},
)
class EquipmentPayment(Entry):
    """One invoice for equipment of an upgrade project."""

    upgrade = models.ForeignKey(Upgrade, models.PROTECT, related_name="payments", verbose_name="项目")
    invoice_number = models.CharField("发票号码", max_length=30)
    paid_on = models.DateField("投入日期")
    amount = models.DecimalField("设备投入(万元)", max_digits=18, decimal_places=4, help_text="发票不含税金额")
    invoice = EvidenceField("发票")

    class Meta:
        verbose_name = "设备投入"

    def __str__(self) -> str:
        return f"{self.upgrade} {self.invoice_number}"


large = count(
    "upgrades-over-1000",
    Upgrade,
    reached=Upgrade.Steps.FILED,
    where=Q(equipment_plan__gte=Decimal(1000)),
    label="1000万元以上技改项目",
    unit="个",
    answers=("1000万元以上技改类项目", "1000万元以上技改项目", "千万元以上技改项目"),
)
equipment = sum_of(
    "equipment-investment",
    EquipmentPayment,
    "amount",
    dated="paid_on",
    proved_by="invoice",
    label="技改设备投入",
    unit="万元",
    answers=("技改设备投入总量", "设备投入"),
)
equipped = coverage(
    "upgrades-equipped",
    Upgrade,
    reached=Upgrade.Steps.EQUIPPED,
    label="重点技改项目设备到位",
    answers=("重点技改项目", "技改设备投入达序时进度", "技改项目"),
)
