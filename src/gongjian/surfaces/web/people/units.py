"""Units: the tree with its officers, one unit with what it answers for, its form."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from gongjian.kernel import clock
from gongjian.kernel.errors import Forbidden, Refusal, Stale
from gongjian.kernel.people import actions, directory, policy
from gongjian.kernel.people.fields import fingerprint
from gongjian.kernel.people.models import Role, Unit
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.registers.numbers import number_in
from gongjian.surfaces.web.page import officer, page

STATES = (("active", "在岗"), ("new", "未登录过"), ("inactive", "已停用"))


@require_GET
def tree(request: HttpRequest) -> HttpResponse:
    """The unit tree with its officers; filters live in the address."""
    me = officer(request)
    search, role, state = (request.GET.get(name, "") for name in ("q", "role", "state"))
    branches = directory.tree(by=me, search=search, role=role, state=state)
    everybody = directory.officers(by=me)
    totals = {
        "units": Unit.objects.filter(is_active=True).count(),
        "active": everybody.filter(is_active=True).count(),
        "new": everybody.filter(is_active=True, last_login=None).count(),
        "inactive": everybody.filter(is_active=False).count(),
    }
    context = {"branches": branches, "totals": totals, "search": search, "role": role, "state": state}
    return page(request, "people/index.html", **context, roles=Role.choices, states=STATES)


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: officers, commitments; the form for those who manage people."""
    me = officer(request)
    policy.require(by=me, verb="people.read")
    unit = Unit.objects.select_related("parent").filter(pk=pk).first()
    if unit is None:
        raise Http404
    if request.method == "GET":
        return _page(request, unit=unit, typed=_standing(unit))
    typed = _typed(request)
    try:
        actions.save_unit(unit=unit, values=_values(typed), by=me, at=clock.now(), seen=request.POST.get("seen", ""))
    except Forbidden:
        raise
    except Refusal as refusal:
        return _page(request, unit=unit, typed=typed, refusal=refusal)
    return redirect(reverse("unit", args=[pk]) + "?saved=1")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A unit more."""
    me = officer(request)
    policy.require(by=me, verb="people.manage")
    if request.method == "GET":
        blank = {"name": "", "short_name": "", "aliases": "", "order": "", "is_active": True}
        return _page(request, unit=None, typed={**blank, "parent": request.GET.get("parent", "")})
    typed = _typed(request)
    try:
        saved = actions.save_unit(values=_values(typed), by=me, at=clock.now())
    except Refusal as refusal:
        return _page(request, unit=None, typed=typed, refusal=refusal)
    return redirect(reverse("unit", args=[saved.pk]) + "?saved=1")


def _standing(unit: Unit) -> dict[str, Any]:
    return {
        **{"name": unit.name, "short_name": unit.short_name, "aliases": unit.aliases},
        **{"parent": str(unit.parent_id or ""), "order": str(unit.order), "is_active": unit.is_active},
    }


def _typed(request: HttpRequest) -> dict[str, Any]:
    texts = {name: request.POST.get(name, "").strip() for name in ("name", "short_name", "aliases", "parent", "order")}
    return {**texts, "is_active": request.POST.get("is_active", "1") == "1"}


def _values(typed: dict[str, Any]) -> dict[str, Any]:
    parent = Unit.objects.filter(pk=number_in(typed["parent"])).first()
    values = {name: typed[name] for name in ("name", "short_name", "aliases", "is_active")}
    if typed["order"].isdecimal() and len(typed["order"]) <= 6:
        values["order"] = int(typed["order"])
    return {**values, "parent": parent}


def _page(
    request: HttpRequest, *, unit: Unit | None, typed: dict[str, Any], refusal: Refusal | None = None
) -> HttpResponse:
    me = officer(request)
    choices = [(other, depth) for other, depth in directory.in_tree_order() if unit is None or other.pk != unit.pk]
    people, owned, acts = [], [], []
    if unit is not None:
        people = list(directory.officers(by=me).filter(unit=unit).order_by("-is_active", "id"))
        alive = Commitment.objects.filter(state=Commitment.State.CONFIRMED, owner=unit)
        owned = list(alive.exclude(plan__state=Plan.State.SUPERSEDED).select_related("plan", "leader"))
        if policy.may(by=me, verb="audit.read"):
            acts = list(directory.log(by=me, subject_kind="unit", subject_id=unit.pk)[:20])
    return page(
        request,
        "people/unit.html",
        status=200 if refusal is None else 409 if isinstance(refusal, Stale) else 422,
        **{"unit": unit, "typed": typed, "refusal": refusal, "choices": choices, "officers": people, "owned": owned},
        **{"acts": acts, "seen": fingerprint(unit) if unit else ""},
    )
