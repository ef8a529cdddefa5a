"""Keys for programs (接口令牌): a program acts as one officer, within scopes and registers, until a day.

The key is shown once and kept as a digest. A token never reaches further than its officer: policy is asked for the
officer at every request, and the token's scopes can only narrow that.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer, Token

SCOPES: dict[str, str] = {"read": "读取", "write": "逐行写入", "bulk": "批量写入和撤销"}
LONGEST = timedelta(days=366)
MOST = 20
"""How many usable tokens one officer may hold."""
_MARK = "gj_"
_USED_EVERY = timedelta(minutes=5)


class NotRecognised(Forbidden):
    """The key is missing, unknown, expired or revoked; the door answers 401."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause, remedy)
        self.code = "token.unknown"


def issue(
    *,
    name: str,
    scopes: Collection[str],
    registers: Collection[str] = (),
    expires_at: datetime,
    by: Officer,
    at: datetime,
) -> tuple[Token, str]:
    """A new token of `by`'s own and its key, which cannot be shown again. `registers` empty: all that `by` may use."""
    policy.require(by=by, verb="token.own")
    words = " ".join(name.split())
    if not words or len(words) > 60:
        raise Refusal("token.name", "没有写明用途,或超过60字", "请写明由哪个程序、作什么用")
    wrong = set(scopes) - set(SCOPES)
    if wrong or not scopes:
        raise Refusal("token.scopes", "没有选择权限,或权限不认识", f"请从{'、'.join(SCOPES.values())}中选择")
    if expires_at <= at:
        raise Refusal("token.expiry", "到期日期已经过去", "请选择今天以后的日期")
    if expires_at - at > LONGEST:
        raise Refusal("token.expiry", "有效期超过一年", "请选择一年以内的日期,到期后重新发放")
    with transaction.atomic():
        if usable(officer=by, at=at) >= MOST:
            raise Refusal("token.most", f"您已有{MOST}个在用的令牌", "请先停用不再使用的令牌")
        key = _MARK + secrets.token_urlsafe(32)
        token = Token.objects.create(
            officer=by,
            name=words,
            prefix=key[:8],
            digest=_digest(key),
            scopes=sorted(set(scopes)),
            registers=sorted(set(registers)),
            created_at=at,
            expires_at=expires_at,
        )
        said = "、".join(SCOPES[scope] for scope in token.scopes)
        acts.record(verb="token.issued", thing=token, by=by, at=at, note=f"{words}({said})")
    return token, key


def revoke(*, token: Token, by: Officer, at: datetime) -> None:
    """Stop a token at once; its officer may, and the administrator."""
    if token.officer_id != by.pk:
        policy.require(by=by, verb="people.manage")
    with transaction.atomic():
        fresh = Token.objects.select_for_update().get(pk=token.pk)
        if fresh.revoked_at is not None:
            raise Refusal("token.revoked", "该令牌已经停用", "无需再次操作")
        fresh.revoked_at = at
        fresh.save(update_fields=["revoked_at"])
        acts.record(verb="token.revoked", thing=fresh, by=by, at=at, note=fresh.name)


def bearer(*, key: str, at: datetime) -> Token:
    """The token whose key this is; `NotRecognised` unless it and its officer may be used at `at`."""
    token = Token.objects.select_related("officer__unit").filter(digest=_digest(key)).first() if key else None
    if token is None:
        raise NotRecognised("接口令牌缺少或不对", "请在请求头 Authorization 中写明 Bearer 和令牌;令牌在“接口”页面申请")
    if token.revoked_at is not None or token.expires_at <= at:
        raise NotRecognised(f"接口令牌“{token.name}”已停用或到期", "请重新申请令牌")
    if not token.officer.is_active or token.officer.must_change_password:
        raise NotRecognised("令牌所属的账号已停用或尚未修改初始密码", "请联系系统管理员,或先登录修改密码")
    policy.require(by=token.officer, verb="token.own")
    if token.used_at is None or at - token.used_at >= _USED_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=at)
    return token


def require(*, token: Token, scope: str, register: str = "") -> None:
    """Refused unless the token has the scope, and reaches the register."""
    if scope not in token.scopes:
        raise Forbidden(f"接口令牌“{token.name}”没有“{SCOPES[scope]}”权限", "请用有该权限的令牌,或重新申请")
    if register and token.registers and register not in token.registers:
        raise Forbidden(f"接口令牌“{token.name}”不包含台账“{register}”", "请用包含该台账的令牌,或重新申请")


def usable(*, officer: Officer, at: datetime) -> int:
    """How many tokens of an officer work at `at`."""
    return Token.objects.filter(officer=officer, revoked_at=None, expires_at__gt=at).count()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
