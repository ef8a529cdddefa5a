"""统一社会信用代码: every enterprise's 18-character code and its check digits (GB 32100-2015, GB 11714).

Real companies do carry codes whose check digit is wrong, so a fault warns the officer and never refuses the row.
"""

from __future__ import annotations

from gongjian.kernel.errors import Refusal

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100-2015: digits, and capitals without I, O, S, V, Z, in order of value."""

LENGTH = 18
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_BODY_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def normalise(code: str) -> str:
    """The code as it should be stored: half-width, upper case, without blanks; nothing else is altered."""
    return "".join(code.translate(_HALF_WIDTH).split()).upper()


def check_digit(code17: str) -> str:
    """The 18th character for the first 17 (GB 32100-2015, annex A: modulus 31 with weights 3^i mod 31).

    Raises `Refusal` ("credit_code.length", "credit_code.character") when they cannot carry a check digit.
    """
    if len(code17) != LENGTH - 1:
        raise Refusal(
            "credit_code.length",
            f"计算校验码需要统一社会信用代码的前17位,现有{len(code17)}位",
            "请对照营业执照补全代码",
        )
    strange = sorted(set(code17) - _VALUES.keys())
    if strange:
        raise Refusal(
            "credit_code.character",
            f"统一社会信用代码中出现了不允许的字符“{'、'.join(strange)}”",
            "代码只用数字和除I、O、S、V、Z以外的大写字母,请对照营业执照改正",
        )
    total = sum(_VALUES[character] * weight for character, weight in zip(code17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def body_check_digit(body8: str) -> str:
    """The last character of the organisation code in places 9 to 17 (GB 11714: modulus 11, `X` for ten).

    Raises `Refusal` ("credit_code.body") unless `body8` is eight digits or capitals.
    """
    if len(body8) != len(_BODY_WEIGHTS) or not set(body8) <= set(_BODY_ALPHABET):
        raise Refusal(
            "credit_code.body",
            f"主体标识码“{body8}”不是8位数字或大写字母",
            "请取统一社会信用代码的第9至16位",
        )
    total = sum(
        _BODY_ALPHABET.index(character) * weight for character, weight in zip(body8, _BODY_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def is_valid(code: str) -> bool:
    """Whether `code` has 18 allowed characters, as written, and its last one is the right check digit."""
    return len(code) == LENGTH and _VALUES.keys() >= set(code) and check_digit(code[:-1]) == code[-1]


def untwisted(code: str) -> str:
    """The code that was meant when two neighbouring characters of `code` changed places in typing.

    That is a code with both check digits right; `code` itself when it is right, or when none or several are.
    """
    if len(code) != LENGTH or not _VALUES.keys() >= set(code):
        return code
    values, weights = [_VALUES[character] for character in code], (*_WEIGHTS, 1)
    off = sum(value * weight for value, weight in zip(values, weights, strict=True)) % 31
    meant = [
        code[:i] + code[i + 1] + code[i] + code[i + 2 :]
        for i in range(LENGTH - 1)
        if off and (off + (values[i] - values[i + 1]) * (weights[i + 1] - weights[i])) % 31 == 0
    ]
    right = [one for one in meant if body_check_digit(one[8:16]) == one[16]]
    return right[0] if len(right) == 1 else code


def fault(code: str) -> str:
    """What is wrong with a code, as a full Chinese sentence for the officer who typed it; empty when it is right."""
    if is_valid(code):
        return ""
    if len(code) != LENGTH:
        return f"统一社会信用代码应为18位,现为{len(code)}位,请对照营业执照核对。"
    try:
        expected = check_digit(code[:-1])
    except Refusal as refusal:
        return refusal.sentence
    return (
        f"统一社会信用代码{code}的校验码应为“{expected}”,现为“{code[-1]}”,请对照营业执照核对;确与执照一致的可以保留。"
    )
