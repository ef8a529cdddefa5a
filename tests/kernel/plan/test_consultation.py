"""征求意见与签发: who is asked, who may answer, when the table may be signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from tests.office import AT, TODAY, Cast, cast, commitment, imported, owned, running

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.plan import assignment, consultation, review
from gongjian.kernel.plan.models import Consultation, Plan

pytestmark = pytest.mark.django_db
DUE = date(2025, 7, 10)


def asked() -> tuple[Cast, Plan]:
    """A plan whose promises belong to science, one of them with works helping."""
    who = cast()
    plan = running(by=who.supervisor)
    for c in plan.commitments.all():
        owned(c, who.science)
    owned(commitment(plan, "3个项目"), who.works, who.park)
    consultation.open_consultation(plan=plan, answer_by=DUE, by=who.supervisor, at=AT, today=TODAY)
    return who, plan


def refused(code: str, act: Callable[[], object]) -> None:
    before = list(Consultation.objects.order_by("pk").values()), list(Plan.objects.values())
    with pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code == code, caught.value.sentence
    assert (list(Consultation.objects.order_by("pk").values()), list(Plan.objects.values())) == before


def test_every_owner_and_co_owner_is_asked_once() -> None:
    who, plan = asked()
    rows = Consultation.objects.values_list("unit__name", flat=True)
    assert sorted(rows) == sorted(["科技人才局"] * 4 + ["建设局", "科创园服务中心"])
    assert (plan.state, plan.consultation_due_on) == ("consultation", DUE)
    assert consultation.open_consultation(plan=plan, answer_by=DUE, by=who.supervisor, at=AT, today=TODAY) == 6


def test_not_before_review_not_without_owner_not_in_the_past() -> None:
    who = cast()
    draft = imported(by=who.supervisor).plan

    def start(plan: Plan, day: date = DUE) -> None:
        consultation.open_consultation(plan=plan, answer_by=day, by=who.supervisor, at=AT, today=TODAY)

    refused("consultation.state", lambda: start(draft))
    review.confirm_all(plan=draft, by=who.supervisor, at=AT)
    review.activate(plan=draft, by=who.supervisor, at=AT)
    refused("consultation.owner", lambda: start(draft))
    refused("consultation.due", lambda: start(draft, TODAY - timedelta(days=1)))


def test_a_unit_answers_for_itself_and_the_units_below() -> None:
    who, plan = asked()
    mine = consultation.asked(plan=plan, by=who.scientist)
    assert sorted(row.unit.name for row in mine) == ["科创园服务中心"] + ["科技人才局"] * 4
    theirs = Consultation.objects.get(unit=who.works)
    with pytest.raises(Forbidden):
        consultation.answer(consultation=theirs, agrees=True, by=who.scientist, at=AT)
    with pytest.raises(Forbidden):
        consultation.answer(consultation=theirs, agrees=False, by=who.viewer, at=AT, opinion="x")
    theirs.refresh_from_db()
    assert theirs.answer == "pending"
    consultation.answer(consultation=mine[0], agrees=False, opinion="任务过重,建议120家", by=who.scientist, at=AT)
    assert consultation.agree_all(plan=plan, by=who.scientist, at=AT) == 4
    mine[0].refresh_from_db()
    assert mine[0].answer == "objected"
    assert consultation.agree_all(plan=plan, by=who.scientist, at=AT) == 0
    progress = {
        p.unit.name: (p.total, p.agreed, p.objected, p.pending) for p in consultation.progress(plan=plan, by=who.viewer)
    }
    assert progress == {"科技人才局": (4, 3, 1, 0), "建设局": (1, 0, 0, 1), "科创园服务中心": (1, 1, 0, 0)}


def test_an_objection_needs_words_and_a_resolution_needs_an_objection() -> None:
    who, _ = asked()
    row = Consultation.objects.get(unit=who.works)
    refused("consultation.opinion", lambda: consultation.answer(consultation=row, agrees=False, by=who.builder, at=AT))
    refused(
        "consultation.no_objection",
        lambda: consultation.resolve(consultation=row, resolution="采纳", by=who.supervisor, at=AT),
    )
    consultation.answer(consultation=row, agrees=False, opinion="改到7月", by=who.builder, at=AT)
    refused(
        "consultation.resolution",
        lambda: consultation.resolve(consultation=row, resolution=" ", by=who.supervisor, at=AT),
    )
    with pytest.raises(Forbidden):
        consultation.resolve(consultation=row, resolution="采纳", by=who.builder, at=AT)
    consultation.resolve(consultation=row, resolution="不采纳:6月底前须开工", by=who.supervisor, at=AT)
    assert (row.answer, row.resolution) == ("resolved", "不采纳:6月底前须开工")


def test_signing_needs_all_objections_settled_and_silence_only_counts_after_the_day() -> None:
    who, plan = asked()

    def sign(today: date) -> None:
        consultation.sign_off(plan=plan, by=who.supervisor, at=AT, today=today)

    row = Consultation.objects.get(unit=who.works)
    consultation.answer(consultation=row, agrees=False, opinion="改到7月", by=who.builder, at=AT)
    refused("sign.objections", lambda: sign(DUE + timedelta(days=1)))
    consultation.resolve(consultation=row, resolution="采纳", by=who.supervisor, at=AT)
    refused("sign.pending", lambda: sign(DUE))
    with pytest.raises(Forbidden):
        consultation.sign_off(plan=plan, by=who.leader, at=AT, today=DUE + timedelta(days=1))
    sign(DUE + timedelta(days=1))
    assert (plan.state, plan.signed_off_by) == ("signed", who.supervisor)
    refused("sign.state", lambda: sign(DUE + timedelta(days=2)))
    refused("consultation.closed", lambda: consultation.answer(consultation=row, agrees=True, by=who.builder, at=AT))
    refused(
        "consultation.closed", lambda: consultation.resolve(consultation=row, resolution="x", by=who.supervisor, at=AT)
    )


def test_all_agreed_may_be_signed_before_the_day() -> None:
    who, plan = asked()
    for officer in (who.scientist, who.builder):
        consultation.agree_all(plan=plan, by=officer, at=AT)
    consultation.sign_off(plan=plan, by=who.supervisor, at=AT, today=TODAY)
    assert plan.state == "signed"


def test_a_new_owner_must_be_asked_before_signing_and_the_old_one_is_left_alone() -> None:
    who, plan = asked()
    c = commitment(plan, "144家")
    assignment.assign(commitment=c, by=who.supervisor, at=AT, owner=who.works)
    late = DUE + timedelta(days=1)
    refused("sign.unasked", lambda: consultation.sign_off(plan=plan, by=who.supervisor, at=AT, today=late))
    consultation.open_consultation(plan=plan, answer_by=late, by=who.supervisor, at=AT, today=late)
    assert [row.unit for row in Consultation.objects.filter(commitment=c)] == [who.works]
