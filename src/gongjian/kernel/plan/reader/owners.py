"""Owners: the responsible units that a plan names after a task, as in (责任单位:经济发展局、科技局)."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from gongjian.kernel.plan.proposal import Level, PassageSpan

_LEAD = "牵头(?:责任)?(?:单位|部门)|主办单位|主责(?:单位|部门)|第一责任单位|牵头"
_UNIT = "责任(?:单位|部门|科室|主体)|承办单位|落实单位|责任处室|实施单位|完成单位|主管部门"
_CO = "配合(?:责任)?(?:单位|部门)|协办单位|协同单位|参与单位|配合|协助单位"
_LEADER = "责任领导|分管领导|牵头领导|挂钩领导|包联领导|挂点领导|责任人|责任县领导|挂帅领导"
_TAG = re.compile(
    rf"(?:(?P<lead>{_LEAD})|(?P<unit>{_UNIT})|(?P<co>{_CO})|(?P<leader>{_LEADER})) ?: ?(?P<names>[^:;。()\n]{{2,120}})"
)
_SPLIT = re.compile(r"[、,;/ \n]+|(?<=[局办委院部中心])和")


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """A stretch that names owners: `start` to `end`, the units (lead first) and the leader."""

    start: int
    end: int
    owners: tuple[str, ...]
    leader: str


def taggings(folded: str, text: str) -> list[Tagging]:
    """Every stretch of the text that names responsible units or leaders; names are as written in `text`."""
    found: list[Tagging] = []
    matches = list(_TAG.finditer(folded))
    index = 0
    while index < len(matches):
        group = [matches[index]]
        while (
            index + 1 < len(matches)
            and matches[index + 1].start() - group[-1].end() <= 2
            and "\n" not in folded[group[-1].end() : matches[index + 1].start()]
        ):
            index += 1
            group.append(matches[index])
        index += 1
        owners: list[str] = []
        leader = ""
        for kind in ("lead", "unit", "co"):
            for match in group:
                if match[kind]:
                    a, b = match.span("names")
                    owners += [name for name in units(text[a:b]) if name not in owners]
        for match in group:
            if match["leader"]:
                a, b = match.span("names")
                leader = text[a:b].strip(" 。;；,，")
        start, end = group[0].start(), group[-1].end()
        while start > 0 and folded[start - 1] in "( ":
            start -= 1
        while end < len(folded) and folded[end] in ")。 ;":
            end += 1
        found.append(Tagging(start=start, end=end, owners=tuple(owners), leader=leader))
    return found


def reaches(folded: str, spans: tuple[PassageSpan, ...], tagged: list[Tagging]) -> list[tuple[int, Tagging]]:
    """Where the stretch begins that each tag answers for, which ends at the tag.

    A tag within a sentence answers for the sentence, back to the tag before it; one that stands alone after a full stop
    or on its own line answers for the paragraph before it.
    """
    starts = [span.start for span in spans if span.level is Level.SENTENCE]
    found: list[tuple[int, Tagging]] = []
    last = 0
    for tag in tagged:
        at = bisect_right(starts, tag.start) - 1
        sentence = starts[at] if at >= 0 else 0
        alone = not folded[sentence : tag.start].strip(" ([")
        line = folded.rfind("\n", 0, tag.start) + 1
        if alone and not folded[line : tag.start].strip(" (["):
            above = folded[:line].rstrip()
            line = above.rfind("\n") + 1
        found.append((max(last, line if alone else sentence), tag))
        last = tag.end
    return found


def units(written: str) -> list[str]:
    """The units named in one cell or tag, in order: 经发局、科技局 -> [经发局, 科技局]."""
    folded = written.replace("，", ",").replace("；", ";").replace("／", "/").replace("　", " ")
    names = [name.strip(" :：。()（）") for name in _SPLIT.split(folded)]
    return [name for name in (re.sub(r"(?:等部门|等单位|等)$", "", name) for name in names) if name]


def people(written: str) -> list[str]:
    """The persons named in one cell, in order, without titles in brackets."""
    names = re.split(r"[、,，;；/\s]+", written)
    return [name for name in (re.sub(r"[(（].*?[)）]", "", name) for name in names) if name]
