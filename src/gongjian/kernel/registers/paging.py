"""A page of a list: fifty rows and the marks by which the next and the previous page are asked for."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import extra, ordering, soonest
from gongjian.kernel.registers.asking import Ask, selected, with_relations
from gongjian.kernel.registers.counting import look
from gongjian.kernel.registers.ordering import Term
from gongjian.kernel.registers.soonest import Look, Ways

SIZE_MOST = 1000


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One page. `after` is the mark for the page that follows, `before` for the one that precedes; "" = there is none.

    A mark names the values of its row, not a place in the list: it stays good when rows come in or go.
    """

    rows: list[Any]
    after: str = ""
    before: str = ""


def rows(ask: Ask) -> QuerySet[Any]:
    """All rows that fit, in the order asked for, with the rows they point at; not cut. A row's number is `id`."""
    found, terms = _ordered(ask, selected(ask))
    return found.order_by(*ordering.order_of(terms))


def cut(
    ask: Ask,
    *,
    size: int = 50,
    after: str = "",
    before: str = "",
    end: bool = False,
    seen: Look | None = None,
    names: Sequence[str] | None = None,
) -> Slice:
    """A page of at most `size` rows: the first, the one after or before a mark, or (`end`) the last.

    Where a mark has nothing behind it any more, the last or the first page is given. Refused: a mark of another order.
    `seen` is what `counting.look(ask)` has told already. With `names` these fields alone are read (of today's rows),
    besides the row's number, unit and revision and what orders it.
    """
    size = max(1, min(size, SIZE_MOST))
    seen = seen or look(ask, most=soonest.FEW)
    ways = soonest.page(ask, seen)
    found, terms = _ordered(ask, ways.rows, names)
    if before or end:
        back = [term.turned() for term in terms]
        read = _read(ask, ways, found, back, None if end else _key(terms, before), size + 1, names)
        if not read and before:
            return cut(ask, size=size, seen=seen, names=names)
        page = read[:size][::-1]
        return Slice(
            rows=page,
            before=_mark(terms, page[0]) if len(read) > size else "",
            after="" if end or not page else _mark(terms, page[-1]),
        )
    read = _read(ask, ways, found, terms, _key(terms, after) if after else None, size + 1, names)
    if not read and after:
        return cut(ask, size=size, end=True, seen=seen, names=names)
    page = read[:size]
    return Slice(
        rows=page,
        after=_mark(terms, page[-1]) if len(read) > size else "",
        before=_mark(terms, page[0]) if after and page else "",
    )


def mark_of(ask: Ask, row: Any) -> str:
    """The mark for the page that begins after `row`."""
    _, terms = _ordered(ask, selected(ask))
    return _mark(terms, row)


def _read(
    ask: Ask,
    ways: Ways,
    found: QuerySet[Any],
    terms: Sequence[Term],
    key: Sequence[Any] | None,
    most: int,
    names: Sequence[str] | None,
) -> list[Any]:
    if ways.along is not None:
        along, _ = _ordered(ask, ways.along)
        rows = ordering.met(found, along, terms, key, most)
        if rows is not None:
            return rows
        if (parts := ways.parted(terms[0].path)) is not None:
            rows = []
            for part, near in reversed(parts) if terms[0].falling else parts:
                if (wanted := most - len(rows)) > 0:
                    found, _ = _ordered(ask, part, names)
                    along = _ordered(ask, near)[0] if near is not None else None
                    met = ordering.met(found, along, terms, key, wanted) if along is not None else None
                    rows += ordering.walked(found, terms, key, wanted) if met is None else met
            return rows
        if (named := ways.named()) is not None:
            found, _ = _ordered(ask, named, names)
    return ordering.walked(found, terms, key, most)


def _ordered(ask: Ask, found: QuerySet[Any], names: Sequence[str] | None = None) -> tuple[QuerySet[Any], list[Term]]:
    register = ask.register
    if names is None or ask.known_at is not None:
        found = with_relations(register, found)
        return ordering.ordered(register=register, by=ask.by, sort=ask.sort, found=found)
    found, terms = ordering.ordered(register=register, by=ask.by, sort=ask.sort, found=found)
    offered = register.derived
    read = {
        *(name for name in names if name not in offered),
        "unit",
        "revision",
        *(term.steps[0] for term in terms if term.steps != ("pk",)),
    }
    own = {"extra" if extra.is_extra(register.field(name)) else register.field(name).name for name in read - {"pk"}}
    return with_relations(register, found, read).only("id", *own), terms


def _signature(terms: Sequence[Term]) -> str:
    return ",".join(f"{'-' if term.falling else ''}{term.path}" for term in terms)


def _mark(terms: Sequence[Term], row: Any) -> str:
    text = json.dumps([_signature(terms), *ordering.key_of(terms, row)], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _key(terms: Sequence[Term], mark: str) -> list[Any]:
    try:
        said = json.loads(urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        if not isinstance(said, list) or said[:1] != [_signature(terms)]:
            raise ValueError(mark)
        return ordering.typed_key(terms, said[1:])
    except ValueError as error:
        raise Refusal("query.mark", "翻页的位置与当前的排序对不上", "请回到第一页重新翻页") from error
