"""Duty, indicator, schedule, target and its parts: what is refused leaves everything as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from tests.office import AT, Cast, cast, commitment, running

from gongjian.kernel.errors import Refusal
from gongjian.kernel.indicators.standing import term
from gongjian.kernel.people import acts
from gongjian.kernel.plan import assignment
from gongjian.kernel.plan.models import Commitment

pytestmark = pytest.mark.django_db


@pytest.fixture
def promise() -> tuple[Cast, Commitment]:
    """The cast and the confirmed promise of 144 applications in a plan in force."""
    who = cast()
    return who, commitment(running(by=who.supervisor), "144家")


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code == code


def test_duty_is_named_and_logged(promise: tuple[Cast, Commitment]) -> None:
    who, c = promise
    duty = {"owner": who.science, "co_owners": [who.works, who.science], "leader": who.leader, "mechanism": " 周调度 "}
    assignment.assign(commitment=c, by=who.supervisor, at=AT, **duty)
    assert (c.owner, list(c.co_owners.all()), c.leader, c.mechanism) == (who.science, [who.works], who.leader, "周调度")
    assert acts.of(c).first().changes["责任单位"] == [None, str(who.science)]
    for officer in (who.scientist, who.leader, who.viewer, who.auditor, who.administrator):
        refused("policy.forbidden", lambda by=officer: assignment.assign(commitment=c, by=by, at=AT))
    assert Commitment.objects.get(pk=c.pk).owner == who.science


def test_an_indicator_must_exist_fit_the_kind_and_the_unit(promise: tuple[Cast, Commitment]) -> None:
    who, c = promise
    refused("bind.unknown", lambda: assignment.bind(commitment=c, indicator="no-such", by=who.supervisor, at=AT))
    kind = "position-equipment"
    refused("bind.kind", lambda: assignment.bind(commitment=c, indicator=kind, by=who.supervisor, at=AT))
    unit = "equipment-investment"
    refused("bind.unit", lambda: assignment.bind(commitment=c, indicator=unit, by=who.supervisor, at=AT))
    assert Commitment.objects.get(pk=c.pk).indicator == ""
    chosen = {c.pk: "high-tech-filed"}
    assert assignment.bind_many(commitments=[c], chosen=chosen, by=who.supervisor, at=AT) == 1
    assert assignment.bind_many(commitments=[c], chosen=chosen, by=who.supervisor, at=AT) == 0
    assert Commitment.objects.get(pk=c.pk).indicator == "high-tech-filed"


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({"kind": "spiral"}, "schedule.kind"),
        ({"kind": "windows"}, "schedule.windows"),
        ({"kind": "points", "points": []}, "schedule.points"),
        ({"kind": "milestones", "points": [{"on": "2025-13-01", "share": "1"}]}, "schedule.spec"),
    ],
)
def test_a_schedule_that_does_not_hold_together(
    promise: tuple[Cast, Commitment], spec: dict[str, object], code: str
) -> None:
    who, c = promise
    refused(code, lambda: assignment.set_schedule(commitment=c, spec=spec, by=who.supervisor, at=AT))
    assert Commitment.objects.get(pk=c.pk).schedule == {}


def test_a_changed_target_says_since_when_and_why(promise: tuple[Cast, Commitment]) -> None:
    who, c = promise
    given = {"commitment": c, "by": who.supervisor, "at": AT, "since": date(2025, 5, 1)}
    refused("target.reason", lambda: assignment.retarget(value=Decimal(150), reason=" ", **given))
    refused("target.value", lambda: assignment.retarget(value=None, reason="上级调整", **given))
    refused("target.range", lambda: assignment.retarget(value=Decimal(9), value2=Decimal(8), reason="调整", **given))
    early = {"value": Decimal(150), "reason": "提前", "due_on": date(2025, 4, 30)}
    refused("target.due", lambda: assignment.retarget(**early, **given))
    outside = {**given, "since": date(2026, 1, 1)}
    refused("target.since", lambda: assignment.retarget(value=Decimal(150), reason="调整", **outside))
    assert c.targets.count() == 1
    assignment.retarget(value=Decimal(150), reason="市局追加", due_on=date(2025, 9, 30), **given)
    c = Commitment.objects.get(pk=c.pk)
    assert [term(commitment=c, as_of=day).target for day in (date(2025, 4, 30), date(2025, 5, 1))] == [144, 150]
    assert c.value == 144  # the plan's own words stay


def test_a_schedule_is_checked_against_the_day_in_force(promise: tuple[Cast, Commitment]) -> None:
    who, c = promise
    day = date(2025, 9, 30)
    given = {"commitment": c, "by": who.supervisor, "at": AT}
    assignment.retarget(value=Decimal(144), reason="提前", since=date(2025, 5, 1), due_on=day, **given)
    assignment.set_schedule(spec={"kind": "linear"}, **given)
    assert acts.of(c).first().changes["序时进度"][1].endswith("2025-09-30")


def test_parts_add_up_and_months_never_fall(promise: tuple[Cast, Commitment]) -> None:
    who, c = promise
    given = {"commitment": c, "by": who.supervisor, "at": AT}
    short = {who.science: Decimal(100), who.works: Decimal(43)}
    refused("share.short", lambda: assignment.share_out(units=short, **given))
    falling = {date(2025, 3, 1): Decimal(40), date(2025, 6, 1): Decimal(39)}
    refused("share.falling", lambda: assignment.share_out(months=falling, **given))
    assert not c.shares.exists()
    assignment.share_out(units={who.science: Decimal(100), who.works: Decimal(44)}, **given)
    assignment.share_out(months={date(2025, 6, 30): Decimal(72)}, **given)
    found = [(share.unit, share.month, share.value) for share in c.shares.order_by("month", "-value")]
    assert sorted(map(str, found)) == sorted(
        map(
            str,
            [
                (who.science, None, Decimal("100.000000")),
                (who.works, None, Decimal("44.000000")),
                (None, date(2025, 6, 1), Decimal("72.000000")),
            ],
        )
    )
