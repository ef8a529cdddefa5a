"""Months: a column that says 2025年6月, not a day of it (所属月份, 税款所属期)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class MonthField(models.DateField):
    """A month, stored as its first day: shown as 2025年6月 in lists, pages and sheets, entered by month and year.

    To the database and to migrations it is a date, so that making a date column a month changes no table.
    """

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateField", args, kwargs

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if isinstance(value, date) and value.day != 1:
            raise ValidationError(f"{value}是某一天,{self.verbose_name}只填到月,应为{said(value)}。", code="month")


def said(day: date) -> str:
    """The month of a day as an office writes it: 2025年6月."""
    return f"{day.year}年{day.month}月"
