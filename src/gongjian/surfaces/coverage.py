"""How much of the mission exists: which sentences of the example plan a mechanism runs, and which are reported by hand.

`python -m gongjian.surfaces.coverage` writes docs/plan-coverage.md. A sentence counts as run only if
tests/test_plan_coverage.py changes a row and sees its figure move: the test takes its list, `counted`, from here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import django
from django.apps import apps

if not apps.ready:  # run by itself, not imported by the server or a test
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjian.settings")
    django.setup()

from gongjian.demo.story import COMMITMENTS
from gongjian.kernel.indicators.declare import Indicator
from gongjian.kernel.indicators.match import candidates
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.plan.proposal import KIND_LABELS, Kind, Level
from gongjian.kernel.plan.proposal import Reading as PlanReading
from gongjian.kernel.plan.reader import read
from gongjian.surfaces.inlets.document import open_document

CHECKOUT = Path(__file__).resolve().parents[3]
PLAN = CHECKOUT / "examples" / "plan-2025.md"
PAGE = CHECKOUT / "docs" / "plan-coverage.md"
YEAR = 2025


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One promise of the example plan (not stored) and the indicator that matching proposes first, if any.

    `is_added`: the reader left it to the officers, who track it in the example zone all the same.
    """

    commitment: Commitment
    indicator: Indicator | None
    is_added: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One sentence of the plan under its drive, with its promises in order."""

    drive: str
    text: str
    promises: tuple[Promise, ...]

    @property
    def is_run(self) -> bool:
        """Whether a mechanism counts at least one of its promises."""
        return any(promise.indicator for promise in self.promises)


def lines() -> list[Line]:
    """Every sentence of the example plan."""
    document = open_document(name=PLAN.name, data=PLAN.read_bytes())
    reading = read(document, year=YEAR)
    plan = Plan(year=YEAR, text=document.text)
    promises = [*_read_promises(plan, reading), *_added_promises(plan, reading)]
    drives = [span for span in reading.passages if span.level == Level.DRIVE]
    out = []
    for span in reading.passages:
        if span.level != Level.SENTENCE:
            continue
        drive = next((d for d in reversed(drives) if d.start <= span.start), None)
        inside = [p for p in promises if span.start <= p.commitment.start < span.end]
        out.append(
            Line(
                drive=document.text[drive.start : drive.end].strip() if drive else "",
                text=document.text[span.start : span.end].strip(),
                promises=tuple(sorted(inside, key=lambda p: (p.commitment.start, p.commitment.metric))),
            )
        )
    return [line for line in out if line.drive]


def counted() -> list[Promise]:
    """The promises of the example plan that a mechanism counts: what the test has to prove, one by one."""
    return [promise for line in lines() for promise in line.promises if promise.indicator]


def page() -> str:
    """The whole of docs/plan-coverage.md."""
    found = lines()
    run = [line for line in found if line.is_run]
    reported = [line for line in found if line.promises and not line.is_run]
    promises = [promise for line in found for promise in line.promises]
    bound = [promise for promise in promises if promise.indicator]
    out = [
        "# 示范计划逐句落实情况",
        "",
        "由 `python -m gongjian.surfaces.coverage` 从 examples/plan-2025.md 生成,请勿手工修改。",
        "“运行”须由 tests/test_plan_coverage.py 证实:改动一行台账,这句话的数字随之变动。",
        "“填报”由责任单位逐月填报;“不在册”尚未跟踪。",
        "",
        f"全文 {len(found)} 句:运行 {len(run)} 句,填报 {len(reported)} 句,"
        f"不在册 {len(found) - len(run) - len(reported)} 句。",
        f"承诺 {len(promises)} 项:台账计数 {len(bound)} 项,填报 {len(promises) - len(bound)} 项。",
    ]
    drive = ""
    for line in found:
        if line.drive != drive:
            drive = line.drive
            out += ["", f"## {drive}", "", "| 原文 | 由什么落实 |", "|---|---|"]
        out.append(f"| {line.text.replace('|', chr(92) + '|')} | {_how(line)} |")
    return "\n".join(out) + "\n"


def _how(line: Line) -> str:
    return "<br>".join(map(_carried, line.promises)) or "不在册"


def _carried(promise: Promise) -> str:
    c = promise.commitment
    if promise.indicator is None:
        return f"填报:{c.metric}({KIND_LABELS[Kind(c.kind)]})"
    return f"运行:{promise.indicator.label}(`{promise.indicator.name}`,{promise.indicator.file})"


def _promise(commitment: Commitment, *, is_added: bool = False) -> Promise:
    matches = candidates(commitment=commitment)
    return Promise(commitment=commitment, indicator=matches[0].indicator if matches else None, is_added=is_added)


def _read_promises(plan: Plan, reading: PlanReading) -> list[Promise]:
    return [
        _promise(
            Commitment(
                plan=plan,
                start=p.start,
                end=p.end,
                kind=p.kind,
                metric=p.metric,
                comparator=p.comparator or "",
                value=p.value,
                value2=p.value2,
                unit=p.unit or "",
                named=list(p.named),
                deadline=p.deadline or "",
                modality=p.modality,
            )
        )
        for p in reading.proposals
    ]


def _added_promises(plan: Plan, reading: PlanReading) -> list[Promise]:
    """What the officers of the example zone track beside what the reader proposes."""
    taken = [(p.start, p.end) for p in reading.proposals]
    out = []
    for story in COMMITMENTS:
        start = plan.text.find(story.text)
        end = start + len(story.text)
        if start < 0 or any(start < b and a < end for a, b in taken):
            continue
        commitment = Commitment(
            plan=plan,
            start=start,
            end=end,
            kind=story.kind,
            metric=story.metric,
            comparator=story.comparator or "",
            value=story.value,
            value2=story.value2,
            unit=story.unit,
            named=list(story.named),
            deadline=story.deadline,
            modality=story.modality,
        )
        out.append(_promise(commitment, is_added=True))
    return out


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
