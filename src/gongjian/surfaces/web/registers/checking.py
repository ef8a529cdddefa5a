"""While a form is typed: what is wrong and what to look at, by the rules of saving; and rows that a field may name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import policy
from gongjian.kernel.registers import access, query
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.values import handle, lookups, shown
from gongjian.surfaces.web.page import officer
from gongjian.surfaces.web.registers import purpose
from gongjian.surfaces.web.registers.common import register_of
from gongjian.surfaces.web.registers.entering import opened
from gongjian.surfaces.web.registers.inputs import Input, mark, placed
from gongjian.surfaces.web.registers.lines import read as read_lines
from gongjian.surfaces.web.registers.reading import row_of

OFFERED_MOST = 20


@require_POST
def check(request: HttpRequest, name: str, pk: int | None = None) -> HttpResponse:
    """What saving the form as typed would say; nothing is written.

    Answers {"faults": {item: sentence}, "warnings": {item: [sentence]}, "read": {item: how a figure was understood},
    "known": {"text", "href"} of a row with the same key or null}. A warning that names no field stands under "".
    """
    register = register_of(name)
    row = row_of(request, register, pk) if pk is not None else None
    access.require(register=register, by=officer(request), verb="register.write", entry=row)
    entering = opened(request, register, row=row)
    typed = entering.typed or {}
    values, refused = entering.shape.read(typed=typed, inputs=entering.inputs)
    mark(entering.inputs, refused)
    read_lines(entering.groups, typed)
    inputs = [*entering.inputs, *(one for group in entering.groups for line in group.rows for one in line.inputs)]
    entry: Any = row if row is not None else register.model()
    for key, value in values.items():
        setattr(entry, key, value)
    return JsonResponse(
        {
            "faults": {one.item: one.fault for one in inputs if one.fault},
            "warnings": placed(register, _warnings(entry)),
            "read": _understood(register, values, entering.inputs),
            "known": known(request, register, entry),
        }
    )


@require_GET
def lookup(request: HttpRequest, name: str, field: str) -> HttpResponse:
    """Rows that a foreign key may name, for what has been typed so far: at most 20.

    Answers {"options": [text that finds exactly this row], "new": the address of a form for a new one, or ""}.
    """
    me, register = officer(request), register_of(name)
    access.require(register=register, by=me, verb="register.write")
    found = next((f for f in register.fields if f.name == field and f.is_relation), None)
    if found is None:
        raise Refusal("lookup.field", f"“{register.label}”没有可以查找的“{field[:40]}”", "请刷新页面后重试")
    words = request.GET.get("q", "").strip()[:60]
    model = found.related_model
    target: Register | None = getattr(model, "register", None)
    if target is None:
        raise Refusal("lookup.field", f"“{found.verbose_name}”请从列表中选择", "请刷新页面后重试")
    ask = query.Ask(register=target, by=me, search=words, purpose=purpose.of(request, target, what="查找"))
    may_add = access.may(register=target, by=me, verb="register.write")
    return JsonResponse(
        {
            "options": [handle(row) for row in _named(ask, model, words)] if words else [],
            "new": reverse("entry-new", args=[target.name]) if may_add else "",
            "what": str(model._meta.verbose_name),
        }
    )


def _named(ask: query.Ask, model: Any, words: str) -> list[Any]:
    """Rows whose code or name begins with the words, then rows that hold them in any searched column."""
    begins = Q()
    for path in lookups(model):
        begins |= Q(**{f"{path}__startswith": words})
    every = query.rows(replace(ask, search=""))
    found = list(every.filter(begins)[:OFFERED_MOST])
    if len(found) < OFFERED_MOST:
        taken = {row.pk for row in found}
        found += [row for row in query.rows(ask)[:OFFERED_MOST] if row.pk not in taken]
    return found[:OFFERED_MOST]


def _warnings(entry: Any) -> list[str]:
    """What saving would warn of; nothing while the row is too incomplete to be judged."""
    try:
        return list(entry.warnings())
    except (TypeError, ValueError, AttributeError, KeyError, ObjectDoesNotExist):
        return []


def _understood(register: Register, values: dict[str, Any], inputs: list[Input]) -> dict[str, str]:
    """How a figure was understood that was typed otherwise than it is stored: 3000万 in 万元 is 3,000."""
    said = {}
    for one in inputs:
        target, value = register.field(one.name), values.get(one.name)
        is_figure = isinstance(target, models.DecimalField | models.IntegerField) and not target.choices
        if (
            is_figure
            and value is not None
            and one.value.replace(",", "").strip() != f"{value:f}".rstrip("0").rstrip(".")
        ):
            plain = shown(value)
            if plain.replace(",", "") != one.value.replace(",", "").strip():
                said[one.item] = f"= {plain}{one.unit and ' ' + one.unit}"
    return said


def known(request: HttpRequest, register: Register, entry: Any) -> dict[str, str] | None:
    """Another row with the natural key of `entry` as typed, where that key is whole: {"text", "href"} or None."""
    key = {name: getattr(entry, register.field(name).attname, None) for name in register.key}
    if any(value in (None, "") for value in key.values()):
        return None
    asked = {register.field(name).attname: value for name, value in key.items()}
    other = register.model._default_manager.filter(**asked).exclude(pk=entry.pk).first()
    if other is None:
        return None
    heads = "、".join(str(register.field(name).verbose_name) for name in register.key)
    may_see = policy.visible(
        by=officer(request), rows=register.model._default_manager.filter(pk=other.pk), scope=register.scope
    ).exists()
    if not may_see or register.sensitive:
        return {"text": f"{heads}相同的记录已经登记", "href": ""}
    return {"text": f"{heads}相同的记录已经登记:{other}", "href": reverse("entry", args=[register.name, other.pk])}
