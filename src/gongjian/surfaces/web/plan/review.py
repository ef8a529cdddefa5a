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
from django.views.decorators.http import require_GET, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.plan import review
from gongjian.kernel.plan.imports import differences
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.plan.proposal import KIND_LABELS, MODALITY_LABELS
from gongjian.kernel.plan.words import COMPARATOR_LABELS, deadline_words, target_words
from gongjian.kernel.registers.numbers import number_in
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
        **lists(),
    )


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Confirm, reject or reopen one proposal, or name its owner."""
    me, c = officer(request), commitment_of(request, pk)
    try:
        if verb == "owner":
            values = {"owner": forms.owner_of(request.POST.get("owner", ""))}
            review.correct(commitment=c, values=values, by=me, at=clock.now())
        else:
            ACTS[verb](commitment=c, by=me, at=clock.now())
    except Refusal as refusal:
        return _refused(request, c, refusal)
    return _done(request, c)


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
        return page(request, "plan/review_sure.html", plan=plan, ready=ready, waiting=waiting, at_least=raw, **lists())
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
        say(request, refusal.sentence, tone="refusal")
        return redirect("plan-review", pk=plan.pk)
    left = plan.commitments.filter(state=Commitment.State.PROPOSED).count()
    tail = f"还有 {left} 项留待审阅。" if left else "下一步:明确责任单位,征求意见。"
    say(request, f"《{plan.title}》第{plan.version}版已启用。{tail}")
    return redirect("plan-tasks", pk=plan.pk)


def commitment_of(request: HttpRequest, pk: int) -> Commitment:
    me = officer(request)
    found = Commitment.objects.select_related("plan", "passage", "owner").filter(pk=pk).first()
    if found is None:
        raise Refusal("commitment.unknown", f"没有编号为 {pk} 的承诺", "请刷新审阅页")
    review.draft(pk=found.plan_id, by=me)
    return found


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
    if any(c.pk == number_in(asked) for c in items):
        return number_in(asked)
    first = next((c for c in items if c.state == Commitment.State.PROPOSED), None)
    return first.pk if first else (items[0].pk if items else None)


def _counts(rows: list[Commitment]) -> dict[str, int]:
    found = Counter(c.state for c in rows)
    return {state: found.get(state, 0) for state in Commitment.State.values}


def _is_open(c: Commitment, level: float) -> bool:
    return c.state == Commitment.State.PROPOSED and c.confidence >= level


def lists() -> dict[str, Any]:
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


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _done(request: HttpRequest, c: Commitment) -> HttpResponse:
    if not wants_json(request):
        return redirect(_back(request, c.plan, after=c))
    fresh = next(row for row in _rows(c.plan) if row.pk == c.pk)
    return JsonResponse(
        {"id": c.pk, "state": fresh.state, "item": _item(request, fresh), "counts": _counts(_rows(c.plan))}
    )


def _item(request: HttpRequest, c: Commitment) -> str:
    return render_to_string(ITEM, {"c": c, "me": officer(request), "is_current": False, **lists()}, request=request)


def _refused(request: HttpRequest, c: Commitment, refusal: Refusal) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"id": c.pk, "error": refusal.sentence}, status=status_of(refusal))
    say(request, f"“{c.metric}”:{refusal.sentence}", tone="refusal")
    return redirect(f"{reverse('plan-review', args=[c.plan_id])}?at={c.pk}")


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
