"""填报: superseding, verifying, returning, the rules of months and kinds, and who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.office import AT, PDF, TODAY, Cast, cast, commitment, imported, owned, running

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.indicators.standing import prepared, standing
from gongjian.kernel.people.models import Act, Officer
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.reports import actions, query
from gongjian.kernel.reports.models import Reported

pytestmark = pytest.mark.django_db
MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)


def started() -> tuple[Cast, Plan, Commitment]:
    who = cast()
    plan = running(by=who.supervisor)
    for c in plan.commitments.all():
        owned(c, who.science)
    return who, plan, commitment(plan, "144家")


def enter(c: Commitment, by: Officer, month: date = MAY, **said: Any) -> Reported:
    return actions.enter(commitment=c, month=month, by=by, at=said.pop("at", AT), today=TODAY, **said)


def attach(r: Reported, by: Officer, name: str = "清单.pdf", data: bytes = PDF) -> Evidence:
    return evidence.attach(thing=r, part="progress", name=name, data=data, by=by, at=AT)


def refused(code: str, act: Callable[[], object]) -> None:
    before = list(Reported.objects.order_by("pk").values()), Act.objects.count(), Evidence.objects.count()
    with pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code == code, caught.value.sentence
    assert (list(Reported.objects.order_by("pk").values()), Act.objects.count(), Evidence.objects.count()) == before


def actual(c: Commitment, day: date = TODAY) -> Decimal | None:
    return standing(commitment=prepared(Commitment.objects.filter(pk=c.pk))[0], as_of=day).actual


def test_a_later_submission_supersedes_and_keeps_the_earlier_one() -> None:
    who, _, c = started()
    first = enter(c, who.scientist, value=Decimal(40), progress="首批")
    later = AT + timedelta(hours=1)
    second = enter(c, who.scientist, value=Decimal(42), progress="首批", at=later)
    first.refresh_from_db()
    assert (first.value, first.superseded_at) == (Decimal(40), later)
    assert (second.value, second.superseded_at, second.happened_on) == (Decimal(42), None, date(2025, 5, 31))
    assert actual(c) == Decimal(42)
    assert [act.changes["本年累计"] for act in Act.objects.filter(verb="reported.entered").order_by("pk")] == [
        [None, "40"],
        ["40.000000", "42"],
    ]


def test_saying_the_same_again_is_no_new_submission() -> None:
    who, _, c = started()
    first = enter(c, who.scientist, value=Decimal(40), progress="首批")
    assert enter(c, who.scientist, value=Decimal("40.0"), progress=" 首批 ") == first
    assert Reported.objects.count() == 1
    assert Act.objects.filter(verb="reported.entered").count() == 1


def test_this_month_speaks_of_today_and_earlier_months_of_their_end() -> None:
    who, _, c = started()
    early = date(2025, 6, 10)
    r = actions.enter(commitment=c, month=early, by=who.scientist, at=AT, today=early, value=Decimal(1))
    assert (r.month, r.happened_on) == (JUNE, early)
    assert enter(c, who.scientist, month=date(2025, 2, 14), value=Decimal(1)).happened_on == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"month": date(2025, 7, 1), "value": Decimal(1)}, "reported.future"),
        ({"month": date(2024, 12, 1), "value": Decimal(1)}, "reported.year"),
        ({"value": Decimal(1), "happened_on": date(2025, 6, 1)}, "reported.day"),
        ({"month": JUNE, "value": Decimal(1), "happened_on": date(2025, 7, 1)}, "reported.day"),
        ({"progress": "  "}, "reported.empty"),
        ({"value": Decimal(-1)}, "reported.negative"),
        ({"value": Decimal("NaN")}, "reported.number"),
        ({"value": Decimal(10) ** 15}, "reported.number"),
        ({"value": Decimal("1.0000001")}, "reported.decimals"),
        ({"done": ["甲"]}, "reported.names"),
    ],
)
def test_a_submission_that_cannot_be_is_refused(said: dict[str, Any], code: str) -> None:
    who, _, c = started()
    refused(code, lambda: enter(c, who.scientist, **said))


def test_positions_and_percentages_have_their_own_rules() -> None:
    who, plan, _ = started()
    rank = commitment(plan, "前3名")
    for value in (Decimal(0), Decimal("2.5")):
        refused("reported.rank", lambda value=value: enter(rank, who.scientist, value=value))
    Commitment.objects.filter(pk=rank.pk).update(kind="milestone")
    rank.refresh_from_db()
    refused("reported.percent", lambda: enter(rank, who.scientist, value=Decimal(101)))
    assert enter(rank, who.scientist, value=Decimal(100), reached=True).reached is True


def test_only_confirmed_promises_of_a_plan_in_use_are_reported() -> None:
    who = cast()
    plan = imported(by=who.supervisor).plan
    c = commitment(plan, "144家")
    refused("reported.unconfirmed", lambda: enter(c, who.supervisor, value=Decimal(1)))
    Commitment.objects.filter(pk=c.pk).update(state="confirmed")
    refused("reported.inactive", lambda: enter(c, who.supervisor, value=Decimal(1)))
    Plan.objects.update(state="superseded")
    refused("reported.superseded_plan", lambda: enter(c, who.supervisor, value=Decimal(1)))


def test_verifying_needs_a_file_and_another_person() -> None:
    who, _, c = started()
    r = enter(c, who.scientist, value=Decimal(40))
    refused("reported.no_evidence", lambda: actions.verify(reported=r, by=who.supervisor, at=AT))
    file = attach(r, who.scientist)
    r.refresh_from_db()
    assert r.state == "evidenced"
    with pytest.raises(Forbidden):
        actions.verify(reported=r, by=who.scientist, at=AT)
    actions.verify(reported=r, by=who.supervisor, at=AT)
    file.refresh_from_db()
    assert (r.state, r.judged_by, file.state, file.judged_by) == (
        "verified",
        who.supervisor,
        "verified",
        who.supervisor,
    )


def test_who_reported_or_uploaded_does_not_verify() -> None:
    who, plan, c = started()
    own = enter(c, who.supervisor, value=Decimal(40))
    attach(own, who.scientist)
    refused("policy.forbidden", lambda: actions.verify(reported=own, by=who.supervisor, at=AT))
    other = enter(commitment(plan, "81个"), who.scientist, value=Decimal(40))
    attach(other, who.supervisor)
    refused("policy.forbidden", lambda: actions.verify(reported=other, by=who.supervisor, at=AT))
    actions.verify(reported=other, by=who.second, at=AT)
    assert other.state == "verified"


def test_returned_files_prove_nothing() -> None:
    who, _, c = started()
    r = enter(c, who.scientist, value=Decimal(40))
    evidence.send_back(evidence=attach(r, who.scientist), reason="看不清", by=who.supervisor, at=AT)
    r.refresh_from_db()
    assert r.state == "claimed"
    refused("reported.no_evidence", lambda: actions.verify(reported=r, by=who.supervisor, at=AT))


def test_a_returned_figure_does_not_count_and_comes_back_with_its_files() -> None:
    who, _, c = started()
    enter(c, who.scientist, value=Decimal(30))
    r = enter(c, who.scientist, month=JUNE, value=Decimal(40))
    attach(r, who.scientist)
    refused("reported.reason_required", lambda: actions.send_back(reported=r, reason=" ", by=who.supervisor, at=AT))
    actions.send_back(reported=r, reason="缺回执", by=who.supervisor, at=AT)
    assert (r.state, r.reason, actual(c)) == ("returned", "缺回执", Decimal(30))
    again = enter(c, who.scientist, month=JUNE, value=Decimal(40))
    assert again.pk != r.pk
    assert (again.state, [f.name for f in evidence.of(again)], actual(c)) == ("evidenced", ["清单.pdf"], Decimal(40))
    refused("reported.superseded", lambda: actions.verify(reported=r, by=who.supervisor, at=AT))


def test_correcting_a_verified_figure_needs_verifying_again() -> None:
    who, _, c = started()
    r = enter(c, who.scientist, value=Decimal(40))
    attach(r, who.scientist)
    actions.verify(reported=r, by=who.supervisor, at=AT)
    new = enter(c, who.scientist, value=Decimal(41))
    assert new.state == "evidenced"
    r.refresh_from_db()
    assert (r.state, r.value) == ("verified", Decimal(40))


def test_who_may_report_and_judge() -> None:
    who, plan, c = started()
    owned(commitment(plan, "81个"), who.park, who.works)
    may = []
    for officer in [*who.everybody(), who.builder]:
        for words in ("144家", "81个"):
            try:
                enter(commitment(plan, words), officer, value=Decimal(5), progress=officer.role)
                may.append((officer.username, words))
            except Forbidden:
                pass
    assert may == [("du", "144家"), ("du", "81个"), ("ke", "144家"), ("ke", "81个"), ("jian", "81个")]
    r = Reported.objects.get(commitment=c, superseded_at=None)
    for officer in who.everybody():
        if officer.role != "supervisor":
            refused("policy.forbidden", lambda by=officer: actions.send_back(reported=r, reason="x", by=by, at=AT))
            refused("policy.forbidden", lambda by=officer: actions.verify(reported=r, by=by, at=AT))


def test_the_months_sheet_and_who_is_missing() -> None:
    who, plan, c = started()
    owned(commitment(plan, "81个"), who.works, who.science)
    enter(c, who.scientist, value=Decimal(30), progress="五月")
    enter(c, who.scientist, month=JUNE, value=Decimal(36), progress="六月")
    rows = query.rows(plan=plan, month=JUNE, by=who.scientist, today=TODAY, units={who.science.pk})
    assert [row.commitment.metric for row in rows][:2] == ["完成高企申报", "新增科创项目"]
    first = rows[0]
    assert (first.state, first.before.value, first.step) == ("claimed", Decimal(30), Decimal(6))  # type: ignore[union-attr]
    assert rows[1].state == "none"
    tally = {t.unit.name: (t.due, t.missing) for t in query.tallies(rows) if t.unit}
    assert tally == {"科技人才局": (4, 3), "建设局": (1, 1)}


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2025, 6, 30), JUNE),
        (date(2025, 6, 11), JUNE),
        (date(2025, 6, 10), MAY),
        (date(2025, 1, 5), date(2025, 1, 1)),
        (date(2026, 1, 5), date(2025, 12, 1)),
        (date(2024, 11, 5), date(2025, 1, 1)),
    ],
)
def test_until_the_tenth_the_month_before_is_reported(today: date, month: date) -> None:
    assert query.usual_month(plan=Plan(year=2025), today=today) == month
