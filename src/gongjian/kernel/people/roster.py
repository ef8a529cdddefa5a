"""名册: units and officers from a spreadsheet, every row judged with row and column before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people import policy
from gongjian.kernel.people.actions import check_change
from gongjian.kernel.people.directory import SYSTEM, is_first_run
from gongjian.kernel.people.fields import (
    OFFICER_FIELDS,
    UNIT_FIELDS,
    bare,
    changes,
    check_unit,
    officer_faults,
    role_named,
    split_names,
    username_of,
)
from gongjian.kernel.people.models import Officer, Role, Unit
from gongjian.kernel.registers.parse import to_text

UNIT_HEADS: dict[str, tuple[str, ...]] = {
    "name": ("单位名称", "单位全称", "部门名称"),
    "parent": ("上级单位", "上级部门", "主管单位"),
    "short_name": ("简称", "单位简称"),
    "aliases": ("别名", "其他名称", "曾用名"),
}
OFFICER_HEADS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "人员姓名"),
    "username": ("账号", "登录账号", "用户名", "登录名"),
    "role": ("角色", "系统角色"),
    "unit": ("单位", "所在单位", "所属单位", "工作单位", "部门"),
    "title": ("职务", "岗位"),
    "phone": ("电话", "手机", "手机号码", "联系电话"),
}
"""The columns of the two tables by field, the official head first."""


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One row of a sheet: its number there (1..) and its cells by field (UNIT_HEADS, OFFICER_HEADS)."""

    number: int
    cells: Mapping[str, object]
    sheet: str = ""


@dataclass(kw_only=True)
class Judged:
    """What becomes of a row: `verdict` is new, changed, unchanged or refused; `faults` say why, with row and column."""

    row: SheetRow
    label: str
    thing: Any  # a Unit or an Officer, as it would be saved
    verdict: str = "new"
    diff: dict[str, tuple[str, str]] = field(default_factory=dict)
    faults: list[Refusal] = field(default_factory=list)

    def refuse(self, fault: Refusal) -> None:
        """Add a fault, placed in this row."""
        place = Place(sheet=self.row.sheet, row=self.row.number, column=fault.place.column)
        self.faults.append(Refusal(fault.code, fault.cause, fault.remedy, place=place))
        self.verdict = "refused"


@dataclass(kw_only=True)
class Roster:
    """A judged roster, ready to be written or thrown away; `units` stand parents first."""

    units: list[Judged]
    officers: list[Judged]

    def of(self, verdict: str) -> list[Judged]:
        """The rows of both tables with that verdict."""
        return [row for row in (*self.units, *self.officers) if row.verdict == verdict]

    @property
    def faults(self) -> list[Refusal]:
        """Every fault, in the order of the rows."""
        return [fault for row in self.of("refused") for fault in row.faults]

    @property
    def administrators(self) -> int:
        """How many system administrators the good rows bring."""
        return sum(row.thing.role == Role.ADMINISTRATOR for row in self.good_officers())

    def good_officers(self) -> list[Judged]:
        """The officers' rows that are not refused."""
        return [row for row in self.officers if row.verdict != "refused"]


def judge(*, units: Iterable[SheetRow], officers: Iterable[SheetRow], by: Officer | None) -> Roster:
    """Judge every row against what is there; nothing is written. With `by` None only on the first run."""
    if not (by is None and is_first_run()):
        policy.require(by=by, verb="people.manage")
    judged_units = _judge_units(list(units))
    names = {bare(name): unit for unit in Unit.objects.all() for name in unit.names}
    refused: dict[str, int] = {}
    for row in judged_units:
        if row.verdict == "refused":
            refused.update({bare(name): row.row.number for name in row.thing.names})
        else:
            names.update({bare(name): row.thing for name in row.thing.names})
    judged_officers = _judge_officers(list(officers), names=names, refused=refused, by=by)
    return Roster(units=judged_units, officers=judged_officers)


