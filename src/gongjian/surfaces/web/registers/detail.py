"""One row of a register: its panels, its way through the stages, its evidence, what happened to it and what was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.evidence.files import ALLOWED
from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, actions, merged
from gongjian.kernel.registers.access import NoPurpose
from gongjian.kernel.registers.declare import REGISTERS, Register, registers
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.parse import to_date
from gongjian.surfaces.web.criteria import panel
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers import purpose
from gongjian.surfaces.web.registers.common import (
    PROOF_TONES,
    folder_label,
    heard,
    register_of,
    say,
    status_of,
)
from gongjian.surfaces.web.registers.discussion import thread
from gongjian.surfaces.web.registers.offering import way
from gongjian.surfaces.web.registers.panels import Board, runs
from gongjian.surfaces.web.registers.past import events_of, first_recorded
from gongjian.surfaces.web.registers.reading import row_of
from gongjian.surfaces.web.registers.track import following, track


@require_GET
def show(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """The page of one row; with ?known_at=2025-03-31 as it was recorded at the end of that day, to be read only."""
    register = register_of(name)
    day = _known_on(request)
    if day is None:
        try:
            return render(request, register, pk)
        except Refusal as refusal:
            went = merged.went_into(register=register, pk=pk) if refusal.code == "entry.missing" else None
            if went is None:
                raise
        into, batch = went
        href = reverse("batch", args=[register.name, batch.pk])
        say(request, f"第 {pk} 号记录已并入这一条。", href=href, label="查看合并")
        return redirect("entry", name=register.name, pk=into)
    return _as_recorded(request, register, pk, day)


@require_POST
def move(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Move the row to a stage that it reached on a day."""
    me, register, day = officer(request), register_of(name), today()
    try:
        row = row_of(request, register, pk)
        on = to_date(request.POST.get("happened_on", ""))
        if on is None:
            raise Refusal("entry.no_day", "没有填写发生日期", "请填写实际进入该阶段的日期")
        stage, note = request.POST.get("stage", ""), request.POST.get("note", "").strip()
        moved = actions.move(entry=row, stage=stage, happened_on=on, by=me, at=clock.now(), today=day, note=note)
    except NoPurpose:
        raise
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
        row_of(request, register, pk)
        moved = StageMove.objects.filter(pk=move_id, register=register.name, entry_id=pk).first()
        if moved is None:
            raise Refusal("entry.move_missing", "没有找到这条阶段变动", "请刷新页面后重试")
        actions.withdraw_move(moved=moved, by=me, at=clock.now(), reason=request.POST.get("reason", ""))
    except NoPurpose:
        raise
    except Refusal as refusal:
        return render(request, register, pk, refusal=refusal, place=f"withdraw-{move_id}")
    say(request, f"已撤回 {moved.happened_on} 的“{_stage_label(register, moved.stage)}”。")
    return redirect("entry", name=register.name, pk=pk)


def render(
    request: HttpRequest,
    register: Register,
    pk: int,
    *,
    refusal: Refusal | None = None,
    place: str = "",
    row: Any = None,
    known_on: date | None = None,
) -> HttpResponse:
    """The page of one row, with a refusal at the form that it answers (`place`) and what was typed there.

    `row` and `known_on` are given for a row as recorded on a past day: then nothing on the page acts.
    """
    me, now = officer(request), today()
    at = end_of(known_on) if known_on is not None else None
    row = row if row is not None else row_of(request, register, pk)
    may_write = at is None and access.may(register=register, by=me, verb="register.write", entry=row)
    board = Board(request=request, row=row, by=me, on=known_on or now, known_at=at, may_write=may_write)
    strip, blocks = board.strip, board.blocks()
    every = actions.moves_of(row) if register.stages else []
    moves = [moved for moved in every if at is None or moved.recorded_at <= at]
    shows_files = at is None and policy.may(by=me, verb="evidence.read", thing=row)
    return page(
        request,
        "registers/detail.html",
        status=status_of(refusal) if refusal else 200,
        register=register,
        row=row,
        title=str(row),
        strip=strip,
        runs=runs([block for block in blocks if not block.is_empty]),
        empty=[block for block in blocks if block.is_empty],
        warnings=board.warnings.get("", [])
        if strip is None
        else [one for many in board.warnings.values() for one in many],
        offers=_offers(row, moves, me, now) if may_write else [],
        track=track(register, row, moves, at, known_on or now),
        moves=moves,
        following=following(register, row),
        stage_labels={stage.key: stage.label for stage in register.stages},
        slots=_slots(register, row) if shows_files else _states(register, row),
        shows_files=shows_files,
        history=events_of(request, row, by=me, until=at),
        thread=thread(row) if at is None else [],
        may_write=may_write,
        may_comment=at is None and access.may(register=register, by=me, verb="entry.comment", entry=row),
        may_remove=may_write,
        known_on=known_on,
        known_at=at,
        stated=purpose.stated(request, register),
        tones=PROOF_TONES,
        kinds={**{one.name: one.label for one in registers()}, "reported": "填报"},
        allowed=ALLOWED,
        accept=",".join(evidence.KINDS),
        limit=evidence.LIMIT // 2**20,
        today=now,
        refusal=refusal,
        place=place,
        typed=request.POST,
        folder=folder_label(register.folder),
        notice=heard(request),
        standing=panel.of(row, on=now) if at is None else None,
    )


def _offers(row: Any, moves: Sequence[StageMove], by: Officer, on: date) -> list[dict[str, str]]:
    """What ought to follow from the row's stage in registers that the officer may write: sentence, address, word on it."""
    found = []
    for one in row.offers(moves=moves, on=on):
        if not access.may(register=REGISTERS[one.register], by=by, verb="register.write"):
            continue
        href, label = way(one)
        found.append({"says": one.says, "href": href, "label": label})
    return found


def end_of(day: date) -> datetime:
    """The last moment of a day in China."""
    start = datetime.combine(day + timedelta(days=1), time(), tzinfo=timezone.get_current_timezone())
    return start - timedelta(microseconds=1)


def _known_on(request: HttpRequest) -> date | None:
    """The past day that the address asks for; None for today."""
    raw = request.GET.get("known_at", "").strip()
    if not raw:
        return None
    try:
        day = date.fromisoformat(raw)
    except ValueError as error:
        cause = f"日期“{raw[:20]}”写法不对"
        raise Refusal("entry.known_at", cause, "请写成 2025-03-31 这样的日期") from error
    if day > today():
        raise Refusal("entry.known_at", f"{day} 晚于今天 {today()},还没有记录", "请选择今天或以前的日期")
    return None if day == today() else day


def _as_recorded(request: HttpRequest, register: Register, pk: int, day: date) -> HttpResponse:
    """The row as recorded then, or a sentence where it was not yet there, or not any more."""
    try:
        row = row_of(request, register, pk, known_at=end_of(day))
    except Refusal as refusal:
        if refusal.code != "entry.missing":
            raise
        now = row_of(request, register, pk)
        return page(
            request,
            "registers/not_then.html",
            register=register,
            row=now,
            known_on=day,
            first=first_recorded(now),
            today=today(),
        )
    return render(request, register, pk, row=row, known_on=day)


def _slots(register: Register, row: Any) -> list[dict[str, Any]]:
    """The evidence slots with their files, and for which other rows the same file is offered."""
    if not register.evidence:
        return []
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


def _stage_label(register: Register, key: str) -> str:
    stage = register.stage(key)
    return stage.label if stage else key
