"""惠企政策: what an enterprise can have and who can have it: conditions, benefit, window, documents, and who pays.

A policy's conditions are a rulebook, so that 可享政策 of one enterprise and 名单 of one policy come from the same judge. The
official ones lie in standards/policies.toml; a zone writes its own in policies.toml of its home (see policy_files).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from gongjian.ground.facts import FACTS
from gongjian.ground.facts_people import PROJECTS
from gongjian.ground.facts_policies import in_business
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks import deciding, keeping, reading
from gongjian.kernel.rulebooks.conditions import Condition, Flag
from gongjian.kernel.rulebooks.facts import Facts, FactSpec, Kind, plain
from gongjian.kernel.rulebooks.judging import Finding, Verdict, judge_one
from gongjian.kernel.rulebooks.models import Judgement, Override
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.windows import Window

SUBJECTS: dict[str, Facts] = {"enterprise": FACTS, "talent-project": PROJECTS}
"""Whom a policy can be for."""
APPLIES: dict[str, Condition] = {"enterprise": Flag(in_business)}
"""To whom it applies at all: nobody pays an enterprise that is closed."""
WORDS = {
    State.MET: "可享受",
    State.OPEN: "待评审",
    State.UNGRADED: "待认定",
    State.UNKNOWN: "缺数据",
    State.UNMET: "不符合",
    State.NOT_APPLICABLE: "不适用",
}
"""What a verdict by a policy is called."""
ORDER = (State.MET, State.OPEN, State.UNGRADED, State.UNKNOWN, State.UNMET)


@dataclass(frozen=True, kw_only=True)
class Benefit:
    """What is given: in words, and where it is money, an amount in 万元 or a share of a fact (both with a cap)."""

    words: str
    amount: Fraction | None = None
    share: Fraction | None = None
    of: FactSpec | None = None
    cap: Fraction | None = None
    payer: str = ""

    @property
    def told(self) -> str:
        """The figures in words; empty where there are none."""
        parts = []
        if self.share is not None and self.of is not None:
            parts.append(f"按{self.of.label}的{plain(self.share * 100)}%")
        if self.amount is not None:
            parts.append(f"{plain(self.amount)}万元")
        if self.cap is not None:
            parts.append(f"最高{plain(self.cap)}万元")
        return ",".join(parts)

    def estimate(self, facts: Mapping[str, int | None]) -> Fraction | None:
        """What one subject would be given, in 万元; None where it is not money, not set, or its basis is missing."""
        if self.share is not None and self.of is not None:
            basis = facts.get(self.of.name)
            if basis is None:
                return None
            given = max(Fraction(0), self.share * Fraction(basis, self.of.kind.scale))
        elif self.amount is not None:
            given = self.amount
        else:
            return None
        return given if self.cap is None else min(given, self.cap)


@dataclass(frozen=True, kw_only=True, eq=False)
class Policy:
    """One policy in force: its rulebook (conditions), what it gives, who issued it, when and with what to apply."""

    name: str
    label: str
    rulebook: Rulebook
    benefit: Benefit
    document: str
    article: str = ""
    since: date | None = None
    until: date | None = None
    confidence: str = "sourced"
    is_official: bool = False
    """Whether it comes with the system (with its source), not from the zone."""
    is_synthetic: bool = False
    """Whether it is invented, for the demo zone."""
    is_automatic: bool = False
    """免申即享: the office finds those who are entitled; nobody has to apply."""
    windows: tuple[Window, ...] = ()
    note: str = ""

    @property
    def subject(self) -> str:
        """The register whose rows it is for."""
        return self.rulebook.facts.subject

    @property
    def documents(self) -> tuple[str, ...]:
        """What is handed in."""
        return self.rulebook.documents

    def is_in_force(self, *, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)

    def window(self, *, on: date) -> Window | None:
        """The window that is open or the next one; None where none is known (any day, or not set)."""
        found = [on_year(one, on.year + later) for one in self.windows for later in (0, 1)]
        ahead = [one for one in found if one is not None and one.closes is not None and one.closes >= on]
        return min(ahead, key=lambda one: one.closes or on) if ahead else None


def on_year(window: Window, year: int) -> Window | None:
    """A window in a year: a yearly one (year 0) moved there, a dated one only in its own."""
    if window.year:
        return window if window.year == year else None
    assert window.closes is not None
    opens = _moved(window.opens, year) if window.opens else None
    return replace(window, year=year, opens=opens, closes=_moved(window.closes, year))


def _moved(day: date, year: int) -> date:
    return date(year, day.month, 28 if (day.month, day.day) == (2, 29) and year % 4 else day.day)


@dataclass(frozen=True, kw_only=True)
class Match:
    """One policy for one enterprise: the verdict, what it would be given, and the window."""

    policy: Policy
    verdict: Verdict
    amount: Fraction | None
    window: Window | None

    @property
    def words(self) -> str:
        """可享受, 不符合..."""
        return WORDS[self.verdict.state]

    @property
    def decided(self) -> list[Finding]:
        """The conditions that an officer has decided otherwise."""
        return [one for one in self.verdict.findings if one.decision is not None]


def every(*, as_of: date) -> list[Policy]:
    """The policies in force on a day, the zone's first, by name."""
    from gongjian.drives.innovation import policy_files  # reads files into the nouns of this module

    found = [one for one in policy_files.read().policies if one.is_in_force(on=as_of)]
    return sorted(found, key=lambda one: (one.is_official, one.name))


