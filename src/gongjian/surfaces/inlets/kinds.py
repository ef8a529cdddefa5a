"""What a cell looks like at a glance: a word, a long text, a number, a date, a code, a yes or no."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Literal

from gongjian.kernel.registers.parse import FORMULA_ERRORS, NO, YES

Kind = Literal["word", "text", "number", "year", "date", "code", "bool", "error"]

LONG = 30  # characters from which a cell is a text rather than a word
_NUMBER = re.compile(
    r"[¥$]?[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+|\d+)?(?:\.\d*)?(?:e[+-]?\d+)?"
    r"(?:[十百千万亿]*(?:元|美元|亩|吨|度|平方米|公里|米|人|名|家|户|个|项|件|台|套|人次)?|%|‰|个?百分点)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d(?:年(?:\d{1,2}月(?:份|\d{1,2}[日号]?)?)?|([-./])\d{1,2}(?:\1\d{1,2})?|(?:0[1-9]|1[0-2])[0-3]\d)"
    r"(?:[T ]?\d{1,2}:\d\d(?::\d\d)?)?"
)
_CODE = re.compile(r"(?=.*\d)[0-9A-Za-z][0-9A-Za-z\-_/.:()\[\]【】# ]{2,39}")
_MARKS = (YES | NO) - {"1", "0", "已", "未", "没有", "错", "对", "x", "t", "f"}


def kind(cell: object) -> Kind | None:
    """The kind of one cell; None for an empty one or one that says nothing (-, /)."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "bool"
    if isinstance(cell, int | float):
        if isinstance(cell, int) and 1900 <= cell <= 2100:
            return "year"
        return "code" if isinstance(cell, int) and cell >= 10**10 else "number"
    if isinstance(cell, date):
        return "date"
    text = str(cell).strip()
    if len(text) > LONG:
        return "text"
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if text in {"-", "--", "—", "——", "–", "/", "\\", ""}:
        return None
    if text.casefold() in _MARKS:
        return "bool"
    if text[0] == "#" and text in FORMULA_ERRORS:
        return "error"
    if not any(letter.isdigit() for letter in text):
        return "word"
    squeezed = text.replace(" ", "")
    if _DATE.fullmatch(squeezed):
        return "date"
    if _NUMBER.fullmatch(squeezed):
        digits = squeezed.isdigit()
        if digits and (len(squeezed) > 10 or (squeezed[0] == "0" and len(squeezed) > 1)):
            return "code"
        return "year" if digits and len(squeezed) == 4 and squeezed[:2] in ("19", "20") else "number"
    return "code" if _CODE.fullmatch(text) else "word"


def prevailing(kinds: Iterable[Kind | None]) -> Kind | None:
    """The kind of most filled cells of a column, at least three in five; years among numbers are numbers."""
    counted = Counter(found for found in kinds if found is not None)
    total = counted.total()
    if not total:
        return None
    best, number = counted.most_common(1)[0]
    if number >= 0.6 * total:
        return best
    return "number" if counted["number"] + counted["year"] + counted["error"] >= 0.6 * total else None
