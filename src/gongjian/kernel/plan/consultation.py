"""征求意见与签发: the confirmed plan goes to its units, each agrees or objects, the supervision office signs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.plan.models import Commitment, Consultation, Plan


def open_consultation(*, plan: Plan, answer_by: date, by: Officer, at: datetime, today: date) -> int:
    """Ask every owner and co-owner unit about each of its commitments; returns how many answers are awaited."""
    policy.require(by=by, verb="plan.consult")
    if answer_by < today:
        raise Refusal("consultation.due", f"反馈截止日 {answer_by} 已经过去", "请选择今天或以后的日期")
    with transaction.atomic():
        fresh = Plan.objects.select_for_update().get(pk=plan.pk)
        if fresh.state not in (Plan.State.ACTIVE, Plan.State.CONSULTATION):
            raise Refusal(
                "consultation.state", f"计划处于“{fresh.get_state_display()}”,不能征求意见", "请先审阅并启用计划"
            )
        _owned(fresh)
        _ask(fresh)
        fresh.state, fresh.consultation_opened_at, fresh.consultation_due_on = Plan.State.CONSULTATION, at, answer_by
        fresh.save(update_fields=["state", "consultation_opened_at", "consultation_due_on"])
        acts.record(verb="plan.consultation_opened", thing=fresh, by=by, at=at, note=f"{answer_by} 前反馈")
    plan.refresh_from_db()
    return Consultation.objects.filter(commitment__plan=plan, answer=Consultation.Answer.PENDING).count()


def agree_all(*, plan: Plan, by: Officer, at: datetime) -> int:
    """ "全部无意见": agree to everything that the officer's own unit has not answered yet; returns how many."""
    rows = [c for c in asked(plan=plan, by=by) if c.answer == Consultation.Answer.PENDING]
    with transaction.atomic():
        for row in rows:
            answer(consultation=row, agrees=True, by=by, at=at)
    return len(rows)


def asked(*, plan: Plan, by: Officer) -> list[Consultation]:
    """What the officer's own unit and the units below it are asked, in the text's order."""
    policy.require(by=by, verb="plan.read")
    rows = Consultation.objects.filter(commitment__plan=plan, unit_id__in=policy.subtree(by.unit))
    rows = rows.filter(commitment__state=Commitment.State.CONFIRMED)
    rows = rows.select_related("commitment__plan", "unit", "answered_by").prefetch_related("commitment__targets")
    return list(rows.order_by("commitment__start", "pk"))


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far one unit has answered: rows by answer."""

    unit: Unit
    pending: int = 0
    agreed: int = 0
    objected: int = 0
    resolved: int = 0

    @property
    def total(self) -> int:
        """Everything it is asked."""
        return self.pending + self.agreed + self.objected + self.resolved


def progress(*, plan: Plan, by: Officer) -> list[Progress]:
    """Who has answered, those with open answers first."""
    policy.require(by=by, verb="plan.read")
    counts: dict[int, Counter[str]] = {}
    units: dict[int, Unit] = {}
    for row in Consultation.objects.filter(commitment__plan=plan).select_related("unit").order_by("unit__order"):
        units[row.unit_id] = row.unit
        counts.setdefault(row.unit_id, Counter())[row.answer] += 1
    rows = [Progress(unit=units[pk], **count) for pk, count in counts.items()]
    return sorted(rows, key=lambda row: (row.pending == 0 and row.objected == 0, row.unit.order))


def answer(*, consultation: Consultation, agrees: bool, by: Officer, at: datetime, opinion: str = "") -> None:
    """A unit's answer on one commitment; an objection needs its words."""
    with transaction.atomic():
        fresh = Consultation.objects.select_for_update().get(pk=consultation.pk)
        policy.require(by=by, verb="consultation.answer", thing=fresh)
        if not agrees and not opinion.strip():
            raise Refusal("consultation.opinion", "有意见但没有写明", "请写明建议怎样修改及理由")
        if fresh.commitment.plan.state != Plan.State.CONSULTATION:
            raise Refusal("consultation.closed", "征求意见已经结束", "请直接与督查室联系")
        fresh.answer = Consultation.Answer.AGREED if agrees else Consultation.Answer.OBJECTED
        fresh.opinion, fresh.answered_by, fresh.answered_at, fresh.resolution = opinion.strip(), by, at, ""
        fresh.save()
        note = f"{fresh.unit}:{'无意见' if agrees else opinion.strip()}"
        acts.record(verb="consultation.answered", thing=fresh.commitment, by=by, at=at, note=note)
    consultation.refresh_from_db()


