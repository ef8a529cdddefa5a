"""A sentence of the example plan counts as run only here: a row is changed, and the sentence's own figure moves.

The list of sentences is that of docs/plan-coverage.md (`gongjian.surfaces.coverage.counted`), so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.kernel.indicators.desk import Desk, moment

from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.indicators.declare import INDICATORS
from gongjian.kernel.indicators.match import candidates
from gongjian.kernel.indicators.standing import Standing, standings
from gongjian.kernel.people.models import Officer, Role, Unit
from gongjian.kernel.plan import assignment, review
from gongjian.kernel.plan.imports import import_plan
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.plan.reader import read
from gongjian.surfaces import coverage
from gongjian.surfaces.inlets.document import open_document

DAY = "2025-06-20"
AS_OF = date(2025, 6, 30)


def import_example() -> Desk:
    """The example plan in an empty zone, read, confirmed, and bound as matching proposes."""
    unit = Unit.objects.create(name="经济发展局")
    officer = Officer.objects.create(username="jf", name="经办", role=Role.UNIT_OFFICER, unit=unit)
    supervisor = Officer.objects.create(username="dc", name="督查", role=Role.SUPERVISOR)
    by: dict[str, Any] = {"by": supervisor, "at": moment("2025-01-20")}
    document = open_document(name=coverage.PLAN.name, data=coverage.PLAN.read_bytes())
    plan = import_plan(document=document, reading=read(document, year=2025), year=2025, **by).plan
    for line in coverage.lines():
        for promise in line.promises:
            if promise.is_added:
                c = promise.commitment
                names = ("kind", "metric", "comparator", "value", "value2", "unit", "named", "deadline", "modality")
                values = {name: getattr(c, name) for name in names}
                review.add(plan=plan, start=c.start, end=c.end, values=values, **by)
    review.confirm_all(plan=plan, **by)
    review.activate(plan=plan, **by)
    for commitment in plan.commitments.all():
        assignment.assign(commitment=commitment, owner=unit, **by)
        if matches := candidates(commitment=commitment):
            assignment.bind(commitment=commitment, indicator=matches[0].indicator.name, **by)
    return Desk(unit=unit, officer=officer, supervisor=supervisor, plan=Plan.objects.get(pk=plan.pk))


def firm() -> Enterprise:
    return Enterprise.objects.create(
        credit_code="91320000MA00000001", name="云岫机电", recorded_at=moment("2025-01-02")
    )


def reaching(register: str, stage: str, **values: Any) -> Callable[[Desk, Commitment], None]:
    """A row that is created in January and brought to `stage`; named after the commitment's first name or own words."""

    def act(desk: Desk, c: Commitment) -> None:
        model = INDICATORS[c.indicator].model
        given = {key: value() if callable(value) else value for key, value in values.items()}
        if "name" in {f.name for f in model._meta.concrete_fields}:
            given |= {"name": f"{c.named[0]}一期工程" if c.named else c.text}
        desk.move(desk.enter(register, on="2025-01-08", **given), stage, on=DAY)

    return act


def dated(register: str, **values: Any) -> Callable[[Desk, Commitment], None]:
    def act(desk: Desk, c: Commitment) -> None:
        desk.enter(register, on=DAY, **values)

    return act


ROWS: dict[str, Callable[[Desk, Commitment], None]] = {
    "high-tech-filed": reaching("high-tech", "已申报", enterprise=firm, year=2025),
    "venture-recognised": reaching("venture", "市级认定"),
    "talent-selected": reaching("talent-project", "入选"),
    "talent-landed": reaching("talent-project", "落地转化"),
    "talent-potential": dated(
        "talent-project", name="光电芯片团队", is_potential=True, potential_since=date.fromisoformat(DAY)
    ),
    "overseas-talent": dated("overseas-talent", name="林未", arrived_on=date.fromisoformat(DAY)),
    "invoiced-sales": dated("invoiced-sales", month=date(2025, 5, 31), amount=Decimal(760_000)),
    "upgrades-equipped": reaching("upgrade", "设备到位", enterprise=firm),
    "upgrades-over-1000": reaching("upgrade", "已备案", enterprise=firm, equipment_plan=Decimal(1000)),
    "position-equipment": dated("city-position", metric="equipment", published_on=date.fromisoformat(DAY), position=2),
    "technology-centres": reaching("platform", "已入选", enterprise=firm, sort="technology"),
    "engineering-centres": reaching("platform", "已入选", enterprise=firm, sort="engineering"),
    "smart-factory-excellent": reaching("smart-factory", "卓越级", enterprise=firm),
    "projects-started": reaching("project", "已开工"),
    "works-finished": reaching("works", "已完工"),
    "works-completed": reaching("works", "已完工"),
}
"""For each indicator one act of an officer at a register that has to move the figure."""


def figures(desk: Desk) -> dict[str, Standing]:
    return {s.commitment.text: s for s in standings(plan=desk.plan, as_of=AS_OF)}


@pytest.mark.django_db
@pytest.mark.parametrize("promise", coverage.counted(), ids=lambda p: p.commitment.text[-14:])
def test_a_changed_row_moves_the_sentences_figure(promise: coverage.Promise) -> None:
    desk = import_example()
    text = promise.commitment.text
    before = figures(desk)
    commitment = before[text].commitment
    assert commitment.indicator == promise.indicator.name  # type: ignore[union-attr]
    ROWS[commitment.indicator](desk, commitment)
    after = figures(desk)
    assert (before[text].actual or 0) != after[text].actual
    assert after[text].actual and len(after[text].entry_ids) == 1
    for other, standing in after.items():
        if standing.commitment.indicator != commitment.indicator and standing.actual != before[other].actual:
            same_register = standing.reading.facts if standing.reading else ()
            assert {fact.entry_id for fact in same_register} == set(after[text].entry_ids), other


@pytest.mark.django_db
def test_every_other_promise_moves_by_a_report() -> None:
    desk = import_example()
    by_hand = [p.commitment.text for line in coverage.lines() for p in line.promises if p.indicator is None]
    before = figures(desk)
    for text in by_hand:
        c = before[text].commitment
        assert c.indicator == "" and before[text].source == ""
        values: dict[str, Any] = {"done": c.named} if c.kind == "roster" else {"reached": True}
        desk.report(c, 6, "1" if c.kind in ("quantity", "rate") else None, at="2025-06-30", **values)
    after = figures(desk)
    for text in by_hand:
        assert before[text].verdict == "no_data" and after[text].verdict != "no_data", text
        assert after[text].source == "reported"


def test_the_page_is_up_to_date() -> None:
    hint = "run: python -m gongjian.surfaces.coverage"
    assert coverage.PAGE.read_text(encoding="utf-8") == coverage.page(), hint


def test_the_page_lists_every_sentence_once_and_its_sums_add_up() -> None:
    lines, page = coverage.lines(), coverage.page()
    assert len({line.text for line in lines}) == len(lines) > 50
    assert all(page.count(f"| {line.text} |") == 1 for line in lines)
    assert sum(line.is_run for line in lines) == page.count("运行:") - sum(
        max(0, sum(bool(p.indicator) for p in line.promises) - 1) for line in lines
    )
    assert f"运行 {sum(line.is_run for line in lines)} 句" in page
    assert f"不在册 {sum(not line.promises for line in lines)} 句" in page
    assert len(coverage.counted()) == page.count("运行:")
    for promise in coverage.counted():
        assert (coverage.CHECKOUT / "src" / promise.indicator.file).exists()  # type: ignore[union-attr]
