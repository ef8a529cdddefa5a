"""Windows: when an official matter can be filed, reported or renewed, and what has to be done by when for it.

Dates come from standards/*.toml (`[[windows]]`), and for a year without an official date from what the zone has set (own.py).
A year without either is "not set": shown so, never guessed.
A criterion never fails because a window is closed: the verdict says what is so, the window says what can be done now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from gongjian.kernel import standards
from gongjian.kernel.clock import is_workday
from gongjian.kernel.rulebooks import own
from gongjian.kernel.rulebooks.rulebook import Rulebook

KINDS = {"filing": "申报", "report": "年报", "update": "信息更新", "review": "评价复核", "expiry": "到期"}
"""What can be due; `expiry` is the last day of a title that somebody holds."""
OFTEN = 2
"""A window that comes more often than this in a year is routine: nothing is planned back from it."""
USUAL = "steps"
"""The standard with the steps that a zone plans by where a rulebook's own standard names none."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """One span in which something can be done; either end may be unset."""

    rulebook: str
    label: str
    year: int
    opens: date | None = None
    closes: date | None = None
    kind: str = "filing"
    """One of KINDS."""
    source: str = ""
    confidence: str = "sourced"
    set_by: str = ""
    """Who of the zone set it, and when; empty where the dates are the standard's."""

    @property
    def is_set(self) -> bool:
        return self.closes is not None

    def state(self, day: date) -> str:
        """未设定, 未开放, 开放中, 已截止."""
        if self.closes is None:
            return "未设定"
        if self.opens is not None and day < self.opens:
            return "未开放"
        return "已截止" if day > self.closes else "开放中"


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something to be done before a window closes."""

    label: str
    due: date
    window: Window
    is_usual: bool = False
    """Whether the zone's usual plan says so, not the rulebook's standard."""


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What can be done about filing on a day: `state` is open, ahead, closed, unset, or none (no window at all).

    `window` is the one that is meant: the open one, the next one, the one that has closed, or the one that is not set.
    """

    state: str
    window: Window | None = None
    is_later_year: bool = False
    """Whether the next window is another year's, this year's not being set."""

    def told(self) -> str:
        """What an officer can tell an enterprise that meets the criteria."""
        one = self.window
        if one is None or one.closes is None:
            return "申报日期未设定,以当年通知为准。" if one is not None else "没有固定的申报窗口。"
        until = one.closes.isoformat()
        if self.state == "open":
            return f"{one.label}开放至{until}。"
        if self.state == "closed":
            return f"{one.year}年的窗口已于{until}截止,现在不能申报;下一次的日期未设定。条件的测算结论不受影响。"
        since = f"{one.opens.isoformat()}至{until}" if one.opens else f"截至{until}"
        return ("本年度的日期未设定;" if self.is_later_year else "") + f"下一次{one.label}:{since}。"


@dataclass(frozen=True, kw_only=True)
class Dated:
    """One line of the calendar: a day on which something opens, closes, or has to be done."""

    on: date
    what: str
    """opens, closes, or step."""
    label: str
    window: Window


def of(book: Rulebook, *, year: int, is_official: bool = False) -> list[Window]:
    """The windows of a rulebook in a year; one that is not set where the document promises a window but no date is known.

    Where the standard has no confirmed date, what the zone has set for that year counts, unless `is_official`.
    """
    found = []
    mine = {} if is_official else own.known().windows
    for given in standards.standard(book.standard).get("windows", ()):
        if given.get("rulebook", book.name) != book.name:
            continue
        parts: dict[str, Any] = {"label": given["label"], "kind": given.get("kind", "filing"), "rulebook": book.name}
        if "every" in given:  # the same days each year: from and until as month-day
            opens, closes = (_on(year, given["every"].get(end)) for end in ("from", "until"))
        else:
            days: dict[str, Any] = next((one for one in given.get("years", ()) if one["year"] == year), {})
            opens, closes = days.get("opens"), days.get("closes")
            given = given | days
        window = Window(
            **parts,
            year=year,
            opens=opens,
            closes=closes,
            source=given.get("source", ""),
            confidence=given.get("confidence", "sourced") if closes else "unset",
        )
        if mine and window.confidence != "sourced":
            window = _with_own(window, mine.get((book.standard, window.label, year)))
        found.append(window)
    return found


