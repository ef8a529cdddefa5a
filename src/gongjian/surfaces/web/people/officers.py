"""One officer: account, role, what is open under the name; reset, transfer, close and reopen the account."""

from __future__ import annotations

from typing import Any

from axes.utils import reset as forget_failures
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Forbidden, Refusal, Stale
from gongjian.kernel.people import actions, directory, handover, policy
from gongjian.kernel.people.fields import fingerprint, masked
from gongjian.kernel.people.models import Officer, Role, Unit
from gongjian.kernel.registers.numbers import number_in
from gongjian.surfaces.web.page import officer, page

TEXTS = ("username", "name", "role", "title", "phone")


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One officer; everybody may see the own account, the form is for those who manage people."""
    person = _found(request, pk)
    if request.method == "GET":
        return _page(request, person=person, typed=_standing(person))
    typed = _typed(request)
    try:
        values = _values(typed, standing=person, clear_phone="clear_phone" in request.POST)
        seen = request.POST.get("seen", "")
        actions.save_officer(officer=person, values=values, by=officer(request), at=clock.now(), seen=seen)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _page(request, person=_found(request, pk), typed=typed, refusal=refusal)
    return redirect(reverse("officer", args=[pk]) + "?saved=1")


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An account more; its first password is shown once, in the answer to this very request."""
    me = officer(request)
    policy.require(by=me, verb="people.manage")
    if request.method == "GET":
        blank = {"username": "", "name": "", "role": "unit_officer", "title": "", "phone": ""}
        return _page(request, person=None, typed={**blank, "unit": request.GET.get("unit", "")})
    typed = _typed(request)
    try:
        created, password = actions.create_officer(values=_values(typed), by=me, at=clock.now())
    except Refusal as refusal:
        return _page(request, person=None, typed=typed, refusal=refusal)
    return page(request, "people/strips.html", issued=[(created, password)], first_run=False)


@never_cache
@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A new first password, shown once; a lock after wrong passwords is lifted too."""
    person = _found(request, pk)
    password = actions.reset_password(officer=person, by=officer(request), at=clock.now())
    forget_failures(username=person.username)
    return page(request, "people/strips.html", issued=[(person, password)], first_run=False)


@require_POST
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand what the officer leads to another leader."""
    person = _found(request, pk)
    to = request.POST.get("to", "")
    receiver = Officer.objects.filter(pk=number_in(to)).first()
    try:
        if receiver is None:
            raise Refusal("transfer.nobody", "没有选择接收人", "请选择一位领导接收")
        note = request.POST.get("note", "").strip()[:200]
        count = handover.transfer(officer=person, to=receiver, by=officer(request), at=clock.now(), note=note)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _page(request, person=person, typed=_standing(person), transfer_refusal=refusal)
    return redirect(reverse("officer", args=[pk]) + f"?transferred={count}")


@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the account; while something is open under the name, the refusal stands beside the form to transfer it."""
    person = _found(request, pk)
    try:
        note = request.POST.get("note", "")
        actions.deactivate(officer=person, by=officer(request), at=clock.now(), note=note)
    except Forbidden:
        raise
    except Refusal as refusal:
        return _page(request, person=person, typed=_standing(person), transfer_refusal=refusal)
    return redirect(reverse("officer", args=[pk]) + "?closed=1")


@never_cache
@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again with a new first password."""
    person = _found(request, pk)
    password = actions.reactivate(officer=person, by=officer(request), at=clock.now())
    return page(request, "people/strips.html", issued=[(person, password)], first_run=False)


def _found(request: HttpRequest, pk: int) -> Officer:
    person = directory.officer(by=officer(request), pk=pk)
    if person is None:
        raise Http404
    return person


def _standing(person: Officer) -> dict[str, str]:
    return {name: getattr(person, name) for name in TEXTS if name != "phone"} | {
        "unit": str(person.unit_id or ""),
        "phone": "",
    }


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip() for name in (*TEXTS, "unit")}


def _values(typed: dict[str, str], *, standing: Officer | None = None, clear_phone: bool = False) -> dict[str, Any]:
    """Field values from the form. A blank phone keeps the number on file, which the form does not show."""
    values: dict[str, Any] = {name: typed[name] for name in TEXTS}
    values["unit"] = Unit.objects.filter(pk=number_in(typed["unit"])).first()
    if standing is not None and not typed["phone"] and not clear_phone:
        del values["phone"]
    return values


def _page(
    request: HttpRequest,
    *,
    person: Officer | None,
    typed: dict[str, str],
    refusal: Refusal | None = None,
    transfer_refusal: Refusal | None = None,
) -> HttpResponse:
    me = officer(request)
    fault = refusal or transfer_refusal
    context: dict[str, Any] = {
        "person": person,
        "typed": typed,
        "refusal": refusal,
        "transfer_refusal": transfer_refusal,
    }
    if person is not None:
        items = handover.open_items(officer=person)
        leaders = Officer.objects.filter(role=Role.LEADER, is_active=True).exclude(pk=person.pk)
        acts = []
        if policy.may(by=me, verb="audit.read"):
            acts = list(directory.log(by=me, subject_kind="officer", subject_id=person.pk)[:20])
        context |= {"items": items, "leaders": list(leaders), "acts": acts, "phone_shown": masked(person.phone)}
    choices = [(unit, depth) for unit, depth in directory.in_tree_order() if unit.is_active]
    return page(
        request,
        "people/officer.html",
        status=200 if fault is None else 409 if isinstance(fault, Stale) else 422,
        **context,
        **{"choices": choices, "roles": Role.choices, "seen": fingerprint(person) if person else ""},
    )
