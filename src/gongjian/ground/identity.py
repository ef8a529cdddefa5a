"""公民身份号码: the 18 characters of GB 11643-1999 and their check digit; a fault warns and never refuses."""

from __future__ import annotations

import unicodedata
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def normalise(number: str) -> str:
    """A number as it should be stored: half-width, capitals, without blanks."""
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()


def check_digit(number17: str) -> str:
    """The 18th character for the first 17 digits; raises ValueError when they are no 17 digits."""
    if len(number17) != len(_WEIGHTS) or not (number17.isascii() and number17.isdigit()):
        raise ValueError(number17)
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(number17, _WEIGHTS, strict=True)) % 11]


def birth_date(number: str) -> date | None:
    """The birthday that a number of 18 characters carries; None when there is none."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14])) if len(number) == 18 else None
    except ValueError:
        return None


def fault(number: str) -> str:
    """What is wrong with a number, as a full sentence that does not repeat it; empty when it is right."""
    if len(number) != 18:
        return f"身份证号码应为18位,现为{len(number)}位,请对照证件核对。"
    try:
        expected = check_digit(number[:17])
    except ValueError:
        return "身份证号码前17位应全是数字,请对照证件核对。"
    if birth_date(number) is None:
        return "身份证号码第7至14位不是存在的日期,请对照证件核对。"
    return "" if number[17] == expected else "身份证号码的校验码不符,请对照证件核对;确与证件一致的可以保留。"
