"""The form of any register: sections, what depends on what, lines, drafts, what is said while typing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import CODES, WRONG_CODE, enterprise, state, venture

from gongjian.drives.innovation.ventures import Venture
from gongjian.ground.contacts import Contact
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.registers import actions, drafts
from gongjian.kernel.registers.models import Draft

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]
NEW = "/registers/enterprise/new/"
LATER = AT + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


def _text(response: Any) -> str:
    return str(response.content.decode())


def _contact(firm: Enterprise, name: str, cast: Cast) -> Any:
    values = {"enterprise": firm, "name": name, "unit": firm.unit}
    return actions.create(register=Contact.register, values=values, by=cast.clerk, at=AT, today=TODAY)


def test_sections_stand_in_the_declared_order_with_an_index(cast: Cast, door: Door) -> None:
    text = _text(door(cast.clerk).get(NEW))
    titles = [title for title, _ in Enterprise.register.blocks] + ["企业联系人"]
    assert re.findall(r"<legend>(.+?)</legend>", text) == titles
    index = text.split('class="index')[1].split("</nav>")[0]
    assert re.findall(r'href="#(.+?)">(.+?)<', index) == [
        *((f"s-{place}", title) for place, title in enumerate(titles[:-1])),
        ("s-contact", "企业联系人"),
    ]
    assert 'class="index' not in _text(door(cast.clerk).get("/registers/venture/new/"))


def test_a_dependent_field_names_what_it_depends_on(cast: Cast, door: Door) -> None:
    text = _text(door(cast.clerk).get(NEW))
    assert (
        'data-item="above_scale_since" data-label="纳统日期" data-depends="is_above_scale" '
        "data-when='[\"\\u662f\"]'" in text
    )


def test_a_field_that_is_put_away_keeps_its_value(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, is_above_scale=True, above_scale_since=TODAY)
    form = {"credit_code": firm.credit_code, "name": firm.name, "is_above_scale": "否", "revision": "1"}
    form["above_scale_since"] = "2025-06-30"  # a hidden field is sent as it stands
    assert door(cast.clerk).post(f"/registers/enterprise/{firm.pk}/edit/", form).status_code == 302
    firm.refresh_from_db()
    assert (firm.is_above_scale, firm.above_scale_since) == (False, TODAY)


def test_faults_are_summed_up_with_links_to_their_fields(cast: Cast, door: Door) -> None:
    before = state()
    form = {"credit_code": CODES[0], "name": "", "staff": "许多", "contact.new.0.name": "", "contact.new.0.phone": "1"}
    response = door(cast.clerk).post(NEW, form)
    text = _text(response)
    assert response.status_code == 422
    summary = text.split('id="summary"')[1].split("</ul>")[0]
    assert "有 3 处需要改正,没有保存任何内容" in summary
    assert re.findall(r'href="#(.+?)">(.+?)<', summary) == [
        ("f-name", "企业名称"),
        ("f-staff", "职工人数"),
        ("f-contact.new.0.name", "企业联系人:姓名"),
    ]
    assert 'value="许多"' in text and 'name="contact.new.0.phone" value="1"' in text
    assert state() == before and not Contact.objects.exists()


def test_lines_are_listed_changed_and_added_with_the_row(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    line = _contact(firm, "陆青", cast)
    client = door(cast.clerk)
    page = f"/registers/enterprise/{firm.pk}/edit/"
    text = _text(client.get(page))
    assert f'name="contact.{line.pk}.name" value="陆青"' in text
    assert f'name="contact.{line.pk}.revision" value="1"' in text
    form = {"credit_code": firm.credit_code, "name": firm.name, "revision": "1"}
    form |= {f"contact.{line.pk}.name": "陆青青", f"contact.{line.pk}.revision": "1"}
    form |= {"contact.new.0.name": "季禾", "contact.new.0.duty": "finance", "contact.new.1.name": ""}
    response = client.post(page, form)
    assert response.headers["Location"] == f"/registers/enterprise/{firm.pk}/"
    assert "已保存,新增1行关联记录,修改1行关联记录。" in _text(client.get(response.headers["Location"]))
    assert list(Contact.objects.order_by("pk").values_list("name", "duty")) == [("陆青青", ""), ("季禾", "finance")]


def test_a_refused_line_is_told_at_its_row_and_nothing_is_saved(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    _contact(firm, "陆青", cast)
    before = (state(), Contact.objects.count())
    form = {"credit_code": firm.credit_code, "name": "改名了", "revision": "1", "contact.new.0.name": "陆青"}
    response = door(cast.clerk).post(f"/registers/enterprise/{firm.pk}/edit/", form)
    text = _text(response)
    assert response.status_code == 422
    at = text.index('id="line-contact.new.0."')
    assert "企业、姓名相同的记录已经存在于“企业联系人”" in text[at : at + 200]
    assert 'value="改名了"' in text and 'name="contact.new.0.name" value="陆青"' in text
    assert (state(), Contact.objects.count()) == before


def test_a_taken_key_leads_to_the_row_that_has_it(cast: Cast, door: Door) -> None:
    there = venture("甲", by=cast.clerk, unit=cast.science)
    other = venture("乙", by=cast.clerk, unit=cast.science)
    before = state()
    said = f'已经登记:甲 <a href="/registers/venture/{there.pk}/">打开已有记录</a>'
    new = {"name": "甲", "stage_key": "scouted", "happened_on": "2025-06-30"}
    for path, form in (("new", new), (f"{other.pk}/edit", {"name": "甲", "revision": "1"})):
        response = door(cast.clerk).post(f"/registers/venture/{path}/", form)
        assert response.status_code == 422
        assert said in _text(response) and "修改“甲”" not in _text(response)
    assert state() == before


def test_the_day_of_the_first_stage_is_not_made_up(cast: Cast, door: Door) -> None:
    response = door(cast.clerk).post(
        "/registers/venture/new/", {"name": "甲", "stage_key": "scouted", "happened_on": " "}
    )
    assert response.status_code == 422
    assert '<a href="#f-happened_on">进入该阶段的日期</a>:此项必填。请填写后重新提交。' in _text(response)
    assert not Venture.objects.exists()


def test_a_line_that_somebody_overtook_shows_both_values(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    line = _contact(firm, "陆青", cast)
    actions.change(entry=line, values={"name": "陆清", "remark": "休假"}, revision=1, by=cast.supervisor, at=LATER)
    form = {"credit_code": firm.credit_code, "name": firm.name, "revision": "1"}
    form |= {f"contact.{line.pk}.name": "陆青青", f"contact.{line.pk}.remark": "", f"contact.{line.pk}.revision": "1"}
    response = door(cast.clerk).post(f"/registers/enterprise/{firm.pk}/edit/", form)
    text = _text(response)
    assert response.status_code == 409
    assert "陶知行" in text and "他人已改为:陆清" in text
    assert f'name="contact.{line.pk}.name" value="陆青青"' in text
    assert f'name="contact.{line.pk}.remark" value="休假"' in text
    assert f'name="contact.{line.pk}.revision" value="2"' in text
    line.refresh_from_db()
    assert line.name == "陆清"


def test_a_further_line_without_scripts(cast: Cast, door: Door) -> None:
    form = {"name": "青禾", "contact.new.0.name": "陆青", "more_lines": "contact"}
    response = door(cast.clerk).post(NEW, form)
    text = _text(response)
    assert response.status_code == 200
    assert 'name="contact.new.0.name" value="陆青"' in text and 'name="contact.new.1.name" value=""' in text
    assert not Enterprise.objects.exists() and not Contact.objects.exists()


def test_a_draft_is_offered_restored_and_gone_after_saving(cast: Cast, door: Door) -> None:
    client = door(cast.clerk)
    typed = {"credit_code": CODES[0], "name": "青禾精密有限公司", "contact.new.3.name": "陆青"}
    answer = client.post(f"{NEW}draft/", typed)
    assert (answer.status_code, set(answer.json())) == (200, {"saved_at"})
    text = _text(client.get(NEW))
    assert "有未保存的草稿" in text and 'value="青禾精密有限公司"' not in text
    text = _text(client.get(NEW, {"draft": "1"}))
    assert "有未保存的草稿" not in text
    assert 'value="青禾精密有限公司"' in text and 'name="contact.new.3.name" value="陆青"' in text
    assert client.post(NEW, typed).status_code == 302
    assert not Draft.objects.exists()
    assert list(Contact.objects.values_list("name", flat=True)) == ["陆青"]


def test_a_draft_is_thrown_away(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    page = f"/registers/enterprise/{firm.pk}/edit/"
    client = door(cast.clerk)
    client.post(f"{page}draft/", {"name": "青禾", "revision": "1"})
    assert Draft.objects.get().values == {"name": "青禾", "revision": "1"}
    assert client.post(f"{page}draft/discard/").headers["Location"] == page
    text = _text(client.get(page))
    assert "已放弃草稿" in text and "有未保存的草稿" not in text
    assert not Draft.objects.exists()


def test_a_draft_older_than_the_row_tells_who_changed_what(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    page = f"/registers/enterprise/{firm.pk}/edit/"
    client = door(cast.clerk)
    client.post(f"{page}draft/", {"name": "我的名字", "address": "", "staff": "5", "revision": "1"})
    values = {"name": "别人的名字", "address": "新路1号"}
    actions.change(entry=firm, values=values, revision=1, by=cast.supervisor, at=LATER)
    assert "此后这条记录又有修改" in _text(client.get(page))
    text = _text(client.get(page, {"draft": "1"}))
    assert "陶知行" in text and "修改了“企业名称、地址”" in text
    assert 'value="我的名字"' in text and "他人已改为:别人的名字" in text
    assert 'value="新路1号"' in text and 'name="staff" value="5"' in text
    assert 'name="revision" value="2"' in text


def test_who_may_not_write_leaves_no_draft_and_asks_nothing(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    page = f"/registers/enterprise/{firm.pk}/edit/"
    for officer in (cast.viewer, cast.leader, cast.trade_clerk):
        client = door(officer)
        assert client.post(f"{page}draft/", {"name": "青禾"}).status_code == 403
        assert client.post(f"{page}check/", {"name": "青禾"}).status_code == 403
    assert not Draft.objects.exists()
    assert door(cast.clerk).post("/registers/enterprise/99/edit/draft/", {"name": "青禾"}).status_code == 422


def test_a_draft_of_another_officer_is_not_offered(cast: Cast, door: Door) -> None:
    drafts.keep(register=Enterprise.register, values={"name": "青禾"}, by=cast.clerk, at=AT)
    assert "有未保存的草稿" not in _text(door(cast.supervisor).get(NEW))


def test_what_saving_would_say_is_said_while_typing(cast: Cast, door: Door) -> None:
    known = enterprise(by=cast.clerk, unit=cast.science, credit_code=CODES[1], name="星湖精密有限公司")
    client = door(cast.clerk)
    before = state()
    said = client.post(f"{NEW}check/", {"credit_code": WRONG_CODE, "name": "甲", "registered_capital": "3000万"}).json()
    assert said["faults"] == {}
    assert [sentence[:25] for sentence in said["warnings"]["credit_code"]] == [f"统一社会信用代码{WRONG_CODE[:17]}"]
    assert said["read"] == {"registered_capital": "= 3,000 万元"}
    assert said["known"] is None
    said = client.post(f"{NEW}check/", {"credit_code": CODES[1].lower(), "name": "", "staff": "许多"}).json()
    assert set(said["faults"]) == {"name", "staff"}
    assert said["faults"]["staff"].startswith("“许多”不是数字")
    assert said["known"] == {
        "text": "统一社会信用代码相同的记录已经登记:星湖精密有限公司",
        "href": f"/registers/enterprise/{known.pk}/",
    }
    own = client.post(f"/registers/enterprise/{known.pk}/edit/check/", {"credit_code": CODES[1], "name": "星湖"}).json()
    assert own["known"] is None
    assert state() == before


def test_rows_are_offered_by_code_and_by_name(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, credit_code=CODES[0], name="澜海锂电材料有限公司")
    enterprise(by=cast.clerk, unit=cast.science, number=2, name="星湖精密有限公司")
    client = door(cast.clerk)
    for words in ("澜海", "锂电", CODES[0][:9], CODES[0]):
        found = client.get("/registers/high-tech/lookup/enterprise/", {"q": words}).json()
        assert f"澜海锂电材料有限公司({firm.credit_code})" in found["options"], words
    found = client.get("/registers/high-tech/lookup/enterprise/", {"q": "没有"}).json()
    assert found == {"options": [], "new": "/registers/enterprise/new/", "what": "企业"}


def test_a_row_registered_from_another_form_is_chosen_there(cast: Cast, door: Door) -> None:
    client = door(cast.clerk)
    client.post("/registers/high-tech/new/draft/", {"enterprise": "澜海锂电", "year": "2025", "stage_key": "seeded"})
    way = {"typed": "澜海锂电", "back": "/registers/high-tech/new/", "choose": "enterprise"}
    text = _text(client.get(NEW, way))
    assert 'name="name" value="澜海锂电"' in text and "保存后回到原来的表单" in text
    form = {"credit_code": CODES[0], "name": "澜海锂电材料有限公司", "back": way["back"], "choose": "enterprise"}
    response = client.post(NEW, form)
    made = Enterprise.objects.get()
    assert response.headers["Location"] == f"/registers/high-tech/new/?draft=1&item=enterprise&chosen={made.pk}"
    text = _text(client.get(response.headers["Location"]))
    assert f'name="enterprise" value="澜海锂电材料有限公司({made.credit_code})"' in text
    assert 'name="year" value="2025"' in text


def test_a_form_returns_to_this_house_only(cast: Cast, door: Door) -> None:
    for number, back in enumerate(("https://example.org/", "//example.org/registers/", "/logout/", "/registers\\@x")):
        form = {
            "credit_code": f"91320800MA{number:07d}A",
            "name": f"青禾{number}",
            "back": back,
            "choose": "enterprise",
        }
        response = door(cast.clerk).post(NEW, form)
        made = Enterprise.objects.get(name=f"青禾{number}")
        assert response.headers["Location"] == f"/registers/enterprise/{made.pk}/", back


def test_a_new_row_starts_with_what_the_address_gives(cast: Cast, door: Door) -> None:
    text = _text(door(cast.clerk).get("/registers/venture/new/", {"carrier": "孵化园"}))
    assert 'name="carrier" value="孵化园"' in text
    assert f'<option value="{cast.science.pk}" selected>' in text


def test_an_added_column_is_entered_like_any_other(cast: Cast, door: Door, extra_column: str) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    page = f"/registers/venture/{made.pk}/"
    client = door(cast.clerk)
    assert "用电容量" in _text(client.get(f"{page}edit/"))
    form = {"name": "甲", "revision": "1", extra_column: "12.5"}
    assert client.post(f"{page}edit/", form).status_code == 302
    made.refresh_from_db()
    assert made.extra == {"power": 12.5}
    text = _text(client.get(page))
    assert "用电容量(千伏安)" in text and ">12.5<" in text.replace("\n", "")


@pytest.fixture
def extra_column() -> Any:
    """A column that the zone added to the ventures."""
    from gongjian.drives.innovation.ventures import Venture
    from gongjian.kernel.registers.declare import extend

    column = {"name": "power", "label": "用电容量", "kind": "decimal", "unit": "千伏安"}
    assert extend(register=Venture.register, columns=[column]) == []
    yield "x_power"
    extend(register=Venture.register, columns=[])
