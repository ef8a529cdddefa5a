"""The background worker: imports and exports as they come, yesterday's standings in the night, tidying up, search.

Jobs lie in a SQLite file under GONGJIAN_HOME. An import whose worker died is found at the next start and marked.
"""

from __future__ import annotations

import logging
import os
import threading
from datetime import date, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjian.settings")
django.setup()

from django.db import close_old_connections  # noqa: E402 - Django has to be set up first
from huey import crontab  # noqa: E402

from gongjian.kernel import clock  # noqa: E402
from gongjian.kernel.indicators.standing import store  # noqa: E402
from gongjian.kernel.plan.models import Plan  # noqa: E402
from gongjian.kernel.registers import search  # noqa: E402
from gongjian.kernel.tables import survey  # noqa: E402
from gongjian.surfaces.jobs import THREADS, be_the_worker, jobs  # noqa: E402
from gongjian.surfaces.sweeping import mark_interrupted, sweep  # noqa: E402
from gongjian.surfaces.web.page import today  # noqa: E402
from gongjian.surfaces.web.registers import exports, intake, large  # noqa: E402

__all__ = ["exports", "intake", "jobs", "keep_standings", "large", "main"]  # the modules bring their jobs with them

log = logging.getLogger("gongjian.worker")
SEARCH_EVERY = 3
"""Seconds between two looks for rows that the search does not know yet."""


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
    """Yesterday's standings, kept for ever."""
    day = today() - timedelta(days=1)
    log.info("stored %d standings as of %s", keep_standings(day=day, at=clock.now()), day)


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


def keep_searching(stop: threading.Event) -> None:
    """Until `stop`: bring the search up to date every few seconds; cheap while nothing changes."""
    while not stop.wait(SEARCH_EVERY):
        try:
            search.refresh_all()
        except Exception:  # the next look may succeed; a fault here must not end the worker
            log.exception("search")


def main() -> None:
    """Run the worker until SIGTERM."""
    kept = be_the_worker()
    mark_interrupted(at=clock.now())
    stop = threading.Event()
    looking = threading.Thread(target=keep_searching, args=(stop,), daemon=True)
    looking.start()
    consumer = jobs.create_consumer(workers=THREADS, worker_type="thread", periodic=True, check_worker_health=True)
    try:
        consumer.run()
    finally:
        stop.set()
        kept.close()


if __name__ == "__main__":
    main()
