"""The counts of all filters at once are kept until a row is written, and never shown when they are stale."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from tests.kernel.people.cast import AT, Cast, make_cast
from tests.kernel.registers.entries import venture

from gongjian.drives.innovation.ventures import Venture
from gongjian.kernel.registers import actions, counting, cube, query, soonest
from gongjian.kernel.registers.query import Ask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Iterator[Cast]:
    """The cast, committed."""
    cube._KEPT.clear()
    yield make_cast()
    cube._KEPT.clear()


def counts(cast: Cast, **filters: tuple[str, ...]) -> dict[str, int]:
    return dict(query.facets(Ask(register=Venture.register, by=cast.viewer, filters=filters))["carrier"])


def test_kept_counts_follow_every_write(cast: Cast, django_assert_max_num_queries: Any) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    assert counts(cast) == {"孵化园": 1}
    assert len(cube._KEPT) == 1
    venture("乙", by=cast.clerk, unit=cast.science, carrier="加速器")
    assert counts(cast) == {"孵化园": 1, "加速器": 1}
    values = {"carrier": "加速器"}
    actions.change(entry=made, values=values, revision=1, by=cast.clerk, at=AT + timedelta(days=1))
    assert counts(cast) == {"加速器": 2}
    cast.science.name = "科技局"
    cast.science.save()
    units = dict(query.facets(Ask(register=Venture.register, by=cast.viewer))["unit__name"])
    assert units == {"科技局": 2}


def test_kept_counts_answer_other_filters_too(cast: Cast) -> None:
    venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园", source="江理工")
    venture("乙", by=cast.clerk, unit=cast.science, carrier="加速器")
    assert counts(cast) == {"孵化园": 1, "加速器": 1}
    kept = dict(cube._KEPT)
    assert counts(cast, source=("江理工",)) == {"孵化园": 1}
    assert counts(cast, source=(query.BLANK,)) == {"加速器": 1}
    assert counts(cast, carrier=("孵化园",)) == {"孵化园": 1, "加速器": 1}
    assert dict(cube._KEPT) == kept


def test_too_many_combinations_are_counted_filter_by_filter(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    venture("乙", by=cast.clerk, unit=cast.science, carrier="加速器")
    monkeypatch.setattr(cube, "COMBINATIONS_MOST", 1)
    assert counts(cast) == {"孵化园": 1, "加速器": 1}
    assert not cube._KEPT


def test_kept_counts_tell_how_many_fit_until_a_row_is_written(cast: Cast) -> None:
    venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园", source="江理工")
    venture("乙", by=cast.clerk, unit=cast.science, carrier="孵化园")
    ask = Ask(
        register=Venture.register, by=cast.viewer, filters={"carrier": ("孵化园",), "source": (query.BLANK, "其他")}
    )
    assert cube.kept(ask) is None
    query.facets(Ask(register=Venture.register, by=cast.viewer))
    whole = cube.kept(ask)
    assert whole is not None
    assert cube.fitting(whole, ask) == (1, "source", 1)
    alone = Ask(register=Venture.register, by=cast.viewer, filters={"carrier": ("孵化园",)})
    assert cube.kept(alone) is whole
    assert cube.fitting(whole, alone) == (2, "carrier", 2)
    assert cube.kept(Ask(register=Venture.register, by=cast.viewer, search="甲")) is None
    assert cube.kept(Ask(register=Venture.register, by=cast.viewer, known_at=AT)) is None
    venture("丙", by=cast.clerk, unit=cast.science, carrier="孵化园")
    assert cube.kept(ask) is None
    assert query.count(ask) == query.Counted(n=2)


def test_counts_under_filters_are_those_of_the_rows_one_by_one(cast: Cast) -> None:
    made = [("孵化园", "江理工"), ("孵化园", ""), ("加速器", "江理工"), ("加速器", "其他"), ("", "其他")]
    for number, (carrier, source) in enumerate(made):
        venture(f"第{number}项", by=cast.clerk, unit=cast.science, carrier=carrier, source=source)
    chosen = {"carrier": ("孵化园", query.BLANK), "source": ("其他", "江理工")}
    counted = query.facets(Ask(register=Venture.register, by=cast.viewer, filters=chosen))
    assert dict(counted["carrier"]) == {"孵化园": 1, "加速器": 2, query.BLANK: 1}
    assert dict(counted["source"]) == {"江理工": 1, query.BLANK: 1, "其他": 1}
    assert dict(counted["unit__name"]) == {"科技创新局": 2}


def test_what_kept_counts_tell_of_a_list_is_what_is_found_without_them(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every way of a look: none, few by one filter, few by all together, more than are named."""
    monkeypatch.setattr(soonest, "FEW", 4)
    monkeypatch.setattr(counting, "WALKED_FROM", 2)
    carriers = ("孵化园", "孵化园", "孵化园", "加速器", "")
    for number in range(25):
        source = "江理工" if number % 6 else ""
        venture(f"项目{number:02}", by=cast.clerk, unit=cast.science, carrier=carriers[number % 5], source=source)
    seen = set()
    for carrier, source in product(
        (("孵化园",), ("加速器",), ("没有的",), (query.BLANK, "加速器"), ()), (("江理工",), (query.BLANK,), ())
    ):
        given = {path: values for path, values in (("carrier", carrier), ("source", source)) if values}
        if not given:
            continue
        ask = Ask(register=Venture.register, by=cast.viewer, filters=given)
        cube._KEPT.clear()
        plain, counted = query.look(ask), query.facets(ask)
        rows = [row.name for row in query.cut(ask, size=20, seen=plain).rows]
        counts(cast)
        kept = query.look(ask)
        assert plain is not None and plain.cube is None and kept is not None and kept.cube is not None
        assert kept.n == plain.n == len(rows), given
        assert kept.numbers is None or sorted(kept.numbers) == sorted(query.rows(ask).values_list("id", flat=True))
        assert [row.name for row in query.cut(ask, size=20, seen=kept).rows] == rows, given
        assert query.facets(ask, seen=kept) == counted, given
        assert query.count(ask, seen=kept) == query.count(ask), given
        seen.add((kept.n, kept.numbers is None))
    assert {(0, False), (2, False)} < seen and {n for n, is_unnamed in seen if is_unnamed} >= {12, 15}
