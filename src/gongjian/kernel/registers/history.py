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
from gongjian.kernel.registers import access
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.entry import Entry
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.values import shown

SAID = frozenset({"entry.commented", "entry.instructed"})
"""Acts that never write a history row."""
TITLES = {"+": "登记", "~": "修改", "-": "删除"}
SAME_MOMENT = timedelta(milliseconds=1)
"""A history row is that much later than its act at most."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of a row's timeline; `diff` is (label, old, new) as they print.

    `batch` is the batch that wrote it, with the imported file where there was one; `revision` is what the row became by
    it, 0 for an act that changed no field.
    """

    at: datetime
    by: Officer | None
    title: str
    note: str = ""
    diff: list[tuple[str, str, str]] = field(default_factory=list)
    batch: Batch | None = None
    revision: int = 0


def records(entry: Entry) -> models.QuerySet[Any]:
    """The history rows of an entry, oldest first."""
    history: Any = type(entry).history.model._default_manager
    related = ("history_user", "history_batch__by", "history_batch__file")
    return history.filter(id=entry.pk).select_related(*related).order_by("history_id")


def timeline(
    *,
    entry: Entry,
    by: Officer,
    purpose: Purpose | None = None,
    before: datetime | None = None,
    most: int = 50,
) -> list[Event]:
    """What happened to a row, newest first: its history rows, and the acts that changed no field of it.

    At most `most` events earlier than `before`, and those of the same moment as the last of them; for the next page
    `before` is the last event's `at`, and an empty list ends it. However long the history, one page of it is read.
    """
    register = entry.register
    access.require(register=register, by=by, verb="register.read", purpose=purpose)
    rows, left, floor = _page(entry, before, most)
    sight = Sight(register=register, by=by)
    names = _names(register, rows)
    reads_evidence = policy.may(by=by, verb="evidence.read", thing=entry)
    events: list[Event] = []
    for older, row in zip([None, *rows], rows, strict=False):
        act = _act_of(row, left)
        diff = _diff(register, older, row, text=lambda r, f: _text(sight, names, r, f)) if older is not None else []
        title = acts.VERBS.get(act.verb, act.verb) if act else TITLES[row.history_type]
        note = (act.note if act and act.note else row.history_change_reason) or ""
        if act is not None and act.verb.startswith("evidence.") and not reads_evidence:
            note = ""
        events.append(
            Event(
                at=row.history_date,
                by=row.history_user,
                title=title,
                note=note,
                diff=diff,
                batch=row.history_batch,
                revision=row.revision,
            )
        )
    for act in left:
        diff = [(label, str(old), str(new)) for label, (old, new) in act.changes.items()]
        note = "" if act.verb.startswith("evidence.") and not reads_evidence else act.note
        events.append(Event(at=act.at, by=act.by, title=acts.VERBS.get(act.verb, act.verb), note=note, diff=diff))
    fits = [e for e in events if (floor is None or e.at > floor) and (before is None or e.at < before)]
    found = sorted(fits, key=lambda event: event.at)[::-1]  # of one moment, the later written first
    return [event for event in found if event.at >= found[most - 1].at] if len(found) > most else found


def _page(entry: Entry, before: datetime | None, most: int) -> tuple[list[Any], list[Act], datetime | None]:
    """The history rows (with one before the first that counts) and the acts, oldest first, that `most` events can
    come from, and the moment above which they are complete; None when they reach back to the beginning."""
    lines, deeds = records(entry).order_by("-history_id"), acts.of(entry).order_by("-at", "-id")
    if before is not None:
        lines = lines.filter(history_date__lt=before + SAME_MOMENT)  # an act before it may belong to the row at it
        deeds = deeds.filter(at__lt=before)
    while True:
        rows, done = list(lines[: most + 2]), list(deeds[: most + 1])
        ends = [rows[-1].history_date] if len(rows) > most + 1 else []
        ends += [done[-1].at] if len(done) > most else []
        if not ends:
            return rows[::-1], done[::-1], None
        floor = max(ends)
        moments = {row.history_date for row in rows} | {act.at for act in done}
        if any(floor < at and (before is None or at < before) for at in moments):
            if len(done) > most:  # the acts of the rows that remain, up to the oldest of these
                done = list(deeds.filter(at__gt=floor - SAME_MOMENT))
            return rows[::-1], done[::-1], floor
        most *= 2  # so many at one moment that a page of them tells nothing


def _act_of(row: Any, left: list[Act]) -> Act | None:
    """The act that wrote a history row, taken from `left`: the same officer at the same moment."""
    for act in left:
        is_same_moment = timedelta(0) <= row.history_date - act.at < SAME_MOMENT
        if is_same_moment and act.by_id == row.history_user_id and act.verb not in SAID:
            left.remove(act)
            return act
    return None


def since(*, entry: Entry, revision: int) -> str:
    """What became of an entry after `revision`, as the cause of a `Stale`: who changed which fields and when."""
    rows = records(entry)
    base, last = rows.filter(revision=revision).first(), rows.last()
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
