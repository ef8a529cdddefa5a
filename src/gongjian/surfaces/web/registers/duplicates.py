"""查重: the rows of a register that look like one, side by side, with what differs; and what an officer says of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, duplicates
from gongjian.kernel.registers.access import NoPurpose, Purpose
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.duplicates import FORMER, Found, Group
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.references import counts
from gongjian.surfaces.web.page import officer, page
from gongjian.surfaces.web.registers import purpose
from gongjian.surfaces.web.registers.common import Cell, cell, heard, number_of, register_of, say, status_of
from gongjian.surfaces.web.registers.reading import row_of

PER_PAGE = 20
MARKS_MOST = 50
COLUMNS_MOST = 8


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of a group: its cells, each with whether the group differs in it; how many rows point at it."""

    row: Any
    cells: list[tuple[Cell, bool]]
    pointing: int
    changed_at: Any
    may_write: bool


@dataclass(frozen=True, kw_only=True)
class Table:
    """One group on the page; `keep` and `drop` are the rows that a merge is proposed for, None where it may not be."""

    group: Group
    reasons: list[str]
    lines: list[Line]
    keep: Any = None
    drop: Any = None

    @property
    def value(self) -> str:
        """The group in a form."""
        return ",".join(str(pk) for pk in self.group.ids)


@require_GET
def index(request: HttpRequest, name: str) -> HttpResponse:
    """The groups, the most alike first, page by page; with ?marked=1 the pairs that were found to be no duplicates."""
    return _index(request, register_of(name))


@require_POST
def dismiss(request: HttpRequest, name: str) -> HttpResponse:
    """The rows of one group are no duplicates, for a reason."""
    me, register = officer(request), register_of(name)
    raw = request.POST.get("rows", "").split(",")
    pks = [int(one) for one in raw[:200] if one.isdecimal() and len(one) < 19]
    try:
        rows = [row_of(request, register, pk) for pk in pks]
        why = purpose.of(request, register)
        n = duplicates.dismiss(rows=rows, by=me, at=clock.now(), reason=request.POST.get("reason", ""), purpose=why)
    except NoPurpose:
        raise
    except Refusal as refusal:
        return _index(request, register, refusal=refusal)
    say(
        request,
        f"已记为不是重复({n} 对),以后不再列出。",
        href=f"{reverse('register-duplicates', args=[register.name])}?marked=1",
        label="查看或恢复",
    )
    return redirect(_back(request, register))


