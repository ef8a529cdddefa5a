"""专利培育: which patents count as 高价值发明专利, which end within a year, which were used up for 高企 ("加大高价值专利培育力度").

Whether a patent is of high value is the verdict of the rulebook valuable-patent; nothing is marked by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from gongjian.drives.innovation.criteria.valuable_patent import VALUABLE_PATENT
from gongjian.ground.facts import CLASS_ONE, VALID
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.ground.recognitions import Recognition
from gongjian.kernel.indicators.declare import count
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.rulebooks import keeping, reading
from gongjian.kernel.rulebooks.judging import judge_one
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.period import Period
from gongjian.kernel.rulebooks.states import State

ip_advantage = count(
    "ip-advantage-recognised",
    Recognition,
    dated="valid_from",
    where=Q(kind=Recognition.Kind.IP_ADVANTAGE),
    proved_by="certificate",
    label="知识产权优势企业",
    unit="家",
    answers=("知识产权优势企业",),
)
inventions = count(
    "inventions-granted",
    IntellectualProperty,
    dated="granted_on",
    where=Q(kind=IntellectualProperty.Kind.INVENTION),
    proved_by="certificate",
    label="授权发明专利",
    unit="件",
    answers=("发明专利授权", "授权发明专利", "新增发明专利"),
)


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """The rights that an officer may see, in numbers."""

    valid: int
    inventions: int
    high_value: int
    open: int
    """Those that the authority has to weigh (a pledge of unknown size)."""
    unknown: int
    expiring: int
    expired: int
    """In force by their row though their last day is past."""
    used_up: int
    unmarked: int
    """Ⅱ类 of which nobody has said whether it was used."""


def rights(*, by: Officer) -> QuerySet[IntellectualProperty]:
    """The rights that `by` may read."""
    register = IntellectualProperty.register
    return access.visible(register=register, by=by, rows=IntellectualProperty.objects.all())


def high_value(*, as_of: date, at: datetime, state: State = State.MET) -> QuerySet[IntellectualProperty]:
    """The rights with that verdict by the rulebook, brought up to date."""
    keeping.refresh(VALUABLE_PATENT, as_of=as_of, at=at)
    found = reading.current(VALUABLE_PATENT).filter(state=state).order_by()
    return IntellectualProperty.objects.filter(pk__in=found.values("entry"))


def expiring(*, as_of: date) -> Q:
    """In force, with the last day within a year (that day next year included)."""
    return VALID & Q(expires_on__gte=as_of, expires_on__lte=_next_year(as_of))


def past(*, as_of: date) -> Q:
    """In force by the row though the last day is past: the row has to be corrected."""
    return VALID & Q(expires_on__lt=as_of)


USED_UP = VALID & ~CLASS_ONE & Q(used_before_hte=True)
"""Ⅱ类 that an application for 高企 has used already: it counts for none again."""

UNMARKED = VALID & ~CLASS_ONE & Q(used_before_hte=None)


def portfolio(*, by: Officer, as_of: date, at: datetime) -> Portfolio:
    """What the rights that `by` may read come to."""
    seen = rights(by=by)
    counts = seen.aggregate(
        valid=Count("id", filter=VALID),
        inventions=Count("id", filter=VALID & Q(kind=IntellectualProperty.Kind.INVENTION)),
        expiring=Count("id", filter=expiring(as_of=as_of)),
        expired=Count("id", filter=past(as_of=as_of)),
        used_up=Count("id", filter=USED_UP),
        unmarked=Count("id", filter=UNMARKED),
    )
    keeping.refresh(VALUABLE_PATENT, as_of=as_of, at=at)
    kept = reading.current(VALUABLE_PATENT).filter(entry__in=seen.order_by().values("id"))
    states = reading.distribution(kept)
    return Portfolio(high_value=states[State.MET], open=states[State.OPEN], unknown=states[State.UNKNOWN], **counts)


def grounds(verdicts: Iterable[Judgement], *, as_of: date) -> dict[int, list[str]]:
    """By right, on which of the rulebook's grounds it is of high value: ["①战略性新兴产业"]."""
    found = {}
    for one in verdicts:
        facts = {name: one.facts.get(name) for name in VALUABLE_PATENT.specs}
        told = judge_one(VALUABLE_PATENT, facts, as_of=as_of).alerts
        found[one.entry] = [finding.gate.label for finding in told if finding.state is State.MET]
    return found


def cautions(right: IntellectualProperty, *, as_of: date) -> list[str]:
    """What an officer should do about one right: renew, correct its row, not count on it for 高企."""
    found = []
    if right.legal_status == IntellectualProperty.Legal.VALID and right.expires_on is not None:
        if right.expires_on < as_of:
            found.append(f"到期日期{right.expires_on}已过,法律状态仍为有效,请核对")
        elif right.expires_on <= _next_year(as_of):
            found.append(f"{right.expires_on}到期,还有{(right.expires_on - as_of).days}天")
    if not right.is_class_one and right.used_before_hte:
        found.append("Ⅱ类,已用于高企认定,不能再用")
    elif not right.is_class_one and right.used_before_hte is None:
        found.append("Ⅱ类,未填是否曾用于高企认定")
    return found


def _next_year(day: date) -> date:
    return Period(filing_on=day).years_before(-1)
