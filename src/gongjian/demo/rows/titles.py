"""资质认定与智能制造场景: certificates of the invented firms; 高企 those that the applications of 2023 and 2024 won."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from gongjian.demo.cast import ECONOMY, SCIENCE
from gongjian.demo.facts import ABNORMAL_ROW
from gongjian.demo.firms import MISSING_SHARE, EnterpriseCast
from gongjian.demo.rows.shapes import RowStory
from gongjian.demo.rows.sheets import Sheet

NAMES = (
    "enterprise_id", "kind", "level", "grade", "number", "issuer", "valid_from", "valid_to", "is_recheck",
    "reports_missed", "withdrawn_on",
)  # fmt: skip
MISSED_ROW = 2
"""The firm whose certificate of 2022 has missed two annual reports and is still listed as valid."""
_PLATFORMS = {"technology": "technology-centre", "engineering": "engineering-research"}


def recognised(stories: Sequence[RowStory]) -> dict[str, date]:
    """Credit code -> the day its application was recognised."""
    found = {}
    for story in stories:
        for move in story.moves if story.register == "high-tech" else ():
            if move.stage == "RECOGNISED":
                found[str(story.values["enterprise"])] = move.happened_on
    return found


def titles(firms: Sequence[EnterpriseCast], *, stories: Sequence[RowStory], random: Random) -> list[Sheet]:
    """Two sheets: the titles of science and those of industry."""
    place = {firm.credit_code: row for row, firm in enumerate(firms)}
    held = {place[code]: day for code, day in recognised(stories).items()}
    for row in (*range(6), ABNORMAL_ROW):
        held.setdefault(row, date(2022 + row % 3, 11, 6 + row % 20))
    held[MISSED_ROW] = date(2022, 11, 18)
    science = [_high_tech(row, day, random) for row, day in sorted(held.items())]
    small = [row for row, firm in enumerate(firms) if firm.status == "存续" and (firm.sales[-1] or 10**6) < 20_000]
    science += [
        _title(row, "sti-sme", date(2025, 5, 14) + timedelta(days=row % 30), years=1, number=f"2025998{row:011d}")
        for row in small[::7][:120]
    ]
    science += [_title(row, "innovative-sme", date(2023 + row % 2, 7, 12), years=3) for row in small[1::11][:60]]
    science += list(_platforms(stories, place))
    science += [_title(row, "ip-advantage", date(2023, 10, 9), level="national", years=3) for row in (0, 2)]
    return [
        Sheet(register="recognition", title="科技类资质清单", unit=SCIENCE, on=date(2025, 6, 16), names=NAMES, rows=science),
        Sheet(
            register="recognition", title="工信类资质清单", unit=ECONOMY, on=date(2025, 6, 17), names=NAMES,
            rows=list(_industrial(firms)),
        ),
    ]  # fmt: skip


def scenes(firms: Sequence[EnterpriseCast], *, random: Random) -> list[Sheet]:
    """Scenes of twelve firms: three of them run 14 to 16, about the fifteen that an advanced factory needs."""
    makers = [row for row, firm in enumerate(firms) if firm.is_above_scale and firm.status == "存续"][:12]
    segments = ("生产作业", "生产管理", "运营管理", "产品设计")
    found = []
    for place, row in enumerate(makers):
        for number in range((14, 15, 16)[place] if place < 3 else random.randrange(3, 11)):
            segment = segments[number % (4 if place % 2 else 3)]
            since = date(2023, 1 + number % 12, 15) if random.random() >= MISSING_SHARE else None
            found.append((row + 1, f"C{number + 1:02d}", segment, f"{segment}场景{number + 1}", since))
    names = ("enterprise_id", "code", "segment", "name", "running_since")
    return [
        Sheet(register="scene", title="智能制造场景清单", unit=ECONOMY, on=date(2025, 6, 17), names=names, rows=found)
    ]


def _high_tech(row: int, day: date, random: Random) -> tuple[object, ...]:
    missed = 2 if row == MISSED_ROW else random.choice((0, 0, 0, 0, 1)) if random.random() >= MISSING_SHARE else None
    return _title(
        row, "hte", day, years=3, number=f"GR{day.year}99{row:06d}", missed=missed, recheck=random.random() < 0.4
    )


def _platforms(stories: Sequence[RowStory], place: dict[str, int]) -> Iterator[tuple[object, ...]]:
    """A city centre of a year before, and the provincial one that the platform register shows as selected."""
    for story in stories:
        if story.register != "platform":
            continue
        row = place[str(story.values["enterprise"])]
        kind = _PLATFORMS[str(story.values["sort"])]
        if kind == "technology-centre":
            yield _title(row, kind, date(2023, 6, 30) + timedelta(days=40 * (row % 12)), level="municipal")
        for move in story.moves:
            if move.stage == "SELECTED":
                yield _title(row, kind, move.happened_on, level="provincial")


def _industrial(firms: Sequence[EnterpriseCast]) -> Iterator[tuple[object, ...]]:
    makers = [row for row, firm in enumerate(firms) if firm.is_above_scale and firm.status == "存续"]
    for row in makers[::4][:40]:
        yield _title(row, "zjtx", date(2022 + row % 3, 12, 8), years=3, recheck=row % 5 == 0)
    for row in makers[::19][:6]:
        yield _title(row, "little-giant", date(2023, 7, 14), years=3, level="national")
    for place, row in enumerate(makers[2::8][:26]):
        yield _title(row, "smart-factory", date(2024, 9, 20), grade="advanced" if place % 4 == 0 else "basic")
    for place, row in enumerate(makers[5::9][:15]):
        yield _title(row, "cloud", date(2024, 4, 1 + place), grade=("star-3", "star-4", "star-5")[place % 3])
    for place, row in enumerate(makers[1::30][:5]):
        yield _title(row, "chain", date(2024, 12, 20), grade=("recommended", "pool", "key")[place % 3])
    yield _title(makers[0], "benchmark-factory", date(2023, 2, 17), level="provincial")


def _title(
    row: int,
    kind: str,
    day: date,
    *,
    years: int = 0,
    level: str = "",
    grade: str = "",
    number: str = "",
    missed: int | None = None,
    recheck: bool | None = None,
) -> tuple[object, ...]:
    until = date(day.year + years, day.month, min(day.day, 28)) - timedelta(days=1) if years else None
    return (row + 1, kind, level, grade, number, "", day, until, recheck, missed, None)
