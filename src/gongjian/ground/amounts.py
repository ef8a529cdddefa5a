"""金额与数量: the column types that the ground registers share, each naming its unit in the Chinese label."""

from __future__ import annotations

from typing import Any

from django.db import models


def money(label: str, *, help_text: str = "", unit: str = "万元") -> Any:
    """An amount that may be missing, to the yuan (18 digits, 4 of them behind the point), headed `label(unit)`."""
    return models.DecimalField(
        f"{label}({unit})", max_digits=18, decimal_places=4, null=True, blank=True, help_text=help_text
    )


def quantity(label: str, *, unit: str, places: int = 2, help_text: str = "") -> Any:
    """A measured or averaged number that may be missing, headed `label(unit)`."""
    return models.DecimalField(
        f"{label}({unit})", max_digits=14, decimal_places=places, null=True, blank=True, help_text=help_text
    )


def whole(label: str, *, help_text: str = "") -> Any:
    """A counted number that may be missing; `label` names its unit itself where there is one."""
    return models.PositiveIntegerField(label, null=True, blank=True, help_text=help_text)


def day(label: str, *, help_text: str = "") -> Any:
    """A date that may be missing."""
    return models.DateField(label, null=True, blank=True, help_text=help_text)


def flag(label: str, *, help_text: str = "") -> Any:
    """Yes, no or not known."""
    return models.BooleanField(label, null=True, blank=True, help_text=help_text)
