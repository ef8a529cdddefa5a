"""Folding: variants of one sign are written one way and every offset stays."""

from hypothesis import given
from hypothesis import strategies as st

from gongjian.kernel.plan.reader.script import fold


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_variants_become_one() -> None:
    assert fold("８－１０個，增長５％以上；（壹）【注】") == "8-10个,增长5%以上;(壹)(注)"
    assert fold("確保全區規上工業產值達１００億元") == "确保全区规上工业产值达100亿元"