@require_POST
def reconsider(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Compare a marked pair again."""
    me, register = officer(request), register_of(name)
    why = purpose.of(request, register)
    mark = duplicates.dismissed(register=register, by=me, purpose=why).filter(pk=pk).first()
    if mark is None:
        raise Refusal("duplicates.mark", "没有找到这条“不是重复”的认定", "请刷新页面后重试")
    reason = request.POST.get("reason", "")
    duplicates.reconsider(mark=mark, register=register, by=me, at=clock.now(), reason=reason, purpose=why)
    say(request, "已撤销“不是重复”的认定,恢复比对;经过记入两条记录的变更记录。")
    return redirect(f"{reverse('register-duplicates', args=[register.name])}?marked=1")


def reason_label(register: Register, name: str, members: list[Any]) -> str:
    """What a field says when it agrees: 相同 as it stands, 相近 but for the way of writing."""
    label = str(register.field(name).verbose_name)
    if name == FORMER:
        return f"与{label}相同"
    is_same = len({str(getattr(row, register.field(name).attname)) for row in members}) == 1
    return f"{label}{'相同' if is_same else '相近'}"


def _index(request: HttpRequest, register: Register, *, refusal: Refusal | None = None) -> HttpResponse:
    me = officer(request)
    access.require_role(register=register, by=me, verb="register.merge")
    if not register.alike:
        raise Refusal(
            "duplicates.none", f"“{register.label}”没有设定按哪些栏目查重", "请用列表的搜索和筛选查找重复记录"
        )
    why = purpose.of(request, register, what="查重")
    is_marked = bool(request.GET.get("marked"))
    marks = duplicates.dismissed(register=register, by=me, purpose=why)
    number = number_of(request.GET.get("page"), default=1)
    found = Found() if is_marked else duplicates.find(register=register, by=me, purpose=why)
    number = min(number, max(1, -(-len(found.groups) // PER_PAGE)))
    start = (number - 1) * PER_PAGE
    names = _columns(register)
    return page(
        request,
        "registers/duplicates.html",
        status=status_of(refusal) if refusal else 200,
        register=register,
        refusal=refusal,
        tables=_tables(register, me, why, found.groups[start : start + PER_PAGE], names),
        heads=[str(register.field(name).verbose_name) for name in names],
        alike=[str(register.field(name).verbose_name) for name in register.alike],
        crowded=[(str(register.field(name).verbose_name), n) for name, n in found.crowded.items()],
        crowd=duplicates.CROWD,
        total=len(found.groups),
        start=start,
        page_number=number,
        has_more=start + PER_PAGE < len(found.groups),
        is_marked=is_marked,
        marks=_marks(register, me, why, list(marks[:MARKS_MOST])) if is_marked else [],
        marked=marks.count(),
        notice=heard(request),
        reason=request.POST.get("reason", ""),
        sent=request.POST.get("rows", ""),
    )


def _columns(register: Register) -> list[str]:
    """The columns of a comparison: what names a row, what rows are compared by, then the list's own."""
    stage = {register.stage_field.name} if register.stage_field is not None else set()
    former = [FORMER] if any(f.name == FORMER for f in register.fields) else []
    first = [name for name in ("name", "title") if name in {f.name for f in register.fields}]
    wanted = dict.fromkeys([*first, *former, *register.alike, *register.key, *register.columns, "unit"])
    kept = [name for name in wanted if name not in stage and name != "unit"]
    return [*kept[: COLUMNS_MOST - 1], "unit"]


def _rows(register: Register, me: Officer, why: Purpose | None, pks: set[int]) -> dict[int, Any]:
    model = register.model
    found = access.visible(register=register, by=me, rows=model._default_manager.filter(pk__in=pks), purpose=why)
    related = [f.name for f in model._meta.concrete_fields if f.is_relation]
    return {row.pk: row for row in found.select_related(*related)}


def _tables(register: Register, me: Officer, why: Purpose | None, groups: list[Group], names: list[str]) -> list[Table]:
    pks = {pk for group in groups for pk in group.ids}
    if not pks:
        return []
    rows = _rows(register, me, why, pks)
    pointing = counts(model=register.model, ids=pks)
    history: Any = register.model.history.model._default_manager
    changed = dict(history.filter(id__in=pks).order_by().values_list("id").annotate(last=Max("history_date")))
    sight = Sight(register=register, by=me, purpose=why)
    found = []
    for group in groups:
        members = [rows[pk] for pk in group.ids if pk in rows]
        if len(members) < 2:
            continue
        cells = {row.pk: [cell(sight=sight, row=row, name=name) for name in names] for row in members}
        differs = [len({cells[row.pk][n].text for row in members}) > 1 for n in range(len(names))]
        lines = [
            Line(
                row=row,
                cells=list(zip(cells[row.pk], differs, strict=True)),
                pointing=pointing[row.pk],
                changed_at=changed.get(row.pk),
                may_write=access.may(register=register, by=me, verb="register.write", entry=row),
            )
            for row in members
        ]
        keep, drop = _proposed(register, lines, pointing)
        reasons = [reason_label(register, name, members) for name in group.agree] or ["部分栏目相同"]
        found.append(Table(group=group, reasons=reasons, lines=lines, keep=keep, drop=drop))
    return found


def _proposed(register: Register, lines: list[Line], pointing: Counter[int]) -> tuple[Any, Any]:
    """Which row to keep, the one that most points at, then the fullest, then the oldest; and which to drop."""
    own = [line.row for line in lines if line.may_write]
    if len(own) < 2:
        return None, None

    def rank(row: Any) -> tuple[int, int, int]:
        filled = sum(getattr(row, f.attname) not in (None, "") for f in register.fields)
        return -pointing[row.pk], -filled, row.pk

    first, second, *_ = sorted(own, key=rank)
    return first, second


def _marks(register: Register, me: Officer, why: Purpose | None, marks: list[Any]) -> list[tuple[Any, Any, Any, bool]]:
    """The marked pairs with their rows, and whether the officer may take the mark back."""
    rows = _rows(register, me, why, {pk for mark in marks for pk in (mark.low, mark.high)})
    found = []
    for mark in marks:
        both = [rows[pk] for pk in (mark.low, mark.high) if pk in rows]
        may = all(access.may(register=register, by=me, verb="register.write", entry=row) for row in both)
        if len(both) == 2:
            found.append((mark, both[0], both[1], may))
    return found


def _back(request: HttpRequest, register: Register) -> str:
    number = number_of(request.POST.get("page"), default=1)
    return reverse("register-duplicates", args=[register.name]) + (f"?page={number}" if number > 1 else "")
