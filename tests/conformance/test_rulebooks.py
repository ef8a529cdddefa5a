"""Every rulebook: its worked cases come out as written, and nothing in its declaration is amiss."""

from __future__ import annotations

import pytest

from gongjian.kernel.rulebooks import cases, faults
from gongjian.kernel.rulebooks import rulebook as shelf
from gongjian.kernel.rulebooks.cases import Case

CASES = [
    pytest.param(case, id=f"{book.name}-{book.edition}-{case.id}") for book in shelf.every() for case in cases.of(book)
]


@pytest.mark.parametrize("case", CASES)
def test_a_worked_case_comes_out_as_written(case: Case) -> None:
    assert case.expect, "a case without an expectation proves nothing"
    assert case.faults() == []


def test_no_rulebook_has_a_fault() -> None:
    assert list(faults.every()) == []


def test_every_rulebook_has_worked_cases() -> None:
    assert [book.name for book in shelf.every() if not cases.of(book)] == []
