"""Role x register x door: what each officer may do is told from the declarations and tried at every door."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from tests.conformance import expected, pages
from tests.conformance.doors import WHY, Door, changeable, opened, typed
from tests.conformance.examples import Examples, value_of
from tests.surfaces.api.program import Program

from gongjian.kernel.errors import Forbidden
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.people.policy import VERBS
from gongjian.kernel.registers.declare import Register, registers

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

READING = {"register.read", "register.export", "entry.comment"}
OK, GONE, NO = 200, 422, 403
"""Answered; as if there were no such row; refused."""


@dataclass(kw_only=True)
class Visitor:
    """One officer before one register that holds a row of the science office and one of the trade office."""

    register: Register
    officer: Officer
    client: Client
    program: Program | None
    mine: Any
    other: Any
    is_writer_of: Callable[[Any], bool]
    sees: Callable[[Any], bool]

    @property
    def base(self) -> str:
        """The address of the register."""
        return f"/registers/{self.register.name}/"

    @property
    def rows(self) -> list[tuple[str, Any]]:
        """The rows to try; to an officer without a unit's bounds they are alike."""
        both = [("own row", self.mine), ("other's row", self.other)]
        return both if self.officer.role in (Role.UNIT_OFFICER, Role.VIEWER) else both[:1]

    def may(self, verb: str) -> bool:
        """Whether role and declaration allow the verb."""
        roles = self.register.readers if verb in READING else self.register.writers
        return self.officer.role in VERBS[verb][0] and self.officer.role in roles

    def get(self, path: str, **given: Any) -> int:
        """The status of a page."""
        return self.client.get(f"{self.base}{path}", given).status_code

    def of_row(self, row: Any, verb: str = "register.read") -> int:
        """What a door of one row should answer to this officer."""
        if not self.may("register.read"):
            return NO
        if not self.sees(row):
            return GONE
        if verb in ("register.read", "entry.comment"):
            return OK if self.may(verb) else NO
        return OK if self.may(verb) and self.is_writer_of(row) else NO

    def shown(self) -> list[int]:
        """The rows that a list should show."""
        return sorted(row.pk for row in (self.mine, self.other) if self.may("register.read") and self.sees(row))


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("role", sorted(Role.values))
def test_every_door_of_every_register_opens_to_whom_it_is_declared(
    cast: Cast, examples: Examples, door: Door, role: str
) -> None:
    wrong: list[str] = []
    officer = cast.by_role[role]
    program = _program(officer)
    for register in registers():
        visitor = _visitor(register, officer, program, cast, examples, door)
        for what, seen, should in (*_pages(visitor), *_sheets(visitor), *_acts(visitor), *_interface(visitor)):
            if seen != should:
                wrong.append(f"{register.name}: {what}: expected {should}, met {seen}")
    assert not wrong, f"{officer.role} ({officer.unit}): {len(wrong)} doors differ:\n" + "\n".join(wrong)


def _visitor(
    register: Register, officer: Officer, program: Program | None, cast: Cast, examples: Examples, door: Door
) -> Visitor:
    mine, other = examples.rows(register, 2)
    own = {"unit_officer": {cast.science.pk, cast.park.pk}, "viewer": {cast.trade.pk}}.get(officer.role)
    return Visitor(
        register=register,
        officer=officer,
        client=opened(door, register, officer),
        program=program,
        mine=mine,
        other=other,
        is_writer_of=lambda row: officer.role != "unit_officer" or row.unit_id in (own or ()),
        sees=lambda row: own is None or register.scope == "zone" or row.unit_id in own,
    )


def _program(officer: Officer) -> Program | None:
    """The officer's program; None for a role that gets no token."""
    try:
        program = Program(officer)
    except Forbidden:
        assert officer.role not in VERBS["token.own"][0]
        return None
    assert officer.role in VERBS["token.own"][0]
    return program


def _pages(v: Visitor) -> list[tuple[str, Any, Any]]:
    """Pages: list, search, row, and the forms of a row."""
    read = OK if v.may("register.read") else NO
    found: list[tuple[str, Any, Any]] = []
    every = v.client.get(v.base, {"view": "0"})
    found.append(("list", every.status_code, read))
    if read == OK:
        found.append(("rows of the list", sorted(pages.pks(every)), v.shown()))
        path = expected.searchable(v.register)[0]
        words = str(expected.follow(v.other, path))
        hits = expected.hits(v.register, [v.mine, v.other], words) & set(v.shown())
        found.append(("search", set(pages.pks(v.client.get(v.base, {"q": words}))), hits))
    for whose, row in v.rows:
        found.append((f"page of {whose}", v.get(f"{row.pk}/"), v.of_row(row)))
        found.append((f"form of {whose}", v.get(f"{row.pk}/edit/"), v.of_row(row, "register.write")))
        found.append((f"removal of {whose}", v.get(f"{row.pk}/remove/"), v.of_row(row, "register.write")))
        cell = v.get(f"{row.pk}/cell/{changeable(v.register).name}/")
        found.append((f"cell of {whose}", cell, v.of_row(row, "register.write")))
    found.append(("new form", v.get("new/"), OK if v.may("register.write") else NO))
    return found


