"""台账 form: a new row or a change, with the rows that belong to it; what was typed stays when it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal, Stale
from gongjian.kernel.registers import access, drafts, together
from gongjian.kernel.registers.access import NoPurpose
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.parse import to_date
from gongjian.kernel.registers.together import LinesRefused
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers import lines as inline
from gongjian.surfaces.web.registers.checking import known
from gongjian.surfaces.web.registers.common import heard, register_of, say, status_of
from gongjian.surfaces.web.registers.entering import (
    CHOOSE,
    MORE,
    REASON,
    REVISION,
    STAGE,
    STAGE_DAY,
    Entering,
    back_of,
    opened,
    overtaken,
)
from gongjian.surfaces.web.registers.inputs import mark
from gongjian.surfaces.web.registers.reading import row_of


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, name: str) -> HttpResponse:
    """A form for a new row, with its first stage and the day it was reached."""
    register = register_of(name)
    access.require(register=register, by=officer(request), verb="register.write")
    entering = opened(request, register)
    return _shown(entering) if request.method == "GET" else _saved(entering)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """A form for the fields of one row, as it was at the form's revision."""
    register = register_of(name)
    try:
        row = row_of(request, register, pk)
    except NoPurpose:
        _rescue(request, register, pk)
        raise
    access.require(register=register, by=officer(request), verb="register.write", entry=row)
    entering = opened(request, register, row=row)
    return _shown(entering) if request.method == "GET" else _saved(entering)


def _saved(entering: Entering) -> HttpResponse:
    """Save what was sent and go to the row, or show the form again with what is wrong."""
    request, register = entering.request, entering.register
    typed = entering.typed or {}
    if MORE in typed:
        for group in entering.groups:
            if group.register.name == typed[MORE]:
                inline.more(group)
        return _shown(entering)
    values, refused = entering.shape.read(typed=typed, inputs=entering.inputs)
    left = mark(entering.inputs, refused)
    happened_on = _stage(entering, typed, values)
    rows, wrong = inline.read(entering.groups, typed)
    if left or wrong or entering.faults:
        entering.refusal = left[0] if left else None
        return _shown(entering, status=422)
    try:
        done = together.save(
            register=register,
            entry=entering.row,
            values=values,
            revision=entering.revision,
            lines=rows,
            by=officer(request),
            at=clock.now(),
            today=today(),
            happened_on=happened_on,
            reason=typed.get(REASON, "").strip(),
        )
    except LinesRefused as refusal:
        if entering.row is not None:
            entering.row.refresh_from_db()
        inline.marked(entering.groups, rows, refusal.faults)
        entering.refusal = refusal
        return _shown(entering, status=409 if refusal.is_stale else 422)
    except Stale as refusal:
        entering.row.refresh_from_db()
        entering.refusal = refusal
        overtaken(entering, values)
        return _shown(entering, status=409)
    except Refusal as refusal:
        entering.refusal = refusal
        typed_row = copy(entering.row) if entering.row is not None else register.model()
        for key, value in values.items():
            setattr(typed_row, key, value)
        other = known(request, register, typed_row) if refusal.code == "entry.duplicate" else None
        return _shown(entering, status=status_of(refusal), other=other)
    say(request, _sentence(done, is_new=entering.row is None))
    return redirect(_onward(typed, done.entry))


def _sentence(done: together.Saved, *, is_new: bool) -> str:
    parts = [f"已登记“{done.entry}”"] if is_new else [f"修改了:{'、'.join(done.diff)}"] if done.diff else []
    parts += [f"新增{done.added}行关联记录"] if done.added else []
    parts += [f"修改{done.changed}行关联记录"] if done.changed else []
    if is_new:
        return ",".join(parts) + "。"
    return f"已保存,{','.join(parts)}。" if parts else "内容没有变化,未作修改。"


def _onward(typed: Mapping[str, str], made: Any) -> str:
    """Where to go after saving: back to the form whose field asked for this row, else the row's page."""
    back, item = back_of(typed), typed.get(CHOOSE, "")
    if back and item:
        return f"{back}?{urlencode({'draft': 1, 'item': item, 'chosen': made.pk})}"
    return reverse("entry", args=[made.register.name, made.pk])


def _stage(entering: Entering, typed: Mapping[str, str], values: dict[str, Any]) -> date | None:
    """The day on which a new row reached its stage; the stage itself goes into `values`."""
    register = entering.register
    if entering.row is not None or register.stage_field is None:
        return None
    stage = register.stage(typed.get(STAGE, ""))
    if stage is not None:
        values[register.stage_field.name] = stage.key
    if not typed.get(STAGE_DAY, "today").strip():
        entering.stage_inputs[1].fault = "此项必填。请填写后重新提交。"
        return None
    try:
        return to_date(typed.get(STAGE_DAY, "")) or today()
    except Refusal as refusal:
        entering.stage_inputs[1].fault = f"{refusal.cause}。{refusal.remedy}。"
        return None


def _rescue(request: HttpRequest, register: Register, pk: int) -> None:
    """Keep what was sent as a draft when the purpose of reading ran out while it was typed."""
    row = register.model._default_manager.filter(pk=pk).first()
    if request.method == "POST" and row is not None:
        values = {item: text for item, text in request.POST.dict().items() if item != "csrfmiddlewaretoken"}
        drafts.keep(register=register, entry=row, values=values, by=officer(request), at=clock.now())


def _shown(entering: Entering, *, status: int = 200, other: dict[str, str] | None = None) -> HttpResponse:
    request, register, row = entering.request, entering.register, entering.row
    typed = entering.typed or {}
    sections = entering.sections()
    index = [{"id": one["id"], "title": one["title"] or "基本信息", "faults": one["faults"]} for one in sections]
    index += [{"id": one.id, "title": one.register.label, "faults": one.faults} for one in entering.groups]
    wrong = [one for one in [*entering.inputs, *entering.stage_inputs] if one.fault]
    return page(
        request,
        "registers/form.html",
        status=status,
        register=register,
        row=row,
        revision=entering.revision,
        sections=sections,
        groups=entering.groups,
        index=index if len(index) > 3 else [],
        refusal=entering.refusal,
        faults=entering.faults,
        wrong=wrong,
        differing=[one for one in entering.inputs if one.theirs],
        draft=entering.draft,
        draft_is_older=bool(
            entering.draft and row is not None and entering.draft.values.get(REVISION) != str(row.revision)
        ),
        is_typed=entering.typed is not None,
        reason=typed.get(REASON, ""),
        back=back_of(typed) or back_of(request.GET),
        choose=typed.get(CHOOSE, request.GET.get(CHOOSE, "")),
        warnings=row.warnings() if row is not None and entering.typed is None else [],
        notice=heard(request),
        known=other,
        today=today(),
    )
