"""全部工业开票销售: the demo zone's invented monthly figures for 2023, 2024 and the first half of 2025 (亿元).

Spring Festival fell on 22 January 2023, 10 February 2024 and 29 January 2025, and the trough month moves with it.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import accumulate

INVOICED_SALES: dict[int, tuple[Decimal, ...]] = {
    year: tuple(Decimal(figure) for figure in figures.split())
    for year, figures in {
        2023: "58.7 69.4 76.8 74.1 75.3 79.0 73.5 74.4 78.0 76.6 79.2 85.9",
        2024: "76.4 61.2 80.9 79.3 81.1 84.6 78.2 79.6 83.3 81.7 84.5 91.6",
        2025: "71.6 78.9 89.2 87.4 88.7 92.5",
    }.items()
}
"""Year -> the months' own figures, January first."""


def invoiced_sales_so_far() -> dict[int, str]:
    """Month of 2025 -> the cumulative figure as reported; January comes with February, as the tax office gives it."""
    running = accumulate(INVOICED_SALES[2025])
    return {month: str(value) for month, value in enumerate(running, start=1) if month > 1}
