"""Many zones at once: a rulebook over a PySpark frame, with the very answer that the columnar judge gives on one machine.

PySpark has no whole numbers of 128 bits, so products of two amounts are floating point there; the few rows in which that
does not decide are judged again exactly, by the worker that holds them. Needs the extra `fleet` and Java 17.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from gongjian.kernel.rulebooks.facts import Source
from gongjian.kernel.rulebooks.judging import EDGE, Verdict, judge_one, verdicts
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.rulebook import Rulebook

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

FACTS, AGAIN = "facts ", "again "
"""Columns that stand in the frame while it is judged: a row's facts, and its exact answer where it is an edge."""


def judge_spark(
    rulebook: Rulebook,
    frame: DataFrame,
    *,
    as_of: date,
    fixed: Mapping[str, int | None] | None = None,
    figures: Mapping[str, Parameter] | None = None,
) -> DataFrame:
    """The verdicts on a PySpark frame of subjects: what judging.judge gives for the same rows in Polars.

    `frame` has the facts as bigint columns of smallest units, null where missing; columns that are no facts are kept.
    The answer is lazy, has judge's columns (verdict, states and points as tinyint, steps as bigint) and keeps the
    partitions. A column whose name holds a dot is asked for in backticks: answer["`rd_share.0`"].
    """
    from pyspark.sql import functions

    kept = [name for name in frame.columns if name not in rulebook.facts.specs]
    facts = [name for name in rulebook.specs if name in frame.columns]
    packed = frame.withColumn(FACTS, functions.struct(*(_column(name) for name in facts))) if facts else frame
    rough, has_edges = verdicts(rulebook, packed, as_of=as_of, is_rough=True, fixed=fixed, figures=figures)
    if not has_edges:
        return rough.drop(FACTS)
    made = [one for one in rough.schema if one.name not in {*kept, FACTS, EDGE}]
    again = functions.udf(
        _exactly(
            packed=_packed(rulebook, figures if figures is not None else rulebook.figures(as_of=as_of)),
            as_of=as_of,
            names=[one.name for one in made],
            fixed=dict(fixed or {}),
        ),
        type(rough.schema)(made),
        useArrow=False,
    ).asNondeterministic()  # so that it is asked once a row, not once a column
    judged = rough.withColumn(AGAIN, again(functions.when(_column(EDGE), _column(FACTS))))
    return judged.select(
        *(_column(name) for name in kept),
        *(
            functions.when(_column(EDGE), judged[AGAIN].getField(one.name)).otherwise(_column(one.name)).alias(one.name)
            for one in made
        ),
    )


def told(verdict: Verdict) -> dict[str, int]:
    """An exact verdict in the columns of the columnar judge; what is null there is left out."""
    found = {"verdict": int(verdict.state)}
    for finding in verdict.findings:
        found[finding.gate.name] = int(finding.state)
        found |= {gap.name: gap.steps for gap in finding.gaps}
    found |= {f"alert.{finding.gate.name}": int(finding.state) for finding in verdict.alerts}
    for item in verdict.items:
        found |= {f"{item.item.name}.least": item.least, f"{item.item.name}.most": item.most}
        if item.gap is not None:
            found[f"{item.item.name}.next"] = item.gap.steps
    if verdict.score is not None:
        found |= {"score.least": verdict.score[0], "score.most": verdict.score[1]}
    return found


def _column(name: str) -> Any:
    from pyspark.sql import functions

    return functions.col(f"`{name}`")


class _Bare(pickle.Pickler):
    """Rulebooks without where the facts come from: a worker has no registers, and judging needs none."""

    def persistent_id(self, obj: Any) -> str | None:
        return "source" if isinstance(obj, Source) else None


class _Worker(pickle.Unpickler):
    def persistent_load(self, pid: Any) -> None:
        return None


def _packed(rulebook: Rulebook, figures: Mapping[str, Parameter]) -> bytes:
    file = io.BytesIO()
    _Bare(file).dump((rulebook, dict(figures)))
    return file.getvalue()


def _exactly(
    *, packed: bytes, as_of: date, names: list[str], fixed: Mapping[str, int | None]
) -> Callable[[Any], tuple[int | None, ...] | None]:
    """The exact judge as a worker runs it, row by row; None for a row that needs none."""
    unpacked: list[Any] = []

    def judged(facts: Any) -> tuple[int | None, ...] | None:
        if facts is None:
            return None
        if not unpacked:
            unpacked.extend(_Worker(io.BytesIO(packed)).load())
        rulebook, figures = unpacked
        found = told(judge_one(rulebook, facts.asDict() | fixed, as_of=as_of, figures=figures))
        return tuple(found.get(name) for name in names)

    return judged
