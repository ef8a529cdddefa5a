"""Values: what a person typed or a sheet holds, turned into what a field stores, or refused with a full sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people.models import Unit
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.months import MonthField, said
from gongjian.kernel.registers.parse import (
    MARKS,
    NOTHING,
    one_line,
    to_bool,
    to_date,
    to_decimal,
    to_int,
    to_month,
    to_text,
)
from gongjian.kernel.registers.stored import among

CHUNK = 500
"""How many keys one query asks for."""


def unit_of(field: Any) -> str | None:
    """The unit in a field's label: 万元 of 设备投入(万元)."""
    label = str(field.verbose_name).replace("（", "(").replace("）", ")")
    return label[label.rindex("(") + 1 : -1] if label.endswith(")") and "(" in label else None


def parse(*, field: Any, raw: object, head_unit: str | None = None) -> Any:
    """`raw` as the value of `field`; None (text: "") when it says nothing. A bare number counts in `head_unit`.

    Foreign keys are found by `resolve`, not here.
    """
    if field.choices and not isinstance(field, models.BooleanField):
        return _choice(field, to_text(raw) or "")
    if isinstance(field, MonthField):
        return to_month(raw)
    if isinstance(field, models.DateField):
        return to_date(raw)
    if isinstance(field, models.DecimalField):
        return to_decimal(raw, unit=unit_of(field), head_unit=head_unit, places=field.decimal_places)
    if isinstance(field, models.BooleanField):
        return to_bool(raw)
    if isinstance(field, models.IntegerField):
        return to_int(raw, unit=unit_of(field), head_unit=head_unit)
    text = to_text(raw) or ""
    if type(field) is models.CharField:
        text = one_line(text)
    if not text or text.casefold() in (NOTHING if is_naming(field) else MARKS):
        return None if field.null else ""
    return field.model.tidied(field.name, text)


def is_naming(field: Any) -> bool:
    """Whether rows of the field's register are known by it, so that 无 is none of its values."""
    register = getattr(field.model, "register", None)
    return register is not None and field.name in (*register.key, register.or_key)


def lookups(model: type[models.Model]) -> tuple[str, ...]:
    """The fields by which people name a row of `model` in a sheet or form, in the order they are tried."""
    register = getattr(model, "register", None)
    if register is not None and register.lookups:
        return tuple(register.lookups)
    names = [*(register.key if register and len(register.key) == 1 else ()), "name", "short_name"]
    have = {f.name for f in model._meta.concrete_fields}
    return tuple(dict.fromkeys(name for name in names if name in have))


def handle(row: Any) -> str:
    """The text by which a form names a row so that `resolve` finds exactly it: 青禾精密(91320000MA1XXXXX00)."""
    register = getattr(type(row), "register", None)
    text = row.name if isinstance(row, Unit) else str(row)
    if register is None or len(register.key) != 1 or (key := getattr(row, register.key[0])) is None:
        return str(text)
    return str(text) if str(key) == text else f"{text}({key})"


def numbers_by(*, model: type[models.Model], name: str, texts: Iterable[str]) -> dict[str, list[int]]:
    """The numbers of the rows whose field `name` is each text, as it would be stored; all texts in one query."""
    field: Any = model._meta.get_field(name)
    tidied = getattr(model, "tidied", lambda name, text: text)
    asked: dict[Any, list[str]] = {}
    for text in texts:
        try:
            asked.setdefault(field.to_python(tidied(name, text)), []).append(text)
        except ValidationError:
            continue
    found: dict[str, list[int]] = {}
    rows = model._default_manager.filter(**{f"{name}__in": among(asked)}) if asked else model._default_manager.none()
    for value, pk in rows.order_by("pk").values_list(name, "pk"):
        for text in asked.get(value, ()):
            found.setdefault(text, []).append(pk)
    return found


def numbers_named(*, model: type[models.Model], texts: Iterable[str]) -> dict[str, list[int]]:
    """The numbers of the rows that each text names; several where a name is not unique.

    A text may be the key, the name, or `handle`'s name with the key in brackets; one that names nothing is left out.
    """
    wanted = set(texts)
    found: dict[str, list[int]] = {}
    if model is Unit:
        for unit in Unit.objects.all():
            for name in unit.names:
                if name in wanted and unit.pk not in found.setdefault(name, []):
                    found[name].append(unit.pk)
        return found
    names = lookups(model)
    for place, name in enumerate(names):
        left = wanted - found.keys()
        if not left:
            break
        if place == 0 and len(names) > 1:
            inner = {text: _bracketed(text) for text in left}
            by_inner = numbers_by(model=model, name=name, texts={*inner.values(), *left})
            for text in left:
                pks = [*by_inner.get(inner[text], ()), *by_inner.get(text, ())]
                if pks:
                    found[text] = list(dict.fromkeys(pks))
        else:
            found |= numbers_by(model=model, name=name, texts=left)
    return found


def resolve(*, model: type[models.Model], raws: Iterable[object]) -> dict[str, list[Any]]:
    """The rows that each text in `raws` names, by text; see `numbers_named`."""
    numbers = numbers_named(model=model, texts={str(raw).strip() for raw in raws if raw not in (None, "")})
    rows = {
        row.pk: row for row in model._default_manager.filter(pk__in=among({n for ns in numbers.values() for n in ns}))
    }
    return {text: [rows[n] for n in ns if n in rows] for text, ns in numbers.items()}


def value_of(*, field: Any, raw: object, head_unit: str | None = None) -> Any:
    """`raw` as what `field` stores, checked as a form checks it; raises `Refusal`. Relations are not found here.

    What says nothing gives the field's default where the field must not be empty, else it is refused.
    """
    value = parse(field=field, raw=raw, head_unit=head_unit)
    if value in (None, ""):
        return empty_of(field, value)
    _fits(field, value)
    return value


