"""Indicators over real registers: what counts, on which day, proved how far; the same in one pass and row by row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Q
from tests.kernel.indicators.desk import Desk, moment

from gongjian.drives.industry.sales import InvoicedSales
from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.talents import TalentProject
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.indicators.declare import INDICATORS, Indicator, Proof, Question, count, share, sum_of
from gongjian.kernel.indicators.kinds import Count, ShareOf
from gongjian.kernel.plan.proposal import Kind

pytestmark = pytest.mark.django_db


def ask(name: str, day: str, *, named: tuple[str, ...] = (), known_at: str = "", since: str = "2025-01-01") -> Question:
    known = moment(known_at) if known_at else None
    return Question(since=date.fromisoformat(since), as_of=date.fromisoformat(day), known_at=known, named=named)


def value(name: str, day: str, **more: str) -> Decimal | None:
    return INDICATORS[name].read(question=ask(name, day, **more)).value


def test_a_count_of_a_stage_counts_the_first_day_it_was_reached_or_passed(desk: Desk) -> None:
    row = desk.application("云岫机电", stage="已申报", on="2025-05-20")
    desk.move(row, "已认定", on="2025-11-03")
    desk.application("青禾精密", stage="已认定", on="2025-06-30")  # filed by implication
    desk.application("砚山新材", stage="问诊完成", on="2025-06-01")
    assert [value("high-tech-filed", d) for d in ("2025-05-19", "2025-05-20", "2025-06-29", "2025-06-30")] == [
        0,
        1,
        1,
        2,
    ]
    assert [value("high-tech-recognised", d) for d in ("2025-06-30", "2025-11-03")] == [1, 2]


def test_a_stage_reached_before_january_is_last_years(desk: Desk) -> None:
    desk.application("云岫机电", stage="已申报", on="2024-12-31")
    desk.application("青禾精密", stage="已申报", on="2025-01-01")
    late = desk.application("砚山新材", stage="已申报", on="2024-11-20")
    desk.move(late, "已认定", on="2025-02-10")  # recognised this year, filed last year
    assert value("high-tech-filed", "2025-12-31") == 1
    assert value("high-tech-recognised", "2025-12-31") == 1
    assert value("high-tech-filed", "2024-12-31", since="2024-01-01") == 2


def test_a_failed_application_was_filed_all_the_same(desk: Desk) -> None:
    row = desk.application("云岫机电", stage="已申报", on="2025-05-20")
    desk.move(row, "未通过", on="2025-10-09")
    assert value("high-tech-filed", "2025-12-31") == 1
    straight = desk.application("青禾精密")
    desk.move(straight, "未通过", on="2025-10-09")  # never filed: an end stage is beyond nothing
    assert value("high-tech-filed", "2025-12-31") == 1


def test_a_filter_leaves_rows_out(desk: Desk) -> None:
    enterprise = Enterprise.objects.create(
        credit_code="91320000MA00000001", name="甲", recorded_at=moment("2024-01-02")
    )
    for sort, stage in (("technology", "已入选"), ("engineering", "已入选"), ("technology", "已申报")):
        row = desk.enter("platform", on="2025-03-01", enterprise=enterprise, sort=sort) if stage == "已入选" else None
        if row is not None:
            desk.move(row, stage, on="2025-06-10")
    assert value("technology-centres", "2025-06-30") == 1
    assert value("engineering-centres", "2025-06-30") == 1


def test_an_amount_under_the_threshold_is_filtered_as_it_stands_now(desk: Desk) -> None:
    enterprise = Enterprise.objects.create(
        credit_code="91320000MA00000001", name="甲", recorded_at=moment("2024-01-02")
    )
    row = desk.enter(
        "upgrade", on="2025-02-01", name="智能线", enterprise=enterprise, equipment_plan=Decimal("999.9999")
    )
    desk.move(row, "已备案", on="2025-03-01")
    assert value("upgrades-over-1000", "2025-06-30") == 0
    desk.change(row, at="2025-04-01", equipment_plan=Decimal(1000))
    assert value("upgrades-over-1000", "2025-06-30") == 1


def test_a_dated_count(desk: Desk) -> None:
    desk.enter("overseas-talent", on="2025-01-10", name="甲", arrived_on=date(2024, 12, 31))
    desk.enter("overseas-talent", on="2025-01-10", name="乙", arrived_on=date(2025, 1, 1))
    desk.enter("overseas-talent", on="2025-03-10", name="丙", arrived_on=date(2025, 3, 9))
    assert [value("overseas-talent", d) for d in ("2025-01-01", "2025-03-08", "2025-03-09")] == [1, 1, 2]


def test_a_sum_is_exact_to_the_fields_places(desk: Desk) -> None:
    for month, amount in ((1, "0.1000"), (2, "0.2000"), (3, "712345.6789")):
        day = date(2025, month + 1, 1).replace(day=1)
        desk.enter("invoiced-sales", on=day.isoformat(), month=date(2025, month, 28), amount=Decimal(amount))
    assert value("invoiced-sales", "2025-02-28") == Decimal("0.3")
    assert value("invoiced-sales", "2025-12-31") == Decimal("712345.9789")
    assert value("invoiced-sales", "2025-01-27") == 0


def test_the_curve_comes_in_the_same_pass(desk: Desk, django_assert_num_queries: object) -> None:
    for n, on in enumerate(("2025-02-10", "2025-02-28", "2025-05-01")):
        desk.application(f"企业{n}", stage="已申报", on=on)
    days = [date(2025, 1, 31), date(2025, 2, 28), date(2025, 12, 31)]
    with django_assert_num_queries(1):  # type: ignore[operator]
        reading = INDICATORS["high-tech-filed"].read(question=ask("", "2025-03-31"), days=days)
    assert (reading.value, reading.curve, reading.last_on) == (2, (0, 2, 3), date(2025, 2, 28))
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(reading.entry_ids) == 2
        assert len(reading.facts) == 2


def test_proof_is_that_of_the_stages_needs(desk: Desk) -> None:
    rows = [desk.application(f"企业{n}", stage="已申报", on="2025-05-20") for n in range(4)]
    desk.prove(rows[0], "receipt", at="2025-05-21", verified_at="2025-05-22")
    desk.prove(rows[1], "receipt", at="2025-05-21")
    proof = desk.prove(rows[2], "receipt", at="2025-05-21")
    from gongjian.kernel.evidence import actions as evidence

    evidence.send_back(evidence=proof, reason="不是回执", by=desk.supervisor, at=moment("2025-05-23"))
    reading = INDICATORS["high-tech-filed"].read(question=ask("", "2025-06-30"))
    one = Decimal(1)
    assert reading.proof == Proof(verified=one, evidenced=one, returned=one, claimed=one)
    assert {fact.entry_id: fact.state for fact in reading.facts} == dict(
        zip([row.pk for row in rows], ["verified", "evidenced", "returned", "claimed"], strict=True)
    )


def test_a_row_that_needs_two_proofs_is_as_weak_as_the_weaker(desk: Desk) -> None:
    enterprise = Enterprise.objects.create(
        credit_code="91320000MA00000001", name="甲", recorded_at=moment("2024-01-02")
    )
    row = desk.enter("upgrade", on="2025-02-01", name="禾绫工业智能线", enterprise=enterprise)
    desk.move(row, "设备到位", on="2025-04-01")
    desk.prove(row, "filing", at="2025-04-02", verified_at="2025-04-03")
    question = ask("", "2025-06-30", named=("禾绫工业",))
    assert INDICATORS["upgrades-equipped"].read(question=question).proof == Proof(claimed=Decimal(1))
    desk.prove(row, "equipment", at="2025-04-05")
    assert INDICATORS["upgrades-equipped"].read(question=question).proof == Proof(evidenced=Decimal(1))


def test_coverage_counts_the_named_rows_and_says_which(desk: Desk) -> None:
    started = desk.enter("project", on="2025-01-08", name="岚绮纺织年产5万锭项目")
    waiting = desk.enter("project", on="2025-01-08", name="玄枢智控控制器项目")
    other = desk.enter("project", on="2025-01-08", name="别家项目")
    for row in (started, other):
        desk.move(row, "已开工", on="2025-03-18")
    question = ask("", "2025-06-30", named=("岚绮纺织", "玄枢智控", "钧岑机械"))
    indicator = INDICATORS["projects-started"]
    reading = indicator.read(question=question, days=[date(2025, 3, 17), date(2025, 3, 18)])
    assert (reading.value, reading.curve) == (1, (0, 1))
    assert reading.done == {"岚绮纺织": date(2025, 3, 18)}
    assert reading.entry_ids == [started.pk] and [fact.name for fact in indicator.facts(question)] == ["岚绮纺织"]
    assert list(indicator.near(question)) == [waiting]
    assert value("project-starts", "2025-06-30") == 2  # the count asks for no names
    unnamed = indicator.read(question=ask("", "2025-06-30"))
    assert (unnamed.value, len(unnamed.entry_ids)) == (2, 2)


def test_a_name_means_its_row_whether_that_is_done_or_not(desk: Desk) -> None:
    desk.move(desk.enter("works", on="2025-01-06", name="鹭起大道绿化"), "已完工", on="2025-04-01")
    desk.enter("works", on="2025-01-06", name="鹭起大道")
    reading = INDICATORS["works-finished"].read(question=ask("", "2025-06-30", named=("鹭起大道",)))
    assert (reading.value, reading.done) == (0, {})


def test_names_that_no_row_bears_give_no_figure(desk: Desk) -> None:
    desk.move(desk.enter("works", on="2025-01-06", name="别的工程"), "已完工", on="2025-04-01")
    reading = INDICATORS["works-completed"].read(
        question=ask("", "2025-06-30", named=("砚塘消防站",)), days=[date(2025, 5, 1)]
    )
    assert (reading.value, reading.curve, reading.entry_ids) == (None, (None,), [])


def test_near_rows_stand_one_stage_before(desk: Desk) -> None:
    desk.application("云岫机电", stage="已申报", on="2025-05-20")
    near = desk.application("青禾精密", stage="材料完备", on="2025-05-20")
    desk.application("砚山新材")
    assert list(INDICATORS["high-tech-filed"].near(ask("", "2025-06-30"))) == [near]
    assert not INDICATORS["overseas-talent"].near(ask("", "2025-06-30")).exists()


def test_a_position_stands_until_the_next_is_entered(desk: Desk) -> None:
    for day, position, metric in (
        ("2025-03-31", 3, "equipment"),
        ("2025-05-31", 1, "equipment"),
        ("2025-05-31", 9, "sales"),
    ):
        desk.enter("city-position", on=day, metric=metric, published_on=date.fromisoformat(day), position=position)
    assert [value("position-equipment", d) for d in ("2025-03-30", "2025-03-31", "2025-05-30", "2025-06-30")] == [
        None,
        3,
        3,
        1,
    ]
    reading = INDICATORS["position-equipment"].read(question=ask("", "2025-06-30"))
    assert (reading.proof, reading.last_on) == (Proof(claimed=Decimal(1)), date(2025, 5, 31))


def test_a_share_of_two_counts_with_its_proof(desk: Desk) -> None:
    part = Count(**_parts("part", Application, reached=Application.Steps.RECOGNISED))
    whole = Count(**_parts("whole", Application, reached=Application.Steps.FILED))
    ratio = ShareOf(
        name="r", model=Application, label="", unit="%", answers=(), kinds=(Kind.RATE,), part=part, whole=whole
    )
    assert ratio.read(question=ask("", "2025-06-30")).value is None
    rows = [desk.application(f"企业{n}", stage="已申报", on="2025-04-01") for n in range(4)]
    desk.move(rows[0], "已认定", on="2025-06-01")
    desk.prove(rows[0], "receipt", at="2025-06-02", verified_at="2025-06-03")
    reading = ratio.read(question=ask("", "2025-06-30"), days=[date(2025, 5, 31), date(2025, 3, 31)])
    assert (reading.value, reading.curve) == (25, (0, None))
    assert reading.proof == Proof(verified=Decimal(25))


def _parts(name: str, model: type, **more: object) -> dict[str, object]:
    return {"name": name, "model": model, "label": "", "unit": "家", "answers": (), "kinds": (Kind.QUANTITY,), **more}


def test_declaring_puts_an_indicator_into_the_list_with_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongjian.kernel.indicators.declare.INDICATORS", kept := dict(INDICATORS))
    made = count("t-count", TalentProject, dated="potential_since", where=Q(field="x"), label="甲", unit="个")
    total = sum_of("t-sum", InvoicedSales, "amount", dated="month", label="乙", unit="万元", is_monthly=True)
    ratio = share("t-share", part=made, whole=made, label="丙")
    assert {"t-count", "t-sum", "t-share"} <= kept.keys()
    assert made.file.endswith("test_counting.py") and total.is_monthly and ratio.unit == "%"
    with pytest.raises(ValueError, match="declared twice"):
        count("t-count", TalentProject, dated="potential_since", label="甲", unit="个")


@pytest.mark.parametrize("indicator", list(INDICATORS.values()), ids=lambda i: i.name)
def test_every_declared_indicator_answers_on_an_empty_zone(indicator: Indicator) -> None:
    reading = indicator.read(question=ask("", "2025-06-30", named=("甲",)), days=[date(2025, 1, 31)])
    assert reading.value in (0, None) and reading.facts == () and reading.proof == Proof()
    known = indicator.read(question=ask("", "2025-06-30", known_at="2025-07-01"))
    assert known.value in (0, None)
    assert indicator.label and indicator.unit and indicator.file.startswith("gongjian/drives/")
