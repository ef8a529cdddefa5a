"""Every register's rows one by one: entered, changed, changed in place, shown with what happened to them, removed."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from lxml import html
from tests.conformance import pages
from tests.conformance.doors import ALL, Door, changeable, form, held, opened, typed
from tests.conformance.examples import Examples, value_of

from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.values import shown

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

pytestmark = pytest.mark.usefixtures("added")


@ALL
def test_a_row_is_entered_and_changed_by_the_form_and_a_stale_form_says_who(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    rows, base = register.model._default_manager, f"/registers/{name}/"
    client, other = (opened(door, register, by) for by in (cast.supervisor, cast.clerk))
    values = examples.values(register, 1)
    page = client.get(f"{base}new/")
    assert page.status_code == 200, pages.told(page)
    asked = set(html.fromstring(page.content).xpath("//main//form//*[@name]/@name"))
    assert {f.name for f in register.fields} <= asked
    before = rows.count()
    empty = client.post(f"{base}new/", {})
    assert (empty.status_code, rows.count()) == (422, before), pages.told(empty)
    stage = {"stage_key": register.stages[-1].key, "happened_on": "2025-06-03"} if register.stages else {}
    made = client.post(f"{base}new/", form(register, values, **stage))
    assert made.status_code == 302, pages.told(made)
    row = rows.get(pk=int(made.headers["Location"].rstrip("/").rsplit("/", 1)[1]))
    assert (held(register, row), row.revision, rows.count()) == (values, 1, before + 1)
    if register.stage_field is not None:
        assert getattr(row, register.stage_field.name) == register.stages[-1].key
        assert StageMove.objects.get(register=name, entry_id=row.pk).happened_on == date(2025, 6, 3)
    twice = client.post(f"{base}new/", form(register, values, **stage))
    assert (twice.status_code, rows.count()) == (422, before + 1)
    assert "已经存在" in pages.told(twice)

    edit, field = f"{base}{row.pk}/edit/", changeable(register)
    page = client.get(edit)
    assert page.status_code == 200, pages.told(page)
    new = values | {field.name: value_of(field, 8, model=register.model)}
    saved = client.post(edit, form(register, new, revision="1", change_reason="核对"))
    assert (saved.status_code, held(register, row)) == (302, new), pages.told(saved)
    stale = other.post(edit, form(register, values | {"x_note": "晚到的改动"}, revision="1"))
    assert stale.status_code == 409, pages.told(stale)
    text = pages.text(stale)
    assert cast.supervisor.name in text and str(field.verbose_name) in pages.told(stale) and "晚到的改动" in text
    row.refresh_from_db()
    assert (held(register, row), row.revision) == (new, 2)


@ALL
def test_a_cell_is_changed_in_the_list_and_taken_back(cast: Cast, examples: Examples, door: Door, name: str) -> None:
    register = REGISTERS[name]
    row = examples.row(register, 1)
    before = held(register, row)
    client, field = opened(door, register, cast.supervisor), changeable(register)
    new = value_of(field, 8, model=register.model)
    cell = f"/registers/{name}/{row.pk}/cell/{field.name}/"
    assert client.get(cell).status_code == 200
    saved = client.post(f"{cell}?cols={field.name}", {field.name: typed(field, new), "revision": "1"})
    assert saved.status_code == 200, pages.told(saved)
    assert held(register, row) == before | {field.name: new}
    answer = saved.json()
    assert f'data-pk="{row.pk}" data-revision="2"' in answer["row"]
    assert answer["said"].endswith(
        f"的“{field.verbose_name}”:{shown(before[field.name], field)} → {shown(new, field)}。"
    )
    stale = opened(door, register, cast.clerk).post(cell, {field.name: typed(field, new), "revision": "1"})
    assert (stale.status_code, held(register, row)) == (409, before | {field.name: new})
    assert cast.supervisor.name in stale.content.decode()
    back = client.post(f"/registers/{name}/{row.pk}/revert/", answer["undo"])
    assert (back.status_code, held(register, row)) == (200, before)
    added = f"/registers/{name}/{row.pk}/cell/x_amount/"
    wrong = client.post(added, {"x_amount": "很多", "revision": "3"})
    assert (wrong.status_code, held(register, row)) == (422, before)
    assert client.post(added, {"x_amount": "3000元", "revision": "3"}).status_code == 200
    assert str(held(register, row)["x_amount"]) == "0.3"
    if register.stage_field is not None:
        cell = f"/registers/{name}/{row.pk}/cell/{register.stage_field.name}/"
        moved = client.post(cell, {register.stage_field.name: register.stages[1].key, "happened_on": "2025-06-20"})
        assert moved.status_code == 200, pages.told(moved)
        assert (
            getattr(register.model._default_manager.get(pk=row.pk), register.stage_field.name) == register.stages[1].key
        )


@ALL
def test_a_row_has_a_page_with_its_past_and_is_removed_for_a_reason(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    row, field = examples.row(register, 1), changeable(register)
    old, new = getattr(row, field.name), value_of(field, 8, model=register.model)
    client, base = opened(door, register, cast.supervisor), f"/registers/{name}/{row.pk}/"
    assert client.post(f"{base}say/", {"text": "请核对这一条"}).status_code == 302
    client.post(f"{base}cell/{field.name}/", {field.name: typed(field, new), "revision": "1"})
    page = client.get(base)
    assert page.status_code == 200, pages.told(page)
    text = pages.plain(html.fromstring(page.content).text_content())
    row.refresh_from_db()
    for one in register.fields:
        value = getattr(row, one.name)
        if value not in (None, ""):
            assert pages.plain(shown(value, one)) in text, f"{one.verbose_name} is not on the row's page"
    history = html.fromstring(page.content).get_element_by_id("history")
    told = pages.plain(history.text_content())
    for words in ("修改台账记录", "新增台账记录", str(field.verbose_name), cast.supervisor.name):
        assert words in told
    assert pages.plain(shown(old, field)) in told and pages.plain(shown(new, field)) in told
    assert "请核对这一条" in text

    revert = f"{base}revert/1/"
    assert pages.plain(shown(old, field)) in pages.plain(html.fromstring(client.get(revert).content).text_content())
    assert client.post(revert, {"reason": "填错", "revision": "2"}).status_code == 302
    assert held(register, row)[field.name] == old

    rows = register.model._default_manager
    assert client.get(f"{base}remove/").status_code == 200
    assert (client.post(f"{base}remove/", {"reason": "", "revision": "3"}).status_code, rows.count()) == (422, 1)
    gone = client.post(f"{base}remove/", {"reason": "重复登记", "revision": "3"})
    assert (gone.status_code, rows.filter(pk=row.pk).exists()) == (302, False), pages.told(gone)
    last = register.model.history.model._default_manager.filter(id=row.pk).order_by("history_id").last()
    assert (last.history_type, last.history_change_reason, last.history_user) == ("-", "重复登记", cast.supervisor)
    assert client.get(base).status_code == 422
    assert re.search("已删除", pages.text(client.get(f"/registers/{name}/?view=0")))
