"""Binding in one go: every commitment with the indicator that may count it, proposed by matching, confirmed by an officer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.indicators.declare import INDICATORS
from gongjian.kernel.indicators.match import candidates
from gongjian.kernel.people import policy
from gongjian.kernel.plan import assignment
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.surfaces.web.page import officer, page


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of proposals; POST binds what was chosen in each row, "" leaves it to reports."""
    me = officer(request)
    policy.require(by=me, verb="commitment.manage")
    plan = get_object_or_404(Plan, pk=pk)
    found = list(plan.commitments.filter(state=Commitment.State.CONFIRMED).select_related("plan", "owner"))
    refusal = None
    if request.method == "POST":
        chosen = {c.pk: request.POST[f"c-{c.pk}"] for c in found if f"c-{c.pk}" in request.POST}
        try:
            assignment.bind_many(commitments=found, chosen=chosen, by=me, at=clock.now())
            return redirect(f"/plan/{plan.year}/")
        except Refusal as said:
            refusal = said
    rows = []
    for c in found:
        matches = candidates(commitment=c)
        fitting = sorted((i for i in INDICATORS.values() if c.kind in i.kinds), key=lambda i: i.label)
        if fitting:
            rows.append((c, matches, [i for i in fitting if i not in [m.indicator for m in matches]]))
    rows.sort(key=lambda row: (bool(row[0].indicator), -(row[1][0].score if row[1] else 0), row[0].start))
    status = 422 if refusal else 200
    left = len(found) - len(rows)
    return page(request, "plan/bindings.html", status=status, plan=plan, rows=rows, left=left, refusal=refusal)
