"""Judging: a rulebook over one subject exactly, or over a whole frame of them in one pass; the same criteria both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

import narwhals as nw
import polars as pl

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.rulebooks.arithmetic import Columns, Exact
from gongjian.kernel.rulebooks.conditions import Comparison, code_of
from gongjian.kernel.rulebooks.facts import FactSpec
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.rulebook import Gate, Rulebook
from gongjian.kernel.rulebooks.scores import Banded, Item, points_of
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import Lever, World


@dataclass(frozen=True, kw_only=True)
class Gap:
    """What one lever has to do so that a comparison holds: `amount` in the lever's unit, so many `steps` of it."""

    name: str
    lever: Lever
    steps: int

    @property
    def amount(self) -> Fraction:
        return self.steps * self.lever.step


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One criterion of one subject."""

    gate: Gate
    state: State
    gaps: tuple[Gap, ...] = ()
    missing: tuple[FactSpec, ...] = ()
    judged: State | None = None
    """What the criteria say where an officer has decided otherwise."""
    decision: Any = None
    """That decision (models.Override); it shows wherever the state does."""


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One item's points, and what reaches its next band."""

    item: Item
    least: int
    most: int
    is_unknown: bool
    is_ungraded: bool
    gap: Gap | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One subject's verdict by one rulebook on one day."""

    rulebook: Rulebook
    as_of: date
    state: State
    findings: tuple[Finding, ...]
    items: tuple[Scored, ...] = ()
    score: tuple[int, int] | None = None
    alerts: tuple[Finding, ...] = ()
    facts: Mapping[str, int | None]
    world: World = field(repr=False, compare=False)
    """What it was worked out in, for saying why."""

    def finding(self, name: str) -> Finding:
        return next(one for one in self.findings if one.gate.name == name)


def judge_one(
    rulebook: Rulebook,
    facts: Mapping[str, int | None],
    *,
    as_of: date,
    figures: Mapping[str, Parameter] | None = None,
    decided: Mapping[str, Any] | None = None,
) -> Verdict:
    """The verdict on one subject. `facts`: smallest units by name, as Facts.read gives them.

    `decided`: officers' decisions in force by criterion, each with a `state` that takes the place of the judged one.
    """
    facts = dict(facts)
    world = World(sums=Exact(facts), parameters=figures if figures is not None else rulebook.figures(as_of=as_of))
    findings = tuple(
        _decided(_finding(world, gate, facts), (decided or {}).get(gate.name)) for gate in rulebook.criteria
    )
    state = max(one.state for one in findings)
    if rulebook.applies is not None and State(code_of(world, rulebook.applies)) is State.UNMET:
        state = State.NOT_APPLICABLE
    items: tuple[Scored, ...] = ()
    score = None
    if rulebook.score is not None:
        whole = points_of(world, rulebook.score)
        score = (whole.least, whole.most)
        items = tuple(_scored(world, item) for item in rulebook.score.items())
    return Verdict(
        rulebook=rulebook,
        as_of=as_of,
        state=state,
        findings=findings,
        items=items,
        score=score,
        alerts=tuple(_finding(world, gate, facts) for gate in rulebook.alerts),
        facts=facts,
        world=world,
    )


def judge(
    rulebook: Rulebook,
    frame: pl.DataFrame,
    *,
    as_of: date,
    fixed: Mapping[str, int | None] | None = None,
    figures: Mapping[str, Parameter] | None = None,
) -> pl.DataFrame:
    """The verdicts on a frame of subjects, in its order.

    `frame` has the facts as columns of smallest units (Int64, null where missing); a fact without a column is `fixed` for
    all or missing for all; columns that are no facts (the subject's key) are kept. Columns of the answer: `verdict` and
    each criterion's state as Int8 codes of State, its gaps `<criterion>.<n>` in steps of gaps_of(criterion)[n]'s lever
    (null where none), points `<item>.least` and `<item>.most`, steps to the next band `<item>.next`, `alert.<name>`.
    Raises Refusal where a fact's column does not hold whole numbers.
    """
    for name, dtype in frame.schema.items():
        if name in rulebook.specs and not (dtype.is_integer() or dtype == pl.Null):
            raise Refusal(
                code="facts.dtype",
                cause=f"事实“{name}”这一列的类型是{dtype},不是整数",
                remedy="请先换算成最小单位的整数(kernel.rulebooks.files.read 和 frames.frame 给出的就是),缺失留空",
                place=Place(column=name),
            )
    answer, _ = verdicts(rulebook, frame.lazy(), as_of=as_of, is_rough=False, fixed=fixed, figures=figures)
    found: pl.DataFrame = answer.collect()
    return found


