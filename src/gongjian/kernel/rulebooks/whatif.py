"""What if: other facts of one subject, of a set of them, or other figures of the rule; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from gongjian.kernel.errors import Refusal
from gongjian.kernel.rulebooks.judging import Verdict, judge, judge_one
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State


@dataclass(frozen=True, kw_only=True)
class Shift:
    """How many subjects come to each verdict before and after, and which ones change."""

    before: Mapping[State, int]
    after: Mapping[State, int]
    gained: tuple[int, ...]
    """The subjects that were not ready and would be."""
    lost: tuple[int, ...]
    moved: Mapping[tuple[State, State], int]
    turned: tuple[tuple[int, State, State], ...] = ()
    """Every subject whose verdict becomes another, from what to what; the best afterwards first."""


def of_one(
    book: Rulebook,
    facts: Mapping[str, int | None],
    changes: Mapping[str, int | None],
    *,
    as_of: date,
    decided: Mapping[str, Any] | None = None,
) -> tuple[Verdict, Verdict]:
    """One subject's verdict as it is, and with other facts; what officers have `decided` holds in both."""
    _require_known(book, changes)
    before = judge_one(book, facts, as_of=as_of, decided=decided)
    return before, judge_one(book, {**facts, **changes}, as_of=as_of, decided=decided)


def of_set(
    book: Rulebook,
    frame: pl.DataFrame,
    adds: Mapping[str, int],
    *,
    as_of: date,
    sets: Mapping[str, int] | None = None,
    decided: Mapping[int, Mapping[str, Any]] | None = None,
) -> Shift:
    """All subjects of the frame with so much more of some facts (smallest units), and others set to a value.

    What is missing stays missing, unless it is set. What officers have `decided`, by subject and criterion, holds in both.
    """
    _require_known(book, [*adds, *(sets or {})])
    changes = [(pl.col(name) + by).alias(name) for name, by in adds.items()]
    changes += [pl.lit(value, dtype=pl.Int64).alias(name) for name, value in (sets or {}).items()]
    before, after = judge(book, frame, as_of=as_of), judge(book, frame.with_columns(changes), as_of=as_of)
    return _shift(_held(book, before, decided), _held(book, after, decided))


def of_figures(
    book: Rulebook,
    frame: pl.DataFrame,
    values: Mapping[str, Fraction | tuple[Fraction, ...]],
    *,
    as_of: date,
    decided: Mapping[int, Mapping[str, Any]] | None = None,
) -> Shift:
    """All subjects of the frame by the rule with other figures: a draft revision.

    A figure that goes by bands takes one value for all of them, or a tuple of one for each. What officers have
    `decided` holds in both.
    """
    figures = dict(book.figures(as_of=as_of))
    for name, value in values.items():
        if name not in figures:
            raise Refusal("rulebook.parameter", f"“{book.label}”没有名为“{name}”的参数", "请从列出的参数中选择")
        figures[name] = _changed(figures[name], value)
    before, after = judge(book, frame, as_of=as_of), judge(book, frame, as_of=as_of, figures=figures)
    return _shift(_held(book, before, decided), _held(book, after, decided))


def _require_known(book: Rulebook, names: Iterable[str]) -> None:
    for name in names:
        if name not in book.specs:
            raise Refusal("facts.unknown", f"“{book.label}”不看名为“{name}”的事实", "请从这部标准列出的事实中选择")


def _changed(parameter: Parameter, value: Fraction | tuple[Fraction, ...]) -> Parameter:
    if not isinstance(value, tuple):
        return parameter.at(value)
    return replace(parameter, bands=tuple((limit, one) for (limit, _), one in zip(parameter.bands, value, strict=True)))


def _held(book: Rulebook, verdicts: pl.DataFrame, decided: Mapping[int, Mapping[str, Any]] | None) -> pl.DataFrame:
    """The verdicts with officers' decisions in the place of the judged states, as keeping does."""
    if not decided:
        return verdicts
    names = [gate.name for gate in book.criteria]
    some = verdicts.filter(pl.col("id").is_in(list(decided)) & (pl.col("verdict") != int(State.NOT_APPLICABLE)))
    fresh = {}
    for row in some.iter_rows(named=True):
        held = {name: one.state for name, one in decided[row["id"]].items()}
        fresh[row["id"]] = max(held.get(name, row[name]) for name in names)
    if not fresh:
        return verdicts
    made = pl.DataFrame({"id": list(fresh), "held": list(fresh.values())}, schema={"id": pl.Int64, "held": pl.Int8})
    joined = verdicts.join(made, on="id", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("held", "verdict").alias("verdict")).drop("held")


def _shift(before: pl.DataFrame, after: pl.DataFrame) -> Shift:
    both = pl.DataFrame({"id": before["id"], "before": before["verdict"], "after": after["verdict"]})
    ready = int(State.MET)
    counts = both.group_by("before", "after").len()
    turned = both.filter(pl.col("before") != pl.col("after")).sort("after", "before", "id")
    return Shift(
        before=_counts(both["before"]),
        after=_counts(both["after"]),
        gained=tuple(both.filter((pl.col("after") == ready) & (pl.col("before") != ready))["id"].to_list()),
        lost=tuple(both.filter((pl.col("before") == ready) & (pl.col("after") != ready))["id"].to_list()),
        moved={(State(a), State(b)): n for a, b, n in counts.iter_rows() if a != b},
        turned=tuple((pk, State(a), State(b)) for pk, a, b in turned.iter_rows()),
    )


def _counts(verdicts: pl.Series) -> dict[State, int]:
    found = dict(verdicts.value_counts().iter_rows())
    return {state: found.get(int(state), 0) for state in State}
