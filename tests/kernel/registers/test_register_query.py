"""Reading registers: scope, filters with counts, search, order, sums, and rows as they were known on a past moment."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import application, enterprise, venture

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.talents import OverseasTalent
from gongjian.drives.innovation.ventures import Venture
from gongjian.drives.projects.starts import Start
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.registers import actions, query
from gongjian.kernel.registers.masking import Sight, hidden
from gongjian.kernel.registers.query import Ask

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast


def _names(found: object) -> list[str]:
    return [str(row) for row in found]  # type: ignore[attr-defined]


def test_a_register_of_unit_scope_shows_a_unit_officer_the_own_rows(cast: Cast) -> None:
    for name, unit in (("甲", cast.science), ("乙", cast.park), ("丙", cast.trade)):
        values = {"name": name, "arrived_on": date(2025, 5, 6), "unit": unit}
        actions.create(register=OverseasTalent.register, values=values, by=cast.supervisor, at=AT, today=TODAY)
    seen = {role: len(query.rows(Ask(register=OverseasTalent.register, by=o))) for role, o in cast.by_role.items()}
    assert seen == {"leader": 3, "supervisor": 3, "unit_officer": 2, "viewer": 1, "auditor": 3, "administrator": 3}
    assert set(_names(query.rows(Ask(register=OverseasTalent.register, by=cast.clerk)))) == {"甲", "乙"}
    hidden_row = OverseasTalent.objects.get(name="丙")
    with pytest.raises(Refusal) as caught:
        query.entry(register=OverseasTalent.register, by=cast.clerk, pk=hidden_row.pk)
    assert caught.value.code == "entry.missing"


def test_without_an_active_account_nothing_is_read(cast: Cast) -> None:
    cast.clerk.is_active = False
    for nobody in (None, cast.clerk):
        with pytest.raises(Forbidden):
            query.rows(Ask(register=Venture.register, by=nobody))  # type: ignore[arg-type]


def test_filters_count_under_the_other_filters(cast: Cast) -> None:
    for name, carrier, source in (
        ("甲", "孵化园", "江理工"),
        ("乙", "孵化园", ""),
        ("丙", "加速器", "江理工"),
    ):
        venture(name, by=cast.clerk, unit=cast.science, carrier=carrier, source=source)
    register = Venture.register
    counted = query.facets(Ask(register=register, by=cast.viewer, filters={"carrier": ("孵化园",)}))
    assert counted["carrier"] == [("孵化园", 2), ("加速器", 1)]
    assert dict(counted["source"]) == {"—": 1, "江理工": 1}
    assert counted["stage"] == [("scouted", 2)]
    blank = query.rows(Ask(register=register, by=cast.viewer, filters={"source": (query.BLANK,)}))
    assert _names(blank) == ["乙"]
    assert query.value_label(register=register, path="stage", value="scouted") == "在谈"
    assert query.filter_label(register=register, path="unit__name") == "责任单位"


def test_stages_are_listed_in_their_order(cast: Cast) -> None:
    for number, stage in enumerate(("filed", "seeded", "diagnosed", "filed"), start=1):
        firm = enterprise(by=cast.clerk, unit=cast.science, number=number)
        application(firm, by=cast.clerk, unit=cast.science, stage=stage)
    counted = query.facets(Ask(register=Application.register, by=cast.viewer))
    assert counted["stage"] == [("seeded", 1), ("diagnosed", 1), ("filed", 2)]


@pytest.mark.parametrize("value", ["二〇二五", "99999999999999999999"])
def test_a_filter_value_that_fits_no_field_is_refused(cast: Cast, value: str) -> None:
    with pytest.raises(Refusal) as caught:
        list(query.rows(Ask(register=Application.register, by=cast.viewer, filters={"enterprise": (value,)})))
    assert caught.value.code == "query.filter"


def test_all_words_of_a_search_must_occur(cast: Cast) -> None:
    one = enterprise(by=cast.clerk, unit=cast.science, number=1, name="澜海锂电材料有限公司")
    enterprise(by=cast.clerk, unit=cast.science, number=2, name="澜海精密有限公司")
    register = Enterprise.register
    assert _names(query.rows(Ask(register=register, by=cast.viewer, search="澜海 锂电"))) == [one.name]
    assert _names(query.rows(Ask(register=register, by=cast.viewer, search=one.credit_code.lower()))) == [one.name]
    application(one, by=cast.clerk, unit=cast.science)
    assert len(query.rows(Ask(register=Application.register, by=cast.viewer, search="锂电"))) == 1


def test_order_puts_blanks_last_both_ways(cast: Cast) -> None:
    for number, day in enumerate((date(2001, 1, 1), None, date(1999, 1, 1)), start=1):
        enterprise(by=cast.clerk, unit=cast.science, number=number, name=f"第{number}家", established_on=day)
    register = Enterprise.register
    assert _names(query.rows(Ask(register=register, by=cast.viewer, sort=("established_on",)))) == [
        "第3家",
        "第1家",
        "第2家",
    ]
    assert _names(query.rows(Ask(register=register, by=cast.viewer, sort=("-established_on",)))) == [
        "第1家",
        "第3家",
        "第2家",
    ]


def test_a_relation_sorts_by_its_name(cast: Cast) -> None:
    for number, name in ((1, "乙电子"), (2, "丁电子"), (3, "甲电子")):
        firm = enterprise(by=cast.clerk, unit=cast.science, number=number, name=name)
        application(firm, by=cast.clerk, unit=cast.science)
    rows = query.rows(Ask(register=Application.register, by=cast.viewer, sort=("-enterprise",)))
    assert [row.enterprise.name for row in rows] == sorted(["乙电子", "丁电子", "甲电子"], reverse=True)


def test_decimal_columns_are_summed_over_all_that_is_found(cast: Cast) -> None:
    amounts = (("甲", "120000", "装备"), ("乙", "0.5", "装备"), ("丙", "7", "医药"), ("丁", None, "装备"))
    for name, amount, industry in amounts:
        values = {
            "name": name,
            "industry": industry,
            "total_investment": Decimal(amount) if amount else None,
            "unit": cast.trade,
        }
        actions.create(register=Start.register, values=values, by=cast.supervisor, at=AT, today=TODAY)
    found = Ask(register=Start.register, by=cast.viewer, filters={"industry": ("装备",)})
    assert query.totals(found) == {"total_investment": Decimal("120000.5")}
    assert query.totals(Ask(register=Venture.register, by=cast.viewer)) == {}


def test_more_numbers_than_a_statement_takes(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    venture("乙", by=cast.clerk, unit=cast.science)
    ids = [made.pk, *range(10**6, 10**6 + 70_000)]
    assert _names(query.rows(Ask(register=Venture.register, by=cast.viewer, ids=tuple(ids)))) == ["甲"]


def test_rows_that_point_at_a_row(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science)
    found = query.related(entry=firm, by=cast.viewer)
    assert [(r.name, f.name, rows, count) for r, f, rows, count in found] == [("high-tech", "enterprise", [made], 1)]
    assert query.related(entry=made, by=cast.viewer) == []


def test_rows_as_they_were_known(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    day = timedelta(days=1)
    actions.change(entry=made, values={"carrier": "加速器"}, revision=1, by=cast.clerk, at=AT + day)
    actions.create(register=Venture.register, values={"name": "乙"}, by=cast.clerk, at=AT + 2 * day, today=TODAY)

    def at(moment: object) -> list[tuple[str, str]]:
        found = query.known(register=Venture.register, at=moment)  # type: ignore[arg-type]
        return sorted(found.values_list("name", "carrier"))

    assert at(AT - day) == []
    assert at(AT) == [("甲", "孵化园")]
    assert at(AT + day) == [("甲", "加速器")]
    assert at(AT + 2 * day) == at(None) == sorted([("甲", "加速器"), ("乙", "")])


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13900001234", "139****1234"),
        ("320801199001011234", "320***********1234"),
        ("", ""),
        ("—", "—"),
        ("12345", "*****"),
    ],
)
def test_a_number_is_hidden_in_its_middle(number: str, shown: str) -> None:
    assert hidden(number) == shown


def test_who_sees_a_telephone_number_whole(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.park, phone="13900001234")
    officers = [*cast.by_role.values(), cast.park_clerk, cast.trade_clerk]
    seen = {o.name: Sight(register=Enterprise.register, by=o).shown(row=firm, name="phone") for o in officers}
    whole = {cast.supervisor.name, cast.clerk.name, cast.park_clerk.name}
    assert {name for name, text in seen.items() if text == "13900001234"} == whole
    assert {text for name, text in seen.items() if name not in whole} == {"139****1234"}
