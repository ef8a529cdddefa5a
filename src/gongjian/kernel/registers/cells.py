"""What comes into a register from outside, column by column, and what is said of each row of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers.models import StageMove

STAGE_DATE = "阶段日期"
ROW_KEY = "记录编号"
VERDICTS = ("new", "changed", "unchanged", "refused")


@dataclass(frozen=True, kw_only=True)
class Cells:
    """A sheet's cells. `numbers` are the rows' numbers in the sheet (1..); every column has one cell for each.

    `columns` maps a field's name, a field of a related row (enterprise__credit_code), STAGE_DATE or ROW_KEY (see
    `row_key`) to its cells; `units` are the units that headings state (总投资(亿元)), by field name.
    """

    numbers: Sequence[int]
    columns: Mapping[str, Sequence[object]]
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Judged:
    """What became of a row: `entry` is new, changed or as it stands; `faults` say why a refused row is not taken."""

    number: int
    verdict: str  # one of VERDICTS
    entry: Any = None
    pk: int = 0
    """The number of the row that is spoken of, 0 for none."""
    changes: dict[str, Any] = field(default_factory=dict)
    """{field name: new value}"""
    diff: dict[str, tuple[str, str]] = field(default_factory=dict)
    """{label: (old, new)} as they print."""
    faults: list[Refusal] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stage: str = ""
    stage_on: date | None = None
    withdrawn: StageMove | None = None
    """The move whose date the sheet corrects."""


def row_key(entry: Any) -> str:
    """The hidden cell by which an exported row is found again: register, number and revision, high-tech/12/4."""
    return f"{entry.register.name}/{entry.pk}/{entry.revision}"
