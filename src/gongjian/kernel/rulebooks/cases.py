"""Worked cases: the examples of a rulebook, written beside its figures in standards/*.toml and held against both judges.

A case gives facts as people write them and says what must come out: a criterion's state (`rd_share = "met"`), an item's
points (`conversion = [19, 24]`), the whole score, the verdict; and gaps in their own unit (`"tech_staff.1" = "2"`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gongjian.kernel import standards
from gongjian.kernel.rulebooks import parameters
from gongjian.kernel.rulebooks.facts import plain
from gongjian.kernel.rulebooks.judging import Verdict, judge_one
from gongjian.kernel.rulebooks.rulebook import Rulebook, edition
from gongjian.kernel.rulebooks.states import State


@dataclass(frozen=True, kw_only=True)
class Case:
    """One worked case."""

    id: str
    says: str
    rulebook: Rulebook
    as_of: date
    facts: Mapping[str, Any]
    expect: Mapping[str, Any]
    gaps: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    """Figures that take the place of the standard's: what a zone has to set itself."""

    def numbers(self) -> dict[str, int | None]:
        """Its facts in smallest units; the day of filing is the case's day where it gives none."""
        given = {"filing_on": self.as_of} if "filing_on" in self.rulebook.specs else {}
        return self.rulebook.facts.read(given | dict(self.facts))

    def faults(self) -> list[str]:
        """In what the exact judge differs from what is expected; empty where it does not."""
        figures = self.rulebook.figures(as_of=self.as_of, is_official=True)
        figures |= {name: figures[name].at(parameters.number(value)) for name, value in self.figures.items()}
        verdict = judge_one(self.rulebook, self.numbers(), as_of=self.as_of, figures=figures)
        found = [
            f"{self.id}: {name} is {told!r}, expected {wanted!r}"
            for name, wanted in self.expect.items()
            if (told := _told(verdict, name, wanted)) != wanted
        ]
        gaps = {gap.name: plain(gap.amount) for finding in verdict.findings for gap in finding.gaps}
        gaps |= {one.item.name: plain(one.gap.amount) for one in verdict.items if one.gap is not None}
        return found + [
            f"{self.id}: the gap {name} is {gaps.get(name, 'none')!r}, expected {wanted!r}"
            for name, wanted in self.gaps.items()
            if gaps.get(name, "none") != wanted.replace(",", "") and gaps.get(name, "none") != wanted
        ]


def of(rulebook: Rulebook) -> list[Case]:
    """The worked cases of one edition: those whose `edition` is this one, or that name none."""
    data = standards.standard(rulebook.standard)
    usual = data.get("case_facts", {})
    found = []
    for case in data.get("cases", ()):
        as_of = case.get("as_of", data.get("case_day", date(2026, 11, 22)))
        if case.get("edition", edition(case.get("rulebook", rulebook.name), as_of=as_of).edition) != rulebook.edition:
            continue
        if case.get("rulebook", rulebook.name) != rulebook.name:
            continue
        found.append(
            Case(
                id=case["id"],
                says=case["says"],
                rulebook=rulebook,
                as_of=as_of,
                facts={name: value for name, value in usual.items() if name in rulebook.specs} | case["facts"],
                expect=case["expect"],
                gaps=case.get("gaps", {}),
                figures=case.get("figures", {}),
            )
        )
    return found


def _told(verdict: Verdict, name: str, wanted: Any) -> Any:
    if name == "verdict":
        return verdict.state.word
    if name == "score" and not isinstance(wanted, str):
        return list(verdict.score or ())
    for one in verdict.items:
        if one.item.name == name:
            return [one.least, one.most]
    for finding in verdict.findings:
        if finding.gate.name == name:
            return State(finding.state).name.lower()
    for finding in verdict.alerts:
        if f"alert.{finding.gate.name}" == name:
            return State(finding.state).name.lower()
    return f"no criterion or item named {name}"
