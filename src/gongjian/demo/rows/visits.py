"""走访企业: the demo's visits of the first half-year, answered in time, answered late, waiting, and overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from gongjian.demo.cast import ECONOMY, INVESTMENT, LUQI, SCIENCE, TRADE, YANTANG
from gongjian.demo.firms import AS_OF, EnterpriseCast
from gongjian.demo.rows.shapes import ProofStory, RowStory, moved, spread
from gongjian.kernel.clock import workdays_after

ANSWER_WORKDAYS = 10
"""Within so many working days a demand is answered; the clock of the register says the same."""
OVERDUE = 3
"""Visits of May and early June whose demand is still unanswered."""
_PER_MONTH = (4, 6, 10, 12, 12, 16)
_UNITS = (ECONOMY, TRADE, SCIENCE, INVESTMENT, YANTANG, LUQI)
_DEMANDS = (
    ("用工", "缺熟练操作工,希望组织专场招聘"),
    ("融资", "订单增加,流动资金紧张,希望对接银行授信"),
    ("用地用房", "现有厂房已满,想租用标准厂房二期"),
    ("", ""),
    ("市场", "希望进入本地采购名录,参加产业链对接会"),
    ("政策", "技改奖励申报材料不清楚,希望上门辅导"),
    ("", ""),
    ("用能", "夏季错峰用电影响生产,希望提前告知安排"),
    ("物流", "出口集装箱提箱排队时间长"),
    ("配套", "厂区周边公交班次少,员工上下班不便"),
)
"""What was asked for; at every fifth visit or so nothing was."""


def visits(firms: Sequence[EnterpriseCast], *, random: Random) -> list[RowStory]:
    """Sixty visits: most answered within ten working days, some later, the last ones waiting, `OVERDUE` long overdue."""
    active = [firm for firm in firms[:400] if firm.status == "存续"]
    days = spread(random, per_month=_PER_MONTH)
    late_from = date(2025, 5, 6)
    overdue = [place for place, day in enumerate(days) if late_from <= day <= date(2025, 6, 10)][: OVERDUE * 5 : 5]
    rows = []
    for place, day in enumerate(days):
        sort, demand = _DEMANDS[overdue.index(place) if place in overdue else place % len(_DEMANDS)]
        firm = active[place * 7 % len(active)]
        took = random.randrange(2, ANSWER_WORKDAYS + 1) if place % 9 else ANSWER_WORKDAYS + 3
        answered = workdays_after(day, took)
        is_answered = place not in overdue and answered <= AS_OF
        steps = [("MADE", day), *([("ANSWERED", answered)] if is_answered else [])]
        moves = moved(*steps, random=random)
        name = f"{firm.name}走访答复.pdf"
        rows.append(
            RowStory(
                register="visit",
                values={"enterprise": firm.credit_code, "visited_on": day, "sort": sort, "demand": demand},
                unit=_UNITS[place % len(_UNITS)],
                recorded_on=moves[0].recorded_on,
                moves=moves,
                proofs=(ProofStory(part="reply", name=name, uploaded_on=answered),) if is_answered else (),
            )
        )
    return rows
