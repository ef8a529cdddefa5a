"""人员、联系人、合作院校: invented persons and institutions.

Identity numbers carry the area code 329981, which GB/T 2260 does not assign, passports begin with X99, phone numbers use
the 199-0000 block.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from gongjian.demo.cast import MARKET, SCIENCE
from gongjian.demo.firms import MISSING_SHARE, EnterpriseCast
from gongjian.demo.naming import AREA_CODE, GIVEN, SURNAMES
from gongjian.demo.rows.sheets import Sheet
from gongjian.ground.identity import check_digit

PERSON = (
    "person_key", "name", "identity_number", "birth_date", "phone", "is_foreign", "nationality", "degree",
    "degree_verified", "title", "category", "exp_years", "employer_id", "arrived_on", "contract_from", "contract_to",
    "insured_since", "annual_salary", "work_permit_class", "work_permit_points", "work_permit_number", "work_permit_to",
    "months_per_year", "hsk_level", "skill_grade",
)  # fmt: skip
MISTYPED = "YH-0009"
"""The person whose birthday differs from the one in the identity number."""
_ABROAD = (
    ("奥托·莱恩", "德国", "b", 72), ("宫野澄", "日本", "a", 88), ("卡拉·门多萨", "西班牙", "b", 60), ("伊凡·罗什", "塞尔维亚", "c", 59),
    ("金瑞恩", "韩国", "a", 85), ("安雅·佩特", "波兰", "b", 84),
)  # fmt: skip
_PARTNERS = (
    ("江澜科技大学", "university", "江澜省", "智能制造、机器人"), ("北屿理工学院", "university", "北屿市", "纺织材料、染整"),
    ("沧屿大学", "university", "沧屿省", "光电、微电子"), ("江澜轻工研究院", "institute", "江澜省", "食品、造纸"),
    ("中岚精密机械研究所", "institute", "中岚市", "传动、轴承"), ("江澜云海产业研究院", "new-institute", "江澜省", "中试放大"),
    ("沧屿技术转移中心", "new-institute", "沧屿省", "成果转移"), ("北屿医科大学附属医院", "hospital", "北屿市", "临床试验"),
    ("莱茵河谷应用科学院", "abroad", "境外", "工业控制"), ("琉光工程学院", "university", "琉光省", "储能"),
)  # fmt: skip


def persons(*, random: Random) -> Sheet:
    """Sixty persons, six of them from abroad with permits at and about 60 and 85 points."""
    found: list[Sequence[object]] = []
    for number in range(1, 61):
        born = date(1963, 1, 1) + timedelta(days=random.randrange(12_600))
        digits = f"{AREA_CODE}{born:%Y%m%d}{random.randrange(1, 999):03d}"
        abroad = _ABROAD[number - 55] if number > 54 else None
        arrived = date(2021, 1, 4) + timedelta(days=random.randrange(1600))
        known = [random.random() >= MISSING_SHARE for _ in range(4)]
        name = abroad[0] if abroad else random.choice(SURNAMES) + random.choice(GIVEN) + random.choice(GIVEN)
        identity = f"X99{random.randrange(10**6):06d}" if abroad else digits + check_digit(digits)
        if f"YH-{number:04d}" == MISTYPED:
            born += timedelta(days=1)
        found.append(
            (
                f"YH-{number:04d}",
                name,
                identity,
                born if known[0] or f"YH-{number:04d}" == MISTYPED else None,
                f"199-0000-{random.randrange(10_000):04d}" if known[1] else "",
                abroad is not None,
                abroad[1] if abroad else "",
                random.choice(("doctor", "doctor", "master", "bachelor", "technician")),
                random.random() < 0.7 if known[2] else None,
                random.choice(("高级工程师", "研究员", "教授", "工程师", "")),
                random.choice(("founder", "innovator", "innovator", "manager", "skilled", "expert")),
                f"{random.randrange(2, 30)}.0" if known[3] else None,
                random.choice((*range(6), *range(80, 260))) + 1 if known[2] else None,
                arrived,
                arrived,
                arrived + timedelta(days=1096),
                arrived + timedelta(days=20) if known[1] else None,
                f"{random.choice((12, 18, 24, 30, 36, 45, 60))}.00" if known[3] else None,
                abroad[2] if abroad else "",
                abroad[3] if abroad else None,
                f"99{number:07d}" if abroad else "",
                arrived + timedelta(days=731) if abroad else None,
                "12.0" if abroad else None,
                number % 6 if abroad else None,
                ("none", "none", "")[number % 3] if abroad else "",
            )
        )
    return Sheet(register="person", title="人才信息登记", unit=SCIENCE, on=date(2025, 6, 10), names=PERSON, rows=found)


def contacts(firms: Sequence[EnterpriseCast], *, random: Random) -> Sheet:
    """Further persons to call at every fourth firm."""
    duties = ("finance", "technology", "statistics", "safety", "staff")
    found: list[Sequence[object]] = []
    for row, firm in enumerate(firms):
        if row >= 6 and (row % 4 or firm.status != "存续"):
            continue
        names: set[str] = set()
        for place in range(3 if row < 6 else 1):
            name = random.choice(SURNAMES) + random.choice(GIVEN) + random.choice(GIVEN)
            if name in names:
                continue
            names.add(name)
            phone = f"199-0000-{random.randrange(10_000):04d}" if random.random() >= MISSING_SHARE else ""
            found.append((row + 1, name, duties[(row + place) % len(duties)], phone))
    names_of = ("enterprise_id", "name", "duty", "phone")
    return Sheet(
        register="contact", title="企业联络员名单", unit=MARKET, on=date(2025, 2, 20), names=names_of, rows=found
    )


def partners(*, random: Random) -> Sheet:
    """Ten universities and institutes."""
    found = []
    for place, (name, kind, province, fields) in enumerate(_PARTNERS):
        signed = date(2022 + place % 4, 3 + place % 4, 8 + place) if random.random() >= MISSING_SHARE else None
        until = date(signed.year + 3, signed.month, signed.day) if signed else None
        liaison = random.choice(SURNAMES) + "老师"
        found.append(
            (
                name,
                kind,
                province,
                fields,
                liaison,
                f"199-0000-{random.randrange(10_000):04d}",
                signed,
                until,
                place % 5,
            )
        )
    names = ("name", "kind", "province", "fields", "liaison", "phone", "signed_on", "agreed_to", "projects")
    return Sheet(register="partner", title="合作院校名录", unit=SCIENCE, on=date(2025, 3, 6), names=names, rows=found)
