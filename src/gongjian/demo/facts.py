"""The rest of what the 企业 register says of an invented firm: legal person, size, place, listing, product, credit.

Places lie in the open sea (123 degrees east), stock codes begin with 99, technical fields are plausible codes of no
official meaning; nothing of it can be met in reality.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from gongjian.demo.firms import AS_OF, MISSING_SHARE, EnterpriseCast
from gongjian.demo.industries import BY_CODE
from gongjian.demo.naming import GIVEN, SURNAMES

_LISTINGS: Mapping[int, tuple[str, str, str, date | None]] = {
    0: ("listed", "sz-main", "990017", date(2016, 11, 8)),
    1: ("tutored", "", "", None),
    2: ("neeq", "neeq", "990239", date(2019, 4, 22)),
    5: ("filed", "", "", None),
}
"""Row -> listing state, board, code and day; every other firm is unlisted, or it is not known."""

ABNORMAL_ROW = 75
"""A firm on the list of abnormal operations since 2025-02-18 that holds a high-tech certificate."""

RENAMED_ROWS = {1: ("清云砾川精细化工厂", "清云砾川化工厂"), 17: ("云海第十七机械厂",), 42: ("清云四十二号贸易行",)}
"""Row -> former names, oldest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """One firm's further facts; None or "" where they are not at hand."""

    former_names: str
    legal_representative: str
    size: str
    longitude: str | None
    latitude: str | None
    listing: tuple[str, str, str, date | None]
    leading_product: str
    segment_since: date | None
    is_strategic: bool | None
    is_key_chain: bool | None
    tech_field_code: str
    is_abnormal: bool | None
    abnormal_since: date | None
    is_dishonest: bool | None
    dishonest_since: date | None


def facts_of(firm: EnterpriseCast, *, row: int, random: Random) -> Facts:
    """What is known of the firm in `row`; `random` goes on from firm to firm."""
    chance = random.random
    known = [chance() >= MISSING_SHARE for _ in range(5)]
    industry = BY_CODE[firm.industry_code]
    is_maker = industry.is_industrial or industry.section in "IM"
    drawn = chance()
    is_abnormal = None if not known[4] else drawn < 0.02 or row == ABNORMAL_ROW
    since = AS_OF - timedelta(days=random.randrange(40, 900))
    segment = firm.established_on + timedelta(days=random.randrange(30, 1500))
    return Facts(
        former_names="\n".join(RENAMED_ROWS.get(row, ())),
        legal_representative=SURNAMES[random.randrange(len(SURNAMES))] + GIVEN[random.randrange(len(GIVEN))]
        if known[0]
        else "",
        size=_size(firm.sales[-1]) if known[1] else "",
        longitude=f"123.{random.randrange(300_000):06d}" if known[2] else None,
        latitude=f"31.{random.randrange(300_000):06d}" if known[2] else None,
        listing=_LISTINGS.get(row, ("none" if known[1] else "", "", "", None)),
        leading_product=industry.words[-1] + "产品" if is_maker and known[3] else "",
        segment_since=segment if is_maker and known[3] and segment <= AS_OF else None,
        is_strategic=drawn < 0.35 if is_maker and known[3] else None,
        is_key_chain=drawn < 0.12 if is_maker and known[3] else None,
        tech_field_code=f"{random.randrange(1, 9):02d}{random.randrange(1, 5):02d}{random.randrange(1, 4):02d}"
        if is_maker and known[3]
        else "",
        is_abnormal=is_abnormal if row != ABNORMAL_ROW else True,
        abnormal_since=date(2025, 2, 18) if row == ABNORMAL_ROW else since if is_abnormal else None,
        is_dishonest=drawn < 0.004 if known[4] else None,
        dishonest_since=since if known[4] and drawn < 0.004 else None,
    )


def _size(sales: int | None) -> str:
    """A plausible size; nothing is computed from the official lines, which ask for staff and assets too."""
    if sales is None:
        return ""
    return "large" if sales >= 100_000 else "medium" if sales >= 20_000 else "small" if sales >= 800 else "micro"
