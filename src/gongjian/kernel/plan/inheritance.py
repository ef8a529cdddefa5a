"""承接: what a new version of a plan takes over from the one before, so that no unchanged sentence is reviewed twice.

Decisions follow the words: a commitment in a sentence that stands unchanged is taken over as it was decided; one whose
own words or metric stand in a changed sentence keeps owner, leader, indicator and schedule. Reported values, adjusted
targets and shares move when the new version is put to use.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gongjian.kernel.plan.models import Commitment, Passage, Plan, Share, Target
from gongjian.kernel.plan.proposal import Proposal

DECIDED = ("kind", "metric", "comparator", "value", "value2", "unit", "deadline", "due_on", "modality", "named")
ANSWERED = ("owner", "leader", "indicator", "schedule", "mechanism")


@dataclass(frozen=True, kw_only=True)
class Standstill:
    """A commitment of the version before whose sentence stands unchanged, with its span in the new text."""

    before: Commitment
    start: int
    end: int


class Forerunners:
    """The commitments of the version before; each is taken over once."""

    def __init__(self, *, plan: Plan, passages: Sequence[Passage], previous: Plan | None) -> None:
        """`passages` are those of the new version, saved."""
        rows = list(_rows(previous)) if previous else []
        self.unchanged = list(_unchanged(plan, passages, rows))
        taken = {item.before.pk for item in self.unchanged}
        self._left = [row for row in rows if row.pk not in taken and row.state != Commitment.State.REJECTED]

    def covers(self, proposal: Proposal) -> bool:
        """Whether an unchanged sentence already answers for the words of a proposal."""
        return any(item.start < proposal.end and proposal.start < item.end for item in self.unchanged)

    def like(self, proposal: Proposal) -> tuple[Commitment, bool] | None:
        """What a proposal in a changed sentence succeeds, and whether its own words are unchanged; taken over once."""
        same = [row for row in self._left if row.text == proposal.text and row.metric == proposal.metric]
        key = (proposal.metric, proposal.kind, proposal.unit or "")
        found = same or [row for row in self._left if (row.metric, row.kind, row.unit) == key]
        if not found:
            return None
        self._left.remove(found[0])
        return found[0], bool(same)


def copy(*, item: Standstill, plan: Plan, passage: Passage) -> Commitment:
    """The commitment as the version before decided it, unsaved, waiting for review (or still not tracked)."""
    before = item.before
    words = {
        Commitment.State.CONFIRMED: "上一版已确认,原句未改",
        Commitment.State.REJECTED: "上一版不立项,原句未改",
        Commitment.State.PROPOSED: before.reason,
    }
    rejected = before.state == Commitment.State.REJECTED
    return Commitment(
        plan=plan,
        passage=passage,
        start=item.start,
        end=item.end,
        state=Commitment.State.REJECTED if rejected else Commitment.State.PROPOSED,
        confidence=1.0 if before.state == Commitment.State.CONFIRMED else before.confidence,
        reason=words[Commitment.State(before.state)],
        rejected_for=before.rejected_for,
        succeeds=before,
        **{name: getattr(before, name) for name in (*DECIDED, *ANSWERED)},
    )


def hand_over(*, plan: Plan) -> None:
    """Move reported values, adjusted targets and shares of earlier versions to the confirmed commitments of `plan`."""
    for heir in plan.commitments.filter(state=Commitment.State.CONFIRMED).exclude(succeeds=None):
        for before in _line(heir):
            months = heir.reports.filter(superseded_at=None).values("month")
            before.reports.exclude(month__in=months, superseded_at=None).update(commitment=heir)
            if (before.value, before.value2, before.unit, before.due_on) != (
                heir.value,
                heir.value2,
                heir.unit,
                heir.due_on,
            ):
                continue
            if heir.targets.count() == 1:
                _copy_targets(before, heir)
            if not heir.shares.exists():
                Share.objects.bulk_create(
                    [Share(commitment=heir, unit=s.unit, month=s.month, value=s.value) for s in before.shares.all()]
                )


def _rows(previous: Plan) -> Iterable[Commitment]:
    return previous.commitments.select_related("plan", "passage", "owner", "leader").prefetch_related("co_owners")


def _unchanged(plan: Plan, passages: Sequence[Passage], rows: Sequence[Commitment]) -> Iterator[Standstill]:
    """Pairs the first occurrence of a sentence with the first, the second with the second."""
    new: dict[str, deque[Passage]] = defaultdict(deque)
    for passage in passages:
        if passage.level != "clause":
            new[plan.text[passage.start : passage.end]].append(passage)
    pairs: dict[int, Passage | None] = {}
    for row in sorted(rows, key=lambda r: (r.passage.start, r.start, r.pk)):
        old = row.passage
        if old.pk not in pairs:
            waiting = new[row.plan.text[old.start : old.end]]
            pairs[old.pk] = waiting.popleft() if waiting else None
        found = pairs[old.pk]
        if found is None:
            continue
        start = found.start + row.start - old.start
        end = start + row.end - row.start
        if start >= 0 and plan.text[start:end] == row.text:
            yield Standstill(before=row, start=start, end=end)


def _line(commitment: Commitment) -> Iterator[Commitment]:
    """What a commitment succeeds, directly and before that."""
    before, seen = commitment.succeeds, {commitment.pk}
    while before is not None and before.pk not in seen:
        seen.add(before.pk)
        yield before
        before = before.succeeds


def _copy_targets(before: Commitment, heir: Commitment) -> None:
    adjusted = list(before.targets.order_by("since", "set_at", "id"))[1:]
    Target.objects.bulk_create(
        [
            Target(
                commitment=heir,
                value=t.value,
                value2=t.value2,
                due_on=t.due_on,
                since=t.since,
                reason=t.reason,
                set_by=t.set_by,
                set_at=t.set_at,
            )
            for t in adjusted
        ]
    )
