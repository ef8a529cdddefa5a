"""Demands: what a condition asks for, in words with the figures in force."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

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
from gongjian.kernel.rulebooks.dates import Anniversary, Days
from gongjian.kernel.rulebooks.facts import FactSpec, Kind, plain
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.scores import Earned
from gongjian.kernel.rulebooks.terms import Constant, Fact, Param, Ratio


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
