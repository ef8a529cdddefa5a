"""Drafts behind a form: kept every few seconds while typing, thrown away on request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import drafts
from gongjian.kernel.registers.declare import Register
from gongjian.surfaces.web.page import officer
from gongjian.surfaces.web.registers.common import register_of, say, status_of

_NEVER = frozenset({"csrfmiddlewaretoken", "more_lines"})


@require_POST
def keep(request: HttpRequest, name: str, pk: int | None = None) -> HttpResponse:
    """Keep what is typed; answers {"saved_at": "10:21"}, or {"refusal": sentence} with its status."""
    at = clock.now()
    values = {item: text for item, text in request.POST.dict().items() if item not in _NEVER}
    try:
        register = register_of(name)
        drafts.keep(register=register, entry=_entry(register, pk), values=values, by=officer(request), at=at)
    except Refusal as refusal:
        return JsonResponse({"refusal": refusal.sentence}, status=status_of(refusal))
    return JsonResponse({"saved_at": f"{timezone.localtime(at):%H:%M}"})


@require_POST
def throw_away(request: HttpRequest, name: str, pk: int | None = None) -> HttpResponse:
    """Throw the draft away and open the form as the row is."""
    register = register_of(name)
    if drafts.throw_away(register=register, entry=_entry(register, pk), by=officer(request)):
        say(request, "已放弃草稿。")
    if pk is None:
        return redirect("entry-new", name=register.name)
    return redirect("entry-edit", name=register.name, pk=pk)


def _entry(register: Register, pk: int | None) -> Any:
    """The row whose form it is; nothing of it is shown here."""
    if pk is None:
        return None
    found = register.model._default_manager.filter(pk=pk).first()
    if found is None:
        raise Refusal("entry.missing", f"“{register.label}”里没有编号为 {pk} 的记录", "请返回列表重新选择")
    return found
