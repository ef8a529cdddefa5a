"""查重: rows of one register that look like one and the same thing, the most alike first; an officer says which are not.

Each field that the register declares `alike` gives a row a key (`Entry.alike_key`); rows with an equal key are a group,
and so are a row and those that bear its former name. The register is read once, in chunks, and of each key only a number
is kept, so that a large register costs time but hardly memory.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers import access
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.models import NotDuplicate

FORMER = "former_names"
"""The field, one name per line, that a register with former names has."""
CROWD = 20
"""More rows than this with one address or number share a building or a switchboard and are no duplicates."""
CHUNK = 5_000
LARGE = 20_000
"""The groups of a register with more rows are kept until one of its rows changes."""
KEPT_MOST = 4


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows (by number, rising) that look like one; `agree` are the fields in which all do, strongest first.

    FORMER among them: one row bears, or also bears, a name that another one had.
    """

    ids: tuple[int, ...]
    agree: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    """The groups, the most alike first; `crowded`: of each field, how many values were left aside as shared by many."""

    groups: list[Group] = field(default_factory=list)
    crowded: dict[str, int] = field(default_factory=dict)


_KEPT: OrderedDict[tuple[Any, ...], Found] = OrderedDict()


def find(*, register: Register, by: Officer, purpose: Purpose | None = None) -> Found:
    """The groups among the rows that `by` may read, each with at least one that `by` may write.

    A value that `by` sees masked is not compared. Pairs marked as no duplicates make no group. Raises Forbidden unless
    `by` may merge in the register, `NoPurpose` for a sensitive one without a purpose.
    """
    access.require_role(register=register, by=by, verb="register.merge")
    rows = access.visible(register=register, by=by, rows=register.model._default_manager.all(), purpose=purpose)
    key = _moment(register, by)
    if key in _KEPT:
        return _KEPT[key]
    reading = _Reading(register=register, by=by)
    reading.read(rows)
    found = reading.found()
    if len(reading.ids) > LARGE:
        _KEPT[key] = found
        while len(_KEPT) > KEPT_MOST:
            _KEPT.popitem(last=False)
    return found


def dismiss(*, rows: Sequence[Any], by: Officer, at: datetime, reason: str, purpose: Purpose | None = None) -> int:
    """Say of rows of one register that no two of them are one; returns how many pairs are new to be so marked.

    Refused without a reason, for fewer than two rows, and for rows that `by` may not write.
    """
    register = rows[0].register if rows else None
    ids = sorted({row.pk for row in rows})
    if register is None or len(ids) < 2:
        raise Refusal("duplicates.two", "至少要有两行才能说明它们不是重复", "请返回查重页重新选择")
    words = reason.strip()
    if not words:
        raise Refusal("duplicates.reason", "没有说明为什么不是重复", "请写明理由,如“母公司与分公司”")
    if len(words) > 200:
        raise Refusal("duplicates.reason", f"理由有{len(words)}字,超过200字", "请精简后重新提交")
    access.require(register=register, by=by, verb="register.read", purpose=purpose)
    for row in rows:
        access.require(register=register, by=by, verb="register.merge", entry=row)
        access.require(register=register, by=by, verb="register.write", entry=row)
    with transaction.atomic():
        there = _pairs(register, ids)
        new = [pair for pair in combinations(ids, 2) if pair not in there]
        NotDuplicate.objects.bulk_create(
            NotDuplicate(register=register.name, low=low, high=high, by=by, at=at, reason=words) for low, high in new
        )
        told = {row.pk: row for row in rows}
        for pk, row in sorted(told.items()):
            apart = [told[one] for pair in new if pk in pair for one in pair if one != pk]
            if apart:
                note = f"与{'、'.join(map(named, apart))}:{words}"
                acts.record(verb="duplicates.dismissed", thing=row, by=by, at=at, note=note)
    return len(new)


def dismissed(*, register: Register, by: Officer, purpose: Purpose | None = None) -> QuerySet[NotDuplicate]:
    """The pairs marked as no duplicates whose rows `by` may read, newest first."""
    access.require_role(register=register, by=by, verb="register.merge")
    rows = access.visible(register=register, by=by, rows=register.model._default_manager.all(), purpose=purpose)
    ids = rows.order_by().values("pk")
    return NotDuplicate.objects.filter(register=register.name, low__in=ids, high__in=ids).select_related("by")


def reconsider(
    *,
    mark: NotDuplicate,
    register: Register,
    by: Officer,
    at: datetime,
    reason: str = "",
    purpose: Purpose | None = None,
) -> None:
    """Take a mark back, so that the two rows are compared again; for who may write both.

    The log keeps on both rows who had made it, when and why, and who takes it back (for a `reason`).
    """
    access.require(register=register, by=by, verb="register.read", purpose=purpose)
    rows = list(register.model._default_manager.filter(pk__in=(mark.low, mark.high)).order_by("pk"))
    for row in rows:
        access.require(register=register, by=by, verb="register.merge", entry=row)
        access.require(register=register, by=by, verb="register.write", entry=row)
    words = reason.strip()[:200]
    with transaction.atomic():
        for row in rows:
            other = "、".join(named(one) for one in rows if one.pk != row.pk)
            note = f"与{other};{mark.by}于{timezone.localtime(mark.at):%Y-%m-%d}认定:{mark.reason}"
            note += f";撤销理由:{words}" if words else ""
            acts.record(verb="duplicates.reconsidered", thing=row, by=by, at=at, note=note)
        mark.delete()


def named(row: Any) -> str:
    """How log and batch name a row; a person by the number alone."""
    return f"第{row.pk}号" if row.register.sensitive else f"第{row.pk}号“{row}”"


