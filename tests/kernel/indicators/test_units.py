"""Figures in 万元 and 亿元, 家 and 个, brought together; what does not measure the same is not compared."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gongjian.kernel.indicators.units import comparable, convert


@pytest.mark.parametrize(
    ("value", "unit", "into", "expected"),
    [
        ("12345678", "万元", "亿元", "1234.5678"),
        ("0.0001", "万元", "亿元", "0.00000001"),
        ("1000", "亿元", "万元", "10000000"),
        ("3", "亿美元", "万美元", "30000"),
        ("7", "家", "个", "7"),
        ("7", "户", "家", "7"),
        ("2", "万人", "人", "20000"),
        ("300", "万人次", "人次", "3000000"),
        ("24", "公里", "米", "24000"),
        ("-3", "%", "%", "-3"),
        ("5", "", "个", "5"),
        ("5", "个", "", "5"),
    ],
)
def test_a_figure_in_another_unit(value: str, unit: str, into: str, expected: str) -> None:
    assert convert(value=Decimal(value), unit=unit, into=into) == Decimal(expected)


@pytest.mark.parametrize(
    ("unit", "into"), [("万元", "万美元"), ("家", "人"), ("家", "亿元"), ("头", "个"), ("%", "个")]
)
def test_what_measures_something_else_gives_no_figure(unit: str, into: str) -> None:
    assert convert(value=Decimal(5), unit=unit, into=into) is None
    assert not comparable(unit, into)
