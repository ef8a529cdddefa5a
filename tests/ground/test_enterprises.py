"""企业: codes and industries are tidied and doubted, former names kept one by line, the page's panels are there."""

from __future__ import annotations

from datetime import date

import pytest
from tests.kernel.people.cast import AT, TODAY, Cast

from gongjian.ground import industries
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.standards import standard

RIGHT = "91330100799655058B"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"industry_code": "1713", "industry": "纺织业"}, []),
        ({"industry_code": "1713", "industry": "织布"}, []),
        (
            {"industry_code": "1713", "industry": "化学纤维制造业"},
            ["行业代码“1713”属于“纺织业”,登记的行业却是“化学纤维制造业”,请核对哪一个是对的。"],
        ),
        ({"industry_code": "98"}, ["行业代码“98”不在GB/T 4754-2017的97个大类之内,请对照营业执照或统计登记核对。"]),
        (
            {"established_on": date(2020, 1, 2), "closed_on": date(2020, 1, 1)},
            ["注销吊销日期2020-01-01早于成立日期2020-01-02,请核对。"],
        ),
        (
            {"is_abnormal": False, "abnormal_since": date(2024, 1, 1)},
            ["登记为未列入经营异常名录,却填了列入日期而没有移出日期,请核对。"],
        ),
        (
            {"is_dishonest": False, "dishonest_since": date(2024, 1, 1), "dishonest_until": date(2024, 5, 1)},
            [],
        ),
    ],
)
def test_warnings(values: dict[str, object], expected: list[str]) -> None:
    assert Enterprise(credit_code=RIGHT, name="甲", **values).warnings() == expected


def test_a_wrong_check_digit_warns_and_is_kept(cast: Cast) -> None:
    values = {"credit_code": RIGHT[:-1] + "A", "name": "甲"}
    row = actions.create(register=Enterprise.register, values=values, by=cast.supervisor, at=AT, today=TODAY)
    assert row.pk and row.warnings() == [
        f"统一社会信用代码{RIGHT[:-1]}A的校验码应为“B”,现为“A”,请对照营业执照核对;确与执照一致的可以保留。"
    ]


def test_a_place_off_the_map_is_refused(cast: Cast) -> None:
    for name, value in (("longitude", 200), ("latitude", 1)):
        with pytest.raises(Refusal):
            actions.create(
                register=Enterprise.register,
                values={"credit_code": RIGHT, "name": "甲", name: value},
                by=cast.supervisor,
                at=AT,
                today=TODAY,
            )
    assert not Enterprise.objects.exists()


@pytest.mark.parametrize(
    ("name", "text", "stored"),
    [
        ("credit_code", " 9133 0100799655058b", RIGHT),
        ("industry_code", "C1713", "1713"),
        ("industry_code", "c 17", "17"),
        ("industry_code", "纺织", "纺织"),
        ("former_names", " 甲纺织厂 \n\n甲织造公司\n甲纺织厂", "甲纺织厂\n甲织造公司"),
        ("name", "甲 公司", "甲 公司"),
    ],
)
def test_what_is_typed_is_stored_tidily(name: str, text: str, stored: str) -> None:
    assert Enterprise.tidied(name, text) == stored


def test_industries_of_the_standard() -> None:
    table = standard("industries")
    assert (len(table["sections"]), len(table["divisions"])) == (20, 97)
    assert sorted(table["divisions"]) == [f"{n:02d}" for n in range(1, 98)]
    covered = [f"{n:02d}" for _, first, last in table["sections"].values() for n in range(int(first), int(last) + 1)]
    assert sorted(covered) == sorted(table["divisions"])
    assert (industries.division("C3911"), industries.section("3911")) == ("计算机、通信和其他电子设备制造业", "C")
    assert (industries.section("05"), industries.section("97"), industries.section("99")) == ("A", "T", "")
    assert (industries.code_of("纺织业"), industries.code_of("织布")) == ("17", "")


def test_the_page_shows_what_belongs_to_an_enterprise() -> None:
    shown = [panel.related for panel in Enterprise.register.panels if panel.related]
    pointing = {
        name
        for name, register in REGISTERS.items()
        if any(f.related_model is Enterprise for f in register.model._meta.concrete_fields) and not register.sensitive
    }
    assert {"annual-return", "monthly-figure", "intellectual-property", "recognition", "high-tech", "project"} <= set(
        shown
    )
    assert "person" not in shown and set(shown) <= pointing
    labels = [panel.title for panel in Enterprise.register.panels]
    assert len(labels) == len(set(labels)) and labels[0] == ""


def test_a_right_credit_code_is_said_to_be_right() -> None:
    assert list(Enterprise(credit_code=RIGHT, name="甲").assured()) == ["credit_code"]
    assert Enterprise(credit_code=RIGHT[:-1] + "A", name="甲").assured() == {}


def test_every_field_of_the_form_stands_in_one_section() -> None:
    for register in REGISTERS.values():
        if register.sections:
            placed = [name for names in register.sections.values() for name in names]
            assert sorted(placed) == sorted(f.name for f in register.fields if not f.name.startswith("x_")), (
                register.name
            )
