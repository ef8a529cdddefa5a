"""The reader: from a plan's text to its passages and proposed commitments, by grammar and lexicon alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from gongjian.kernel.plan.document import Document
from gongjian.kernel.plan.proposal import Level, PassageSpan, Proposal, Reading
from gongjian.kernel.plan.reader import grammar, owners, passages, tables, tense
from gongjian.kernel.plan.reader.script import fold

__all__ = ["as_json", "read"]


def read(document: Document, *, year: int | None = None) -> Reading:
    """Reads a plan: passages in document order, proposals by start.

    `year` is the plan year (A.D.); without it the year is taken from the text where it names one. Never raises on text.
    """
    folded = fold(document.text)
    spans = passages.passages(document, folded)
    plan_year = year if year is not None else tense.plan_year(folded, spans)
    tagged = owners.taggings(folded, document.text)
    tenses = tense.sentence_tenses(folded, spans, year=plan_year)
    plan_year = plan_year if plan_year is not None else tense.likely_year(folded)
    proposals = grammar.proposals(
        document.text,
        folded,
        spans,
        tenses,
        year=plan_year,
        barred=[(tag.start, tag.end) for tag in tagged] + passages.table_spans(document),
    )
    proposals = _owned(proposals, spans, tagged, folded)
    proposals += tables.proposals(document, folded, year=plan_year)
    proposals.sort(key=lambda proposal: (proposal.start, proposal.end))
    title = next((document.text[span.start : span.end] for span in spans if span.level is Level.TITLE), "")
    return Reading(passages=spans, proposals=tuple(proposals), year=plan_year, title=title)


def _owned(
    proposals: list[Proposal], spans: tuple[PassageSpan, ...], tagged: list[owners.Tagging], folded: str
) -> list[Proposal]:
    """Gives each proposal the owners named after it in its sentence, or after its paragraph."""
    reaches = owners.reaches(folded, spans, tagged)
    found = []
    for proposal in proposals:
        tag = next((tag for start, tag in reaches if start <= proposal.start and proposal.end <= tag.start), None)
        found.append(replace(proposal, owners=tag.owners, leader=tag.leader) if tag else proposal)
    return found


def as_json(reading: Reading) -> list[dict[str, object]]:
    """The proposals as plain values in the keys of the gold files plus modality, confidence, reason, owners, leader."""
    return [
        {
            "start": proposal.start,
            "end": proposal.end,
            "text": proposal.text,
            "kind": proposal.kind.value,
            "metric": proposal.metric,
            "comparator": proposal.comparator.value if proposal.comparator else None,
            "value": _plain(proposal.value),
            "value2": _plain(proposal.value2),
            "unit": proposal.unit,
            "deadline": proposal.deadline,
            "named": list(proposal.named),
            "modality": proposal.modality.value,
            "confidence": proposal.confidence,
            "reason": proposal.reason,
            "owners": list(proposal.owners),
            "leader": proposal.leader,
        }
        for proposal in reading.proposals
    ]


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    number = float(value)
    return int(number) if number == int(number) else number
