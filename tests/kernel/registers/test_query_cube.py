"""The counts of all filters at once are kept until a row is written, and never shown when they are stale."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.kernel.people.cast import AT, Cast, make_cast
from tests.kernel.registers.entries import venture

from gongjian.drives.innovation.ventures import Venture
from gongjian.kernel.registers import actions, cube, query
from gongjian.kernel.registers.query import Ask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Iterator[Cast]:
    """The cast, committed."""
    cube._KEPT.clear()
    yield make_cast()
    cube._KEPT.clear()


def counts(cast: Cast, **filters: tuple[str, ...]) -> dict[str, int]:
    return dict(query.facets(Ask(register=Venture.register, by=cast.viewer, filters=filters))["carrier"])


def test_kept_counts_follow_every_write(cast: Cast, django_assert_max_num_queries: Any) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    assert counts(cast) == {"孵化园": 1}
    assert len(cube._KEPT) == 1
    venture("乙", by=cast.clerk, unit=cast.science, carrier="加速器")
    assert counts(cast) == {"孵化园": 1, "加速器": 1}
    values = {"carrier": "加速器"}
    actions.change(entry=made, values=values, revision=1, by=cast.clerk, at=AT + timedelta(days=1))
    assert counts(cast) == {"加速器": 2}
    cast.science.name = "科技局"
    cast.science.save()
    units = dict(query.facets(Ask(register=Venture.register, by=cast.viewer))["unit__name"])
    assert units == {"科技局": 2}


def test_kept_counts_answer_other_filters_too(cast: Cast) -> None:
    venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园", source="江理工")
    venture("乙", by=cast.clerk, unit=cast.science, carrier="加速器")
    assert counts(cast) == {"孵化园": 1, "加速器": 1}
    kept = dict(cube._KEPT)
    assert counts(cast, source=("江理工",)) == {"孵化园": 1}
    assert counts(cast, source=(query.BLANK,)) == {"加速器": 1}
    assert counts(cast, carrier=("孵化园",)) == {"孵化园": 1, "加速器": 1}
    assert dict(cube._KEPT) == kept


def test_too_many_combinations_are_counted_filter_by_filter(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    venture("乙", by=cast.clerk, unit=cast.science, carrier="加速器")
    monkeypatch.setattr(cube, "COMBINATIONS_MOST", 1)
    assert counts(cast) == {"孵化园": 1, "加速器": 1}
    assert not cube._KEPT
