"""Closings: what closes a gap, in one wording everywhere; what a year that is over lacks becomes this year's need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from gongjian.kernel.rulebooks.arithmetic import Exact
from gongjian.kernel.rulebooks.conditions import Comparison
from gongjian.kernel.rulebooks.dates import WAIT
from gongjian.kernel.rulebooks.facts import EPOCH, FactSpec, Kind, plain
from gongjian.kernel.rulebooks.judging import Gap, Scored, gaps_of
from gongjian.kernel.rulebooks.rulebook import Gate, Rulebook
from gongjian.kernel.rulebooks.terms import OVER, Lever, World


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What closes one gap, in one wording everywhere: in a few words for a list, in a sentence for a sheet."""

    brief: str
    sentence: str
    is_over: bool = False
    """The gap is in the amounts of a year that is over: nobody can close it, this year's amount has to make up for it."""


def closing(
    gap: Gap, gate: Gate, facts: Mapping[str, int | None], *, book: Rulebook, world: World, as_of: date
) -> Closing:
    """What closes a gap of a criterion. A year that is over cannot be changed: its gap becomes this year's need."""
    lever, amount = gap.lever, f"{plain(gap.amount)}{gap.lever.unit}"
    if lever.label == WAIT:
        since = day_told((as_of - EPOCH).days + gap.steps)
        return Closing(brief=f"再过{gap.steps}天", sentence=f"再过{gap.steps}天即符合({since}起)。")
    if lever.label.endswith(OVER):
        return Closing(brief=f"{lever.label}{amount}", sentence=f"{lever.label}{amount}。")
    moved = moved_by(lever, gate.demands.specs())
    if not is_over(moved):
        return Closing(brief=f"{lever.label}{amount}", sentence=f"{lever.label}{amount}即符合,其他数据不变。")
    lacking = f"{lever.label.removeprefix('增加')}少{amount}"
    comparison, _ = gaps_of(gate)[int(gap.name.rpartition(".")[2])]
    need = next_year(comparison, book, facts, world, moved)
    if need is None:
        return Closing(
            brief=f"{lacking}(往年不能补)", sentence=f"按已结束的年度计,{lacking},往年数据不能补。", is_over=True
        )
    this_year = f"本年度{moved.label.removeprefix(moved.period)}须达到{plain(need)}{moved.unit}"
    sentence = f"按已结束的年度计,{lacking},往年数据不能补。若其他数据与最近一年持平,{this_year},下一年申报时符合。"
    return Closing(brief=this_year, sentence=sentence, is_over=True)


def raising(scored: Scored) -> str:
    """What takes an item of the score to its next band, in a few words; empty where no amount does."""
    return "" if scored.gap is None else in_short(scored.gap.lever, scored.gap.amount, scored.item.specs())


def in_short(lever: Lever, amount: Fraction, specs: Iterable[FactSpec]) -> str:
    """A gap that a lever closes, without knowing the subject: what to add, or what a year that is over lacks."""
    if is_over(moved_by(lever, specs)):
        return f"{lever.label.removeprefix('增加')}少{plain(amount)}{lever.unit}(往年不能补)"
    return f"{lever.label}{plain(amount)}{lever.unit}"


def moved_by(lever: Lever, specs: Iterable[FactSpec]) -> FactSpec:
    """The fact, one of those of a criterion, that a lever moves first."""
    return {spec.name: spec for spec in specs}[next(iter(lever.moves))]


def is_over(moved: FactSpec) -> bool:
    """Whether a fact is the money of a year that is over, or counts what happened in it."""
    is_yearly = moved.source is not None and bool(moved.source.back)
    return moved.is_past or (is_yearly and moved.kind is Kind.MONEY)


def next_year(
    comparison: Comparison, rulebook: Rulebook, facts: Mapping[str, int | None], world: World, moved: FactSpec
) -> Fraction | None:
    """What this year's amount must be so that the comparison holds in next year's window, all else as in the last year."""
    rolled = dict(facts)
    latest = moved if moved.is_past else None
    for spec in rulebook.specs.values():
        if spec.source is None or not spec.source.back:
            continue
        if spec.source.back > 1:
            before = next(
                (
                    one
                    for one in rulebook.specs.values()
                    if one.source is not None
                    and (one.source.register, one.source.column) == (spec.source.register, spec.source.column)
                    and one.source.back == spec.source.back - 1
                ),
                None,
            )
            if before is not None:
                rolled[spec.name] = facts.get(before.name)
        elif (spec.source.register, spec.source.column) == (moved.source.register, moved.source.column):  # type: ignore[union-attr]
            latest = spec
    if latest is None:
        return None
    if facts.get("years_open") is not None:
        rolled["years_open"] = (facts["years_open"] or 0) + 1
    rolled[latest.name] = 0
    lever = Lever(label="", unit=latest.unit, step=latest.kind.step, moves={latest.name: 1})
    steps = comparison.steps(replace(world, sums=Exact(rolled)), lever)
    return None if steps is None else steps * lever.step


def day_told(days: int) -> str:
    """A day by its number, in words where no calendar holds it."""
    try:
        return (EPOCH + timedelta(days=days)).isoformat()
    except OverflowError:
        return "公元9999年以后" if days > 0 else "公元元年以前"
