"""Finds the table inside a sheet: the heading row under titles and blanks, columns by their names, totals apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gongjian.kernel.errors import Place, Refusal

if TYPE_CHECKING:
    from gongjian.surfaces.inlets.sheet import Sheet

SEARCHED = 40  # rows from the top within which the heading must stand
_BRACKETS = re.compile(r"[(\[【〔{]([^)\]】〕}]{0,500}+)[)\]】〕}]")
_UNIT_TAIL = re.compile(r"(?:[/,:、]|单位:?)\s*([^/,:、]+)$")
_UNITS = re.compile(
    r"(?:单位:?)?((?:[十百千万亿]*(?:元|美元|亩|吨|千瓦时|度|平方米|立方米|平方公里|公里|米|人|名|家|户|个|项|件|台|套|人次|标煤|标准煤|吨标煤)|[万亿]|%|‰|天|年|月))"
)
_TOTAL = re.compile(
    r"(?:(?:全年|全区|全市|本页|本月|以上)?(?:合计|小计|总计|共计|累计|总和|汇总)|total|subtotal|sum)[:]?",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"(?:注|备注|说明|填表说明|填表人|填报人|制表人?|审核人?|负责人|联系人|联系电话|数据来源|资料来源|填报单位|填报日期|来源)[:].*",
    re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the table: its number in the sheet (1..) and its cells by column key."""

    number: int
    values: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class FoundTable:
    """The table: `head_row` is the sheet's row (1..) of the heading's last line, `columns` the index (0..) per key."""

    head_row: int
    columns: dict[str, int]
    labels: dict[str, str]
    """The heading as the sheet words it, by key: for messages about a cell."""
    units: dict[str, str]
    """The unit that a heading states, by key: 投资额(亿元) -> 亿元."""
    unknown: list[str]
    """Headings that no key answers to, and second columns of one key."""
    missing: list[str]
    """Keys without a column."""
    rows: list[Row]
    totals: list[Row] = field(default_factory=list)
    remarks: list[Row] = field(default_factory=list)
    """Notes under the table (注: ..., 填表人: ...) and repeated headings."""