def ahead(book: Rulebook, *, as_of: date) -> list[Window]:
    """The windows of this year and the next that are not over: those with a day by that day, then those not set."""
    found = [one for year in (as_of.year, as_of.year + 1) for one in of(book, year=year)]
    dated = [(one.closes, one) for one in found if one.closes is not None and one.closes >= as_of]
    unset = [one for one in found if one.closes is None and one.year == as_of.year]
    return [one for _, one in sorted(dated, key=lambda pair: pair[0])] + unset


def filing(book: Rulebook, *, as_of: date) -> Filing:
    """Whether an application can be filed on a day. A window of another kind (an update) is none for filing."""
    this_year = [one for one in of(book, year=as_of.year) if one.kind == "filing"]
    upcoming = [one for one in ahead(book, as_of=as_of) if one.kind == "filing" and one.is_set]
    if upcoming:
        first = upcoming[0]
        if first.state(as_of) == "开放中":
            return Filing(state="open", window=first)
        is_later = first.year != as_of.year and any(not one.is_set for one in this_year)
        return Filing(state="ahead", window=first, is_later_year=is_later)
    over = [one for one in this_year if one.is_set]
    if over:
        return Filing(state="closed", window=over[-1])
    return Filing(state="unset", window=this_year[0]) if this_year else Filing(state="none")


def steps(window: Window, book: Rulebook | None = None) -> list[Step]:
    """The steps before a window closes (a title ends), planned back from its last day; none where it is not set."""
    if window.closes is None:
        return []
    theirs = standards.standard(book.standard).get("steps", {}).get(window.kind, ()) if book is not None else ()
    if book is not None and not theirs and sum(one.kind == window.kind for one in of(book, year=window.year)) > OFTEN:
        return []
    planned = theirs or standards.standard(USUAL).get("steps", {}).get(window.kind, ())
    return [
        Step(label=one["label"], due=_before(window.closes, one["workdays"]), window=window, is_usual=not theirs)
        for one in planned
    ]


def expiry(*, label: str, on: date) -> Window:
    """The end of a title as a window: what renews it has to be done before."""
    return Window(rulebook="", label=label, year=on.year, closes=on, kind="expiry")


def calendar(books: Iterable[Rulebook], *, since: date, until: date) -> list[Dated]:
    """All days from `since` to `until` on which a window opens or closes, and the steps before; in order of the days."""
    found = []
    for book in books:
        for year in range(since.year, until.year + 2):  # a step may be due in the year before its window closes
            for window in of(book, year=year):
                if window.closes is None:
                    continue
                days = [Dated(on=window.closes, what="closes", label=window.label, window=window)]
                if window.opens is not None:
                    days.append(Dated(on=window.opens, what="opens", label=window.label, window=window))
                days += [Dated(on=one.due, what="step", label=one.label, window=window) for one in steps(window, book)]
                found += [one for one in days if since <= one.on <= until]
    return sorted(found, key=lambda one: (one.on, one.window.rulebook, one.what))


def unset(books: Iterable[Rulebook], *, year: int) -> list[tuple[Rulebook, Window]]:
    """The windows of a year that have no date yet."""
    return [(book, one) for book in books for one in of(book, year=year) if not one.is_set]


def _with_own(window: Window, one: own.Own | None) -> Window:
    if one is None:
        return window
    return replace(
        window,
        opens=one.since,
        closes=one.until,
        source=one.source,
        confidence="confirmed" if window.confidence == "unconfirmed" else "zone",
        set_by=one.set_by,
    )


def _before(day: date, workdays: int) -> date:
    """So many working days earlier."""
    while workdays:
        day -= timedelta(days=1)
        workdays -= is_workday(day)
    return day


def _on(year: int, words: str | None) -> date | None:
    if not words:
        return None
    month, day = (int(part) for part in words.split("-"))
    try:
        return date(year, month, day)
    except ValueError:  # 29 February
        return date(year, month + 1, 1) - timedelta(days=1)
