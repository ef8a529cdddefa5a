"""The plan as it reads: blocks of the document, cut into stretches that carry promises and the figure behind each."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from gongjian.kernel.indicators.standing import Standing
from gongjian.kernel.plan.models import Passage, Plan
from gongjian.kernel.plan.proposal import Level

WORST = ("bad", "warn", "go", "ok", "none")
HEADINGS = {Level.TITLE: "title", Level.DRIVE: "drive", Level.SECTION: "section", Level.POINT: "point"}


@dataclass(kw_only=True)
class Stretch:
    """A run of text under the same promises; `ends` are the standings whose span ends with it."""

    text: str
    standings: list[Standing] = field(default_factory=list)
    ends: list[Standing] = field(default_factory=list)
    is_lead: bool = False

    @property
    def tone(self) -> str:
        """The gravest tone of the promises that cover it."""
        return min((s.tone for s in self.standings), key=WORST.index, default="")


@dataclass(kw_only=True)
class Block:
    """One line of the document: a heading or a paragraph, with its stretches and its promises in order."""

    kind: str
    start: int
    end: int
    drive: int
    stretches: list[Stretch] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(s.text for s in self.stretches)

    @property
    def cells(self) -> list[list[Stretch]]:
        """A table row's stretches, cell by cell; a promise over two cells is marked in both, its figure stands at its end."""
        cells: list[list[Stretch]] = [[]]
        for stretch in self.stretches:
            *before, last = stretch.text.split("\t")
            for part in before:
                cells[-1].append(replace(stretch, text=part, ends=[]))
                cells.append([])
            cells[-1].append(replace(stretch, text=last))
        return cells


@dataclass(kw_only=True)
class Drive:
    """A chapter of the plan, for the side: its number (1..), short name, standings."""

    number: int
    name: str
    standings: list[Standing] = field(default_factory=list)

    def tones(self) -> list[tuple[str, int]]:
        """How many promises of each tone, gravest last."""
        counts = {tone: sum(s.tone == tone for s in self.standings) for tone in ("ok", "go", "warn", "bad", "none")}
        return [(tone, n) for tone, n in counts.items() if n]


def short_name(heading: str) -> str:
    """科技创新 of 一、攻坚科技创新,牢牢把握…"""
    text = heading.strip()
    for mark in ("、", ".", ".", " "):
        head, found, rest = text.partition(mark)
        if found and len(head) <= 4 and rest:
            text = rest
            break
    for stop in (",", ",", "。", ":", ":", ";"):
        text = text.split(stop)[0]
    return text.removeprefix("攻坚")[:12] or heading[:12]


def layout(
    *, plan: Plan, passages: Iterable[Passage], standings: Sequence[Standing]
) -> tuple[list[Block], list[Drive]]:
    """The blocks of the document in order, and its drives; text before the first drive belongs to drive 0."""
    heads: dict[int, Passage] = {}
    leads: list[Passage] = []
    for passage in passages:
        if passage.level in HEADINGS:
            heads.setdefault(passage.start, passage)
        if passage.level in (Level.LEAD, Level.POINT, Level.SECTION):
            leads.append(passage)
    blocks: list[Block] = []
    drives: list[Drive] = []
    offset = 0
    for line in plan.text.splitlines(keepends=True):
        start, end = offset, offset + len(line.rstrip("\r\n"))
        offset += len(line)
        body = plan.text[start:end]
        if not body.strip():
            continue
        start += len(body) - len(body.lstrip())
        end = start + len(body.strip())
        head = next((heads[at] for at in (start, start - 1, start + 1) if at in heads), None)
        kind = "para"
        if head is not None and head.end >= end - 2:
            kind = HEADINGS[Level(head.level)]
        elif "\t" in body.strip():
            kind = "row"  # a row of a table: inlets separate its cells by a tab
        if head is not None and head.level == Level.DRIVE:
            drives.append(Drive(number=len(drives) + 1, name=short_name(plan.text[head.start : head.end])))
        block = Block(kind=kind, start=start, end=end, drive=len(drives))
        block.standings = [s for s in standings if start <= s.commitment.start < end]
        covering = [s for s in standings if s.commitment.start < end and s.commitment.end > start]
        strong = [(p.start, p.end) for p in leads if start <= p.start and p.end <= end and kind == "para"]
        block.stretches = _cut(plan.text, start, end, covering, strong)
        if drives:
            drives[-1].standings.extend(block.standings)
        blocks.append(block)
    return blocks, drives


def _cut(
    text: str, start: int, end: int, standings: Sequence[Standing], strong: Sequence[tuple[int, int]]
) -> list[Stretch]:
    marks = {start, end}
    for s in standings:
        marks.update(at for at in (s.commitment.start, s.commitment.end) if start < at < end)
    for low, high in strong:
        marks.update(at for at in (low, high) if start < at < end)
    edges = sorted(marks)
    out = []
    for low, high in itertools.pairwise(edges):
        inside = [s for s in standings if s.commitment.start <= low and high <= s.commitment.end]
        ends = [s for s in inside if s.commitment.end == high or (high == end and s.commitment.end > end)]
        lead = any(a <= low and high <= b for a, b in strong)
        out.append(Stretch(text=text[low:high], standings=inside, ends=ends, is_lead=lead))
    return out
