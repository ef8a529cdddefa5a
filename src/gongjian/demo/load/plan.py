"""The example plan's way through the year: read, reviewed, assigned, consulted on, signed, split and changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gongjian.demo.load.document import PLAN_FILE, plan_document
from gongjian.demo.load.moments import moment
from gongjian.demo.load.people import IMPORTER, REVIEWER, People
from gongjian.demo.story import COMMITMENTS, YEAR, CommitmentStory, steering
from gongjian.kernel.indicators.standing import store
from gongjian.kernel.plan import assignment, consultation, discussion, imports, review
from gongjian.kernel.plan.models import Commitment, Consultation, Plan
from gongjian.kernel.plan.reader import read


def load_plan(*, people: People) -> tuple[Plan, dict[str, Commitment]]:
    """Bring the plan to 已签发; returns it with its commitments by metric (the story's name of them)."""
    data = PLAN_FILE.read_bytes()
    document = plan_document(data=data)
    at = moment(steering.IMPORTED_ON, 9, 30)
    importer = people.officers[IMPORTER]
    reading = read(document, year=YEAR)
    plan = imports.import_plan(document=document, reading=reading, by=importer, at=at, year=YEAR, data=data).plan
    plan.issued_on = date(2025, 1, 13)
    plan.save(update_fields=["issued_on"])
    commitments = _review(plan, people=people)
    review.activate(plan=plan, by=people.officers[REVIEWER], at=moment(steering.REVIEWED_ON, 17))
    _assign(commitments, people=people)
    _consult(plan, commitments, people=people)
    _split(commitments, people=people)
    return plan, commitments


def steer(commitments: Mapping[str, Commitment], *, people: People) -> None:
    """Targets changed during the year, remarks and instructions."""
    by = people.officers[IMPORTER]
    for story in steering.RETARGETS:
        commitment = commitments[story.metric]
        value = commitment.value if story.value is None else story.value
        assignment.retarget(
            commitment=commitment,
            value=value,
            since=story.since,
            reason=story.reason,
            by=by,
            at=moment(story.set_on, 15),
            due_on=story.due_on,
        )
    for place, remark in enumerate(steering.REMARKS):
        discussion.say(
            commitment=commitments[remark.metric],
            text=remark.text,
            by=people.officers[remark.by],
            at=moment(remark.on, 16, 30 + place * 3),
        )


def store_month_ends(plan: Plan, known: Mapping[date, datetime]) -> None:
    """Keep the standings of the past month ends as they were known when the month's bulletin was drawn up."""
    for day, at in known.items():
        store(plan=plan, as_of=day, known_at=at)


def _review(plan: Plan, *, people: People) -> dict[str, Commitment]:
    """Correct what was read wrong, add what was missed, turn down the rest, confirm what is left."""
    by, at = people.officers[REVIEWER], moment(steering.REVIEWED_ON, 9)
    open_ones = list(plan.commitments.select_related("plan"))
    found: dict[str, Commitment] = {}
    for story in COMMITMENTS:
        start = plan.text.index(story.text)
        end = start + len(story.text)
        values = _values(story)
        near = max(open_ones, key=lambda c: min(c.end, end) - max(c.start, start), default=None)
        if near is not None and min(near.end, end) > max(near.start, start):
            open_ones.remove(near)
            read_values = {**values, "start": start, "end": end}
            found[story.metric] = review.correct(commitment=near, values=read_values, by=by, at=at, reason="与原文核对")
        else:
            found[story.metric] = review.add(plan=plan, start=start, end=end, values=values, by=by, at=at)
    for commitment in open_ones:
        review.reject(commitment=commitment, by=by, at=at, reason="属于工作方法,不单独立项")
    confirmed_at = moment(steering.REVIEWED_ON, 16)
    for commitment in found.values():
        review.confirm(commitment=commitment, by=by, at=confirmed_at)
    return found


def _values(story: CommitmentStory) -> dict[str, Any]:
    return {
        "kind": story.kind,
        "metric": story.metric,
        "comparator": story.comparator or "",
        "value": story.value,
        "value2": story.value2,
        "unit": story.unit,
        "deadline": story.deadline,
        "modality": story.modality,
        "named": list(story.named),
    }


def _assign(commitments: Mapping[str, Commitment], *, people: People) -> None:
    by, at = people.officers[IMPORTER], moment(steering.ASSIGNED_ON, 10)
    for story in COMMITMENTS:
        commitment = commitments[story.metric]
        assignment.assign(
            commitment=commitment,
            by=by,
            at=at,
            owner=people.units[story.owner],
            co_owners=[people.units[name] for name in story.co_owners],
            leader=people.officers[story.leader],
            mechanism=story.mechanism,
        )
        if story.indicator:
            assignment.bind(commitment=commitment, indicator=story.indicator, by=by, at=at)
        if spec := steering.SCHEDULES.get(story.metric):
            assignment.set_schedule(commitment=commitment, spec=spec, by=by, at=at)


def _open_windows(commitments: Mapping[str, Commitment], *, people: People) -> None:
    """Application windows, their shares added up: the unit asked for them when it was consulted."""
    at = moment(steering.ANSWER_BY, 16)
    for story in COMMITMENTS:
        windows, share = [], Decimal(0)
        for window in story.windows:
            share += window.share
            days = {"opens": window.opens_on.isoformat(), "closes": window.closes_on.isoformat()}
            windows.append({**days, "share": str(share)})
        if windows:
            spec = {"kind": "windows", "windows": windows}
            by = people.officers[IMPORTER]
            assignment.set_schedule(commitment=commitments[story.metric], spec=spec, by=by, at=at)


def _consult(plan: Plan, commitments: Mapping[str, Commitment], *, people: People) -> None:
    signer = people.officers[IMPORTER]
    consultation.open_consultation(
        plan=plan,
        answer_by=steering.ANSWER_BY,
        by=signer,
        at=moment(steering.ASSIGNED_ON, 15),
        today=steering.ASSIGNED_ON,
    )
    metrics = {commitment.pk: metric for metric, commitment in commitments.items()}
    opinions = {(story.metric, story.unit): story for story in steering.OPINIONS}
    objected = []
    asked = Consultation.objects.filter(commitment__plan=plan).order_by("commitment__start", "unit__order")
    for place, question in enumerate(asked.select_related("unit", "commitment__plan")):
        key = (metrics[question.commitment_id], question.unit.name)
        if key in steering.SILENT:
            continue
        story = opinions.get(key)
        on = steering.ANSWERED_ON[question.unit.order % len(steering.ANSWERED_ON)]
        consultation.answer(
            consultation=question,
            agrees=story is None,
            by=people.desk(question.unit.name),
            at=moment(on, 9, place * 4),
            opinion=story.opinion if story else "",
        )
        if story:
            objected.append((question, story))
    for place, (question, story) in enumerate(objected):
        consultation.resolve(
            consultation=question,
            resolution=story.resolution,
            by=signer,
            at=moment(steering.ANSWER_BY, 14, place * 10),
        )
    _open_windows(commitments, people=people)
    consultation.sign_off(plan=plan, by=signer, at=moment(steering.SIGNED_ON, 10), today=steering.SIGNED_ON)


def _split(commitments: Mapping[str, Commitment], *, people: People) -> None:
    for story in steering.SHARES:
        assignment.share_out(
            commitment=commitments[story.metric],
            by=people.officers[IMPORTER],
            at=moment(steering.SIGNED_ON, 14),
            units={people.units[name]: value for name, value in story.units.items()} or None,
            months={date(YEAR, month, 1): value for month, value in enumerate(story.months, start=1)} or None,
        )
