"""One commitment: chart, schedule, rows that count and nearly count, evidence, splits, history; and the acts on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.indicators.declare import INDICATORS, question_of
from gongjian.kernel.indicators.match import candidates
from gongjian.kernel.indicators.models import StoredStanding
from gongjian.kernel.indicators.schedules import KINDS as SCHEDULES
from gongjian.kernel.indicators.standing import prepared, standing, term
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer, Role, Unit
from gongjian.kernel.plan import assignment, discussion
from gongjian.kernel.plan.deadlines import is_unconfirmed
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.registers.numbers import number_in
from gongjian.kernel.registers.parse import to_date, to_decimal
from gongjian.surfaces.web.page import as_of, officer, page
from gongjian.surfaces.web.plan.charts import draw
from gongjian.surfaces.web.plan.figures import promise, tag


def _get(request: HttpRequest, pk: int) -> Commitment:
    policy.require(by=officer(request), verb="plan.read")
    found = prepared(Commitment.objects.filter(pk=pk))
    if not found or (not found[0].is_tracked and not policy.may(by=officer(request), verb="plan.review")):
        raise Http404
    return found[0]


@require_safe
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """The card that opens over a promise on the plan page."""
    c = _get(request, pk)
    day = as_of(request, c.plan)
    s = standing(commitment=c, as_of=day, days=_weeks(c, day))
    terms = term(commitment=c, as_of=day)
    chart = draw(standing=s, term=terms, width=388, height=120, pad=(8, 6, 18, 34))
    return page(
        request,
        "plan/card.html",
        c=c,
        s=s,
        t=tag(s),
        term=terms,
        chart=chart,
        as_of=day,
        indicator=INDICATORS.get(c.indicator),
    )


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The commitment's page."""
    return _show(request, pk)


def _show(
    request: HttpRequest, pk: int, *, status: int = 200, refusal: Refusal | None = None, section: str = ""
) -> HttpResponse:
    c = _get(request, pk)
    me = officer(request)
    day = as_of(request, c.plan)
    s = standing(commitment=c, as_of=day, days=_weeks(c, day))
    terms = term(commitment=c, as_of=day)
    indicator = INDICATORS.get(c.indicator)
    near: list[object] = []
    near_count = 0
    if indicator is not None:
        question = question_of(commitment=c, as_of=day)
        rows = policy.visible(by=me, rows=indicator.near(question), scope=indicator.register.scope)
        near_count, near = rows.count(), list(rows.order_by("pk")[:8])
    counted = []
    if indicator is not None and s.entry_ids:
        rows = policy.visible(by=me, rows=indicator.model._default_manager.all(), scope=indicator.register.scope)
        counted = list(rows.filter(pk__in=s.entry_ids[-8:]).order_by("-pk"))
    drafts = request.POST if request.method == "POST" else {}
    return page(
        request,
        "plan/commitment.html",
        status=status,
        refusal=refusal,
        section=section,
        drafts=drafts,
        c=c,
        s=s,
        t=tag(s),
        term=terms,
        as_of=day,
        chart=draw(standing=s, term=terms, width=760, height=250, pad=(12, 14, 24, 52)),
        context=_context(c),
        indicator=indicator,
        matches=candidates(commitment=c) if policy.may(by=me, verb="commitment.manage") else [],
        indicators=sorted((i for i in INDICATORS.values() if c.kind in i.kinds), key=lambda i: i.label),
        near=near,
        near_count=near_count,
        counted=counted,
        reports=sorted(c.reports.all(), key=lambda r: (r.month, r.recorded_at), reverse=True),
        targets=list(c.targets.all()),
        unit_shares=[x for x in c.shares.all() if x.unit_id],
        month_shares=[x for x in c.shares.all() if x.month],
        kept=_kept(c, day),
        acts=list(acts.of(c)[:60]),
        verbs=acts.VERBS,
        units=list(Unit.objects.filter(is_active=True)),
        leaders=list(Officer.objects.filter(role=Role.LEADER, is_active=True)),
        schedules=SCHEDULES,
        schedule_lines=_schedule_lines(c),
        unconfirmed=is_unconfirmed(c.deadline),
        promise=promise,
        consultations=list(c.consultations.select_related("unit", "answered_by")),
    )


