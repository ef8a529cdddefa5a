"""高企培育库: what the firms of the pool of 2025 own and turn over, and what advisers found there (问诊).

Their figures are made so that every list has firms: ready, with a chance, waiting for a diagnosis or for data, just missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from gongjian.demo.cast import SCIENCE
from gongjian.demo.firms import DUPLICATE_ROWS, SALES_YEARS, EnterpriseCast
from gongjian.demo.naming import brand
from gongjian.demo.rows.returns import ABOVE_ROW, SLIP_ROW, UNEVEN_ROW, YEARLY
from gongjian.demo.rows.rights import RIGHT, right_number
from gongjian.demo.rows.shapes import ProofStory, RowStory
from gongjian.demo.rows.sheets import Sheet

READY, CHANCE, NEAR, RAW = "ready", "chance", "near", "raw"
"""How a firm of the pool stands: all there; points that may or may not suffice; one figure short; as it came."""
_STANDS = (READY, CHANCE, READY, NEAR, READY, RAW, CHANCE, READY)
_ADVISERS = (
    ("言伯川", "江澜科技大学"),
    ("钟以南", "北屿理工学院"),
    ("骆青禾", "沧屿技术转移中心"),
    ("闻道之", "云海科技创新局"),
)
_PARTS = ("送料", "张力控制", "视觉定位", "温控", "减振", "密封", "涂层", "热处理", "除尘", "夹持", "校准", "分选", "测温", "纠偏",
          "润滑", "冷却")  # fmt: skip
_FIRST_NUMBER = 12_000
_PLANTED = {*DUPLICATE_ROWS, SLIP_ROW, ABOVE_ROW, UNEVEN_ROW}
"""Rows with a fault of their own, which stay as they are."""
JUNE = date(2025, 6, 17)
"""When the science bureau took in what had been forgotten: some firms cross the line by it."""


def stands(firms: Sequence[EnterpriseCast], stories: Sequence[RowStory]) -> dict[int, str]:
    """The rows of the firms of the pool of 2025 that are in operation, each with how it stands."""
    place = {firm.credit_code: row for row, firm in enumerate(firms)}
    pool = [story for story in stories if story.register == "high-tech" and story.values["year"] == 2025]
    rows = [place[str(story.values["enterprise"])] for story in pool]
    kept = [row for row in rows if firms[row].status == "存续" and row not in _PLANTED]
    return {row: _STANDS[turn % len(_STANDS)] for turn, row in enumerate(kept)}


def prepare(
    sheets: Sequence[Sheet], firms: Sequence[EnterpriseCast], found: dict[int, str], *, random: Random
) -> list[Sheet]:
    """The sheets of yearly returns with those of the pool's firms complete; a firm that stands RAW stays as it is."""
    years = {year: {row[0]: row for row in sheet.rows} for year, sheet in zip(SALES_YEARS, sheets, strict=True)}
    for row, stand in found.items():
        if stand == RAW:
            continue
        firm = firms[row]
        known = [one for one in firm.sales if one]
        shape = _Shape(firm, stand, random)
        for place, year in enumerate(SALES_YEARS):
            sales = firm.sales[place] or round((known[0] if known else 900) * 1.08**place)
            there = years[year].get(row + 1) or _blank(row, year, sales)
            years[year][row + 1] = shape.complete(there, sales, place, random)
    return [
        Sheet(
            register=sheet.register, title=sheet.title, unit=sheet.unit, on=sheet.on, names=sheet.names,
            rows=[years[year][number] for number in sorted(years[year])],  # type: ignore[type-var]
        )
        for year, sheet in zip(SALES_YEARS, sheets, strict=True)
    ]  # fmt: skip


