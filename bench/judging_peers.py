"""Judging's peers, run with the packages of bench/.venv: OpenFisca-core and zen-engine on the gates of `judging`.

They know no missing fact, so they decide the rows that have them all. OpenFisca counts in 32-bit floating point: how many
gates it decides otherwise is told apart by whether the row lies within a millionth of the threshold.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

GATES = ("age", "ownership", "tech_staff", "rd_share", "rd_domestic", "income", "incidents")
DECISIONS = 5_000
"""zen-engine decides one row at a time: this many of them."""


def facts(path: Path) -> pl.DataFrame:
    """The rows with all facts, the years before the founding as zero."""
    frame = pl.read_ipc(path / "gates.arrow").drop_nulls()
    later = [f"{name}_{back}" for name in ("sales", "rd_total", "rd_domestic") for back in (2, 3)]
    return frame.with_columns(
        pl.when(pl.col("years_open") < int(name[-1])).then(0).otherwise(name).alias(name) for name in later
    )


def openfisca(frame: pl.DataFrame) -> dict[str, Any]:
    """The gates as OpenFisca variables, worked out for all enterprises at once."""
    import numpy
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    firm = build_entity(key="firm", plural="firms", label="an enterprise", is_person=True)
    system = TaxBenefitSystem([firm])
    day = "2026"

    def total(firms: Any, period: Any, name: str) -> Any:
        return sum(firms(f"{name}_{back}", period) for back in (1, 2, 3))

    def share(over: Any, under: Any, least: Any) -> Any:
        safe = numpy.where(under > 0, under, 1)
        return (under > 0) & (over / safe >= least)

    def rd_share(firms: Any, period: Any) -> Any:
        sales = firms("sales_1", period)
        least = numpy.where(sales <= 5e7, 0.05, numpy.where(sales <= 2e8, 0.04, 0.03))
        return share(total(firms, period, "rd_total"), total(firms, period, "sales"), least)

    rules = {
        "age": lambda f, p: f("filing_on", p) - f("established_on", p) >= 365,
        "ownership": lambda f, p: f("core_rights", p) >= 1,
        "tech_staff": lambda f, p: share(f("tech_staff_avg", p), f("staff_avg", p), 0.1),
        "rd_share": rd_share,
        "rd_domestic": lambda f, p: share(total(f, p, "rd_domestic"), total(f, p, "rd_total"), 0.6),
        "income": lambda f, p: share(f("hightech_income", p), f("total_income", p), 0.6),
        "incidents": lambda f, p: f("major_incidents_1y", p) <= 0,
    }
    names = [name for name in frame.columns if not name.startswith("state ")]
    for name in names:
        system.add_variable(
            type(name, (Variable,), {"value_type": float, "entity": firm, "definition_period": DateUnit.YEAR})
        )
    for name, rule in rules.items():
        formula = {"formula": lambda firms, period, parameters, rule=rule: rule(firms, period)}
        kind = {"value_type": bool, "entity": firm, "definition_period": DateUnit.YEAR}
        system.add_variable(type(f"gate_{name}", (Variable,), kind | formula))
    best, answers = float("inf"), {}
    for _ in range(3):
        simulation = SimulationBuilder().build_default_simulation(system, frame.height)
        for name in names:
            simulation.get_holder(name).set_input(day, frame[name].to_numpy().astype("float64"))
        began = time.perf_counter()
        answers = {gate: simulation.calculate(f"gate_{gate}", day) for gate in GATES}
        best = min(best, time.perf_counter() - began)
    close = near(frame)
    wrong = {gate: (frame[f"state {gate}"] == 1).to_numpy() != answers[gate] for gate in GATES}
    return {
        "rows": frame.height,
        "seconds": round(best, 4),
        "gates_otherwise_on_thresholds": sum(int((wrong[gate] & close[gate]).sum()) for gate in GATES),
        "gates_otherwise_off_thresholds": sum(int((wrong[gate] & ~close[gate]).sum()) for gate in GATES),
    }


def near(frame: pl.DataFrame) -> dict[str, Any]:
    """The rows so close to a gate's threshold that 32-bit floating point, which OpenFisca counts in, cannot tell."""
    total = {name: sum(frame[f"{name}_{back}"] for back in (1, 2, 3)) for name in ("sales", "rd_total", "rd_domestic")}
    rate = frame.select(
        pl.when(pl.col("sales_1") <= 50_000_000).then(5).when(pl.col("sales_1") <= 200_000_000).then(4).otherwise(3)
    ).to_series()
    sides = {
        "tech_staff": (frame["tech_staff_avg"] * 10, frame["staff_avg"]),
        "rd_share": (total["rd_total"] * 100, total["sales"] * rate),
        "rd_domestic": (total["rd_domestic"] * 5, total["rd_total"] * 3),
        "income": (frame["hightech_income"] * 5, frame["total_income"] * 3),
    }
    close = {
        gate: ((left - right).abs() * 1_000_000 <= right.abs()).to_numpy() for gate, (left, right) in sides.items()
    }
    banding = ((frame["sales_1"] - 50_000_000).abs() <= 50) | ((frame["sales_1"] - 200_000_000).abs() <= 200)
    close["rd_share"] |= banding.to_numpy()
    return {gate: close.get(gate, close["income"] & False) for gate in GATES}


def zen(frame: pl.DataFrame) -> dict[str, Any]:
    """The gates as a zen-engine decision of seven expressions, one enterprise at a time."""
    import zen as engine

    def total(name: str) -> str:
        return f"({name}_1 + {name}_2 + {name}_3)"

    least = "(sales_1 <= 50000000 ? 5 : sales_1 <= 200000000 ? 4 : 3)"
    rules = {
        "age": "filing_on - established_on >= 365",
        "ownership": "core_rights >= 1",
        "tech_staff": "staff_avg > 0 and tech_staff_avg * 10 >= staff_avg",
        "rd_share": f"{total('sales')} > 0 and {total('rd_total')} * 100 >= {total('sales')} * {least}",
        "rd_domestic": f"{total('rd_total')} > 0 and {total('rd_domestic')} * 5 >= {total('rd_total')} * 3",
        "income": "total_income > 0 and hightech_income * 5 >= total_income * 3",
        "incidents": "major_incidents_1y <= 0",
    }
    expressions = [{"id": name, "key": name, "value": rule} for name, rule in rules.items()]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {
            "id": "gates",
            "name": "gates",
            "type": "expressionNode",
            "position": {"x": 1, "y": 0},
            "content": {"expressions": expressions},
        },
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "first", "type": "edge", "sourceId": "in", "targetId": "gates"},
        {"id": "second", "type": "edge", "sourceId": "gates", "targetId": "out"},
    ]
    decision = engine.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    given = frame.head(DECISIONS).to_dicts()
    asked = [{name: value for name, value in row.items() if not name.startswith("state ")} for row in given]
    began = time.perf_counter()
    answers = [decision.evaluate(row)["result"] for row in asked]
    seconds = time.perf_counter() - began
    differing = sum(
        answer[gate] != (row[f"state {gate}"] == 1)
        for row, answer in zip(given, answers, strict=True)
        for gate in GATES
    )
    return {"rows": len(asked), "seconds": round(seconds, 4), "gates_otherwise_off_thresholds": differing}


if __name__ == "__main__":
    rows = facts(Path(sys.argv[1]))
    found = {name: peer(rows) for name, peer in (("openfisca", openfisca), ("zen_engine", zen))}
    for figures in found.values():
        figures["rows_a_second"] = round(figures["rows"] / figures["seconds"])
    print(json.dumps(found))
