"""Matching: which declared indicators may answer a commitment, by the phrases they declare. An officer confirms."""

from __future__ import annotations

from dataclasses import dataclass

from gongjian.kernel.indicators.declare import INDICATORS, Indicator
from gongjian.kernel.indicators.units import SCALES
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.plan.proposal import Kind


@dataclass(frozen=True, kw_only=True)
class Match:
    """One candidate with its score (0 to 1) and the phrase that matched."""

    indicator: Indicator
    score: float
    phrase: str


def candidates(*, commitment: Commitment) -> list[Match]:
    """The indicators that may answer `commitment`, best first; only those of its kind and with a fitting unit."""
    text = commitment.text + " " + commitment.metric
    found = []
    for indicator in INDICATORS.values():
        if commitment.kind not in indicator.kinds or not _fits(indicator, commitment):
            continue
        best = max(((_score(phrase, text), phrase) for phrase in indicator.answers), default=(0.0, ""))
        if best[0] >= 0.6:
            found.append(Match(indicator=indicator, score=best[0], phrase=best[1]))
    return sorted(found, key=lambda match: (-match.score, -len(match.phrase), match.indicator.name))


def _fits(indicator: Indicator, commitment: Commitment) -> bool:
    if commitment.kind != Kind.QUANTITY or not commitment.unit:
        return True
    one, other = SCALES.get(indicator.unit), SCALES.get(commitment.unit)
    return indicator.unit == commitment.unit or (one is not None and other is not None and one[0] == other[0])


def _score(phrase: str, text: str) -> float:
    """1 when the phrase stands in the text; else the share of its character pairs that do."""
    if phrase in text:
        return 1.0
    pairs = {phrase[i : i + 2] for i in range(len(phrase) - 1)}
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0
