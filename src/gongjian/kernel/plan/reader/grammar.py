"""The grammar of promises: what each clause of each promising sentence commits to."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from gongjian.kernel.plan.proposal import Kind, Level, PassageSpan, Proposal
from gongjian.kernel.plan.reader import figures, names, ranks, rosters, softer
from gongjian.kernel.plan.reader.deadlines import FAR, deadline, horizon
from gongjian.kernel.plan.reader.descriptions import lists_what_exists
from gongjian.kernel.plan.reader.measures import Measure
from gongjian.kernel.plan.reader.page import Clause, Page
from gongjian.kernel.plan.reader.passages import clauses
from gongjian.kernel.plan.reader.tense import Tense

_BACKWARD = re.compile(
    r"(?:力争|确保|争取|并)*.{0,3}(?:\d{1,2}|[一二三四五六七八九十]+)?(?:[月年].{0,5}|上半年|汛期)前?(?:全部|全面"
    r"|基本|均|正式)?(?:完成|通车|完工|竣工|投用|投产|投入使用|投入运营|开工|建成|达到.{1,6}条件|建成投用|完工投用"
    r"|竣工投用|交付使用|交付|启用|见效)(?:任务|目标)?"
)
_REPORTS = re.compile(
    r"(?:截至|截止)(?:目前|\d)|今年以来|1(?:-|—|至|~)\d{1,2}月|过去(?:的)?(?:一|五)年|去年(?:完成|实现|新增|底,|,)"
)
_PLEDGES = re.compile(r"确保|力争|争取|将|必须|务必|努力|下一步|今年(?!以来)|年内|年底前|计划|要")
_SUBJECTLESS = ("增速", "降幅", "提高", "提升", "上升", "下降", "增加", "提高增速", "提升增速")
_ITEM_NUMBER = re.compile(
    r" *(?:\(\d{1,2}\)|\d{1,2}(?:、|\.(?!\d)|\))|[①-⑳]|[●•◆■]|[一二三四五六七八九十]{1,2}(?:是|要)(?!否)) *"
)
_THIS_YEAR = re.compile(r"今年|本年度?|年内|当年")


def proposals(
    text: str,
    folded: str,
    passages: tuple[PassageSpan, ...],
    tenses: dict[int, Tense],
    *,
    year: int | None,
    barred: list[tuple[int, int]],
) -> list[Proposal]:
    """The commitments of the running text, by start; `barred` stretches (owner tags) are left out."""
    return on_page(Page(text, folded, year), passages, tenses, barred=barred)


def on_page(
    page: Page, passages: tuple[PassageSpan, ...], tenses: dict[int, Tense], *, barred: list[tuple[int, int]]
) -> list[Proposal]:
    """The commitments of the sentences whose tense is coming, by start."""
    found: list[Proposal] = []
    pool = page.pool
    starts = [measure.start for measure in pool]
    for index, passage in enumerate(passages):
        if passage.level is Level.CLAUSE or passage.level is Level.TITLE or tenses.get(index) is not Tense.COMING:
            continue
        if passage.level not in (Level.SENTENCE, Level.LEAD):
            continue
        inside = [
            m
            for m in pool[bisect_left(starts, passage.start) : bisect_left(starts, passage.end)]
            if not _in(barred, m.start)
        ]
        spoken = _sentence(page, passage, inside, barred=barred, far=_far(page, passages, passage))
        found += spoken if passage.level is Level.SENTENCE else [p for p in spoken if _stands_in_a_lead(p)]
    found = [replace(proposal, metric=names.short(proposal.metric)) for proposal in found]
    found.sort(key=lambda proposal: (proposal.start, proposal.end))
    return found


def _stands_in_a_lead(proposal: Proposal) -> bool:
    """Whether a lead phrase, which mostly is only a slogan, does promise something."""
    figure = proposal.value is not None and proposal.kind is not Kind.ROUTINE
    return figure or proposal.kind is Kind.ROSTER or (proposal.kind is Kind.RANK and proposal.comparator is not None)


def _in(spans: list[tuple[int, int]], position: int) -> bool:
    return any(start <= position < end for start, end in spans)


def _far(page: Page, passages: tuple[PassageSpan, ...], passage: PassageSpan) -> str | None:
    """The deadline that a heading above gives to everything under it (“十五五”时期的主要目标, 今后五年)."""
    parent = passage.parent
    while parent is not None:
        words = page.folded[passages[parent].start : passages[parent].end]
        if FAR.search(words) and not (page.year and str(page.year) in words):
            return horizon(words, year=page.year)
        parent = passages[parent].parent
    return None


def _sentence(
    page: Page, passage: PassageSpan, inside: list[Measure], *, barred: list[tuple[int, int]], far: str | None
) -> list[Proposal]:
    found: list[Proposal] = []
    due: str | None = far
    verb = ""
    idle: Clause | None = None
    inventory = False
    reports = bool(_REPORTS.search(page.masked[passage.start : passage.end]))
    starts = [measure.start for measure in inside]
    spans = _joined(clauses(page.masked, _past_number(page, passage), passage.end), inside)
    spans = [(start, _before(barred, start, end)) for start, end in spans]
    for start, end in spans:
        words = page.folded[start:end]
        reports = reports and not _PLEDGES.search(words)
        if reports or _in(barred, start):
            continue
        own = deadline(words, year=page.year)
        if own is not None and _carries(own, words) and not (found and _BACKWARD.fullmatch(page.masked[start:end])):
            due = own
        clause = Clause(start=start, end=end, sentence=passage.start, due=own or due, verb=verb)
        here = [m for m in inside[bisect_left(starts, start) : bisect_left(starts, end)] if m.end <= end]
        if inventory and re.match(r"其中|包括|含|分别为", words):
            continue
        rank = ranks.commitments(page, clause, here)
        hard, verb = figures.commitments(page, _beside(clause, rank), here)
        hard = _named_after([p for p in hard if not any(_outranks(r, p) for r in rank)], found)
        inventory = bool(here) and not hard and lists_what_exists(page.masked[start:end])
        found += hard
        found += [r for r in rank if not any(p.start < r.end and r.start < p.end for p in hard)]
        if not hard and not rank and found and own is not None and _BACKWARD.fullmatch(page.masked[start:end]):
            whole = "全部" in words or "均" in words
            last = found[-1].end
            found = [
                replace(p, deadline=own) if p.deadline in (None, "year_end") and (whole or p.end == last) else p
                for p in found
            ]
        elif not hard and not rank:
            goes_on = bool(found) and found[-1].kind is Kind.ROSTER
            roster = rosters.commitments(
                page, clause, goes_on=goes_on, following=page.masked[end : min(passage.end, end + 100)]
            )
            found += roster or softer.commitments(page, clause, before=idle)
        idle = clause if not found or found[-1].end <= start else None
    return found


def _before(barred: list[tuple[int, int]], start: int, end: int) -> int:
    """Where a clause ends when an owner tag closes it: before the tag."""
    return min((at for at, _ in barred if start < at < end), default=end)


def _past_number(page: Page, passage: PassageSpan) -> int:
    """Where a sentence begins after the number or sign of its item (1、, (2), 一是, ●)."""
    match = _ITEM_NUMBER.match(page.folded, passage.start, passage.end)
    return match.end() if match and match.end() < passage.end else passage.start


def _carries(own: str, words: str) -> bool:
    """Whether the deadline of a clause holds for the clauses after it (到2027年 does; 6月底前 only alone)."""
    if own == "year_end":
        return bool(_THIS_YEAR.search(words))
    return len(own) == 10 or len(words) <= 8


def _named_after(hard: list[Proposal], earlier: list[Proposal]) -> list[Proposal]:
    """Gives a growth without a subject (税收10亿元、增长12%) the metric of the figure before it."""
    named: list[Proposal] = []
    for proposal in hard:
        last = (named or earlier)[-1:]
        if proposal.metric in _SUBJECTLESS and last and last[0].value is not None:
            proposal = replace(proposal, metric=last[0].metric.removesuffix("增速") + proposal.metric)
        named.append(proposal)
    return named


def _outranks(rank: Proposal, figure: Proposal) -> bool:
    """Whether a rank says all there is to say where a figure stands too (高于全市平均2个百分点)."""
    overlaps = rank.start < figure.end and figure.start < rank.end
    return overlaps and (rank.value is not None or (rank.comparator is not None and figure.unit == "个百分点"))


def _beside(clause: Clause, rank: list[Proposal]) -> Clause:
    """The clause without a rank that opens or closes it."""
    if not rank:
        return clause
    if rank[0].start <= clause.start + 3 and rank[0].end < clause.end:
        return replace(clause, start=rank[0].end)
    if rank[0].start > clause.start + 3:
        return replace(clause, end=rank[0].start)
    return clause


LONGEST = 300
"""Code points of the longest clause read as one; real ones stay far below, and figures need no wider context."""


def _joined(spans: list[tuple[int, int]], inside: list[Measure]) -> list[tuple[int, int]]:
    """Clauses, joined where a figure and its stretch goal stand on both sides of a comma, cut where far too long."""
    starts = [measure.start for measure in inside]
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        last = bisect_left(starts, start) - 1
        if joined and last >= 0 and inside[last].end > start and end - joined[-1][0] <= LONGEST:
            joined[-1] = (joined[-1][0], end)
            continue
        joined += [(at, min(at + LONGEST, end)) for at in range(start, end, LONGEST)]
    return joined
