"""载体与人才的认定事项: four more carriers with their tenants, and what officers found of carriers, persons and teams.

Their figures are made so that 孵化器, 众创空间 and 双创 have subjects that are ready, have a chance, or wait for a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from gongjian.demo.cast import COMPANY, CONSTRUCTION, SCIENCE
from gongjian.demo.firms import SITES, EnterpriseCast
from gongjian.demo.rows.places import CARRIERS
from gongjian.demo.rows.shapes import ProofStory, RowStory
from gongjian.demo.rows.sheets import Sheet
from gongjian.demo.rows.talents import talent_projects

FIRST = len(SITES) * 4 + 1
"""The number of the first carrier."""
YOUNG = (
    ("屿光孵化器", "incubator", "11000", date(2019, 6, 3)),
    ("沙汀孵化器", "incubator", "10500", date(2020, 9, 7)),
    ("汀兰众创空间", "makerspace", "900", date(2022, 4, 11)),
    ("屿禾众创空间", "makerspace", "760", date(2022, 11, 1)),
)
"""Name, kind, area (㎡), since when. The first two and the last two are alike but for what was found of them."""
GROWING, STEADY, FRESH = 4, 6, 11
"""Tenants of each incubator: grown by more than a fifth, and not; of each makerspace: founded last year."""
_ADVISERS = (("言伯川", "江澜科技大学"), ("闻道之", "云海科技创新局"), ("骆青禾", "沧屿技术转移中心"))
_SITE_FINDINGS = (
    ("鹭起众创空间", "typical_cases_1y", None, 3),
    ("砚塘孵化器", "tenants_invested", None, 3),
    ("砚塘孵化器", "is_professional", False, None),
    ("屿光孵化器", "tenants_invested", None, 2),
    ("屿光孵化器", "is_professional", True, None),
    ("屿光孵化器", "tenants_one_field", None, 8),
    ("屿光孵化器", "has_public_platform", True, None),
    ("汀兰众创空间", "teams_confirmed", True, None),
    ("汀兰众创空间", "typical_cases_1y", None, 4),
    ("屿禾众创空间", "typical_cases_1y", None, 3),
)
_PERSON_FINDINGS: tuple[tuple[str, Sequence[int], Sequence[int]], ...] = (
    ("no_talent_award", (1, 5, 10, 23, 33, 46), (8, 29)),
    ("employer_insures", range(2, 54, 4), (3, 23)),
    ("relaxed_degree", (13, 22), (3, 11, 19, 25)),
    ("listed_talent", (56,), (57, 58)),
    ("is_skilled_expert", (57,), (58, 60)),
)
"""The item, the persons (by number) of whom it was found, and those of whom it was found not to be so."""
_TEAM = ("core_members", "young_members", "oldest_age", "oldest_academician", "all_qualified")
_TEAMS = ((3, 1, 52, 0, True), (2, 1, 55, 66, True), (4, 2, 49, 0, True), (2, 0, 58, 0, True), (3, 1, 54, None, None))
"""What was found of every other project in turn; the last one is not done yet."""


def carriers(firms: Sequence[EnterpriseCast], yearly: Sequence[Sheet], tenancies: Sheet) -> list[Sheet]:
    """The four carriers with their tenants, of whom none sits in another one, and their returns of two years."""
    taken = {row[0] for row in tenancies.rows}
    free = [row for row, firm in enumerate(firms) if row + 1 not in taken and firm.status == "存续"]
    young = [row for row in free if 2020 <= firms[row].established_on.year < 2024]
    grown = _grown(yearly)
    rising = [row for row in young if row in grown]
    steady = [row for row in young if row not in grown]
    fresh = [row for row in free if firms[row].established_on.year == 2024]
    housed = [
        [*rising[:GROWING], *steady[:STEADY]],
        [*rising[GROWING : 2 * GROWING], *steady[STEADY : 2 * STEADY]],
        fresh[:FRESH],
        fresh[FRESH : 2 * FRESH],
    ]
    first = FIRST + len(CARRIERS)
    entered = [
        (row + 1, first + place, _entered(firms[row]), "incubated", f"{40 + row % 9 * 10}.00", None, "")
        for place, rows in enumerate(housed)
        for row in rows
    ]
    return [
        Sheet(
            register="site", title="新备案载体清单", unit=CONSTRUCTION, on=date(2025, 3, 20),
            names=("name", "kind", "park", "address", "area_total", "area_vacant", "owner", "operator", "operated_since"),
            rows=[
                (name, kind, "鹭起科创城", f"鹭起大道{90 + place}号", f"{area}.00", None, COMPANY, f"{name}运营中心", since)
                for place, (name, kind, area, since) in enumerate(YOUNG)
            ],
        ),
        Sheet(
            register="tenancy", title="新备案载体入驻企业清单", unit=SCIENCE, on=date(2025, 5, 9),
            names=tenancies.names, rows=entered,
        ),
        Sheet(
            register="carrier-return", title="新备案载体年度统计", unit=SCIENCE, on=date(2025, 4, 16), names=_RETURN,
            rows=[
                _return(first + place, year, kind, int(area))
                for place, (_name, kind, area, _since) in enumerate(YOUNG)
                for year in (2023, 2024)
            ],
        ),
    ]  # fmt: skip


_RETURN = (
    "site_id", "year", "area_tenant", "desks", "fund", "fund_cases", "staff_total", "staff_prof", "mentors",
    "graduates_cum", "events", "income_total", "income_rent_property",
)  # fmt: skip


def _return(site: int, year: int, kind: str, area: int) -> tuple[object, ...]:
    is_incubator = kind == "incubator"
    income = 420 + site % 7 * 30 + (year - 2023) * 25
    desks, fund, people = (None, "600.00", (9, 8, 6)) if is_incubator else (45, "210.00", (5, 4, 4))
    return (
        site, year, f"{area * 78 // 100}.00", desks, fund, 4, *people, 3 if is_incubator else 0, 16, f"{income}.00",
        f"{income * 0.62:.2f}",
    )  # fmt: skip


def _entered(firm: EnterpriseCast) -> date:
    """Into the carrier some weeks after the founding, in the year of the founding."""
    return min(firm.established_on + timedelta(days=20), date(firm.established_on.year, 12, 28))


def _grown(yearly: Sequence[Sheet]) -> set[int]:
    """The rows of the firms whose revenue or research of 2024 is more than a fifth above that of 2023."""
    known: dict[int, dict[int, Sequence[object]]] = {2023: {}, 2024: {}}
    for sheet in yearly:
        places = [sheet.names.index(name) for name in ("revenue", "rd_expense")]
        for row in sheet.rows:
            if row[1] in known:
                known[int(str(row[1]))][int(str(row[0])) - 1] = [row[place] for place in places]
    return {
        row
        for row, later in known[2024].items()
        for old, new in zip(known[2023].get(row, ()), later, strict=False)
        if old and new and float(str(new)) > 1.2 * float(str(old))
    }


def site_findings() -> Sheet:
    """What officers found of carriers, each with its name and day."""
    numbers = {name: FIRST + place for place, (name, *_) in enumerate((*CARRIERS, *YOUNG))}
    rows = [
        (numbers[name], item, answer, number, date(2025, 4, 21) + timedelta(days=turn), *_ADVISERS[turn % 3])
        for turn, (name, item, answer, number) in enumerate(_SITE_FINDINGS)
    ]
    return Sheet(
        register="site-assessment", title="载体认定事项(2025年4月)", unit=SCIENCE, on=date(2025, 5, 12),
        names=("site_id", "item", "answer", "number", "assessed_on", "adviser", "employer"), rows=rows,
    )  # fmt: skip


def person_findings() -> Sheet:
    """What officers found of persons."""
    rows: list[tuple[object, ...]] = [
        (number, item, answer, None, date(2025, 6, 11) + timedelta(days=number % 9), *_ADVISERS[(number + place) % 3])
        for place, (item, *found) in enumerate(_PERSON_FINDINGS)
        for answer, numbers in zip((True, False), found, strict=True)
        for number in numbers
    ]
    rows += [
        (number, "outside_staff", None, number % 5, date(2025, 6, 12), *_ADVISERS[number % 3])
        for number in range(2, 54, 4)
    ]
    return Sheet(
        register="person-assessment", title="人才资格核查(2025年6月)", unit=SCIENCE, on=date(2025, 6, 26),
        names=("person_id", "item", "answer", "number", "assessed_on", "adviser", "employer"), rows=rows,
    )  # fmt: skip


def team_findings(*, random: Random) -> list[RowStory]:
    """What was found of every other talent project's team; `random` as for `talent_projects`, whose names they bear."""
    rows = []
    for turn, project in enumerate(talent_projects(random=random)[::2]):
        on = date(2025, 5, 19) + timedelta(days=turn)
        adviser, employer = _ADVISERS[turn % 3]
        for item, found in zip(_TEAM, _TEAMS[turn % len(_TEAMS)], strict=True):
            if found is None:
                continue
            is_answer = isinstance(found, bool)
            name = f"{project.values['name']}团队核查表.pdf"
            rows.append(
                RowStory(
                    register="talent-assessment",
                    values={
                        "project": project.values["name"],
                        "item": item,
                        "answer": found if is_answer else None,
                        "number": None if is_answer else found,
                        "assessed_on": on,
                        "adviser": adviser,
                        "employer": employer,
                    },
                    unit=SCIENCE,
                    recorded_on=on,
                    proofs=(ProofStory(part="record", name=name, uploaded_on=on),) if is_answer else (),
                )
            )
    return rows
