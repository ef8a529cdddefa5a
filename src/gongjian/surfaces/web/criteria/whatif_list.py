"""假如 from a list: the rows picked in it, or all that it shows, each with one fact or a few more or other. Nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_GET

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, query
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.rulebooks import deciding, keeping, whatif
from gongjian.kernel.rulebooks.facts import FactSpec
from gongjian.kernel.rulebooks.families import grouped
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.web.criteria.common import ORDER, TONES, rows_of, subject_of
from gongjian.surfaces.web.criteria.whatif import NAMED_MOST, NUMBERS
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers.address import Address
from gongjian.surfaces.web.registers.common import register_of, status_of

LINES = 3
"""So many facts are changed at once."""
NAMED_READ = 20_000
"""The facts of up to so many rows are read by number; of more, those of all rows are read."""
LISTED_MOST = 300
"""So many rows fit into the address of a list."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of the form: which fact, whether it is added to or set, and what was typed."""

    fact: str = ""
    how: str = "add"
    by: str = ""


@require_GET
def show(request: HttpRequest, register: str) -> HttpResponse:
    """The rows `pick=1&pick=2`, or without any all that the list of this address shows; what changes stands in
    `if_book=high-tech&if_fact=class1_rights&if_how=add&if_by=1`, the last three up to LINES times."""
    me, about, day, asked = officer(request), register_of(register), today(), request.GET
    books = _books(about, day)
    book = next((one for one in books if one.name == asked.get("if_book")), None)
    refusal, shift, told, blank = None, None, "", 0
    ids: tuple[int, ...] = ()
    address, lines = Address(register=about), _lines(asked)
    try:
        if not books:
            raise Refusal("whatif.none", f"没有按“{about.label}”测算的标准", "请从标准目录选一部标准")
        address = Address.of(register=about, by=me, given=asked, today=day)
        ids = _asked(address, asked, me)
        if book is not None and any(one.fact or one.by.strip() for one in lines):
            adds, sets, words = _changes(book, lines)
            frame = _frame(book, ids, day)
            decided = deciding.in_force(book, as_of=day)
            shift = whatif.of_set(book, frame, adds, as_of=day, sets=sets, decided=decided)
            blank = frame.select(pl.any_horizontal(pl.col(name).is_null() for name in adds).sum()).item() if adds else 0
            told = f"{_which(address, asked, ids, about)}各{words}"
    except Refusal as found:
        refusal = found
    named = [] if shift is None else [*shift.gained[:NAMED_MOST], *shift.lost[:NAMED_MOST]]
    turned = [] if shift is None else list(shift.turned[:NAMED_MOST])
    gained = shift.gained if shift is not None else ()
    listed = f"{reverse('register', args=[about.name])}?ids={','.join(map(str, gained))}"
    return page(
        request, "criteria/what_if_list.html", status=status_of(refusal) if refusal else 200, subject=about, book=book,
        families=grouped(books), address=address, shift=shift, told=told, blank=blank, refusal=refusal, n=len(ids),
        which=_which(address, asked, ids, about), lines=lines, most=NAMED_MOST, measure=measure(about),
        rows=rows_of(book, {*named, *(pk for pk, _, _ in turned)}) if book is not None else {}, turned=turned,
        to_list=listed if 0 < len(gained) <= LISTED_MOST else "", numbers=NUMBERS, tones=TONES, order=ORDER,
        states=State, day=day, facts=[] if book is None else [one for one in book.specs.values() if not one.given],
        carried=[*address.pairs, *(("pick", pk) for pk in asked.getlist("pick"))],
    )  # fmt: skip


def measure(register: Register) -> str:
    """By what a register's rows are counted."""
    return "家" if register.name == "enterprise" else "个"


def _books(register: Register, on: date) -> list[Rulebook]:
    found = [one for one in keeping.current(as_of=on) if one.facts.subject == register.name]
    return [one for one in found if not subject_of(one).closed]


