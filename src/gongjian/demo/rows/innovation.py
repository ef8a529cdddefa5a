"""攻坚科技创新: the demo's rows of 高企申报 and 科创项目, three years deep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from gongjian.demo.cast import SCIENCE
from gongjian.demo.firms import AS_OF, DEREGISTERED_ROW, DUPLICATE_ROWS, MISSING_SHARE, EnterpriseCast
from gongjian.demo.naming import brand, new_brand
from gongjian.demo.rows.shapes import MoveStory, ProofStory, RowStory, moved, spread
from gongjian.kernel.errors import Refusal

FILED_BY_MONTH = (0, 0, 0, 0, 23, 38)
"""61 applications filed by 30 June 2025, all within the first window (6 May to 30 June)."""

SEEDED, DIAGNOSED, FILED = 168, 131, sum(FILED_BY_MONTH)
PAST_APPLICATIONS = {2023: (118, 89), 2024: (131, 97)}
"""Year -> applications filed, and of them recognised."""

RECOGNISED_BY_MONTH = (4, 5, 9, 9, 10, 10)
"""47 ventures recognised by 30 June 2025."""

PAST_VENTURES = {2023: 66, 2024: 74}
COLLEGES = ("江澜科技大学", "北屿理工学院", "沧屿大学")
CARRIERS = ("鹭起众创空间", "砚塘孵化器", "云海加速器", "江澜云海产业研究院", "沧屿技术转移中心")
_TECHNICAL = {"64", "65", "73", "74", "75"}
_TOPICS = ("柔性触觉传感", "高速织机视觉检测", "固态储能", "工业机器人关节", "生物基纤维", "激光微加工",
           "低温催化", "边缘计算网关", "医用影像分析", "水质在线监测", "光学薄膜",
           "智能仓储调度", "精密减速机", "可降解包装")  # fmt: skip


def applications(firms: Sequence[EnterpriseCast], *, random: Random) -> list[RowStory]:
    """高企申报 of 2023, 2024 and 2025. Refuses (`demo.too_small`) a zone with too few firms that could apply."""
    special = {*DUPLICATE_ROWS, DEREGISTERED_ROW}
    able = [
        firm
        for row, firm in enumerate(firms)
        if row not in special
        and firm.status == "存续"
        and firm.established_on < date(2022, 5, 1)
        and (firm.industry_code in _TECHNICAL or "13" <= firm.industry_code <= "42")
    ]
    needed = SEEDED + sum(filed for filed, _recognised in PAST_APPLICATIONS.values())
    if len(able) < needed:
        raise Refusal(
            "demo.too_small",
            f"演示园区的企业太少:能申报高企的只有{len(able)}家,需要{needed}家",
            "请把 --enterprises 调到1200以上",
        )
    random.shuffle(able)
    rows = []
    for year, (filed, recognised) in PAST_APPLICATIONS.items():
        days = spread(
            random, per_month=(0, 0, 0, 0, filed // 4, filed // 4, filed // 4, filed - filed // 4 * 3), year=year
        )
        for place, day in enumerate(days):
            passed = place * recognised // filed != (place + 1) * recognised // filed
            seeded = date(year, 1, 8) + timedelta(days=random.randrange(80))
            end = ("RECOGNISED" if passed else "FAILED", date(year, 12, 5) + timedelta(days=random.randrange(20)))
            steps = (("SEEDED", seeded), ("DIAGNOSED", seeded + timedelta(days=25)), ("FILED", day), end)
            rows.append(_application(able.pop(), year, steps, random))
    chosen = [firms[DUPLICATE_ROWS[0]], firms[DEREGISTERED_ROW], *able[: SEEDED - 3], firms[DUPLICATE_ROWS[1]]]
    filing_days = spread(random, per_month=FILED_BY_MONTH, first_day=6)
    for place, firm in enumerate(chosen):
        seeded = date(2025, 1, 6) + timedelta(days=random.randrange(75))
        path = [("SEEDED", seeded)]
        if place < DIAGNOSED:
            path.append(("DIAGNOSED", seeded + timedelta(days=random.randrange(14, 45))))
        if place < FILED:
            path.append(("FILED", filing_days[place]))
        fault = {1: "deregistered-but-counted", 7: "receipt-after-claim", 48: "application-without-receipt"}.get(
            place, ""
        )
        row = _application(firm, 2025, tuple(path), random, fault=fault)
        rows.append(_prepared(row, place) if FILED <= place < DIAGNOSED and place % 5 < 2 else row)
    return rows


def _prepared(row: RowStory, place: int) -> RowStory:
    """The same with its papers complete in June, for the second window."""
    day = date(2025, 6, 9) + timedelta(days=place % 5 + place % 2 * 7)
    return replace(row, moves=(*row.moves, MoveStory(stage="PREPARED", happened_on=day, recorded_on=day)))


def _application(
    firm: EnterpriseCast, year: int, steps: tuple[tuple[str, date], ...], random: Random, *, fault: str = ""
) -> RowStory:
    filed_on = dict(steps).get("FILED")
    if fault == "receipt-after-claim":
        filed_on = date(2025, 5, 20)
        steps = (*steps[:2], ("FILED", filed_on))
    proofs: tuple[ProofStory, ...] = ()
    if filed_on and fault != "application-without-receipt":
        received_on = date(2025, 6, 9) if fault == "receipt-after-claim" else filed_on
        recent = filed_on > date(2025, 6, 15)
        proofs = (
            ProofStory(
                part="receipt",
                name=f"{brand(firm.name)}申报回执({received_on:%Y%m%d}).pdf",
                uploaded_on=min(AS_OF, received_on + timedelta(days=2)),
                state="evidenced" if recent else "verified",
            ),
        )
    remark = {"receipt-after-claim": "回执日期晚于自报日期", "application-without-receipt": "回执未传"}.get(fault, "")
    known = random.random() >= MISSING_SHARE
    batch = "第一批" if filed_on and (year == 2025 or filed_on.month < 7) else "第二批"
    moves = moved(*steps, random=random)
    return RowStory(
        register="high-tech",
        values={
            "enterprise": firm.credit_code,
            "year": year,
            "planned_on": filed_on or (date(2025, 8, 20) if known else None),
            "batch": batch if filed_on and known else "",
            "remark": remark,
        },
        unit=SCIENCE,
        recorded_on=moves[0].recorded_on,
        moves=moves,
        proofs=proofs,
        faults=(fault,) if fault else (),
    )


def ventures(*, random: Random) -> list[RowStory]:
    """科创项目 recognised in 2023, 2024 and by 30 June 2025, and those of 2025 still on the way."""
    days: list[tuple[str, date]] = []
    for year, number in PAST_VENTURES.items():
        per_month = [number // 12 + (month < number % 12) for month in range(12)]
        days += [("RECOGNISED", day) for day in spread(random, per_month=per_month, year=year)]
    recognised = spread(random, per_month=RECOGNISED_BY_MONTH)
    late = max(place for place, day in enumerate(recognised) if day.month == 4)
    recognised[late] = date(2025, 4, 28)
    late += len(days)
    days += [("RECOGNISED", day) for day in recognised]
    for stage, number in (("FILED", 16), ("SETTLED", 30), ("SCOUTED", 14)):
        days += [(stage, day) for day in spread(random, per_month=(0, 0, 0, 0, number // 2, number - number // 2))]
    names: set[str] = set()
    rows = []
    for place, (stage, day) in enumerate(days):
        settled_on = day if stage == "SETTLED" else day - timedelta(days=random.randrange(70, 220))
        path = [("SCOUTED", settled_on - timedelta(days=40)), ("SETTLED", settled_on)]
        path += [("FILED", day - timedelta(days=30)), ("RECOGNISED", day)]
        steps = path[: ("SCOUTED", "SETTLED", "FILED", "RECOGNISED").index(stage) + 1]
        steps[-1] = (stage, day)
        is_late = place == late
        proved = stage == "RECOGNISED" and random.random() >= (0.12 if day.year == 2025 else 0)
        values: dict[str, object] = {
            "name": _venture_name(random, names),
            "carrier": random.choice(CARRIERS) if random.random() >= MISSING_SHARE else "",
            "source": random.choice(COLLEGES) if random.random() >= MISSING_SHARE else "",
            "settled_on": settled_on if len(steps) > 1 and random.random() >= MISSING_SHARE else None,
            "remark": "补录" if is_late else "",
        }
        moves = moved(*steps, random=random, recorded={"RECOGNISED": date(2025, 6, 12)} if is_late else None)
        proof = ProofStory(part="notice", name=f"{values['name']}认定文件.pdf", uploaded_on=moves[-1].recorded_on)
        rows.append(
            RowStory(
                register="venture",
                values=values,
                unit=SCIENCE,
                recorded_on=moves[0].recorded_on,
                moves=moves,
                proofs=(proof,) if proved else (),
                faults=("late-entry",) if is_late else (),
            )
        )
    return rows


def _venture_name(random: Random, names: set[str]) -> str:
    while True:
        name = new_brand(random) + random.choice(_TOPICS) + "项目"
        if name not in names:
            names.add(name)
            return name
