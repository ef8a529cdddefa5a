"""年度数据核对: what looks wrong in a year's figures, said as sentences to the officer; nothing is refused for it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

TOLERANCE = Decimal("0.01")
"""万元: figures rounded to a hundred yuan may differ by this much."""
SLIP = (Decimal(5000), Decimal(20000))
"""A figure between 5,000 and 20,000 times last year's (or the same below it) has very likely lost or won 万."""
PLAUSIBLE = (Decimal(10), Decimal(100_000))
"""万元: only a figure outside is compared with last year's; a slip of 万 in a firm of the zone ends outside."""
OTHER_SHARE = Decimal("0.2")
COMPARED = ("sales", "revenue", "main_revenue", "rd_total", "total_assets", "net_assets_end")

_NOT_ABOVE = (
    ("rd_domestic", "rd_total"),
    ("hightech_income", "total_income"),
    ("main_revenue", "revenue"),
    ("tech_staff_avg", "staff_avg"),
    ("tech_staff", "staff_total"),
    ("rd_fulltime", "rd_staff_total"),
    ("rd_total", "sales"),
    ("us_export", "export_total"),
)
"""(part, whole): the part cannot exceed the whole."""


def doubts(row: Any) -> list[str]:
    """What does not fit together within one annual return, as full sentences."""
    found = [sentence for part, whole in _NOT_ABOVE if (sentence := _above(row, part, whole))]
    assets, debts, net = row.total_assets, row.total_liabilities, row.net_assets_end
    if None not in (assets, debts, net) and abs(assets - debts - net) > TOLERANCE:
        found.append(
            f"年末净资产为{_n(net)}万元,资产总额减负债总额为{_n(assets - debts)}万元,两者应相等,请对照审计报告核对。"
        )
    if row.rd_other is not None and row.rd_total and row.rd_other > row.rd_total * OTHER_SHARE:
        found.append(
            f"研发费用中的其他费用{_n(row.rd_other)}万元超过研发费用总额的20%,超出部分不计入高企口径,请核对归集。"
        )
    for name in ("market_share_dom", "market_share_intl", "dt_selftest", "zjtx_score"):
        value = getattr(row, name)
        if value is not None and not 0 <= value <= 100:
            found.append(f"{_label(row, name)}为{_n(value)},应在0到100之间,请核对。")
    if row.cmmm_score is not None and not 0 <= row.cmmm_score <= 5:
        found.append(f"智能制造成熟度得分为{_n(row.cmmm_score)},应在0到5之间,请核对。")
    if not 2000 <= row.year <= 2100:
        found.append(f"年度为{row.year},请核对是否填错。")
    return found


def slips(row: Any, *, last: Callable[[Any], Any] | None = None) -> list[str]:
    """Amounts that are ten thousand times last year's, or a ten-thousandth of it: 元 and 万元 mistaken for each other.

    `last` finds the return of the year before (default: asks the database, and only for figures out of the ordinary,
    so that a sheet of a hundred thousand rows is not slowed down).
    """
    odd = [name for name in COMPARED if (value := getattr(row, name)) and not PLAUSIBLE[0] <= abs(value) < PLAUSIBLE[1]]
    before = (last or _last_year)(row) if odd else None
    if before is None:
        return []
    found = []
    for name in odd:
        old, new = getattr(before, name), getattr(row, name)
        if not old:
            continue
        times = abs(new / old) if abs(new) > abs(old) else abs(old / new)
        if SLIP[0] <= times <= SLIP[1]:
            what = "是上年的" if abs(new) > abs(old) else "只有上年的"
            times_text = f"{times:,.0f}倍" if abs(new) > abs(old) else f"{times:,.0f}分之一"
            found.append(
                f"{_label(row, name)}为{_n(new)},{what}{times_text}(上年{_n(old)}),可能把元和万元弄混了,请核对单位。"
            )
    return found


def _last_year(row: Any) -> Any:
    if row.enterprise_id is None:
        return None
    return type(row)._default_manager.filter(enterprise_id=row.enterprise_id, year=row.year - 1).first()


def _above(row: Any, part: str, whole: str) -> str:
    small, large = getattr(row, part), getattr(row, whole)
    if small is None or large is None or small <= large:
        return ""
    return f"{_label(row, part)}为{_n(small)},超过{_label(row, whole)}{_n(large)},请核对两个数的口径和单位。"


def _label(row: Any, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name)


def _n(value: Decimal) -> str:
    return f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"
