"""Deadlines as plans write them: 上半年, 6月底前, 到2027年底, 汛期前; all else is due by the end of the plan year."""

from __future__ import annotations

import calendar
import re

from gongjian.kernel.plan.reader.numerals import chinese

YEAR_END = "year_end"

_NUM = r"(\d{1,2}|[一二三四五六七八九十]{1,2})"
_TO_YEAR = re.compile(r"(?:到|至|在|截至)?(?<!\d)(20\d\d)年(?:底|末|年底|年末|年内|前|以前|之前|底前)?")
_YEAR_MONTH = re.compile(r"(?<!\d)(20\d\d)年(\d{1,2})月(?:(\d{1,2})[日号])?(底|末|中旬|份)?(?:前|之前|以前)?")
_PLAN_END = re.compile(r"[“”]?(十[二三四五六])五[”“]?(?:规划)?(?:期?末|期间|时期|末期)")
_SPAN = re.compile(
    r"(?:今后|未来|力争|用|再用|通过|在)?(?:的)?([2-9两二三四五]|十)(?:至[三四五])?年(?:内|左右|之内|时间)|(?:今后"
    r"|未来)([2-9二三四五两])年"
)
_MONTH_DAY = re.compile(rf"{_NUM}月{_NUM}[日号](?:前|之前|以前|底)?")
_MONTH = re.compile(
    rf"(?<![\d年至-]){_NUM}月(上旬|中旬|下旬|初|中|底|末|份)?(?:前|之前|以前|底前|完成|达到|全部|建成|开工|投|底"
    rf"|竣工|实现)?"
)
_QUARTER = re.compile(r"(?:第)?([一二三四1-4])季度")
_SEASONS = (
    (re.compile(r"(?:主)?汛期?(?:到来|来临)?(?:之)?前"), "flood_season"),
    (re.compile(r"上半年|年中(?!央)|“七一”前|七一前|6月末"), "06-30"),
    (re.compile(r"三夏前|麦收前"), "06-01"),
    (re.compile(r"(?:国庆|“十一”|十一)(?:节)?前"), "09-30"),
    (re.compile(r"(?:“?五一”?)(?:节|劳动节)?前"), "04-30"),
    (re.compile(r"(?:秋季|秋季学期|新学期|秋季开学|9月开学)(?:开学)?(?:之)?前|暑假前|暑期前"), "08-31"),
    (re.compile(r"(?:采暖|供暖|取暖)(?:季|期)(?:到来|来临)?(?:之)?前|供暖前"), "11-15"),
    (re.compile(r"(?<!年)年内|年底前?|年末|全年|今年|当年|本年|岁末|下半年|明年底"), YEAR_END),
)


FAR = re.compile(r"十[二三四五六]五|(?:今后|未来)(?:[二三四五两]|[2-5]|一个时期)")


def horizon(heading: str, *, year: int | None) -> str | None:
    """The end of the period that a heading names (“十五五”, 今后五年), where it ends after the plan year."""
    if match := re.search(r"十([二三四五六])五", heading):
        end = {"二": 2015, "三": 2020, "四": 2025, "五": 2030, "六": 2035}[match.group(1)]
        return f"{end}-12-31" if year is None or end > year else None
    if (match := re.search(r"(?:今后|未来)([二三四五两]|[2-5])", heading)) and year is not None:
        word = match.group(1)
        return f"{year + (2 if word == '两' else _small(word)) - 1}-12-31"
    return None


def _closes(match: re.Match[str], text: str, *, sure: bool) -> bool:
    """Whether a later year is meant as a deadline (到2027年, 2027年底, 2027年力争…)."""
    if re.match(r"到|至|截至|在", match.group()) or re.search(r"年.*[底末前内]", match.group()):
        return True
    return sure and bool(re.match(r".{0,6}(?:力争|实现|达到|完成|建成|,)", text[match.end() :]))


def _small(word: str) -> int:
    return int(word) if word.isdigit() else int(chinese(word))


def deadline(text: str, *, year: int | None) -> str | None:
    """The deadline that a stretch of folded text states, or None where it states none.

    `year_end` for the plan year; `MM-DD` within it; a full ISO date for other years; `flood_season` before the floods.
    """
    found: list[tuple[int, str]] = []
    for match in _YEAR_MONTH.finditer(text):
        stated, month = int(match.group(1)), int(match.group(2))
        if (
            1 <= month <= 12
            and stated != year
            and (year is None or stated > year)
            and re.search(r"[底末前旬]", match.group())
        ):
            last = calendar.monthrange(stated, month)[1]
            day = min(last, max(1, int(match.group(3)))) if match.group(3) else 20 if match.group(4) == "中旬" else last
            return f"{stated}-{month:02d}-{day:02d}"
    for match in _TO_YEAR.finditer(text):
        stated = int(match.group(1))
        if stated == year:
            if re.search(r"年[底末内前]", match.group()):
                found.append((match.start(), YEAR_END))
        elif (year is None or stated > year) and _closes(match, text, sure=year is not None):
            found.append((match.start(), f"{stated}-12-31"))
    for match in _PLAN_END.finditer(text):
        end = {"十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030, "十六": 2035}[match.group(1)]
        if re.search(r"末", match.group()) or re.search(r"到|至", text[max(0, match.start() - 1) : match.start()]):
            found.append((match.start(), YEAR_END if end == year else f"{end}-12-31"))
        elif year is not None and end > year and match.start() < 3 and len(text) > 14:
            found.append((match.start(), f"{end}-12-31"))
    if year is not None:
        for match in _SPAN.finditer(text):
            word = match.group(1) or match.group(2)
            years = 2 if word == "两" else _small(word)
            if re.search(r"内|今后|未来|用", match.group()):
                found.append((match.start(), f"{year + years - 1}-12-31"))
    taken = []
    for match in _MONTH_DAY.finditer(text):
        month, day = _small(match.group(1)), _small(match.group(2))
        if 1 <= month <= 12 and 1 <= day <= 31:
            found.append((match.start(), f"{month:02d}-{day:02d}"))
            taken.append(match.span())
    for match in _MONTH.finditer(text):
        if any(a <= match.start() < b for a, b in taken):
            continue
        month = _small(match.group(1))
        if not 1 <= month <= 12:
            continue
        part, tail = match.group(2) or "", match.group()[len(match.group(1)) + 1 :]
        before = tail.endswith("前")
        if not (part in ("底", "末", "中旬", "上旬", "下旬", "初", "中", "份") or tail):
            continue
        found.append((match.start(), _month(month, part, before=before, year=year)))
    for match in _QUARTER.finditer(text):
        quarter = {"一": 1, "二": 2, "三": 3, "四": 4}.get(match.group(1)) or int(match.group(1))
        found.append((match.start(), {1: "03-31", 2: "06-30", 3: "09-30", 4: YEAR_END}[quarter]))
    for pattern, answer in _SEASONS:
        found += [(match.start(), answer) for match in pattern.finditer(text)]
    if not found:
        return None
    found.sort()
    exact = [answer for _, answer in found if answer != YEAR_END]
    answer = exact[-1] if exact else found[-1][1]
    return YEAR_END if answer == "12-31" else answer


def _month(month: int, part: str, *, before: bool, year: int | None) -> str:
    if part in ("中旬", "中"):
        return f"{month:02d}-20" if part == "中旬" else f"{month:02d}-15"
    if part in ("上旬", "初"):
        return f"{month:02d}-10"
    if before and not part:
        month = 12 if month == 1 else month - 1
    return f"{month:02d}-{calendar.monthrange(year or 2025, month)[1]:02d}"
