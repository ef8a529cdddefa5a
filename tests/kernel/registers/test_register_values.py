"""Values: what a cell becomes in a field, and how a stored value prints."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.registers.entries import enterprise

from gongjian.drives.industry.positions import CityPosition
from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.talents import TalentProject
from gongjian.drives.projects.starts import Start
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers.values import handle, parse, parse_row, resolve, same, shown, unit_of

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast


def _field(model: Any, name: str) -> Any:
    return model._meta.get_field(name)


@pytest.mark.parametrize(
    ("model", "name", "raw", "value"),
    [
        (Enterprise, "established_on", "2017.03.02", date(2017, 3, 2)),
        (Enterprise, "registered_capital", "1.2亿元", Decimal(12000)),
        (Enterprise, "staff", "1,204人", 1204),
        (Enterprise, "is_above_scale", "是", True),
        (Enterprise, "is_above_scale", "", None),
        (Enterprise, "status", "注销", "cancelled"),
        (Enterprise, "status", "cancelled", "cancelled"),
        (Enterprise, "address", None, ""),
        (Enterprise, "address", "  清澜湾大道1号 ", "清澜湾大道1号"),
        (Enterprise, "credit_code", " 91320800ma0000001a", "91320800MA0000001A"),
        (Enterprise, "contact", 12.0, "12"),
        (Enterprise, "contact", "/", ""),
        (Enterprise, "contact", "——", ""),
        (Enterprise, "contact", "NULL", ""),
        (Enterprise, "contact", "无", "无"),
        (Enterprise, "name", "无", ""),
        (Enterprise, "credit_code", "暂无", None),
        (Enterprise, "name", "云海禾绫\n工业股份有限公司\u200b", "云海禾绫工业股份有限公司"),
        (Enterprise, "former_names", "无", ""),
        (Enterprise, "former_names", "青禾厂\n/\n\n青禾厂", "青禾厂"),
        (Enterprise, "former_names", "青禾厂\n青禾农机厂", "青禾厂\n青禾农机厂"),
    ],
)
def test_a_cell_becomes_a_value(model: Any, name: str, raw: object, value: object) -> None:
    assert parse(field=_field(model, name), raw=raw) == value


def test_a_bare_number_counts_in_the_unit_of_the_sheets_head() -> None:
    field = _field(Start, "total_investment")
    assert unit_of(field) == "万元"
    assert parse(field=field, raw=1.2, head_unit="亿元") == Decimal(12000)
    assert parse(field=field, raw="300万元", head_unit="亿元") == Decimal(300)
    assert parse(field=field, raw=12345678.91, head_unit="元") == Decimal("1234.5679")


@pytest.mark.parametrize(
    ("model", "raw", "code", "column"),
    [
        (Enterprise, {"status": "搬走"}, "value.choice", "登记状态"),
        (Enterprise, {"name": ""}, "value.required", "企业名称"),
        (Enterprise, {"name": "长" * 121}, "value.too_long", "企业名称"),
        (Enterprise, {"staff": -1}, "value.range", "职工人数"),
        (Enterprise, {"registered_capital": "0.00001"}, "value.too_fine", "注册资本(万元)"),
        (Enterprise, {"registered_capital": 10**14}, "value.too_large", "注册资本(万元)"),
        (CityPosition, {"position": 40000}, "value.range", "位次"),
        (Enterprise, {"credit_code": 9.1320800123e17}, "cell.digits-lost", "统一社会信用代码"),
    ],
)
def test_what_a_field_cannot_hold_is_refused_at_its_column(
    model: Any, raw: dict[str, object], code: str, column: str
) -> None:
    values, faults = parse_row(register=model.register, raw=raw)
    assert [(fault.code, fault.place.column) for fault in faults] == [(code, column)]
    assert values == {}


def test_an_empty_cell_of_a_field_with_a_default_takes_it() -> None:
    values, faults = parse_row(register=TalentProject.register, raw={"is_potential": ""})
    assert (values, faults) == ({"is_potential": False}, [])


def test_only_fields_that_people_fill_in_are_parsed() -> None:
    with pytest.raises(KeyError):
        parse_row(register=TalentProject.register, raw={"approval": "verified"})


@pytest.mark.parametrize(
    ("value", "model", "name", "text"),
    [
        (None, Enterprise, "name", "—"),
        (Decimal("12000.5000"), Enterprise, "registered_capital", "12,000.5"),
        (Decimal("1E+3"), Enterprise, "registered_capital", "1,000"),
        (1204, Enterprise, "staff", "1,204"),
        (2025, CityPosition, "position", "2025"),
        (True, Enterprise, "is_above_scale", "是"),
        ("moved", Enterprise, "status", "迁出"),
        (date(2025, 6, 30), Enterprise, "established_on", "2025-06-30"),
    ],
)
def test_a_value_prints(value: object, model: Any, name: str, text: str) -> None:
    assert shown(value, _field(model, name)) == text


def test_values_that_store_alike_are_the_same() -> None:
    assert same(Decimal("3000"), Decimal("3000.0000"))
    assert same(None, "")
    assert not same("甲", "乙")
    assert not same(None, 0)


def test_a_form_names_an_enterprise_so_that_it_is_found_again(cast: Cast) -> None:
    one = enterprise(by=cast.clerk, unit=cast.science, number=1, name="岳明(江北)电子有限公司")
    enterprise(by=cast.clerk, unit=cast.science, number=2, name="岳明(江北)电子有限公司")
    text = handle(one)
    assert text == f"岳明(江北)电子有限公司({one.credit_code})"
    assert resolve(model=Enterprise, raws=[text, one.credit_code, "没有"]) == {text: [one], one.credit_code: [one]}
    assert handle(cast.science) == "科技创新局"


def test_an_ambiguous_or_unknown_name_is_refused(cast: Cast) -> None:
    for number in (1, 2):
        enterprise(by=cast.clerk, unit=cast.science, number=number, name="岳明电子有限公司")
    raws = [{"enterprise": name} for name in ("岳明电子有限公司", "没有")]
    codes = [parse_row(register=Application.register, raw=raw)[1][0].code for raw in raws]
    assert codes == ["value.ambiguous", "value.unknown_relation"]


def test_units_are_found_by_every_name_they_go_by(cast: Cast) -> None:
    found = resolve(model=type(cast.science), raws=["科技创新局", "科创局", "科技局"])
    assert set(found) == {"科技创新局", "科创局", "科技局"}
    assert {units[0] for units in found.values()} == {cast.science}
    with pytest.raises(Refusal):
        parse(field=_field(Enterprise, "status"), raw="不知道")
