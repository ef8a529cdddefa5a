"""序时进度: which share of a target is expected by a day.

A schedule is a spec (JSON on the commitment):
`{}` or `{"kind": "linear"}`: evenly over the days from the start to the due day, both included;
`{"kind": "workdays"}`: evenly over working days;
`{"kind": "windows", "windows": [{"opens", "closes", "share"}]}`: flat until a window closes, then a step to `share`;
`{"kind": "milestones", "points": [{"on", "share", "label"}]}`: a step on each day;
`{"kind": "points", "points": [{"on", "share"}]}`: straight lines between the points.
Days are ISO dates, shares cumulative from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from gongjian.kernel.clock import workdays_between
from gongjian.kernel.errors import Refusal

KINDS = {
    "linear": "按日历天均匀推进",
    "workdays": "按工作日均匀推进",
    "windows": "按申报窗口",
    "milestones": "按节点",
    "points": "自定义",
}


@dataclass(frozen=True, kw_only=True)
class Window:
    """A span of days at whose close the share is expected."""

    opens: date
    closes: date
    share: Fraction


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The expected share by any day; `points` hold the steps or corners of the kinds that have them."""

    kind: str
    since: date
    due: date
    points: tuple[tuple[date, Fraction, str], ...] = ()
    windows: tuple[Window, ...] = ()

    def share(self, day: date) -> Fraction:
        """The share (0 to 1) of the target expected by the end of `day`."""
        if day < self.since:
            return Fraction(0)
        if self.kind == "linear":
            return min(Fraction(1), Fraction((day - self.since).days + 1, (self.due - self.since).days + 1))
        if self.kind == "workdays":
            whole = workdays_between(self.since, self.due)
            return min(Fraction(1), Fraction(workdays_between(self.since, day), whole)) if whole else Fraction(1)
        if self.kind == "windows":
            return max((w.share for w in self.windows if w.closes <= day), default=Fraction(0))
        if self.kind == "milestones":
            return max((share for on, share, _ in self.points if on <= day), default=Fraction(0))
        return self._between(day)

    def _between(self, day: date) -> Fraction:
        before, low = self.since, Fraction(0)
        for on, share, _ in self.points:
            if on >= day:
                span = (on - before).days
                return low + (share - low) * Fraction((day - before).days, span) if span else share
            before, low = on, share
        return low

    def runs_until(self, day: date) -> date:
        """The day to which a run-rate counts: the close of the window that is open or next, else the due day."""
        if self.kind == "windows":
            ahead = [w.closes for w in self.windows if w.closes >= day]
            return min(ahead) if ahead else self.due
        return self.due

    def share_at(self, day: date) -> Fraction:
        """The share a run-rate aims at by `runs_until(day)`."""
        until = self.runs_until(day)
        return self.share(until) if self.kind == "windows" and until != self.due else Fraction(1)

    def describe(self) -> str:
        """The schedule in words."""
        if self.kind == "windows":
            spans = "、".join(f"{w.opens:%m-%d} 至 {w.closes:%m-%d} 应达 {float(w.share):.0%}" for w in self.windows)
            return f"{KINDS[self.kind]}:{spans}"
        if self.points:
            marks = "、".join(f"{on:%m-%d} {label or format(float(share), '.0%')}" for on, share, label in self.points)
            return f"{KINDS[self.kind]}:{marks}"
        return f"{KINDS[self.kind]},{self.since} 至 {self.due}"


def schedule_of(*, spec: dict[str, Any], since: date, due: date) -> Schedule:
    """The schedule a spec describes; refused with a sentence when it does not hold together."""
    kind = spec.get("kind", "linear")
    if kind not in KINDS:
        raise Refusal("schedule.kind", f"没有“{kind}”这种序时进度", f"请选择:{'、'.join(KINDS.values())}")
    if due < since:
        raise Refusal("schedule.due", f"完成时限 {due} 早于起算日 {since}", "请核对完成时限")
    try:
        points = tuple(
            sorted((date.fromisoformat(p["on"]), _share(p["share"]), p.get("label", "")) for p in spec.get("points", ()))
        )
        windows = tuple(
            sorted(
                (
                    Window(
                        opens=date.fromisoformat(w["opens"]),
                        closes=date.fromisoformat(w["closes"]),
                        share=_share(w["share"]),
                    )
                    for w in spec.get("windows", ())
                ),
                key=lambda w: w.closes,
            )
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise Refusal("schedule.spec", "序时进度的日期或比例填写有误", "日期写成 2025-06-30,比例写成 0 到 1 的小数或百分数") from error
    if kind == "windows" and not windows:
        raise Refusal("schedule.windows", "按申报窗口推进却没有填写窗口", "请至少填写一个窗口的起止日期和应达比例")
    if kind in {"milestones", "points"} and not points:
        raise Refusal("schedule.points", "没有填写节点", "请至少填写一个节点的日期和应达比例")
    shares = [w.share for w in windows] or [share for _, share, _ in points]
    if any(a > b for a, b in zip(shares, shares[1:], strict=False)) or any(not 0 <= s <= 1 for s in shares):
        raise Refusal("schedule.order", "应达比例须在 0 到 100% 之间且不能后一个小于前一个", "请按日期先后核对各节点的累计比例")
    if any(w.closes < w.opens for w in windows):
        raise Refusal("schedule.window_order", "窗口的截止日期早于开始日期", "请核对窗口起止日期")
    return Schedule(kind=kind, since=since, due=due, points=points, windows=windows)


def _share(raw: object) -> Fraction:
    text = str(raw).strip()
    return Fraction(Decimal(text[:-1])) / 100 if text.endswith("%") else Fraction(Decimal(text))
