"""The goals that the benchmarks are measured against: a pattern of figures, which way is good, and how far it must go."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Goal:
    """`figures` is a pattern of names as `bench.run` prints them; `says` what the limit stands for."""

    figures: str
    most: float | None = None
    least: float | None = None
    says: str = ""

    def __str__(self) -> str:
        limit = f"<= {self.most:,g}" if self.most is not None else f">= {self.least:,g}"
        return f"{limit} {self.says}".strip()

    def holds(self, value: float) -> bool:
        """Whether a figure reaches the goal."""
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)


GOALS = (
    Goal(figures="exporting.ratio", most=1.5, says="x the quickest plain writer"),
    Goal(figures="importing.*.ratio_to_limit", most=4, says="x fastexcel and one executemany"),
    Goal(figures="importing.*.times_quicker_than_peer", least=10, says="x django-import-export"),
    Goal(figures="importing.*.again_rows_a_second_to_new", least=1, says="x the rate of new rows"),
    Goal(figures="importing.*.peak_megabytes", most=600, says="MB"),
    Goal(figures="judging.speed_to_limit", least=0.5, says="x the same columns by hand in Polars"),
    Goal(figures="judging.memory.to_frame", most=3, says="x the input frame"),
    Goal(figures="judging.peers.*.gates_otherwise_off_thresholds", most=0),
    Goal(figures="judging.edit.*.p95_ms", most=20, says="ms"),
    Goal(figures="judging.spark.growth_for_twice_the_rows", most=2, says="x the time"),
    Goal(figures="listing.*.times_admin", least=10, says="x Django admin's list"),
    Goal(figures="listing.*.rows.p95_ms", most=60, says="ms"),
    Goal(figures="listing.*.facets.fresh_ms", most=800, says="ms"),
    Goal(figures="listing.*.totals_ms", most=800, says="ms"),
    Goal(figures="reader.timing.seconds", most=0.5, says="s"),
    Goal(figures="standing.ratio", most=2, says="x the same SQL by hand"),
    Goal(figures="standing.seconds", most=1.5, says="s"),
    Goal(figures="standing.edit_and_all_figures_seconds", most=0.2, says="s"),
)


def verdict(*, figure: str, value: Any) -> tuple[str, str]:
    """The goal of a figure and "holds" or "MISSED"; ("", "") for a figure that has none."""
    if not isinstance(value, int | float):
        return "", ""
    goal = next((one for one in GOALS if fnmatchcase(figure, one.figures)), None)
    return ("", "") if goal is None else (str(goal), "holds" if goal.holds(value) else "MISSED")
