"""Targets and deadlines as offices write them in a table, and back: ≥144家, 8–10个, 前3名, 年底, 6月底."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Sequence
from decimal import Decimal

from gongjian.kernel.errors import Refusal
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.plan.proposal import Comparator, Kind

MARKS = {
    Comparator.EQUAL: "",
    Comparator.AT_LEAST: "≥",
    Comparator.ABOVE: ">",
    Comparator.ABOUT: "约",
    Comparator.AT_MOST: "≤",
}
COMPARATOR_LABELS = {
    Comparator.EQUAL: "等于",
    Comparator.AT_LEAST: "不少于 ≥",
    Comparator.ABOVE: "超过 >",
    Comparator.ABOUT: "左右",
    Comparator.AT_MOST: "不超过 ≤",
    Comparator.RANGE: "区间",
}
DEADLINE_WORDS = {"year_end": "年底", "flood_season": "汛期前"}
_READ = {
    **dict.fromkeys(("年底", "年内", "年底前", "全年", "年末", "年终", "本年底"), "year_end"),
    **dict.fromkeys(("汛期", "汛期前", "汛前", "主汛期前"), "flood_season"),
    **dict.fromkeys(("一季度", "一季度末", "第一季度", "1季度"), "03-31"),
    **dict.fromkeys(("上半年", "二季度", "二季度末", "第二季度", "年中", "2季度"), "06-30"),
    **dict.fromkeys(("三季度", "三季度末", "第三季度", "3季度"), "09-30"),
    **dict.fromkeys(("四季度", "四季度末", "第四季度", "下半年", "4季度"), "year_end"),
}
_DATE = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](?:(\d{1,2})日?|底|末|份)?(?:前|之前|以前)?")
_NUMBER = re.compile(r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?")


def number_words(value: Decimal | None) -> str:
    """A number without trailing zeros: 144, 6.2; "" for none. Not grouped, so that it reads back."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def target_words(commitment: Commitment, *, value: Decimal | None = None, value2: Decimal | None = None) -> str:
    """What is to be reached, as a table cell says it; `value` and `value2` replace the commitment's own."""
    c = commitment
    value, value2 = (c.value, c.value2) if value is None else (value, value2)
    low, unit = number_words(value), c.unit
    if c.kind == Kind.RANK and value is not None:
        return f"第{low}名" if value == 1 or c.comparator in ("", Comparator.EQUAL) else f"前{low}名"
    if value is not None and value2 is not None:
        return f"{low}–{number_words(value2)}{unit}"
    if value is not None:
        return f"{MARKS.get(Comparator(c.comparator), '') if c.comparator else ''}{low}{unit}"
    return f"{len(c.named)}项" if c.kind == Kind.ROSTER and c.named else ""


def numbers_of(text: str) -> list[Decimal]:
    """The numbers in a cell, in order; a dash between two numbers is a range, not a minus."""
    folded = unicodedata.normalize("NFKC", text).replace("–", "~").replace("—", "~").replace("至", "~")
    folded = re.sub(r"(?<=[\d%个家])\s*-\s*(?=\d)", "~", folded)
    return [Decimal(found.replace(",", "")) for found in _NUMBER.findall(folded)]


def number_of(text: str) -> Decimal | None:
    """One number as typed (full width, thousands separators, a % sign allowed); None when blank."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").rstrip("%")
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain) or len(plain) > 30:
        raise Refusal("number.unreadable", f"“{text.strip()[:20]}”不是数字", "请只填写数字,例如 144 或 6.2")
    return Decimal(plain)


def deadline_words(deadline: str) -> str:
    """A deadline as read, for people: 年底, 汛期前, 06-30; "" for none."""
    return DEADLINE_WORDS.get(deadline, deadline)


def deadline_of(text: str) -> str:
    """A deadline as typed, in the plan's notation (`year_end`, `MM-DD`, an ISO date); "" when blank."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if not plain or plain in _READ.values():
        return plain
    if plain in _READ:
        return _READ[plain]
    match = _DATE.fullmatch(plain)
    if match is None or not 1 <= int(match[2]) <= 12:
        cause = f"时限“{text.strip()[:20]}”看不明白"
        raise Refusal("deadline.unreadable", cause, "请写成 2025-06-30、06-30、6月底、上半年或年底")
    year, month = match[1], int(match[2])
    day = int(match[3]) if match[3] else monthrange(int(year or 2025), month)[1]
    return f"{year}-{month:02}-{day:02}" if year else f"{month:02}-{day:02}"


def names_of(text: str) -> list[str]:
    """Names as typed, one a line or parted by 、 , ;."""
    return list(dict.fromkeys(name for part in re.split(r"[\n、,,;;]+", text) if (name := part.strip())))


def joined(names: Sequence[object]) -> str:
    """Names in one cell."""
    return "、".join(str(name) for name in names)
