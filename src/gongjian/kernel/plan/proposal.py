"""What the reader proposes: passages and commitments, as plain values. Nothing here is tracked until an officer confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """承诺类型: what a span of the plan promises."""

    QUANTITY = "quantity"
    RATE = "rate"
    RANK = "rank"
    ROSTER = "roster"
    MILESTONE = "milestone"
    BAND = "band"
    ROUTINE = "routine"


KIND_LABELS = {
    Kind.QUANTITY: "数量",
    Kind.RATE: "比率",
    Kind.RANK: "位次",
    Kind.ROSTER: "清单",
    Kind.MILESTONE: "节点",
    Kind.BAND: "区间",
    Kind.ROUTINE: "常态",
}


class Modality(StrEnum):
    """承诺力度: how firmly the plan promises."""

    MUST = "must"  # 确保、必须、完成
    STRIVE = "strive"  # 力争、努力
    ASPIRE = "aspire"  # 争当、争创、力求
    PLAIN = "plain"  # no modal word


MODALITY_LABELS = {Modality.MUST: "确保", Modality.STRIVE: "力争", Modality.ASPIRE: "争当", Modality.PLAIN: "一般"}


class Comparator(StrEnum):
    """How the value binds; `=` is judged as "at least" except for ceilings."""

    EQUAL = "="
    AT_LEAST = ">="
    ABOVE = ">"
    ABOUT = "~"
    AT_MOST = "<="
    RANGE = "range"


class Level(StrEnum):
    """条目层级: what sort of passage a span is."""

    TITLE = "title"  # the document's own title line
    DRIVE = "drive"  # 一、
    SECTION = "section"  # (一)
    POINT = "point"  # 1. or (1)
    LEAD = "lead"  # the bold lead phrase that ends with 。 and names its paragraph
    SENTENCE = "sentence"
    CLAUSE = "clause"


@dataclass(frozen=True, kw_only=True)
class PassageSpan:
    """One passage: `text[start:end]`, its level, and the index of its parent in the list (None at the top)."""

    start: int
    end: int
    level: Level
    parent: int | None = None


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One proposed commitment, in the keys of the gold (material/gold/GUIDE.md) plus modality, confidence, reason, owners.

    `value` is in `unit` as written; `deadline` is `year_end`, `MM-DD`, an ISO date, `flood_season` or None.
    `confidence` is 0 to 1. `reason` is a short Chinese sentence that an officer understands ("数量+单位,前有“确保”").
    """

    start: int
    end: int
    text: str
    kind: Kind
    metric: str
    comparator: Comparator | None = None
    value: Decimal | None = None
    value2: Decimal | None = None
    unit: str | None = None
    deadline: str | None = None
    named: tuple[str, ...] = ()
    modality: Modality = Modality.PLAIN
    confidence: float = 0.5
    reason: str = ""
    owners: tuple[str, ...] = ()
    """责任单位 as written in the text or in a task table, lead unit first."""
    leader: str = ""
    """责任领导 as written."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The whole result: passages in document order, proposals by start, and the plan year if the text names it."""

    passages: tuple[PassageSpan, ...]
    proposals: tuple[Proposal, ...]
    year: int | None = None
    title: str = ""
