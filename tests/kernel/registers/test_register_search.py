"""Search as you type: always what the database alone would find, however old, spoilt or absent the index is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from tests.kernel.people.cast import AT
from tests.kernel.registers.entries import application, enterprise

from gongjian.drives.innovation.high_tech import Application
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people.models import Zone
from gongjian.kernel.registers import actions, ordering, query, search, soonest, word_index, word_keeping
from gongjian.kernel.registers.entry import writing
from gongjian.kernel.registers.query import Ask

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

REGISTER = Enterprise.register


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """An index folder of the test's own."""
    settings.SEARCH = tmp_path / "search"
    word_index._OPENED.clear()
    yield tmp_path / "search"
    word_index._OPENED.clear()


def names(cast: Cast, text: str, **parts: Any) -> list[str]:
    register = parts.pop("register", REGISTER)
    return [str(row) for row in query.rows(Ask(register=register, by=cast.viewer, search=text, **parts))]


def proposed(*words: str) -> list[int] | None:
    proposal = word_index.proposed(register=REGISTER, words=[[word] for word in words])
    return proposal.numbers if proposal is not None and proposal.is_whole else None


def firm(name: str, *, at: datetime = AT, code: str = "", **values: Any) -> Enterprise:
    """An enterprise with its line of history, written as fast as can be."""
    row = Enterprise(name=name, credit_code=code or f"C{Enterprise.objects.count():05}", recorded_at=at, **values)
    row._history_date = at
    row.save()
    return row


PIECES = [*"云海锂电A1ａ１bßıſİéµ°½%_\\()（）·-", "e\u0301", "¨", " ", "\u3000", "有限公司"]
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), texts),
        st.tuples(st.just("rename"), texts),
        st.tuples(st.just("remove"), st.just("")),
        st.tuples(st.just("refresh"), st.just("")),
        st.tuples(st.just("search"), texts),
    ),
    max_size=14,
)


