"""The short figure that stands beside a promise: 61/144, 97.2%, 第2名, 2/3, 正常."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gongjian.kernel.indicators.standing import Standing
from gongjian.kernel.indicators.verdicts import COUNTED, Verdict, needed
from gongjian.kernel.plan.proposal import Comparator, Kind
from gongjian.surfaces.web.jinja import figure, points


@dataclass(frozen=True, kw_only=True)
class Tag:
    """`main` is the figure, `word` the verdict, `detail` what explains it in a few letters."""

    main: str
    word: str
    detail: str
    tone: str


def tag(s: Standing) -> Tag:
    """The tag of one standing."""
    main, detail = _parts(s)
    if s.source == "" and s.verdict == Verdict.NO_DATA:
        due = s.commitment.due_on
        detail = "逾期未报" if due is not None and due <= s.as_of else "待填报"
    return Tag(main=main, word=s.label, detail=detail, tone=s.tone)


def _parts(s: Standing) -> tuple[str, str]:
    c = s.commitment
    kind = Kind(c.kind)
    if kind in (Kind.QUANTITY, Kind.ROSTER):
        return _progress(s)
    if s.actual is not None and kind == Kind.RATE:
        return f"{figure(s.actual)}{c.unit or '%'}", f"目标 {target_words(s)}"
    if s.actual is not None and kind == Kind.RANK:
        return f"第{figure(s.actual)}名", f"{s.last_on:%m-%d}" if s.last_on else ""
    if kind == Kind.MILESTONE and s.actual is not None and s.source == "reported":
        return f"{figure(s.actual)}%", "" if s.expected is None else f"应达 {figure(s.expected)}%"
    if kind == Kind.BAND and s.verdict in (Verdict.ON_TRACK, Verdict.MADE_UP, Verdict.MET):
        return "在区间", ""
    if kind == Kind.BAND and s.verdict in (Verdict.BEHIND, Verdict.MISSED):
        return "出区间", ""
    if kind == Kind.ROUTINE and s.last_on is not None:
        return "", f"{s.last_on:%m-%d} 有动作"
    return "", ""


def _progress(s: Standing) -> tuple[str, str]:
    if s.actual is None:
        return "", ""
    unit = "" if s.commitment.unit in COUNTED or not s.commitment.unit else f" {s.commitment.unit}"
    main = f"{figure(s.actual)}/{target_words(s)}{unit}" if s.target is not None else f"{figure(s.actual)}{unit}"
    parts = []
    if s.expected is not None and s.verdict not in (Verdict.MET, Verdict.MISSED):
        parts.append(f"应达 {figure(s.expected, 0 if not unit else 1)}")
    if s.verdict == Verdict.BEHIND and s.behind_by is not None:
        parts.append(f"欠 {points(s.behind_by)} 个百分点")
    stated = (
        None
        if s.commitment.value is None
        else needed(target=s.commitment.value, comparator=s.commitment.comparator, unit=s.commitment.unit)
    )
    if stated is not None and s.target is not None and stated != s.target:
        parts.append(f"目标已由 {figure(stated)} 调整")
    unproved = s.proof.claimed + s.proof.returned
    if unproved and s.actual and s.verdict not in (Verdict.BEHIND, Verdict.MISSED) and unproved < s.actual:
        parts.append(f"{figure(unproved)}{s.commitment.unit if not unit else ''}缺佐证")
    return main, " · ".join(parts)


def target_words(s: Standing) -> str:
    """144, or 8–10 for a range, or 21 for 超20个."""
    c = s.commitment
    if c.comparator == Comparator.RANGE and c.value2 is not None:
        return f"{figure(s.target)}–{figure(c.value2)}"
    if s.target is None:
        return "—"
    mark = "≤" if c.comparator == Comparator.AT_MOST else ""
    return f"{mark}{figure(s.target)}{'%' if c.kind == Kind.RATE and c.unit == '%' else ''}"


def promise(c: object, value: Decimal | None, value2: Decimal | None) -> str:
    """A target in the plan's own words: ≥15个, 8–10个, 超1,000亿元."""
    marks = {">=": "≥", ">": "超", "<=": "≤", "~": "约", "=": "", "range": "", "": ""}
    if value is None:
        return "—"
    upper = f"–{figure(value2)}" if value2 is not None else ""
    return f"{marks[c.comparator]}{figure(value)}{upper}{c.unit}"  # type: ignore[attr-defined]
