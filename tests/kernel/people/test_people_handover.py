"""移交: what is open under a name, and that an account closes only when nothing is."""

from __future__ import annotations

import pytest
from tests.kernel.people.cast import AT, TODAY, Cast, make_commitment

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.people import acts, handover
from gongjian.kernel.people.actions import create_officer, deactivate
from gongjian.kernel.people.models import Act, Officer, Role
from gongjian.kernel.plan.models import Commitment, Consultation, Plan
from gongjian.kernel.reports.models import Reported


@pytest.fixture
def successor(cast: Cast) -> Officer:
    """Another leader."""
    values = {"username": "jieren", "name": "接任人", "role": Role.LEADER}
    return create_officer(values=values, by=cast.administrator, at=AT)[0]


def test_led_commitments_go_to_another_leader_with_history_and_log(cast: Cast, successor: Officer) -> None:
    first, second = (make_commitment(owner=cast.science, leader=cast.leader) for _ in range(2))
    rejected = make_commitment(owner=cast.science, leader=cast.leader, state=Commitment.State.REJECTED)
    count = handover.transfer(officer=cast.leader, to=successor, by=cast.administrator, at=AT, note="工作调整")
    assert count == 2
    for promise in (first, second):
        promise.refresh_from_db()
        assert promise.leader == successor
        line = acts.of(promise).get()
        assert (line.verb, line.changes, line.note) == (
            "commitment.assigned",
            {"责任领导": ["江望舒", "接任人"]},
            "工作调整",
        )
        newest = promise.history.order_by("history_id").last()
        assert (newest.leader, newest.history_user, newest.history_date) == (successor, cast.administrator, AT)
        assert newest.history_change_reason == "江望舒移交接任人"
    rejected.refresh_from_db()
    assert rejected.leader == cast.leader
    assert acts.of(cast.leader).get().note == "2 项承诺移交给接任人:工作调整"
    deactivate(officer=cast.leader, by=cast.administrator, at=AT)
    assert not Officer.objects.get(pk=cast.leader.pk).is_active


def test_an_account_with_led_commitments_does_not_close(cast: Cast) -> None:
    make_commitment(owner=cast.science, leader=cast.leader)
    with pytest.raises(Refusal) as refused:
        deactivate(officer=cast.leader, by=cast.administrator, at=AT)
    assert refused.value.code == "officer.open_items"
    assert refused.value.cause == "江望舒名下还有 1 项承诺的责任领导职责,不能停用"
    assert Officer.objects.get(pk=cast.leader.pk).is_active and Act.objects.count() == 0


def test_the_last_officer_of_a_unit_with_work_does_not_leave(cast: Cast) -> None:
    promise = make_commitment(owner=cast.trade)
    Consultation.objects.create(commitment=promise, unit=cast.trade)
    Plan.objects.update(state=Plan.State.CONSULTATION)
    Reported.objects.create(
        commitment=promise,
        month=TODAY.replace(day=1),
        happened_on=TODAY,
        recorded_at=AT,
        reported_by=cast.trade_clerk,
        state=ProofState.RETURNED,
    )
    items = handover.open_items(officer=cast.trade_clerk)
    assert items.of_unit == (("牵头承诺", 1), ("待反馈意见", 1), ("退回待补的填报", 1))
    assert items.is_last and items.holds and items.led == ()
    with pytest.raises(Refusal) as refused:
        deactivate(officer=cast.trade_clerk, by=cast.administrator, at=AT)
    assert refused.value.code == "officer.last_of_unit"
    values = {"username": "shangcu2", "name": "新同事", "role": Role.UNIT_OFFICER, "unit": cast.trade}
    create_officer(values=values, by=cast.administrator, at=AT)
    assert not handover.open_items(officer=cast.trade_clerk).holds
    deactivate(officer=cast.trade_clerk, by=cast.administrator, at=AT)


def test_an_officer_of_the_unit_above_counts_as_a_colleague(cast: Cast) -> None:
    make_commitment(owner=cast.park)
    assert not handover.open_items(officer=cast.park_clerk).is_last
    deactivate(officer=cast.park_clerk, by=cast.administrator, at=AT)
    assert not Officer.objects.get(pk=cast.park_clerk.pk).is_active


def test_a_superseded_plan_holds_nobody(cast: Cast) -> None:
    make_commitment(owner=cast.trade, leader=cast.leader)
    Plan.objects.update(state=Plan.State.SUPERSEDED)
    assert not handover.open_items(officer=cast.leader).holds
    assert not handover.open_items(officer=cast.trade_clerk).holds


@pytest.mark.parametrize(
    ("receiver", "code"), [("leader", "transfer.self"), ("clerk", "transfer.role"), ("closed", "transfer.inactive")]
)
def test_receivers_that_are_refused(cast: Cast, successor: Officer, receiver: str, code: str) -> None:
    promise = make_commitment(owner=cast.science, leader=cast.leader)
    Officer.objects.filter(pk=successor.pk).update(is_active=receiver != "closed")
    to = successor if receiver == "closed" else getattr(cast, receiver)
    with pytest.raises(Refusal) as refused:
        handover.transfer(officer=cast.leader, to=to, by=cast.administrator, at=AT)
    assert refused.value.code == code
    promise.refresh_from_db()
    assert promise.leader == cast.leader and not acts.of(promise).exists()


def test_nothing_to_transfer_is_said(cast: Cast, successor: Officer) -> None:
    with pytest.raises(Refusal) as refused:
        handover.transfer(officer=cast.leader, to=successor, by=cast.administrator, at=AT)
    assert refused.value.code == "transfer.nothing"


def test_only_administrators_transfer(cast: Cast, successor: Officer) -> None:
    make_commitment(owner=cast.science, leader=cast.leader)
    with pytest.raises(Forbidden):
        handover.transfer(officer=cast.leader, to=successor, by=cast.supervisor, at=AT)
