"""The acts on zone, units and officers: page and command share them; permission, change, log in one place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from gongjian.kernel.errors import Place, Refusal, Stale
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.directory import SYSTEM, is_first_run
from gongjian.kernel.people.fields import (
    OFFICER_FIELDS,
    UNIT_FIELDS,
    changes,
    check_unit,
    fill_officer,
    fingerprint,
    required,
    split_names,
    within,
)
from gongjian.kernel.people.handover import require_nothing_open
from gongjian.kernel.people.models import Officer, Role, Token, Unit, Zone
from gongjian.kernel.people.passwords import check_password, first_password


def create_zone(*, name: str, short_name: str = "", by: Officer | None, at: datetime) -> Zone:
    """The one zone of this database. With `by` None only on the first run; later an administrator's act."""
    _may_manage(by)
    name = required(name, "园区名称", 80)
    short_name = within(short_name, "园区简称", 20)
    taken = Refusal("zone.exists", "本系统已经建立园区", "一个系统只服务一个园区;请直接登录")
    try:
        with transaction.atomic():
            if Zone.objects.exists():
                raise taken
            zone = Zone(pk=1, name=name, short_name=short_name)  # a fixed key: two at once cannot both succeed
            zone.save(force_insert=True)
            acts.record(verb="zone.created", thing=zone, by=by, at=at, note=name)
    except IntegrityError as error:
        raise taken from error
    return zone


def save_unit(
    *, unit: Unit | None = None, values: Mapping[str, Any], by: Officer | None, at: datetime, seen: str = ""
) -> Unit:
    """Create a unit (`unit` None) or change the fields in `values`; `seen` is `fingerprint` of what the form showed.

    `aliases` is text, one name per line. Refused: a name or alias that another unit goes by, a unit above itself, a
    unit put out of use while officers or units are in it.
    """
    _may_manage(by)
    with transaction.atomic():
        fresh = Unit() if unit is None else Unit.objects.select_for_update().get(pk=unit.pk)
        _not_stale(fresh, seen, "单位")
        before = {field: getattr(fresh, field) for field in UNIT_FIELDS}
        fresh.name = required(values.get("name", fresh.name), "单位名称", 60)
        fresh.short_name = within(values.get("short_name", fresh.short_name), "简称", 20)
        fresh.aliases = "\n".join(split_names(values.get("aliases", fresh.aliases)))
        fresh.parent = values.get("parent", fresh.parent)
        fresh.order = values.get("order", fresh.order if unit else Unit.objects.count() + 1)
        fresh.is_active = values.get("is_active", fresh.is_active)
        check_unit(fresh, others=list(Unit.objects.exclude(pk=fresh.pk)))
        changed = changes(fresh, before)
        if unit is not None and not changed:
            return fresh
        fresh.save()
        acts.record(verb="unit.saved", thing=fresh, by=by, at=at, note=fresh.name, changes=changed if unit else None)
    return fresh


def create_officer(*, values: Mapping[str, Any], by: Officer | None, at: datetime) -> tuple[Officer, str]:
    """A new account and its first password, which is shown once and must be changed at the first login.

    `values`: username, name, role (a value of Role), unit, title, phone.
    """
    _may_manage(by)
    password = first_password()
    digest = make_password(password)  # slow on purpose, so not inside the transaction
    with transaction.atomic():
        fresh = Officer(password=digest, must_change_password=True)
        fill_officer(fresh, values)
        if Officer.objects.filter(username=fresh.username).exists():
            raise _taken(fresh.username)
        fresh.save()
        note = f"{fresh.name}({fresh.username}),{fresh.get_role_display()}"
        acts.record(verb="officer.created", thing=fresh, by=by, at=at, note=note)
    return fresh, password


def save_officer(*, officer: Officer, values: Mapping[str, Any], by: Officer, at: datetime, seen: str = "") -> Officer:
    """Change the fields in `values`; a role or unit that leaves open items behind is refused."""
    policy.require(by=by, verb="people.manage")
    with transaction.atomic():
        fresh = Officer.objects.select_for_update().get(pk=officer.pk)
        _not_stale(fresh, seen, "人员")
        before = {field: getattr(fresh, field) for field in OFFICER_FIELDS}
        stands = Officer.objects.get(pk=officer.pk)
        fill_officer(fresh, values)
        if Officer.objects.filter(username=fresh.username).exclude(pk=fresh.pk).exists():
            raise _taken(fresh.username)
        check_change(stands=stands, wanted=fresh, by=by)
        changed = changes(fresh, before)
        if changed:
            fresh.save(update_fields=list(OFFICER_FIELDS))
            acts.record(verb="officer.saved", thing=fresh, by=by, at=at, note=fresh.name, changes=changed)
    return fresh


def check_change(*, stands: Officer, wanted: Officer, by: Officer | None) -> None:
    """Refused when a new role or unit would be one's own role, leave no administrator, or leave open items behind."""
    new_role = wanted.role != stands.role
    if new_role and by is not None and stands.pk == by.pk:
        raise Refusal("officer.own_role", "不能修改自己的角色", "请由另一位系统管理员办理", place=Place(column="角色"))
    if new_role:
        _not_last_administrator(stands, "调整角色")
    leaves_unit = stands.role == Role.UNIT_OFFICER and wanted.unit_id != stands.unit_id
    if stands.is_active and (new_role or leaves_unit):
        require_nothing_open(officer=stands, what="调整角色或单位")


