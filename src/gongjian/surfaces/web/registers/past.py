"""What happened to a row, page by page; going back to an earlier version of it; taking it out of the register."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, actions, query
from gongjian.kernel.registers.access import NoPurpose
from gongjian.kernel.registers.history import Event, records, timeline
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.pointing import pointing_at
from gongjian.kernel.registers.values import same, shown
from gongjian.surfaces.web.page import officer, page
from gongjian.surfaces.web.registers import purpose
from gongjian.surfaces.web.registers.common import register_of, say, status_of
from gongjian.surfaces.web.registers.reading import row_of

EVENTS = 20
"""Events that one page of the timeline shows."""


@dataclass(frozen=True, kw_only=True)
class Events:
    """One page of a row's timeline; `older` is the moment from which the next page goes back, "" where none does."""

    events: list[tuple[Event, bool]]
    """Each with whether going back to what the row became by it would change anything."""
    older: str
    is_first: bool


def events_of(request: HttpRequest, row: Any, *, by: Officer, until: datetime | None = None) -> Events:
    """The events before ?before=, newest first; up to a moment, where one is given."""
    before = _moment(request.GET.get("before", ""))
    ends = [moment for moment in (before, until + timedelta(microseconds=1) if until else None) if moment is not None]
    stated = purpose.of(request, row.register)
    found = timeline(entry=row, by=by, purpose=stated, before=min(ends, default=None), most=EVENTS)
    older = found[-1].at.isoformat() if len(found) >= EVENTS else ""
    labels = {str(one.verbose_name) for one in row.register.fields}
    differs = before is not None
    events = []
    for event in found:
        events.append((event, differs and 0 < event.revision < row.revision))
        differs = differs or any(label in labels for label, _, _ in event.diff)
    return Events(events=events, older=older, is_first=before is None)


def _moment(raw: str) -> datetime | None:
    """A moment as an address carries it; anything else is no moment."""
    try:
        found = datetime.fromisoformat(raw.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def first_recorded(row: Any) -> datetime | None:
    """When the row was first recorded."""
    first = records(row).first()
    return first.history_date if first is not None else None


@require_http_methods(["GET", "POST"])
def revert(request: HttpRequest, name: str, pk: int, revision: int) -> HttpResponse:
    """Show what going back to an earlier version would change, and do it."""
    me, register = officer(request), register_of(name)
    row = row_of(request, register, pk)
    access.require(register=register, by=me, verb="register.write", entry=row)
    old = records(row).filter(revision=revision).last()
    if old is None or revision >= row.revision:
        raise Refusal("entry.revision", f"这条记录没有可以恢复的第{revision}版", "请从变更记录中重新选择")
    refusal = None
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()
        _as_seen(row, request)
        try:
            done = actions.revert(entry=row, revision=revision, by=me, at=clock.now(), reason=reason)
        except Refusal as caught:
            refusal = caught
            row.refresh_from_db()
        else:
            say(request, f"已恢复到第{revision}版,改回:{'、'.join(done)}。" if done else "内容与该版相同,未作修改。")
            return redirect("entry", name=register.name, pk=pk)
    sight = Sight(register=register, by=me)
    return page(
        request,
        "registers/revert.html",
        status=status_of(refusal) if refusal else 200,
        register=register,
        row=row,
        old=old,
        revision=revision,
        diff=_difference(row, old, sight),
        refusal=refusal,
        reason=request.POST.get("reason", ""),
    )


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Ask before a row is deleted, with what points at it; delete it for a reason."""
    me, register = officer(request), register_of(name)
    row = row_of(request, register, pk)
    access.require(register=register, by=me, verb="register.write", entry=row)
    refusal = None
    if request.method == "POST":
        title = str(row)
        _as_seen(row, request)
        try:
            actions.remove(entry=row, by=me, at=clock.now(), reason=request.POST.get("reason", "").strip())
        except NoPurpose:
            raise
        except Refusal as caught:
            refusal = caught
            row.refresh_from_db()
        else:
            say(request, f"已删除“{title}”,删除前的内容留在办理记录中。")
            return redirect("register", name=register.name)
    related = query.related(entry=row, by=me, most=5)
    every = Counter(str(model._meta.verbose_name) for model, _, _ in pointing_at(model=register.model, ids=[row.pk]))
    for other, _, _, count in related:
        every[other.label] -= count
    return page(
        request,
        "registers/remove.html",
        status=status_of(refusal) if refusal else 200,
        register=register,
        row=row,
        related=related,
        unseen=[(label, n) for label, n in every.items() if n > 0],
        refusal=refusal,
        reason=request.POST.get("reason", ""),
    )


def _as_seen(row: Any, request: HttpRequest) -> None:
    """The row is acted on as the page showed it: what somebody changed since then is refused as stale."""
    raw = request.POST.get("revision", "")
    row.revision = int(raw) if raw.isdecimal() and len(raw) < 10 else row.revision


def _difference(row: Any, old: Any, sight: Sight) -> list[tuple[str, str, str]]:
    """What would change: label, the value now, the value of the earlier version."""
    found = []
    for one in row.register.fields:
        now, then = getattr(row, one.attname), getattr(old, one.attname)
        if not same(now, then):
            texts = []
            for holder in (row, old):
                value = sight.value(row=holder, name=one.name)
                texts.append(shown(value, one))
            found.append((str(one.verbose_name), texts[0], texts[1]))
    return found
