"""Reviewing proposals: confirm, correct, add, reject, split, merge, reopen, activate; and what each refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.office import AT, FIRST, SECOND, TODAY, Cast, cast, commitment, imported, owned, running

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people.models import Act
from gongjian.kernel.plan import assignment, review
from gongjian.kernel.plan.models import Commitment, Plan, Share
from gongjian.kernel.reports import actions as reports

pytestmark = pytest.mark.django_db


def snapshot(plan: Plan) -> list[Any]:
    """Everything a refusal must leave alone."""
    fields = [f.attname for f in Commitment._meta.concrete_fields]
    return [
        list(Commitment.objects.order_by("pk").values(*fields)),
        Act.objects.count(),
        Plan.objects.get(pk=plan.pk).state,
    ]


def refused(code: str, plan: Plan, act: Callable[[], object]) -> None:
    before = snapshot(plan)
    with pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code == code, caught.value.sentence
    assert snapshot(plan) == before


def drafted() -> tuple[Cast, Plan]:
    who = cast()
    return who, imported(by=who.supervisor).plan


def test_confirming_begins_the_target_history_once() -> None:
    who, plan = drafted()
    c = commitment(plan, "144家")
    review.confirm(commitment=c, by=who.supervisor, at=AT)
    review.confirm(commitment=c, by=who.second, at=AT)
    assert (c.state, c.confirmed_by, c.confirmed_at) == ("confirmed", who.supervisor, AT)
    assert list(c.targets.values_list("value", "due_on", "since", "reason")) == [
        (Decimal(144), date(2025, 12, 31), date(2025, 1, 1), "工作要点原文")
    ]
    assert Act.objects.filter(verb="commitment.confirmed", subject_id=c.pk).count() == 1


def test_confirm_all_above_a_confidence_leaves_the_doubtful_and_the_broken_open() -> None:
    who, plan = drafted()
    doubtful, broken = commitment(plan, "前3名"), commitment(plan, "3个项目")
    Commitment.objects.filter(pk=doubtful.pk).update(confidence=0.5)
    Commitment.objects.filter(pk=broken.pk).update(named=[], confidence=0.99)
    assert review.confirm_all(plan=plan, by=who.supervisor, at=AT, at_least=0.8) == 3
    assert set(plan.commitments.filter(state="proposed")) == {doubtful, broken}
    assert review.confirm_all(plan=plan, by=who.supervisor, at=AT) == 1
    assert review.fault(Commitment.objects.get(pk=broken.pk)).code == "review.roster"  # type: ignore[union-attr]


def test_correcting_keeps_history_and_moves_the_passage_with_the_span() -> None:
    who, plan = drafted()
    c = commitment(plan, "81个")
    start = plan.text.index("构建全链条")
    values = {
        "metric": "孵化体系",
        "kind": "routine",
        "value": None,
        "start": start,
        "end": start + 10,
        "owner": who.works,
    }
    review.correct(commitment=c, values=values, by=who.supervisor, at=AT, reason="原文理解有误")
    c = Commitment.objects.get(pk=c.pk)
    assert (c.metric, c.kind, c.value, c.owner, c.text) == (
        "孵化体系",
        "routine",
        None,
        who.works,
        "构建全链条孵化体系。",
    )
    assert plan.text[c.passage.start : c.passage.end] == "构建全链条孵化体系。"
    act = Act.objects.get(verb="commitment.corrected")
    assert act.changes["指标名称"] == ["新增科创项目", "孵化体系"]
    assert c.history.first().history_user == who.supervisor


def test_a_deadline_moves_the_due_day() -> None:
    who, plan = drafted()
    c = commitment(plan, "144家")
    for deadline, due in (("06-30", date(2025, 6, 30)), ("2026-02-28", date(2026, 2, 28)), ("", None)):
        review.correct(commitment=c, values={"deadline": deadline}, by=who.supervisor, at=AT)
        assert c.due_on == due


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"metric": " "}, "review.metric"),
        ({"metric": "长" * 121}, "review.length"),
        ({"kind": "wish"}, "review.kind"),
        ({"modality": "maybe"}, "review.kind"),
        ({"comparator": "!="}, "review.comparator"),
        ({"value": None}, "review.value"),
        ({"value": Decimal("1E+16")}, "review.number"),
        ({"value": Decimal("NaN")}, "review.number"),
        ({"comparator": "range"}, "review.range"),
        ({"comparator": "range", "value2": Decimal(3)}, "review.range"),
        ({"kind": "rank", "value": Decimal("1.5")}, "review.rank"),
        ({"kind": "roster"}, "review.roster"),
        ({"deadline": "02-29"}, "deadline.unreadable"),
        ({"start": 5, "end": 5}, "review.span"),
        ({"start": 0, "end": 99999}, "review.span"),
    ],
)
def test_a_correction_that_contradicts_itself_changes_nothing(values: dict[str, Any], code: str) -> None:
    who, plan = drafted()
    c = commitment(plan, "144家")
    refused(code, plan, lambda: review.correct(commitment=c, values=values, by=who.supervisor, at=AT))


@pytest.mark.parametrize(
    "values", [{"value": Decimal(1)}, {"unit": "项"}, {"comparator": ">"}, {"deadline": "06-30"}, {"kind": "rate"}]
)
def test_what_a_confirmed_promise_is_judged_by_is_not_corrected(values: dict[str, Any]) -> None:
    who, plan = drafted()
    c = commitment(plan, "144家")
    review.confirm(commitment=c, by=who.supervisor, at=AT)
    refused("review.target", plan, lambda: review.correct(commitment=c, values=values, by=who.supervisor, at=AT))
    review.correct(commitment=c, values={"owner": who.works}, by=who.supervisor, at=AT)
    assert c.owner == who.works


def test_an_added_promise_waits_like_the_others() -> None:
    who, plan = drafted()
    start = plan.text.index("构建")
    values = {"kind": "routine", "metric": "孵化体系"}
    c = review.add(plan=plan, start=start, end=start + 9, values=values, by=who.supervisor, at=AT)
    assert (c.text, c.state, c.reason, c.confidence) == ("构建全链条孵化体系", "proposed", "人工补录", 1.0)
    blank = plan.text.index("\n")
    refused(
        "review.blank",
        plan,
        lambda: review.add(plan=plan, start=blank, end=blank + 1, values=values, by=who.supervisor, at=AT),
    )


def test_rejecting_and_reopening() -> None:
    who, plan = drafted()
    c = commitment(plan, "144家")
    review.reject(commitment=c, by=who.supervisor, at=AT, reason="去年任务")
    assert (c.state, c.rejected_for) == ("rejected", "去年任务")
    review.reopen(commitment=c, by=who.supervisor, at=AT)
    assert (c.state, c.rejected_for) == ("proposed", "")
    review.confirm(commitment=c, by=who.supervisor, at=AT)
    review.reopen(commitment=c, by=who.supervisor, at=AT)
    assert (c.state, c.confirmed_by, c.targets.count()) == ("proposed", None, 0)
    review.confirm(commitment=c, by=who.supervisor, at=AT)
    review.reject(commitment=c, by=who.supervisor, at=AT)
    assert (c.state, c.confirmed_by, c.targets.count()) == ("rejected", None, 0)


def test_a_promise_with_reports_or_an_adjusted_target_stays_confirmed() -> None:
    who = cast()
    plan = running(by=who.supervisor)
    said, moved = commitment(plan, "144家"), commitment(plan, "81个")
    reports.enter(
        commitment=said,
        month=date(2025, 5, 1),
        by=who.supervisor,
        at=AT,
        today=TODAY,
        value=Decimal(40),
        progress="在办",
    )
    refused("review.reported", plan, lambda: review.reject(commitment=said, by=who.supervisor, at=AT))
    refused("review.reported", plan, lambda: review.reopen(commitment=said, by=who.supervisor, at=AT))
    assignment.retarget(commitment=moved, value=Decimal(70), since=TODAY, reason="纪要", by=who.supervisor, at=AT)
    refused("review.retargeted", plan, lambda: review.reopen(commitment=moved, by=who.supervisor, at=AT))


def test_a_signed_plan_keeps_its_confirmed_promises_and_an_old_version_everything() -> None:
    who = cast()
    plan = running(by=who.supervisor)
    c = commitment(plan, "144家")
    Plan.objects.filter(pk=plan.pk).update(state="signed")
    refused("review.signed", plan, lambda: review.reject(commitment=c, by=who.supervisor, at=AT))
    refused("review.signed", plan, lambda: review.reopen(commitment=c, by=who.supervisor, at=AT))
    Plan.objects.filter(pk=plan.pk).update(state="superseded")
    refused("review.superseded", plan, lambda: review.reopen(commitment=c, by=who.supervisor, at=AT))
    fresh = Plan.objects.get(pk=plan.pk)
    values = {"kind": "routine", "metric": "x"}
    refused(
        "review.superseded",
        plan,
        lambda: review.add(plan=fresh, start=0, end=3, values=values, by=who.supervisor, at=AT),
    )


def test_splitting_makes_parts_and_puts_the_whole_aside() -> None:
    who, plan = drafted()
    c = owned(commitment(plan, "3个项目"), who.works, who.science)
    c.leader = who.leader
    c.save()
    parts = [
        {"start": c.start, "end": c.end, "metric": f"{name}开工", "kind": "milestone", "named": [name], "value": None}
        for name in c.named
    ]
    made = review.split(commitment=c, parts=parts, by=who.supervisor, at=AT)
    assert [m.metric for m in made] == ["松岭新材开工", "白鹭冷链开工", "青禾智控开工"]
    assert {(m.owner, m.leader, m.due_on, m.state) for m in made} == {
        (who.works, who.leader, date(2025, 6, 30), "proposed")
    }
    assert [list(m.co_owners.all()) for m in made] == [[who.science]] * 3
    assert (c.state, c.rejected_for) == ("rejected", "已拆分")


def test_a_split_with_one_bad_part_changes_nothing() -> None:
    who, plan = drafted()
    c = commitment(plan, "144家")
    good = {"start": c.start, "end": c.end, "metric": "一"}
    refused("review.split", plan, lambda: review.split(commitment=c, parts=[good], by=who.supervisor, at=AT))
    bad = {**good, "metric": ""}
    refused("review.metric", plan, lambda: review.split(commitment=c, parts=[good, bad], by=who.supervisor, at=AT))
    review.confirm(commitment=c, by=who.supervisor, at=AT)
    refused("review.confirmed", plan, lambda: review.split(commitment=c, parts=[good, good], by=who.supervisor, at=AT))


def test_merging_joins_span_names_and_owners() -> None:
    who, plan = drafted()
    a, b = owned(commitment(plan, "144家"), who.science), owned(commitment(plan, "81个"), who.works)
    merged = review.merge(commitments=[b, a], by=who.supervisor, at=AT)
    assert merged.text == "确保完成144家高企申报,力争新增科创项目81个"
    assert (merged.metric, merged.value, merged.owner) == ("完成高企申报、新增科创项目", Decimal(144), who.science)
    assert list(merged.co_owners.all()) == [who.works]
    assert {c.rejected_for for c in plan.commitments.filter(state="rejected")} == {"已合并"}
    refused("review.merge", plan, lambda: review.merge(commitments=[merged], by=who.supervisor, at=AT))
    other = imported(by=who.supervisor, text=SECOND).plan.commitments.filter(state="proposed").first()
    refused("review.merge_plans", plan, lambda: review.merge(commitments=[merged, other], by=who.supervisor, at=AT))


def test_an_empty_plan_is_not_activated() -> None:
    who, plan = drafted()
    refused("plan.empty", plan, lambda: review.activate(plan=plan, by=who.supervisor, at=AT))


def test_activating_supersedes_and_moves_reports_targets_and_shares_through_every_version() -> None:
    who = cast()
    first = running(by=who.supervisor)
    old = commitment(first, "3个项目")
    level = commitment(first, "8%")
    report = reports.enter(
        commitment=old,
        month=date(2025, 5, 1),
        by=who.supervisor,
        at=AT,
        today=TODAY,
        done=["松岭新材"],
        progress="一个开工",
    )
    assignment.retarget(commitment=level, value=Decimal(7), since=TODAY, reason="市里调整", by=who.supervisor, at=AT)
    Share.objects.create(commitment=level, unit=who.works, value=Decimal(8))
    imported(by=who.supervisor, text=SECOND)  # a version that nobody put to use
    third = imported(by=who.supervisor, text=SECOND + "三、保障\n强化统筹。\n").plan
    review.confirm_all(plan=third, by=who.supervisor, at=AT)
    review.activate(plan=third, by=who.supervisor, at=AT)
    assert list(Plan.objects.order_by("version").values_list("state", flat=True)) == [
        "superseded",
        "superseded",
        "active",
    ]
    report.refresh_from_db()
    heir = commitment(third, "3个项目")
    assert report.commitment == heir
    moved = commitment(third, "8%")
    assert [(t.value, t.reason) for t in moved.targets.all()] == [
        (Decimal(8), "工作要点原文"),
        (Decimal(7), "市里调整"),
    ]
    assert moved.shares.get().unit == who.works


def test_drafts_and_acts_are_for_supervisors_and_administrators() -> None:
    who, plan = drafted()
    c = commitment(plan, "144家")
    acts: list[Callable[[Any], object]] = [
        lambda by: review.draft(pk=plan.pk, by=by),
        lambda by: review.ready(plan=plan, by=by),
        lambda by: review.correct(commitment=c, values={"metric": f"改{by.role}"}, by=by, at=AT),
        lambda by: review.reject(commitment=c, by=by, at=AT),
        lambda by: review.reopen(commitment=c, by=by, at=AT),
        lambda by: review.confirm(commitment=c, by=by, at=AT),
        lambda by: review.activate(plan=plan, by=by, at=AT),
    ]
    for officer in who.everybody():
        if officer.role in ("supervisor", "administrator"):
            continue
        for act in acts:
            before = snapshot(plan)
            with pytest.raises(Forbidden):
                act(officer)
            assert snapshot(plan) == before
    for act in acts:
        act(who.administrator)
    assert Plan.objects.get().state == "active"
    assert Plan.objects.get().text == FIRST
