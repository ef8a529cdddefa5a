"""Passages: the plan's headings at all levels, its lead phrases, sentences and clauses, each with its exact span."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gongjian.kernel.plan.document import Block, Document
from gongjian.kernel.plan.proposal import Level, PassageSpan

RANK = {
    Level.TITLE: 0,
    Level.DRIVE: 1,
    Level.SECTION: 2,
    Level.POINT: 3,
    Level.LEAD: 4,
    Level.SENTENCE: 5,
    Level.CLAUSE: 6,
}

_CHINESE_DIGITS = "[一二三四五六七八九十]{1,3}"
_DRIVE = re.compile(rf" *(?:第{_CHINESE_DIGITS}(?:部分|章|篇)|{_CHINESE_DIGITS}(?:、|\.| (?=\S)))")
_SECTION = re.compile(rf" *\({_CHINESE_DIGITS}\)|  *第{_CHINESE_DIGITS}节")
_POINT = re.compile(r" *(?:\(\d{1,2}\)|\d{1,2}(?:、|\.(?!\d)|\))|[①-⑳])")
_ITEM = re.compile(rf" *[●•·◆■-]? *{_CHINESE_DIGITS}(?:是|要)")
_TITLE = re.compile(
    r"(?:工作报告|工作要点|工作计划|工作方案|实施方案|行动方案|行动计划|工作总结|工作安排|规划|意见|目标任务|要点"
    r"|计划)(?:\(.{0,12}\))? *$"
)
_SUPER = re.compile(
    r"(?:(?:(?:19|20)\d\d年|过去|今后|下一步|全面|切实|\d{4}—|第).{0,16}(?:回顾|总结|情况|安排|目标(?:任务)?|任务"
    r"|重点|打算|思路|要求|成效|建设|计划)"
    r"|.{0,14}(?:(?:工作|建设|发展)(?:回顾|安排|任务|打算|重点|总结|成效|思路|计划|目标|举措)|目标任务|主要任务"
    r"|重点工作|自身建设|总体要求|预期目标|主要目标|奋斗目标|今年任务))$"
)
_INNER = re.compile(
    r"(?:经济社会发展的?)?(?:主要|总体|预期|奋斗|重点|目标|要求|思路|任务|工作|举措|发展|预期|的|和|指导思想)+"
)
_STOP = re.compile(r"[。!?]+[”’)]*|…{2,}[”’)]*")
_CLAUSE_STOP = re.compile(r"[,;:]")
_FIGURE = re.compile(r"(?<![\d.])\d{1,12}+(?:\.\d{1,6}+)?(?:%|[个家项亿万])")


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of the document, without the blanks around it."""

    start: int
    end: int


