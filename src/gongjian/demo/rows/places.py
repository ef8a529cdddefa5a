"""载体地块: invented plots, buildings and carriers of the zone, who sits in them, what carriers report by the year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from gongjian.demo.cast import COMPANY, CONSTRUCTION, SCIENCE
from gongjian.demo.firms import AS_OF, MISSING_SHARE, SITES, EnterpriseCast
from gongjian.demo.rows.sheets import Sheet

CARRIERS = (
    ("鹭起众创空间", "makerspace", "480", "30", date(2021, 3, 1)),
    ("砚塘孵化器", "incubator", "14000", "120", date(2017, 5, 18)),
    ("云海加速器", "accelerator", "31000", "", date(2019, 9, 2)),
    ("江澜云海中试基地", "pilot-base", "6200", "", date(2023, 1, 10)),
)
"""Name, kind, area (㎡), desks, since when: the first counts as a maker space by its desks alone."""
OVERFULL = "霁华路标准厂房2号"
"""The factory whose vacant area is larger than the whole."""


def sites(*, random: Random) -> Sheet:
    """In each park two factories, an office or a store, and a plot; then the carriers, which are the last numbers."""
    found: list[Sequence[object]] = []
    for park, road, codes in SITES:
        kinds = ("factory", "factory", "office" if {"65", "64"} & set(codes) else "warehouse", "plot")
        for place, kind in enumerate(kinds):
            label = {
                "factory": f"标准厂房{place + 1}号",
                "office": "创新楼",
                "warehouse": "配套仓库",
                "plot": "储备地块",
            }[kind]
            name = f"{road}{label}"
            area = random.randrange(40, 900) * 100 if kind == "plot" else random.randrange(20, 240) * 100
            vacant = area if kind == "plot" and random.random() < 0.5 else round(area * random.uniform(0, 0.45))
            if name == OVERFULL:
                vacant = area + 500
            known = random.random() >= MISSING_SHARE
            found.append(
                (
                    name,
                    kind,
                    park,
                    f"{road}{100 + place}号",
                    f"{area}.00",
                    f"{vacant}.00" if known else None,
                    COMPANY,
                    "",
                    None,
                )
            )
    for name, kind, size, _desks, since in CARRIERS:
        found.append((name, kind, "鹭起科创城", "鹭起大道88号", f"{size}.00", None, COMPANY, f"{name}运营中心", since))
    names = ("name", "kind", "park", "address", "area_total", "area_vacant", "owner", "operator", "operated_since")
    return Sheet(
        register="site", title="载体与存量用地清单", unit=CONSTRUCTION, on=date(2025, 3, 18), names=names, rows=found
    )


def tenancies(firms: Sequence[EnterpriseCast], *, random: Random) -> Sheet:
    """Young firms of software and research in the carriers, others rent in the factories of their park."""
    parks = [park for park, _road, _codes in SITES]
    first_carrier = len(SITES) * 4 + 1
    found: list[Sequence[object]] = []
    for row, firm in enumerate(firms):
        young = firm.established_on >= date(2020, 1, 1)
        if young and firm.industry_code in ("64", "65", "73", "74", "75", "39"):
            entered = firm.established_on + timedelta(days=random.randrange(10, 700))
            left = entered + timedelta(days=random.randrange(700, 1500))
            gone = left <= AS_OF
            if entered > AS_OF:
                continue
            site = first_carrier + (1 if row % 5 else 0 if row % 2 else 2)
            reason = ("graduated", "graduated", "expired", "closed")[row % 4] if gone else ""
            found.append(
                (
                    row + 1,
                    site,
                    entered,
                    "incubated",
                    f"{random.randrange(3, 40) * 10}.00",
                    left if gone else None,
                    reason,
                )
            )
        elif row % 6 == 1 and firm.status == "存续":
            site = parks.index(firm.site) * 4 + 1 + row % 2
            entered = max(firm.established_on, date(2016, 1, 4)) + timedelta(days=20 + row % 900)
            if entered > AS_OF:
                continue
            known = random.random() >= MISSING_SHARE
            found.append(
                (row + 1, site, entered, "rented", f"{random.randrange(3, 60) * 100}.00" if known else None, None, "")
            )
    names = ("enterprise_id", "site_id", "entered_on", "way", "area", "left_on", "left_reason")
    return Sheet(
        register="tenancy", title="载体入驻企业清单", unit=SCIENCE, on=date(2025, 5, 8), names=names, rows=found
    )


def carrier_returns(*, random: Random) -> Sheet:
    """Three years of each carrier, about the lines of the rules: graduates 14, 15; other income 29 to 31 %."""
    first = len(SITES) * 4 + 1
    found: list[Sequence[object]] = []
    for place, (_name, kind, area, desks, _since) in enumerate(CARRIERS):
        for year in (2022, 2023, 2024):
            income = random.randrange(180, 900)
            staff = random.randrange(4, 16)
            used = int(area) * random.choice((74, 75, 76)) // 100
            is_known = random.random() >= MISSING_SHARE
            found.append(
                (
                    first + place,
                    year,
                    f"{used}.00",
                    int(desks) if desks else None,
                    "500.00" if kind == "incubator" else "200.00",
                    year - 2020,
                    staff,
                    max(1, staff - random.randrange(3)),
                    random.randrange(3, 14) if is_known else None,
                    13 + year - 2023,
                    random.randrange(8, 30),
                    f"{income}.00",
                    f"{income * random.choice((69, 70, 71)) / 100:.2f}",
                )
            )
    names = (
        "site_id", "year", "area_tenant", "desks", "fund", "fund_cases", "staff_total", "staff_prof", "mentors",
        "graduates_cum", "events", "income_total", "income_rent_property",
    )  # fmt: skip
    return Sheet(
        register="carrier-return", title="载体年度统计", unit=SCIENCE, on=date(2025, 4, 15), names=names, rows=found
    )
