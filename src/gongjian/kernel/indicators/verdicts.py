"""Verdicts (态势): the words for how a commitment stands, their colours, the thresholds of standards/verdicts.toml."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from gongjian.kernel.plan.proposal import Comparator, Modality
from gongjian.kernel.standards import standard

COUNTED = frozenset("家个项人名户件场次座条处所套台辆艘种批对") | {"人次", "家次"}
"""Units that come whole: "more than 20" means 21 at the least, and nobody is behind by half a unit."""


class Verdict(StrEnum):
    """How one commitment stands on one day."""

    MET = "met"
    AHEAD = "ahead"
    ON_TRACK = "on_track"
    MADE_UP = "made_up"
    IN_PROGRESS = "in_progress"
    BEHIND = "behind"
    MISSED = "missed"
    QUIET = "quiet"
    DEAD = "dead"
    NO_DATA = "no_data"


LABELS = {
    Verdict.MET: "已完成",
    Verdict.AHEAD: "超序时",
    Verdict.ON_TRACK: "达序时",
    Verdict.MADE_UP: "补齐",
    Verdict.IN_PROGRESS: "进行中",
    Verdict.BEHIND: "欠序时",
    Verdict.MISSED: "未完成",
    Verdict.QUIET: "沉寂",
    Verdict.DEAD: "停摆",
    Verdict.NO_DATA: "无数据",
}
TONES = {
    Verdict.MET: "ok",
    Verdict.AHEAD: "ok",
    Verdict.ON_TRACK: "ok",
    Verdict.MADE_UP: "warn",
    Verdict.IN_PROGRESS: "go",
    Verdict.BEHIND: "bad",
    Verdict.MISSED: "bad",
    Verdict.QUIET: "warn",
    Verdict.DEAD: "bad",
    Verdict.NO_DATA: "none",
}


def threshold(table: str, modality: str) -> Fraction:
    """A threshold as a share of the target (0.05 = five percentage points), by modality."""
    return Fraction(str(standard("verdicts")[table][modality]))


def about_tolerance() -> Fraction:
    """How far "左右" may differ from the stated value, as a share of it."""
    return Fraction(str(standard("verdicts")["about"]["tolerance"]))


def routine_days() -> tuple[int, int]:
    """(quiet, dead): days without a verified act."""
    table = standard("verdicts")["routine"]
    return int(table["quiet_days"]), int(table["dead_days"])


def is_counted(*, target: Decimal, unit: str) -> bool:
    """Whether a target comes in whole units."""
    return unit in COUNTED and target == target.to_integral_value()


def is_ceiling(*, target: Decimal | None, comparator: str) -> bool:
    """Whether the figure must stay at or under the target: 控制在…以内, and a plain zero (零增长、零事故)."""
    return comparator == Comparator.AT_MOST or (target == 0 and comparator in (Comparator.EQUAL, ""))


def needed(*, target: Decimal, comparator: str, unit: str) -> Decimal:
    """The figure that fulfils a counted target: 21 for 超20个, the stated value otherwise."""
    if comparator == Comparator.ABOVE and is_counted(target=target, unit=unit):
        return target + 1
    return target


def meets(*, actual: Decimal, target: Decimal, comparator: str, unit: str = "") -> bool:
    """Whether `actual` fulfils the promise.

    `=`, a range's lower end and 左右 (less its tolerance) read "at least"; a stated fall (-3 %) is met by an equal or
    larger fall; a ceiling by staying at or under it.
    """
    if is_ceiling(target=target, comparator=comparator):
        return actual <= target
    slack = Fraction(abs(target)) * about_tolerance() if comparator == Comparator.ABOUT else Fraction(0)
    if target < 0:
        return actual < target if comparator == Comparator.ABOVE else Fraction(actual) <= Fraction(target) + slack
    if comparator == Comparator.ABOVE:
        return actual > target and actual >= needed(target=target, comparator=comparator, unit=unit)
    return Fraction(actual) >= Fraction(target) - slack


def by_progress(*, actual: Fraction, expected: Fraction, modality: str, step: Fraction = Fraction(0)) -> Verdict:
    """The verdict of an actual share against the expected share of a target.

    `step` is the share of one whole unit: who lacks less than that lacks nothing (expected 0.04 projects on 1 January).
    """
    difference = actual - expected
    if difference < -threshold("behind", modality) and -difference >= step:
        return Verdict.BEHIND
    if difference >= threshold("ahead", modality):
        return Verdict.AHEAD
    return Verdict.ON_TRACK


def is_firm(modality: str) -> bool:
    """Whether falling short of a level or position at once counts as behind."""
    return modality in (Modality.MUST, Modality.PLAIN)
