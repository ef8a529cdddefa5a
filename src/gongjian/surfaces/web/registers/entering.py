"""A form being filled in: what was sent, or the officer's draft, or what the row holds, put at its fields and lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from gongjian.kernel.errors import Refusal, Stale
from gongjian.kernel.people.models import Role
from gongjian.kernel.registers import drafts, together
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.history import since
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.numbers import number_in
from gongjian.kernel.registers.values import handle, lookups
from gongjian.surfaces.web.page import officer, today
from gongjian.surfaces.web.registers import lines as inline
from gongjian.surfaces.web.registers.common import register_of
from gongjian.surfaces.web.registers.inputs import Input, Shape, merge
from gongjian.surfaces.web.registers.reading import row_of

STAGE, STAGE_DAY, REASON, REVISION, MORE = "stage_key", "happened_on", "change_reason", "revision", "more_lines"
BACK, CHOOSE = "back", "choose"
"""A form opened from another form's field: the address to return to, and the item to put the new row into."""


@dataclass(kw_only=True)
class Entering:
    """One form being shown or sent: its fields, its lines, what was typed (None: nothing yet)."""

    request: HttpRequest
    register: Register
    shape: Shape
    row: Any
    typed: Mapping[str, str] | None
    inputs: list[Input]
    stage_inputs: list[Input] = field(default_factory=list)
    groups: list[inline.Group] = field(default_factory=list)
    revision: int = 0
    refusal: Refusal | None = None
    draft: Any = None

    @property
    def faults(self) -> int:
        """How many places are to be corrected."""
        own = sum(bool(one.fault) for one in (*self.inputs, *self.stage_inputs))
        return own + sum(group.faults for group in self.groups)

    def sections(self) -> list[dict[str, Any]]:
        """The fields by section, the stage of a new row in the first one."""
        by_name = {one.name: one for one in self.inputs}
        found = []
        for place, (title, fields) in enumerate(self.register.blocks):
            inputs = [by_name[f.name] for f in fields if f.name in by_name]
            inputs += self.stage_inputs if place == 0 else []
            faults = sum(bool(one.fault) for one in inputs)
            found.append({"id": f"s-{place}", "title": title, "inputs": inputs, "faults": faults})
        return found


def opened(request: HttpRequest, register: Register, *, row: Any = None) -> Entering:
    """The form with what was sent, or the officer's draft where it is asked for (?draft=1), or what the row holds."""
    me = officer(request)
    shape = Shape(register=register, sight=Sight(register=register, by=me))
    typed: Mapping[str, str] | None = None
    draft = None
    if request.method == "POST":
        typed = request.POST.dict()
    else:
        draft = drafts.take_up(register=register, entry=row, by=me)
        if draft is not None and request.GET.get("draft"):
            typed = {**draft.values, **_chosen(request)}
            draft = None
    raw = (typed or {}).get(REVISION, "")
    entering = Entering(
        request=request,
        register=register,
        shape=shape,
        row=row,
        typed=typed,
        inputs=shape.inputs(row=row, typed=typed, start=_start(request, register) if row is None else None),
        groups=inline.groups_of(request, register, row=row, by=me, typed=typed),
        revision=int(raw)
        if raw.isdecimal() and len(raw) < 10
        else getattr(row, "revision", 0)
        if request.method == "GET"
        else 0,
        draft=draft,
    )
    if row is None and register.stage_field is not None:
        entering.stage_inputs = _stage_inputs(register, typed, today())
    if request.method == "GET" and row is not None and entering.revision != row.revision:
        entering.refusal = Stale(since(entry=row, revision=entering.revision))
        values, _ = shape.read(typed=typed or {}, inputs=entering.inputs)
        overtaken(entering, values)
    return entering


def overtaken(entering: Entering, values: Mapping[str, Any]) -> None:
    """After somebody else's change: the form goes on from the row as it is, with both values where they differ."""
    merge(
        inputs=entering.inputs,
        row=entering.row,
        values=values,
        revision=entering.revision,
        sight=entering.shape.sight,
    )
    entering.revision = entering.row.revision


def back_of(given: Mapping[str, str]) -> str:
    """The form to return to, an address of this house, or nothing."""
    back = given.get(BACK, "").split("?")[0]
    return back if back.startswith(reverse("registers")) and "\\" not in back else ""


def _chosen(request: HttpRequest) -> dict[str, str]:
    """The row just registered for a field of this form (?item=&chosen=), as that field holds it."""
    item, raw = request.GET.get("item", ""), request.GET.get("chosen", "")
    match = request.resolver_match
    register = register_of(str(match.kwargs["name"])) if match else None
    if register is None or not item or number_in(raw) is None:
        return {}
    owner = next((one for one, _ in together.inlines(register) if item.startswith(f"{one.name}.")), register)
    target = owner.field_named(item.rsplit(".", 1)[-1])
    if target is None or not target.is_relation or not hasattr(target.related_model, "register"):
        return {}
    return {item: handle(row_of(request, target.related_model.register, int(raw)))}


def _start(request: HttpRequest, register: Register) -> dict[str, str]:
    """What a new row starts with: the officer's unit, and what the address gives."""
    me = officer(request)
    given = {f.name: request.GET[f.name][:500] for f in register.fields if f.name in request.GET}
    own = str(me.unit_id or "") if me.role == Role.UNIT_OFFICER else ""
    words = request.GET.get("typed", "")[:120]
    named = lookups(register.model)[-1:] if words and not words.isascii() else lookups(register.model)[:1]
    return {"unit": own, **({named[0]: words} if named and words else {}), **given}


def _stage_inputs(register: Register, typed: Mapping[str, str] | None, day: date) -> list[Input]:
    stage = register.stage_field
    assert stage is not None
    held = {STAGE: register.stages[0].key, STAGE_DAY: day.isoformat(), **(typed or {})}
    options = [(one.key, one.label) for one in register.stages]
    label = str(stage.verbose_name)
    return [
        Input(item=STAGE, name=STAGE, label=label, kind="select", value=held[STAGE], options=options, is_required=True),
        Input(
            item=STAGE_DAY,
            name=STAGE_DAY,
            label="进入该阶段的日期",
            kind="date",
            value=held[STAGE_DAY],
            is_required=True,
            help="按实际发生的日期填写,不是录入日期",
        ),
    ]
