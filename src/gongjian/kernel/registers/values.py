"""Values: what a person typed or a sheet holds, turned into what a field stores, or refused with a full sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people.models import Unit
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.parse import to_bool, to_date, to_decimal, to_int


def unit_of(field: Any) -> str | None:
    """The unit in a field's label: 万元 of 设备投入(万元)."""
    label = str(field.verbose_name).replace("（", "(").replace("）", ")")
    return label[label.rindex("(") + 1 : -1] if label.endswith(")") and "(" in label else None


def parse(*, field: Any, raw: object) -> Any:
    """`raw` as the value of `field`; None when empty. Foreign keys are resolved by `resolve`, not here."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None if field.null else ("" if isinstance(field, models.CharField | models.TextField) else None)
    if isinstance(field, models.DateField):
        return to_date(raw)
    if isinstance(field, models.DecimalField):
        return to_decimal(raw, unit=unit_of(field))
    if isinstance(field, models.BooleanField):
        return to_bool(raw)
    if isinstance(field, models.IntegerField):
        return to_int(raw)
    text = str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw).strip()
    if field.choices:
        for key, label in field.choices:
            if text in (str(key), str(label)):
                return key
        allowed = "、".join(str(label) for _, label in field.choices)
        raise Refusal("value.choice", f"“{text}”不是可选值", f"请从以下值中选择:{allowed}")
    return text


def lookups(model: type[models.Model]) -> tuple[str, ...]:
    """The fields by which people name a row of `model` in a sheet, in the order they are tried."""
    register = getattr(model, "register", None)
    names = [*(register.key if register and len(register.key) == 1 else ()), "name", "short_name"]
    have = {f.name for f in model._meta.concrete_fields}
    return tuple(dict.fromkeys(name for name in names if name in have))


def resolve(*, model: type[models.Model], raws: Iterable[object]) -> dict[str, Any]:
    """The rows that the texts in `raws` name, found in one query per lookup; a text that names nothing is left out."""
    wanted = {str(raw).strip() for raw in raws if raw not in (None, "")}
    found: dict[str, Any] = {}
    if model is Unit:
        for unit in Unit.objects.all():
            found.update({name: unit for name in unit.names if name in wanted})
        return found
    for name in lookups(model):
        missing = sorted(wanted - found.keys())
        for at in range(0, len(missing), 500):
            for row in model._default_manager.filter(**{f"{name}__in": missing[at : at + 500]}):
                found.setdefault(str(getattr(row, name)), row)
    return found


def parse_row(
    *, register: Register, raw: Mapping[str, object], related: Mapping[str, Mapping[str, Any]] | None = None
) -> tuple[dict[str, Any], list[Refusal]]:
    """The values of one row by field name, and what is wrong with it, each fault with its column."""
    values: dict[str, Any] = {}
    faults: list[Refusal] = []
    for name, cell in raw.items():
        field = register.model._meta.get_field(name)
        place = Place(column=str(field.verbose_name))
        try:
            if isinstance(field, models.ForeignKey):
                values[name] = _related(field=field, raw=cell, related=(related or {}).get(name))
            else:
                values[name] = parse(field=field, raw=cell)
            if values[name] is None and not field.null and not field.has_default():
                raise Refusal("value.required", "此项必填", "请填写后重新提交")
            if values[name] is None and field.has_default() and not field.null:
                values[name] = field.get_default()
            if values[name] not in (None, "") and not isinstance(field, models.ForeignKey):
                field.clean(values[name], None)
        except Refusal as refusal:
            faults.append(Refusal(refusal.code, refusal.cause, refusal.remedy, place=place))
        except ValidationError as error:
            faults.append(Refusal("value.invalid", ";".join(error.messages).rstrip("。"), "请改正后重新提交", place=place))
    return values, faults


def _related(*, field: Any, raw: object, related: Mapping[str, Any] | None) -> Any:
    if raw is None or raw == "":
        return None
    if isinstance(raw, models.Model):
        return raw
    text = str(raw).strip()
    model = field.related_model
    found = related.get(text) if related is not None else resolve(model=model, raws=[text]).get(text)
    if found is None and related is None and text.isdigit():
        found = model._default_manager.filter(pk=int(text)).first()
    if found is None:
        what = str(model._meta.verbose_name)
        raise Refusal("value.unknown_relation", f"没有名为“{text}”的{what}", f"请核对名称或代码,或先登记该{what}")
    return found


def shown(value: object, field: Any = None) -> str:
    """A value as it prints: dates 2025-06-30, thousands separators, 是/否, choices by label, empty as —."""
    if value is None or value == "":
        return "—"
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        plain = value.normalize()
        return f"{plain:,f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
