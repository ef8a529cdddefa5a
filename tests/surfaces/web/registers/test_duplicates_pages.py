"""Pages of 查重 and 合并: groups with their reasons, a choice per field, what moves, refusals that keep what was chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import application, enterprise, state

from gongjian.drives.innovation.high_tech import Application
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.people import Person
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.models import Batch, NotDuplicate

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]
PAGE = "/registers/enterprise/duplicates/"
MERGE = "/registers/enterprise/merge/"


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


def _text(response: Any) -> str:
    return str(response.content.decode())


def _pair(cast: Cast, **more: Any) -> tuple[Any, Any]:
    one = enterprise(by=cast.clerk, unit=cast.science, number=1, name="青禾精密有限责任公司", park="东园", **more)
    other = enterprise(
        by=cast.clerk,
        unit=cast.science,
        number=2,
        name="青禾精密有限公司",
        address="青禾路18号A座",
        phone="13811112222",
    )
    return one, other


def _form(keep: Any, drop: Any, **more: str) -> dict[str, str]:
    return {"keep_revision": str(keep.revision), "drop_revision": str(drop.revision), "reason": "同一企业", **more}


def test_groups_show_why_and_where_they_differ(cast: Cast, door: Door) -> None:
    one, other = _pair(cast)
    application(other, by=cast.clerk, unit=cast.science)
    text = _text(door(cast.clerk).get(PAGE))
    assert "1 组" in text and '<span class="tag warn">企业名称相近</span>' in text
    assert f'href="{MERGE}?keep={other.pk}&amp;drop={one.pk}">合并…</a>' in text
    assert 'class="differs"><a class="open"' in text and "青禾路18号A座" in text
    assert '<td data-label="责任单位"><span class="text">科创局</span></td>' in text
    assert '<span class="text whole">91320800MA0000001A</span>' in text
    assert '<td class="n" data-label="引用">1</td>' in text
    assert f'href="{PAGE}"' in _text(door(cast.clerk).get("/registers/enterprise/"))
    assert f'href="{PAGE}"' not in _text(door(cast.leader).get("/registers/enterprise/"))


def test_who_may_not_merge_sees_neither_page(cast: Cast, door: Door) -> None:
    one, other = _pair(cast)
    for officer in (cast.leader, cast.viewer, cast.auditor, cast.administrator):
        assert door(officer).get(PAGE).status_code == 403
        assert door(officer).get(f"{MERGE}?keep={one.pk}&drop={other.pk}").status_code == 403
    assert door(cast.trade_clerk).get(f"{MERGE}?keep={one.pk}&drop={other.pk}").status_code == 403
    assert "没有发现疑似重复的记录" in _text(door(cast.trade_clerk).get(PAGE))


def test_a_masked_number_is_neither_shown_nor_a_reason(cast: Cast, door: Door) -> None:
    enterprise(by=cast.clerk, unit=cast.science, number=1, phone="13900001234", name="青禾精密有限公司")
    enterprise(by=cast.trade_clerk, unit=cast.trade, number=2, phone="13900001234", name="青禾精密有限责任公司")
    text = _text(door(cast.clerk).get(PAGE))
    assert "企业名称相近" in text and "联系电话相同" not in text
    assert text.count("13900001234") == 1 and "139****1234" in text
    assert "其中有其他单位的记录,由督查室合并。" in text and "合并…" not in text
    assert "联系电话相同" in _text(door(cast.supervisor).get(PAGE))


def test_groups_come_in_pages(cast: Cast, door: Door) -> None:
    for n in range(21):
        for form in ("有限公司", "有限责任公司"):
            number = 2 * n + (form == "有限公司") + 1
            enterprise(by=cast.clerk, unit=cast.science, number=number, name=f"青禾{n:02d}工场{form}")
    client = door(cast.clerk)
    first, second = _text(client.get(PAGE)), _text(client.get(f"{PAGE}?page=2"))
    assert (first.count('<article class="like">'), second.count('<article class="like">')) == (20, 1)
    assert "第 1–20 组,共 21 组" in first and "第 21–21 组,共 21 组" in second
    assert _text(client.get(f"{PAGE}?page=99")).count('<article class="like">') == 1


def test_rows_are_said_to_be_no_duplicates_and_compared_again(cast: Cast, door: Door) -> None:
    one, other = _pair(cast)
    client = door(cast.clerk)
    rows = {"rows": f"{one.pk},{other.pk}"}
    response = client.post(f"{PAGE}not/", {**rows, "reason": " "})
    assert response.status_code == 422 and "没有说明为什么不是重复" in _text(response)
    assert NotDuplicate.objects.count() == 0
    response = client.post(f"{PAGE}not/", {**rows, "reason": "母公司与子公司"})
    assert response.status_code == 302 and response.headers["Location"] == PAGE
    text = _text(client.get(PAGE))
    assert "已记为不是重复(1 对)" in text and "没有发现疑似重复的记录" in text and "已认定不是重复 1 对" in text
    text = _text(client.get(f"{PAGE}?marked=1"))
    assert "母公司与子公司" in text
    mark, again = NotDuplicate.objects.get(), f"{PAGE}not/{NotDuplicate.objects.get().pk}/"
    assert str(cast.clerk) in text and f'action="{again}"' in text
    text = _text(client.get(f"/registers/enterprise/{one.pk}/"))
    assert "认定不是重复" in text and f"与第{other.pk}号“青禾精密有限公司”:母公司与子公司" in text
    other_s = _text(door(cast.trade_clerk).get(f"{PAGE}?marked=1"))
    assert "母公司与子公司" in other_s and again not in other_s and "由责任单位或督查室撤销" in other_s
    assert door(cast.trade_clerk).post(again).status_code == 403 and NotDuplicate.objects.get() == mark
    assert client.post(again, {"reason": "其实是一家"}).headers["Location"] == f"{PAGE}?marked=1"
    assert "企业名称相近" in _text(client.get(PAGE))
    text = _text(client.get(f"/registers/enterprise/{other.pk}/"))
    assert "撤销“不是重复”的认定" in text and "撤销理由:其实是一家" in text


def test_the_filled_value_and_the_newer_row_are_proposed(cast: Cast, door: Door) -> None:
    keep, drop = _pair(cast)
    actions.change(entry=keep, values={"park": "西园"}, revision=1, by=cast.clerk, at=AT)
    text = _text(door(cast.clerk).get(f"{MERGE}?keep={keep.pk}&drop={drop.pk}"))
    for item, value in (
        ("name", "keep"), ("credit_code", "keep"), ("address", "drop"), ("phone", "drop"), ("park", "keep"),
        ("former_names", "both"),
    ):  # fmt: skip
        assert f'name="from-{item}" value="{value}" checked' in text, item
    assert 'name="from-unit"' not in text
    assert "只有一方填写的 3 项,取已填写的" in text
    assert f"第{keep.pk}号,{cast.clerk} 2025-06-30 16:00,较新" in text
    assert "没有其他记录引用并入的一条" in text


def test_merging_writes_what_was_chosen_and_leads_to_the_batch(cast: Cast, door: Door) -> None:
    keep, drop = _pair(cast)
    made = application(drop, by=cast.clerk, unit=cast.science)
    client, address = door(cast.clerk), f"{MERGE}?keep={keep.pk}&drop={drop.pk}"
    text = _text(client.get(address))
    assert "<b>高企申报</b>" in text and "改指 1 行" in text
    choices = {"from-name": "drop", "from-address": "typed", "v-address": "青禾路 20 号", "from-phone": "drop"}
    response = client.post(address, _form(keep, drop, **choices))
    assert response.headers["Location"] == f"/registers/enterprise/{keep.pk}/"
    row = Enterprise.objects.get()
    assert (row.pk, row.name, row.former_names) == (keep.pk, "青禾精密有限公司", "青禾精密有限责任公司")
    assert (row.address, row.phone, row.park) == ("青禾路 20 号", "13811112222", "东园")
    made.refresh_from_db()
    assert made.enterprise_id == keep.pk
    batch = Batch.objects.get()
    text = _text(client.get(response.headers["Location"]))
    assert "“青禾精密有限公司”已并入这条记录,改指 1 行引用。" in text
    assert f'<a href="/registers/enterprise/batches/{batch.pk}/">查看改动或撤销</a>' in text
    text = _text(client.get(f"/registers/enterprise/batches/{batch.pk}/"))
    assert "合并:" in text and "<ins>青禾精密有限公司</ins>" in text and '<span class="tag bad">删除</span>' in text
    client.post(f"/registers/enterprise/batches/{batch.pk}/undo/", {"reason": "不是同一家"})
    made.refresh_from_db()
    assert (Enterprise.objects.count(), made.enterprise_id) == (2, drop.pk)


def test_a_refusal_keeps_the_choices_and_changes_nothing(cast: Cast, door: Door) -> None:
    keep, drop = _pair(cast)
    client, address = door(cast.clerk), f"{MERGE}?keep={keep.pk}&drop={drop.pk}"
    before = state()
    response = client.post(address, _form(keep, drop, **{"reason": "", "from-park": "typed", "v-park": "南园"}))
    text = _text(response)
    assert response.status_code == 422 and "合并需要说明理由" in text
    assert 'name="from-park" value="typed" checked' in text and 'value="南园"' in text
    form = _form(keep, drop, **{"from-name": "typed", "v-name": "长" * 121})
    response = client.post(address, form)
    assert response.status_code == 422 and "内容有121个字,超过120个字的上限" in _text(response)
    response = client.post(address, _form(keep, drop, **{"from-name": "keep", "v-name": "青禾智控有限公司"}))
    text = _text(response)
    assert response.status_code == 422 and "这里填写了内容,但没有选它。要用它请选中,不用请改回。" in text
    assert 'value="青禾智控有限公司"' in text
    assert state() == before
    actions.change(entry=drop, values={"park": "西园"}, revision=1, by=cast.supervisor, at=AT)
    before = state()
    stale = {**_form(keep, drop, **{"from-name": "drop"}), "drop_revision": "1"}
    response = client.post(address, stale)
    text = _text(response)
    assert response.status_code == 409
    assert f"“青禾精密有限公司”在您打开之后,{cast.supervisor}于 06-30 16:00 修改了“所在园区”" in text
    assert 'name="from-name" value="drop" checked' in text and 'name="drop_revision" value="2"' in text
    assert state() == before


def _clash(cast: Cast) -> tuple[Any, Any, Any, Any]:
    """Two enterprises with an application of 2025 each; theirs says more."""
    keep, drop = _pair(cast)
    ours = application(keep, by=cast.clerk, unit=cast.science, remark="一")
    theirs = application(
        drop, by=cast.clerk, unit=cast.science, remark="二", batch="第一批", planned_on=TODAY, on=date(2025, 4, 1)
    )
    return keep, drop, ours, theirs


def _decided(ours: Any, theirs: Any, **more: str) -> dict[str, str]:
    prefix = f"high-tech-{ours.pk}-{theirs.pk}-"
    told = {"keep_revision": str(ours.revision), "drop_revision": str(theirs.revision), **more}
    return {prefix + name.replace("_from_", "from-"): value for name, value in told.items()}


def test_rows_that_cannot_stand_together_are_decided_field_by_field(cast: Cast, door: Door) -> None:
    keep, drop, ours, theirs = _clash(cast)
    client, address = door(cast.clerk), f"{MERGE}?keep={keep.pk}&drop={drop.pk}"
    text = _text(client.get(address))
    prefix = f"high-tech-{ours.pk}-{theirs.pk}-"
    assert "不能并存的 1 对记录" in text and "2 项不同,2 项只有一方填写" in text
    assert f'name="{prefix}way" value="both" data-label="逐项合并" checked' in text
    for item, value in (("remark", "drop"), ("batch", "drop"), ("planned_on", "drop"), ("stage", "keep")):
        assert f'name="{prefix}from-{item}" value="{value}" checked' in text, item
    assert "<output>第一批</output>" in text and "<output>入库培育 2025-03-03</output>" in text
    assert f'href="/registers/high-tech/{ours.pk}/"' in text and f'href="/registers/high-tech/{theirs.pk}/"' in text
    response = client.post(address, _form(keep, drop, **_decided(ours, theirs, way="both", _from_remark="keep")))
    row = Application.objects.get()
    assert (row.pk, row.remark, row.batch, row.planned_on, row.enterprise_id) == (
        ours.pk, "一", "第一批", TODAY, keep.pk,
    )  # fmt: skip
    assert "已并入这条记录,另有 1 对记录合为一行。" in _text(client.get(response.headers["Location"]))


@pytest.mark.parametrize(("way", "remark", "batch"), [("keep", "一", ""), ("drop", "二", "第一批")])
def test_a_row_taken_whole_is_taken_whole_whatever_its_fields_say(
    cast: Cast, door: Door, way: str, remark: str, batch: str
) -> None:
    keep, drop, ours, theirs = _clash(cast)
    other = "drop" if way == "keep" else "keep"
    sent = _decided(ours, theirs, way=way, _from_remark=other, _from_batch=other)
    door(cast.clerk).post(f"{MERGE}?keep={keep.pk}&drop={drop.pk}", _form(keep, drop, **sent))
    row = Application.objects.get()
    assert (row.pk, row.remark, row.batch) == (ours.pk, remark, batch)


def test_a_decision_is_kept_when_refused_and_asked_again_when_something_changed(cast: Cast, door: Door) -> None:
    keep, drop, ours, theirs = _clash(cast)
    client, address = door(cast.clerk), f"{MERGE}?keep={keep.pk}&drop={drop.pk}"
    prefix, before = f"high-tech-{ours.pk}-{theirs.pk}-", state()
    sent = _form(keep, drop, **_decided(ours, theirs, way="drop", _from_remark="keep")) | {"reason": ""}
    response = client.post(address, sent)
    text = _text(response)
    assert response.status_code == 422 and f'name="{prefix}way" value="drop" data-label="取并入一方的" checked' in text
    assert '<details class="clash level-1" open>' in text
    assert f'name="{prefix}from-remark" value="keep" checked' in text
    response = client.post(address, _form(keep, drop))
    assert response.status_code == 409 and "“高企申报”里又有两条记录不能并存" in _text(response)
    assert state() == before
    actions.change(entry=theirs, values={"remark": "三"}, revision=1, by=cast.supervisor, at=AT)
    before = state()
    response = client.post(address, _form(keep, drop, **_decided(ours, theirs, way="both", drop_revision="1")))
    assert response.status_code == 409 and "修改了“备注”" in _text(response)
    assert f'name="{prefix}drop_revision" value="2"' in _text(response)
    assert state() == before


def test_a_clash_that_the_officer_may_not_change_stops_the_merge(cast: Cast, door: Door) -> None:
    keep, drop = _pair(cast)
    application(keep, by=cast.clerk, unit=cast.science, remark="一")
    application(drop, by=cast.trade_clerk, unit=cast.trade, remark="二")
    text = _text(door(cast.clerk).get(f"{MERGE}?keep={keep.pk}&drop={drop.pk}"))
    assert "由督查室合并" in text and '<button type="submit" disabled>确认合并</button>' in text
    text = _text(door(cast.supervisor).get(f"{MERGE}?keep={keep.pk}&drop={drop.pk}"))
    assert "不能并存的 1 对记录" in text and "disabled>确认合并" not in text


def test_what_was_said_on_the_dropped_row_is_read_on_the_kept_one_and_its_address_leads_there(
    cast: Cast, door: Door
) -> None:
    keep, drop = _pair(cast)
    actions.comment(entry=drop, text="请核对地址", by=cast.supervisor, at=AT)
    client, address = door(cast.clerk), f"{MERGE}?keep={keep.pk}&drop={drop.pk}"
    assert "<b>讨论与批示</b> 1 条在保留的一方继续显示。" in _text(client.get(address))
    client.post(address, _form(keep, drop))
    text = _text(client.get(f"/registers/enterprise/{keep.pk}/"))
    assert "请核对地址" in text and f"写在并入的第 {drop.pk} 号记录上" in text
    response = client.get(f"/registers/enterprise/{drop.pk}/")
    assert (response.status_code, response.headers["Location"]) == (302, f"/registers/enterprise/{keep.pk}/")
    assert f"第 {drop.pk} 号记录已并入这一条。" in _text(client.get(response.headers["Location"]))
    client.post(f"/registers/enterprise/batches/{Batch.objects.get().pk}/undo/", {"reason": "不是同一家"})
    assert "请核对地址" not in _text(client.get(f"/registers/enterprise/{keep.pk}/"))
    text = _text(client.get(f"/registers/enterprise/{drop.pk}/"))
    assert "请核对地址" in text and "写在并入的" not in text


def test_a_row_with_itself_or_with_nothing_is_refused(cast: Cast, door: Door) -> None:
    keep, _ = _pair(cast)
    client = door(cast.clerk)
    for query in ("", f"?keep={keep.pk}", f"?keep={keep.pk}&drop={keep.pk}", f"?keep={keep.pk}&drop=99999"):
        assert client.get(f"{MERGE}{query}").status_code in (404, 422)
    assert client.get("/registers/high-tech/duplicates/").status_code == 422


def test_persons_are_compared_after_the_purpose_is_stated(cast: Cast, door: Door) -> None:
    for key in ("甲1", "甲2"):
        values = {"person_key": key, "name": "林青", "phone": "13900001234", "unit": cast.science}
        actions.create(register=Person.register, values=values, by=cast.clerk, at=AT, today=TODAY)
    client, address = door(cast.clerk), "/registers/person/duplicates/"
    response = client.get(address)
    assert response.status_code == 403 and "用途" in _text(response)
    client.post("/registers/person/purpose/", {"purpose": "清理重复人员", "next": address})
    text = _text(client.get(address))
    assert "姓名相同" in text and "联系电话相同" in text
    one, other = Person.objects.order_by("pk")
    text = _text(client.get(f"/registers/person/merge/?keep={one.pk}&drop={other.pk}"))
    assert "确认合并" in text
    client.post(f"/registers/person/merge/?keep={one.pk}&drop={other.pk}", _form(one, other))
    assert Person.objects.count() == 1
    assert Batch.objects.get().details["title"] == f"第{other.pk}号并入第{one.pk}号"
