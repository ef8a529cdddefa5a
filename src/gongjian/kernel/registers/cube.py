"""How many rows fall to each combination of a register's filter values: one pass answers all filters of a list at once.

The combinations of a whole register are kept in memory until a row of it is written again (every write leaves a line of
history, so that the newest line tells).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from django.db import connection, models
from django.db.models import Count, F, Func

from gongjian.kernel.people.models import Unit, Zone
from gongjian.kernel.registers import columns, extra, soonest
from gongjian.kernel.registers.asking import BLANK, Ask, typed
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.tables import horizon, is_written_elsewhere

Cube = list[tuple[tuple[str, ...], int]]
"""(the values in the order of the paths, how many rows)."""
COMBINATIONS_MOST = 50_000
"""With more combinations than this each filter is counted by itself."""
KEPT_MOST = 16
_KEPT: OrderedDict[tuple[Any, ...], Cube] = OrderedDict()
_LOCK = Lock()


def paths_of(ask: Ask) -> list[str]:
    """The filters that lie in the register's own table: own columns, and the name of an own unit."""
    offered = columns.counted(register=ask.register, by=ask.by)
    return [path for path in offered if _column(ask.register, path)]


def counts(ask: Ask, paths: Sequence[str]) -> dict[str, dict[str, int]] | None:
    """For each of `paths` (of `paths_of`) its values with counts under all other filters; None when there are too many
    combinations."""
    if not paths:
        return {}
    base = replace(ask, filters={path: values for path, values in ask.filters.items() if path not in paths})
    cube = _cube(base, paths)
    if cube is None:
        return None
    wanted = [_wanted(ask, path) for path in paths]
    found: dict[str, dict[str, int]] = {path: {} for path in paths}
    for values, n in cube:
        misses = [
            place for place, value in enumerate(values) if (one := wanted[place]) is not None and value not in one
        ]
        if len(misses) < 2:
            for place in misses or range(len(paths)):
                here = found[paths[place]]
                here[values[place]] = here.get(values[place], 0) + n
    return found


def key_of(value: Any) -> str:
    """A value as a filter names it."""
    return BLANK if value is None or value == "" else str(value)


def _wanted(ask: Ask, path: str) -> set[str] | None:
    values = [value for value in ask.filters.get(path, ()) if value != ""]
    own = columns.field_of(ask.register, path)
    return {BLANK if value == BLANK else key_of(typed(own, value)) for value in values} if values else None


def _column(register: Register, path: str) -> str:
    """The own column that a path counts; "" where the values lie in another table or are added ones."""
    first, _, rest = path.partition("__")
    field = register.field(first)
    if extra.is_extra(field):
        return ""
    if rest:
        return str(field.attname) if field.related_model is Unit and rest == "name" else ""
    return str(field.attname)


def _cube(base: Ask, paths: Sequence[str]) -> Cube | None:
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
    read = list(found.values_list(*names).annotate(n=Count("id")).order_by()[: COMBINATIONS_MOST + 1])
    if len(read) > COMBINATIONS_MOST:
        return None
    units = dict(Unit.objects.values_list("pk", "name")) if any("__" in path for path in paths) else {}
    named = [place for place, path in enumerate(paths) if "__" in path]
    cube: Cube = []
    for *values, n in read:
        for place in named:
            values[place] = units.get(values[place])
        cube.append((tuple(map(key_of, values)), n))
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
    newest = base.register.model.history.model._default_manager.aggregate(newest=models.Max("history_id"))["newest"]
    zone = Zone.objects.order_by("pk").values_list("created_at", flat=True).first()
    if newest is None or zone is None or connection.in_atomic_block:
        return None
    if connection.vendor != "sqlite" and is_written_elsewhere(before=horizon()):
        return None
    units = tuple(Unit.objects.order_by("pk").values_list("pk", "name")) if any("__" in path for path in paths) else ()
    return (base.register.name, zone, newest, tuple(paths), units)
