"""Rows of facts that lie on thresholds, and the two judges side by side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any

import polars as pl

from gongjian.kernel.rulebooks.facts import FactSpec, Kind
from gongjian.kernel.rulebooks.judging import judge, judge_one
from gongjian.kernel.rulebooks.rulebook import Rulebook

MONEY = (
    "0", "0.01", "-5", "10", "60", "100", "99.99", "140", "500", "499.99", "560.01", "700", "750", "800", "799.9", "1000",
    "1200", "1300", "1499.99", "1500", "1690", "2000", "3000", "4200", "5000", "5000.01", "5953.5", "6000", "6300", "6614",
    "6615", "8000", "10000", "14000", "14000.01", "20000", "20000.01",
)  # fmt: skip
PEOPLE = ("0", "5", "9", "10", "19", "20", "30", "39", "40", "41", "49", "50", "99.5", "100", "400", "500", "501")
QUANTITY = ("0", "1", "1.79", "1.8", "2.8", "3.9", "10", "20", "35", "45", "49.9", "50", "59.9", "60", "80", "100")


def value(random: Random, spec: FactSpec, as_of: date) -> int | None:
    """One value of a fact, missing one time in twelve."""
    if random.random() < 1 / 12:
        return None
    match spec.kind:
        case Kind.MONEY:
            return spec.read(random.choice(MONEY))
        case Kind.PEOPLE:
            return spec.read(random.choice(PEOPLE))
        case Kind.QUANTITY:
            return spec.read(random.choice(QUANTITY))
        case Kind.DAY:
            return spec.read(as_of) - random.choice((0, 1, 364, 365, 366, 730, 1095, 1096, 4000, -30))  # type: ignore[operator]
        case Kind.FLAG:
            return random.randrange(2)
        case Kind.CHOICE:
            return random.randrange(len(spec.options))
    return random.choice((0, 0, 1, 1, 2, 3, 4, 5, 8, 12, 14, 15, 16, 50))


def rows(rulebook: Rulebook, *, n: int, seed: int, as_of: date) -> list[dict[str, int | None]]:
    """`n` rows of facts."""
    random = Random(seed)
    return [{spec.name: value(random, spec, as_of) for spec in rulebook.specs.values()} for _ in range(n)]


def frame(rulebook: Rulebook, given: list[dict[str, int | None]]) -> pl.DataFrame:
    """The rows as the columnar judge takes them."""
    columns: dict[str, Any] = {name: [row[name] for row in given] for name in rulebook.specs}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Int64))


def told(rulebook: Rulebook, facts: Mapping[str, int | None], *, as_of: date) -> dict[str, Any]:
    """What the exact judge says, in the columns of the columnar one."""
    verdict = judge_one(rulebook, facts, as_of=as_of)
    found: dict[str, Any] = {"verdict": int(verdict.state)}
    for finding in verdict.findings:
        found[finding.gate.name] = int(finding.state)
        found |= {gap.name: gap.steps for gap in finding.gaps}
    for item in verdict.items:
        found |= {f"{item.item.name}.least": item.least, f"{item.item.name}.most": item.most}
        if item.gap is not None:
            found[f"{item.item.name}.next"] = item.gap.steps
    found |= {f"alert.{finding.gate.name}": int(finding.state) for finding in verdict.alerts}
    if verdict.score is not None:
        found |= {"score.least": verdict.score[0], "score.most": verdict.score[1]}
    return found


def in_columns(rulebook: Rulebook, given: list[dict[str, int | None]], *, as_of: date) -> list[dict[str, Any]]:
    """What the columnar judge says, row by row, without what is blank."""
    answer = judge(rulebook, frame(rulebook, given), as_of=as_of)
    return [{name: cell for name, cell in row.items() if cell is not None} for row in answer.to_dicts()]
