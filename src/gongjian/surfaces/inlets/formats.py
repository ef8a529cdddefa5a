"""Number formats: what a reader of the sheet sees (7.5%, 3000万元, 000123) where the cell holds a bare number."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from gongjian.surfaces.inlets.heads import is_unit

BUILT_IN = {9: "0%", 10: "0.00%"}
"""Formats of the file format itself that matter here and are not spelled out in a workbook."""

_TOKEN = re.compile(r'"([^"]*)"|[\\!](.)|[_*].|\[[^\]]*\]|(.)', re.DOTALL)
_CLOCK = frozenset("ymdhseabg")
_PLACES = frozenset("0#?")


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a number shows: times 100 with %, filled with zeros to `pad` digits, divided by `scale`, with a unit behind."""

    percent: bool = False
    pad: int = 0
    scale: int = 1
    suffix: str = ""


@lru_cache(maxsize=1024)
def look(code: str) -> Look | None:
    """What the format `code` does to a number beyond rounding and colour; None where it does nothing, or is a date's."""
    marks: list[str] = []  # placeholders as they are; literal text as its characters behind a blank
    for found in _TOKEN.finditer(_first_section(code)):
        literal, escaped, plain = found.groups()
        if plain is not None:
            marks.append(plain.lower())
        elif literal or escaped:
            marks += [f" {letter}" for letter in literal or escaped]
    plain_marks = "".join(mark for mark in marks if len(mark) == 1)
    if "general" in plain_marks:
        places = [at for at in range(len(marks)) if "".join(marks[at : at + 7]) == "general"]
        marks[places[0] : places[0] + 7] = ["#"]
        plain_marks = "".join(mark for mark in marks if len(mark) == 1)
    if _CLOCK & set(plain_marks) or "@" in plain_marks or "/" in plain_marks or not _PLACES & set(plain_marks):
        return None
    if marks and len(marks) > 1 and set(marks) == {"0"}:
        return Look(pad=len(marks))
    last = max(at for at, mark in enumerate(marks) if mark in _PLACES)
    behind = marks[last + 1 :]
    commas = next((at for at, mark in enumerate(behind) if mark != ","), len(behind))
    scale = 1000**commas
    point = next((at for at, mark in enumerate(marks[:last]) if mark == " ."), None)
    if point is not None and "." not in plain_marks:  # a drawn point shifts what stands behind it: 0!.0, shows 万
        scale *= 10 ** sum(mark in _PLACES for mark in marks[point:])
    if "%" in plain_marks:
        return Look(percent=True, scale=scale)
    written = "".join(mark[-1] for mark in behind if mark != ",").strip()
    suffix = written if is_unit(written) else ""
    return Look(scale=scale, suffix=suffix) if scale > 1 or suffix else None


def seen(value: object, shape: Look) -> object:
    """The cell as its format shows it, unrounded: 0.075 as "7.5%", 7 as "000007", 3000 as "3000万元"."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return value
    number = Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
    if shape.pad:
        whole = number == number.to_integral_value() and 0 <= number < 10**15
        return f"{int(number):0{shape.pad}d}" if whole else value
    number = (number * 100 if shape.percent else number) / shape.scale
    if shape.percent or shape.suffix:
        return f"{_plain(number)}{'%' if shape.percent else shape.suffix}"
    return int(number) if number == number.to_integral_value() else float(number)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _first_section(code: str) -> str:
    """The part for positive numbers, before the first ; outside quotes."""
    quoted = False
    for at, letter in enumerate(code):
        if letter == '"':
            quoted = not quoted
        elif letter == ";" and not quoted:
            return code[:at]
    return code
