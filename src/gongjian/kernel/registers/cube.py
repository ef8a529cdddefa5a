"""How many rows fall to each combination of a register's filter values: one pass answers all filters of a list at once.

The combinations of a whole register are kept in memory until a row of it is written again (every write leaves a line of
history, so that the newest line tells).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from functools import cache
from threading import Lock
from typing import Any

from django.db import connection, models
from django.db.models import Count, F, Func

from gongjian.kernel.people.models import Unit, Zone
from gongjian.kernel.registers import columns, extra, soonest
from gongjian.kernel.registers.asking import BLANK, Ask, typed, visible
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.registers.soonest import Look
from gongjian.kernel.tables import answer, horizon, is_written_elsewhere

Combination = tuple[tuple[str, ...], int]
"""The values in the order of the paths, and how many rows have them."""
COMBINATIONS_MOST = 50_000
"""With more combinations than this each filter is counted by itself."""
KEPT_MOST = 16
TALLIES_MOST = 500
"""How many answers are kept of one cube: going through the pages of a list asks the same again."""
_LOCK = Lock()


class Cube:
    """All combinations of some filters' values with their counts; what is asked of the whole of it is found once."""

    def __init__(self, combinations: list[Combination]) -> None:
        self.combinations = combinations
        self._tallies: dict[Any, dict[str, int]] = {}
        self._by_value: dict[int, dict[str, list[Combination]]] = {}

    def fitting(self, wanted: Mapping[int, Set[str]]) -> list[Combination]:
        """The combinations that have, at each of the places, one of the values wanted there."""
        if not wanted:
            return self.combinations
        place = min(wanted, key=lambda at: sum(len(self._held(at).get(value, ())) for value in wanted[at]))
        held, others = self._held(place), [(other, want) for other, want in wanted.items() if other != place]
        begun = [one for value in wanted[place] for one in held.get(value, ())]
        return [one for one in begun if all(one[0][other] in want for other, want in others)] if others else begun

    def n(self, wanted: Mapping[int, Set[str]]) -> int:
        """How many rows have, at each of the places, one of the values wanted there."""
        (place, want), *others = wanted.items()
        counts = self.tally(place, dict(others))
        return sum(counts.get(value, 0) for value in want)

    def _held(self, place: int) -> dict[str, list[Combination]]:
        """The combinations by their value at a place."""
        if place not in self._by_value:
            found: dict[str, list[Combination]] = {}
            for one in self.combinations:
                found.setdefault(one[0][place], []).append(one)
            self._by_value[place] = found
        return self._by_value[place]

    def tally(self, place: int, wanted: Mapping[int, Set[str]]) -> dict[str, int]:
        """How many rows have each value at a place, among those that have the wanted values at others."""
        asked = place, frozenset((other, frozenset(want)) for other, want in wanted.items())
        found = self._tallies.get(asked)
        if found is None:
            if len(self._tallies) >= TALLIES_MOST:
                self._tallies.clear()
            found = {}
            for values, n in self.fitting(wanted):
                found[values[place]] = found.get(values[place], 0) + n
            self._tallies[asked] = found
        return found.copy()


_KEPT: OrderedDict[tuple[Any, ...], Cube] = OrderedDict()


def paths_of(ask: Ask) -> list[str]:
    """The filters that lie in the register's own table: own columns, and the name of an own unit."""
    offered = columns.counted(register=ask.register, by=ask.by)
    return [path for path in offered if _column(ask.register, path)]


def counts(ask: Ask, paths: Sequence[str], seen: Look | None = None) -> dict[str, dict[str, int]] | None:
    """For each of `paths` (of `paths_of`) its values with counts under all other filters; None when there are too many
    combinations. `seen` is what a look at the question has told."""
    if not paths:
        return {}
    base = _base(ask, paths)
    cube = seen.cube if seen is not None else None
    if cube is None:
        is_same = len(base.filters) == len(ask.filters)
        cube = _cube(base, paths, seen.numbers if seen is not None and is_same else None)
    if cube is None:
        return None
    wanted = _wanted(ask, paths)
    return {
        path: cube.tally(place, {other: want for other, want in wanted.items() if other != place})
        for place, path in enumerate(paths)
    }


def kept(ask: Ask) -> Cube | None:
    """The combinations by which a question that narrows by filters alone can be answered, where they are kept and hold
    still; None where they do not tell."""
    paths = paths_of(ask)
    base = _base(ask, paths)
    if not _KEPT or base.is_narrow or base.known_at is not None or visible(base).query.where:
        return None
    key = _key(base, paths)
    with _LOCK:
        return _KEPT.get(key) if key is not None else None


