"""认定事项: what an expert finds becomes a fact, the latest one in force on the day of filing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from gongjian.ground.assessments import Assessment, items
from gongjian.ground.facts import FACTS
from gongjian.kernel.rulebooks import frames

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

    from gongjian.ground.enterprises import Enterprise

FILING = date(2025, 6, 30)


def found(cast: Cast, firm: Enterprise, item: str, on: date, **values: Any) -> Any:
    from tests.kernel.people.cast import AT

    from gongjian.kernel.registers import actions

    given = {"enterprise": firm, "item": item, "assessed_on": on, "adviser": "丁工", **values}
    return actions.create(register=Assessment.register, values=given, by=cast.supervisor, at=AT, today=FILING)


def read(*names: str) -> dict[str, Any]:
    (row,) = frames.frame(FACTS, names, filing_on=FILING).to_dicts()
    return row


def test_every_fact_that_an_expert_gives_is_recordable() -> None:
    assert [spec.name for spec in FACTS if spec.by_expert and spec.source is None] == []
    assert {"has_innovation_mechanism", "site_is_separate", "rated_basic"} <= {name for name, _ in items()}
    assert "ip_advance" not in dict(items())  # 问诊 records it


def test_the_latest_finding_in_force_counts(cast: Cast, firm: Enterprise) -> None:
    assert read("rated_basic", "system_directions") == {"id": firm.pk, "rated_basic": None, "system_directions": None}
    found(cast, firm, "rated_basic", date(2025, 1, 2), answer=False)
    found(cast, firm, "rated_basic", date(2025, 3, 2), answer=True)
    found(cast, firm, "rated_basic", date(2025, 4, 2), answer=False, valid_until=date(2025, 6, 29))
    found(cast, firm, "rated_basic", date(2025, 7, 1), answer=False)
    found(cast, firm, "system_directions", date(2025, 3, 2), number=4, valid_until=FILING)
    found(cast, firm, "main_revenue_ytd", date(2025, 3, 2), number="2000.01")
    assert read("rated_basic", "system_directions", "main_revenue_ytd", "site_is_separate") == {
        "id": firm.pk, "rated_basic": 1, "system_directions": 4, "main_revenue_ytd": 20_000_100, "site_is_separate": None,
    }  # fmt: skip


def test_an_answer_in_the_wrong_column_is_warned_about_and_not_taken(cast: Cast, firm: Enterprise) -> None:
    wrong = found(cast, firm, "rated_basic", date(2025, 1, 2), number=1, valid_until=date(2024, 1, 1))
    broken = found(cast, firm, "system_directions", date(2025, 1, 2), number="2.5")
    assert [len(one.warnings()) for one in (wrong, broken)] == [2, 1]
    assert "应为整数" in broken.warnings()[0]
    assert read("rated_basic", "system_directions") == {"id": firm.pk, "rated_basic": None, "system_directions": None}
