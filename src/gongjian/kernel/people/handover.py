"""移交: what an officer still answers for, and handing it to a colleague before leaving or changing the role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer, Role, Unit
from gongjian.kernel.plan.models import Commitment, Consultation, Plan
from gongjian.kernel.reports.models import Reported


@dataclass(frozen=True, kw_only=True)
class OpenItems:
    """What an officer's departure would leave open.

    `led` are commitments under the officer's name as 责任领导; they go to another leader. `of_unit` are the unit's
    commitments, unanswered consultations and returned reports; colleagues see them all the same, so that they are open
    only while the officer is the unit's last one (`is_last`).
    """

    led: tuple[Commitment, ...]
    of_unit: tuple[tuple[str, int], ...]
    is_last: bool

    @property
    def holds(self) -> bool:
        """Whether somebody has to take something over before the officer may go."""
        return bool(self.led) or (self.is_last and bool(self.of_unit))


def led_by(officer: Officer) -> QuerySet[Commitment]:
    """Commitments, confirmed or under review, of plans in force, that the officer leads."""
    alive = Commitment.objects.exclude(state=Commitment.State.REJECTED).exclude(plan__state=Plan.State.SUPERSEDED)
    return alive.filter(leader=officer).select_related("plan", "owner").order_by("plan", "start", "id")


def open_items(*, officer: Officer) -> OpenItems:
    """What the officer answers for today."""
    unit = officer.unit if officer.role == Role.UNIT_OFFICER else None
    of_unit = _open_in(unit) if unit is not None else ()
    return OpenItems(led=tuple(led_by(officer)), of_unit=of_unit, is_last=unit is not None and _is_last(officer, unit))


def transfer(*, officer: Officer, to: Officer, by: Officer, at: datetime, note: str = "") -> int:
    """Hand every commitment that `officer` leads to another leader; returns how many. All or nothing, each logged."""
    policy.require(by=by, verb="people.manage")
    if to.pk == officer.pk:
        raise Refusal("transfer.self", "接收人和移交人是同一个人", "请选择另一位领导接收")
    with transaction.atomic():
        receiver = Officer.objects.select_for_update().get(pk=to.pk)
        if not receiver.is_active:
            raise Refusal("transfer.inactive", f"{receiver.name}的账号已停用,不能接收", "请选择一位在岗的领导接收")
        if receiver.role != Role.LEADER:
            cause = f"{receiver.name}的角色是“{receiver.get_role_display()}”,不能担任责任领导"
            raise Refusal("transfer.role", cause, "请选择角色为“领导”的人员接收")
        led = list(led_by(officer).select_for_update(of=("self",)))
        if not led:
            raise Refusal(
                "transfer.nothing", f"{officer.name}名下没有需要移交的事项", "无需移交,可以直接停用或调整角色"
            )
        for commitment in led:
            commitment.leader = receiver
            commitment._history_user, commitment._history_date = by, at
            commitment._change_reason = f"{officer.name}移交{receiver.name}"[:100]
            commitment.save(update_fields=["leader"])
            changes = {"责任领导": (officer.name, receiver.name)}
            acts.record(verb="commitment.assigned", thing=commitment, by=by, at=at, note=note, changes=changes)
        told = f"{len(led)} 项承诺移交给{receiver.name}" + (f":{note}" if note else "")
        acts.record(verb="officer.transferred", thing=officer, by=by, at=at, note=told)
    return len(led)


def require_nothing_open(*, officer: Officer, what: str) -> None:
    """Refused as `officer.open_items` while the officer still answers for something; `what` names the act."""
    items = open_items(officer=officer)
    if items.led:
        cause = f"{officer.name}名下还有 {len(items.led)} 项承诺的责任领导职责,不能{what}"
        raise Refusal("officer.open_items", cause, "请先把这些事项移交给另一位领导")
    if items.holds:
        rest = "、".join(f"{label} {count} 项" for label, count in items.of_unit)
        cause = f"{officer.name}是“{officer.unit}”唯一在岗的人员,该单位还有{rest},不能{what}"
        raise Refusal("officer.last_of_unit", cause, "请先为该单位新增一名人员,或调整这些承诺的责任单位")


def _open_in(unit: Unit) -> tuple[tuple[str, int], ...]:
    alive = Q(state=Commitment.State.CONFIRMED) & ~Q(plan__state=Plan.State.SUPERSEDED)
    owned = Commitment.objects.filter(alive, owner=unit).count()
    asked = Consultation.objects.filter(
        unit=unit, answer=Consultation.Answer.PENDING, commitment__plan__state=Plan.State.CONSULTATION
    ).count()
    returned = (
        Reported.objects.filter(commitment__owner=unit, state=ProofState.RETURNED, superseded_at=None)
        .exclude(commitment__plan__state=Plan.State.SUPERSEDED)
        .count()
    )
    counted = (("牵头承诺", owned), ("待反馈意见", asked), ("退回待补的填报", returned))
    return tuple((label, count) for label, count in counted if count)


def _is_last(officer: Officer, unit: Unit) -> bool:
    others = Officer.objects.filter(role=Role.UNIT_OFFICER, is_active=True, unit__in=_upwards(unit))
    return not others.exclude(pk=officer.pk).exists()


def _upwards(unit: Unit) -> list[int]:
    """The unit and those above it, whose officers may act for it too."""
    found: list[int] = []
    step: Unit | None = unit
    while step is not None and step.pk not in found:
        found.append(step.pk)
        step = step.parent
    return found
