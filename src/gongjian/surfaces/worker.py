"""The background worker: keeps each day's standings in the night. Jobs lie in a SQLite file under GONGJIAN_HOME."""

from __future__ import annotations

import logging
import os
from datetime import timedelta

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


@jobs.periodic_task(crontab(minute="30", hour="16"))  # 00:30 in China; huey counts in UTC
def keep_standings() -> int:
    """Store yesterday's standings of every plan in force; what is stored is never overwritten."""
    close_old_connections()
    day = today() - timedelta(days=1)
    total = 0
    for plan in Plan.objects.exclude(state__in=[Plan.State.REVIEW, Plan.State.SUPERSEDED]):
        if plan.since <= day <= plan.until:
            total += store(plan=plan, as_of=day, known_at=clock.now())
    log.info("stored %d standings as of %s", total, day)
    return total


def main() -> None:
    """Run the worker until SIGTERM."""
    consumer = jobs.create_consumer(workers=1, worker_type="thread", periodic=True)
    consumer.run()


if __name__ == "__main__":
    main()
