"""Rows of one key that both merged rows have, as blocks of the page: keep ours, take theirs, or join field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest

from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.carrying import Way
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.merging import Decision
from gongjian.kernel.registers.references import Key, Pair, Plan
from gongjian.surfaces.web.registers import choices, purpose
from gongjian.surfaces.web.registers.choices import SIDES, Choice

WAYS = {way.value: way for way in Way}
LABELS = {"keep": "取保留一方的", "drop": "取并入一方的", "both": "逐项合并"}


@dataclass(kw_only=True)
class Block:
    """Two rows of one key, and what becomes of them; without `is_readable` the officer is shown no value."""

    pair: Pair
    way: str = Way.BOTH.value
    is_readable: bool = True
    is_changed: bool = False
    """Whether it was decided otherwise than proposed."""
    choices: list[Choice] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        """What the names of its items in the form begin with."""
        return prefix_of(self.pair)

    @property
    def sides(self) -> list[Choice]:
        """The fields in which both say something."""
        return [one for one in self.choices if "—" not in (one.mine, one.theirs)]

    @property
    def one_sided(self) -> list[Choice]:
        """The fields that only one of the rows fills in."""
        return [one for one in self.choices if "—" in (one.mine, one.theirs)]


def prefix_of(pair: Pair) -> str:
    """What the names of a pair's items in the form begin with."""
    return "-".join(map(str, pair.key)) + "-"


def blocks(*, request: HttpRequest, plan: Plan, by: Officer, typed: Mapping[str, str] | None) -> list[Block]:
    """The pairs to be decided upon, each after the one it hangs on; asks for a purpose where one is sensitive."""
    found = []
    for pair in plan.clashes:
        register = pair.register
        if not access.sees_all(rows=(pair.keep, pair.drop), by=by):
            found.append(Block(pair=pair, is_readable=False))
            continue
        sight = Sight(register=register, by=by, purpose=purpose.must(request, register))
        proposed = choices.of_clash(pair=pair, sight=sight, prefix=prefix_of(pair), typed=None)
        block = Block(pair=pair, choices=proposed)
        if typed is not None:
            block.choices = choices.of_clash(pair=pair, sight=sight, prefix=block.prefix, typed=typed)
            sent = typed.get(f"{block.prefix}way", "")
            block.way = sent if sent in WAYS else block.way
            was, now = ([one.chosen for one in each] for each in (proposed, block.choices))
            block.is_changed = block.way != Way.BOTH.value or was != now
        found.append(block)
    return found


def decisions(*, blocks: list[Block], typed: Mapping[str, str]) -> dict[Key, Decision]:
    """What was decided, as `merge` takes it; a pair that the page did not show has no decision."""
    found = {}
    for block in blocks:
        revisions = [typed.get(f"{block.prefix}{side}_revision", "") for side in ("keep", "drop")]
        if not all(one.isdecimal() and len(one) < 10 for one in revisions):
            continue
        found[block.pair.key] = Decision(
            way=WAYS[block.way],
            values={one.name: SIDES[one.chosen] for one in block.choices},
            revisions=(int(revisions[0]), int(revisions[1])),
        )
    return found
