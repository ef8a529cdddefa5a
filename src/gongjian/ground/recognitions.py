"""资质认定: certificates and titles an enterprise holds, from when to when (高企, 专精特新, 技术中心, 智能工厂...)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import models

from gongjian.ground.amounts import day, flag
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.offers import Offer

GRADED = ("smart-factory", "cloud", "chain")
LEVELLED = ("technology-centre", "engineering-research", "engineering-technology", "rd-institution", "ip-advantage")


@register(
    "recognition",
    key=("enterprise", "kind", "valid_from"),
    filters=("kind", "level", "grade", "enterprise__industry"),
    columns=(
        "enterprise", "kind", "level", "grade", "valid_from", "valid_to", "withdrawn_on", "number", "reports_missed",
        "certificate", "unit",
    ),
    search=("enterprise__name", "number"),
    sort=("-valid_from", "enterprise__name"),
    ranges=("valid_from", "valid_to"),
    synonyms={
        "enterprise": ("企业名称", "单位名称", "统一社会信用代码"),
        "kind": ("资质名称", "荣誉名称", "认定类型", "称号"),
        "level": ("级别", "认定级别"),
        "grade": ("等级", "星级"),
        "valid_from": ("认定日期", "发证日期", "证书日期", "认定时间", "公布日期"),
        "valid_to": ("有效期至", "到期日期", "有效期", "证书到期日"),
        "number": ("证书编号", "入库登记编号"),
        "reports_missed": ("年报缺报次数",),
    },
    sections={
        "认定": ("enterprise", "kind", "level", "grade", "number", "issuer", "unit"),
        "有效期": ("valid_from", "valid_to", "is_recheck", "reports_missed", "withdrawn_on"),
    },
    depends={
        "grade": ("kind", GRADED),
        "level": ("kind", LEVELLED),
        "reports_missed": ("kind", ("hte",)),
    },
)  # fmt: skip
class Recognition(Entry):
    """One title of one enterprise; a renewed title is another row with its own days."""

    class Kind(models.TextChoices):
        HTE = "hte", "高新技术企业"
        STI_SME = "sti-sme", "科技型中小企业"
        INNOVATIVE = "innovative-sme", "创新型中小企业"
        STI_INNOVATIVE = "sti-innovative-sme", "科技和创新型中小企业"
        SPECIAL = "zjtx", "专精特新中小企业"
        GIANT = "little-giant", "专精特新小巨人企业"
        TECHNOLOGY = "technology-centre", "企业技术中心"
        ENGINEERING = "engineering-research", "工程研究中心"
        ENGINEERING_TECHNOLOGY = "engineering-technology", "工程技术研究中心"
        INSTITUTION = "rd-institution", "其他研发机构"
        SMART_FACTORY = "smart-factory", "智能工厂"
        BENCHMARK = "benchmark-factory", "工业互联网标杆工厂"
        CLOUD = "cloud", "星级上云企业"
        CHAIN = "chain", "筑峰强链企业"
        IP_ADVANTAGE = "ip-advantage", "知识产权优势企业"
        IP_MODEL = "ip-model", "知识产权示范企业"
        INNOVATION_MODEL = "innovation-model", "国家技术创新示范企业"

    class Level(models.TextChoices):
        NATIONAL = "national", "国家级"
        PROVINCIAL = "provincial", "省级"
        MUNICIPAL = "municipal", "市级"
        COUNTY = "county", "县区级"

    class Grade(models.TextChoices):
        BASIC = "basic", "基础级"
        ADVANCED = "advanced", "先进级"
        EXCELLENT = "excellent", "卓越级"
        LEADING = "leading", "领航级"
        STAR_3 = "star-3", "三星级"
        STAR_4 = "star-4", "四星级"
        STAR_5 = "star-5", "五星级"
        RECOMMENDED = "recommended", "已推荐"
        POOL = "pool", "已入库"
        KEY = "key", "重点企业"

    GRADES = {
        Kind.SMART_FACTORY: (Grade.BASIC, Grade.ADVANCED, Grade.EXCELLENT, Grade.LEADING),
        Kind.CLOUD: (Grade.STAR_3, Grade.STAR_4, Grade.STAR_5),
        Kind.CHAIN: (Grade.RECOMMENDED, Grade.POOL, Grade.KEY),
    }
    RESEARCH = (Kind.TECHNOLOGY, Kind.ENGINEERING, Kind.ENGINEERING_TECHNOLOGY, Kind.INSTITUTION)
    """Research institutions; national or provincial ones are 省部级以上研发机构."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="recognitions", verbose_name="企业")
    kind = models.CharField("资质种类", max_length=24, choices=Kind.choices)
    level = models.CharField("认定级别", max_length=12, choices=Level.choices, blank=True)
    grade = models.CharField("资质等级", max_length=12, choices=Grade.choices, blank=True)
    number = models.CharField("证书编号", max_length=60, blank=True)
    issuer = models.CharField("认定机关", max_length=80, blank=True)
    valid_from = models.DateField("有效期起", help_text="证书或公布文件的日期")
    valid_to = day("有效期至", help_text="高企、专精特新为3年,科技型中小企业为1年;没有期限的不填")
    is_recheck = flag("复核通过", help_text="本次是到期复核(重新认定)取得的")
    reports_missed = models.PositiveSmallIntegerField(
        "年报缺报次数", null=True, blank=True, help_text="本证书有效期内累计;两次即取消高企资格(国科发火〔2016〕195号)"
    )
    withdrawn_on = day("撤销日期", help_text="被取消、撤销或主动退出的日期")
    certificate = EvidenceField("证书")

    class Meta:
        verbose_name = "资质认定"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.get_kind_display()}"

    def is_valid(self, *, on: date) -> bool:
        """Whether the title is held on a day: from its first to its last day, and not withdrawn by then."""
        if self.withdrawn_on is not None and self.withdrawn_on <= on:
            return False
        return bool(self.valid_from <= on and (self.valid_to is None or on <= self.valid_to))

    def warnings(self) -> list[str]:
        found = []
        if self.valid_to and self.valid_to < self.valid_from:
            found.append(f"有效期至{self.valid_to}早于有效期起{self.valid_from},请核对。")
        allowed = self.GRADES.get(self.Kind(self.kind)) if self.kind in self.Kind.values else None
        if self.grade and self.grade not in (allowed or ()):
            found.append(f"“{self.get_kind_display()}”没有“{self.get_grade_display()}”这一等级,请核对。")
        if self.reports_missed and self.reports_missed >= 2 and not self.withdrawn_on:
            found.append("有效期内年报累计缺报两次,按规定应取消高企资格,请核对是否已撤销。")
        return found