def find(name: str, *, as_of: date) -> Policy:
    """The policy of that name in force on a day. Raises Refusal where there is none."""
    known = every(as_of=as_of)
    found = next((one for one in known if one.name == name), None)
    if found is None:
        names = "、".join(one.name for one in known) or "无"
        raise Refusal("policy.unknown", f"{as_of}没有名为“{name}”的有效政策", f"现有的政策:{names}")
    return found


def of(entry: Any, as_of: date) -> list[Match]:
    """Every policy for one enterprise, worked out exactly from its rows as they are now; what it can have comes first."""
    policies = [one for one in every(as_of=as_of) if one.subject == entry.register.name]
    if not policies:
        return []
    (facts,) = keeping.facts_of([one.rulebook for one in policies], as_of=as_of, ids=[entry.pk]).to_dicts()
    known = keeping.overrides(as_of=as_of, ids=[entry.pk])
    found = [_match(one, facts, known.get((one.rulebook.name, entry.pk), {}), as_of) for one in policies]
    last = {State.NOT_APPLICABLE: len(State)}
    return sorted(found, key=lambda one: (last.get(one.verdict.state, int(one.verdict.state)), one.policy.name))


def match(policy: Policy, entry: Any, *, as_of: date) -> Match:
    """One policy for one subject, worked out exactly from its rows as they are now."""
    (facts,) = keeping.facts_of([policy.rulebook], as_of=as_of, ids=[entry.pk]).to_dicts()
    known = deciding.in_force(policy.rulebook, as_of=as_of, ids=[entry.pk])
    return _match(policy, facts, known.get(entry.pk, {}), as_of)


def decisions(policy: Policy, *, as_of: date, ids: Collection[int] | None = None) -> dict[int, list[Override]]:
    """The officers' decisions (人工认定) in force on a day on the policy's conditions as they are worded now, by subject."""
    worded = {gate.name: place for place, gate in enumerate(policy.rulebook.criteria)}
    found: dict[int, list[Override]] = {}
    for entry, made in deciding.in_force(policy.rulebook, as_of=as_of, ids=ids).items():
        if held := [one for key, one in made.items() if key in worded]:
            found[entry] = sorted(held, key=lambda one: worded[one.criterion])
    return found


def told(policy: Policy, decision: Override) -> str:
    """A decision in a line: 2024年营业收入≥2,000万元:认定为“符合”(周敏 2025-06-30,有效期至2025-12-31)。理由……"""
    gate = next(one for one in policy.rulebook.criteria if one.name == decision.criterion)
    made = f"{decision.by.name} {timezone.localdate(decision.at)},有效期至{decision.expires_on}"
    return f"{gate.label}:认定为“{State(decision.state).label}”({made})。理由:{decision.reason}"


def _match(policy: Policy, facts: Mapping[str, int | None], decided: Mapping[str, Override], as_of: date) -> Match:
    own = {name: facts[name] for name in policy.rulebook.specs}
    verdict = judge_one(policy.rulebook, own, as_of=as_of, decided=decided)
    return Match(policy=policy, verdict=verdict, amount=policy.benefit.estimate(own), window=policy.window(on=as_of))


def refresh(policy: Policy, *, as_of: date, at: datetime, most: int | None = None) -> int:
    """Bring a policy's kept verdicts up to date; all of them anew where its conditions have been rewritten.

    With `most`, more subjects than that are left to the background worker (see keeping.refresh).
    """
    book = policy.rulebook
    kept = reading.current(book).order_by("state", "effort").values_list("edition", flat=True).first()
    is_rewritten = kept is not None and kept != book.edition  # all current verdicts are of one edition
    return keeping.refresh(book, as_of=as_of, at=at, anew=is_rewritten, most=most)


def refresh_all(*, as_of: date, at: datetime) -> dict[str, int]:
    """`refresh` every policy in force; for the background worker."""
    return {one.name: refresh(one, as_of=as_of, at=at) for one in every(as_of=as_of)}


def judged(policy: Policy, *, by: Officer, as_of: date, at: datetime, most: int | None = None) -> QuerySet[Judgement]:
    """The verdicts on the rows that `by` may read, brought up to date: 名单 are those with state MET."""
    register = REGISTERS[policy.subject]
    rows = access.visible(register=register, by=by, rows=register.model._default_manager.all())
    refresh(policy, as_of=as_of, at=at, most=most)
    return reading.current(policy.rulebook).filter(entry__in=rows.order_by().values("id"))


def money_of(spec: FactSpec) -> bool:
    """Whether a benefit can be a share of this fact."""
    return spec.kind is Kind.MONEY
