"""Who may do what: one table of roles and verbs, asked by every action and every read below the pages.

Reads: any active officer may read the confirmed plan, its standings and the registers; drafts under review are for
the supervision office and the administrator; a register declared `scope="unit"` shows unit officers and viewers the
rows of the own unit's subtree only. Writes: see VERBS below.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q, QuerySet

from gongjian.kernel.errors import Forbidden
from gongjian.kernel.people.models import Officer, Role, Unit

S, U, A, L, V, D = "supervisor", "unit_officer", "administrator", "leader", "viewer", "auditor"  # values of Role
EVERYONE = frozenset({S, U, A, L, V, D})

VERBS: dict[str, tuple[frozenset[str], str]] = {
    # verb: (roles, how the refusal names the act)
    "plan.read": (EVERYONE, "查看工作要点"),
    "plan.import": (frozenset({S, A}), "导入工作要点"),
    "plan.review": (frozenset({S, A}), "审阅承诺"),
    "plan.consult": (frozenset({S}), "发起征求意见或签发任务分解表"),
    "commitment.manage": (frozenset({S}), "调整承诺的责任、目标、进度或指标"),
    "commitment.comment": (frozenset({S, U, L}), "留言或批示"),
    "commitment.report": (frozenset({S, U}), "填报进展"),
    "consultation.answer": (frozenset({S, U}), "反馈意见"),
    "reported.verify": (frozenset({S}), "核实或退回填报"),
    "evidence.read": (EVERYONE - {V}, "查看佐证"),
    "evidence.upload": (frozenset({S, U}), "上传佐证"),
    "evidence.verify": (frozenset({S}), "核实或退回佐证"),
    "register.read": (EVERYONE, "查看台账"),
    "register.write": (frozenset({S, U}), "登记或修改台账"),
    "register.import": (frozenset({S, U}), "导入台账"),
    "register.export": (EVERYONE - {V}, "导出台账"),
    "register.bulk": (frozenset({S, U}), "批量修改台账"),
    "register.undo": (frozenset({S, U}), "撤销批次"),
    "register.merge": (frozenset({S, U}), "合并重复记录"),
    "entry.comment": (frozenset({S, U, L}), "留言或批示"),
    "figure.set": (frozenset({S, A}), "设定本区数值"),
    "view.share": (frozenset({S, U, L, A}), "共享常用视图"),
    "token.own": (frozenset({S, U, A, D}), "使用接口令牌"),
    "people.read": (EVERYONE - {V}, "查看单位和人员"),
    "people.manage": (frozenset({A}), "管理单位和人员"),
    "audit.read": (frozenset({D, S, A}), "查看办理记录"),
}
UNIT_BOUND = frozenset({"commitment.report", "consultation.answer", "evidence.upload", "register.write"})
"""Verbs that a unit officer may use on things of the own unit's subtree only."""


def subtree(unit: Unit | None) -> set[int]:
    """The ids of a unit and everything below it."""
    if unit is None:
        return set()
    children: dict[int | None, list[int]] = {}
    for pk, parent in Unit.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found, todo = set(), [unit.pk]
    while todo:
        pk = todo.pop()
        if pk not in found:
            found.add(pk)
            todo.extend(children.get(pk, ()))
    return found


def units_of(thing: Model) -> set[int]:
    """The units that answer for a thing: owner and co-owners; empty when nobody does yet."""
    found = {pk for name in ("unit_id", "owner_id") if (pk := getattr(thing, name, None))}
    commitment = getattr(thing, "commitment", None)
    if not found and isinstance(commitment, Model):
        return units_of(commitment)
    if thing.pk and hasattr(thing, "co_owners"):
        found |= {unit.pk for unit in thing.co_owners.all()}  # whole rows, so that a prefetched list is not read again
    return found


def may(*, by: Officer | None, verb: str, thing: Model | None = None) -> bool:
    """Whether `by` may do `verb` (to `thing`); nobody may do anything without an active account."""
    roles, _ = VERBS[verb]
    if by is None or not by.is_active or by.role not in roles:
        return False
    if by.role == U and verb in UNIT_BOUND and thing is not None:
        answering = units_of(thing)
        return by.unit_id in answering or bool(answering & subtree(by.unit))
    return True


def require(*, by: Officer | None, verb: str, thing: Model | None = None) -> None:
    """Raise Forbidden, with a full sentence, unless `by` may do `verb` (to `thing`)."""
    if may(by=by, verb=verb, thing=thing):
        return
    roles, what = VERBS[verb]
    if by is None or not by.is_active:
        raise Forbidden(f"未登录或账号已停用,不能{what}", "请先登录;账号停用的请联系系统管理员")
    if by.role in roles:
        raise Forbidden(f"该事项不属于“{by.unit or '未分配单位'}”及其下属单位,您不能{what}")
    raise Forbidden(f"“{Role(by.role).label}”角色不能{what}")


def visible(*, by: Officer | None, rows: QuerySet[Any], scope: str = "zone") -> QuerySet[Any]:
    """The rows of `rows` that `by` may read; `scope` is the register's."""
    if by is None or not by.is_active:
        return rows.none()
    if scope == "unit" and by.role in (U, V):
        return rows.filter(Q(unit_id__in=subtree(by.unit)))
    return rows
