"""Every planted fault that the list names is really in the demo's tables, and shows where the list says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from gongjian.demo.facts import ABNORMAL_ROW
from gongjian.demo.firms import DEREGISTERED_ROW, DUPLICATE_ROWS, enterprises, wrong_check_digit_rows
from gongjian.demo.load.enterprises import MISCODED_ROW
from gongjian.demo.rows.persons import MISTYPED
from gongjian.demo.rows.places import OVERFULL
from gongjian.demo.rows.records import MISWRITTEN
from gongjian.demo.rows.returns import ABOVE_ROW, SLIP_ROW, UNEVEN_ROW
from gongjian.demo.rows.titles import MISSED_ROW
from gongjian.demo.story import AS_OF, FAULTS
from gongjian.demo.story.faults import page
from gongjian.drives.industry.upgrades import Upgrade
from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.ventures import Venture
from gongjian.drives.projects.starts import Start
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.documents import Document
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.people import Person
from gongjian.ground.recognitions import Recognition
from gongjian.ground.sites import Site
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.indicators.models import StoredStanding
from gongjian.kernel.indicators.standing import Standing, standings
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.reports.models import Reported

FIRMS = enterprises(1200)
CHECKS: dict[str, Callable[[], None]] = {}


def shows(check: Callable[[], None]) -> Callable[[], None]:
    CHECKS[check.__name__.replace("_", "-")] = check
    return check


def _standing(metric: str, as_of: date = AS_OF) -> Standing:
    commitment = Commitment.objects.get(metric=metric)
    return standings(plan=Plan.objects.get(), as_of=as_of, ids=[commitment.pk])[0]


@shows
def start_without_permit() -> None:
    project = Start.objects.get(name__contains="玄枢智控")
    assert (project.stage, project.permit) == ("started", "claimed")
    found = _standing("重大项目开工")
    assert (found.actual, found.proof.claimed, found.proof.verified) == (2, 1, 1)


@shows
def duplicate_enterprise() -> None:
    first, second = (Enterprise.objects.get(credit_code=FIRMS[row].credit_code) for row in DUPLICATE_ROWS)
    assert second.name in first.name and first.pk != second.pk and second.warnings() and not first.warnings()
    found = _standing("高新技术企业申报数")
    assert (found.reported, found.actual, found.difference) == (62, 61, 1)


@shows
def deregistered_but_counted() -> None:
    firm = Enterprise.objects.get(credit_code=FIRMS[DEREGISTERED_ROW].credit_code)
    assert firm.status == Enterprise.Status.CANCELLED
    application = Application.objects.get(enterprise=firm, year=2025)
    filed = StageMove.objects.get(register="high-tech", entry_id=application.pk, stage="filed")
    assert filed.happened_on > date(2025, 3, 14)
    closed = Enterprise.history.filter(id=firm.pk, status=Enterprise.Status.CANCELLED).get()
    assert timezone.localdate(closed.history_date) < filed.happened_on


@shows
def wrong_check_digit() -> None:
    warned = {firm.credit_code for firm in Enterprise.objects.all() if "校验码" in "".join(firm.warnings())}
    assert warned == {FIRMS[row].credit_code for row in wrong_check_digit_rows(1200)} and len(warned) == 7


@shows
def returned_evidence() -> None:
    report = Reported.objects.get(commitment__metric="招引海外人才", month=date(2025, 5, 1))
    assert (report.state, report.value) == ("returned", 6) and "外市" in report.reason
    found = _standing("招引海外人才")
    assert (found.actual, found.proof.verified, found.proof.returned) == (9, 7, 2)
    assert Evidence.objects.filter(subject_kind="overseas-talent", state="returned").count() == 2


@shows
def receipt_after_claim() -> None:
    application = Application.objects.get(remark="回执日期晚于自报日期")
    filed = StageMove.objects.get(register="high-tech", entry_id=application.pk, stage="filed")
    receipt = Evidence.objects.get(subject_kind="high-tech", subject_id=application.pk, part="receipt")
    assert filed.happened_on == date(2025, 5, 20) and "20250609" in receipt.name
    assert timezone.localdate(receipt.uploaded_at) > date(2025, 6, 9)


@shows
def reported_above_register() -> None:
    found = _standing("新增市级认定科创项目")
    assert (found.reported, found.actual, found.difference) == (49, 47, 2)


@shows
def application_without_receipt() -> None:
    application = Application.objects.get(remark="回执未传")
    assert (application.stage, application.receipt) == ("filed", "claimed")
    proof = _standing("高新技术企业申报数").proof
    assert (proof.claimed, proof.evidenced + proof.verified) == (1, 60)


@shows
def just_under_the_line() -> None:
    upgrade = Upgrade.objects.get(equipment_plan=Decimal("999.6"))
    assert upgrade.stage in ("filed", "started")
    found = _standing("1000万元以上技改项目数")
    assert (found.reported, found.actual) == (14, 13) and upgrade.pk not in found.entry_ids


@shows
def late_entry() -> None:
    venture = Venture.objects.get(remark="补录")
    move = StageMove.objects.get(register="venture", entry_id=venture.pk, stage="recognised")
    assert (move.happened_on, timezone.localdate(move.recorded_at)) == (date(2025, 4, 28), date(2025, 6, 12))
    kept = StoredStanding.objects.get(commitment__metric="新增市级认定科创项目", as_of=date(2025, 4, 30))
    assert (kept.actual, _standing("新增市级认定科创项目", date(2025, 4, 30)).actual) == (26, 27)


@shows
def never_reported() -> None:
    found = _standing("和美乡村建设再添力度")
    assert (found.label, found.last_on) == ("无数据", None)


@shows
def dead_duty() -> None:
    found = _standing("土壤污染重点监管单位名单动态管理")
    assert (found.label, found.last_on) == ("停摆", date(2025, 3, 28))


@shows
def missing_evidence() -> None:
    found = _standing("新增高层次人才项目")
    assert (found.reported, found.proof.verified, found.proof.claimed) == (8, 5, 3)


def _said(row: Any, part: str) -> None:
    assert [sentence for sentence in row.warnings() if part in sentence], row.warnings()


@shows
def yuan_for_ten_thousand() -> None:
    row = AnnualReturn.objects.get(enterprise_id=SLIP_ROW + 1, year=2024)
    _said(row, "可能把元和万元弄混了")
    others = AnnualReturn.objects.filter(year=2024).exclude(pk=row.pk).select_related("enterprise")
    assert not [one for one in others if "弄混" in "".join(one.warnings())]


@shows
def part_above_whole() -> None:
    _said(AnnualReturn.objects.get(enterprise_id=ABOVE_ROW + 1, year=2024), "其中境内研发费用(万元)为210,超过")


@shows
def unbalanced_accounts() -> None:
    row = AnnualReturn.objects.get(enterprise_id=UNEVEN_ROW + 1, year=2024)
    _said(row, "年末净资产为5,600万元,资产总额减负债总额为5,000万元")


@shows
def abnormal_yet_certified() -> None:
    firm = Enterprise.objects.get(pk=ABNORMAL_ROW + 1)
    assert firm.is_abnormal and firm.abnormal_since == date(2025, 2, 18)
    assert Recognition.objects.get(enterprise=firm, kind="hte").is_valid(on=AS_OF)


@shows
def two_reports_missed() -> None:
    title = Recognition.objects.get(enterprise_id=MISSED_ROW + 1, kind="hte")
    assert title.reports_missed == 2 and title.is_valid(on=AS_OF)
    _said(title, "按规定应取消高企资格")


@shows
def wrong_industry_code() -> None:
    warned = [firm.pk for firm in Enterprise.objects.all() if "行业代码" in "".join(firm.warnings())]
    assert warned == [MISCODED_ROW + 1]


@shows
def vacant_above_total() -> None:
    site = Site.objects.get(name=OVERFULL)
    assert site.area_vacant == site.area_total + 500
    assert [one.name for one in Site.objects.all() if one.warnings()] == [OVERFULL]


@shows
def mistyped_birthday() -> None:
    assert [one.person_key for one in Person.objects.all() if one.warnings()] == [MISTYPED]


@shows
def miswritten_number() -> None:
    assert [one.number for one in Document.objects.all() if one.warnings()] == [MISWRITTEN]


@pytest.mark.parametrize("code", [fault.code for fault in FAULTS])
def test_the_fault_is_in_the_data(demo: None, code: str) -> None:
    CHECKS[code]()


def test_every_check_belongs_to_a_listed_fault() -> None:
    assert set(CHECKS) == {fault.code for fault in FAULTS}


def test_the_page_of_faults_is_current() -> None:
    shown = Path(__file__).resolve().parents[2] / "docs/demo-faults.md"
    assert shown.read_text(encoding="utf-8") == page(), (
        "run: python -m gongjian.demo.story.faults > docs/demo-faults.md"
    )
