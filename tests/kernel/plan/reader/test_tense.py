"""Tense: what looks back gives no commitment, what looks ahead does."""

import pytest

from gongjian.kernel.plan.document import plain
from gongjian.kernel.plan.reader import read

REPORT = """2025年园区工作报告
一、2024年工作回顾
过去一年,园区新增高企40家,完成固定资产投资80亿元,增长9%。
存在的问题主要是龙头企业不多。
二、2025年工作安排
2025年,园区主要预期目标是:规上工业产值增长8%以上。
(一)狠抓创新。新增高企45家,研发投入比去年提高0.3个百分点。
已签约的12个项目要抓紧开工。
名词解释
1.高企:指高新技术企业,全国共有40万家。
"""


def test_only_the_coming_year_is_promised() -> None:
    reading = read(plain(name="报告", text=REPORT))
    assert reading.year == 2025
    assert [(str(one.value), one.unit) for one in reading.proposals if one.kind in ("quantity", "rate")] == [
        ("8", "%"), ("45", "家"), ("0.3", "个百分点"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "经济运行总体平稳。2025年1-9月实现产值90亿元;新增规上企业12家;服务业营收8亿元。",
        "招商成效显著。累计拜访企业200家,接待客商90批次。全年新签约项目20个,其中亿元项目8个。",
        "一年来,新建道路12公里,完成投资3亿元,同比增长12%。",
    ],
)
def test_a_report_of_results_promises_nothing(text: str) -> None:
    assert [one for one in read(plain(name="成效", text=text), year=2025).proposals if one.value is not None] == []


def test_a_long_term_heading_gives_its_own_deadline() -> None:
    text = "一、今后五年的奋斗目标\n地区生产总值年均增长8%。\n二、2022年重点工作\n地区生产总值增长9%。\n"
    found = read(plain(name="报告", text=text), year=2022).proposals
    assert [one.deadline for one in found] == ["2026-12-31", "year_end"]


def test_what_is_summed_up_over_a_period_to_come_is_a_promise() -> None:
    text = (
        "2026年工作要点\n一、攻坚投资\n全年累计完成固定资产投资300亿元以上。“十五五”期间,累计完成工业投资500亿元以上。"
        "累计完成技改投资20亿元。\n"
    )
    found = read(plain(name="甲", text=text), year=2026).proposals
    assert [proposal.value for proposal in found] == [300, 500]  # the last sentence reports
