"""Work that outlives a click: done at once when it is small, else handed to the background worker."""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from huey import SqliteHuey

from gongjian.surfaces import progress

log = logging.getLogger("gongjian.worker")
jobs = SqliteHuey("gongjian", filename=str(Path(settings.HOME) / "jobs.sqlite3"), fsync=True)
WAIT = timedelta(seconds=15)
"""How long a piece of work may lie between the queue and the worker's hands before it counts as lost."""


THREADS = 2
"""Pieces of work that the worker does at a time: a short one need not wait for a long one to be read and judged."""
_WRITER = threading.Lock()


@contextmanager
def turn(*, say: progress.Say) -> Iterator[None]:
    """Inside, this worker writes one batch at a time where the database has one writer (SQLite).

    Else the second would wait within the database, which gives up after a while. Who waits says so, and can be
    cancelled.
    """
    if connection.vendor != "sqlite":
        yield
        return
    while not _WRITER.acquire(timeout=progress.EVERY):
        say("等候另一批写完", 0, 0)
    try:
        yield
    finally:
        _WRITER.release()


def begin(*, name: str, task: Callable[..., Any], argument: Any, in_background: bool) -> None:
    """Do the piece of work `name` now, or queue it once the current transaction stands."""
    progress.queue(name=name)
    if in_background:
        transaction.on_commit(lambda: task(name, argument))
    else:
        task.call_local(name, argument)  # type: ignore[attr-defined]


def is_alive(*, name: str) -> bool:
    """Whether the work is being done, or waits in the queue for a worker."""
    if progress.is_running(name=name):
        return True
    said = progress.read(name=name)
    if said is None or not said.is_queued:
        return False
    return time.time() - said.at < WAIT.total_seconds() or _waits(name)


def _waits(name: str) -> bool:
    """Whether the work lies in the queue, beside work that only the worker knows (what it does by the clock)."""
    waiting = (jobs.serializer.deserialize(message) for message in jobs.storage.enqueued_items())
    return any(name in (one.args or ()) for one in waiting)


def worker_is_here() -> bool:
    """Whether a background worker runs on this home: it holds a lock as long as it lives."""
    path = _worker_lock()
    if not path.exists():
        return False
    with path.open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def be_the_worker() -> Any:
    """Hold the worker's lock until this process ends; returns what must be kept."""
    path = _worker_lock()
    path.parent.mkdir(mode=0o700, exist_ok=True)
    lock = path.open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def _worker_lock() -> Path:
    return Path(settings.HOME) / "worker.lock"
