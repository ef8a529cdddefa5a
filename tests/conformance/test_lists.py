"""Every register's list: rows, filters, ranges, order, search, columns, counts, print and past, each to the row."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import models
from tests.conformance import expected, pages
from tests.conformance.doors import ALL, Door, changeable, opened, stated
from tests.conformance.examples import CHANGED_AT, Examples, value_of

from gongjian.kernel.registers import actions, query
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.values import shown

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

pytestmark = pytest.mark.usefixtures("added")


@ALL
def test_a_list_shows_filters_and_orders_its_rows(cast: Cast, examples: Examples, door: Door, name: str) -> None:
    register = REGISTERS[name]
    rows = examples.rows(register, 4)
    client, base = opened(door, register, cast.supervisor), f"/registers/{name}/"
    page = client.get(base, {"view": "0"})
    assert page.status_code == 200, pages.told(page)
    assert pages.pks(page) == expected.ordered(register, rows, register.sort)
    for path in expected.filters(register):
        counted = expected.counts(rows, path)
        value = expected.as_filter(expected.follow(rows[0], path))
        asked = [value, expected.BLANK] if expected.BLANK in counted else [value]
        page = client.get(base, {path: asked})
        wanted = sorted({pk for one in asked for pk in _with(rows, path, one)})
        assert sorted(pages.pks(page)) == wanted, f"{path}={asked}: {pages.told(page)}"
    for path in register.ranges:
        values = sorted({value for row in rows if (value := getattr(row, path)) is not None})
        values = values[1:-1] if len(values) > 2 else values
        low, high = str(values[0]), str(values[-1])
        page = client.get(base, {f"{path}.from": low, f"{path}.to": high})
        inside = sorted(
            row.pk for row in rows if (v := getattr(row, path)) is not None and values[0] <= v <= values[-1]
        )
        assert sorted(pages.pks(page)) == inside, f"{path} {low} to {high}: {pages.told(page)}"
    first, *others = register.columns
    for sort in ([f"-{first}"], [others[-1], f"-{first}", others[0]]):
        page = client.get(base, {"order": ",".join(sort)})
        assert pages.pks(page) == expected.ordered(register, rows, sort), f"order {sort}: {pages.told(page)}"


@ALL
def test_every_column_is_shown_sorted_searched_counted_and_printed(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    rows = examples.rows(register, 4)
    client, base = opened(door, register, cast.supervisor), f"/registers/{name}/"
    every = expected.columns(register)
    page = client.get(base, {"cols": ",".join(every)})
    assert pages.heads(page) == every
    wanted = {row.pk: [pages.plain(shown(getattr(row, c), register.field(c))) for c in every] for row in rows}
    assert pages.cells(page) == wanted
    in_order = expected.ordered(register, rows, register.sort)
    print_page = client.get(base, {"cols": ",".join(every), "print": "1"})
    assert pages.printed(print_page) == [wanted[pk] for pk in in_order]

    ask = query.Ask(register=register, by=cast.supervisor, purpose=stated(register, cast.supervisor))
    for column in every:
        for sort in (column, f"-{column}"):
            wanted_order = expected.ordered(register, rows, [sort])
            sorted_ask = replace(ask, sort=(sort,))
            cut = query.cut(sorted_ask, size=3)
            rest = query.cut(sorted_ask, size=3, after=cut.after)
            assert [row.pk for row in (*cut.rows, *rest.rows)] == wanted_order, f"order {sort} page by page"

    for path in expected.searchable(register):
        for words in dict.fromkeys(str(value) for row in rows if (value := expected.follow(row, path)) is not None):
            found = {row.pk for row in query.rows(replace(ask, search=words))}
            assert found and found == expected.hits(register, rows, words), f"search {words}"
    words = f"{expected.follow(rows[1], expected.searchable(register)[0])}"
    assert set(pages.pks(client.get(base, {"q": words}))) == expected.hits(register, rows, words)

    counted = query.facets(ask)
    for path in [*register.filters, *(f.name for f in register.extra if f.is_filter)]:
        assert dict(counted[path]) == expected.counts(rows, path), f"counts of {path}"
    sums = query.totals(ask, names=tuple(every))
    for column in every:
        values = [v for row in rows if isinstance(v := getattr(row, column), Decimal)]
        is_amount = isinstance(register.field(column), models.DecimalField)
        assert sums.get(column) == (sum(values) if is_amount and values else None), f"total of {column}"
    part = client.get(base, {"part": "counts", "cols": ",".join(every)})
    assert part.status_code == 200 and "4 行" in pages.text(part)
    assert all(shown(value) in pages.text(part) for value in sums.values())


@ALL
def test_a_list_of_a_past_day_shows_what_was_recorded_then(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    rows = examples.rows(register, 3)
    field = changeable(register)
    old, new = getattr(rows[0], field.name), value_of(field, 8, model=register.model)
    by = cast.supervisor
    actions.change(entry=rows[0], values={field.name: new}, revision=1, by=by, at=CHANGED_AT)
    actions.remove(entry=rows[2], by=by, at=CHANGED_AT, reason="试验")
    client, base = opened(door, register, by), f"/registers/{name}/"
    past = {
        day: client.get(base, {"known_at": day, "cols": field.name})
        for day in ("2025-06-09", "2025-06-19", "2025-06-20")
    }
    assert [pages.pks(page) for page in past.values()] == [[], *_past(register, rows)]
    told = [pages.cells(page).get(rows[0].pk) for page in past.values()]
    assert told == [None, [pages.plain(shown(old, field))], [pages.plain(shown(new, field))]]
    detail = client.get(f"{base}{rows[0].pk}/", {"known_at": "2025-06-19"})
    assert detail.status_code == 200 and "只能查看" in pages.text(detail)
    gone = client.get(f"{base}{rows[2].pk}/", {"known_at": "2025-06-19"})
    assert (gone.status_code, client.get(f"{base}{rows[2].pk}/").status_code) == (200, 422)
    before = client.get(f"{base}{rows[0].pk}/", {"known_at": "2025-06-09"})
    assert before.status_code == 200 and "2025-06-10" in pages.text(before)


def _past(register: Register, rows: list[Any]) -> list[list[int]]:
    order = expected.ordered(register, rows, register.sort)
    return [order, [pk for pk in order if pk != rows[2].pk]]


def _with(rows: list[Any], path: str, value: str) -> list[int]:
    return sorted(row.pk for row in rows if expected.as_filter(expected.follow(row, path)) == value)
