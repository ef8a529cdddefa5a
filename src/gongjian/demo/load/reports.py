"""The demo's reported values (填报): entered by the units, proved with files, verified or returned by 督查室.

All of them are written together; what is written is what the actions of `kernel.reports` and `kernel.evidence` leave
when the officers act one after another.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from gongjian.demo.load.files import keep_all, proof
from gongjian.demo.load.moments import moment, office_day, workdays_after
from gongjian.demo.load.people import CHECKER, People
from gongjian.demo.story import AS_OF, COMMITMENTS, CommitmentStory, ReportedStory
from gongjian.kernel.evidence.models import Evidence, ProofState
from gongjian.kernel.people.acts import subject_of
from gongjian.kernel.people.models import Act, Officer
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.reports.models import Reported

PART = "progress"


def load_reports(commitments: Mapping[str, Commitment], *, people: People) -> None:
    """Write every report of the story as entered on its day, oldest first per commitment."""
    submitted: list[Submission] = []
    for place, story in enumerate(COMMITMENTS):
        of_month: dict[date, Submission] = {}
        for report in sorted(story.reports, key=lambda r: (r.recorded_on, r.happened_on)):
            one = Submission(commitments[story.metric], story, report, place, people=people)
            one.replace(of_month.get(one.row.month))
            of_month[one.row.month] = one
            submitted.append(one)
    stored = keep_all((name, data, at) for one in submitted for name, data, at in one.files)
    Reported.objects.bulk_create([one.row for one in submitted], batch_size=500)
    for one in submitted:
        for evidence, digest in one.proofs:
            evidence.subject_id, evidence.file = one.row.pk, stored[digest]
        for act in one.acts:
            act.subject_id = one.row.pk if act.subject_kind == subject_of(one.row) else one.row.commitment_id
    Evidence.objects.bulk_create([evidence for one in submitted for evidence, _ in one.proofs], batch_size=500)
    Act.objects.bulk_create([act for one in submitted for act in one.acts], batch_size=500)


class Submission:
    """One report with its files (name, bytes, moment), its evidence (with the files' digests) and its lines of the log."""

    def __init__(
        self, commitment: Commitment, story: CommitmentStory, report: ReportedStory, place: int, *, people: People
    ) -> None:
        self.by = people.desk(story.owner, report.month)
        self.day, self.place = office_day(report.recorded_on, last=AS_OF), place
        self.row = Reported(
            commitment=commitment,
            month=date(report.happened_on.year, report.month, 1),
            value=report.value,
            reached=report.reached,
            done=list(report.done),
            progress=report.progress.strip(),
            happened_on=report.happened_on,
            recorded_at=moment(self.day, 9, place * 5),
            reported_by=self.by,
        )
        self.files: list[tuple[str, bytes, datetime]] = []
        self.proofs: list[tuple[Evidence, str]] = []
        self.acts: list[Act] = []
        self.note = f"{self.row.month:%Y-%m}"
        self._log(commitment, "reported.entered", self.by, self.row.recorded_at, self.note)
        self.acts[0].changes = {"本年累计": [None, _said(report.value)]}
        self._prove(story, report)
        self._judge(report, people.officers[CHECKER])

    def replace(self, earlier: Submission | None) -> None:
        """Supersede the month's earlier submission; its files that were not returned prove this one as well."""
        if earlier is None:
            return
        earlier.row.superseded_at = self.row.recorded_at
        self.acts[0].changes["本年累计"][0] = _said(earlier.row.value, places=6)
        kept = [(copy.copy(e), digest) for e, digest in earlier.proofs if e.state != ProofState.RETURNED]
        if kept and self.row.state == ProofState.CLAIMED:
            self.row.state = ProofState.EVIDENCED
        self.proofs[:0] = kept

    def _prove(self, story: CommitmentStory, report: ReportedStory) -> None:
        for number, name in enumerate(report.evidence):
            data = proof(name=name, what=story.metric, unit=story.owner, on=report.happened_on.isoformat())
            at = moment(self.day, 14, self.place * 2 + number)
            self.files.append((name, data, at))
            offered = Evidence(
                subject_kind=subject_of(self.row), part=PART, name=name, uploaded_by=self.by, uploaded_at=at
            )
            self.proofs.append((offered, hashlib.sha256(data).hexdigest()))
            self._log(self.row, "evidence.uploaded", self.by, at, name)
            self.row.state = ProofState.EVIDENCED

    def _judge(self, report: ReportedStory, checker: Officer) -> None:
        if report.state not in (ProofState.VERIFIED, ProofState.RETURNED):
            return
        row, at = self.row, moment(workdays_after(self.day, 2, last=AS_OF), 16, self.place)
        row.state, row.reason, row.judged_by, row.judged_at = ProofState(report.state), report.returned_for, checker, at
        self._log(row.commitment, f"reported.{report.state}", checker, at, f"{self.note} {row.reason}".strip())
        if report.state == ProofState.VERIFIED:
            for evidence, _ in self.proofs:
                evidence.state, evidence.judged_by, evidence.judged_at = ProofState.VERIFIED, checker, at
                self._log(row, "evidence.verified", checker, at, evidence.name)

    def _log(self, thing: Commitment | Reported, verb: str, by: Officer, at: datetime, note: str) -> None:
        self.acts.append(Act(verb=verb, by=by, at=at, subject_kind=subject_of(thing), note=note, changes={}))


def _said(value: Decimal | None, *, places: int | None = None) -> str | None:
    if value is None:
        return None
    return str(value if places is None else round(value, places))
