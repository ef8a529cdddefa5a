"""智能工厂梯度培育: factories from self-assessment to 卓越级 ("落实智能工厂梯度培育", "推进工信部卓越级智能工厂创建工作").

基础级 is a self-assessment; 先进级 is recognised by the province, 卓越级 and 领航级 by the ministries. A title that is won also
goes into 资质认定, from where the criteria read it: the factory's page offers that row until it is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import models

from gongjian.ground.amounts import day
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.recognitions import OWED_READS, Recognition, owed
from gongjian.kernel.indicators.declare import count, milestone
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.offers import Offer
from gongjian.kernel.registers.stages import Stage, StageField, Stages


@register(
    "smart-factory",
    key=("name",),
    filters=("stage", "aim", "enterprise__industry", "unit__name"),
    columns=("name", "enterprise", "stage", "aim", "maturity_level", "assessed_on", "self_test", "notice", "unit"),
    search=("name", "enterprise__name"),
    sort=("stage", "name"),
    ranges=("assessed_on",),
    alike=("name",),
    synonyms={
        "name": ("工厂名称", "智能工厂名称", "项目名称"),
        "enterprise": ("企业名称", "所属企业", "统一社会信用代码"),
        "stage": ("等级", "状态", "进度"),
        "aim": ("目标等级", "培育目标"),
        "maturity_level": ("成熟度等级", "CMMM等级"),
        "assessed_on": ("自评日期", "评估日期"),
    },
    sections={
        "工厂": ("name", "enterprise", "aim", "unit"),
        "自评": ("maturity_level", "assessed_on", "assessor"),
        "备注": ("remark",),
    },
)
class SmartFactory(Entry):
    """One factory on the gradient; an enterprise may have several."""

    class Steps(Stages):
        CULTIVATED = Stage("入库培育")
        BASIC = Stage("基础级(自评)", needs=("self_test",))
        FILED = Stage("申报先进级", needs=("self_test", "filing"))
        ADVANCED = Stage("先进级", needs=("notice",))
        PROPOSED = Stage("申报卓越级", needs=("notice", "filing"))
        EXCELLENT = Stage("卓越级", needs=("notice",))
        LEADING = Stage("领航级", needs=("notice",))
        LEFT = Stage("退出培育", ends=True)

    class Aim(models.TextChoices):
        BASIC = "basic", "基础级"
        ADVANCED = "advanced", "先进级"
        EXCELLENT = "excellent", "卓越级"
        LEADING = "leading", "领航级"

    name = models.CharField("工厂名称", max_length=120, help_text="同一企业有几座工厂的,逐座登记")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="smart_factories", verbose_name="企业")
    aim = models.CharField("培育目标", max_length=12, choices=Aim.choices, blank=True)
    stage = StageField("阶段", steps=Steps)
    maturity_level = models.PositiveSmallIntegerField(
        "自评成熟度等级", choices=AnnualReturn.Level.choices, null=True, blank=True, help_text="GB/T 39116-2020"
    )
    assessed_on = day("自评日期")
    assessor = models.CharField("评估机构", max_length=80, blank=True, help_text="自行评估的不填")
    self_test = EvidenceField("自评报告")
    filing = EvidenceField("申报材料")
    notice = EvidenceField("认定文件")
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "智能工厂"

    def __str__(self) -> str:
        return self.name

    offers_read, offers_at = OWED_READS, Steps.at_or_beyond(Steps.ADVANCED)

    def offers(self, *, moves: Sequence[StageMove], on: date) -> list[Offer]:
        grades = [grade for stage, grade in GRADES.items() if self.stage in self.Steps.at_or_beyond(stage)]
        is_won = bool(grades)
        own = grades[-1] if is_won else next(iter(GRADES.values()))
        ladder = list(GRADES.values())
        stage = next(one for one, grade in GRADES.items() if grade == own)
        return owed(
            enterprise=self.enterprise, kind=Recognition.Kind.SMART_FACTORY, moves=moves, on=on, is_won=is_won,
            won=[stage.key] if is_won else [one.key for one in GRADES], grades=ladder[ladder.index(own) :],
        )  # fmt: skip

    def warnings(self) -> list[str]:
        found = []
        if self.stage != self.Steps.CULTIVATED.key and self.stage != self.Steps.LEFT.key and self.assessed_on is None:
            found.append("已进入梯度,但没有自评日期,请补录。")
        return found


GRADES = {
    SmartFactory.Steps.ADVANCED: Recognition.Grade.ADVANCED,
    SmartFactory.Steps.EXCELLENT: Recognition.Grade.EXCELLENT,
    SmartFactory.Steps.LEADING: Recognition.Grade.LEADING,
}
"""The titles of the gradient, the lowest first; 基础级 is a self-assessment and no title."""

basic = count(
    "smart-factories-basic",
    SmartFactory,
    reached=SmartFactory.Steps.BASIC,
    label="基础级智能工厂(自评)",
    unit="家",
    answers=("基础级智能工厂", "新增基础级智能工厂"),
)
advanced = count(
    "smart-factories-advanced",
    SmartFactory,
    reached=SmartFactory.Steps.ADVANCED,
    label="先进级智能工厂",
    unit="家",
    answers=("先进级智能工厂", "省先进级智能工厂", "新增先进级智能工厂"),
)
excellent = milestone(
    "smart-factory-excellent",
    SmartFactory,
    reached=SmartFactory.Steps.EXCELLENT,
    label="卓越级智能工厂",
    answers=("卓越级智能工厂", "卓越级智能工厂创建"),
)
