"""What the pages of rulebooks share: who may see which verdicts, colours, counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from gongjian.kernel import clock
from gongjian.kernel.indicators.kinds import Indicator
from gongjian.kernel.people.models import Officer
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.rulebooks import keeping, reading, rulebook
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.web.page import today

MOST = 200
"""So many changed subjects are judged while a page is made."""
TONES = {
    State.MET: "ok",
    State.OPEN: "go",
    State.UNGRADED: "warn",
    State.UNKNOWN: "",
    State.UNMET: "bad",
    State.NOT_APPLICABLE: "",
}
ORDER = (State.MET, State.OPEN, State.UNGRADED, State.UNKNOWN, State.UNMET, State.NOT_APPLICABLE)
HINTS = {
    State.MET: "全部条件符合",
    State.OPEN: "没有不符合的,余下由评审认定",
    State.UNGRADED: "余下须由问诊人评分",
    State.UNKNOWN: "缺少数据,补上才能判断",
    State.UNMET: "至少一项明确不符合",
    State.NOT_APPLICABLE: "这部标准不适用",
}


@dataclass(frozen=True, kw_only=True)
class Share:
    """One verdict's share of a distribution."""

    state: State
    n: int
    percent: float


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a rulebook judges, and whether an officer may be shown a list of it: `closed` says why not."""

    register: Register
    closed: str = ""


def book_of(name: str) -> Rulebook:
    """The edition in force today. A page that does not exist for an unknown name; refused where none is in force."""
    if name not in rulebook.names():
        raise Http404
    return rulebook.edition(name, as_of=today())


def may_open(book: Rulebook, *, by: Officer) -> bool:
    """Whether the officer may know of this rulebook's subjects at all."""
    return access.may(register=REGISTERS[book.facts.subject], by=by, verb="register.read")


def subject_of(book: Rulebook) -> Subject:
    """The rulebook's subjects; about people nothing is kept, and what is sensitive is not listed."""
    register = REGISTERS[book.facts.subject]
    if book.facts.personal:
        return Subject(register=register, closed="按个人信息测算,不保留结论,也不列名单;请在人员页逐人查询并说明用途。")
    if register.sensitive:
        return Subject(register=register, closed=f"“{register.label}”含有敏感信息,这里不列名单。")
    return Subject(register=register)


def kept(book: Rulebook, *, by: Officer) -> QuerySet[Judgement]:
    """The verdicts of the subjects that the officer may see, as the background worker last left them."""
    subject = subject_of(book)
    if subject.closed:
        access.require_role(register=subject.register, by=by, verb="register.read")
        return Judgement.objects.none()
    rows = access.visible(register=subject.register, by=by, rows=subject.register.model._default_manager.all())
    return reading.current(book).filter(entry__in=rows.order_by().values("id"))


def seen(book: Rulebook, *, by: Officer, most: int | None = MOST) -> QuerySet[Judgement]:
    """The same, after judging what has changed since: up to `most` subjects, more are left to the worker (`pending`)."""
    found = kept(book, by=by)
    keeping.refresh(book, as_of=today(), at=clock.now(), most=most)
    return found


def pending(book: Rulebook) -> int:
    """How many subjects wait for being judged again."""
    return keeping.waiting(book, as_of=today())


def shares(counts: dict[State, int]) -> list[Share]:
    """A distribution as shares of the subjects to which the rulebook applies, in the order of ORDER."""
    whole = sum(n for state, n in counts.items() if state is not State.NOT_APPLICABLE) or 1
    return [
        Share(state=state, n=counts[state], percent=round(100 * counts[state] / whole, 2))
        for state in ORDER
        if state is not State.NOT_APPLICABLE
    ]


def rows_of(book: Rulebook, ids: Iterable[int]) -> dict[int, Any]:
    """The subjects' rows by number, with what their names and units need."""
    register = REGISTERS[book.facts.subject]
    relations = [
        field.name for field in register.model._meta.fields if field.name in ("unit", "enterprise", "project", "person")
    ]
    found = register.model._default_manager.filter(pk__in=list(ids)).select_related(*relations)
    return {row.pk: row for row in found}


def promised(indicator: Indicator, *, year: int) -> int | None:
    """What the plan of a year that is in force promises for an indicator; None where nothing is promised."""
    found = Commitment.objects.filter(
        indicator=indicator.name, plan__year=year, state=Commitment.State.CONFIRMED
    ).exclude(plan__state__in=[Plan.State.REVIEW, Plan.State.SUPERSEDED])
    value = found.order_by("id").values_list("value", flat=True).first()
    return int(value) if value is not None else None
