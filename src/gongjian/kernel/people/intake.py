"""Writing a judged roster in one transaction, and the first run: zone, first accounts and roster together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from gongjian.kernel.errors import Place, Refusal, Stale
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.actions import create_zone
from gongjian.kernel.people.directory import SYSTEM, is_first_run
from gongjian.kernel.people.fields import OFFICER_FIELDS, officer_faults, required
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.people.passwords import first_password
from gongjian.kernel.people.roster import Roster
from gongjian.kernel.people.rows import Judged, SheetRow


def take_people(*, roster: Roster, by: Officer, at: datetime) -> list[tuple[Officer, str]]:
    """Write the good rows of a judged roster, all or nothing; returns the new accounts with their first passwords."""
    policy.require(by=by, verb="people.manage")
    drawn = _drawn(roster)
    try:
        with transaction.atomic():
            return _write(roster, drawn=drawn, by=by, at=at)
    except IntegrityError as error:  # somebody took an account or a unit's name since the judging
        raise Stale("名册中的单位或账号刚刚被其他人新增", "请重新预览后再导入,本次没有写入任何内容") from error


def set_up(
    *, name: str, short_name: str, founders: Sequence[Mapping[str, Any]], roster: Roster | None, at: datetime
) -> list[tuple[Officer, str]]:
    """The first run: the zone, its first accounts (`founders`: values as for create_officer) and a roster, in one go.

    Returns the accounts with their first passwords. Refused when a zone or officers exist, or nobody would administer.
    """
    if not is_first_run():
        raise Refusal("zone.exists", "本系统已经建立园区或账号", "请用系统管理员账号登录后办理")
    everything = founding(name=name, founders=founders, roster=roster)
    drawn = _drawn(everything)
    with transaction.atomic():
        create_zone(name=name, short_name=short_name, by=None, at=at)
        return _write(everything, drawn=drawn, by=None, at=at)


def founding(*, name: str, founders: Sequence[Mapping[str, Any]], roster: Roster | None) -> Roster:
    """The first accounts and the roster as `set_up` would write them; raises what it would refuse, writes nothing."""
    required(name, "园区名称", 80)
    found = roster or Roster(units=[], officers=[])
    listed = {row.thing.username for row in found.good_officers()}
    first: list[Judged] = []
    for number, values in enumerate(founders, start=1):
        officer = Officer()
        if faults := officer_faults(officer, values):
            raise faults[0]
        if officer.username in listed:
            cause = f"账号“{officer.username}”填写了两次(表单或名册中)"
            raise Refusal("officer.username_taken", cause, "请去掉重复的一处", place=Place(column="账号"))
        listed.add(officer.username)
        first.append(Judged(row=SheetRow(number=number, cells={}), label=officer.name, thing=officer))
    everything = Roster(units=found.units, officers=[*first, *found.officers])
    if not everything.administrators:
        raise Refusal("setup.no_administrator", "没有填写系统管理员", "请填写系统管理员的姓名和账号,或在名册中列出一名")
    return everything


def _drawn(roster: Roster) -> dict[int, tuple[str, str]]:
    """First passwords and their digests by the officer's id(); slow on purpose, so not in the transaction."""
    drawn = {}
    for row in roster.officers:
        if row.verdict == "new":
            password = first_password()
            drawn[id(row.thing)] = (password, make_password(password))
    return drawn


def _write(
    roster: Roster, *, drawn: Mapping[int, tuple[str, str]], by: Officer | None, at: datetime
) -> list[tuple[Officer, str]]:
    """Parents before children, units before officers; one line in the log for each, and one for the whole."""
    written: set[int] = set()

    def write_unit(item: Judged) -> None:
        unit = item.thing
        if id(unit) in written or item.verdict not in {"new", "changed"}:
            return
        written.add(id(unit))
        above = next((other for other in roster.units if other.thing is unit.parent), None)
        if above is not None:
            write_unit(above)
        unit.save()
        acts.record(verb="unit.saved", thing=unit, by=by, at=at, note=unit.name, changes=item.diff)

    for item in roster.units:
        write_unit(item)
    issued = []
    for item in roster.officers:
        officer = item.thing
        if item.verdict == "new":
            password, digest = drawn[id(officer)]
            officer.password, officer.must_change_password = digest, True
            officer.save()
            note = f"{officer.name}({officer.username}),{officer.get_role_display()}"
            acts.record(verb="officer.created", thing=officer, by=by, at=at, note=note)
            issued.append((officer, password))
        elif item.verdict == "changed":
            officer.save(update_fields=list(OFFICER_FIELDS))
            acts.record(verb="officer.saved", thing=officer, by=by, at=at, note=officer.name, changes=item.diff)
    if not Officer.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(username=SYSTEM).exists():
        raise Refusal(
            "officer.last_administrator", "按这份名册导入后将没有在岗的系统管理员", "请至少保留一名系统管理员"
        )
    counts = {verdict: len(roster.of(verdict)) for verdict in ("new", "changed", "refused")}
    note = f"新增 {counts['new']} 行、修改 {counts['changed']} 行、退回 {counts['refused']} 行"
    acts.record(verb="people.imported", thing=None, by=by, at=at, note=note)
    return issued
