"""The background worker: imports and exports as they come, yesterday's standings, verdicts, tidying up, search.

Jobs lie in a SQLite file under GONGJIAN_HOME. An import whose worker died is found at the next start and marked.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjian.settings")
django.setup()

from django.db import close_old_connections  # noqa: E402 - Django has to be set up first
from huey import crontab  # noqa: E402

from gongjian.drives.innovation import policies  # noqa: E402
from gongjian.kernel import clock  # noqa: E402
from gongjian.kernel.indicators.standing import store  # noqa: E402
from gongjian.kernel.plan.models import Plan  # noqa: E402
from gongjian.kernel.registers import search  # noqa: E402
from gongjian.kernel.rulebooks import keeping  # noqa: E402
from gongjian.kernel.tables import survey  # noqa: E402
from gongjian.surfaces.jobs import THREADS, be_the_worker, jobs  # noqa: E402
from gongjian.surfaces.sweeping import mark_interrupted, sweep  # noqa: E402
from gongjian.surfaces.web.criteria import prints  # noqa: E402
from gongjian.surfaces.web.page import today  # noqa: E402
from gongjian.surfaces.web.registers import exports, intake, large  # noqa: E402

__all__ = ["exports", "intake", "jobs", "keep_standings", "large", "main", "prints"]  # the modules bring jobs along

log = logging.getLogger("gongjian.worker")
LOOK_EVERY = 3
"""Seconds between two looks for rows that the search, or a verdict, does not know yet."""
AFTER_A_FAULT = 60
"""Seconds until the next look after one that went wrong."""


def keep_standings(*, day: date, at: datetime) -> int:
    """Store the standings as of `day` of every plan in force, as known at `at`; returns how many were stored."""
    in_force = Plan.objects.exclude(state__in=[Plan.State.REVIEW, Plan.State.SUPERSEDED])
    return sum(store(plan=plan, as_of=day, known_at=at) for plan in in_force if plan.since <= day <= plan.until)


@jobs.pre_execute()
def before(task: object) -> None:
    """A connection that died while the worker was idle is opened again."""
    close_old_connections()


@jobs.periodic_task(crontab(minute="30", hour="16"))  # 00:30 in China; huey counts in UTC
def nightly() -> None:
    """Yesterday's standings, kept for ever; all rulebooks over every subject as of the day that begins."""
    day = today() - timedelta(days=1)
    log.info("stored %d standings as of %s", keep_standings(day=day, at=clock.now()), day)
    log.info("kept %d new verdicts", keep_verdicts())


@jobs.periodic_task(crontab(minute="*"))
def minutely() -> None:
    """Imports that nobody is working on any more are marked."""
    mark_interrupted(at=clock.now())


@jobs.periodic_task(crontab(minute="20"))
def hourly() -> None:
    """The database looks at how its tables have grown."""
    survey()


@jobs.periodic_task(crontab(minute="10", hour="17"))  # 01:10 in China
def tidy() -> None:
    """What is kept for some days only goes."""
    log.info("swept away %s", sweep(at=clock.now()))


def keep_verdicts() -> int:
    """Judge the subjects whose rows have changed, all of them on a new day; returns how many verdicts differ."""
    day, now = today(), clock.now()
    counts = [*keeping.refresh_all(as_of=day, at=now).values(), *policies.refresh_all(as_of=day, at=now).values()]
    return sum(counts)


def keep_looking(stop: threading.Event, name: str, work: Callable[[], object], *, every: float = LOOK_EVERY) -> None:
    """Until `stop`: do `work` every few seconds; cheap while nothing changes."""
    wait = every
    while not stop.wait(wait):
        try:
            close_old_connections()
            work()
            wait = every
        except Exception:  # a later look may succeed; a fault here must not end the worker
            log.exception(name)
            wait = max(every, AFTER_A_FAULT)


def main() -> None:
    """Run the worker until SIGTERM."""
    kept = be_the_worker()
    mark_interrupted(at=clock.now())
    stop = threading.Event()
    for name, work in (("search", search.refresh_all), ("verdicts", keep_verdicts)):  # neither waits for the other
        threading.Thread(target=keep_looking, args=(stop, name, work), daemon=True).start()
    consumer = jobs.create_consumer(workers=THREADS, worker_type="thread", periodic=True, check_worker_health=True)
    try:
        consumer.run()
    finally:
        stop.set()
        kept.close()


if __name__ == "__main__":
    main()
