"""人才与平台: the demo's rows of 人才项目, 海外人才 and 研发平台 for the half year up to 30 June 2025."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from gongjian.demo.cast import ECONOMY, SCIENCE
from gongjian.demo.firms import AS_OF, MISSING_SHARE, EnterpriseCast
from gongjian.demo.naming import brand, new_brand
from gongjian.demo.rows.shapes import ProofStory, RowStory, moved, spread

SELECTED_BY_MONTH = (0, 1, 1, 2, 1, 3)
"""8 talent projects selected by 30 June; the three of June have no agreement on file yet."""

DEALS = ("300", "800", "450")
LANDED_BY_MONTH = (0, 0, 1, 1, 0, 1)
POTENTIAL_BY_MONTH = (3, 2, 3, 0, 1, 0)
ARRIVED_BY_MONTH = (1, 0, 2, 1, 2, 3)
FIELDS = ("人工智能", "生物医药", "智能装备", "新材料", "光电技术", "新能源")
_LEADERS_FIRST, _LEADERS_SECOND = "闻祝钟俞柏单申季盛傅尹樊卞骆湛宣洪游喻岑", ("教授", "博士", "研究员")
_ABROAD = (
    ("艾德蒙·霍林", "德国"), ("真岛律", "日本"), ("罗莎·维兰尼", "意大利"), ("林特·范豪", "荷兰"),
    ("帕维尔·诺维奇", "波兰"), ("安佳·雷诺特", "法国"), ("陈砚书", "新加坡"), ("伊莎·柯兰", "爱尔兰"),
    ("马库斯·埃林", "瑞典"),
)  # fmt: skip


def talent_projects(*, random: Random) -> list[RowStory]:
    """18 projects: 8 selected (3 of them landed), 4 filed, 6 in contact; 9 are cultivated as 潜力项目."""
    selected = spread(random, per_month=SELECTED_BY_MONTH)
    landed = spread(random, per_month=LANDED_BY_MONTH)
    potential = spread(random, per_month=POTENTIAL_BY_MONTH)
    filed = spread(random, per_month=(0, 0, 1, 1, 1, 1))
    rows = []
    for place in range(len(selected) + len(filed) + 6):
        steps: list[tuple[str, date]]
        proofs: list[ProofStory] = []
        name = f"{new_brand(random)}{random.choice(FIELDS)}人才项目"
        if place < len(selected):
            day = selected[place]
            steps = [("CONTACTED", day - timedelta(days=60)), ("FILED", day - timedelta(days=25)), ("SELECTED", day)]
            if day.month < 6:
                proofs.append(ProofStory(part="approval", name=f"{name}合作协议.pdf", uploaded_on=day))
            if place < len(landed):
                landed_on = max(landed[place], day + timedelta(days=1))
                steps.append(("LANDED", landed_on))
                proofs.append(ProofStory(part="landing", name=f"{name}营业执照.pdf", uploaded_on=landed_on))
        elif place < len(selected) + len(filed):
            day = filed[place - len(selected)]
            steps = [("CONTACTED", day - timedelta(days=45)), ("FILED", day)]
        else:
            steps = [("CONTACTED", date(2025, 5, 6) + timedelta(days=random.randrange(50)))]
        moves = moved(*steps, random=random)
        cultivated = place - 6 if 6 <= place < 6 + len(potential) else None
        rows.append(
            RowStory(
                register="talent-project",
                values={
                    "name": name,
                    "program": ("省双创人才", "市级领军人才计划", "揭榜挂帅")[place % 3],
                    "support_kind": ("team", "individual", "")[place % 3],
                    "support_asked": Decimal(250 + place * 20) if place % 3 < 2 else None,
                    "deal_amount": Decimal(DEALS[place % len(DEALS)]) if place % 3 == 2 else None,
                    "leader": random.choice(_LEADERS_FIRST) + random.choice(_LEADERS_SECOND),
                    "field": name[2:-4] if random.random() >= MISSING_SHARE else "",
                    "is_potential": cultivated is not None,
                    "potential_since": potential[cultivated] if cultivated is not None else None,
                },
                unit=SCIENCE,
                recorded_on=moves[0].recorded_on,
                moves=moves,
                proofs=tuple(proofs),
                faults=("missing-evidence",) if place < len(selected) and selected[place].month == 6 else (),
            )
        )
    return rows


def talent_payments(*, random: Random) -> list[RowStory]:
    """Stage payments of the selected 揭榜 projects; `random` as for `talent_projects`, whose names they bear."""
    rows = []
    for project in talent_projects(random=random):
        deal = project.values["deal_amount"]
        selected = [move.happened_on for move in project.moves if move.stage == "SELECTED"]
        if not isinstance(deal, Decimal) or not selected:
            continue
        paid = selected[0] + timedelta(days=5)
        rows.append(
            RowStory(
                register="talent-payment",
                values={
                    "project": project.values["name"],
                    "stage_name": "签约",
                    "paid_on": min(AS_OF, paid),
                    "amount": deal * Decimal("0.3"),
                },
                unit=SCIENCE,
                recorded_on=min(AS_OF, paid + timedelta(days=3)),
            )
        )
    return rows


def overseas(firms: Sequence[EnterpriseCast], *, random: Random) -> list[RowStory]:
    """9 persons from abroad; the contracts of the two who came in May were returned."""
    days = spread(random, per_month=ARRIVED_BY_MONTH)
    rows = []
    for (name, country), day in zip(_ABROAD, days, strict=True):
        returned = day.month == 5
        proof = ProofStory(
            part="contract",
            name=f"{name}工作许可.pdf",
            uploaded_on=day,
            state="returned" if returned else "verified",
            reason="工作许可由外市签发,不能计入本区,请补交变更后的许可" if returned else "",
        )
        rows.append(
            RowStory(
                register="overseas-talent",
                values={
                    "name": name,
                    "country": country,
                    "field": random.choice(FIELDS) if random.random() >= MISSING_SHARE else "",
                    "employer": firms[random.randrange(6)].name if random.random() >= MISSING_SHARE else "",
                    "arrived_on": day,
                },
                unit=SCIENCE,
                recorded_on=day,
                proofs=(proof,),
                faults=("returned-evidence",) if returned else (),
            )
        )
    return rows


def platforms(firms: Sequence[EnterpriseCast], *, random: Random) -> list[RowStory]:
    """2 provincial technology centres and 1 engineering centre selected, five more on their way."""
    plan = (
        ("technology", date(2025, 4, 17)), ("technology", date(2025, 5, 23)), ("engineering", date(2025, 5, 13)),
        ("technology", None), ("technology", None), ("technology", None), ("engineering", None), ("engineering", None),
    )  # fmt: skip
    large = [firm for firm in firms[6:] if firm.is_above_scale and firm.status == "存续" and firm.staff][: len(plan)]
    rows = []
    for (sort, day), firm in zip(plan, large, strict=False):
        steps = [("CULTIVATED", date(2025, 1, 9) + timedelta(days=random.randrange(30))), ("FILED", date(2025, 3, 3))]
        proofs: tuple[ProofStory, ...] = ()
        if day:
            steps.append(("SELECTED", day))
            proofs = (ProofStory(part="notice", name=f"{brand(firm.name)}入选公示.pdf", uploaded_on=day),)
        moves = moved(*steps, random=random)
        rows.append(
            RowStory(
                register="platform",
                values={"enterprise": firm.credit_code, "sort": sort},
                unit=ECONOMY if sort == "technology" else SCIENCE,
                recorded_on=moves[0].recorded_on,
                moves=moves,
                proofs=proofs,
            )
        )
    return rows
