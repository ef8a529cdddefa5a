"""Explanations: a verdict in sentences that an officer can read out: what is demanded, what is so, what is missing, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from gongjian.kernel.rulebooks.dates import WAIT, Anniversary, Days
from gongjian.kernel.rulebooks.facts import EPOCH, FactSpec, Kind, plain
from gongjian.kernel.rulebooks.judging import Finding, Gap, Scored, Verdict, gaps_of
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.rulebook import Gate, Rulebook
from gongjian.kernel.rulebooks.scores import Earned, points_of
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import OVER, Constant, Fact, Lever, Param, Ratio, World


@dataclass(frozen=True, kw_only=True)
class Explained:
    """One criterion in words."""

    finding: Finding
    demanded: str
    """What is demanded, with the figures in force."""
    present: str
    """What is so, with the numbers behind it; empty where nothing is known."""
    sentence: str
    closings: tuple[Closing, ...]
    """What closes each gap of the finding, in its order."""
    remedies: tuple[str, ...]
    unconfirmed: tuple[Parameter, ...]
    """Figures without a confirmed source that decide here, shown as 待核实; and those that the zone set or checked."""


def explain(verdict: Verdict) -> list[Explained]:
    """Every criterion of a verdict, in the rulebook's order."""
    return [_explained(verdict, verdict.world, finding) for finding in verdict.findings]


def demand(condition: Condition, parameters: Mapping[str, Parameter]) -> str:
    """What a condition demands, in words with today's figures."""
    match condition:
        case Comparison(left=Param() as asked):
            return asked.formula()
        case Comparison(left=Days(whole=until, part=Anniversary() as full)):
            figure = parameters[full.years.name].value
            years = "(未设定)" if figure is None else plain(figure)
            return f"{full.since.formula()}至{until.formula()}{'超过' if condition.strict else '满'}{years}年"
        case Comparison(left=Fact(spec=FactSpec(kind=Kind.COUNT) as counted)) if _is_about_none(condition, parameters):
            return f"{'有' if condition.up else '没有'}{counted.label}"
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


def _is_about_none(condition: Comparison, parameters: Mapping[str, Parameter]) -> bool:
    """Whether a count is only asked to be, or not to be, zero: > 0, <= 0."""
    right = condition.right
    number = right.number if isinstance(right, Constant) else None
    if isinstance(right, Param) and not parameters[right.name].bands:
        number = parameters[right.name].value
    return number == 0 and condition.up == condition.strict


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
    is_named = sum(isinstance(one, Comparison | Earned | Flag | Is) for one in conditions) > 1
    present = "".join(_told(verdict, world, one, is_named=is_named) for one in conditions)
    demanded = demand(gate.demands, world.parameters)
    sentence = f"要求:{demanded}。{present}"
    if finding.state is State.UNKNOWN and finding.missing:
        sentence += "缺少" + "、".join(_missing(spec) for spec in finding.missing) + "。"
    unconfirmed = tuple(
        world.parameters[name]
        for name in dict.fromkeys(gate.demands.parameters())
        if world.parameters[name].confidence in ("unconfirmed", "unset") or world.parameters[name].set_by
    )
    if unconfirmed:
        told = {"unset": ",请在“标准”的“本区设定”中设定"}
        sentence += "".join(f"“{one.label}”{one.said}{told.get(one.confidence, '')}。" for one in unconfirmed)
    gaps = finding.gaps if finding.state is State.UNMET else ()
    closings = tuple(
        closing(gap, gate, verdict.facts, book=verdict.rulebook, world=world, as_of=verdict.as_of) for gap in gaps
    )
    remedies = tuple(one.sentence for one in closings)
    if gate.remedy and finding.state in (State.UNMET, State.OPEN, State.UNGRADED):
        remedies = (*remedies, gate.remedy)
    return Explained(
        finding=finding,
        demanded=demanded,
        present=present,
        sentence=sentence,
        closings=closings,
        remedies=remedies,
        unconfirmed=unconfirmed,
    )


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What closes one gap, in one wording everywhere: in a few words for a list, in a sentence for a sheet."""

    brief: str
    sentence: str
    is_over: bool = False
    """The gap is in the money of a year that is over: nobody can close it, this year's amount has to make up for it."""


def closing(
    gap: Gap, gate: Gate, facts: Mapping[str, int | None], *, book: Rulebook, world: World, as_of: date
) -> Closing:
    """What closes a gap of a criterion. A year that is over cannot be changed: its gap becomes this year's need."""
    lever, amount = gap.lever, f"{plain(gap.amount)}{gap.lever.unit}"
    if lever.label == WAIT:
        since = _written((as_of - EPOCH).days + gap.steps)
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
    """Whether a fact is the money of a year that is over."""
    return moved.source is not None and bool(moved.source.back) and moved.kind is Kind.MONEY


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


def _told(verdict: Verdict, world: World, condition: Condition, *, is_named: bool) -> str:
    """What is so, with the numbers behind it; `is_named` says of which amount, where a criterion compares several."""
    if isinstance(condition, Comparison):
        left, _ = condition.sides(world)
        if left.n is None or left.d is None:
            return ""
        if isinstance(condition.left, Param):
            return f"{condition.left.formula()}:{'是' if condition.state(world) == State.MET else '否'}。"
        if left.ok is not True or left.d <= 0:
            return f"{condition.left.formula()}的分母为零或负数,无法计算,按不符合处理。"
        if isinstance(condition.left, Days):
            dates = [f"{spec.label}{_written(verdict.facts[spec.name] or 0)}" for spec in condition.left.specs()]
            if isinstance(condition.left.part, Anniversary):
                return f"{_written(condition.left.part.value(world).n)}满规定年限({','.join(dates)})。"
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
        name = condition.left.formula() if is_named else ""
        return f"{name}现为{condition.left.told(Fraction(left.n, left.d))}{parts}{applied}。"
    if isinstance(condition, Flag | Is):
        return f"{condition.fact.spec.label}:{condition.fact.spec.shown(verdict.facts.get(condition.fact.name))}。"
    if isinstance(condition, Earned):
        return _earned(world, condition)
    return ""


def _earned(world: World, condition: Earned) -> str:
    """What an item or a group of items has earned, and by how many points even the most falls short."""
    points, mark = points_of(world, condition.item), condition.mark.value(world)
    least, most, floor = points.least, points.most, -(-mark.n // mark.d)
    words = f"{condition.item.label}现为{least}分" if least == most else f"{condition.item.label}现为{least}至{most}分"
    if most < floor:
        words += f",{'' if least == most else '最高也'}差{floor - most}分"
    if least == most:
        return f"{words}。"
    open_parts = [told for told, is_so in (("缺数据", points.unknown), ("待问诊", points.ungraded)) if is_so]
    return f"{words},{'、'.join(open_parts) or '须由专家评定'}的部分按区间计。"


def _written(days: int) -> str:
    """A day by its number, in words where no calendar holds it."""
    try:
        return (EPOCH + timedelta(days=days)).isoformat()
    except OverflowError:
        return "公元9999年以后" if days > 0 else "公元元年以前"


def _missing(spec: FactSpec) -> str:
    return f"“{spec.label}”"
