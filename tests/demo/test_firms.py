"""The invented enterprises: unique, deterministic, with right credit codes but for the listed ones, and nobody real."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from gongjian.demo.firms import (
    ABOVE_SCALE_SALES,
    AS_OF,
    DEREGISTERED_ROW,
    DUPLICATE_ROWS,
    NAMED,
    NAMED_ROWS,
    enterprises,
    wrong_check_digit_rows,
)
from gongjian.demo.industries import BY_CODE, INDUSTRIES, SECTIONS
from gongjian.demo.naming import AREA_CODE, brand
from gongjian.ground.credit_code import body_check_digit, is_valid

MATERIAL = Path(os.environ.get("GONGJIAN_MATERIAL", Path(__file__).resolve().parents[2] / "../shared/material"))
FIRMS = enterprises(1200)


def test_the_same_seed_gives_the_same_firms() -> None:
    assert enterprises(1200) == FIRMS
    assert enterprises(1200, seed=1) != FIRMS
    assert enterprises(100) == FIRMS[:100]


def test_names_and_codes_are_unique() -> None:
    assert len(FIRMS) == len({firm.name for firm in FIRMS}) == len({firm.credit_code for firm in FIRMS}) == 1200


def test_only_the_listed_codes_have_a_wrong_check_digit() -> None:
    wrong = {row for row, firm in enumerate(FIRMS) if not is_valid(firm.credit_code)}
    assert wrong == wrong_check_digit_rows(1200) == {41, 137, 337, 537, 737, 937, 1137}
    for row, firm in enumerate(FIRMS):
        assert len(firm.credit_code) == 18 and firm.credit_code.startswith("91" + AREA_CODE)
        if row != DUPLICATE_ROWS[1]:
            assert body_check_digit(firm.credit_code[8:16]) == firm.credit_code[16]


def test_the_firms_of_the_plan_come_first() -> None:
    assert [firm.name for firm in FIRMS[:6]] == [name for _called, name, _code, _year in NAMED]
    assert NAMED_ROWS["玄枢智控"] == 4 and "玄枢智控" in FIRMS[4].name


def test_the_duplicate_is_the_same_firm_in_another_form() -> None:
    first, second = (FIRMS[row] for row in DUPLICATE_ROWS)
    assert second.name in first.name and second.name != first.name
    assert sorted(second.credit_code) == sorted(first.credit_code) and second.credit_code != first.credit_code
    assert (second.established_on, second.capital, second.sales) == (first.established_on, first.capital, first.sales)


def test_the_deregistered_firm_is_deregistered() -> None:
    assert (FIRMS[DEREGISTERED_ROW].status, FIRMS[DEREGISTERED_ROW].status_on) == ("注销", date(2025, 3, 14))


def test_facts_are_missing_where_they_may_be_and_plausible_where_not() -> None:
    for fact in ("address", "capital", "staff", "contact", "phone"):
        share = sum(getattr(firm, fact) is None for firm in FIRMS) / len(FIRMS)
        assert 0.11 < share < 0.19, fact
    for firm in FIRMS:
        assert date(1995, 1, 1) <= firm.established_on <= AS_OF
        assert (firm.status == "存续") is (firm.status_on is None)
        assert firm.status_on is None or firm.established_on <= firm.status_on <= AS_OF
        assert BY_CODE[firm.industry_code].name == firm.industry
        assert firm.phone is None or firm.phone.startswith("199-0000-")
        assert not firm.is_above_scale or (firm.sales[-1] or 0) >= ABOVE_SCALE_SALES
        founded_later = [figure for year, figure in zip((2022, 2023, 2024), firm.sales, strict=True)
                         if year < firm.established_on.year]  # fmt: skip
        assert all(figure is None for figure in founded_later)


def test_about_thirty_in_a_hundred_stand_near_the_line() -> None:
    known = [firm.sales[-1] for firm in FIRMS if firm.sales[-1] is not None]
    near = sum(0.9 * ABOVE_SCALE_SALES <= figure <= 1.1 * ABOVE_SCALE_SALES for figure in known)
    assert 0.27 < near / len(known) < 0.40


def test_no_known_name_can_be_met() -> None:
    paths = [MATERIAL / "ledgers/企业列表_中央企业.xlsx", MATERIAL / "plans/000_cca6003c7ffa7f91.txt"]
    if not all(path.exists() for path in paths):
        pytest.skip("real names to compare with (material/ledgers, material/plans) are not at hand")
    sheet = openpyxl.load_workbook(paths[0], read_only=True).worksheets[0]
    real = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    real += paths[1].read_text(encoding="utf-8")
    assert sorted({called for firm in FIRMS if (called := brand(firm.name)) in real}) == []


def test_industries_are_a_sound_table() -> None:
    assert len(INDUSTRIES) == len(BY_CODE) == 39
    assert {industry.section for industry in INDUSTRIES} == set(SECTIONS)
    assert BY_CODE["17"].is_industrial and not BY_CODE["65"].is_industrial
    assert len({firm.industry_code for firm in FIRMS}) > 30


def test_twelve_hundred_firms_come_quickly() -> None:
    started = time.process_time()
    enterprises(1200)
    assert time.process_time() - started < 0.3
