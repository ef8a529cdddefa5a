"""Addresses and forms that no page of ours makes: digits of other scripts, numbers beyond any row, marks that no text has."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from tests.kernel.registers.entries import enterprise, state, venture

from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import columns
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.numbers import listed, number_in

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]
ODD = ("²", "９９", "9" * 5000, "\x00", "1e5")
LARGEST = 2**63 - 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("007", 7),
        ("７", 7),
        ("9" * 18, 10**18 - 1),
        ("", None),
        ("²", None),
        ("9" * 5000, None),
        ("-1", None),
    ],
)
def test_the_number_that_a_text_says(text: str, number: int | None) -> None:
    assert number_in(text) == number


def test_a_number_beyond_the_databases_is_no_rows() -> None:
    assert listed([2, LARGEST, LARGEST + 1, 10**25, 1]) == [1, 2, LARGEST]


@pytest.mark.parametrize("name", ["visit", "incident", "high-tech", "enterprise"])
def test_no_condition_breaks_a_list(cast: Cast, door: Door, name: str) -> None:
    client, register = door(cast.supervisor), REGISTERS[name]
    asked = [*columns.filterable(register=register, by=cast.supervisor), "ids", "commitment", "start", "after"]
    told = {
        (path, odd[:20]): client.get(f"/registers/{name}/", {path: odd}).status_code
        for path in asked
        for odd in ODD
        if path not in register.derived
    }
    assert {one: status for one, status in told.items() if status not in (200, 422)} == {}


def test_no_number_breaks_a_row(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    client, base = door(cast.clerk), "/registers/enterprise/"
    for number in (LARGEST, LARGEST + 1, 10**25):
        assert client.get(f"{base}{number}/").status_code == 422
    before = state()
    for odd in ODD:
        sent = {"revision": odd, "seen": odd, "move": odd, "pick": odd, "keep_revision": odd, "unit": odd, "rows": odd}
        for path in (f"{firm.pk}/edit/", f"{firm.pk}/revert/", f"{firm.pk}/cell/phone/", "new/", "duplicates/not/"):
            assert client.post(base + path, sent).status_code in (409, 422), (path, odd[:20])
        assert client.get(f"{base}bulk/", {"pick": odd, "ids": odd}).status_code in (200, 422), odd[:20]
        assert client.get(f"{base}new/", {"item": "unit", "chosen": odd}).status_code in (200, 422), odd[:20]
    assert state() == before


def test_no_amount_breaks_a_form(cast: Cast, door: Door) -> None:
    client, field = door(cast.clerk), "investment"
    row = venture("甲", by=cast.clerk, unit=cast.science)
    numbers = [f.name for f in REGISTERS["project"].fields if type(f).__name__ == "DecimalField"]
    assert field in numbers or numbers, "the register of projects has amounts"
    before = state()
    for odd in ("3" + "万" * 1000, "1" * 19 + "亿", "1e999999999", "9" * 100_000):
        said = client.post("/registers/project/new/", {numbers[0]: odd})
        assert said.status_code == 422, odd[:20]
    assert state() == before and row.pk


def test_a_form_for_a_token_without_its_items_is_refused(cast: Cast, door: Door) -> None:
    assert door(cast.clerk).post("/interface/", {"scopes": "read"}).status_code == 422


@pytest.mark.parametrize("odd", ODD)
def test_no_number_breaks_the_other_pages(cast: Cast, door: Door, odd: str) -> None:
    client = door(cast.administrator)
    names = ("page", "unit", "by", "parent", "item", "commitment", "year", "month", "near", "only", "pick", "since")
    asked = dict.fromkeys(names, odd)
    paths = ("/log/", "/people/", "/people/officers/new/", "/people/units/new/", "/criteria/calendar/", "/reports/")
    paths += ("/plan/", "/plan/versions/", "/registers/enterprise/batches/", "/criteria/figures/", "/policies/")
    assert {path: status for path in paths if (status := client.get(path, asked).status_code) >= 500} == {}


def test_a_cell_as_long_as_a_sheet_allows_holds_nobody_up(cast: Cast, door: Door) -> None:
    client, start = door(cast.clerk), time.process_time()
    sheet = "企业名称\t行业\n" + "a" * 30_000 + "\t" + "(" * 30_000 + "\n青禾科技有限公司\t软件\n"
    assert client.post("/registers/enterprise/import/", {"how": "paste", "text": sheet}).status_code in (302, 422)
    assert time.process_time() - start < 12, "seconds of work; it was a minute"
