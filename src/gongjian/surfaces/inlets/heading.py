"""Finds a table's heading by its shape alone: words above figures, dates and codes, on one to three rows."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from gongjian.surfaces.inlets.heads import compact, is_unit, normal, stated_unit
from gongjian.surfaces.inlets.kinds import Kind, kind, prevailing

SEARCHED, SAMPLED, DEEPEST = 40, 40, 3  # rows looked through, body rows looked at, rows of the deepest heading
LEAST = 1.55  # a heading scores at least this; below, the first row is as good as any other
Merged = Sequence[tuple[int, int, int, int]]
"""Ranges of cells: first row, first column, last row, last column, from 0."""

META = re.compile(
    r"(?:(?:填报|编制|制表|报送|统计|主管|责任)?(?:单位|部门|日期|时间|人)|截[至止].*|表号|文号|制定机关|批准.*|有效期.*)[::].*"
)
_UNIT_LINE = re.compile(r"(?:计量|金额|货币)?单位[::]([^::()（）]+)")
_HEAD_UNIT = re.compile(r"(?<![^()])([^()]{2,}+)\([^()]*单位:[^()]*\)")
_WORDS = re.compile(
    r"(?:序号|编号|代码|编码|号码?|姓名|名称|名|类[别型]?|性质|等级|级别|日期|时间|年[度份]?|月份|季度|阶段|状态|进[度展]|情况|"
    r"金额|[^ ]额|价|费|款|资[金产]?|收入|支出|成本|利润|税收?|产值|营收|[^ ]数量?|人数|面积|[^ ]量|[^ ]率|占?比例?|指标|得分|"
    r"单位|部门|机构|企业|公司|项目|园区|街道|镇|地址|位置|区域|行业|领域|产业|产品|技术|电话|手机|联系人|联系方式|邮箱|负责人|"
    r"法人|领导|职务|职称|学历|专业|性别|是否.*|备注|说明|来源|内容|任务|措施|目标|问题|要求|简称|id|code|name|date|year|type|no)",
    re.IGNORECASE,
)
_SIDE_HEADS = frozenset(
    {
        *("国家", "地区", "指标名称", "指标", "指标ID", "指标编码", "频率", "频度", "单位", "来源", "数据来源"),
        *("时间区间", "起止时间", "更新时间", "更新日期", "描述"),
    }
)
_OWN_WORDS = (
    re.compile(r".{2,}(?:有限|责任|股份|集团)公司(?:\(.*\))?"),
    re.compile(r"(?=.*\d)[0-9A-HJ-NPQRTUWXY]{18}"),
    re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}"),
)
"""What stands in cells and never in their heading."""
_UNNAMED = re.compile(r"Unnamed: ?\d+(?:_level_\d+)?|Column\d+|列\d+", re.IGNORECASE)
_FIRST_ORDINALS = ("甲", "乙", "丙", "丁")


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading: its first and last row (0..), by column its label and unit, and rows under it that only annotate."""

    first: int
    last: int
    labels: dict[int, str]
    units: dict[int, str] = field(default_factory=dict)
    score: float = 0.0


class Region:
    """Part of a sheet: non-blank rows (0..) and a span of columns, with the kinds of its upper cells kept.

    `merged` are the sheet's merged ranges by their first rows, none beyond its cells; `names` are headings that the
    reader hopes for, as `normal` writes them.
    """

    def __init__(
        self,
        *,
        rows: list[list[object]],
        merged: Merged,
        numbers: Sequence[int],
        left: int,
        right: int,
        names: frozenset[str] = frozenset(),
    ) -> None:
        self.names = names
        self.rows, self.numbers, self.left, self.right = rows, numbers, left, right
        start = bisect_left(merged, (numbers[0],))
        self.merged = [m for m in merged[start : bisect_left(merged, (numbers[-1] + 1,))] if left <= m[1] <= right]
        lowest = numbers[min(len(numbers), SEARCHED) - 1] + DEEPEST
        self.head_merged = self.merged[: bisect_left(self.merged, (lowest + 1,))]
        self._kinds: dict[int, list[Kind | None]] = {}

    def kinds(self, number: int) -> list[Kind | None]:
        """The kinds of a row's cells, from the region's first column on."""
        if number not in self._kinds:
            self._kinds[number] = [kind(cell) for cell in self.rows[number][self.left : self.right + 1]]
        return self._kinds[number]

    def filled(self, number: int) -> list[tuple[int, object]]:
        """Column and cell of the row's filled cells."""
        cells = self.rows[number]
        return [(c, cells[c]) for c in range(self.left, min(self.right + 1, len(cells))) if cells[c] is not None]


