"""Who may read and write which register: its roles, the unit's subtree, the purpose of reading a sensitive one.

Every door (page, interface, import, export, search, bulk edit) asks here, below the pages. What a reader then sees of a
single field is decided in `masking`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from gongjian.kernel.errors import Forbidden, Place, Refusal
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Act, Officer, Role
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.numbers import listed

READING = frozenset({"register.read", "register.export", "entry.comment"})
"""Verbs that a register's `readers` may do; all others are for its `writers`."""
ONE_READING = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """Why an officer reads a sensitive register, already in the log; made by `state` alone."""

    register: str
    officer: int
    text: str


class NoPurpose(Forbidden):
    """A sensitive register was asked for without a purpose; a page then asks for one."""

    def __init__(self, register: Register) -> None:
        super().__init__(f"“{register.label}”含有敏感信息,查阅须说明用途", "请填写查阅用途,用途和时间会记入办理记录")
        self.code = "register.purpose"
        self.register = register


def may(*, register: Register, by: Officer | None, verb: str, entry: Any = None) -> bool:
    """Whether `by` may do `verb` in the register (to `entry`); the purpose of a reading is not asked here."""
    roles = register.readers if verb in READING else register.writers
    return by is not None and by.role in roles and policy.may(by=by, verb=verb, thing=entry)


def require(
    *, register: Register, by: Officer | None, verb: str, entry: Any = None, purpose: Purpose | None = None
) -> None:
    """Raise Forbidden, with a full sentence, unless `by` may do `verb` (to `entry`).

    Reading a sensitive register needs the purpose stated for it by the same officer, else `NoPurpose`.
    """
    require_role(register=register, by=by, verb=verb, entry=entry)
    if register.sensitive and verb in READING and not _fits(purpose, register, by):
        raise NoPurpose(register)


def require_role(*, register: Register, by: Officer | None, verb: str, entry: Any = None) -> None:
    """Raise Forbidden unless role and unit allow `verb`; for what shows no row (headings, an empty form)."""
    policy.require(by=by, verb=verb, thing=entry)
    assert by is not None
    if by.role not in (register.readers if verb in READING else register.writers):
        raise Forbidden(f"“{register.label}”不向“{Role(by.role).label}”角色开放,您不能{policy.VERBS[verb][1]}")


def state(*, register: Register, by: Officer, text: str, what: str, at: datetime) -> Purpose:
    """State why `by` reads a sensitive register; `what` is read goes into the log with it (列表, 导出, 第12号记录).

    One line stands for what the same officer reads of the same for the same purpose within `ONE_READING` of it: a list
    asks for its rows, counts and each typed letter apart. No line is changed afterwards.
    """
    require_role(register=register, by=by, verb="register.read")
    words = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    if len(words) < 4:
        raise Refusal("register.purpose", "查阅用途没有写清楚", "请用一句话说明办什么事要用到,至少4个字")
    if len(words) > 200:
        raise Refusal("register.purpose", f"查阅用途有{len(words)}字,超过200字", "请精简后重新填写")
    note = f"{register.label}({what}):{words}"
    lately = Act.objects.filter(verb="register.opened", by=by, note=note, at__gt=at - ONE_READING, at__lte=at)
    if not lately.exists():
        acts.record(verb="register.opened", thing=None, by=by, at=at, note=note)
    return Purpose(register=register.name, officer=by.pk, text=words)


def visible(
    *, register: Register, by: Officer, rows: QuerySet[Any], purpose: Purpose | None = None, verb: str = "register.read"
) -> QuerySet[Any]:
    """Those of the register's `rows` (of today or of its history) that `by` may read; refused when none at all."""
    require(register=register, by=by, verb=verb, purpose=purpose)
    return policy.visible(by=by, rows=rows, scope=register.scope)


def nameable(*, model: Any, by: Officer) -> QuerySet[Any]:
    """The rows of `model` that `by` may point at or ask for by number: of a register those that `by` may see."""
    register = getattr(model, "register", None)
    rows: QuerySet[Any] = model._default_manager.all()
    if register is None:
        return rows
    return policy.visible(by=by, rows=rows, scope=register.scope) if by.role in register.readers else rows.none()


def sees_all(*, rows: Sequence[Any], by: Officer) -> bool:
    """Whether `by` may see every one of these rows of one register; the purpose of a reading is not asked here."""
    register: Register = rows[0].register
    if not may(register=register, by=by, verb="register.read"):
        return False
    wanted = {row.pk for row in rows} if register.scope == "unit" else set()
    return not wanted or nameable(model=register.model, by=by).filter(pk__in=listed(wanted)).count() == len(wanted)


def require_nameable(*, register: Register, values: Mapping[str, Any], by: Officer) -> None:
    """Refuse values (by field name) that point at a row that `by` may not see: the answer would tell its name."""
    for name, value in values.items():
        target = getattr(type(value), "register", None)
        is_limited = target is not None and (target.scope == "unit" or by.role not in target.readers)
        if is_limited and not nameable(model=type(value), by=by).filter(pk=value.pk).exists():
            raise unseen(str(register.field(name).verbose_name))


def unseen(label: str) -> Refusal:
    """The refusal of a relation to a row that the officer may not see."""
    cause = f"“{label}”所填的记录不在您可以查看的范围"
    return Refusal("value.unseen", cause, "请改填本单位的记录,或请督查室办理", place=Place(column=label))


def _fits(purpose: Purpose | None, register: Register, by: Officer | None) -> bool:
    return purpose is not None and by is not None and purpose.register == register.name and purpose.officer == by.pk
