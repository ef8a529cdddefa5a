"""The synthetic zone 云海经济开发区: built from a seed in one transaction, never beside real data."""

from __future__ import annotations

import time
from datetime import date

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from gongjian.demo.firms import stream
from gongjian.demo.load.enterprises import load_enterprises
from gongjian.demo.load.moments import OPENED_ON, moment, workdays_after
from gongjian.demo.load.people import accounts, load_people
from gongjian.demo.load.plan import load_plan, steer, store_month_ends
from gongjian.demo.load.policies import load_policies
from gongjian.demo.load.registers import load_rows
from gongjian.demo.load.reports import load_reports
from gongjian.demo.load.sheets import Sheets
from gongjian.demo.load.verdicts import keep_verdicts
from gongjian.demo.rows import rows, sheets
from gongjian.demo.story import AS_OF
from gongjian.demo.story.shapes import month_end
from gongjian.drives.innovation.policy_files import home_file
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import acts
from gongjian.kernel.people.directory import SYSTEM
from gongjian.kernel.people.models import Act, Officer, Unit, Zone
from gongjian.kernel.plan.models import Plan
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.tables import survey

__all__ = ["accounts", "build"]

BULLETIN_WORKDAYS = 7
"""A month's bulletin is drawn up on the seventh working day after the month's end."""

STORY = 1200
"""The first firms, of whom the plan's story speaks, whatever the size of the zone."""
_SIZE, _SEED = "企业数", "随机种子"


def build(*, enterprises: int = 1200, seed: int = 2025, rebuild: bool = False) -> str:
    """Build the demo zone, or find it there; returns a Chinese sentence on what was done.

    Refused, with nothing changed: a database with data of a real zone (`demo.real`), a demo of another size or seed
    unless `rebuild` (`demo.other`), too few enterprises (`demo.too_small`).
    """
    started = time.monotonic()
    zone = Zone.objects.first()
    if _has_data() if zone is None else not zone.is_synthetic:
        name = f"“{zone.name}”" if zone else "真实数据"
        raise Refusal(
            "demo.real", f"这个数据库里已经有{name},不能建立演示园区", "请另设一个空的 GONGJIAN_HOME 目录后重新运行"
        )
    if zone is not None and not rebuild:
        there = _parameters()
        if there != (enterprises, seed):
            raise Refusal(
                "demo.other",
                f"演示园区已经建立,企业数{there[0]}、种子{there[1]},与本次要求的{enterprises}、{seed}不同",
                "请加上 --rebuild 重建(原演示数据会被清除),或去掉参数使用现有的演示园区",
            )
        return f"演示园区“{zone.name}”已经建立({enterprises}家企业,种子{seed}),数据停在{AS_OF}。"
    told = list(stream(min(enterprises, STORY), seed))
    stories = rows(told, seed=seed)
    with transaction.atomic():
        _clear()
        people = load_people(seed=seed)
        changes = {_SIZE: (None, enterprises), _SEED: (None, seed)}
        acts.record(verb="zone.created", thing=people.zone, by=None, at=moment(OPENED_ON), changes=changes)
        imported = Sheets(people)
        load_enterprises(stream(enterprises, seed), people=people, sheets=imported, seed=seed, told=len(told))
        imported.load(sheets(told, stories, seed=seed))
        imported.close()
        load_rows(stories, people=people, enterprises=Enterprise.objects.in_bulk(range(1, len(told) + 1)))
        plan, commitments = load_plan(people=people)
        load_reports(commitments, people=people)
        steer(commitments, people=people)
        store_month_ends(
            plan, {day: moment(workdays_after(day, BULLETIN_WORKDAYS, last=AS_OF)) for day in _past_month_ends()}
        )
    load_policies(home_file())
    survey()
    keep_verdicts()
    count = sum(register.model._default_manager.count() for register in REGISTERS.values())
    return (
        f"已建立演示园区“{people.zone.name}”:{len(people.units)}个单位、{len(people.officers)}名人员、"
        f"{len(commitments)}项承诺、台账{count}条(其中企业{enterprises}家),数据停在{AS_OF},"
        f"用时{time.monotonic() - started:.1f}秒。"
    )


def _past_month_ends() -> list[date]:
    return [month_end(month) for month in range(1, AS_OF.month)]


def _has_data() -> bool:
    """Whether anything but the command line's own account is in a database without a zone."""
    return (
        Officer.objects.exclude(username=SYSTEM).exists()
        or Unit.objects.exists()
        or Plan.objects.exists()
        or any(register.model._default_manager.exists() for register in REGISTERS.values())
    )


def _parameters() -> tuple[int, int]:
    """Size and seed of the demo zone that is there; (0, 0) when its log does not say."""
    created = Act.objects.filter(verb="zone.created").order_by("id").first()
    changes = created.changes if created else {}
    return tuple(int(changes.get(key, [None, 0])[1]) for key in (_SIZE, _SEED))  # type: ignore[return-value]


def _clear() -> None:
    """Empty every table, sessions and failed logins too, and number rows from 1 again: same seed, same links.

    Called only where a synthetic zone stands or nobody has put in anything yet.
    """
    tables = [
        model._meta.db_table
        for label in ("kernel", "zone", "sessions", "axes")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    statements = connection.ops.sql_flush(no_style(), sorted(set(tables)), reset_sequences=True)
    connection.ops.execute_sql_flush(statements)
