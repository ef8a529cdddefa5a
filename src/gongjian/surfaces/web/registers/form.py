"""台账 form: a new row or a change, fields from the declaration; what was typed stays when it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal, Stale
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Role, Unit
from gongjian.kernel.registers import actions, query
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.history import records
from gongjian.kernel.registers.parse import to_date
from gongjian.kernel.registers.values import handle, lookups, parse_row, same, shown, unit_of
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers.common import register_of, say, status_of

STAGE, STAGE_DAY, REASON, REVISION = "stage_key", "happened_on", "change_reason", "revision"


@dataclass(kw_only=True)
class Input:
    """One field of a form: how it is entered, what stands in it, what is wrong with it."""

    name: str
    label: str
    kind: str  # text, long, date, number, select, search
    value: str = ""
    unit: str = ""
    options: list[tuple[str, str]] | None = None
    is_required: bool = False
    help: str = ""
    fault: str = ""
    theirs: str = ""
    """What somebody else made of it meanwhile."""
    most: int | None = None


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, name: str) -> HttpResponse:
    """A form for a new row, with its first stage and the day it was reached."""
    me, register, day = officer(request), register_of(name), today()
    policy.require(by=me, verb="register.write")
    own = str(me.unit_id or "") if me.role == Role.UNIT_OFFICER else ""
    inputs = _inputs(register, request, start={"unit": own})
    if register.stage_field is not None:
        inputs += _stage_inputs(register, request, day.isoformat())
    if request.method == "GET":
        return _form(request, register, inputs)
    values, faults = _typed(register, request)
    happened_on = None
    if register.stage_field is not None:
        stage = register.stage(request.POST.get(STAGE, ""))
        if stage is not None:
            values[register.stage_field.name] = stage.key
        try:
            happened_on = to_date(request.POST.get(STAGE_DAY, "")) or day
        except Refusal as refusal:
            _mark(inputs, STAGE_DAY, refusal)
            return _form(request, register, inputs, status=422)
    if faults:
        return _refused(request, register, inputs, faults)
    try:
        at = clock.now()
        made = actions.create(register=register, values=values, by=me, at=at, today=day, happened_on=happened_on)
    except Refusal as refusal:
        return _form(request, register, inputs, refusal=refusal, status=status_of(refusal))
    say(request, f"已登记“{made}”。")
    return redirect("entry", name=register.name, pk=made.pk)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """A form for the fields of one row, as it was at the form's revision."""
    me, register = officer(request), register_of(name)
    row = query.entry(register=register, by=me, pk=pk)
    policy.require(by=me, verb="register.write", thing=row)
    inputs = _inputs(register, request, row=row)
    if request.method == "GET":
        return _form(request, register, inputs, row=row)
    values, faults = _typed(register, request)
    if faults:
        return _refused(request, register, inputs, faults, row=row)
    raw = request.POST.get(REVISION, "")
    revision = int(raw) if raw.isdigit() else 0
    reason = request.POST.get(REASON, "").strip()
    try:
        diff = actions.change(entry=row, values=values, revision=revision, by=me, at=clock.now(), reason=reason)
    except Stale as refusal:
        row.refresh_from_db()
        _merge(inputs, row, values, revision)
        return _form(request, register, inputs, row=row, refusal=refusal, status=409)
    except Refusal as refusal:
        return _form(request, register, inputs, row=row, refusal=refusal, status=status_of(refusal))
    say(request, f"已保存,修改了:{'、'.join(diff)}。" if diff else "内容没有变化,未作修改。")
    return redirect("entry", name=register.name, pk=row.pk)


@require_GET
def lookup(request: HttpRequest, name: str, field: str) -> HttpResponse:
    """Rows that a foreign key may name, for what has been typed so far: at most 20."""
    me, register = officer(request), register_of(name)
    policy.require(by=me, verb="register.write")
    found = next((f for f in register.fields if f.name == field and f.is_relation), None)
    if found is None:
        raise Refusal("lookup.field", f"“{register.label}”没有可以查找的“{field[:40]}”", "请刷新页面后重试")
    words = request.GET.get("q", "").strip()[:60]
    model = found.related_model
    target = getattr(model, "register", None)
    rows = policy.visible(by=me, rows=model._default_manager.all(), scope=target.scope if target else "zone")
    condition = Q()
    for path in lookups(model):
        condition |= Q(**{f"{path}__icontains": words})
    options = [handle(row) for row in rows.filter(condition).order_by(*lookups(model)[-1:])[:20]] if words else []
    return JsonResponse({"options": options})


