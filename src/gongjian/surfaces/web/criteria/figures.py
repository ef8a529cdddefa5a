"""本区设定: all figures and dates of all standards, what nobody has set or checked first; handed on and taken over as a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import policy
from gongjian.kernel.rulebooks import handing, parameters, rulebook, settable, setting, settled, windows
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.settled import Line
from gongjian.kernel.rulebooks.windows import Window
from gongjian.surfaces.web.page import officer, page, today, zone
from gongjian.surfaces.web.registers.common import attachment, heard, say, status_of

ORDER = ("unset", "unconfirmed", "zone", "confirmed", "sourced")
"""What nobody has set, then what nobody has checked, come first."""
HINTS = {
    "unset": "没有官方数值,本区也还没有设定;用到它的条件不下结论",
    "unconfirmed": "没有核对到官方原文,核对后在这里登记依据",
    "zone": "没有官方数值,由本区设定",
    "confirmed": "本区已对照文件核实",
    "sourced": "有官方出处,不能由本区改动;官方数值变动时,由系统维护人员在标准文件中增加一段新的施行日期和出处",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure: as it is in force today, or last was or first will be; and the rulebooks that ask for it."""

    standard: str
    figure: Parameter
    books: list[Rulebook]
    is_in_force: bool
    later: str = ""
    """What is set for a day to come."""


@dataclass(frozen=True, kw_only=True)
class Dates:
    """One window in one year."""

    standard: str
    window: Window
    book: Rulebook


def show(request: HttpRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    """The page; `?standard=high-tech&confidence=unset` narrows it, `?year=2026` chooses the windows' year."""
    me, day = officer(request), today()
    titles = settable.titles()
    asked, sure = request.GET.get("standard", ""), request.GET.get("confidence", "")
    year = int(raw) if (raw := request.GET.get("year", "")) in {str(day.year + n) for n in (-1, 0, 1)} else day.year
    chosen = [asked] if asked in titles else list(titles)
    acts = [one for one in settled.lines() if one.counts]
    rows = rows_of(chosen, day, acts)
    counts = {key: sum(one.figure.confidence == key for one in rows) for key in ORDER}
    shown = [one for one in rows if sure not in ORDER or one.figure.confidence == sure]
    dates = [one for one in dates_of(chosen, year) if sure not in ORDER or one.window.confidence == sure]
    return page(
        request, "criteria/figures.html", status=status_of(refusal) if refusal else 200, refusal=refusal,
        groups=[(key, some) for key in ORDER if (some := [one for one in shown if one.figure.confidence == key])],
        counts=counts, dates=dates, titles=titles, standard=asked if asked in titles else "", sure=sure if sure in ORDER else "",
        year=year, years=[day.year - 1, day.year, day.year + 1], confidence=parameters.SURE, hints=HINTS,
        may_set=policy.may(by=me, verb=setting.VERB), n_own=len(acts), notice=heard(request),
        order=ORDER, day=day,
    )  # fmt: skip


listing = require_GET(show)


def rows_of(standards: Iterable[str], day: date, acts: Iterable[Line]) -> list[Row]:
    """The figures of these standards, in the order of ORDER, then as the standard has them. `acts`: what the zone set."""
    later = {
        (one.act.standard, one.act.name): one.act
        for one in acts
        if not one.act.year and one.act.since is not None and one.act.since > day
    }
    found = []
    for standard in standards:
        books = [one for one in rulebook.every() if one.standard == standard]
        now = parameters.in_force(standard, as_of=day)
        for name, blocks in parameters.read(standard).items():
            figure = now.get(name) or blocks[-1]
            ahead = later.get((standard, name))
            found.append(
                Row(
                    standard=standard,
                    figure=figure,
                    books=[one for one in books if name in one.asked],
                    is_in_force=name in now,
                    later=f"{ahead.since}起改为{'、'.join(ahead.values)}{'' if figure.bands else figure.unit}"
                    if ahead is not None
                    else "",
                )
            )
    return sorted(found, key=lambda one: ORDER.index(one.figure.confidence))


def dates_of(standards: Iterable[str], year: int) -> list[Dates]:
    """The windows of these standards in a year, each once, those that are not set first."""
    found: dict[tuple[str, str], Dates] = {}
    for standard in standards:
        for book in rulebook.every():
            if book.standard == standard:
                for one in windows.of(book, year=year):
                    found.setdefault((standard, one.label), Dates(standard=standard, window=one, book=book))
    return sorted(found.values(), key=lambda one: ORDER.index(one.window.confidence))


@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """What the zone has set, as TOML."""
    officer(request)
    own_zone = zone(request)
    text = handing.as_toml(zone=own_zone.name if own_zone else "", at=today())
    return attachment(data=text.encode(), name=f"本区设定-{today()}.toml", media="application/toml")


@require_POST
def take_over(request: HttpRequest) -> HttpResponse:
    """Set all that such a file says; what is wrong with it is said on the page, and nothing is set."""
    me, file = officer(request), request.FILES.get("file")
    try:
        if file is None:
            raise Refusal("figures.file", "没有选择文件", "请选择从“本区设定”导出的TOML文件")
        n = handing.take_over(file.read(handing.LIMIT + 1), by=me, at=clock.now())
    except Refusal as refusal:
        return show(request, refusal=refusal)
    say(request, f"已导入 {n} 项本区设定,相关结论由后台重新测算。" if n else "文件中的设定这里都已经有了,没有改动。")
    return redirect("criteria-figures")
