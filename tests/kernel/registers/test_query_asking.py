"""What a question finds: values any of which fits, blanks, ranges, added columns, masked ones, and past moments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import application, enterprise, venture

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.ventures import Venture
from gongjian.drives.projects.starts import Start
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, actions, query
from gongjian.kernel.registers.declare import extend
from gongjian.kernel.registers.entry import writing
from gongjian.kernel.registers.query import BLANK, Ask

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

REGISTER = Start.register
DAY = timedelta(days=1)


def names(ask: Ask) -> list[str]:
    return [str(row) for row in query.rows(ask)]


def project(name: str, *, by: Officer, **values: Any) -> Start:
    fields = {"name": name, "unit": by.unit, **values}
    return actions.create(register=REGISTER, values=fields, by=by, at=AT, today=TODAY)  # type: ignore[return-value]


@pytest.fixture
def added() -> Iterator[None]:
    """Columns of every comparable kind that the zone has added; `in` is a word of the query language on purpose."""
    columns: list[dict[str, Any]] = [
        {"name": "load", "label": "负荷", "kind": "decimal", "unit": "千伏安"},
        {"name": "in", "label": "备查", "kind": "text", "filter": True},
        {"name": "green", "label": "绿色工厂", "kind": "yes-no", "filter": True},
        {"name": "hidden", "label": "不筛选", "kind": "text"},
    ]
    assert extend(register=REGISTER, columns=columns) == []
    yield
    extend(register=REGISTER, columns=[])


@pytest.fixture
def five(cast: Cast) -> None:
    """Five projects of different industries, amounts and days."""
    rows = (
        ("甲", "装备", "100", date(2025, 1, 31)),
        ("乙", "装备", "200.5", date(2025, 2, 1)),
        ("丙", "医药", None, date(2025, 12, 31)),
        ("丁", "", "0", None),
        ("戊", "电子", "1000", date(2025, 2, 28)),
    )
    for name, industry, amount, day in rows:
        total = None if amount is None else Decimal(amount)
        project(name, by=cast.supervisor, industry=industry, total_investment=total, planned_on=day, unit=cast.trade)


def test_any_of_the_values_fits_and_blank_is_one(cast: Cast, five: None) -> None:
    def found(*values: str) -> set[str]:
        return set(names(Ask(register=REGISTER, by=cast.viewer, filters={"industry": values})))

    assert found("装备", "医药") == {"甲", "乙", "丙"}
    assert found("电子", BLANK) == {"丁", "戊"}
    assert found(BLANK) == {"丁"}
    assert found("没有") == set()
    assert len(found("")) == len(found()) == 5


def test_a_unit_fits_by_number_and_by_blank(cast: Cast, five: None) -> None:
    project("己", by=cast.supervisor, unit=None)
    for values, expected in (((str(cast.trade.pk),), 5), ((BLANK,), 1), ((str(cast.trade.pk), BLANK), 6), (("0",), 0)):
        ask = Ask(register=REGISTER, by=cast.viewer, filters={"unit": values})
        assert query.count(ask).n == expected


@pytest.mark.parametrize(
    "filters",
    [{"agent": ("某",)}, {"extra": ("{}",)}, {"x_hidden": ("甲",)}, {"unit": ("甲",)}, {"unit": ("9" * 19,)},
     {"industry": ("\x00",)}, {"stage__x": ("a",)}, {"x_green": ("也许",)}],
)  # fmt: skip
def test_what_is_no_filter_or_no_value_of_it_is_refused(
    cast: Cast, added: None, filters: dict[str, tuple[str, ...]]
) -> None:
    with pytest.raises(Refusal) as caught:
        list(query.rows(Ask(register=REGISTER, by=cast.viewer, filters=filters)))
    assert caught.value.code == "query.filter"


def test_added_columns_filter_sort_count_and_add_up(cast: Cast, added: None) -> None:
    rows = (("甲", "是", "1.5", True), ("乙", "", None, False), ("丙", "否", "20", True), ("丁", "是", "3", None))
    for name, text, load, green in rows:
        values = {"x_in": text, "x_load": None if load is None else Decimal(load), "x_green": green}
        row = project(name, by=cast.supervisor)
        for key, value in values.items():
            setattr(row, key, value)
        row.save()

    def ask(**parts: Any) -> Ask:
        return Ask(register=REGISTER, by=cast.viewer, **parts)

    assert set(names(ask(filters={"x_in": ("是",)}))) == {"甲", "丁"}
    assert names(ask(filters={"x_in": (BLANK,)})) == ["乙"]
    assert set(names(ask(filters={"x_green": ("True",), "x_in": ("是", "否")}))) == {"甲", "丙"}
    assert names(ask(filters={"x_green": ("False",)})) == ["乙"]
    assert names(ask(filters={"x_green": (BLANK,)})) == ["丁"]
    assert names(ask(sort=("x_load",))) == ["甲", "丁", "丙", "乙"]
    assert names(ask(sort=("-x_load",))) == ["丙", "丁", "甲", "乙"]
    assert names(ask(sort=("x_in", "-x_load"))) == ["丙", "丁", "甲", "乙"]
    counted = query.facets(ask(filters={"x_in": ("是",)}))
    assert counted["x_in"] == [("是", 2), ("—", 1), ("否", 1)]
    assert counted["x_green"] == [("True", 1), ("—", 1)]
    assert "x_hidden" not in counted
    assert query.totals(ask()) == {"x_load": Decimal("24.5")}
    assert query.value_label(register=REGISTER, path="x_green", value="True") == "是"
    assert query.filter_label(register=REGISTER, path="x_in") == "备查"


def test_ranges_include_both_ends_and_may_be_open(cast: Cast) -> None:
    for number, (day, capital) in enumerate(
        ((date(2001, 1, 31), "100"), (date(2001, 2, 28), "200"), (None, None)), start=1
    ):
        values = {"established_on": day, "registered_capital": None if capital is None else Decimal(capital)}
        enterprise(by=cast.clerk, unit=cast.science, number=number, name=f"第{number}家", **values)

    def found(**ranges: tuple[str, str]) -> list[str]:
        return names(Ask(register=Enterprise.register, by=cast.viewer, ranges=ranges))

    assert found(established_on=("2001-01-31", "2001.2.28")) == ["第1家", "第2家"]
    assert found(established_on=("2001-02-01", "")) == ["第2家"]
    assert found(established_on=("", "2001年2月")) == ["第1家", "第2家"]
    assert found(registered_capital=("100.1", "200")) == ["第2家"]
    assert found(registered_capital=("", "")) == ["第1家", "第2家", "第3家"]


@pytest.mark.parametrize(
    ("ranges", "code", "column"),
    [
        ({"established_on": ("某日", "")}, "query.range", "成立日期"),
        ({"registered_capital": ("2", "1")}, "query.range", "注册资本(万元)"),
        ({"staff": ("1", "2")}, "query.filter", ""),
    ],
)
def test_a_range_that_says_nothing_is_refused(
    cast: Cast, ranges: dict[str, tuple[str, str]], code: str, column: str
) -> None:
    with pytest.raises(Refusal) as caught:
        query.count(Ask(register=Enterprise.register, by=cast.viewer, ranges=ranges))
    assert (caught.value.code, caught.value.place.column) == (code, column)


def test_nobody_filters_sorts_or_searches_by_what_is_shown_masked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    register = Enterprise.register
    enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")
    monkeypatch.setitem(register.__dict__, "search", ("name", "phone"))
    monkeypatch.setitem(register.__dict__, "filters", ("phone", "status"))
    for officer in cast.by_role.values():
        sees = officer is cast.supervisor
        assert len(query.rows(Ask(register=register, by=officer, search="00001234"))) == sees
        assert ("phone" in query.facets(Ask(register=register, by=officer))) is sees
        assert ("phone" in query.sortable(register=register, by=officer)) is sees
        for parts in ({"sort": ("phone",)}, {"filters": {"phone": ("13900001234",)}}):
            ask = Ask(register=register, by=officer, **parts)  # type: ignore[arg-type]
            if sees:
                assert query.count(ask).n == len(query.rows(ask)) == 1
            else:
                with pytest.raises(Refusal):
                    query.rows(ask)
    monkeypatch.setitem(Application.register.__dict__, "search", ("enterprise__phone",))
    application(Enterprise.objects.get(), by=cast.clerk, unit=cast.science)
    for officer in cast.by_role.values():
        found = query.rows(Ask(register=Application.register, by=officer, search="00001234"))
        assert len(found) == (officer is cast.supervisor)


def test_a_sensitive_register_asks_for_its_purpose_everywhere(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = project("甲", by=cast.supervisor)
    monkeypatch.setitem(REGISTER.__dict__, "sensitive", True)
    ask = Ask(register=REGISTER, by=cast.auditor)
    for read in (query.rows, query.cut, query.count, query.facets, query.totals):
        with pytest.raises(access.NoPurpose):
            read(ask)
    with pytest.raises(access.NoPurpose):
        query.entry(register=REGISTER, by=cast.auditor, pk=made.pk)
    purpose = access.state(register=REGISTER, by=cast.auditor, text="核对审计线索", what="列表", at=AT)
    assert query.cut(Ask(register=REGISTER, by=cast.auditor, purpose=purpose)).rows == [made]
    assert query.entry(register=REGISTER, by=cast.auditor, pk=made.pk, purpose=purpose) == made


def test_counts_are_exact_then_capped_and_say_so(cast: Cast, five: None, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = Ask(register=REGISTER, by=cast.viewer, filters={"industry": ("装备", "医药", "电子", BLANK)})
    assert query.count(narrow) == query.Counted(n=5, how="exact")
    assert query.count(narrow, most=5) == query.Counted(n=5, how="exact")
    assert query.count(narrow, most=4) == query.Counted(n=4, how="capped")
    assert query.count(Ask(register=REGISTER, by=cast.viewer), most=4) == query.Counted(n=5, how="exact")
    monkeypatch.setattr("gongjian.kernel.registers.counting._estimate", lambda model: 1_234_567)
    assert query.count(Ask(register=REGISTER, by=cast.viewer)) == query.Counted(n=1_230_000, how="estimate")
    counts = [query.Counted(n=n, how=how) for n, how in ((1234, "exact"), (10_000, "capped"), (10**6, "estimate"))]  # type: ignore[arg-type]
    assert [str(count) for count in counts] == ["1,234", "10,000以上", "约 1,000,000"]


def test_masked_amounts_are_not_added_up(cast: Cast, five: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert query.totals(Ask(register=REGISTER, by=cast.viewer)) == {"total_investment": Decimal("1300.5")}
    monkeypatch.setitem(REGISTER.__dict__, "masked", ("total_investment",))
    assert query.totals(Ask(register=REGISTER, by=cast.viewer)) == {}
    assert query.totals(Ask(register=REGISTER, by=cast.supervisor)) == {"total_investment": Decimal("1300.5")}


def test_a_past_list_is_filtered_searched_sorted_and_counted_as_it_was(cast: Cast) -> None:
    first = venture("甲科技", by=cast.clerk, unit=cast.science, carrier="孵化园")
    venture("乙科技", by=cast.clerk, unit=cast.science, carrier="加速器")
    actions.change(entry=first, values={"name": "丙电子", "carrier": "加速器"}, revision=1, by=cast.clerk, at=AT + DAY)
    actions.create(register=Venture.register, values={"name": "丁科技"}, by=cast.clerk, at=AT + 2 * DAY, today=TODAY)

    def ask(days: int | None, **parts: Any) -> Ask:
        moment = None if days is None else AT + days * DAY
        return Ask(register=Venture.register, by=cast.viewer, known_at=moment, **parts)

    assert names(ask(-1)) == []
    assert set(names(ask(0))) == {"甲科技", "乙科技"}
    assert names(ask(0, search="甲")) == ["甲科技"]
    assert names(ask(1, search="甲")) == []
    assert names(ask(0, sort=("-carrier",))) == ["甲科技", "乙科技"]
    assert names(ask(0, filters={"carrier": ("孵化园",)})) == ["甲科技"]
    assert query.facets(ask(0))["carrier"] == [("加速器", 1), ("孵化园", 1)]
    assert query.facets(ask(1))["carrier"] == [("加速器", 2)]
    assert query.count(ask(1)) == query.Counted(n=2)
    assert len(query.rows(ask(2))) == len(query.rows(ask(None))) == 3
    (row,) = query.cut(ask(0, ids=(first.pk,))).rows
    assert (type(row), row.pk, row.name, row.unit, row == first) == (Venture, first.pk, "甲科技", cast.science, True)
    assert query.entry(register=Venture.register, by=cast.viewer, pk=first.pk, known_at=AT).carrier == "孵化园"
    with pytest.raises(Refusal) as caught:
        query.entry(register=Venture.register, by=cast.viewer, pk=first.pk, known_at=AT - DAY)
    assert caught.value.code == "entry.missing"


def test_a_past_list_reads_relations_in_the_same_query(cast: Cast, django_assert_num_queries: Any) -> None:
    for number in (1, 2, 3):
        application(enterprise(by=cast.clerk, unit=cast.science, number=number), by=cast.clerk, unit=cast.science)
    ask = Ask(register=Application.register, by=cast.viewer, known_at=AT + DAY, sort=("enterprise",))
    with django_assert_num_queries(1):
        shown = [(row.enterprise.name, str(row.unit)) for row in query.cut(ask, size=2).rows]
    assert shown == [("青禾1号精密有限公司", "科创局"), ("青禾2号精密有限公司", "科创局")]


events = st.lists(
    st.tuples(st.sampled_from("+~-"), st.integers(0, 5), st.sampled_from(["", "装备", "医药"])), max_size=25
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=events, size=st.integers(1, 4), sort=st.sampled_from([(), ("-industry",), ("industry", "-name")]))
def test_every_past_moment_shows_what_was_there(
    cast: Cast, events: list[tuple[str, int, str]], size: int, sort: tuple[str, ...]
) -> None:
    """Rows come, change and go, several at one moment; the list of each moment is what a diary of them says."""
    with writing():
        Start.objects.all().delete()
        Start.history.all().delete()
    there: dict[int, str] = {}
    diary: list[set[tuple[str, str]]] = []
    for minute, (act, number, industry) in enumerate(events):
        name, at = f"第{number}号", AT + timedelta(minutes=minute)
        row = Start.objects.filter(name=name).first()
        if act == "-" and row is not None:
            row._history_date, row._history_user = at, cast.clerk
            row.delete()
            there.pop(number)
        elif act != "-":
            row = row or Start(name=name, recorded_at=at)
            row.industry, row._history_date, row._history_user = industry, at, cast.clerk
            row.save()
            there[number] = industry
        diary.append({(f"第{n}号", text) for n, text in there.items()})
    for minute, expected in enumerate(diary):
        ask = Ask(register=REGISTER, by=cast.leader, known_at=AT + timedelta(minutes=minute), sort=sort)
        whole = [(row.name, row.industry) for row in query.rows(ask)]
        assert set(whole) == expected and len(whole) == len(expected)
        paged, page = [], query.cut(ask, size=size)
        while True:
            paged += [(row.name, row.industry) for row in page.rows]
            if not page.after:
                break
            page = query.cut(ask, size=size, after=page.after)
        assert paged == whole