def reset_password(*, officer: Officer, by: Officer, at: datetime) -> str:
    """A new first password, returned once; the old one and all open sessions of the account end."""
    return issue_passwords(officers=[officer], by=by, at=at)[0][1]


def issue_passwords(*, officers: list[Officer], by: Officer, at: datetime) -> list[tuple[Officer, str]]:
    """New first passwords for several active accounts at once, for the sheet that is printed and cut into strips."""
    policy.require(by=by, verb="people.manage")
    if any(officer.pk == by.pk for officer in officers):
        raise Refusal("password.own", "不能重置自己的密码", "请用“修改密码”设置新密码,或请另一位系统管理员重置")
    drawn = [first_password() for _ in officers]
    digests = [make_password(password) for password in drawn]
    issued = []
    with transaction.atomic():
        for officer, password, digest in zip(officers, drawn, digests, strict=True):
            fresh = Officer.objects.select_for_update().get(pk=officer.pk)
            if not fresh.is_active:
                raise Refusal(
                    "officer.inactive", f"{fresh.name}的账号已停用,不能重置密码", "如需恢复使用,请先恢复该账号"
                )
            fresh.password, fresh.must_change_password = digest, True
            fresh.save(update_fields=["password", "must_change_password"])
            acts.record(
                verb="officer.password_reset", thing=fresh, by=by, at=at, note=f"{fresh.name}({fresh.username})"
            )
            issued.append((fresh, password))
    return issued


def change_password(*, officer: Officer, old: str, new: str, again: str, at: datetime) -> Officer:
    """The officer's own new password; returns the officer as saved. Other sessions of the account end."""
    if not officer.is_active:
        raise Refusal("officer.inactive", "账号已停用,不能修改密码", "请联系系统管理员")
    if not officer.check_password(old):
        raise Refusal("password.old_wrong", "原密码不正确", "请重新输入现在使用的密码")
    if new != again:
        raise Refusal("password.differs", "两次输入的新密码不一致", "请重新输入两遍相同的新密码")
    if new == old:
        raise Refusal("password.same", "新密码与原密码相同", "请换一个没有用过的密码")
    check_password(password=new, officer=officer)
    digest = make_password(new)
    with transaction.atomic():
        fresh = Officer.objects.select_for_update().get(pk=officer.pk)
        fresh.password, fresh.must_change_password = digest, False
        fresh.save(update_fields=["password", "must_change_password"])
        acts.record(verb="officer.password_changed", thing=fresh, by=fresh, at=at)
    return fresh


def deactivate(*, officer: Officer, by: Officer, at: datetime, note: str = "") -> None:
    """Close an account, for good also to the programs that hold its keys; refused for the own one, for the last
    administrator, and while open items remain."""
    policy.require(by=by, verb="people.manage")
    if officer.pk == by.pk:
        raise Refusal("officer.own_account", "不能停用自己的账号", "请由另一位系统管理员办理")
    with transaction.atomic():
        fresh = Officer.objects.select_for_update().get(pk=officer.pk)
        if not fresh.is_active:
            raise Refusal("officer.inactive", f"{fresh.name}的账号已经停用", "无需再次操作")
        _not_last_administrator(fresh, "停用")
        require_nothing_open(officer=fresh, what="停用")
        fresh.is_active = False
        fresh.save(update_fields=["is_active"])
        Token.objects.filter(officer=fresh, revoked_at=None).update(revoked_at=at)
        acts.record(verb="officer.deactivated", thing=fresh, by=by, at=at, note=note.strip()[:300])
    officer.is_active = False


def reactivate(*, officer: Officer, by: Officer, at: datetime) -> str:
    """Open a closed account again with a new first password, returned once."""
    policy.require(by=by, verb="people.manage")
    password = first_password()
    digest = make_password(password)
    with transaction.atomic():
        fresh = Officer.objects.select_for_update().get(pk=officer.pk)
        if fresh.is_active:
            raise Refusal("officer.active", f"{fresh.name}的账号没有停用", "无需恢复")
        fresh.password, fresh.must_change_password, fresh.is_active = digest, True, True
        fresh.save(update_fields=["password", "must_change_password", "is_active"])
        acts.record(verb="officer.reactivated", thing=fresh, by=by, at=at, note=f"{fresh.name}({fresh.username})")
    officer.is_active = True
    return password


def _taken(username: str) -> Refusal:
    cause = f"账号“{username}”已经有人使用"
    return Refusal("officer.username_taken", cause, "请换一个账号", place=Place(column="账号"))


def _may_manage(by: Officer | None) -> None:
    """Nobody's act on the very first run, an administrator's act ever after."""
    if by is None and is_first_run():
        return
    policy.require(by=by, verb="people.manage")


def _not_stale(thing: Officer | Unit, seen: str, what: str) -> None:
    if seen and seen != fingerprint(thing):
        raise Stale(f"这{'个' if what == '单位' else '名'}{what}的信息刚刚被其他人修改")


def _not_last_administrator(officer: Officer, what: str) -> None:
    others = Officer.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(username=SYSTEM)
    if officer.role == Role.ADMINISTRATOR and not others.exclude(pk=officer.pk).exists():
        cause = f"{officer.name}是最后一名在岗的系统管理员,不能{what}"
        raise Refusal("officer.last_administrator", cause, "请先新增另一名系统管理员")