def empty_of(field: Any, value: Any = None) -> Any:
    """What a field stores for a cell that says nothing; refused where it must be filled in."""
    if not field.null and not field.blank:
        if not field.has_default():
            raise Refusal("value.required", "此项必填", "请填写后重新提交")
        return field.get_default()
    return field.get_default() if value is None and not field.null else value


def parse_row(
    *,
    register: Register,
    raw: Mapping[str, object],
    related: Mapping[str, Mapping[str, list[Any]]] | None = None,
    units: Mapping[str, str] | None = None,
) -> tuple[dict[str, Any], list[Refusal]]:
    """The values of one row by field name, and what is wrong with it, each fault with its column.

    `units` are the units that the sheet's own heads state. Only fields that a person fills in are taken.
    """
    values: dict[str, Any] = {}
    faults: list[Refusal] = []
    fields = {f.name: f for f in register.fields}
    for name, cell in raw.items():
        field = fields.get(name)
        if field is None:
            raise KeyError(f"{name!r} is no field of {register.name} that a person fills in")
        place = Place(column=str(field.verbose_name))
        try:
            if isinstance(field, models.ForeignKey):
                value = _related(field=field, raw=cell, related=(related or {}).get(name))
                value = empty_of(field) if value is None else value
            else:
                value = value_of(field=field, raw=cell, head_unit=(units or {}).get(name))
            values[name] = value
        except Refusal as refusal:
            faults.append(Refusal(refusal.code, refusal.cause, refusal.remedy, place=place))
    return values, faults


def shown(value: object, field: Any = None) -> str:
    """A value as it prints: dates 2025-06-30, months 2025年6月, thousands separators, 是/否, choices by label, empty as —."""
    if value is None or value == "":
        return "—"
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    if isinstance(value, int) and type(field) in (models.IntegerField, models.PositiveIntegerField):
        return f"{value:,}"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return said(value) if isinstance(field, MonthField) else value.isoformat()
    return str(value)


def same(old: Any, new: Any) -> bool:
    """Whether two values store alike: 3000 and 3000.0000, a row and its number, nothing and an empty text."""
    old, new = (v.pk if isinstance(v, models.Model) else "" if v is None else v for v in (old, new))
    return bool(old == new)


def _choice(field: Any, text: str) -> Any:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    for key, label in field.flatchoices if plain else ():
        if plain in (str(key).casefold(), unicodedata.normalize("NFKC", str(label)).casefold()):
            return key
    if plain in NOTHING:
        return "" if isinstance(field, models.CharField) and not field.null else None
    allowed = "、".join(str(label) for _, label in field.flatchoices)
    raise Refusal("value.choice", f"“{text[:40]}”不是可选值", f"请从以下值中选择:{allowed}")


def _fits(field: Any, value: Any) -> None:
    """Refuse, in words of an office, what the field cannot store."""
    unit = f"(单位:{unit_of(field)})" if unit_of(field) else ""
    if isinstance(value, str) and "\x00" in value:
        raise Refusal("value.invalid", "内容里有不可见的控制字符", "请删除后重新填写,或改用手工录入")
    if isinstance(value, str) and field.max_length and len(value) > field.max_length:
        cause = f"内容有{len(value)}个字,超过{field.max_length}个字的上限"
        raise Refusal("value.too_long", cause, "请精简后重新提交")
    if isinstance(field, models.DecimalField) and isinstance(value, Decimal):
        if -value.as_tuple().exponent > field.decimal_places:  # type: ignore[operator]
            cause = f"{value} 的小数超过{field.decimal_places}位"
            raise Refusal("value.too_fine", cause, f"请四舍五入到{field.decimal_places}位小数{unit}")
        if abs(value) >= 10 ** (field.max_digits - field.decimal_places):
            raise Refusal("value.too_large", f"{value:,f} 过大", f"请核对数字和单位{unit}")
    if isinstance(field, models.IntegerField):
        low = 0 if "Positive" in type(field).__name__ else -(2**31)
        high = 32767 if "Small" in type(field).__name__ else 2**31 - 1
        if not low <= value <= high:
            span = f" {low} 至 {high} 之间的整数" if high < 2**31 - 1 else "0或正整数" if low == 0 else "较小的整数"
            raise Refusal("value.range", f"{value} 不在允许的范围内", f"请填写{span}{unit}")
    try:
        field.clean(value, None)
    except ValidationError as error:
        cause = ";".join(message.rstrip("。") for message in error.messages)
        raise Refusal("value.invalid", cause, "请改正后重新提交") from error


def _related(*, field: Any, raw: object, related: Mapping[str, list[Any]] | None) -> Any:
    if raw is None or isinstance(raw, models.Model):
        return raw
    text = to_text(raw)
    if not text or text.casefold() in NOTHING:
        return None
    model = field.related_model
    what = str(model._meta.verbose_name)
    found = (related if related is not None else resolve(model=model, raws=[text])).get(text, [])
    if not found:
        raise Refusal("value.unknown_relation", f"没有名为“{text}”的{what}", f"请核对名称或代码,或先登记该{what}")
    if len(found) > 1:
        key = str(model._meta.get_field(lookups(model)[0]).verbose_name)
        raise Refusal("value.ambiguous", f"名为“{text}”的{what}有{len(found)}个,分不清是哪一个", f"请改填{key}")
    return found[0]


def _bracketed(text: str) -> str:
    """The key in the brackets at the end of `handle`'s text; the text itself where there is none."""
    plain = text.replace("（", "(").replace("）", ")")
    return plain[plain.rindex("(") + 1 : -1] if plain.endswith(")") and "(" in plain else text
