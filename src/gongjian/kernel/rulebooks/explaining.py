"""Explanations: a verdict in sentences that an officer can read out: what is demanded, what is so, what is missing, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from gongjian.kernel.rulebooks.closings import Closing, closing, day_told
from gongjian.kernel.rulebooks.conditions import Comparison, Condition, Flag, Is
from gongjian.kernel.rulebooks.dates import Anniversary, Days
from gongjian.kernel.rulebooks.demands import demand
from gongjian.kernel.rulebooks.facts import FactSpec
from gongjian.kernel.rulebooks.judging import Finding, Verdict
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.scores import Earned, points_of
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import Param, Ratio, World


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
            dates = [f"{spec.label}{day_told(verdict.facts[spec.name] or 0)}" for spec in condition.left.specs()]
            if isinstance(condition.left.part, Anniversary):
                return f"{day_told(condition.left.part.value(world).n)}满规定年限({','.join(dates)})。"
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


def _missing(spec: FactSpec) -> str:
    return f"“{spec.label}”"