class _Shape:
    """What stays alike in one firm's years."""

    def __init__(self, firm: EnterpriseCast, stand: str, random: Random) -> None:
        top = max(one or 0 for one in firm.sales) or 900
        self.staff = firm.staff or max(12, int(top**0.6))
        self.technicians, self.research = random.uniform(0.12, 0.3), random.uniform(0.053, 0.085)
        self.products = random.uniform(0.64, 0.93)
        if stand == NEAR:
            short = random.randrange(3)
            self.technicians = random.uniform(0.086, 0.0985) if short == 0 else self.technicians
            self.research = random.uniform(0.0265, 0.0295) if short == 1 else self.research
            self.products = random.uniform(0.55, 0.598) if short == 2 else self.products
        self.assets = top * random.uniform(0.4, 0.9)
        self.growth = random.uniform(1.36, 1.5) if stand == READY else random.uniform(1.06, 1.2)
        self.debts = random.uniform(0.2, 1.1)

    def complete(self, there: Sequence[object], sales: int, place: int, random: Random) -> list[object]:
        """The return of one year with nothing missing that the criteria of high-tech firms ask for."""
        staff = max(8.0, self.staff * 1.04 ** (place - 2))
        technicians = staff * self.technicians
        research, income = sales * self.research, sales * random.uniform(1.0, 1.02)
        net, owed = (round(self.assets * self.growth**place * size, 2) for size in (1, self.debts))
        values = {
            "sales": sales, "rd_total": research, "rd_domestic": research * random.uniform(0.8, 1.0),
            "rd_other": research * random.uniform(0.01, 0.19), "rd_expense": research * random.uniform(0.9, 1.1),
            "total_assets": net + owed, "total_liabilities": owed, "net_assets_end": net,
        }  # fmt: skip
        if place == len(SALES_YEARS) - 1:
            values |= {"staff_avg": staff, "tech_staff_avg": technicians}
            values |= {"total_income": income, "hightech_income": income * self.products}
        found = list(there)
        for name, value in values.items():
            found[YEARLY.index(name)] = f"{value:.2f}"
        return found


def _blank(row: int, year: int, sales: int) -> list[object]:
    """The return of a year that had not been handed in."""
    given = {
        "enterprise_id": row + 1,
        "year": year,
        "source": "企业自报",
        "taken_on": date(year + 1, 5, 19),
        "cmmm_method": "",
    }
    return [given.get(name) for name in YEARLY]


def rights(firms: Sequence[EnterpriseCast], found: dict[int, str], *, random: Random) -> list[Sheet]:
    """The pool's patents and software, what was converted of them, and what was only taken in on 17 June."""
    owned: list[Sequence[object]] = []
    turned: list[Sequence[object]] = []
    late: list[Sequence[object]] = []
    for turn, (row, stand) in enumerate(found.items()):
        if stand == RAW and turn % 3:
            continue
        firm = firms[row]
        kinds = ["invention"] * (1 if stand == CHANCE else random.choice((1, 1, 2))) + ["utility"] * random.randrange(
            2, 5
        )
        for kind in kinds:
            applied = date(2019, 1, 8) + timedelta(days=random.randrange(1100))
            number = _FIRST_NUMBER + len(owned)
            owned.append(
                (
                    row + 1, f"一种{brand(firm.name)}{_PARTS[len(owned) % len(_PARTS)]}装置{number}号",
                    right_number(kind, applied.year, number), kind, "valid", applied,
                    applied + timedelta(days=800 if kind == "invention" else 240),
                    date(applied.year + (20 if kind == "invention" else 10), applied.month, min(applied.day, 28)),
                    "self", 1, True, False, None, None, None,
                )
            )  # fmt: skip
        many = {READY: random.randrange(15, 19), CHANCE: random.randrange(12, 15), NEAR: random.randrange(12, 18)}
        names = [f"{brand(firm.name)}{_PARTS[n % len(_PARTS)]}工艺成果{n + 1}" for n in range(many.get(stand, 4))]
        rows = [(row + 1, 2022 + n % 3, name, ("product", "process", "sample", "service")[n % 4], None)
                for n, name in enumerate(names)]  # fmt: skip
        is_late = stand == READY and turn % 16 == 0
        turned += rows[:-6] if is_late else rows
        late += rows[-6:] if is_late else []
    names_of = ("enterprise_id", "year", "name", "outcome", "right_id")
    return [
        Sheet(register="intellectual-property", title="高企培育库知识产权清单(2025年2月)", unit=SCIENCE,
              on=date(2025, 2, 24), names=RIGHT, rows=owned),
        Sheet(register="conversion", title="高企培育库成果转化清单(2022—2024年)", unit=SCIENCE, on=date(2025, 2, 25),
              names=names_of, rows=turned),
        Sheet(register="conversion", title="成果转化补录(2025年6月)", unit=SCIENCE, on=JUNE, names=names_of, rows=late),
    ]  # fmt: skip