def resolve(*, consultation: Consultation, resolution: str, by: Officer, at: datetime) -> None:
    """The supervision office says what became of an objection."""
    policy.require(by=by, verb="plan.consult")
    if not resolution.strip():
        raise Refusal("consultation.resolution", "没有写明处理结果", "请写明采纳、部分采纳或不采纳及理由")
    with transaction.atomic():
        fresh = Consultation.objects.select_for_update().get(pk=consultation.pk)
        if fresh.commitment.plan.state != Plan.State.CONSULTATION:
            raise Refusal("consultation.closed", "征求意见已经结束", "请在承诺页调整责任或目标")
        if fresh.answer != Consultation.Answer.OBJECTED:
            raise Refusal("consultation.no_objection", "该单位没有提出意见", "无需处理")
        fresh.answer, fresh.resolution = Consultation.Answer.RESOLVED, resolution.strip()
        fresh.save()
        note = f"{fresh.unit}:{fresh.resolution}"
        acts.record(verb="consultation.resolved", thing=fresh.commitment, by=by, at=at, note=note)
    consultation.refresh_from_db()


def sign_off(*, plan: Plan, by: Officer, at: datetime, today: date) -> None:
    """Sign the task table: no objection may be open, and silence counts as agreement only after the closing day."""
    policy.require(by=by, verb="plan.consult")
    with transaction.atomic():
        fresh = Plan.objects.select_for_update().get(pk=plan.pk)
        if fresh.state != Plan.State.CONSULTATION:
            raise Refusal("sign.state", f"计划处于“{fresh.get_state_display()}”,不能签发", "请先发起征求意见")
        _owned(fresh)
        if unasked := _ask(fresh):
            cause = f"征求意见发起后又有 {unasked} 条新明确了责任单位,还没有征求过意见"
            raise Refusal("sign.unasked", cause, "请再次发起征求意见(可以另定反馈截止日)")
        asked = Consultation.objects.filter(commitment__plan=fresh)
        objected = asked.filter(answer=Consultation.Answer.OBJECTED).count()
        if objected:
            raise Refusal("sign.objections", f"还有 {objected} 条意见没有处理", "请逐条写明处理结果后签发")
        pending = asked.filter(answer=Consultation.Answer.PENDING).count()
        if pending and fresh.consultation_due_on and today <= fresh.consultation_due_on:
            cause = f"还有 {pending} 条没有反馈,反馈截止日 {fresh.consultation_due_on} 还没有过"
            raise Refusal("sign.pending", cause, "请催办未反馈的单位,或在截止日后签发(逾期未反馈视为无意见)")
        fresh.state, fresh.signed_off_at, fresh.signed_off_by = Plan.State.SIGNED, at, by
        fresh.save(update_fields=["state", "signed_off_at", "signed_off_by"])
        acts.record(verb="plan.signed_off", thing=fresh, by=by, at=at)
    plan.refresh_from_db()


def _owned(plan: Plan) -> None:
    nobody = list(
        plan.commitments.filter(state=Commitment.State.CONFIRMED, owner=None).values_list("metric", flat=True)
    )
    if nobody:
        names = "、".join(nobody[:3]) + ("等" if len(nobody) > 3 else "")
        raise Refusal("consultation.owner", f"还有 {len(nobody)} 项承诺没有责任单位({names})", "请先明确责任单位")


def _ask(plan: Plan) -> int:
    """Ask every owner and co-owner that has not been asked; unanswered questions to others are withdrawn.

    Returns how many were newly asked.
    """
    confirmed = plan.commitments.filter(state=Commitment.State.CONFIRMED).prefetch_related("co_owners")
    wanted = {(c.pk, unit) for c in confirmed for unit in (c.owner_id, *(u.pk for u in c.co_owners.all())) if unit}
    rows = Consultation.objects.filter(commitment__plan=plan)
    there = set(rows.values_list("commitment_id", "unit_id"))
    Consultation.objects.bulk_create([Consultation(commitment_id=c, unit_id=u) for c, u in sorted(wanted - there)])
    gone = {pair for pair in there if pair not in wanted}
    for commitment, unit in gone:
        rows.filter(commitment_id=commitment, unit_id=unit, answer=Consultation.Answer.PENDING).delete()
    return len(wanted - there)
