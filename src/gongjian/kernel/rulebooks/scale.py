"""Scales: how each item of a score earns its points, in words: which band or grade, how many points, how many at most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gongjian.kernel.rulebooks.demands import demand
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.scores import Banded, Best, Cased, Given, Graded, Item, Sum


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One line of a score table: an item, or a group of items with what they can earn together."""

    name: str
    label: str
    most: int
    how: str
    """What earns how many points; empty for a group."""
    depth: int
    """How many groups it stands in; the whole score is 0."""


def of(item: Item, figures: Mapping[str, Parameter], *, depth: int = 0) -> Iterator[Scale]:
    """The lines of a score table, a group before its items."""
    yield Scale(name=item.name, label=item.label, most=item.most, how=_how(item, figures), depth=depth)
    if isinstance(item, Sum):
        for part in item.parts:
            yield from of(part, figures, depth=depth + 1)


def _how(item: Item, figures: Mapping[str, Parameter]) -> str:
    match item:
        case Best():
            return "以下取得分高的一项"
        case Sum():
            return f"各项相加,以{item.most}分封顶" if item.cap is not None else "各项相加"
        case Banded():
            steps = [
                f"{'高于' if band.strict else '不低于'}{item.term.told(band.threshold)}得{_points(band.least, band.most)}"
                for band in item.bands
            ]
            return f"{_of(item, item.term.formula())}{';'.join(steps)};再低得{_points(*item.bottom)}"
        case Graded():
            spec = item.fact.spec
            grades = [
                f"{spec.shown(number)}得{_points(*item.grades[option])}" for number, option in enumerate(spec.options)
            ]
            return f"{_of(item, spec.label)}{';'.join(reversed(grades))}(由问诊评定)"
        case Given():
            return f"0至{item.most}分(由问诊评定)"
        case Cased():
            cases = [f"{demand(when, figures)}得{_points(least, most)}" for when, least, most in item.cases]
            return f"{';'.join(cases)};其他得{_points(*item.bottom)}"
    return ""


def _of(item: Item, amount: str) -> str:
    return "" if amount == item.label else f"{amount}:"


def _points(least: int, most: int) -> str:
    return f"{least}分" if least == most else f"{least}至{most}分"