def assessments(firms: Sequence[EnterpriseCast]) -> Sheet:
    """认定事项 of 18 larger makers: what experts found on the way to platforms and smart factories."""
    makers = [row for row, firm in enumerate(firms) if firm.is_above_scale and firm.status == "存续"][2:146:8]
    items = ("has_innovation_mechanism", "site_is_separate", "has_research_leader", "finance_is_sound", "rated_basic")
    rows = [
        (row + 1, item, (turn + place) % 5 != 0, date(2025, 3, 3) + timedelta(days=turn), *_ADVISERS[turn % 4])
        for turn, row in enumerate(makers)
        for place, item in enumerate(items[turn % 2 : turn % 2 + 4])
    ]
    return Sheet(
        register="assessment", title="企业认定事项(2025年3月)", unit=SCIENCE, on=date(2025, 3, 28),
        names=("enterprise_id", "item", "answer", "assessed_on", "adviser", "employer"), rows=rows,
    )  # fmt: skip


def diagnoses(firms: Sequence[EnterpriseCast], stories: Sequence[RowStory], *, random: Random) -> list[RowStory]:
    """One diagnosis of every firm of the pool that reached 问诊完成, and a second look at some in June."""
    found = stands(firms, stories)
    place = {firm.credit_code: row for row, firm in enumerate(firms)}
    rows = []
    for turn, story in enumerate(stories):
        if story.register != "high-tech" or story.values["year"] != 2025 or not story.reached("DIAGNOSED"):
            continue
        firm = firms[place[str(story.values["enterprise"])]]
        stand = found.get(place[firm.credit_code], RAW)
        on = next(move.happened_on for move in story.moves if move.stage == "DIAGNOSED")
        adviser = _ADVISERS[turn % len(_ADVISERS)]
        rows.append(_diagnosis(firm, stand, on, adviser, random))
        if stand == CHANCE and turn % 4 == 0:
            rows.append(_diagnosis(firm, READY, JUNE - timedelta(days=turn % 9), adviser, random, is_second=True))
    return rows


def _diagnosis(
    firm: EnterpriseCast, stand: str, on: date, adviser: tuple[str, str], random: Random, *, is_second: bool = False
) -> RowStory:
    is_strong = stand in (READY, NEAR)
    values: dict[str, object] = {
        "enterprise": firm.credit_code,
        "graded_on": on,
        "adviser": adviser[0],
        "employer": adviser[1],
        "tech_field_confirmed": True,
        "tech_field_code": "",
        "is_resident": True,
        "not_prohibited": True,
        "ip_advance": "A" if is_strong else "B",
        "ip_support": "A" if is_strong else random.choice(("B", "C")),
        "opinion": "复诊:制度和转化材料已补齐" if is_second else "" if is_strong else "请补充研发辅助账和成果转化证明",
    }
    for name, most in (("mgmt_a", 6), ("mgmt_b", 6), ("mgmt_c", 4), ("mgmt_d", 4)):
        low = most if is_strong else most - 1 - random.randrange(2)
        values |= {f"{name}_low": low, f"{name}_high": low if is_strong else min(most, low + 1)}
    proof = ProofStory(part="record", name=f"{brand(firm.name)}问诊记录({on:%Y%m%d}).pdf", uploaded_on=on)
    return RowStory(
        register="diagnosis",
        values=values,
        unit=SCIENCE,
        recorded_on=on,
        proofs=(proof,) if random.random() < 0.85 else (),
    )