class _Reading:
    """One reading of a register: the rows' numbers, and of each field a column of keys (0: nothing to compare)."""

    def __init__(self, *, register: Register, by: Officer) -> None:
        self.register = register
        self.model: Any = register.model
        self.sight = Sight(register=register, by=by)
        self.names = list(register.alike)
        has_former = any(f.name == FORMER for f in self.model._meta.concrete_fields)
        self.former_of = "name" if has_former and "name" in self.names else ""
        self.mine = policy.subtree(by.unit) if by.role == Role.UNIT_OFFICER else None
        self.ids = array("q")
        self.is_mine = bytearray()
        self.keys = [array("q") for _ in self.names]
        self.former: dict[int, list[int]] = {}
        """The rows (by place) that had each name, by its key."""

    def read(self, rows: QuerySet[Any]) -> None:
        """Read the rows, each once."""
        columns = ["pk", "unit_id", *(self.register.field(name).attname for name in self.names)]
        columns += [FORMER] if self.former_of else []
        hidden: dict[int | None, set[int]] = {}
        tell = self.model.alike_key
        for pk, unit, *cells in rows.order_by("pk").values_list(*columns).iterator(chunk_size=CHUNK):
            if unit not in hidden:
                row = self.model(unit_id=unit)
                hidden[unit] = {n for n, name in enumerate(self.names) if self.sight.hides(row=row, name=name)}
            for n, name in enumerate(self.names):
                value = cells[n]
                is_told = value not in (None, "") and n not in hidden[unit]
                self.keys[n].append(_number(tell(name, str(value))) if is_told else 0)
            if self.former_of and cells[-1]:
                for line in cells[-1].splitlines():
                    if key := _number(tell(self.former_of, line)):
                        self.former.setdefault(key, []).append(len(self.ids))
            self.ids.append(pk)
            self.is_mine.append(self.mine is None or unit in self.mine)

    def found(self) -> Found:
        """The groups, as the keys tell them."""
        crowded: dict[str, int] = {}
        candidates: set[tuple[int, ...]] = set()
        for n, name in enumerate(self.names):
            for places in self._shared(n):
                if n and len(places) > CROWD:
                    crowded[name] = crowded.get(name, 0) + 1
                else:
                    candidates.add(places)
        apart = _pairs(self.register)
        groups: dict[tuple[int, ...], Group] = {}
        for places in candidates:
            left = self._apart(places, apart) if apart else places
            if len(left) > 1 and any(self.is_mine[place] for place in left):
                ids = tuple(self.ids[place] for place in left)
                groups[ids] = Group(ids=ids, agree=self._agree(left))
        return Found(groups=sorted(groups.values(), key=lambda g: (-self._weight(g), g.ids)), crowded=crowded)

    def _shared(self, n: int) -> Iterable[tuple[int, ...]]:
        """The places of the rows that share a key of the field, for each key that several have."""
        seen: set[int] = set()
        wanted: set[int] = set(self.former) if self.names[n] == self.former_of else set()
        for key in self.keys[n]:
            if key in seen:
                wanted.add(key)
            elif key:
                seen.add(key)
        del seen
        shared: dict[int, list[int]] = {}
        if wanted:
            for place, key in enumerate(self.keys[n]):
                if key in wanted:
                    shared.setdefault(key, []).append(place)
        for key, places in shared.items():
            had = self.former.get(key, ()) if self.names[n] == self.former_of else ()
            together = tuple(sorted({*places, *had}))
            if len(together) > 1:
                yield together

    def _apart(self, places: tuple[int, ...], apart: set[tuple[int, int]]) -> tuple[int, ...]:
        """The places of those rows that still may be one with another of them."""
        left = {
            place
            for pair in combinations(places, 2)
            if (self.ids[pair[0]], self.ids[pair[1]]) not in apart
            for place in pair
        }
        return tuple(sorted(left))

    def _agree(self, places: tuple[int, ...]) -> tuple[str, ...]:
        found = []
        for n, name in enumerate(self.names):
            keys = {self.keys[n][place] for place in places}
            if len(keys) == 1 and 0 not in keys:
                found.append(name)
            if name == self.former_of and any(
                set(self.former.get(self.keys[n][place], ())) & (set(places) - {place}) for place in places
            ):
                found.append(FORMER)
        return tuple(found)

    def _weight(self, group: Group) -> int:
        """The first of `alike` outweighs all that come after it together; a former name counts like the name."""
        places = {self.names.index(self.former_of if name == FORMER else name) for name in group.agree}
        return int(sum(2 ** (len(self.names) - place) for place in places))


def _pairs(register: Register, ids: Sequence[int] = ()) -> set[tuple[int, int]]:
    """The pairs of the register (of these rows) marked as no duplicates."""
    found = NotDuplicate.objects.filter(register=register.name).order_by()
    if ids:
        found = found.filter(low__in=ids, high__in=ids)
    return set(found.values_list("low", "high"))


def _moment(register: Register, by: Officer) -> tuple[Any, ...]:
    """What the groups depend on: the register's last change, the marks, and who asks."""
    history: Any = register.model.history.model._default_manager
    last = history.order_by("-history_id").values_list("history_id", "id", "history_date").first()
    marks = NotDuplicate.objects.filter(register=register.name).aggregate(n=models.Count("pk"), last=models.Max("pk"))
    return register.name, last, marks["n"], marks["last"], by.pk, by.role, by.unit_id


def _number(key: str) -> int:
    """A key as a number of 64 bits, never 0 for one that says something."""
    return hash(key) or 1 if key else 0
