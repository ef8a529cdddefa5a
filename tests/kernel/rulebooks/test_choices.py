"""Choices, rates and figures that a zone has not set: the same in columns and exactly, and told in words."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import polars as pl
import pytest

from gongjian.kernel.rulebooks import explaining
from gongjian.kernel.rulebooks.arithmetic import Exact
from gongjian.kernel.rulebooks.conditions import Is, Known
from gongjian.kernel.rulebooks.facts import Facts, FactSpec, Kind
from gongjian.kernel.rulebooks.judging import judge, judge_one
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import Fact, World, param, ratio

FACTS = Facts("site")
kind = Fact(FACTS.add(FactSpec(name="kind", label="类型", kind=Kind.CHOICE, options=("a", "b", "c", "d"))))
firms = Fact(FACTS.add(FactSpec(name="firms", label="企业数", kind=Kind.COUNT, unit="家")))
area = Fact(FACTS.add(FactSpec(name="area", label="面积", kind=Kind.QUANTITY, unit="平方米")))
DAY = date(2026, 11, 22)
FIGURES = {
    "rate": Parameter(name="rate", label="密度", value=Fraction(3)),
    "unset": Parameter(name="unset", label="本区平均数", confidence="unset"),
    "least": Parameter(
        name="least",
        label="数量",
        bands=((Fraction(0), Fraction(50)), (Fraction(2), Fraction(30)), (None, Fraction(9))),
    ),
}
BOOK = Rulebook(
    name="choices",
    label="测试",
    edition="1",
    facts=FACTS,
    source="测试",
    standard="high-tech",
    gates=(
        gate("is", Is(kind, ("a", "c")), label="类型"),
        gate("known", Known(area), label="已填面积"),
        gate("rate", ratio(firms, area, label="密度", percent=False, per=1000) >= param("rate"), label="密度"),
        gate("unset", ratio(firms, param("unset"), label="倍数", percent=False) >= 2, label="倍数"),
        gate("least", firms >= param("least", by=kind), label="数量"),
    ),
)
ROWS: list[dict[str, int | None]] = [
    {"kind": 0, "firms": 50, "area": 200_000_000},
    {"kind": 1, "firms": 60, "area": 200_000_000},
    {"kind": 2, "firms": 29, "area": None},
    {"kind": 3, "firms": 9, "area": 0},
    {"kind": None, "firms": None, "area": 100},
]
EXPECTED = [
    ("MET", "MET", "UNMET", "UNKNOWN", "MET"),
    ("UNMET", "MET", "MET", "UNKNOWN", "MET"),
    ("MET", "UNMET", "UNKNOWN", "UNKNOWN", "UNMET"),
    ("UNMET", "MET", "UNMET", "UNKNOWN", "MET"),
    ("UNKNOWN", "MET", "UNKNOWN", "UNKNOWN", "UNKNOWN"),
]


@pytest.mark.parametrize(("row", "expected"), list(zip(ROWS, EXPECTED, strict=True)))
def test_states_exactly(row: dict[str, int | None], expected: tuple[str, ...]) -> None:
    verdict = judge_one(BOOK, row, as_of=DAY, figures=FIGURES)
    assert tuple(finding.state.name for finding in verdict.findings) == expected


def test_states_in_columns() -> None:
    frame = pl.DataFrame(ROWS, schema={"kind": pl.Int64, "firms": pl.Int64, "area": pl.Int64})
    answer = judge(BOOK, frame, as_of=DAY, figures=FIGURES).to_dicts()
    assert [tuple(State(row[one.name]).name for one in BOOK.gates) for row in answer] == EXPECTED
    assert [row["rate.0"] for row in answer] == [10, None, None, None, None]


def test_a_rate_is_told_as_the_rule_tells_it() -> None:
    verdict = judge_one(BOOK, ROWS[0], as_of=DAY, figures=FIGURES)
    told = {one.finding.gate.name: one for one in explaining.explain(verdict)}
    assert told["rate"].sentence == "要求:密度不低于3。现为2.5(50家÷20,000平方米)。"
    assert told["rate"].remedies == ("增加企业数10家即符合,其他数据不变。",)
    assert told["unset"].sentence == "要求:倍数不低于2。“本区平均数”未设定,请在“标准”的“本区设定”中设定。"
    assert (
        told["least"].sentence == "要求:企业数不低于(类型为“a”的50家、“c”及以下的30家、其他的9家)。现为50家,适用50家。"
    )
    assert told["is"].sentence == "要求:类型为a或c。类型:a。"


def test_what_is_compared_is_the_figure_for_one() -> None:
    world = World(sums=Exact(ROWS[0]), parameters=FIGURES)
    _, threshold = ratio(firms, area, per=1000).__ge__(param("rate")).sides(world)
    assert Fraction(threshold.n, threshold.d) == Fraction(3, 1000)