def _asked(address: Address, asked: QueryDict, me: Officer) -> tuple[int, ...]:
    """The rows that are meant, of those that the officer may read."""
    register = address.register
    access.require(register=register, by=me, verb="register.read")
    if address.known_on is not None:
        cause = f"列表现在显示的是{address.known_on}的内容,“假如”按现在的数据测算"
        raise Refusal("whatif.past", cause, "请先在列表里回到现在")
    picked = tuple(int(one) for one in asked.getlist("pick") if one.isdecimal() and len(one) < 19)
    ask = query.Ask(register=register, by=me, ids=picked) if picked else address.ask(by=me)
    ids = tuple(query.rows(ask).order_by().values_list("id", flat=True))
    if not ids:
        raise Refusal("whatif.nobody", f"没有符合条件的{register.label}", "请返回列表,放宽条件再测算")
    return ids


def _which(address: Address, asked: QueryDict, ids: Sequence[int], register: Register) -> str:
    """What the rows are called in a sentence."""
    told = f"{len(ids):,}{measure(register)}{register.label}"
    if asked.get("pick"):
        return f"选中的{told}"
    return f"符合条件的{told}" if address.is_narrow else f"全部{told}"


def _lines(asked: QueryDict) -> list[Change]:
    """What was typed, a line a fact; one blank line more, up to LINES."""
    facts, hows, values = (asked.getlist(f"if_{name}") for name in ("fact", "how", "by"))
    made = [
        Change(
            fact=fact, how=hows[place] if place < len(hows) else "add", by=values[place] if place < len(values) else ""
        )
        for place, fact in enumerate(facts[:LINES])
    ]
    kept = [one for one in made if one.fact or one.by.strip()]
    return [*kept, Change()] if len(kept) < LINES else kept


def _changes(book: Rulebook, lines: Sequence[Change]) -> tuple[dict[str, int], dict[str, int], str]:
    """What is added and what is set (smallest units), and both in words. Refused where a line does not say it."""
    adds: dict[str, int] = {}
    sets: dict[str, int] = {}
    words = []
    for one in lines:
        if not (one.fact or one.by.strip()):
            continue
        spec = book.specs.get(one.fact)
        if spec is None or spec.given:
            cause = (
                f"“{book.label}”不看名为“{one.fact[:40]}”的数据" if one.fact else f"填写了“{one.by[:20]}”但没有选择数据"
            )
            raise Refusal("facts.unknown", cause, "请从列表中选择")
        if spec.name in adds or spec.name in sets:
            raise Refusal("whatif.twice", f"“{spec.label}”填写了两次", "请只保留一行")
        value = spec.read(one.by.replace(",", "").strip())
        if one.how == "set":
            if value is None:
                raise Refusal("whatif.by", f"没有填写“{spec.label}”改为多少", f"请填写{_example(spec)}")
            sets[spec.name] = value
            words.append(f"把“{spec.label}”改为{spec.shown(value)}")
        else:
            if spec.kind not in NUMBERS:
                raise Refusal("whatif.by", f"“{spec.label}”不是数字,不能增减", f"请选“改为”,填写{_example(spec)}")
            if not value:
                raise Refusal("whatif.by", f"没有填写“{spec.label}”增加多少", "请填写一个不为0的数字,减少填负数")
            adds[spec.name] = value
            words.append(f"{'增加' if value > 0 else '减少'}“{spec.label}”{spec.shown(abs(value))}")
    return adds, sets, "、".join(words)


def _example(spec: FactSpec) -> str:
    """What a value of the fact looks like."""
    if spec.kind in NUMBERS:
        return "一个数字"
    if spec.kind.word == "choice":
        return "、".join(f"“{one}”" for one in (spec.labels or spec.options)[:6])
    return "“是”或“否”" if spec.kind.word == "flag" else "日期,如 2025-06-30"


def _frame(book: Rulebook, ids: Sequence[int], day: date) -> pl.DataFrame:
    """The facts of these rows, as they are now."""
    if len(ids) <= NAMED_READ:
        return keeping.facts_of([book], as_of=day, ids=ids)
    return keeping.facts_of([book], as_of=day).filter(pl.col("id").is_in(pl.Series(ids, dtype=pl.Int64).implode()))
