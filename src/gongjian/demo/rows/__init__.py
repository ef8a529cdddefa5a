"""The demo zone's register rows as plain data: what goes into the registers, stage by stage, file by file."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from gongjian.demo.firms import EnterpriseCast
from gongjian.demo.rows import (
    cultivation,
    findings,
    industry,
    innovation,
    persons,
    places,
    pool,
    records,
    returns,
    rights,
    talents,
    titles,
    visits,
    works,
)
from gongjian.demo.rows.shapes import MoveStory, ProofStory, RowStory
from gongjian.demo.rows.sheets import Sheet


def sheets(firms: Sequence[EnterpriseCast], stories: Sequence[RowStory], *, seed: int = 2025) -> list[Sheet]:
    """Every sheet of the ground registers but 企业, parents before children; certificates agree with the `stories`."""

    def dice(name: str) -> Random:
        return Random(f"{name}-{seed}")

    owners = rights.holders(firms, list(titles.recognised(stories)))
    pooled = pool.stands(firms, stories)
    yearly = pool.prepare(
        returns.yearly(firms, random=dice("annual-return")), firms, pooled, random=dice("pool-return")
    )
    housed = places.tenancies(firms, random=dice("tenancy"))
    return [
        *yearly,
        *returns.monthly(firms, random=dice("monthly-figure")),
        *rights.rights(firms, owners=owners, random=dice("right")),
        *pool.rights(firms, pooled, random=dice("pool-right")),
        pool.assessments(firms),
        *rights.honours(firms, owners=owners, random=dice("honour")),
        *titles.titles(firms, stories=stories, random=dice("title")),
        *titles.scenes(firms, random=dice("scene")),
        places.sites(random=dice("site")),
        housed,
        places.carrier_returns(random=dice("carrier")),
        *findings.carriers(firms, yearly, housed),
        findings.site_findings(),
        persons.persons(random=dice("person")),
        findings.person_findings(),
        persons.contacts(firms, random=dice("contact")),
        persons.partners(random=dice("partner")),
        *records.mishaps(firms, random=dice("mishap")),
        records.documents(),
    ]


def rows(firms: Sequence[EnterpriseCast], *, seed: int = 2025) -> list[RowStory]:
    """Every row of the drives' registers and of 企业诉求, parents before children; the same seed gives the same rows.

    Refuses (`demo.too_small`) when too few of `firms` could apply for 高企; 1,200 are enough.
    """

    def dice(name: str) -> Random:
        return Random(f"{name}-{seed}")

    applications = innovation.applications(firms, random=dice("high-tech"))
    return [
        *applications,
        *pool.diagnoses(firms, applications, random=dice("diagnosis")),
        *innovation.ventures(random=dice("venture")),
        *talents.talent_projects(random=dice("talent-project")),
        *talents.talent_payments(random=dice("talent-project")),
        *findings.team_findings(random=dice("talent-project")),
        *talents.overseas(firms, random=dice("overseas-talent")),
        *talents.platforms(firms, random=dice("platform")),
        *industry.upgrades(firms, random=dice("upgrade")),
        *industry.positions(),
        *industry.invoiced_sales(),
        *works.major_projects(firms, random=dice("project")),
        *works.project_reviews(),
        *works.public_works(random=dice("works")),
        *records.demands(firms, random=dice("demand")),
        *visits.visits(firms, random=dice("visit")),
        *cultivation.smart_factories(firms, random=dice("smart-factory")),
        *cultivation.grants(firms, random=dice("grant")),
    ]


__all__ = ["MoveStory", "ProofStory", "RowStory", "Sheet", "rows", "sheets"]
