"""Punctuation in print."""

from __future__ import annotations

import pytest

from gongjian.surfaces.outlets.typeset import typeset


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("要求:满1年,不符合。", "要求\uff1a满1年\uff0c不符合。"),
        ("现为5,000.01万元(近三年);差1,234,567元", "现为5,000.01万元\uff08近三年\uff09\uff1b差1,234,567元"),
        ("见https://example.cn/a,时间9:30", "见https://example.cn/a\uff0c时间9:30"),
        ("本年度终了前:2025-12-31", "本年度终了前\uff1a2025-12-31"),
        ("91320800MA00000016 (a, b): c", "91320800MA00000016 (a, b): c"),
        ("", ""),
    ],
)
def test_punctuation_is_wide_in_chinese_and_stays_in_numbers_times_and_addresses(typed: str, printed: str) -> None:
    assert typeset(typed) == printed
    assert typeset(printed) == printed
