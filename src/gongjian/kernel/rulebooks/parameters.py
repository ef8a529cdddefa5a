"""Dated parameters: the figures of official rules, each with its document, article, days in force and confidence.

They lie in standards/*.toml. A changed figure is a new block with a later `since`; a question as of a past day gets the block
that was in force then. A figure without a confirmed source is `unconfirmed` and shown as 待核实 wherever it decides something.
Where no official text sets a figure, or nobody has checked it, the zone's own takes its place (own.py, setting.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from gongjian.kernel import standards
from gongjian.kernel.rulebooks import own
from gongjian.kernel.rulebooks.facts import plain

CONFIDENCE = {"sourced": "有出处", "unconfirmed": "待核实", "zone": "本区设定", "unset": "未设定"}
"""How sure a figure is; `zone` is one that no document sets and the zone chooses, `unset` one that the zone has not set."""
SURE = {**CONFIDENCE, "confirmed": "已核实"}
"""The same of a figure in force: `confirmed` is one that an officer of the zone has checked against a document."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One figure in force: a value, or bands by another fact (upper limits inclusive, the last open)."""

    name: str
    label: str
    value: Fraction | None = None
    bands: tuple[tuple[Fraction | None, Fraction], ...] = ()
    unit: str = ""
    is_share: bool = False
    """Whether the document writes it in percent."""
    article: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None
    confidence: str = "sourced"
    note: str = ""
    choices: tuple[str, ...] = ()
    """What 0, 1, … mean, where the figure is a choice."""
    set_by: str = ""
    """Who of the zone set or checked it, and when; empty where the figure is the standard's."""

    @property
    def is_open(self) -> bool:
        """Whether the zone may set it: no official text does, or nobody has checked it."""
        return self.confidence != "sourced"

    @property
    def said(self) -> str:
        """How sure it is, in a few words: 待核实, 本区设定(督查室陶知行 2025-06-30)."""
        return SURE[self.confidence] + (f"({self.set_by})" if self.set_by else "")

    @property
    def shown(self) -> str:
        """Its value with the unit, of one that goes by bands all of them; 未设定 where it has none."""
        if self.value is not None:
            return self.told(self.value)
        steps = [f"{'≤' + plain(limit) if limit is not None else '其余'}:{self.told(one)}" for limit, one in self.bands]
        return ";".join(steps) + (f"({self.unit})" if self.unit else "") if steps else "未设定"

    def covers(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def told(self, value: Fraction) -> str:
        """A value of it as the document writes it."""
        return f"{plain(value * 100)}%" if self.is_share else f"{plain(value)}{'' if self.bands else self.unit}"

    def at(self, value: Fraction) -> Parameter:
        """The same figure with another value: for asking what a change would do."""
        return replace(self, value=value)


def number(text: Any) -> Fraction:
    """5000, "5000.01", "5%" as exact numbers. Raises ValueError."""
    if isinstance(text, bool | float):
        raise ValueError(f"{text}: write it as a whole number or in quotes, so that it stays exact")
    words = str(text).strip().replace(",", "")
    return Fraction(words[:-1]) / 100 if words.endswith("%") else Fraction(words)


_READ: dict[str, tuple[Mapping[str, Any], dict[str, list[Parameter]]]] = {}
"""What a standard's file says, and its blocks worked out: both stand until the file is read anew."""


def read(name: str) -> Mapping[str, Sequence[Parameter]]:
    """All dated blocks of standards/`name`.toml by parameter, earliest first."""
    content = standards.standard(name)
    kept = _READ.get(name)
    if kept is not None and kept[0] is content:
        return kept[1]
    found: dict[str, list[Parameter]] = {}
    for key, blocks in content.get("parameters", {}).items():
        found[key] = sorted((_block(key, block) for block in blocks), key=lambda one: one.since or date.min)
    _READ[name] = content, found
    return found


def in_force(name: str, *, as_of: date, is_official: bool = False) -> dict[str, Parameter]:
    """The figures of standards/`name`.toml on a day, with the zone's own in their place where it has set any.

    With `is_official` only what the file says: for its worked cases and the printed pages.
    """
    chosen = {key: block for key, blocks in read(name).items() for block in blocks if block.covers(as_of)}
    mine = {} if is_official else own.known().figures.get(name, {})
    for key, settings in mine.items():
        if key in chosen:
            chosen[key] = with_own(chosen[key], settings, as_of=as_of)
    return chosen


def with_own(block: Parameter, settings: Sequence[own.Own], *, as_of: date) -> Parameter:
    """An official block with the zone's own value of a day; unchanged where it has an official source, or other bands now."""
    for one in settings:
        if block.is_open and one.covers(as_of) and len(one.values) == (len(block.bands) or 1):
            bands = tuple((limit, value) for (limit, _), value in zip(block.bands, one.values, strict=False))
            return replace(
                block,
                value=None if bands else one.values[0],
                bands=bands,
                source=one.source,
                since=one.since,
                until=one.until,
                confidence="confirmed" if block.confidence == "unconfirmed" else "zone",
                set_by=one.set_by,
            )
    return block


def faults(name: str) -> list[str]:
    """What is wrong with a standard: a parameter without a source, blocks that overlap, an unknown confidence."""
    found = []
    for key, blocks in read(name).items():
        for block in blocks:
            if not block.source:
                found.append(f"standards/{name}.toml: {key} has no source")
            if block.confidence not in CONFIDENCE:
                found.append(f"standards/{name}.toml: {key} has the unknown confidence {block.confidence!r}")
            if block.since and block.until and block.until < block.since:
                found.append(f"standards/{name}.toml: {key} ends on {block.until} before it begins on {block.since}")
        for earlier, later in pairwise(blocks):
            if earlier.until is None or later.since is None or later.since <= earlier.until:
                found.append(
                    f"standards/{name}.toml: {key} has two blocks in force at once, "
                    f"{_span(earlier)} and {_span(later)}: end the earlier one with `until`"
                )
    return found


def _span(block: Parameter) -> str:
    return f"{block.since or '…'} to {block.until or '…'}"


def _block(key: str, block: Mapping[str, Any]) -> Parameter:
    bands = tuple((None if limit == "" else number(limit), number(value)) for limit, value in block.get("bands", ()))
    return Parameter(
        name=key,
        label=block.get("label", key),
        value=number(block["value"]) if "value" in block else None,
        bands=bands,
        unit=block.get("unit", ""),
        is_share="%" in str(block.get("value", "")) or any("%" in str(value) for _, value in block.get("bands", ())),
        article=block.get("article", ""),
        source=block.get("source", ""),
        since=block.get("since"),
        until=block.get("until"),
        confidence=block.get("confidence", "sourced"),
        note=block.get("note", ""),
        choices=tuple(block.get("choices", ())),
    )
