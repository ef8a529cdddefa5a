"""序时进度: which share of a target is expected by a day.

A schedule is a spec (JSON on the commitment):
`{}` or `{"kind": "linear"}`: evenly over the days from the start to the due day, both included;
`{"kind": "workdays"}`: evenly over working days;
`{"kind": "windows", "windows": [{"opens", "closes", "share"}]}`: flat until a window closes, then a step to `share`;
`{"kind": "milestones", "points": [{"on", "share", "label"}]}`: a step on each day;
`{"kind": "points", "points": [{"on", "share"}]}`: straight lines between the points.
Days are ISO dates, shares cumulative from 0 to 1 (or "50%"). A share is that of the end of its day, 0 before the start,
and 1 from the due day on, whatever the points say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from gongjian.kernel.clock import is_published, workdays_between
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
        if day >= self.due:
            return Fraction(1)
        if self.kind == "linear":
            return Fraction((day - self.since).days + 1, (self.due - self.since).days + 1)
        if self.kind == "workdays":
            whole = workdays_between(self.since, self.due)
            return Fraction(workdays_between(self.since, day), whole) if whole else Fraction(0)
        if self.kind == "windows":
            return max((w.share for w in self.windows if w.closes <= day), default=Fraction(0))
        if self.kind == "milestones":
            return max((share for on, share, _ in self.points if on <= day), default=Fraction(0))
        return self._between(day)

    def _between(self, day: date) -> Fraction:
        before, low = self.since - timedelta(days=1), Fraction(0)
        for on, share, _ in (*self.points, (self.due, Fraction(1), "")):
            if on > day:
                return low + (share - low) * Fraction((day - before).days, (on - before).days)
            before, low = on, share
        return low

    def runs_until(self, day: date) -> date:
        """The day to which a run-rate counts: the close of the window that is open or next, else the due day."""
        closes = [w.closes for w in self.windows if day < w.closes <= self.due]
        return min(closes, default=self.due)

    @property
    def is_unconfirmed(self) -> bool:
        """Whether it counts working days of a year whose holidays are not published yet."""
        return self.kind == "workdays" and not all(map(is_published, range(self.since.year, self.due.year + 1)))

    def describe(self) -> str:
        """The schedule in words."""
        if self.kind == "windows":
            spans = "、".join(f"{w.opens:%m-%d} 至 {w.closes:%m-%d} 应达 {_percent(w.share)}" for w in self.windows)
            return f"{KINDS[self.kind]}:{spans}"
        if self.points:
            marks = "、".join(f"{on:%m-%d} {label or _percent(share)}" for on, share, label in self.points)
            return f"{KINDS[self.kind]}:{marks}"
        note = "(其中有年份的放假安排尚未公布,暂按周末推算,待核实)" if self.is_unconfirmed else ""
        return f"{KINDS[self.kind]},{self.since} 至 {self.due}{note}"


def parsed(*, spec: Mapping[str, Any], since: date, due: date) -> Schedule:
    """The schedule that a stored spec describes; only what cannot be read at all is refused."""
    try:
        kind = spec.get("kind", "linear")
        points = sorted((_day(p["on"]), _share(p["share"]), str(p.get("label", ""))) for p in spec.get("points", ()))
        windows = sorted(
            (
                Window(opens=_day(w["opens"]), closes=_day(w["closes"]), share=_share(w["share"]))
                for w in spec.get("windows", ())
            ),
            key=lambda w: (w.closes, w.share),
        )
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise Refusal(
            "schedule.spec", "序时进度的日期或比例填写有误", "日期写成 2025-06-30,比例写成 0 到 1 的小数或百分数"
        ) from error
    if not isinstance(kind, str) or kind not in KINDS:
        raise Refusal("schedule.kind", f"没有“{kind}”这种序时进度", f"请选择:{'、'.join(KINDS.values())}")
    return Schedule(kind=kind, since=since, due=max(since, due), points=tuple(points), windows=tuple(windows))


def schedule_of(*, spec: Mapping[str, Any], since: date, due: date) -> Schedule:
    """The schedule that an officer sets; refused with a sentence when it does not hold together."""
    found = parsed(spec=spec, since=since, due=due)
    if due < since:
        raise Refusal("schedule.due", f"完成时限 {due} 早于起算日 {since}", "请核对完成时限")
    if found.kind == "windows" and not found.windows:
        raise Refusal("schedule.windows", "按申报窗口推进却没有填写窗口", "请至少填写一个窗口的起止日期和应达比例")
    if found.kind in {"milestones", "points"} and not found.points:
        raise Refusal("schedule.points", "没有填写节点", "请至少填写一个节点的日期和应达比例")
    steps = [(w.closes, w.share) for w in found.windows] or [(on, share) for on, share, _ in found.points]
    shares = [share for _, share in steps]
    if shares != sorted(shares) or any(not 0 <= share <= 1 for share in shares):
        raise Refusal(
            "schedule.order", "应达比例须在 0 到 100% 之间且不能后一个小于前一个", "请按日期先后核对各节点的累计比例"
        )
    if len({on for on, _ in steps}) < len(steps):
        raise Refusal("schedule.twice", "有两个节点或窗口截止在同一天", "请合并后只留一个累计比例")
    if any(w.closes < w.opens for w in found.windows):
        raise Refusal("schedule.window_order", "窗口的截止日期早于开始日期", "请核对窗口起止日期")
    outside = [on for on, _ in steps if not since <= on <= due]
    if outside:
        raise Refusal(
            "schedule.outside", f"节点 {outside[0]} 不在 {since} 至完成时限 {due} 之间", "请核对日期,或先调整完成时限"
        )
    return found


def _day(raw: object) -> date:
    return date.fromisoformat(str(raw))


def _share(raw: object) -> Fraction:
    text = str(raw).strip()
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.4g}%"
