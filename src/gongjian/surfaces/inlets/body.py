"""What stands under a heading: rows of data, totals and subtotals, and rows that are only remarks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gongjian.surfaces.inlets.heading import Heading, Region, is_meta, numbers_its_columns
from gongjian.surfaces.inlets.heads import compact

Line = tuple[int, list[object]]
"""A row's number in the sheet (1..) and all its cells, the same list as in `Sheet.rows`."""

_GRAND = re.compile(r"(?:总计|总合计|总和|汇总|全[区市县省国年]合计|grandtotal)[:]?", re.IGNORECASE)
_TOTAL = re.compile(
    r"(?:(?:全年|本页|本月|以上|\d{4}年)?(?:合计|共计|累计)|total|sum)(?:\([^()]*\))?[:]?", re.IGNORECASE
)
_SUBTOTAL = re.compile(r"(?:.{0,16}小计|.{1,12}(?<!不)(?:合计|总计)|subtotal)(?:\([^()]*\))?[:]?", re.IGNORECASE)
_AVERAGE = re.compile(r"(?:平均值?|均值|平均数)[:]?")
_REMARK = re.compile(
    r"(?:注\d?|备注|说明|填[表报]说明|填[表报]人|制表人?|编制人?|审核人?|复核人?|负责人|分管领导|单位负责人|联系人|联系电话|"
    r"数据来源|资料来源|填报单位|填报日期|来源|说明事项)[::].*|[※*＊].{4,}",
    re.DOTALL,
)
_SECTION = re.compile(
    r"(?:[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十]+\)|第[一二三四五六七八九十\d]+[类部章]).*", re.DOTALL
)
_SIGNED = re.compile(
    r"(?:填[表报]|制表|编制|审核|复核|经办|联系|负责|分管|统计)?(?:人员?|领导|单位|部门|电话|日期|时间)(?:\(?(?:签[字章]|盖章)\)?)?[::].*",
    re.DOTALL,
)
"""填表人:张三, 联系电话:……, 日期:……, as they stand under a table beside each other."""
_COUNTED = re.compile(
    r"(?:合计|总计|共计?|小计|以上共?计?)[::]?\d+(?:个?[家户项条人名件台套处]|个)(?:企业|项目|单位)?[。.]?"
)
_WITHIN = re.compile(r"其中[::].*", re.DOTALL)
_TOWN = re.compile(r".{1,10}(?:镇|乡|街道|街道办事处|社区|村|管理区)(?:\(\d+[家户个]\))?[::]?")
_ENDING = 5  # rows at the end of a table among which signatures stand
_SUSPECT = ("计", "总和", "汇总", "均", "total", "sum", "其中")
_LEADING = 6  # columns in which a word like 合计 may stand


@dataclass(kw_only=True)
class Body:
    """The rows under a heading, each in exactly one list."""

    rows: list[Line] = field(default_factory=list)
    totals: list[Line] = field(default_factory=list)
    subtotals: list[Line] = field(default_factory=list)
    remarks: list[Line] = field(default_factory=list)


def sort_rows(*, region: Region, heading: Heading, numbers: Sequence[int], title: str) -> Body:
    """Sort the region's rows `numbers` (0.., none of them blank) into data, totals, subtotals and remarks."""
    rows = region.rows
    suspects = _suspects(region, numbers)
    odd = suspects | _odd(region, heading, numbers)
    body = Body(rows=[(number + 1, rows[number]) for number in numbers if number not in odd])
    opening = [_texts(region, number) for number in range(heading.first, heading.last + 1)]
    wide = {top: right - left for top, left, _, right in region.merged if right > left}
    for number in sorted(odd):
        filled = region.filled(number)
        leading = [compact(cell) for _, cell in filled[:3] if isinstance(cell, str)]
        line = (number + 1, rows[number])
        if number == numbers[0] and numbers_its_columns(region, number):
            body.remarks.append(line)
        elif number in suspects and any(_GRAND.fullmatch(t) or _TOTAL.fullmatch(t) for t in leading):
            body.totals.append(line)
        elif number in suspects and any(_SUBTOTAL.fullmatch(t) for t in leading):
            body.subtotals.append(line)
        elif (
            (number in suspects and leading and _WITHIN.fullmatch(leading[0]))
            or (number in numbers[-_ENDING:] and _is_signed(region, number, filled))
            or (number in suspects and leading and _AVERAGE.fullmatch(leading[0]))
            or _texts(region, number) in opening
            or (len(filled) <= _few(region) and _is_remark(region, number, filled, title, wide))
        ):
            body.remarks.append(line)
        else:
            body.rows.append(line)
    body.rows.sort(key=_number)
    _demote(body)
    return body


