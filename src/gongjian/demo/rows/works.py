"""攻坚项目建设、城乡融合: the demo's rows of 重大项目 and 民生工程. Money is in 万元."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from gongjian.demo.cast import COMPANY, CONSTRUCTION, PROJECTS, RELOCATION
from gongjian.demo.firms import AS_OF, MISSING_SHARE, NAMED_ROWS, EnterpriseCast
from gongjian.demo.rows.shapes import ProofStory, RowStory, moved

_AGENTS = ("尹明遥", "米修宁", "岑映岚", "樊知舟")
_STAGES = ("SIGNED", "SITED", "STARTED", "ROOFED")

# name, industry, investment, planned start, days of the stages reached (MMDD), is there a permit
_PROJECTS = (
    ("岚绮纺织绿色面料生产基地", "现代纺织", "62000", "0331", "0108 0220 0318", True),
    ("玄枢智控伺服系统产业园", "智能装备", "85000", "0531", "0116 0327 0611", False),
    ("钧岑机械重载传动部件项目", "智能装备", "43000", "0930", "0213 0522", False),
    ("琮川半导体封测材料项目", "新材料", "108000", "0430", "0106 0218 0424", True),
    ("泓澜光电显示模组项目", "电子信息", "76000", "0228", "0105 0117 0226 0620", True),
    ("芷源生物医药制剂项目", "医美康养", "35000", "0831", "0320", False),
    ("翎骏无人机部件项目", "航天航空", "28000", "0630", "0225 0516", False),
    ("沐衡储能装备项目", "新能源", "96000", "1031", "0410", False),
    ("栎庭定制家居产业园", "家居", "31000", "0531", "0122 0314 0519", True),
)

# name, sort, unit, planned end, days of the stages reached (MMDD): approved, building, done
_WORKS = (
    ("“333”达标区提质增效“回头看”", "water", CONSTRUCTION, "0731", "0115 0224 0619"),
    ("澹溪河流域集中整治", "water", CONSTRUCTION, "1031", "0120 0318"),
    ("农村生活污水2.0治理", "water", CONSTRUCTION, "1130", "0126 0409"),
    ("砚塘消防站", "facility", COMPANY, "1031", "0106 0110"),
    ("鹭起大道大修", "road", CONSTRUCTION, "0930", "0117 0320"),
    ("乡村公路养护", "road", CONSTRUCTION, "0531", "0117 0226 0523"),
    ("霁华苑北侧道路新建", "road", CONSTRUCTION, "0831", "0124 0506"),
    ("“两房清理”和应拆未拆整治", "cleanup", RELOCATION, "1231", "0210 0303"),
)


def _day(text: str) -> date:
    return date(2025, int(text[:2]), int(text[2:]))


def major_projects(firms: Sequence[EnterpriseCast], *, random: Random) -> list[RowStory]:
    """9 major projects, 5 of them started; 玄枢智控 claims its start without a permit."""
    rows = []
    builders = {called: firms[row].credit_code for called, row in NAMED_ROWS.items()}
    for place, (name, industry, investment, planned, days, has_permit) in enumerate(_PROJECTS):
        steps = list(zip(_STAGES, map(_day, days.split()), strict=False))
        moves = moved(*steps, random=random)
        started = [day for stage, day in steps if stage == "STARTED"]
        proof = [
            ProofStory(part="permit", name=f"{name}施工许可证.pdf", uploaded_on=day) for day in started if has_permit
        ]
        rows.append(
            RowStory(
                register="project",
                values={
                    "name": name,
                    "industry": industry,
                    "total_investment": Decimal(investment) if random.random() >= MISSING_SHARE else None,
                    "planned_on": _day(planned),
                    "enterprise": builders.get(name[:4]),
                    "project_code": f"2501-999981-89-01-{100_000 + place * 7_919:06d}",
                    "filing_number": f"云行审备〔2025〕{place + 3}号" if place % 4 else "",
                    "filing_amount": Decimal(investment) if place % 4 else None,
                    "fixed_investment": Decimal(investment) * Decimal("0.8"),
                    "equipment_plan": Decimal(investment) * Decimal("0.45"),
                    "land_area": Decimal(place * 17 + 30),
                    "planned_sales": Decimal(investment) * Decimal("1.5"),
                    "planned_tax": Decimal(investment) * Decimal("0.06"),
                    "is_renovation": False,
                    "agent": random.choice(_AGENTS) if random.random() >= MISSING_SHARE else "",
                },
                unit=PROJECTS,
                recorded_on=moves[0].recorded_on,
                moves=moves,
                proofs=tuple(proof),
                faults=("start-without-permit",) if started and not has_permit else (),
            )
        )
    return rows


def project_reviews() -> list[RowStory]:
    """The city's reviews: quality of those of five hundred million and more, signing, and the starts that it accepts."""
    rows = []
    for name, _industry, investment, _planned, days, has_permit in _PROJECTS:
        reached = dict(zip(_STAGES, map(_day, days.split()), strict=False))
        reviews = [("signing", reached["SIGNED"], 12, "passed")]
        if Decimal(investment) >= 50_000:
            reviews.append(("quality", reached["SIGNED"], 6, "passed"))
        if "STARTED" in reached:
            reviews.append(("start", reached["STARTED"], 15, "passed" if has_permit else "returned"))
        for kind, day, later, result in sorted(reviews, key=lambda review: review[1] + timedelta(days=review[2])):
            on = min(AS_OF, day + timedelta(days=later))
            remark = "未取得施工许可证,补齐后再报" if result == "returned" else ""
            rows.append(
                RowStory(
                    register="project-review",
                    values={"project": name, "kind": kind, "reviewed_on": on, "result": result, "remark": remark},
                    unit=PROJECTS,
                    recorded_on=on,
                )
            )
    return rows


def public_works(*, random: Random) -> list[RowStory]:
    """The works that the plan names: two finished, the road north of 霁华苑 under way, the others in progress."""
    rows = []
    for name, sort, unit, planned, days in _WORKS:
        steps = list(zip(("APPROVED", "BUILDING", "DONE"), map(_day, days.split()), strict=False))
        moves = moved(*steps, random=random)
        done = [day for stage, day in steps if stage == "DONE"]
        rows.append(
            RowStory(
                register="works",
                values={"name": name, "sort": sort, "planned_on": _day(planned)},
                unit=unit,
                recorded_on=moves[0].recorded_on,
                moves=moves,
                proofs=tuple(
                    ProofStory(part="acceptance", name=f"{name}验收报告.pdf", uploaded_on=day) for day in done
                ),
            )
        )
    return rows
