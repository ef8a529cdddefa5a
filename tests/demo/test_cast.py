"""The cast of the demo zone: a sound unit tree, 60 officers, one demo account for each role."""

from __future__ import annotations

from collections import Counter

from gongjian.demo.cast import COMMITTEE, UNITS, officers


def test_there_are_24_units_in_one_tree_without_a_shared_name() -> None:
    by_name = {unit.name: unit for unit in UNITS}
    assert len(UNITS) == len(by_name) == 24
    assert [unit.name for unit in UNITS if not unit.parent] == [COMMITTEE]
    seen: set[str] = set()
    for unit in UNITS:
        assert not unit.parent or unit.parent in seen, "parents come before their children"
        seen.add(unit.name)
    called = Counter(name for unit in UNITS for name in {unit.name, unit.short_name, *unit.aliases})
    assert [name for name, times in called.items() if times > 1] == []


def test_there_are_60_different_officers_and_every_unit_has_one() -> None:
    people = officers()
    assert len(people) == 60
    assert len({person.username for person in people}) == len({person.name for person in people}) == 60
    assert {person.unit for person in people} == {unit.name for unit in UNITS}
    assert all(person.phone.startswith("199-0000-") for person in people)


def test_the_demo_accounts_cover_every_role() -> None:
    accounts = {person.username: person.role for person in officers() if person.is_demo_account}
    assert accounts == {
        "zhuren": "leader",
        "ducha": "supervisor",
        "keji": "unit_officer",
        "jingfa": "unit_officer",
        "shenji": "auditor",
        "guanli": "administrator",
        "fangke": "viewer",
    }


def test_the_same_seed_gives_the_same_people() -> None:
    assert officers(seed=7) == officers(seed=7)
    assert officers(seed=7) != officers(seed=8)
