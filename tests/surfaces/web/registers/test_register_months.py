"""A declared month is a month everywhere: in the list, the form, the cell, the file that goes out and comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import enterprise
from tests.surfaces.web.registers.steps import book, preview, seen, text, to_bytes

from gongjian.ground.monthly_figures import MonthlyFigure
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.registers import actions

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]


@pytest.fixture
def row(cast: Cast) -> MonthlyFigure:
    """March 2025 of one enterprise."""
    Zone.objects.update(stands_at=TODAY)
    firm = enterprise(by=cast.clerk, unit=cast.science)
    values = {"enterprise": firm, "month": date(2025, 3, 1), "tax_paid": Decimal(3), "unit": cast.science}
    made: MonthlyFigure = actions.create(
        register=MonthlyFigure.register, values=values, by=cast.clerk, at=AT, today=TODAY
    )
    return made


def test_pages_show_the_month_and_take_a_month(cast: Cast, door: Door, row: MonthlyFigure) -> None:
    client = door(cast.clerk)
    listed = text(client.get("/registers/monthly-figure/", {"month.from": "2025-03", "month.to": "2025-03"}))
    assert ">2025年3月</td>" in listed and "2025-03-01" not in listed
    assert 'name="month.from" value="2025-03" type="month"' in listed
    assert "所属月份:2025年3月 至 2025年3月 ×" in listed
    assert "没有符合条件的记录" in text(client.get("/registers/monthly-figure/", {"month.from": "2025-04"}))
    page = text(client.get(f"/registers/monthly-figure/{row.pk}/"))
    assert "2025年3月</h1>" in page and "2025-03-01" not in page
    form = text(client.get(f"/registers/monthly-figure/{row.pk}/edit/"))
    assert 'name="month" value="2025-03"' in form and 'type="month"' in form
    cell = client.get(f"/registers/monthly-figure/{row.pk}/cell/month/").content.decode()
    assert 'value="2025-03"' in cell and 'type="month"' in cell
    response = client.post(f"/registers/monthly-figure/{row.pk}/cell/month/", {"month": "2025-04", "revision": "1"})
    assert "2025年3月 → 2025年4月" in response.json()["said"]
    row.refresh_from_db()
    assert row.month == date(2025, 4, 1)


def test_a_sheet_goes_out_and_comes_back_with_months(cast: Cast, door: Door, row: MonthlyFigure) -> None:
    client = door(cast.clerk)
    plain = client.get("/registers/monthly-figure/export.xlsx", {"as": "csv"}).getvalue().decode("utf-8-sig")
    assert ",2025年3月," in plain and "2025-03-01" not in plain
    edited = book(client.get("/registers/monthly-figure/export.xlsx").getvalue())
    sheet = edited.active
    column = {cell.value: cell.column for cell in sheet[2]}["所属月份"]
    cell = sheet.cell(3, column)
    assert (cell.value.date(), cell.number_format) == (date(2025, 3, 1), 'yyyy"年"m"月"')
    cell.value = "2025年5月"
    address, page = preview(client, "monthly-figure", to_bytes(edited), show="changed")
    assert "2025年3月" in page and "2025年5月" in page
    client.post(address, {"seen": seen(page)})
    row.refresh_from_db()
    assert row.month == date(2025, 5, 1)


def test_a_template_says_how_a_month_is_written(cast: Cast, door: Door) -> None:
    made = book(door(cast.clerk).get("/registers/monthly-figure/template.xlsx").content)
    guide = {line[1]: line for line in made["填表说明"].iter_rows(values_only=True)}
    assert (guide["所属月份"][4], guide["所属月份"][7]) == ("月份,如 2025年6月", "2025年6月")
