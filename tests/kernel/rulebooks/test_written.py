"""Written conditions: what an office writes in a line is read as it is meant, and nothing else is read at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongjian.ground.facts import FACTS
from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.rulebooks import written
from gongjian.kernel.rulebooks.arithmetic import Exact
from gongjian.kernel.rulebooks.conditions import code_of
from gongjian.kernel.rulebooks.demands import demand
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import World

FLAGS = ("hte_valid", "zjtx_valid", "is_dishonest")
MONEY = ("sales_1", "rd_total_1", "total_assets")
SIGNS = {">=": lambda a, b: a >= b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, "<": lambda a, b: a < b}


def state(table: Any, **facts: Any) -> State:
    """What all conditions of a table come to for one enterprise."""
    world = World(sums=Exact(FACTS.read(facts)), parameters={})
    return max(State(code_of(world, one)) for one in written.read(table, facts=FACTS))


@pytest.mark.parametrize(
    ("line", "facts", "expected"),
    [
        ("hte_valid", {"hte_valid": True}, State.MET),
        ("hte_valid", {"hte_valid": None}, State.UNKNOWN),
        ("not hte_valid", {"hte_valid": False}, State.MET),
        ("sales_1 >= 2000", {"sales_1": "2000"}, State.MET),
        ("sales_1 >= 2,000 万元", {"sales_1": "1999.9999"}, State.UNMET),
        ("sales_1>2000", {"sales_1": "2000"}, State.UNMET),
        ("sales_1 ≤ 2000", {"sales_1": "2000"}, State.MET),
        ("sales_1 = 2000", {"sales_1": "2000.0001"}, State.UNMET),
        ("rd_total_1 / sales_1 >= 3%", {"rd_total_1": "60", "sales_1": "2000"}, State.MET),
        ("rd_total_1 / sales_1 >= 3%", {"rd_total_1": "59.9999", "sales_1": "2000"}, State.UNMET),
        ("rd_total_1 / sales_1 >= 3%", {"rd_total_1": "60", "sales_1": "0"}, State.UNMET),
        ("established_on > 2020-06-30", {"established_on": "2020-06-30"}, State.UNMET),
        ("established_on >= 2020-06-30", {"established_on": "2020-06-30"}, State.MET),
        ("size = small, 微型", {"size": "micro"}, State.MET),
        ("size = small", {"size": "large"}, State.UNMET),
        ("known sales_1", {"sales_1": None}, State.UNMET),
        ("评审:项目符合园区产业导向", {}, State.OPEN),
    ],
)
def test_a_line_means_what_it_says(line: str, facts: dict[str, Any], expected: State) -> None:
    assert state(line, **facts) is expected


def test_tables_join_lines() -> None:
    table = {"all": ["sales_1 >= 2000", {"any": ["hte_valid", "zjtx_valid"]}, {"none": ["is_dishonest"]}]}
    held = {"sales_1": "3000", "hte_valid": False, "zjtx_valid": True, "is_dishonest": False}
    assert state(table, **held) is State.MET
    assert state(table, **held | {"zjtx_valid": False}) is State.UNMET
    assert state(table, **held | {"is_dishonest": True}) is State.UNMET
    assert state(table, **held | {"zjtx_valid": None}) is State.UNKNOWN
    assert len(written.read(table, facts=FACTS)) == 3


def test_a_condition_is_told_in_words() -> None:
    lines = ["established_on >= 2020-06-30", "rd_total_1 / sales_1 >= 3%", "size = small", "not is_dishonest"]
    told = [demand(one, {}) for one in written.read({"all": lines}, facts=FACTS)]
    assert told == [
        "成立日期不低于2020-06-30",
        "最近一年高企口径研发费用÷最近一年销售收入不低于3%",
        "企业规模为小型",
        "没有列入严重违法失信名单",
    ]


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("hte_vaild", "conditions.fact", "最接近的是“hte_valid”(有效期内高新技术企业)"),
        ("salse_1 >= 3", "conditions.fact", "最接近的是“sales_1”"),
        ("sales_1", "conditions.flag", "要和一个值比较"),
        ("hte_valid >= 1", "conditions.flag", "只有是和否"),
        ("sales_1 >= 很多", "conditions.number", "不是数字"),
        ("sales_1 >= 5%", "conditions.number", "不是比例"),
        ("sales_1 >= 99999999999999", "conditions.number", "太大"),
        ("size = giant", "conditions.choice", "giant"),
        ("size >= small", "conditions.choice", "只能用 ="),
        ("established_on >= 2020-13-01", "conditions.day", "日期不对"),
        ("rd_total_1 / hte_valid >= 3%", "conditions.ratio", "只有数字才能相除"),
        ("sales_1 >= 2000 and hte_valid", "conditions.number", "不是数字"),
        ("__import__('os')", "conditions.line", "写法不认识"),
        ("", "conditions.line", "写法不认识"),
        ("评审:", "conditions.line", "写法不认识"),
    ],
)
def test_what_cannot_be_read_is_refused(line: str, code: str, said: str) -> None:
    with pytest.raises(Refusal) as caught:
        written.read({"all": [line]}, facts=FACTS, place=Place(row=2))
    assert (caught.value.code, str(caught.value.place)) == (code, "第2行")
    assert said in caught.value.cause


@pytest.mark.parametrize(
    "table", [{}, [], 7, None, {"all": []}, {"all": "hte_valid"}, {"some": ["hte_valid"]}, {"all": [7]}]
)
def test_a_table_of_another_form_is_refused(table: Any) -> None:
    with pytest.raises(Refusal):
        written.read(table, facts=FACTS)


def test_a_table_too_deep_is_refused() -> None:
    table: Any = "hte_valid"
    for _ in range(written.DEPTH + 1):
        table = {"any": [table]}
    with pytest.raises(Refusal, match="太深"):
        written.read(table, facts=FACTS)


@given(
    st.one_of(
        st.text(max_size=60), st.from_regex(r"[a-z_1-3]{1,12} ?(>=|<=|=|/|<|>) ?[-0-9.,%a-z]{1,8}", fullmatch=True)
    )
)
def test_any_text_is_a_condition_or_a_refusal(text: str) -> None:
    try:
        found = written.line(text, facts=FACTS)
    except Refusal as refusal:
        assert refusal.cause and refusal.remedy
    else:
        assert {spec.name for spec in found.specs()} <= set(FACTS.specs)


lines = st.one_of(
    st.tuples(st.just("flag"), st.sampled_from(FLAGS), st.booleans()),
    st.tuples(st.just("money"), st.sampled_from(MONEY), st.sampled_from(sorted(SIGNS)), st.integers(-3, 3)),
)
tables = st.recursive(
    lines,
    lambda inner: st.tuples(st.sampled_from(("all", "any", "none")), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=8,
)
amounts = st.one_of(st.none(), st.integers(-3, 3))


def as_written(tree: Any) -> Any:
    match tree:
        case ("flag", name, wanted):
            return name if wanted else f"not {name}"
        case ("money", name, sign, number):
            return f"{name} {sign} {number}"
        case (word, inside):
            return {word: [as_written(one) for one in inside]}


def meant(tree: Any, facts: dict[str, Any]) -> bool | None:
    """The same, by Python's own logic with a third value."""
    match tree:
        case ("flag", name, wanted):
            return None if facts[name] is None else facts[name] is wanted
        case ("money", name, sign, number):
            return None if facts[name] is None else SIGNS[sign](facts[name], number)
    word, found = tree[0], [meant(one, facts) for one in tree[1]]
    if word == "any":
        return True if True in found else None if None in found else False
    held = found if word == "all" else [None if one is None else not one for one in found]
    return False if False in held else None if None in held else True


@settings(deadline=None)
@given(
    tables,
    st.fixed_dictionaries(
        {name: st.one_of(st.none(), st.booleans()) for name in FLAGS} | dict.fromkeys(MONEY, amounts)
    ),
)
def test_a_written_table_judges_as_logic_does(tree: Any, facts: dict[str, Any]) -> None:
    expected = {True: State.MET, False: State.UNMET, None: State.UNKNOWN}[meant(tree, facts)]
    assert state(as_written(tree), **facts) is expected


def test_no_lever_tells_anybody_to_shrink() -> None:
    (least, most, day) = written.read(
        {"all": ["sales_1 >= 5", "sales_1 <= 9", "established_on >= 2020-01-01"]}, facts=FACTS
    )
    assert len(least.levers) == 1 and most.levers == () and day.levers == ()  # type: ignore[attr-defined]
