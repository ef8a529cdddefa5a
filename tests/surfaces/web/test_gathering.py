"""Near-identical sentences are said once, and none is lost."""

from __future__ import annotations

from types import SimpleNamespace

from gongjian.surfaces.web.gathering import gathered, warned

MIXED = "“{}”列有的写了单位(如“{}”),有的只是数字(如 {}),只是数字的按“万元”计,请核对。"


def test_sentences_that_differ_in_names_and_figures_are_one_kind() -> None:
    first, second = MIXED.format("产值", "1.2亿", "7000"), MIXED.format("开票销售", "300万", "12.5")
    other = "文件带有宏,宏没有运行。"
    assert gathered([first, other, second]) == [[first, second], [other]]
    assert gathered([]) == []


def test_warnings_of_lines_keep_their_lines() -> None:
    said = "规上工业总产值{}万元与开票销售{}万元相差一倍以上,请核对口径和单位。"
    lines = [
        SimpleNamespace(number=5, warnings=[said.format("12,000", "20"), "入库税金超过开票销售。"]),
        SimpleNamespace(number=6, warnings=[said.format("3", "0.5")]),
        SimpleNamespace(number=7, warnings=["91329981MA的校验码应为“K”,实为“X”,请核对。"]),
        SimpleNamespace(number=8, warnings=["913299811575317665的校验码应为“5”,实为“6”,请核对。"]),
    ]
    assert [[line.number for line, _ in group] for group in warned(lines)] == [[5, 6], [5], [7, 8]]
    assert warned(lines)[0][1][1] == said.format("3", "0.5")
