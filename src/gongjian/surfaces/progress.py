"""How far a long piece of work is: a small file beside the database, readable while the database is busy writing.

A piece of work has a name (`batch-12`, `export-3f2a`). While it runs it holds a lock that the operating system takes
back when the process dies, however it dies, so that nobody waits for work that is no longer done.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from gongjian.kernel.errors import Refusal

QUEUED = "排队等候"
EVERY = 0.2
"""Seconds between two writings of the file, and between two looks for the cancel mark."""
Say = Callable[[str, int, int], None]
"""`say(phase, done, total)`: how far the work is; raises `Cancelled` once somebody has asked for an end."""
_NAME = re.compile(r"[a-z]+-[0-9a-z]{1,40}")


class Cancelled(Refusal):
    """Somebody asked for the work to end; what it was writing is taken back."""

    def __init__(self) -> None:
        super().__init__("work.cancelled", "已按您的要求取消", "没有写入任何内容;需要时可重新开始")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a piece of work was when it last said so; times are seconds since 1970."""

    phase: str
    done: int
    total: int
    since: float
    at: float

    @property
    def seconds(self) -> int:
        """How long it has been going on."""
        return max(0, int(time.time() - self.since))

    @property
    def percent(self) -> int | None:
        """How much of the phase is done; None when nobody knows its end."""
        return min(100, 100 * self.done // self.total) if self.total else None

    @property
    def is_queued(self) -> bool:
        """Whether it has not begun."""
        return self.phase == QUEUED


def queue(*, name: str) -> None:
    """Say that the work will begin; a cancel mark from before is taken away."""
    _path(name, "cancel").unlink(missing_ok=True)
    _write(name, Progress(phase=QUEUED, done=0, total=0, since=time.time(), at=time.time()))


@contextmanager
def running(*, name: str) -> Iterator[Say]:
    """Do the work inside: gives the function that says how far it is. Refused when it is being done already."""
    with _path(name, "lock").open("w") as lock:
        tries = 0
        while not _locked(lock):  # somebody may only be looking, see `is_running`
            tries += 1
            if tries < 10:
                time.sleep(0.05)
                continue
            raise Refusal("work.running", "这项工作正在进行", "请等它完成后再试")
        before = read(name=name)
        since = before.since if before is not None else time.time()
        phase, last = "", 0.0

        def say(said: str, done: int, total: int) -> None:
            nonlocal phase, last
            now = time.time()
            if said == phase and now - last < EVERY:
                return
            if is_cancelled(name=name):
                raise Cancelled
            phase, last = said, now
            _write(name, Progress(phase=said, done=done, total=total, since=since, at=now))

        yield say


def is_running(*, name: str) -> bool:
    """Whether a living process is doing the work."""
    path = _path(name, "lock")
    if not path.exists():
        return False
    with path.open("r") as lock:
        return not _locked(lock)


def read(*, name: str) -> Progress | None:
    """How far it is; None when nothing is known of it."""
    try:
        return Progress(**json.loads(_path(name, "json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def cancel(*, name: str) -> None:
    """Ask for an end; the work looks for the mark between two portions."""
    _path(name, "cancel").touch(mode=0o600)


def is_cancelled(*, name: str) -> bool:
    """Whether somebody has asked for an end."""
    return _path(name, "cancel").exists()


def clear(*, name: str) -> None:
    """Forget the work; one that is running keeps its files."""
    if not is_running(name=name):
        for ending in ("json", "cancel", "lock"):
            _path(name, ending).unlink(missing_ok=True)


def sweep(*, before: float) -> int:
    """Forget all work that said its last word before that moment; returns how many files went."""
    gone = 0
    for path in _folder().iterdir():
        try:
            if path.stat().st_mtime < before and not is_running(name=path.stem):
                path.unlink(missing_ok=True)
                gone += 1
        except (OSError, ValueError):
            continue
    return gone


def _locked(file: IO[str]) -> bool:
    """Take the lock; False when another process, or another part of this one, holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _write(name: str, progress: Progress) -> None:
    """Whole or not at all, so that a reader never sees half a file."""
    handle, temporary = tempfile.mkstemp(dir=_folder())
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(progress), file)
    Path(temporary).replace(_path(name, "json"))


def _path(name: str, ending: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a piece of work")
    return _folder() / f"{name}.{ending}"


def _folder() -> Path:
    folder = Path(settings.HOME) / "progress"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
