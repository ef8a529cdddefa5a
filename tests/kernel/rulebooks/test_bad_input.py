"""Bad input is a state with its reason or a full sentence, never an exception and never a silent pass."""

from __future__ import annotations

import logging
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from tests.kernel.people.cast import AT, TODAY, Cast
from tests.kernel.registers.entries import enterprise
from tests.kernel.rulebooks.agreement import in_columns, told
from tests.kernel.rulebooks.test_keeping import add, firm_with_returns

from gongjian.drives.innovation.criteria.high_tech import HIGH_TECH
from gongjian.ground import facts as f
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import actions
from gongjian.kernel.rulebooks import explaining, files, frames, keeping, whatif
from gongjian.kernel.rulebooks import rulebook as shelf
from gongjian.kernel.rulebooks.facts import EPOCH, MOST, Facts, FactSpec, Kind
from gongjian.kernel.rulebooks.judging import judge, judge_one
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State

DAY = date(2026, 11, 22)
MONEY = FactSpec(name="sales", label="销售收入", kind=Kind.MONEY, unit="万元")
COUNT = FactSpec(name="rights", label="知识产权数", kind=Kind.COUNT, unit="项")
WHEN = FactSpec(name="since", label="起始日", kind=Kind.DAY)
WHETHER = FactSpec(name="valid", label="有效", kind=Kind.FLAG)
FACTS = Facts("enterprise", {spec.name: spec for spec in (MONEY, COUNT, WHEN, WHETHER)})
EVERY = [pytest.param(one, id=f"{one.name}-{one.edition}") for one in shelf.every()]


def states(facts: dict[str, Any]) -> dict[str, State]:
    """What every criterion of the high-tech rulebook comes to, exactly; both judges have to agree."""
    numbers = HIGH_TECH.facts.read({"filing_on": DAY, "years_open": 9} | facts)
    verdict = judge_one(HIGH_TECH, numbers, as_of=DAY)
    frame = pl.DataFrame({name: [value] for name, value in numbers.items()}, schema=dict.fromkeys(numbers, pl.Int64))
    row = judge(HIGH_TECH, frame, as_of=DAY).row(0, named=True)
    assert {one.gate.name: int(one.state) for one in verdict.findings} == {
        gate.name: row[gate.name] for gate in HIGH_TECH.criteria
    }
    assert row["verdict"] == verdict.state
    return {one.gate.name: one.state for one in verdict.findings}