EDGE = "edge "


def verdicts(
    rulebook: Rulebook,
    frame: Any,
    *,
    as_of: date,
    is_rough: bool,
    fixed: Mapping[str, int | None] | None = None,
    figures: Mapping[str, Parameter] | None = None,
) -> tuple[Any, bool]:
    """One pass over a lazy Polars frame, or `is_rough` over one of any backend that Narwhals knows (PySpark).

    Returns the answer and whether it has a column EDGE of rows that are not decided; Polars has none.
    """
    given = nw.from_native(frame) if is_rough else frame
    names = given.collect_schema().names()
    lacking = {name: None for name in rulebook.specs if name not in names} | {"never": None} | dict(fixed or {})
    sums = Columns(fixed=lacking, is_rough=is_rough)
    world = World(sums=sums, parameters=figures if figures is not None else rulebook.figures(as_of=as_of))
    made = {gate.name: sums.byte(code_of(world, gate.demands)) for gate in rulebook.criteria}
    made |= {f"alert.{gate.name}": sums.byte(code_of(world, gate.demands)) for gate in rulebook.alerts}
    for gate in rulebook.criteria:
        for number, (comparison, lever) in enumerate(gaps_of(gate)):
            made[f"{gate.name}.{number}"] = sums.steps(comparison.steps(world, lever))
    if rulebook.score is not None:
        for item in rulebook.score.items():
            points = points_of(world, item)
            made |= {f"{item.name}.least": sums.byte(points.least), f"{item.name}.most": sums.byte(points.most)}
            if isinstance(item, Banded):
                made[f"{item.name}.next"] = sums.steps(item.steps(world, item.pulls[0]))
        whole = points_of(world, rulebook.score)
        made |= {"score.least": sums.byte(whole.least), "score.most": sums.byte(whole.most)}
    made["verdict"] = sums.byte(_verdict(rulebook, world))
    if sums.edges:
        made[EDGE] = nw.any_horizontal(*sums.edges, ignore_nulls=True)
    keep = [name for name in names if name not in rulebook.facts.specs]
    answer = sums.ready(given).select(*keep, *(number.alias(name) for name, number in made.items()))
    return (answer.to_native() if is_rough else answer), bool(sums.edges)


def _verdict(rulebook: Rulebook, world: World) -> Any:
    """All criteria together: the worst of them, unless the rulebook does not apply."""
    verdict = world.sums.worst([code_of(world, gate.demands) for gate in rulebook.criteria])
    if rulebook.applies is None:
        return verdict
    stays_out = world.sums.equal(code_of(world, rulebook.applies), int(State.UNMET))
    return world.sums.choose(stays_out, int(State.NOT_APPLICABLE), verdict)


@lru_cache(maxsize=4096)
def gaps_of(gate: Gate) -> tuple[tuple[Comparison, Lever], ...]:
    """The comparisons of a gate with each of their levers, in order: the numbers of its gap columns."""
    return tuple((comparison, lever) for comparison in gate.comparisons() for lever in comparison.levers)


@lru_cache(maxsize=4096)
def specs_of(gate: Gate) -> tuple[FactSpec, ...]:
    """The facts that a gate reads, each once."""
    return tuple({spec.name: spec for spec in gate.demands.specs()}.values())


def _finding(world: World, gate: Gate, facts: Mapping[str, int | None]) -> Finding:
    state = State(code_of(world, gate.demands))
    gaps = []
    for number, (comparison, lever) in enumerate(gaps_of(gate)):
        steps = comparison.steps(world, lever) if code_of(world, comparison) == State.UNMET else None
        if steps is not None:
            gaps.append(Gap(name=f"{gate.name}.{number}", lever=lever, steps=steps))
    blank = [spec for spec in specs_of(gate) if facts.get(spec.name) is None]
    lacking = [spec for spec in blank if not spec.by_expert] or (blank if state is State.UNKNOWN else [])
    return Finding(gate=gate, state=state, gaps=tuple(gaps), missing=tuple(lacking))


def _decided(finding: Finding, decision: Any) -> Finding:
    if decision is None:
        return finding
    return replace(finding, state=State(decision.state), judged=finding.state, decision=decision)


def _scored(world: World, item: Item) -> Scored:
    points = points_of(world, item)
    gap = None
    if isinstance(item, Banded):
        lever = item.pulls[0]
        steps = item.steps(world, lever)
        gap = Gap(name=item.name, lever=lever, steps=steps) if steps is not None else None
    return Scored(
        item=item,
        least=points.least,
        most=points.most,
        is_unknown=bool(points.unknown),
        is_ungraded=bool(points.ungraded),
        gap=gap,
    )