OWED_READS = ("enterprise__recognitions",)
"""What `owed` reads beside the row, for many rows at once."""
A_YEAR = timedelta(days=365)
"""A title of so long before the move is the one that the move tells of; by now it may have run out."""


def owed(
    *, enterprise: Enterprise, kind: Any, moves: Sequence[StageMove], won: Sequence[str], is_won: bool, on: date,
    level: Any = "", grades: Sequence[Any] = (),
) -> list[Offer]:  # fmt: skip
    """What 资质认定 lacks, or holds too much, beside a row whose stages lead to a title; the criteria read titles there.

    `won` are the stages that stand for the title, `is_won` says whether the row is at one of them or beyond. `grades`: the
    title's own grade first, then those that include it. A title is offered with the day of the move, if there is one; where
    the move was withdrawn, the title of that day is shown to be looked at.
    """
    reached = [one for one in moves if one.stage in won]
    if not reached and not is_won:
        return []
    label = str(Recognition.Kind(kind).label)
    if grades:
        label += f"({Recognition.Grade(grades[0]).label})"
    same = {"grade": set(grades)} if grades else {"level": {level}} if level else {}
    held = [one for one in enterprise.recognitions.all() if one.kind == kind]
    held = [one for one in held if all(getattr(one, name) in values for name, values in same.items())]
    if is_won:
        since = max((one.happened_on for one in reached if one.withdrawn_at is None), default=None)
        if any(one.is_valid(on=on) or (since and one.valid_from >= since - A_YEAR) for one in held):
            return []
        given = {"enterprise": enterprise.credit_code or enterprise.name, "kind": str(kind), "level": str(level)}
        given |= {"grade": str(grades[0]) if grades else "", "valid_from": since.isoformat() if since else ""}
        says = f"{enterprise}在资质认定中没有有效的“{label}”,对照标准时按没有计。"
        return [Offer(says=says, register="recognition", values={name: text for name, text in given.items() if text})]
    days = {one.happened_on for one in reached if one.withdrawn_at is not None}
    return [
        Offer(
            says=f"该阶段已撤回,资质认定中{one.valid_from}起的“{label}”还在,请核对。", register="recognition", pk=one.pk
        )
        for one in held
        if one.valid_from in days and one.withdrawn_on is None
    ]
