"""Sensitive registers: the purpose is asked once, holds for half an hour, and every reading is in the log with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from tests.kernel.people.cast import AT, TODAY

from gongjian.kernel.people.models import Act, Officer, Zone
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.models import Draft

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]
ASK = "/registers/person/purpose/"


@pytest.fixture
def row(cast: Cast) -> Any:
    """One person, of the science office."""
    Zone.objects.update(stands_at=TODAY)
    values = {"person_key": "P-1", "name": "季禾", "unit": cast.science}
    return actions.create(register=REGISTERS["person"], values=values, by=cast.supervisor, at=AT, today=TODAY)


def _text(response: Any) -> str:
    return str(response.content.decode())


def _opened() -> list[str]:
    return list(Act.objects.filter(verb="register.opened").order_by("pk").values_list("note", flat=True))


def test_the_purpose_is_asked_and_the_address_opened_after_it(cast: Cast, door: Door, row: Any) -> None:
    client, page = door(cast.supervisor), f"/registers/person/{row.pk}/?before=x"
    response = client.get(page)
    text = _text(response)
    assert response.status_code == 403
    assert "查阅“人员”前,请说明用途" in text and f'name="next" value="{page}"' in text and "季禾" not in text
    response = client.post(ASK, {"purpose": "核对人才补助发放", "next": page})
    assert response.headers["Location"] == page
    text = _text(client.get(page))
    assert "季禾" in text and "查阅用途:核对人才补助发放" in text
    assert _opened() == ["人员(说明用途):核对人才补助发放", f"人员(第{row.pk}号记录):核对人才补助发放"]


def test_a_purpose_too_short_is_asked_again(cast: Cast, door: Door, row: Any) -> None:
    client = door(cast.supervisor)
    response = client.post(ASK, {"purpose": "看看", "next": "/registers/person/"})
    assert response.status_code == 422
    assert "查阅用途没有写清楚" in _text(response) and 'value="看看"' in _text(response)
    assert client.get(f"/registers/person/{row.pk}/").status_code == 403
    assert _opened() == []


def test_a_purpose_holds_for_half_an_hour_and_for_one_officer(
    cast: Cast, door: Door, row: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongjian.kernel import clock

    client, page = door(cast.supervisor), f"/registers/person/{row.pk}/"
    now = clock.now()
    client.post(ASK, {"purpose": "核对人才补助发放", "next": page})
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=29))
    assert client.get(page).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=31))
    response = client.get(page)
    assert response.status_code == 403
    assert "已超过 30 分钟" in _text(response) and 'value="核对人才补助发放"' in _text(response)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert door(cast.clerk).get(page).status_code == 403


def test_a_form_sent_after_the_half_hour_is_kept_as_a_draft(cast: Cast, door: Door, row: Any) -> None:
    client, page = door(cast.supervisor), f"/registers/person/{row.pk}/edit/"
    form = {"person_key": "P-1", "name": "季禾禾", "revision": "1"}
    response = client.post(page, form, headers={"referer": f"http://testserver{page}"})
    assert response.status_code == 403
    assert f'name="next" value="{page}"' in _text(response)
    assert Draft.objects.get().values == form
    client.post(ASK, {"purpose": "更正姓名写法", "next": page})
    assert "有未保存的草稿" in _text(client.get(page))
    row.refresh_from_db()
    assert row.name == "季禾"


def test_a_closed_register_asks_nobody_for_a_purpose(cast: Cast, door: Door, row: Any) -> None:
    client = door(cast.viewer)
    for path in (f"/registers/person/{row.pk}/", ASK):
        response = client.get(path)
        assert (response.status_code, "不向“查看”角色开放" in _text(response)) == (403, True)
    assert client.post(ASK, {"purpose": "核对人才补助发放"}).status_code == 403
    assert _opened() == []


def test_only_addresses_of_this_house_are_returned_to(cast: Cast, door: Door, row: Any) -> None:
    client = door(cast.supervisor)
    for back in ("https://example.org/", "//example.org/", "javascript:alert(1)", ""):
        response = client.post(ASK, {"purpose": "核对人才补助发放", "next": back})
        assert response.headers["Location"] == "/registers/person/", back
