"""Which column of a table is which field: by what an officer once taught, by name, by likeness, by content."""

from __future__ import annotations

import contextlib
import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers.parse import to_bool, to_date, to_decimal
from gongjian.surfaces.inlets.heads import normal
from gongjian.surfaces.inlets.kinds import LONG, Kind, kind, prevailing
from gongjian.surfaces.inlets.tables import Column, Table

How = Literal["key", "learned", "official", "synonym", "similar", "content", "none"]

_LOOKED_AT = 200  # cells of a column that are looked at
_UNIT_TAIL = re.compile(r"(?:[/,:、]|单位:?)\s*[十百千万亿]*(?:元|美元|亩|吨|人|家|户|个|项|件|台|套|%)$")
_SUFFIXES = ("名称", "情况", "信息", "全称", "数量", "金额", "数", "额", "号码", "号", "日期", "时间", "日", "值")
_PREFIXES = ("企业", "单位", "公司", "项目", "所属", "所在", "本")
_GENERIC = frozenset(
    {
        *("名称", "情况", "信息", "数量", "金额", "数", "额", "号", "日期", "时间"),
        *("单位", "项目", "企业", "公司", "人", "类型", "类别", "编号", "代码", "备注"),
    }
)
_TURNS = (
    "计划|预计|拟|目标",
    "实际|完成|已",
    "上年|去年|同期|上期",
    "累计",
    "当月|本月",
    "增速|增长|增幅|同比|环比",
    "率|占比|比重|比例",
    "户数|家数|人数|个数",
    "开工|开始|起",
    "竣工|结束|完工|到期|止",
    "是否",
    "剩余|未",
    "变更|变化",
    "前",
    "联系",
    "法定|法人",
    "电话|手机",
    "地址",
    "代码|编码",
)
"""Words that turn a heading into another one: 投资额增速 is not 投资额."""
_MIXED = re.compile(r"(?=.*[一-鿿]{2}).*(?<![0-9A-Za-z])(?:1[3-9]\d{9}|[0-9A-Z]{15,18})(?![0-9A-Za-z]).*", re.DOTALL)
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_FIRM = re.compile(r".{2,}(?:公司|厂|合作社|研究院|集团|中心|事务所|企业)(?:\(.*\))?")
_CONTENTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (_CREDIT_CODE, re.compile(r".*信用(?:代码|编码).*")),
    (_PHONE, re.compile(r".*(?:电话|手机|联系方式).*")),
    (_FIRM, re.compile(r"企业|公司|.*(?:企业|单位|公司)(?:名称|全称)")),
)
"""Cells that speak for themselves, and the names of the keys that they speak for."""
_PARSERS: dict[str, Callable[[object], object]] = {"date": to_date, "number": to_decimal, "bool": to_bool}
_RANKS: tuple[How, ...] = ("key", "learned", "official", "synonym", "similar", "content", "none")


@dataclass(frozen=True, kw_only=True)
class Match:
    """What one column was taken for."""

    column: int
    """The sheet's column, from 0."""
    key: str | None
    how: How
    """"learned" with no key: the officer once left this heading out."""
    rivals: tuple[str, ...] = ()
    """Other keys that the heading would answer to; for a column that lost its key to a better one, that key."""
    doubt: str = ""
    """A sentence where the heading matches but the cells look otherwise; else empty."""


@dataclass(frozen=True)
class _Bid:
    rank: int
    likeness: float
    column: int
    key: str


class _Look:
    """What a column's first cells look like."""

    def __init__(self, table: Table, column: Column) -> None:
        self.cells: list[object] = []
        for _, row in table.rows:
            if row[column.index] is not None:
                self.cells.append(row[column.index])
                if len(self.cells) == _LOOKED_AT:
                    break
        self.kind: Kind | None = prevailing(kind(cell) for cell in self.cells)
        self._shares: dict[str, float] = {}

    def clashes(self, wanted: str | None, how: How) -> bool:
        """Whether the cells are plainly of another kind than a key's; a likeness is held to more than a name."""
        if wanted is None or self.kind is None or self.kind == "error":
            return False
        if wanted in _PARSERS:
            share = self._share(wanted)
            return share < 0.5 if how == "similar" else share == 0 and self.kind in ("number", "date", "bool")
        if wanted == "code":
            return self.kind == "text" or (how == "similar" and self.kind in ("date", "bool"))
        return how == "similar" and wanted == "text" and self.kind in ("date", "number")

    def mixed(self) -> str:
        """A cell that holds a name and a code or telephone in one, where half of them do; else empty."""
        found = [cell for cell in self.cells if isinstance(cell, str) and _MIXED.fullmatch(cell.strip())]
        return " ".join(str(found[0]).split())[:LONG] if len(found) * 2 > len(self.cells) else ""

    def _share(self, wanted: str) -> float:
        """Share (0 to 1) of the cells that the kernel can read as what is wanted."""
        if wanted not in self._shares:
            good = 0
            for cell in self.cells:
                with contextlib.suppress(Refusal):
                    _PARSERS[wanted](cell)
                    good += 1
            self._shares[wanted] = good / len(self.cells)
        return self._shares[wanted]


