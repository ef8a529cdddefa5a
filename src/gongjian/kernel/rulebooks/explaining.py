"""Explanations: a verdict in sentences that an officer can read out: what is demanded, what is so, what is missing, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from gongjian.kernel.rulebooks.arithmetic import Exact
from gongjian.kernel.rulebooks.conditions import (
    All,
    AnyOf,
    Comparison,
    Condition,
    Diagnosed,
    Flag,
    Is,
    Known,
    Not,
    Review,
    Usually,
)
from gongjian.kernel.rulebooks.facts import EPOCH, FactSpec, Kind, plain
from gongjian.kernel.rulebooks.judging import Finding, Gap, Verdict, gaps_of
from gongjian.kernel.rulebooks.parameters import CONFIDENCE, Parameter
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.scores import Earned
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import OVER, WAIT, Anniversary, Constant, Days, Fact, Lever, Param, Ratio, World


@dataclass(frozen=True, kw_only=True)
class Explained:
    """One criterion in words."""

    finding: Finding
    demanded: str
    """What is demanded, with the figures in force."""
    present: str
    """What is so, with the numbers behind it; empty where nothing is known."""
    sentence: str
    remedies: tuple[str, ...]
    unconfirmed: tuple[Parameter, ...]
    """Figures without a confirmed source that decide here; shown as 待核实."""


def explain(verdict: Verdict, *, figures: Mapping[str, Parameter] | None = None) -> list[Explained]:
    """Every criterion of a verdict, in the rulebook's order."""
    world = World(
        sums=Exact(verdict.facts),
        parameters=figures if figures is not None else verdict.rulebook.figures(as_of=verdict.as_of),
    )
    return [_explained(verdict, world, finding) for finding in verdict.findings]


def demand(condition: Condition, parameters: Mapping[str, Parameter]) -> str:
    """What a condition demands, in words with today's figures."""
    match condition:
        case Comparison(left=Param() as asked):
            return asked.formula()
        case Comparison(left=Days(whole=until, part=Anniversary() as full)):
            figure = parameters[full.years.name].value
            years = "(未设定)" if figure is None else plain(figure)
            return f"{full.since.formula()}至{until.formula()}{'超过' if condition.strict else '满'}{years}年"
        case Comparison():
            sign = (
                ("高于" if condition.strict else "不低于")
                if condition.up
                else ("低于" if condition.strict else "不超过")
            )
            return f"{condition.left.formula()}{sign}{_threshold(condition, parameters)}"
        case Flag():
            return condition.fact.spec.label if condition.wanted else f"没有{condition.fact.spec.label}"
        case Is():
            options = condition.fact.spec.options
            return f"{condition.fact.spec.label}为" + "或".join(
                condition.fact.spec.shown(options.index(one)) for one in condition.options
            )
        case Known():
            return f"已填写{condition.fact.spec.label}"
        case Review():
            return condition.label
        case Diagnosed():
            return demand(condition.condition, parameters)
        case Usually():
            return f"原则上{demand(condition.condition, parameters)}"
        case AnyOf():
            return "或者".join(_within(one, All, parameters) for one in condition.conditions)
        case All():
            return ";".join(_within(one, AnyOf, parameters) for one in condition.conditions)
        case Not():
            return f"不得:{demand(condition.condition, parameters)}"
        case Earned():
            mark = parameters[condition.mark.parameters()[0]] if condition.mark.parameters() else None
            return f"{condition.item.label}不低于{plain(mark.value or 0) if mark else ''}分"
    return ""


def _within(condition: Condition, other: type[All], parameters: Mapping[str, Parameter]) -> str:
    """A part's demand, in brackets where it is itself several joined by the other word."""
    words = demand(condition, parameters)
    return f"({words})" if type(condition) is other and len(condition.conditions) > 1 else words


def _threshold(condition: Comparison, parameters: Mapping[str, Parameter]) -> str:
    right = condition.right
    if isinstance(right, Constant):
        return condition.left.told(right.number)
    if not isinstance(right, Param):
        return right.formula()
    parameter = parameters[right.name]
    if parameter.value is not None:
        return _figure(condition, parameter.value)
    if not parameter.bands:
        return "(未设定)"
    assert right.by is not None
    words, below = [], ""
    choice = right.by.spec if isinstance(right.by, Fact) and right.by.spec.kind in (Kind.FLAG, Kind.CHOICE) else None
    last = -1
    for limit, value in parameter.bands:
        figure = _figure(condition, value)
        if choice is not None:
            words.append(f"{_options(choice, last, limit)}的{figure}")
            last = last if limit is None else int(limit)
        elif limit is None:
            words.append(f"{below}{right.by.unit}以上的{figure}")
        else:
            words.append(
                f"{below + '至' if below else ''}{plain(limit)}{right.by.unit}{'' if below else '以下'}的{figure}"
            )
            below = plain(limit)
    return f"({right.by.formula()}" + "、".join(words) + ")"


def _options(choice: FactSpec, last: int, limit: Fraction | None) -> str:
    """Which options a band stands for: those after the number `last`, up to `limit`."""
    if limit is None:
        return "其他"
    option = f"“{choice.shown(int(limit))}”"
    return f"为{option}" if int(limit) == last + 1 else f"{option}及以下"


def _figure(condition: Comparison, value: Fraction) -> str:
    term = condition.left
    percent = (isinstance(term, Ratio) and term.percent) or "Growth" in type(term).__name__
    return f"{plain(value * 100)}%" if percent else f"{plain(value)}{term.unit}"


