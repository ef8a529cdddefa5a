"""A million enterprises with their history, written by the database itself; kept between runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management import call_command
from django.db import connection, models

AT = datetime(2025, 6, 30, 8, 0, tzinfo=UTC)
PLACES = "云海青禾澜江恒泰中联华远金盛博创鼎新瑞丰长宏天启凌云海纳卓越启明远航万象百川"
SIGNS = (
    "一丁七万三上下东丰临久之乐九云京人仁今介代任优伟会佳信俊保修健元光兆先全公兴冠凯利力华卓南博友同吉和品嘉国圣坤城堂"
)
TRADES = "锂电精密电子机械化工生物医药食品纺织建材能源芯片光电环保智能信息物流装备汽车材料"
KINDS = ("科技有限公司", "制造有限公司", "股份有限公司", "有限责任公司", "(云海)有限公司")
INDUSTRIES = (
    "通用设备制造业",
    "专用设备制造业",
    "医药制造业",
    "纺织业",
    "食品制造业",
    "仓储业",
    "软件和信息技术服务业",
    "批发业",
)
UNITS = 12
FRESH = 1000
"""The last enterprises have changed once more since."""


def build(*, rows: int) -> Any:
    """Migrate, write units, officers and `rows` enterprises unless they are there; returns the officer who reads."""
    from gongjian.ground.enterprises import Enterprise
    from gongjian.kernel.people.models import Officer, Role, Unit, Zone
    from gongjian.kernel.tables import survey

    call_command("migrate", interactive=False, verbosity=0)
    if Enterprise.objects.order_by("-pk").values_list("pk", flat=True).first() == rows:
        return Officer.objects.get(username="kan")
    Zone.objects.create(pk=1, name="云海开发区")
    units = [Unit.objects.create(name=f"第{n}局", order=n) for n in range(1, UNITS + 1)]
    reader = Officer.objects.create(
        username="kan", name="查看", role=Role.SUPERVISOR, unit=units[0], must_change_password=False
    )
    _insert(Enterprise, _enterprises(), rows)
    history = Enterprise.history.model
    names = [f.column for f in Enterprise._meta.concrete_fields]
    extra = {"history_date": f"'{AT:%Y-%m-%d %H:%M:%S}'", "history_type": "'+'", "history_user_id": str(reader.pk)}
    _copy(history, Enterprise, names, extra, "")
    later = {**extra, "history_date": "'2025-07-31 08:00:00'", "history_type": "'~'"}
    _copy(history, Enterprise, names, later, f"WHERE id % {rows // FRESH} = 0")
    survey()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return reader


def _enterprises() -> dict[str, str]:
    """Expressions over a number n, by column."""

    def dice(seed: int) -> str:
        return f"(n * {seed * 2654435761} % 4294967296 / 8192)"

    def pick(text: str, seed: int, width: int) -> str:
        return f"substr('{text}', CAST({width} * ({dice(seed)} % {len(text) // width}) + 1 AS integer), {width})"

    def choose(values: tuple[str, ...], seed: int) -> str:
        cases = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(values))
        return f"CASE {dice(seed)} % {len(values)} {cases} END"

    sign = [
        f"substr('{SIGNS}', CAST(n / {len(SIGNS) ** power} % {len(SIGNS)} + 1 AS integer), 1)" for power in range(4)
    ]
    name = " || ".join((pick(PLACES, 3, 2), *sign, pick(TRADES, 5, 2), choose(KINDS, 7)))
    day = f"substr('2001-01-152003-04-302009-09-012015-12-312019-06-302024-02-29', CAST(10 * ({dice(11)} % 6) + 1 AS integer), 10)"
    is_pg = connection.vendor != "sqlite"
    truth = ("true", "false") if is_pg else ("1", "0")
    return {
        "credit_code": "'91320800MA' || substr('0000000' || n, length('0000000' || n) - 6, 7) || 'X'",
        "name": name,
        "industry": f"CASE WHEN {dice(13)} % 7 = 0 THEN '' ELSE {choose(INDUSTRIES, 17)} END",
        "status": f"CASE {dice(19)} % 20 WHEN 0 THEN 'cancelled' WHEN 1 THEN 'revoked' ELSE 'active' END",
        "size": choose(("micro", "small", "small", "micro", "medium", "large", ""), 23),
        "park": choose(("东园", "西园", "南园", "北园", ""), 29),
        "listing_state": f"CASE WHEN {dice(31)} % 5000 = 0 THEN 'listed' ELSE '' END",
        "is_above_scale": f"CASE {dice(37)} % 11 WHEN 0 THEN NULL WHEN 1 THEN {truth[0]} ELSE {truth[1]} END",
        "established_on": f"CASE WHEN {dice(41)} % 9 = 0 THEN NULL ELSE {day}{'::date' if is_pg else ''} END",
        "registered_capital": f"CASE WHEN {dice(43)} % 13 = 0 THEN NULL ELSE {dice(47)} % 100000 END",
        "address": f"'云海路' || {dice(53)} % 900 || '号'",
        "unit_id": f"CASE WHEN {dice(59)} % 50 = 0 THEN NULL ELSE {dice(61)} % {UNITS} + 1 END",
        "phone": "'139' || substr('00000000' || n, length('00000000' || n) - 7, 8)",
    }


def _insert(model: type[models.Model], given: dict[str, str], rows: int) -> None:
    """One INSERT ... SELECT; what is not given takes its default."""
    quote = connection.ops.quote_name
    chosen = {f.column: given.get(f.column) or _default(f) for f in model._meta.concrete_fields if not f.primary_key}
    is_pg = connection.vendor != "sqlite"
    numbers = (
        f"SELECT generate_series(1, {rows})::bigint AS n"
        if is_pg
        else f"WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {rows}) SELECT n FROM counted"
    )
    columns, values = ", ".join(map(quote, chosen)), ", ".join(chosen.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) SELECT {values} FROM ({numbers}) AS numbers"
        )


def _copy(
    history: type[models.Model], model: type[models.Model], names: list[str], extra: dict[str, str], which: str
) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, [*names, *extra]))
    values = ", ".join([*map(quote, names), *extra.values()])
    source, target = quote(model._meta.db_table), quote(history._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {target} ({columns}) SELECT {values} FROM {source} {which}")


def _default(field: Any) -> str:
    if field.null:
        return "NULL"
    if field.has_default():
        value = field.get_default()
        return "'{}'" if value == {} else str(int(value)) if isinstance(value, int) else f"'{value}'"
    if isinstance(field, models.DateTimeField):
        return f"'{AT:%Y-%m-%d %H:%M:%S}'"
    return "0" if isinstance(field, models.IntegerField | models.DecimalField) else "''"
