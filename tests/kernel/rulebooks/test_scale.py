"""Score tables in words: every item with its bands and points, every group with what it can earn together."""

from __future__ import annotations

from datetime import date

import pytest

from gongjian.kernel.rulebooks import rulebook as shelf
from gongjian.kernel.rulebooks import scale

DAY = date(2026, 11, 22)
SCORED = [one for one in shelf.every() if one.score is not None]


def lines(name: str) -> dict[str, scale.Scale]:
    book = shelf.editions(name)[-1]
    assert book.score is not None
    return {one.name: one for one in scale.of(book.score, book.figures(as_of=DAY, is_official=True))}


def test_the_table_of_high_tech_is_the_documents() -> None:
    found = lines("high-tech")
    groups = {name: one.most for name, one in found.items() if one.depth <= 1}
    assert groups == {"whole": 100, "ip": 30, "conversion": 30, "management": 20, "growth": 20}
    assert found["ip"].how == "各项相加,以30分封顶"
    assert found["conversion"].how == (
        "三年年均转化数:不低于5得25至30分;不低于4得19至24分;不低于3得13至18分;不低于2得7至12分;不低于1得1至6分;再低得0分"
    )
    assert found["sales_growth"].how == (
        "不低于35%得9至10分;不低于25%得7至8分;不低于15%得5至6分;不低于5%得3至4分;高于0%得1至2分;再低得0分"
    )
    assert found["ip_advance"].how.startswith("高得7至8分;较高得5至6分") and found["ip_advance"].how.endswith(
        "(由问诊评定)"
    )
    assert found["mgmt_a"].how == "0至6分(由问诊评定)"


def test_the_better_of_two_ways_is_said_to_count() -> None:
    found = lines("sti-sme")
    assert (found["rd_points"].how, found["rd_points"].most, found["rd_by_cost"].depth) == ("以下取得分高的一项", 50, 2)
    assert found["results_points"].how.endswith("有效的Ⅱ类知识产权数不低于1项得6分;其他得0分")


@pytest.mark.parametrize("book", SCORED, ids=lambda one: f"{one.name}-{one.edition}")
def test_every_table_adds_up_to_what_the_documents_say(book: shelf.Rulebook) -> None:
    as_of = min(book.until or DAY, DAY)
    assert book.score is not None
    whole, *rest = scale.of(book.score, book.figures(as_of=as_of, is_official=True))
    assert whole.most == (120 if book.name.startswith("work-permit") else 100)
    assert rest and all(one.how and "参数" not in one.how for one in rest)
