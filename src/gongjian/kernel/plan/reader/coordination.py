"""Coordination: several metrics under one figure or several figures in one breath (A和B分别增长8%和9%)."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from gongjian.kernel.plan.proposal import Comparator, Kind, Proposal
from gongjian.kernel.plan.reader import names
from gongjian.kernel.plan.reader.deadlines import YEAR_END, deadline
from gongjian.kernel.plan.reader.measures import Measure
from gongjian.kernel.plan.reader.page import Clause, Page, modality
from gongjian.kernel.plan.reader.segments import trim
from gongjian.kernel.plan.reader.targets import falls, first_verb

_BETWEEN = re.compile(r" ?(?:、|和|与|及|以及|、?力争|)(?:增长|提高|下降|达到|达|不低于|新增)?")
_APART = "并列的多个指标,逐一拆开"


def severally(page: Page, clause: Clause, kept: list[Measure]) -> tuple[list[Proposal], list[Measure]]:
    """One record per metric for “A和B分别增长8%和9%”, and the measures of the clause that are left over."""
    if len(kept) < 2:
        return [], kept
    text = page.masked
    head = text[clause.start : kept[0].figure]
    position = head.rfind("分别")
    apart = position >= 0
    if not apart:
        listed = all(text[a.end : b.start] == "、" and not b.before for a, b in pairwise(kept))
        if not listed or not all(m.is_percent for m in kept):
            return [], kept
        position = names.subject_end(head)
    run = _run(text, kept, mixed=apart)
    if len(run) < 2:
        return [], kept
    subjects = names.coordinated(page, clause.start, clause.start + position)
    start, end = trim(page, clause.start, run[-1].end)
    trailing = next((m.comparator for m in reversed(run) if m.after), None)
    lead = run[0].comparator if run[0].before else None
    due = deadline(page.folded[start:end], year=page.year) or clause.due or YEAR_END
    verb = text[clause.start + position : run[0].figure]
    growth = re.search(r"增长|下降|提高", verb)
    suffix = {"下降": "降幅"}.get(growth.group(), "增速") if growth and run[0].is_percent else ""
    found = []
    for index, m in enumerate(run):
        kind = Kind.RATE if m.is_percent else Kind.QUANTITY
        metric = subjects[index] if index < len(subjects) else names.metric(page, start, end, m, kind=kind)
        bound = m.comparator if m.is_bound else trailing or lead or Comparator.EQUAL
        found.append(
            Proposal(
                start=start,
                end=end,
                text=page.text[start:end],
                kind=kind,
                metric=metric + suffix,
                comparator=bound,
                value=-m.value if m.is_percent and falls(verb) else m.value,
                value2=m.value2,
                unit=m.unit,
                deadline=due,
                modality=modality(page.folded[start:end]),
                confidence=0.93 if len(subjects) == len(run) else 0.8,
                reason=_APART,
            )
        )
    return found, kept[len(run) :]


def _run(text: str, kept: list[Measure], *, mixed: bool) -> list[Measure]:
    """The measures that follow one another with nothing but 、 or 和 between."""
    run = [kept[0]]
    for m in kept[1:]:
        alike = m.unit == run[0].unit or (mixed and not m.is_percent and not run[0].is_percent)
        if not alike or not _BETWEEN.fullmatch(text[run[-1].end : m.start]):
            break
        run.append(m)
    return run


def each(page: Page, m: Measure, proposal: Proposal) -> list[Proposal]:
    """One record per metric for “A、B、C均增长12%” or “A、B各1家”; otherwise the proposal itself."""
    if proposal.kind not in (Kind.RATE, Kind.QUANTITY):
        return [proposal]
    head = page.masked[proposal.start : m.figure]
    both = re.search(r"均|都(?!市)|双双", head)
    if proposal.kind is Kind.QUANTITY and m.before.endswith("各"):
        verb = first_verb(page.masked[proposal.start : m.start])
        counted = names.listed(page, proposal.start, m.start, proposal.end)
        subjects = [name if name.startswith(verb) else verb + name for name in counted]
    elif both and len(head) - both.start() <= 12:
        subjects = names.coordinated(page, proposal.start, proposal.start + both.start())
    elif proposal.kind is Kind.RATE:
        subjects = names.coordinated(page, proposal.start, proposal.start + names.subject_end(head))
        if not all(names.is_indicator(subject) for subject in subjects):
            return [proposal]
    else:
        return [proposal]
    if len(subjects) < 2:
        return [proposal]
    growth = "增速" if re.search(r"增长|增速|增幅", head) else ""
    return [replace(proposal, metric=subject.removesuffix("增速") + growth, reason=_APART) for subject in subjects]
