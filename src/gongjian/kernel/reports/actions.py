"""填报: the owner unit enters its figure for a month; the supervision office verifies or returns it.

Nothing is overwritten: a later submission for the same month supersedes the earlier one, which stays on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from gongjian.kernel.clock import month_end
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.evidence import actions as proof
from gongjian.kernel.evidence.models import Evidence, ProofState
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.plan.proposal import Kind
from gongjian.kernel.reports.models import Reported

LIMIT = Decimal(10) ** 15
"""No figure of a zone reaches it, in whatever unit."""


def enter(
    *,
    commitment: Commitment,
    month: date,
    by: Officer,
    at: datetime,
    today: date,
    value: Decimal | None = None,
    reached: bool | None = None,
    done: Sequence[str] = (),
    progress: str = "",
    happened_on: date | None = None,
) -> Reported:
    """The owner unit's figure and words for one month; an earlier submission for that month is superseded, not lost.

    `value` is in the commitment's unit: cumulative since January for quantities, the level for rates, the position for
    ranks, the visible progress in % for milestones. `happened_on` is the day it speaks of, else the month's end.
    Files of the earlier submission that were not returned prove the new one as well; a submission that says the same as
    the one before, which was not returned, is that one.
    """
    policy.require(by=by, verb="commitment.report", thing=commitment)
    month = month.replace(day=1)
    spoken_of = happened_on or min(month_end(month), today)
    progress = progress.strip()
    _check_time(commitment, month, spoken_of, today)
    _check_content(commitment, value, reached, done, progress)
    said = {"value": value, "reached": reached, "done": list(done), "progress": progress, "happened_on": spoken_of}
    with transaction.atomic():
        fresh = Commitment.objects.select_for_update(of=("self",)).select_related("plan").get(pk=commitment.pk)
        _check_state(fresh)
        earlier = fresh.reports.filter(month=month, superseded_at=None).first()
        if earlier is not None:
            is_same = all(getattr(earlier, name) == new for name, new in said.items())
            if is_same and earlier.state != ProofState.RETURNED:
                return earlier
            earlier.superseded_at = at
            earlier.save(update_fields=["superseded_at"])
        reported = Reported.objects.create(commitment=fresh, month=month, recorded_at=at, reported_by=by, **said)
        if earlier is not None:
            _keep_files(earlier, reported)
        old = earlier.value if earlier is not None else None
        note = f"{month:%Y-%m}"
        acts.record(verb="reported.entered", thing=fresh, by=by, at=at, note=note, changes={"本年累计": (old, value)})
    return reported


def verify(*, reported: Reported, by: Officer, at: datetime) -> None:
    """The supervision office has checked the figure against its files; those are verified with it.

    Needs at least one file that is not returned, and another person than who reported and who uploaded.
    """
    policy.require(by=by, verb="reported.verify", thing=reported)
    files = list(
        Evidence.objects.filter(subject_kind="reported", subject_id=reported.pk).exclude(state=ProofState.RETURNED)
    )
    if not files:
        cause = "这条填报没有可用的佐证,不能核实"
        raise Refusal("reported.no_evidence", cause, "请责任单位先上传佐证,或退回并说明需要什么佐证")
    if all(file.uploaded_by_id == by.pk for file in files):
        raise Forbidden("这条填报的佐证是您本人上传的,不能由您核实", "请由督查室的另一位人员办理")
    with transaction.atomic():
        _judge(reported=reported, state=ProofState.VERIFIED, reason="", by=by, at=at)
        for file in files:
            if file.state != ProofState.VERIFIED and file.uploaded_by_id != by.pk:
                proof.verify(evidence=file, by=by, at=at)
    reported.refresh_from_db()


def send_back(*, reported: Reported, reason: str, by: Officer, at: datetime) -> None:
    """Return a figure to its unit with a reason; it no longer counts."""
    policy.require(by=by, verb="reported.verify", thing=reported)
    if not reason.strip():
        raise Refusal("reported.reason_required", "退回填报需要说明原因", "请填写退回原因")
    _judge(reported=reported, state=ProofState.RETURNED, reason=reason.strip()[:300], by=by, at=at)


def _check_time(commitment: Commitment, month: date, spoken_of: date, today: date) -> None:
    if month > today:
        raise Refusal("reported.future", f"{month:%Y年%m月}还没有到", "请填报本月或以前月份")
    if month.year != commitment.plan.year:
        cause = f"{month:%Y年%m月}不在{commitment.plan.year}年度计划内"
        raise Refusal("reported.year", cause, "请选择计划年度内的月份")
    if spoken_of > today or spoken_of.replace(day=1) != month:
        cause = f"数据日期 {spoken_of} 不在{month:%Y年%m月}内或晚于今天 {today}"
        raise Refusal("reported.day", cause, "请填写该月内已经过去的日期")


def _check_state(commitment: Commitment) -> None:
    if not commitment.is_tracked:
        raise Refusal("reported.unconfirmed", "该承诺尚未确认,不能填报", "请先由督查室在审阅页确认")
    if commitment.plan.state == Plan.State.REVIEW:
        raise Refusal("reported.inactive", "这份工作要点还在审阅,没有启用,不能填报", "请等督查室启用后填报")
    if commitment.plan.state == Plan.State.SUPERSEDED:
        raise Refusal("reported.superseded_plan", "这一版工作要点已被新版取代", "请在最新一版的对应承诺下填报")


def _check_content(
    commitment: Commitment, value: Decimal | None, reached: bool | None, done: Sequence[str], progress: str
) -> None:
    unknown = [name for name in done if name not in commitment.named]
    if unknown:
        cause, names = f"“{'、'.join(unknown)}”不在承诺列名的对象里", "、".join(commitment.named)
        raise Refusal("reported.names", cause, f"请从以下对象中选择:{names}")
    if value is None and reached is None and not done and not progress:
        cause = "没有填写任何内容"
        raise Refusal("reported.empty", cause, "请至少填写本年累计数、完成情况或进展文字中的一项")
    if value is None:
        return
    if not value.is_finite() or abs(value) >= LIMIT:
        raise Refusal("reported.number", "填写的数字过大或不是数", "请核对数字和计量单位")
    if value != value.quantize(Decimal("0.000001")):
        raise Refusal("reported.decimals", f"数字 {value} 的小数超过 6 位", "请保留 6 位以内的小数")
    if value < 0 and commitment.kind in (Kind.QUANTITY, Kind.RANK, Kind.MILESTONE):
        raise Refusal("reported.negative", f"填写的数字 {value} 是负数", "请核对后填写零或正数")
    if commitment.kind == Kind.RANK and (value < 1 or value != value.to_integral_value()):
        raise Refusal("reported.rank", f"位次 {value} 不是正整数", "请填写第几名,例如 3")
    if commitment.kind == Kind.MILESTONE and value > 100:
        raise Refusal("reported.percent", f"形象进度 {value}% 超过 100%", "请填写 0 到 100 之间的数")


def _keep_files(earlier: Reported, reported: Reported) -> None:
    files = Evidence.objects.filter(subject_kind="reported", subject_id=earlier.pk).exclude(state=ProofState.RETURNED)
    kept = []
    for file in files.order_by("uploaded_at", "pk"):
        file.pk, file._state.adding, file.subject_id = None, True, reported.pk
        kept.append(file)
    if kept:
        Evidence.objects.bulk_create(kept)
        reported.state = ProofState.EVIDENCED
        reported.save(update_fields=["state"])


def _judge(*, reported: Reported, state: Any, reason: str, by: Officer, at: datetime) -> None:
    with transaction.atomic():
        fresh = Reported.objects.select_for_update().select_related("commitment").get(pk=reported.pk)
        policy.require(by=by, verb="reported.verify", thing=fresh)
        if fresh.reported_by_id == by.pk:
            raise Forbidden("填报不能由填报人自己核实或退回", "请由督查室的另一位人员办理")
        if fresh.superseded_at is not None:
            raise Refusal("reported.superseded", "责任单位已经重新填报该月", "请刷新后核实最新一次填报")
        fresh.state, fresh.reason, fresh.judged_by, fresh.judged_at = state, reason, by, at
        fresh.save(update_fields=["state", "reason", "judged_by", "judged_at"])
        verb = "reported.verified" if state == ProofState.VERIFIED else "reported.returned"
        acts.record(verb=verb, thing=fresh.commitment, by=by, at=at, note=f"{fresh.month:%Y-%m} {reason}".strip())
    reported.refresh_from_db()
