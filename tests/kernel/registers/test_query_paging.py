"""Pages of a list: exact under ties, blanks and any mix of directions, forwards and backwards, while rows come and go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kernel.people.cast import AT

from gongjian.drives.projects.starts import Start
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Unit
from gongjian.kernel.registers import query, soonest
from gongjian.kernel.registers.declare import extend
from gongjian.kernel.registers.entry import writing
from gongjian.kernel.registers.query import Ask

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

REGISTER = Start.register
COLUMNS = ("industry", "total_investment", "planned_on", "agent", "stage", "unit", "permit", "x_load", "x_note")
TEXTS = ("", "A", "B", "电子", "装备")  # every collation agrees on their order
DAYS = (None, date(2024, 1, 1), date(2025, 6, 30))
AMOUNTS = (None, "-1.5", "0", "0.0001", "12000.5", "99999999999.1234")
STAGES = [stage.key for stage in REGISTER.stages]


@pytest.fixture
def added() -> Iterator[None]:
    """Two columns that the zone has added."""
    columns = [
        {"name": "load", "label": "负荷", "kind": "decimal"},
        {"name": "note", "label": "备查", "kind": "text", "filter": True},
    ]
    assert extend(register=REGISTER, columns=columns) == []
    yield
    extend(register=REGISTER, columns=[])


@st.composite
def projects(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Values of up to 25 projects, with many ties and blanks; `unit` is a place in the list of units or None."""
    row = st.fixed_dictionaries(
        {
            "industry": st.sampled_from(TEXTS),
            "total_investment": st.sampled_from(AMOUNTS).map(lambda text: None if text is None else Decimal(text)),
            "planned_on": st.sampled_from(DAYS),
            "agent": st.sampled_from(TEXTS),
            "stage": st.sampled_from([*STAGES, "gone"]),
            "unit": st.sampled_from([None, 0, 1, 2]),
            "x_load": st.sampled_from([None, Decimal("0.5"), Decimal(3), Decimal(20)]),
            "x_note": st.sampled_from(["", "甲", "乙"]),
        }
    )
    return draw(st.lists(row, max_size=25))


orders = st.lists(
    st.tuples(st.sampled_from(["", "-"]), st.sampled_from(COLUMNS)), max_size=3, unique_by=lambda pair: pair[1]
).map(lambda pairs: tuple("".join(pair) for pair in pairs))


def fill(rows: list[dict[str, Any]], start: int = 0) -> list[Start]:
    """Write the projects, without history, in place of those that are there."""
    units: list[Unit | None] = [*Unit.objects.order_by("order", "pk")]
    made = []
    for number, values in enumerate(rows, start):
        place = values["unit"]
        own = {name: value for name, value in values.items() if not name.startswith("x_")}
        own["unit"] = None if place is None else units[place]
        project = Start(**own, name=f"第{number:03}号", recorded_at=AT)
        project.x_load, project.x_note = values.get("x_load"), values.get("x_note")
        made.append(project)
    with writing():
        if not start:
            Start.objects.all().delete()
        return Start.objects.bulk_create(made)


def compare(sort: tuple[str, ...]) -> Any:
    """The order as the guide words it: blanks last either way; units and stages in the order of their lists."""
    units = {unit.pk: place for place, unit in enumerate(Unit.objects.order_by("order", "pk"))}

    def value(row: Start, name: str) -> Any:
        found = getattr(row, name)
        if name == "unit":
            return None if found is None else units[found.pk]
        if name == "stage":
            return STAGES.index(found) if found in STAGES else len(STAGES)
        return None if found == "" else found

    def order(one: Start, other: Start) -> int:
        for column in sort or ("name",):
            left, right = (value(row, column.removeprefix("-")) for row in (one, other))
            if left == right:
                continue
            if left is None or right is None:
                return 1 if left is None else -1
            return (-1 if left < right else 1) * (-1 if column.startswith("-") else 1)
        return (one.pk - other.pk) * (-1 if sort and sort[-1].startswith("-") else 1)

    return cmp_to_key(order)


def forwards(ask: Ask, size: int) -> list[list[int]]:
    """The row numbers of all pages from the first to the last."""
    pages, after = [], ""
    while True:
        page = query.cut(ask, size=size, after=after)
        pages.append([row.pk for row in page.rows])
        assert (page.before == "") == (after == "")
        after = page.after
        if not after:
            return pages


def backwards(ask: Ask, size: int) -> list[list[int]]:
    """The row numbers of all pages from the last to the first."""
    pages, page = [], query.cut(ask, size=size, end=True)
    while True:
        pages.append([row.pk for row in page.rows])
        if not page.before:
            return pages
        page = query.cut(ask, size=size, before=page.before)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=projects(), sort=orders, size=st.integers(1, 9))
def test_pages_laid_end_to_end_are_the_ordered_rows(
    cast: Cast, added: None, rows: list[dict[str, Any]], sort: tuple[str, ...], size: int
) -> None:
    made = fill(rows)
    ask = Ask(register=REGISTER, by=cast.leader, sort=sort)
    whole = [row.pk for row in query.rows(ask)]
    in_python = [row.pk for row in sorted(Start.objects.all(), key=compare(sort))]
    assert whole == in_python
    assert sorted(whole) == sorted(row.pk for row in made)
    ahead = forwards(ask, size)
    assert [pk for page in ahead for pk in page] == whole
    assert all(len(page) == size for page in ahead[:-1])
    assert [pk for page in backwards(ask, size) for pk in reversed(page)] == whole[::-1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=projects(), late=projects(), gone=st.integers(0, 30), sort=orders, size=st.integers(1, 6))
