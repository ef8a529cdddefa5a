"""Reading kept verdicts: how many come to what, at which gate they fall, who is nearest, who crossed the line and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.rulebooks.facts import FactSpec
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.rulebook import Gate, Rulebook
from gongjian.kernel.rulebooks.states import State

CHUNK = 5_000


@dataclass(frozen=True, kw_only=True)
class Fall:
    """One gate of the funnel: how many came to it, and what it came to for them."""

    gate: Gate
    came: int
    states: dict[State, int]

    @property
    def passed(self) -> int:
        """How many it does not hold back for certain."""
        return self.came - self.states.get(State.UNMET, 0)


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """A verdict that became another: from what to what, when, which criteria turned, and which facts changed."""

    now: Judgement
    before: State | None
    turned: tuple[tuple[str, State, State], ...]
    changed: tuple[tuple[FactSpec, int | None, int | None], ...]


def current(book: Rulebook, *, ids: Collection[int] | None = None) -> QuerySet[Judgement]:
    """The verdicts in force (of `ids`)."""
    found = Judgement.objects.filter(rulebook=book.name, until=None)
    return found if ids is None else found.filter(entry__in=listed(ids))


def of_entry(entry: int) -> list[Judgement]:
    """The verdicts in force on one subject, by all rulebooks of which it has been a subject of this number."""
    return list(Judgement.objects.filter(entry=entry, until=None))


def as_known(book: Rulebook, entry: int, *, at: datetime) -> Judgement | None:
    """The verdict on one subject that was in force at a past moment; None where there was none yet."""
    found = Judgement.objects.filter(rulebook=book.name, entry=entry, since__lte=at)
    return found.filter(Q(until=None) | Q(until__gt=at)).first()


def history(book: Rulebook, entry: int, *, most: int = 50) -> list[Crossing]:
    """Every verdict on one subject, the latest first, each beside the one before it; the first has none before it."""
    rows = list(Judgement.objects.filter(rulebook=book.name, entry=entry).order_by("-since", "-id")[: most + 1])
    pairs = zip(rows, [*rows[1:], None], strict=True)
    return [_crossing(book, row, old) for row, old in pairs][:most]


def distribution(found: QuerySet[Judgement]) -> dict[State, int]:
    """How many subjects come to each verdict, from ready to not met."""
    counts = dict(found.order_by().values_list("state").annotate(n=Count("id")))
    return {state: counts.get(state.value, 0) for state in State}


def funnel(book: Rulebook, found: QuerySet[Judgement]) -> list[Fall]:
    """The gates in the document's order: of those that no earlier gate holds back, how many come to what."""
    names = [gate.name for gate in book.criteria]
    came = [0] * len(names)
    states: list[dict[State, int]] = [{} for _ in names]
    alike = found.exclude(state=State.NOT_APPLICABLE).order_by().values_list("criteria").annotate(n=Count("id"))
    for criteria, n in alike.iterator(CHUNK):  # few combinations, however many subjects
        for place, name in enumerate(names):
            state = State(criteria.get(name, State.UNKNOWN))
            came[place] += n
            states[place][state] = states[place].get(state, 0) + n
            if state is State.UNMET:
                break
    return [Fall(gate=gate, came=came[place], states=states[place]) for place, gate in enumerate(book.criteria)]


def nearest(found: QuerySet[Judgement], *, most: int = 50) -> list[Judgement]:
    """The misses that need least to be met, the easiest first."""
    return list(found.filter(state=State.UNMET).order_by("effort", "entry")[:most])


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What verdicts say about a target: so many for certain, so many at most, and who is nearest of those not certain."""

    target: int | None
    done: int
    """Already filed: they count whatever their verdict is now."""
    counts: dict[State, int]
    nearest: list[Judgement]

    @property
    def sure(self) -> int:
        """Filed, or ready to be."""
        return self.done + self.counts[State.MET]

    @property
    def upper(self) -> int:
        """Also those who depend on the reviewers, on a diagnosis or on missing data."""
        return self.sure + sum(self.counts[state] for state in (State.OPEN, State.UNGRADED, State.UNKNOWN))

    @property
    def shortfall(self) -> int | None:
        """How many are missing from the target for certain; None without a target."""
        return None if self.target is None else max(0, self.target - self.sure)


def expected(
    book: Rulebook,
    *,
    target: int | None = None,
    done: Collection[int] = (),
    within: QuerySet[Judgement] | None = None,
    most: int = 50,
) -> Expected:
    """预计数 from the verdicts (of those `within`; default: all in force); `done` are the subjects that have filed."""
    rest = current(book) if within is None else within
    if done:
        rest = rest.exclude(entry__in=listed(done))
    near = rest.exclude(state__in=[State.MET, State.NOT_APPLICABLE]).order_by("state", "effort", "-least", "entry")
    return Expected(target=target, done=len(set(done)), counts=distribution(rest), nearest=list(near[:most]))


def crossed(
    book: Rulebook, *, since: datetime, most: int = 200, within: QuerySet[Judgement] | None = None
) -> list[Crossing]:
    """Whose verdict (of those `within`) is another than at a past moment, the latest first, and why."""
    before = Judgement.objects.filter(rulebook=book.name, entry=OuterRef("entry"), since__lte=since)
    before = before.filter(Q(until=None) | Q(until__gt=since))
    now = current(book) if within is None else within
    fresh = now.filter(since__gt=since).annotate(before_id=Subquery(before.values("id")[:1]))
    rows = list(fresh.order_by("-since", "entry")[: most * 5])
    old = Judgement.objects.in_bulk([row.before_id for row in rows if row.before_id is not None])
    crossings = [_crossing(book, row, old.get(row.before_id)) for row in rows]
    return [one for one in crossings if one.before != one.now.state][:most]


def _crossing(book: Rulebook, row: Judgement, old: Judgement | None) -> Crossing:
    if old is None:
        return Crossing(now=row, before=None, turned=(), changed=())
    turned = tuple(
        (name, State(old.criteria[name]), State(code))
        for name, code in row.criteria.items()
        if name in old.criteria and old.criteria[name] != code
    )
    facts: dict[str, Any] = {**old.facts, **row.facts}
    changed = tuple(
        (book.facts[name], old.facts.get(name), row.facts.get(name))
        for name in facts
        if name in book.facts.specs and not book.facts[name].given and old.facts.get(name) != row.facts.get(name)
    )
    return Crossing(now=row, before=State(old.state), turned=turned, changed=changed)
