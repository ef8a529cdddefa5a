"""What a batch wrote, as long columns of numbers in the order of the rows: a million rows take some thirty megabytes."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from django.db import connection

from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import Batch

CHUNK = 10_000
"""How many rows are looked at, or taken back, at once."""
FREE, LATER, POINTED, LOST = range(4)
"""Whether a row can be taken back, or why not: its history goes on, rows point at it, what it pointed at is gone."""
_THERE, _WAS_THERE, _GOES_ON = 1, 2, 4


class Written:
    """The rows of one register that a batch wrote: their numbers, the history line before it and the batch's last one."""

    def __init__(self, *, register: Register, batch: Batch) -> None:
        """Lock the rows until the transaction ends, then read: what somebody was just changing counts as changed."""
        self.register = register
        self._lock(batch)
        self.ids, self.before = array("q"), array("q")
        self._kinds = bytearray()
        self.why = bytearray()
        self._read(batch)
        self.why.extend(LATER if kind & _GOES_ON else FREE for kind in self._kinds)

    def __len__(self) -> int:
        return len(self.ids)

    def place(self, pk: int) -> int | None:
        """Where the row numbered `pk` stands in the columns; None when the batch did not write it."""
        place = bisect_left(self.ids, pk)
        return place if place < len(self.ids) and self.ids[place] == pk else None

    def goes_on(self, pk: int) -> bool:
        """Whether somebody changed the row after the batch."""
        place = self.place(pk)
        return place is not None and bool(self._kinds[place] & _GOES_ON)

    def is_going(self, pk: int) -> bool:
        """Whether undoing removes the row."""
        return self._is(pk, is_there=True, was_there=False)

    def is_coming(self, pk: int) -> bool:
        """Whether undoing brings the row back."""
        return self._is(pk, is_there=False, was_there=True)

    def is_restored(self, pk: int) -> bool:
        """Whether undoing gives the row back what it held."""
        return self._is(pk, is_there=True, was_there=True)

    def block(self, pk: int, why: int) -> None:
        """The row cannot be taken back; the first reason stands."""
        place = self.place(pk)
        if place is not None and self.why[place] == FREE:
            self.why[place] = why

    def blocked(self, why: int, *, most: int | None = None) -> list[int]:
        """The numbers of the rows that stay for this reason."""
        found = []
        for place, one in enumerate(self.why):
            if one == why:
                found.append(self.ids[place])
                if len(found) == most:
                    break
        return found

    def free(self) -> Iterator[list[int]]:
        """The rows that can be taken back, some at a time."""
        yield from chunks_of(self.ids[place] for place, one in enumerate(self.why) if one == FREE)

    def which(self, *, is_there: bool, was_there: bool) -> Iterator[list[int]]:
        """Those that are (not) there now and were (not) there before the batch, some at a time."""
        kind = is_there * _THERE | was_there * _WAS_THERE
        yield from chunks_of(
            self.ids[place]
            for place, one in enumerate(self._kinds)
            if one & ~_GOES_ON == kind and self.why[place] == FREE
        )

    def lines_before(self, ids: list[int]) -> list[int]:
        """The history lines that tell what these rows were before the batch, of those that were there."""
        places = (self.place(pk) for pk in ids)
        return [self.before[p] for p in places if p is not None and self._kinds[p] & _WAS_THERE]

    def _is(self, pk: int, *, is_there: bool, was_there: bool) -> bool:
        place = self.place(pk)
        kind = is_there * _THERE | was_there * _WAS_THERE
        return place is not None and self.why[place] == FREE and self._kinds[place] & ~_GOES_ON == kind

    def _read(self, batch: Batch) -> None:
        model: Any = self.register.model
        table = connection.ops.quote_name(model.history.model._meta.db_table)
        sql = f"""
            WITH w AS (
                SELECT id, MIN(history_id) AS first, MAX(history_id) AS last
                FROM {table} WHERE history_batch_id = %s GROUP BY id
            ), p AS (
                SELECT w.id, w.last,
                    (SELECT MAX(h.history_id) FROM {table} h WHERE h.id = w.id AND h.history_id < w.first) AS before,
                    (SELECT MAX(h.history_id) FROM {table} h WHERE h.id = w.id) AS newest
                FROM w
            )
            SELECT p.id, p.before, p.last, p.newest, b.history_type, l.history_type
            FROM p JOIN {table} l ON l.history_id = p.last LEFT JOIN {table} b ON b.history_id = p.before
            ORDER BY p.id"""
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql, [batch.pk])
            while rows := cursor.fetchmany(CHUNK):
                for pk, before, last, newest, before_type, last_type in rows:
                    self.ids.append(pk)
                    self.before.append(before or 0)
                    kind = (last_type != "-") * _THERE | (before_type not in (None, "-")) * _WAS_THERE
                    self._kinds.append(kind | (newest != last) * _GOES_ON)

    def _lock(self, batch: Batch) -> None:
        if not connection.features.has_select_for_update:
            return
        model: Any = self.register.model
        table, history = (connection.ops.quote_name(one._meta.db_table) for one in (model, model.history.model))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT t.id FROM {table} t WHERE t.id IN"
                f" (SELECT h.id FROM {history} h WHERE h.history_batch_id = %s) ORDER BY t.id FOR UPDATE) AS locked",
                [batch.pk],
            )


def chunks_of(numbers: Iterator[int]) -> Iterator[list[int]]:
    """Numbers in lists of `CHUNK`."""
    found: list[int] = []
    for number in numbers:
        found.append(number)
        if len(found) == CHUNK:
            yield found
            found = []
    if found:
        yield found
