"""The document as the review page shows it: its lines, cut where a proposal begins or ends; every character is kept.

Offsets are code points of `Plan.text`; each line carries its own, so that a selection in the browser maps back exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gongjian.kernel.plan.models import Commitment, Passage, Plan
from gongjian.kernel.plan.proposal import Level

HEADINGS = (Level.TITLE, Level.DRIVE, Level.SECTION, Level.POINT)
BOLD = (Level.SECTION, Level.POINT, Level.LEAD)
RANK = {Commitment.State.PROPOSED: 0, Commitment.State.CONFIRMED: 1, Commitment.State.REJECTED: 2}


@dataclass(frozen=True, kw_only=True)
class Run:
    """Text under the same proposals: their ids, the state that colours it, whether it is a lead phrase."""

    text: str
    ids: tuple[int, ...] = ()
    state: str = ""
    is_bold: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the document from `start` (code points); `kind` is a heading's level or `para`."""

    start: int
    kind: str
    runs: tuple[Run, ...]


def paper(*, plan: Plan, passages: Iterable[Passage], commitments: Sequence[Commitment]) -> list[Line]:
    """The lines of a plan; blank lines are left out."""
    marked = [p for p in passages if p.level in HEADINGS or p.level in BOLD]
    lines = []
    for match in re.finditer(r"[^\r\n]+", plan.text):
        start, end = match.span()
        body = match.group()
        if not body.strip():
            continue
        head = next((p for p in marked if p.level in HEADINGS and p.start < end and start < p.end), None)
        whole = head is not None and (head.end - head.start) >= len(body.strip()) - 1
        bold = [(p.start, p.end) for p in marked if p.level in BOLD and p.start < end and start < p.end]
        spans = [c for c in commitments if c.start < end and start < c.end]
        kind = head.level if head is not None and whole else "para"
        lines.append(Line(start=start, kind=kind, runs=_runs(plan.text, start, end, spans, bold)))
    return lines


def _runs(
    text: str, start: int, end: int, spans: Sequence[Commitment], bold: Sequence[tuple[int, int]]
) -> tuple[Run, ...]:
    edges = {start, end}
    for low, high in [*((c.start, c.end) for c in spans), *bold]:
        edges |= {min(max(low, start), end), min(max(high, start), end)}
    cuts = sorted(edges)
    runs = []
    for low, high in pairwise(cuts):
        over = sorted(
            (c for c in spans if c.start <= low and high <= c.end), key=lambda c: (RANK[c.state], c.end - c.start)
        )
        runs.append(
            Run(
                text=text[low:high],
                ids=tuple(c.pk for c in over),
                state=over[0].state if over else "",
                is_bold=any(a <= low and high <= b for a, b in bold),
            )
        )
    return tuple(runs)
