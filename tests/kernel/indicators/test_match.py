"""Which indicator is proposed for which words: on the real plan, on the example plan, on one that shares nothing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from gongjian.kernel.indicators.declare import INDICATORS
from gongjian.kernel.indicators.match import candidates, fits
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.plan.reader import read
from gongjian.surfaces.inlets.document import open_document

ROOT = Path(__file__).resolve().parents[3]
REAL = {  # what the plan's words begin or end with: the indicator
    "144家高企申报": "high-tech-filed",
    "科创项目81个": "venture-recognised",
    "不少于15个": "talent-selected",
    "优质人才项目落地转化": "talent-landed",
    "8-10个潜力项目": "talent-potential",
    "海外人才30人以上": "overseas-talent",
    "开票销售超千亿目标": "invoiced-sales",
    "达序时进度": "upgrades-equipped",
    "总量全市第一": "position-equipment",
    "1000万元以上技改类项目超20个": "upgrades-over-1000",
    "卓越级智能工厂创建工作": "smart-factory-excellent",
    "4家企业入选省企业技术中心": "technology-centres",
    "2家企业入选省工程研究中心": "engineering-centres",
    "等重大项目开工建设": "projects-started",
    "农村生活污水治理": "works-finished",
    "消防站建设工程": "works-completed",
    "等民生工程": "works-finished",
    "应拆未拆清理整治任务": "works-completed",
}
EXAMPLE = {
    "高企申报达到144家": "high-tech-filed",
    "科创项目81个": "venture-recognised",
    "全年不少于15个": "talent-selected",
    "优质项目在园区落地转化": "talent-landed",
    "8-10个潜力项目重点培育": "talent-potential",
    "海外人才30人以上": "overseas-talent",
    "总量排名全市第一": "position-equipment",
    "技改项目超20个": "upgrades-over-1000",
    "工信部卓越级智能工厂": "smart-factory-excellent",
    "4家企业获评省企业技术中心": "technology-centres",
    "2家企业获评省工程研究中心": "engineering-centres",
    "等重大项目年内开工": "projects-started",
    "农村生活污水2.0治理": "works-finished",
    "砚塘消防站年内建成": "works-completed",
    "等民生工程": "works-finished",
    "应拆未拆整治任务": "works-completed",
}
LATER_IN_READER = {"开票销售超千亿": "invoiced-sales", "跟上序时进度": "upgrades-equipped"}
"""Sentences of the example plan whose promise the reader may or may not propose; if it does, this is the answer."""


def commitments(path: Path, year: int) -> list[Commitment]:
    document = open_document(name=path.name, data=path.read_bytes())
    plan = Plan(year=year, text=document.text)
    return [
        Commitment(
            plan=plan,
            start=p.start,
            end=p.end,
            kind=p.kind,
            metric=p.metric,
            unit=p.unit or "",
            comparator=p.comparator or "",
            value=p.value,
            named=list(p.named),
        )
        for p in read(document, year=year).proposals
    ]


def proposed(path: Path, year: int) -> dict[str, str]:
    return {c.text: found[0].indicator.name for c in commitments(path, year) if (found := candidates(commitment=c))}


def check(found: dict[str, str], wanted: dict[str, str], allowed: dict[str, str]) -> None:
    for words, indicator in wanted.items():
        assert [name for text, name in found.items() if text.endswith(words)] == [indicator], words
    known = wanted | allowed
    for text, name in found.items():
        assert name in {indicator for words, indicator in known.items() if words in text}, (text, name)


def test_the_real_plan_gets_the_right_indicator_everywhere_and_none_where_there_is_none(material: Path) -> None:
    (path,) = (material / "plans").glob("000_*.txt")
    check(proposed(path, 2025), REAL, {})


def test_the_example_plan_alike() -> None:
    check(proposed(ROOT / "examples" / "plan-2025.md", 2025), EXAMPLE, LATER_IN_READER)


def test_another_countys_plan_gets_only_what_it_says() -> None:
    found = {c.text: candidates(commitment=c) for c in commitments(ROOT / "examples" / "plan-second.txt", 2026)}
    sure = {text: matches[0].indicator.name for text, matches in found.items() if matches and matches[0].score == 1}
    assert sure == {"新申报高新技术企业25家": "high-tech-filed"}
    rest = {text: m[0].indicator.name for text, m in found.items() if m and m[0].score < 1}
    assert set(rest.values()) <= {"projects-started"} and all("开工" in text for text in rest)
    assert sum(not matches for matches in found.values()) >= 40


def one(text: str, **values: object) -> Commitment:
    given = {"kind": "quantity", "metric": "", "unit": "家", "value": Decimal(5)} | values
    return Commitment(plan=Plan(year=2025, text=text), start=0, end=len(text), **given)


def test_a_unit_that_measures_something_else_is_no_match() -> None:
    assert candidates(commitment=one("高企申报5家"))
    assert candidates(commitment=one("高企申报5户", unit="户"))
    assert not candidates(commitment=one("高企申报奖补5亿元", unit="亿元"))
    assert not candidates(commitment=one("高企申报增长5%", kind="rate", unit="%"))
    assert candidates(commitment=one("工业开票销售500亿元", unit="亿元"))[0].indicator.unit == "万元"
    assert fits(indicator=INDICATORS["high-tech-filed"], commitment=one("x", unit=""))


def test_line_breaks_spaces_and_width_do_not_matter() -> None:
    assert candidates(commitment=one("高企\n申报5家"))[0].score == 1
    assert (
        candidates(commitment=one("１０００万元以上技改项目超20个", unit="个"))[0].indicator.name
        == "upgrades-over-1000"
    )


def test_of_two_the_one_that_says_more_comes_first() -> None:
    found = candidates(commitment=one("优质人才项目落地转化5个", unit="个"))
    assert next((m.indicator.name, m.score, m.phrase) for m in found) == ("talent-landed", 1.0, "人才项目落地转化")


def test_a_signing_is_no_start() -> None:
    assert not candidates(commitment=one("全年新签约亿元以上项目28个", unit="个"))
    assert candidates(commitment=one("新开工项目28个", unit="个"))[0].indicator.name == "project-starts"


@pytest.mark.parametrize("indicator", list(INDICATORS.values()), ids=lambda i: i.name)
def test_every_indicator_is_found_by_its_own_phrases(indicator: object) -> None:
    for phrase in indicator.answers:  # type: ignore[attr-defined]
        kind, unit = indicator.kinds[0], indicator.unit  # type: ignore[attr-defined]
        found = candidates(commitment=one(phrase, kind=kind, unit=unit))
        assert indicator in [match.indicator for match in found if match.score == 1], phrase
