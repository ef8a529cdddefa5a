"""What is read of a person and of a talent project; people are judged when asked and never kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.kernel.people.cast import AT, TODAY, Cast
from tests.kernel.registers.entries import enterprise

from gongjian.drives.innovation.criteria.talent import OPEN_BIDDING
from gongjian.drives.innovation.talents import TalentPayment, TalentProject
from gongjian.ground.facts_people import FACTS
from gongjian.ground.people import Person
from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import actions
from gongjian.kernel.rulebooks import frames, keeping, rulebook
from gongjian.kernel.rulebooks.judging import judge_one
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.states import State

PERMIT = rulebook.edition("work-permit-b", as_of=TODAY)


def add(model: Any, cast: Cast, **values: Any) -> Any:
    return actions.create(
        register=model.register, values={"unit": cast.science, **values}, by=cast.clerk, at=AT, today=TODAY
    )


def foreigner(cast: Cast) -> Any:
    firm = enterprise(by=cast.clerk, unit=cast.science, established_on=date(2024, 12, 31))
    return add(
        Person, cast, person_key="QH-1", name="测试甲", employer=firm, is_foreign=True, nationality="某国",
        birth_date=date(1985, 6, 30), degree="master", exp_years=Decimal("6.5"), annual_salary=Decimal(30),
        arrived_on=date(2022, 7, 1), category="innovator", hsk_level=4,
    )  # fmt: skip


def test_facts_of_a_person_count_whole_years_and_read_the_employer(cast: Cast) -> None:
    someone = foreigner(cast)
    names = (
        "age", "degree", "category", "exp_years", "annual_salary", "hsk_level", "years_since_arrival",
        "arrival_year_back", "employer_years", "skill_grade", "local_points",
    )  # fmt: skip
    for day, expected in (
        (date(2025, 6, 29), (39, 4, 1, 65_000, 300_000, 4, 2, 3, 1, None, None)),
        (date(2025, 6, 30), (40, 4, 1, 65_000, 300_000, 4, 2, 3, 1, None, None)),
        (date(2025, 7, 1), (40, 4, 1, 65_000, 300_000, 4, 3, 3, 1, None, None)),
    ):
        (found,) = frames.frame(FACTS, names, filing_on=day, ids=[someone.pk]).to_dicts()
        assert tuple(found[name] for name in names) == expected


def test_people_are_judged_when_asked_and_never_kept(cast: Cast) -> None:
    someone = foreigner(cast)
    asked = keeping.now(someone.pk, as_of=TODAY, subject="person")
    assert {verdict.rulebook.name for verdict in asked} >= {"work-permit-a", "work-permit-b", "jiangsu-talent"}
    keeping.refresh(PERMIT, as_of=TODAY, at=AT)
    keeping.refresh(PERMIT, as_of=TODAY, at=AT, ids=[someone.pk])
    assert not Judgement.objects.exists()
    with pytest.raises(Refusal) as refused:
        keeping.facts_of([PERMIT], as_of=TODAY)
    assert refused.value.code == "rulebook.personal"


def test_the_stage_payments_of_a_project_add_up_to_its_support(cast: Cast) -> None:
    project = add(TalentProject, cast, name="青禾揭榜项目", deal_amount=Decimal(800))
    other = add(TalentProject, cast, name="青禾人才项目")
    for stage, amount in (("签约", "300"), ("验收", "200.01")):
        add(TalentPayment, cast, project=project, stage_name=stage, amount=Decimal(amount))
    rows = keeping.facts_of([OPEN_BIDDING], as_of=TODAY, ids=[project.pk, other.pk]).sort("id").to_dicts()
    verdicts = [judge_one(OPEN_BIDDING, row, as_of=TODAY) for row in rows]
    assert rows[0]["paid_total"] == 5_000_100
    assert verdicts[0].finding("cap").state is State.UNMET
    assert [gap.amount for gap in verdicts[0].finding("cap").gaps] == [Decimal("0.01")]
    assert verdicts[1].state is State.NOT_APPLICABLE


def test_a_new_stage_payment_judges_its_project_again(cast: Cast) -> None:
    project = add(TalentProject, cast, name="青禾揭榜项目", deal_amount=Decimal(600))
    assert keeping.refresh(OPEN_BIDDING, as_of=TODAY, at=AT) == 1
    add(TalentPayment, cast, project=project, stage_name="签约", amount=Decimal("450.01"))
    assert keeping.refresh(OPEN_BIDDING, as_of=TODAY, at=AT) == 1
    assert Judgement.objects.get(rulebook="open-bidding", until=None).state == State.UNMET
    assert keeping.refresh(OPEN_BIDDING, as_of=TODAY, at=AT) == 0
