"""智能工厂 and 政策兑现: their clocks, their warnings, and what they count."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT, TODAY

from gongjian.drives.innovation import patents
from gongjian.drives.innovation.grants import Grant, paid, paid_amount
from gongjian.drives.innovation.smart_factories import SmartFactory, advanced, basic, excellent
from gongjian.ground.recognitions import Recognition
from gongjian.kernel.indicators.declare import INDICATORS, Indicator, Question
from gongjian.kernel.registers import actions, offers
from gongjian.kernel.registers.declare import Register, registers
from gongjian.kernel.registers.entry import Entry

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

    from gongjian.kernel.people.models import Officer


def add(model: Any, cast: Cast, *, on: date = TODAY, **values: Any) -> Any:
    from tests.kernel.registers.entries import enterprise

    from gongjian.ground.enterprises import Enterprise

    firm = Enterprise.objects.first() or enterprise(by=cast.clerk, unit=cast.science)
    given = {"enterprise": firm, "unit": cast.science} | values
    return actions.create(register=model.register, values=given, by=cast.clerk, at=AT, today=TODAY, happened_on=on)


def value(indicator: Indicator) -> Any:
    return indicator.read(question=Question(as_of=TODAY, since=date(2025, 1, 1))).value


def test_the_gradient_counts_a_higher_grade_as_the_lower_ones_too(cast: Cast) -> None:
    for number, stage in enumerate(("cultivated", "basic", "filed", "advanced", "proposed", "excellent", "left")):
        add(SmartFactory, cast, name=f"{number}号工厂", stage=stage, assessed_on=date(2025, 3, 1))
    assert (value(basic), value(advanced), value(excellent)) == (5, 3, 1)
    add(SmartFactory, cast, name="旧工厂", stage="excellent", assessed_on=date(2024, 3, 1), on=date(2024, 12, 31))
    assert (value(basic), value(advanced), value(excellent)) == (5, 3, 1)


def test_the_grade_of_a_factory_has_its_proof() -> None:
    needs = {stage.key: stage.needs for stage in SmartFactory.Steps.all}
    assert needs["basic"] == ("self_test",) and needs["advanced"] == ("notice",) and needs["cultivated"] == ()


def test_a_factory_without_a_self_assessment_is_warned_of(cast: Cast) -> None:
    assert add(SmartFactory, cast, name="一", stage="cultivated").warnings() == []
    assert add(SmartFactory, cast, name="二", stage="basic").warnings() == ["已进入梯度,但没有自评日期,请补录。"]


def test_grants_count_when_paid(cast: Cast) -> None:
    add(Grant, cast, policy="奖励", year=2025, amount=Decimal(10), stage="pushed")
    assert (value(paid), value(paid_amount)) == (0, 0)
    add(
        Grant, cast, policy="补助", year=2025, amount=Decimal(8), stage="paid", paid_amount=Decimal("7.5"),
        paid_on=date(2025, 5, 6),
    )  # fmt: skip
    assert (value(paid), value(paid_amount)) == (1, Decimal("7.5"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"paid_on": date(2025, 5, 6)}, "只填了一项"),
        ({"paid_on": date(2025, 5, 6), "paid_amount": Decimal(11)}, "已拨付11万元多于应兑现10万元"),
        ({"stage": "paid"}, "没有拨付日期"),
    ],
)
def test_grants_that_contradict_themselves(cast: Cast, values: dict[str, Any], said: str) -> None:
    (warning,) = add(Grant, cast, policy="奖励", year=2025, amount=Decimal(10), **values).warnings()
    assert said in warning


def test_the_clocks_of_a_grant_are_workdays() -> None:
    assert [(one.label, one.workdays) for one in Grant.Steps.all][:4] == [
        ("推送", 5), ("确认", 10), ("公示", 10), ("拨付", None),
    ]  # fmt: skip


def test_titles_and_patents_are_counted_by_their_days() -> None:
    assert {patents.ip_advantage.name, patents.inventions.name} <= set(INDICATORS)


def test_a_factory_that_wins_a_grade_is_offered_its_title(cast: Cast) -> None:
    def offers(row: Any) -> list[Any]:
        row.refresh_from_db()
        return row.offers(moves=list(actions.moves_of(row)), on=TODAY)

    factory = add(SmartFactory, cast, name="一号工厂", stage="filed", assessed_on=date(2025, 3, 1), on=date(2025, 4, 1))
    assert offers(factory) == []
    won = actions.move(
        entry=factory, stage="advanced", happened_on=date(2025, 5, 20), by=cast.clerk, at=AT, today=TODAY
    )
    (offer,) = offers(factory)
    assert (offer.register, offer.pk) == ("recognition", None)
    assert offer.says == f"{factory.enterprise}在资质认定中没有有效的“智能工厂(先进级)”,对照标准时按没有计。"
    given = dict(offer.values)
    assert given.pop("enterprise") == factory.enterprise.credit_code
    assert given == {"kind": "smart-factory", "grade": "advanced", "valid_from": "2025-05-20"}
    title = add(Recognition, cast, **(given | {"valid_from": date(2025, 5, 20)}))
    assert offers(factory) == []
    actions.withdraw_move(moved=won, by=cast.clerk, at=AT, reason="登记错了企业")
    (left,) = offers(factory)
    assert (left.pk, left.values) == (title.pk, {})
    assert left.says == "该阶段已撤回,资质认定中2025-05-20起的“智能工厂(先进级)”还在,请核对。"
    actions.remove(entry=title, by=cast.clerk, at=AT, reason="登记错了企业")
    assert offers(factory) == []


def test_what_is_offered_is_found_again_for_who_may_take_it_up(cast: Cast, django_assert_max_num_queries: Any) -> None:
    def told(by: Officer) -> list[tuple[Any, str]]:
        return [(row, offer.says) for row, offer in offers.outstanding(register=SmartFactory.register, by=by, on=TODAY)]

    one = add(SmartFactory, cast, name="一号工厂", stage="filed", assessed_on=date(2025, 3, 1), on=date(2025, 4, 1))
    assert told(cast.supervisor) == []
    won = actions.move(entry=one, stage="advanced", happened_on=date(2025, 5, 20), by=cast.clerk, at=AT, today=TODAY)
    says = f"{one.enterprise}在资质认定中没有有效的“智能工厂(先进级)”,对照标准时按没有计。"
    assert told(cast.supervisor) == told(cast.clerk) == [(one, says)]
    assert told(cast.trade_clerk) == told(cast.viewer) == []  # another unit's; may write nothing
    assert {one.name for one in offers.offering(by=cast.clerk)} == {"high-tech", "platform", "smart-factory"}
    assert offers.offering(by=cast.viewer) == []
    for number in range(5):
        add(SmartFactory, cast, name=f"{number}号分厂", stage="advanced", assessed_on=date(2025, 3, 1))
    with django_assert_max_num_queries(3):
        assert len(told(cast.supervisor)) == 6
    add(Recognition, cast, kind="smart-factory", grade="advanced", valid_from=date(2025, 5, 20))
    assert told(cast.supervisor) == []
    actions.withdraw_move(moved=won, by=cast.clerk, at=AT, reason="登记错了企业")
    (left,) = told(cast.clerk)
    assert left == (one, "该阶段已撤回,资质认定中2025-05-20起的“智能工厂(先进级)”还在,请核对。")


@pytest.mark.parametrize("register", [one for one in registers() if one.model.offers is not Entry.offers])
def test_who_offers_says_at_which_stages(register: Register) -> None:
    assert register.model.offers_read == ("enterprise__recognitions",)
    assert set(register.model.offers_at) <= {stage.key for stage in register.stages} and register.model.offers_at


def test_a_higher_grade_of_the_title_includes_the_lower(cast: Cast) -> None:
    one = add(SmartFactory, cast, name="一号工厂", stage="advanced", assessed_on=date(2025, 3, 1))
    two = add(SmartFactory, cast, name="二号工厂", stage="excellent", assessed_on=date(2025, 3, 1))
    add(Recognition, cast, kind="smart-factory", grade="excellent", valid_from=date(2025, 2, 1))
    assert one.offers(moves=list(actions.moves_of(one)), on=TODAY) == []
    assert two.offers(moves=list(actions.moves_of(two)), on=TODAY) == []
    add(Recognition, cast, kind="hte", valid_from=date(2025, 2, 1))
    three = add(SmartFactory, cast, name="三号工厂", stage="leading", assessed_on=date(2025, 3, 1))
    (offer,) = three.offers(moves=list(actions.moves_of(three)), on=TODAY)
    assert offer.values["grade"] == "leading"
