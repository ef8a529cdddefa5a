"""The night's work: yesterday's standings are kept once, and what is kept stays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gongjian.kernel.indicators.models import StoredStanding
from gongjian.kernel.people.models import Officer, Role, Zone
from gongjian.kernel.plan import review
from gongjian.kernel.plan.document import plain
from gongjian.kernel.plan.imports import import_plan
from gongjian.kernel.plan.models import Plan
from gongjian.kernel.plan.reader import read

AT = datetime(2025, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def plan(db: None) -> Plan:
    """A plan in force with one commitment, in a zone that stands on 1 July."""
    Zone.objects.create(name="试验园区", stands_at=date(2025, 7, 1))
    by = Officer.objects.create(username="ducha", name="督查", role=Role.SUPERVISOR)
    document = plain(name="plan.txt", text="一、攻坚科技创新\n做强高企队伍。确保完成20家高企申报。\n")
    plan = import_plan(document=document, reading=read(document, year=2025), by=by, at=AT, year=2025).plan
    review.confirm_all(plan=plan, by=by, at=AT)
    review.activate(plan=plan, by=by, at=AT)
    return plan


def test_standings_are_kept_each_night_and_stay(plan: Plan) -> None:
    from gongjian.surfaces.worker import keep_standings

    day, first, second = date(2025, 6, 30), datetime(2025, 7, 1, tzinfo=UTC), datetime(2025, 7, 2, tzinfo=UTC)
    assert keep_standings(day=day, at=first) == 1
    kept = StoredStanding.objects.get()
    assert (kept.as_of, kept.verdict, kept.target) == (day, "no_data", 20)
    assert keep_standings(day=day, at=first) == 0  # what is stored is never overwritten
    assert keep_standings(day=day, at=second) == 1
    assert list(StoredStanding.objects.values_list("known_at", flat=True).order_by("known_at")) == [first, second]


def test_a_draft_and_a_year_that_is_over_are_left_alone(plan: Plan) -> None:
    from gongjian.surfaces.worker import keep_standings

    asked = {"day": date(2025, 6, 30), "at": datetime(2025, 7, 1, tzinfo=UTC)}
    Plan.objects.update(state=Plan.State.REVIEW)
    assert keep_standings(**asked) == 0
    Plan.objects.update(state=Plan.State.ACTIVE, year=2024)
    assert keep_standings(**asked) == 0
    assert not StoredStanding.objects.exists()
