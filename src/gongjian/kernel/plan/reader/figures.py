"""Figures: the quantities and rates of a promising clause, one record per metric."""

from __future__ import annotations

from dataclasses import replace

from gongjian.kernel.plan.proposal import Modality, Proposal
from gongjian.kernel.plan.reader.coordination import each, severally
from gongjian.kernel.plan.reader.descriptions import describes
from gongjian.kernel.plan.reader.measures import Measure
from gongjian.kernel.plan.reader.page import Clause, Page
from gongjian.kernel.plan.reader.segments import Segment, segments
from gongjian.kernel.plan.reader.targets import Target, first_verb


def commitments(page: Page, clause: Clause, inside: list[Measure]) -> tuple[list[Proposal], str]:
    """The quantities, rates and counted routines of a clause, and the verb that the next clause may inherit."""
    kept = [m for m in inside if not describes(page, clause, m)]
    verb = first_verb(page.masked[clause.start : clause.end])
    found, rest = severally(page, clause, kept)
    shared = [Segment(start=found[-1].end, end=clause.end, measure=m) for m in rest] if found else []
    parts = shared or segments(page, clause, rest)
    inherited, firm = clause.verb, Modality.PLAIN
    for segment in parts:
        target = Target(page, clause, segment, inherited)
        proposal, own = target.judged()
        inherited = own or ("" if target.passes_on else inherited)
        if proposal is not None:
            firm = proposal.modality if proposal.modality is not Modality.PLAIN else firm
            proposal = replace(proposal, modality=firm)
            found += each(page, segment.measure, proposal)
    return found, (inherited if parts else "") or verb
