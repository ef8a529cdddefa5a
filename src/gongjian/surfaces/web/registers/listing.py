"""台账 list: one register's rows by filters, words and order, page by page, now or as they were recorded on a past day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, derived, query, views
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.values import shown
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers import grid, headings, narrowing, purpose
from gongjian.surfaces.web.registers.address import Address
from gongjian.surfaces.web.registers.behind import Behind, behind, is_counted
from gongjian.surfaces.web.registers.common import folder_label, heard, register_of, status_of
from gongjian.surfaces.web.registers.menus import MENUS
from gongjian.surfaces.web.registers.views import address_of

PER_PAGE = 50
AT_ONCE = 2_000
"""A list of up to this many rows comes with the counts of its filters and its totals; for a longer one they follow."""
PRINT_MOST = 2_000


@dataclass(kw_only=True)
class Ledger:
    """What a list's page shows: its address, the rows of this page, how many there are, counts and totals."""

    register: Register
    address: Address
    sight: Sight
    figure: Behind | None = None
    ask: query.Ask | None = None
    rows: list[Any] = field(default_factory=list)
    after: str = ""
    before: str = ""
    is_cut: bool = False
    """Whether a print leaves rows out."""
    count: query.Counted | None = None
    whole: query.Counted | None = None
    """How many rows there are without any narrowing."""
    counts: dict[str, list[tuple[str, int]]] | None = None
    totals: dict[str, str] | None = None
    refusal: Refusal | None = None

    @property
    def is_small(self) -> bool:
        """Whether counts and totals come with the rows."""
        return self.count is not None and self.count.how == "exact" and self.count.n <= AT_ONCE

    @property
    def start(self) -> int | None:
        """How many rows lie before this page; None on the last page of a list that was not counted to its end."""
        if not self.address.is_end:
            return self.address.start if self.before else 0
        is_exact = self.count is not None and self.count.how == "exact"
        return self.count.n - len(self.rows) if self.count and is_exact else None

    @property
    def span(self) -> str:
        """Which rows these are: 第 1–50 行."""
        if self.start is None:
            return f"最后 {len(self.rows)} 行"
        return f"第 {self.start + 1:,}–{self.start + len(self.rows):,} 行"


@require_GET
def show(request: HttpRequest, name: str) -> HttpResponse:
    """One register's rows; `part=counts` asks for the counts of its filters and its totals alone, `part=` and the name
    of a menu for what that menu shows, `part=` and the name of a derived column for its values with their counts."""
    me, register = officer(request), register_of(name)
    access.require_role(register=register, by=me, verb="register.read")
    if not request.GET and (opening := views.opening(register=register, by=me)) is not None:
        return redirect(reverse("register", args=[register.name]) + address_of(opening))
    ledger = read(request, register, me)
    context = frame(request, ledger, me)
    if request.GET.get("part") == "counts":
        return page(request, "registers/counts.html", **context, is_part=True)
    status = status_of(ledger.refusal) if ledger.refusal else 200
    if (part := request.GET.get("part", "")) in MENUS:
        told = {**context, **MENUS[part](ledger.address, me)}
        return page(request, "registers/menu.html", menu=f"registers/menu_{part}.html", **told)
    if part in register.derived:
        told = {**context, "facet": _derived(ledger, part), "refusal": ledger.refusal}
        return page(request, "registers/menu.html", menu="registers/derived.html", **told)
    if request.GET.get("print"):
        return page(request, "registers/print.html", status=status, **context, **print_of(ledger))
    is_swap = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")
    told = {**context, **table_of(request, ledger, me)}
    return page(request, "registers/list.html", status=status, **told, is_part=False, is_swap=is_swap)


def read(request: HttpRequest, register: Register, me: Officer) -> Ledger:
    """The list that the address asks for; what is wrong with the address becomes the page's refusal."""
    held = purpose.of(request, register)
    sight = Sight(register=register, by=me, purpose=held)
    ledger = Ledger(register=register, address=Address(register=register), sight=sight)
    try:
        ledger.address = _address(request, ledger, me)
        ledger.figure = behind(request, register)
        ids = ledger.figure.order if ledger.figure else None
        ledger.ask = ledger.address.ask(by=me, purpose=held, ids=ids)
        _fill(request, ledger, ledger.ask)
        everything = query.Ask(register=register, by=me, purpose=held, known_at=ledger.address.known_at)
        is_part = ledger.address.is_narrow or ledger.figure is not None
        ledger.whole = query.count(everything) if is_part else ledger.count
    except Forbidden:
        raise
    except Refusal as refusal:
        ledger.refusal = refusal
    return ledger


def _address(request: HttpRequest, ledger: Ledger, me: Officer) -> Address:
    """The address; where its day is none it is refused, and the rest of it still stands on the page."""
    register, day = ledger.register, today(request)
    try:
        return Address.of(register=register, by=me, given=request.GET, today=day)
    except Refusal:
        rest = request.GET.copy()
        rest.pop("known_at", None)
        ledger.address = Address.of(register=register, by=me, given=rest, today=day)
        raise