def _sheets(v: Visitor) -> list[tuple[str, Any, Any]]:
    """Import page, template, export with the rows it holds, bulk page with the rows it would change."""
    bring = OK if v.may("register.import") else NO
    found: list[tuple[str, Any, Any]] = [
        ("import page", v.get("import/"), bring),
        ("template", v.get("template.xlsx"), bring),
        (
            "upload",
            v.client.post(f"{v.base}import/", {"how": "paste", "text": ""}).status_code,
            422 if bring == OK else NO,
        ),
    ]
    export = v.client.get(f"{v.base}export.xlsx", {"as": "csv"})
    found.append(("export", export.status_code, OK if v.may("register.export") else NO))
    if export.status_code == OK:
        lines = list(csv.reader(io.StringIO(export.content.decode("utf-8-sig"))))[1:]
        found.append(("rows of the export", len(lines), len(v.shown())))
    field = changeable(v.register)
    address = f"{v.base}bulk/?pick={v.mine.pk}&pick={v.other.pk}"
    new = typed(field, value_of(field, 8, model=v.register.model))
    bulk = v.client.post(address, {"set": field.name, field.name: new, "step": "preview"})
    found.append(("bulk", bulk.status_code, OK if v.may("register.bulk") else NO))
    if bulk.status_code == OK:
        text = pages.plain(pages.text(bulk))
        rows = [row for row in (v.mine, v.other) if v.sees(row)]
        able = sum(v.is_writer_of(row) for row in rows)
        told = (f"修改 {able}</span>" in text, f"不能修改 {len(rows) - able}</span>" in text)
        found.append((f"bulk changes {able} of {len(rows)} rows", told, (True, True)))
    return found


def _acts(v: Visitor) -> list[tuple[str, Any, Any]]:
    """Forms that are sent: a change that changes nothing, a cell, a removal without reason, a remark."""
    found: list[tuple[str, Any, Any]] = []
    for whose, row in v.rows:
        sent = v.client.post(f"{v.base}{row.pk}/edit/", {"revision": "1"}).status_code
        found.append((f"saving {whose}", sent, {OK: 302}.get(s := v.of_row(row, "register.write"), s)))
        gone = v.client.post(f"{v.base}{row.pk}/remove/", {"reason": ""}).status_code
        found.append((f"removing {whose}", gone, {OK: 422}.get(s := v.of_row(row, "register.write"), s)))
        said = v.client.post(f"{v.base}{row.pk}/say/", {"text": ""}).status_code
        found.append((f"remark on {whose}", said, {OK: 422}.get(s := v.of_row(row, "entry.comment"), s)))
    made = v.client.post(f"{v.base}new/", {}).status_code
    found.append(("entering", made, 422 if v.may("register.write") else NO))
    return found


def _interface(v: Visitor) -> list[tuple[str, Any, Any]]:
    """The same through a program; there a row out of sight is 404."""
    if v.program is None:
        return []
    base = f"/registers/{v.register.name}"
    why = {"purpose": WHY} if v.register.sensitive else {}
    read = OK if v.may("register.read") else NO
    status, body = v.program.get(base, **why)
    found: list[tuple[str, Any, Any]] = [("API list", status, read)]
    if status == OK:
        found.append(("rows of the API list", sorted(row["id"] for row in body["rows"]), v.shown()))
    found.append(("API description", v.program.get(f"{base}/description")[0], read))
    for whose, row in v.rows:
        for what, path in (("row", ""), ("history", "/history")):
            status = v.program.get(f"{base}/{row.pk}{path}", **why)[0]
            found.append((f"API {what}, {whose}", status, {GONE: 404}.get(s := v.of_row(row), s)))
        status = v.program.patch(f"{base}/{row.pk}", {"revision": 1, "values": {}}, **why)[0]
        found.append((f"API change, {whose}", status, {GONE: 404}.get(s := v.of_row(row, "register.write"), s)))
        line = {"id": row.pk, "revision": 1, "x_note": "另写"}
        status, body = v.program.post(f"{base}/bulk", {"rows": [line], "dry_run": True}, **why)
        should = NO if not v.may("register.import") else OK if v.is_writer_of(row) else 422
        found.append((f"API bulk, {whose}", status, should))
    status = v.program.post(base, {"values": {}}, **why)[0]
    found.append(("API entering", status, 422 if v.may("register.write") else NO))
    return found
