"""批量修改: the rows picked in a list get the same values; first the difference row by row, then written as one batch."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gongjian.kernel import clock
from gongjian.kernel.errors import Place, Refusal, Stale
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.registers import access, bulk, query
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.parse import to_date
from gongjian.kernel.registers.take import STAGE_DATE, Taking
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers import large, purpose
from gongjian.surfaces.web.registers.common import register_of, say, status_of
from gongjian.surfaces.web.registers.inputs import Input, Shape, mark

STAGE_DAY, REASON = "stage_reached_on", "change_reason"
SHOWN_MOST = 100
"""How many rows of each verdict a preview lists."""


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Choose columns and values, look at the difference (`step=preview`), write it (`step=write`).

    Which rows stands in the address: `pick=1&pick=2`, or with `all=1` every row of the list.
    """
    me, register, day = officer(request), register_of(name), today()
    access.require_role(register=register, by=me, verb="register.bulk")
    address, ask = large.asked(given=request.GET, register=register, by=me, purpose=purpose.of(request, register))
    shape = Shape(register=register, sight=Sight(register=register, by=me, purpose=ask.purpose))
    inputs = shape.inputs(typed=request.POST, start=_blank(register), names=settable(register=register, by=me))
    inputs = [*_stage(register, request.POST), *inputs]
    context: dict[str, Any] = {
        "register": register,
        "address": address,
        "ask": ask,
        "count": (count := query.count(ask)),
        "inputs": inputs,
        "chosen": [one.name for one in inputs if one.name in request.POST.getlist("set")],
        "reason": request.POST.get(REASON, ""),
        "most": SHOWN_MOST,
        "taking": None,
        "refused": [],
        "refusal": None,
        "state": request.GET.urlencode(),
        "stage_day": request.POST.get(STAGE_DAY, day.isoformat()),
        "today": day,
    }
    if request.method == "GET" or request.POST.get("step") == "back":
        return page(request, "registers/bulk.html", **context)
    try:
        values = _values(request, shape, inputs, context["chosen"])
        if count.n > large.BACKGROUND_ROWS:
            batch = large.begin_bulk(
                register=register,
                by=me,
                address=context["state"],
                values=values,
                words=_words(inputs, context["chosen"], context["stage_day"]),
                reason=context["reason"],
                purpose=ask.purpose,
            )
            return redirect("batch", name=name, pk=batch.pk)
        taking = bulk.prepare(ask=ask, values=values, by=me, today=day)
        context |= {"taking": taking, "refused": _refused(taking, ask)}
        if request.POST.get("step") != "write":
            return page(request, "registers/bulk.html", **context)
        if request.POST.get("seen") != taking.digest:
            raise Stale(
                "预览之后,台账里的有关记录有了变化", "下面是按最新内容重新得出的差异,没有写入任何内容,请核对后再确认"
            )
        batch = taking.write(by=me, at=clock.now(), kind=Batch.Kind.BULK, reason=context["reason"].strip()[:200])
    except Refusal as refusal:
        context["refusal"] = refusal
        faults = sum(bool(one.fault) for one in inputs)
        if faults:
            context["refusal"] = None
        return page(request, "registers/bulk.html", status=status_of(refusal), **context)
    href = reverse("batch", args=[register.name, batch.pk])
    left = f",{batch.refused:,} 行没有修改" if batch.refused else ""
    say(request, f"已修改 {batch.changed:,} 行{left}。", href=href, label="查看差异或撤销")
    return redirect(reverse("register", args=[register.name]) + address.link())


def settable(*, register: Register, by: Officer) -> list[str]:
    """The fields that many rows may get the same value in: not the one that names a row, not what `by` sees masked."""
    masked = set(register.masked) if by.role != "supervisor" else set()
    naming = set(register.key) if len(register.key) == 1 else set()
    return [f.name for f in register.fields if f.name not in masked | naming]


