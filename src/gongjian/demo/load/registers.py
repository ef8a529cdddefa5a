"""The demo's other registers: rows, stage moves, evidence and the history and log that living through them would leave."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from gongjian.demo.load.files import keep_all, proof
from gongjian.demo.load.moments import moment, office_day, workdays_after
from gongjian.demo.load.people import CHECKER, People
from gongjian.demo.rows import MoveStory, ProofStory, RowStory
from gongjian.demo.story import AS_OF
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.evidence.models import Evidence, ProofState
from gongjian.kernel.people.acts import subject_of
from gongjian.kernel.people.models import Act, Officer
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.entry import writing
from gongjian.kernel.registers.models import StageMove


@dataclass(kw_only=True)
class _Step:
    """One thing that happened to a row: what it set, and the line it left in the log."""

    at: datetime
    by: Officer
    verb: str
    note: str = ""
    changes: dict[str, list[str]] = field(default_factory=dict)
    sets: dict[str, str] = field(default_factory=dict)
    move: MoveStory | None = None
    proof: ProofStory | None = None


def load_rows(stories: Sequence[RowStory], *, people: People, enterprises: dict[str, Enterprise]) -> None:
    """Write every row of `stories`, parents before children."""
    grouped: dict[str, list[RowStory]] = {}
    for story in stories:
        grouped.setdefault(story.register, []).append(story)
    made: dict[str, dict[str, Any]] = {"enterprise": dict(enterprises)}
    for name, rows in grouped.items():
        entries = _load(REGISTERS[name], rows, people=people, made=made)
        if name == "upgrade":
            made["upgrade"] = {entry.name: entry for entry in entries}


def _load(register: Register, stories: list[RowStory], *, people: People, made: dict[str, dict[str, Any]]) -> list[Any]:
    lives = [_life(register, story, turn, people) for turn, story in enumerate(stories)]
    entries, versions = [], []
    for story, life in zip(stories, lives, strict=True):
        values = {key: made[key][str(value)] if key in made else value for key, value in story.values.items()}
        unit = people.units[story.unit]
        entry = register.model(unit=unit, recorded_at=life[0].at, **values)  # type: ignore[call-arg]
        states = []
        for step in life:
            changed = {key: value for key, value in step.sets.items() if getattr(entry, key) != value}
            if states and not changed:
                continue
            for key, value in changed.items():
                setattr(entry, key, value)
            entry.revision = len(states) + 1
            states.append((step, {**step.sets, "revision": entry.revision}))
        entries.append(entry)
        versions.append(states)
    with writing():
        register.model._default_manager.bulk_create(entries, batch_size=500)
    _save_history(register, entries, versions)
    _save_traces(register, entries, lives)
    return entries


def _life(register: Register, story: RowStory, turn: int, people: People) -> list[_Step]:
    """The steps of one row, strictly one after another."""
    by = people.desk(story.unit, turn)
    minute = turn * 7 % 180
    opened = office_day(story.recorded_on, last=AS_OF)
    steps = [
        _Step(
            at=moment(max(opened, office_day(move.recorded_on, last=AS_OF)), 9, minute + 3 * place),
            by=by,
            verb="entry.moved" if place else "entry.created",
            move=move,
        )
        for place, move in enumerate(story.moves)
    ]
    if not steps:
        steps.append(_Step(at=moment(opened, 9, minute), by=by, verb="entry.created"))
    for item in story.proofs:
        steps += _proof_steps(register, story, item, by, steps[0].at, minute, people.officers[CHECKER], turn)
    steps.sort(key=lambda step: step.at)
    for earlier, later in zip(steps, steps[1:], strict=False):
        if later.at <= earlier.at:
            later.at = earlier.at + timedelta(minutes=1)
    _settle_stages(register, steps)
    return steps


def _settle_stages(register: Register, steps: list[_Step]) -> None:
    """After each move the current stage is the one reached last by day, in whatever order they were typed in."""
    labels = {stage.key: stage.label for stage in register.stages}
    reached: list[tuple[date, str]] = []
    for step in steps:
        if step.move is None or register.stage_field is None:
            continue
        before = reached[-1][1] if reached else ""
        key = step.move.stage.lower()
        reached = sorted([*reached, (step.move.happened_on, key)], key=lambda pair: pair[0])
        step.sets = {register.stage_field.name: reached[-1][1]}
        if before:
            label = f"{labels[key]}({step.move.happened_on})"
            step.changes = {str(register.stage_field.verbose_name): [labels[before], label]}


def _proof_steps(
    register: Register,
    story: RowStory,
    item: ProofStory,
    by: Officer,
    opened: datetime,
    minute: int,
    checker: Officer,
    turn: int,
) -> list[_Step]:
    """Uploading a file, and another officer's judgement of it two to six working days later."""
    shown_on = [item.uploaded_on, opened.date()]
    for move in story.moves:
        stage = register.stage(move.stage.lower())
        if stage is not None and item.part in stage.needs:
            shown_on.append(move.recorded_on)
            break
    day = office_day(max(shown_on), last=AS_OF)
    steps = [
        _Step(
            at=moment(day, 13, minute),
            by=by,
            verb="evidence.uploaded",
            note=item.name,
            sets={item.part: ProofState.EVIDENCED},
            proof=item,
        )
    ]
    if item.state in (ProofState.VERIFIED, ProofState.RETURNED):
        verb = "evidence.verified" if item.state == ProofState.VERIFIED else "evidence.returned"
        steps.append(
            _Step(
                at=moment(workdays_after(day, 2 + turn % 5, last=AS_OF), 16, minute % 60),
                by=checker,
                verb=verb,
                note=f"{item.name} {item.reason}".strip(),
                sets={item.part: item.state},
                proof=item,
            )
        )
    return steps


