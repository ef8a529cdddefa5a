"""名册: units and officers from a spreadsheet, every row judged with row and column before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people import policy
from gongjian.kernel.people.actions import check_change
from gongjian.kernel.people.directory import SYSTEM, is_first_run
from gongjian.kernel.people.fields import (
    OFFICER_FIELDS,
    bare,
    changes,
    officer_faults,
    role_named,
    username_of,
)
from gongjian.kernel.people.models import Officer, Role, Unit
from gongjian.kernel.people.rows import OFFICER_HEADS, Judged, SheetRow, texts_of
from gongjian.kernel.people.unit_rows import judge_units


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
    judged_units = judge_units(list(units))
    names = {bare(name): unit for unit in Unit.objects.all() for name in unit.names}
    refused: dict[str, int] = {}
    for row in judged_units:
        if row.verdict == "refused":
            refused.update({bare(name): row.row.number for name in row.thing.names})
        else:
            names.update({bare(name): row.thing for name in row.thing.names})
    judged_officers = _judge_officers(list(officers), names=names, refused=refused, by=by)
    return Roster(units=judged_units, officers=judged_officers)


def _judge_officers(
    rows: list[SheetRow], *, names: Mapping[str, Unit], refused: Mapping[str, int], by: Officer | None
) -> list[Judged]:
    standing = {
        officer.username: officer for officer in Officer.objects.exclude(username=SYSTEM).select_related("unit")
    }
    seen: dict[str, int] = {}
    judged = []
    for row in rows:
        texts, faults = texts_of(row, OFFICER_HEADS)
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
