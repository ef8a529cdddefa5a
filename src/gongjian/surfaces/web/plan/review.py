"""审阅: left the document, right what the reader proposes; every proposal is confirmed, corrected or put aside.

With scripts each act answers with the changed item as JSON; without them the same forms lead back to the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.plan import review
from gongjian.kernel.plan.imports import differences
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.plan.proposal import KIND_LABELS, MODALITY_LABELS
from gongjian.kernel.plan.words import COMPARATOR_LABELS, deadline_words, target_words
from gongjian.surfaces.web.page import officer, page
from gongjian.surfaces.web.plan import review_forms as forms
from gongjian.surfaces.web.plan.desk import heard, say, status_of
from gongjian.surfaces.web.plan.paper import paper
from gongjian.surfaces.web.plan.versions import marked

LEVELS = ((0.9, "0.90 以上"), (0.8, "0.80 以上"), (0.7, "0.70 以上"), (0.0, "全部"))
ACTS: dict[str, Callable[..., Any]] = {"confirm": review.confirm, "reject": review.reject, "reopen": review.reopen}
ITEM = "plan/review_item.html"


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The review page of one plan; `?sort=text`, `?state=proposed`, `?at=ID`."""
    me = officer(request)
    plan = review.draft(pk=pk, by=me)
    rows = _rows(plan)
    items = _ordered(rows, request.GET.get("sort", ""))
    state = request.GET.get("state", "")
    items = [c for c in items if not state or c.state == state]
    current = _current(items, request.GET.get("at", ""))
    changes = [marked(change) for change in differences(plan=plan)]
    return page(
        request,
        "plan/review.html",
        plan=plan,
        lines=paper(plan=plan, passages=plan.passages.all(), commitments=rows),
        items=items,
        current=current,
        counts=_counts(rows),
        changes=changes,
        levels=[(level, label, sum(_is_open(c, level) for c in rows)) for level, label in LEVELS],
        notice=heard(request),
        **_lists(),
    )


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Confirm, reject or reopen one proposal, or name its owner."""
    me, c = officer(request), _commitment(request, pk)
    try:
        if verb == "owner":
            values = {"owner": forms.owner_of(request.POST.get("owner", ""))}
            review.correct(commitment=c, values=values, by=me, at=clock.now())
        else:
            ACTS[verb](commitment=c, by=me, at=clock.now())
    except Refusal as refusal:
        return _refused(request, c, refusal)
    return _done(request, c)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct one proposal; the second button confirms it at once."""
    me, c = officer(request), _commitment(request, pk)
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
    me, c = officer(request), _commitment(request, pk)
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
    chosen = [int(raw) for raw in request.POST.getlist("merge") if raw.isascii() and raw.isdigit()]
    try:
        made = review.merge(commitments=list(plan.commitments.filter(pk__in=chosen)), by=me, at=clock.now())
    except Refusal as refusal:
        if _wants_json(request):
            return JsonResponse({"error": refusal.sentence}, status=status_of(refusal))
        raise
    return _moved(request, plan, at=made.pk)


@require_POST
def confirm_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm every open proposal from a confidence on, after a page that lists them."""
    me = officer(request)
    plan = review.draft(pk=pk, by=me)
    raw = request.POST.get("at_least", "")
    levels = {str(level): level for level, _ in LEVELS}
    if raw not in levels:
        raise Refusal("review.level", "没有选择把握程度", "请从列表中选择")
    if request.POST.get("sure") != "1":
        ready = review.ready(plan=plan, by=me, at_least=levels[raw])
        waiting = sum(_is_open(c, levels[raw]) for c in _rows(plan)) - len(ready)
        return page(request, "plan/review_sure.html", plan=plan, ready=ready, waiting=waiting, at_least=raw, **_lists())
    done = review.confirm_all(plan=plan, by=me, at=clock.now(), at_least=levels[raw])
    say(request, f"已确认 {done} 项。")
    return redirect("plan-review", pk=plan.pk)


@require_POST
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the reviewed plan to use."""
    me = officer(request)
    plan = review.draft(pk=pk, by=me)
    try:
        review.activate(plan=plan, by=me, at=clock.now())
    except Refusal as refusal:
        say(request, refusal.sentence)
        return redirect("plan-review", pk=plan.pk)
    left = plan.commitments.filter(state=Commitment.State.PROPOSED).count()
    tail = f"还有 {left} 项留待审阅。" if left else "下一步:明确责任单位,征求意见。"
    say(request, f"《{plan.title}》第{plan.version}版已启用。{tail}")
    return redirect("plan-tasks", pk=plan.pk)


def _commitment(request: HttpRequest, pk: int) -> Commitment:
    me = officer(request)
    found = Commitment.objects.select_related("plan", "passage", "owner").filter(pk=pk).first()
    if found is None:
        raise Refusal("commitment.unknown", f"没有编号为 {pk} 的承诺", "请刷新审阅页")
    review.draft(pk=found.plan_id, by=me)
    return found


def _fresh(c: Commitment) -> Commitment:
    return Commitment.objects.select_related("plan", "passage", "owner").get(pk=c.pk)


