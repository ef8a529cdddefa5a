"""Columns that a register does not keep itself: what another part of the house has worked out of each row, and keeps.

A list shows such a column and filters by it (a rulebook's verdict on each enterprise, say); no form has it, no sheet brings
it in, nothing is sorted by it. Whoever offers some appends to SOURCES what gives them; registers know no more about them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet

from gongjian.kernel.registers.numbers import listed

NAMED_MOST = 5_000
"""Up to so many rows that a value fits are named by number."""
GATHERED_MOST = 50_000
"""Up to so many are gathered before the register's rows are looked at; of more, each row of the register is looked up."""
DECIDED = "+"
"""What is put behind a value that stands on an officer's decision."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value: what the keeping table holds for it, what it is called, and its colour (ok, go, warn, bad or none)."""

    code: Any
    label: str
    tone: str = ""


class Derived(CharField):
    """A column of values that lie elsewhere, as a list knows it; its `name` stands in addresses and saved views.

    - `group` is the title under which a list offers it;
    - `rows` gives the kept values, those of today or those known at a moment: in each `number` is the row's number (one
      line a row at most) and `code` what it came to;
    - `decided` gives, of some rows, those whose value stands on an officer's decision in force on a day, as known then.
    """

    def __init__(
        self,
        *,
        name: str,
        label: str,
        group: str = "",
        values: Mapping[str, Value],
        rows: Callable[[datetime | None], QuerySet[Any]],
        number: str,
        code: str,
        decided: Callable[[Collection[int], date, datetime | None], Collection[int]],
    ) -> None:
        self.group = group
        self.values, self.rows, self.number, self.code, self.decided = dict(values), rows, number, code, decided
        said = [(key, one.label) for key, one in values.items()]
        said += [(key + DECIDED, f"{one.label}(人工认定)") for key, one in values.items()]
        super().__init__(label, choices=said, max_length=40, blank=True)
        self.set_attributes_from_name(name)

    def tone(self, value: str) -> str | None:
        """The colour of a value; None where there is no value."""
        return self.values[value.removesuffix(DECIDED)].tone if value else None

    def fitting(
        self, keys: Collection[str], *, known_at: datetime | None, blank: bool = False, is_walked: bool = False
    ) -> Q:
        """The rows with one of these values (`blank`: or with none), as a condition on a row's `id`.

        Where the register is walked along an order (`is_walked`) and many fit, each row that is met is looked up.
        """
        condition = Q()
        if blank:
            condition |= ~Q(Exists(self.rows(known_at).filter(**{self.number: OuterRef("id")})))
        if keys:
            codes = [self.values[key].code for key in keys]
            found = self.rows(known_at).filter(**{f"{self.code}__in": codes}).order_by()
            n = found.values(self.number)[: GATHERED_MOST + 1].count()
            if n <= NAMED_MOST:
                condition |= Q(id__in=listed(found.values_list(self.number, flat=True)))
            elif n <= GATHERED_MOST and not is_walked:
                condition |= Q(id__in=found.values(self.number))
            else:
                condition |= Q(Exists(found.filter(**{self.number: OuterRef("id")})))
        return condition

    def counts(self, found: QuerySet[Any], *, known_at: datetime | None) -> dict[str, int]:
        """How many of the register's rows `found` have each value; one that none has is left out."""
        kept = self.rows(known_at).filter(**{f"{self.number}__in": found.order_by().values("id")})
        by_code = dict(kept.order_by().values_list(self.code).annotate(n=Count("pk")))
        return {key: by_code[one.code] for key, one in self.values.items() if one.code in by_code}

    def told(self, ids: Collection[int], *, on: date, known_at: datetime | None = None) -> dict[int, str]:
        """The value of each of these rows by number; those without one are left out."""
        keys = {one.code: key for key, one in self.values.items()}
        kept = self.rows(known_at).filter(**{f"{self.number}__in": listed(ids)})
        decided = self.decided(ids, on, known_at)
        return {
            pk: keys[code] + (DECIDED if pk in decided else "")
            for pk, code in kept.order_by().values_list(self.number, self.code)
        }


SOURCES: list[Callable[[str], Mapping[str, Derived]]] = []
"""What is offered to a register, by its name, as columns by theirs; asked many times for one page, so it is kept ready."""


def of(register: str) -> dict[str, Derived]:
    """The columns that a register is offered, by name, in the order in which a list offers them."""
    found: dict[str, Derived] = {}
    for source in SOURCES:
        found |= source(register)
    return found


def fill(
    *, register: str, names: Iterable[str], rows: Sequence[Any], on: date, known_at: datetime | None = None
) -> None:
    """Put the values of those columns among `names` that are derived onto the rows of a page, where a field would be."""
    offered = of(register)
    ids = [row.id for row in rows]
    for name in names:
        if (own := offered.get(name)) is not None and ids:
            told = own.told(ids, on=on, known_at=known_at)
            for row in rows:
                setattr(row, name, told.get(row.id, ""))
