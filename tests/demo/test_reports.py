"""The demo's reports, written all together, stand as the actions of the officers would have left them one by one."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from gongjian.demo.load.files import proof
from gongjian.demo.load.moments import moment, office_day, workdays_after
from gongjian.demo.load.people import CHECKER, People
from gongjian.demo.load.reports import PART
from gongjian.demo.story import AS_OF, COMMITMENTS, CommitmentStory
from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.people.models import Act, Officer, Role, Unit, Zone
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.reports import actions as reports
from gongjian.kernel.reports.models import Reported

pytestmark = pytest.mark.usefixtures("demo")


def _people() -> People:
    desks: dict[str, list[Officer]] = defaultdict(list)
    officers = Officer.objects.select_related("unit").order_by("pk")
    for officer in officers.filter(role=Role.UNIT_OFFICER):
        desks[str(officer.unit.name)].append(officer)
    return People(
        zone=Zone.objects.get(),
        units={unit.name: unit for unit in Unit.objects.all()},
        officers={officer.username: officer for officer in officers},
        desks=dict(desks),
    )


def _left(commitment: Commitment) -> list[list[dict[str, Any]]]:
    """What the reports of a commitment left in the tables, without the rows' own numbers."""
    rows = commitment.reports.order_by("pk")
    places = {pk: place for place, pk in enumerate(rows.values_list("pk", flat=True))}
    files = Evidence.objects.filter(subject_kind="reported", subject_id__in=places).order_by("pk")
    of_rows = Act.objects.filter(subject_kind="reported", subject_id__in=places)
    log = of_rows | Act.objects.filter(
        subject_kind="commitment", subject_id=commitment.pk, verb__startswith="reported."
    )
    found = [list(rows.values()), list(files.values()), list(log.order_by("pk").values())]
    for row in (row for kind in found for row in kind):
        del row["id"]
        if row.get("subject_kind") == "reported":
            row["subject_id"] = places[row["subject_id"]]
    return found


def _act_again(story: CommitmentStory, commitment: Commitment, people: People) -> None:
    place = COMMITMENTS.index(story)
    for report in sorted(story.reports, key=lambda r: (r.recorded_on, r.happened_on)):
        by, day = people.desk(story.owner, report.month), office_day(report.recorded_on, last=AS_OF)
        row = reports.enter(
            commitment=commitment,
            month=date(report.happened_on.year, report.month, 1),
            by=by,
            at=moment(day, 9, place * 5),
            today=day,
            value=report.value,
            reached=report.reached,
            done=report.done,
            progress=report.progress,
            happened_on=report.happened_on,
        )
        for number, name in enumerate(report.evidence):
            data = proof(name=name, what=story.metric, unit=story.owner, on=report.happened_on.isoformat())
            at = moment(day, 14, place * 2 + number)
            evidence.attach(thing=row, part=PART, name=name, data=data, by=by, at=at)
        checker, judged_at = people.officers[CHECKER], moment(workdays_after(day, 2, last=AS_OF), 16, place)
        if report.state == "verified":
            reports.verify(reported=row, by=checker, at=judged_at)
        elif report.state == "returned":
            reports.send_back(reported=row, reason=report.returned_for, by=checker, at=judged_at)


def test_the_same_story_through_the_actions_leaves_the_same_rows() -> None:
    people = _people()
    told = Commitment.objects.in_bulk(Reported.objects.values_list("commitment", flat=True)).values()
    chosen = [c for c in told if c.reports.filter(state="returned") or c.reports.exclude(superseded_at=None)]
    chosen += [c for c in told if c.reports.filter(state="claimed")][:1]
    assert len(chosen) == 3
    for commitment in chosen:
        before = _left(commitment)
        assert all(before)
        pks = [*commitment.reports.values_list("pk", flat=True)]
        Evidence.objects.filter(subject_kind="reported", subject_id__in=pks).delete()
        Act.objects.filter(subject_kind="reported", subject_id__in=pks).delete()
        Act.objects.filter(subject_kind="commitment", subject_id=commitment.pk, verb__startswith="reported.").delete()
        commitment.reports.all().delete()
        _act_again(next(s for s in COMMITMENTS if s.metric == commitment.metric), commitment, people)
        assert _left(commitment) == before
