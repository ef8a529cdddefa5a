"""企业年度数据与月度数据: the invented firms' figures, 30 % of them near a line of the criteria, 15 % not at hand.

Amounts are texts in 万元 with two decimals: the demo makes a hundred thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from random import Random

from gongjian.demo.cast import ECONOMY
from gongjian.demo.firms import AS_OF, MISSING_SHARE, NEAR_THRESHOLD_SHARE, SALES_YEARS, EnterpriseCast
from gongjian.demo.rows.sheets import Sheet

YEARLY = (
    "enterprise_id", "year", "source", "taken_on", "staff_avg", "tech_staff_avg", "staff_total", "tech_staff", "sales",
    "revenue", "main_revenue", "total_income", "hightech_income", "rd_total", "rd_domestic", "rd_outsourced_actual",
    "rd_other", "rd_expense", "rd_spend_stat", "rd_equipment_original", "rd_fulltime", "rd_site_area", "ii_investment",
    "total_assets", "total_liabilities", "net_assets_end", "cost_expense_total", "market_share_dom", "zjtx_score",
    "cmmm_level", "cmmm_score", "cmmm_method", "cmmm_on", "dt_selftest", "export_total", "us_export", "us_import",
    "net_profit", "digital_level",
)  # fmt: skip
MONTHLY = (
    "enterprise_id", "month", "source", "output_value", "invoice_sales", "taxable_sales", "tax_paid",
    "fixed_asset_input_vat", "orders", "staff_end",
)  # fmt: skip
MONTHS = tuple(date(2024 + n // 12, n % 12 + 1, 1) for n in range(18))
"""January 2024 to June 2025: this half year and the year before it to compare with."""
JUST_BELOW = (1500, 2050)
"""Yearly sales in 万元 from which the tax office sends the months of firms that are not 规上."""
_SHARE = (0.078, 0.058, 0.088, 0.084, 0.085, 0.09, 0.083, 0.082, 0.088, 0.085, 0.088, 0.091)
"""The share of a year's sales that its months have."""

SLIP_ROW, ABOVE_ROW, UNEVEN_ROW = 63, 64, 67
"""Rows with a fault in their return of 2024: 元 for 万元; domestic research above all research; assets that do not
balance."""
US_TRADERS = 49
"""So many firms export to or import from the United States."""


def yearly(firms: Sequence[EnterpriseCast], *, random: Random) -> list[Sheet]:
    """One sheet for each year of `SALES_YEARS`: the returns of all firms whose sales of the year are known."""
    rows: dict[int, list[Sequence[object]]] = {year: [] for year in SALES_YEARS}
    traders = _traders(firms)
    for row, firm in enumerate(firms):
        if firm.status != "存续":
            continue
        shape = _Shape(firm, random)
        for place, year in enumerate(SALES_YEARS):
            sales = firm.sales[place]
            if sales is None:
                continue
            found = list(shape.figures(row, year, sales, random, trades=row in traders))
            if year == SALES_YEARS[-1]:
                _plant(row, found)
            rows[year].append(found)
    return [yearly_sheet(year, rows[year]) for year in SALES_YEARS]


def yearly_sheet(year: int, rows: Iterable[Sequence[object]]) -> Sheet:
    """The sheet of one year, typed in in May of the next."""
    return Sheet(
        register="annual-return",
        title=f"企业年度数据({year}年度)",
        unit=ECONOMY,
        on=date(year + 1, 5, 20),
        names=YEARLY,
        rows=rows,
    )


def last_year(firm: EnterpriseCast, *, row: int, random: Random) -> Sequence[object] | None:
    """The return of 2024 of a firm outside the plan's story; None when its sales are not known."""
    sales = firm.sales[-1]
    if sales is None or firm.status != "存续":
        return None
    return _Shape(firm, random).figures(row, SALES_YEARS[-1], sales, random, trades=False)


