"""Patents: of high value by the rulebook alone, ending within a year to the day, Ⅱ类 used once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT, TODAY

from gongjian.drives.innovation import patents
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.kernel.registers import actions
from gongjian.kernel.rulebooks import reading
from gongjian.kernel.rulebooks.states import State

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast


def right(cast: Cast, number: str, **values: Any) -> Any:
    from tests.kernel.registers.entries import enterprise

    firm = patents.IntellectualProperty.objects.first()
    owner = firm.enterprise if firm else enterprise(by=cast.clerk, unit=cast.science)
    given = {
        "enterprise": owner, "name": number, "number": number, "kind": "invention", "legal_status": "valid",
        "applied_on": date(2020, 1, 1), "granted_on": date(2022, 1, 1), "is_sei": False, "has_overseas_family": False,
        "expires_on": date(2040, 1, 1), "used_before_hte": False,
    }  # fmt: skip
    return actions.create(
        register=IntellectualProperty.register, values=given | values, by=cast.clerk, at=AT, today=TODAY
    )


def test_the_portfolio_counts_each_kind_once(cast: Cast) -> None:
    emerging = right(cast, "ZL1", is_sei=True)
    old = right(cast, "ZL2", applied_on=date(2015, 6, 29), is_sei=True)
    right(cast, "ZL3")
    pledged = right(cast, "ZL4", pledge_amount="500")
    right(cast, "ZL5", expires_on=TODAY)
    right(cast, "ZL6", expires_on=date(2026, 6, 30))
    right(cast, "ZL7", expires_on=date(2026, 7, 1))
    right(cast, "ZL8", expires_on=date(2025, 6, 29))
    right(cast, "ZL9", kind="utility", used_before_hte=True)
    right(cast, "ZL10", kind="utility", used_before_hte=None)
    right(cast, "ZL11", kind="utility", used_before_hte=True, legal_status="lapsed")
    found = patents.portfolio(by=cast.viewer, as_of=TODAY, at=AT)
    assert (found.valid, found.inventions, found.high_value, found.open) == (10, 8, 2, 1)
    assert (found.expiring, found.expired, found.used_up, found.unmarked) == (2, 1, 1, 1)
    assert set(patents.high_value(as_of=TODAY, at=AT)) == {emerging, old}
    assert list(patents.high_value(as_of=TODAY, at=AT, state=State.OPEN)) == [pledged]
    kept = reading.current(patents.VALUABLE_PATENT).filter(state=State.MET)
    assert patents.grounds(kept, as_of=TODAY) == {
        emerging.pk: ["①战略性新兴产业"],
        old.pk: ["①战略性新兴产业", "③维持年限超过规定年数"],
    }


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"expires_on": date(2025, 6, 29)}, ["到期日期2025-06-29已过,法律状态仍为有效,请核对"]),
        ({"expires_on": date(2026, 6, 30)}, ["2026-06-30到期,还有365天"]),
        ({"expires_on": date(2026, 7, 1)}, []),
        ({"expires_on": date(2025, 6, 29), "legal_status": "expired"}, []),
        ({"kind": "utility", "used_before_hte": True}, ["Ⅱ类,已用于高企认定,不能再用"]),
        ({"kind": "utility", "used_before_hte": None}, ["Ⅱ类,未填是否曾用于高企认定"]),
        ({"used_before_hte": True}, []),
    ],
)
def test_cautions(cast: Cast, values: dict[str, Any], said: list[str]) -> None:
    assert patents.cautions(right(cast, "ZL1", **values), as_of=TODAY) == said
