"""Worked cases in words: what a case gives and what must come out, for the page of its rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gongjian.kernel.rulebooks import cases, coverage
from gongjian.kernel.rulebooks.closings import in_short
from gongjian.kernel.rulebooks.judging import gaps_of
from gongjian.kernel.rulebooks.parameters import number
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State

VERDICTS = {state.word: state for state in State}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One case: its number, its situation, its facts, what must come out and by how much it misses."""

    id: str
    says: str
    facts: list[str]
    answers: list[tuple[str, str, State | None]]
    """(what, answer, its state where it is one)"""
    gaps: list[str]


def of(book: Rulebook) -> list[Told]:
    """The worked cases of an edition."""
    return [_told(book, one) for one in cases.of(book)]


def _told(book: Rulebook, case: cases.Case) -> Told:
    labels = coverage.words(book)
    numbers = case.numbers()
    return Told(
        id=case.id,
        says=case.says,
        facts=[f"{book.specs[n].label} {book.specs[n].shown(numbers[n])}" for n in case.facts if n in book.specs],
        answers=[_answer(book, labels, name, wanted) for name, wanted in case.expect.items()],
        gaps=[_gap(book, labels, name, amount) for name, amount in case.gaps.items()],
    )


def _answer(book: Rulebook, labels: dict[str, str], name: str, wanted: Any) -> tuple[str, str, State | None]:
    if name == "verdict":
        return "结论", book.says(VERDICTS[wanted]), VERDICTS[wanted]
    what = "总分" if name == "score" and not isinstance(wanted, str) else labels.get(name.removeprefix("alert."), name)
    if isinstance(wanted, str):
        state = State[wanted.upper()]
        is_alert = name.startswith("alert.")
        return (
            what,
            ("提示" if state is State.MET else "不提示") if is_alert else state.label,
            None if is_alert else state,
        )
    least, most = wanted
    return what, f"{least}分" if least == most else f"{least}至{most}分", None


def _gap(book: Rulebook, labels: dict[str, str], name: str, amount: str) -> str:
    head, _, place = name.rpartition(".")
    gate = next((one for one in book.criteria if one.name == head), None)
    if gate is None:
        return f"{labels.get(name, name)}到上一档差{amount}"
    if amount == "none":
        return f"{gate.label}:没有单项能补上"
    _, lever = gaps_of(gate)[int(place)]
    return in_short(lever, number(amount), gate.demands.specs())
