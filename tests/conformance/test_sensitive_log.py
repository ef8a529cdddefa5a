"""The log of acts, which is read without a purpose, tells nothing of what a row of a sensitive register holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.conformance.doors import Door, opened
from tests.conformance.examples import CHANGED_AT, Examples

from gongjian.kernel.people.models import Act
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.declare import REGISTERS, registers

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

SENSITIVE = [register.name for register in registers() if register.sensitive]


@pytest.mark.parametrize("name", SENSITIVE)
def test_the_log_names_nobody(cast: Cast, examples: Examples, door: Door, name: str) -> None:
    register = REGISTERS[name]
    field = next(
        f for f in register.fields if type(f).__name__ == "CharField" and not f.choices and f.name not in register.key
    )
    row = examples.row(register, 1, **{field.name: "季禾甲"}, unit=cast.science)
    actions.change(entry=row, values={field.name: "季禾乙"}, revision=1, by=cast.clerk, at=CHANGED_AT, reason="更名")
    actions.comment(entry=row, text="季禾丙也要核对", by=cast.supervisor, at=CHANGED_AT)
    actions.remove(entry=row, by=cast.clerk, at=CHANGED_AT, reason="重复登记")
    said = door(cast.auditor).get("/log/").content.decode()
    assert "<td>重复登记</td>" in said and f"<td>更名;{field.verbose_name}</td>" in said
    assert "季禾" not in said
    assert "季禾" not in str(list(Act.objects.filter(verb="entry.removed").values()))


@pytest.mark.parametrize("name", SENSITIVE)
def test_no_browser_keeps_what_was_read_for_a_purpose(cast: Cast, examples: Examples, door: Door, name: str) -> None:
    row = examples.row(REGISTERS[name], 1, unit=cast.science)
    client = opened(door, REGISTERS[name], cast.clerk)
    for path in ("", f"{row.pk}/", f"{row.pk}/edit/", "?print=1", "export.xlsx"):
        assert "no-store" in client.get(f"/registers/{name}/{path}").headers["Cache-Control"], path
    assert "no-store" not in client.get("/registers/enterprise/").headers["Cache-Control"]
    made = client.post("/interface/", {"name": "月报", "scopes": "read", "expires_on": "2020-01-01"})
    assert "no-store" in made.headers["Cache-Control"], "a key is shown here once"
