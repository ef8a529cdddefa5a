"""窗口日历: by month, what opens, closes, falls due and expires, and by when it has to be prepared; what is not set says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from gongjian.ground.recognitions import Recognition
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks import keeping, windows
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.surfaces.web.criteria.common import may_open
from gongjian.surfaces.web.page import officer, page, today

MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Expiring:
    """Titles of one kind that end in a month, and the list of them."""

    label: str
    n: int
    href: str


@dataclass(frozen=True, kw_only=True)
class Month:
    """One month of the calendar."""

    first: date
    dated: list[windows.Dated]
    expiring: list[Expiring]

    @property
    def is_empty(self) -> bool:
        return not self.dated and not self.expiring


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Twelve months from this one, or from `?from=2026-01`."""
    me, day = officer(request), today()
    first = _month(request.GET.get("from", ""), day)
    last = _later(first, MONTHS) - timedelta(days=1)
    books = [book for book in keeping.current(as_of=day) if may_open(book, by=me)]
    dated = windows.calendar(books, since=first, until=last)
    ending = _ending(me, first, last)
    months = [
        Month(
            first=month,
            dated=[one for one in dated if (one.on.year, one.on.month) == (month.year, month.month)],
            expiring=ending.get(month, []),
        )
        for month in (_later(first, n) for n in range(MONTHS))
    ]
    return page(
        request,
        "criteria/calendar.html",
        months=months,
        unset=_unset(books, range(first.year, last.year + 1)),
        labels={book.name: book.label for book in books},
        kinds=windows.KINDS,
        first=first,
        last=last,
        earlier=_later(first, -MONTHS),
        later=_later(first, MONTHS),
        day=day,
    )


def _unset(books: list[Rulebook], years: range) -> list[tuple[Rulebook, str, str, str]]:
    """Each window without a date once: its rulebook, label, the years, where the date comes from."""
    found: dict[tuple[str, str], tuple[Rulebook, windows.Window, list[int]]] = {}
    for year in years:
        for book, one in windows.unset(books, year=year):
            found.setdefault((book.name, one.label), (book, one, []))[2].append(year)
    return [(book, one.label, "、".join(f"{y}年" for y in which), one.source) for book, one, which in found.values()]


def _ending(me: Officer, first: date, last: date) -> dict[date, list[Expiring]]:
    """By month: how many titles in force end, by kind, of those that the officer may see."""
    register = REGISTERS["recognition"]
    if not access.may(register=register, by=me, verb="register.read"):
        return {}
    rows = access.visible(register=register, by=me, rows=Recognition.objects.all())
    held = rows.filter(valid_to__range=(first, last)).filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=F("valid_to")))
    counted = (
        held.order_by().annotate(month=TruncMonth("valid_to")).values_list("month", "kind").annotate(n=Count("id"))
    )
    labels = dict(Recognition.Kind.choices)
    found: dict[date, list[Expiring]] = {}
    for month, kind, n in sorted(counted):
        until = _later(month, 1) - timedelta(days=1)
        asked = {"kind": kind, "valid_to.from": month.isoformat(), "valid_to.to": until.isoformat()}
        href = f"{reverse('register', args=['recognition'])}?{urlencode(asked)}"
        found.setdefault(month, []).append(Expiring(label=str(labels.get(kind, kind)), n=n, href=href))
    return found


def _month(asked: str, day: date) -> date:
    if not asked.strip():
        return day.replace(day=1)
    try:
        first = date.fromisoformat(f"{asked.strip()}-01")
    except ValueError as fault:
        raise Refusal("calendar.month", f"月份“{asked[:20]}”写法不对", "请写成 2026-01 这样的月份") from fault
    if not 2000 <= first.year <= 2100:
        raise Refusal("calendar.month", f"月份“{asked[:20]}”不在2000年到2100年之间", "请换一个月份")
    return first


def _later(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
