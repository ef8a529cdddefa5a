"""Every fact that the criteria name has one home, and that home is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.exceptions import FieldDoesNotExist

from gongjian.ground.dictionary import ELSEWHERE, SECTIONS, page
from gongjian.kernel.registers.declare import REGISTERS

ROOT = Path(__file__).resolve().parents[2]
HIGH_TECH, OTHERS = SECTIONS.values()


@pytest.mark.parametrize("home", [*HIGH_TECH, *OTHERS], ids=lambda home: home.name)
def test_the_home_of_a_fact_is_a_field_that_is_there(home: object) -> None:
    if not home.register:  # type: ignore[attr-defined]
        assert home.note and home.how == ELSEWHERE  # type: ignore[attr-defined]
        return
    try:
        REGISTERS[home.register].field(home.field)  # type: ignore[attr-defined]
    except FieldDoesNotExist:
        pytest.fail(f"{home} names a field that is not there")


def test_only_two_facts_have_no_register() -> None:
    assert [home.name for home in (*HIGH_TECH, *OTHERS) if not home.register] == ["org_mgmt", "target_year"]


def test_a_fact_is_listed_once_and_has_the_same_home_in_both_lists() -> None:
    for homes in SECTIONS.values():
        names = [home.name for home in homes]
        assert len(names) == len(set(names))
    both = {home.name: (home.register, home.field) for home in HIGH_TECH}
    assert {h.name: (h.register, h.field) for h in OTHERS if h.name in both} == {
        "sales": ("annual-return", "sales"),
    }


def test_no_field_is_asked_twice_for_one_register() -> None:
    """A field that is filled in holds one fact, but where a row's kind says which fact it is."""
    by_kind = {"recognition", "intellectual-property"}
    stored = [(h.register, h.field) for h in (*HIGH_TECH, *OTHERS) if h.register not in by_kind and h.how == "照填"]
    assert {place for place in stored if stored.count(place) > 1} == {("annual-return", "sales")}


def test_every_name_of_the_criteria_is_in_the_dictionary(material: Path) -> None:
    criteria = material.parent / "criteria" / "innovation-industry.md"
    if not criteria.is_file():
        pytest.skip("the criteria are not beside the material folder")
    text = criteria.read_text(encoding="utf-8")
    for (start, end), homes in zip((("### 1.4", "### 1.5"), ("## 14.", "## 15.")), SECTIONS.values(), strict=True):
        part = text[text.index(start) : text.index(end)]
        rows = [line.split("|")[1].strip() for line in part.splitlines() if line.startswith("|")][2:]
        found = [name for row in rows for name in re.findall(r"[a-z][a-z0-9_]+", re.sub(r"\[.*?\]|\{.*?\}", "", row))]
        expected = [{"stage_dates": "stage_dates"}.get(name, name) for name in found]
        assert [name for name in expected if name not in {home.name for home in homes}] == []
        assert len(expected) >= (20 if start == "### 1.4" else 90)


def test_the_page_is_current() -> None:
    shown = ROOT / "docs/field-dictionary.md"
    assert shown.read_text(encoding="utf-8") == page(registers=REGISTERS), (
        "run: python -m gongjian.ground.dictionary > docs/field-dictionary.md"
    )
