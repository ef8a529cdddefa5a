"""研发平台: provincial technology and engineering centres of enterprises ("4家企业入选省企业技术中心、2家入选省工程研究中心")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Count, Q

from gongjian.ground.enterprises import Enterprise
from gongjian.ground.facts import in_force
from gongjian.ground.recognitions import OWED_READS, Recognition, owed
from gongjian.kernel.indicators.declare import Indicator, count
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import REGISTERS, register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.offers import Offer
from gongjian.kernel.registers.stages import Stage, StageField, Stages
from gongjian.kernel.rulebooks import keeping, reading, rulebook
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.period import Period
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State


@register(
    "platform",
    key=("enterprise", "sort"),
    filters=("sort", "stage"),
    columns=("enterprise", "sort", "stage", "notice", "unit"),
    search=("enterprise__name",),
    sort=("sort", "enterprise__name"),
    synonyms={"enterprise": ("企业名称", "依托企业"), "sort": ("平台类型",), "stage": ("状态", "进度")},
)
class Platform(Entry):
    """One enterprise's research platform of one sort."""

    class Sort(models.TextChoices):
        TECHNOLOGY = "technology", "省企业技术中心"
        ENGINEERING = "engineering", "省工程研究中心"
        RESEARCH = "research", "省工程技术研究中心"

    class Steps(Stages):
        CULTIVATED = Stage("培育")
        FILED = Stage("已申报")
        SELECTED = Stage("已入选", needs=("notice",))
        FAILED = Stage("未入选", ends=True)

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="platforms", verbose_name="企业")
    sort = models.CharField("类型", max_length=12, choices=Sort.choices)
    stage = StageField("阶段", steps=Steps)
    notice = EvidenceField("入选文件")

    class Meta:
        verbose_name = "研发平台"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.get_sort_display()}"

    offers_read, offers_at = OWED_READS, (Steps.SELECTED.key,)

    def offers(self, *, moves: Sequence[StageMove], on: date) -> list[Offer]:
        won = self.Steps.SELECTED.key
        return owed(
            enterprise=self.enterprise, kind=CRITERIA[self.sort], moves=moves, won=[won], is_won=self.stage == won, on=on,
            level=Recognition.Level.PROVINCIAL,
        )  # fmt: skip


technology = count(
    "technology-centres",
    Platform,
    reached=Platform.Steps.SELECTED,
    where=Q(sort=Platform.Sort.TECHNOLOGY),
    label="入选省企业技术中心",
    unit="家",
    answers=("省企业技术中心", "省级企业技术中心"),
)
engineering = count(
    "engineering-centres",
    Platform,
    reached=Platform.Steps.SELECTED,
    where=Q(sort=Platform.Sort.ENGINEERING),
    label="入选省工程研究中心",
    unit="家",
    answers=("省工程研究中心", "省级工程研究中心"),
)

PROMISED: dict[Any, Indicator] = {Platform.Sort.TECHNOLOGY: technology, Platform.Sort.ENGINEERING: engineering}
"""What plans promise, by sort: 4家入选省企业技术中心、2家入选省工程研究中心."""
CRITERIA: dict[Any, str] = {
    Platform.Sort.TECHNOLOGY: "technology-centre",
    Platform.Sort.ENGINEERING: "engineering-research",
    Platform.Sort.RESEARCH: "engineering-technology",
}
"""The rulebook that says who can become a platform of each sort; 资质认定 calls the title by the same name."""
HELD = Q(level__in=(Recognition.Level.PROVINCIAL, Recognition.Level.NATIONAL))


@dataclass(frozen=True, kw_only=True)
class Pool:
    """One sort of platform: who is on the way, what the criteria say of them, and whom to look at next."""

    sort: Platform.Sort
    book: Rulebook
    stages: dict[str, int]
    """How many rows stand at each stage now."""
    selected: int
    """How many were selected in the year, by the dates of their moves."""
    expected: reading.Expected
    """Expected by the end of the year: `done` are those selected, the rest those that have filed and wait, by verdict. A
    count of verdicts, not a chance."""
    ready: list[Judgement]
    """Who meets every criterion, or all that figures decide, is in no row of this sort and holds no such title."""
    nearest: list[Judgement]
    """Who misses least is in no row of this sort and holds no such title."""


def pool(
    *, sort: Platform.Sort, by: Officer, as_of: date, at: datetime, target: int | None = None, most: int = 20
) -> Pool:
    """The pool of one sort beside the verdicts of its rulebook, and what the plan promises. Raises Refusal where no edition is in force."""
    book = rulebook.edition(CRITERIA[sort], as_of=as_of)
    enterprises = REGISTERS[book.facts.subject]
    seen = access.visible(register=enterprises, by=by, rows=enterprises.model._default_manager.all())
    keeping.refresh(book, as_of=as_of, at=at)
    verdicts = reading.current(book).filter(entry__in=seen.order_by().values("id"))
    rows = access.visible(register=Platform.register, by=by, rows=Platform.objects.all()).filter(sort=sort).order_by()
    stages = dict(rows.values_list("stage").annotate(n=Count("id")))
    filed = reading.distribution(
        verdicts.filter(entry__in=rows.filter(stage=Platform.Steps.FILED.key).values("enterprise_id"))
    )
    moved = StageMove.objects.filter(
        register=Platform.register.name,
        stage=Platform.Steps.SELECTED.key,
        withdrawn_at=None,
        happened_on__year=as_of.year,
        happened_on__lte=as_of,
        entry_id__in=rows.values("id"),
    )
    selected = moved.values("entry_id").distinct().count()
    titled = Recognition.objects.filter(in_force(Period(filing_on=as_of)), HELD, kind=CRITERIA[sort]).order_by()
    new = verdicts.exclude(entry__in=rows.values("enterprise_id")).exclude(entry__in=titled.values("enterprise_id"))
    return Pool(
        sort=sort,
        book=book,
        stages={stage.label: stages.get(stage.key, 0) for stage in Platform.Steps.all},
        selected=selected,
        expected=reading.Expected(target=target, done=selected, counts=filed, nearest=[]),
        ready=list(new.filter(state__in=(State.MET, State.OPEN, State.UNGRADED)).order_by("state", "entry")[:most]),
        nearest=reading.nearest(new, most=most),
    )
