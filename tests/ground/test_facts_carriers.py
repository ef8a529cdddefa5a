"""What is counted for a carrier: tenants, graduates, growth and financing, from the registers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.kernel.people.cast import AT, TODAY, Cast
from tests.kernel.registers.entries import enterprise

from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.facts_carriers import FACTS
from gongjian.ground.financings import Financing
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.ground.sites import CarrierReturn, Site, Tenancy
from gongjian.kernel.registers import actions
from gongjian.kernel.rulebooks import frames


def add(model: Any, cast: Cast, **values: Any) -> Any:
    return actions.create(
        register=model.register, values={"unit": cast.science, **values}, by=cast.clerk, at=AT, today=TODAY
    )


def carrier(cast: Cast, *, name: str = "青禾孵化器", **values: Any) -> Any:
    return add(Site, cast, name=name, kind="incubator", area_total=Decimal(10000), **values)


def tenant(cast: Cast, site: Any, number: int, entered_on: date, *, founded: date | None, **values: Any) -> Any:
    firm = enterprise(by=cast.clerk, unit=cast.science, number=number, established_on=founded)
    add(Tenancy, cast, enterprise=firm, site=site, entered_on=entered_on, **{"way": "incubated", **values})
    return firm


def facts(site: Any, filing_on: date, *names: str) -> dict[str, Any]:
    found = frames.frame(FACTS, names, filing_on=filing_on, ids=[site.pk]).to_dicts()
    assert len(found) == 1
    return {name: found[0][name] for name in names}


def test_months_of_operation_are_whole_months(cast: Cast) -> None:
    site = carrier(cast, operated_since=date(2023, 5, 31))
    assert facts(site, date(2024, 11, 30), "months_operated") == {"months_operated": 17}
    assert facts(site, date(2024, 12, 1), "months_operated") == {"months_operated": 18}
    assert facts(carrier(cast, name="青禾二号"), date(2024, 12, 1), "months_operated") == {"months_operated": None}


def test_tenants_in_term_are_young_when_they_enter_and_not_past_the_term(cast: Cast) -> None:
    site, on = carrier(cast), date(2024, 6, 30)
    tenant(cast, site, 1, date(2023, 1, 15), founded=date(2021, 1, 15))  # 24 months to the day
    tenant(cast, site, 2, date(2023, 1, 15), founded=date(2021, 1, 14))  # one day too old
    tenant(cast, site, 3, date(2020, 6, 30), founded=date(2020, 1, 1))  # 48 months to the day
    tenant(cast, site, 4, date(2020, 6, 29), founded=date(2020, 1, 1))  # one day past the term
    tenant(cast, site, 5, date(2023, 1, 1), founded=None)
    tenant(cast, site, 6, date(2023, 1, 1), founded=date(2022, 12, 1), way="rented")
    tenant(cast, site, 7, date(2023, 1, 1), founded=date(2022, 12, 1), left_on=on, left_reason="graduated")
    tenant(
        cast, site, 8, date(2023, 1, 1), founded=date(2022, 12, 1), left_on=date(2024, 7, 1), left_reason="graduated"
    )
    counted = facts(site, on, "tenants", "tenants_in_term", "graduates")
    assert counted == {"tenants": 6, "tenants_in_term": 4, "graduates": 1}
    # December plus months crosses the year
    later = carrier(cast, name="青禾二号")
    tenant(cast, later, 11, date(2024, 2, 29), founded=date(2022, 2, 28))
    tenant(cast, later, 12, date(2024, 3, 1), founded=date(2021, 12, 31))
    assert facts(later, on, "tenants_in_term") == {"tenants_in_term": 0}


def test_growth_counts_from_a_year_above_zero_and_more_than_the_figure(cast: Cast) -> None:
    site, on = carrier(cast), date(2026, 11, 22)
    pairs = (
        (("100", None), ("120", None)),  # exactly 20 %: not more than 20 %
        (("100", None), ("120.01", None)),
        (("0", None), ("500", None)),  # no base
        (("100", "10"), ("90", "12.01")),  # R&D alone
        (("100", None), None),  # no later return
        (("100", "10"), ("200", "20")),  # both, once
    )
    for number, (before, after) in enumerate(pairs, start=1):
        firm = tenant(cast, site, number, date(2024, 1, 1), founded=date(2023, 5, 1))
        for year, row in ((2024, before), (2025, after)):
            if row is not None:
                add(AnnualReturn, cast, enterprise=firm, year=year, revenue=row[0], rd_expense=row[1])
    assert facts(site, on, "tenants", "tenants_growing") == {"tenants": 6, "tenants_growing": 3}


def test_financing_and_rights_count_a_tenant_once(cast: Cast) -> None:
    site, on = carrier(cast), date(2024, 6, 30)
    firms = [tenant(cast, site, number, date(2023, 6, 1), founded=date(2023, 1, 1)) for number in (1, 2, 3)]
    for firm, paid_on in ((firms[0], date(2023, 7, 1)), (firms[0], date(2023, 8, 1)), (firms[1], date(2024, 7, 1))):
        add(Financing, cast, enterprise=firm, paid_on=paid_on, investor="青禾创投", amount=Decimal(100))
    add(Financing, cast, enterprise=firms[2], paid_on=date(2024, 1, 5), investor="青禾创投", amount=Decimal(100))
    for firm, number, kind, granted in (
        (firms[0], "ZL1", "invention", date(2024, 1, 1)),
        (firms[0], "ZL2", "utility", date(2024, 1, 1)),
        (firms[1], "RZ1", "software", date(2024, 1, 1)),
    ):
        add(
            IntellectualProperty, cast, enterprise=firm, name=f"{number}号", number=number, kind=kind,
            legal_status="valid", applied_on=date(2023, 7, 1), granted_on=granted, acquisition="self",
        )  # fmt: skip
    names = ("tenants_financed", "tenants_financed_1y", "tenants_applied", "tenants_with_rights")
    assert facts(site, on, *names) == dict(zip(names, (2, 1, 1, 2), strict=True))


def test_the_last_year_has_its_tenants_its_newcomers_and_its_return(cast: Cast) -> None:
    site, on = carrier(cast), date(2024, 6, 30)
    tenant(cast, site, 1, date(2023, 6, 1), founded=date(2023, 5, 1))
    tenant(cast, site, 2, date(2022, 6, 1), founded=date(2022, 5, 1), left_on=date(2023, 1, 1), left_reason="moved")
    tenant(cast, site, 3, date(2022, 6, 1), founded=date(2022, 5, 1), left_on=date(2022, 12, 31), left_reason="moved")
    tenant(cast, site, 4, date(2024, 1, 1), founded=date(2023, 5, 1))
    for year, desks in ((2022, 20), (2023, 30)):
        add(CarrierReturn, cast, site=site, year=year, desks=desks)
    names = ("tenants_1y", "tenants_new_1y", "desks", "mentors", "statistics_1y", "statistics_2y")
    assert facts(site, on, *names) == dict(zip(names, (2, 1, 30, None, 1, 2), strict=True))