def monthly(firms: Sequence[EnterpriseCast], *, random: Random) -> list[Sheet]:
    """The months of 规上 firms, one sheet a half year, from the tax office and the statistics; of those just below, from
    the tax office alone."""
    rows: dict[date, list[Sequence[object]]] = {MONTHS[0]: [], MONTHS[6]: [], MONTHS[12]: []}
    traders = _traders(firms)
    for row, firm in enumerate(firms):
        if not firm.is_above_scale or firm.status != "存续" or firm.sales[-1] is None:
            continue
        base, growth = float(firm.sales[-1]), random.uniform(0.9, 1.2)
        staff = firm.staff or 60
        burden = random.uniform(0.02, 0.06)
        for place, month in enumerate(MONTHS):
            known = random.random
            invoiced = (
                base * _SHARE[month.month - 1] * (growth if month.year == 2025 else 1) * random.uniform(0.93, 1.07)
            )
            output = invoiced * random.uniform(0.92, 1.1)
            half = MONTHS[place // 6 * 6]
            rows[half].append(
                (
                    row + 1,
                    month,
                    "税务、统计月报",
                    None if known() < MISSING_SHARE else _w(output),
                    _w(invoiced),
                    None if known() < MISSING_SHARE else _w(invoiced * 0.98),
                    None if known() < MISSING_SHARE else _w(invoiced * burden),
                    _w(invoiced * 0.003) if known() < 0.2 else None,
                    _w(invoiced * 0.02) if row in traders and known() >= MISSING_SHARE else None,
                    max(3, round(staff * random.uniform(0.94, 1.05))),
                )
            )
    for row, firm in enumerate(firms):
        sales = firm.sales[-1]
        if firm.is_above_scale or firm.status != "存续" or sales is None or not JUST_BELOW[0] <= sales <= JUST_BELOW[1]:
            continue
        growth = random.uniform(0.95, 1.1)
        for place, month in enumerate(MONTHS):
            invoiced = (
                sales * _SHARE[month.month - 1] * (growth if month.year == 2025 else 1) * random.uniform(0.95, 1.05)
            )
            blanks = (None,) * 3
            rows[MONTHS[place // 6 * 6]].append(
                (row + 1, month, "税务", None, _w(invoiced), None, _w(invoiced * 0.03), *blanks)
            )
    return [
        Sheet(
            register="monthly-figure",
            title=f"企业月度数据({half.year}年{'上' if half.month == 1 else '下'}半年)",
            unit=ECONOMY,
            on=min(AS_OF, date(half.year + half.month // 7, 7 if half.month == 1 else 1, 14)),
            names=MONTHLY,
            rows=found,
        )
        for half, found in rows.items()
    ]


class _Shape:
    """What stays alike in one firm's years: shares of research and products, people, debts."""

    def __init__(self, firm: EnterpriseCast, random: Random) -> None:
        near = random.random() < NEAR_THRESHOLD_SHARE
        sales = firm.sales[-1] or firm.sales[1] or firm.sales[0] or 600
        line = 0.05 if sales <= 5000 else 0.04 if sales <= 20_000 else 0.03
        self.research = line * random.uniform(0.95, 1.06) if near else random.uniform(0.004, 0.085)
        self.products = random.uniform(0.56, 0.65) if near else random.uniform(0.2, 0.96)
        self.technicians = random.uniform(0.093, 0.108) if near else random.uniform(0.02, 0.34)
        self.main = random.uniform(0.78, 0.82) if near else random.uniform(0.6, 1.0)
        self.debts = random.choice((0.55, 0.75, 0.8)) * random.uniform(0.97, 1.03) if near else random.uniform(0.1, 0.9)
        self.assets = sales * random.uniform(0.6, 1.9)
        self.staff = firm.staff or max(4, int(sales**0.62))
        self.score = random.uniform(48, 53) if near else random.uniform(25, 88)
        self.maturity = random.uniform(1.7, 1.9) if near else random.uniform(0.9, 3.2)

    def figures(self, row: int, year: int, sales: int, random: Random, *, trades: bool) -> tuple[object, ...]:
        """The return of one year, in the order of `YEARLY`."""
        chance = random.random
        drift = 1.12 ** (year - SALES_YEARS[-1]) * random.uniform(0.97, 1.03)
        revenue, staff = sales * random.uniform(0.99, 1.0), self.staff * drift
        research, income = sales * self.research, sales * random.uniform(1.0, 1.03)
        assets = self.assets * drift
        debts = assets * self.debts
        is_graded = chance() < 0.2
        score = min(5.0, self.maturity * drift)

        def known(text: str) -> str | None:
            return text if chance() >= MISSING_SHARE else None

        return (
            row + 1,
            year,
            ("审计报告", "汇算清缴申报表", "企业自报")[row % 3],
            date(year + 1, 5, 12),
            known(_w(staff)),
            known(_w(staff * self.technicians)),
            known(_w(round(staff * 1.02))),
            known(_w(round(staff * self.technicians))),
            _w(sales),
            known(_w(revenue)),
            known(_w(revenue * self.main)),
            known(_w(income)),
            known(_w(income * self.products)),
            known(_w(research)),
            known(_w(research * (1.0 if chance() < 0.7 else random.uniform(0.55, 1.0)))),
            _w(research * random.uniform(0.02, 0.2)) if chance() < 0.3 else None,
            known(_w(research * random.uniform(0.01, 0.19))),
            known(_w(research * random.uniform(0.9, 1.1))),
            known(_w(research * random.uniform(0.7, 1.05))),
            known(_w(research * random.uniform(0.5, 2.5))),
            max(0, round(staff * self.technicians * 0.6)) if chance() >= MISSING_SHARE else None,
            known(_w(random.uniform(80, 2400))),
            _w(sales * 0.01) if chance() < 0.1 else None,
            known(_w(assets)),
            known(_w(debts)),
            known(_w(float(_w(assets)) - float(_w(debts)))),
            known(_w(sales * random.uniform(0.86, 0.99))),
            _w(random.uniform(0.2, 18)) if chance() < 0.15 else None,
            _w(self.score) if chance() < 0.25 else None,
            (1 if score < 1.8 else 2 if score < 2.8 else 3 if score < 3.8 else 4) if is_graded else None,
            _w(score) if is_graded else None,
            ("self", "third-party")[row % 2] if is_graded else "",
            date(year, 11, 18) if is_graded else None,
            _w(random.uniform(45, 85)) if is_graded else None,
            _w(sales * 0.03) if trades else None,
            _w(sales * 0.03 * random.uniform(0.05, 0.7)) if trades else None,
            _w(sales * 0.002) if trades and chance() < 0.4 else None,
            _w(sales * ((row * 37 + year * 11) % 17 - 2) / 100) if (row + year) % 7 else None,
            (row // 3 + year - SALES_YEARS[0]) % 4 + 1 if (row * 3 + year) % 7 else None,
        )


def _traders(firms: Sequence[EnterpriseCast]) -> frozenset[int]:
    """The rows of the first industrial firms that trade with the United States."""
    makers = (row for row, firm in enumerate(firms) if "13" <= firm.industry_code <= "40" and firm.status == "存续")
    return frozenset(row for _, row in zip(range(US_TRADERS), makers, strict=False))


def _plant(row: int, found: list[object]) -> None:
    """The faults of the returns of 2024."""
    place = {name: YEARLY.index(name) for name in ("sales", "rd_total", "rd_domestic", "total_assets")}
    if row == SLIP_ROW:
        found[place["sales"]] = _w(float(str(found[place["sales"]])) * 10_000)
    elif row == ABOVE_ROW:
        found[place["rd_total"]], found[place["rd_domestic"]] = "120.00", "210.00"
    elif row == UNEVEN_ROW:
        at = place["total_assets"]
        found[at : at + 3] = ["9000.00", "4000.00", "5600.00"]


def _w(amount: float) -> str:
    return f"{amount:.2f}"
