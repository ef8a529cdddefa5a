"""攻坚产业培育: the demo's rows of 技改项目, 设备投入, 全市位次 and 工业开票销售. Money is in 万元."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from gongjian.demo.cast import ECONOMY
from gongjian.demo.firms import AS_OF, MISSING_SHARE, EnterpriseCast
from gongjian.demo.naming import brand
from gongjian.demo.rows.shapes import ProofStory, RowStory, moved
from gongjian.demo.story.series import INVOICED_SALES

# project, planned equipment, month of filing (0: planned only), how far it went, payments by month January to June
_NAMED = (
    ("禾绫工业高速织机更新改造", "8600", 1, "EQUIPPED", "420 560 880 1260 1270 190"),
    ("砾川化工反应装置智能化改造", "12400", 2, "STARTED", "0 350 780 1120 1840 0"),
    ("骁屿科技贴装产线扩能改造", "5200", 3, "EQUIPPED", "0 260 540 720 900 410"),
)
_OTHERS = (
    ("数控加工中心更新", "1000", 3), ("喷涂线节能改造", "1680", 3), ("热处理炉改造", "2350", 4),
    ("立体仓库建设", "1450", 4),
    ("染整设备更新", "3120", 4), ("注塑车间机器人上线", "1120", 5), ("检测实验室设备更新", "999.6", 5),
    ("激光切割线更新", "1890", 5), ("包装线自动化改造", "1240", 6), ("锻压设备更新", "2760", 6),
    ("纺纱车间智能化改造", "4380", 6),
    ("空压站节能改造", "640", 4), ("模具车间改造", "520", 5), ("视觉质检改造", "360", 3), ("污水站提标改造", "280", 6),
    ("总装线柔性化改造", "6800", 0), ("光电封装线扩能", "9200", 0),
)  # fmt: skip
"""With the three above, 13 of 1,000 万元 or more are filed by 30 June; not the one of 999.6, nor the two planned."""

POSITIONS = {
    date(2023, 12, 31): 4, date(2024, 12, 31): 3, date(2025, 1, 31): 4, date(2025, 2, 28): 3, date(2025, 3, 31): 3,
    date(2025, 4, 30): 2, date(2025, 5, 31): 2,
}  # fmt: skip
"""技改设备投入总量: the zone's place among the city's ten districts on each published day; June is not out yet."""


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def upgrades(firms: Sequence[EnterpriseCast], *, random: Random) -> list[RowStory]:
    """The upgrade projects and, after each, its equipment payments."""
    rows: list[RowStory] = []
    for row, (name, planned, month, reached, paid) in enumerate(_NAMED):
        amounts = [Decimal(amount) for amount in paid.split()]
        rows += _upgrade(firms[row], name, planned, month, reached, amounts, random, is_key=True)
    makers = [firm for firm in firms[61:] if firm.status == "存续" and "13" <= firm.industry_code <= "40"]
    for firm, (topic, planned, month) in zip(makers, _OTHERS, strict=False):
        amounts = [Decimal(0)] * 6
        for later in range(month, 7) if month else ():
            amounts[later - 1] = (Decimal(planned) * random.randrange(4, 16) / 100).quantize(Decimal("0.1"))
        reached = ("FILED", "STARTED")[random.random() < 0.6] if month else "PLANNED"
        rows += _upgrade(firm, brand(firm.name) + topic, planned, month, reached, amounts, random)
    return rows


def _upgrade(
    firm: EnterpriseCast,
    name: str,
    planned: str,
    month: int,
    reached: str,
    amounts: Sequence[Decimal],
    random: Random,
    *,
    is_key: bool = False,
) -> list[RowStory]:
    steps = [("PLANNED", date(2024, 12, 2) + timedelta(days=random.randrange(28)))]
    if month:
        filed_on = date(2025, month, random.randrange(6, 20))
        steps.append(("FILED", filed_on))
        if reached in ("STARTED", "EQUIPPED"):
            steps.append(("STARTED", min(AS_OF, filed_on + timedelta(days=9))))
        if reached == "EQUIPPED":
            steps.append(("EQUIPPED", date(2025, 6, 12)))
    proofs = [
        ProofStory(part="filing", name=f"{name}备案证.pdf", uploaded_on=day) for step, day in steps if step == "FILED"
    ]
    if reached == "EQUIPPED":
        proofs.append(ProofStory(part="equipment", name=f"{name}设备清单.pdf", uploaded_on=date(2025, 6, 13)))
    moves = moved(*steps, random=random)
    project = RowStory(
        register="upgrade",
        values={
            "name": name,
            "enterprise": firm.credit_code,
            "equipment_plan": Decimal(planned),
            "total_investment": Decimal(planned) * Decimal("1.35") if random.random() >= MISSING_SHARE else None,
            "is_key": is_key,
        },
        unit=ECONOMY,
        recorded_on=moves[0].recorded_on,
        moves=moves,
        proofs=tuple(proofs),
        faults=("just-under-the-line",) if planned == "999.6" else (),
    )
    return [project, *_payments(name, amounts, random)]


def _payments(name: str, amounts: Sequence[Decimal], random: Random) -> list[RowStory]:
    rows = []
    for month, amount in enumerate(amounts, start=1):
        if not amount:
            continue
        day = date(2025, month, random.randrange(20, 28))
        invoice_number = f"2532{random.randrange(10**16):016d}"
        proved = not (name.startswith("骁屿") and month == 6) and random.random() >= MISSING_SHARE
        proof = ProofStory(part="invoice", name=f"发票{invoice_number[-8:]}.pdf", uploaded_on=day)
        rows.append(
            RowStory(
                register="equipment-payment",
                values={"upgrade": name, "invoice_number": invoice_number, "paid_on": day, "amount": amount},
                unit=ECONOMY,
                recorded_on=min(AS_OF, day + timedelta(days=4)),
                proofs=(proof,) if proved else (),
            )
        )
    return rows


def positions() -> list[RowStory]:
    """The published places, each with the city's bulletin, typed in two weeks and a half after the month's end."""
    return [
        RowStory(
            register="city-position",
            values={
                "metric": "equipment",
                "published_on": day,
                "position": place,
                "among": 10,
                "source": f"{day.year}年{day.month}月全市技改投入通报",
            },
            unit=ECONOMY,
            recorded_on=min(AS_OF, day + timedelta(days=17)),
            proofs=(
                ProofStory(part="bulletin", name=f"{day:%Y年%m月}全市通报.pdf", uploaded_on=day + timedelta(days=17)),
            ),
        )
        for day, place in POSITIONS.items()
    ]


def invoiced_sales() -> list[RowStory]:
    """Thirty months of 工业开票销售 in 万元; June 2025 is a flash figure without the tax office's report."""
    rows = []
    for year, months in INVOICED_SALES.items():
        for month, amount in enumerate(months, start=1):
            end = _month_end(year, month)
            recorded_on = min(AS_OF, end + timedelta(days=9))
            proof = ProofStory(part="report", name=f"{year}年{month}月开票销售报表.pdf", uploaded_on=recorded_on)
            rows.append(
                RowStory(
                    register="invoiced-sales",
                    values={"month": end, "amount": amount * 10_000},
                    unit=ECONOMY,
                    recorded_on=recorded_on,
                    proofs=(proof,) if end < AS_OF else (),
                )
            )
    return rows
