"""Facts from the registers, and verdicts kept from day to day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.kernel.people.cast import AT, TODAY, Cast, make_cast
from tests.kernel.registers.entries import enterprise

from gongjian.drives.innovation.criteria.high_tech import HIGH_TECH
from gongjian.drives.innovation.diagnoses import Diagnosis
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.intellectual_property import Conversion, IntellectualProperty
from gongjian.kernel.registers import actions
from gongjian.kernel.rulebooks import frames, keeping
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.states import State


def add(model: Any, *, by: Any, **values: Any) -> Any:
    return actions.create(register=model.register, values=values, by=by, at=AT, today=TODAY)


def firm_with_returns(cast: Cast) -> Any:
    firm = enterprise(by=cast.clerk, unit=cast.science, established_on=date(2015, 5, 4))
    for year, sales, spent in ((2022, "4500", "200"), (2023, "4500", "200"), (2024, "5000.01", "160.01")):
        add(
            AnnualReturn, by=cast.clerk, enterprise=firm, year=year, unit=cast.science, sales=sales, rd_total=spent,
            staff_avg="400", tech_staff_avg="39",
        )  # fmt: skip
    return firm


def test_facts_are_whole_numbers_of_the_right_years(cast: Cast) -> None:
    firm = firm_with_returns(cast)
    other = enterprise(by=cast.clerk, unit=cast.science, number=2)
    for number, kind, used in (("ZL1", "invention", True), ("ZL2", "utility", False), ("ZL3", "utility", True)):
        add(
            IntellectualProperty, by=cast.clerk, enterprise=firm, number=number, name=number, kind=kind,
            legal_status="valid", granted_on=date(2023, 1, 5), used_before_hte=used, acquisition="self",
        )  # fmt: skip
    for year in (2021, 2022, 2024):
        add(Conversion, by=cast.clerk, enterprise=firm, year=year, name="涂布工艺")
    found = frames.frame(HIGH_TECH.facts, HIGH_TECH.specs, filing_on=TODAY).to_dicts()
    assert [row["id"] for row in found] == [firm.pk, other.pk]
    first, second = found
    assert (first["sales_1"], first["sales_2"], first["sales_3"]) == (50_000_100, 45_000_000, 45_000_000)
    assert (first["staff_avg"], first["tech_staff_avg"]) == (4_000_000, 390_000)
    assert first["years_open"] == 10
    assert (first["class1_rights"], first["class2_rights"], first["self_developed"]) == (1, 1, 2)
    assert first["conversions_3y"] == 2
    assert first["filing_on"] == (TODAY - date(1970, 1, 1)).days
    assert (second["sales_1"], second["class1_rights"], second["established_on"], second["years_open"]) == (
        None, 0, None, None,
    )  # fmt: skip


def test_an_edit_is_in_the_verdict_at_once_and_the_night_keeps_who_crossed_the_line(cast: Cast) -> None:
    firm = firm_with_returns(cast)
    assert keeping.refresh(HIGH_TECH, as_of=TODAY, at=AT) == 1
    kept = Judgement.objects.get()
    assert (kept.state, kept.criteria["rd_share"], kept.criteria["tech_staff"]) == (State.UNMET, State.MET, State.UNMET)
    assert (kept.gaps["tech_staff.0"], kept.gaps["tech_staff.1"], "rd_share.0" in kept.gaps) == (1, 2, False)
    assert kept.facts["tech_staff_avg"] == 390_000
    assert keeping.refresh(HIGH_TECH, as_of=TODAY, at=AT) == 0

    last = AnnualReturn.objects.get(year=2024)
    later = AT + timedelta(hours=1)
    actions.change(entry=last, values={"tech_staff_avg": "41"}, by=cast.clerk, at=later, revision=1)
    verdict = next(one for one in keeping.now(firm.pk, as_of=TODAY) if one.rulebook is HIGH_TECH)
    assert verdict.finding("tech_staff").state is State.MET
    assert keeping.refresh(HIGH_TECH, as_of=TODAY, at=later) == 1
    old, new = Judgement.objects.order_by("since")
    assert (old.until, new.until) == (later, None)
    assert new.criteria["tech_staff"] == State.MET
    assert {name for name in new.facts if new.facts[name] != old.facts.get(name)} == {"tech_staff_avg"}


@pytest.mark.parametrize("known", ["then", "now"])
def test_a_past_day_is_judged_by_what_was_recorded_then(cast: Cast, known: str) -> None:
    firm_with_returns(cast)
    last = AnnualReturn.objects.get(year=2024)
    later = AT + timedelta(hours=1)
    actions.change(entry=last, values={"sales": "9000"}, by=cast.clerk, at=later, revision=1)
    at = AT + timedelta(minutes=1) if known == "then" else None
    found = frames.frame(HIGH_TECH.facts, ["sales_1"], filing_on=TODAY, known_at=at).to_dicts()
    assert [row["sales_1"] for row in found] == [50_000_100 if known == "then" else 90_000_000]


def test_a_diagnosis_becomes_facts_and_a_blank_grade_leaves_the_earlier_one(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    grades = {"ip_advance": "B", "mgmt_a_low": 4, "mgmt_a_high": 5, "tech_field_confirmed": True}
    add(Diagnosis, by=cast.clerk, enterprise=firm, graded_on=date(2025, 3, 1), adviser="丁工", **grades)
    add(Diagnosis, by=cast.clerk, enterprise=firm, graded_on=date(2025, 5, 6), adviser="丁工", ip_advance="A")
    add(Diagnosis, by=cast.clerk, enterprise=firm, graded_on=date(2025, 6, 30), adviser="丁工", mgmt_a_low=5)
    names = ["ip_advance", "mgmt_a_low", "mgmt_a_high", "tech_field_confirmed", "mgmt_b_low"]
    (row,) = frames.frame(HIGH_TECH.facts, names, filing_on=date(2025, 6, 29)).to_dicts()
    assert row == {
        "id": firm.pk,
        "ip_advance": 4,
        "mgmt_a_low": 4,
        "mgmt_a_high": 5,
        "tech_field_confirmed": 1,
        "mgmt_b_low": None,
    }


def test_a_right_that_moves_is_judged_for_both_its_owners(cast: Cast) -> None:
    first, second = (enterprise(by=cast.clerk, unit=cast.science, number=n) for n in (1, 2))
    one = add(
        IntellectualProperty, by=cast.clerk, enterprise=first, number="ZL1", name="涂布机", kind="invention",
        legal_status="valid", granted_on=date(2023, 1, 5), acquisition="self", supports_product=True,
    )  # fmt: skip
    assert keeping.refresh(HIGH_TECH, as_of=TODAY, at=AT) == 2
    assert keeping.waiting(HIGH_TECH, as_of=TODAY) == 0
    actions.change(entry=one, values={"enterprise": second}, by=cast.clerk, at=AT + timedelta(hours=1), revision=1)
    assert keeping.waiting(HIGH_TECH, as_of=TODAY) == 2
    assert keeping.refresh(HIGH_TECH, as_of=TODAY, at=AT + timedelta(hours=1)) == 2
    kept = Judgement.objects.filter(until=None).order_by("entry").values_list("entry", "criteria__ownership")
    assert list(kept) == [(first.pk, State.UNMET), (second.pk, State.MET)]


def test_more_than_a_page_can_wait_for_is_left_to_the_worker(cast: Cast) -> None:
    for number in range(1, 4):
        enterprise(by=cast.clerk, unit=cast.science, number=number)
    assert keeping.refresh(HIGH_TECH, as_of=TODAY, at=AT, most=2) == 0
    assert not Judgement.objects.exists()
    assert keeping.waiting(HIGH_TECH, as_of=TODAY) == 3
    assert keeping.refresh_all(as_of=TODAY, at=AT)["high-tech"] == 3
    assert keeping.waiting(HIGH_TECH, as_of=TODAY) == 0
    assert keeping.waiting(HIGH_TECH, as_of=TODAY + timedelta(days=1)) == 3


def test_stretches_keep_what_one_pass_keeps(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    firms = [enterprise(by=cast.clerk, unit=cast.science, number=n) for n in range(1, 6)]
    assert keeping.refresh(HIGH_TECH, as_of=TODAY, at=AT) == 5
    monkeypatch.setattr(keeping, "STRETCH", 2)
    assert keeping.refresh(HIGH_TECH, as_of=TODAY, at=AT, anew=True) == 0
    actions.remove(entry=firms[0], by=cast.supervisor, at=AT + timedelta(hours=1), reason="重复")
    keeping.refresh(HIGH_TECH, as_of=TODAY + timedelta(days=1), at=AT + timedelta(hours=1))
    assert not Judgement.objects.filter(entry=firms[0].pk, until=None).exists()
    assert Judgement.objects.filter(rulebook="high-tech", until=None).count() == 4


def test_alerts_are_kept_apart_from_gaps(cast: Cast) -> None:
    firm_with_returns(cast)
    keeping.refresh_all(as_of=TODAY, at=AT)
    for kept in Judgement.objects.exclude(rulebook="high-tech"):
        names = {
            gate.name for book in keeping.current(as_of=TODAY) if book.name == kept.rulebook for gate in book.alerts
        }
        assert set(kept.alerts) <= names
        assert not {name for name in kept.gaps if name.startswith("alert.")}


def test_two_at_once_keep_one_verdict_each(transactional_db: None) -> None:
    from threading import Barrier, Thread

    from django.db import connection

    cast = make_cast()
    for number in range(1, 31):
        enterprise(by=cast.clerk, unit=cast.science, number=number)
    both, wrong = Barrier(2), []

    def work() -> None:
        try:
            both.wait()
            keeping.refresh(HIGH_TECH, as_of=TODAY, at=AT)
        except Exception as error:  # told by the test
            wrong.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    assert Judgement.objects.filter(until=None).count() == Judgement.objects.count() == 30


def test_a_row_being_written_elsewhere_is_not_passed_over(transactional_db: None) -> None:
    from threading import Event, Thread

    from django.db import connection, transaction

    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL hands out line numbers before it commits")
    cast = make_cast()
    firm = enterprise(by=cast.clerk, unit=cast.science)
    keeping.refresh(HIGH_TECH, as_of=TODAY, at=AT)
    written, goes_on = Event(), Event()

    def slow() -> None:
        with transaction.atomic():
            add(Conversion, by=cast.clerk, enterprise=firm, year=2024, name="涂布工艺")
            written.set()
            goes_on.wait(20)
        connection.close()

    one = Thread(target=slow)
    one.start()
    assert written.wait(20)
    add(Conversion, by=cast.clerk, enterprise=firm, year=2023, name="烘干工艺")
    later = AT + timedelta(hours=1)
    assert keeping.refresh(HIGH_TECH, as_of=TODAY, at=later, most=10) == 1
    goes_on.set()
    one.join()
    assert keeping.waiting(HIGH_TECH, as_of=TODAY) == 1
    assert keeping.refresh(HIGH_TECH, as_of=TODAY, at=later + timedelta(hours=1)) == 1
    assert Judgement.objects.get(until=None).facts["conversions_3y"] == 2
