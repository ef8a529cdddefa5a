"""Cells as clerks really type them, each with its exact value or its exact refusal."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers.parse import (
    FORMULA_ERRORS,
    one_line,
    split_unit,
    to_bool,
    to_date,
    to_decimal,
    to_int,
    to_month,
    to_text,
)


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        ("3000万", "万元", "3000"),
        ("3000万元", "万元", "3000"),
        ("17.8万", "万元", "17.8"),
        ("17.8万", "元", "178000"),
        ("1.2亿元", "万元", "12000"),
        ("1.2亿", "亿元", "1.2"),
        ("4500元", "万元", "0.45"),
        (49816, "元", "49816"),
        (49816.0, "元", "49816"),
        ("１２，３４５．６", "万元", "12345.6"),
        ("12,3456", None, "123456"),
        ("¥3,000 元", "元", "3000"),
        ("人民币 1 200", None, None),
        ("3000 万", None, "30000000"),
        ("12%", None, "0.12"),
        ("１２％", "%", "12"),
        ("12.5个百分点", "%", "12.5"),
        (0.075, None, "0.075"),
        ("12个", None, "12"),
        ("12个", "家", "12"),
        ("12名", "人", "12"),
        ("3000万千瓦时", "亿千瓦时", "0.3"),
        ("8.28238733116E7", None, "82823873.3116"),
        (0.1 + 0.2, None, "0.3"),
        ("-5.5", "万元", "-5.5"),
    ],
)
def test_number_in_the_fields_unit(cell: object, unit: str | None, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(Refusal):
            to_decimal(cell, unit=unit)
    else:
        assert to_decimal(cell, unit=unit) == Decimal(expected)


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "—", "/", "／", "无", "暂无", "N/A", float("nan")])
def test_a_cell_that_says_nothing(cell: object) -> None:
    assert to_decimal(cell, unit="万元") is None
    assert to_int(cell) is None
    assert to_date(cell) is None


def test_a_bare_number_counts_in_the_unit_of_the_sheets_heading() -> None:
    assert to_decimal(1.5, unit="万元", head_unit="亿元") == 15000
    assert to_decimal("1.5", unit="万元", head_unit="元") == Decimal("0.00015")
    assert to_decimal("3000万", unit="万元", head_unit="亿元") == 3000


@pytest.mark.parametrize(
    ("cell", "unit", "code", "cause"),
    [
        ("不超过18个月", "月", "cell.number", "“不超过18个月”不是数字"),
        ("约3000", "万元", "cell.number", "“约3000”不是数字"),
        ("1,2", None, "cell.number", "“1,2”不是数字"),
        ("5美元", "万元", "cell.unit", "“5美元”的单位“美元”与本列单位“万元”不一致"),
        ("5人", "家", "cell.unit", "“5人”的单位“人”与本列单位“家”不一致"),
        ("12%", "万元", "cell.unit", "“12%”的单位“%”与本列单位“万元”不一致"),
        (True, None, "cell.number", "“是”不是数字"),
        (date(2025, 3, 2), None, "cell.number", "“2025-03-02”是日期,不是数字"),
        ("1e99", None, "cell.number", "“1e99”过大或过小,不是可用的数字"),
        ("1" * 40, None, "cell.number", f"“{'1' * 40}”过大或过小,不是可用的数字"),
        ("3" + "万" * 8, "万元", "cell.number", f"“3{'万' * 8}”过大或过小,不是可用的数字"),
        ("1" * 19 + "亿", "元", "cell.number", f"“{'1' * 19}亿”过大或过小,不是可用的数字"),
        ("3" + "万" * 201, "元", "cell.number", f"“3{'万' * 201}”不是数字"),
    ],
)
def test_no_number(cell: object, unit: str | None, code: str, cause: str) -> None:
    with pytest.raises(Refusal) as refused:
        to_decimal(cell, unit=unit)
    assert (refused.value.code, refused.value.cause) == (code, cause)


def test_the_remedy_names_the_unit() -> None:
    with pytest.raises(Refusal) as refused:
        to_decimal("很多", unit="万元")
    assert str(refused.value) == "“很多”不是数字。请只填写一个数字(单位:万元),说明文字请写入备注。"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_scaled_units_agree(number: Decimal) -> None:
    assert to_decimal(f"{number}亿元", unit="万元") == number * 10000
    assert to_decimal(f"{number:,}", unit="万元") == number


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_whole_numbers_survive(number: int) -> None:
    assert to_int(str(number)) == number
    assert to_int(number) == number


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    for read in (to_decimal, to_date, to_bool, to_int):
        try:
            read(text)
        except Refusal as refused:
            assert refused.code.startswith("cell.")


def test_fractions_are_no_whole_number() -> None:
    with pytest.raises(Refusal) as refused:
        to_int("12.5", unit="家")
    assert str(refused.value) == "“12.5”不是整数。请填写整数(单位:家)。"


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2017.03.02", date(2017, 3, 2), date(2017, 3, 2)),
        ("2025-3-2", date(2025, 3, 2), date(2025, 3, 2)),
        ("２０２５/3/2", date(2025, 3, 2), date(2025, 3, 2)),
        ("20250302", date(2025, 3, 2), date(2025, 3, 2)),
        (20250302, date(2025, 3, 2), date(2025, 3, 2)),
        (45718, date(2025, 3, 2), date(2025, 3, 2)),
        (45718.75, date(2025, 3, 2), date(2025, 3, 2)),
        ("2025年3月2日", date(2025, 3, 2), date(2025, 3, 2)),
        ("2025年3月", date(2025, 3, 1), date(2025, 3, 31)),
        ("2024年2月份", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-03", date(2025, 3, 1), date(2025, 3, 31)),
        ("202503", date(2025, 3, 1), date(2025, 3, 31)),
        ("2025年", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-3-2 8:00", date(2025, 3, 2), date(2025, 3, 2)),
        ("2016-04-08T00:00:00", date(2016, 4, 8), date(2016, 4, 8)),
        (datetime.combine(date(2025, 3, 2), time(23, 59)), date(2025, 3, 2), date(2025, 3, 2)),
    ],
)
def test_days(cell: object, first: date, last: date) -> None:
    assert to_date(cell) == first
    assert to_date(cell, last=True) == last


@pytest.mark.parametrize(
    "cell", ["2025-2-30", "2025-13-1", "25.3.2", "3月2日", "分批成立", 2025, 2025.1, True, "2025-3-2-1"]
)
def test_no_days(cell: object) -> None:
    with pytest.raises(Refusal) as refused:
        to_date(cell)
    assert refused.value.code == "cell.date"


@pytest.mark.parametrize(
    "cell", ["2025年3月", "2025年03月份", "2025-03", "2025.3", "202503", "2025-03-01", 45717, date(2025, 3, 1)]
)
def test_months(cell: object) -> None:
    assert to_month(cell) == date(2025, 3, 1)


@pytest.mark.parametrize(
    ("cell", "cause"),
    [
        ("2025-03-31", "“2025-03-31”是某一天,这一栏只填到月"),
        (date(2025, 3, 31), "“2025-03-31”是某一天,这一栏只填到月"),
        ("2025年", "“2025年”只有年份,没有月份"),
    ],
)
def test_no_months(cell: object, cause: str) -> None:
    with pytest.raises(Refusal) as refused:
        to_month(cell)
    assert (refused.value.code, refused.value.cause) == ("cell.month", cause)
    assert to_month("—") is None


@given(st.dates(min_value=date(1955, 1, 1), max_value=date(2099, 12, 31)))
def test_days_survive_every_spelling(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    for cell in (day.isoformat(), f"{day:%Y%m%d}", f"{day.year}.{day.month}.{day.day}", f"{day:%Y年%m月%d日}", serial):
        assert to_date(cell) == day


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        *((cell, True) for cell in ("是", "√", "有", "Ｙ", 1, 1.0, True)),
        *((cell, False) for cell in ("否", "×", "无", "no", 0, 0.0, False)),
        *((cell, None) for cell in (None, "", "/")),
    ],
)
def test_yes_or_no(cell: object, expected: bool | None) -> None:
    assert to_bool(cell) is expected


def test_neither_yes_nor_no() -> None:
    with pytest.raises(Refusal) as refused:
        to_bool("部分")
    assert str(refused.value) == "“部分”看不出是“是”还是“否”。请填写“是”或“否”。"


def test_text_of_cells() -> None:
    assert [to_text(cell) for cell in (3.0, 3.5, " 甲 ", "", None, True, date(2025, 3, 2))] == [
        *("3", "3.5", "甲", None, None, "是", "2025-03-02")
    ]


def test_a_code_stored_as_a_number_has_lost_its_end() -> None:
    with pytest.raises(Refusal) as refused:
        to_text(9.14419000553215e17)
    assert refused.value.code == "cell.digits-lost"


def test_units_split_into_scale_and_base() -> None:
    assert [split_unit(unit) for unit in ("万元", "亿", "个", "千瓦时", "万千瓦时", "百分点")] == [
        *((10**4, "元"), (10**8, ""), (1, "个"), (1000, "瓦时"), (10**7, "瓦时"), (1, "百分点"))
    ]


@pytest.mark.parametrize("error", list(FORMULA_ERRORS))
@pytest.mark.parametrize("read", [to_text, to_decimal, to_int, to_date, to_bool])
def test_no_field_takes_an_error_for_a_value(error: str, read: Callable[[object], object]) -> None:
    with pytest.raises(Refusal) as refused:
        read(error)
    assert refused.value.code == "cell.formula-error"
    assert refused.value.cause == f"“{error}”是公式错误:{FORMULA_ERRORS[error]}"


@pytest.mark.parametrize("cell", ["9.13207E+17", "1.23457E+11", "9E+17"])
def test_a_code_in_scientific_notation_has_lost_its_end(cell: str) -> None:
    with pytest.raises(Refusal) as refused:
        to_text(cell)
    assert refused.value.code == "cell.digits-lost"
    assert refused.value.cause == f"“{cell}”是表格软件改写成科学计数法的号码,后面的位数已经丢失"


def test_other_texts_that_look_scientific_or_begin_with_a_hash_stay() -> None:
    for text in ("1.5E+3", "2E+10", "8.28E7", "E+17", "#12", "#REF", "C#"):
        assert to_text(text) == text


def test_a_telephone_in_scientific_notation_has_lost_its_end_too() -> None:
    with pytest.raises(Refusal) as refused:
        to_text("1.39E+10")
    assert refused.value.code == "cell.digits-lost"


@pytest.mark.parametrize("cell", ["2-3亿", "2亿-3亿", "2000万至3000万", "5~8", "1000—2000万元"])
def test_a_span_is_no_number_and_says_so(cell: str) -> None:
    with pytest.raises(Refusal) as refused:
        to_decimal(cell, unit="万元")
    assert (refused.value.code, refused.value.cause) == ("cell.number", f"“{cell}”是一个范围,不是一个数字")


@pytest.mark.parametrize("cell", ["12 34", "2024 100", "100余人", "3000多万", "50万元左右", "100 20人"])
def test_what_is_no_exact_number_is_not_blamed_on_its_unit(cell: str) -> None:
    with pytest.raises(Refusal) as refused:
        to_decimal(cell, unit="万元")
    assert (refused.value.code, refused.value.cause) == ("cell.number", f"“{cell}”不是数字")


def test_thousands_may_be_parted_by_blanks() -> None:
    assert [to_decimal(cell) for cell in ("1 234", "12 345 678.5", "-1\xa0234")] == [1234, Decimal("12345678.5"), -1234]


def test_a_day_among_numbers_is_no_span() -> None:
    with pytest.raises(Refusal) as refused:
        to_decimal("2025-06-30", unit="万元")
    assert "是一个范围" not in refused.value.cause


@pytest.mark.parametrize("cell", ["人民币500万元", "500万元人民币", "¥500万", "人民币 500"])
def test_the_words_for_the_currency_are_no_hindrance(cell: str) -> None:
    assert to_decimal(cell, unit="万元") == 500


def test_only_what_was_converted_is_rounded() -> None:
    assert to_decimal(12345678.91, unit="万元", head_unit="元", places=4) == Decimal("1234.5679")
    assert to_decimal("12345678.95元", unit="万元", places=4) == Decimal("1234.5679")
    assert to_decimal("0.00005万元", unit="万元", places=4) == Decimal("0.00005")  # left for the field to refuse
    assert to_decimal("-0.5元", unit="万元", places=4) == Decimal("-0.0001")
    assert to_decimal(12345678.91, unit="万元", head_unit="元") == Decimal("1234.567891")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("云海禾绫\n工业股份有限公司", "云海禾绫工业股份有限公司"),
        ("云海\r\n禾绫 \n 公司", "云海禾绫公司"),
        ("Yunhai\nTechnology", "Yunhai Technology"),
        ("云海\u200b公司\ufeff", "云海公司"),
        ("王  五", "王  五"),
        ("\n", ""),
    ],
)
def test_a_text_of_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected


@pytest.mark.parametrize("cell", ["3-4亿", "约9000", True])
def test_a_refusal_asks_for_the_unit_in_which_the_sheet_counts(cell: object) -> None:
    with pytest.raises(Refusal) as refused:
        to_decimal(cell, unit="万元", head_unit="元")
    assert refused.value.remedy == "请只填写一个数字(单位:元),说明文字请写入备注"
