"""人工认定: an officer decides one criterion of one subject otherwise, with reason, file and end; or takes that back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.files import LIMIT
from gongjian.kernel.registers.access import NoPurpose
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.parse import to_date
from gongjian.kernel.rulebooks import deciding, keeping
from gongjian.kernel.rulebooks.models import Override
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces.web.criteria import sheet
from gongjian.surfaces.web.criteria.common import book_of
from gongjian.surfaces.web.page import officer, today
from gongjian.surfaces.web.registers.common import say
from gongjian.surfaces.web.registers.reading import row_of


@require_POST
def decide(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Record a decision; what is wrong with it is said on the sheet, with what was typed."""
    book = book_of(name)
    row = row_of(request, REGISTERS[book.facts.subject], pk)
    try:
        made = recorded(request, book, row)
    except NoPurpose:
        raise
    except Refusal as refusal:
        place = f"{name}.{request.POST.get('criterion', '')}"
        return sheet.render(request, book, pk, refusal=refusal, place=place)
    say(request, f"已登记人工认定,有效期至 {made.expires_on}。")
    return redirect(_sheet(book, row))


@require_POST
def withdraw(request: HttpRequest, name: str, pk: int, decision: int) -> HttpResponse:
    """Take a decision back."""
    book = book_of(name)
    row = row_of(request, REGISTERS[book.facts.subject], pk)
    taken_back(request, book, row, decision)
    say(request, "已撤回人工认定,按数据重新测算。")
    return redirect(_sheet(book, row))


def recorded(request: HttpRequest, book: Rulebook, row: Any) -> Override:
    """The decision that was typed, recorded with its file; the subject is judged again. Refused as `deciding.decide` does."""
    me, now, file = officer(request), clock.now(), request.FILES.get("evidence")
    with transaction.atomic():
        made = deciding.decide(
            book=book,
            criterion=request.POST.get("criterion", ""),
            entry=row,
            state=_state(request.POST.get("state", "")),
            reason=request.POST.get("reason", ""),
            expires_on=to_date(request.POST.get("expires_on", "")),
            by=me,
            at=now,
            today=today(),
            evidence=deciding.proof(entry=row, name=file.name or "", data=file.read(LIMIT + 1), by=me, at=now)
            if file is not None
            else None,
        )
    keeping.refresh(book, as_of=today(), at=now, ids=[row.pk])
    return made


def taken_back(request: HttpRequest, book: Rulebook, row: Any, decision: int) -> None:
    """Withdraw a decision on this subject by this rulebook; the subject is judged again."""
    found = Override.objects.filter(pk=decision, rulebook=book.name, entry=row.pk).first()
    if found is None:
        raise Refusal("decision.missing", "没有找到这条人工认定", "请刷新页面")
    deciding.withdraw(decision=found, entry=row, by=officer(request), at=clock.now())
    keeping.refresh(book, as_of=today(), at=clock.now(), ids=[row.pk])


def _state(word: str) -> State:
    """What the form says; anything else is refused by the action."""
    return {"met": State.MET, "unmet": State.UNMET}.get(word, State.UNKNOWN)


def _sheet(book: Rulebook, row: Any) -> str:
    if book.facts.subject == "enterprise":
        return reverse("gap-sheet", args=[row.pk]) + f"#{book.name}"
    return reverse("criterion-sheet", args=[book.name, row.pk])
