"""Offers: the row of another register that ought to follow from a row's stage, or the one left behind by a withdrawn stage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import REGISTERS, Register, registers
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.numbers import listed


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One thing to do in another register: a new row that starts with `values`, or the row `pk` to look at."""

    says: str
    register: str
    values: Mapping[str, str] = field(default_factory=dict)
    """By field of the new row, as a form holds them."""
    pk: int | None = None


def offering(*, by: Officer) -> list[Register]:
    """The registers whose rows may offer something, of those that `by` may write, by label."""
    found = [one for one in registers() if one.model.offers_at and not one.sensitive]
    return sorted((one for one in found if _may_write(one, by)), key=lambda one: one.label)


def outstanding(*, register: Register, by: Officer, on: date) -> Iterator[tuple[Any, Offer]]:
    """What the rows of a register that `by` may change offer on a day, in the register's order; nothing that `by` may not do.

    The rows, what they read and their moves are asked for at once, however many there are.
    """
    assert register.stage_field is not None
    stages = register.model.offers_at
    moves: dict[int, list[StageMove]] = defaultdict(list)
    made = StageMove.objects.filter(register=register.name, stage__in=stages)
    for one in made.order_by("happened_on", "id"):
        moves[one.entry_id].append(one)
    withdrawn = [pk for pk, some in moves.items() if any(one.withdrawn_at is not None for one in some)]
    rows = access.visible(register=register, by=by, rows=register.model._default_manager.all())
    rows = policy.visible(by=by, rows=rows, scope="unit") if _may_write(register, by) else rows.none()
    rows = rows.filter(Q(**{f"{register.stage_field.name}__in": stages}) | Q(id__in=listed(withdrawn)))
    relations = [f.name for f in register.model._meta.concrete_fields if f.is_relation]
    rows = rows.select_related(*relations).prefetch_related(*register.model.offers_read).order_by(*register.sort, "id")
    for row in rows:
        for offer in row.offers(moves=moves[row.pk], on=on):
            if _may_write(REGISTERS[offer.register], by):
                yield row, offer


def _may_write(register: Register, by: Officer) -> bool:
    return access.may(register=register, by=by, verb="register.write")
