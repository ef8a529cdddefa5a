"""The demo's 企业 register: imported month by month as the market regulator lists new, closed and revoked firms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from gongjian.demo.cast import MARKET
from gongjian.demo.firms import EnterpriseCast
from gongjian.demo.load.moments import OPENED_ON, moment, office_day
from gongjian.demo.load.people import People
from gongjian.demo.story import AS_OF
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people import acts
from gongjian.kernel.registers.entry import writing
from gongjian.kernel.registers.models import ImportBatch

BATCH = 2000
_STATUS = {"存续": Enterprise.Status.ACTIVE, "注销": Enterprise.Status.CANCELLED, "吊销": Enterprise.Status.REVOKED}


def load_enterprises(firms: Sequence[EnterpriseCast], *, people: People) -> dict[str, Enterprise]:
    """Write all firms with their history and import batches; returns them by credit code."""
    unit, by = people.units[MARKET], people.desk(MARKET)
    batches: Counter[tuple[datetime, str]] = Counter()
    rows, first, second = [], [], []
    for firm in firms:
        known_at = _listed_at(firm.established_on)
        closed_at = _listed_at(firm.status_on) if firm.status_on else None
        is_closed_later = closed_at is not None and closed_at > known_at
        row = Enterprise(
            credit_code=firm.credit_code,
            name=firm.name,
            industry=firm.industry,
            status=_STATUS[firm.status],
            is_above_scale=firm.is_above_scale,
            above_scale_since=firm.above_scale_on,
            established_on=firm.established_on,
            registered_capital=None if firm.capital is None else Decimal(firm.capital),
            staff=firm.staff,
            address=firm.address or "",
            contact=firm.contact or "",
            phone=firm.phone or "",
            unit=unit,
            recorded_at=known_at,
            revision=2 if is_closed_later else 1,
        )
        rows.append(row)
        before = {"status": Enterprise.Status.ACTIVE, "revision": 1} if is_closed_later else {}
        first.append((row, known_at, "+", before))
        batches[known_at, "created"] += 1
        if is_closed_later and closed_at is not None:
            second.append((row, closed_at, "~", {}))
            batches[closed_at, "changed"] += 1
    with writing():
        Enterprise.objects.bulk_create(rows, batch_size=BATCH)
    names = [field.attname for field in Enterprise._meta.concrete_fields]
    history: Any = Enterprise.history.model._default_manager
    written = [*first, *second]
    for start in range(0, len(written), BATCH):
        history.bulk_create(
            history.model(
                **{**{name: getattr(row, name) for name in names}, **before},
                history_date=at,
                history_type=sort,
                history_user=by,
                history_change_reason=f"导入 {_file_name(at)}",
            )
            for row, at, sort, before in written[start : start + BATCH]
        )
    _save_batches(batches, people=people)
    return {row.credit_code: row for row in rows}


def _listed_at(day: date) -> datetime:
    """When the import of the month after `day` was made; the first one took in all that was there."""
    if day < OPENED_ON:
        return moment(office_day(OPENED_ON + timedelta(days=2), last=AS_OF), 10)
    month = day.replace(day=1) + timedelta(days=32)
    return moment(office_day(month.replace(day=5), last=AS_OF), 10)


def _file_name(at: datetime) -> str:
    return f"市场主体登记信息({at:%Y年%m月}).xlsx"


def _save_batches(batches: Counter[tuple[datetime, str]], *, people: People) -> None:
    by = people.desk(MARKET)
    for at in sorted({at for at, _ in batches}):
        batch = ImportBatch.objects.create(
            register=Enterprise.register.name,
            by=by,
            at=at,
            created=batches[at, "created"],
            changed=batches[at, "changed"],
        )
        acts.record(verb="register.imported", thing=batch, by=by, at=at, note=f"企业:导入 {_file_name(at)}")
