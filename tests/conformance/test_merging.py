"""Every register that looks for duplicates, and every one that others point at: found, merged, told, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from tests.conformance import pages
from tests.conformance.doors import Door, opened, stated
from tests.conformance.examples import CHANGED_AT, Examples
from tests.kernel.registers.entries import books

from gongjian.kernel.people import acts
from gongjian.kernel.registers import actions, batches
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.merging import merge
from gongjian.kernel.registers.models import Batch, NotDuplicate
from gongjian.kernel.registers.pointing import pointers, pointing_at
from gongjian.kernel.registers.references import planned

if TYPE_CHECKING:
    from django.test import Client
    from tests.kernel.people.cast import Cast

ALIKE = pytest.mark.parametrize("name", sorted(name for name, one in REGISTERS.items() if one.alike))
POINTED_AT = pytest.mark.parametrize(
    "name", sorted(name for name, one in REGISTERS.items() if next(pointers(one.model), None) is not None)
)
WHY = "同一事项登记了两次"


def _pair(examples: Examples, register: Register, **given: Any) -> tuple[Any, Any]:
    """Two rows that differ in everything but their name, which is written in two ways."""
    one = examples.row(register, 1, **given)
    names = {f.name for f in register.fields}
    name = next(name for name in ("name", "title", *register.alike) if name in names)
    text = getattr(one, name)
    return one, examples.row(register, 2, **{name: f"{text[:2]} {text[2:]}", **given})


def _form(client: Client, address: str) -> dict[str, str]:
    """The form of the page as a browser sends it, untouched but for the reason."""
    page = client.get(address)
    assert page.status_code == 200, pages.told(page)
    form = html.fromstring(page.content).xpath("//main//form[@method='post'][.//*[@name='reason']]")[0]
    return dict(form.form_values()) | {"reason": WHY}


@ALIKE
def test_two_alike_are_found_merged_from_the_page_and_brought_back(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    keep, drop = _pair(examples, register)
    actions.comment(entry=drop, text="请核对是否重复", by=cast.supervisor, at=CHANGED_AT)
    client, base = opened(door, register, cast.supervisor), f"/registers/{name}/"
    before = books()
    found = client.get(f"{base}duplicates/")
    links = html.fromstring(found.content).xpath("//a[text()='合并…']/@href")
    assert found.status_code == 200 and len(links) == 1, pages.told(found)
    address = f"{base}merge/?keep={keep.pk}&drop={drop.pk}"
    assert sorted(links[0].partition("?")[2].split("&")) in (
        [f"drop={drop.pk}", f"keep={keep.pk}"],
        [f"drop={keep.pk}", f"keep={drop.pk}"],
    )
    sent = _form(client, address)
    refused = client.post(address, sent | {"reason": ""})
    assert (refused.status_code, books()) == (422, before), pages.told(refused)
    done = client.post(address, sent)
    assert (done.status_code, done.headers.get("Location")) == (302, f"{base}{keep.pk}/"), pages.told(done)
    assert list(register.model._default_manager.values_list("pk", flat=True)) == [keep.pk]
    page = client.get(f"{base}{keep.pk}/")
    text = pages.plain(html.fromstring(page.content).text_content())
    assert "合并重复记录" in text and WHY in text and "请核对是否重复" in text
    assert client.get(f"{base}{drop.pk}/").headers["Location"] == f"{base}{keep.pk}/"
    batch = Batch.objects.get(kind=Batch.Kind.MERGE)
    past = register.model.history.model._default_manager.filter(history_batch=batch).order_by("history_id")
    assert list(past.values_list("id", "history_type")) == [(drop.pk, "-"), (keep.pk, "~")]
    assert client.get(f"{base}batches/{batch.pk}/").status_code == 200
    undone = client.post(f"{base}batches/{batch.pk}/undo/", {"reason": "不是重复"})
    if undone.status_code == 302:
        batch.refresh_from_db()
    assert (batch.state, books()) == ("undone", before), pages.told(undone)


@ALIKE
def test_who_may_not_merge_is_refused_at_every_door(cast: Cast, examples: Examples, door: Door, name: str) -> None:
    register = REGISTERS[name]
    keep, drop = _pair(examples, register, unit=cast.science)
    base = f"/registers/{name}/"
    address = f"{base}merge/?keep={keep.pk}&drop={drop.pk}"
    sent = {"keep_revision": "1", "drop_revision": "1", "reason": WHY}
    apart = {"rows": f"{keep.pk},{drop.pk}", "reason": WHY}
    before = books()
    for officer in (cast.leader, cast.viewer, cast.auditor, cast.administrator):
        client = door(officer)
        if register.sensitive and officer.role in register.readers:
            client = opened(door, register, officer)
        asked = [client.get(f"{base}duplicates/"), client.get(address), client.post(address, sent)]
        asked.append(client.post(f"{base}duplicates/not/", apart))
        assert [one.status_code for one in asked] == [403] * 4, officer.role
    other, unseen = opened(door, register, cast.trade_clerk), 422 if register.scope == "unit" else 403
    asked = [other.get(address), other.post(address, sent), other.post(f"{base}duplicates/not/", apart)]
    assert [one.status_code for one in asked] == [unseen] * 3
    assert (books(), NotDuplicate.objects.count(), Batch.objects.count()) == (before, 0, 0)


@ALIKE
def test_what_is_no_duplicate_is_said_in_the_log_and_taken_back(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    one, other = _pair(examples, register, unit=cast.science)
    client, base = opened(door, register, cast.clerk), f"/registers/{name}/duplicates/"
    said = client.post(f"{base}not/", {"rows": f"{one.pk},{other.pk}", "reason": "两家同名"})
    assert said.status_code == 302, pages.told(said)
    assert "合并…" not in client.get(base).content.decode()
    marked = client.get(f"{base}?marked=1").content.decode()
    assert "两家同名" in marked and str(cast.clerk) in marked
    mark = NotDuplicate.objects.get()
    assert client.post(f"{base}not/{mark.pk}/", {"reason": "弄错了"}).status_code == 302
    assert NotDuplicate.objects.count() == 0 and "合并…" in client.get(base).content.decode()
    for row in (one, other):
        back, first = acts.of(row)[:2]
        assert (first.verb, first.by, "两家同名" in first.note) == ("duplicates.dismissed", cast.clerk, True)
        assert (back.verb, back.by, "弄错了" in back.note) == ("duplicates.reconsidered", cast.clerk, True)


@POINTED_AT
def test_everything_that_points_at_a_row_moves_or_becomes_one_and_comes_back(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    client = opened(door, register, cast.supervisor)
    keep, drop = examples.row(register, 1), examples.row(register, 2)
    moving: list[Any] = []
    twins: list[tuple[Any, Any]] = []
    for place, f in enumerate(pointers(register.model)):
        other, n = f.model.register, 11 + 3 * place
        opened(door, other, cast.supervisor)
        ours = examples.row(other, n, **{f.name: keep})
        if f.name in other.key:
            shared = {one: getattr(ours, one) for one in other.key} | {f.name: drop}
            twins.append((ours, examples.row(other, n + 1, **shared)))
        moving.append(examples.row(other, n + 2, **{f.name: drop}))
    before = books()
    plan = planned(keep=keep, drop=drop)
    assert {pair.key for pair in plan.pairs[1:]} == {(a.register.name, a.pk, b.pk) for a, b in twins}
    assert {(one, row.pk) for one, rows in plan.moved.items() for row in rows} == {
        (row.register.name, row.pk) for row in moving
    }
    page = client.get(f"/registers/{name}/merge/?keep={keep.pk}&drop={drop.pk}")
    assert page.status_code == 200, pages.told(page)
    assert page.content.decode().count('<details class="clash') == len(plan.clashes)
    batch = merge(
        keep=keep,
        drop=drop,
        values={},
        revisions=(keep.revision, drop.revision),
        by=cast.supervisor,
        at=CHANGED_AT,
        reason=WHY,
        purpose=stated(register, cast.supervisor),
    )
    assert list(pointing_at(model=register.model, ids=[drop.pk])) == []
    for row in moving:
        row.refresh_from_db()
        past = row.register.model.history.model._default_manager.filter(id=row.pk, history_batch=batch)
        assert (past.count(), row.revision) == (1, 2)
    for ours, theirs in twins:
        model = ours.register.model._default_manager
        assert (model.filter(pk=ours.pk).exists(), model.filter(pk=theirs.pk).exists()) == (True, False)
    told = client.get(f"/registers/{name}/batches/{batch.pk}/")
    listed = [ours for ours, _ in twins if not ours.register.sensitive]  # sensitive rows are told of on their own pages
    assert told.status_code == 200 and told.content.decode().count(">删除<") == 1 + len(listed)
    batches.undo(batch=batch, by=cast.supervisor, at=CHANGED_AT, reason="不是重复")
    assert books() == before
