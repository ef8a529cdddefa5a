"""问诊安排: many enterprises of the pool get one diagnosis each, as one batch that can be taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.kernel.people.cast import AT, TODAY, Cast, make_cast
from tests.kernel.registers.entries import application, enterprise

from gongjian.drives.innovation import high_tech
from gongjian.drives.innovation.criteria.high_tech import HIGH_TECH
from gongjian.drives.innovation.diagnoses import Diagnosis
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.undoing import undo
from gongjian.kernel.rulebooks import keeping

PAGE = "/criteria/high-tech/diagnose/"


@pytest.fixture
def cast(db: None) -> Cast:
    """One officer of each role; the zone stands on TODAY."""
    made = make_cast()
    Zone.objects.update(stands_at=TODAY)
    return made


def door(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer, backend="gongjian.kernel.people.accounts.Accounts")
    return client


def pool(cast: Cast, many: int) -> list[Any]:
    firms = [enterprise(by=cast.clerk, unit=cast.science, number=number) for number in range(1, many + 1)]
    for firm in firms:
        application(firm, by=cast.clerk, unit=cast.science, stage="seeded", on=date(2025, 1, 8))
    return firms


def test_the_chosen_get_one_diagnosis_each_and_the_batch_can_be_undone(cast: Cast) -> None:
    firms = pool(cast, 3)
    client = door(cast.clerk)
    text = client.get(PAGE).content.decode()
    assert "尚未问诊的企业 · 3 家" in text and "年度要点没有绑定高企申报数的目标" in text
    picked = [firms[0].pk, firms[2].pk]
    given = {"pick": picked, "adviser": " 丁工 ", "employer": "江澜科技大学", "graded_on": "2025-07-08"}
    answer = client.post(PAGE, given)
    assert (answer.status_code, answer["Location"]) == (302, "/registers/diagnosis/")
    made = Diagnosis.objects.order_by("enterprise_id")
    assert [(one.enterprise_id, one.adviser, str(one.graded_on)) for one in made] == [
        (picked[0], "丁工", "2025-07-08"), (picked[1], "丁工", "2025-07-08"),
    ]  # fmt: skip
    assert made[0].history.count() == 1
    batch = Batch.objects.get(register="diagnosis")
    undo(batch=batch, by=cast.clerk, at=AT, reason="改期")
    assert not Diagnosis.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"adviser": " "}, "没有填写问诊人"),
        ({"graded_on": ""}, "没有填写问诊日期"),
        ({"graded_on": "下周"}, "“下周”不是日期"),
        ({"pick": []}, "没有选择企业"),
        ({"pick": ["999999", "x"]}, "没有选择企业"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(cast: Cast, changed: dict[str, Any], said: str) -> None:
    (firm,) = pool(cast, 1)
    answer = door(cast.clerk).post(PAGE, {"pick": [firm.pk], "adviser": "丁工", "graded_on": "2025-07-08", **changed})
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Diagnosis.objects.exists() and not Batch.objects.filter(register="diagnosis").exists()


def test_the_same_day_twice_is_refused(cast: Cast) -> None:
    (firm,) = pool(cast, 1)
    given = {"pick": [firm.pk], "adviser": "丁工", "graded_on": "2025-07-08"}
    assert door(cast.clerk).post(PAGE, given).status_code == 302
    answer = door(cast.clerk).post(PAGE, {**given, "adviser": "乔工"})
    assert answer.status_code == 422 and "已经有问诊记录" in answer.content.decode()
    assert Diagnosis.objects.get().adviser == "丁工"


def test_who_may_not_write_sees_no_form_and_is_refused(cast: Cast) -> None:
    (firm,) = pool(cast, 1)
    viewer = door(cast.viewer)
    assert "安排问诊</button>" not in viewer.get(PAGE).content.decode()
    answer = viewer.post(PAGE, {"pick": [firm.pk], "adviser": "丁工", "graded_on": "2025-07-08"})
    assert answer.status_code == 403 and not Diagnosis.objects.exists()


def test_only_the_rulebook_that_a_pool_applies_by_has_the_page(cast: Cast) -> None:
    assert door(cast.clerk).get("/criteria/sti-sme/diagnose/").status_code == 404


def test_what_has_filed_counts_for_certain_and_an_open_pool_up_to_its_size(cast: Cast) -> None:
    firms = pool(cast, 2)
    filed = enterprise(by=cast.clerk, unit=cast.science, number=3)
    application(filed, by=cast.clerk, unit=cast.science, stage="filed", on=date(2025, 5, 20))
    enterprise(by=cast.clerk, unit=cast.science, number=4)  # not of the pool
    keeping.refresh(HIGH_TECH, as_of=TODAY, at=AT)
    found = high_tech.expected(year=2025, target=3)
    assert (found.done, found.sure, found.shortfall) == (1, 1, 2)
    assert [one.entry for one in found.nearest] == [firm.pk for firm in firms]
    assert found.upper == 1  # without a right nobody can make it