def fitting(cube: Cube, ask: Ask) -> tuple[int, str, int]:
    """How many rows fit, which of the filters leaves the fewest by itself, and how many."""
    paths = paths_of(ask)
    wanted = _wanted(ask, paths)
    alone = {place: cube.n({place: want}) for place, want in wanted.items()}
    rarest = min(alone, key=alone.__getitem__)
    return cube.n(wanted), paths[rarest], alone[rarest]


def key_of(value: Any) -> str:
    """A value as a filter names it."""
    return BLANK if value is None or value == "" else str(value)


def _base(ask: Ask, paths: Sequence[str]) -> Ask:
    """The same question without the filters `paths`."""
    return replace(ask, filters={path: values for path, values in ask.filters.items() if path not in paths})


def _wanted(ask: Ask, paths: Sequence[str]) -> dict[int, Set[str]]:
    """The values asked for, by place."""
    found: dict[int, Set[str]] = {}
    for place, path in enumerate(paths):
        own = columns.field_of(ask.register, path)
        if values := [value for value in ask.filters.get(path, ()) if value != ""]:
            found[place] = {BLANK if value == BLANK else key_of(typed(own, value)) for value in values}
    return found


def _column(register: Register, path: str) -> str:
    """The own column that a path counts; "" where the values lie in another table or are added ones."""
    first, _, rest = path.partition("__")
    field = register.field(first)
    if extra.is_extra(field):
        return ""
    if rest:
        return str(field.attname) if field.related_model is Unit and rest == "name" else ""
    return str(field.attname)


def _cube(base: Ask, paths: Sequence[str], numbers: list[int] | None) -> Cube | None:
    if numbers is not None:
        found = visible(base).filter(id__in=listed(numbers)).order_by()
    else:
        found = soonest.any_rows(base, is_whole=True).order_by()
    key = _key(base, paths) if not found.query.where and base.known_at is None else None
    with _LOCK:
        if key is not None and key in _KEPT:
            _KEPT.move_to_end(key)
            return _KEPT[key]
    names = [_column(base.register, path) for path in paths]
    if base.words and connection.vendor == "sqlite":  # an index in the order of the groups would read texts at random
        aside = {f"group_{name}": _aside(base.register, name) for name in names}
        found, names = found.annotate(**aside), list(aside)
    read = list(found.values_list(*names).annotate(n=Count("*")).order_by()[: COMBINATIONS_MOST + 1])
    if len(read) > COMBINATIONS_MOST:
        return None
    units = dict(Unit.objects.values_list("pk", "name")) if any("__" in path for path in paths) else {}
    named = [place for place, path in enumerate(paths) if "__" in path]
    combinations: list[Combination] = []
    for *values, n in read:
        for place in named:
            values[place] = units.get(values[place])
        combinations.append((tuple(map(key_of, values)), n))
    cube = Cube(combinations)
    if key is not None:
        with _LOCK:
            _KEPT[key] = cube
            if len(_KEPT) > KEPT_MOST:
                _KEPT.popitem(last=False)
    return cube


def _aside(register: Register, name: str) -> Func:
    field = register.model._meta.get_field(name.removesuffix("_id")) if name.endswith("_id") else None
    kind = models.BigIntegerField() if field is not None and field.is_relation else register.model._meta.get_field(name)
    return Func(F(name), template="+%(expressions)s", output_field=kind)


def _key(base: Ask, paths: Sequence[str]) -> tuple[Any, ...] | None:
    """What has to be the same for a kept cube to be right; None when rows are just being written (PostgreSQL: a line
    of history is not seen before its transaction ends, though its number is lower than one that is)."""
    if connection.in_atomic_block:
        return None
    model: Any = base.register.model
    found = answer(*_stamp(model, any("__" in path for path in paths)), often=True)
    if not found or found[0][1] is None:
        return None
    if connection.vendor != "sqlite" and is_written_elsewhere(before=horizon()):
        return None
    return (base.register.name, tuple(paths), tuple(found))


@cache
def _stamp(model: type[models.Model], is_named: bool) -> tuple[str, tuple[Any, ...]]:
    """The statement that tells the zone, the newest line of a register's history and (`is_named`) the units' names."""
    lines = model.history.model._default_manager.order_by("-history_id").values("history_id")[:1]
    zone = Zone.objects.order_by("pk")
    if not is_named:
        return zone.values_list("created_at", models.Subquery(lines))[:1].query.sql_with_params()
    said = models.Subquery(zone.values("created_at")[:1]), models.Subquery(lines)
    return Unit.objects.order_by("pk").values_list(*said, "pk", "name").query.sql_with_params()
