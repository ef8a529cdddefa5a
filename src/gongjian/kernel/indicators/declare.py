"""Indicators: a number as of a day with the rows behind it, declared once beside the register that it counts."""

from __future__ import annotations

import sys
from typing import TypeVar

from django.db.models import Q

from gongjian.kernel.indicators.kinds import Count, Coverage, Indicator, Ranked, ShareOf, SumOf
from gongjian.kernel.indicators.question import Fact, Proof, Question, Reading, question_of
from gongjian.kernel.plan.proposal import Kind
from gongjian.kernel.registers.entry import Entry
from gongjian.kernel.registers.stages import Stage

__all__ = [
    "INDICATORS",
    "Count",
    "Coverage",
    "Fact",
    "Indicator",
    "Proof",
    "Question",
    "Ranked",
    "Reading",
    "ShareOf",
    "SumOf",
    "count",
    "coverage",
    "milestone",
    "question_of",
    "ranked",
    "share",
    "sum_of",
]

Declared = TypeVar("Declared", bound=Indicator)
INDICATORS: dict[str, Indicator] = {}


def _declare(indicator: Declared) -> Declared:
    if indicator.name in INDICATORS:
        raise ValueError(f"indicator {indicator.name!r} is declared twice")
    INDICATORS[indicator.name] = indicator
    return indicator


def _caller() -> str:
    """The file that declares, as a path below src: the mechanism that runs a sentence of the plan."""
    return str(sys._getframe(2).f_globals["__name__"]).replace(".", "/") + ".py"


def count(
    name: str,
    model: type[Entry],
    *,
    label: str,
    unit: str,
    reached: Stage | None = None,
    dated: str = "",
    where: Q | None = None,
    proved_by: str = "",
    answers: tuple[str, ...] = (),
) -> Count:
    """Declare a count of entries that reached a stage, or that are dated within the year."""
    return _declare(
        Count(
            name=name,
            model=model,
            label=label,
            unit=unit,
            reached=reached,
            dated=dated,
            where=where or Q(),
            proved_by=proved_by,
            answers=answers,
            kinds=(Kind.QUANTITY,),
            file=_caller(),
        )
    )


def sum_of(
    name: str,
    model: type[Entry],
    amount: str,
    *,
    dated: str,
    label: str,
    unit: str,
    where: Q | None = None,
    proved_by: str = "",
    answers: tuple[str, ...] = (),
    is_monthly: bool = False,
) -> SumOf:
    """Declare a sum of `amount` over entries dated within the year; `is_monthly` when a row comes at month ends."""
    return _declare(
        SumOf(
            name=name,
            model=model,
            amount=amount,
            dated=dated,
            label=label,
            unit=unit,
            where=where or Q(),
            proved_by=proved_by,
            answers=answers,
            kinds=(Kind.QUANTITY,),
            is_monthly=is_monthly,
            file=_caller(),
        )
    )


def share(name: str, *, part: Indicator, whole: Indicator, label: str, answers: tuple[str, ...] = ()) -> ShareOf:
    """Declare one indicator as a percentage of another (of the same unit)."""
    return _declare(
        ShareOf(
            name=name,
            model=part.model,
            part=part,
            whole=whole,
            label=label,
            unit="%",
            answers=answers,
            kinds=(Kind.RATE,),
            file=_caller(),
        )
    )


def coverage(
    name: str,
    model: type[Entry],
    *,
    reached: Stage,
    label: str,
    match: str = "name",
    where: Q | None = None,
    answers: tuple[str, ...] = (),
) -> Coverage:
    """Declare how many of a commitment's named objects reached a stage."""
    return _declare(_coverage(name, model, reached, label, match, where, answers, Kind.ROSTER, _caller()))


def milestone(
    name: str,
    model: type[Entry],
    *,
    reached: Stage,
    label: str,
    match: str = "name",
    where: Q | None = None,
    answers: tuple[str, ...] = (),
) -> Coverage:
    """Declare whether the one thing that a commitment speaks of reached a stage: a roster of one."""
    return _declare(_coverage(name, model, reached, label, match, where, answers, Kind.MILESTONE, _caller()))


def _coverage(
    name: str,
    model: type[Entry],
    reached: Stage,
    label: str,
    match: str,
    where: Q | None,
    answers: tuple[str, ...],
    kind: Kind,
    file: str,
) -> Coverage:
    return Coverage(
        name=name,
        model=model,
        reached=reached,
        match=match,
        label=label,
        unit="个",
        where=where or Q(),
        answers=answers,
        kinds=(kind,),
        file=file,
    )


def ranked(
    name: str,
    model: type[Entry],
    position: str,
    *,
    dated: str,
    label: str,
    where: Q | None = None,
    proved_by: str = "",
    answers: tuple[str, ...] = (),
) -> Ranked:
    """Declare an entered position."""
    return _declare(
        Ranked(
            name=name,
            model=model,
            position=position,
            dated=dated,
            label=label,
            unit="名",
            where=where or Q(),
            proved_by=proved_by,
            answers=answers,
            kinds=(Kind.RANK,),
            file=_caller(),
        )
    )
