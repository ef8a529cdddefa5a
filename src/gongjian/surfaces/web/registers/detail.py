"""One row of a register: its fields, its way through the stages, its evidence, everything that ever happened to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.evidence.files import ALLOWED
from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.people import policy
from gongjian.kernel.registers import actions, query
from gongjian.kernel.registers.declare import Register, registers
from gongjian.kernel.registers.history import timeline
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.parse import to_date
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers.common import (
    PROOF_TONES,
    cell,
    folder_label,
    heard,
    register_of,
    say,
    stage_tone,
    status_of,
)


@require_GET
def show(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """The page of one row."""
    return render(request, register_of(name), pk)


@require_POST
def move(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Move the row to a stage that it reached on a day."""
    me, register, day = officer(request), register_of(name), today()
    try:
        row = query.entry(register=register, by=me, pk=pk)
        on = to_date(request.POST.get("happened_on", ""))
        if on is None:
            raise Refusal("entry.no_day", "没有填写发生日期", "请填写实际进入该阶段的日期")
        stage, note = request.POST.get("stage", ""), request.POST.get("note", "").strip()
        moved = actions.move(entry=row, stage=stage, happened_on=on, by=me, at=clock.now(), today=day, note=note)
    except Refusal as refusal:
        return render(request, register, pk, refusal=refusal, place="move")
    label = _stage_label(register, moved.stage)
    current = getattr(row, register.stage_field.name)  # type: ignore[union-attr]
    now = _stage_label(register, current)
    later = "" if current == moved.stage else f"之后已有更晚的阶段变动,当前阶段仍为“{now}”。"
    say(request, f"已登记 {moved.happened_on} 进入“{label}”。{later}")
    return redirect("entry", name=register.name, pk=pk)


@require_POST
def withdraw(request: HttpRequest, name: str, pk: int, move_id: int) -> HttpResponse:
    """Take one stage move back, for a reason."""
    me, register = officer(request), register_of(name)
    try:
        query.entry(register=register, by=me, pk=pk)
        moved = StageMove.objects.filter(pk=move_id, register=register.name, entry_id=pk).first()
        if moved is None:
            raise Refusal("entry.move_missing", "没有找到这条阶段变动", "请刷新页面后重试")
        actions.withdraw_move(moved=moved, by=me, at=clock.now(), reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        return render(request, register, pk, refusal=refusal, place=f"withdraw-{move_id}")
    say(request, f"已撤回 {moved.happened_on} 的“{_stage_label(register, moved.stage)}”。")
    return redirect("entry", name=register.name, pk=pk)


def render(
    request: HttpRequest, register: Register, pk: int, *, refusal: Refusal | None = None, place: str = ""
) -> HttpResponse:
    """The page of one row, with a refusal at the form that it answers (`place`) and what was typed there."""
    me = officer(request)
    row = query.entry(register=register, by=me, pk=pk)
    sight = Sight(register=register, by=me)
    return page(
        request,
        "registers/detail.html",
        status=status_of(refusal) if refusal else 200,
        register=register,
        row=row,
        title=str(row),
        fields=[cell(sight=sight, row=row, name=f.name) for f in register.fields],
        warnings=row.warnings(),
        track=_track(register, row),
        moves=list(actions.moves_of(row)),
        following=_following(register, row),
        stage_labels={stage.key: stage.label for stage in register.stages},
        slots=_slots(register, row) if policy.may(by=me, verb="evidence.read", thing=row) else _states(register, row),
        events=timeline(entry=row, by=me),
        related=_related(row, me),
        tones=PROOF_TONES,
        kinds={**{one.name: one.label for one in registers()}, "reported": "填报"},
        allowed=ALLOWED,
        accept=",".join(evidence.KINDS),
        limit=evidence.LIMIT // 2**20,
        today=today(),
        refusal=refusal,
        place=place,
        typed=request.POST,
        folder=folder_label(register.folder),
        notice=heard(request),
    )


def _track(register: Register, row: Any) -> list[dict[str, Any]]:
    """The stages on the way, each with the day it was first reached; stages off the way only when the row is there."""
    field = register.stage_field
    if field is None:
        return []
    current = register.stage(getattr(row, field.name))
    first: dict[str, StageMove] = {}
    for moved in actions.moves_of(row):
        if moved.withdrawn_at is None:
            first.setdefault(moved.stage, moved)
    return [
        {
            "stage": stage,
            "move": first.get(stage.key),
            "is_current": stage is current,
            "is_passed": current is not None and stage.order < current.order and not stage.ends,
            "tone": stage_tone(register, stage),
        }
        for stage in register.stages
        if not stage.ends or stage is current
    ]


def _following(register: Register, row: Any) -> str:
    """The key of the stage that usually comes next."""
    field = register.stage_field
    if field is None:
        return ""
    keys = [stage.key for stage in register.stages if not stage.ends]
    current = getattr(row, field.name)
    at = keys.index(current) + 1 if current in keys else len(keys) - 1
    return keys[min(at, len(keys) - 1)]


def _slots(register: Register, row: Any) -> list[dict[str, Any]]:
    """The evidence slots with their files, and for which other rows the same file is offered."""
    files = evidence.of(row)
    others = evidence.elsewhere(files)
    return [
        {**slot, "files": [(one, others.get(one.pk, [])) for one in files if one.part == slot["name"]]}
        for slot in _states(register, row)
    ]


def _states(register: Register, row: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": field.name,
            "label": str(field.verbose_name),
            "state": ProofState(getattr(row, field.name)),
            "proves": [stage.label for stage in register.stages if field.name in stage.needs],
            "files": None,
        }
        for field in register.evidence
    ]


def _related(row: Any, me: Any) -> list[dict[str, Any]]:
    out = []
    for register, field, rows, count in query.related(entry=row, by=me):
        sight = Sight(register=register, by=me)
        columns = [name for name in register.columns if name != field.name]
        href = f"{reverse('register', args=[register.name])}?{field.name}={row.pk}"
        lines = [(one, [cell(sight=sight, row=one, name=c, links=False) for c in columns]) for one in rows]
        heads = [(one.label, one.is_number) for one in lines[0][1]]
        out.append({"register": register, "count": count, "href": href, "heads": heads, "rows": lines})
    return out


def _stage_label(register: Register, key: str) -> str:
    stage = register.stage(key)
    return stage.label if stage else key
