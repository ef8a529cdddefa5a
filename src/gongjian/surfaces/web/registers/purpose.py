"""查阅用途: a sensitive register is opened for a stated purpose, kept for half an hour; every reading is logged with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from gongjian.kernel import clock
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.registers import access
from gongjian.kernel.registers.access import NoPurpose, Purpose
from gongjian.kernel.registers.declare import Register
from gongjian.surfaces.web.page import officer, page
from gongjian.surfaces.web.registers.common import register_of, status_of

HOLDS = timedelta(minutes=30)
_KEY = "purposes"
_READINGS = {"entry-lookup": "查找", "register-export": "导出", "export-file": "导出"}


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A purpose as this session holds it."""

    text: str
    until: datetime

    @property
    def is_in_force(self) -> bool:
        """Whether it still opens the register."""
        return clock.now() < self.until


def of(request: HttpRequest, register: Register, *, what: str = "") -> Purpose | None:
    """The purpose stated in this session for a sensitive register, with what is read now put into the log (once a
    request); None for other registers, and where none is stated or the half hour is over.

    `what` is read (列表, 导出, 第12号记录); by default it is told from the address.
    """
    held = stated(request, register)
    if held is None or not held.is_in_force:
        return None
    logged: dict[str, Purpose] = request.__dict__.setdefault("_purposes", {})
    if register.name not in logged:
        logged[register.name] = access.state(
            register=register, by=officer(request), text=held.text, what=what or _what(request), at=clock.now()
        )
    return logged[register.name]


def must(request: HttpRequest, register: Register, *, what: str = "") -> Purpose | None:
    """The same; refused with `NoPurpose` where a sensitive register's rows are to be shown and none is in force."""
    held = of(request, register, what=what)
    if register.sensitive and held is None:
        raise NoPurpose(register)
    return held


def stated(request: HttpRequest, register: Register) -> Stated | None:
    """What this session's officer stated for the register, in force or not; None for a register without purposes."""
    held = request.session.get(_KEY, {}).get(register.name) if register.sensitive else None
    if not held or held["officer"] != officer(request).pk:
        return None
    return Stated(text=held["text"], until=datetime.fromisoformat(held["until"]))


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, name: str) -> HttpResponse:
    """The page that asks for the purpose, and back to the address that was asked for."""
    register = register_of(name)
    if request.method == "GET":
        access.require_role(register=register, by=officer(request), verb="register.read")
        return asking(request, register, back=request.GET.get("next", ""), status=200)
    back, text = request.POST.get("next", ""), request.POST.get("purpose", "")
    at = clock.now()
    try:
        said = access.state(register=register, by=officer(request), text=text, what="说明用途", at=at)
    except Forbidden:
        raise
    except Refusal as refusal:
        return asking(request, register, back=back, refusal=refusal, text=text)
    held = dict(request.session.get(_KEY, {}))
    held[register.name] = {"text": said.text, "until": (at + HOLDS).isoformat(), "officer": said.officer}
    request.session[_KEY] = held
    return redirect(_safe(request, back) or reverse("register", args=[register.name]))


def asking(
    request: HttpRequest,
    register: Register,
    *,
    back: str = "",
    refusal: Refusal | None = None,
    text: str = "",
    status: int = 403,
) -> HttpResponse:
    """The page itself, with what was typed or stated before."""
    held = stated(request, register)
    return page(
        request,
        "registers/purpose.html",
        status=status_of(refusal) if refusal else status,
        register=register,
        back=_safe(request, back),
        refusal=refusal,
        text=text or (held.text if held else ""),
        is_over=held is not None and not held.is_in_force,
        minutes=int(HOLDS.total_seconds()) // 60,
    )


def _safe(request: HttpRequest, back: str) -> str:
    """An address of this house, or nothing."""
    is_here = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return back if is_here else ""


def _what(request: HttpRequest) -> str:
    match = request.resolver_match
    name, number = (match.url_name or "", match.kwargs.get("pk")) if match else ("", None)
    if name.startswith("batch"):
        return f"批次{number}" if number else "批次"
    return f"第{number}号记录" if number is not None else _READINGS.get(name, "列表")
