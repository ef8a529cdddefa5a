"""The background worker: keeps each day's standings in the night. Jobs lie in a SQLite file under GONGJIAN_HOME."""

from __future__ import annotations

import logging
import os
from datetime import date, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjian.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django has to be set up first
from django.db import close_old_connections  # noqa: E402
from huey import SqliteHuey, crontab  # noqa: E402

from gongjian.kernel import clock  # noqa: E402
from gongjian.kernel.indicators.standing import store  # noqa: E402
from gongjian.kernel.plan.models import Plan  # noqa: E402
from gongjian.surfaces.web.page import today  # noqa: E402

log = logging.getLogger("gongjian.worker")
jobs = SqliteHuey("gongjian", filename=str(settings.HOME / "jobs.sqlite3"), fsync=True)


def keep_standings(*, day: date, at: datetime) -> int:
    """Store the standings as of `day` of every plan in force, as known at `at`; returns how many were stored."""
    in_force = Plan.objects.exclude(state__in=[Plan.State.REVIEW, Plan.State.SUPERSEDED])
    return sum(store(plan=plan, as_of=day, known_at=at) for plan in in_force if plan.since <= day <= plan.until)


@jobs.periodic_task(crontab(minute="30", hour="16"))  # 00:30 in China; huey counts in UTC
def nightly() -> None:
    """Yesterday's standings, kept for ever."""
    close_old_connections()
    day = today() - timedelta(days=1)
    log.info("stored %d standings as of %s", keep_standings(day=day, at=clock.now()), day)


def main() -> None:
    """Run the worker until SIGTERM."""
    consumer = jobs.create_consumer(workers=1, worker_type="thread", periodic=True)
    consumer.run()


if __name__ == "__main__":
    main()
