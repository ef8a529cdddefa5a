"""Who a program is: the officer of its token; every operation says which scope it needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from gongjian.kernel import clock
from gongjian.kernel.people import tokens
from gongjian.kernel.people.models import Officer, Token
from gongjian.kernel.registers import access
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.declare import Register


class Bearer(HttpBearer):
    """`Authorization: Bearer gj_...`; a request without a key that works is answered with 401."""

    def __call__(self, request: HttpRequest) -> Any:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, key.strip() if scheme.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        return tokens.bearer(key=token, at=clock.now())


def caller(request: HttpRequest, *, scope: str, register: Register | None = None) -> Officer:
    """The officer for whom a program asks; refused unless its token has the scope and reaches the register."""
    token: Token = request.auth
    tokens.require(token=token, scope=scope, register=register.name if register else "")
    return token.officer


def purpose_of(*, register: Register, by: Officer, text: str, what: str) -> Purpose | None:
    """The purpose stated with a request that reads a sensitive register; logged once for each reading."""
    if not register.sensitive or not text:
        return None
    access.require_role(register=register, by=by, verb="register.read")
    return access.state(register=register, by=by, text=text, what=f"接口:{what}", at=clock.now())
