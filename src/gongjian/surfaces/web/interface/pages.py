"""接口 page: an officer's tokens, a new one with its key shown once, and the description that programs read."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import policy, tokens
from gongjian.kernel.people.models import Officer, Token
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import REGISTERS, Register, registers
from gongjian.kernel.registers.parse import to_date
from gongjian.surfaces.api.door import description
from gongjian.surfaces.web.page import officer, page

DAYS = 180
"""How long a token is good for unless another day is chosen."""


@never_cache
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The officer's tokens and the form for a new one; after it the key, once."""
    me = officer(request)
    policy.require(by=me, verb="token.own")
    refusal, made, key = None, None, ""
    if request.method == "POST":
        try:
            made, key = tokens.issue(
                name=request.POST.get("name", ""),
                scopes=request.POST.getlist("scopes"),
                registers=request.POST.getlist("registers"),
                expires_at=_expiry(request.POST.get("expires_on", "")),
                by=me,
                at=clock.now(),
            )
        except Refusal as error:
            refusal = error
    return page(
        request,
        "interface/tokens.html",
        status=422 if refusal else 200,
        refusal=refusal,
        made=made,
        key=key,
        tokens=_listed(me),
        scopes=tokens.SCOPES,
        registers=_readable(me),
        typed=request.POST if refusal else None,
        chosen=(request.POST.getlist("scopes"), request.POST.getlist("registers")) if refusal else (["read"], []),
        until=(timezone.localtime(clock.now()) + timedelta(days=DAYS)).date(),
        address=request.build_absolute_uri("/api/registers"),
    )


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop one of the officer's tokens (the administrator: anybody's)."""
    me = officer(request)
    token = Token.objects.filter(pk=pk).first()
    if token is None or (token.officer_id != me.pk and not policy.may(by=me, verb="people.manage")):
        raise Refusal("token.missing", f"没有编号为 {pk} 的令牌", "请刷新页面后重试")
    tokens.revoke(token=token, by=me, at=clock.now())
    return redirect("interface")


@require_GET
def operations(request: HttpRequest, name: str = "") -> HttpResponse:
    """The operations of one register (without a name: those of none), to read and to try."""
    me = officer(request)
    policy.require(by=me, verb="token.own")
    register = _register(me, name)
    return page(request, "interface/operations.html", register=register, registers=_readable(me))


@require_GET
def describe(request: HttpRequest, name: str = "") -> HttpResponse:
    """The same as an OpenAPI description in JSON."""
    me = officer(request)
    policy.require(by=me, verb="token.own")
    register = _register(me, name)
    said = description(register.name if register else "")
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False})


def _register(me: Officer, name: str) -> Register | None:
    if not name:
        return None
    found = REGISTERS.get(name)
    if found is None:
        raise Refusal("register.missing", f"没有名为“{name}”的台账", "请从接口页面重新选择")
    access.require_role(register=found, by=me, verb="register.read")
    return found


def _readable(me: Officer) -> list[Register]:
    return [one for one in registers() if access.may(register=one, by=me, verb="register.read")]


def _expiry(text: str) -> datetime:
    """The end of the chosen day in China."""
    day = to_date(text)
    if day is None:
        raise Refusal("token.expiry", "没有选择到期日期", "请选择一年以内的日期")
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def _listed(me: Officer) -> list[dict[str, Any]]:
    now = clock.now()
    found = Token.objects.select_related("officer")
    mine = found if policy.may(by=me, verb="people.manage") else found.filter(officer=me)
    labels = {one.name: one.label for one in registers()}
    return [
        {
            "token": token,
            "scopes": "、".join(tokens.SCOPES.get(scope, scope) for scope in token.scopes),
            "registers": "、".join(labels.get(name, name) for name in token.registers) or "全部",
            "state": "已停用" if token.revoked_at else "已到期" if token.expires_at <= now else "在用",
        }
        for token in mine[:200]
    ]
