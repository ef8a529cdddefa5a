"""The demo's other registers: rows, stage moves and evidence, with the history and log that their lives would leave."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from gongjian.demo.load.files import keep_all, proof
from gongjian.demo.load.lives import Step, life_of
from gongjian.demo.load.people import People
from gongjian.demo.load.pour import lay
from gongjian.demo.rows import ProofStory, RowStory
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.evidence.models import Evidence, ProofState
from gongjian.kernel.people.acts import subject_of
from gongjian.kernel.people.models import Act
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.entry import writing
from gongjian.kernel.registers.models import StageMove

Version = tuple[Step, dict[str, Any]]
"""A step and the fields that differ after it."""


PARENTS = {"upgrade": "upgrade", "talent-project": "project", "project": "project"}
"""Registers whose rows those after them name: the field by which they do."""


def load_rows(stories: Sequence[RowStory], *, people: People, enterprises: Mapping[int, Enterprise]) -> None:
    """Write every row of `stories`, parents before children; `enterprises` by number, those of the story."""
    grouped: dict[str, list[RowStory]] = {}
    for story in stories:
        grouped.setdefault(story.register, []).append(story)
    made: dict[str, dict[str, Any]] = {"enterprise": {row.credit_code: row for row in enterprises.values()}}
    for name, rows in grouped.items():
        entries = _load(REGISTERS[name], rows, people=people, made=made)
        if name in PARENTS:
            made[PARENTS[name]] = {str(entry): entry for entry in entries}


def _load(register: Register, stories: list[RowStory], *, people: People, made: dict[str, dict[str, Any]]) -> list[Any]:
    lives = [life_of(register, story, turn, people) for turn, story in enumerate(stories)]
    entries: list[Any] = []
    versions: list[list[Version]] = []
    for story, life in zip(stories, lives, strict=True):
        values = {key: made[key][str(value)] if key in made and value else value for key, value in story.values.items()}
        entry: Any = register.model(unit=people.units[story.unit], recorded_at=life[0].at, **values)
        states: list[Version] = []
        for step in life:
            if states and all(getattr(entry, key) == value for key, value in step.sets.items()):
                continue
            entry.revision = len(states) + 1
            for key, value in step.sets.items():
                setattr(entry, key, value)
            states.append((step, {**step.sets, "revision": entry.revision}))
        entries.append(entry)
        versions.append(states)
    with writing():
        register.model._default_manager.bulk_create(entries, batch_size=500)
    _save_history(register, entries, versions)
    _save_traces(register, entries, lives)
    return entries


def _save_history(register: Register, entries: list[Any], versions: list[list[Version]]) -> None:
    names = [f.attname for f in register.model._meta.concrete_fields]
    evidence = [f.name for f in register.evidence]
    rows: list[dict[str, Any]] = []
    for entry, states in zip(entries, versions, strict=True):
        values = {name: getattr(entry, name) for name in names}
        values.update(dict.fromkeys(evidence, ProofState.CLAIMED))
        for place, (step, sets) in enumerate(states):
            values.update(sets)
            rows.append(
                values
                | {
                    "history_date": step.at,
                    "history_type": "~" if place else "+",
                    "history_user_id": step.by.pk,
                    "history_change_reason": step.note[:100] or None,
                }
            )
    lay(register.model.history.model, rows)


def _save_traces(register: Register, entries: list[Any], lives: list[list[Step]]) -> None:
    """Stage moves, files, evidence and the log."""
    moves, logged, offered, files = [], [], [], []
    for entry, life in zip(entries, lives, strict=True):
        kind = subject_of(entry)
        by_part: dict[ProofStory, dict[str, Any]] = {}
        for step in life:
            logged.append(
                {
                    "verb": step.verb,
                    "by_id": step.by.pk,
                    "at": step.at,
                    "subject_kind": kind,
                    "subject_id": entry.pk,
                    "note": step.note,
                    "changes": step.changes,
                }
            )
            if step.move is not None:
                moves.append(
                    {
                        "register": register.name,
                        "entry_id": entry.pk,
                        "stage": step.move.stage.lower(),
                        "happened_on": step.move.happened_on,
                        "recorded_at": step.at,
                        "recorded_by_id": step.by.pk,
                    }
                )
            if step.proof is not None and step.verb == "evidence.uploaded":
                by_part[step.proof] = {"uploaded_by": step.by, "uploaded_at": step.at}
            elif step.proof is not None:
                by_part[step.proof] |= {"judged_by": step.by, "judged_at": step.at}
        for item, who in by_part.items():
            day = item.uploaded_on
            data = proof(name=item.name, what=str(entry), unit=str(entry.unit.name), on=day.isoformat())
            files.append((item.name, data, who["uploaded_at"]))
            offered.append((entry.pk, item, who, hashlib.sha256(data).hexdigest()))
    stored = keep_all(files)
    Evidence.objects.bulk_create(
        (
            Evidence(
                subject_kind=register.name,
                subject_id=pk,
                part=item.part,
                file=stored[digest],
                name=item.name[:200],
                state=item.state,
                reason=item.reason[:300],
                **who,
            )
            for pk, item, who, digest in offered
        ),
        batch_size=500,
    )
    lay(StageMove, moves)
    lay(Act, logged)
