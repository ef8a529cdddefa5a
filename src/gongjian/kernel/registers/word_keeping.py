"""Keeping the index behind search up to date: from the row history, by one process at a time, anew where it is spoilt."""

from __future__ import annotations

import fcntl
import json
import operator
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any
from uuid import uuid4

import tantivy
from django.db import connection, models

from gongjian.kernel.registers.declare import Register, registers
from gongjian.kernel.registers.word_index import (
    BEGINNING_MOST,
    GAP,
    State,
    folded,
    folder_of,
    history_of,
    home,
    indexed,
    leading,
    line_of,
    read_state,
    state_path,
    zone_of,
)
from gongjian.kernel.tables import horizon, is_written_elsewhere

MEMORY = 64_000_000
CHUNK = 500
SETTLE_SECONDS = 2.0


def refresh(*, register: Register, rebuild: bool = False) -> int | None:
    """Bring the index up to the newest history line; returns how many rows were written into it.

    None when another process is at it, or (PostgreSQL) when rows are just being written whose lines are not to be seen
    yet: the next call does it. Builds anew where there is no index, or none that fits.
    """
    paths = indexed(register)
    if not paths:
        return 0
    with _alone(register) as is_alone:
        if not is_alone:
            return None
        newest = _settled(register)
        if newest is None:
            return None
        state = None if rebuild else _good(register)
        if state is None:
            return _build(register, paths, newest)
        return _update(register, state, newest)


def refresh_all(*, rebuild: bool = False) -> dict[str, int | None]:
    """`refresh` every register; for the background worker and the command line."""
    return {register.name: refresh(register=register, rebuild=rebuild) for register in registers()}


def _document(number: int, values: Sequence[Any], lead: int | None) -> tantivy.Document:
    """The texts of a row, and every beginning, as it is written, of the one at the place `lead`."""
    text = GAP.join(GAP.join(str(value).split()) for value in values if value not in (None, ""))
    text = folded(text)
    document = tantivy.Document()
    document.add_unsigned("id", number)
    document.add_text("ones", " ".join(set(text)))
    document.add_text("pairs", " ".join(map(operator.add, text, text[1:])))
    begin = str(values[lead])[:BEGINNING_MOST].partition(" ")[0] if lead is not None else ""
    document.add_text("begins", " ".join(begin[: n + 1] for n in range(len(begin))))
    return document


def _write(register: Register, state: State) -> None:
    path = state_path(register)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(asdict(state), ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def _good(register: Register) -> State | None:
    """The state of an index that can be carried on; None when it has to be built."""
    state = read_state(register)
    if state is None or state.zone != zone_of():
        return None
    try:
        tantivy.Index.open(str(folder_of(register, state.folder))).searcher()
    except (ValueError, OSError):
        return None
    if state.watermark:
        line = history_of(register).filter(history_id=state.watermark).values_list("id", "history_date").first()
        if line is None or line_of(*line) != state.row:
            return None
    return state


def _build(register: Register, paths: list[str], newest: int) -> int:
    folder = uuid4().hex[:12]
    target = folder_of(register, folder)
    target.mkdir(parents=True)
    writer = tantivy.Index(_schema(), path=str(target)).writer(MEMORY, 1)
    count = 0
    rows, lead = register.model._default_manager.order_by().values_list("id", *paths), _lead(register, paths)
    for number, *values in rows.iterator(chunk_size=5000):
        writer.add_document(_document(number, values, lead))
        count += 1
    writer.commit()
    writer.wait_merging_threads()
    _write(register, _state(register, folder, paths, newest))
    for other in target.parent.iterdir():
        if other.name != folder:
            shutil.rmtree(other, ignore_errors=True)
    return count


def _update(register: Register, state: State, newest: int) -> int:
    lines = history_of(register).filter(history_id__gt=state.watermark, history_id__lte=newest)
    numbers = sorted(set(lines.values_list("id", flat=True).iterator(chunk_size=5000)))
    if not numbers:
        return 0
    index = tantivy.Index.open(str(folder_of(register, state.folder)))
    writer = index.writer(MEMORY, 1)
    manager, lead = register.model._default_manager, _lead(register, state.paths)
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        # by a query: deletion by a term finds no unsigned numbers and says nothing
        writer.delete_documents_by_query(tantivy.Query.term_set_query(index.schema, "id", chunk))
        for number, *values in manager.filter(id__in=chunk).order_by().values_list("id", *state.paths):
            writer.add_document(_document(number, values, lead))
    writer.commit()
    writer.wait_merging_threads()
    _write(register, _state(register, state.folder, state.paths, newest))
    return len(numbers)


def _state(register: Register, folder: str, paths: list[str], newest: int) -> State:
    line = history_of(register).filter(history_id=newest).values_list("id", "history_date").first() if newest else None
    row = line_of(*line) if line else []
    lead = leading(register)
    return State(folder=folder, watermark=newest, paths=paths, row=row, zone=zone_of(), leading=lead)


def _lead(register: Register, paths: Sequence[str]) -> int | None:
    return paths.index(leading(register)) if leading(register) else None


@contextmanager
def _alone(register: Register) -> Iterator[bool]:
    """Whether no other process is writing this register's index; held until the end."""
    home().mkdir(parents=True, exist_ok=True)
    with (home() / f"{register.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _settled(register: Register) -> int | None:
    """The newest history line below which no line can still turn up; 0 when there is none, None when it cannot be told.

    PostgreSQL hands out line numbers before it commits: a line below the newest one may belong to a transaction that is
    still open. So the newest number counts once every transaction that was open when it was read has ended.
    """
    newest = history_of(register).aggregate(newest=models.Max("history_id"))["newest"] or 0
    if connection.vendor == "sqlite" or not newest:
        return newest
    until = time.monotonic() + SETTLE_SECONDS
    before = horizon()
    while is_written_elsewhere(before=before):
        if time.monotonic() > until:
            return None
        time.sleep(0.05)
    return newest


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_text_field("ones", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("pairs", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("begins", tokenizer_name="whitespace", index_option="basic")
    return builder.build()
