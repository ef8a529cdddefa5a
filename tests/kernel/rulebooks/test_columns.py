"""标准判定 as columns of a list: who fits, how many, what each row shows, now and as known at a moment."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.kernel.people.cast import AT, TODAY, Cast
from tests.kernel.registers.entries import enterprise
from tests.kernel.rulebooks.firms import four_firms

from gongjian.drives.innovation.criteria.sti_sme import STI_SME
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import columns, derived, query
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks import deciding, keeping
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.states import State

REGISTER = Enterprise.register
COLUMN = "verdict_sti_sme"


@pytest.fixture
def firms(cast: Cast) -> list[Any]:
    """Ready; one scientist short; five short; no return at all; a fifth that nothing has judged yet."""
    return [*four_firms(cast), enterprise(by=cast.clerk, unit=cast.science, number=5)]


def _ask(by: Officer, *values: str, known_at: datetime | None = None, **others: Any) -> query.Ask:
    filters = {COLUMN: values} if values else {}
    return query.Ask(register=REGISTER, by=by, filters={**filters, **others}, known_at=known_at)


def _ids(ask: query.Ask) -> list[int]:
    return [row.id for row in query.cut(ask, names=("name", COLUMN)).rows]


@pytest.mark.parametrize("limits", [(5_000, 50_000), (0, 50_000), (0, 0)])
def test_a_verdict_filters_the_same_however_many_it_fits(
    firms: list[Any], cast: Cast, monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int]
) -> None:
    monkeypatch.setattr(derived, "NAMED_MOST", limits[0])
    monkeypatch.setattr(derived, "GATHERED_MOST", limits[1])
    first, second, third, fourth, fifth = (one.pk for one in firms)
    assert _ids(_ask(cast.viewer, "ready")) == [first]
    assert _ids(_ask(cast.viewer, "not_met")) == [second, third]
    assert _ids(_ask(cast.viewer, "ready", "needs_data")) == [first, fourth]
    assert _ids(_ask(cast.viewer, query.BLANK)) == [fifth]
    assert _ids(_ask(cast.viewer, query.BLANK, "ready")) == [first, fifth]
    assert _ids(_ask(cast.viewer, "not_met", unit__name=("没有的单位",))) == []
    assert str(query.count(_ask(cast.viewer, "not_met"))) == "2"


def test_counts_stand_under_the_other_filters_and_not_under_their_own(firms: list[Any], cast: Cast) -> None:
    assert query.derived(_ask(cast.viewer), COLUMN) == [("ready", 1), ("needs_data", 1), ("not_met", 2)]
    narrowed = _ask(cast.viewer, "ready")
    assert query.derived(narrowed, COLUMN, seen=query.look(narrowed))[0] == ("ready", 1)
    assert len(query.derived(narrowed, COLUMN)) == 3
    searched = query.Ask(register=REGISTER, by=cast.viewer, search="青禾2号")
    assert query.derived(searched, COLUMN, seen=query.look(searched)) == [("not_met", 1)]
    assert query.facets(narrowed)["status"] == [("active", 1)]


def test_a_value_or_an_order_that_there_is_not_is_refused(firms: list[Any], cast: Cast) -> None:
    with pytest.raises(Refusal, match="科技型中小企业判定”的值“perfect”不对"):
        _ids(_ask(cast.viewer, "perfect"))
    with pytest.raises(Refusal, match=r"不能按“(verdict_sti_sme|科技型中小企业判定)”排序"):
        query.cut(query.Ask(register=REGISTER, by=cast.viewer, sort=(COLUMN,)))


def test_what_is_known_at_a_moment(firms: list[Any], cast: Cast) -> None:
    Judgement.objects.filter(entry=firms[1].pk).update(since=AT - timedelta(days=9), until=AT + timedelta(days=1))
    later = AT + timedelta(days=2)
    Judgement.objects.create(
        rulebook="sti-sme", edition="2017", entry=firms[1].pk, state=State.MET, since=AT + timedelta(days=1)
    )
    past, now = _ask(cast.viewer, "not_met", known_at=AT), _ask(cast.viewer, "not_met", known_at=later)
    assert query.derived(_ask(cast.viewer, known_at=later), COLUMN) == [("ready", 2), ("needs_data", 1), ("not_met", 1)]
    own = REGISTER.derived[COLUMN]
    ids = [one.pk for one in firms]
    assert own.told(ids, on=TODAY, known_at=AT)[firms[1].pk] == "not_met"
    assert own.told(ids, on=TODAY)[firms[1].pk] == "ready"
    assert firms[4].pk not in own.told(ids, on=TODAY)
    assert (_ids(past), _ids(now)) == ([firms[1].pk, firms[2].pk], [firms[2].pk])


def test_a_decided_verdict_says_so_until_it_expires(firms: list[Any], cast: Cast) -> None:
    short = firms[1]
    deciding.decide(
        book=STI_SME, criterion="score", entry=short, state=State.MET, reason="已核对劳动合同",
        expires_on=date(2025, 12, 31), by=cast.clerk, at=AT, today=TODAY,
    )  # fmt: skip
    keeping.refresh(STI_SME, as_of=TODAY, at=AT, ids=[short.pk])
    rows = list(query.cut(_ask(cast.viewer, "ready"), names=(COLUMN,)).rows)
    derived.fill(register="enterprise", names=[COLUMN], rows=rows, on=TODAY)
    assert [getattr(row, COLUMN) for row in rows] == ["ready", "ready+"]
    field = REGISTER.field(COLUMN)
    assert dict(field.flatchoices)["ready+"] == "可申报(人工认定)" and field.tone("ready+") == "ok"
    assert field.told([short.pk], on=date(2026, 1, 1)) == {short.pk: "ready"}
    assert field.told([short.pk], on=TODAY, known_at=AT - timedelta(days=1)) == {}


def test_columns_stand_as_the_shelf_of_rulebooks_does() -> None:
    offered = REGISTER.derived
    assert list(offered)[:5] == [
        "verdict_high_tech", "verdict_sti_sme", "verdict_innovative_sme", "verdict_zjtx", "verdict_little_giant",
    ]  # fmt: skip
    assert list(dict.fromkeys(one.group for one in offered.values())) == [
        "高企与科技型", "优质中小企业", "研发平台", "知识产权", "智能制造与工业互联网", "规上与临规",
    ]  # fmt: skip
    assert list(REGISTERS["site"].derived) == ["verdict_incubator", "verdict_maker_space"]


def test_where_nothing_is_applied_for_a_verdict_has_its_own_words() -> None:
    def words(register: str, column: str) -> list[str]:
        return [one.label for one in REGISTERS[register].derived[column].values.values()]

    assert words("enterprise", "verdict_high_tech")[:2] == ["可申报", "有机会"]
    assert words("enterprise", "verdict_near_scale")[:2] == ["临近规上", "有机会"]
    assert words("intellectual-property", "verdict_valuable_patent") == [
        "高价值", "待认定", "待问诊", "缺数据", "不符合", "不适用",
    ]  # fmt: skip
    assert words("talent-project", "verdict_open_bidding")[::4] == ["未超上限", "超过上限"]


def test_lists_of_people_and_sensitive_ones_are_offered_none(cast: Cast) -> None:
    assert REGISTERS["intellectual-property"].derived.keys() == {"verdict_valuable_patent"}
    for register in REGISTERS.values():
        if register.sensitive:
            assert register.derived == {}
    assert COLUMN in columns.filterable(register=REGISTER, by=cast.viewer)
    assert COLUMN not in columns.counted(register=REGISTER, by=cast.viewer)


def test_a_list_that_does_not_ask_for_a_verdict_asks_no_more(
    firms: list[Any], cast: Cast, django_assert_num_queries: Any
) -> None:
    ask = _ask(cast.viewer)
    with django_assert_num_queries(1):
        query.cut(ask, names=("name",))
    rows = list(query.cut(ask, names=("name",)).rows)
    with django_assert_num_queries(0):
        derived.fill(register="enterprise", names=["name", "unit"], rows=rows, on=TODAY)
    with django_assert_num_queries(2):
        derived.fill(register="enterprise", names=["name", COLUMN], rows=rows, on=TODAY)
