"""Periods: the days that a question stands for: the day of filing, and the fiscal years counted back from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Period:
    """The day of filing, and what is counted back from it."""

    filing_on: date

    def year(self, back: int) -> int:
        """The fiscal year `back` years before the filing year."""
        return self.filing_on.year - back

    def years_before(self, years: int) -> date:
        """The same day some years earlier (28 February for 29 February)."""
        day = self.filing_on
        try:
            return day.replace(year=day.year - years)
        except ValueError:
            return day.replace(year=day.year - years, day=28)

    def since(self, day: date, measure: str) -> int:
        """Years from a day until the filing, by a measure of SPANS; `months` gives whole months."""
        if measure == "years":
            return self.filing_on.year - day.year
        until = date(self.year(1), 12, 31) if measure == "full_years" else self.filing_on
        if measure == "months":
            return (until.year - day.year) * 12 + until.month - day.month - (day.day > until.day)
        return until.year - day.year - ((day.month, day.day) > (until.month, until.day))


SPANS = ("years", "full_years", "age", "months")
"""Measures that turn a date into a number: begun fiscal years, whole ones until the last year's end, or whole ones."""
