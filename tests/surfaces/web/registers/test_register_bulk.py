"""A bulk change: the picked rows or all of the list, the difference first, refused rows told, one batch that is undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import enterprise, state, venture

from gongjian.drives.innovation.ventures import Venture
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.models import Batch

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]
PAGE = "/registers/venture/bulk/"


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


def _text(response: Any) -> str:
    return str(response.content.decode())


def _seen(text: str) -> str:
    return text.split('name="seen" value="')[1].split('"')[0]


def _form(**more: str) -> dict[str, Any]:
    return {"set": ["carrier"], "carrier": "孵化园", "step": "preview", **more}


def test_picked_rows_are_previewed_and_then_changed_as_one_batch(cast: Cast, door: Door) -> None:
    rows = [
        venture(name, by=cast.clerk, unit=cast.science, carrier=old)
        for name, old in (("甲", "旧"), ("乙", "孵化园"), ("丙", ""))
    ]
    client = door(cast.clerk)
    address = f"{PAGE}?pick={rows[0].pk}&pick={rows[1].pk}&order=name"
    text = _text(client.get(address))
    assert "2 行" in text and 'name="set" value="carrier"' in text and 'value="name"' not in text
    before = state()
    text = _text(client.post(address, _form()))
    assert "修改 1</span>" in text and "未变 1</span>" in text and "不能修改 0</span>" in text
    assert "<del>旧</del>" in text and "<ins>孵化园</ins>" in text
    assert state() == before
    response = client.post(address, _form(step="write", seen=_seen(text), reason="集中入驻"))
    assert response.headers["Location"] == "/registers/venture/?order=name"
    assert sorted(Venture.objects.values_list("name", "carrier")) == [("丙", ""), ("乙", "孵化园"), ("甲", "孵化园")]
    batch = Batch.objects.get()
    assert (batch.kind, batch.state, batch.changed, batch.by) == ("bulk", "done", 1, cast.clerk)
    notice = _text(client.get(response.headers["Location"]))
    assert f'已修改 1 行。 <a href="/registers/venture/batches/{batch.pk}/">查看差异或撤销</a>' in notice


def test_all_rows_of_the_list_are_meant_when_it_says_so(cast: Cast, door: Door) -> None:
    for name, source in (("甲", "江理工"), ("乙", "江理工"), ("丙", "海大")):
        venture(name, by=cast.clerk, unit=cast.science, source=source)
    client = door(cast.clerk)
    address = f"{PAGE}?all=1&q=甲"
    text = _text(client.post(address, _form()))
    assert "确认修改 1 行" in text
    client.post(address, _form(step="write", seen=_seen(text)))
    assert list(Venture.objects.filter(carrier="孵化园").values_list("name", flat=True)) == ["甲"]


def test_an_empty_value_empties(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园", source="海大")
    client, address = door(cast.clerk), f"{PAGE}?pick={made.pk}"
    form = {"set": ["carrier"], "carrier": "", "source": ""}
    text = _text(client.post(address, {**form, "step": "preview"}))
    assert "(清空)" in text
    client.post(address, {**form, "step": "write", "seen": _seen(text)})
    made.refresh_from_db()
    assert (made.carrier, made.source) == ("", "海大")


def test_a_register_that_changed_since_the_preview_is_told(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="旧")
    client, address = door(cast.clerk), f"{PAGE}?pick={made.pk}"
    seen = _seen(_text(client.post(address, _form())))
    actions.change(entry=made, values={"carrier": "加速器"}, revision=1, by=cast.supervisor, at=AT)
    before = state()
    response = client.post(address, _form(step="write", seen=seen))
    text = _text(response)
    assert response.status_code == 409
    assert "预览之后,台账里的有关记录有了变化" in text and "<del>加速器</del>" in text
    assert state() == before
    assert client.post(address, _form(step="write", seen=_seen(text))).status_code == 302


def test_rows_of_other_units_are_refused_one_by_one(cast: Cast, door: Door) -> None:
    mine = venture("甲", by=cast.clerk, unit=cast.science)
    theirs = venture("乙", by=cast.trade_clerk, unit=cast.trade)
    client, address = door(cast.clerk), f"{PAGE}?pick={mine.pk}&pick={theirs.pk}"
    text = _text(client.post(address, _form()))
    assert "修改 1</span>" in text and "不能修改 1</span>" in text and "乙" in text
    client.post(address, _form(step="write", seen=_seen(text)))
    assert list(Venture.objects.filter(carrier="孵化园")) == [mine]


def test_what_is_not_said_or_does_not_fit_is_refused(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    client, address, before = door(cast.clerk), f"{PAGE}?pick={made.pk}", state()
    for path, form, words in (
        (PAGE, {}, "没有选择要修改的行"),
        (f"{address}&known_at=2025-03-31", {}, "不能修改"),
        (address, {"step": "preview"}, "没有选择要修改的栏目"),
        (address, {"set": ["settled_on"], "settled_on": "去年", "step": "preview"}, "“去年”不是日期"),
        (address, {"set": ["name"], "name": "乙", "step": "preview"}, "没有选择要修改的栏目"),
        (address, {"set": ["carrier"], "carrier": "甲", "source": "海大", "step": "preview"}, "填写了新值但没有勾选"),
    ):
        response = client.post(path, form)
        assert (response.status_code, words in _text(response)) == (422, True), words
    assert state() == before


@pytest.mark.parametrize("name", ["viewer", "leader", "auditor", "administrator"])
def test_who_may_not_write_does_not_come_here(cast: Cast, door: Door, name: str) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    before, client = state(), door(getattr(cast, name))
    assert client.get(f"{PAGE}?pick={made.pk}").status_code == 403
    assert client.post(f"{PAGE}?pick={made.pk}", _form(step="write", seen="x")).status_code == 403
    assert "批量修改" not in _text(client.get("/registers/venture/")).split("<main")[1].replace(
        "导入和批量修改记录", ""
    )
    assert state() == before


def test_a_value_is_read_with_its_unit_as_in_the_form(cast: Cast, door: Door) -> None:
    firms = [enterprise(by=cast.clerk, unit=cast.science, number=number) for number in (1, 2)]
    client = door(cast.clerk)
    address = "/registers/enterprise/bulk/?" + "&".join(f"pick={firm.pk}" for firm in firms)
    form = {"set": ["registered_capital"], "registered_capital": "3000万元"}
    text = _text(client.post(address, {**form, "step": "preview"}))
    assert text.count("<ins>3,000</ins>") == 2
    client.post(address, {**form, "step": "write", "seen": _seen(text)})
    assert {f.refresh_from_db() or f.registered_capital for f in firms} == {3000}


def test_a_stage_is_reached_by_many_rows_on_one_day(cast: Cast, door: Door) -> None:
    rows = [venture(name, by=cast.clerk, unit=cast.science) for name in ("甲", "乙")]
    client = door(cast.clerk)
    address = PAGE + "?" + "&".join(f"pick={row.pk}" for row in rows)
    form = {"set": ["stage"], "stage": "settled", "stage_reached_on": "2025-06-30"}
    before = state()
    for wrong, words in (
        ({"stage_reached_on": ""}, "没有填写发生日期"),
        ({"stage": ""}, "没有选择阶段"),
        ({"stage_reached_on": "明天"}, "“明天”不是日期"),
    ):
        response = client.post(address, {**form, **wrong, "step": "preview"})
        assert (response.status_code, words in _text(response)) == (422, True), words
    text = _text(client.post(address, {**form, "step": "preview"}))
    assert "(2025-06-30)" in text and "确认修改 2 行" in text
    assert state() == before
    response = client.post(address, {**form, "step": "write", "seen": _seen(text)})
    assert response.status_code == 302, _text(response)
    assert set(Venture.objects.values_list("stage", flat=True)) == {"settled"}
    moves = [actions.moves_of(row).last() for row in rows]
    assert [(move.stage, str(move.happened_on), move.batch) for move in moves if move] == [
        ("settled", "2025-06-30", Batch.objects.get())
    ] * 2