def _save_history(register: Register, entries: list[Any], versions: list[list[tuple[_Step, dict[str, Any]]]]) -> None:
    history: Any = register.model.history.model._default_manager  # type: ignore[attr-defined]
    names = [f.attname for f in register.model._meta.concrete_fields]
    evidence = [f.name for f in register.evidence]
    rows = []
    for entry, states in zip(entries, versions, strict=True):
        values = {name: getattr(entry, name) for name in names}
        values.update(dict.fromkeys(evidence, ProofState.CLAIMED))
        for place, (step, sets) in enumerate(states):
            values.update(sets)
            rows.append(
                history.model(
                    **values,
                    history_date=step.at,
                    history_type="~" if place else "+",
                    history_user=step.by,
                    history_change_reason=step.note[:100] or None,
                )
            )
    history.bulk_create(rows, batch_size=500)


def _save_traces(register: Register, entries: list[Any], lives: list[list[_Step]]) -> None:
    """Stage moves, files, evidence and the log."""
    moves, logged, offered, files = [], [], [], []
    for entry, life in zip(entries, lives, strict=True):
        kind = subject_of(entry)
        by_part: dict[ProofStory, dict[str, Any]] = {}
        for step in life:
            logged.append(
                Act(
                    verb=step.verb,
                    by=step.by,
                    at=step.at,
                    subject_kind=kind,
                    subject_id=entry.pk,
                    note=step.note,
                    changes=step.changes,
                )
            )
            if step.move is not None:
                moves.append(
                    StageMove(
                        register=register.name,
                        entry_id=entry.pk,
                        stage=step.move.stage.lower(),
                        happened_on=step.move.happened_on,
                        recorded_at=step.at,
                        recorded_by=step.by,
                    )
                )
            if step.proof is not None and step.verb == "evidence.uploaded":
                by_part[step.proof] = {"uploaded_by": step.by, "uploaded_at": step.at}
            elif step.proof is not None:
                by_part[step.proof] |= {"judged_by": step.by, "judged_at": step.at}
        for item, who in by_part.items():
            day: date = item.uploaded_on
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
    StageMove.objects.bulk_create(moves, batch_size=500)
    Act.objects.bulk_create(logged, batch_size=500)
