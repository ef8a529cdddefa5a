"""The demo zone's half year: the promises of examples/plan-2025.md, owners and reports, and the planted faults."""

from __future__ import annotations

from gongjian.demo.story import duties, industry, innovation, projects, townscape
from gongjian.demo.story.faults import FAULTS
from gongjian.demo.story.series import INVOICED_SALES
from gongjian.demo.story.shapes import AS_OF, YEAR, CommitmentStory, FaultStory, ReportedStory, WindowStory

COMMITMENTS: tuple[CommitmentStory, ...] = (
    *innovation.PROMISES,
    *industry.PROMISES,
    *projects.PROMISES,
    *townscape.PROMISES,
    *duties.PROMISES,
)
"""Numbered and named promises drive by drive, then the standing duties."""

__all__ = [
    "AS_OF",
    "COMMITMENTS",
    "FAULTS",
    "INVOICED_SALES",
    "YEAR",
    "CommitmentStory",
    "FaultStory",
    "ReportedStory",
    "WindowStory",
]
