"""Row history: every change of a row with who, when, from what to what, and why; read by page and by `Stale`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Act, Officer
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.entry import Entry
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.values import shown

TITLES = {"+": "登记", "~": "修改", "-": "删除"}


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of a row's timeline; `diff` is (label, old, new) as they print."""

    at: datetime
    by: Officer | None
    title: str
    note: str = ""
    diff: list[tuple[str, str, str]] = field(default_factory=list)


def records(entry: Entry) -> models.QuerySet[Any]:
    """The history rows of an entry, oldest first."""
    history: Any = type(entry).history.model._default_manager
    return history.filter(id=entry.pk).select_related("history_user").order_by("history_id")


def timeline(*, entry: Entry, by: Officer) -> list[Event]:
    """Everything that happened to a row, newest first: its history rows, and the acts that changed no field of it."""
    register = entry.register
    sight = Sight(register=register, by=by)
    rows = list(records(entry))
    names = _names(register, rows)
    left = list(acts.of(entry).order_by("at", "id"))
    reads_evidence = policy.may(by=by, verb="evidence.read", thing=entry)
    events: list[Event] = []
    before: Any = None
    for row in rows:
        act = _act_of(row, left)
        diff = _diff(register, before, row, text=lambda r, f: _text(sight, names, r, f)) if before is not None else []
        title = acts.VERBS.get(act.verb, act.verb) if act else TITLES[row.history_type]
        note = (act.note if act and act.note else row.history_change_reason) or ""
        if act is not None and act.verb.startswith("evidence.") and not reads_evidence:
            note = ""
        events.append(Event(at=row.history_date, by=row.history_user, title=title, note=note, diff=diff))
        before = row
    for act in left:
        diff = [(label, str(old), str(new)) for label, (old, new) in act.changes.items()]
        note = "" if act.verb.startswith("evidence.") and not reads_evidence else act.note
        events.append(Event(at=act.at, by=act.by, title=acts.VERBS.get(act.verb, act.verb), note=note, diff=diff))
    return sorted(events, key=lambda event: event.at, reverse=True)


def _act_of(row: Any, left: list[Act]) -> Act | None:
    """The act that wrote a history row, taken from `left`: the same officer at the same moment."""
    for act in left:
        is_same_moment = timedelta(0) <= row.history_date - act.at < timedelta(milliseconds=1)
        if is_same_moment and act.by_id == row.history_user_id:
            left.remove(act)
            return act
    return None


def since(*, entry: Entry, revision: int) -> str:
    """What became of an entry after `revision`, as the cause of a `Stale`: who changed which fields and when."""
    rows = list(records(entry))
    base = next((row for row in rows if row.revision == revision), None)
    last = rows[-1] if rows else None
    who = str(last.history_user) if last is not None and last.history_user else "其他人"
    when = f"于 {timezone.localtime(last.history_date):%m-%d %H:%M} " if last is not None else ""
    labels = (
        [label for label, _, _ in _diff(entry.register, base, last, text=lambda row, f: "")] if base and last else []
    )
    what = f"修改了“{'、'.join(labels)}”" if labels else "修改过"
    return f"这条记录在您打开之后,{who}{when}{what}"


def _diff(register: Register, old: Any, new: Any, *, text: Callable[[Any, Any], str]) -> list[tuple[str, str, str]]:
    fields = [*register.fields, *([register.stage_field] if register.stage_field else []), *register.evidence]
    return [
        (str(f.verbose_name), text(old, f), text(new, f))
        for f in fields
        if getattr(old, f.attname) != getattr(new, f.attname)
    ]


def _names(register: Register, rows: Iterable[Any]) -> dict[tuple[str, Any], str]:
    """What the foreign keys in `rows` name today, in one query per field."""
    found: dict[tuple[str, Any], str] = {}
    for f in register.fields:
        if isinstance(f, models.ForeignKey):
            ids = {pk for row in rows if (pk := getattr(row, f.attname)) is not None}
            for target in f.related_model._default_manager.filter(pk__in=ids):
                found[f.name, target.pk] = str(target)
    return found


def _text(sight: Sight, names: dict[tuple[str, Any], str], row: Any, f: Any) -> str:
    if isinstance(f, models.ForeignKey):
        pk = getattr(row, f.attname)
        return "—" if pk is None else names.get((f.name, pk), f"#{pk}")
    return shown(sight.value(row=row, name=f.name), f)
