"""The states of a criterion and of a verdict: never a yes or no that hides what is not known.

The codes are ordered so that the worst of several criteria is the greatest code: a clear failure outweighs missing data,
missing data outweighs an expert's open grade, and that outweighs what only the reviewing authority can decide.
"""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """What a criterion, or all of them together, come to."""

    NOT_APPLICABLE = 0
    MET = 1
    OPEN = 2
    UNGRADED = 3
    UNKNOWN = 4
    UNMET = 5

    @property
    def label(self) -> str:
        """Of a criterion: 符合, 不符合."""
        return _WORDS[self][0]

    @property
    def verdict(self) -> str:
        """Of all criteria together: 可申报, 有机会."""
        return _WORDS[self][1]

    @property
    def word(self) -> str:
        """Of a verdict, for programs: ready, opportunity."""
        return _WORDS[self][2]


_WORDS = {
    State.NOT_APPLICABLE: ("不适用", "不适用", "not_applicable"),
    State.MET: ("符合", "可申报", "ready"),
    State.OPEN: ("待评审认定", "有机会", "opportunity"),
    State.UNGRADED: ("待问诊", "待问诊", "needs_diagnosis"),
    State.UNKNOWN: ("缺数据", "缺数据", "needs_data"),
    State.UNMET: ("不符合", "不符合", "not_met"),
}
