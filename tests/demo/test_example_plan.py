"""The example plan carries every figure of the real one, in other words and with other names."""

from __future__ import annotations

import json
import os
import re
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from gongjian.demo.story import COMMITMENTS

ROOT = Path(__file__).resolve().parents[2]
MATERIAL = Path(os.environ.get("GONGJIAN_MATERIAL", ROOT / "../shared/material"))
PLAN = (ROOT / "examples/plan-2025.md").read_text(encoding="utf-8")
SECOND = (ROOT / "examples/plan-second.txt").read_text(encoding="utf-8")
OFFICIAL_TERMS = ("主要粮食作物耕种收综合机械化率",)
"""Terms of the statistics that cannot be said otherwise; they are cut out before sentences are compared."""

LONGEST_COMMON_RUN = 12
GENERIC_NAMES = {"工业开票销售", "规上工业产值"}
"""What the gold lists as named but is an indicator, not an object."""


def _original() -> str:
    path = MATERIAL / "plans/000_cca6003c7ffa7f91.txt"
    if not path.exists():
        pytest.skip("the real plan (material/plans) is not at hand")
    return path.read_text(encoding="utf-8")


def _plain(text: str) -> str:
    """Without blanks and bold marks, full-width punctuation as half-width, official terms cut out."""
    text = text.translate(str.maketrans(",:;()!", ",:;()!"))
    for term in OFFICIAL_TERMS:
        text = text.replace(term, "\n")
    return re.sub(r"[ *#]", "", text)


def test_every_figure_of_the_original_is_carried() -> None:
    figures = set(re.findall(r"\d+(?:\.\d+)?", _original()))
    assert {"144", "81", "15", "49", "98", "333", "654"} <= figures
    assert figures - set(re.findall(r"\d+(?:\.\d+)?", PLAN)) == set()


@pytest.mark.parametrize(
    "words",
    ["超千亿", "全市第一", "8-10个", "亿元以上", "“八五”", "“五治”", "三年行动", "“一企一策”",
     "“揭榜挂帅”", "“一网通办”",
     "“一对一”", "“科创飞地、双向挂牌”", "“筑峰强链”", "卓越级智能工厂", "省工程研究中心", "“两房清理”", "“证照联办”",
     "PM2.5", "低VOCs", "“红色代办员”", "中欧班列", "“大体检”", "不少于15个", "5个以上", "30人以上", "超20个", "98%"],
)  # fmt: skip
def test_mechanisms_and_figures_in_words_are_carried(words: str) -> None:
    assert words in PLAN


def test_no_name_of_the_original_appears() -> None:
    path = MATERIAL / "gold/seed.jsonl"
    if not path.exists():
        pytest.skip("the gold of the real plan (material/gold/seed.jsonl) is not at hand")
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    named = {name for record in records for name in record["named"]} - GENERIC_NAMES
    assert len(named) >= 10
    assert {name for name in named if name in PLAN} == set()


def test_no_place_or_institute_of_the_original_appears() -> None:
    kinds = "大学|理工|大道|消防站|商业广场|纺织科技园|知识产权保护|流域|生态园|产业基地|文化产业园|来路|营商服务品牌"
    places = {match[0] for match in re.finditer(f"[\\w”]{{2}}(?:{kinds})", _original())}
    assert len(places) >= 10
    assert {place for place in places if place in PLAN} == set()


def test_no_sentence_is_copied() -> None:
    original, own = _plain(_original()), _plain(PLAN)
    copied = []
    for sentence in re.split(r"[。\n]", own):
        match = SequenceMatcher(None, original, sentence, autojunk=False).find_longest_match()
        if match.size > LONGEST_COMMON_RUN:
            copied.append(sentence[match.b : match.b + match.size])
    assert copied == []


def test_the_plan_is_about_as_long_as_the_original() -> None:
    assert 0.9 < len(PLAN) / len(_original()) < 1.1


def test_the_plan_has_six_drives_and_bold_leads() -> None:
    assert PLAN.startswith("# 云海经济开发区2025年工作要点\n\n2025年1月13日\n")
    assert re.findall(r"^## ([一二三四五六])、攻坚", PLAN, re.M) == list("一二三四五六")
    leads = re.findall(r"^\*\*([^*]{4,10})。\*\*", PLAN, re.M)
    paragraphs = [line for line in PLAN.splitlines()[4:] if line and not line.startswith("#")]
    assert len(leads) == len(paragraphs) == 18


@pytest.mark.parametrize("story", COMMITMENTS, ids=lambda story: story.text[:14])
def test_the_words_of_a_commitment_occur_once(story) -> None:
    assert PLAN.count(story.text) == 1
    assert all(name in story.text for name in story.named)


def test_the_second_plan_is_another_zone_with_enough_promises() -> None:
    promises = SECOND[SECOND.index("二、2026年工作目标") :]
    assert "云海" not in SECOND
    assert 1500 <= len(SECOND) <= 2500
    assert promises.count("责任单位:") >= 10
    assert len(re.findall(r"\d+(?:\.\d+)?(?:%|家|个|亿元|万吨|亩|项|公里|座|张|所|人)", promises)) >= 20
