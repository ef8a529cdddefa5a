"""The shape of one imported sheet of the demo: its register, its title, who imported it when, its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`names` are the columns (attnames) of every row in order; related rows are named by their number, from 1.

    The enterprise in row r of the cast has the number r + 1.
    """

    register: str
    title: str
    unit: str
    on: date
    names: Sequence[str]
    rows: Iterable[Sequence[object]]