def _inputs(
    register: Register, request: HttpRequest, *, row: Any = None, start: dict[str, str] | None = None
) -> list[Input]:
    """The fields of the form with what was typed, else what the row holds, else a start."""
    posted = request.POST if request.method == "POST" else None
    inputs = []
    for field in register.fields:
        held = getattr(row, field.name) if row is not None else None
        value = _raw(field, held) if row is not None else (start or {}).get(field.name, _default(field))
        one = Input(
            name=field.name,
            label=str(field.verbose_name),
            kind=_kind(field),
            value=posted.get(field.name, "") if posted is not None else value,
            unit=unit_of(field) or "",
            options=_options(field),
            is_required=not (field.null or field.blank or field.has_default()),
            help=str(field.help_text),
            most=field.max_length,
        )
        inputs.append(one)
    return inputs


def _stage_inputs(register: Register, request: HttpRequest, day: str) -> list[Input]:
    field = register.stage_field
    assert field is not None
    posted = request.POST if request.method == "POST" else {STAGE: register.stages[0].key, STAGE_DAY: day}
    return [
        Input(
            name=STAGE,
            label=str(field.verbose_name),
            kind="select",
            value=posted.get(STAGE, ""),
            options=[(stage.key, stage.label) for stage in register.stages],
            is_required=True,
        ),
        Input(
            name=STAGE_DAY,
            label="进入该阶段的日期",
            kind="date",
            value=posted.get(STAGE_DAY, ""),
            is_required=True,
            help="按实际发生的日期填写,不是录入日期",
        ),
    ]


def _kind(field: Any) -> str:
    if field.is_relation:
        return "select" if field.related_model is Unit else "search"
    if field.choices or isinstance(field, models.BooleanField):
        return "select"
    if isinstance(field, models.DateField):
        return "date"
    if isinstance(field, models.DecimalField | models.IntegerField):
        return "number"
    return "long" if isinstance(field, models.TextField) else "text"


def _options(field: Any) -> list[tuple[str, str]] | None:
    blank = [("", "—")]
    if field.is_relation:
        if field.related_model is not Unit:
            return None
        return [*blank, *((str(unit.pk), unit.name) for unit in Unit.objects.filter(is_active=True))]
    if field.choices:
        chosen = [(str(key), str(label)) for key, label in field.flatchoices]
        return chosen if field.has_default() else [*blank, *chosen]
    if isinstance(field, models.BooleanField):
        return [*(blank if field.null else []), ("是", "是"), ("否", "否")]
    return None


def _raw(field: Any, value: Any) -> str:
    """A stored value as a form holds it."""
    if value is None:
        return ""
    if field.is_relation:
        return str(value.pk) if field.related_model is Unit else handle(value)
    if isinstance(field, models.BooleanField):
        return shown(value)
    if isinstance(field, models.DecimalField):
        return f"{value.normalize():f}"
    return str(value)


def _default(field: Any) -> str:
    return _raw(field, field.get_default()) if field.has_default() and not field.is_relation else ""


def _typed(register: Register, request: HttpRequest) -> tuple[dict[str, Any], list[Refusal]]:
    raw: dict[str, object] = {}
    for field in register.fields:
        if field.name in request.POST:
            text = request.POST[field.name]
            is_unit = field.is_relation and field.related_model is Unit and text.isdigit()
            raw[field.name] = (Unit.objects.filter(pk=text).first() or text) if is_unit else text
    return parse_row(register=register, raw=raw)


def _merge(inputs: list[Input], row: Any, values: dict[str, Any], revision: int) -> None:
    """After somebody else's change: fields left alone take the new value, own changes stay and tell the other's."""
    base = records(row).filter(revision=revision).last()
    for one in inputs:
        field = row._meta.get_field(one.name)
        now = getattr(row, one.name)
        was = getattr(base, field.attname) if base is not None else None
        typed = values.get(one.name)
        if base is not None and same(was, typed):
            one.value = _raw(field, now)
        elif not same(now, typed) and (base is None or not same(was, getattr(row, field.attname))):
            one.theirs = shown(now, field)


def _refused(
    request: HttpRequest, register: Register, inputs: list[Input], faults: list[Refusal], row: Any = None
) -> HttpResponse:
    for fault in faults:
        name = next((one.name for one in inputs if one.label == fault.place.column), "")
        _mark(inputs, name, fault)
    return _form(request, register, inputs, row=row, status=422)


def _mark(inputs: list[Input], name: str, fault: Refusal) -> None:
    for one in inputs:
        if one.name == name:
            one.fault = f"{fault.cause}。{fault.remedy}。"


def _form(
    request: HttpRequest,
    register: Register,
    inputs: list[Input],
    *,
    row: Any = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    return page(
        request,
        "registers/form.html",
        status=status,
        register=register,
        inputs=inputs,
        row=row,
        refusal=refusal,
        reason=request.POST.get(REASON, ""),
        faults=sum(bool(one.fault) for one in inputs),
        today=today(),
    )
