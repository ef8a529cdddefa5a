"""标准判定 as columns: of every register whose rows rulebooks judge, a list shows and filters by each one's kept verdict."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q, QuerySet

from gongjian.kernel.registers import derived
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.derived import Derived, Value
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.rulebooks import families, rulebook
from gongjian.kernel.rulebooks.models import Judgement, Override
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State

PREFIX = "verdict_"
ORDER = (State.MET, State.OPEN, State.UNGRADED, State.UNKNOWN, State.UNMET, State.NOT_APPLICABLE)
TONES = {State.MET: "ok", State.OPEN: "go", State.UNGRADED: "warn", State.UNMET: "bad"}


def offered(register: str) -> Mapping[str, Derived]:
    """A column for each rulebook about this register's rows, by family; none where they are people or sensitive."""
    return _offered(register, tuple(rulebook.names()))


@lru_cache(maxsize=256)
def _offered(register: str, names: tuple[str, ...]) -> Mapping[str, Derived]:
    if register not in REGISTERS or REGISTERS[register].sensitive:
        return {}
    last = [rulebook.editions(name)[-1] for name in names]
    mine = [one for one in last if one.facts.subject == register and not one.facts.personal]
    return {name_of(one.name): _column(one) for one in sorted(mine, key=lambda one: families.placed(one.name))}


def name_of(book: str) -> str:
    """The column of a rulebook, as addresses and saved views name it: verdict_high_tech."""
    return PREFIX + book.replace("-", "_")


def decided(book: str, ids: Collection[int], *, on: date, known_at: datetime | None = None) -> set[int]:
    """Of some subjects, those on which a decision (人工认定) by this rulebook is in force on a day, as known at a moment."""
    found = Override.objects.filter(rulebook=book, entry__in=listed(ids), expires_on__gte=on)
    if known_at is None:
        found = found.filter(withdrawn_at=None)
    else:
        found = found.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=known_at), at__lte=known_at)
    return set(found.values_list("entry", flat=True))


def _column(one: Rulebook) -> Derived:
    book = one.name

    def rows(known_at: datetime | None) -> QuerySet[Judgement]:
        if known_at is None:
            return Judgement.objects.filter(rulebook=book, until=None)
        return Judgement.objects.filter(Q(until=None) | Q(until__gt=known_at), rulebook=book, since__lte=known_at)

    return Derived(
        name=name_of(book),
        label=f"{one.label}判定",
        group=families.title_of(book),
        values={
            state.word: Value(code=state.value, label=one.says(state), tone=TONES.get(state, "")) for state in ORDER
        },
        rows=rows,
        number="entry",
        code="state",
        decided=lambda ids, on, known_at: decided(book, ids, on=on, known_at=known_at),
    )


derived.SOURCES.append(offered)
