"""Where a number comes from, line by line: sentence -> commitment -> indicator -> rows -> evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.models import Evidence, ProofState
from gongjian.kernel.indicators.declare import INDICATORS, Fact, Indicator, Ranked, SumOf
from gongjian.kernel.indicators.standing import Standing, prepared, reports_known, standing, term
from gongjian.kernel.plan.models import Commitment

MOST = 200
"""How many rows are listed; the rest is counted."""


def explain(*, commitment_id: int, as_of: date, most: int = MOST) -> Iterator[str]:
    """The lines of the explanation of one commitment's figure on one day (kept within the plan's year)."""
    found = prepared(Commitment.objects.filter(pk=commitment_id))
    if not found:
        raise Refusal("commitment.unknown", f"没有编号为 {commitment_id} 的承诺", "请用 gongjian standing 查看编号")
    c = found[0]
    day = min(max(as_of, c.plan.since), c.plan.until)
    s = standing(commitment=c, as_of=day)
    yield from _sentence(c)
    yield from _promise(c, s)
    indicator = INDICATORS.get(c.indicator)
    if indicator is None:
        yield from _reports(c, day)
    else:
        yield from _rows(indicator, s, most)


def _sentence(c: Commitment) -> Iterator[str]:
    fallback = [0, c.plan.text.count("\n", 0, c.start) + 1, None]
    spot = next((spot for spot in reversed(c.plan.spots) if spot[0] <= c.start), fallback)
    page = f"第{spot[2]}页" if spot[2] else ""
    yield f"原文  {c.text}"
    yield (
        f"      《{c.plan.title}》第{c.plan.version}版 {page}第{spot[1]}段,"
        f"第 {c.start}–{c.end} 字,文件摘要 {c.plan.digest[:12]}"
    )


def _promise(c: Commitment, s: Standing) -> Iterator[str]:
    owed = term(commitment=c, as_of=s.as_of)
    upper = f"–{_plain(c.value2)}" if c.value2 is not None else ""
    changed = f"(原文 {_plain(c.value)})" if owed.target != c.value and c.value is not None else ""
    goal = f"目标 {c.comparator} {_plain(owed.target)}{upper}{c.unit}{changed}," if owed.target is not None else ""
    due = owed.due if owed.is_bound else "无"
    owner = c.owner or "未明确"
    yield f"承诺  {c.metric}:{goal}{c.get_modality_display()},时限 {due},责任单位 {owner}"
    expected = f";{s.judged_on} 应达 {_plain(s.expected)}{c.unit}" if s.expected is not None else ""
    yield f"进度  {owed.schedule.describe()}{expected}"
    yield f"态势  {s.as_of} {s.label}:实际 {_plain(s.actual)}{c.unit if s.actual is not None else ''},{_proofs(s)}"
    if s.difference:
        said = f"{s.reported_on} 填报 {_plain(s.reported)}{c.unit}"
        yield f"      {said},与台账相差 {_plain(s.difference)}{c.unit}"


def _proofs(s: Standing) -> str:
    figures = [(label, getattr(s.proof, state)) for state, label in ProofState.choices]
    return ",".join(f"{label} {_plain(figure)}" for label, figure in reversed(figures) if figure) or "无佐证"


def _reports(c: Commitment, day: date) -> Iterator[str]:
    rows = reports_known(commitment=c, as_of=day)
    yield f"指标  未绑定,由责任单位填报({len(rows)} 条)"
    files = _files("reported", [row.pk for row in rows])
    for row in rows:
        done = f" 已完成:{'、'.join(row.done)}" if row.done else ""
        yield f"  填报 {row.month:%Y-%m} 累计 {_plain(row.value)} {row.get_state_display()}{done} {row.progress}".rstrip()
        yield from files[row.pk]


def _rows(indicator: Indicator, s: Standing, most: int) -> Iterator[str]:
    facts = s.reading.facts if s.reading is not None else ()
    yield (
        f"指标  {indicator.label}({indicator.name},{indicator.file}),"
        f"台账“{indicator.register.label}”计入 {len(s.entry_ids)} 行"
    )
    shown = facts[:most]
    relations = [f.name for f in indicator.model._meta.concrete_fields if f.is_relation]
    rows = indicator.model._default_manager.select_related(*relations).in_bulk([fact.entry_id for fact in shown])
    files = _files(indicator.register.name, rows)
    for fact in shown:
        yield f"  行 {fact.entry_id} {rows.get(fact.entry_id, '(已删除)')}{_counts(fact, indicator)}"
        yield from files[fact.entry_id]
    if len(facts) > most:
        yield f"  其余 {len(facts) - most} 行从略"


def _counts(fact: Fact, indicator: Indicator) -> str:
    amount = f" {_plain(fact.amount)}{indicator.unit}" if isinstance(indicator, SumOf | Ranked) else ""
    name = f" 即“{fact.name}”" if fact.name else ""
    return f"{name} {fact.on}{amount} {ProofState(fact.state).label}"


def _files(kind: str, ids: Iterable[int]) -> dict[int, list[str]]:
    """The lines on the files of each subject."""
    found: dict[int, list[str]] = defaultdict(list)
    evidence = (
        Evidence.objects.filter(subject_kind=kind, subject_id__in=list(ids)).select_related("file").order_by("id")
    )
    for item in evidence:
        line = f"    佐证 {item.name} {item.get_state_display()} 摘要 {item.file.digest[:12]}"
        found[item.subject_id].append(line)
    return found


def _plain(value: Decimal | None) -> str:
    if value is None:
        return "—"
    text = f"{value:,.4f}"
    return text.rstrip("0").rstrip(".")
