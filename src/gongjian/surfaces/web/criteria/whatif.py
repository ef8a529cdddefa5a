"""What if: other facts of one subject, more of something for many, or other figures of the rule. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import polars as pl
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_GET

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks import deciding, explaining, keeping, parameters, reading, whatif
from gongjian.kernel.rulebooks.facts import Kind
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.web.criteria import sliders
from gongjian.surfaces.web.criteria.common import ORDER, TONES, book_of, kept, rows_of, subject_of
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers.common import status_of
from gongjian.surfaces.web.registers.reading import row_of

NAMED_MOST = 100
NUMBERS = (Kind.MONEY, Kind.QUANTITY, Kind.PEOPLE, Kind.COUNT)
Value = Fraction | tuple[Fraction, ...]


@require_GET
def of_one(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """One subject with other facts: `?staff_avg=41`."""
    book, day = book_of(name), today()
    row: Any = row_of(request, REGISTERS[book.facts.subject], pk)
    (facts,) = keeping.facts_of([book], as_of=day, ids=[pk]).to_dicts()
    decided = keeping.overrides(as_of=day, ids=[pk]).get((name, pk), {})
    refusal, changes = None, {}
    try:
        changes = sliders.changes(book, facts, request.GET)
    except Refusal as found:
        refusal = found
    before, after = whatif.of_one(book, facts, changes, as_of=day, decided=decided)
    first, rest = sliders.inputs(book, facts, request.GET, before)
    both = list(zip(explaining.explain(before), explaining.explain(after), strict=True))
    both.sort(key=lambda pair: (pair[0].finding.state == pair[1].finding.state, -pair[1].finding.state))
    return page(
        request, "criteria/what_if_one.html", status=status_of(refusal) if refusal else 200, book=book, row=row,
        before=before, after=after, both=both, first=first, rest=rest, n=len(changes), refusal=refusal, tones=TONES,
        states=State, day=day, subject=REGISTERS[book.facts.subject],
    )  # fmt: skip


@require_GET
def of_all(request: HttpRequest, name: str) -> HttpResponse:
    """Many subjects with so much more of one fact (`?fact=class1_rights&by=1`), or by other figures (`?p.rd_share.0=4%`).

    Which ones: `only=` numbers, `near=12` nearest misses, `verdict=` a verdict, `names=` one a line; all where none is said.
    """
    me, book, day, asked = officer(request), book_of(name), today(), request.GET
    subject = subject_of(book)
    if subject.closed:
        raise Refusal("whatif.closed", f"“{book.label}”不能对一批对象测算。{subject.closed}", "请从标准目录另选一部")
    figures = book.figures(as_of=day)
    refusal, shift, told, blank, picked = None, None, "", 0, "全部"
    try:
        ids, picked = _chosen(book, asked, me)
        changed = _figures(figures, asked)
        if asked.get("fact") or changed:
            frame = keeping.facts_of([book], as_of=day).filter(pl.col("id").is_in(list(ids)))
            decided = deciding.in_force(book, as_of=day)
        if asked.get("fact"):
            spec = book.specs.get(asked["fact"])
            if spec is None or spec.kind not in NUMBERS:
                cause = f"“{book.label}”没有名为“{asked['fact'][:40]}”的数字事实"
                raise Refusal("facts.unknown", cause, "请从列表中选择")
            by = spec.read(asked.get("by", "").replace(",", ""))
            if not by:
                raise Refusal("whatif.by", f"没有填写“{spec.label}”增加多少", "请填写一个不为0的数字,减少填负数")
            shift = whatif.of_set(book, frame, {spec.name: by}, as_of=day, decided=decided)
            blank = frame[spec.name].null_count()
            told = f"{picked}的“{spec.label}”{'增加' if by > 0 else '减少'}{spec.shown(abs(by))}"
        elif changed:
            shift = whatif.of_figures(book, frame, changed, as_of=day, decided=decided)
            told = ";".join(f"“{figures[key].label}”改为{_told(figures[key], value)}" for key, value in changed.items())
    except Refusal as found:
        refusal = found
    named = [] if shift is None else [*shift.gained[:NAMED_MOST], *shift.lost[:NAMED_MOST]]
    return page(
        request, "criteria/what_if.html", status=status_of(refusal) if refusal else 200, book=book, shift=shift,
        told=told, rows=rows_of(book, named), refusal=refusal, tones=TONES, order=ORDER, states=State, day=day,
        most=NAMED_MOST, blank=blank, only=asked.getlist("only"), picked=picked,
        facts=[spec for spec in book.specs.values() if spec.kind in NUMBERS and not spec.given],
        figures=[figures[key] for key in book.asked if figures[key].value is not None or figures[key].bands],
        subject=subject.register, measure="个", turned=[], to_list="",
    )  # fmt: skip


def _chosen(book: Rulebook, asked: QueryDict, me: Officer) -> tuple[set[int], str]:
    """The subjects that are meant, of those that the officer may see, and what they are called in a sentence."""
    found = kept(book, by=me)
    label = REGISTERS[book.facts.subject].label
    if only := {int(word) for word in asked.getlist("only") if word.isdecimal() and len(word) < 19}:
        ids = set(found.filter(entry__in=only).values_list("entry", flat=True))
        return ids, f"选中的{len(ids)}个{label}"
    if lines := [line.strip() for line in asked.get("names", "").splitlines() if line.strip()]:
        return _named(book, lines[:500], set(found.values_list("entry", flat=True))), f"列出的{len(lines)}个{label}"
    if near := asked.get("near", "").strip():
        if not near.isdecimal() or len(near) > 5 or not 0 < int(near) <= 10_000:
            raise Refusal("whatif.near", f"家数“{near[:20]}”不是1到10000的整数", "请填写如 12")
        misses = reading.nearest(found, most=int(near))
        return {one.entry for one in misses}, f"离达标最近的{len(misses)}个{label}"
    state = next((one for one in State if one.word == asked.get("verdict")), None)
    if state is not None:
        found = found.filter(state=state)
    ids = set(found.values_list("entry", flat=True))
    return ids, f"结论为“{book.says(state)}”的{len(ids)}个{label}" if state is not None else f"全部{len(ids)}个{label}"


def _named(book: Rulebook, lines: list[str], seen: set[int]) -> set[int]:
    """The subjects of these names or codes. Refused with those that are not found."""
    register = REGISTERS[book.facts.subject]
    fields = register.lookups or tuple(name for name in register.key if "__" not in name)
    match = Q()
    for name in fields:
        match |= Q(**{f"{name}__in": lines})
    found: dict[str, int] = {}
    for pk, *values in register.model._default_manager.filter(match, id__in=seen).values_list("id", *fields):
        found |= {str(value): pk for value in values}
    if missing := [line for line in lines if line not in found]:
        raise Refusal(
            "whatif.names",
            f"有{len(missing)}行没有找到:{'、'.join(line[:30] for line in missing[:5])}",
            f"请按台账中的{'或'.join(str(register.field(name).verbose_name) for name in fields)}填写,一行一个",
        )
    return {found[line] for line in lines}


def _figures(figures: Mapping[str, Parameter], asked: QueryDict) -> dict[str, Value]:
    """The figures that are asked to be another: `p.name` for one value, `p.name.0` for the first band."""
    for key in asked:
        if key.startswith("p.") and key.split(".")[1] not in figures:
            raise Refusal("rulebook.parameter", f"没有名为“{key.split('.')[1][:40]}”的数值", "请从列出的数值中选择")
    changed: dict[str, Value] = {}
    for name, figure in figures.items():
        if figure.value is not None:
            value = _number(figure, asked.get(f"p.{name}", ""))
            if value is not None and value != figure.value:
                changed[name] = value
            continue
        now = tuple(value for _, value in figure.bands)
        given = [_number(figure, asked.get(f"p.{name}.{place}", "")) for place in range(len(now))]
        bands = tuple(old if new is None else new for old, new in zip(now, given, strict=True))
        if bands != now:
            changed[name] = bands
    return changed


def _number(figure: Parameter, text: str) -> Fraction | None:
    if not text.strip():
        return None
    words = text.strip().removesuffix(figure.unit) if figure.unit and figure.value is not None else text.strip()
    try:
        return parameters.number(f"{words}%" if figure.is_share and "%" not in words else words)
    except (ValueError, ZeroDivisionError) as fault:
        cause = f"“{figure.label}”的值“{text[:20]}”不是数字"
        raise Refusal("rulebook.parameter", cause, "请填写数字或百分数,如 8%") from fault


def _told(figure: Parameter, value: Value) -> str:
    if isinstance(value, tuple):
        return "、".join(figure.told(one) for one in value)
    return figure.told(value)