def _judge_units(rows: list[SheetRow]) -> list[Judged]:
    """Units by their full name: known ones are changed, others new; parents are found among both, in any order."""
    standing = {bare(unit.name): unit for unit in Unit.objects.all()}
    order = len(standing)
    judged: list[Judged] = []
    befores: list[dict[str, Any]] = []
    for row in rows:
        texts, faults = _texts(row, UNIT_HEADS)
        unit = standing.get(bare(texts["name"])) or Unit(order=(order := order + 1))
        befores.append({name: getattr(unit, name) for name in UNIT_FIELDS})
        unit.name = " ".join(texts["name"].split())
        unit.short_name = texts["short_name"] or unit.short_name
        unit.aliases = "\n".join(split_names(texts["aliases"])) or unit.aliases
        item = Judged(row=row, label=unit.name or "(无名称)", thing=unit)
        for fault in [*faults, *_unit_text_faults(unit)]:
            item.refuse(fault)
        judged.append(item)
    _find_parents(judged, standing)
    accepted: list[Unit] = []
    sheet_pks = {item.thing.pk for item in judged if item.thing.pk}
    untouched = list(Unit.objects.exclude(pk__in=sheet_pks))
    for item, before in zip(judged, befores, strict=True):
        if item.verdict == "refused":
            continue
        try:
            check_unit(item.thing, others=[*untouched, *accepted])
        except Refusal as fault:
            item.refuse(fault)
            continue
        accepted.append(item.thing)
        if item.thing.pk:
            item.diff = changes(item.thing, before)
            item.verdict = "changed" if item.diff else "unchanged"
    _refuse_orphans(judged)
    return judged


def _find_parents(judged: list[Judged], standing: Mapping[str, Unit]) -> None:
    known: dict[str, Unit] = {bare(name): unit for unit in standing.values() for name in unit.names}
    for item in judged:
        unit: Any = item.thing
        if unit.name:
            known.update({bare(name): unit for name in (unit.short_name, *split_names(unit.aliases)) if name})
    known.update({bare(item.thing.name): item.thing for item in judged if item.thing.name})
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


def _judge_officers(
    rows: list[SheetRow], *, names: Mapping[str, Unit], refused: Mapping[str, int], by: Officer | None
) -> list[Judged]:
    standing = {
        officer.username: officer for officer in Officer.objects.exclude(username=SYSTEM).select_related("unit")
    }
    seen: dict[str, int] = {}
    judged = []
    for row in rows:
        texts, faults = _texts(row, OFFICER_HEADS)
        username = username_of(texts["username"])
        known = standing.get(username)
        officer = known or Officer()
        before = {name: getattr(officer, name) for name in OFFICER_FIELDS} if known else {}
        values: dict[str, Any] = {
            key: text for key, text in texts.items() if key not in ("role", "unit") and (text or not known)
        }
        if texts["role"] or not known:
            values["role"] = role_named(texts["role"]) or texts["role"]
        if texts["unit"]:
            values["unit"] = names.get(bare(texts["unit"]))
            if values["unit"] is None:
                faults.append(_no_such_unit(texts["unit"], refused.get(bare(texts["unit"]))))
                del values["unit"]
        item = Judged(row=row, label=texts["name"] or username or "(无姓名)", thing=officer)
        own = officer_faults(officer, values)
        told = {fault.place.column for fault in faults}
        for fault in [*faults, *(f for f in own if f.place.column not in told)]:
            item.refuse(fault)
        if username and username in seen:
            cause = f"账号“{username}”与第{seen[username]}行重复"
            item.refuse(Refusal("take.twice", cause, "请为每个人填写不同的账号", place=Place(column="账号")))
        elif username:
            seen[username] = row.number
        if known and item.verdict != "refused":
            _judge_known(item, before=before, by=by)
        judged.append(item)
    return judged


def _judge_known(item: Judged, *, before: Mapping[str, Any], by: Officer | None) -> None:
    officer: Any = item.thing
    try:
        check_change(stands=Officer.objects.select_related("unit").get(pk=officer.pk), wanted=officer, by=by)
    except Refusal as fault:
        item.refuse(fault)
        return
    item.diff = changes(officer, before)
    item.verdict = "changed" if item.diff else "unchanged"


def _no_such_unit(name: str, refused_row: int | None) -> Refusal:
    place = Place(column="单位")
    if refused_row is not None:
        cause = f"单位“{name}”所在的第{refused_row}行被退回"
        return Refusal("unit.orphan", cause, "请先改正单位表中的那一行", place=place)
    remedy = "请先在单位表中列出该单位,或改用已有单位的名称、简称或别名"
    return Refusal("unit.unknown", f"没有名为“{name}”的单位", remedy, place=place)


def _texts(row: SheetRow, heads: Mapping[str, Sequence[str]]) -> tuple[dict[str, str], list[Refusal]]:
    texts, faults = {}, []
    for key, names in heads.items():
        try:
            texts[key] = (to_text(row.cells.get(key)) or "").strip()
        except Refusal as fault:
            texts[key] = ""
            faults.append(Refusal(fault.code, fault.cause, fault.remedy, place=Place(column=names[0])))
    return texts, faults
