"""行业: the sections and divisions of GB/T 4754-2017, and which of them a firm's industry code lies in."""

from __future__ import annotations

import re
import unicodedata

from gongjian.kernel.standards import standard

_CODE = re.compile(r"([A-T]?)(\d{2,4})")


def normalise(code: str) -> str:
    """A code as it should be stored: C1713 or 1713 as 1713; text that is no code stays as it is, half-width."""
    plain = "".join(unicodedata.normalize("NFKC", code).split()).upper()
    match = _CODE.fullmatch(plain)
    return match[2] if match else plain


def division(code: str) -> str:
    """The name of the two-digit division that a code (17, 1713, C1713) lies in; empty when there is none."""
    match = _CODE.fullmatch(normalise(code))
    return str(standard("industries")["divisions"].get(match[2][:2], "")) if match else ""


def section(code: str) -> str:
    """The letter of the section that a code lies in (17 -> C); empty when there is none."""
    match = _CODE.fullmatch(normalise(code))
    if match is None:
        return ""
    sections = standard("industries")["sections"].items()
    return next((letter for letter, (_, first, last) in sections if first <= match[2][:2] <= last), "")


def code_of(name: str) -> str:
    """The two digits of the division of that name; empty when no division is called so."""
    divisions = standard("industries")["divisions"].items()
    return next((code for code, title in divisions if title == name), "")


def fault(*, code: str, name: str) -> str:
    """What does not fit in a firm's industry code and industry name, as a full sentence; empty when all is well."""
    if not code:
        return ""
    found = division(code)
    if not found:
        return f"行业代码“{code}”不在GB/T 4754-2017的97个大类之内,请对照营业执照或统计登记核对。"
    if name and name in standard("industries")["divisions"].values() and name != found:
        return f"行业代码“{code}”属于“{found}”,登记的行业却是“{name}”,请核对哪一个是对的。"
    return ""
