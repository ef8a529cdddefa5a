"""A rulebook: one official document's criteria, in one edition, with the facts that they read and the words they cite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from gongjian.kernel.errors import Refusal
from gongjian.kernel.rulebooks import parameters
from gongjian.kernel.rulebooks.conditions import Comparison, Condition
from gongjian.kernel.rulebooks.facts import Facts, FactSpec
from gongjian.kernel.rulebooks.scores import Earned, Item
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import Param

_SHELF: dict[str, list[Rulebook]] = {}


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One criterion: its name, Chinese label, what it demands, and the article that says so."""

    name: str
    label: str
    demands: Condition
    cites: str = ""
    note: str = ""
    remedy: str = ""
    """What an enterprise can honestly do about it, where the gap alone does not say."""

    def comparisons(self) -> list[Comparison]:
        return [part for part in self.demands.parts() if isinstance(part, Comparison)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rulebook:
    """Criteria in force from `since` until `until`; another structure is another edition, another figure a dated block."""

    name: str
    label: str
    edition: str
    facts: Facts
    source: str
    standard: str
    gates: tuple[Gate, ...]
    since: date | None = None
    until: date | None = None
    applies: Condition | None = None
    score: Item | None = None
    passes: Condition | None = None
    """How the score counts; where nothing is said, it has to reach the parameter `pass`."""
    alerts: tuple[Gate, ...] = ()
    """What is worth knowing though it decides nothing: an on-site check to expect, figures that contradict each other."""
    score_label: str = "评价得分"
    score_cites: str = ""
    not_encoded: Mapping[str, str] = field(default_factory=dict)
    """Articles of the document that no criterion stands for, and why."""
    documents: tuple[str, ...] = ()
    """What is handed in with an application."""
    words: Mapping[State, str] = field(default_factory=dict)
    """What its verdicts are called where the usual word (可申报) is none: nobody applies for a patent of high value."""

    @property
    def edition_told(self) -> str:
        """Which edition it is, in words: 2016版."""
        return "本区版" if self.edition == "zone" else f"{self.edition}版"

    def says(self, state: State) -> str:
        """A verdict in its own words, else in the usual ones."""
        return self.words.get(state, state.verdict)

    @cached_property
    def criteria(self) -> tuple[Gate, ...]:
        """The gates, and the score as the last of them."""
        return (*self.gates, *([self.passing] if self.score is not None else []))

    @property
    def passing(self) -> Gate:
        assert self.score is not None
        return Gate(
            name="score",
            label=self.score_label,
            demands=self.passes or Earned(self.score, Param("pass")),
            cites=self.score_cites,
        )

    @cached_property
    def specs(self) -> dict[str, FactSpec]:
        """The facts that it reads, by name, in the order in which it asks for them."""
        found: dict[str, FactSpec] = {}
        for condition in self.conditions:
            for spec in condition.specs():
                found.setdefault(spec.name, spec)
        return found

    @property
    def conditions(self) -> list[Condition]:
        """All that it asks: whether it applies, its criteria, its alerts."""
        asked = [gate.demands for gate in (*self.criteria, *self.alerts)]
        return [self.applies, *asked] if self.applies is not None else asked

    def figures(self, *, as_of: date, is_official: bool = False) -> dict[str, parameters.Parameter]:
        """Its parameters in force on a day, the zone's own among them unless only the official ones are asked for.

        Raises Refusal where one has no block for that day.
        """
        found = parameters.in_force(self.standard, as_of=as_of, is_official=is_official)
        for name in self.asked:
            if name not in found:
                raise Refusal(
                    code="rulebook.parameter",
                    cause=f"“{self.label}”的参数“{name}”在{as_of}没有有效的数值。",
                    remedy=f"请在 standards/{self.standard}.toml 中补上该日起执行的数值和出处。",
                )
        return found

    @property
    def asked(self) -> list[str]:
        """The parameters that its criteria name."""
        return list(dict.fromkeys(name for condition in self.conditions for name in condition.parameters()))


def shelve(rulebook: Rulebook) -> Rulebook:
    """Make a rulebook known by its name; faults.every() tells editions that overlap or share a name."""
    editions = _SHELF.setdefault(rulebook.name, [])
    if rulebook not in editions:
        editions.append(rulebook)
        editions.sort(key=lambda one: one.since or date.min)
    return rulebook


def names() -> list[str]:
    """The names of all rulebooks."""
    return sorted(_SHELF)


def every() -> Iterator[Rulebook]:
    for name in names():
        yield from _SHELF[name]


def editions(name: str) -> list[Rulebook]:
    """The editions of a rulebook, earliest first."""
    return list(_SHELF.get(name, ()))


def at(name: str, *, as_of: date) -> Rulebook | None:
    """The edition in force on a day; None where there is none."""
    for one in reversed(_SHELF.get(name, ())):
        if (one.since is None or one.since <= as_of) and (one.until is None or as_of <= one.until):
            return one
    return None


def edition(name: str, *, as_of: date) -> Rulebook:
    """The edition of a rulebook in force on a day. Raises Refusal where there is none."""
    if name not in _SHELF:
        raise Refusal(
            code="rulebook.unknown",
            cause=f"没有名为“{name}”的标准。",
            remedy="现有的标准:" + "、".join(f"{one}({_SHELF[one][-1].label})" for one in names()) + "。",
        )
    found = at(name, as_of=as_of)
    if found is not None:
        return found
    first = _SHELF[name][0]
    raise Refusal(
        code="rulebook.edition",
        cause=f"“{first.label}”在{as_of}没有施行中的版本,最早的一版自{first.since}起施行。",
        remedy="请换一个日期。",
    )


def gate(name: str, demands: Condition, *, label: str, cites: str = "", note: str = "", remedy: str = "") -> Gate:
    """One criterion."""
    return Gate(name=name, label=label, demands=demands, cites=cites, note=note, remedy=remedy)
