"""Sheets that go out: typed cells, choices, print set-up, no formulas; and they come back in as they went."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.surfaces.outlets.packages import parts

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.inlets.heads import find_table
from gongjian.surfaces.inlets.sheet import open_sheet
from gongjian.surfaces.outlets import sheet
from gongjian.surfaces.outlets.sheet import (
    CELL_LIMIT,
    Column,
    guarded,
    lines_of,
    stream_csv,
    stream_sheet,
    write_csv,
    write_sheet,
)

COLUMNS = (
    Column(label="企业", width=24),
    Column(label="家数", kind="int"),
    Column(label="设备投入", kind="decimal", unit="万元"),
    Column(label="研发占比", kind="percent"),
    Column(label="申报日期", kind="date"),
    Column(label="阶段", choices=("入库培育", "已申报")),
)
ROWS: list[list[object]] = [
    ["海棠装备有限公司", 3, Decimal("36.5"), 0.12, date(2025, 3, 2), "入库培育", "k-1"],
    ["=HYPERLINK(1)", None, None, None, None, None, "k-2"],
]


def written(**changes: Any) -> Any:
    """The workbook read back by another library."""
    given = {"title": "2025年高企申报台账", "columns": COLUMNS, "rows": ROWS, "hidden_key": "系统编号", **changes}
    return openpyxl.load_workbook(io.BytesIO(write_sheet(**given)))


def test_cells_are_typed() -> None:
    page = written().worksheets[0]
    assert page.title == "2025年高企申报台账"
    assert [cell.value for cell in page[2]] == [
        "企业",
        "家数",
        "设备投入(万元)",
        "研发占比",
        "申报日期",
        "阶段",
        "系统编号",
    ]
    assert [cell.value for cell in page[3]][:4] == ["海棠装备有限公司", 3, 36.5, 0.12]
    assert page["E3"].value.date() == date(2025, 3, 2)
    assert [page.cell(row=3, column=column).number_format for column in range(1, 6)] == [
        *("@", "#,##0", "#,##0.00##", "0.0#%", "yyyy-mm-dd")
    ]
    assert [cell.value for cell in page[4]] == ["=HYPERLINK(1)", None, None, None, None, None, "k-2"]


def test_text_that_looks_like_a_formula_is_text() -> None:
    page = written().worksheets[0]
    assert (page["A4"].data_type, page["A4"].value) == ("s", "=HYPERLINK(1)")
    with zipfile.ZipFile(
        io.BytesIO(write_sheet(title="t", columns=COLUMNS[:1], rows=[["=1+1"], ["https://a.b"]]))
    ) as source:
        assert b"<f>" not in source.read("xl/worksheets/sheet1.xml")
        assert not any("rels" in name and "sheet1" in name for name in source.namelist())


def test_set_up() -> None:
    page = written().worksheets[0]
    assert page.freeze_panes == "A3"
    assert page.auto_filter.ref == "A2:G4"  # the hidden key is sorted with its row
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage) == (
        None,
        0,
        True,
    )
    assert page.print_title_rows == "$2:$2"
    assert [str(cells) for cells in page.merged_cells.ranges] == ["A1:F1"]
    assert page.column_dimensions["G"].hidden and not page.column_dimensions["A"].hidden
    assert page.column_dimensions["A"].width == pytest.approx(24, abs=1)


def test_choices_stand_on_a_hidden_sheet() -> None:
    book = written(columns=(*COLUMNS[:5], Column(label="阶段", choices=[f"很长的选项名称{n}" for n in range(60)])))
    page, choices = book.worksheets
    (rule,) = page.data_validations.dataValidation
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", "'选项'!$A$1:$A$60", "F3:F504")
    assert (choices.title, choices.sheet_state, choices["A60"].value) == ("选项", "hidden", "很长的选项名称59")


def test_totals_and_notes_stand_under_the_table_and_are_not_read_as_rows() -> None:
    data = write_sheet(
        title="台账",
        columns=COLUMNS,
        rows=ROWS,
        hidden_key="系统编号",
        totals=["合计", 3, 36.5, None, None, None],
        notes=["数据截至2025年6月30日"],
    )
    first = open_sheet(name="台账.xlsx", data=data)[0]
    found = find_table(sheet=first, heads={"firm": ["企业"], "money": ["设备投入"], "key": ["系统编号"]})
    assert [(row.number, row.values["key"]) for row in found.rows] == [(3, "k-1"), (4, "k-2")]
    assert [(row.number, row.values["money"]) for row in found.totals] == [(5, 36.5)]
    assert [row.values["firm"] for row in found.remarks] == ["注:数据截至2025年6月30日"]
    assert found.units == {"money": "万元"}


def test_without_title_and_rows() -> None:
    page = written(rows=[], show_title=False, hidden_key=None).worksheets[0]
    assert page["A1"].value == "企业"
    assert page.freeze_panes == "A2"
    assert page.print_title_rows == "$1:$1"
    assert [cell.value for row in page.iter_rows(min_row=2) for cell in row] == [None] * 6 * (page.max_row - 1)


def test_names_that_excel_refuses_are_mended() -> None:
    assert written(title="a[1]:*?/\\b").sheetnames[0] == "a 1      b"
    assert written(title="选项").sheetnames[0] == "选项表"
    assert written(title="长" * 40).sheetnames[0] == "长" * 31


def test_long_text_is_cut_and_says_so_and_long_numbers_stay_exact() -> None:
    page = written(rows=[["长" * 40_000, None, Decimal("1234567890123456.78"), None, None, None, 7]]).worksheets[0]
    assert len(page["A3"].value) == CELL_LIMIT
    assert page["A3"].value.endswith("……(超过单元格长度,其余略)")
    assert page["C3"].value == "1234567890123456.78"
    assert page["G3"].value == "7"


def test_a_row_of_the_wrong_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="row 1 has 2 values, expected 7"):
        written(rows=[["甲", 1]])


def test_rows_grow_with_wrapped_text() -> None:
    assert lines_of("一二三四五", width=11) == 1
    assert lines_of("一二三四五六", width=11) == 2
    assert lines_of("a\nb", width=11) == 2
    page = written(rows=[["很长的企业名称" * 8, *[None] * 5, "k"]]).worksheets[0]
    assert page.row_dimensions[3].height == pytest.approx(15 * 5 + 4, abs=0.5)


def test_days_are_typed_in_columns_of_days_only_and_only_since_excel_counts_right() -> None:
    columns = (Column(label="日期", kind="date"), Column(label="文字"), Column(label="数", kind="int"))
    rows = [
        [date(1900, 3, 1), date(2025, 3, 2), date(2025, 3, 2)],
        [date(1899, 12, 31), "2", 3],
        [datetime(2025, 3, 2, 14, 30, tzinfo=UTC), datetime(2025, 3, 2, 14, 30, tzinfo=UTC), None],
    ]
    page = written(columns=columns, rows=rows, hidden_key=None).worksheets[0]
    assert [cell.value for cell in page[3]] == [datetime(1900, 3, 1), "2025-03-02", "2025-03-02"]  # noqa: DTZ001
    assert [cell.value for cell in page[4]] == ["1899-12-31", "2", 3]
    assert page["A5"].value == datetime(2025, 3, 2, 14, 30)  # noqa: DTZ001
    assert page["B5"].value == "2025-03-02 14:30:00+00:00"


def test_odd_values_are_written_so_that_excel_opens_them() -> None:
    columns = (Column(label="文字"), Column(label="数", kind="decimal"))
    rows: list[list[object]] = [
        ["a\x01b\r\nc", Decimal("NaN")],
        ["_x0041_", float("inf")],
        [" 两端 ", Decimal("1E+3")],
        ["<&>\ud800", 1e-7],
        ["\0", True],
    ]
    data = write_sheet(title="t", columns=columns, rows=rows, show_title=False)
    assert open_sheet(name="a.xlsx", data=data)[0].rows[1:] == [
        ["a\x01b\r\nc", None],
        ["_x0041_", None],
        [" 两端 ", 1000],
        ["<&>\ufffd", 1e-7],
        ["\0", "是"],
    ]


def test_codes_carry_no_warning_triangles() -> None:
    with zipfile.ZipFile(io.BytesIO(write_sheet(title="t", columns=COLUMNS, rows=ROWS, hidden_key="k"))) as package:
        found = re.findall(rb"<ignoredError [^>]*>", package.read("xl/worksheets/sheet1.xml"))
    assert found == [b'<ignoredError sqref="A3:A504 F3:F504" numberStoredAsText="1"/>']


def test_help_is_shown_beside_the_cell() -> None:
    columns = (
        Column(label="企业", help="营业执照上的全称。"),
        Column(label="阶段", choices=("甲",), help="从列表中选。"),
    )
    rules = written(columns=columns, rows=[["a", "甲"]], hidden_key=None).worksheets[0].data_validations.dataValidation
    assert [(rule.type, rule.promptTitle, rule.prompt) for rule in rules] == [
        (None, "企业", "营业执照上的全称。"),
        ("list", "阶段", "从列表中选。"),
    ]


def test_a_sheet_is_sent_on_while_its_rows_are_read() -> None:
    taken = []

    def rows() -> Iterator[list[object]]:
        for number in range(20_000):
            taken.append(number)
            yield [f"企业{number}", number, None, None, None, None]

    stream = stream_sheet(title="台账", columns=COLUMNS, rows=rows())
    assert taken == []
    got = 0
    while got < 50_000:
        got += len(next(stream))
    assert 0 < len(taken) < 20_000
    assert sum(map(len, stream)) > 0
    assert len(taken) == 20_000


def test_a_sheet_of_many_batches_keeps_every_row_and_the_foot() -> None:
    rows = [[f"企业{n}", n, Decimal(n) / 4, None, date(2025, 1, 1), "已申报", f"k{n}"] for n in range(2_500)]
    totals = ["合计", sum(range(2_500)), None, None, None, None]
    data = write_sheet(title="t", columns=COLUMNS, rows=iter(rows), hidden_key="键", totals=totals, notes=["一", "二"])
    found = open_sheet(name="a.xlsx", data=data)[0].rows
    assert [row[0] for row in found[2:]] == [*(f"企业{n}" for n in range(2_500)), "合计", "注:一", "注:二"]
    assert found[2_501] == ["企业2499", 2499, 624.75, None, date(2025, 1, 1), "已申报", "k2499"]
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert (page.auto_filter.ref, page.print_area) == ("A2:G2502", "'t'!$A$1:$F$2505")
    assert {str(merged) for merged in page.merged_cells.ranges} == {"A1:F1", "A2504:F2504", "A2505:F2505"}
    assert page["A2503"].font.bold and not page["A2502"].font.bold


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "ROW_LIMIT", 3_000)
    with pytest.raises(Refusal) as refused:
        write_sheet(title="t", columns=COLUMNS[:1], rows=([n] for n in range(5_000)))
    assert refused.value.code == "sheet.too-many-rows"


def test_the_same_rows_give_the_same_bytes_but_for_the_hour() -> None:
    first, second = (parts(write_sheet(title="t", columns=COLUMNS, rows=ROWS, hidden_key="k")) for _ in range(2))
    assert {name for name in first if first[name] != second[name]} <= {"docProps/core.xml"}


def test_csv_is_sent_on_in_pieces() -> None:
    rows = [[f"企业{n}", n] for n in range(2_500)]
    pieces = list(stream_csv(columns=COLUMNS[:2], rows=rows))
    assert len(pieces) == 4
    assert b"".join(pieces) == write_csv(columns=COLUMNS[:2], rows=rows)
    assert b"".join(pieces).decode("utf-8-sig").splitlines()[2_500] == "企业2499,2499"


def test_csv() -> None:
    data = write_csv(columns=COLUMNS[:3], rows=[["海棠,装备", -3, Decimal("-36.50")], ["-5", None, True]])
    assert data == '\ufeff企业,家数,设备投入(万元)\r\n"海棠,装备",-3,-36.50\r\n\'-5,,是\r\n'.encode()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "＝1", "\t=1", "'=1"])
def test_dangerous_text_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["甲", "a=1", "'引号", "", "1-2"])
def test_harmless_text_is_not(text: str) -> None:
    assert guarded(text) == text


typed = st.one_of(
    st.none(),
    st.text(st.characters(min_codepoint=32, max_codepoint=0xFFFD, exclude_categories=("Cs",)), max_size=6),
    st.dates(date(1901, 1, 1), date(2199, 12, 31)),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(typed, typed), min_size=1, max_size=6))
def test_words_and_days_come_back_as_they_went(rows: list[tuple[object, object]]) -> None:
    columns = (Column(label="甲", kind="date"), Column(label="乙", kind="date"))
    data = write_sheet(title="t", columns=columns, rows=rows, show_title=False)
    found = open_sheet(name="a.xlsx", data=data)[0].rows[1:]
    wanted = [[None if isinstance(value, str) and not value.strip() else value for value in row] for row in rows]
    assert found == wanted[: len(found)]
    assert all(row == [None, None] for row in wanted[len(found) :])


numbers = st.one_of(
    st.none(),
    st.integers(-(10**14), 10**14),
    st.decimals(-(10**9), 10**9, places=4),
    st.floats(-1e9, 1e9, allow_subnormal=False),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=6), st.booleans())
def test_numbers_come_back_exactly(column: list[int | float | Decimal | None], one_kind: bool) -> None:
    values = [float(value) if value is not None and one_kind else value for value in column]
    data = write_sheet(
        title="t", columns=[Column(label="数", kind="decimal")], rows=[[value] for value in values], show_title=False
    )
    found = [row[0] for row in open_sheet(name="a.xlsx", data=data)[0].rows[1:]]
    assert found == [None if value is None else float(value) for value in values][: len(found)]
    assert all(value is None for value in values[len(found) :])


cells = st.text(st.sampled_from("=+-@'甲乙a1,;\"＝ "), min_size=1, max_size=8).filter(lambda text: text.strip() == text)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=5))
def test_what_goes_out_comes_back(rows: list[tuple[str, str]]) -> None:
    columns = (Column(label="甲"), Column(label="乙"))
    expected = [["甲", "乙"], *[list(row) for row in rows]]
    data = write_csv(columns=columns, rows=rows)
    if not any(";" in cell for row in rows for cell in row):
        assert open_sheet(name="a.csv", data=data)[0].rows == expected
    book = write_sheet(title="t", columns=columns, rows=rows, show_title=False)
    assert open_sheet(name="a.xlsx", data=book)[0].rows == expected
