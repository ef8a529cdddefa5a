"""合并: two rows side by side, for each field whose value counts, what will move; then both are one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.registers import access, merged
from gongjian.kernel.registers.access import NoPurpose
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.history import records
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.merging import has_former, merge
from gongjian.kernel.registers.references import Plan, planned, require_own
from gongjian.surfaces.web.page import officer, page
from gongjian.surfaces.web.registers import choices, clashes, purpose
from gongjian.surfaces.web.registers.choices import Choice
from gongjian.surfaces.web.registers.clashes import Block
from gongjian.surfaces.web.registers.common import number_of, register_of, say, status_of
from gongjian.surfaces.web.registers.inputs import Shape
from gongjian.surfaces.web.registers.reading import row_of


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Choose field by field (?keep=&drop=), see what moves, decide what clashes, confirm."""
    me, register = officer(request), register_of(name)
    access.require_role(register=register, by=me, verb="register.merge")
    pks = [number_of(request.GET.get(side), default=0) for side in ("keep", "drop")]
    if 0 in pks or pks[0] == pks[1]:
        raise Refusal("merge.two", "合并需要选定两条不同的记录", "请从查重页选择保留哪一条、并入哪一条")
    keep, drop = (row_of(request, register, pk) for pk in pks)
    for row in (keep, drop):
        access.require(register=register, by=me, verb="register.write", entry=row)
    shape = Shape(register=register, sight=Sight(register=register, by=me))
    typed = request.POST.dict() if request.method == "POST" else None
    chosen = choices.of_two(shape=shape, keep=keep, drop=drop, typed=typed)
    if typed is None:
        return _shown(request, register, keep, drop, chosen)
    try:
        plan = planned(keep=keep, drop=drop)
        blocks = clashes.blocks(request=request, plan=plan, by=me, typed=typed)
        title = str(drop)
        batch = merge(
            keep=keep,
            drop=drop,
            values=choices.values(typed=typed, shape=shape, choices=chosen),
            revisions=(_revision(request, "keep", keep), _revision(request, "drop", drop)),
            by=me,
            at=clock.now(),
            reason=request.POST.get("reason", ""),
            purpose=purpose.of(request, register),
            clashes=clashes.decisions(blocks=blocks, typed=typed),
        )
    except NoPurpose:
        raise
    except Refusal as refusal:
        return _shown(request, register, keep, drop, chosen, refusal=refusal)
    say(
        request,
        f"“{title}”已并入这条记录{_told(batch.details)}。",
        href=reverse("batch", args=[register.name, batch.pk]),
        label="查看改动或撤销",
    )
    return redirect("entry", name=register.name, pk=keep.pk)


def _told(details: dict[str, Any]) -> str:
    """What else changed, for the sentence afterwards."""
    moved, joined = (sum(details[name].values()) for name in ("moved", "removed"))
    return (f",改指 {moved:,} 行引用" if moved else "") + (f",另有 {joined:,} 对记录合为一行" if joined else "")


def _shown(
    request: HttpRequest,
    register: Register,
    keep: Any,
    drop: Any,
    chosen: list[Choice],
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    me = officer(request)
    try:
        for row in (keep, drop):
            row.refresh_from_db()
    except ObjectDoesNotExist:
        raise refusal or Refusal("entry.missing", "其中一条记录刚刚被删除", "请返回查重页重新选择") from None
    plan, stops = Plan(), None
    try:
        plan = planned(keep=keep, drop=drop)
        require_own(plan=plan, by=me)
    except Refusal as caught:
        stops = caught
    typed = request.POST.dict() if request.method == "POST" else None
    blocks: list[Block] = clashes.blocks(request=request, plan=plan, by=me, typed=typed)
    sight = Sight(register=register, by=me)
    differing = {one.name for one in chosen}
    files, said = _going_along(plan)
    return page(
        request,
        "registers/merge.html",
        status=status_of(refusal) if refusal else 200,
        register=register,
        keep=keep,
        drop=drop,
        choices=[one for one in chosen if not one.is_one_sided],
        one_sided=[one for one in chosen if one.is_one_sided],
        alike=[
            (str(f.verbose_name), sight.shown(row=keep, name=f.name))
            for f in register.fields
            if f.name not in differing and getattr(keep, f.attname) not in (None, "")
        ],
        blocks=blocks,
        ways=clashes.LABELS,
        moved=[
            (rows[0].register, rows, not rows[0].register.sensitive and access.sees_all(rows=rows, by=me))
            for rows in plan.moved.values()
        ],
        equal=_counted(plan),
        files=files,
        said=said,
        newer=choices.newer_of(keep, drop),
        last={row.pk: records(row).order_by("history_id").last() for row in (keep, drop)},
        stops=stops,
        refusal=refusal if refusal is None or stops is None or refusal.code != stops.code else None,
        reason=request.POST.get("reason", ""),
        has_former=has_former(register),
    )


def _going_along(plan: Plan) -> tuple[int, int]:
    """How many files of evidence, and how many remarks, go along with the dropped rows."""
    belongs = Q(pk__in=[])
    for pair in plan.pairs:
        belongs |= Q(subject_kind=pair.register.name, subject_id=pair.drop.pk)
    return Evidence.objects.filter(belongs).count(), sum(len(merged.said(entry=pair.drop)) for pair in plan.pairs)


def _counted(plan: Plan) -> dict[str, int]:
    """How many pairs say the same, by register."""
    found: dict[str, int] = {}
    for pair in plan.equal:
        found[pair.register.label] = found.get(pair.register.label, 0) + 1
    return found


def _revision(request: HttpRequest, side: str, row: Any) -> int:
    """The revision at which the page showed a row."""
    raw = request.POST.get(f"{side}_revision", "")
    return int(raw) if raw.isdecimal() and len(raw) < 10 else row.revision
