"""PySpark gives every verdict, state, gap and point of the columnar judge, row for row."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.kernel.rulebooks.agreement import frame, rows

from gongjian.kernel.rulebooks import rulebook as shelf
from gongjian.kernel.rulebooks.fleet import judge_spark
from gongjian.kernel.rulebooks.judging import judge
from gongjian.kernel.rulebooks.rulebook import Rulebook

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

BOOKS = [
    pytest.param(one, id=f"{one.name}-{one.edition}") for one in shelf.every() if one.facts.subject == "enterprise"
]
TODAY = date(2026, 11, 22)


def zones(rulebook: Rulebook, *, n: int, seed: int, as_of: date) -> pl.DataFrame:
    """Rows on the thresholds, numbered, each of one of two zones."""
    return frame(rulebook, rows(rulebook, n=n, seed=seed, as_of=as_of)).with_columns(
        id=pl.int_range(n, dtype=pl.Int64), zone=pl.int_range(n, dtype=pl.Int64) % 2
    )


def distributed(spark: SparkSession, given: pl.DataFrame, folder: Path) -> DataFrame:
    """The same rows in two partitions of Spark."""
    given.write_parquet(folder / "rows.parquet")
    return spark.read.parquet(str(folder / "rows.parquet")).repartition(2)


def collected(answer: DataFrame) -> list[tuple[Any, ...]]:
    place = answer.columns.index("id")
    return sorted((tuple(row) for row in answer.collect()), key=lambda row: row[place])


@pytest.mark.parametrize("rulebook", BOOKS)
def test_spark_agrees_on_thresholds_gaps_and_missing_facts(
    spark: SparkSession, rulebook: Rulebook, tmp_path: Path
) -> None:
    as_of = min(rulebook.until or TODAY, TODAY)
    given = zones(rulebook, n=300, seed=7, as_of=as_of)
    expected = judge(rulebook, given, as_of=as_of)
    answer = judge_spark(rulebook, distributed(spark, given, tmp_path), as_of=as_of)
    assert answer.columns == expected.columns
    assert collected(answer) == expected.rows()


def test_spark_agrees_on_twenty_thousand_rows(spark: SparkSession, tmp_path: Path) -> None:
    rulebook = shelf.edition("high-tech", as_of=TODAY)
    given = zones(rulebook, n=20_000, seed=23, as_of=TODAY)
    answer = collected(judge_spark(rulebook, distributed(spark, given, tmp_path), as_of=TODAY))
    assert answer == judge(rulebook, given, as_of=TODAY).rows()


def test_spark_takes_what_is_fixed_for_all_and_leaves_out_what_nobody_has(spark: SparkSession, tmp_path: Path) -> None:
    rulebook = shelf.edition("high-tech", as_of=TODAY)
    given = zones(rulebook, n=200, seed=5, as_of=TODAY).drop("filing_on", "standards_drafted")
    fixed = {"filing_on": (date(2027, 3, 1) - date(1970, 1, 1)).days}
    answer = judge_spark(rulebook, distributed(spark, given, tmp_path), as_of=TODAY, fixed=fixed)
    assert collected(answer) == judge(rulebook, given, as_of=TODAY, fixed=fixed).rows()


def test_spark_is_exact_on_a_growth_that_floating_point_misses(spark: SparkSession, tmp_path: Path) -> None:
    rulebook = shelf.edition("high-tech", as_of=TODAY)
    given = zones(rulebook, n=200, seed=5, as_of=TODAY).with_columns(
        # 1000 -> 1000 -> 1300 is 15 % to the last digit, whatever the size of the step
        net_assets_3=pl.lit(10**7) + pl.col("id"),
        net_assets_2=pl.lit(10**7) + pl.col("id"),
        net_assets_1=((pl.lit(10**7) + pl.col("id")) * 13) // 10,
        years_open=pl.lit(5, pl.Int64),
    )
    expected = judge(rulebook, given, as_of=TODAY)
    assert expected.filter(pl.col("id") % 10 == 0)["assets_growth.least"].unique().to_list() == [5]
    assert expected.filter(pl.col("id") % 10 == 1)["assets_growth.least"].unique().to_list() == [3]
    assert collected(judge_spark(rulebook, distributed(spark, given, tmp_path), as_of=TODAY)) == expected.rows()
