"""Pairs of rows that become one, written: what points at the dropped rows moves, they go, the kept ones get their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import F

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import acts
from gongjian.kernel.registers import access, actions, carrying, extra, merged, sets
from gongjian.kernel.registers.carrying import Way
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.masking import hidden
from gongjian.kernel.registers.references import Key, Pair, Plan
from gongjian.kernel.registers.sets import Stamp
from gongjian.kernel.registers.stored import among, ids_in
from gongjian.kernel.registers.values import shown


@dataclass(frozen=True, kw_only=True)
class Decided:
    """How one pair becomes one: the values that the kept row gets, and whose way through the stages counts."""

    changes: Mapping[str, Any]
    way: Way = Way.BOTH
    prefers_theirs: bool = False


@dataclass(kw_only=True)
class Written:
    """How many rows were written, and how many files of evidence changed hands."""

    rows: int = 0
    files: int = 0


def join(*, plan: Plan, decided: Mapping[Key, Decided], stamp: Stamp, words: str) -> Written:
    """Write a merge, inside the caller's transaction and `entry.writing()`; `words` are its reason, for the log.

    Refused when a merged row would not be as its register wants it, or `stamp.by` might not write it.
    """
    written = Written()
    joins = [_Join(pair=pair, decided=decided[pair.key], plan=plan, stamp=stamp) for pair in plan.pairs]
    for one in joins:
        one.prepare()
    for pair in plan.pairs:
        sets.remember(model=type(pair.drop), ids=[pair.drop.pk], kind="-", stamp=stamp)
    for one in reversed(joins):
        one.carry(written)
        _delete(one.register, one.drop.pk)
    for name, rows in plan.moved.items():
        _move(REGISTERS[name], [row.pk for row in rows], plan, stamp)
        written.rows += len(rows)
    for one in joins:
        written.rows += 1 + one.write()
        one.tell(words)
    return written


@dataclass(kw_only=True)
class _Join:
    pair: Pair
    decided: Decided
    plan: Plan
    stamp: Stamp
    told: dict[str, tuple[str, str]] = field(default_factory=dict)
    columns: dict[str, Any] = field(default_factory=dict)
    """What is stored anew in the kept row, by field or attribute name."""
    is_touched: bool = False
    """Whether the kept row gets anything that it has to remember."""

    def __post_init__(self) -> None:
        self.register, self.keep, self.drop = self.pair.register, self.pair.keep, self.pair.drop
        self.name = f"第{self.drop.pk}号" if self.register.sensitive else f"“{self.drop}”"

    def prepare(self) -> None:
        """Set the values on the kept row and look whether they fit together."""
        self.is_touched = self.pair.above is None or merged.has_said(entry=self.drop)
        for name, value in self.decided.changes.items():
            f = self.register.field(name)
            texts = shown(getattr(self.keep, name), f), shown(value, f)
            is_masked = name in self.register.masked
            self.told[str(f.verbose_name)] = (hidden(texts[0]), hidden(texts[1])) if is_masked else texts
            setattr(self.keep, name, value)
            self.columns["extra" if extra.is_extra(f) else name] = None
        for f in self.plan.pointing.get(type(self.keep), ()):
            if (settled := self.plan.settled(f, getattr(self.keep, f.attname))) != getattr(self.keep, f.attname):
                setattr(self.keep, f.attname, settled)
                self.columns[f.attname] = None
        access.require(register=self.register, by=self.stamp.by, verb="register.write", entry=self.keep)
        if not self.decided.changes:
            return
        try:
            actions.check(entry=self.keep, register=self.register)
        except Refusal as refusal:
            if self.pair.above is None:
                raise
            cause = f"{self.register.label}“{self.keep}”合并后{refusal.cause}"
            raise Refusal(refusal.code, cause, "请改选这些栏目,或整行取其中一方") from refusal

    def carry(self, written: Written) -> None:
        """Let evidence and stage moves go along."""
        n = carrying.carry_proofs(register=self.register, keep=self.keep.pk, drop=self.drop.pk, batch=self.stamp.batch)
        written.files += n
        for f in self.register.evidence:
            states = (getattr(self.keep, f.name), getattr(self.drop, f.name))
            self._set(f.name, carrying.best(states=states))
        ours, theirs = self.pair.ways
        if self.register.stage_field is not None and (ours or theirs):
            stage = carrying.carry_moves(
                register=self.register,
                keep=self.keep.pk,
                drop=self.drop.pk,
                way=self.decided.way,
                prefers_theirs=self.decided.prefers_theirs,
                stamp=self.stamp,
            )
            if stage is not None:
                self._set(self.register.stage_field.name, stage)
        self.is_touched |= bool(n or self.columns or (self.pair.has_two_ways and self.decided.way is not Way.KEEP))

    def write(self) -> bool:
        """Store the kept row, where it gets anything."""
        if not self.is_touched:
            return False
        values = {name: getattr(self.keep, name) for name in self.columns}
        rows = self.register.model._default_manager.filter(pk=self.keep.pk)
        try:
            rows.update(revision=F("revision") + 1, **values)
        except IntegrityError as error:
            heads = "、".join(str(self.register.field(name).verbose_name) for name in self.register.key)
            cause = f"合并后的{heads}与“{self.register.label}”里另一条记录相同"
            raise Refusal("entry.duplicate", cause, "请改选或改填,或先合并那一条") from error
        sets.remember(model=self.register.model, ids=[self.keep.pk], kind="~", stamp=self.stamp)
        return True

    def tell(self, words: str) -> None:
        """Put it into the log of the kept row."""
        if self.is_touched or self.pair.asks:
            note = f"并入{self.name}:{words}"
            acts.record(
                verb="entry.merged", thing=self.keep, by=self.stamp.by, at=self.stamp.at, note=note, changes=self.told
            )

    def _set(self, name: str, value: Any) -> None:
        if getattr(self.keep, name) != value:
            setattr(self.keep, name, value)
            self.columns[name] = None


def _move(register: Register, ids: list[int], plan: Plan, stamp: Stamp) -> None:
    """The rows of one register point at the kept rows."""
    model: Any = register.model
    rows = model._default_manager.filter(pk__in=among(ids))
    rows.update(revision=F("revision") + 1)
    for f in plan.pointing[model]:
        for (target, dropped), kept in plan.into.items():
            if f.related_model is target:
                rows.filter(**{f.attname: dropped}).update(**{f.attname: plan.settled(f, kept.pk)})
    sets.remember(model=model, ids=ids, kind="~", stamp=stamp)


def _delete(register: Register, pk: int) -> None:
    """Take a row out; its last row of history has been written, which the ORM's deletion would write again."""
    q = connection.ops.quote_name
    condition, params = ids_in(q("id"), [pk])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {q(register.model._meta.db_table)} WHERE {condition}", params)
