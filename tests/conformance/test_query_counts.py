"""How many queries each register's pages ask: the same for three rows as for thirty, and no more than was written down.

`GONGJIAN_WRITE_QUERY_COUNTS=1` writes the numbers down anew, in query_counts.json beside this file. They are SQLite's; on
PostgreSQL, where a search may ask otherwise, the pages are held to asking no more for more rows.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.conformance.doors import ALL, WHY, Door, opened
from tests.conformance.examples import Examples
from tests.surfaces.api.program import Program

from gongjian.kernel.registers.declare import REGISTERS, Register, extend, registers

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

BASELINE = Path(__file__).with_name("query_counts.json")
FEW, MANY = 3, 30
PANEL = 12
"""Related rows at first: more than a panel shows, so that both times it counts them."""


@pytest.fixture(autouse=True)
def as_declared() -> Iterator[None]:
    """Without the columns that other tests here add: each that is a filter costs a query more."""
    kept = {register.name: list(register.extra) for register in registers()}
    for register in registers():
        extend(register=register, columns=[])
    yield
    for register in registers():
        if kept[register.name]:
            from tests.conformance.examples import ADDED

            extend(register=register, columns=ADDED)


@pytest.fixture(scope="module")
def numbers() -> Iterator[dict[str, dict[str, int]]]:
    """The numbers written down; written anew at the end where that is asked for."""
    found: dict[str, dict[str, int]] = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    yield found
    if os.environ.get("GONGJIAN_WRITE_QUERY_COUNTS"):
        kept = {name: found[name] for name in sorted(REGISTERS) if name in found}
        BASELINE.write_text(json.dumps(kept, indent=1) + "\n")


@ALL
def test_pages_ask_no_more_queries_for_more_rows_and_no_more_than_before(
    cast: Cast, examples: Examples, door: Door, numbers: dict[str, dict[str, int]], name: str
) -> None:
    register = REGISTERS[name]
    row = examples.row(register, 1)
    pages = _pages(register, row, cast, door)
    found: dict[str, tuple[int, list[str]]] = {}
    for most in (FEW, MANY):
        _fill(register, row, examples, most)
        for what, page in pages.items():
            page()  # what is learned once (sessions, content types) is not counted
            with CaptureQueriesContext(connection) as asked:
                page()
            texts = [query["sql"] for query in asked.captured_queries]
            if most == MANY:
                few, before = found[what]
                assert len(texts) == few, (
                    f"{name}: {what} asks {few} queries with {FEW} rows and {len(texts)} with {MANY}; more often: "
                    + "\n".join(_more(before, texts))
                )
            found[what] = len(texts), texts
    if connection.vendor != "sqlite":
        return
    if os.environ.get("GONGJIAN_WRITE_QUERY_COUNTS"):
        numbers[name] = {what: n for what, (n, _) in found.items()}
    for what, (n, _) in found.items():
        known = numbers.get(name, {}).get(what)
        assert known is not None, f"{name}: {what} is not in {BASELINE.name}; write the numbers down anew"
        assert n <= known, f"{name}: {what} asked {known} queries and now asks {n}"
        assert n == known, f"{name}: {what} asked {known} queries and now asks only {n}: write the numbers down anew"


def _fill(register: Register, row: Any, examples: Examples, most: int) -> None:
    """So many rows in the register, and in each register that points at its first row so many rows that do."""
    examples.many(register, range(2, most + 1))
    for other in registers():
        for field in other.model._meta.concrete_fields:
            if field.is_relation and field.related_model is register.model:
                start = 1_000 + other.model._default_manager.filter(**{field.name: row}).count()
                examples.many(other, range(start, 1_000 + max(most, PANEL)), **{field.name: row})


def _pages(register: Register, row: Any, cast: Cast, door: Door) -> dict[str, Any]:
    """The pages by name, each as a request that must be answered."""
    client, base = opened(door, register, cast.supervisor), f"/registers/{register.name}/"
    program = Program(cast.supervisor, "read")
    why = {"purpose": WHY} if register.sensitive else {}

    def page(path: str, **given: str) -> Any:
        def ask() -> None:
            assert client.get(base + path, given).status_code == 200, base + path

        return ask

    def listed() -> None:
        assert program.get(f"/registers/{register.name}", counted=True, limit=50, **why)[0] == 200

    return {
        "list": page("", view="0"),
        "detail": page(f"{row.pk}/"),
        "form": page(f"{row.pk}/edit/"),
        "interface": listed,
        "export": page("export.xlsx", fields="all"),
    }


def _more(before: list[str], after: list[str]) -> list[str]:
    """The queries that are asked more often, by what they begin with."""
    shapes = [Counter(text[:160] for text in texts) for texts in (before, after)]
    return [f"{n - shapes[0][text]} x {text}" for text, n in shapes[1].items() if n > shapes[0][text]][:5]
