"""常用视图: a list as somebody keeps it (filters, order, words, columns) under a name, for oneself or for everybody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import SavedView

DEFAULT = "默认视图"
"""The name of the own view with which an officer's list opens."""
NAME_MOST = 40
QUERY_MOST = 4_000


def offered(*, register: Register, by: Officer) -> list[SavedView]:
    """The officer's own views and those that others share, by name; the own default first."""
    access.require_role(register=register, by=by, verb="register.read")
    found = SavedView.objects.filter(register=register.name).filter(Q(owner=by) | Q(is_shared=True))
    return sorted(
        found.prefetch_related("owner"),
        key=lambda view: (view.owner_id != by.pk or view.name != DEFAULT, view.name, view.pk),
    )


def opening(*, register: Register, by: Officer) -> SavedView | None:
    """The view with which the officer's list opens, if there is one."""
    access.require_role(register=register, by=by, verb="register.read")
    return SavedView.objects.filter(register=register.name, owner=by, name=DEFAULT).first()


def one(*, register: Register, by: Officer, pk: int) -> SavedView:
    """An own or a shared view; refused when there is none."""
    found = next((view for view in offered(register=register, by=by) if view.pk == pk), None)
    if found is None:
        raise Refusal("view.missing", f"“{register.label}”没有这个常用视图,或者它已取消共享", "请从“视图”菜单重新选择")
    return found


def save(*, register: Register, name: str, query: str, by: Officer, at: datetime, is_shared: bool = False) -> SavedView:
    """Keep a list's query string under a name; an own view of that name is replaced."""
    access.require_role(register=register, by=by, verb="register.read")
    name = _name(name)
    if is_shared:
        policy.require(by=by, verb="view.share")
    if len(query) > QUERY_MOST:
        raise Refusal("view.too_long", "这个列表的条件太多,存不成常用视图", "请减少筛选条件后再保存")
    with transaction.atomic():
        view, is_new = SavedView.objects.select_for_update().get_or_create(
            register=register.name, owner=by, name=name, defaults={"query": query, "saved_at": at}
        )
        view.query, view.is_shared, view.saved_at = query, is_shared, at
        view.save()
        note = f"{register.label}:{name}" + ("" if is_new else "(替换)") + ("(共享)" if is_shared else "")
        acts.record(verb="view.saved", thing=view, by=by, at=at, note=note)
    return view


def rename(*, view: SavedView, name: str, by: Officer, at: datetime) -> None:
    """Give an own view another name; refused when another own view has it."""
    _own(view, by, "改名")
    name = _name(name)
    with transaction.atomic():
        fresh = _locked(view)
        if SavedView.objects.filter(register=fresh.register, owner=by, name=name).exclude(pk=fresh.pk).exists():
            raise Refusal("view.taken", f"您已有名为“{name}”的常用视图", "请换一个名称,或先删除原来的视图")
        old, fresh.name, fresh.saved_at = fresh.name, name, at
        fresh.save(update_fields=["name", "saved_at"])
        if old != name:
            acts.record(verb="view.saved", thing=fresh, by=by, at=at, note="改名", changes={"名称": (old, name)})
    view.refresh_from_db()


def share(*, view: SavedView, is_shared: bool, by: Officer, at: datetime) -> None:
    """Offer an own view to everybody, or no longer."""
    _own(view, by, "共享")
    if is_shared:
        policy.require(by=by, verb="view.share")
    with transaction.atomic():
        fresh = _locked(view)
        if fresh.is_shared != is_shared:
            fresh.is_shared, fresh.saved_at = is_shared, at
            fresh.save(update_fields=["is_shared", "saved_at"])
            said = {True: "是", False: "否"}
            changes = {"共享": (said[not is_shared], said[is_shared])}
            acts.record(verb="view.saved", thing=fresh, by=by, at=at, note=fresh.name, changes=changes)
    view.refresh_from_db()


def remove(*, view: SavedView, by: Officer, at: datetime) -> None:
    """Throw a view away: an own one, or, as supervisor or administrator, one that somebody shares."""
    if not may_remove(view=view, by=by):
        _own(view, by, "删除")
    with transaction.atomic():
        fresh = _locked(view)
        acts.record(verb="view.removed", thing=fresh, by=by, at=at, note=f"{fresh.name}({fresh.owner.name})")
        fresh.delete()


def may_remove(*, view: SavedView, by: Officer) -> bool:
    """Whether `by` may throw the view away."""
    keeps_order = by.is_active and by.role in (Role.SUPERVISOR, Role.ADMINISTRATOR)
    return (view.owner_id == by.pk and by.is_active) or (view.is_shared and keeps_order)


def _own(view: SavedView, by: Officer, what: str) -> None:
    if view.owner_id != by.pk or not by.is_active:
        raise Forbidden(f"“{view.name}”是{view.owner.name}建立的常用视图,您不能{what}", "可以打开它,再另存为自己的视图")


def _locked(view: SavedView) -> SavedView:
    found = SavedView.objects.select_for_update().select_related("owner").filter(pk=view.pk).first()
    if found is None:
        raise Refusal("view.missing", f"常用视图“{view.name}”已被删除", "请从“视图”菜单重新选择")
    return found


def _name(raw: str) -> str:
    name = " ".join(raw.split())
    if not name:
        raise Refusal("view.name", "常用视图没有名称", "请填写名称,如“2025年已申报”")
    if len(name) > NAME_MOST:
        raise Refusal("view.name", f"名称有{len(name)}个字,超过{NAME_MOST}个字", "请写短一些")
    return name
