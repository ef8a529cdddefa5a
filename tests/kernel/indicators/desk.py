"""A small zone for tests of figures: one plan, its officers, and short ways to do what officers do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.indicators.standing import Standing, prepared, standing
from gongjian.kernel.people.models import Officer, Role, Unit
from gongjian.kernel.plan.models import Commitment, Passage, Plan, Target
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.reports import actions as reports
from gongjian.kernel.reports.models import Reported

PDF = b"%PDF-1.4 receipt"


def moment(text: str) -> datetime:
    """`2025-07-01` (nine in the morning) or `2025-07-01 17:00`, in China."""
    day = datetime.fromisoformat(text if " " in text else f"{text} 09:00")
    return day.replace(tzinfo=timezone(timedelta(hours=8)))


@dataclass(kw_only=True)
class Desk:
    """What the officers of the small zone do; each act is entered on its own day unless `at` says otherwise."""

    unit: Unit
    officer: Officer
    supervisor: Officer
    plan: Plan

    def promise(self, text: str = "完成高企申报10家", **values: Any) -> Commitment:
        """A confirmed commitment; by default a counted quantity of ten due at the year's end."""
        plan = self.plan
        start = len(plan.text)
        plan.text += f"{text}。"
        plan.save(update_fields=["text"])
        passage = Passage.objects.create(
            plan=plan, level="sentence", order=plan.passages.count(), start=start, end=len(plan.text)
        )
        given = {
            "kind": "quantity",
            "metric": text[:60],
            "comparator": "=",
            "value": Decimal(10),
            "unit": "家",
            "deadline": "year_end",
            "due_on": date(plan.year, 12, 31),
            "modality": "must",
            "owner": self.unit,
        } | values
        return Commitment.objects.create(
            plan=plan,
            passage=passage,
            start=start,
            end=start + len(text),
            state=Commitment.State.CONFIRMED,
            confirmed_at=moment(f"{plan.year}-01-20"),
            **given,
        )

    def retarget(
        self, c: Commitment, value: str | None, *, since: str, at: str = "", due_on: date | None = None
    ) -> Target:
        return Target.objects.create(
            commitment=c,
            value=None if value is None else Decimal(value),
            since=date.fromisoformat(since),
            due_on=due_on,
            reason="会议纪要",
            set_at=moment(at or since),
        )

    def enter(self, register: str, *, on: str, at: str = "", **values: Any) -> Any:
        """A new row, in its first stage since `on`, typed in at `at`."""
        at = at or on
        return actions.create(
            register=REGISTERS[register],
            values={"unit": self.unit, **values},
            by=self.officer,
            at=moment(at),
            today=moment(at).date(),
            happened_on=date.fromisoformat(on),
        )

    def move(self, row: Any, stage: str, *, on: str, at: str = "") -> Any:
        at = at or on
        return actions.move(
            entry=row,
            stage=stage,
            happened_on=date.fromisoformat(on),
            by=self.officer,
            at=moment(at),
            today=moment(at).date(),
        )

    def change(self, row: Any, *, at: str, **values: Any) -> None:
        row.refresh_from_db()
        actions.change(entry=row, values=values, revision=row.revision, by=self.officer, at=moment(at), reason="更正")

    def application(self, name: str, *, stage: str = "", on: str = "2025-03-01", at: str = "", year: int = 2025) -> Any:
        """One enterprise's high-tech application, brought to `stage` on `on`."""
        code = f"91320000MA{Enterprise.objects.count():08d}"
        enterprise = Enterprise.objects.create(
            credit_code=code, name=name, unit=self.unit, recorded_at=moment("2024-01-02")
        )
        row = self.enter("high-tech", on=on, at=at, enterprise=enterprise, year=year)
        if stage:
            self.move(row, stage, on=on, at=at)
        return row

    def prove(self, row: Any, part: str, *, at: str, verified_at: str = "") -> Any:
        """Offer a file as proof; the supervision office verifies it at `verified_at`."""
        row.refresh_from_db()
        proof = evidence.attach(thing=row, part=part, name="证明.pdf", data=PDF, by=self.officer, at=moment(at))
        if verified_at:
            evidence.verify(evidence=proof, by=self.supervisor, at=moment(verified_at))
        return proof

    def report(self, c: Commitment, month: int, value: str | None = None, *, at: str = "", **more: Any) -> Reported:
        """The unit's report for a month of the plan year, typed in on the 3rd of the next month."""
        first = date(self.plan.year, month, 1)
        entered = moment(at) if at else moment(f"{(first + timedelta(days=34)).replace(day=3)}")
        return reports.enter(
            commitment=c,
            month=first,
            by=self.officer,
            at=entered,
            today=entered.date(),
            value=None if value is None else Decimal(value),
            **more,
        )

    def standing(self, c: Commitment, day: str, known_at: str = "", **more: Any) -> Standing:
        """The standing as a page asks for it: the commitment read afresh."""
        fresh = prepared(Commitment.objects.filter(pk=c.pk))[0]
        known = moment(known_at) if known_at else None
        return standing(commitment=fresh, as_of=date.fromisoformat(day), known_at=known, **more)


def make_desk(year: int = 2025) -> Desk:
    """A desk for the plan of any year."""
    unit = Unit.objects.create(name=f"科技局{year}", short_name="科技")
    officer = Officer.objects.create(username=f"kj{year}", name="经办", role=Role.UNIT_OFFICER, unit=unit)
    supervisor = Officer.objects.create(username=f"dc{year}", name="督查", role=Role.SUPERVISOR)
    plan = Plan.objects.create(
        year=year,
        title=f"{year}年工作要点",
        state=Plan.State.ACTIVE,
        text="",
        digest=f"{year:064d}",
        imported_at=moment(f"{year}-01-15"),
    )
    return Desk(unit=unit, officer=officer, supervisor=supervisor, plan=plan)
