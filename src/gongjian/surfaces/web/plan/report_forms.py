"""The fields of one reported value, by kind of commitment: what the form shows and what was typed into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.http import HttpRequest

from gongjian.kernel.errors import Refusal, Stale
from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.people.models import Officer
from gongjian.kernel.plan.proposal import Kind
from gongjian.kernel.plan.words import number_of, number_words
from gongjian.kernel.reports import actions
from gongjian.kernel.reports.models import Reported
from gongjian.kernel.reports.query import Row
from gongjian.surfaces.web.plan.desk import typed_date

LABELS = {
    Kind.QUANTITY: "本年累计",
    Kind.RATE: "当前值",
    Kind.RANK: "当前位次",
    Kind.MILESTONE: "形象进度",
    Kind.BAND: "当前值",
}
QUESTIONS = {
    Kind.MILESTONE: "是否完成",
    Kind.BAND: "是否在区间内",
    Kind.ROUTINE: "本月是否开展",
    Kind.RANK: "是否已经达到",
}
DATED = (Kind.ROUTINE, Kind.MILESTONE)
YES_NO = {"": None, "yes": True, "no": False}
STATE_WORDS = {"none": "未填报", **dict(ProofState.choices)}
STATE_TONES = {"none": "", "claimed": "warn", "evidenced": "go", "verified": "ok", "returned": "bad"}


@dataclass(kw_only=True)
class Entry:
    """One row of the form: strings as typed, and the refusal if it could not be saved."""

    row: Row
    value: str = ""
    reached: str = ""
    done: list[str] = field(default_factory=list)
    progress: str = ""
    happened_on: str = ""
    was: str = ""
    refusal: Refusal | None = None

    @property
    def label(self) -> str:
        """What the figure is called; "" when this kind has none."""
        return LABELS.get(Kind(self.row.commitment.kind), "")

    @property
    def unit(self) -> str:
        """What the figure is counted in."""
        kind = Kind(self.row.commitment.kind)
        return {Kind.MILESTONE: "%", Kind.RANK: "名"}.get(kind, self.row.commitment.unit)

    @property
    def question(self) -> str:
        """The yes or no of this kind; "" when there is none."""
        return QUESTIONS.get(Kind(self.row.commitment.kind), "")

    @property
    def is_dated(self) -> bool:
        """Whether the day of the act is asked for."""
        return self.row.commitment.kind in DATED

    @property
    def is_roster(self) -> bool:
        """Whether names are ticked off."""
        return self.row.commitment.kind == Kind.ROSTER

    @property
    def expected(self) -> str:
        """What the schedule expects at the month's end, for kinds that have a schedule."""
        s, kind = self.row.standing, Kind(self.row.commitment.kind)
        if kind not in (Kind.QUANTITY, Kind.ROSTER, Kind.MILESTONE) or s.expected is None:
            return ""
        return f"{number_words(round(s.expected, 1))}{'%' if kind == Kind.MILESTONE else self.row.commitment.unit}"


def blank(row: Row) -> Entry:
    """The form of a row as it opens: the month's submission, or for rosters the names that were done before."""
    said = row.current
    if said is None:
        return Entry(row=row, done=list(row.before.done) if row.before else [])
    return Entry(
        row=row,
        value=number_words(said.value),
        reached={None: "", True: "yes", False: "no"}[said.reached],
        done=list(said.done),
        progress=said.progress,
        happened_on=said.happened_on.isoformat() if row.commitment.kind in DATED else "",
        was=str(said.pk),
    )


def typed(row: Row, request: HttpRequest) -> Entry:
    """What was typed for a row."""
    key, data = row.commitment.pk, request.POST
    return Entry(
        row=row,
        value=data.get(f"value-{key}", "").strip(),
        reached=data.get(f"reached-{key}", ""),
        done=data.getlist(f"done-{key}"),
        progress=data.get(f"progress-{key}", "").replace("\r\n", "\n").strip(),
        happened_on=data.get(f"happened_on-{key}", "").strip(),
        was=data.get(f"was-{key}", ""),
    )


def is_touched(entry: Entry, start: Entry, request: HttpRequest) -> bool:
    """Whether anything in the row differs from what it opened with, or a file was chosen."""
    names = ("value", "reached", "done", "progress", "happened_on")
    changed = any(getattr(entry, name) != getattr(start, name) for name in names)
    return changed or bool(request.FILES.getlist(f"file-{entry.row.commitment.pk}"))


def save(entry: Entry, request: HttpRequest, *, by: Officer, at: datetime, today: date) -> Reported:
    """Report the row and attach its files, both or neither."""
    row = entry.row
    now = str(row.current.pk) if row.current else ""
    if entry.was != now:
        raise Stale("这一项在您打开页面之后已由他人填报")
    if entry.reached not in YES_NO:
        raise Refusal("reported.reached", f"“{entry.question}”的选择不在范围内", "请从列表中选择")
    files = request.FILES.getlist(f"file-{row.commitment.pk}")
    with transaction.atomic():
        reported = actions.enter(
            commitment=row.commitment,
            month=row.month,
            by=by,
            at=at,
            today=today,
            value=number_of(entry.value),
            reached=YES_NO[entry.reached],
            done=[name for name in row.commitment.named if name in entry.done] if entry.is_roster else [],
            progress=entry.progress,
            happened_on=typed_date(entry.happened_on, what="日期") if entry.happened_on else None,
        )
        for file in files:
            if file.size is not None and file.size > evidence.LIMIT:
                cause = f"文件“{file.name}”有 {file.size / 2**20:.1f} MB,超过 {evidence.LIMIT // 2**20} MB 的上限"
                raise Refusal("evidence.too_large", cause, "请压缩图片或拆分后上传")
            data = file.read()
            evidence.attach(thing=reported, part="progress", name=file.name or "", data=data, by=by, at=at)
    return reported
