"""Charts as SVG paths, drawn on the server: they print, need no script and open in old browsers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from gongjian.kernel.clock import month_end
from gongjian.kernel.indicators.standing import Standing, Term
from gongjian.kernel.plan.proposal import Kind

CURVED = {Kind.QUANTITY, Kind.ROSTER, Kind.RATE, Kind.RANK}


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Paths and marks in a box of `width` x `height` pixels; `ticks` are (y, label), `months` (x, label)."""

    width: int
    height: int
    actual: str
    expected: str
    now_x: float
    last: tuple[float, float] | None
    ticks: tuple[tuple[float, str], ...] = ()
    months: tuple[tuple[float, str], ...] = ()
    target_y: float | None = None


def draw(
    *, standing: Standing, term: Term, width: int, height: int, pad: tuple[int, int, int, int] = (2, 2, 2, 2)
) -> Chart | None:
    """The chart of a standing's curve against its schedule over the plan year; None where there is nothing to draw.

    `pad` is top, right, bottom, left in pixels.
    """
    kind = Kind(standing.commitment.kind)
    known = [(day, value) for day, value in standing.curve if value is not None]
    if kind not in CURVED or (not known and kind not in (Kind.QUANTITY, Kind.ROSTER)) or standing.target is None:
        return None
    since, until = standing.commitment.plan.since, standing.commitment.plan.until
    top, right, bottom, left = pad
    days = (until - since).days or 1
    values = [value for _, value in known]
    high = max([standing.target, *values, Decimal(1) if kind != Kind.RATE else standing.target])
    low = min([Decimal(0), *values, standing.target])
    if kind == Kind.RATE and known:
        low, high = min([standing.target, *values]), max([standing.target, *values])
        margin = (high - low) / 5 or abs(high) / 20 or Decimal(1)
        low, high = low - margin, high + margin
    if kind == Kind.RANK:
        low, high = max([standing.target, *values]) + 1, Decimal(1)
    span = (high - low) or Decimal(1)

    def x(day: date) -> float:
        return round(left + (width - left - right) * (day - since).days / days, 1)

    def y(value: Decimal | Fraction) -> float:
        return round(top + (height - top - bottom) * float((high - Decimal(str(float(value)))) / span), 1)

    expected = ""
    if kind in (Kind.QUANTITY, Kind.ROSTER):
        corners = _corners(term, since, until)
        expected = _path([(x(day), y(Fraction(standing.target) * share)) for day, share in corners])
    points = [(x(day), y(value)) for day, value in known]
    start = [(x(since), y(Decimal(0)))] if kind in (Kind.QUANTITY, Kind.ROSTER) and known else []
    return Chart(
        width=width,
        height=height,
        actual=_path([*start, *points]),
        expected=expected,
        now_x=x(min(max(standing.as_of, since), until)),
        last=points[-1] if points else None,
        ticks=_ticks(low, high, y, is_rank=kind == Kind.RANK),
        months=tuple((x(date(since.year, m, 1)), f"{m}月") for m in range(1, 13)),
        target_y=y(standing.target),
    )


def _corners(term: Term, since: date, until: date) -> list[tuple[date, Fraction]]:
    schedule = term.schedule
    if schedule.kind in ("windows", "milestones"):
        steps = [w.closes for w in schedule.windows] or [on for on, _, _ in schedule.points]
        days = [since]
        for on in steps:
            days += [on - timedelta(days=1), on]
        days.append(until)
    elif schedule.kind == "points":
        days = [since, *(on for on, _, _ in schedule.points), until]
    else:
        days = [since, *(month_end(date(since.year, m, 1)) for m in range(1, 13))]
    return [(day, schedule.share(day)) for day in sorted(set(days)) if since <= day <= until]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if i else 'M'}{px:g} {py:g}" for i, (px, py) in enumerate(points))


def _ticks(low: Decimal, high: Decimal, y: object, *, is_rank: bool) -> tuple[tuple[float, str], ...]:
    if is_rank:
        values = [Decimal(n) for n in range(int(high), int(low) + 1)]
        return tuple((y(v), f"第{v}名") for v in values[:8])  # type: ignore[operator]
    span = high - low
    step = Decimal(1)
    for candidate in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000):
        step = Decimal(candidate)
        if span / step <= 5:
            break
    if span < 3:
        step = Decimal("0.5")
    first = (low / step).to_integral_value(rounding="ROUND_CEILING") * step
    values = []
    while first <= high:
        values.append(first)
        first += step
    return tuple((y(v), f"{v.normalize():,f}") for v in values)  # type: ignore[operator]
