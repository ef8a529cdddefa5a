"""Segments: a clause with several figures, cut so that each figure keeps its own words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gongjian.kernel.plan.reader.measures import Measure
from gongjian.kernel.plan.reader.page import Clause, Page

JOINT = re.compile(r" ?(?:、|以及|和|及|与|并|其中|;|/| )")
_CUT = re.compile(r"、|以及|并(?!重|网|购|轨)|(?<![共总人])和(?!平|谐|美|信|顺|睦|治)|及(?!时|以上|格)|其中")
_STRIP = re.compile(r"^(?: |、|和|及|与|以及|并|其中|同时|另外|此外|且|也|还|又|即|使|从而|的|,)+(?=.)")


_COUNTED = re.compile(r"(?:行政|自然)?村|镇|乡镇?|社区|小区|街道|项目|企业|学校|园区|家庭")
_AND = re.compile(r" ?(?:和|以及|及|、) ?")
_SHARED_ACT = re.compile(r"的(?:[^的、,]{0,4})(?:修复|重建|改造|建设|治理|整治|加固|维修|任务|工程)+$")


@dataclass(frozen=True, kw_only=True)
class Segment:
    """The part of a clause that belongs to one measure."""

    start: int
    end: int
    measure: Measure


def segments(page: Page, clause: Clause, kept: list[Measure]) -> list[Segment]:
    """The clause cut between its measures; stacked ones (73条110公里) share the words before the first."""
    text = page.masked
    found: list[Segment] = []
    start = clause.start
    rest = list(kept)
    while rest:
        m = rest.pop(0)
        stack = [m]
        while rest and _stacked(text, stack[-1], rest[0]):
            stack.append(rest.pop(0))
        end, following = _cut(text, stack[-1], rest[0]) if rest else (clause.end, clause.end)
        found += [Segment(start=start, end=end, measure=one) for one in stack]
        start = following
    return _under_one_act(text, found)


def _under_one_act(text: str, found: list[Segment]) -> list[Segment]:
    """Segments joined by 和 whose one act closes the last (完成…12条公路和8座桥梁的修复) share the whole stretch."""
    if len(found) < 2 or not _SHARED_ACT.search(text[found[-1].measure.end : found[-1].end]):
        return found
    first = len(found) - 1
    while (first and _AND.fullmatch(text[found[first - 1].end : found[first].start])) or (
        first and found[first - 1].start == found[first].start
    ):
        first -= 1
    shared = [replace(one, start=found[first].start, end=found[-1].end) for one in found[first:]]
    return found[:first] + shared


def _stacked(text: str, m: Measure, following: Measure) -> bool:
    """Whether a length follows a count of the same things (73条110公里)."""
    touching = not text[m.end : following.start].strip()
    return touching and following.unit.endswith(("公里", "米")) and m.unit in ("条", "段", "座")


def _cut(text: str, m: Measure, following: Measure) -> tuple[int, int]:
    """Where the words of a measure end and those of the next begin."""
    gap = text[m.end : following.start]
    if not gap.strip():
        return m.end, m.end
    if _COUNTED.fullmatch(gap):
        return following.start, following.start
    if match := JOINT.match(gap):
        return m.end, m.end + (match.end() if match.group().strip() not in ("其中", "") else 0)
    cuts = list(_CUT.finditer(gap))
    if not cuts:
        return m.end, m.end
    commas = [cut for cut in cuts if cut.group() == "、"]
    last = cuts[-1]
    if commas and last.group() not in ("和", "以及", "并", "及"):
        last = commas[-1]
    return m.end + last.start(), m.end + last.end()


def trim(page: Page, start: int, end: int) -> tuple[int, int]:
    """A segment without the words that only join it to what stands around."""
    match = _STRIP.match(page.masked[start:end])
    if match:
        start += match.end()
    while end > start and page.masked[end - 1] in " 、的,;。":
        end -= 1
    return start, end