def frame(request: HttpRequest, ledger: Ledger, me: Officer) -> dict[str, Any]:
    """What a list, its print and its counts have in common."""
    register, address = ledger.register, ledger.address
    is_now = address.known_on is None
    return {
        "register": register,
        "ledger": ledger,
        "address": address,
        "figure": ledger.figure,
        "columns": headings.heads(address=address, by=me),
        "strip": narrowing.strip(register=register),
        "facets": narrowing.facets(address=address, by=me, counts=ledger.counts),
        "derived": narrowing.derived(address=address, counts=ledger.counts),
        "can_write": is_now and access.may(register=register, by=me, verb="register.write"),
        "can_bulk": is_now and access.may(register=register, by=me, verb="register.bulk"),
        "as_of": today(request),
    }


def print_of(ledger: Ledger) -> dict[str, Any]:
    """What a print has besides: the texts of its rows and the conditions in words."""
    names = ledger.address.shown
    return {
        "texts": grid.texts(sight=ledger.sight, names=names, rows=ledger.rows),
        "words": ledger.address.words() if not ledger.refusal else [],
        "dates": [name for name in names if isinstance(ledger.register.field(name), models.DateField)],
        "most": PRINT_MOST,
    }


def table_of(request: HttpRequest, ledger: Ledger, me: Officer) -> dict[str, Any]:
    """What a list has besides: its rows as they stand in the table, its order, and what may be done with it."""
    register, address = ledger.register, ledger.address
    is_now = address.known_on is None
    may = {
        verb: access.may(register=register, by=me, verb=f"register.{verb}")
        for verb in ("write", "bulk", "import", "export", "merge")
    }
    return {
        "rows": grid.body(
            sight=ledger.sight,
            names=address.shown,
            rows=ledger.rows,
            known_on=address.known_on,
            facts=ledger.figure.facts if ledger.figure else None,
            can_bulk=may["bulk"] and is_now,
            can_write=may["write"] and is_now,
        ),
        "order": headings.order(address=address),
        "levels": headings.levels(address=address, by=me),
        "chips": narrowing.chips(address=address),
        "can_import": may["import"] and is_now,
        "can_export": may["export"],
        "can_merge": may["merge"] and is_now and bool(register.alike),
        "can_suppose": is_now and bool(register.derived),
        "folder": folder_label(register.folder),
        "is_counted": is_counted(register) and policy.may(by=me, verb="plan.read"),
        "searched": list(dict.fromkeys(query.filter_label(register=register, path=path) for path in register.search)),
        "per_page": PER_PAGE,
        "notice": heard(request),
    }


def _fill(request: HttpRequest, ledger: Ledger, ask: query.Ask) -> None:
    address, part = ledger.address, request.GET.get("part", "")
    if part in MENUS:
        return
    seen = query.look(ask)
    ledger.count = query.count(ask, seen=seen)
    if part in ledger.register.derived:
        return
    if part != "counts":
        is_print = bool(request.GET.get("print"))
        if is_print:
            rows = list(query.rows(ask)[: PRINT_MOST + 1])
            ledger.is_cut, ledger.rows = len(rows) > PRINT_MOST, rows[:PRINT_MOST]
        else:
            ledger.rows = _figure_rows(ledger) if ledger.figure and not address.sort else _rows(ledger, seen)
        on = today(request)
        derived.fill(register=ledger.register.name, names=address.shown, rows=ledger.rows, on=on, known_at=ask.known_at)
        if not ledger.is_small and "counts" not in request.GET:
            return
    ledger.counts = query.facets(ask, seen=seen)
    for path in narrowing.open_derived(address=address):
        ledger.counts[path] = query.derived(ask, path, seen=seen)
    added = query.totals(ask, names=address.shown, seen=seen)
    ledger.totals = {name: shown(value) for name, value in added.items()}


def _derived(ledger: Ledger, path: str) -> narrowing.Facet:
    """One derived column as a filter, counted."""
    counted = query.derived(ledger.ask, path) if ledger.ask is not None and ledger.refusal is None else []
    facets = narrowing.derived(address=ledger.address, counts={path: counted})
    return next(one for one in facets if one.path == path)


def _rows(ledger: Ledger, seen: query.Look | None) -> list[Any]:
    address = ledger.address
    assert ledger.ask is not None
    cut = query.cut(
        ledger.ask,
        size=PER_PAGE,
        after=address.after,
        before=address.before,
        end=address.is_end,
        seen=seen,
        names=address.shown,
    )
    ledger.after, ledger.before = cut.after, cut.before
    return list(cut.rows)


def _figure_rows(ledger: Ledger) -> list[Any]:
    """Behind a figure, without another order asked for: by the day from which each row counts, page by number."""
    assert ledger.figure is not None and ledger.ask is not None
    found = query.rows(ledger.ask)
    allowed = set(found.order_by().values_list("id", flat=True))
    keys = [pk for pk in ledger.figure.order if pk in allowed]
    start = ledger.address.start if not ledger.address.is_end else max(0, len(keys) - PER_PAGE)
    wanted = keys[start : start + PER_PAGE]
    rows = {row.id: row for row in found.filter(id__in=wanted)}
    ledger.after = "figure" if start + PER_PAGE < len(keys) else ""
    ledger.before = "figure" if start > 0 else ""
    return [rows[pk] for pk in wanted]