def _explained(verdict: Verdict, world: World, finding: Finding) -> Explained:
    gate = finding.gate
    conditions = list(gate.demands.parts())
    present = "".join(_told(verdict, world, one) for one in conditions)
    demanded = demand(gate.demands, world.parameters)
    sentence = f"要求:{demanded}。{present}"
    if finding.state is State.UNKNOWN and finding.missing:
        sentence += "缺少" + "、".join(_missing(spec) for spec in finding.missing) + "。"
    unconfirmed = tuple(
        world.parameters[name]
        for name in dict.fromkeys(gate.demands.parameters())
        if world.parameters[name].confidence in ("unconfirmed", "unset")
    )
    if unconfirmed:
        sentence += "".join(f"“{one.label}”{CONFIDENCE[one.confidence]}。" for one in unconfirmed)
    remedies = remedies_of(verdict, world, finding) if finding.state is State.UNMET else ()
    if gate.remedy and finding.state in (State.UNMET, State.OPEN, State.UNGRADED):
        remedies = (*remedies, gate.remedy)
    return Explained(
        finding=finding,
        demanded=demanded,
        present=present,
        sentence=sentence,
        remedies=remedies,
        unconfirmed=unconfirmed,
    )


def remedy(gap: Gap, as_of: date) -> str:
    """What closes a gap, in the lever's own unit, and from when for one that time closes."""
    if gap.lever.label == WAIT:
        return f"再过{gap.steps}天即符合({(as_of + timedelta(days=gap.steps)).isoformat()}起)。"
    if gap.lever.label.endswith(OVER):
        return f"{gap.lever.label}{plain(gap.amount)}{gap.lever.unit}。"
    return f"{gap.lever.label}{plain(gap.amount)}{gap.lever.unit}即符合,其他数据不变。"


def remedies_of(verdict: Verdict, world: World, finding: Finding) -> tuple[str, ...]:
    """What closes the gaps of a criterion. A year that is over cannot be changed: its gap becomes next year's need."""
    specs = {spec.name: spec for spec in finding.gate.demands.specs()}
    pairs = dict(zip([f"{finding.gate.name}.{n}" for n in range(99)], gaps_of(finding.gate), strict=False))
    told = []
    for gap in finding.gaps:
        moved = specs[next(iter(gap.lever.moves))]
        if moved.source is None or not moved.source.back or moved.kind is not Kind.MONEY:
            told.append(remedy(gap, verdict.as_of))
            continue
        words = f"按已结束的年度计,{gap.lever.label.removeprefix('增加')}少{plain(gap.amount)}{gap.lever.unit},往年数据不能补。"
        need = next_year(pairs[gap.name][0], verdict.rulebook, verdict.facts, world, moved)
        if need is not None:
            amount = f"{moved.label.removeprefix(moved.period)}须达到{plain(need)}{moved.unit}"
            words += f"若其他数据与最近一年持平,本年度{amount},下一年申报时符合。"
        told.append(words)
    return tuple(told)


def next_year(
    comparison: Comparison, rulebook: Rulebook, facts: Mapping[str, int | None], world: World, moved: FactSpec
) -> Fraction | None:
    """What this year's amount must be so that the comparison holds in next year's window, all else as in the last year."""
    rolled = dict(facts)
    latest: FactSpec | None = None
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


def _told(verdict: Verdict, world: World, condition: Condition) -> str:
    """What is so, with the numbers behind it."""
    if isinstance(condition, Comparison):
        left, _ = condition.sides(world)
        if left.n is None or left.d is None:
            return ""
        if isinstance(condition.left, Param):
            return f"{condition.left.formula()}:{'是' if condition.state(world) == State.MET else '否'}。"
        if left.ok is not True or left.d <= 0:
            return f"{condition.left.formula()}的分母为零或负数,无法计算,按不符合处理。"
        if isinstance(condition.left, Days):
            dates = [
                f"{spec.label}{EPOCH + timedelta(days=verdict.facts[spec.name] or 0)}"
                for spec in condition.left.specs()
            ]
            if isinstance(condition.left.part, Anniversary):
                full = EPOCH + timedelta(days=condition.left.part.value(world).n)
                return f"{full.isoformat()}满规定年限({','.join(dates)})。"
            return f"现为{left.n}天({','.join(dates)})。"
        parts = ""
        if isinstance(condition.left, Ratio):
            over, under = condition.left.over.value(world), condition.left.under.value(world)
            parts = (
                f"({condition.left.over.told(Fraction(over.n, over.d))}"
                f"÷{condition.left.under.told(Fraction(under.n, under.d))})"
            )
        applied = ""
        if isinstance(condition.right, Param) and world.parameters[condition.right.name].bands:
            threshold = condition.right.at(world)
            applied = f",适用{condition.left.told(condition.left.raised(threshold))}" if threshold is not None else ""
        return f"现为{condition.left.told(Fraction(left.n, left.d))}{parts}{applied}。"
    if isinstance(condition, Flag | Is):
        return f"{condition.fact.spec.label}:{condition.fact.spec.shown(verdict.facts.get(condition.fact.name))}。"
    if isinstance(condition, Earned) and verdict.score is not None:
        least, most = verdict.score
        return f"现为{least}分。" if least == most else f"现为{least}至{most}分,须由专家评定的部分按区间计。"
    return ""


def _missing(spec: FactSpec) -> str:
    return f"“{spec.label}”"
