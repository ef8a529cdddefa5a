"""The demo zone's register rows as plain data: what goes into the registers, stage by stage, file by file."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from gongjian.demo.firms import EnterpriseCast
from gongjian.demo.rows import industry, innovation, talents, works
from gongjian.demo.rows.shapes import MoveStory, ProofStory, RowStory


def rows(firms: Sequence[EnterpriseCast], *, seed: int = 2025) -> list[RowStory]:
    """Every row of every register but 企业, parents before children; the same firms and seed give the same rows.

    Refuses (`demo.too_small`) when too few of `firms` could apply for 高企; 1,200 are enough.
    """

    def dice(name: str) -> Random:
        return Random(f"{name}-{seed}")

    return [
        *innovation.applications(firms, random=dice("high-tech")),
        *innovation.ventures(random=dice("venture")),
        *talents.talent_projects(random=dice("talent-project")),
        *talents.overseas(firms, random=dice("overseas-talent")),
        *talents.platforms(firms, random=dice("platform")),
        *industry.upgrades(firms, random=dice("upgrade")),
        *industry.positions(),
        *industry.invoiced_sales(),
        *works.major_projects(random=dice("project")),
        *works.public_works(random=dice("works")),
    ]


__all__ = ["MoveStory", "ProofStory", "RowStory", "rows"]
