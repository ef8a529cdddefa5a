"""Where a number comes from, line by line: sentence -> commitment -> indicator -> rows -> evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.indicators.declare import INDICATORS
from gongjian.kernel.indicators.standing import prepared, reports_known, standing, term
from gongjian.kernel.plan.models import Commitment
from gongjian.kernel.registers.query import known


def explain(*, commitment_id: int, as_of: date) -> Iterator[str]:
    """The lines of the explanation of one commitment's figure on one day."""
    found = prepared(Commitment.objects.filter(pk=commitment_id))
    if not found:
        raise Refusal("commitment.unknown", f"没有编号为 {commitment_id} 的承诺", "请用 gongjian standing 查看编号")
    c = found[0]
    day = min(max(as_of, c.plan.since), c.plan.until)
    s = standing(commitment=c, as_of=day)
    terms = term(commitment=c, as_of=day)
    spot = next((spot for spot in reversed(c.plan.spots) if spot[0] <= c.start), [0, c.plan.text.count("\n", 0, c.start) + 1, None])
    page = f"第{spot[2]}页" if spot[2] else ""
    yield f"原文  {c.text}"
    yield f"      《{c.plan.title}》第{c.plan.version}版 {page}第{spot[1]}段,第 {c.start}–{c.end} 字,文件摘要 {c.plan.digest[:12]}"
    yield f"承诺  {c.metric}:目标 {c.comparator} {_plain(c.value)}{'–' + _plain(c.value2) if c.value2 is not None else ''}{c.unit},{c.get_modality_display()},时限 {c.due_on or '无'},责任单位 {c.owner or '未明确'}"
    yield f"进度  {terms.schedule.describe()};应达 {_plain(s.expected)}{c.unit}"
    yield f"态势  {day} {s.label}:实际 {_plain(s.actual)}{c.unit},已核实 {_plain(s.proved)}"
    indicator = INDICATORS.get(c.indicator)
    if indicator is None:
        rows = reports_known(commitment=c, as_of=day)
        yield f"指标  未绑定,由责任单位填报({len(rows)} 条)"
        for row in rows:
            yield f"  填报 {row.month:%Y-%m} 累计 {_plain(row.value)} {row.get_state_display()} {row.progress}"
            yield from _evidence("reported", row.pk)
        return
    yield f"指标  {indicator.label}({indicator.name},{indicator.file}),台账“{indicator.register.label}”计入 {len(s.entry_ids)} 行"
    model_rows = {row.pk: row for row in known(register=indicator.register, at=None).filter(pk__in=s.entry_ids)}
    for pk in s.entry_ids:
        yield f"  行 {pk} {model_rows.get(pk, '(已删除)')}"
        yield from _evidence(indicator.register.name, pk)


def _evidence(kind: str, pk: int) -> Iterator[str]:
    for item in Evidence.objects.filter(subject_kind=kind, subject_id=pk).select_related("file"):
        yield f"    佐证 {item.name} {item.get_state_display()} 摘要 {item.file.digest[:12]}"


def _plain(value: object) -> str:
    return "—" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".")
