"""全市位次: the zone's position among the city's districts, as the city publishes it ("技改设备投入总量全市第一")."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongjian.kernel.indicators.declare import ranked
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField


@register(
    "city-position",
    key=("metric", "published_on"),
    filters=("metric",),
    columns=("metric", "published_on", "position", "among", "source", "bulletin", "unit"),
    search=("metric", "source"),
    sort=("-published_on",),
    ranges=("published_on",),
    synonyms={"metric": ("指标",), "position": ("名次", "排名"), "published_on": ("数据月份", "截至日期")},
)
class CityPosition(Entry):
    """One published position for one metric."""

    class Metric(models.TextChoices):
        EQUIPMENT = "equipment", "技改设备投入总量"
        SALES = "sales", "工业开票销售"
        INVESTMENT = "investment", "固定资产投资"

    metric = models.CharField("排名指标", max_length=20, choices=Metric.choices)
    published_on = models.DateField("数据截至")
    position = models.PositiveSmallIntegerField("位次")
    among = models.PositiveSmallIntegerField("参评数", null=True, blank=True)
    source = models.CharField("来源文件", max_length=120, blank=True)
    bulletin = EvidenceField("通报原件")

    class Meta:
        verbose_name = "全市位次"

    def __str__(self) -> str:
        return f"{self.get_metric_display()} 第{self.position}名"


equipment = ranked(
    "position-equipment",
    CityPosition,
    "position",
    dated="published_on",
    where=Q(metric=CityPosition.Metric.EQUIPMENT),
    proved_by="bulletin",
    label="技改设备投入总量全市位次",
    answers=("技改设备投入总量全市", "技改设备投入全市第一"),
)
