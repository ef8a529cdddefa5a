"""一企一策 as it is handed to an enterprise: what each official document demands, what is so, what to do by when.

Here is what stands on the sheet; gap_sheet_docx and gap_sheet_pdf lay the same words out as a document each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.rulebooks import windows
from gongjian.kernel.rulebooks.closings import Closing, raising
from gongjian.kernel.rulebooks.dates import WAIT
from gongjian.kernel.rulebooks.explaining import Explained
from gongjian.kernel.rulebooks.judging import Scored
from gongjian.kernel.rulebooks.parameters import CONFIDENCE, SURE
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import OVER
from gongjian.kernel.rulebooks.windows import Step, Window
from gongjian.surfaces import whereabouts
from gongjian.surfaces.criteria_parts import NEAR, Part
from gongjian.surfaces.whereabouts import entered, ungraded

TITLE = "一企一策"
BLANKS = "需要补录的数据"
DISCLAIMER = "测算结果仅供准备申报参考,以主管部门认定为准。"
READY = "全部条件符合,可以准备申报。"
NONE_APPLIES = "所选标准都不适用于该企业,没有需要准备的事项。"
UNCONFIRMED = "标“待核实”的数值没有核对到官方原文,办理前请向主管部门核对。"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One criterion: every cell as its paragraphs."""

    label: str
    cites: str
    state: State
    marks: tuple[str, ...]
    """人工认定, 待核实: what the state rests on beside the data."""
    demanded: str
    present: tuple[str, ...]
    todo: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Points:
    """One item of the score."""

    label: str
    points: str
    most: str
    next: str


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One rulebook's part: its verdict, then what is open, what is met, points, alerts, steps, sources."""

    label: str
    verdict: State
    said: str
    """The verdict in the rulebook's words."""
    score: str
    source: str
    window: str
    open: tuple[Line, ...]
    met: tuple[Line, ...]
    points: tuple[Points, ...]
    alerts: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]
    """By when and what is to be done, earliest first."""
    steps_of: str
    """Who plans them so, where not the document itself."""
    documents: tuple[str, ...]
    sources: tuple[str, ...]
    """The documents of the figures that decide, with what is not confirmed marked."""
    nearest: str
    """What stands in the way, in a few words, for the overview."""
    open_when: str
    """The window in a few words, for the overview."""

    @property
    def outcome(self) -> str:
        return f"{self.said},{self.score}" if self.score else self.said

    @property
    def heading(self) -> str:
        return f"{self.label}:{self.outcome}"

    @property
    def plan(self) -> str:
        """What stands over the steps."""
        return f"倒排节点({self.steps_of})" if self.steps_of else "倒排节点"

    @property
    def basis(self) -> tuple[str, str]:
        """The document and the window, as two lines under the heading."""
        return f"依据:{self.source}。", f"窗口:{self.window}"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What stands under the tables: what is handed in, where the figures come from."""
        papers = [f"申报材料:{'、'.join(self.documents)}。"] if self.documents else []
        return (*papers, *([f"数值出处:{';'.join(self.sources)}。"] if self.sources else []))


@dataclass(frozen=True, kw_only=True)
class GapSheet:
    """One enterprise's sheet."""

    name: str
    code: str
    head: tuple[tuple[str, str], ...]
    policies: tuple[Policy, ...]
    far: tuple[str, ...]
    """Rulebooks that stand in the overview alone."""
    blanks: tuple[str, ...]
    """What is to be entered for these: the missing data of all of them, by register."""
    aside: tuple[str, ...]
    """Rulebooks that do not apply."""
    notes: tuple[str, ...]
    foot: str

    @property
    def told(self) -> tuple[Policy, ...]:
        """The rulebooks that are told criterion by criterion."""
        return tuple(one for one in self.policies if one.label not in self.far)

    @property
    def folded(self) -> str:
        """What is said of those that are not."""
        if not self.far:
            return ""
        return f"待办超过{NEAR}项的{len(self.far)}部标准只在上表列出结论;需要逐条办理的,请另行打印该标准的一企一策。"

    @property
    def remark(self) -> str:
        return f"不适用于该企业的标准:{'、'.join(self.aside)}。" if self.aside else ""