def find_table(
    *, sheet: Sheet, heads: Mapping[str, Sequence[str]], required: Collection[str] | None = None
) -> FoundTable:
    """The table whose heading best answers `heads` (key -> names, the official one first).

    Names match without regard to blanks, full or half width, case, and what stands in brackets. `required` are keys
    that must have a column (default: none, but at least half of the keys, at most two, must be found). Refused as
    `sheet.columns` with the columns found and needed.
    """
    names = _names(heads)
    head = max(_candidates(sheet, names), key=_fit, default=None)
    needed = list(required) if required is not None else []
    least = min(2, (len(heads) + 1) // 2) if not needed else 1
    if head is None or len(head.columns) < least or any(key not in head.columns for key in needed):
        raise _wrong_columns(sheet, heads, needed, head)
    rows, totals, remarks = _sorted(sheet, head)
    return FoundTable(
        head_row=head.last + 1,
        columns=head.columns,
        labels={key: head.labels[column] for key, column in head.columns.items()},
        units={key: unit for key, column in head.columns.items() if (unit := stated_unit(head.labels[column]))},
        unknown=[label for column, label in enumerate(head.labels) if label and column not in head.columns.values()],
        missing=[key for key in heads if key not in head.columns],
        rows=rows,
        totals=totals,
        remarks=remarks,
    )


def normal(label: object, *, brackets: bool = True) -> str:
    """A heading for comparison: half width, lower case, no blanks or marks; `brackets=False` drops bracketed parts."""
    text = unicodedata.normalize("NFKC", "" if label is None else str(label)).casefold()
    text = "".join(text.split())
    if not brackets:
        text = _BRACKETS.sub("", text)
    return text.strip("*:.、,_-#“”\"'")


def stated_unit(label: str) -> str | None:
    """The unit a heading states in brackets or after a stroke: 投资额(亿元), 金额/万元; None without one."""
    text = "".join(unicodedata.normalize("NFKC", label).split())
    for found in (*_BRACKETS.findall(text), *(_UNIT_TAIL.findall(text))):
        matches = [match for part in re.split("[,;、]", found) if (match := _UNITS.fullmatch(part))]
        if len(matches) == 1:
            return matches[0][1]
    return None


def is_unit(text: str) -> bool:
    """Whether a text is a unit and nothing else: 万元, 千瓦时, %, 家."""
    return _UNITS.fullmatch(text) is not None


@dataclass(frozen=True, kw_only=True)
class _Head:
    """A candidate heading: its first and last row (0..), its labels by column, the columns it answers."""

    first: int
    last: int
    labels: list[str]
    columns: dict[str, int]


def _fit(head: _Head) -> tuple[int, int, int]:
    """Most columns first, then the heading of one row, then the upper one."""
    return len(head.columns), head.first - head.last, -head.last


def _names(heads: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Normalised name -> key; names with their brackets first, so that an exact name wins."""
    found: dict[str, str] = {}
    for brackets in (True, False):
        for key, synonyms in heads.items():
            for name in (*synonyms, key):
                if normal(name, brackets=brackets):
                    found.setdefault(normal(name, brackets=brackets), key)
    return found


def _candidates(sheet: Sheet, names: Mapping[str, str]) -> Iterator[_Head]:
    for number, row in enumerate(sheet.rows[:SEARCHED]):
        if not any(isinstance(cell, str) for cell in row):
            continue
        upper = [_label(cell) for cell in row]
        one = _Head(first=number, last=number, labels=upper, columns=_answered([(label,) for label in upper], names))
        yield one
        titled = len(set(filter(None, upper))) < 2  # one label alone is the sheet's title
        if not titled and number + 1 < len(sheet.rows) and _may_be_second(sheet.rows[number + 1]):
            spread = _spread(sheet, number, upper)
            lower = [_label(cell) for cell in sheet.rows[number + 1]]
            pairs = list(zip(spread, upper, lower, strict=True))
            options = [(wide + low, low, own) if low else (own or wide,) for wide, own, low in pairs]
            columns = _answered(options, names)
            if len(columns) > len(one.columns):
                labels = [wide + low if low and wide != low else low or own for wide, own, low in pairs]
                yield _Head(first=number, last=number + 1, labels=labels, columns=columns)


def _answered(options: Sequence[tuple[str, ...]], names: Mapping[str, str]) -> dict[str, int]:
    """Key -> column; a heading that matches with its brackets beats one that matches without, then the first wins."""
    found: dict[str, int] = {}
    for brackets in (True, False):
        for column, labels in enumerate(options):
            for label in labels:
                key = names.get(normal(label, brackets=brackets)) if label else None
                if key is None and label and not brackets:
                    key = names.get(_UNIT_TAIL.sub("", normal(label, brackets=False)))
                if key is not None and key not in found and column not in found.values():
                    found[key] = column
                    break
    return found


def _spread(sheet: Sheet, number: int, labels: list[str]) -> list[str]:
    """The heading row with merged cells repeated; without merge marks (.csv) a blank takes what stands left of it."""
    spread = list(labels)
    ranges = [(left, right) for top, left, bottom, right in sheet.merged if top <= number <= bottom]
    if sheet.merged:
        for left, right in ranges:
            for column in range(left, min(right + 1, len(spread))):
                spread[column] = labels[left]
        return spread
    below = sheet.rows[number + 1]
    for column in range(1, len(spread)):
        if not spread[column] and below[column] is not None:
            spread[column] = spread[column - 1]
    return spread


def _may_be_second(row: Sequence[object]) -> bool:
    return any(cell is not None for cell in row) and all(cell is None or isinstance(cell, str) for cell in row)


def compact(text: str) -> str:
    """A text in half width without any blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _label(cell: object) -> str:
    return "" if cell is None else "".join(str(cell).split())


def _sorted(sheet: Sheet, head: _Head) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows under the heading as data, totals and remarks; blank rows fall away."""
    rows: list[Row] = []
    totals: list[Row] = []
    remarks: list[Row] = []
    heading = [normal(label) for label in head.labels]
    opening = {cell for row in sheet.rows[head.first : head.last + 1] for cell in row if isinstance(cell, str)}
    for number in range(head.last + 1, len(sheet.rows)):
        cells = sheet.rows[number]
        filled = [cell for cell in cells if cell is not None]
        if not filled:
            continue
        row = Row(number=number + 1, values={key: cells[column] for key, column in head.columns.items()})
        texts = [compact(cell) for cell in filled[:3] if isinstance(cell, str)]
        if any(_TOTAL.fullmatch(text) for text in texts):
            totals.append(row)
        elif (len(filled) <= 2 and isinstance(filled[0], str) and _REMARK.fullmatch(compact(filled[0]))) or (
            filled[0] in opening and [normal(cell) for cell in cells] == heading
        ):
            remarks.append(row)
        else:
            rows.append(row)
    return rows, totals, remarks


def _wrong_columns(
    sheet: Sheet, heads: Mapping[str, Sequence[str]], needed: Collection[str], head: _Head | None
) -> Refusal:
    official = {key: (synonyms[0] if synonyms else key) for key, synonyms in heads.items()}
    wanted = "、".join(official[key] for key in (needed or heads) if key in official)
    if head is None or not head.columns:
        first = next((row for row in sheet.rows if sum(cell is not None for cell in row) > 1), sheet.rows[0])
        seen = "、".join(_label(cell) for cell in first if cell is not None)[:200]
        cause = f"没有找到表头;前{min(SEARCHED, len(sheet.rows))}行里没有所需的列名,看到的是:{seen or '空行'}"
        return Refusal("sheet.columns", cause, _remedy(wanted), place=Place(sheet=sheet.name))
    seen = "、".join(label for label in head.labels if label)
    lacking = "、".join(official[key] for key in (needed or heads) if key in official and key not in head.columns)
    cause = f"表头缺少列:{lacking};表中的列有:{seen}"
    return Refusal("sheet.columns", cause, _remedy(wanted), place=Place(sheet=sheet.name, row=head.last + 1))


def _remedy(wanted: str) -> str:
    return f"需要的列有:{wanted};请按此修改表头,或下载模板填写后重新上传"
