"""Every register that is entered within another's form: lines added, changed, refused as typed, read by who may."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from tests.conformance import pages
from tests.conformance.doors import Door, changeable, form, held, opened, typed
from tests.conformance.examples import Examples, value_of

from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers.declare import REGISTERS, Register, registers
from gongjian.kernel.registers.together import inlines, pointer

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

PAIRS = [(outer.name, inner.name) for outer in registers() for inner, _ in inlines(outer)]
WITHIN = pytest.mark.parametrize(("name", "line"), PAIRS, ids=[f"{inner} in {outer}" for outer, inner in PAIRS])


@WITHIN
def test_lines_are_entered_with_a_new_row_and_all_or_nothing_is_saved(
    cast: Cast, examples: Examples, door: Door, name: str, line: str
) -> None:
    outer, inner = REGISTERS[name], REGISTERS[line]
    client = opened(door, outer, cast.clerk)
    values = examples.values(outer, 1, unit=cast.science)
    stage = {"stage_key": outer.stages[0].key, "happened_on": "2025-06-03"} if outer.stages else {}
    first, second = (_line(outer, inner, examples, n) for n in (1, 2))
    must = next(one for one in inner.key if one != pointer(register=inner, to=outer).name)
    wrong = second | {must: ""}
    lines = _sent(inner, "new.0", first) | _sent(inner, "new.1", wrong)
    before = (outer.model._default_manager.count(), inner.model._default_manager.count())
    refused = client.post(f"/registers/{name}/new/", form(outer, values, **stage, **lines))
    assert refused.status_code == 422, pages.told(refused)
    assert (outer.model._default_manager.count(), inner.model._default_manager.count()) == before
    kept = _shown(refused)
    assert {item: kept.get(item, "") for item in lines} == lines, "what was typed stays"
    good = _sent(inner, "new.0", first) | _sent(inner, "new.1", second)
    made = client.post(f"/registers/{name}/new/", form(outer, values, **stage, **good))
    assert made.status_code == 302, pages.told(made)
    row = outer.model._default_manager.get(pk=int(made.headers["Location"].rstrip("/").rsplit("/", 1)[1]))
    rows = list(_pointing(outer, inner, row))
    assert [_as_typed(inner, one, first) for one in rows] == [first, second]
    assert {one.unit for one in rows} == {cast.science}, "a line's unit is its row's"


@WITHIN
def test_a_line_is_changed_and_a_stale_or_wrong_one_is_refused(
    cast: Cast, examples: Examples, door: Door, name: str, line: str
) -> None:
    outer, inner = REGISTERS[name], REGISTERS[line]
    points, field = pointer(register=inner, to=outer), changeable(inner)
    row = examples.row(outer, 1, unit=cast.science)
    old = examples.row(inner, 1, **{points.name: row}, unit=cast.science)
    examples.row(inner, 2, **{points.name: row}, unit=cast.science)
    client, edit = opened(door, outer, cast.clerk), f"/registers/{name}/{row.pk}/edit/"
    page = client.get(edit)
    assert page.status_code == 200, pages.told(page)
    shown = {k: v for k, v in _shown(page).items() if not k.startswith(f"{line}.new.")}
    item = f"{line}.{old.pk}.{field.name}"
    assert item in shown and shown[f"{line}.{old.pk}.revision"] == "1"
    new = value_of(field, 8, model=inner.model)
    before = held(inner, old)
    saved = client.post(edit, shown | {item: typed(field, new)})
    assert saved.status_code == 302, pages.told(saved)
    assert held(inner, old) == before | {field.name: new}
    stale = client.post(edit, shown | {item: typed(field, value_of(field, 9, model=inner.model))})
    assert stale.status_code == 409, pages.told(stale)
    assert _shown(stale)[item] == typed(field, value_of(field, 9, model=inner.model))
    must = next(f for f in inner.fields if f.name in inner.key and f"{line}.{old.pk}.{f.name}" in shown)
    fresh = shown | {f"{line}.{old.pk}.revision": "2", item: typed(field, new)}
    wrong = client.post(edit, fresh | {f"{line}.{old.pk}.{must.name}": ""})
    assert wrong.status_code == 422, pages.told(wrong)
    old.refresh_from_db()
    assert (held(inner, old), old.revision) == (before | {field.name: new}, 2)
    again = {k: v for k, v in fresh.items() if not k.startswith(f"{line}.{old.pk}.")}
    assert client.post(edit, again).status_code == 302, "a line that is not sent is left alone"
    assert held(inner, old) == before | {field.name: new}
    gone = client.post(f"/registers/{line}/{old.pk}/remove/", {"reason": "重复登记", "revision": "2"})
    assert gone.status_code == 302, pages.told(gone)
    assert f"{line}.{old.pk}.revision" not in _shown(client.get(edit))
    assert _pointing(outer, inner, row).count() == 1


@WITHIN
def test_lines_are_for_whom_their_own_register_is(
    cast: Cast, examples: Examples, door: Door, name: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer, inner = REGISTERS[name], REGISTERS[line]
    points, field = pointer(register=inner, to=outer), changeable(inner)
    row = examples.row(outer, 1, unit=cast.science)
    theirs = examples.row(inner, 1, **{points.name: row}, unit=cast.trade)
    client, edit = opened(door, outer, cast.clerk), f"/registers/{name}/{row.pk}/edit/"
    page = client.get(edit)
    item = f"{line}.{theirs.pk}.{field.name}"
    before = held(inner, theirs)
    if inner.scope == "zone":
        assert item not in _writable(page), "a line of another office can only be read"
    change = _shown(page) | {item: typed(field, value_of(field, 8, model=inner.model))}
    change[f"{line}.{theirs.pk}.revision"] = "1"
    client.post(edit, change)
    assert held(inner, theirs) == before
    own = _line(outer, inner, examples, 2)
    only = {Role.SUPERVISOR}
    for roles in ("writers", "readers"):
        monkeypatch.setitem(vars(inner), roles, type(getattr(inner, roles))(only))  # a declaration is frozen
        page = client.get(edit)
        assert page.status_code == 200, pages.told(page)
        assert not any(item.startswith(f"{line}.new.") for item in _shown(page)), f"not among its {roles}"
        sent = {k: v for k, v in _shown(page).items() if not k.startswith(f"{line}.")}
        client.post(edit, sent | _sent(inner, "new.0", own))
        assert _pointing(outer, inner, row).count() == 1, f"not among its {roles}"
    assert item not in client.get(edit).content.decode()
    _supervisor_sees(outer, inner, cast.supervisor, door, edit, f"{line}.{theirs.pk}.revision")


def _supervisor_sees(outer: Register, inner: Register, by: Officer, door: Door, edit: str, item: str) -> None:
    page = opened(door, outer, by).get(edit)
    assert item in _shown(page) and any(one.startswith(f"{inner.name}.new.") for one in _shown(page))


def _line(outer: Register, inner: Register, examples: Examples, n: int) -> dict[str, str]:
    """The n-th line as it is typed, without the row that it stands under, its unit, and what is not asked for."""
    points = pointer(register=inner, to=outer)
    stand_in = {points.name: None, "unit": None}
    values = examples.values(inner, n, **stand_in)
    names = {*inner.key, *inner.columns} - set(stand_in)
    names |= {f.name for f in inner.fields if not (f.null or f.blank or f.has_default())} - set(stand_in)
    return {f.name: typed(f, values[f.name]) for f in inner.fields if f.name in names}


def _sent(inner: Register, place: str, values: dict[str, str]) -> dict[str, str]:
    return {f"{inner.name}.{place}.{name}": text for name, text in values.items()}


def _as_typed(inner: Register, row: Any, like: dict[str, str]) -> dict[str, str]:
    fields = {f.name: f for f in inner.fields}
    values = {name: getattr(row, name) for name in like}
    return {
        name: f"{value.normalize():f}" if isinstance(value, Decimal) else typed(fields[name], value)
        for name, value in values.items()
    }


def _pointing(outer: Register, inner: Register, row: Any) -> Any:
    points = pointer(register=inner, to=outer)
    return inner.model._default_manager.filter(**{points.name: row}).order_by("pk")


def _inputs(page: Any) -> list[Any]:
    return list(html.fromstring(page.content).xpath("//main//form[@method='post']//*[@name and not(@disabled)]"))


def _shown(page: Any) -> dict[str, str]:
    """What the form of a page would send."""
    found: dict[str, str] = {}
    for one in _inputs(page):
        if one.tag == "textarea":
            found[one.get("name")] = (one.text or "").removeprefix("\n")
        elif one.tag == "select":
            chosen = one.xpath(".//option[@selected]") or one.xpath(".//option")[:1]
            found[one.get("name")] = chosen[0].get("value", "") if chosen else ""
        elif one.get("type") in ("checkbox", "radio"):
            if one.get("checked") is not None:
                found[one.get("name")] = one.get("value", "on")
        elif one.tag == "input" and one.get("type") not in ("submit", "file", "button"):
            found[one.get("name")] = one.get("value", "")
    return found


def _writable(page: Any) -> set[str]:
    return {one.get("name") for one in _inputs(page) if one.get("readonly") is None}
