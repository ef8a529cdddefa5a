"""The life of one register row in the demo: every step with its moment, its officer and what it set, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from gongjian.demo.load.moments import moment, office_day, workdays_after
from gongjian.demo.load.people import CHECKER, People
from gongjian.demo.rows import MoveStory, ProofStory, RowStory
from gongjian.demo.story import AS_OF
from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers.declare import Register


@dataclass(kw_only=True)
class Step:
    """One thing that happened to a row: what it set, and the line it left in the log."""

    at: datetime
    by: Officer
    verb: str
    note: str = ""
    changes: dict[str, list[str]] = field(default_factory=dict)
    sets: dict[str, Any] = field(default_factory=dict)
    move: MoveStory | None = None
    proof: ProofStory | None = None


def life_of(register: Register, story: RowStory, turn: int, people: People) -> list[Step]:
    """The steps of one row, strictly one after another."""
    by = people.desk(story.unit, turn)
    minute = turn * 7 % 180
    opened = office_day(story.recorded_on, last=AS_OF)
    steps = [
        Step(
            at=moment(max(opened, office_day(move.recorded_on, last=AS_OF)), 9, minute + 3 * place),
            by=by,
            verb="entry.moved" if place else "entry.created",
            move=move,
        )
        for place, move in enumerate(story.moves)
    ]
    if not steps:
        steps.append(Step(at=moment(opened, 9, minute), by=by, verb="entry.created"))
    for item in story.proofs:
        steps += _proof_steps(register, story, item, by, steps[0].at, minute, people.officers[CHECKER], turn)
    steps.sort(key=lambda step: step.at)
    for earlier, later in pairwise(steps):
        if later.at <= earlier.at:
            later.at = earlier.at + timedelta(minutes=1)
    _settle_stages(register, steps)
    return steps


def _settle_stages(register: Register, steps: list[Step]) -> None:
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
) -> list[Step]:
    """Uploading a file, and another officer's judgement of it two to six working days later."""
    shown_on = [item.uploaded_on, opened.date()]
    for move in story.moves:
        stage = register.stage(move.stage.lower())
        if stage is not None and item.part in stage.needs:
            shown_on.append(move.recorded_on)
            break
    day = office_day(max(shown_on), last=AS_OF)
    steps = [
        Step(
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
            Step(
                at=moment(workdays_after(day, 2 + turn % 5, last=AS_OF), 16, minute % 60),
                by=checker,
                verb=verb,
                note=f"{item.name} {item.reason}".strip(),
                sets={item.part: item.state},
                proof=item,
            )
        )
    return steps
