"""工业开票销售: the zone's invoiced industrial sales, month by month ("全部工业开票销售超千亿")."""

from __future__ import annotations

from django.db import models

from gongjian.kernel.indicators.declare import sum_of
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField


@register(
    "invoiced-sales",
    key=("month",),
    columns=("month", "amount", "report", "unit"),
    sort=("-month",),
    ranges=("month",),
    synonyms={"month": ("统计月份", "所属期"), "amount": ("开票销售", "当月开票销售")},
)
class InvoicedSales(Entry):
    """The invoiced sales of one month, dated at the month's end."""

    month = models.DateField("月末日期", help_text="该月最后一天")
    amount = models.DecimalField("当月开票销售(万元)", max_digits=18, decimal_places=4)
    report = EvidenceField("税务口径报表")

    class Meta:
        verbose_name = "工业开票销售"

    def __str__(self) -> str:
        return f"{self.month:%Y年%m月}工业开票销售"


sales = sum_of(
    "invoiced-sales",
    InvoicedSales,
    "amount",
    dated="month",
    proved_by="report",
    label="全部工业开票销售",
    unit="万元",
    answers=("工业开票销售", "全部工业开票销售"),
    is_monthly=True,
)
