"""The roster's units: known ones by their full name, others new; one name leads to one unit, the tree stays a tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people.fields import UNIT_FIELDS, bare, changes, check_unit, split_names
from gongjian.kernel.people.models import Unit
from gongjian.kernel.people.rows import UNIT_HEADS, Judged, SheetRow, texts_of
from gongjian.kernel.registers.parse import to_text


def judge_units(rows: list[SheetRow]) -> list[Judged]:
    """Units by their full name: known ones are changed, others new; parents are found among both, in any order."""
    standing = {bare(unit.name): unit for unit in Unit.objects.all()}
    order = len(standing)
    seen: dict[str, int] = {}
    judged: list[Judged] = []
    befores: list[dict[str, Any]] = []
    for row in rows:
        texts, faults = texts_of(row, UNIT_HEADS)
        key = bare(texts["name"])
        unit = Unit(order=(order := order + 1)) if key in seen or key not in standing else standing[key]
        befores.append({name: getattr(unit, name) for name in UNIT_FIELDS})
        unit.name = " ".join(texts["name"].split())
        unit.short_name = texts["short_name"] or unit.short_name
        unit.aliases = "\n".join(split_names(texts["aliases"])) or unit.aliases
        item = Judged(row=row, label=unit.name or "(无名称)", thing=unit)
        for fault in [*faults, *_unit_text_faults(unit)]:
            item.refuse(fault)
        if key in seen:
            cause = f"“{unit.name}”与第{seen[key]}行是同一个单位"
            item.refuse(Refusal("take.twice", cause, "请删除或合并其中一行", place=Place(column="单位名称")))
        elif key:
            seen[key] = row.number
        judged.append(item)
    _find_parents(judged, standing)
    _refuse_clashes(judged)
    for item, before in zip(judged, befores, strict=True):
        if item.verdict != "refused" and item.thing.pk:
            item.diff = changes(item.thing, before)
            item.verdict = "changed" if item.diff else "unchanged"
    _refuse_orphans(judged)
    return judged


def _refuse_clashes(judged: list[Judged]) -> None:
    """Every good row against the other good rows and against the units that stay as they are, until nothing falls."""
    database = list(Unit.objects.all())
    fell = True
    while fell:
        fell = False
        good = [item for item in judged if item.verdict != "refused"]
        rewritten = {item.thing.pk for item in good}
        others = [unit for unit in database if unit.pk not in rewritten]
        for item in good:
            try:
                check_unit(item.thing, others=others)
            except Refusal as fault:
                item.refuse(fault)
                fell = True
            else:
                others.append(item.thing)


def _find_parents(judged: list[Judged], standing: Mapping[str, Unit]) -> None:
    known: dict[str, Unit] = {bare(name): unit for unit in standing.values() for name in unit.names}
    for item in judged:
        unit: Any = item.thing
        if unit.name:
            known.update({bare(name): unit for name in (unit.short_name, *split_names(unit.aliases)) if name})
    for item in reversed(judged):  # of two rows with one name the first counts
        if item.thing.name:
            known[bare(item.thing.name)] = item.thing
    for item in judged:
        above = (to_text(item.row.cells.get("parent")) or "").strip()
        if not above:
            continue
        parent = known.get(bare(above))
        if parent is None:
            cause = f"没有名为“{above}”的单位"
            remedy = "请把上级单位也列入表中,或改用已有单位的名称"
            item.refuse(Refusal("unit.unknown", cause, remedy, place=Place(column="上级单位")))
        else:
            item.thing.parent = parent


def _refuse_orphans(judged: list[Judged]) -> None:
    """Rows below a refused new unit cannot be written either."""
    while True:
        refused = {id(item.thing): item for item in judged if item.verdict == "refused" and not item.thing.pk}
        orphans = [i for i in judged if i.verdict != "refused" and id(i.thing.parent) in refused]
        if not orphans:
            return
        for item in orphans:
            above = refused[id(item.thing.parent)]
            cause = f"上级单位“{above.label}”所在的第{above.row.number}行被退回"
            item.refuse(Refusal("unit.orphan", cause, "请先改正上级单位那一行", place=Place(column="上级单位")))


def _unit_text_faults(unit: Unit) -> list[Refusal]:
    faults = []
    for text, label, most in ((unit.name, "单位名称", 60), (unit.short_name, "简称", 20)):
        if label == "单位名称" and not text:
            faults.append(Refusal("field.required", "没有填写单位名称", "请填写单位名称", place=Place(column=label)))
        elif len(text) > most:
            cause = f"{label}有 {len(text)} 个字,超过 {most} 个字的上限"
            faults.append(Refusal("field.too_long", cause, "请缩短后重新填写", place=Place(column=label)))
    return faults