def _weeks(c: Commitment, day: date) -> list[date]:
    """Every seventh day of the plan year up to `day`, and `day` itself: the points of the chart."""
    days = [c.plan.since + timedelta(days=6 + 7 * n) for n in range((day - c.plan.since).days // 7 + 1)]
    return [*[d for d in days if d < day], day]


def _kept(c: Commitment, day: date) -> list[tuple[StoredStanding, Decimal | None]]:
    """The stored standings up to `day`, each beside the figure that is known today: a late fact shows as a correction."""
    stored = list(c.standings.filter(as_of__lte=day).order_by("-as_of", "-known_at")[:24])
    if not stored:
        return []
    days = sorted({row.as_of for row in stored})
    now = dict(standing(commitment=c, as_of=day, days=days).curve)
    return [(row, now.get(row.as_of)) for row in stored]


def _context(c: Commitment) -> tuple[str, str, str]:
    """The sentence around the promise: before, the promise, after."""
    low, high = min(c.passage.start, c.start), max(c.passage.end, c.end)
    text = c.plan.text
    return text[low : c.start], text[c.start : c.end], text[c.end : high]


def _schedule_lines(c: Commitment) -> str:
    spec = c.schedule or {}
    lines = [f"{w['opens']} {w['closes']} {_percent(w['share'])}" for w in spec.get("windows", ())]
    lines += [f"{p['on']} {_percent(p['share'])} {p.get('label', '')}".strip() for p in spec.get("points", ())]
    return "\n".join(lines)


def _percent(raw: object) -> str:
    text = str(raw)
    return text if text.endswith("%") else f"{Decimal(text) * 100:f}".rstrip("0").rstrip(".") + "%"


def _act(request: HttpRequest, pk: int, section: str, act: Callable[[Commitment, Officer], object]) -> HttpResponse:
    """Carry an act out and return to the page; a refusal keeps what was typed and stands at its section."""
    try:
        act(_get(request, pk), officer(request))
    except Refusal as refusal:
        status = 403 if refusal.code == "policy.forbidden" else 422
        return _show(request, pk, status=status, refusal=refusal, section=section)
    return redirect(f"/commitment/{pk}/#{section}")


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Owner, co-owners, leader, mechanism."""
    form = request.POST

    def act(c: Commitment, by: Officer) -> None:
        units = {unit.pk: unit for unit in Unit.objects.all()}
        owner = units.get(number_in(form.get("owner", "")) or 0)
        others = [units[n] for raw in form.getlist("co_owners") if (n := number_in(raw)) in units]
        leader = Officer.objects.filter(pk=number_in(form.get("leader", ""))).first()
        assignment.assign(
            commitment=c,
            by=by,
            at=clock.now(),
            owner=owner,
            co_owners=others,
            leader=leader,
            mechanism=form.get("mechanism", ""),
        )

    return _act(request, pk, "duty", act)


@require_POST
def bind(request: HttpRequest, pk: int) -> HttpResponse:
    """Bind or unbind an indicator."""
    name = request.POST.get("indicator", "")
    return _act(
        request, pk, "source", lambda c, by: assignment.bind(commitment=c, indicator=name, by=by, at=clock.now())
    )


@require_POST
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """The schedule from its form: kind, and one window or point a line."""
    kind, lines = request.POST.get("kind", "linear"), request.POST.get("lines", "")

    def act(c: Commitment, by: Officer) -> None:
        assignment.set_schedule(commitment=c, spec=_spec(kind, lines), by=by, at=clock.now())

    return _act(request, pk, "schedule", act)


def _spec(kind: str, lines: str) -> dict[str, object]:
    rows = [line.split() for line in lines.splitlines() if line.strip()]
    if kind == "windows":
        if any(len(row) < 3 for row in rows):
            raise Refusal(
                "schedule.line", "窗口每行要有开始日期、截止日期、应达比例三项", "例如:2025-05-01 2025-07-31 100%"
            )
        return {"kind": kind, "windows": [{"opens": r[0], "closes": r[1], "share": r[2]} for r in rows]}
    if kind in ("milestones", "points"):
        if any(len(row) < 2 for row in rows):
            raise Refusal("schedule.line", "节点每行要有日期和应达比例两项", "例如:2025-06-30 50% 主体封顶")
        return {"kind": kind, "points": [{"on": r[0], "share": r[1], "label": " ".join(r[2:])} for r in rows]}
    return {"kind": kind}


@require_POST
def retarget(request: HttpRequest, pk: int) -> HttpResponse:
    """A changed target with its day and reason."""
    form = request.POST

    def act(c: Commitment, by: Officer) -> None:
        since = to_date(form.get("since", ""))
        if since is None:
            raise Refusal("target.since", "没有填写生效日期", "请填写新目标从哪一天起生效")
        assignment.retarget(
            commitment=c,
            value=to_decimal(form.get("value", ""), unit=c.unit or None),
            value2=to_decimal(form.get("value2", ""), unit=c.unit or None),
            since=since,
            due_on=to_date(form.get("due_on", "")),
            reason=form.get("reason", ""),
            by=by,
            at=clock.now(),
        )

    return _act(request, pk, "target", act)


@require_POST
def share_out(request: HttpRequest, pk: int) -> HttpResponse:
    """The split to units and to months: one line each, `单位 数` or `2025-06 数`."""
    form = request.POST

    def act(c: Commitment, by: Officer) -> None:
        units = {
            unit: value
            for unit in Unit.objects.filter(is_active=True)
            if (value := _amount(form, f"unit-{unit.pk}", c))
        }
        months = {
            date(c.plan.year, m, 1): value
            for m in range(1, 13)
            if (value := _amount(form, f"month-{m}", c)) is not None
        }
        assignment.share_out(commitment=c, by=by, at=clock.now(), units=units, months=months)

    return _act(request, pk, "shares", act)


def _amount(form: object, name: str, c: Commitment) -> Decimal | None:
    return to_decimal(form.get(name, ""), unit=c.unit or None)  # type: ignore[attr-defined]


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """A remark, or a leader's instruction."""
    text = request.POST.get("text", "")

    def act(c: Commitment, by: Officer) -> None:
        discussion.say(commitment=c, text=text, by=by, at=clock.now())

    return _act(request, pk, "discussion", act)