@profile(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, last=texts)
def test_the_answer_is_the_one_without_an_index(
    cast: Cast, folder: Path, steps: list[tuple[str, str]], last: str
) -> None:
    """Rows come, change and go, the index is refreshed now and then; each search finds what plain LIKE finds."""
    with writing():
        Enterprise.objects.all().delete()
    Enterprise.history.all().delete()
    shutil.rmtree(folder, ignore_errors=True)
    word_index._OPENED.clear()
    for number, (step, text) in enumerate([*steps, ("refresh", ""), ("search", last)]):
        at = AT + timedelta(minutes=number)
        row = Enterprise.objects.order_by("pk").first()
        if step == "add":
            firm(text, at=at, code=f"甲{number}", former_names=text[::-1])
        elif step == "rename" and row is not None:
            row.name, row._history_date = text, at
            row.save()
        elif step == "remove" and row is not None:
            row._history_date = at
            row.delete()
        elif step == "refresh":
            assert search.refresh(register=REGISTER) is not None
        elif step == "search":
            expected = Enterprise.objects.all()
            for word in text.split():
                expected = expected.filter(
                    search._occurs(["name", "credit_code", "former_names"], search.spellings(word))
                )
            assert set(names(cast, text)) == {row.name for row in expected}
            for moment in (AT, AT + timedelta(minutes=number // 2)):
                past = query.known(register=REGISTER, at=moment)
                for word in text.split():
                    past = past.filter(search._occurs(["name", "credit_code", "former_names"], search.spellings(word)))
                assert set(names(cast, text, known_at=moment)) == set(past.values_list("name", flat=True))


def test_the_index_proposes_next_to_nothing_but_what_is_sought(cast: Cast) -> None:
    made = [firm(name) for name in ("云海锂电材料", "海云锂材", "材料云海", "ＡＢ１２（江）")]
    assert search.refresh(register=REGISTER) == 4
    assert proposed("云海") == [made[0].pk, made[2].pk]
    assert proposed("锂电材") == [made[0].pk]
    assert proposed("云海锂材") == []
    assert proposed("海", "材") == [made[0].pk, made[1].pk, made[2].pk]
    assert proposed("ab12(江)") == [made[3].pk]
    assert names(cast, "AB12") == names(cast, "ａｂ１２") == names(cast, "（江）") == ["ＡＢ１２（江）"]
    assert names(cast, "云海 材") == ["云海锂电材料", "材料云海"]


def test_rows_written_since_are_found_and_removed_ones_are_not(cast: Cast) -> None:
    first = enterprise(by=cast.clerk, unit=cast.science, number=1, name="青禾精密")
    search.refresh(register=REGISTER)
    enterprise(by=cast.clerk, unit=cast.science, number=2, name="青禾电子")
    actions.change(entry=first, values={"name": "青穗精密"}, revision=1, by=cast.clerk, at=AT + timedelta(days=1))
    assert names(cast, "青禾") == ["青禾电子"]
    assert names(cast, "青穗") == ["青穗精密"]
    assert search.refresh(register=REGISTER) == 2
    assert search.refresh(register=REGISTER) == 0
    assert proposed("青穗") == [first.pk]
    assert names(cast, "青穗") == ["青穗精密"]


def test_an_index_brought_up_to_date_forgets_what_rows_were_called(cast: Cast) -> None:
    rows = [enterprise(by=cast.clerk, unit=cast.science, number=n, name=f"青禾{n}号") for n in (1, 2)]
    search.refresh(register=REGISTER)
    assert proposed("青禾") == [row.pk for row in rows]
    actions.change(entry=rows[0], values={"name": "银杏1号"}, revision=1, by=cast.clerk, at=AT + timedelta(days=1))
    actions.remove(entry=rows[1], by=cast.clerk, at=AT + timedelta(days=1), reason="重复")
    assert search.refresh(register=REGISTER) == 2
    assert proposed("青禾") == []
    assert proposed("银杏") == [rows[0].pk]


def test_words_are_looked_for_through_a_relation(cast: Cast) -> None:
    for number, name in ((1, "云海锂电"), (2, "云海机械"), (3, "澜江锂电")):
        firm_ = enterprise(by=cast.clerk, unit=cast.science, number=number, name=name)
        application(firm_, by=cast.clerk, unit=cast.science)
    search.refresh_all()
    enterprise(by=cast.clerk, unit=cast.science, number=4, name="云海锂矿")
    late = Enterprise.objects.get(name="云海锂矿")
    application(late, by=cast.clerk, unit=cast.science)
    found = query.rows(Ask(register=Application.register, by=cast.viewer, search="云海 锂"))
    assert {row.enterprise.name for row in found} == {"云海锂电", "云海锂矿"}
    assert "IN" in str(found.query)


@pytest.mark.parametrize("harm", ["no folder", "no state", "half a state", "empty files", "lost file", "other columns"])
def test_a_spoilt_index_changes_no_answer_and_is_built_anew(cast: Cast, folder: Path, harm: str) -> None:
    for name in ("云海锂电", "澜江锂电"):
        firm(name)
    assert search.refresh(register=REGISTER) == 2
    assert proposed("云海") is not None
    state = folder / "enterprise.json"
    inside = next((folder / "enterprise").iterdir())
    if harm == "no folder":
        shutil.rmtree(folder)
    elif harm == "no state":
        state.unlink()
    elif harm == "half a state":
        state.write_text(state.read_text()[:20])
    elif harm == "empty files":
        for file in inside.iterdir():
            file.unlink()  # a file cut short in place would end every process that has it open
            file.write_bytes(b"")
    elif harm == "lost file":
        (inside / "meta.json").unlink()
    else:
        state.write_text(json.dumps({**json.loads(state.read_text()), "paths": ["name"]}))
    word_index._OPENED.clear()
    assert proposed("云海") is None
    assert names(cast, "云海") == ["云海锂电"]
    assert search.refresh(register=REGISTER) == 2
    assert proposed("云海") == [Enterprise.objects.get(name="云海锂电").pk]


def test_an_index_of_another_database_is_not_used(cast: Cast) -> None:
    firm("云海锂电")
    search.refresh(register=REGISTER)
    Zone.objects.update(created_at=AT)
    assert proposed("云海") is None
    assert search.refresh(register=REGISTER) == 1
    assert proposed("云海") is not None
    Enterprise.history.update(history_date=AT + timedelta(days=9))  # a restored copy, written on from there
    assert proposed("云海") is None
    assert search.refresh(register=REGISTER) == 1
    assert names(cast, "云海") == ["云海锂电"]


def test_a_second_refresher_leaves(cast: Cast, folder: Path) -> None:
    firm("云海锂电")
    with word_keeping._alone(REGISTER) as is_alone:
        assert is_alone
        assert search.refresh(register=REGISTER) is None
    assert not (folder / "enterprise.json").exists()
    assert search.refresh(register=REGISTER) == 1


@pytest.mark.parametrize("many", [4, 1000])
@pytest.mark.parametrize("stretch", [3, 1000])
def test_common_words_are_paged_and_counted_alike(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, many: int, stretch: int
) -> None:
    """Rows that stand together at the end of the order, more of them than the index names."""
    monkeypatch.setattr(word_index, "PROPOSED_MOST", 3)
    monkeypatch.setattr(word_index.proposed, "__kwdefaults__", {"known_at": None, "most": 3, "not_led_by": ""})
    monkeypatch.setattr(word_index, "CHANGED_MOST", 3)
    monkeypatch.setattr(search, "MANY_MOST", many)
    monkeypatch.setattr(ordering, "STRETCH", stretch)
    for number in range(5):
        firm(f"云海{number}号", industry="装备" if number % 2 else "医药")
        firm(f"A{number}号")
    search.refresh(register=REGISTER)
    assert proposed("云海") is None
    assert proposed("云海1") == [Enterprise.objects.get(name="云海1号").pk]
    for sort, expected in (((), range(5)), (("-name",), range(4, -1, -1))):
        ask = Ask(register=REGISTER, by=cast.viewer, search="云海", sort=sort)
        page, found = query.cut(ask, size=2), []
        while page.rows:
            found += [row.name for row in page.rows]
            page = query.cut(ask, size=2, after=page.after) if page.after else query.Slice(rows=[])
        assert found == [f"云海{number}号" for number in expected]
        assert [row.name for row in query.cut(ask, size=2, end=True).rows] == found[-2:]
    assert query.count(ask) == query.Counted(n=5)
    assert query.count(ask, most=2) == query.Counted(n=2, how="capped")
    assert names(cast, "云海", filters={"industry": ("装备",)}) == ["云海1号", "云海3号"]
    assert query.facets(ask)["industry"] == [("医药", 3), ("装备", 2)]
    for number in range(5, 9):
        firm(f"云海{number}号")
    assert proposed("云海1") is None
    assert names(cast, "云海1") == ["云海1号"]


@pytest.mark.parametrize("few", [5, 0])
@pytest.mark.parametrize("word", ["云海", "云", "云海锂", "海"])
def test_names_led_by_a_word_are_paged_with_the_rows_that_hold_it_elsewhere(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, word: str, few: int
) -> None:
    """More rows begin with the word than the index names; a few stand before and behind them, some written since."""
    monkeypatch.setattr(word_index.proposed, "__kwdefaults__", {"known_at": None, "most": 3, "not_led_by": ""})
    monkeypatch.setattr(word_index, "PROPOSED_MOST", 3)
    monkeypatch.setattr(ordering, "STRETCH", 3)
    monkeypatch.setattr(soonest, "FEW", few)
    for number in range(5):
        firm(f"云海锂{number}号")
        firm(f"A{number}号", former_names="云海锂电" if number in (1, 3) else "")
        firm(f"龙{number}号", former_names="旧云海锂" if number == 2 else "")
    search.refresh(register=REGISTER)
    firm("A9号", former_names="云海锂电")
    firm("云海锂")
    expected = sorted(row.name for row in Enterprise.objects.all() if word in row.name + "\n" + row.former_names)
    assert len(expected) == 10
    for sort, wanted in ((), expected), (("-name",), expected[::-1]):
        ask = Ask(register=REGISTER, by=cast.viewer, search=word, sort=sort)
        seen = query.look(ask)
        assert seen is not None and seen.is_common and seen.numbers is None
        is_parted = soonest.page(ask, seen).parted("name") is not None
        assert is_parted == (few == 5 and word != "海")
        found, page = [], query.cut(ask, size=2)
        assert [row.name for row in query.cut(ask, size=20).rows] == wanted
        while page.rows:
            found += [row.name for row in page.rows]
            page = query.cut(ask, size=2, after=page.after) if page.after else query.Slice(rows=[])
        assert found == wanted
        page = query.cut(ask, size=3, end=True)
        assert [row.name for row in page.rows] == wanted[-3:]
        assert [row.name for row in query.cut(ask, size=3, before=page.before).rows] == wanted[-6:-3]


def test_masked_columns_are_not_in_the_index(cast: Cast, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setitem(REGISTER.__dict__, "search", ("name", "phone"))
    enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")
    search.refresh(register=REGISTER)
    assert proposed("1234") == []
    ask = Ask(register=REGISTER, by=cast.supervisor, search="00001234")
    assert len(query.rows(ask)) == 1
    assert names(cast, "00001234") == []
    assert not any(b"1234" in file.read_bytes() for file in folder.rglob("*") if file.is_file())


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_postgres_waits_for_open_writers(cast: Cast) -> None:
    assert word_keeping._settled(REGISTER) == 0
    firm("云海锂电")
    assert connection.in_atomic_block
    assert word_keeping._settled(REGISTER) == Enterprise.history.get().history_id
