"""Offers: the row of another register that ought to follow from a row's stage, or the one left behind by a withdrawn stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One thing to do in another register: a new row that starts with `values`, or the row `pk` to look at."""

    says: str
    register: str
    values: Mapping[str, str] = field(default_factory=dict)
    """By field of the new row, as a form holds them."""
    pk: int | None = None