def _rows(plan: Plan) -> list[Commitment]:
    rows = list(
        plan.commitments.select_related("owner", "leader").prefetch_related("co_owners").order_by("start", "pk")
    )
    for row in rows:
        row.plan = plan  # one text for all
    return rows


def _ordered(rows: list[Commitment], sort: str) -> list[Commitment]:
    return rows if sort == "text" else sorted(rows, key=lambda c: (-round(c.confidence, 2), c.start, c.pk))


def _current(items: list[Commitment], asked: str) -> int | None:
    if asked.isascii() and asked.isdigit() and any(c.pk == int(asked) for c in items):
        return int(asked)
    first = next((c for c in items if c.state == Commitment.State.PROPOSED), None)
    return first.pk if first else (items[0].pk if items else None)


def _counts(rows: list[Commitment]) -> dict[str, int]:
    found = Counter(c.state for c in rows)
    return {state: found.get(state, 0) for state in Commitment.State.values}


def _is_open(c: Commitment, level: float) -> bool:
    return c.state == Commitment.State.PROPOSED and c.confidence >= level


def _lists() -> dict[str, Any]:
    return {
        "kinds": KIND_LABELS,
        "modalities": MODALITY_LABELS,
        "comparators": COMPARATOR_LABELS,
        "units": review.owner_options(),
        "target_words": target_words,
        "deadline_words": deadline_words,
        "fault": review.fault,
        "sure": sure_words,
    }


def sure_words(confidence: float) -> tuple[str, str]:
    """How sure the reader is, in words, and the tone of its bar."""
    if confidence >= 0.85:
        return "把握大", "ok"
    return ("较有把握", "go") if confidence >= 0.7 else ("请细看", "warn")


def _span(plan: Plan, span: tuple[str, str], quote: str) -> tuple[int, int]:
    """The posted span if its words are the quoted ones (or none are quoted), else where the quoted words stand."""
    if all(raw.isascii() and raw.isdigit() for raw in span):
        start, end = int(span[0]), int(span[1])
        if 0 <= start < end <= len(plan.text) and (not quote.strip() or plan.text[start:end] == quote.strip("\r\n")):
            return start, end
        return forms.locate(plan=plan, quote=quote, near=start)
    return forms.locate(plan=plan, quote=quote, near=0)


def _padded(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    blank = dict.fromkeys((*forms.FIELDS, "mechanism"), "")
    return [*rows, *[blank] * max(0, 2 - len(rows))]


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _form(request: HttpRequest, what: str, *, refusal: Refusal | None = None, **context: Any) -> HttpResponse:
    """A form of the review: a piece for the page's script, else a page of its own."""
    status = status_of(refusal) if refusal else 200
    template = "plan/review_form.html" if _wants_json(request) else "plan/review_edit.html"
    given: dict[str, Any] = {"commitment": None, "parts": (), "typed": {}, "span": ("", "")}
    return page(request, template, status=status, what=what, refusal=refusal, **{**given, **_lists(), **context})


def _done(request: HttpRequest, c: Commitment) -> HttpResponse:
    if not _wants_json(request):
        return redirect(_back(request, c.plan, after=c))
    fresh = next(row for row in _rows(c.plan) if row.pk == c.pk)
    return JsonResponse(
        {"id": c.pk, "state": fresh.state, "item": _item(request, fresh), "counts": _counts(_rows(c.plan))}
    )


def _item(request: HttpRequest, c: Commitment) -> str:
    return render_to_string(ITEM, {"c": c, "me": officer(request), "is_current": False, **_lists()}, request=request)


def _refused(request: HttpRequest, c: Commitment, refusal: Refusal) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"id": c.pk, "error": refusal.sentence}, status=status_of(refusal))
    say(request, f"“{c.metric}”:{refusal.sentence}")
    return redirect(f"{reverse('plan-review', args=[c.plan_id])}?at={c.pk}")


def _moved(request: HttpRequest, plan: Plan, *, at: int) -> HttpResponse:
    """After an act that changes the list itself."""
    if _wants_json(request):
        return JsonResponse({"at": at})
    return redirect(f"{reverse('plan-review', args=[plan.pk])}?at={at}#c-{at}")


def _back(request: HttpRequest, plan: Plan, *, after: Commitment) -> str:
    """The page at the next open proposal, in the order and the filter that the officer works in."""
    sort, state = request.POST.get("sort", ""), request.POST.get("state", "")
    items = _ordered(_rows(plan), sort)
    place = next((n for n, c in enumerate(items) if c.pk == after.pk), 0)
    following = [*items[place + 1 :], *items[:place]]
    at = after.pk
    if request.resolver_match and request.resolver_match.kwargs.get("verb") in ("confirm", "reject"):
        at = next((c.pk for c in following if c.state == Commitment.State.PROPOSED), after.pk)
    pairs = [
        f"{name}={value}"
        for name, value in (("sort", sort), ("state", state))
        if value in ("text", *Commitment.State.values)
    ]
    return f"{reverse('plan-review', args=[plan.pk])}?{'&'.join([*pairs, f'at={at}'])}#c-{at}"
