"""The template environment: figures, dates and addresses as every page prints them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from jinja2 import Environment, StrictUndefined

from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.indicators.verdicts import LABELS, TONES
from gongjian.kernel.people import fields, policy
from gongjian.kernel.people.acts import VERBS as ACTS
from gongjian.kernel.plan.proposal import KIND_LABELS, MODALITY_LABELS
from gongjian.kernel.registers.values import shown
from gongjian.surfaces.web.gathering import gathered, warned

NAVIGATION: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    # address, label, verbs: shown to whoever may do one of them; without verbs to everybody
    ("/plan/", "计划", ("plan.read",)),
    ("/reports/", "填报", ("commitment.report", "reported.verify")),
    ("/registers/", "台账", ("register.read",)),
    ("/criteria/", "标准", ("register.read",)),
    ("/policies/", "政策", ("register.read",)),
    ("/innovation/", "科创培育", ("register.read",)),
    ("/people/", "单位与人员", ("people.read",)),
    ("/log/", "办理记录", ("audit.read",)),
    ("/interface/", "接口", ("token.own",)),
    ("/about/", "关于", ()),
)


def figure(value: Decimal | Fraction | float | int | None, places: int = 2) -> str:
    """A figure with thousands separators, at most `places` decimals, no trailing zeros; — when there is none."""
    if value is None:
        return "—"
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    text = f"{round(Decimal(str(value)), places):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(value: date | datetime | None) -> str:
    """A date as 2025-06-30; a moment as 2025-06-30 17:05 in China."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat()


def points(value: Fraction | None) -> str:
    """A share as percentage points: 0.076 -> 7.6."""
    return "—" if value is None else figure(abs(value) * 100, 1)


def query(current: Any, **changes: object) -> str:
    """The page's query string with some values changed; None or "" removes one."""
    pairs = [(key, value) for key, values in current.lists() for value in values if key not in changes]
    pairs += [(key, str(value)) for key, value in changes.items() if value not in (None, "")]
    return "?" + urlencode(pairs) if pairs else "?"


@lru_cache(maxsize=10_000)
def address(name: str, *args: object) -> str:
    """The address of a page by its name in the map of pages; a page of many links asks for the same ones again."""
    return reverse(name, args=args or None)


def environment(**options: Any) -> Environment:
    """Jinja2 with autoescape on; an undefined name is an error, not an empty string."""
    env = Environment(**{**options, "undefined": StrictUndefined}, extensions=["jinja2.ext.do"])
    env.globals.update(
        static=cache(static),
        url=address,
        query=query,
        may=lambda by, verb, thing=None: policy.may(by=by, verb=verb, thing=thing),
        NAVIGATION=NAVIGATION,
        ACTS=ACTS,
        VERDICTS=LABELS,
        TONES=TONES,
        KINDS=KIND_LABELS,
        MODALITIES=MODALITY_LABELS,
        PROOFS=dict(ProofState.choices),
    )
    env.filters.update(figure=figure, day=day, points=points, masked=fields.masked, shown=shown)
    env.filters.update(gathered=gathered, warned=warned)
    env.tests.update(allowed=lambda verb, by: policy.may(by=by, verb=verb))
    return env
