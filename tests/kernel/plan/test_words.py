"""Targets, deadlines and names as a table writes them, and back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.kernel.errors import Refusal
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.plan.words import deadline_of, deadline_words, names_of, number_of, numbers_of, target_words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("年底", "year_end"),
        ("year_end", "year_end"),
        ("汛期前", "flood_season"),
        ("上半年", "06-30"),
        ("6月底", "06-30"),
        ("2月末", "02-28"),
        ("6月30日", "06-30"),
        ("6月30日前", "06-30"),
        ("06-30", "06-30"),
        ("6-3", "06-03"),
        ("2025-6-3", "2025-06-03"),
        ("2027年12月底", "2027-12-31"),
        ("2028年2月底", "2028-02-29"),
        ("2025年9月1日前", "2025-09-01"),
        (" ", ""),
    ],
)
def test_deadlines_are_read_as_offices_write_them(typed: str, read: str) -> None:
    assert deadline_of(typed) == read
    assert deadline_of(deadline_words(read)) == read


@pytest.mark.parametrize("typed", ["尽快", "13月底", "2025", "6月30日以后再说"])
def test_other_deadlines_are_refused(typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        deadline_of(typed)
    assert caught.value.code == "deadline.unreadable"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "quantity", "comparator": ">=", "value": Decimal("144.000000"), "unit": "家"}, "≥144家"),
        (
            {"kind": "quantity", "comparator": "range", "value": Decimal(8), "value2": Decimal(10), "unit": "个"},
            "8–10个",
        ),
        ({"kind": "rate", "comparator": "=", "value": Decimal("6.20"), "unit": "%"}, "6.2%"),
        ({"kind": "rate", "comparator": "<=", "value": Decimal("5.5"), "unit": "%"}, "≤5.5%"),
        ({"kind": "rank", "comparator": "=", "value": Decimal(1), "unit": "名"}, "第1名"),
        ({"kind": "rank", "comparator": "<=", "value": Decimal(3), "unit": "名"}, "前3名"),
        ({"kind": "roster", "named": ["甲", "乙"]}, "2项"),
        ({"kind": "routine"}, ""),
    ],
)
def test_targets_in_a_cell(values: dict[str, object], words: str) -> None:
    assert target_words(Commitment(**values)) == words


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("≥1,440家", ["1440"]),
        ("8-10个", ["8", "10"]),
        ("8–10个", ["8", "10"]),
        ("８至１０个", ["8", "10"]),
        ("-3%", ["-3"]),
        ("6.2%", ["6.2"]),
        ("尽力", []),
    ],
)
def test_numbers_in_a_cell(cell: str, numbers: list[str]) -> None:
    assert numbers_of(cell) == [Decimal(n) for n in numbers]


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3))
def test_a_number_reads_back(value: Decimal) -> None:
    words = target_words(Commitment(kind="rate", comparator="", value=value, unit="%"))
    assert number_of(words) == value
    assert numbers_of(words) == [value]


@pytest.mark.parametrize("typed", ["一百", "1/2", "NaN", "1e999999999999"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        number_of(typed)
    assert caught.value.code == "number.unreadable"


def test_full_width_numbers_and_names() -> None:
    assert number_of(" １,４４０ ") == Decimal(1440)
    assert number_of("") is None
    assert names_of("甲、乙\n丙,甲;\n") == ["甲", "乙", "丙"]
