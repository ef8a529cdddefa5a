"""Automatic list numbers of a Word file (一、 (一) 1. ①) as the text a reader sees on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_CHINESE = {
    *(
        "chineseCounting",
        "chineseCountingThousand",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "japaneseCounting",
    ),
    *("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanDigital2"),
}
_LEGALS = {"chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"}
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"))
_ROMAN_ONES = ((9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One level of a numbered list: its first number, its number format and its pattern (第%1章)."""

    start: int = 1
    style: str = "decimal"
    pattern: str = ""
    suffix: str = "tab"
    plain: bool = False
    """isLgl: all numbers of the label in Arabic digits."""


class Numbering:
    """The counters of all lists of one document, advanced paragraph by paragraph in reading order."""

    def __init__(self, root: Any) -> None:
        self._abstracts: dict[str, dict[int, Rung]] = {}
        self._lists: dict[str, tuple[str, dict[int, Rung]]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._restarted: set[tuple[str, int]] = set()
        self._restarts: dict[str, dict[int, int]] = {}
        for abstract in root.findall(f"{W}abstractNum") if root is not None else ():
            self._abstracts[abstract.get(f"{W}abstractNumId")] = dict(_rungs(abstract))
        for item in root.findall(f"{W}num") if root is not None else ():
            number = item.get(f"{W}numId")
            key = _value(item.find(f"{W}abstractNumId")) or ""
            own: dict[int, Rung] = {}
            for change in item.findall(f"{W}lvlOverride"):
                own.update(_rungs(change))
                restart = _value(change.find(f"{W}startOverride"))
                if restart is not None:
                    self._restarts.setdefault(number, {})[int(change.get(f"{W}ilvl"))] = int(restart)
            self._lists[number] = (key, own)

    def label(self, *, number: str, level: int, text: str) -> str:
        """Advance the list `number` at `level` (0..8) and give the label that stands before `text`; bullets give ""."""
        if number not in self._lists:
            return ""
        key, own = self._lists[number]
        rungs = {**self._abstracts.get(key, {}), **own}
        rung = rungs.get(level)
        if rung is None:
            return ""
        counts = self._counts.setdefault(key, {})
        restart = self._restarts.get(number, {}).get(level)
        if restart is not None and (number, level) not in self._restarted:
            self._restarted.add((number, level))
            counts[level] = restart
        else:
            counts[level] = counts.get(level, rung.start - 1) + 1
        for deeper in [found for found in counts if found > level]:
            del counts[deeper]
        if rung.style in ("bullet", "none"):
            return ""
        shown = rung.pattern
        for above in range(9):
            mark = f"%{above + 1}"
            if mark in shown:
                upper = rungs.get(above, Rung())
                style = "decimal" if rung.plain else upper.style
                shown = shown.replace(mark, spell(counts.get(above, upper.start), style=style))
        needs_gap = shown and text and shown[-1].isalnum() and shown[-1].isascii()
        needs_gap = needs_gap or (shown.endswith(".") and text[:1].isascii())
        return shown + (" " if needs_gap and rung.suffix != "nothing" else "")


def spell(number: int, *, style: str) -> str:
    """A list number in Word's number format `style`: 3 -> 三, 叁, III, c, 丙, ③, 03."""
    if style in _CHINESE or style in _LEGALS:
        return chinese(number, legal=style in _LEGALS)
    if style in ("upperRoman", "lowerRoman"):
        text, left = "", number
        for value, letters in (*_ROMAN, *_ROMAN_ONES):
            while left >= value:
                text, left = text + letters, left - value
        return text.upper() if style == "upperRoman" else text
    if style in ("upperLetter", "lowerLetter") and number > 0:
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return text.upper() if style == "upperLetter" else text
    if style == "ideographTraditional" and 0 < number <= 10:
        return "甲乙丙丁戊己庚辛壬癸"[number - 1]
    if style == "ideographZodiac" and 0 < number <= 12:
        return "子丑寅卯辰巳午未申酉戌亥"[number - 1]
    if style in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 0 < number <= 20:
        return chr(0x245F + number)
    if style == "decimalEnclosedParen" and 0 < number <= 20:
        return chr(0x2473 + number)
    if style == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    return f"{number:02d}" if style == "decimalZero" else str(number)


def chinese(number: int, *, legal: bool = False) -> str:
    """A whole number from 0 to 9999 in Chinese: 12 -> 十二, 105 -> 一百〇五, legal 12 -> 壹拾贰."""
    if not 0 < number < 10_000:
        return (_LEGAL if legal else _DIGITS)[0] if number == 0 else str(number)
    digits, places = (_LEGAL, "仟佰拾") if legal else (_DIGITS, "千百十")
    text, gap = "", False
    for value, place in zip((1000, 100, 10, 1), (*places, ""), strict=True):
        digit = number // value % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + place
            gap = False
        elif text:
            gap = True
    return text.removeprefix("一") if 10 <= number < 20 and not legal else text


def _rungs(parent: Any) -> Iterator[tuple[int, Rung]]:
    for level in parent.findall(f"{W}lvl"):
        yield (
            int(level.get(f"{W}ilvl")),
            Rung(
                start=int(_value(level.find(f"{W}start")) or 1),
                style=_value(level.find(f"{W}numFmt")) or "decimal",
                pattern=_value(level.find(f"{W}lvlText")) or "",
                suffix=_value(level.find(f"{W}suff")) or "tab",
                plain=level.find(f"{W}isLgl") is not None,
            ),
        )


def _value(node: Any) -> str | None:
    return None if node is None else node.get(f"{W}val")
