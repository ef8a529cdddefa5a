"""The invented enterprises of the demo zone: plausible on paper, none of them real, some of them imperfect on purpose.

Their names and credit codes come from `naming`, phone numbers use the 199-0000 block. About 15 % of the other facts are
missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from gongjian.demo.industries import BY_CODE, INDUSTRIES, Industry
from gongjian.demo.naming import (
    DRAWN,
    GIVEN,
    MOST,
    SURNAMES,
    brand,
    code_of,
    drawn_body,
    drawn_name,
    numbered_body,
    numbered_name,
)
from gongjian.ground.credit_code import ALPHABET
from gongjian.kernel.errors import Refusal

AS_OF = date(2025, 6, 30)
SALES_YEARS = (2022, 2023, 2024)
ABOVE_SCALE_SALES = 2000
"""规上工业: 2,000 万元 of yearly main-business sales (国家统计局, since 2011)."""

MISSING_SHARE = 0.15
NEAR_THRESHOLD_SHARE = 0.30


@dataclass(frozen=True, kw_only=True, slots=True)
class EnterpriseCast:
    """One enterprise. `capital` and `sales` (per year of `SALES_YEARS`) are in 万元; None: not at hand.

    `status` is 存续, 注销 or 吊销, `status_on` the day of deregistration or revocation.
    """

    name: str
    credit_code: str
    industry_code: str
    industry: str
    site: str
    address: str | None
    established_on: date
    capital: int | None
    staff: int | None
    sales: tuple[int | None, ...]
    is_above_scale: bool
    above_scale_on: date | None
    status: str
    status_on: date | None
    contact: str | None
    phone: str | None


# The enterprises that the example plan names: brand as the plan writes it, full name, division, year of founding.
NAMED = (
    ("禾绫工业", "云海禾绫工业股份有限公司", "17", 2006),
    ("砾川化工", "清云砾川化工有限公司", "26", 2009),
    ("骁屿科技", "云海骁屿科技股份有限公司", "39", 2013),
    ("岚绮纺织", "清云岚绮纺织科技有限公司", "17", 2019),
    ("玄枢智控", "云海玄枢智控技术有限公司", "35", 2021),
    ("钧岑机械", "云海钧岑机械制造有限公司", "34", 2017),
)
NAMED_ROWS = {called: row for row, (called, *_rest) in enumerate(NAMED)}
"""Place of each enterprise named in the plan in the list that `enterprises` returns."""

DUPLICATE_ROWS = (40, 41)
"""Two rows that are one firm: the second has another form of its name and two characters of the code swapped."""

DEREGISTERED_ROW = 60
"""A firm deregistered on 2025-03-14 that is still counted among the applications."""

_MAKERS = {DUPLICATE_ROWS[0]: ("34", 2014), DEREGISTERED_ROW: ("35", 2016)}
"""Both apply for 高企, so they are makers of machines and old enough: row -> division, year of founding."""

SITES = (
    ("砚塘纺织科技园", "砚塘路", ("17", "18", "28")),
    ("云海机器人产业园", "玄圃路", ("34", "35", "40")),
    ("中欧(云海)绿谷园", "绿谷大道", ("27", "38", "77")),
    ("商贸物流园", "通港路", ("51", "54", "59", "52")),
    ("砚东家居产业基地", "砚东路", ("21",)),
    ("砚洲523文创园", "青鹭路", ("64", "72")),
    ("鹭起科创城", "鹭起大道", ("65", "73", "74", "75", "39")),
    ("滨澹工业区", "澹溪路", ()),
    ("城西工业集中区", "霁华路", ()),
)

_CAPITALS = (50, 100, 200, 300, 500, 500, 800, 1000, 1000, 1200, 2000, 3000, 5000, 8000, 10000, 20000)
_FOUNDING_YEARS = tuple(range(1995, 2026))
_FOUNDING_WEIGHTS = tuple(accumulate((*(1 + (year - 1995) * 0.22 for year in range(1995, 2025)), 4.0)))
_INDUSTRY_WEIGHTS = tuple(accumulate(industry.weight for industry in INDUSTRIES))
_SITE_OF = {code: (site, road) for site, road, codes in SITES for code in codes}
_OPEN_SITES = tuple((site, road) for site, road, codes in SITES if not codes)


def wrong_check_digit_rows(n: int) -> frozenset[int]:
    """The rows whose credit code is wrong on purpose: the duplicate, and one row in 200 from row 137 on."""
    return frozenset(row for row in (DUPLICATE_ROWS[1], *range(137, n, 200)) if row < n)


def enterprises(n: int, seed: int = 2025) -> list[EnterpriseCast]:
    """`n` invented enterprises, the six named in the plan first; the same `n` and `seed` give the same list."""
    return list(stream(n, seed))


def stream(n: int, seed: int = 2025) -> Iterator[EnterpriseCast]:
    """The same enterprises one after another, so that a million of them need no memory.

    Names and credit codes are unique. Rows of `wrong_check_digit_rows(n)` carry a wrong check digit. Refuses
    (`demo.too_large`) more firms than there are invented names.
    """
    if n > MOST:
        raise Refusal("demo.too_large", f"演示园区最多虚构{MOST:,}家企业,不能建{n:,}家", "请把 --enterprises 调小")
    random = Random(f"enterprises-{seed}")
    wrong = wrong_check_digit_rows(n)
    names: set[str] = set()
    bodies: set[str] = set()
    taken_brands = {called[:2] for called, *_rest in NAMED}
    original: EnterpriseCast | None = None
    for row in range(n):
        if row == DUPLICATE_ROWS[1] and original is not None:
            yield _duplicate_of(original)
            continue
        if row < len(NAMED):
            _called, name, code, year = NAMED[row]
            industry = BY_CODE[code]
        else:
            industry = random.choices(INDUSTRIES, cum_weights=_INDUSTRY_WEIGHTS)[0]
            year = random.choices(_FOUNDING_YEARS, cum_weights=_FOUNDING_WEIGHTS)[0]
            if row in _MAKERS:
                code, year = _MAKERS[row]
                industry = BY_CODE[code]
            is_drawn = row < DRAWN
            name = (
                drawn_name(random, industry, names, taken_brands) if is_drawn else numbered_name(row - DRAWN, industry)
            )
        established_on = date(year, 1, 1) + timedelta(days=random.randrange(180 if year == AS_OF.year else 365))
        if row < DRAWN:
            names.add(name)
            body = drawn_body(random, established_on, bodies)
        else:
            body = numbered_body(row - DRAWN, established_on)
        credit_code = code_of(body)
        if row in wrong:
            credit_code = credit_code[:-1] + ALPHABET[(ALPHABET.index(credit_code[-1]) + 7) % 31]
        firm = _firm(random, row, name, credit_code, industry, established_on)
        if row == DUPLICATE_ROWS[0]:
            original = firm
        yield firm


def _firm(
    random: Random, row: int, name: str, credit_code: str, industry: Industry, established_on: date
) -> EnterpriseCast:
    chance = random.random
    site, road = _SITE_OF.get(industry.code) or random.choice(_OPEN_SITES)
    is_named = row < len(NAMED)
    sales = _sales(random, industry, established_on, is_named=is_named)
    latest = sales[-1]
    is_above_scale = industry.is_industrial and latest is not None and latest >= ABOVE_SCALE_SALES
    status, status_on = "存续", None
    drawn = chance()
    if row == DEREGISTERED_ROW:
        status, status_on = "注销", date(2025, 3, 14)
    elif drawn < 0.06 and not is_named and row not in DUPLICATE_ROWS:
        first = max(established_on, date(2022, 1, 1))
        status = "注销" if drawn < 0.045 else "吊销"
        status_on = first + timedelta(days=random.randrange((AS_OF - first).days + 1))
    above_scale_on = None
    if is_above_scale and chance() >= MISSING_SHARE:
        above_scale_on = date(random.randint(min(established_on.year + 1, 2025), 2025), 1, 1)
    return EnterpriseCast(
        name=name,
        credit_code=credit_code,
        industry_code=industry.code,
        industry=industry.name,
        site=site,
        address=None if chance() < MISSING_SHARE else f"清云市云海经济开发区{road}{random.randint(1, 388)}号",
        established_on=established_on,
        capital=None if chance() < MISSING_SHARE else random.choice(_CAPITALS) * (10 if is_named else 1),
        staff=None if chance() < MISSING_SHARE else max(3, int((latest or 600) ** 0.62 * (0.5 + chance()))),
        sales=sales,
        is_above_scale=is_above_scale,
        above_scale_on=above_scale_on,
        status=status,
        status_on=status_on,
        contact=None if chance() < MISSING_SHARE else random.choice(SURNAMES) + random.choice(GIVEN),
        phone=None if chance() < MISSING_SHARE else f"199-0000-{random.randrange(10_000):04d}",
    )


def _sales(random: Random, industry: Industry, established_on: date, *, is_named: bool) -> tuple[int | None, ...]:
    """Yearly sales, oldest first; none before founding. 30 % of the firms end within a tenth of the 规上 line.

    About one industrial firm in forty is a giant, so that 1,200 firms together sell about what `story.SALES` reports.
    """
    if is_named:
        latest = random.uniform(30_000, 260_000)
    elif random.random() < NEAR_THRESHOLD_SHARE:
        latest = ABOVE_SCALE_SALES * random.uniform(0.9, 1.1)
    elif industry.is_industrial and random.random() < 0.04:
        latest = random.uniform(110_000, 530_000)
    else:
        latest = random.lognormvariate(7.3 if industry.is_industrial else 6.4, 1.25)
    figures: list[int | None] = []
    for year in reversed(SALES_YEARS):
        known = established_on.year <= year and (is_named or random.random() >= MISSING_SHARE)
        figures.append(round(latest) if known else None)
        latest /= random.uniform(0.92, 1.24)
    return tuple(reversed(figures))


def _duplicate_of(firm: EnterpriseCast) -> EnterpriseCast:
    """The same firm as another office typed it: short name, two neighbouring code characters swapped, no address."""
    code = list(firm.credit_code)
    place = next(i for i in range(15, 2, -1) if code[i] != code[i + 1])
    code[place], code[place + 1] = code[place + 1], code[place]
    name = firm.name[firm.name.index(brand(firm.name)) :]
    name = name.replace("股份有限公司", "有限公司").replace("有限责任公司", "有限公司")
    return EnterpriseCast(
        **{
            **{field: getattr(firm, field) for field in EnterpriseCast.__slots__},
            "name": name,
            "credit_code": "".join(code),
            "address": None,
            "phone": None,
        }
    )
