"""常用视图 on the list's page: keep this list under a name, open it, rename it, share it, throw it away."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongjian.kernel import clock
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import views
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import SavedView
from gongjian.surfaces.web.page import officer, today
from gongjian.surfaces.web.registers.address import Address
from gongjian.surfaces.web.registers.common import register_of, say


@require_POST
def save(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the list at `query` under a name (or as the list's opening view), and open it."""
    me, register = officer(request), register_of(name)
    given = QueryDict(request.POST.get("query", "").removeprefix("?"))
    label = views.DEFAULT if request.POST.get("default") else " ".join(request.POST.get("name", "").split())
    before = next(
        (one for one in views.offered(register=register, by=me) if (one.owner, one.name) == (me, label)), None
    )
    kept = views.save(
        register=register,
        name=label,
        query=_kept(register, me, given),
        by=me,
        at=clock.now(),
        is_shared=bool(request.POST.get("shared")) and label != views.DEFAULT,
    )
    said = "以后打开本台账先看到它" if label == views.DEFAULT else "已共享给所有人" if kept.is_shared else "仅自己可见"
    did = "用当前列表替换了原来的" if before else "已保存"
    lost = ",不再共享" if before and before.is_shared and not kept.is_shared else ""
    say(request, f"{did}视图“{kept.name}”,{said}{lost}。")
    return redirect(reverse("register", args=[register.name]) + address_of(kept))


@require_GET
def show(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Open a view: go to the address that it keeps."""
    register = register_of(name)
    view = views.one(register=register, by=officer(request), pk=pk)
    return redirect(reverse("register", args=[register.name]) + address_of(view))


@require_POST
def change(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Rename, share or remove a view, whichever button was pressed."""
    me, register = officer(request), register_of(name)
    view = views.one(register=register, by=me, pk=pk)
    act, at, label = request.POST.get("act", ""), clock.now(), view.name
    if act == "remove":
        views.remove(view=view, by=me, at=at)
        say(request, f"已删除视图“{label}”。")
        return redirect(reverse("register", args=[register.name]) + "?view=0")
    if act in ("share", "withhold"):
        views.share(view=view, is_shared=act == "share", by=me, at=at)
        say(request, f"视图“{label}”{'已共享给所有人' if view.is_shared else '已改为仅自己可见'}。")
    else:
        views.rename(view=view, name=request.POST.get("name", ""), by=me, at=at)
        say(request, f"视图“{label}”已改名为“{view.name}”。")
    return redirect(reverse("register", args=[register.name]) + address_of(view))


def address_of(view: SavedView) -> str:
    """The query string of a view's list, with the view named in it."""
    return f"?{view.query}{'&' if view.query else ''}view={view.pk}"


def _kept(register: Register, by: Officer, given: QueryDict) -> str:
    """What of an address is worth keeping: no page, no day of the past, no other view's name."""
    passing = {"view", "known_at"}
    pairs = Address.of(register=register, by=by, given=given, today=today()).pairs
    return urlencode([pair for pair in pairs if pair[0] not in passing])