def any_value(spec: FactSpec, random: Random, as_of: date) -> int | None:
    """A value at or near the bounds of what the fact can hold."""
    if spec.kind in (Kind.FLAG, Kind.CHOICE):
        return random.randrange(len(spec.options) or 2)
    if spec.kind is Kind.DAY:
        return random.choice(((date.min - EPOCH).days, (date.max - EPOCH).days, 0, (as_of - EPOCH).days))
    most = spec.kind.most
    return random.choice((0, 1, -1, most, -most, most - 1, 1 - most, most // 2))


def test_missing_facts_are_unknown_and_named() -> None:
    verdict = judge_one(HIGH_TECH, {}, as_of=DAY)
    assert verdict.state is State.UNKNOWN
    missing = [spec.name for spec in verdict.finding("tech_staff").missing]
    assert missing == ["tech_staff_avg", "staff_avg"]


@pytest.mark.parametrize("staff", ["0", "-400"])
def test_a_denominator_that_is_not_above_zero_meets_nothing(staff: str) -> None:
    assert states({"staff_avg": staff, "tech_staff_avg": "40"})["tech_staff"] is State.UNMET
    assert states({"staff_avg": staff, "tech_staff_avg": "0"})["tech_staff"] is State.UNMET


def test_negative_net_assets_earn_no_points() -> None:
    for oldest, middle, latest in (("-10", "20", "40"), ("10", "-20", "40"), ("10", "20", "-40")):
        facts = {"years_open": 9, "net_assets_3": oldest, "net_assets_2": middle, "net_assets_1": latest}
        verdict = judge_one(HIGH_TECH, HIGH_TECH.facts.read(facts), as_of=DAY)
        (growth,) = (one for one in verdict.items if one.item.name == "assets_growth")
        assert (growth.least, growth.most, growth.is_unknown) == (0, 0, False)


def test_a_founding_after_the_filing_is_not_met_and_says_how_many_days() -> None:
    facts = HIGH_TECH.facts.read({"filing_on": DAY, "established_on": DAY + timedelta(days=30)})
    finding = judge_one(HIGH_TECH, facts, as_of=DAY).finding("age")
    assert (finding.state, [gap.steps for gap in finding.gaps]) == (State.UNMET, [395])


def test_a_day_that_no_calendar_reaches_is_told_not_an_error() -> None:
    facts = HIGH_TECH.facts.read({"filing_on": DAY, "established_on": date.max})
    (age,) = (
        one for one in explaining.explain(judge_one(HIGH_TECH, facts, as_of=DAY)) if one.finding.gate.name == "age"
    )
    assert age.remedies == (f"再过{(date.max - DAY).days + 365}天即符合(公元9999年以后起)。",)
    assert "成立日期9999-12-31" in age.sentence


@pytest.mark.parametrize("sales", ["0", "-100"])
def test_a_total_that_is_not_above_zero_meets_no_share(sales: str) -> None:
    given = {f"sales_{back}": sales for back in (1, 2, 3)} | {f"rd_total_{back}": "100" for back in (1, 2, 3)}
    assert states(given)["rd_share"] is State.UNMET
    finding = explaining.explain(judge_one(HIGH_TECH, HIGH_TECH.facts.read({"years_open": 9} | given), as_of=DAY))
    (share,) = (one.present for one in finding if one.finding.gate.name == "rd_share")
    assert share == "近三年高企口径研发费用合计÷近三年销售收入合计的分母为零或负数,无法计算,按不符合处理。"


@pytest.mark.parametrize("revenue", ["0", "-6000"])
def test_a_growth_from_nothing_or_less_is_not_met(revenue: str) -> None:
    book = shelf.edition("little-giant", as_of=DAY)
    facts = book.facts.read({"giant_recheck": False, "revenue_1": "6615", "revenue_3": revenue})
    assert judge_one(book, facts, as_of=DAY).finding("growth").state is State.UNMET
    (row,) = in_columns(book, [dict.fromkeys(book.specs) | facts], as_of=DAY)
    assert row["growth"] == State.UNMET


@pytest.mark.parametrize(("low", "high"), [(5, 3), (-1, 4), (2, 7), (None, 4), (4, None)])
def test_a_grade_upside_down_or_beyond_its_points_is_none(low: int | None, high: int | None) -> None:
    verdict = judge_one(HIGH_TECH, {"mgmt_a_low": low, "mgmt_a_high": high}, as_of=DAY)
    (graded,) = (one for one in verdict.items if one.item.name == "mgmt_a")
    assert (graded.least, graded.most) == (0, 6)
    assert judge_one(HIGH_TECH, {"mgmt_a_low": 3, "mgmt_a_high": 4}, as_of=DAY).items[6].most == 4


@pytest.mark.parametrize("book", EVERY)
def test_whatever_the_facts_are_there_is_a_sentence_for_every_criterion(book: Rulebook) -> None:
    as_of = min(book.until or DAY, DAY)
    random = Random(9)
    for _ in range(8):
        facts = {
            spec.name: None if random.random() < 0.1 else any_value(spec, random, as_of) for spec in book.specs.values()
        }
        found = explaining.explain(judge_one(book, facts, as_of=as_of))
        assert [one.finding.gate.name for one in found] == [gate.name for gate in book.criteria]
        for one in found:
            assert one.sentence.startswith("要求:") and one.sentence.endswith("。")
            assert all(words.endswith("。") for words in one.remedies)


@pytest.mark.parametrize(
    "words",
    ["五千", "5000元", "1_000", "--5", "1.2.3", "5,00", "nan", "inf", "-Infinity", "1e400", "9" * 50, "1e-400", "0x10"],
)
def test_text_in_a_number_is_refused(words: str) -> None:
    with pytest.raises(Refusal) as refused:
        MONEY.read(words)
    assert refused.value.code == "facts.value"
    assert refused.value.cause.startswith(f"“销售收入”(sales)的值“{words}”不能用:这里要填数字(万元)")


@pytest.mark.parametrize(
    ("value", "number"),
    [("5,000.01", 50_000_100), ("5000", 50_000_000), (" -0.0001 ", -1), ("+3", 30_000), ("５００", 5_000_000),
     ("1.5E+3", 15_000_000), (Decimal("0.3000"), 3_000), (0.3, 3_000), ("", None), ("  ", None), (None, None),
     (float("nan"), None), ("1000000000", MOST), ("-1000000000", -MOST)],
)  # fmt: skip
def test_numbers_as_people_and_spreadsheets_write_them(value: Any, number: int | None) -> None:
    assert MONEY.read(value) == number


@pytest.mark.parametrize(
    "value",
    [0.1 + 0.2, "0.00001", Decimal("1.23456"), "1000000000.0001", "-1000000000.0001", float("inf"), True,
     "5000.00000000000000000001"],
)  # fmt: skip
def test_what_is_finer_than_the_smallest_unit_or_beyond_the_bound_is_refused(value: Any) -> None:
    with pytest.raises(Refusal) as refused:
        MONEY.read(value)
    assert "至多4位小数,绝对值不超过1,000,000,000。" in refused.value.cause + "。"


def test_counts_days_and_flags_refuse_what_they_cannot_hold() -> None:
    for spec, value, wanted in (
        (COUNT, "1.5", "整数,绝对值不超过1,000,000,000"), (COUNT, "1000000001", "整数"), (WHEN, "2026-02-30", "日期"),
        (WHEN, "明年", "日期"), (WHETHER, "2", "是或否"), (WHETHER, "也许", "是或否"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            spec.read(value)
        assert f"这里要填{wanted}" in refused.value.cause


def test_an_unknown_fact_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(Refusal) as refused:
        HIGH_TECH.facts.read({"staf_avg": 5})
    assert (refused.value.code, "没有名为“staf_avg”的事实。最接近的是“staff_avg”" in refused.value.cause) == (
        "facts.unknown", True,
    )  # fmt: skip
    rows = pl.DataFrame({"id": [1]})
    with pytest.raises(Refusal, match="不看名为“staf_avg”的事实"):
        whatif.of_set(HIGH_TECH, rows, {"staf_avg": 1}, as_of=DAY)
    with pytest.raises(Refusal, match="不看名为“staf_avg”的事实"):
        whatif.of_one(HIGH_TECH, {}, {"staf_avg": 1}, as_of=DAY)


@pytest.mark.parametrize("book", EVERY)
def test_no_product_overflows_at_the_bound(book: Rulebook) -> None:
    as_of = min(book.until or DAY, DAY)
    random = Random(5)
    given = [{spec.name: any_value(spec, random, as_of) for spec in book.specs.values()} for _ in range(80)]
    for facts, answer in zip(given, in_columns(book, given, as_of=as_of), strict=True):
        answer.pop("applies", None)
        assert answer == told(book, facts, as_of=as_of), facts


@pytest.mark.parametrize("book", EVERY[::8])
def test_an_empty_frame_has_no_verdict(book: Rulebook) -> None:
    as_of = min(book.until or DAY, DAY)
    empty = pl.DataFrame(schema={"id": pl.Int64} | dict.fromkeys(book.specs, pl.Int64))
    answer = judge(book, empty, as_of=as_of)
    assert (answer.height, "verdict" in answer.columns) == (0, True)


def test_a_frame_of_the_wrong_type_is_refused() -> None:
    for values, dtype in (([1.5], "Float64"), (["400"], "String"), ([Decimal("400")], "Decimal")):
        with pytest.raises(Refusal) as refused:
            judge(HIGH_TECH, pl.DataFrame({"id": [1], "staff_avg": values}), as_of=DAY)
        assert (refused.value.code, refused.value.place.column) == ("facts.dtype", "staff_avg")
        assert f"“staff_avg”这一列的类型是{dtype}" in refused.value.cause
    small = pl.DataFrame({"id": [1], "staff_avg": [None], "tech_staff_avg": pl.Series([5], dtype=pl.Int8)})
    assert judge(HIGH_TECH, small, as_of=DAY)["tech_staff"].to_list() == [State.UNKNOWN]


# Registers


def test_an_amount_beyond_the_bound_leaves_only_that_subject_without_data(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    firm, other = firm_with_returns(cast), enterprise(by=cast.clerk, unit=cast.science, number=2)
    add(
        AnnualReturn, by=cast.clerk, enterprise=other, year=2024, unit=cast.science, sales="99999999999999",
        staff_avg="400", tech_staff_avg="40",
    )  # fmt: skip
    with caplog.at_level(logging.WARNING):
        assert keeping.refresh(HIGH_TECH, as_of=TODAY, at=AT) == 2
    assert [record.getMessage() for record in caplog.records] == [
        f"enterprise {other.pk}: the fact sales_1 is beyond {MOST} and counts as missing"
    ]
    kept = {one.entry: one for one in Judgement.objects.all()}
    assert kept[firm.pk].criteria["rd_share"] == State.MET
    assert (kept[other.pk].criteria["rd_share"], kept[other.pk].criteria["tech_staff"]) == (State.UNKNOWN, State.MET)
    assert "sales_1" not in kept[other.pk].facts


def test_a_sum_that_64_bits_do_not_hold_is_missing_not_zero(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    from gongjian.ground.facts_sme import equity_2y
    from gongjian.ground.financings import Financing

    firm = enterprise(by=cast.clerk, unit=cast.science)
    for number in range(12):
        add(
            Financing, by=cast.clerk, enterprise=firm, paid_on=TODAY - timedelta(days=number), investor=f"投资{number}",
            amount="99999999999999", is_qualified=True,
        )  # fmt: skip
    (row,) = frames.frame(f.FACTS, [equity_2y.name], filing_on=TODAY).to_dicts()
    assert row == {"id": firm.pk, equity_2y.name: None}
    assert "counts as missing" in caplog.text


def test_a_right_granted_after_the_filing_does_not_count(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    for number, day in (("ZL1", TODAY), ("ZL2", TODAY + timedelta(days=1))):
        add(
            IntellectualProperty, by=cast.clerk, enterprise=firm, number=number, name=number, kind="invention",
            legal_status="valid", granted_on=day, acquisition="self",
        )  # fmt: skip
    (row,) = frames.frame(f.FACTS, ["class1_rights"], filing_on=TODAY).to_dicts()
    assert row["class1_rights"] == 1


def test_what_happens_after_the_filing_does_not_count(cast: Cast) -> None:
    from gongjian.ground.facts_sme import equity_2y, hte_valid
    from gongjian.ground.financings import Financing
    from gongjian.ground.incidents import Incident
    from gongjian.ground.recognitions import Recognition

    firm = enterprise(by=cast.clerk, unit=cast.science)
    for day in (TODAY, TODAY + timedelta(days=1)):
        add(Incident, by=cast.clerk, enterprise=firm, happened_on=day, kind="safety", level="major", name=f"{day}")
        add(Recognition, by=cast.clerk, enterprise=firm, kind="hte", valid_from=day, number=f"GR{day}")
        add(Financing, by=cast.clerk, enterprise=firm, paid_on=day, investor=f"{day}", amount="100", is_qualified=True)
    names = [f.major_incidents.name, hte_valid.name, equity_2y.name]
    before, on = (
        frames.frame(f.FACTS, names, filing_on=day).to_dicts()[0] for day in (TODAY - timedelta(days=1), TODAY)
    )
    assert before == {"id": firm.pk, names[0]: 0, names[1]: 0, names[2]: before[names[2]]} and not before[names[2]]
    assert on == {"id": firm.pk, names[0]: 1, names[1]: 1, names[2]: 1_000_000}


def test_a_deleted_entry_has_no_verdicts(cast: Cast) -> None:
    firm = firm_with_returns(cast)
    for row in AnnualReturn.objects.all():
        actions.remove(entry=row, by=cast.clerk, at=AT, reason="录错")
    keeping.refresh(HIGH_TECH, as_of=TODAY, at=AT)
    later, pk = AT + timedelta(hours=1), firm.pk
    actions.remove(entry=firm, by=cast.clerk, at=later, reason="录错")
    assert keeping.now(pk, as_of=TODAY) == []
    assert keeping.facts_of([HIGH_TECH], as_of=TODAY, ids=[]).height == 0
    keeping.refresh(HIGH_TECH, as_of=TODAY, at=later)
    (kept,) = Judgement.objects.all()
    assert kept.until == later
    assert keeping.now(999_999, as_of=TODAY) == []


# Files


def read(folder: Path, data: bytes | str) -> list[dict[str, Any]]:
    path = folder / "企业.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return files.read(path, FACTS).to_dicts()


def refused(folder: Path, data: bytes | str) -> str:
    with pytest.raises(Refusal) as found:
        read(folder, data)
    return str(found.value.place) + ":" + found.value.cause


def test_a_file_as_a_spreadsheet_writes_it(tmp_path: Path) -> None:
    expected = [{"企业名称": "云岫", "sales": 50_000_100, "rights": 3, "since": 20_000, "valid": 1}]
    text = '企业名称,sales, rights ,since,valid\r\n云岫,"5,000.01",3,2024-10-04,是\r\n\r\n'
    assert read(tmp_path, text) == expected
    assert read(tmp_path, text.encode("utf-8-sig")) == expected
    assert read(tmp_path, text.encode("gbk")) == expected
    assert read(tmp_path, "id,sales,valid\n") == []
    assert read(tmp_path, 'name,sales\n"云岫,""一厂""",\n') == [{"name": '云岫,"一厂"', "sales": None}]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("", ":读不出文件 企业.csv:文件是空的,或者第一行没有表头"),
        ("id\n1\n", ":文件 企业.csv 里没有一列是事实"),
        ("id,sales,sales\n1,2,3\n", "第1行“sales”列:读不出文件 企业.csv:表头“sales”出现了2次"),
        ("id,sales,\n1,2,3\n", "第1行:读不出文件 企业.csv:第3列没有表头"),
        ("id,sales\n1,2\n\n1,2,3\n", "第4行:读不出文件 企业.csv:这一行有3格,表头有2格"),
        ("id,sales\n1\n", "第2行:读不出文件 企业.csv:这一行有1格,表头有2格"),
        ('id,sales\n1,2\n1,"2\n', "第3行:读不出文件 企业.csv:引号没有配对,或一格太长"),
        (b"PK\x03\x04\x00\x00", ":读不出文件 企业.csv:这不是文本文件(可能是 xlsx 改了扩展名)"),
        (b"id,sales\n\xff\xff,1\n", ":读不出文件 企业.csv:文字编码既不是 UTF-8,也不是 GB 18030"),
        ("id,sale\n1,2\n", "“sale”列:没有名为“sale”的事实。最接近的是“sales”(销售收入)"),
        ("id;sales\n1;2\n", "“id;sales”列:没有名为“id;sales”的事实。最接近的是“sales”(销售收入)"),
        ("id,sales\n1,2\n".encode("utf-16"), ":读不出文件 企业.csv:这不是文本文件(可能是 xlsx 改了扩展名)"),
    ],
)
def test_a_file_that_is_no_table_of_facts_is_refused(tmp_path: Path, data: bytes | str, says: str) -> None:
    assert refused(tmp_path, data) == says


@pytest.mark.parametrize(
    ("cell", "head"),
    [("五千", "sales"), ("5,00", "sales"), ("inf", "sales"), ("0.30000000000000004", "sales"), ("1000000000.01", "sales"),
     ("1.00001", "sales"), ("1.5", "rights"), ("2026-13-01", "since"), ("也许", "valid")],
)  # fmt: skip
def test_a_bad_cell_is_refused_with_its_row_and_column(tmp_path: Path, cell: str, head: str) -> None:
    words = refused(tmp_path, f'id,{head}\n1,\n\n2,"{cell}"\n')
    assert words.startswith(f"第4行“{head}”列:“{FACTS[head].label}”({head})的值“{cell}”不能用")


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="没有这个文件。请核对文件的名称和所在文件夹。"):
        files.read(tmp_path / "nowhere.csv", FACTS)
    with pytest.raises(Refusal, match="没有读取权限,或者它不是文件"):
        files.read(tmp_path, FACTS)


def test_a_head_in_chinese_is_told_the_name_to_write(tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_text("id,销售收入\n1,2\n", encoding="utf-8")
    with pytest.raises(Refusal, match="“销售收入”列:没有名为“销售收入”的事实。这一事实的表头请写“sales”。"):
        files.read(path, FACTS)
    path.write_text("编号,sales\n1,2\n", encoding="utf-8")
    with pytest.raises(Refusal, match="只作标识的列,表头用id、credit_code、name、企业名称、统一社会信用代码之一。"):
        files.read(path, FACTS)


def test_a_large_file_is_read_quickly_and_exactly(tmp_path: Path) -> None:
    lines = [
        f"{n},{n % 997}.{n % 10_000:04},{n % 60},{EPOCH + timedelta(days=n % 9_000)},{n % 2}" for n in range(100_000)
    ]
    path = tmp_path / "large.csv"
    path.write_text("id,sales,rights,since,valid\n" + "\n".join(lines), encoding="utf-8")
    before = time.process_time()
    found = files.read(path, FACTS)
    assert time.process_time() - before < 5
    assert (found.height, found["sales"].sum()) == (100_000, sum(n % 997 * 10_000 + n % 10_000 for n in range(100_000)))
    assert found.row(99_999) == ("99999", 299 * 10_000 + 9_999, 39, 99_999 % 9_000, 1)
