"""Firms that a rulebook judges differently, for the tests of verdicts and of the pages that show them."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.kernel.people.cast import AT, TODAY, Cast
from tests.kernel.registers.entries import enterprise
from tests.kernel.rulebooks.test_keeping import add

from gongjian.drives.innovation.criteria.sti_sme import STI_SME
from gongjian.drives.innovation.diagnoses import Diagnosis
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.kernel.rulebooks import keeping


def firm(cast: Cast, number: int, *, staff: str, scientists: str) -> Any:
    made = enterprise(
        by=cast.clerk, unit=cast.science, number=number, is_abnormal=False, is_dishonest=False,
        established_on=date(2015, 5, 4),
    )  # fmt: skip
    add(
        AnnualReturn, by=cast.clerk, enterprise=made, year=2024, unit=cast.science, sales="1000", rd_expense="60",
        total_assets="900", cost_expense_total="900", staff_total=staff, tech_staff=scientists,
    )  # fmt: skip
    add(
        Diagnosis,
        by=cast.clerk,
        enterprise=made,
        graded_on=TODAY,
        adviser="丁工",
        is_resident=True,
        not_prohibited=True,
    )
    add(
        IntellectualProperty, by=cast.clerk, enterprise=made, number=f"ZL{number}", name="辊压", kind="invention",
        legal_status="valid", granted_on=date(2024, 1, 1), acquisition="self",
    )  # fmt: skip
    return made


def four_firms(cast: Cast) -> list[Any]:
    """Judged by 科技型中小企业: ready; one scientist short; five short; no return at all."""
    made = [
        firm(cast, 1, staff="40", scientists="4"),
        firm(cast, 2, staff="40", scientists="3"),
        firm(cast, 3, staff="40", scientists="0"),
        enterprise(by=cast.clerk, unit=cast.science, number=4),
    ]
    keeping.refresh(STI_SME, as_of=TODAY, at=AT)
    return made
