"""What the fields of a unit and an officer may hold: a name leads to one unit only, an account can be typed."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people.directory import SYSTEM
from gongjian.kernel.people.models import Officer, Role, Unit

OFFICER_FIELDS = ("username", "name", "role", "unit", "title", "phone")
UNIT_FIELDS = ("name", "short_name", "aliases", "parent", "order", "is_active")
ROLE_NAMES: dict[str, str] = {
    **{label: value for value, label in Role.choices},
    **{
        "分管领导": "leader",
        "责任领导": "leader",
        "督查": "supervisor",
        "督查人员": "supervisor",
        "考核办": "supervisor",
    },
    **{"单位人员": "unit_officer", "责任单位人员": "unit_officer", "承办人": "unit_officer", "联络员": "unit_officer"},
    **{"只读": "viewer", "查阅": "viewer", "审计人员": "auditor", "管理员": "administrator"},
}
"""How sheets name the roles, the official label first."""
_USERNAME = re.compile(r"\w[\w.@-]{1,39}")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,17}[0-9]")


def username_of(typed: str) -> str:
    """An account name as it is stored: half width, lower case, without blanks around."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def role_named(text: str) -> str | None:
    """The role that a sheet's word names, None for an unknown word."""
    word = "".join(text.split())
    return ROLE_NAMES.get(word) or (word if word in Role.values else None)


def bare(name: str) -> str:
    """A name for comparison: half width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def split_names(text: str) -> list[str]:
    """Aliases from a cell or a form: one per line, or parted by 、 ; , /; doubles fall away."""
    names = (" ".join(name.split()) for name in re.split(r"[\n、;；,，/]", text or ""))
    return list(dict.fromkeys(name for name in names if name))


def required(text: object, label: str, most: int) -> str:
    """A text that must be there and fit; refused as `field.required` or `field.too_long`, placed at `label`."""
    found = within(text, label, most)
    if not found:
        raise _fault(label, "field.required", f"没有填写{label}", f"请填写{label}")
    return found


def within(text: object, label: str, most: int) -> str:
    """A text in one line of at most `most` characters."""
    found = " ".join(str(text or "").split())
    if len(found) > most:
        raise _fault(label, "field.too_long", f"{label}有 {len(found)} 个字,超过 {most} 个字的上限", "请缩短后重新填写")
    return found


def fill_officer(officer: Officer, values: Mapping[str, Any]) -> None:
    """Put `values` into an officer; what is not in `values` stays as it is. Raises the first fault."""
    if faults := officer_faults(officer, values):
        raise faults[0]


def officer_faults(officer: Officer, values: Mapping[str, Any]) -> list[Refusal]:
    """Put `values` into an officer and tell everything that does not fit, each placed at its field's Chinese name."""
    checks: dict[str, Callable[[Any], Any]] = {
        "username": _username,
        "name": lambda text: required(text, "姓名", 40),
        "role": _role,
        "unit": _unit,
        "title": lambda text: within(text, "职务", 40),
        "phone": _phone,
    }
    faults = []
    for name, check in checks.items():
        try:
            setattr(officer, name, check(values.get(name, getattr(officer, name))))
        except Refusal as fault:
            faults.append(fault)
    if officer.unit is None and officer.role == Role.UNIT_OFFICER and not any(f.place.column == "单位" for f in faults):
        cause = "“责任单位”角色的人员必须属于一个单位"
        faults.append(_fault("单位", "officer.unit_required", cause, "请选择或填写单位"))
    return faults


def _username(typed: Any) -> str:
    name = username_of(str(typed or ""))
    if not name:
        raise _fault("账号", "field.required", "没有填写账号", "请填写账号,如姓名拼音或工号")
    if name == SYSTEM:
        raise _fault("账号", "officer.username", f"账号“{SYSTEM}”留给命令行使用", "请换一个账号")
    if not _USERNAME.fullmatch(name):
        remedy = "账号为 2 至 40 位的字母、数字或汉字,可以含 . _ - @"
        raise _fault("账号", "officer.username", f"“{name[:40]}”不能作为账号", remedy)
    return name


def _role(word: Any) -> str:
    role = str(word or "")
    if role not in Role.values:
        cause = f"没有“{role}”这个角色" if role else "没有选择角色"
        raise _fault("角色", "officer.role", cause, f"角色为{'、'.join(Role.labels)}之一")
    return role


def _unit(unit: Unit | None) -> Unit | None:
    if unit is not None and not unit.is_active:
        raise _fault("单位", "officer.unit_inactive", f"“{unit.name}”已停用", "请选择在用的单位")
    return unit


def _phone(typed: Any) -> str:
    phone = unicodedata.normalize("NFKC", within(typed, "电话", 20))
    if phone and not _PHONE.fullmatch(phone):
        raise _fault("电话", "officer.phone", f"“{phone}”不是电话号码", "请填写手机号码,或带区号的固定电话")
    return phone


def _fault(label: str, code: str, cause: str, remedy: str) -> Refusal:
    return Refusal(code, cause, remedy, place=Place(column=label))


def check_unit(unit: Unit, *, others: list[Unit]) -> None:
    """Refused when another unit goes by one of its names, when it stands below itself, or closes over what is in it."""
    mine = {bare(name): name for name in unit.names}
    for other in others:
        for name in other.names:
            if bare(name) in mine:
                cause = f"“{mine[bare(name)]}”已经是“{other.name}”的名称、简称或别名"
                label = "单位名称" if mine[bare(name)] == unit.name else "别名"
                raise _fault(label, "unit.name_taken", cause, "同一名称只能指向一个单位,请改用其他名称")
    if any(len(name) > 60 for name in split_names(unit.aliases)):
        raise _fault("别名", "field.too_long", "有别名超过 60 个字", "别名之间请换行或用顿号分开")
    step, passed = unit.parent, 0
    while step is not None:
        passed += 1
        if (unit.pk and step.pk == unit.pk) or passed > 50:
            raise _fault(
                "上级单位", "unit.circle", f"“{unit.name}”不能放在自己或自己的下属单位之下", "请选择其他上级单位"
            )
        step = step.parent
    if unit.pk and not unit.is_active:
        people = unit.officers.filter(is_active=True).count()
        below = unit.children.filter(is_active=True).count()
        if people or below:
            cause = f"“{unit.name}”还有 {people} 名在岗人员、{below} 个在用的下属单位,不能停用"
            raise Refusal("unit.in_use", cause, "请先调整这些人员和下属单位")


def changes(thing: Officer | Unit, before: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """{label: (old, new)} of the fields that differ, as the log prints them; phone numbers masked."""
    found = {}
    for name, old in before.items():
        new = getattr(thing, name)
        if old != new:
            label = str(thing._meta.get_field(name).verbose_name)
            found[label] = (_told(name, old), _told(name, new))
    return found


def fingerprint(thing: Officer | Unit) -> str:
    """A short digest of the editable fields: a form carries it, so that a change in between is noticed."""
    names = OFFICER_FIELDS if isinstance(thing, Officer) else UNIT_FIELDS
    fields = [getattr(thing, thing._meta.get_field(name).attname) for name in names]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()[:16]


def masked(phone: str) -> str:
    """A phone number with its middle hidden: 138****0001."""
    digits = re.sub(r"[^0-9+]", "", phone)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 9 else "*" * len(digits)


def _told(name: str, value: Any) -> str:
    if name == "role":
        return Role(value).label
    if name == "phone":
        return masked(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else getattr(value, "name", str(value))
