"""What points at a row that is merged into another: what moves over, and which rows under one key become one as well.

Both enterprises of a pair may have an annual return for 2024, of which there can be one only: those two become one too,
and so on with what points at them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers import access, carrying
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.pointing import pointers, pointing_at
from gongjian.kernel.registers.values import same

Key = tuple[str, int, int]
"""A pair by name: register, number of the kept row, number of the dropped one."""


@dataclass(kw_only=True, eq=False)
class Pair:
    """Two rows of one register that become one, `drop` going into `keep`.

    `differing` names the fields in which they say different things, `ways` are their standing stage moves. `above` is
    the pair for whose sake they cannot stand beside each other, None for the two that the officer chose.
    """

    keep: Any
    drop: Any
    above: Pair | None = None
    differing: tuple[str, ...] = ()
    ways: tuple[list[StageMove], list[StageMove]] = ([], [])

    @property
    def register(self) -> Register:
        """The register of both."""
        found: Register = self.keep.register
        return found

    @property
    def key(self) -> Key:
        """Its name."""
        return self.register.name, self.keep.pk, self.drop.pk

    @property
    def depth(self) -> int:
        """How many pairs it hangs on."""
        return 0 if self.above is None else self.above.depth + 1

    @property
    def has_two_ways(self) -> bool:
        """Whether they went through their stages differently."""
        ours, theirs = ([(m.stage, m.happened_on) for m in way] for way in self.ways)
        return ours != theirs

    @property
    def asks(self) -> bool:
        """Whether somebody has to say which of the two is right."""
        return bool(self.differing) or self.has_two_ways


@dataclass(kw_only=True)
class Plan:
    """All that a merge changes: `pairs`, the chosen one first and each after the one it hangs on, and by register the
    rows that are `moved` from a dropped row to the kept one."""

    pairs: list[Pair] = field(default_factory=list)
    moved: dict[str, list[Any]] = field(default_factory=dict)
    pointing: dict[Any, list[Any]] = field(default_factory=dict)
    """By model the foreign keys that may point at dropped rows."""
    into: dict[tuple[Any, int], Any] = field(default_factory=dict)
    """(model, number of a dropped row) -> the row that it goes into."""

    @property
    def clashes(self) -> list[Pair]:
        """The pairs that nobody chose and that somebody has to decide upon."""
        return [pair for pair in self.pairs[1:] if pair.asks]

    @property
    def equal(self) -> list[Pair]:
        """The pairs of which both say the same."""
        return [pair for pair in self.pairs[1:] if not pair.asks]

    def settled(self, f: Any, value: Any) -> Any:
        """A foreign key's value (the number that it stores) after the merge."""
        while f.is_relation and (row := self.into.get((f.related_model, value))) is not None:
            value = row.pk
        return value


def planned(*, keep: Any, drop: Any, locks: bool = False) -> Plan:
    """What merging `drop` into `keep` changes; with `locks` all rows concerned are locked.

    Refused where something that is no register points at one of the dropped rows.
    """
    planning = _Planning(locks)
    todo = [Pair(keep=keep, drop=drop)]
    while todo:
        for pair in todo:
            planning.add(pair)
        todo = list(planning.clashes())
    return planning.done()


def counts(*, model: Any, ids: Iterable[int]) -> Counter[int]:
    """How many rows point at each of the rows numbered `ids`."""
    return Counter(target for _, _, target in pointing_at(model=model, ids=ids))


def require_own(*, plan: Plan, by: Officer) -> None:
    """Refuse where `by` may not write what would have to change."""
    if foreign := others(plan=plan, by=by):
        what = "、".join(f"{label} {n} 行" for label, n in foreign.items())
        raise Refusal("merge.others", f"引用“并入”一方的还有其他单位的记录:{what}", "您不能改动它们,请由督查室合并")


def others(*, plan: Plan, by: Officer) -> dict[str, int]:
    """The rows besides the chosen two that would change and that `by` may not write, counted by register."""
    mine = policy.subtree(by.unit) if by.role == Role.UNIT_OFFICER else None
    rows = [row for pair in plan.pairs[1:] for row in (pair.keep, pair.drop)]
    left: Counter[str] = Counter()
    for row in [*(row for moved in plan.moved.values() for row in moved), *rows]:
        may = access.may(register=row.register, by=by, verb="register.write")
        left[row.register.label] += not may or (mine is not None and row.unit_id not in mine)
    return {label: n for label, n in sorted(left.items()) if n}


