"""One cell of a list changed in place: the same reading, refusals and act as the form, and the way back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal, Stale
from gongjian.kernel.registers import access, actions, derived, query
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.history import since
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.numbers import number_in
from gongjian.kernel.registers.parse import to_date
from gongjian.kernel.registers.values import shown
from gongjian.surfaces.web.page import officer, today
from gongjian.surfaces.web.registers import grid, purpose
from gongjian.surfaces.web.registers.address import Address
from gongjian.surfaces.web.registers.common import register_of, status_of
from gongjian.surfaces.web.registers.inputs import Input, Shape, mark, merge

STAGE_DAY = "happened_on"


@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, name: str, pk: int, field: str) -> HttpResponse:
    """The input for one cell, and what is typed into it: answers with the changed row, or with the input and the fault."""
    me, register = officer(request), register_of(name)
    row = query.entry(register=register, by=me, pk=pk, purpose=purpose.of(request, register))
    access.require_role(register=register, by=me, verb="register.write", entry=row)
    if register.stage_field is not None and field == register.stage_field.name:
        return _stage(request, register, row)
    shape = Shape(register=register, sight=Sight(register=register, by=me, purpose=purpose.of(request, register)))
    inputs = shape.inputs(row=row, typed=request.POST if request.method == "POST" else None, names=[field])
    if not inputs or inputs[0].is_masked:
        raise Refusal(
            "cell.fixed", "这一栏不能在列表里修改", "佐证请打开记录上传文件;隐去部分内容的栏目请由责任单位修改"
        )
    one = inputs[0]
    _refuse_unasked(register, row, field)
    if request.method == "GET":
        return _editor(request, register, row, one)
    values, faults = shape.read(typed=request.POST, inputs=inputs)
    if faults:
        mark(inputs, faults)
        return _editor(request, register, row, one, status=422)
    raw = request.POST.get("revision", "")
    revision = number_in(raw) or 0
    try:
        diff = actions.change(entry=row, values=values, revision=revision, by=me, at=clock.now())
    except Stale as refusal:
        row = query.entry(register=register, by=me, pk=pk, purpose=purpose.of(request, register))
        merge(inputs=inputs, row=row, values=values, revision=revision, sight=shape.sight)
        one.fault = f"{refusal.cause}。再按一次回车,以您填写的为准。"
        return _editor(request, register, row, one, status=409)
    except Refusal as refusal:
        one.fault = f"{refusal.cause}。{refusal.remedy}。"
        return _editor(request, register, row, one, status=status_of(refusal))
    said = "".join(f"“{row}”的“{label}”:{old} → {new}。" for label, (old, new) in diff.items())
    undo = {"revision": row.revision - 1, "seen": row.revision} if diff else None
    return _answer(request, register, pk, said=said or "内容没有变化。", undo=undo)


@require_POST
def revert(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Take the last change of a row back (`revision` to return to, `seen` as the change left it), or a stage `move`."""
    me, register = officer(request), register_of(name)
    row = query.entry(register=register, by=me, pk=pk, purpose=purpose.of(request, register))
    access.require_role(register=register, by=me, verb="register.write", entry=row)
    move = request.POST.get("move", "")
    if move:
        moved = StageMove.objects.filter(pk=number_in(move), register=register.name, entry_id=pk).first()
        if moved is None:
            raise Refusal("entry.move_missing", "没有找到这条阶段变动", "请打开记录查看阶段")
        actions.withdraw_move(moved=moved, by=me, at=clock.now(), reason="在列表中撤销")
        return _answer(request, register, pk, said=f"已撤销“{row}”的阶段变动。")
    revision, seen = (request.POST.get(key, "") for key in ("revision", "seen"))
    if seen != str(row.revision):
        cause = since(entry=row, revision=number_in(seen) or 0)
        raise Stale(cause, "为免覆盖他人的修改,没有撤销;请打开记录核对")
    actions.revert(entry=row, revision=number_in(revision) or 0, by=me, at=clock.now(), reason="在列表中撤销")
    return _answer(request, register, pk, said=f"已撤销对“{row}”的修改。")


def _stage(request: HttpRequest, register: Register, row: Any) -> HttpResponse:
    """The stage with the day on which it was reached: a move, not a change."""
    me, target, day = officer(request), register.stage_field, today()
    assert target is not None
    held = getattr(row, target.name)
    one = Input(
        item=target.name,
        name=target.name,
        label=str(target.verbose_name),
        kind="stage",
        value=request.POST.get(target.name, held),
        options=[(stage.key, stage.label) for stage in register.stages],
        start=held,
    )
    on = request.POST.get(STAGE_DAY, day.isoformat())
    if request.method == "GET":
        return _editor(request, register, row, one, on=on)
    try:
        if one.value == held:
            return _answer(request, register, row.id, said="内容没有变化。")
        happened_on = to_date(on)
        if happened_on is None:
            raise Refusal("entry.no_day", "没有填写发生日期", "请填写实际进入该阶段的日期")
        moved = actions.move(entry=row, stage=one.value, happened_on=happened_on, by=me, at=clock.now(), today=day)
    except Refusal as refusal:
        one.fault = f"{refusal.cause}。{refusal.remedy}。"
        return _editor(request, register, row, one, on=on, status=status_of(refusal))
    said = f"“{row}”的“{one.label}”:{shown(held, target)} → {shown(moved.stage, target)}({happened_on})。"
    now = getattr(row, target.name)
    if now != moved.stage:
        said += f"之后已有更晚的阶段变动,当前阶段仍为“{shown(now, target)}”。"
    return _answer(request, register, row.id, said=said, undo={"move": moved.pk})


def _refuse_unasked(register: Register, row: Any, name: str) -> None:
    """A field that another one's value makes needless is not filled in."""
    if name not in register.depends:
        return
    other, values = register.depends[name]
    if getattr(row, other) not in values:
        target = register.field(other)
        said = "、".join(shown(value, target) for value in values)
        label = str(register.field(name).verbose_name)
        cause = f"“{label}”只在“{target.verbose_name}”为“{said}”时填写"
        raise Refusal("cell.unasked", cause, f"请先修改“{target.verbose_name}”")


def _editor(
    request: HttpRequest, register: Register, row: Any, one: Input, *, on: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "register": register,
        "row": row,
        "one": one,
        "on": on,
        "today": today(),
        "state": request.GET.urlencode(),
    }
    return HttpResponse(render_to_string("registers/cell.html", context, request), status=status)


def _answer(
    request: HttpRequest, register: Register, pk: int, *, said: str, undo: dict[str, int] | None = None
) -> JsonResponse:
    """The row as the list shows it now, a sentence, and what would take the change back."""
    me = officer(request)
    row = query.entry(register=register, by=me, pk=pk, purpose=purpose.of(request, register))
    address = Address.of(register=register, by=me, given=request.GET, today=today())
    derived.fill(register=register.name, names=address.shown, rows=[row], on=today())
    body = grid.body(
        sight=Sight(register=register, by=me, purpose=purpose.of(request, register)),
        names=address.shown,
        rows=[row],
        can_bulk=access.may(register=register, by=me, verb="register.bulk"),
        can_write=True,
    )
    return JsonResponse({"row": body, "said": said, "undo": undo})
