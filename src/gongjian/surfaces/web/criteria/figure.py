"""One figure, or one window in one year: what the standard says, what the zone set; a new value is previewed, then saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.files import LIMIT, content
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.parse import to_date
from gongjian.kernel.rulebooks import deciding, keeping, parameters, settable, setting, settled, whatif, windows
from gongjian.kernel.rulebooks.models import ZoneFigure
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.setting import Proof
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.whatif import Shift
from gongjian.surfaces.web.criteria.common import TONES, rows_of, subject_of
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers.common import attachment, heard, say, status_of

NAMED_MOST = 60
TOP = "#top"
"""Where the page after an act begins; without it a browser goes on at the form."""
AT_ONCE = 2_000
"""So many subjects are judged anew before the answer; more are left to the worker."""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a new value would do to the verdicts of one rulebook; `closed` says why that is not shown."""

    book: Rulebook
    shift: Shift | None = None
    rows: dict[int, Any] | None = None
    closed: str = ""


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, standard: str, name: str, refusal: Refusal | None = None) -> HttpResponse:
    """The figure; `?values=1800&since=2025-07-01` shows who would gain and who lose, POST saves."""
    me, day = officer(request), today()
    blocks = settable.blocks_of(standard, name)
    given = request.POST if request.method == "POST" else request.GET
    told, effects, clash = "", [], []
    if "values" in given:
        try:
            policy.require(by=me, verb=setting.VERB)
            since, until, values = to_date(given.get("since")), to_date(given.get("until")), given.getlist("values")
            block, checked = settable.check_figure(standard, name, values=values, since=since, until=until)
            told = settable.told(block, checked)
            assert since is not None  # checked above
            clash = setting.clashes(standard, name, since=since, until=until)
            if request.method == "POST":
                made = setting.set_figure(
                    standard=standard, name=name, values=values, since=since, until=until, proof=_proof(request),
                    ends_earlier=bool(given.get("ends_earlier")), by=me, at=clock.now(),
                )  # fmt: skip
                n = _judge_again(standard, name)
                say(request, f"已{made.get_sort_display()}“{block.label}”为{told}。{n}")
                return redirect(reverse("criteria-figure", args=[standard, name]) + TOP)
        except Refusal as found:
            refusal = found
        if told:
            effects = effects_of(standard, block, checked, day=day, by=me)
    now = parameters.in_force(standard, as_of=day).get(name)
    figure = now or blocks[-1]
    base = next((block for block in reversed(blocks) if block.is_open), None)
    return page(
        request, "criteria/figure.html", status=status_of(refusal) if refusal else 200, standard=standard, figure=figure,
        blocks=blocks, base=base, is_in_force=now is not None, lines=settled.lines(standard=standard, name=name),
        books=settable.affected(standard, name, as_of=day), title=settable.titles()[standard], told=told, effects=effects,
        clash=clash, refusal=refusal, typed=_typed(given), inputs=_inputs(figure, base, given.getlist("values")),
        may_set=policy.may(by=me, verb=setting.VERB), may_read=policy.may(by=me, verb="evidence.read"),
        notice=heard(request), confidence=parameters.SURE, tones=TONES, states=State, most=NAMED_MOST, day=day,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def window(request: HttpRequest, standard: str, year: int, label: str, refusal: Refusal | None = None) -> HttpResponse:
    """A window in a year; `?opens=&closes=2025-08-29` shows the days that follow from it, POST saves."""
    me, day = officer(request), today()
    book, official = settable.window_of(standard, label, year=year)
    given = request.POST if request.method == "POST" else request.GET
    preview, steps = None, []
    if "closes" in given:
        try:
            policy.require(by=me, verb=setting.VERB)
            opens, closes = to_date(given.get("opens")), to_date(given.get("closes"))
            settable.check_window(standard, label, year=year, opens=opens, closes=closes)
            preview = replace(official, opens=opens, closes=closes)
            steps = sorted(windows.steps(preview, book), key=lambda step: step.due)
            if request.method == "POST":
                made = setting.set_window(
                    standard=standard, label=label, year=year, opens=opens, closes=closes, proof=_proof(request), by=me,
                    at=clock.now(),
                )  # fmt: skip
                say(request, f"已{made.get_sort_display()}“{label}”{year}年的日期,窗口日历和倒排节点已更新。")
                return redirect(reverse("criteria-window", args=[standard, year, label]) + TOP)
        except Refusal as found:
            refusal = found
    now = next(each for each in windows.of(book, year=year) if each.label == label)
    return page(
        request, "criteria/figure_window.html", status=status_of(refusal) if refusal else 200, standard=standard,
        book=book, official=official, now=now, year=year, preview=preview, steps=steps, refusal=refusal,
        typed=_typed(given), lines=settled.lines(standard=standard, name=label, year=year),
        title=settable.titles()[standard], may_set=policy.may(by=me, verb=setting.VERB),
        may_read=policy.may(by=me, verb="evidence.read"), notice=heard(request), day=day,
    )  # fmt: skip


@require_POST
def act(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """End or withdraw a setting; what is wrong with that is said on its page."""
    me, found = officer(request), _act(pk)
    reason, at = request.POST.get("reason", ""), clock.now()
    where = (found.standard, found.year, found.name) if found.year else (found.standard, found.name)
    try:
        if what == "end":
            setting.end(act=found, until=to_date(request.POST.get("until")), reason=reason, by=me, at=at)
        else:
            setting.withdraw(act=found, reason=reason, by=me, at=at)
    except Refusal as refusal:
        return (window if found.year else one)(request, *where, refusal=refusal)
    told = "已登记截止日期。" if what == "end" else "已撤回这条设定,它仍留在办理记录里。"
    say(request, told if found.year else told + _judge_again(found.standard, found.name))
    return redirect("criteria-window" if found.year else "criteria-figure", *where)


@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that a setting rests on, for who may read evidence."""
    policy.require(by=officer(request), verb="evidence.read")
    found = _act(pk)
    if found.file is None:
        raise Refusal("figure.file", "这条设定没有上传文件", "请看它写明的理由")
    return attachment(data=content(found.file), name=found.file_name, media=found.file.media)


def effects_of(standard: str, block: Parameter, values: Sequence[Fraction], *, day: date, by: Officer) -> list[Effect]:
    """By rulebook: who would gain and who would lose today by these values, of those that the officer may see.

    What officers have decided (人工认定) holds before and after.
    """
    found = []
    for book in settable.affected(standard, block.name, as_of=day):
        subject = subject_of(book)
        if subject.closed:
            found.append(Effect(book=book, closed=subject.closed))
            continue
        if block.name not in book.asked or block.name not in parameters.in_force(standard, as_of=day):
            found.append(Effect(book=book, closed="今天还不按这个数值测算,不作预测。"))
            continue
        rows = access.visible(register=subject.register, by=by, rows=subject.register.model._default_manager.all())
        ids = list(rows.order_by().values_list("id", flat=True))
        frame = keeping.facts_of([book], as_of=day).filter(pl.col("id").is_in(ids))
        value = tuple(values) if block.bands else values[0]
        decided = deciding.in_force(book, as_of=day)
        shift = whatif.of_figures(book, frame, {block.name: value}, as_of=day, decided=decided)
        named = [*shift.gained[:NAMED_MOST], *shift.lost[:NAMED_MOST]]
        found.append(Effect(book=book, shift=shift, rows=rows_of(book, named)))
    return found


def _judge_again(standard: str, name: str) -> str:
    """Judge anew what reads the figure; what came of it, in a sentence."""
    day, at = today(), clock.now()
    books = [book for book in settable.affected(standard, name, as_of=day) if not book.facts.personal]
    n = sum(keeping.refresh(book, as_of=day, at=at, most=AT_ONCE) for book in books)
    if any(keeping.waiting(book, as_of=day) for book in books):
        return "相关结论正由后台重新测算。"
    return f"相关结论已重新测算,{n:,} 个有变化。" if books else ""


def _proof(request: HttpRequest) -> Proof:
    given = request.FILES.get("file")
    # one byte over the limit is enough to refuse it: a huge file is never read whole
    data = given.read(LIMIT + 1) if given is not None else None
    return Proof(
        source=request.POST.get("source", ""),
        reason=request.POST.get("reason", ""),
        file_name=given.name or "" if given is not None else "",
        file=data,
    )


def _act(pk: int) -> ZoneFigure:
    found = ZoneFigure.objects.select_related("file").filter(pk=pk, sort__in=settled.SETS).first()
    if found is None:
        raise Refusal("figure.missing", "没有找到这条设定", "请刷新页面")
    return found


def _typed(given: Any) -> dict[str, str]:
    return {
        key: given.get(key, "") for key in ("since", "until", "opens", "closes", "source", "reason", "ends_earlier")
    }


def _inputs(figure: Parameter, base: Parameter | None, typed: Sequence[str]) -> list[tuple[str, str]]:
    """For each value to be typed: which band it is for, and what stands there now."""
    block = figure if figure.is_open or base is None else base
    if block.bands:
        heads = [f"{parameters.plain(limit)}以下" if limit is not None else "其余" for limit, _ in block.bands]
        values = [value for _, value in block.bands]
    else:
        heads, values = [""], [] if block.value is None else [block.value]
    now = settable.written(block, values) or [""]
    return [(head, typed[place] if place < len(typed) else now[place]) for place, head in enumerate(heads)]
