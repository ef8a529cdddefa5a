"""A wrong rulebook is said by the system checks, with its id and what to do; none of these is left on the shelf."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core import checks as django_checks

from gongjian.kernel import checks, standards
from gongjian.kernel.rulebooks import faults
from gongjian.kernel.rulebooks import rulebook as shelf
from gongjian.kernel.rulebooks.facts import Facts, FactSpec, Kind, Source
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate
from gongjian.kernel.rulebooks.terms import Fact, Lever, param

FIGURE = """
[[parameters.min_staff]]
label = "职工人数"
value = 10
unit = "人"
source = "某文件"
since = 2026-01-01
"""
ARTICLE = """
[[articles]]
number = "第一条"
says = "职工不少于规定人数"
criterion = "staff"
"""
Given = Callable[..., Rulebook]


def staff(**parts: Any) -> FactSpec:
    source = Source(register="annual-return", column="staff_total", back=1)
    given: dict[str, Any] = {
        "name": "staff", "label": "职工总数", "kind": Kind.PEOPLE, "unit": "人", "source": source,
    }  # fmt: skip
    return FactSpec(**(given | parts))


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Given]:
    """A rulebook of one criterion over a standard written for the test; its shelf holds nothing else."""
    monkeypatch.setattr(standards, "FOLDER", tmp_path)
    monkeypatch.setattr(shelf, "_SHELF", {})
    standards.standard.cache_clear()

    def make(text: str = FIGURE + ARTICLE, *, spec: FactSpec | None = None, **parts: Any) -> Rulebook:
        (tmp_path / "trial.toml").write_text(text, encoding="utf-8")
        standards.standard.cache_clear()
        facts = Facts("enterprise")
        fact = Fact(facts.add(spec or staff()))
        only = gate("staff", fact >= param("min_staff"), label="职工人数", cites="第一条")
        whole: dict[str, Any] = {
            "name": "trial", "label": "试行标准", "edition": "2026", "facts": facts, "source": "某文件",
            "standard": "trial", "since": date(2026, 1, 1), "gates": (only,),
        }  # fmt: skip
        return shelf.shelve(Rulebook(**(whole | parts)))

    yield make
    standards.standard.cache_clear()


def said(book: Rulebook) -> list[tuple[str, str, str]]:
    return [(fault.id, fault.said, fault.hint) for fault in faults.of(book)]


def test_a_sound_rulebook_has_no_fault(given: Given) -> None:
    assert said(given()) == []


def test_the_checks_of_the_whole_shelf_say_it_with_id_and_hint(given: Given) -> None:
    given(spec=staff(source=None))
    (message,) = checks.check_rulebooks(None)
    assert (message.id, message.level) == ("gongjian.E013", django_checks.ERROR)
    assert message.msg == "rulebook trial (2026): nobody records the fact staff"
    assert message.hint.endswith("or mark it given")
    assert checks.check_rulebooks in django_checks.registry.registry.get_checks()


def test_a_fact_nobody_records(given: Given) -> None:
    one = "rulebook trial (2026): the fact staff lies in the unknown register annual-retur"
    assert said(given(spec=staff(source=Source(register="annual-retur", column="staff_total", back=1)))) == [
        ("gongjian.E013", one, "did you mean annual-return?")
    ]
    two = "rulebook trial (2026): the register annual-return has no column staff_totl for the fact staff"
    assert said(given(spec=staff(source=Source(register="annual-return", column="staff_totl", back=1)))) == [
        ("gongjian.E013", two, "did you mean staff_total?")
    ]
    three = "rulebook trial (2026): nobody records the fact staff"
    assert [told for _, told, _ in said(given(spec=staff(source=None, by_expert=True)))] == [three]
    assert said(given(spec=staff(source=None, given=True))) == []


def test_an_unknown_fact_in_a_case_in_a_lever_or_of_another_subject(given: Given) -> None:
    case = '[[cases]]\nid = "X1"\nsays = "十人"\nfacts = { staf = 10 }\nexpect = { staff = "met" }\n'
    assert said(given(FIGURE + ARTICLE + case)) == [
        ("gongjian.E010", "rulebook trial (2026): case X1 names the unknown fact staf", "did you mean staff?")
    ]
    book = given()
    pulled = (Fact(book.facts["staff"]) >= param("min_staff")).by(Lever(label="新增", unit="人", moves={"staf": 1}))
    assert said(replace(book, gates=(gate("staff", pulled, label="职工人数", cites="第一条"),))) == [
        (
            "gongjian.E010",
            "rulebook trial (2026): the lever 新增 of staff moves the unknown fact staf",
            "did you mean staff?",
        )
    ]
    assert said(replace(book, facts=Facts("person")))[0] == (
        "gongjian.E010",
        "rulebook trial (2026): the fact staff is not one of the facts about person",
        "declare it among them",
    )


def test_a_figure_without_a_source_a_value_or_a_known_confidence(given: Given) -> None:
    hint = "give every figure its document, and every day one figure"
    assert said(given(FIGURE.replace('source = "某文件"', "") + ARTICLE)) == [
        ("gongjian.E012", "standards/trial.toml: min_staff has no source", hint)
    ]
    assert said(given(FIGURE + 'confidence = "certain"\n' + ARTICLE)) == [
        ("gongjian.E012", "standards/trial.toml: min_staff has the unknown confidence 'certain'", hint)
    ]
    ((code, words, _),) = said(given(FIGURE.replace("value = 10", "") + ARTICLE))
    assert (code, words) == (
        "gongjian.E012",
        "rulebook trial (2026): min_staff of standards/trial.toml has neither a value nor bands",
    )
    assert said(given(FIGURE.replace("value = 10", 'confidence = "unset"') + ARTICLE)) == []
    assert said(given(FIGURE.replace("min_staff", "min_stuff") + ARTICLE)) == [
        (
            "gongjian.E012",
            "rulebook trial (2026): no parameter min_staff in standards/trial.toml",
            "did you mean min_stuff?",
        )
    ]


def test_dates_that_overlap_or_leave_a_gap(given: Given) -> None:
    hint = "give every figure its document, and every day one figure"
    second = FIGURE.replace("2026-01-01", "2026-07-01").replace("value = 10", "value = 20")
    assert said(given(FIGURE + second + ARTICLE)) == [
        (
            "gongjian.E011",
            "standards/trial.toml: min_staff has two blocks in force at once, "
            "2026-01-01 to … and 2026-07-01 to …: end the earlier one with `until`",
            hint,
        )
    ]
    assert said(given(FIGURE + "until = 2026-06-30\n" + second + ARTICLE)) == []
    assert said(given(FIGURE + "until = 2025-06-30\n" + ARTICLE))[0] == (
        "gongjian.E011", "standards/trial.toml: min_staff ends on 2025-06-30 before it begins on 2026-01-01", hint,
    )  # fmt: skip
    assert said(given(FIGURE.replace("2026-01-01", "2026-02-01") + ARTICLE)) == [
        (
            "gongjian.E011",
            "rulebook trial (2026): min_staff has no figure on 2026-01-01, when the edition begins",
            "date its first block",
        )
    ]


def test_editions_in_force_at_once_or_of_one_name(given: Given) -> None:
    first = given()
    shelf.shelve(first)
    assert list(faults.every()) == []
    shelf.shelve(replace(first, edition="2027", since=date(2027, 1, 1)))
    assert list(faults.every()) == [
        (
            "rulebook trial: the editions 2026 and 2027 are in force at once",
            "end 2026 with until=datetime.date(2026, 12, 31)",
            "gongjian.E011",
        )
    ]
    shelf._SHELF.clear()
    shelf.shelve(replace(first, until=date(2026, 12, 31)))
    shelf.shelve(replace(first, since=date(2027, 1, 1)))
    assert list(faults.every()) == [("rulebook trial: two editions are named 2026", "name them apart", "gongjian.E014")]


def test_two_criteria_alerts_or_cases_of_one_name(given: Given) -> None:
    case = '[[cases]]\nid = "X1"\nsays = "十人"\nfacts = { staff = 10 }\nexpect = { staff = "met" }\n'
    book = given(FIGURE + ARTICLE + case + case)
    (only,) = book.gates
    doubled = replace(book, gates=(only, only), alerts=(only, only))
    assert said(doubled) == [
        ("gongjian.E014", f"rulebook trial (2026): two {sort} are named {name}", "name them apart")
        for sort, name in (("criteria", "staff"), ("alerts", "staff"), ("worked cases", "X1"))
    ]


def test_articles_that_name_nothing_or_the_wrong_thing(given: Given) -> None:
    wrong = ARTICLE.replace('"staff"', '"stuff"')
    unnamed = (
        "gongjian.E015",
        "rulebook trial (2026): no article names the criterion staff",
        "add [[articles]] with criterion = 'staff' to standards/trial.toml",
    )
    assert said(given(FIGURE + wrong)) == [
        (
            "gongjian.E015",
            "rulebook trial (2026): the article 第一条 names the unknown criterion stuff",
            "did you mean staff?",
        ),
        unnamed,
    ]
    assert said(given(FIGURE)) == [unnamed]
    idle = '[[articles]]\nnumber = "第二条"\nsays = "总则"\n'
    ((code, words, _),) = said(given(FIGURE + ARTICLE + idle))
    assert (code, words) == (
        "gongjian.E015",
        "rulebook trial (2026): the article 第二条 (总则) names neither a criterion nor a reason, or both",
    )
    assert said(given(FIGURE + ARTICLE + idle + 'not_encoded = "不是条件"\n')) == []
    assert said(given(FIGURE + ARTICLE + idle + 'not_encoded = "不是条件"\nrulebook = "another"\n')) == []


def test_a_standard_that_cannot_be_read(given: Given) -> None:
    for text in (FIGURE.replace("value = 10", "value = 0.1"), FIGURE.replace("value = 10", 'value = "十"'), "[[x"):
        ((code, words, hint),) = said(given(text))
        assert code == "gongjian.E016"
        assert words.startswith("rulebook trial (2026): trial.toml cannot be read: ")
        assert hint == "mend the file; dates and numbers are exact"
    astray = FIGURE + ARTICLE + '[[cases]]\nid = "X1"\nsays = "十人"\nrulebook = "trail"\nfacts = {}\nexpect = {}\n'
    ((code, words, hint),) = said(given(astray))
    assert (code, hint) == ("gongjian.E016", "give it an edition, or an as_of on which one is in force")
    assert words == ("rulebook trial (2026): a worked case of trial.toml belongs to no edition: 没有名为“trail”的标准")
    ((code, words, _),) = said(given(standard="missing"))
    assert (code, "missing.toml cannot be read" in words) == ("gongjian.E016", True)