def find_heading(*, region: Region) -> Heading | None:
    """The best heading within the region's first rows; None where no row reads like one."""
    found = _side_heading(region)
    if found is not None:
        return found
    best: Heading | None = None
    above = 0.0  # rows passed that look like data: a heading does not stand below them
    for place, number in enumerate(region.numbers[:SEARCHED]):
        for candidate in _candidates(region, place):
            scored = _scored(region, candidate, above)
            if scored is not None and (best is None or scored.score > best.score + 1e-9):
                best = scored
        if len(region.filled(number)) > 1 and not is_meta(region, number):
            above += 0.35
    return best if best is not None and best.score >= LEAST else None


def is_meta(region: Region, number: int) -> bool:
    """Whether a row only says who filled in the sheet and when, or in which unit: 填报单位:项目办  单位:万元."""
    filled = region.filled(number)
    texts = [compact(cell) for _, cell in filled if isinstance(cell, str)]
    if len(filled) > 1:  # beside others 注册资本(单位:万元) is a heading
        texts = [_HEAD_UNIT.sub(r"\1", text) for text in texts]
    return any(META.fullmatch(text) or _UNIT_LINE.search(text) for text in texts)


def unit_line(text: object) -> str | None:
    """The unit that a line above the table states: 单位:万元, (单位:万元、个), or a title's ending (万元)."""
    if not isinstance(text, str):
        return None
    for found in _UNIT_LINE.findall(compact(text)):
        parts = [part for part in re.split(r"[、,/和;]", found) if part]
        if parts and all(is_unit(part) for part in parts):
            return "、".join(parts)
    return stated_unit(text) if compact(text).endswith((")", "]", "】")) else None


def _candidates(region: Region, place: int) -> Iterator[Heading]:
    """Headings that begin with a row and take up to three adjoining ones."""
    first = region.numbers[place]
    if not _reads_as_head(region, first) or is_meta(region, first):
        return
    for last in range(first, first + DEEPEST):
        if last > first and (
            last >= len(region.rows)
            or not region.filled(last)
            or is_meta(region, last)
            or not _reads_as_head(region, last)
            or not _continues(region, last - 1, last)
        ):
            return
        labels = _joined(region, first, last)
        if len(set(labels.values())) > 1 or region.left == region.right or last == first:
            yield Heading(first=first, last=last, labels=labels, units=_unit_row(region, last + 1))


