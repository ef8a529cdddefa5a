"""The log of acts: who did what, when and why; for supervision office, auditors and administrators."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from gongjian.kernel.people import directory
from gongjian.kernel.people.acts import VERBS
from gongjian.kernel.people.models import Act
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.history import SAID
from gongjian.kernel.registers.numbers import number_in
from gongjian.surfaces.web.page import officer, page

ON_A_PAGE = 100


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The acts, newest first; by officer, act and day."""
    me = officer(request)
    found = directory.log(by=me)
    verb, by, since, until = (request.GET.get(name, "") for name in ("verb", "by", "since", "until"))
    if verb in VERBS:
        found = found.filter(verb=verb)
    if (officer_id := number_in(by)) is not None:
        found = found.filter(by_id=officer_id)
    if day := _day(since):
        found = found.filter(at__date__gte=day)
    if day := _day(until):
        found = found.filter(at__date__lte=day)
    pages = Paginator(found, ON_A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    for act in shown:
        _discreet(act)
    context = {
        "acts": shown,
        "address": address_of,
        "verb": verb,
        "by": by,
        "since": since,
        "until": until,
        "verbs": VERBS,
    }
    return page(request, "people/log.html", **context, officers=list(directory.officers(by=me).order_by("name")))


def address_of(act: Act) -> str:
    """The page of the thing that an act was done to; "" for things without a page of their own."""
    kind, _, register = act.subject_kind.partition(":")
    try:
        if act.subject_id is None:
            return ""
        if kind == "entry":
            return reverse("entry", args=[register, act.subject_id])
        return reverse(kind, args=[act.subject_id]) if kind in {"commitment", "unit", "officer"} else ""
    except NoReverseMatch:  # a register whose name no address takes any more
        return ""


def _discreet(act: Act) -> None:
    """What a row of a sensitive register holds is read there, for a purpose; the log tells what was done to it."""
    kind, _, name = act.subject_kind.partition(":")
    if kind != "entry" or name not in REGISTERS or not REGISTERS[name].sensitive:
        return
    if act.verb == "entry.removed":  # names the row before the reason
        act.note = act.note.partition(":")[2]
    elif act.verb in SAID or act.verb.startswith("evidence."):
        act.note = ""
    act.note = ";".join(part for part in (act.note, "、".join(act.changes)) if part)
    act.changes = {}


def _day(text: str) -> str:
    """An ISO date, or "" for anything else: a wrong date in the address filters nothing."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
