"""Passages: headings of all levels, leads, sentences and clauses, nested and without gaps."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.kernel.plan.document import Block, Document, plain
from gongjian.kernel.plan.proposal import Level
from gongjian.kernel.plan.reader import read
from gongjian.kernel.plan.reader.script import fold

PLAN = (
    "2025年工作要点\n一、攻坚创新,牢牢把握主动\n壮大集群。新增高企20家,培育瞪羚3家。抓好辅导。\n"
    "（二）深化改革\n1.优化服务\n办好实事；做好对接。\n二、攻坚产业\n提振主导产业。稳步运行。\n"
)
ALPHABET = (
    "一二三四五六七八九十百千万亿两0123456789.,,。、;:!?“”()()《》%-—~ \n\t\r家个项亿元"
    "确保力争增长新增和等前年月底达超突破以上左右分别高于全市第建设完成A・翻番其中目标的在约实施名位倍起至到"
)


def check(document: Document) -> None:
    reading = read(document)
    text, passages = document.text, reading.passages
    covered = [0] * len(text)
    last = -1
    for index, passage in enumerate(passages):
        assert 0 <= passage.start < passage.end <= len(text)
        if passage.level is Level.CLAUSE:
            assert passage.parent is not None
            parent = passages[passage.parent]
            assert parent.level is Level.SENTENCE
            assert parent.start <= passage.start < passage.end <= parent.end
            continue
        assert passage.start >= last
        last = passage.end
        for position in range(passage.start, passage.end):
            covered[position] += 1
        if passage.parent is not None:
            assert passage.parent < index
            assert passages[passage.parent].level not in (Level.SENTENCE, Level.CLAUSE)
    for sign, times in zip(text, covered, strict=True):
        assert times == 1 or (times == 0 and not fold(sign).strip())
    for proposal in reading.proposals:
        assert text[proposal.start : proposal.end] == proposal.text


def test_headings_and_parents() -> None:
    passages = read(plain(name="要点", text=PLAN)).passages
    outline = [
        (
            one.level.value,
            PLAN[one.start : one.end],
            None if one.parent is None else PLAN[passages[one.parent].start : passages[one.parent].end],
        )
        for one in passages
        if one.level is not Level.CLAUSE
    ]
    assert outline == [
        ("title", "2025年工作要点", None),
        ("drive", "一、攻坚创新,牢牢把握主动", "2025年工作要点"),
        ("lead", "壮大集群。", "一、攻坚创新,牢牢把握主动"),
        ("sentence", "新增高企20家,培育瞪羚3家。", "壮大集群。"),
        ("sentence", "抓好辅导。", "壮大集群。"),
        ("section", "（二）深化改革", "一、攻坚创新,牢牢把握主动"),
        ("point", "1.优化服务", "（二）深化改革"),
        ("sentence", "办好实事；做好对接。", "1.优化服务"),
        ("drive", "二、攻坚产业", "2025年工作要点"),
        ("lead", "提振主导产业。", "二、攻坚产业"),
        ("sentence", "稳步运行。", "提振主导产业。"),
    ]


def test_marked_headings_of_the_source_are_kept() -> None:
    text = "强化协同\n工作统筹\n做好对接。"
    document = Document(
        name="x", text=text, digest="", blocks=(Block(start=0, end=4, level=1), Block(start=5, end=9, level=2))
    )
    assert [one.level for one in read(document).passages] == [Level.TITLE, Level.SECTION, Level.SENTENCE]


def test_a_full_stop_in_quotation_marks_does_not_end_a_sentence() -> None:
    text = "坚持“先立后破。稳中求进”的基调抓好落实工作任务。再抓推进。"
    found = [
        text[one.start : one.end] for one in read(plain(name="x", text=text)).passages if one.level is Level.SENTENCE
    ]
    assert found == ["坚持“先立后破。稳中求进”的基调抓好落实工作任务。", "再抓推进。"]


def test_the_plan_covers_itself() -> None:
    check(plain(name="要点", text=PLAN))


@given(st.text(alphabet=ALPHABET, max_size=300))
def test_any_text_is_covered_once(text: str) -> None:
    check(plain(name="x", text=text))


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    check(plain(name="x", text=text))


@pytest.mark.parametrize(
    "token",
    [
        "1",
        "12月",
        "3个",
        "翻番",
        "达到",
        "开工建设",
        "甲、",
        "“",
        "“。",
        "(",
        "在甲地区",
        "全面早日",
        "6%、力争7%、",
        "责任单位:甲、",
    ],
)
def test_endless_repetition_is_read_in_time(token: str) -> None:
    text = "推进" + token * (6000 // len(token)) + "完成。"
    begun = time.perf_counter()
    read(plain(name="x", text=text), year=2025)
    assert time.perf_counter() - begun < 5
