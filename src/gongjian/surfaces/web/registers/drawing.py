"""Small drawings of figures over years or months, made on the server: bars, last year's same month behind this year's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from markupsafe import Markup

from gongjian.kernel.registers.declare import Panel, Register
from gongjian.kernel.registers.values import shown, unit_of

WIDTH, HEIGHT = 216, 58
YEARS_MOST = 8
MONTHS_MOST = 24
"""Months that a drawing needs: the latest year and the year before."""
_BASE = HEIGHT - 12


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One figure over time: its label, the latest value, how it compares, the picture and the same in words."""

    label: str
    unit: str
    latest: str
    when: str
    change: str
    """Against the year before, or the same month of last year: +12.5%; — where there is nothing to compare."""
    tone: str
    picture: Markup


def by_year(*, label: str, unit: str, points: Sequence[tuple[int, Decimal]]) -> Drawing | None:
    """Bars of the last years; `points` are (year, value), any order. None without points."""
    held = dict(points)
    if not held:
        return None
    last = max(held)
    years = list(range(max(min(held), last - YEARS_MOST + 1), last + 1))
    bars = [(str(year)[2:], held.get(year), None) for year in years]
    change, tone = _change(held[last], held.get(last - 1))
    said = ";".join(f"{year}年 {_figure(held[year])}" for year in years if year in held)
    return Drawing(
        label=label,
        unit=unit,
        latest=_figure(held[last]),
        when=f"{last}年",
        change=f"比上年 {change}",
        tone=tone,
        picture=_bars(bars, f"{label}:{said}"),
    )


def by_month(*, label: str, unit: str, points: Sequence[tuple[date, Decimal]]) -> Drawing | None:
    """The months of the latest year, each before the same month of the year before; `points` are (month, value)."""
    held = {(day.year, day.month): value for day, value in points}
    if not held:
        return None
    year, month = max(held)
    bars = [(str(m), held.get((year, m)), held.get((year - 1, m))) for m in range(1, 13)]
    change, tone = _change(held[year, month], held.get((year - 1, month)))
    said = ";".join(f"{m}月 {_figure(now)}" for m, now, _ in bars if now is not None)
    return Drawing(
        label=label,
        unit=unit,
        latest=_figure(held[year, month]),
        when=f"{year}年{month}月",
        change=f"同比 {change}",
        tone=tone,
        picture=_bars(bars, f"{label}{year}年:{said}"),
    )


def axis_of(other: Register, points: Any) -> Any:
    """The year or month in the key of rows that point by `points`; None where the key holds nothing else."""
    return next((other.field(name) for name in other.key if name != points.name), None)


def reach_of(axis: Any) -> int:
    """How many of the latest rows a drawing looks at."""
    return MONTHS_MOST if isinstance(axis, models.DateField) else YEARS_MOST


def drawings(panel: Panel, other: Register, rows: list[Any], axis: Any) -> Iterator[Drawing]:
    """The panel's number columns over the years or months of `rows`."""
    if axis is None:
        return
    draw: Any = by_month if isinstance(axis, models.DateField) else by_year
    for name in panel.series:
        own = other.field(name)
        held = [
            (getattr(one, axis.name), value)
            for one in rows[: reach_of(axis)]
            if (value := getattr(one, name)) is not None
        ]
        unit = unit_of(own) or ""
        made = draw(label=str(own.verbose_name).removesuffix(f"({unit})"), unit=unit, points=held)
        if made is not None:
            yield made


def _figure(value: Decimal | int) -> str:
    return shown(Decimal(value))


def _change(now: Decimal, before: Decimal | None) -> tuple[str, str]:
    if before is None or before <= 0:
        return "—", ""
    share = (now - before) / before * 100
    return f"{share:+,.1f}%", "up" if share > 0 else "down" if share < 0 else ""


def _bars(bars: Sequence[tuple[str, Decimal | None, Decimal | None]], said: str) -> Markup:
    """Bars over a base line; a value below zero hangs from it, one that is missing leaves its place empty."""
    values = [value for _, now, before in bars for value in (now, before) if value is not None]
    top, bottom = max([Decimal(0), *values]), min([Decimal(0), *values])
    span = (top - bottom) or Decimal(1)
    zero = float(top / span) * (_BASE - 2) + 2
    step = WIDTH / len(bars)
    width = min(22.0, step * 0.62)
    parts = []
    for place, (text, now, before) in enumerate(bars):
        left = place * step + (step - width) / 2
        if before is not None:
            parts.append(_bar("before", left - width * 0.22, width, zero, before, span))
        if now is not None:
            is_last = all(later is None for _, later, _ in bars[place + 1 :])
            parts.append(
                _bar(
                    "now last" if is_last else "now", left, width * (0.78 if before is not None else 1), zero, now, span
                )
            )
        parts.append(Markup('<text x="{}" y="{}">{}</text>').format(f"{place * step + step / 2:.1f}", HEIGHT - 2, text))
    return Markup(
        '<svg class="bars" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{said}">'
        '<title>{said}</title><line x1="0" x2="{w}" y1="{z}" y2="{z}"/>{parts}</svg>'
    ).format(w=WIDTH, h=HEIGHT, said=said, z=f"{zero:.1f}", parts=Markup("").join(parts))


def _bar(kind: str, left: float, width: float, zero: float, value: Decimal, span: Decimal) -> Markup:
    height = float(abs(value) / span) * (_BASE - 2)
    y = zero - height if value >= 0 else zero
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        kind, f"{left:.1f}", f"{y:.1f}", f"{width:.1f}", f"{max(height, 1):.1f}"
    )
