"""Every register for programs: described, listed as the page lists it, read, entered, changed, in bulk, remembered."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import models
from tests.conformance import expected
from tests.conformance.doors import ALL, WHY, Door, changeable, held
from tests.conformance.examples import REACHED_ON, Examples, value_of
from tests.surfaces.api.program import Program

from gongjian.kernel.people.models import Unit
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.values import handle, shown

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

pytestmark = pytest.mark.usefixtures("added")


@ALL
def test_rows_are_described_listed_and_read_as_the_pages_show_them(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    rows = examples.rows(register, 4)
    program, base = Program(cast.supervisor, "read"), f"/registers/{name}"
    why = {"purpose": WHY} if register.sensitive else {}
    status, told = program.get(f"{base}/description")
    assert status == 200
    slots = [*([register.stage_field] if register.stage_field else []), *register.evidence]
    assert [one["name"] for one in told["columns"]] == [f.name for f in (*register.fields, *slots)]
    assert told["key"] == list(register.key)
    assert told["filters"] == [*register.filters, *(f.name for f in register.extra if f.is_filter)]

    found: list[dict[str, Any]] = []
    after, walks = "", 0
    while walks == 0 or after:
        status, part = program.get(base, limit=3, after=after, counted=True, **why)
        assert (status, part["count"]) == (200, {"n": 4, "how": "exact"})
        found, after, walks = [*found, *part["rows"]], part["after"], walks + 1
    assert ([one["id"] for one in found], walks) == (expected.ordered(register, rows, register.sort), 2)
    by_pk = {row.pk: row for row in rows}
    for one in found:
        row = by_pk[one["id"]]
        assert (one["name"], one["revision"]) == (str(row), 1)
        for field in (*register.fields, *slots):
            assert _same(field, one["values"][field.name], getattr(row, field.name)), field.name
        assert program.get(f"{base}/{row.pk}", **why) == (200, one)
    for path in told["filters"]:
        value = expected.as_filter(expected.follow(rows[0], path))
        status, part = program.get(base, **{path: value}, **why)
        wanted = {row.pk for row in rows if expected.as_filter(expected.follow(row, path)) == value}
        assert (status, {one["id"] for one in part["rows"]}) == (200, wanted), f"{path}={value}"
    first = f"-{register.columns[0]}"
    status, part = program.get(base, order=first, **why)
    assert [one["id"] for one in part["rows"]] == expected.ordered(register, rows, [first])
    words = str(expected.follow(rows[1], expected.searchable(register)[0]))
    status, part = program.get(base, q=words, **why)
    assert {one["id"] for one in part["rows"]} == expected.hits(register, rows, words)


@ALL
def test_rows_are_entered_changed_and_written_in_bulk(cast: Cast, examples: Examples, door: Door, name: str) -> None:
    register = REGISTERS[name]
    program, base, field = Program(cast.supervisor), f"/registers/{name}", changeable(register)
    why = {"purpose": WHY} if register.sensitive else {}
    values = examples.values(register, 1)
    stage = {"stage": register.stages[1].key, "happened_on": REACHED_ON.isoformat()} if register.stages else {}
    status, made = program.post(base, {"values": _sent(register, values), **stage}, **why)
    assert status == 201, made
    assert held(register, made["id"]) == values
    if register.stage_field is not None:
        assert made["values"][register.stage_field.name] == register.stages[1].key
    status, twice = program.post(base, {"values": _sent(register, values)}, **why)
    assert (status, twice["fault"]["code"]) == (422, "entry.duplicate")

    new = value_of(field, 8, model=register.model)
    body = {"revision": 1, "values": {field.name: _json(field, new)}, "reason": "核对"}
    status, changed = program.patch(f"{base}/{made['id']}", body, **why)
    assert (status, changed["revision"]) == (200, 2), changed
    assert held(register, made["id"]) == values | {field.name: new}
    late = {"revision": 1, "values": {"x_note": "晚到"}}
    status, stale = program.patch(f"{base}/{made['id']}", late, **why)
    assert (status, stale["fault"]["code"]) == (409, "row.stale")
    assert (
        f"修改了“{field.verbose_name}”" in stale["fault"]["cause"] and cast.supervisor.name in stale["fault"]["cause"]
    )
    status, events = program.get(f"{base}/{made['id']}/history", **why)
    change = [str(field.verbose_name), shown(values[field.name], field), shown(new, field)]
    assert (status, [one["title"] for one in events]) == (200, ["修改台账记录", "新增台账记录"])
    assert (events[0]["changes"], events[0]["note"], events[0]["by"]) == ([change], "核对", str(cast.supervisor))

    other = examples.values(register, 2)
    lines = [_sent(register, values | {"x_note": "批量"}), _sent(register, other)]
    status, tried = program.post(f"{base}/bulk", {"rows": lines, "dry_run": True}, **why)
    assert status == 200, tried
    assert tried["counts"] == {"new": 1, "changed": 1, "unchanged": 0, "refused": 0}
    assert set(tried["changes"]["1"]) == {str(field.verbose_name), "自设说明"}
    assert register.model._default_manager.count() == 1
    status, done = program.post(f"{base}/bulk", {"rows": lines, "digest": tried["digest"], "reason": "月报"}, **why)
    assert status == 200, done
    second = register.model._default_manager.exclude(pk=made["id"]).get()
    assert [held(register, one) for one in (made["id"], second)] == [values | {"x_note": "批量"}, other]
    status, _ = program.post(f"/batches/{done['batch']}/undo", {"reason": "报错了"})
    assert (status, Batch.objects.get(pk=done["batch"]).state) == (200, "undone")
    assert [row.pk for row in register.model._default_manager.all()] == [made["id"]]
    assert held(register, made["id"]) == values | {field.name: new}


def _same(field: Any, told: Any, value: Any) -> bool:
    """Whether an answer's value is that of the row."""
    if isinstance(value, models.Model):
        return bool(told == {"id": value.pk, "name": str(value)})
    if isinstance(value, Decimal):
        return Decimal(told) == value
    return bool(told == (value.isoformat() if isinstance(field, models.DateField) and value else value))


def _sent(register: Register, values: dict[str, Any]) -> dict[str, Any]:
    return {f.name: _json(f, values[f.name]) for f in register.fields}


def _json(field: Any, value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, models.Model):
        return value.name if isinstance(value, Unit) else handle(value)
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(field, models.DateField) else value