def _values(request: HttpRequest, shape: Shape, inputs: list[Input], chosen: list[str]) -> dict[str, object]:
    """What is to be set, as a sheet would say it; refused when nothing is chosen or what is typed does not fit."""
    forgotten = [one for one in inputs if one.name not in chosen and request.POST.get(one.item, "")]
    if forgotten:
        for one in forgotten:
            one.fault = "填写了新值但没有勾选。要修改请勾选,不修改请清空。"
        raise Refusal("bulk.unticked", "有的栏目填写了新值但没有勾选", "要修改请勾选,不修改请清空")
    if not chosen:
        raise Refusal("bulk.nothing", "没有选择要修改的栏目", "请勾选至少一个栏目并填写新值")
    stage = shape.register.stage_field.name if shape.register.stage_field else ""
    typed = {**dict.fromkeys(chosen, ""), **request.POST.dict()}
    wanted = [one for one in inputs if one.name in chosen and one.name != stage]
    values, faults = shape.read(typed=typed, inputs=wanted)
    raw: dict[str, object] = {one.name: _raw(values.get(one.name), typed[one.item]) for one in wanted}
    if stage in chosen:
        raw |= {stage: typed[stage], STAGE_DATE: typed.get(STAGE_DAY, "")}
        faults += _stage_faults(shape.register, typed)
    if faults:
        left = mark([one for one in inputs if one.name in chosen], faults)
        raise left[0] if left else Refusal("bulk.values", f"有 {len(faults)} 处需要改正", "没有修改任何内容")
    return raw


def _words(inputs: list[Input], chosen: list[str], day: str) -> list[tuple[str, str]]:
    """What is to be set, column and new value, as it prints."""
    found = []
    for one in inputs:
        if one.name in chosen:
            label = next((label for value, label in one.options or () if value == one.value), one.value) or "(清空)"
            found.append((one.label, f"{label}({day})" if one.kind == "stage" else label))
    return found


def _refused(taking: Taking, ask: query.Ask) -> list[tuple[Any, Refusal]]:
    """The rows that stay as they are, each with a reason; rows are numbered in the order of the list."""
    rows = taking.rows_of("refused", most=SHOWN_MOST)
    if not rows:
        return []
    pks = list(query.rows(ask).values_list("id", flat=True))
    known = ask.register.model._default_manager.in_bulk([pks[row.number - 1] for row in rows])
    return [(known.get(pks[row.number - 1]), fault) for row in rows for fault in row.faults]


def _raw(value: Any, text: str) -> object:
    """What a sheet's cell would say: a unit is named, everything else stands as it was typed."""
    return value.name if isinstance(value, Unit) else text


def _stage(register: Register, typed: QueryDict) -> list[Input]:
    """The stage, to be reached on one day by all rows."""
    target = register.stage_field
    if target is None:
        return []
    options = [("", "—"), *((stage.key, stage.label) for stage in register.stages)]
    label = str(target.verbose_name)
    value = typed.get(target.name, "")
    return [Input(item=target.name, name=target.name, label=label, kind="stage", options=options, value=value)]


def _stage_faults(register: Register, typed: dict[str, str]) -> list[Refusal]:
    """What is wrong with the stage or its day."""
    assert register.stage_field is not None
    place = Place(column=str(register.stage_field.verbose_name))
    if not typed.get(register.stage_field.name):
        return [Refusal("bulk.stage", "没有选择阶段", "请选择要登记的阶段", place=place)]
    try:
        if to_date(typed.get(STAGE_DAY, "")) is None:
            return [Refusal("bulk.stage_day", "没有填写发生日期", "请填写实际进入该阶段的日期", place=place)]
    except Refusal as refusal:
        return [Refusal(refusal.code, refusal.cause, refusal.remedy, place=place)]
    return []


def _blank(register: Register) -> dict[str, str]:
    """No field starts with a value: what is chosen and left empty empties it."""
    return {f.name: "" for f in register.fields}
