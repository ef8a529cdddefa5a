"""First passwords that can be read out and typed from paper, and what a password of one's own must have."""

from __future__ import annotations

import re
import secrets

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer

LETTERS = "abcdefghjkmnpqrstuvwxyz"  # without i, l, o
DIGITS = "23456789"  # without 0, 1
LENGTH = 12


def first_password() -> str:
    """Twelve random lower-case letters and digits (59 bits), none of which can be taken for another on paper."""
    while True:
        drawn = "".join(secrets.choice(LETTERS + DIGITS) for _ in range(LENGTH))
        if 3 <= sum(glyph in DIGITS for glyph in drawn) <= 6:
            return drawn


def check_password(*, password: str, officer: Officer) -> None:
    """Refused as `password.weak`, with every reason, when the password does not meet AUTH_PASSWORD_VALIDATORS."""
    try:
        password_validation.validate_password(password, officer)
    except ValidationError as error:
        cause = ";".join(message.rstrip("。") for message in error.messages)
        remedy = "请换一个至少 10 位、同时含有字母和数字、与账号姓名无关的密码"
        raise Refusal("password.weak", cause, remedy) from error


class LengthValidator:
    """Django password validator: long enough, said in Chinese (Django's own sentence comes untranslated)."""

    def __init__(self, min_length: int = 10) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: object | None = None) -> None:
        """Raise ValidationError when the password is shorter than `min_length` characters."""
        if len(password) < self.min_length:
            raise ValidationError(f"密码只有 {len(password)} 位,至少要 {self.min_length} 位", code="password_too_short")

    def get_help_text(self) -> str:
        """The rule as a form prints it."""
        return f"密码至少 {self.min_length} 位。"


class MixedValidator:
    """Django password validator: letters and digits together."""

    def validate(self, password: str, user: object | None = None) -> None:
        """Raise ValidationError unless the password has a Latin letter and a digit."""
        if not (re.search(r"[A-Za-z]", password) and re.search(r"[0-9]", password)):
            raise ValidationError("密码须同时含有字母和数字", code="password_not_mixed")

    def get_help_text(self) -> str:
        """The rule as a form prints it."""
        return "密码须同时含有字母和数字。"


class LikenessValidator:
    """Django password validator: neither account, name nor phone number inside the password."""

    def validate(self, password: str, user: object | None = None) -> None:
        """Raise ValidationError when the password holds a trait of `user` (an Officer), or is held by it."""
        given = password.casefold()
        for field, label in (("username", "账号"), ("name", "姓名"), ("phone", "电话")):
            trait = re.sub(r"[\s-]", "", str(getattr(user, field, "") or "")).casefold()
            if len(trait) >= 3 and (trait in given or given in trait):
                raise ValidationError(f"密码里不能含有{label}", code="password_too_similar")

    def get_help_text(self) -> str:
        """The rule as a form prints it."""
        return "密码里不能含有账号、姓名或电话。"
