"""The demo's 企业 register: imported month by month as the market regulator lists new, closed and revoked firms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from random import Random

from gongjian.demo.cast import MARKET
from gongjian.demo.facts import facts_of
from gongjian.demo.firms import EnterpriseCast
from gongjian.demo.load.moments import OPENED_ON, moment, office_day
from gongjian.demo.load.people import People
from gongjian.demo.load.pour import Tank
from gongjian.demo.load.sheets import Sheets
from gongjian.demo.rows.returns import last_year, yearly_sheet
from gongjian.demo.story import AS_OF
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people import acts
from gongjian.kernel.registers.models import Batch

PIECE = 5000
"""So many firms are in memory at a time."""
RETURNING = 5
"""Every fifth firm outside the plan's story has handed in a return of last year."""
MISCODED_ROW = 88
"""The firm whose industry code lies in another division than its industry."""
NAMES = (
    "credit_code", "name", "status", "closed_on", "former_names", "industry", "industry_code", "is_above_scale",
    "above_scale_since", "established_on", "registered_capital", "staff", "address", "contact", "phone", "park",
    "legal_representative", "size", "longitude", "latitude", "listing_state", "listing_board", "stock_code",
    "listed_on", "leading_product", "segment_since", "is_strategic", "is_key_chain", "tech_field_code", "is_abnormal",
    "abnormal_since", "is_dishonest", "dishonest_since",
)  # fmt: skip
_STATUS = {"存续": "active", "注销": "cancelled", "吊销": "revoked"}


def load_enterprises(firms: Iterable[EnterpriseCast], *, people: People, sheets: Sheets, seed: int, told: int) -> None:
    """Write all firms with their history and import batches; the firm in row r gets the number r + 1.

    Every firm enters as it was when listed; those that closed later change with the import that says so. Of the firms
    after the first `told`, of whom the plan's story speaks, every fifth has handed in its last annual return.
    """
    by, unit = people.desk(MARKET), people.units[MARKET]
    tank = Tank(Enterprise, NAMES)
    moments = _imports()
    reasons = {at: f"导入 市场主体登记信息({at:%Y年%m月}).xlsx" for at in moments}
    batches = {
        at: Batch.objects.create(register=Enterprise.register.name, by=by, at=at, finished_at=at) for at in moments
    }
    dice, more = Random(f"facts-{seed}"), Random(f"returns-{seed}")
    row = 0
    for piece in _pieces(firms):
        listed = [_listed_at(firm.established_on) for firm in piece]
        closed = [_listed_at(firm.status_on) if firm.status_on else None for firm in piece]
        changes: list[tuple[int, dict[str, object], datetime]] = []
        rows: list[Sequence[object]] = []
        for place, (firm, known_at, closed_at) in enumerate(zip(piece, listed, closed, strict=True)):
            is_later = closed_at is not None and closed_at > known_at
            rows.append(_values(firm, row + place, dice, is_open=is_later))
            batches[known_at].created += 1
            if closed_at is not None and is_later:
                changes.append(
                    (row + place + 1, {"status": _STATUS[firm.status], "closed_on": firm.status_on}, closed_at)
                )
                batches[closed_at].changed += 1
        first, last = tank.pour(rows, unit=unit.pk, at=listed)
        present = {at: batches[at] for at in sorted(set(listed))}
        tank.remember(first, last, batches=present, by=by, reasons=reasons)
        tank.amend(sorted(changes, key=lambda change: change[2]), batches=batches, by=by, reasons=reasons)
        late = ((row + place, firm) for place, firm in enumerate(piece) if row + place >= told)
        found = [last_year(firm, row=number, random=more) for number, firm in late if number % RETURNING == 0]
        sheets.add(yearly_sheet(AS_OF.year - 1, [values for values in found if values is not None]))
        row += len(piece)
    for at, batch in batches.items():
        batch.save()
        acts.record(verb="register.imported", thing=batch, by=by, at=at, note=f"企业:{reasons[at]}")
    tank.close()


def _values(firm: EnterpriseCast, row: int, dice: Random, *, is_open: bool) -> tuple[object, ...]:
    """The firm's columns in the order of `NAMES`; `is_open`: as it was before it closed."""
    facts = facts_of(firm, row=row, random=dice)
    state, board, stock_code, listed_on = facts.listing
    return (
        firm.credit_code,
        firm.name,
        "active" if is_open else _STATUS[firm.status],
        None if is_open else firm.status_on,
        facts.former_names,
        firm.industry,
        "6510" if row == MISCODED_ROW else firm.industry_code,
        firm.is_above_scale,
        firm.above_scale_on,
        firm.established_on,
        firm.capital,
        firm.staff,
        firm.address or "",
        firm.contact or "",
        firm.phone or "",
        firm.site,
        facts.legal_representative,
        facts.size,
        facts.longitude,
        facts.latitude,
        state,
        board,
        stock_code,
        listed_on,
        facts.leading_product,
        facts.segment_since,
        facts.is_strategic,
        facts.is_key_chain,
        facts.tech_field_code,
        facts.is_abnormal,
        facts.abnormal_since,
        facts.is_dishonest,
        facts.dishonest_since,
    )


def _pieces(firms: Iterable[EnterpriseCast]) -> Iterator[list[EnterpriseCast]]:
    left = iter(firms)
    while piece := list(islice(left, PIECE)):
        yield piece


def _imports() -> list[datetime]:
    """The moments of all imports: the first one, then one a month."""
    months = [date(n // 12, n % 12 + 1, 1) for n in range(OPENED_ON.year * 12, AS_OF.year * 12 + AS_OF.month)]
    return sorted({_listed_at(OPENED_ON - timedelta(days=1)), *map(_listed_at, [OPENED_ON, *months[1:]])})


@cache
def _listed_at(day: date) -> datetime:
    """When the import of the month after `day` was made; the first one took in all that was there."""
    if day < OPENED_ON:
        return moment(office_day(OPENED_ON + timedelta(days=2), last=AS_OF), 10)
    month = day.replace(day=1) + timedelta(days=32)
    return moment(office_day(month.replace(day=5), last=AS_OF), 10)
