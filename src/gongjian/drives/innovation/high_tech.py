"""高企申报: enterprises on their way to high-tech recognition ("确保完成144家高企申报").

From the pool over diagnosis and papers to filing and recognition; then the annual reports of the three years (the latest one's
day is the stage's day), until the renewal, which is the application of a later year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import models
from django.db.models import QuerySet

from gongjian.drives.innovation.criteria.high_tech import HIGH_TECH
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.recognitions import OWED_READS, Recognition, owed
from gongjian.kernel.indicators.declare import count
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.registers.offers import Offer
from gongjian.kernel.registers.stages import Stage, StageField, Stages
from gongjian.kernel.rulebooks import reading
from gongjian.kernel.rulebooks.models import Judgement


@register(
    "high-tech",
    key=("enterprise", "year"),
    filters=("stage", "year", "enterprise__industry", "receipt"),
    columns=("enterprise", "year", "stage", "receipt", "batch", "unit"),
    ranges=("planned_on",),
    search=("enterprise__name", "enterprise__credit_code"),
    sort=("-year", "enterprise__name"),
    synonyms={"enterprise": ("企业名称", "申报企业", "统一社会信用代码"), "year": ("年度",), "stage": ("状态", "进度")},
    sections={"申报": ("enterprise", "year", "batch", "planned_on", "remark", "unit")},
)
class Application(Entry):
    """One enterprise's application in one year."""

    class Steps(Stages):
        SEEDED = Stage("入库培育", workdays=30)
        DIAGNOSED = Stage("问诊完成")
        PREPARED = Stage("材料完备")
        FILED = Stage("已申报", needs=("receipt",))
        RECOGNISED = Stage("已认定", needs=("receipt",))
        REPORTED = Stage("年报已报")
        RENEWED = Stage("已转重新认定")
        FAILED = Stage("未通过", ends=True)

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="applications", verbose_name="企业")
    year = models.PositiveSmallIntegerField("申报年度")
    batch = models.CharField("申报批次", max_length=20, blank=True)
    planned_on = models.DateField(
        "拟申报日期", null=True, blank=True, help_text="成立满365天、申报前一年内无重大事件都按这一天算"
    )
    stage = StageField("阶段", steps=Steps)
    receipt = EvidenceField("申报回执")
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "高企申报"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.year}年高企申报"

    offers_read, offers_at = OWED_READS, (Steps.RECOGNISED.key, Steps.REPORTED.key)

    def offers(self, *, moves: Sequence[StageMove], on: date) -> list[Offer]:
        won = self.Steps.RECOGNISED
        is_won = self.stage in (won.key, self.Steps.REPORTED.key)
        return owed(
            enterprise=self.enterprise, kind=Recognition.Kind.HTE, moves=moves, won=[won.key], is_won=is_won, on=on
        )


filed = count(
    "high-tech-filed",
    Application,
    reached=Application.Steps.FILED,
    label="高企申报数",
    unit="家",
    answers=("高企申报", "高新技术企业申报", "申报高新技术企业"),
)
recognised = count(
    "high-tech-recognised",
    Application,
    reached=Application.Steps.RECOGNISED,
    label="高企认定数",
    unit="家",
    answers=("高企认定", "新认定高新技术企业", "认定高新技术企业"),
)


def pool(*, year: int) -> list[int]:
    """The numbers of the enterprises with an application in a year that has not failed."""
    rows = Application.objects.filter(year=year).exclude(stage=Application.Steps.FAILED.key)
    return list(rows.order_by().values_list("enterprise_id", flat=True))


def expected(
    *, year: int, target: int | None = None, within: QuerySet[Judgement] | None = None, most: int = 50
) -> reading.Expected:
    """预计申报数 of a year: those of its pool that have filed, that are ready, and that may be."""
    beyond = Application.Steps.at_or_beyond(Application.Steps.FILED)
    rows = Application.objects.filter(year=year, stage__in=beyond)
    done = list(rows.order_by().values_list("enterprise_id", flat=True))
    found = reading.current(HIGH_TECH) if within is None else within
    found = found.filter(entry__in=listed(pool(year=year)))
    return reading.expected(HIGH_TECH, target=target, done=done, within=found, most=most)