def _reads_as_head(region: Region, number: int) -> bool:
    """Words and years, no figures or marks; a code or a long text is let pass among words."""
    cells = zip(region.rows[number][region.left : region.right + 1], region.kinds(number), strict=True)
    found = [(cell, one) for cell, one in cells if one is not None]
    words = sum(one == "word" for _, one in found)
    odd = sum(one in ("code", "text", "number") for _, one in found)
    bad = any(
        one in ("bool", "error") or (one == "number" and not (isinstance(cell, str) and len(cell) <= 6))
        for cell, one in found
    )
    return bool(found) and not bad and (words >= 1 or len(found) > 1) and odd <= max(1, len(found) // 2)


def _continues(region: Region, upper: int, lower: int) -> bool:
    """Whether the lower row divides the upper one's labels instead of being a row of its own."""
    crossing = any(top <= upper and bottom >= lower and top != bottom for top, _, bottom, _ in region.head_merged)
    wide = {
        c
        for top, left, bottom, right in region.head_merged
        if top <= upper <= bottom
        for c in range(left, right + 1)
        if right > left
    }
    up, low = dict(region.filled(upper)), dict(region.filled(lower))
    covered = {
        c
        for top, left, bottom, right in region.head_merged
        if top <= upper and bottom >= lower
        for c in range(left, right + 1)
    }
    if len(up) < 2 and not crossing:
        return False
    groups, clashes = 0, 0
    for column in low:
        if column in covered:
            continue
        if column in up:
            opens = column in wide or (column + 1 in low and column + 1 not in up and column + 1 <= region.right)
            groups += opens
            clashes += not opens
        elif column not in wide and _left_of(column, up, low) is None:
            clashes += 1
    return (groups > 0 and clashes == 0) or (crossing and clashes <= len(low) // 2)


def _left_of(column: int, up: Mapping[int, object], low: Mapping[int, object]) -> int | None:
    """The column to the left whose upper label spreads over this one: everything between is divided too."""
    for other in range(column - 1, -1, -1):
        if other not in low:
            return None
        if other in up:
            return other
    return None


def _joined(region: Region, first: int, last: int) -> dict[int, str]:
    """Column -> its label, the parts of a heading of several rows joined by a stroke: 投资/设备."""
    levels = [_spread(region, number, last) for number in range(first, last + 1)]
    labels = {}
    for column in range(region.left, region.right + 1):
        parts = list(dict.fromkeys(level[column] for level in levels if level.get(column)))
        label = "/".join(parts)
        if label and not _UNNAMED.fullmatch(label):
            labels[column] = label
    return labels


def _spread(region: Region, number: int, last: int) -> dict[int, str]:
    """A row's labels by column, each repeated over the columns that it heads."""
    own = {column: _label(cell) for column, cell in region.filled(number)}
    found = dict(own)
    merged: set[int] = set()
    for top, left, bottom, right in region.head_merged:
        if top <= number <= bottom:
            merged |= set(range(left, right + 1))
            cell = region.rows[top][left] if left < len(region.rows[top]) else None
            if cell is not None and top == number:
                found |= {column: _label(cell) for column in range(left, right + 1)}
    if number < last:
        low = dict(region.filled(number + 1))
        for column in range(region.left, region.right + 1):
            if column in low and column not in found and column not in merged:
                origin = _left_of(column, own, low)
                if origin is not None and origin not in merged:
                    found[column] = own[origin]
    return found


def _scored(region: Region, candidate: Heading, above: float) -> Heading | None:
    """How well the labels fit the cells under them."""
    last = candidate.last + (1 if candidate.units else 0)
    opening = [cell for _, cell in region.filled(candidate.last)]
    under = (n for n in region.numbers if n > last and [cell for _, cell in region.filled(n)] != opening)
    body = list(islice(under, SAMPLED))
    columns: dict[int, list[Kind | None]] = {c: [] for c in range(region.left, region.right + 1)}
    for number in body:
        for column, found in enumerate(region.kinds(number), region.left):
            columns[column].append(found)
    filled = [column for column, kinds in columns.items() if any(kinds)]
    labels = candidate.labels
    if not labels:
        return None
    shared = [column for column in filled if column in labels]
    hoped = sum(_is_hoped(region, label) for label in labels.values()) / len(labels) if region.names else 0.0
    known = sum(bool(_WORDS.search(_tail(label))) for label in labels.values()) / len(labels)
    if not body or not shared:
        score = known + hoped + 0.6 if len(labels) > 1 and not body else 0.0
    else:
        coverage = len(shared) / len(filled)
        fit = sum(_contrast(region, labels[c], prevailing(columns[c]), c, body) for c in shared) / len(shared)
        twice = 1 - len(set(labels.values())) / len(labels)
        long = sum(len(label) > 40 for label in labels.values()) / len(labels)
        score = 1.5 * coverage + 1.5 * fit + 0.5 * known + 1.5 * hoped - twice - long
    deeper = 0.02 * (candidate.last - candidate.first)
    return Heading(first=candidate.first, last=last, labels=labels, units=candidate.units, score=score - above - deeper)


def _is_hoped(region: Region, label: str) -> bool:
    """Whether a label, or the last part of one of several rows, is a name that the reader hopes for."""
    return normal(label) in region.names or normal(label.rsplit("/", 1)[-1]) in region.names


def _contrast(region: Region, label: str, below: Kind | None, column: int, body: Sequence[int]) -> float:
    """From -1 (the label is one of the values) to 1 (a word above figures)."""
    own = kind(label)
    if own in ("year", "date", "number"):
        return 0.3 if below in ("number", "bool", "word") else -0.3
    values = {region.rows[number][column] for number in body}
    if label in values or _is_one_of(label, values):
        return -1.0
    if below in ("number", "year", "date", "bool", "text", "code"):
        return 1.0 if own != below else -0.5
    if _WORDS.search(_tail(label)):
        return 0.7
    lengths = [len(str(value)) for value in values if value is not None]
    return 0.4 if lengths and sum(lengths) / len(lengths) >= 1.8 * len(label) else 0.1


def _is_one_of(label: str, values: set[object]) -> bool:
    """Whether a label is a firm, a credit code or a telephone above others of its kind: a row of data, not a heading."""
    said = [compact(str(value)) for value in values if value is not None]
    return any(
        pattern.fullmatch(compact(label)) and sum(bool(pattern.fullmatch(one)) for one in said) * 2 > len(said)
        for pattern in _OWN_WORDS
    )


def _unit_row(region: Region, number: int) -> dict[int, str]:
    """The units in a row right under the labels that holds nothing else."""
    if number >= len(region.rows):
        return {}
    found = {column: compact(str(cell)).strip("()") for column, cell in region.filled(number) if isinstance(cell, str)}
    if not found or len(found) < len(region.filled(number)) or not all(is_unit(text) for text in found.values()):
        return {}
    return found


def _side_heading(region: Region) -> Heading | None:
    """The heading of a data vendor's export: the first column names what the rows above the figures say."""
    rows = region.numbers[:16]
    sides = [number for number in rows if _label(region.rows[number][region.left]) in _SIDE_HEADS]
    named = [n for n in sides if _label(region.rows[n][region.left]) in ("指标名称", "指标")]
    if len(sides) < 3 or not named or sides != list(rows[rows.index(sides[0]) :][: len(sides)]):
        return None
    labels = {column: _label(cell) for column, cell in region.filled(named[0])}
    units: dict[int, str] = {}
    for number in sides:
        if _label(region.rows[number][region.left]) == "单位":
            units = {c: compact(str(cell)) for c, cell in region.filled(number)[1:] if is_unit(compact(str(cell)))}
    return Heading(first=sides[0], last=sides[-1], labels=labels, units=units, score=4.0)


def numbers_its_columns(region: Region, number: int) -> bool:
    """Whether a row under the heading only counts the columns: 甲 乙 1 2 3."""
    cells = [cell for _, cell in region.filled(number)]
    texts = [str(cell).strip().strip("()（）") for cell in cells]
    while texts and texts[0] in (*_FIRST_ORDINALS, "栏次"):
        texts.pop(0)
    return len(texts) >= 3 and texts == [str(place) for place in range(1, len(texts) + 1)]


def _label(cell: object) -> str:
    return "" if cell is None else "".join(str(cell).split())


def _tail(label: str) -> str:
    return re.sub(r"[((\[【].*?[))\]】]", "", label.rsplit("/", 1)[-1])
