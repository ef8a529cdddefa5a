"""Columns that a zone adds to a register by itself (自设栏目), declared in a TOML file beside the data.

    [[enterprise]]
    name = "power_capacity"     # lower-case letters, digits, underscores; never changed once rows hold values
    label = "用电容量"
    kind = "decimal"            # text, long, integer, decimal, yes-no, date, choice
    unit = "千伏安"              # integer and decimal only
    choices = ["专线", "公用"]    # choice only
    filter = true               # text, choice, yes-no: offered as a filter of the list
    help = "以供电合同为准"

Such a column is typed and checked like any other and stands in lists, forms, sheets and the interface; criteria and
indicators do not read it. Values lie in the row's `extra`, so that adding one changes no table.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models

PREFIX = "x_"
KINDS = ("text", "long", "integer", "decimal", "yes-no", "date", "choice")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KNOWN = {"name", "label", "kind", "unit", "choices", "filter", "help"}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong in the file: where, what, and how to mend it."""

    where: str
    cause: str
    remedy: str


class ExtraValue:
    """The value of one added column as an attribute of a row (and of its history rows): kept in `extra`, typed here."""

    def __init__(self, field: Any) -> None:
        self.field = field
        self.key = field.name.removeprefix(PREFIX)

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        return loaded(self.field, (row.extra or {}).get(self.key))

    def __set__(self, row: Any, value: Any) -> None:
        held = dict(row.extra or {})
        if value in (None, ""):
            held.pop(self.key, None)
        else:
            held[self.key] = stored(value)
        row.extra = held


def loaded(field: Any, value: Any) -> Any:
    """A value of the JSON column as the field's type; None (text: "") where there is none."""
    if value is None:
        return "" if isinstance(field, models.CharField | models.TextField) else None
    if isinstance(field, models.DecimalField):
        return Decimal(str(value))
    if isinstance(field, models.DateField):
        return date.fromisoformat(value)
    return value


def stored(value: Any) -> Any:
    """A typed value as JSON keeps it: amounts as numbers (15 digits, checked on entry), days as 2025-06-30."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def path_of(field: Any) -> str:
    """The path by which a query names the column: extra__power_capacity for an added one, else the field's name."""
    return f"extra__{field.name.removeprefix(PREFIX)}" if is_extra(field) else str(field.name)


def is_extra(field: Any) -> bool:
    """Whether a field is an added column."""
    return bool(getattr(field, "is_extra", False))


def read(path: Path) -> tuple[dict[str, list[dict[str, Any]]], list[Fault]]:
    """The tables of the file by register name, and what is wrong in it; a missing file declares nothing."""
    if not path.exists():
        return {}, []
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [Fault(where=path.name, cause=f"文件读不出来:{error}", remedy="请按 TOML 格式改正后重新启动")]
    faults: list[Fault] = []
    found: dict[str, list[dict[str, Any]]] = {}
    for register, columns in data.items():
        if not isinstance(columns, list) or not all(isinstance(column, dict) for column in columns):
            cause = f"“{register}”下面不是栏目表"
            faults.append(Fault(where=path.name, cause=cause, remedy=f"请写成 [[{register}]] 开头的表"))
            continue
        found[register] = columns
    return found, faults


def build(*, register: str, columns: list[dict[str, Any]], taken: set[str]) -> tuple[list[Any], list[Fault]]:
    """The fields of a register's added columns; `taken` are names and labels that it has already."""
    fields: list[Any] = []
    faults: list[Fault] = []
    for number, column in enumerate(columns, 1):
        where = f"[[{register}]] 第{number}个"
        fault = _fault(where, column, taken)
        if fault is not None:
            faults.append(fault)
            continue
        taken |= {str(column["name"]), str(column["label"])}
        fields.append(_field(column))
    return fields, faults


def _fault(where: str, column: dict[str, Any], taken: set[str]) -> Fault | None:
    name, label, kind = (str(column.get(key, "")) for key in ("name", "label", "kind"))
    if unknown := set(column) - _KNOWN:
        return Fault(
            where=where,
            cause=f"有不认识的项目:{'、'.join(sorted(unknown))}",
            remedy=f"可用的有:{'、'.join(sorted(_KNOWN))}",
        )
    if not _NAME.fullmatch(name):
        return Fault(
            where=where, cause=f"name“{name}”不合规定", remedy="请用小写字母开头的字母、数字和下划线,不超过40个"
        )
    if not label or len(label) > 40:
        return Fault(where=where, cause=f"label“{label}”为空或超过40个字", remedy="请填写栏目的中文名称")
    if kind not in KINDS:
        return Fault(where=where, cause=f"kind“{kind}”不认识", remedy=f"可用的有:{'、'.join(KINDS)}")
    if name in taken or label in taken:
        return Fault(where=where, cause=f"“{name}”或“{label}”与已有的栏目重名", remedy="请换一个名称")
    choices = column.get("choices", [])
    if (kind == "choice") != bool(choices) or len(set(choices)) != len(choices):
        return Fault(
            where=where, cause="choices 缺少、重复或不该有", remedy="kind 为 choice 时列出不重复的选项,其他不写"
        )
    if column.get("unit") and kind not in ("integer", "decimal"):
        return Fault(where=where, cause="只有数字栏目有 unit", remedy="请去掉 unit,或把 kind 改为 integer 或 decimal")
    return None


def _field(column: dict[str, Any]) -> Any:
    kind, unit = column["kind"], str(column.get("unit", ""))
    label = f"{column['label']}({unit})" if unit else str(column["label"])
    common: dict[str, Any] = {"verbose_name": label, "null": True, "blank": True, "help_text": column.get("help", "")}
    text = {**common, "null": False, "default": ""}
    field: Any = {
        "text": lambda: models.CharField(max_length=200, **text),
        "long": lambda: models.TextField(**text),
        "integer": lambda: models.IntegerField(**common),
        "decimal": lambda: models.DecimalField(max_digits=15, decimal_places=4, **common),
        "yes-no": lambda: models.BooleanField(**common),
        "date": lambda: models.DateField(**common),
        "choice": lambda: models.CharField(max_length=60, choices=[(one, one) for one in column["choices"]], **text),
    }[kind]()
    field.set_attributes_from_name(PREFIX + column["name"])
    field.is_extra = True
    field.is_filter = bool(column.get("filter")) and kind in ("text", "choice", "yes-no")
    return field
