"""Enterprises by every rulebook, in words: the one reader of 一企一策, on the screen and on paper."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from gongjian.kernel.rulebooks import explaining, keeping, windows
from gongjian.kernel.rulebooks.explaining import Explained
from gongjian.kernel.rulebooks.judging import Verdict, judge_one
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State

SUBJECT = "enterprise"
NEAR = 2
"""A rulebook with more criteria open than this is folded, on the screen and on paper: see Part.is_far."""
CHUNK = 50
"""Enterprises whose facts are read from the registers at a time."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One rulebook's part of the sheet."""

    verdict: Verdict
    lines: list[Explained]
    window: windows.Window | None
    """For filing: open, next, or not set."""
    steps: list[windows.Step]

    @property
    def open(self) -> list[Explained]:
        """What is not met for certain, the worst first."""
        return sorted(
            (one for one in self.lines if one.finding.state is not State.MET), key=lambda one: -one.finding.state
        )

    @property
    def met(self) -> list[Explained]:
        return [one for one in self.lines if one.finding.state is State.MET]

    @property
    def is_far(self) -> bool:
        """Whether so much is open that its line in the overview says enough."""
        return self.verdict.state not in (State.MET, State.OPEN) and len(self.open) > NEAR

    @property
    def nearest(self) -> str:
        """What stands in the way, the worst first, in a few words."""
        if not self.open:
            return "全部条件符合"
        first = self.open[0]
        label = first.finding.gate.label
        more = f"等{len(self.open)}项" if len(self.open) > 1 else ""
        if first.finding.state is State.UNMET:
            gap = next((one.brief for one in first.closings), "不符合")
            return f"{label}:{gap}{',' + more if more else ''}"
        if first.finding.state is State.UNKNOWN and first.finding.missing:
            return "补录" + "、".join(f"“{spec.label}”" for spec in first.finding.missing[:2]) + more
        return f"{first.finding.state.label}:{label}{more}"


def books(*, as_of: date, only: Collection[str] = ()) -> list[Rulebook]:
    """The rulebooks in force about enterprises, or those of them named in `only`."""
    found = [one for one in keeping.current(as_of=as_of) if one.facts.subject == SUBJECT]
    return [one for one in found if not only or one.name in only]


def parts(pk: int, *, as_of: date, only: Collection[str] = ()) -> list[Part]:
    """The verdicts of one enterprise in words; the best first, those that do not apply last."""
    return next((found for _, found in of_many([pk], as_of=as_of, only=only)), [])


def of_many(pks: Sequence[int], *, as_of: date, only: Collection[str] = ()) -> Iterator[tuple[int, list[Part]]]:
    """The same of many enterprises, in their order; the facts of some dozens are read at once. Rows now gone are left out."""
    chosen = books(as_of=as_of, only=only)
    if not chosen:
        yield from ((pk, []) for pk in pks)
        return
    figures = {one.name: one.figures(as_of=as_of) for one in chosen}
    ahead = {one.name: window_of(one, as_of=as_of) for one in chosen}
    for start in range(0, len(pks), CHUNK):
        some = pks[start : start + CHUNK]
        facts = {row["id"]: row for row in keeping.facts_of(chosen, as_of=as_of, ids=some).iter_rows(named=True)}
        decided = keeping.overrides(as_of=as_of, ids=some)
        for pk in some:
            if pk not in facts:
                continue
            found = []
            for book in chosen:
                verdict = judge_one(
                    book,
                    {name: facts[pk][name] for name in book.specs},
                    as_of=as_of,
                    figures=figures[book.name],
                    decided=decided.get((book.name, pk), {}),
                )
                lines = explaining.explain(verdict)
                window = ahead[book.name]
                steps = windows.steps(window, book) if window is not None else []
                found.append(Part(verdict=verdict, lines=lines, window=window, steps=steps))
            yield pk, sorted(found, key=_rank)


def window_of(book: Rulebook, *, as_of: date) -> windows.Window | None:
    """The window for filing that is open, the next one, or one that is not set; None where there is none ahead."""
    filing = windows.filing(book, as_of=as_of)
    return filing.window if filing.state != "closed" else None


def _rank(part: Part) -> tuple[int, int]:
    state = part.verdict.state
    return (9 if state is State.NOT_APPLICABLE else int(state), len(part.open))
