"""The demo's kept verdicts of 高新技术企业: as of the last month's end by what was recorded then, and as of its own day.

The other rulebooks' are kept by the background worker as soon as it runs.
"""

from __future__ import annotations

from datetime import timedelta

from gongjian.demo.load.moments import moment
from gongjian.demo.story import AS_OF
from gongjian.drives.innovation.criteria.high_tech import HIGH_TECH
from gongjian.kernel.rulebooks import keeping


def keep_verdicts() -> None:
    """Judge twice, so that the page says who crossed the line since last month."""
    month_end = AS_OF.replace(day=1) - timedelta(days=1)
    known = moment(month_end, 20)
    keeping.refresh(HIGH_TECH, as_of=month_end, at=known, known_at=known)
    keeping.refresh(HIGH_TECH, as_of=AS_OF, at=moment(AS_OF, 20))
