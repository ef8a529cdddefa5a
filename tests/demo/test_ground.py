"""The demo's ground registers: facts missing as promised, keys unique, nobody real, certificates as the drives say."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F, Q

from gongjian.demo.facts import ABNORMAL_ROW, facts_of
from gongjian.demo.firms import AS_OF, enterprises, stream
from gongjian.demo.naming import AREA_CODE
from gongjian.demo.rows import rows, sheets
from gongjian.demo.rows.returns import US_TRADERS, YEARLY
from gongjian.ground import identity
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.ground.monthly_figures import MonthlyFigure
from gongjian.ground.people import Person
from gongjian.ground.recognitions import Recognition
from gongjian.ground.sites import Tenancy
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.models import Batch, StageMove

FIRMS = enterprises(1200)
STORIES = rows(FIRMS)
SHEETS = sheets(FIRMS, STORIES)


def _rows(register: str) -> list[dict[str, Any]]:
    return [
        dict(zip(sheet.names, values, strict=True))
        for sheet in SHEETS
        if sheet.register == register
        for values in sheet.rows
    ]


def test_the_same_seed_gives_the_same_sheets() -> None:
    assert sheets(FIRMS, STORIES) == SHEETS
    assert sheets(FIRMS, STORIES, seed=3) != SHEETS


def test_sheets_fill_every_register_of_the_ground_but_two() -> None:
    ground = {name for name, register in REGISTERS.items() if register.folder == "ground"}
    assert {sheet.register for sheet in SHEETS} == ground - {"enterprise", "demand"}


@pytest.mark.parametrize("name", sorted({sheet.register for sheet in SHEETS}))
def test_keys_are_unique_and_nothing_lies_in_the_future(name: str) -> None:
    register = REGISTERS[name]
    key = [register.model._meta.get_field(part).attname for part in register.key]
    found = Counter(tuple(row[part] for part in key) for row in _rows(name))
    assert [values for values, times in found.items() if times > 1] == []
    assert all(sheet.on <= AS_OF for sheet in SHEETS)
    ahead = {"valid_to", "expires_on", "contract_to", "work_permit_to", "agreed_to"}
    for row in _rows(name):
        days = {field: v for field, v in row.items() if isinstance(v, date) and not isinstance(v, datetime)}
        assert all(day <= AS_OF for field, day in days.items() if field not in ahead), row


def test_about_fifteen_in_a_hundred_facts_of_a_return_are_missing() -> None:
    found = _rows("annual-return")
    assert len(found) == 2760
    for name in (
        "staff_avg",
        "tech_staff_avg",
        "revenue",
        "hightech_income",
        "rd_total",
        "rd_domestic",
        "net_assets_end",
    ):
        share = sum(row[name] is None for row in found) / len(found)
        assert 0.12 < share < 0.18, name
    assert all(row["sales"] is not None for row in found)


def test_about_thirty_in_a_hundred_firms_stand_near_the_line_of_research() -> None:
    last = [row for row in _rows("annual-return") if row["year"] == 2024 and row["rd_total"] is not None]
    near = 0
    for row in last:
        sales, spent = Decimal(row["sales"]), Decimal(row["rd_total"])
        line = Decimal("0.05") if sales <= 5000 else Decimal("0.04") if sales <= 20_000 else Decimal("0.03")
        near += line * Decimal("0.94") <= spent / sales <= line * Decimal("1.07") if sales else 0
    assert 0.25 < near / len(last) < 0.45


def test_facts_of_firms_keep_their_shares_and_their_places() -> None:
    from random import Random

    dice = Random("facts")
    found = [facts_of(firm, row=row, random=dice) for row, firm in enumerate(FIRMS)]
    for name in ("legal_representative", "longitude"):
        assert 0.11 < sum(not getattr(one, name) for one in found) / 1200 < 0.19, name
    assert all(one.longitude is None or one.longitude.startswith("123.") for one in found)
    assert found[ABNORMAL_ROW].is_abnormal and found[ABNORMAL_ROW].abnormal_since == date(2025, 2, 18)
    assert [found[row].listing[0] for row in range(6)][:3] == ["listed", "tutored", "neeq"]


def test_identity_numbers_are_right_and_belong_to_no_place() -> None:
    found = _rows("person")
    for row in found:
        number = row["identity_number"]
        if row["is_foreign"]:
            assert number.startswith("X99") and row["work_permit_number"] != ""
        else:
            assert identity.fault(number) == "" and number.startswith(AREA_CODE)
        assert row["phone"] in ("",) or row["phone"].startswith("199-0000-")
    assert (len(found), sum(row["is_foreign"] for row in found)) == (60, 6)


def test_numbers_of_patents_have_the_right_form() -> None:
    for row in _rows("intellectual-property"):
        number = row["number"]
        if row["kind"] == "software":
            assert len(number) == 13 and number[4:7] == "SR9"
            continue
        digits, check = number[2:].split(".")
        total = sum(int(d) * w for d, w in zip(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True))
        assert (len(digits), digits[5], check) == (12, "9", "0123456789X"[total % 11])


def test_forty_nine_firms_trade_with_the_united_states() -> None:
    place = YEARLY.index("export_total")
    traders = {row[0] for sheet in SHEETS if sheet.names == YEARLY for row in sheet.rows if row[place] is not None}
    assert len(traders) <= US_TRADERS and len(traders) >= 40


def test_a_larger_zone_has_unique_names_and_codes_and_begins_alike() -> None:
    found = list(stream(40_000))
    assert len({firm.name for firm in found}) == len({firm.credit_code for firm in found}) == 40_000
    assert found[:1200] == FIRMS
    assert all(firm.credit_code.startswith("91" + AREA_CODE) for firm in found)


@pytest.mark.usefixtures("demo")
class TestTables:
    def test_every_certificate_of_the_applications_is_held(self) -> None:
        moves = StageMove.objects.filter(register="high-tech", stage="recognised")
        won = dict(REGISTERS["high-tech"].model._default_manager.values_list("pk", "enterprise_id"))
        for move in moves:
            held = Recognition.objects.filter(enterprise_id=won[move.entry_id], kind="hte")
            assert [title.valid_from for title in held] == [move.happened_on]
        assert Recognition.objects.filter(kind="hte").count() == moves.count() + 7

    def test_returns_balance_but_for_the_planted_one(self) -> None:
        known = AnnualReturn.objects.exclude(
            Q(total_assets=None) | Q(total_liabilities=None) | Q(net_assets_end=None)
        ).annotate(rest=F("total_assets") - F("total_liabilities") - F("net_assets_end"))
        assert len([row for row in known if abs(row.rest) > Decimal("0.011")]) == 1

    def test_an_import_is_a_batch_and_its_rows_say_so(self) -> None:
        for batch in Batch.objects.all():
            history = REGISTERS[batch.register].model.history.filter(history_batch=batch)
            written = Counter(history.values_list("history_type", flat=True))
            assert (written["+"], written["~"]) == (batch.created, batch.changed), batch
            assert batch.created + batch.changed > 0

    @pytest.mark.parametrize("name", sorted({sheet.register for sheet in SHEETS} | {"enterprise"}))
    def test_rows_pass_their_own_rules(self, name: str) -> None:
        for row in REGISTERS[name].model._default_manager.select_related(None)[:60]:
            row.clean_fields(exclude=[f.name for f in row._meta.concrete_fields if f.is_relation] + ["recorded_at"])
            row.clean()

    def test_figures_of_the_first_half_year_are_there_to_compare(self) -> None:
        months = Counter(MonthlyFigure.objects.values_list("month", flat=True))
        assert len(months) == 18 and len(set(months.values())) == 1
        assert min(months) == date(2024, 1, 1) and max(months) == date(2025, 6, 1)

    def test_persons_and_places_belong_to_firms_that_are_there(self) -> None:
        assert Person.objects.exclude(employer=None).count() > 40
        assert set(Tenancy.objects.values_list("site__kind", flat=True)) >= {"incubator", "makerspace", "factory"}
        assert Enterprise.objects.filter(former_names__contains="砾川").get().name == "清云砾川化工有限公司"
        assert IntellectualProperty.objects.filter(legal_status="valid", granted_on=None).count() == 0
