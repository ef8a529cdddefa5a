"""Facts of platforms, industry and patents, read from the rows that officers enter."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from gongjian.ground.facts import FACTS
from gongjian.ground.facts_platforms import PATENTS
from gongjian.kernel.rulebooks import frames, windows
from gongjian.kernel.rulebooks.facts import EPOCH
from gongjian.kernel.rulebooks.rulebook import editions

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

    from gongjian.ground.enterprises import Enterprise

FILING = date(2026, 9, 5)


def add(cast: Cast, model: Any, **values: Any) -> Any:
    from tests.kernel.people.cast import AT

    from gongjian.kernel.registers import actions

    return actions.create(register=model.register, values=values, by=cast.supervisor, at=AT, today=FILING)


def read(*names: str, facts: Any = FACTS) -> dict[str, Any]:
    (row,) = frames.frame(facts, names, filing_on=FILING).to_dicts()
    return row


def test_the_city_centre_counts_from_its_first_recognition(cast: Cast, firm: Enterprise) -> None:
    from gongjian.ground.recognitions import Recognition

    assert read("city_centre_valid", "city_centre_since") == {
        "id": firm.pk, "city_centre_valid": 0, "city_centre_since": None,
    }  # fmt: skip
    for valid_from, valid_to in ((date(2021, 3, 1), date(2024, 2, 29)), (date(2024, 3, 1), None)):
        add(
            cast, Recognition, enterprise=firm, kind="technology-centre", level="municipal", valid_from=valid_from,
            valid_to=valid_to,
        )  # fmt: skip
    found = read("city_centre_valid", "city_centre_since")
    assert (found["city_centre_valid"], EPOCH.toordinal() + found["city_centre_since"]) == (
        1, date(2021, 3, 1).toordinal(),
    )  # fmt: skip


def test_twelve_months_of_invoices_are_known_only_when_all_are_reported(cast: Cast, firm: Enterprise) -> None:
    from gongjian.ground.monthly_figures import MonthlyFigure

    names = ("invoice_sales_12m", "invoice_sales_ytd")
    assert read(*names) == {"id": firm.pk, "invoice_sales_12m": None, "invoice_sales_ytd": None}
    months = [date(2025, month, 1) for month in (8, 9, 10, 11, 12)] + [date(2026, month, 1) for month in range(2, 10)]
    for month in months:
        add(cast, MonthlyFigure, enterprise=firm, month=month, invoice_sales="100.01")
    assert read(*names) == {"id": firm.pk, "invoice_sales_12m": None, "invoice_sales_ytd": 7 * 1_000_100}
    add(cast, MonthlyFigure, enterprise=firm, month=date(2026, 1, 1), invoice_sales="300")
    assert read(*names)["invoice_sales_12m"] == 11 * 1_000_100 + 3_000_000  # September 2025 to August 2026


def test_an_industrial_enterprise_is_known_by_its_code(cast: Cast, firm: Enterprise) -> None:
    from tests.kernel.people.cast import AT

    from gongjian.kernel.registers import actions

    assert read("is_industrial")["is_industrial"] is None
    for revision, (code, expected) in enumerate(
        (("1713", 1), ("06", 1), ("4690", 1), ("4710", 0), ("0514", 0)), start=1
    ):
        actions.change(entry=firm, values={"industry_code": code}, by=cast.supervisor, at=AT, revision=revision)
        firm.refresh_from_db()
        assert read("is_industrial")["is_industrial"] == expected, code


def test_scenes_grades_and_accidents(cast: Cast, firm: Enterprise) -> None:
    from gongjian.ground.incidents import Incident
    from gongjian.ground.recognitions import Recognition
    from gongjian.ground.scenes import Scene

    for code, segment, since in (
        ("1", "生产作业", None),
        ("2", "运营管理", date(2026, 9, 5)),
        ("3", "生产管理", date(2026, 9, 6)),
    ):
        add(cast, Scene, enterprise=firm, code=code, segment=segment, running_since=since)
    add(cast, Recognition, enterprise=firm, kind="smart-factory", grade="excellent", valid_from=date(2025, 3, 1))
    add(cast, Recognition, enterprise=firm, kind="cloud", grade="star-4", valid_from=date(2022, 3, 1))
    for day, level in ((date(2023, 9, 4), "larger"), (date(2023, 9, 5), "larger"), (date(2024, 1, 1), "")):
        add(cast, Incident, enterprise=firm, happened_on=day, kind="safety", level=level)
    names = (
        "scenes", "scene_production", "scene_management", "scene_operation", "smart_advanced", "smart_legacy",
        "cloud_star_3", "cloud_star_4", "cloud_star_5", "larger_accidents_3y", "major_accidents_3y",
        "unweighed_accidents_3y",
    )  # fmt: skip
    found = read(*names)
    assert tuple(found[name] for name in names) == (2, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1)


def test_a_patent_is_read_from_its_own_row(cast: Cast, firm: Enterprise) -> None:
    from gongjian.ground.intellectual_property import IntellectualProperty

    right = add(
        cast, IntellectualProperty, enterprise=firm, name="辊压", number="ZL201610000001.1", kind="invention",
        legal_status="valid", applied_on=date(2016, 9, 5), granted_on=date(2018, 5, 1), is_sei=False,
        pledge_amount="200",
    )  # fmt: skip
    names = (
        "is_invention",
        "is_valid",
        "applied_on",
        "is_sei",
        "has_overseas_family",
        "is_pledged",
        "is_awarded",
        "filing_on",
    )
    found = read(*names, facts=PATENTS)
    days = [(day - EPOCH).days for day in (date(2016, 9, 5), FILING)]
    assert found["id"] == right.pk
    assert tuple(found[name] for name in names) == (1, 1, days[0], 0, None, 1, 0, days[1])


def test_entry_is_filed_by_the_twentieth_and_the_yearly_batches_are_not_guessed() -> None:
    monthly, annual = (editions(name)[-1] for name in ("above-scale-monthly", "above-scale-annual"))
    closing = [one.closes for one in windows.of(monthly, year=2026)]
    assert closing[8] == date(2026, 9, 20)
    assert len(closing) == 12
    assert [(one.is_set, one.confidence) for one in windows.of(annual, year=2026)] == [(False, "unset")] * 2


def test_a_patents_verdict_is_kept_under_the_patent(cast: Cast, firm: Enterprise) -> None:
    from tests.kernel.people.cast import AT

    from gongjian.drives.innovation.criteria.valuable_patent import VALUABLE_PATENT
    from gongjian.ground.intellectual_property import IntellectualProperty
    from gongjian.kernel.rulebooks import keeping
    from gongjian.kernel.rulebooks.models import Judgement
    from gongjian.kernel.rulebooks.states import State

    right = add(
        cast, IntellectualProperty, enterprise=firm, name="辊压", number="ZL201610000001.1", kind="invention",
        legal_status="valid", applied_on=date(2016, 9, 5), granted_on=date(2018, 5, 1), is_sei=False,
        has_overseas_family=False,
    )  # fmt: skip
    assert keeping.refresh(VALUABLE_PATENT, as_of=FILING, at=AT) == 1
    kept = Judgement.objects.get(rulebook="valuable-patent")
    assert (kept.entry, kept.state, kept.gaps["ground.0"]) == (right.pk, State.UNMET, 1)
    assert keeping.refresh(VALUABLE_PATENT, as_of=date(2026, 9, 6), at=AT) == 1
    assert Judgement.objects.get(rulebook="valuable-patent", until=None).state == State.MET
    (verdict,) = keeping.now(right.pk, as_of=date(2026, 9, 6), subject="intellectual-property")
    assert verdict.state is State.MET
