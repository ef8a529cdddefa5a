"""The demo's reported values (填报): entered by the units, proved with files, verified or returned by 督查室."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from gongjian.demo.load.files import proof
from gongjian.demo.load.moments import moment, office_day, workdays_after
from gongjian.demo.load.people import CHECKER, People
from gongjian.demo.story import AS_OF, COMMITMENTS, CommitmentStory, ReportedStory
from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.reports import actions as reports

PART = "progress"


def load_reports(commitments: Mapping[str, Commitment], *, people: People) -> None:
    """Enter every report of the story on its day, oldest first per commitment."""
    for place, story in enumerate(COMMITMENTS):
        for report in sorted(story.reports, key=lambda r: (r.recorded_on, r.happened_on)):
            _report(commitments[story.metric], story, report, place, people=people)


def _report(
    commitment: Commitment, story: CommitmentStory, report: ReportedStory, place: int, *, people: People
) -> None:
    by = people.desk(story.owner, report.month)
    day = office_day(report.recorded_on, last=AS_OF)
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
    judged_at = moment(workdays_after(day, 2, last=AS_OF), 16, place)
    checker = people.officers[CHECKER]
    if report.state == "verified":
        reports.verify(reported=row, by=checker, at=judged_at)
    elif report.state == "returned":
        reports.send_back(reported=row, reason=report.returned_for, by=checker, at=judged_at)
