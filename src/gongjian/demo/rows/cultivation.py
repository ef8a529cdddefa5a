"""科创培育: the demo's rows of 智能工厂 (38 factories on the gradient, as the plan's story says) and of 政策兑现."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from gongjian.demo.cast import ECONOMY
from gongjian.demo.firms import EnterpriseCast
from gongjian.demo.naming import brand
from gongjian.demo.rows.shapes import ProofStory, RowStory, moved

GRADED, POOL = 26, 38
"""Factories with a grade since 2024 (those of 资质认定), and all on the gradient."""
TITLED_ON = date(2024, 9, 20)
PROPOSED = 0
"""The factory that applies for 卓越级."""
SMART_FACTORY = "先进级智能工厂贯标奖励"
"""The invented policy (demo/policies.toml) that the grants are under."""


def smart_factories(firms: Sequence[EnterpriseCast], *, random: Random) -> list[RowStory]:
    """26 factories with the grade that their certificate says, 12 more entered in January 2025."""
    makers = [firm for firm in firms if firm.is_above_scale and firm.status == "存续"]
    graded = makers[2::8][:GRADED]
    fresh = [firm for firm in makers[6::8] if firm not in graded][: POOL - GRADED]
    rows = []
    for place, firm in enumerate([*graded, *fresh]):
        is_graded, is_advanced = place < len(graded), place < len(graded) and place % 4 == 0
        seeded = date(2024, 3, 4) if is_graded else date(2025, 1, 13)
        steps = [("CULTIVATED", seeded + timedelta(days=random.randrange(12)))]
        proofs = []
        assessed_on = None
        if is_graded:
            assessed_on = date(2024, 5, 6) + timedelta(days=random.randrange(60))
            steps.append(("BASIC", assessed_on))
            proofs.append(_proof("self_test", firm, "成熟度自评报告", assessed_on))
        if is_advanced:
            steps += [("FILED", date(2024, 7, 12)), ("ADVANCED", TITLED_ON)]
            proofs += [
                _proof("filing", firm, "申报书", date(2024, 7, 12)),
                _proof("notice", firm, "认定文件", TITLED_ON),
            ]
        if place == PROPOSED:
            steps.append(("PROPOSED", date(2025, 4, 16)))
        moves = moved(*steps, random=random)
        rows.append(
            RowStory(
                register="smart-factory",
                values={
                    "name": f"{brand(firm.name)}智能工厂",
                    "enterprise": firm.credit_code,
                    "aim": "excellent" if place == PROPOSED else "advanced",
                    "maturity_level": (3 if place == PROPOSED else 2) if is_graded else None,
                    "assessed_on": assessed_on,
                },
                unit=ECONOMY,
                recorded_on=moves[0].recorded_on,
                moves=moves,
                proofs=tuple(proofs),
            )
        )
    return rows


def grants(firms: Sequence[EnterpriseCast], *, random: Random) -> list[RowStory]:
    """Grants of 2025 to factories of 先进级: three paid, two published, two confirmed or pushed."""
    makers = [firm for firm in firms if firm.is_above_scale and firm.status == "存续"]
    path = (
        ("PUSHED", date(2025, 3, 3)), ("CONFIRMED", date(2025, 3, 10)),
        ("PUBLISHED", date(2025, 3, 21)), ("PAID", date(2025, 4, 8)),
    )  # fmt: skip
    rows = []
    for firm, reached in zip(makers[2::8][:GRADED:4], (4, 4, 4, 3, 3, 2, 1), strict=False):
        steps = path[:reached]
        proofs = [
            _proof(part, firm, words, day)
            for part, words, (_, day) in zip(
                ("confirmation", "notice", "voucher"), ("企业确认书", "公示", "拨付凭证"), steps[1:], strict=False
            )
        ]
        is_paid = reached == len(path)
        moves = moved(*steps, random=random)
        rows.append(
            RowStory(
                register="grant",
                values={
                    "enterprise": firm.credit_code,
                    "policy": SMART_FACTORY,
                    "year": 2025,
                    "amount": 20,
                    "paid_amount": 20 if is_paid else None,
                    "paid_on": path[-1][1] if is_paid else None,
                },
                unit=ECONOMY,
                recorded_on=moves[0].recorded_on,
                moves=moves,
                proofs=tuple(proofs),
            )
        )
    return rows


def _proof(part: str, firm: EnterpriseCast, words: str, day: date) -> ProofStory:
    return ProofStory(part=part, name=f"{brand(firm.name)}{words}.pdf", uploaded_on=day)