class _Planning:
    """Reads what points at each pair and finds what then stands under one key, until nothing more is found."""

    def __init__(self, locks: bool) -> None:
        self.locks = locks
        self.plan = Plan()
        self.ours: dict[Any, dict[int, Any]] = {}
        self.theirs: dict[Any, dict[int, Any]] = {}
        self.because: dict[tuple[Any, int], Pair] = {}
        """For whose sake a row has to point elsewhere."""

    def add(self, pair: Pair) -> None:
        self.plan.pairs.append(pair)
        self.plan.into[type(pair.drop), pair.drop.pk] = pair.keep
        for f in pointers(type(pair.drop)):
            theirs = self._rows(f, pair.drop)
            if theirs and not hasattr(f.model, "register"):
                cause = f"“{f.model._meta.verbose_name}”里有{len(theirs)}条内容引用“{pair.drop}”"
                raise Refusal("merge.foreign", cause, "请先改正这些内容,再来合并")
            if theirs:
                fields = self.plan.pointing.setdefault(f.model, [])
                fields += [f] if f not in fields else []
                self.theirs.setdefault(f.model, {}).update(theirs)
                self.ours.setdefault(f.model, {}).update(self._rows(f, pair.keep))
                self.because |= dict.fromkeys(((f.model, pk) for pk in theirs), pair)

    def clashes(self) -> Iterator[Pair]:
        """Rows that would stand under the key of another one: the row of the kept side stays."""
        for model, theirs in list(self.theirs.items()):
            uniques = _uniques(model, self.plan.pointing[model])
            seen: dict[tuple[int, tuple[Any, ...]], Any] = {}
            kept = {pair.keep.pk for pair in self.plan.pairs if type(pair.keep) is model}
            rows = [row for pk, row in (self.ours[model] | theirs).items() if (model, pk) not in self.plan.into]
            for row in sorted(rows, key=lambda one: (one.pk not in kept, one.pk in theirs)):
                keys = [(n, self._key(row, fields)) for n, fields in enumerate(uniques)]
                told = [key for key in keys if None not in key[1]]
                twin = next((seen[key] for key in told if key in seen), None)
                if twin is None:
                    seen |= dict.fromkeys(told, row)
                elif row.pk in kept:
                    cause = f"“{row.register.label}”里有两处以上的记录互相重复,分不清谁并入谁"
                    raise Refusal("merge.tangled", cause, "请先合并这些记录,再来合并")
                else:
                    self.plan.into[model, row.pk] = twin
                    yield Pair(keep=twin, drop=row, above=self.because[model, row.pk])

    def done(self) -> Plan:
        for pair in self.plan.pairs:
            if pair.register.stage_field is not None:
                ours, theirs = (carrying.standing(register=pair.register, pk=row.pk) for row in (pair.keep, pair.drop))
                pair.ways = ours, theirs
            pair.differing = tuple(self._differing(pair))
        kept = {(type(pair.keep), pair.keep.pk) for pair in self.plan.pairs}
        for model in sorted(self.theirs, key=lambda one: str(one.register.label)):
            gone = kept | self.plan.into.keys()
            rows = [row for pk, row in sorted(self.theirs[model].items()) if (model, pk) not in gone]
            self.plan.moved |= {model.register.name: rows} if rows else {}
        return self.plan

    def _rows(self, f: Any, target: Any) -> dict[int, Any]:
        rows = f.model._default_manager.filter(**{f.attname: target.pk}).order_by("pk")
        return {row.pk: row for row in (rows.select_for_update() if self.locks else rows)}

    def _key(self, row: Any, fields: list[Any]) -> tuple[Any, ...]:
        return tuple(self.plan.settled(f, getattr(row, f.attname)) for f in fields)

    def _differing(self, pair: Pair) -> Iterator[str]:
        for f in pair.register.fields:
            if f.is_relation:
                ours, theirs = (self.plan.settled(f, getattr(row, f.attname)) for row in (pair.keep, pair.drop))
            else:
                ours, theirs = getattr(pair.keep, f.name), getattr(pair.drop, f.name)
            if not same(ours, theirs):
                yield f.name


def _uniques(model: type[models.Model], pointing: list[Any]) -> list[list[Any]]:
    """What may stand in the table once only, as far as it has to do with these foreign keys."""
    meta = model._meta
    found = [[meta.get_field(name) for name in one.fields] for one in meta.total_unique_constraints]
    found += [[f] for f in pointing if f.unique and not f.primary_key]
    return [fields for fields in found if set(fields) & set(pointing)]