def match_columns(
    *,
    table: Table,
    heads: Mapping[str, Sequence[str]],
    learned: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
) -> list[Match]:
    """One match per column of the table, in its order; a key gets at most one column, the one that fits best.

    `heads` are the names of each key, the official one first; `learned` maps headings that an officer once mapped
    (compared by `normal` and by blanks and width alone) to their key, "" for left out; `kinds` say what a key holds:
    date, number, bool, text or code. A heading that only resembles a name does not match cells of another kind.
    """
    known, kinds = learned or {}, kinds or {}
    taught = {form: key for head, key in known.items() for form in (head, plain(head), normal(head))}
    bids: list[_Bid] = []
    left_out: set[int] = set()
    looks = {column.index: _Look(table, column) for column in table.columns}
    for column in table.columns:
        taught_key = next(
            (taught[form] for form in (plain(column.label), normal(column.label)) if form in taught), None
        )
        if column.label and taught_key == "":
            left_out.add(column.index)
            continue
        for key, names in heads.items():
            found = _named(column.label, key, names)
            if column.label and taught_key == key:
                found = ("learned", 1.0)
            if found is None:
                continue
            how, likeness = found
            if how in ("official", "synonym", "similar") and looks[column.index].clashes(kinds.get(key), how):
                continue
            bids.append(_Bid(_RANKS.index(how), likeness, column.index, key))
    placed = _placed(bids)
    bids += _by_content(table, heads, kinds, looks, placed, left_out)
    placed = _placed(bids)
    return [_match(column, placed, bids, left_out, kinds, looks) for column in table.columns]


def plain(head: str) -> str:
    """A heading in half width, lower case, without blanks: as headings are remembered."""
    return "".join(unicodedata.normalize("NFKC", head).casefold().split())


def _placed(bids: Sequence[_Bid]) -> dict[int, _Bid]:
    """Column -> the bid that won it: the surest first, then the likest, then the leftmost column."""
    won: dict[int, _Bid] = {}
    taken: set[str] = set()
    for bid in sorted(bids, key=lambda b: (b.rank, -b.likeness, b.column)):
        if bid.column not in won and bid.key not in taken:
            won[bid.column] = bid
            taken.add(bid.key)
    return won


def _match(
    column: Column,
    placed: Mapping[int, _Bid],
    bids: Sequence[_Bid],
    left_out: set[int],
    kinds: Mapping[str, str],
    looks: Mapping[int, _Look],
) -> Match:
    won = placed.get(column.index)
    own = sorted((b for b in bids if b.column == column.index), key=lambda b: (b.rank, -b.likeness))
    rivals = tuple(dict.fromkeys(b.key for b in own if won is None or b.key != won.key))
    if won is None:
        return Match(
            column=column.index, key=None, how="learned" if column.index in left_out else "none", rivals=rivals
        )
    look = looks[column.index]
    doubt = ""
    if kinds.get(won.key) == "code" and (sample := look.mixed()):
        doubt = f"这一列把文字和号码写在一起(如“{sample}”),请先在表中拆成两列,或改选别的栏目。"
    elif look.clashes(kinds.get(won.key), "similar"):
        doubt = f"这一列的内容多是{_CALLED[look.kind or 'word']},与所对应的字段不一致,请核对。"
    return Match(column=column.index, key=won.key, how=_RANKS[won.rank], rivals=rivals, doubt=doubt)


_CALLED: dict[Kind, str] = {
    "word": "文字",
    "text": "长段文字",
    "number": "数字",
    "year": "年份",
    "date": "日期",
    "code": "编号",
    "bool": "是否",
    "error": "公式错误",
}


