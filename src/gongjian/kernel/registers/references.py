"""What points at a row that is to be merged into another: what moves over, what is there twice, what is in conflict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers import access, columns
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.pointing import pointers, pointing_at

NAMED_MOST = 5
"""How many pairs a refusal names."""


@dataclass(kw_only=True)
class References:
    """The rows of one register that point at the dropped row by `fields`.

    `moved` get the kept row instead. `equal` say what a row of the kept one says already and go; in `conflicts` both
    have a row under the same natural key and the two differ: (row of the kept one, row of the dropped one).
    """

    register: Register
    fields: list[Any]
    moved: list[Any] = field(default_factory=list)
    equal: list[Any] = field(default_factory=list)
    conflicts: list[tuple[Any, Any]] = field(default_factory=list)

    @property
    def rows(self) -> list[Any]:
        """All rows that point at the dropped one."""
        return [*self.moved, *self.equal, *(theirs for _, theirs in self.conflicts)]


def references(*, keep: Any, drop: Any, locks: bool = False) -> list[References]:
    """What points at `drop`, register by register; with `locks` the rows are locked."""
    by_model: dict[Any, list[Any]] = {}
    for f in pointers(type(drop)):
        by_model.setdefault(f.model, []).append(f)
    found = []
    for model, fields in by_model.items():
        theirs = _rows(model, fields, drop, locks)
        if not theirs:
            continue
        if not hasattr(model, "register"):
            what = model._meta.verbose_name
            raise Refusal("merge.foreign", f"“{what}”里有{len(theirs)}条内容引用“{drop}”", "请先改正这些内容,再来合并")
        found.append(_sorted_out(model, fields, theirs, keep, drop, locks))
    return sorted(found, key=lambda one: one.register.label)


def counts(*, model: Any, ids: Iterable[int]) -> Counter[int]:
    """How many rows point at each of the rows numbered `ids`."""
    return Counter(target for _, _, target in pointing_at(model=model, ids=ids))


def require_free(*, found: list[References], by: Officer) -> None:
    """Refuse where rows are in conflict, or where `by` may not write what would have to change."""
    pairs = [(one.register, kept, theirs) for one in found for kept, theirs in one.conflicts]
    if pairs:
        named = [
            f"{register.label}“{kept}”" if columns.may_read(register=register, by=by) else register.label
            for register, kept, _ in pairs[:NAMED_MOST]
        ]
        more = f"等 {len(pairs)} 项" if len(pairs) > NAMED_MOST else ""
        cause = f"两条记录名下各有一行,内容不同又不能并存:{'、'.join(dict.fromkeys(named))}{more}"
        raise Refusal("merge.conflict", cause, "请先打开这些记录,改正或删除其中一行,再来合并")
    foreign = others(found=found, by=by)
    if foreign:
        what = "、".join(f"{label} {n} 行" for label, n in foreign.items())
        raise Refusal("merge.others", f"引用“并入”一方的还有其他单位的记录:{what}", "您不能改动它们,请由督查室合并")


def others(*, found: list[References], by: Officer) -> dict[str, int]:
    """The pointing rows that `by` may not write, counted by register."""
    mine = policy.subtree(by.unit) if by.role == Role.UNIT_OFFICER else None
    left: dict[str, int] = {}
    for one in found:
        if not access.may(register=one.register, by=by, verb="register.write"):
            n = len(one.rows)
        else:
            n = sum(mine is not None and row.unit_id not in mine for row in one.rows)
        if n:
            left[one.register.label] = n
    return left


def _rows(model: Any, fields: list[Any], target: Any, locks: bool) -> list[Any]:
    rows: dict[int, Any] = {}
    for f in fields:
        query = model._default_manager.filter(**{f.attname: target.pk}).order_by("pk")
        rows |= {row.pk: row for row in (query.select_for_update() if locks else query)}
    return list(rows.values())


def _sorted_out(model: Any, fields: list[Any], theirs: list[Any], keep: Any, drop: Any, locks: bool) -> References:
    register = model.register
    found = References(register=register, fields=fields)
    names = {f.name for f in fields}
    uniques = [one.fields for one in model._meta.total_unique_constraints if names & set(one.fields)]
    uniques += [(f.name,) for f in fields if f.unique]
    ours = _rows(model, fields, keep, locks) if uniques else []
    for row in theirs:
        twin = next((our for our in ours if _clash(model, uniques, our, row, keep, drop)), None)
        if twin is None:
            found.moved.append(row)
        elif _is_equal(register, fields, twin, row, drop):
            found.equal.append(row)
        else:
            found.conflicts.append((twin, row))
    return found


def _clash(model: Any, uniques: list[Any], our: Any, row: Any, keep: Any, drop: Any) -> bool:
    """Whether the two could not stand beside each other once `row` points at the kept row."""
    if our.pk == row.pk:
        return False
    for names in uniques:
        targets = [model._meta.get_field(name) for name in names]
        key = [_value(f, our, keep, drop) for f in targets]
        if None not in key and key == [_value(f, row, keep, drop) for f in targets]:
            return True
    return False


def _value(f: Any, row: Any, keep: Any, drop: Any) -> Any:
    """The value of a field after the merge."""
    value = getattr(row, f.attname)
    return keep.pk if f.is_relation and f.related_model is type(keep) and value == drop.pk else value


def _is_equal(register: Register, fields: list[Any], our: Any, row: Any, drop: Any) -> bool:
    """Whether the row of the dropped one tells nothing that the row of the kept one does not."""
    stage = [register.stage_field] if register.stage_field is not None else []
    told = [f for f in (*register.fields, *stage, *register.evidence) if f not in fields]
    if any(getattr(our, f.attname) != getattr(row, f.attname) for f in told):
        return False
    if any(getattr(row, f.attname) not in (drop.pk, getattr(our, f.attname)) for f in fields):
        return False
    if next(pointing_at(model=register.model, ids=[row.pk]), None) is not None:
        return False
    if Evidence.objects.filter(subject_kind=register.name, subject_id=row.pk).exists():
        return False
    moves = StageMove.objects.filter(register=register.name, withdrawn_at=None)
    ways = [set(moves.filter(entry_id=one.pk).values_list("stage", "happened_on")) for one in (our, row)]
    return ways[0] == ways[1]
