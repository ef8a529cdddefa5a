"""查重的写法统一: what two ways of writing the same company name, address or telephone number have in common."""

from __future__ import annotations

import re
import unicodedata

_FORM = re.compile(r"(股份有限公司|有限责任公司|有限公司|股份公司)$")
_PROVINCE = re.compile(r"^(中国)?[^省市区县]{2,3}省")
_NUMBER = re.compile(r"\+?\d[\d\-() ]{5,}")
ADDRESS_LEAST = 6
"""A shorter address names a street or a park, not a place."""


def company(name: str) -> str:
    """A company's name without marks, in half width, its form of limited liability at the end written as one.

    有限责任公司 and 有限公司 are one form (公司法 of 2023, article 7), and a company that became one limited by shares is still
    the same.
    """
    plain = _plain(name).replace("有限责任公司", "有限公司")
    return _FORM.sub("公司", plain)


def address(text: str) -> str:
    """An address without marks and province, # as 号; "" for one too short to be a place."""
    plain = unicodedata.normalize("NFKC", text).replace("#", "号")
    found = _PROVINCE.sub("", _plain(plain))
    return found if len(found) >= ADDRESS_LEAST else ""


def phone(text: str) -> str:
    """The digits of the first number in a text, without 86 before a mobile one; "" where there is none."""
    match = _NUMBER.search(unicodedata.normalize("NFKC", text))
    digits = "".join(c for c in match.group() if c.isdigit()) if match else ""
    return digits[2:] if len(digits) == 13 and digits.startswith("861") else digits


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum()).casefold()
