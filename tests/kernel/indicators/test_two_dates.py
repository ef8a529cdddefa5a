"""Two dates: when something happened and when it was recorded. Late facts, corrections and judgements on both axes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.kernel.indicators.desk import PDF, Desk, moment

from gongjian.kernel.indicators.declare import Proof
from gongjian.kernel.indicators.models import StoredStanding
from gongjian.kernel.indicators.standing import store
from gongjian.kernel.indicators.verdicts import Verdict
from gongjian.kernel.registers import actions
from gongjian.kernel.reports import actions as reports
from gongjian.kernel.reports.models import Reported

pytestmark = pytest.mark.django_db
JULY_1 = "2025-07-01 08:00"
JULY_6 = "2025-07-06"


def test_a_filing_of_28_june_typed_in_on_5_july(desk: Desk) -> None:
    c = desk.promise(indicator="high-tech-filed")
    row = desk.application("云岫机电", stage="问诊完成", on="2025-03-01")
    desk.move(row, "已申报", on="2025-06-28", at="2025-07-05")
    assert desk.standing(c, "2025-06-30").actual == 1  # asked for later
    assert desk.standing(c, "2025-06-30", JULY_6).actual == 1
    assert desk.standing(c, "2025-06-30", JULY_1).actual == 0  # as the bulletin of 1 July knew it
    assert desk.standing(c, "2025-06-27").actual == 0
    assert desk.standing(c, "2025-06-27", JULY_6).actual == 0
    assert desk.standing(c, "2025-07-31", JULY_1).actual == 0


def test_a_row_of_june_that_was_created_in_july(desk: Desk) -> None:
    c = desk.promise(indicator="overseas-talent", unit="人")
    desk.enter("overseas-talent", on="2025-06-20", at="2025-07-05", name="甲", arrived_on=date(2025, 6, 20))
    assert [desk.standing(c, "2025-06-30", known).actual for known in ("", JULY_1, JULY_6)] == [1, 0, 1]
    assert desk.standing(c, "2025-06-19").actual == 0


def test_a_move_withdrawn_later_counted_until_then(desk: Desk) -> None:
    c = desk.promise(indicator="high-tech-filed")
    row = desk.application("云岫机电")
    moved = desk.move(row, "已申报", on="2025-05-20")
    actions.withdraw_move(moved=moved, by=desk.officer, at=moment("2025-07-05"), reason="登记错误")
    assert [desk.standing(c, "2025-06-30", known).actual for known in ("", JULY_1, JULY_6)] == [0, 1, 0]
    assert desk.standing(c, "2025-05-19", JULY_1).actual == 0


def test_a_corrected_amount(desk: Desk) -> None:
    c = desk.promise(indicator="invoiced-sales", unit="亿元", value=Decimal(1000))
    row = desk.enter("invoiced-sales", on="2025-06-10", month=date(2025, 5, 31), amount=Decimal(4_000_000))
    desk.change(row, at="2025-07-05", amount=Decimal(3_900_000))
    assert [desk.standing(c, "2025-06-30", known).actual for known in ("", JULY_1, JULY_6)] == [390, 400, 390]
    assert [desk.standing(c, "2025-05-30", known).actual for known in ("", JULY_1)] == [0, 0]


def test_a_corrected_day_moves_the_figure_to_another_month(desk: Desk) -> None:
    c = desk.promise(indicator="overseas-talent", unit="人")
    row = desk.enter("overseas-talent", on="2025-05-10", name="甲", arrived_on=date(2025, 5, 10))
    desk.change(row, at="2025-07-05", arrived_on=date(2025, 7, 2))
    assert [desk.standing(c, "2025-06-30", known).actual for known in ("", JULY_1)] == [0, 1]
    assert [desk.standing(c, "2025-07-31", known).actual for known in ("", JULY_1)] == [1, 1]


def test_a_filter_reads_the_row_as_it_was_known(desk: Desk) -> None:
    c = desk.promise(indicator="talent-potential", unit="个")
    row = desk.enter("talent-project", on="2025-03-01", name="甲", is_potential=True, potential_since=date(2025, 3, 1))
    desk.change(row, at="2025-07-05", is_potential=False)
    assert [desk.standing(c, "2025-06-30", known).actual for known in ("", JULY_1)] == [0, 1]


def test_names_are_matched_as_they_were_known(desk: Desk) -> None:
    c = desk.promise(
        "确保岚绮纺织开工", kind="roster", value=None, unit="", named=["岚绮纺织"], indicator="projects-started"
    )
    row = desk.enter("project", on="2025-02-01", name="一号项目")
    desk.move(row, "已开工", on="2025-03-01")
    desk.change(row, at="2025-07-05", name="岚绮纺织年产5万锭项目")
    assert [desk.standing(c, "2025-06-30", known).actual for known in ("", JULY_1, JULY_6)] == [1, None, 1]


def test_evidence_verified_later(desk: Desk) -> None:
    c = desk.promise(indicator="high-tech-filed")
    row = desk.application("云岫机电", stage="已申报", on="2025-05-20")
    desk.prove(row, "receipt", at="2025-06-20", verified_at="2025-07-05")
    one = Decimal(1)
    assert desk.standing(c, "2025-06-30").proof == Proof(verified=one)
    assert desk.standing(c, "2025-06-30", JULY_1).proof == Proof(evidenced=one)
    assert desk.standing(c, "2025-06-30", "2025-06-01").proof == Proof(claimed=one)
    assert desk.standing(c, "2025-05-19").proof == Proof()


def test_a_reported_value_superseded_later(desk: Desk) -> None:
    c = desk.promise()
    desk.report(c, 6, "5", at="2025-06-30")
    desk.report(c, 6, "4", at="2025-07-05")
    assert [desk.standing(c, "2025-06-30", known).actual for known in ("", JULY_1, JULY_6)] == [4, 5, 4]
    assert desk.standing(c, "2025-06-29").actual is None
    assert desk.standing(c, "2025-06-30", "2025-06-29").actual is None


def test_what_was_superseded_does_not_speak_again_when_its_successor_is_returned(desk: Desk) -> None:
    c = desk.promise()
    desk.report(c, 5, "3", at="2025-06-03")
    desk.report(c, 6, "5", at="2025-06-29")
    june = desk.report(c, 6, "4", at="2025-06-30")
    reports.send_back(reported=june, reason="没有回执", by=desk.supervisor, at=moment("2025-07-05"))
    assert [desk.standing(c, "2025-06-30", known).actual for known in ("", JULY_1, JULY_6)] == [3, 4, 3]


def test_a_reported_value_that_comes_late(desk: Desk) -> None:
    c = desk.promise()
    desk.report(c, 5, "3", at="2025-06-03")
    desk.report(c, 6, "5", at="2025-07-03")
    assert [desk.standing(c, "2025-06-30", known).actual for known in ("", JULY_1, JULY_6)] == [5, 3, 5]


def test_a_reported_value_returned_later_counted_until_then(desk: Desk) -> None:
    c = desk.promise()
    desk.report(c, 5, "3", at="2025-06-03")
    june = desk.report(c, 6, "5", at="2025-06-30")
    reports.send_back(reported=june, reason="没有回执", by=desk.supervisor, at=moment("2025-07-05"))
    assert [desk.standing(c, "2025-06-30", known).actual for known in ("", JULY_1, JULY_6)] == [3, 5, 3]


def test_a_reported_value_verified_later(desk: Desk) -> None:
    c = desk.promise()
    june = desk.report(c, 6, "5", at="2025-06-30")
    desk_proof = {"part": "value", "name": "表.pdf", "data": PDF, "by": desk.officer}
    from gongjian.kernel.evidence import actions as evidence

    evidence.attach(thing=june, at=moment("2025-07-02"), **desk_proof)
    reports.verify(reported=Reported.objects.get(pk=june.pk), by=desk.supervisor, at=moment("2025-07-05"))
    five = Decimal(5)
    assert desk.standing(c, "2025-06-30").proof == Proof(verified=five)
    assert desk.standing(c, "2025-06-30", JULY_6).proof == Proof(verified=five)
    assert desk.standing(c, "2025-06-30", "2025-07-03").proof == Proof(evidenced=five)
    assert desk.standing(c, "2025-06-30", JULY_1).proof == Proof(claimed=five)


def test_a_duty_was_quiet_until_its_act_was_verified(desk: Desk) -> None:
    c = desk.promise("常态化开展扫黑除恶", kind="routine", value=None, unit="", due_on=None, deadline="")
    row = desk.report(c, 6, progress="线索核查", reached=True, at="2025-06-30")
    from gongjian.kernel.evidence import actions as evidence

    evidence.attach(thing=row, part="value", name="表.pdf", data=PDF, by=desk.officer, at=moment("2025-06-30 10:00"))
    reports.verify(reported=Reported.objects.get(pk=row.pk), by=desk.supervisor, at=moment("2025-07-05"))
    assert desk.standing(c, "2025-06-30").verdict == Verdict.ON_TRACK
    assert desk.standing(c, "2025-06-30", JULY_1).verdict == Verdict.QUIET


def test_a_target_set_later_binds_from_its_day_but_was_not_known_before(desk: Desk) -> None:
    c = desk.promise()
    desk.retarget(c, "20", since="2025-06-01", at="2025-07-05")
    assert [desk.standing(c, "2025-06-30", known).target for known in ("", JULY_1, JULY_6)] == [20, 10, 20]
    assert desk.standing(c, "2025-05-31").target == 10


def test_stored_standings_are_never_overwritten(desk: Desk) -> None:
    c = desk.promise(indicator="high-tech-filed")
    row = desk.application("云岫机电", stage="已申报", on="2025-06-01")
    day, first, later = date(2025, 6, 30), moment(JULY_1), moment(JULY_6)
    assert store(plan=desk.plan, as_of=day, known_at=first) == 1
    desk.move(desk.application("青禾精密", on="2025-06-02"), "已申报", on="2025-06-28", at="2025-07-05")
    assert store(plan=desk.plan, as_of=day, known_at=first) == 0
    assert store(plan=desk.plan, as_of=day, known_at=later) == 1
    kept = list(StoredStanding.objects.filter(commitment=c).values_list("known_at", "actual", "verdict", "source"))
    assert kept == [(first, 1, "behind", "indicator"), (later, 2, "behind", "indicator")]
    desk.move(row, "已认定", on="2025-06-29", at="2025-07-10")
    assert store(plan=desk.plan, as_of=day, known_at=later) == 0
    assert StoredStanding.objects.get(known_at=later).expected == Decimal("4.958904")
