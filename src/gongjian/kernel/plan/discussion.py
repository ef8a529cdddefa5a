"""Discussion on a commitment: what officers remark and what leaders instruct, in the log for good."""

from __future__ import annotations

from datetime import datetime

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Act, Officer, Role
from gongjian.kernel.plan.models import Commitment


def say(*, commitment: Commitment, text: str, by: Officer, at: datetime) -> Act:
    """Append a remark; a leader's counts as an instruction (批示)."""
    policy.require(by=by, verb="commitment.comment", thing=commitment)
    words = text.strip()
    if not words:
        raise Refusal("discussion.empty", "没有填写内容", "请写下意见后再提交")
    if len(words) > 1000:
        raise Refusal("discussion.long", f"内容有 {len(words)} 字,超过 1000 字", "请精简,或作为佐证上传文件")
    verb = "commitment.instructed" if by.role == Role.LEADER else "commitment.commented"
    return acts.record(verb=verb, thing=commitment, by=by, at=at, note=words)