def lines(folded: str) -> list[Line]:
    """The non-blank paragraphs in order."""
    found = []
    for match in re.finditer(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", folded):
        body = match.group()
        start = match.start() + len(body) - len(body.lstrip())
        end = match.start() + len(body.rstrip())
        if end > start:
            found.append(Line(start, end))
    return found


def passages(document: Document, folded: str) -> tuple[PassageSpan, ...]:
    """Every passage in document order; a heading's span is the heading, and what stands under it names it."""
    blocks = {block.start: block for block in document.blocks}
    cells = table_spans(document)
    found: list[PassageSpan] = []
    open_headings: list[int] = []
    first = True
    for line in lines(folded):
        position = line.start
        if not _inside(line, cells):
            under = any(_DRIVE.match(folded, found[i].start, found[i].end) for i in open_headings)
            block = blocks.get(line.start) or blocks.get(line.start + 1)
            heading = _heading(folded, line, block, first=first, under_drive=under)
            while heading is not None:
                level, end = heading
                while open_headings and RANK[found[open_headings[-1]].level] >= RANK[level]:
                    open_headings.pop()
                found.append(_span(position, end, level, open_headings))
                open_headings.append(len(found) - 1)
                position = _skip_blanks(folded, end, line.end)
                heading = None
                if position < line.end and level is not Level.LEAD:
                    lead = _lead(folded, Line(position, line.end))
                    heading = (Level.LEAD, lead) if lead else None
        first = False
        if position == line.start and open_headings and found[open_headings[-1]].level is Level.LEAD:
            open_headings.pop()
        _sentences(folded, position, line.end, found, open_headings)
    return tuple(found)


def _span(start: int, end: int, level: Level, open_headings: list[int]) -> PassageSpan:
    return PassageSpan(start=start, end=end, level=level, parent=open_headings[-1] if open_headings else None)


def table_spans(document: Document) -> list[tuple[int, int]]:
    """Where the tables stand in the text: the running-text grammar leaves them to the table reader."""
    found = []
    for table in document.tables:
        cells = [cell for row in table.rows for cell in row]
        if cells:
            found.append((min(cell.start for cell in cells), max(cell.end for cell in cells)))
    return found


def _inside(line: Line, spans: list[tuple[int, int]]) -> bool:
    return any(start <= line.start and line.end <= end for start, end in spans)


def _skip_blanks(folded: str, position: int, end: int) -> int:
    while position < end and folded[position].isspace():
        position += 1
    return position


def _sentence_end(folded: str, start: int, end: int) -> int:
    """Where the sentence that starts here ends, its full stop included; a stop inside “…” or (…) does not end it."""
    position = start
    while match := _STOP.search(folded, position, end):
        body = folded[start : match.start()]
        closes = match.group()[-1] in "”’)"
        if closes or body.count("“") <= body.count("”") or match.start() - body.rfind("“") - start > 60:
            return match.end()
        closing = folded.find("”", match.start(), min(end, match.end() + 60))
        if closing < 0:
            return match.end()
        position = match.end()
    return end


def _heading(
    folded: str, line: Line, block: Block | None, *, first: bool, under_drive: bool
) -> tuple[Level, int] | None:
    """The heading a paragraph opens with: its level and where it ends; None where the paragraph opens with its body."""
    length = line.end - line.start
    stop = _sentence_end(folded, line.start, line.end)
    whole = stop >= line.end
    if block is not None:
        end = min(max(block.end, line.start + 1), line.end)
        end = min(line.end, max(end, stop if 0 <= stop - end <= 1 else end))
        marked = _marked(folded, line)
        if block.level == 0:
            return Level.LEAD, end
        return marked or (
            Level.TITLE if first else {1: Level.DRIVE, 2: Level.SECTION}.get(block.level, Level.POINT)
        ), end
    level = _marked(folded, line)
    size = stop - line.start
    if level in (Level.DRIVE, Level.SECTION):
        if level is Level.DRIVE and folded[line.start : line.end].find(" ", 0, 4) > 0 and not whole:
            return None
        colon = folded.find(":", line.start, stop)
        if not whole and line.start < colon and size > 50 and colon - line.start <= 40:
            return level, colon + 1
        if size <= 60 and not (size > 30 and _FIGURE.search(folded, line.start, stop)):
            return level, stop
        return None
    if level is Level.POINT:
        if (
            size <= 40
            and not _FIGURE.search(folded, line.start + 3, stop)
            and (not whole or folded[stop - 1] not in "。;")
        ):
            return level, stop
        return None
    backward = whole and length <= 30 and re.search(r"(?:工作|发展)(?:回顾|总结)$|成效$", folded[line.start : line.end])
    if whole and first and not backward and length <= 60 and folded[line.end - 1] not in "。;,:":
        return Level.TITLE, line.end
    if whole and length <= 30 and _SUPER.match(folded, line.start, line.end):
        inner = under_drive and _INNER.fullmatch(folded, line.start, line.end)
        return Level.SECTION if inner else Level.DRIVE, line.end
    if whole and length <= 40 and _TITLE.search(folded, line.start, line.end) and folded[line.end - 1] not in "。;,:":
        return (Level.TITLE if first else Level.DRIVE), line.end
    lead = _lead(folded, line)
    return (Level.LEAD, lead) if lead else None


def _marked(folded: str, line: Line) -> Level | None:
    if _SECTION.match(folded, line.start, line.end):
        return Level.SECTION
    if _DRIVE.match(folded, line.start, line.end):
        return Level.DRIVE
    if _POINT.match(folded, line.start, line.end):
        return Level.POINT
    return None


def _lead(folded: str, line: Line) -> int | None:
    """Where the bold lead phrase that opens a paragraph and ends with 。 ends; None where there is none."""
    stop = _sentence_end(folded, line.start, line.end)
    item = _ITEM.match(folded, line.start, line.end)
    limit = 30 if item else 22
    if stop >= line.end or stop - line.start > limit or folded[stop - 1] not in "。!":
        return None
    if (
        _FIGURE.search(folded, line.start, stop)
        or folded.count(",", line.start, stop) > 1
        or folded[line.start] in "●("
    ):
        return None
    if re.match(r"\s*\(?(?:责任|牵头|配合|主办|承办|落实)(?:单位|部门|领导)", folded[stop : stop + 12]):
        return None
    if re.match(r"各位|同志们|同时|此外|完成|确保|力争", folded[line.start : line.start + 4]):
        return None
    return stop


def _sentences(folded: str, start: int, end: int, found: list[PassageSpan], open_headings: list[int]) -> None:
    position = _skip_blanks(folded, start, end)
    while position < end:
        stop = _sentence_end(folded, position, end)
        found.append(_span(position, stop, Level.SENTENCE, open_headings))
        sentence = len(found) - 1
        pieces = list(clauses(folded, position, stop))
        if len(pieces) > 1:
            found += [PassageSpan(start=a, end=b, level=Level.CLAUSE, parent=sentence) for a, b in pieces]
        position = _skip_blanks(folded, stop, end)


def clauses(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """The clauses of a sentence, without the comma, semicolon, colon or full stop that closes each."""
    found = []
    position = start
    while position < end:
        match = _CLAUSE_STOP.search(folded, position, end)
        while match and _inside_number(folded, match.start(), end):
            match = _CLAUSE_STOP.search(folded, match.end(), end)
        stop = match.start() if match else end
        left = _skip_blanks(folded, position, stop)
        right = stop
        while right > left and (folded[right - 1].isspace() or (not match and folded[right - 1] in "。!?")):
            right -= 1
        if right > left:
            found.append((left, right))
        position = match.end() if match else end
    return found


def _inside_number(folded: str, comma: int, end: int) -> bool:
    return (
        folded[comma] == ","
        and 0 < comma < end - 3
        and folded[comma - 1].isdigit()
        and folded[comma + 1 : comma + 4].isdigit()
        and not folded[comma + 4 : comma + 5].isdigit()
    )
