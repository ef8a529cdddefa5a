"""What every page carries: the zone, the officer, the day the data is as of, the navigation's figures."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.plan.models import Plan


def officer(request: HttpRequest) -> Officer:
    """The logged-in officer; the doorkeeper has let nobody else pass."""
    user = request.user
    if not isinstance(user, Officer):
        raise Refusal("page.login", "您还没有登录", "请先登录")
    return user


def zone(request: HttpRequest | None = None) -> Zone | None:
    """The zone of this database; read once for a request that is named."""
    if request is None:
        return Zone.objects.first()
    if "_zone" not in request.__dict__:
        request.__dict__["_zone"] = Zone.objects.first()
    return cast("Zone | None", request.__dict__["_zone"])


def today(request: HttpRequest | None = None) -> date:
    """Today, or the day on which the synthetic zone stands."""
    return clock.today(zone(request))


def current_plan(year: int | None = None) -> Plan | None:
    """The newest version of the newest (or the given) year's plan that is not superseded."""
    plans = Plan.objects.exclude(state__in=[Plan.State.SUPERSEDED, Plan.State.REVIEW])
    return (plans.filter(year=year) if year else plans).order_by("-year", "-version").first()


def as_of(request: HttpRequest, plan: Plan | None = None) -> date:
    """The day asked for by `?as_of=`, else today; not after today, and kept within the plan's year."""
    raw = request.GET.get("as_of", "")
    day = today()
    if raw:
        try:
            day = date.fromisoformat(raw)
        except ValueError as error:
            cause = f"日期“{raw[:20]}”写法不对"
            raise Refusal("page.as_of", cause, "请写成 2025-06-30 这样的日期") from error
    day = min(day, today())
    return min(max(day, plan.since), plan.until) if plan else day


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page inside the frame of every page."""
    user = getattr(request, "user", None)  # a request refused at the gate has none
    me = user if isinstance(user, Officer) else None
    frame = {
        "me": me,
        "zone": zone(request),
        "path": request.path,
        "GET": request.GET,
        "is_htmx": "HX-Request" in request.headers,
    }
    return render(request, template, {**frame, **context}, status=status)