def by_column(rows: Sequence[list[object]], first: int, last: int) -> list[list[object]]:
    """The cells of columns `first` up to `last` (not included), column by column.

    Turned over in blocks that fit the processor's cache: three times as quick as column by column.
    """
    columns: list[list[object]] = [[] for _ in range(first, last)]
    for start in range(0, len(rows), 256):
        block = [row[first:last] for row in rows[start : start + 256]]
        for column, part in zip(columns, zip(*block, strict=True), strict=True):
            column.extend(part)
    return columns


def _odd(region: Region, heading: Heading, numbers: Sequence[int]) -> set[int]:
    """Rows worth a second look: the first, those with few cells, those that begin like the heading."""
    rows, left, right = region.rows, region.left, region.right
    most = right + 1 - left - _few(region)  # so many empty cells leave few
    spare = len(rows[0]) - (right + 1 - left) if rows else 0
    odd = {number for number in numbers if rows[number].count(None) >= most}
    if spare:
        odd = {number for number in numbers if len(region.filled(number)) <= _few(region)}
    first = min(heading.labels, default=left)
    repeated = {rows[number][first] for number in range(heading.first, heading.last + 1)} - {None}
    if repeated:
        odd.update(number for number in numbers if rows[number][first] in repeated)
    odd.update(numbers[:1])
    odd.update(numbers[-_ENDING:])
    return odd


def _few(region: Region) -> int:
    """So many filled cells, and less, are few for a row of the table."""
    return max(2, (region.right - region.left + 1) // 4)


def _texts(region: Region, number: int) -> list[str]:
    return [compact(str(cell)) for _, cell in region.filled(number)]


def _number(line: Line) -> int:
    return line[0]


def _suspects(region: Region, numbers: Sequence[int]) -> set[int]:
    """Rows that say 合计 or the like in one of the first columns; a column without such words is passed at once."""
    found: set[int] = set()
    first, last = region.left, min(region.left + _LEADING, region.right + 1)
    leading = by_column([region.rows[number] for number in numbers], first, last)
    for cells in leading:
        texts = [cell for cell in cells if type(cell) is str]
        everything = "\n".join(texts).casefold()
        marks = [mark for mark in _SUSPECT if mark in everything]
        if not marks:
            continue
        hits = {text for text in texts if len(text) <= 24 and any(mark in text.casefold() for mark in marks)}
        found.update(number for number, cell in zip(numbers, cells, strict=True) if cell in hits)
    return found


def _is_remark(region: Region, number: int, filled: list[tuple[int, object]], title: str, wide: dict[int, int]) -> bool:
    """A footnote, a signature line, a section's heading, the title again."""
    column, cell = filled[0]
    if not isinstance(cell, str):
        return False
    text = compact(cell)
    if _REMARK.fullmatch(text) or (title and text == compact(title)):
        return True
    if len(filled) == 1 and (_COUNTED.fullmatch(text) or (_TOWN.fullmatch(text) and region.right > region.left + 1)):
        return True
    if len(filled) == 1 and region.right > region.left:
        spread = wide.get(number, 0) >= max(1, (region.right - region.left) // 2)
        return spread or _SECTION.fullmatch(text) is not None or (column == region.left and len(text) > 40)
    return is_meta(region, number) and len(filled) <= 4


def _is_signed(region: Region, number: int, filled: list[tuple[int, object]]) -> bool:
    """A line of signatures: 填表人:张三 审核人:李四, each in a cell of its own or its name in the cell beside it."""
    texts = [compact(str(cell)) for _, cell in filled]
    said = [text for text in texts if _SIGNED.fullmatch(text)]
    return bool(said) and texts[0] == said[0] and len(texts) <= len(said) + sum(text[-1] in "::" for text in said)


def _demote(body: Body) -> None:
    """Where a grand total stands, or several totals each close a block, the 合计 of blocks are subtotals."""
    grand = [line for line in body.totals if any(isinstance(c, str) and _GRAND.fullmatch(compact(c)) for c in line[1])]
    if grand and len(grand) < len(body.totals):
        kept = grand
    elif len(body.totals) > 1 and not grand:
        last = body.totals[-1]
        before = body.totals[-2]
        between = any(before[0] < number < last[0] for number, _ in body.rows)
        kept = [] if between else [last]
    else:
        return
    body.subtotals = sorted([*body.subtotals, *(line for line in body.totals if line not in kept)], key=_number)
    body.totals = kept