def gap_sheet(
    *, row: Any, parts: Sequence[Part], by: Officer, sight: Sight, as_of: date, is_whole: bool = False
) -> GapSheet:
    """The sheet of one enterprise's row; `by` prints it, `sight` is what that officer may see of the row's own fields.

    `is_whole`: it is by all rulebooks, so that those that are far stand in the overview alone.
    """
    applying = [part for part in parts if part.verdict.state is not State.NOT_APPLICABLE]
    policies = tuple(_policy(part, as_of) for part in applying)
    reached = "、".join(
        words for name in ("contact", "phone") if (words := sight.shown(row=row, name=name)) not in ("", "—")
    )
    head = (
        ("企业名称", str(row.name)),
        ("统一社会信用代码", str(row.credit_code or "尚未登记")),
        ("责任单位", str(row.unit or "尚未确定")),
        ("企业联系人", reached or "尚未登记"),
        ("数据截至", as_of.isoformat()),
        ("对照标准", f"{len(parts)}部,其中{len(applying)}部适用"),
    )
    far = [part for part in applying if is_whole and part.is_far]
    missing = [spec for part in far for line in part.open for spec in line.finding.missing]
    is_unconfirmed = any(
        CONFIDENCE["unconfirmed"] in line.marks for policy in policies for line in (*policy.open, *policy.met)
    )
    return GapSheet(
        name=str(row.name),
        code=str(row.credit_code or ""),
        head=head,
        policies=policies,
        far=tuple(part.verdict.rulebook.label for part in far),
        blanks=tuple(entered(missing, as_of)),
        aside=tuple(part.verdict.rulebook.label for part in parts if part not in applying),
        notes=(DISCLAIMER, *([UNCONFIRMED] if is_unconfirmed else [])),
        foot=f"制表:{by.unit or ''}{by.name} {as_of.isoformat()}",
    )


def _policy(part: Part, as_of: date) -> Policy:
    verdict, book = part.verdict, part.verdict.rulebook
    figures = book.figures(as_of=as_of)
    asked = [figures[name] for name in book.asked]
    sources = dict.fromkeys(
        f"{one.source}{one.article}" if one.article.startswith("第") else one.source for one in asked
    )
    return Policy(
        label=book.label,
        verdict=verdict.state,
        said=book.says(verdict.state),
        score=_between(verdict.score) if verdict.score is not None else "",
        source=f"{book.source}({book.edition_told})",
        window=windows.filing(book, as_of=as_of).told(),
        open=tuple(_line(one, part, as_of) for one in part.open),
        met=tuple(_line(one, part, as_of) for one in part.met),
        points=tuple(_points(one) for one in verdict.items),
        alerts=tuple(f"{one.gate.label}:{one.gate.note}" for one in verdict.alerts if one.state is State.MET),
        steps=tuple(
            (f"{one.due.isoformat()}前", one.label + ("(已过)" if one.due < as_of else ""))
            for one in _ordered(part.steps)
        ),
        steps_of="本区安排" if any(one.is_usual for one in part.steps) else "",
        documents=book.documents,
        sources=tuple(one for one in sources if one),
        nearest=part.nearest,
        open_when=_open_when(windows.filing(book, as_of=as_of)),
    )


def _open_when(filing: windows.Filing) -> str:
    window = filing.window
    if window is None or window.closes is None:
        return "没有固定窗口" if filing.state == "none" else "未设定,见当年通知"
    return f"{window.opens}至{window.closes}" if window.opens is not None else f"截至{window.closes}"


