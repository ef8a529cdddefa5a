"""The zone's own figures and dates as this process knows them; without a database there are none, and the official ones stand.

They are read when the database is asked (setting.py says how) and held for the whole process. A request, a job and a command
look once whether anything was set since, so that what one process sets the others know from their next question on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, kw_only=True)
class Own:
    """One setting in force from `since` until `until`; of a window, these are the days on which it opens and closes."""

    pk: int
    values: tuple[Fraction, ...] = ()
    """One; of a figure that goes by bands, one for each."""
    since: date | None = None
    until: date | None = None
    source: str = ""
    set_by: str = ""
    """Who and when, for people: 督查室陶知行 2025-06-30."""

    def covers(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True)
class Known:
    """All settings that count: figures by standard and name, windows by standard, label and year."""

    acts: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    """By standard: the last act, how many there are, how many of them on figures; so that a later one is noticed."""
    figures: Mapping[str, Mapping[str, tuple[Own, ...]]] = field(default_factory=dict)
    windows: Mapping[tuple[str, str, int], Own] = field(default_factory=dict)


NOTHING = Known()


class _Here(threading.local):
    may_ask = False
    """Whether this thread is at work on something that may ask the database, and has not looked yet."""
    is_asking = False


_here = _Here()
_held = NOTHING
_look: Callable[[Known], Known] | None = None


def read_by(look: Callable[[Known], Known]) -> None:
    """Name the function that brings what is held up to date."""
    global _look
    _look = look


def known() -> Known:
    """What counts now."""
    if _here.may_ask:
        check()
    return _held


def check() -> Known:
    """Look in the database whether anything was set since the last look."""
    global _held
    _here.may_ask = False
    if _look is not None:
        _held = _look(_held)
    return _held


def renew() -> Known:
    """Read all anew: this process has just set something."""
    global _held
    _held = NOTHING
    return check()


def begin() -> None:
    """A piece of work begins in this thread: its first question looks in the database, the others do not."""
    _here.is_asking = _here.may_ask = True


def end() -> None:
    """It is over: what follows in this thread does not ask the database by itself."""
    _here.is_asking = _here.may_ask = False


def ensure() -> Known:
    """Within a piece of work that has looked already, what counts; elsewhere look now."""
    return known() if _here.is_asking else check()


def forget() -> None:
    """Forget what is held: as if nothing had been set."""
    global _held
    _held = NOTHING
    end()
