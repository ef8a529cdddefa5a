"""The reference pages of the rulebooks are current, and say of every figure how sure it is."""

from __future__ import annotations

import pytest

from gongjian.kernel.rulebooks import coverage, rulebook
from gongjian.kernel.rulebooks.parameters import CONFIDENCE
from gongjian.surfaces import rulebook_pages

PAGES = rulebook_pages.pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_up_to_date(name: str) -> None:
    path = rulebook_pages.FOLDER / name
    assert path.exists(), f"run: {rulebook_pages.COMMAND}"
    assert path.read_text(encoding="utf-8") == PAGES[name], f"run: {rulebook_pages.COMMAND}"


def test_no_page_is_left_of_a_rulebook_that_is_gone() -> None:
    assert {path.name for path in rulebook_pages.FOLDER.glob("*.md")} == set(PAGES)


def test_the_index_counts_the_figures_of_each_rulebook_by_confidence() -> None:
    lines = {line.split("](")[1].split(".md")[0]: line for line in PAGES["README.md"].splitlines() if "](" in line}
    assert sorted(lines) == rulebook.names()
    for name, line in lines.items():
        blocks = rulebook_pages.figures_of(rulebook.editions(name))
        counts = [sum(block.confidence == key for block in blocks) for key in CONFIDENCE]
        assert [int(cell) for cell in line.strip("| ").split(" | ")[5:9]] == counts, name


def test_a_page_tells_articles_figures_and_cases() -> None:
    page = PAGES["high-tech.md"]
    assert "| 办法第十一条(四) | 科技人员占当年职工总数不低于规定比例 | 科技人员占比 |" in page
    assert "| `tech_staff_share` | 科技人员占职工总数比例 | 10% | 国科发火〔2016〕32号 办法第十一条(四) |" in page
    assert "| `staff_avg` | " in page
    (row,) = (line for line in page.splitlines() if line.startswith("| H4 |"))
    assert row.split(" | ")[4] == "全年月平均职工数 400人;全年月平均科技人员数 39人"
    assert row.endswith(
        "科技人员占比:不符合;“科技人员占比”的差距(现有职工转为科技人员(职工总数不变),人):1;"
        "“科技人员占比”的差距(新增科技人员(职工总数同增),人):2 |"
    )


def test_every_article_is_stood_for_or_says_why_not() -> None:
    articles = [one for book in rulebook.every() for one in coverage.of(book)]
    assert len(articles) > 250
    assert all(bool(one.criteria) != bool(one.not_encoded) for one in articles)
