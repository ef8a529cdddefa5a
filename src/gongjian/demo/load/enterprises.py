"""The demo's 企业 register: imported month by month as the market regulator lists new, closed and revoked firms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from gongjian.demo.cast import MARKET
from gongjian.demo.firms import EnterpriseCast
from gongjian.demo.load.moments import OPENED_ON, moment, office_day
from gongjian.demo.load.people import People
from gongjian.demo.story import AS_OF
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people import acts
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers.entry import writing
from gongjian.kernel.registers.models import Batch

BATCH = 2000
_STATUS = {"存续": Enterprise.Status.ACTIVE, "注销": Enterprise.Status.CANCELLED, "吊销": Enterprise.Status.REVOKED}


def load_enterprises(firms: Sequence[EnterpriseCast], *, people: People) -> dict[str, Enterprise]:
    """Write all firms with their history and import batches; returns them by credit code.

    Every firm enters as it was when listed; those that closed later change with the import that says so.
    """
    by = people.desk(MARKET)
    rows, closed = [], []
    for firm in firms:
        known_at = _listed_at(firm.established_on)
        closed_at = _listed_at(firm.status_on) if firm.status_on else known_at
        row = _row(firm, people=people, at=known_at)
        if closed_at > known_at:
            closed.append((row, closed_at, row.status))
            row.status = Enterprise.Status.ACTIVE
        rows.append(row)
    with writing():
        Enterprise.objects.bulk_create(rows, batch_size=BATCH)
        for at in sorted({row.recorded_at for row in rows}):
            _first_history(at, by=by)
        for row, _, status in closed:
            row.status, row.revision = status, 2
        Enterprise.objects.bulk_update([row for row, *_ in closed], ["status", "revision"], batch_size=200)
    _later_history([(row, at) for row, at, _ in closed], by=by)
    created, changed = Counter(row.recorded_at for row in rows), Counter(at for _, at, _ in closed)
    for at in sorted({*created, *changed}):
        batch = Batch.objects.create(
            register=Enterprise.register.name, by=by, at=at, created=created[at], changed=changed[at]
        )
        acts.record(verb="register.imported", thing=batch, by=by, at=at, note=f"企业:{_reason(at)}")
    return {row.credit_code: row for row in rows}


def _row(firm: EnterpriseCast, *, people: People, at: datetime) -> Enterprise:
    return Enterprise(
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
        unit=people.units[MARKET],
        recorded_at=at,
    )


def _listed_at(day: date) -> datetime:
    """When the import of the month after `day` was made; the first one took in all that was there."""
    if day < OPENED_ON:
        return moment(office_day(OPENED_ON + timedelta(days=2), last=AS_OF), 10)
    month = day.replace(day=1) + timedelta(days=32)
    return moment(office_day(month.replace(day=5), last=AS_OF), 10)


def _reason(at: datetime) -> str:
    return f"导入 市场主体登记信息({at:%Y年%m月}).xlsx"


def _first_history(at: datetime, *, by: Officer) -> None:
    """One history row for every firm of an import, in one statement: a hundred thousand take a second."""
    history: Any = Enterprise.history.model
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in Enterprise._meta.concrete_fields)
    own = ", ".join(
        quote(history._meta.get_field(name).column)
        for name in ("history_date", "history_type", "history_change_reason", "history_user")
    )
    moment_in = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(history._meta.db_table)} ({columns}, {own}) "
            f"SELECT {columns}, {quote('recorded_at')}, %s, %s, %s FROM {quote(Enterprise._meta.db_table)} "
            f"WHERE {quote('recorded_at')} = %s ORDER BY id",
            ["+", _reason(at), by.pk, moment_in],
        )


def _later_history(closed: Sequence[tuple[Enterprise, datetime]], *, by: Officer) -> None:
    history: Any = Enterprise.history.model
    names = [field.attname for field in Enterprise._meta.concrete_fields]
    history._default_manager.bulk_create(
        (
            history(
                **{name: getattr(row, name) for name in names},
                history_date=at,
                history_type="~",
                history_change_reason=_reason(at),
                history_user=by,
            )
            for row, at in sorted(closed, key=lambda pair: pair[1])
        ),
        batch_size=BATCH,
    )
