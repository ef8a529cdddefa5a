"""The inputs of 假如 for one subject: every fact that the rulebook reads, those that matter first, numbers with a slider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.http import QueryDict

from gongjian.kernel.errors import Refusal
from gongjian.kernel.rulebooks.facts import FactSpec, Kind, plain
from gongjian.kernel.rulebooks.judging import Verdict
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.scores import Earned
from gongjian.kernel.rulebooks.states import State

NUMBERS = (Kind.MONEY, Kind.QUANTITY, Kind.PEOPLE, Kind.COUNT)
FINE = 400
"""A slider has about so many places."""
FIRST_MOST = 14
"""So many facts stand before the fold."""


@dataclass(frozen=True, kw_only=True)
class Input:
    """One fact's input: what it holds, what is so, and the ends of its slider (None where it has none)."""

    spec: FactSpec
    value: str
    now: str
    is_changed: bool
    most: str | None = None
    step: str = "1"
    least: str = "0"

    @property
    def kind(self) -> str:
        """choice, flag, day, or number."""
        return "number" if self.spec.kind in NUMBERS else self.spec.kind.word

    @property
    def options(self) -> list[tuple[str, str]]:
        """Of a choice: (value, words)."""
        labels = self.spec.labels or self.spec.options
        return list(zip(self.spec.options, labels, strict=True))


def changes(book: Rulebook, facts: Mapping[str, int | None], asked: QueryDict) -> dict[str, int | None]:
    """The facts that the address gives otherwise. Refused for a name that the rulebook does not ask, and for no number."""
    unknown = next((name for name in asked if name not in book.specs), None)
    if unknown is not None:
        cause = f"“{book.label}”不看名为“{unknown[:40]}”的事实"
        raise Refusal("facts.unknown", cause, "请用页面上列出的事实")
    found: dict[str, int | None] = {}
    for spec in book.specs.values():
        typed = asked.get(spec.name)
        if typed is not None and typed.strip() != typed_of(spec, facts[spec.name]):
            value = spec.read(typed.strip().replace(",", ""))
            if value != facts[spec.name]:
                found[spec.name] = value
    return found


def inputs(
    book: Rulebook, facts: Mapping[str, int | None], asked: QueryDict, before: Verdict
) -> tuple[list[Input], list[Input]]:
    """The inputs that can change something now, and the rest. What is changed already is never folded away."""
    made = {name: _input(spec, facts[name], asked.get(name), _reach(before, name)) for name, spec in book.specs.items()}
    first = [name for name in _matters(book, before) if name in made][:FIRST_MOST]
    first += [name for name, one in made.items() if one.is_changed and name not in first]
    return [made[name] for name in first], [one for name, one in made.items() if name not in first]


def typed_of(spec: FactSpec, number: int | None) -> str:
    """The value as it stands in an input."""
    value = spec.value(number)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return plain(value).replace(",", "") if isinstance(value, Fraction) else str(value)


def _matters(book: Rulebook, before: Verdict) -> list[str]:
    """The facts of the criteria that are not met, the worst first: those that levers move before the others."""
    names: dict[str, None] = {}
    findings = sorted((one for one in before.findings if one.state is not State.MET), key=lambda one: -one.state)
    for finding in findings:
        levers = [name for gap in finding.gaps for name in gap.lever.moves]
        scored = isinstance(finding.gate.demands, Earned)
        asked = [] if scored else [spec.name for spec in finding.gate.demands.specs()]
        names |= dict.fromkeys([*levers, *asked])
    if before.score is not None and any(isinstance(one.gate.demands, Earned) for one in findings):
        for item in before.items:
            if item.gap is not None:
                names |= dict.fromkeys(item.gap.lever.moves)
            elif item.is_ungraded or item.is_unknown:
                names |= dict.fromkeys(spec.name for spec in item.item.specs()[:2])
    return [name for name in names if name in book.specs and not book.specs[name].given]


def _reach(before: Verdict, name: str) -> int:
    """How many smallest units close the gaps that this fact can close."""
    gaps = [*(gap for one in before.findings for gap in one.gaps), *(one.gap for one in before.items if one.gap)]
    scale = before.rulebook.specs[name].kind.scale
    return max(
        (int(gap.amount * abs(gap.lever.moves[name]) * scale) for gap in gaps if name in gap.lever.moves), default=0
    )


def _input(spec: FactSpec, number: int | None, typed: str | None, reach: int) -> Input:
    now = typed_of(spec, number)
    value = now if typed is None else typed
    is_changed = typed is not None and typed.strip() != now
    if spec.kind not in NUMBERS:
        return Input(spec=spec, value=value, now=spec.shown(number), is_changed=is_changed)
    scale = spec.kind.scale
    top = Fraction(max(2 * abs(number or 0), (number or 0) + 2 * reach, 10 * scale), scale)
    step = _round(top / FINE, Fraction(1) if spec.kind in (Kind.PEOPLE, Kind.COUNT) else Fraction(1, 100))
    places = -(-top // step)
    least = Fraction(0) if (number or 0) >= 0 else -places * step
    return Input(
        spec=spec, value=value, now=spec.shown(number), is_changed=is_changed, most=_plain(places * step),
        step=_plain(step), least=_plain(least),
    )  # fmt: skip


def _round(wanted: Fraction, least: Fraction) -> Fraction:
    """The least of 1, 2, 5, 10, 20, 50... times `least` that is not under `wanted`."""
    step, place = least, 0
    while step < wanted:
        place += 1
        step = least * (1, 2, 5)[place % 3] * 10 ** (place // 3)
    return step


def _plain(value: Fraction) -> str:
    return plain(value).replace(",", "")
