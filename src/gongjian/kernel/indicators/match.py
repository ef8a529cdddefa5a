"""Matching: which declared indicators may answer a commitment, by the phrases they declare. An officer confirms."""

from __future__ import annotations

from dataclasses import dataclass

from gongjian.kernel.indicators.declare import INDICATORS, Indicator
from gongjian.kernel.indicators.names import plain
from gongjian.kernel.indicators.units import comparable
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.plan.proposal import Kind

LEAST = 0.65
"""The share of a phrase's letter pairs that must stand in the commitment before it is proposed."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """One candidate with its score (0 to 1) and the phrase that matched."""

    indicator: Indicator
    score: float
    phrase: str


def candidates(*, commitment: Commitment) -> list[Match]:
    """The indicators that may answer `commitment`, best first, of two as good the one that says more."""
    texts = [plain(commitment.text), plain(commitment.metric)]
    found = []
    for indicator in INDICATORS.values():
        if not fits(indicator=indicator, commitment=commitment):
            continue
        scored = [(max(_score(plain(phrase), text) for text in texts), phrase) for phrase in indicator.answers]
        score, phrase = max(scored, key=lambda pair: (pair[0], len(pair[1])), default=(0.0, ""))
        if score >= LEAST:
            found.append(Match(indicator=indicator, score=score, phrase=phrase))
    return sorted(found, key=lambda match: (-match.score, -len(match.phrase), match.indicator.name))


def fits(*, indicator: Indicator, commitment: Commitment) -> bool:
    """Whether an indicator can serve a commitment at all: of its kind and, for quantities, in a unit that compares."""
    if commitment.kind not in indicator.kinds:
        return False
    return commitment.kind != Kind.QUANTITY or not commitment.unit or comparable(indicator.unit, commitment.unit)


def _score(phrase: str, text: str) -> float:
    """1 when the phrase stands in the text; else the share of its letter pairs that do.

    The last pair, which says what is done (开工) or what it is done to (项目), has to be among them.
    """
    if phrase in text:
        return 1.0
    if phrase[-2:] not in text:
        return 0.0
    pairs = {phrase[i : i + 2] for i in range(len(phrase) - 1)}
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0
