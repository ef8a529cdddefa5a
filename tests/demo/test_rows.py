"""The demo's register rows add up to the figures that its story tells, and carry the planted faults."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from gongjian.demo.firms import AS_OF, DEREGISTERED_ROW, DUPLICATE_ROWS, enterprises
from gongjian.demo.rows import RowStory, rows
from gongjian.demo.story import COMMITMENTS, FAULTS, INVOICED_SALES
from gongjian.demo.story.shapes import month_end
from gongjian.kernel.clock import workdays_after
from gongjian.kernel.errors import Refusal

FIRMS = enterprises(1200)
ROWS = rows(FIRMS)


def _of(register: str) -> list[RowStory]:
    return [row for row in ROWS if row.register == register]


def _applications(year: int) -> list[RowStory]:
    return [row for row in _of("high-tech") if row.values["year"] == year]


def _count(found: list[RowStory], stage: str, *, by: date = AS_OF) -> int:
    return sum(row.reached(stage, by=by) for row in found)


def _since_january(found: list[RowStory], stage: str, month: int) -> int:
    days = [move.happened_on for row in found for move in row.moves if move.stage == stage]
    return sum(date(2025, 1, 1) <= day <= month_end(month) for day in days)


def test_the_same_seed_gives_the_same_rows() -> None:
    assert rows(FIRMS) == ROWS
    assert rows(FIRMS, seed=3) != ROWS


def test_applications_make_the_funnel_of_the_story() -> None:
    now = _applications(2025)
    assert (len(now), _count(now, "DIAGNOSED"), _count(now, "FILED")) == (168, 131, 61)
    assert sum(row.reached("FILED") and bool(row.proofs) for row in now) == 60
    assert _count(now, "FILED", by=date(2025, 5, 31)) == 23
    past = _applications(2024)
    assert (_count(past, "FILED"), _count(past, "RECOGNISED")) == (131, 97)


def test_no_enterprise_applies_twice() -> None:
    applied = Counter(row.values["enterprise"] for row in _of("high-tech"))
    assert applied.most_common(1)[0][1] == 1
    assert set(applied) <= {firm.credit_code for firm in FIRMS}


def test_ventures_reach_47_with_one_of_april_typed_in_in_june() -> None:
    found = _of("venture")
    assert [_since_january(found, "RECOGNISED", month) for month in range(1, 7)] == [4, 9, 18, 27, 37, 47]
    late = [row for row in found if "late-entry" in row.faults]
    assert len(late) == 1
    assert (late[0].moves[-1].happened_on, late[0].moves[-1].recorded_on) == (date(2025, 4, 28), date(2025, 6, 12))
    assert len({row.values["name"] for row in found}) == len(found)


def test_talents_and_platforms_stand_where_the_story_says() -> None:
    talents = _of("talent-project")
    assert [_since_january(talents, "SELECTED", month) for month in range(1, 7)] == [0, 1, 2, 4, 5, 8]
    assert [_since_january(talents, "LANDED", month) for month in (2, 3, 4, 5, 6)] == [0, 1, 2, 2, 3]
    selected = [row for row in talents if row.reached("SELECTED")]
    assert sum(any(proof.part == "approval" for proof in row.proofs) for row in selected) == 5
    assert sum(row.values["is_potential"] is True for row in talents) == 9
    overseas = _of("overseas-talent")
    assert len(overseas) == 9 and sum(row.proofs[0].state == "returned" for row in overseas) == 2
    platforms = _of("platform")
    assert sum(row.reached("SELECTED") for row in platforms if row.values["sort"] == "technology") == 2
    assert sum(row.reached("SELECTED") for row in platforms if row.values["sort"] == "engineering") == 1


def test_upgrades_of_a_thousand_and_more() -> None:
    large = [row for row in _of("upgrade") if row.values["equipment_plan"] >= 1000]
    assert [_since_january(large, "FILED", month) for month in range(1, 7)] == [1, 2, 5, 8, 10, 13]
    assert [row.values["equipment_plan"] for row in ROWS if "just-under-the-line" in row.faults] == [Decimal("999.6")]


def test_equipment_paid_by_the_named_firms() -> None:
    paid: Counter[str] = Counter()
    for row in _of("equipment-payment"):
        paid[str(row.values["upgrade"])[:2]] += row.values["amount"]
    assert (paid["禾绫"], paid["砾川"], paid["骁屿"]) == (4580, 4090, 2830)
    assert {row.values["upgrade"] for row in _of("equipment-payment")} <= {row.values["name"] for row in _of("upgrade")}


def test_invoiced_sales_are_the_series_in_wan() -> None:
    sales = _of("invoiced-sales")
    assert sum(row.values["amount"] for row in sales if row.values["month"].year == 2025) == 5_083_000
    assert len(sales) == sum(len(months) for months in INVOICED_SALES.values()) == 30
    assert sales[13].values["month"] == date(2024, 2, 29)


def test_one_start_is_claimed_without_a_permit() -> None:
    projects = _of("project")
    started = [row for row in projects if row.reached("STARTED")]
    assert [row.values["name"] for row in started if not row.proofs] == ["玄枢智控伺服系统产业园"]
    named = [name for story in COMMITMENTS if story.indicator == "projects-started" for name in story.named]
    assert all(any(str(row.values["name"]).startswith(name) for row in projects) for name in named)


def test_works_of_the_plan_are_all_there() -> None:
    names = {str(row.values["name"]) for row in _of("works")}
    named = {name for story in COMMITMENTS if story.indicator.startswith("works") for name in story.named}
    assert named <= names
    assert sorted(str(row.values["name"]) for row in _of("works") if row.reached("DONE")) == [
        "“333”达标区提质增效“回头看”",
        "乡村公路养护",
    ]


def test_time_runs_forward_and_stops_on_the_day_the_demo_stands_at() -> None:
    for row in ROWS:
        days = [move.happened_on for move in row.moves]
        assert days == sorted(days), row
        assert all(move.happened_on <= move.recorded_on <= AS_OF for move in row.moves), row
        assert all(proof.uploaded_on <= AS_OF for proof in row.proofs), row
        assert row.recorded_on <= AS_OF


def test_every_fault_in_the_rows_is_listed() -> None:
    planted = {fault for row in ROWS for fault in row.faults}
    assert planted <= {fault.code for fault in FAULTS}
    assert {"deregistered-but-counted", "receipt-after-claim", "application-without-receipt"} <= planted
    counted = {row.values["enterprise"] for row in _applications(2025) if row.reached("FILED")}
    assert FIRMS[DEREGISTERED_ROW].credit_code in counted
    assert FIRMS[DUPLICATE_ROWS[0]].credit_code in counted
    assert FIRMS[DUPLICATE_ROWS[1]].credit_code not in counted


def test_too_small_a_zone_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        rows(enterprises(100))
    assert refusal.value.code == "demo.too_small"


def test_visits_stand_in_every_stage_and_three_are_overdue() -> None:
    found = _of("visit")
    assert (len(found), len({(row.values["enterprise"], row.values["visited_on"]) for row in found})) == (60, 60)
    waiting = [row for row in found if not row.reached("ANSWERED")]
    due = [workdays_after(row.moves[0].happened_on, 10) for row in waiting]
    assert (len(waiting), sum(day < AS_OF for day in due)) == (9, 3)
    answered = [row for row in found if row.reached("ANSWERED")]
    late = [row for row in answered if row.moves[1].happened_on > workdays_after(row.moves[0].happened_on, 10)]
    assert (len(answered), len(late)) == (51, 6) and all(row.proofs for row in answered)
    assert sum(row.values["sort"] == "" for row in found) == 12
