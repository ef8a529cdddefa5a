"""Tables of tasks (任务分解表): rows with a task, a target, a responsible unit, a leader and a time limit."""

from __future__ import annotations

from gongjian.kernel.plan.document import Document
from gongjian.kernel.plan.proposal import Proposal


def proposals(document: Document, folded: str, *, year: int | None) -> list[Proposal]:
    """The commitments of every task table."""
    return []
