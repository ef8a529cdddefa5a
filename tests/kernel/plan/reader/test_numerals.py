"""Numbers: every way a plan writes them gives the value it stands for."""

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.kernel.plan.reader.numerals import chinese, number


@given(st.integers(min_value=0, max_value=10**12))
def test_chinese_numerals_come_back_as_written(value: int) -> None:
    assert chinese(cn2an.an2cn(value)) == value


@given(st.decimals(min_value=0, max_value=99999, places=2))
def test_arabic_numbers_come_back_as_written(value: Decimal) -> None:
    assert number(f"{value}") == value


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("1,200", "1200"), ("12,345,678", "12345678"), ("6.2", "6.2"), ("百", "100"), ("千", "1000"), ("两", "2"),
        ("三十", "30"), ("十二", "12"), ("一百五", "150"), ("一万二", "12000"), ("一百零五", "105"), ("三点五", "3.5"),
        ("二〇二七", "2027"), ("两千三百", "2300"), ("一亿二千万", "120000000"),
    ],
)  # fmt: skip
def test_written_forms(word: str, value: str) -> None:
    assert number(word) == Decimal(value)


@pytest.mark.parametrize("word", ["", "高企", "十家", "点五"])
def test_a_word_that_is_no_number_is_refused(word: str) -> None:
    with pytest.raises(ValueError):
        chinese(word)
