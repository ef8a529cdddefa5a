"""Numbers as plans write them: 144, 1,200, ８-１０, 三十家, 两个, 百亿."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
STEPS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10_000, "亿": 100_000_000}

ARABIC = r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d++(?:\.\d++)?"
CHINESE = (
    r"[〇零一二两三四五六七八九十百千]+"
    r"(?:[万亿][〇零一二两三四五六七八九十百千]+)*"
    r"(?:点[〇零一二三四五六七八九]+)?"
)
NUMBER = rf"(?:{ARABIC}|{CHINESE})"

_ARABIC = re.compile(ARABIC)
_CHINESE = re.compile(r"[〇零一二两三四五六七八九十百千万亿]+(?:点[〇零一二三四五六七八九]+)?")


def number(word: str) -> Decimal:
    """The value of a number written in Arabic digits or Chinese numerals (folded text).

    Raises ValueError where the word is no number.
    """
    if _ARABIC.fullmatch(word):
        return Decimal(word.replace(",", ""))
    return chinese(word)


def chinese(word: str) -> Decimal:
    """The value of a Chinese numeral: 三十 = 30, 两 = 2, 百 = 100, 一万二千 = 12000, 三点五 = 3.5, 二〇二五 = 2025."""
    if not word or not _CHINESE.fullmatch(word):
        raise ValueError(word)
    whole, _, fraction = word.partition("点")
    if len(whole) > 1 and all(sign in DIGITS for sign in whole):
        value = Decimal("".join(str(DIGITS[sign]) for sign in whole))
    else:
        value = Decimal(_steps(whole))
    if fraction:
        value += Decimal("0." + "".join(str(DIGITS[sign]) for sign in fraction))
    return value


def _steps(word: str) -> int:
    total = section = digit = 0
    last = 1
    for sign in word:
        if sign in DIGITS:
            digit = DIGITS[sign]
            last = 10 if sign in "〇零" else last
        elif sign in STEPS:
            section += (digit or 1) * STEPS[sign]
            digit, last = 0, STEPS[sign]
        else:
            size = MYRIADS[sign]
            section += digit
            total = (total + section) * size if size > total else total + (section or 1) * size
            total = total or size
            section, digit, last = 0, 0, size
    if digit and last >= 100:  # 一百五 = 150, 一万二 = 12000
        digit *= last // 10
    return total + section + digit
