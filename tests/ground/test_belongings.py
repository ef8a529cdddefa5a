"""What belongs to an enterprise: rights by class, titles by day, months, sites, persons, documents; each doubt a sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.kernel.people.cast import AT, TODAY

from gongjian.ground import identity
from gongjian.ground.documents import Document
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.ground.monthly_figures import MonthlyFigure
from gongjian.ground.people import Person
from gongjian.ground.recognitions import Recognition
from gongjian.ground.sites import CarrierReturn, Site
from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import actions

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

KINDS = IntellectualProperty.Kind


def test_the_class_of_a_right_follows_from_its_kind() -> None:
    one = {kind for kind in KINDS if IntellectualProperty(kind=kind).is_class_one}
    assert set(KINDS) - one == {KINDS.UTILITY, KINDS.DESIGN, KINDS.SOFTWARE}


def test_doubts_about_a_right() -> None:
    right = IntellectualProperty(
        kind="utility",
        legal_status="valid",
        applied_on=date(2024, 5, 2),
        granted_on=date(2024, 5, 1),
        expires_on=date(2024, 5, 1),
        award="中国专利优秀奖",
    )
    assert right.warnings() == [
        "授权日期2024-05-01早于申请日2024-05-02,请核对。",
        "到期日期2024-05-01不晚于授权日期2024-05-01,请核对。",
        "只有发明专利才能按获奖计为高价值发明专利,请核对种类。",
    ]
    waiting = IntellectualProperty(kind="invention", legal_status="valid", applied_on=date(2024, 5, 2))
    assert waiting.warnings() == ["法律状态为有效,但没有授权日期;未授权的请改为“申请中”。"]
    assert IntellectualProperty.tidied("number", "zl 2022 1 0000001.x") == "ZL202210000001.X"


@pytest.mark.parametrize(
    ("on", "held"),
    [(date(2023, 12, 12), False), (date(2023, 12, 13), True), (date(2026, 12, 12), True), (date(2026, 12, 13), False)],
)
def test_a_title_is_held_from_its_first_to_its_last_day(on: date, held: bool) -> None:
    title = Recognition(kind="hte", valid_from=date(2023, 12, 13), valid_to=date(2026, 12, 12))
    assert title.is_valid(on=on) is held
    title.withdrawn_on = date(2025, 3, 1)
    assert title.is_valid(on=on) is (held and on < date(2025, 3, 1))


def test_doubts_about_a_title() -> None:
    title = Recognition(
        kind="cloud", grade="excellent", valid_from=date(2024, 1, 2), valid_to=date(2024, 1, 1), reports_missed=1
    )
    assert title.warnings() == [
        "有效期至2024-01-01早于有效期起2024-01-02,请核对。",
        "“星级上云企业”没有“卓越级”这一等级,请核对。",
    ]
    late = Recognition(kind="hte", valid_from=date(2024, 1, 2), reports_missed=2)
    assert late.warnings() == ["有效期内年报累计缺报两次,按规定应取消高企资格,请核对是否已撤销。"]
    late.withdrawn_on = date(2025, 1, 2)
    assert late.warnings() == []


def test_a_month_is_its_first_day(cast: Cast, firm: Enterprise) -> None:
    values = {"enterprise": firm, "month": date(2025, 3, 31), "tax_paid": Decimal(3)}
    with pytest.raises(Refusal) as refusal:
        actions.create(register=MonthlyFigure.register, values=values, by=cast.supervisor, at=AT, today=TODAY)
    assert "2025-03-31是某一天,所属月份只填到月,应为2025年3月" in refusal.value.sentence
    assert not MonthlyFigure.objects.exists()
    values["month"] = date(2025, 3, 1)
    row = actions.create(register=MonthlyFigure.register, values=values, by=cast.supervisor, at=AT, today=TODAY)
    assert str(row) == "甲公司 2025年3月" and row.warnings() == []


def test_output_and_invoices_that_do_not_fit() -> None:
    row = MonthlyFigure(output_value=Decimal(2001), invoice_sales=Decimal(1000), tax_paid=Decimal(1001))
    assert row.warnings() == [
        "规上工业总产值2,001万元与开票销售1,000万元相差一倍以上,请核对口径和单位。",
        "入库税金超过开票销售,请核对单位是否填错。",
    ]


def test_doubts_about_sites() -> None:
    site = Site(name="一号厂房", kind="factory", area_total=Decimal(100), area_vacant=Decimal("100.5"))
    assert site.warnings() == ["空置面积100.5平方米超过总面积100平方米,请核对。"]
    year = CarrierReturn(site=site, year=2024, income_total=Decimal(100), income_rent_property=Decimal(101))
    assert year.warnings() == ["房租及物业收入101万元超过运营总收入100万元,请核对。"]


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "110101200002290034"])
def test_right_identity_numbers(number: str) -> None:
    assert identity.fault(number) == "" and identity.birth_date(number) is not None


@pytest.mark.parametrize(
    ("number", "part"),
    [
        ("110105194912310021", "校验码不符"),
        ("11010519491231", "应为18位,现为14位"),
        ("11010519491331002X", "不是存在的日期"),
        ("1101051949123100AX", "前17位应全是数字"),
    ],
)
def test_a_wrong_identity_number_is_never_repeated(number: str, part: str) -> None:
    assert part in identity.fault(number) and number not in identity.fault(number)


def test_doubts_about_a_person() -> None:
    person = Person(
        identity_number="11010519491231002X",
        birth_date=date(1949, 12, 30),
        contract_from=date(2025, 2, 1),
        contract_to=date(2025, 1, 1),
    )
    assert person.warnings() == [
        "出生日期与身份证号码不一致,请核对。",
        "合同终止日2025-01-01早于起始日2025-02-01,请核对。",
    ]
    assert Person(identity_number="P1234567", is_foreign=True).warnings() == []


def test_persons_are_kept_from_viewers_and_read_with_a_purpose() -> None:
    register = Person.register
    assert register.sensitive and register.scope == "unit" and "viewer" not in register.readers
    assert set(register.masked) == {"identity_number", "birth_date", "phone", "work_permit_number"}


def test_numbers_of_documents() -> None:
    assert Document.tidied("number", "海政规[2026] 2号") == "海政规〔2026〕2号"
    for number, right in (
        ("海政规〔2026〕2号", True),
        ("海政规〔2026〕02号", False),
        ("海政规〔26〕2号", False),
        ("", True),
    ):
        assert (Document(title="甲", number=number).warnings() == []) is right
    replaced = Document(title="甲", is_in_force=True, replaced_by="乙")
    assert replaced.warnings() == ["登记为现行有效,却填了替代它的文件,请核对。"]
