"""Where a sheet's columns may go in a register: its fields, relations by any name, the stage's date, the row key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.registers import heads as learnt
from gongjian.kernel.registers import query
from gongjian.kernel.registers.asking import BLANK
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.take import ROW_KEY, STAGE_DATE
from gongjian.kernel.registers.values import lookups

OWN, OTHER = "本台账的栏目", "通过其他写法指明"
CARRIED = "导出时带出的列"
SIGN, SHOWN = "(识别列)", "(只供查看)"


def heads(register: Register) -> dict[str, list[str]]:
    """What each column of a sheet may be called: the official name first; the key is a field, a relation by one of its
    lookups (enterprise__credit_code), the stage's date or the hidden row key. A name belongs to one key only."""
    stage = [register.stage_field] if register.stage_field is not None else []
    fields = [*register.fields, *register.evidence, *stage]
    official = {str(f.verbose_name): f.name for f in fields}
    found: dict[str, list[str]] = {}
    by_lookup = [(key, [label, *(n for n in names if n not in official)]) for key, label, names in _by_lookup(register)]
    taken = {name for _, names in by_lookup for name in names} | official.keys()  # 企业名称 says by what it names
    for f in fields:
        names = [str(f.verbose_name), *(n for n in register.synonyms.get(f.name, ()) if n not in taken)]
        taken |= set(names)
        found[f.name] = names
    if stage:
        found[STAGE_DATE] = [STAGE_DATE, *(name for name in ("发生日期", "进入日期") if name not in taken)]
    seen: set[str] = set()
    for key, names in by_lookup:
        found[key] = [name for name in names if name not in seen]
        seen |= set(names)
    return {**found, ROW_KEY: [ROW_KEY]}


def accepted(register: Register) -> list[tuple[str, list[str], bool]]:
    """For the import page: each column's name, what else it may be called, whether it identifies a row."""
    shown = {f.name for f in register.fields} | (
        {register.stage_field.name, STAGE_DATE} if register.stage_field else set()
    )
    return [(names[0], names[1:], key in register.key) for key, names in heads(register).items() if key in shown]


def targets(register: Register) -> list[tuple[str, str, str]]:
    """Where a column may go, as (group, key, label), in the order of the form."""
    evidence = {f.name for f in register.evidence}
    found = []
    for key, names in heads(register).items():
        if key == ROW_KEY or key in evidence:
            found.append((CARRIED, key, names[0] + (SHOWN if key in evidence else "")))
        else:
            found.append((OTHER if "__" in key else OWN, key, names[0] + (SIGN if key in register.key else "")))
    return found


def lacking(*, register: Register, by: Officer) -> dict[str, str] | None:
    """How many rows are known by their name alone, and the address that lists them; None where there are none."""
    if not register.or_key:
        return None
    blank = dict.fromkeys(register.key, (BLANK,))
    count = query.count(query.Ask(register=register, by=by, filters=blank))
    asked = urlencode([(name, BLANK) for name in register.key])
    label = "、".join(str(register.field(name).verbose_name) for name in register.key)
    address = f"{reverse('register', args=[register.name])}?{asked}"
    return {"label": label, "count": str(count), "href": address} if count.n else None


def learned(*, register: Register, unit: Unit | None) -> list[tuple[str, str]]:
    """What the unit's sheets have taught, for a page: heading and where it goes."""
    labels = {key: names[0] for key, names in heads(register).items()}
    known = learnt.recall(register=register, unit=unit)
    return sorted((head, labels[key] if key else "不导入") for head, key in known.items() if not key or key in labels)


def kinds(register: Register) -> dict[str, str]:
    """What each key holds: date, number, bool, code or text."""
    found = {STAGE_DATE: "date", ROW_KEY: "code"}
    for key in heads(register):
        if key in found:
            continue
        name, _, other = key.partition("__")
        f = register.field(name)
        found[key] = _kind(f.related_model._meta.get_field(other) if other else f)
    return found


def _kind(f: Any) -> str:
    if f.choices or f.is_relation:
        return "text"
    if isinstance(f, models.DateField):
        return "date"
    if isinstance(f, models.BooleanField):
        return "bool"
    if isinstance(f, models.DecimalField | models.IntegerField):
        return "number"
    words = ("代码", "编号", "号码", "电话", "证号", "编码")
    return "code" if any(word in str(f.verbose_name) for word in words) else "text"


def check(*, register: Register, columns: list[dict[str, Any]], mapping: Mapping[int, str]) -> None:
    """Refuse a mapping that puts two columns in one place, or leaves a record without what it is known by."""
    labels = {key: label.removesuffix(SIGN) for _, key, label in targets(register)}
    named = {column["index"]: column["head"] or f"{column['letter']}列" for column in columns}
    seen: dict[str, int] = {}
    for index, key in mapping.items():
        if not key:
            continue
        if key not in labels:
            raise Refusal("mapping.unknown", f"“{register.label}”没有名为“{key[:40]}”的栏目", "请刷新页面后重新选择")
        if key in seen:
            cause = f"“{named[seen[key]]}”和“{named[index]}”两列都对应到了“{labels[key]}”"
            raise Refusal("mapping.twice", cause, "一个栏目只能取自一列,请把其中一列改为“不导入”或换一个栏目")
        seen[key] = index
    filled = {key.split("__")[0] for key in seen}  # a relation may be named by several of its fields at once
    missing = "、".join(labels[name] for name in register.key if name not in filled)
    if missing and ROW_KEY not in seen and not register.tells(filled):
        cause = f"识别记录用的栏目还没有对应的列:{register.known_by if register.or_key else missing}"
        raise Refusal("mapping.key", cause, "请为它选择一列;表中没有这样的列时,请先在表中补上再上传")


def _by_lookup(register: Register) -> list[tuple[str, str, list[str]]]:
    """Relations named by one of the fields by which people name them: 企业的统一社会信用代码, and its own synonyms."""
    found = []
    for f in register.fields:
        if not isinstance(f, models.ForeignKey) or f.related_model is Unit:
            continue
        target = getattr(f.related_model, "register", None)
        for name in lookups(f.related_model):
            other = f.related_model._meta.get_field(name)
            names = [str(other.verbose_name), *(target.synonyms.get(name, ()) if target is not None else ())]
            found.append((f"{f.name}__{name}", f"{f.verbose_name}的{other.verbose_name}", names))
    return found
