"""Stage moves and evidence of a row that is merged into another: carried over with it, and back when that is undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum

from django.db.models import Q

from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.registers.sets import Stamp
from gongjian.kernel.registers.stored import among

BEST = ("verified", "evidenced", "returned", "claimed")
"""The states of a slot (values of ProofState), the best first."""
PROOFS = "proofs"
"""Where a batch's details say which evidence it carried from which row to which."""


class Way(Enum):
    """What becomes of two rows that say different things: the one, the other, or both joined piece by piece."""

    KEEP = "keep"
    DROP = "drop"
    BOTH = "both"


def standing(*, register: Register, pk: int) -> list[StageMove]:
    """The moves of a row that were not withdrawn, oldest first."""
    moves = StageMove.objects.filter(register=register.name, entry_id=pk, withdrawn_at=None)
    return list(moves.order_by("happened_on", "id"))


def joined(
    *, kept: list[StageMove], theirs: list[StageMove], way: Way, prefers_theirs: bool
) -> tuple[list[StageMove], list[StageMove]]:
    """Which moves the merged row gets from the dropped one, and which of its own it loses.

    Where both are joined, a stage that both reached counts from one day: that of the kept row, or of the other one
    where that is preferred.
    """
    if way is Way.KEEP:
        return [], []
    if way is Way.DROP:
        same = {(m.stage, m.happened_on) for m in kept} & {(m.stage, m.happened_on) for m in theirs}
        gained, lost = ([m for m in moves if (m.stage, m.happened_on) not in same] for moves in (theirs, kept))
        return gained, lost
    ours = {move.stage: {m.happened_on for m in kept if m.stage == move.stage} for move in kept}
    other = {move.stage: {m.happened_on for m in theirs if m.stage == move.stage} for move in theirs}
    taken = {stage for stage, days in other.items() if stage not in ours or (prefers_theirs and ours[stage] != days)}
    return [m for m in theirs if m.stage in taken], [m for m in kept if m.stage in taken]


def carry_moves(
    *, register: Register, keep: int, drop: int, way: Way = Way.BOTH, prefers_theirs: bool, stamp: Stamp
) -> str | None:
    """Give the kept row the moves of the dropped one; returns the stage that it is in by then, None without any.

    Nothing is rewritten: the dropped row's moves are withdrawn and those that count are entered anew for the kept row,
    with their day and their note.
    """
    kept, theirs = standing(register=register, pk=keep), standing(register=register, pk=drop)
    gained, lost = joined(kept=kept, theirs=theirs, way=way, prefers_theirs=prefers_theirs)
    withdraw(moves=[*theirs, *lost], stamp=stamp)
    StageMove.objects.bulk_create(
        StageMove(
            register=register.name,
            entry_id=keep,
            stage=move.stage,
            happened_on=move.happened_on,
            recorded_at=stamp.at,
            recorded_by=stamp.by,
            note=move.note or stamp.reason,
            batch=stamp.batch,
        )
        for move in gained
    )
    now = standing(register=register, pk=keep)
    return now[-1].stage if now else None


def withdraw(*, moves: Iterable[StageMove], stamp: Stamp) -> None:
    """Withdraw moves in the batch."""
    StageMove.objects.filter(pk__in=among([move.pk for move in moves])).update(
        withdrawn_at=stamp.at, withdrawn_by=stamp.by, withdrawn_in=stamp.batch
    )


def best(*, states: Iterable[str]) -> str:
    """The state of an evidence slot that has the files of several."""
    held = set(states)
    return next(state for state in BEST if state in held)


def carry_proofs(*, register: Register, keep: int, drop: int, batch: Batch) -> int:
    """Let the dropped row's files prove the kept one; the batch's details remember them. Returns how many."""
    files = Evidence.objects.filter(subject_kind=register.name, subject_id=drop)
    ids = list(files.order_by("pk").values_list("pk", flat=True))
    if ids:
        batch.details.setdefault(PROOFS, []).append({"register": register.name, "from": drop, "to": keep, "ids": ids})
        files.update(subject_id=keep)
    return len(ids)


def carry_back(*, batch: Batch, made: Batch, since: datetime | None) -> None:
    """When `made` undoes a batch that carried evidence: carry it back, where the row it came from is there again.

    Refused when evidence of such a row was uploaded or judged after `since`: its state could not be told any more.
    """
    told = batch.details.get(PROOFS) or []
    for one in [told] if isinstance(told, dict) else told:
        register = REGISTERS[one["register"]]
        if not register.model._default_manager.filter(pk=one["from"]).exists():
            continue
        files = Evidence.objects.filter(subject_kind=register.name, subject_id=one["to"])
        if since is not None and files.filter(Q(uploaded_at__gt=since) | Q(judged_at__gt=since)).exists():
            cause = "合并之后,保留的记录又上传或核实过佐证,没有撤销任何内容"
            raise Refusal("batch.proofs_later", cause, "请先核对这些佐证属于哪一条记录,再手工更正")
        files.filter(pk__in=one["ids"]).update(subject_id=one["from"])
        made.details.setdefault(PROOFS, []).append({**one, "from": one["to"], "to": one["from"]})
