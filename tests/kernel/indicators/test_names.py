"""Which row a plan's shortened name means."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gongjian.kernel.indicators import names
from gongjian.kernel.indicators.names import SHORTEST, plain


def matched(*, named: list[str], rows: list[tuple[int, str]]) -> dict[str, int]:
    return names.Names(rows).matched(named)


def test_a_short_name_stands_in_the_rows_longer_one() -> None:
    rows = [(1, "岚绮纺织年产5万锭智能化纺纱项目"), (2, "玄枢智控(云海)工业控制器项目"), (3, "别家项目")]
    assert matched(named=["岚绮纺织", "玄枢智控", "钧岑机械"], rows=rows) == {"岚绮纺织": 1, "玄枢智控": 2}


def test_one_row_serves_one_name() -> None:
    assert matched(named=["滨河路", "滨河路大修"], rows=[(1, "滨河路大修工程")]) == {"滨河路大修": 1}


def test_of_two_names_where_one_contains_the_other_each_takes_its_own_row() -> None:
    for rows in ([(1, "滨河路大修工程"), (2, "滨河路绿化")], [(1, "滨河路绿化"), (2, "滨河路大修工程")]):
        found = {name: dict(rows)[pk] for name, pk in matched(named=["滨河路", "滨河路大修"], rows=rows).items()}
        assert found == {"滨河路大修": "滨河路大修工程", "滨河路": "滨河路绿化"}
    rows = [(1, "鹭起大道"), (2, "鹭起大道大修工程")]
    assert matched(named=["鹭起大道大修", "鹭起大道"], rows=rows) == {"鹭起大道大修": 2, "鹭起大道": 1}
    assert matched(named=["鹭起大道大修", "鹭起大道"], rows=rows[:1]) == {"鹭起大道": 1}


def test_the_row_closest_in_length_is_meant_and_of_equals_the_older() -> None:
    assert matched(named=["青鹭路"], rows=[(1, "青鹭路停车场扩建"), (2, "青鹭路")]) == {"青鹭路": 2}
    assert matched(named=["青鹭路"], rows=[(5, "青鹭路南段"), (4, "青鹭路北段")]) == {"青鹭路": 4}


def test_a_rows_name_may_stand_in_the_plans_longer_words() -> None:
    assert matched(named=["确保砚塘消防站年内建成"], rows=[(1, "砚塘消防站"), (2, "消防站")]) == {
        "确保砚塘消防站年内建成": 1
    }
    assert matched(named=["加快道路建设"], rows=[(1, "道路")]) == {}


def test_quotes_and_width_do_not_matter() -> None:
    assert plain("“333”达标区 A区(一期)") == plain("333达标区A区（一期）") == "333达标区a区一期"
    assert matched(named=["“333”达标区“回头看”"], rows=[(1, "333达标区回头看整治")]) == {"“333”达标区“回头看”": 1}
    assert matched(named=["“”"], rows=[(1, "甲")]) == {}


@given(
    named=st.lists(st.text("甲乙丙()", max_size=9), max_size=4),
    own=st.lists(st.text("甲乙丙()", max_size=9), max_size=12),
)
def test_the_way_it_is_looked_up_changes_nothing(named: list[str], own: list[str]) -> None:
    """The same as comparing every name with every row."""
    rows = list(enumerate(own))
    wanted = sorted(set(named), key=lambda name: (-len(plain(name)), name))
    found: dict[str, int] = {}
    for is_longer in (True, False):
        for name in (name for name in wanted if name not in found):
            short = plain(name)
            near = [
                (abs(len(plain(text)) - len(short)), pk)
                for pk, text in rows
                if pk not in found.values()
                and (
                    short and short in plain(text)
                    if is_longer
                    else plain(text) in short and len(plain(text)) >= SHORTEST
                )
            ]
            if near:
                found[name] = min(near)[1]
    assert matched(named=named, rows=rows) == found
