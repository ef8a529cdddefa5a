"""Kept verdicts as rows: what is judged anew is compared with what is kept, and only what differs is written."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection, transaction

from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.rulebooks import effort
from gongjian.kernel.rulebooks.judging import judge
from gongjian.kernel.rulebooks.models import Judgement, Override
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State

CHUNK = 5_000
COLUMNS = (
    "rulebook", "edition", "entry", "state", "least", "most", "effort", "criteria", "gaps", "alerts", "facts", "since",
)  # fmt: skip


def keep(
    book: Rulebook,
    read: pl.DataFrame,
    *,
    as_of: date,
    at: datetime,
    ids: Collection[int] | None,
    decided: Mapping[int, Mapping[str, Override]],
) -> int:
    """Judge the subjects whose facts were read, and keep what differs; returns how many verdicts do."""
    facts = read.select("id", *book.specs)
    verdicts = judge(book, facts, as_of=as_of)
    kept = Judgement.objects.filter(rulebook=book.name, until=None)
    if ids is not None:
        kept = kept.filter(entry__in=listed(tuple(ids)))
    columns = ("id", "entry", "edition", "state", "least", "most", "criteria", "gaps", "alerts")
    old = {entry: (pk, *told) for pk, entry, *told in kept.values_list(*columns).iterator(chunk_size=CHUNK)}
    names = [gate.name for gate in book.criteria]
    alerts = [gate.name for gate in book.alerts]
    gaps = [name for name in verdicts.columns if name.rpartition(".")[2] == "next" or name.rpartition(".")[2].isdigit()]
    specs = list(book.specs)
    over: list[int] = []
    fresh: list[tuple[Any, ...]] = []
    seen: set[int] = set()
    for row, given in zip(verdicts.iter_rows(named=True), facts.iter_rows(named=True), strict=True):
        entry = row["id"]
        seen.add(entry)
        criteria = {name: row[name] for name in names}
        state = row["verdict"]
        if entry in decided:
            criteria |= {name: one.state for name, one in decided[entry].items() if name in criteria}
            state = max(criteria.values()) if state != State.NOT_APPLICABLE else state
        told = (
            book.edition, state, row.get("score.least"), row.get("score.most"), criteria,
            {name: row[name] for name in gaps if row[name] is not None},
            [name for name in alerts if row[f"alert.{name}"] == State.MET],
        )  # fmt: skip
        before = old.get(entry)
        if before is not None and before[1:] == told:
            continue
        if before is not None:
            over.append(before[0])
        numbers = {name: given[name] for name in specs if given[name] is not None}
        far = effort.of(book, criteria, told[5], numbers) if state == State.UNMET else None
        kept_as = (_json(criteria), _json(told[5]), _json(told[6]), _json(numbers))
        fresh.append((book.name, told[0], entry, *told[1:4], far, *kept_as, at))
    over += [pk for entry, (pk, *_) in old.items() if entry not in seen]
    if over or fresh:
        with transaction.atomic():
            for start in range(0, len(over), CHUNK):
                Judgement.objects.filter(id__in=listed(over[start : start + CHUNK])).update(until=at)
            _insert(fresh)
    return len(fresh)


def _insert(rows: Sequence[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in COLUMNS)
    marks = ", ".join(["%s"] * len(COLUMNS))
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            chunk = [(*row[:-1], adapt(row[-1])) for row in rows[start : start + CHUNK]]
            cursor.executemany(f"INSERT INTO {quote(Judgement._meta.db_table)} ({columns}) VALUES ({marks})", chunk)


def _json(value: Mapping[str, Any] | Sequence[str]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
