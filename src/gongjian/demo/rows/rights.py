"""知识产权、成果转化、标准、奖励、融资: what the invented firms own and won.

Numbers keep the form of real ones and cannot be met: serial numbers begin with 9, which no office has reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from gongjian.demo.cast import ECONOMY, SCIENCE
from gongjian.demo.firms import AS_OF, MISSING_SHARE, EnterpriseCast
from gongjian.demo.naming import brand
from gongjian.demo.rows.sheets import Sheet

RIGHT = (
    "enterprise_id", "name", "number", "kind", "legal_status", "applied_on", "granted_on", "expires_on", "acquisition",
    "owner_rank", "supports_product", "used_before_hte", "is_sei", "has_overseas_family", "pledge_amount",
)  # fmt: skip
_DIGITS = {"invention": 1, "utility": 2, "design": 3}
_YEARS = {"invention": 20, "utility": 10, "design": 15, "software": 50}
_THINGS = ("装置", "方法", "系统", "机构", "控制器", "检测设备", "夹具", "管理平台")
_TOPICS = (
    "送料",
    "张力控制",
    "视觉定位",
    "温控",
    "减振",
    "密封",
    "线束装配",
    "除尘",
    "能耗监测",
    "仓储调度",
    "涂层",
    "热处理",
)
_INVESTORS = (
    "沧屿创业投资基金",
    "江澜成长股权投资企业",
    "云海产业引导基金",
    "北屿天使投资企业",
    "岚谷投资顾问有限公司",
)
_STANDARDS = (
    ("national", "GB/T 99017-2024"), ("national", "GB/T 99112-2023"), ("industry", "FZ/T 99004-2022"),
    ("industry", "JB/T 99208-2024"), ("industry", "HG/T 99031-2021"), ("method", "T/CS 9931-2023"),
    ("group", "T/CYH 902-2024"), ("local", "DB99/T 4410-2022"),
)  # fmt: skip


def holders(firms: Sequence[EnterpriseCast], recognised: Sequence[str]) -> list[int]:
    """The rows of the firms that hold a high-tech certificate, in order; `recognised` are their credit codes."""
    place = {firm.credit_code: row for row, firm in enumerate(firms)}
    return sorted({place[code] for code in recognised} | set(range(6)))


def rights(firms: Sequence[EnterpriseCast], *, owners: Sequence[int], random: Random) -> list[Sheet]:
    """Rights of the high-tech firms and of every tenth other maker, then what was converted of them."""
    others = [row for row, firm in enumerate(firms) if row % 10 == 3 and firm.status == "存续" and row not in owners]
    found: list[Sequence[object]] = []
    numbers_of: dict[int, list[int]] = {}
    for row in sorted([*owners, *others]):
        firm = firms[row]
        is_owner = row in owners
        first_class = random.choice((0, 1, 1, 2, 4)) if is_owner else random.choice((0, 0, 0, 1))
        second_class = random.choice((2, 3, 4, 5, 5, 6)) if is_owner else random.randrange(1, 4)
        for place in range(first_class + second_class):
            kind = (
                "invention"
                if place < first_class
                else random.choice(("utility", "utility", "utility", "software", "design"))
            )
            found.append(_right(row, firm, kind, len(found), random))
            numbers_of.setdefault(row, []).append(len(found))
    sheet = Sheet(
        register="intellectual-property",
        title="企业知识产权清单(2025年5月)",
        unit=SCIENCE,
        on=date(2025, 5, 26),
        names=RIGHT,
        rows=found,
    )
    return [sheet, _conversions(firms, owners, numbers_of, random)]


def _right(row: int, firm: EnterpriseCast, kind: str, number: int, random: Random) -> tuple[object, ...]:
    chance = random.random
    first = max(firm.established_on, date(2013, 1, 1))
    applied = first + timedelta(days=random.randrange(max(1, (date(2025, 3, 31) - first).days)))
    granted = applied + timedelta(
        days=random.randrange(500, 1100) if kind == "invention" else random.randrange(60, 260)
    )
    is_pending = granted > AS_OF
    is_lapsed = not is_pending and chance() < 0.06
    is_known = chance() >= MISSING_SHARE
    return (
        row + 1,
        f"一种{brand(firm.name)}{random.choice(_TOPICS)}{random.choice(_THINGS)}{number + 1}号",
        right_number(kind, applied.year, number),
        kind,
        "pending" if is_pending else "lapsed" if is_lapsed else "valid",
        applied,
        None if is_pending else granted,
        None if is_pending else date(applied.year + _YEARS[kind], applied.month, min(applied.day, 28)),
        ("bought" if chance() < 0.12 else "self") if is_known else "",
        1 if is_known else None,
        chance() < 0.8 if is_known else None,
        (chance() < 0.4 if kind != "invention" else False) if is_known else None,
        chance() < 0.3 if is_known and kind == "invention" else None,
        chance() < 0.06 if kind == "invention" else None,
        f"{random.randrange(1, 30) * 100}.00" if kind == "invention" and chance() < 0.08 else None,
    )


def right_number(kind: str, year: int, number: int) -> str:
    """A number of the right form: ZL, year, kind, seven digits and the check digit of patents; SR for software."""
    serial = f"{9_000_000 + number * 37:07d}"
    if kind == "software":
        return f"{year}SR{serial}"
    digits = f"{year}{_DIGITS[kind]}{serial}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True))
    return f"ZL{digits}.{'0123456789X'[total % 11]}"


def _conversions(
    firms: Sequence[EnterpriseCast], owners: Sequence[int], numbers_of: dict[int, list[int]], random: Random
) -> Sheet:
    """Conversions of the last three years; a third of the firms stand at 14 to 16, beside the mean of five a year."""
    found: list[Sequence[object]] = []
    for place, row in enumerate(owners[:110]):
        many = random.choice((14, 15, 16)) if place % 3 == 0 else random.randrange(2, 13)
        for number in range(many):
            held = numbers_of.get(row, [])
            right = held[number % len(held)] if held and random.random() >= MISSING_SHARE else None
            name = f"{brand(firms[row].name)}{_TOPICS[number % len(_TOPICS)]}技术成果{number + 1}"
            outcome = ("product", "process", "sample", "service")[number % 4]
            found.append((row + 1, 2022 + number % 3, name, outcome, right))
    return Sheet(
        register="conversion",
        title="科技成果转化清单(2022—2024年)",
        unit=SCIENCE,
        on=date(2025, 5, 27),
        names=("enterprise_id", "year", "name", "outcome", "right_id"),
        rows=found,
    )


def honours(firms: Sequence[EnterpriseCast], *, owners: Sequence[int], random: Random) -> list[Sheet]:
    """Standards that firms helped to write, their science awards, and the equity they took in."""
    drafted = [
        (
            owners[place * 3 % len(owners)] + 1,
            number,
            f"{_TOPICS[place]}技术要求",
            level,
            random.randrange(1, 9),
            date(int(number[-4:]), 9, 1),
        )
        for place, (level, number) in enumerate(_STANDARDS)
    ]
    levels = (
        ("national", "二等奖", 4),
        ("provincial", "一等奖", 2),
        ("provincial", "三等奖", 1),
        ("municipal", "二等奖", 1),
        ("municipal", "三等奖", 3),
    )
    won = [
        (
            owners[place * 5 % len(owners)] + 1,
            f"{_TOPICS[-place - 1]}关键技术及应用",
            level,
            prize,
            rank,
            date(2021 + place % 4, 11, 20),
        )
        for place, (level, prize, rank) in enumerate(levels)
    ]
    paid = [
        (
            owners[place * 7 % len(owners)] + 1,
            date(2023 + place % 3, 1 + place % 6, 3 + place),
            _INVESTORS[place % len(_INVESTORS)],
            ("angel", "a", "b", "strategic")[place % 4],
            place % len(_INVESTORS) != 4 if random.random() >= MISSING_SHARE else None,
            ("500.00", "499.99", "2000.00", "1999.99", "350.00", "6000.00")[place % 6],
        )
        for place in range(18)
    ]
    return [
        Sheet(
            register="standard-drafting", title="参编标准清单", unit=SCIENCE, on=date(2025, 4, 8),
            names=("enterprise_id", "number", "name", "level", "drafter_rank", "issued_on"), rows=drafted,
        ),
        Sheet(
            register="award", title="科技奖励清单", unit=SCIENCE, on=date(2025, 4, 8),
            names=("enterprise_id", "name", "level", "place", "rank", "awarded_on"), rows=won,
        ),
        Sheet(
            register="financing", title="企业股权融资登记", unit=ECONOMY, on=date(2025, 6, 18),
            names=("enterprise_id", "paid_on", "investor", "round", "is_qualified", "amount"), rows=paid,
        ),
    ]  # fmt: skip