def test_rows_that_come_and_go_between_pages_move_no_other(
    cast: Cast,
    added: None,
    rows: list[dict[str, Any]],
    late: list[dict[str, Any]],
    gone: int,
    sort: tuple[str, ...],
    size: int,
) -> None:
    made = fill(rows)
    ask = Ask(register=REGISTER, by=cast.leader, sort=sort)
    first = query.cut(ask, size=size)
    seen = [row.pk for row in first.rows]
    fill(late, start=len(rows) + 1)
    dropped = {row.pk for row in made[gone : gone + 3]}
    with writing():
        Start.objects.filter(pk__in=dropped).delete()
    page = first
    while page.after:
        page = query.cut(ask, size=size, after=page.after)
        seen += [row.pk for row in page.rows] if page.after or not set(seen) & {row.pk for row in page.rows} else []
    assert len(seen) == len(set(seen))
    stayed = {row.pk for row in made} - dropped
    assert stayed <= set(seen) or not first.after


def test_a_mark_of_another_order_is_refused(cast: Cast) -> None:
    fill([{"unit": None}] * 3)
    page = query.cut(Ask(register=REGISTER, by=cast.leader), size=1)
    for mark, sort in ((page.after, ("industry",)), ("%%%", ()), ("bm9uZQ", ()), (page.after[:-6], ())):
        with pytest.raises(Refusal) as caught:
            query.cut(Ask(register=REGISTER, by=cast.leader, sort=sort), after=mark)
        assert caught.value.code == "query.mark"


def test_a_page_whose_rows_are_gone_gives_the_nearest_one(cast: Cast) -> None:
    made = fill([{"unit": None}] * 4)
    ask = Ask(register=REGISTER, by=cast.leader)
    first = query.cut(ask, size=2)
    with writing():
        Start.objects.filter(pk__in=[row.pk for row in made[2:]]).delete()
    assert query.cut(ask, size=2, after=first.after).rows == made[:2]
    assert query.cut(ask, size=2) == query.Slice(rows=made[:2])


def test_columns_that_are_none_and_more_than_three_are_refused(cast: Cast) -> None:
    for sort in (("password",), ("x_none",), ("extra",), ("name", "-industry", "agent", "stage")):
        with pytest.raises(Refusal) as caught:
            query.rows(Ask(register=REGISTER, by=cast.leader, sort=sort))
        assert caught.value.code == "query.sort"


def test_a_page_is_read_in_few_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    fill([{"unit": 0, "industry": "装备"}] * 9)
    ask = Ask(register=REGISTER, by=cast.leader, sort=("-total_investment", "name"))
    ask_first = Ask(register=REGISTER, by=cast.leader)
    with django_assert_num_queries(1):
        page = query.cut(ask_first, size=3)
        assert [str(row.unit) for row in page.rows]
    with django_assert_num_queries(2):  # rows that tie with the mark's, then those beyond
        query.cut(ask_first, size=3, after=page.after)
    with django_assert_num_queries(2):  # those with an amount, then those without
        query.cut(ask, size=3)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=projects(), sort=orders, few=st.sampled_from([0, 2, 1000]), data=st.data())
def test_every_form_of_a_question_finds_the_same(
    cast: Cast, added: None, rows: list[dict[str, Any]], sort: tuple[str, ...], few: int, data: st.DataObject
) -> None:
    """Filters on own columns, units and added columns; however many rows are taken for few."""
    made = fill(rows)
    chosen = {
        "industry": data.draw(st.sets(st.sampled_from(["A", "装备", query.BLANK]))),
        "stage": data.draw(st.sets(st.sampled_from(STAGES))),
        "unit": data.draw(st.sets(st.sampled_from([str(cast.root.pk), str(cast.science.pk), query.BLANK]))),
        "x_note": data.draw(st.sets(st.sampled_from(["甲", query.BLANK]))),
    }
    ask = Ask(register=REGISTER, by=cast.leader, sort=sort, filters={k: tuple(v) for k, v in chosen.items()})

    def fits(row: Start, *, but: str = "") -> bool:
        told = {"industry": row.industry, "stage": row.stage, "unit": row.unit_id, "x_note": row.x_note}
        return all(
            not wanted or (query.BLANK if told[path] in (None, "") else str(told[path])) in wanted
            for path, wanted in chosen.items()
            if path != but
        )

    expected = [row.pk for row in sorted(made, key=compare(sort)) if fits(row)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(soonest, "FEW", few)
        assert [row.pk for row in query.rows(ask)] == expected
        assert [pk for page in forwards(ask, 3) for pk in page] == expected
        assert query.count(ask) == query.Counted(n=len(expected))
        if any(chosen.values()):
            assert query.count(ask, most=2).n == min(2, len(expected))
    counted = query.facets(ask)
    for path in ("industry", "stage", "x_note"):
        values = [getattr(row, path) or query.BLANK for row in made if fits(row, but=path)]
        assert dict(counted[path]) == {value: values.count(value) for value in values}


def test_a_page_of_some_columns_reads_these_alone(cast: Cast, django_assert_num_queries: Any) -> None:
    fill([{"unit": number and 0, "total_investment": Decimal(number)} for number in range(3)])
    ask = Ask(register=REGISTER, by=cast.leader, sort=("-total_investment",))
    whole, some = query.cut(ask, size=2), query.cut(ask, size=2, names=("name", "unit"))
    assert (some.rows, some.after, some.before) == (whole.rows, whole.after, whole.before)
    assert "industry" in some.rows[0].get_deferred_fields() and not whole.rows[0].get_deferred_fields()
    with django_assert_num_queries(0):
        told = [(one.name, str(one.unit), one.unit_id, one.revision, one.total_investment) for one in some.rows]
    assert told == [(one.name, str(one.unit), one.unit_id, one.revision, one.total_investment) for one in whole.rows]
