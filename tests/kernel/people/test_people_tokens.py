"""Tokens: what a program may do, for how long, and that the key itself is kept nowhere."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people import actions, tokens
from gongjian.kernel.people.models import Act, Officer, Token

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast


def issued(by: Officer, **more: Any) -> tuple[Token, str]:
    values: dict[str, Any] = {"name": "月报系统", "scopes": ["read"], "expires_at": AT + timedelta(days=30), **more}
    return tokens.issue(by=by, at=AT, **values)


def test_a_key_opens_as_its_officer_and_is_kept_only_as_a_digest(cast: Cast) -> None:
    token, key = issued(cast.clerk, scopes=["write", "read"], registers=["high-tech"])
    found = tokens.bearer(key=key, at=AT)
    assert (found.pk, found.officer, found.scopes) == (token.pk, cast.clerk, ["read", "write"])
    assert key.startswith(token.prefix)
    assert len(token.prefix) == 8
    kept = json.dumps([*Token.objects.values(), *Act.objects.values()], default=str, ensure_ascii=False)
    assert key not in kept
    assert Act.objects.get(verb="token.issued").note == "月报系统(读取、逐行写入)"
    assert tokens.bearer(key=key, at=AT).used_at == AT


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "token.name"),
        ({"scopes": []}, "token.scopes"),
        ({"scopes": ["admin"]}, "token.scopes"),
        ({"expires_at": AT}, "token.expiry"),
        ({"expires_at": AT + timedelta(days=367)}, "token.expiry"),
    ],
)
def test_what_is_not_issued(cast: Cast, change: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        issued(cast.clerk, **change)
    assert refused.value.code == code
    assert Token.objects.count() == 0


@pytest.mark.parametrize("role", ["leader", "viewer"])
def test_who_gets_none(cast: Cast, role: str) -> None:
    with pytest.raises(Forbidden):
        issued(cast.by_role[role])
    assert Token.objects.count() == 0


def test_a_key_stops_with_its_day_its_revocation_and_its_officer(cast: Cast) -> None:
    token, key = issued(cast.clerk)
    for at in (AT + timedelta(days=30), AT + timedelta(days=31)):
        with pytest.raises(tokens.NotRecognised, match="已停用或到期"):
            tokens.bearer(key=key, at=at)
    cast.clerk.is_active = False
    cast.clerk.save()
    with pytest.raises(tokens.NotRecognised, match="账号已停用"):
        tokens.bearer(key=key, at=AT)
    cast.clerk.is_active = True
    cast.clerk.save()
    with pytest.raises(Forbidden):
        tokens.revoke(token=token, by=cast.supervisor, at=AT)
    tokens.revoke(token=token, by=cast.administrator, at=AT)
    with pytest.raises(tokens.NotRecognised):
        tokens.bearer(key=key, at=AT)
    with pytest.raises(Refusal, match="已经停用"):
        tokens.revoke(token=token, by=cast.clerk, at=AT)


@pytest.mark.parametrize("key", ["", "gj_", "gj_" + "a" * 43, "一二三"])
def test_a_wrong_key_opens_nothing(cast: Cast, key: str) -> None:
    issued(cast.clerk)
    with pytest.raises(tokens.NotRecognised):
        tokens.bearer(key=key, at=AT)


def test_scopes_and_registers_narrow(cast: Cast) -> None:
    token, _ = issued(cast.clerk, registers=["high-tech"])
    tokens.require(token=token, scope="read", register="high-tech")
    for scope, register in (("write", "high-tech"), ("read", "venture")):
        with pytest.raises(Forbidden):
            tokens.require(token=token, scope=scope, register=register)


def test_an_officer_holds_twenty_at_most(cast: Cast) -> None:
    for _ in range(tokens.MOST):
        last, _key = issued(cast.clerk)
    with pytest.raises(Refusal, match="20个在用"):
        issued(cast.clerk)
    tokens.revoke(token=last, by=cast.clerk, at=AT)
    issued(cast.clerk)
    assert tokens.usable(officer=cast.clerk, at=AT) == 20


def test_a_closed_accounts_keys_stay_closed_when_it_is_opened_again(cast: Cast) -> None:
    _, key = issued(cast.clerk)
    actions.deactivate(officer=cast.clerk, by=cast.administrator, at=AT + timedelta(days=1))
    assert Token.objects.get().revoked_at == AT + timedelta(days=1)
    first = actions.reactivate(officer=cast.clerk, by=cast.administrator, at=AT + timedelta(days=2))
    again = Officer.objects.get(pk=cast.clerk.pk)
    actions.change_password(officer=again, old=first, new="qingchen-2025", again="qingchen-2025", at=AT)
    with pytest.raises(tokens.NotRecognised, match="已停用或到期"):
        tokens.bearer(key=key, at=AT + timedelta(days=3))
