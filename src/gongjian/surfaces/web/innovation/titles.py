"""待登记资质: rows that have won a title which 资质认定 does not hold yet, and titles left behind by a withdrawn stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import offers
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.offers import Offer
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers.offering import way

MOST = 200
"""So many of one register are listed; the rest come up as these are dealt with."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One offer: the row it follows from, and where it is taken up."""

    row: Any
    offer: Offer
    href: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """What the rows of one register offer."""

    register: Register
    lines: list[Line]
    n: int


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """All that is outstanding and that the officer may take up, by register."""
    me, day = officer(request), today()
    found = groups(by=me, on=day)
    return page(
        request,
        "innovation/titles.html",
        groups=[one for one in found if one.n],
        may_any=bool(found),
        total=sum(one.n for one in found),
        most=MOST,
        day=day,
    )


def groups(*, by: Officer, on: date) -> list[Group]:
    """By register, also those with nothing outstanding; none for an officer who may not write them."""
    found = []
    for register in offers.offering(by=by):
        every = list(offers.outstanding(register=register, by=by, on=on))
        lines = [Line(row=row, offer=one, href=way(one)[0], label=way(one)[1]) for row, one in islice(every, MOST)]
        found.append(Group(register=register, lines=lines, n=len(every)))
    return found
