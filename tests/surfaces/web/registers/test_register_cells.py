"""A cell changed in the list: the form's own reading and refusals, the row anew, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import application, enterprise, state, venture

from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.registers import actions

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


def _text(response: Any) -> str:
    return str(response.content.decode())


def _cell(entry: Any, field: str, state: str = "") -> str:
    return f"/registers/{entry.register.name}/{entry.pk}/cell/{field}/{state}"


def test_the_input_of_a_cell_is_that_of_the_form(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, registered_capital="1200.5", established_on=date(2001, 2, 3))
    made = application(firm, by=cast.clerk, unit=cast.science)
    client = door(cast.clerk)
    text = _text(client.get(_cell(firm, "registered_capital")))
    assert 'value="1200.5"' in text and 'inputmode="decimal"' in text and 'name="revision" value="1"' in text
    assert 'type="date"' in _text(client.get(_cell(firm, "established_on")))
    assert '<option value="active" selected>存续</option>' in _text(client.get(_cell(firm, "status")))
    text = _text(client.get(_cell(made, "enterprise")))
    assert 'data-lookup="/registers/high-tech/lookup/enterprise/"' in text and firm.credit_code in text
    text = _text(client.get(_cell(made, "stage")))
    assert (
        '<option value="filed">已申报</option>' in text and 'type="date" name="happened_on" value="2025-06-30"' in text
    )


def test_a_value_is_read_as_the_form_reads_it_and_the_row_comes_back(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    form = {"registered_capital": "1.2亿元", "revision": "1"}
    answer = door(cast.clerk).post(_cell(firm, "registered_capital", "?cols=name,registered_capital"), form).json()
    firm.refresh_from_db()
    assert (firm.registered_capital, firm.revision) == (Decimal(12000), 2)
    assert answer["said"] == "“青禾1号精密有限公司”的“注册资本(万元)”:— → 12,000。"
    assert answer["undo"] == {"revision": 1, "seen": 2}
    assert f'<tr data-pk="{firm.pk}" data-revision="2">' in answer["row"] and "12,000" in answer["row"]
    assert answer["row"].count("data-f=") == 2


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "此项必填。请填写后重新提交。"),
        ("established_on", "去年", "“去年”不是日期"),
        ("staff", "-3", "-3 不在允许的范围内"),
        ("unit", "没有这个局", "没有名为“没有这个局”的单位"),
    ],
)
def test_what_does_not_fit_is_refused_at_the_cell(
    cast: Cast, door: Door, field: str, typed: str, sentence: str
) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    before = state()
    response = door(cast.clerk).post(_cell(firm, field), {field: typed, "revision": "1"})
    assert response.status_code == 422
    assert sentence in _text(response) and 'aria-invalid="true"' in _text(response) and typed in _text(response)
    assert state() == before


def test_a_taken_key_is_refused_at_the_cell(cast: Cast, door: Door) -> None:
    venture("甲", by=cast.clerk, unit=cast.science)
    other = venture("乙", by=cast.clerk, unit=cast.science)
    before = state()
    response = door(cast.clerk).post(_cell(other, "name"), {"name": "甲", "revision": "1"})
    assert (response.status_code, "项目名称相同的记录已经存在" in _text(response)) == (422, True)
    assert state() == before


def test_an_overtaken_edit_tells_who_and_keeps_what_was_typed(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    actions.change(entry=made, values={"carrier": "加速器"}, revision=1, by=cast.supervisor, at=AT)
    before = state()
    response = door(cast.clerk).post(_cell(made, "carrier"), {"carrier": "园区三期", "revision": "1"})
    text = _text(response)
    assert response.status_code == 409
    assert "陶知行" in text and "修改了“孵化载体”" in text and "他人已改为:加速器" in text
    assert 'value="园区三期"' in text and 'name="revision" value="2"' in text
    assert state() == before


def test_an_unchanged_value_writes_nothing(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    before = state()
    answer = door(cast.clerk).post(_cell(made, "carrier"), {"carrier": "孵化园", "revision": "1"}).json()
    assert (answer["said"], answer["undo"]) == ("内容没有变化。", None)
    assert state() == before


@pytest.mark.parametrize("name", ["viewer", "leader", "auditor", "administrator", "trade_clerk", "park_clerk"])
def test_others_neither_open_nor_write_a_cell(cast: Cast, door: Door, name: str) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    before, client = state(), door(getattr(cast, name))
    assert client.get(_cell(made, "carrier")).status_code == 403
    assert client.post(_cell(made, "carrier"), {"carrier": "x", "revision": "1"}).status_code == 403
    form = {"revision": "1", "seen": "1"}
    assert client.post(f"/registers/venture/{made.pk}/revert/", form).status_code == 403
    assert state() == before


def test_evidence_masked_and_unknown_fields_have_no_input(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    client = door(cast.clerk)
    for field in ("notice", "revision", "nothing"):
        response = client.get(_cell(made, field))
        assert (response.status_code, "不能在列表里修改" in _text(response)) == (422, True), field
    before = state()
    assert client.post(_cell(made, "notice"), {"notice": "verified", "revision": "1"}).status_code == 422
    assert state() == before


def test_a_stage_moves_with_its_day_and_is_taken_back(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science)
    client = door(cast.clerk)
    before = state()
    response = client.post(_cell(made, "stage"), {"stage": "filed", "happened_on": "2025-07-01"})
    assert (response.status_code, "晚于今天 2025-06-30" in _text(response)) == (422, True)
    assert state() == before
    answer = client.post(_cell(made, "stage"), {"stage": "filed", "happened_on": "2025-06-12"}).json()
    made.refresh_from_db()
    assert made.stage == "filed"
    assert answer["said"].endswith("的“阶段”:入库培育 → 已申报(2025-06-12)。")
    client.post(f"/registers/high-tech/{made.pk}/revert/", answer["undo"])
    made.refresh_from_db()
    assert made.stage == "seeded"


def test_a_change_is_taken_back_unless_somebody_went_on(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    client, back = door(cast.clerk), f"/registers/venture/{made.pk}/revert/"
    undo = client.post(_cell(made, "carrier"), {"carrier": "加速器", "revision": "1"}).json()["undo"]
    answer = client.post(back, undo).json()
    made.refresh_from_db()
    assert (made.carrier, made.revision, answer["undo"]) == ("孵化园", 3, None)
    undo = client.post(_cell(made, "carrier"), {"carrier": "加速器", "revision": "3"}).json()["undo"]
    made.refresh_from_db()
    actions.change(entry=made, values={"source": "江理工"}, revision=4, by=cast.supervisor, at=AT)
    before = state()
    response = client.post(back, undo)
    assert response.status_code == 409
    assert "陶知行" in _text(response) and "没有撤销" in _text(response)
    assert state() == before


def test_a_cell_that_is_not_asked_for_says_when_it_is(cast: Cast, door: Door) -> None:
    depends = Enterprise.register.depends
    assert "above_scale_since" in depends or depends == {}
    firm = enterprise(by=cast.clerk, unit=cast.science, is_above_scale=False)
    if "above_scale_since" in depends:
        response = door(cast.clerk).get(_cell(firm, "above_scale_since"))
        assert response.status_code == 422
        assert "“纳统日期”只在“规上企业”为“是”时填写" in _text(response)
