"""Research platforms: who has filed beside the verdicts, whom to look at next, what to expect."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT, TODAY

from gongjian.drives.innovation import platforms
from gongjian.drives.innovation.platforms import Platform
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.recognitions import Recognition
from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import actions
from gongjian.kernel.rulebooks.states import State

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast


def add(model: Any, cast: Cast, **values: Any) -> Any:
    on = values.pop("on", TODAY)
    return actions.create(register=model.register, values=values, by=cast.clerk, at=AT, today=TODAY, happened_on=on)


def firm(cast: Cast, number: int, *, rd: str = "900", city: bool = True) -> Any:
    """An enterprise that lacks nothing that figures decide for 省企业技术中心, but perhaps 研发经费 and the city's centre."""
    from tests.kernel.registers.entries import enterprise

    one = enterprise(by=cast.clerk, unit=cast.science, number=number, is_dishonest=False)
    add(
        AnnualReturn, cast, enterprise=one, year=2024, main_revenue="30000", rd_spend_stat=rd,
        rd_equipment_original="900", rd_fulltime="60",
    )  # fmt: skip
    if city:
        add(Recognition, cast, enterprise=one, kind="technology-centre", level="municipal", valid_from=date(2022, 5, 1))
    return one


def test_the_pool_beside_the_verdicts(cast: Cast) -> None:
    fit, near, far, filed, unfit, selected, titled = (
        firm(cast, 1), firm(cast, 2, rd="799.9"), firm(cast, 3, rd="100"), firm(cast, 4), firm(cast, 5, rd="10"),
        firm(cast, 6), firm(cast, 7),
    )  # fmt: skip
    add(Recognition, cast, enterprise=titled, kind="technology-centre", level="provincial", valid_from=date(2023, 1, 5))
    for one, stage, on in ((filed, "filed", TODAY), (unfit, "filed", TODAY), (selected, "selected", date(2025, 4, 1))):
        add(Platform, cast, enterprise=one, sort="technology", stage=stage, on=on)
    add(Platform, cast, enterprise=near, sort="engineering", stage="filed")
    pool = platforms.pool(sort=Platform.Sort.TECHNOLOGY, by=cast.viewer, as_of=TODAY, at=AT, target=4)
    assert pool.stages == {"培育": 0, "已申报": 2, "已入选": 1, "未入选": 0}
    assert {state: n for state, n in pool.expected.counts.items() if n} == {State.UNGRADED: 1, State.UNMET: 1}
    assert (pool.selected, pool.expected.sure, pool.expected.upper, pool.expected.shortfall) == (1, 1, 2, 3)
    assert [one.entry for one in pool.ready] == [fit.pk]
    assert [one.entry for one in pool.nearest] == [near.pk, far.pk]


def test_a_selection_of_another_year_is_not_counted(cast: Cast) -> None:
    add(Platform, cast, enterprise=firm(cast, 1), sort="technology", stage="selected", on=date(2024, 12, 31))
    pool = platforms.pool(sort=Platform.Sort.TECHNOLOGY, by=cast.viewer, as_of=TODAY, at=AT)
    assert (pool.stages["已入选"], pool.selected, pool.expected.sure, pool.expected.upper) == (1, 0, 0, 0)


def test_a_day_without_an_edition_is_refused(cast: Cast) -> None:
    with pytest.raises(Refusal, match="没有施行中的版本"):
        platforms.pool(sort=Platform.Sort.TECHNOLOGY, by=cast.viewer, as_of=date(2019, 1, 1), at=AT)
