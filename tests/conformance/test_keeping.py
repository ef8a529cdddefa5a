"""Every register keeps what is half typed as a draft for its writer alone, and lists under a name as saved views."""

from __future__ import annotations

import html as markup
from typing import TYPE_CHECKING

import pytest
from tests.conformance import expected, pages
from tests.conformance.doors import ALL, Door, changeable, form, held, opened, typed
from tests.conformance.examples import Examples, value_of

from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.models import Draft, SavedView

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

pytestmark = pytest.mark.usefixtures("added")


@ALL
def test_a_draft_comes_back_to_who_typed_it_until_it_is_saved_or_thrown_away(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    row, field = examples.row(register, 1, unit=cast.science), changeable(register)
    before, new = held(register, row), value_of(field, 8, model=register.model)
    client, base = opened(door, register, cast.clerk), f"/registers/{name}/{row.pk}/edit/"
    half = {"revision": "1", field.name: typed(field, new), "x_note": "写到一半"}
    kept = client.post(f"{base}draft/", half)
    assert kept.status_code == 200 and set(kept.json()) == {"saved_at"}
    assert (Draft.objects.get().values, held(register, row)) == (half, before)
    assert "有未保存的草稿" in pages.text(client.get(base))
    assert "写到一半" in pages.text(client.get(f"{base}?draft=1"))
    other = opened(door, register, cast.supervisor)
    assert "写到一半" not in pages.text(other.get(f"{base}?draft=1")), "a draft is its writer's alone"
    stranger = opened(door, register, cast.trade_clerk).post(f"{base}draft/", half)
    assert (stranger.status_code, "refusal" in stranger.json(), Draft.objects.count()) == (403, True, 1)
    assert client.post(f"{base}draft/discard/").status_code == 302
    assert (Draft.objects.count(), "写到一半" in client.get(f"{base}?draft=1").content.decode()) == (0, False)
    client.post(f"{base}draft/", half)
    saved = client.post(base, form(register, before | {field.name: new}, revision="1"))
    assert (saved.status_code, Draft.objects.count()) == (302, 0), pages.told(saved)

    fresh = f"/registers/{name}/new/"
    assert client.post(f"{fresh}draft/", {"x_note": "新的一行"}).status_code == 200
    assert "新的一行" in pages.text(client.get(f"{fresh}?draft=1"))
    assert register.model._default_manager.count() == 1


@ALL
def test_a_list_is_kept_shared_opened_with_and_taken_away(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    rows = examples.rows(register, 2)
    client, base = opened(door, register, cast.supervisor), f"/registers/{name}/"
    first = register.columns[0]
    note = expected.follow(rows[0], "x_note")
    query = f"order=-{first}&x_note={note}&cols={first},x_note&known_at=2025-06-20"
    kept = client.post(f"{base}views/", {"name": " 我的 清单 ", "query": query})
    assert kept.status_code == 302, pages.told(kept)
    view = SavedView.objects.get()
    assert (view.name, view.owner, view.register, view.is_shared) == ("我的 清单", cast.supervisor, name, False)
    assert "known_at" not in view.query, "a day of the past is not kept"
    page = client.get(f"{base}views/{view.pk}/", follow=True)
    assert (page.status_code, pages.pks(page), pages.heads(page)) == (200, [rows[0].pk], [first, "x_note"])

    other = opened(door, register, cast.clerk)
    assert other.get(f"{base}views/{view.pk}/").status_code == 422, "a foreign view is nobody else's"
    for act in ("share", "rename", "remove"):
        answer = other.post(f"{base}views/{view.pk}/change/", {"act": act, "name": "别的"})
        assert answer.status_code == 422, act
    assert client.post(f"{base}views/{view.pk}/change/", {"act": "share"}).status_code == 302
    assert pages.heads(other.get(f"{base}views/{view.pk}/", follow=True)) == [first, "x_note"]
    assert view.name in markup.unescape(other.get(base, {"part": "views"}).content.decode())
    for act in ("withhold", "rename", "remove"):
        answer = other.post(f"{base}views/{view.pk}/change/", {"act": act, "name": "别的"})
        assert answer.status_code == 403 and cast.supervisor.name in answer.content.decode(), act
    view.refresh_from_db()
    assert (view.name, view.is_shared) == ("我的 清单", True)

    assert client.post(f"{base}views/", {"default": "1", "query": f"cols={first}"}).status_code == 302
    default = SavedView.objects.exclude(pk=view.pk).get()
    assert (default.owner, default.is_shared) == (cast.supervisor, False)
    assert pages.heads(client.get(base, follow=True)) == [first]
    assert len(pages.heads(other.get(base, follow=True))) > 1, "another's list opens as it is declared"
    assert client.post(f"{base}views/{view.pk}/change/", {"act": "remove"}).status_code == 302
    assert list(SavedView.objects.values_list("pk", flat=True)) == [default.pk]
    if cast.viewer.role in register.readers:
        viewer = opened(door, register, cast.viewer)
        shared = viewer.post(f"{base}views/", {"name": "共享", "shared": "1", "query": ""})
        assert (shared.status_code, SavedView.objects.count()) == (403, 1)
