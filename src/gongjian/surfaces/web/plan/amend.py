"""Amending the review: correct a proposal, add one that was missed, split one, merge several."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.plan import review
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.registers.numbers import number_in
from gongjian.surfaces.web.page import officer, page
from gongjian.surfaces.web.plan import review_forms as forms
from gongjian.surfaces.web.plan.desk import status_of
from gongjian.surfaces.web.plan.review import commitment_of, lists, wants_json


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct one proposal; the second button confirms it at once."""
    me, c = officer(request), commitment_of(request, pk)
    if request.method == "GET":
        return _form(request, "edit", plan=c.plan, commitment=c, typed=forms.shown(c))
    typed = {name: request.POST.get(name, "") for name in (*forms.FIELDS, "mechanism")}
    try:
        start, end = c.start, c.end
        if typed["quote"].strip("\r\n") != c.text:
            start, end = forms.locate(plan=c.plan, quote=typed["quote"], near=c.start)
        values = {**forms.values_of(typed), "start": start, "end": end}
        review.correct(commitment=c, values=values, by=me, at=clock.now())
        if request.POST.get("then") == "confirm":
            review.confirm(commitment=c, by=me, at=clock.now())
    except Refusal as refusal:
        return _form(request, "edit", refusal=refusal, plan=c.plan, commitment=_fresh(c), typed=typed)
    return _moved(request, c.plan, at=c.pk)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A commitment that the reader missed: a stretch of the text (`start`, `end` in code points) or quoted words."""
    me = officer(request)
    plan = review.draft(pk=pk, by=me)
    data = request.GET if request.method == "GET" else request.POST
    typed = {name: data.get(name, "") for name in (*forms.FIELDS, "mechanism")}
    span = (data.get("start", ""), data.get("end", ""))
    try:
        start, end = _span(plan, span, typed["quote"])
        if request.method == "GET":
            return _form(
                request, "add", plan=plan, typed=forms.suggested(plan=plan, start=start, end=end), span=(start, end)
            )
        made = review.add(plan=plan, start=start, end=end, values=forms.values_of(typed), by=me, at=clock.now())
        if request.POST.get("then") == "confirm":
            review.confirm(commitment=made, by=me, at=clock.now())
    except Refusal as refusal:
        return _form(request, "add", refusal=refusal, plan=plan, typed=typed, span=span)
    return _moved(request, plan, at=made.pk)


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal becomes several."""
    me, c = officer(request), commitment_of(request, pk)
    if request.method == "GET":
        return _form(request, "split", plan=c.plan, commitment=c, parts=_padded(forms.parts_of(c)))
    rows = forms.typed_parts(request.POST)
    try:
        parts = forms.split_values(commitment=c, rows=rows)
        made = review.split(commitment=c, parts=parts, by=me, at=clock.now())
    except Refusal as refusal:
        return _form(request, "split", refusal=refusal, plan=c.plan, commitment=c, parts=_padded(rows))
    return _moved(request, c.plan, at=made[0].pk)


@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """The ticked proposals become one."""
    me = officer(request)
    plan = review.draft(pk=pk, by=me)
    chosen = [n for raw in request.POST.getlist("merge") if (n := number_in(raw)) is not None]
    try:
        made = review.merge(commitments=list(plan.commitments.filter(pk__in=chosen)), by=me, at=clock.now())
    except Refusal as refusal:
        if wants_json(request):
            return JsonResponse({"error": refusal.sentence}, status=status_of(refusal))
        raise
    return _moved(request, plan, at=made.pk)


def _span(plan: Plan, span: tuple[str, str], quote: str) -> tuple[int, int]:
    """The posted span if its words are the quoted ones (or none are quoted), else where the quoted words stand."""
    if all(raw.isdecimal() and len(raw) < 10 for raw in span):
        start, end = int(span[0]), int(span[1])
        if 0 <= start < end <= len(plan.text) and (not quote.strip() or plan.text[start:end] == quote.strip("\r\n")):
            return start, end
        return forms.locate(plan=plan, quote=quote, near=start)
    return forms.locate(plan=plan, quote=quote, near=0)


def _padded(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    blank = dict.fromkeys((*forms.FIELDS, "mechanism"), "")
    return [*rows, *[blank] * max(0, 2 - len(rows))]


def _form(request: HttpRequest, what: str, *, refusal: Refusal | None = None, **context: Any) -> HttpResponse:
    """A form of the review: a piece for the page's script, else a page of its own."""
    status = status_of(refusal) if refusal else 200
    template = "plan/review_form.html" if wants_json(request) else "plan/review_edit.html"
    given: dict[str, Any] = {"commitment": None, "parts": (), "typed": {}, "span": ("", "")}
    return page(request, template, status=status, what=what, refusal=refusal, **{**given, **lists(), **context})


def _moved(request: HttpRequest, plan: Plan, *, at: int) -> HttpResponse:
    """After an act that changes the list itself."""
    if wants_json(request):
        return JsonResponse({"at": at})
    return redirect(f"{reverse('plan-review', args=[plan.pk])}?at={at}#c-{at}")


def _fresh(c: Commitment) -> Commitment:
    return Commitment.objects.select_related("plan", "passage", "owner").get(pk=c.pk)
