"""The review's forms: from what an officer typed to the values of a commitment, and spans from words of the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Unit
from gongjian.kernel.plan.document import plain
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.plan.proposal import Comparator, Kind, Modality, Proposal
from gongjian.kernel.plan.reader import read
from gongjian.kernel.plan.words import deadline_of, deadline_words, names_of, number_of, number_words
from gongjian.kernel.registers.numbers import number_in

FIELDS = ("quote", "kind", "metric", "comparator", "value", "value2", "unit", "deadline", "modality", "named", "owner")
PARTS = 6
"""Rows of the split form that work without scripts."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An option of a list."""

    value: str
    label: str


def shown(commitment: Commitment) -> dict[str, str]:
    """A commitment as its form shows it."""
    c = commitment
    return {
        "quote": c.text,
        "kind": c.kind,
        "metric": c.metric,
        "comparator": c.comparator,
        "value": number_words(c.value),
        "value2": number_words(c.value2),
        "unit": c.unit,
        "deadline": deadline_words(c.deadline),
        "modality": c.modality,
        "named": "\n".join(c.named),
        "owner": str(c.owner_id or ""),
        "mechanism": c.mechanism,
    }


def suggested(*, plan: Plan, start: int, end: int) -> dict[str, str]:
    """The form for a stretch that an officer selected, filled with what the reader makes of it alone."""
    quote = plan.text[start:end]
    found = read(plain(name="selection", text=quote), year=plan.year).proposals
    p = (
        found[0]
        if found
        else Proposal(start=0, end=len(quote), text=quote, kind=Kind.ROUTINE, metric=quote.strip()[:40])
    )
    return {
        "quote": quote,
        "kind": p.kind,
        "metric": p.metric,
        "comparator": p.comparator or "",
        "value": number_words(p.value),
        "value2": number_words(p.value2),
        "unit": p.unit or "",
        "deadline": deadline_words(p.deadline or ""),
        "modality": p.modality,
        "named": "\n".join(p.named),
        "owner": "",
        "mechanism": "",
    }


def read_words(words: str, *, year: int) -> tuple[Proposal, ...]:
    """What the reader finds in a few words, read as a sentence of a chapter's tasks (offsets are of no use)."""
    return read(plain(name="words", text=f"一、任务\n{words.strip()}。\n"), year=year).proposals


def values_of(typed: Mapping[str, str]) -> dict[str, Any]:
    """The values of a commitment from a form's strings; refused with a sentence that names the field."""
    kind = typed.get("kind", "")
    if kind not in set(Kind):
        raise Refusal("review.kind", "没有选择承诺类型", "请从列表中选择类型")
    value, value2 = _number(typed, "value", "目标值"), _number(typed, "value2", "上限")
    comparator = typed.get("comparator", "")
    if value2 is not None and comparator != Comparator.RANGE:
        raise Refusal("review.range", "填写了上限,比较方式却不是“区间”", "请把比较方式改为“区间”,或清空上限")
    return {
        "kind": kind,
        "metric": typed.get("metric", "").strip(),
        "comparator": comparator,
        "value": value,
        "value2": value2,
        "unit": typed.get("unit", "").strip(),
        "deadline": deadline_of(typed.get("deadline", "")),
        "modality": typed.get("modality", Modality.PLAIN),
        "named": names_of(typed.get("named", "")),
        "owner": owner_of(typed.get("owner", "")),
        "mechanism": typed.get("mechanism", "").strip(),
    }


def owner_of(raw: str) -> Unit | None:
    """The unit chosen in a list; None for nobody."""
    if not raw:
        return None
    unit = Unit.objects.filter(pk=number_in(raw), is_active=True).first()
    if unit is None:
        raise Refusal("review.owner", "选择的责任单位不存在或已停用", "请从列表中重新选择")
    return unit


def locate(*, plan: Plan, quote: str, near: int, within: tuple[int, int] | None = None) -> tuple[int, int]:
    """Where `quote` stands in the plan (code points), the occurrence nearest to `near`; `within` limits the search."""
    quote = quote.strip("\r\n")
    if not quote.strip():
        raise Refusal("review.quote", "没有写明原文", "请在正文中选中承诺的文字,或把它复制到“原文”一栏")
    low, high = within or (0, len(plan.text))
    found = []
    at = plan.text.find(quote, low, high)
    while at >= 0:
        found.append(at)
        at = plan.text.find(quote, at + 1, high)
    if not found:
        where = "这句话里" if within else "正文中"
        raise Refusal("review.quote", f"{where}没有“{quote[:30]}”这段文字", "请从正文原样复制,不要改字")
    start = min(found, key=lambda place: abs(place - near))
    return start, start + len(quote)


def parts_of(commitment: Commitment) -> list[dict[str, str]]:
    """The split form's rows to start with: one for each number the reader finds in the words, or for each name."""
    own = shown(commitment)
    text = commitment.text
    found = read_words(text, year=commitment.plan.year)
    rows = []
    if len(found) > 1:
        for p in found:
            rows.append(
                {**own, "quote": p.text, "metric": p.metric, "value": number_words(p.value)}
                | {"unit": p.unit or "", "comparator": p.comparator or "", "value2": number_words(p.value2)}
            )
    elif len(commitment.named) > 1:
        rows = [{**own, "named": name, "metric": f"{name}:{own['metric']}"[:120]} for name in commitment.named]
        if commitment.value is not None and commitment.value == len(commitment.named):
            rows = [{**row, "value": "1"} for row in rows]
    return rows or [own, {**own, "value": "", "value2": "", "metric": ""}]


def typed_parts(data: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows of a posted split form (`metric-0`, `value-0`...); rows without a metric are left out."""
    rows = []
    for number in range(40):
        row = {name: str(data.get(f"{name}-{number}", "")) for name in (*FIELDS, "mechanism")}
        if row["metric"].strip():
            rows.append(row)
    return rows


def split_values(*, commitment: Commitment, rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The parts of a split: what the form gives, over what the commitment has."""
    passage = commitment.passage
    within = (min(passage.start, commitment.start), max(passage.end, commitment.end))
    parts = []
    for number, row in enumerate(rows, start=1):
        try:
            start, end = locate(plan=commitment.plan, quote=row["quote"], near=commitment.start, within=within)
            typed = {**shown(commitment), **{name: text for name, text in row.items() if name != "quote"}}
            parts.append({**values_of(typed), "start": start, "end": end})
        except Refusal as refusal:
            raise Refusal(refusal.code, f"第 {number} 项:{refusal.cause}", refusal.remedy) from refusal
    return parts


def _number(typed: Mapping[str, str], name: str, label: str) -> Any:
    try:
        return number_of(typed.get(name, ""))
    except Refusal as refusal:
        raise Refusal(refusal.code, f"{label}{refusal.cause}", refusal.remedy) from refusal