def _named(label: str, key: str, names: Sequence[str]) -> tuple[How, float] | None:
    """How a heading answers to a key's names, and how closely (0 to 1)."""
    if not label:
        return None
    if normal(label) == normal(key) or label == key:
        return "key", 1.0
    forms = _forms(label)
    best: tuple[How, float] | None = None
    for place, name in enumerate(names):
        how: How = "official" if place == 0 else "synonym"
        for at, form in enumerate(forms):
            if form and form in _forms(name):
                bid = (how, 1.0 - 0.05 * at)
                best = (
                    bid if best is None or (_RANKS.index(bid[0]), -bid[1]) < (_RANKS.index(best[0]), -best[1]) else best
                )
                break
    if best is not None:
        return best
    likeness = max((_likeness(label, name) for name in names), default=0.0)
    return ("similar", likeness) if likeness >= 0.6 else None


def _forms(label: str) -> tuple[str, ...]:
    """A heading as it stands, without brackets, without its unit, without the stroke between the parts of its rows."""
    whole, bare = normal(label), normal(label, brackets=False)
    return tuple(dict.fromkeys((whole, bare, _UNIT_TAIL.sub("", bare), whole.replace("/", ""), bare.replace("/", ""))))


def _likeness(label: str, name: str) -> float:
    """From 0 to 1: the same core, one within the other, the same characters in another order, or a slip."""
    ours = _UNIT_TAIL.sub("", normal(label, brackets=False))
    theirs = _UNIT_TAIL.sub("", normal(name, brackets=False))
    last = ours.rsplit("/", 1)[-1]
    if "/" in ours and last == theirs:
        return 0.9
    if not ours or not theirs or _turned(ours, theirs):
        return 0.0
    one, other = _core(ours), _core(theirs)
    if one == other and one not in _GENERIC and len(one) > 1:
        return 0.95
    if min(len(ours), len(theirs)) >= 3 and sorted(ours) == sorted(theirs):
        return 0.9
    short, long = sorted((ours, theirs), key=len)
    if short in long and short not in _GENERIC and len(short) >= 2:
        return 0.6 + 0.3 * len(short) / len(long)
    if min(len(ours), len(theirs)) >= 4:
        ratio = difflib.SequenceMatcher(None, ours, theirs, autojunk=False).ratio()
        return 0.8 * ratio if ratio >= 0.8 else 0.0
    return 0.0


def _core(name: str) -> str:
    """A name without what headings put before and behind it: 企业名称 -> 企业 stays, 设备投入金额 -> 设备投入."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            name = name.removesuffix(suffix)
            break
    for prefix in _PREFIXES:
        if name.startswith(prefix) and len(name) - len(prefix) >= 2:
            return name.removeprefix(prefix)
    return name


def _turned(one: str, other: str) -> bool:
    """Whether only one of the two carries a word that turns the meaning."""
    return any(bool(re.search(turn, one)) != bool(re.search(turn, other)) for turn in _TURNS)


def _by_content(
    table: Table,
    heads: Mapping[str, Sequence[str]],
    kinds: Mapping[str, str],
    looks: Mapping[int, _Look],
    placed: Mapping[int, _Bid],
    left_out: set[int],
) -> list[_Bid]:
    """Bids for columns without a key whose cells speak for themselves: credit codes, telephones, names of firms."""
    taken = {bid.key for bid in placed.values()}
    open_keys = {key: names for key, names in heads.items() if key not in taken}
    found = []
    for pattern, called in _CONTENTS:
        keys = [
            k
            for k, names in open_keys.items()
            if kinds.get(k) not in ("date", "number", "bool") and _speaks(names, called)
        ]
        columns = [
            column.index
            for column in table.columns
            if column.index not in placed
            and column.index not in left_out
            and _share(looks[column.index].cells, pattern.fullmatch) >= 0.8
        ]
        if len(keys) == 1 and len(columns) == 1:
            found.append(_Bid(_RANKS.index("content"), 0.5, columns[0], keys[0]))
    return found


def _speaks(names: Sequence[str], called: re.Pattern[str]) -> bool:
    return any(called.fullmatch(normal(name, brackets=False)) for name in names)


def _share(cells: Sequence[object], fits: Callable[[str], object]) -> float:
    """Share (0 to 1) of the cells that fit; at least two must be there."""
    if len(cells) < 2:
        return 0.0
    return sum(bool(fits("".join(unicodedata.normalize("NFKC", str(cell)).split()))) for cell in cells) / len(cells)