def _line(line: Explained, part: Part, as_of: date) -> Line:
    finding = line.finding
    present = [line.present] if line.present else []
    if not present and finding.state is State.UNKNOWN:
        present = ["没有数据。"]
    marks = list(dict.fromkeys(SURE[one.confidence] for one in line.unconfirmed))
    for mark in marks:
        named = [
            f"{one.label}({one.set_by})" if one.set_by else one.label
            for one in line.unconfirmed
            if SURE[one.confidence] == mark
        ]
        present.append(f"{mark}:{'、'.join(named)}。")
    if finding.decision is not None:
        marks.append("人工认定")
        made = finding.decision
        present.append(
            f"人工认定:{made.by.name}{timezone.localtime(made.at):%Y-%m-%d}认定为{finding.state.label}"
            f"(按数据为{(finding.judged or finding.state).label}),有效期至{made.expires_on}。理由:{made.reason}"
        )
    return Line(
        label=finding.gate.label,
        cites=finding.gate.cites,
        state=finding.state,
        marks=tuple(marks),
        demanded=line.demanded,
        present=tuple(present) or ("—",),
        todo=tuple(_todo(line, part, as_of)) if finding.state is not State.MET else (),
    )


def _todo(line: Explained, part: Part, as_of: date) -> Iterable[str]:
    """What to do, each with its day: nothing is left without a word."""
    finding, told = line.finding, False
    for number, words in enumerate(line.remedies):
        closing = line.closings[number] if number < len(line.closings) else None
        label = finding.gaps[number].lever.label if closing is not None else ""
        is_undated = label == WAIT or label.endswith(OVER)
        yield words + ("" if is_undated else _by(closing, part.window, as_of))
        told = True
    for words in entered(finding.missing, as_of):
        yield words + _soon(part, as_of)
        told = True
    for one in line.unconfirmed if finding.state is State.UNKNOWN else ():
        if one.confidence == "unset":
            yield f"“{one.label}”由本区在“标准”的“本区设定”中设定。"
            told = True
    if not told and finding.decision is not None:
        yield "按人工认定办理;认定到期或撤回后,按数据重新测算。"
        return
    if not told and finding.state is State.UNGRADED:
        blank = ungraded(finding.gate.demands.specs(), part.verdict.facts)
        for place in whereabouts.of(blank, as_of=as_of):
            yield f"安排问诊,由问诊人评定{place.listed},结论登记在{place.where}。{_soon(part, as_of)}"
        if not blank:
            yield f"问诊评定的分数不在范围内,请核对后改正。{_soon(part, as_of)}"
    elif not told and finding.state is State.OPEN:
        yield "准备佐证材料,由评审认定。"
    elif not told:
        yield "没有单项数据能够补足,请与责任单位商定办法。"


def _by(closing: Closing | None, window: Window | None, as_of: date) -> str:
    """By when: a year that is over waits for this year's end, all else ends with the window."""
    if closing is not None and closing.is_over:
        return f"(本年度终了前:{as_of.year}-12-31)"
    if window is not None and window.closes is not None and window.closes >= as_of:
        return f"(至迟{window.closes.isoformat()})"
    return ""


def _soon(part: Part, as_of: date) -> str:
    """The next step of the plan, for what holds everything else up; nothing where no day is known."""
    ahead = [one.due for one in _ordered(part.steps) if one.due >= as_of]
    if ahead:
        return f"({ahead[0].isoformat()}前)"
    closes = part.window.closes if part.window is not None else None
    return f"(至迟{closes.isoformat()})" if closes is not None and closes >= as_of else ""


def _points(one: Scored) -> Points:
    words = "缺数据" if one.is_unknown else "待问诊" if one.is_ungraded else ""
    words = words or raising(one)
    rest = "已满分" if one.least == one.item.most else "由评审评定" if one.least != one.most else "—"
    return Points(
        label=one.item.label,
        points=f"{one.least}" if one.least == one.most else f"{one.least}至{one.most}",
        most=f"{one.item.most}",
        next=words or rest,
    )


def _between(score: tuple[int, int]) -> str:
    least, most = score
    return f"得分{least}分" if least == most else f"得分{least}至{most}分"


def _ordered(steps: Iterable[Step]) -> list[Step]:
    return sorted(steps, key=lambda one: one.due)
