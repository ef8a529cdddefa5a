"""Every mechanism: its register takes rows, its sheet goes out and comes back, its indicator sees a row change."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from tests.drives.rows import make
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import PDF

from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.indicators.declare import INDICATORS
from gongjian.kernel.indicators.kinds import Count, Coverage, Indicator, Ranked, ShareOf, SumOf
from gongjian.kernel.indicators.question import Question
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.cells import Cells
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.take import judge
from gongjian.surfaces.web.registers import places, sheets, workbook

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

SINCE = date(2025, 1, 1)
ALL = pytest.mark.parametrize("name", sorted(REGISTERS))


@ALL
def test_a_row_is_made_moved_proved_and_remembered(cast: Cast, name: str) -> None:
    register = REGISTERS[name]
    row = make(register, by=cast.supervisor)
    assert (row.revision, row.history.count(), str(row) != "") == (1, 1, True)
    for stage in register.stages[1:]:
        at = AT + timedelta(minutes=stage.order)
        actions.move(entry=row, stage=stage.label, happened_on=TODAY, by=cast.supervisor, at=at, today=TODAY)
        assert getattr(row, register.stage_field.name) == stage.key  # type: ignore[union-attr]
    uploader = _uploader(cast)
    for number, slot in enumerate(register.evidence):
        data = PDF + bytes([number])
        one = evidence.attach(thing=row, part=slot.name, name="证明.pdf", data=data, by=uploader, at=AT)
        evidence.verify(evidence=one, by=cast.supervisor, at=AT)
        row.refresh_from_db()
        assert getattr(row, slot.name) == "verified"


@ALL
def test_the_sheet_that_goes_out_comes_back_unchanged(cast: Cast, name: str) -> None:
    register = REGISTERS[name]
    for number in (1, 2, 3):
        make(register, by=cast.supervisor, number=number)
    rows = register.model._default_manager.order_by("pk")
    names = workbook.everything(register)
    sheet = workbook.Outgoing(register=register, rows=rows, by=cast.supervisor, today=TODAY, names=names)
    book = sheets.read(register=register, name="台账.xlsx", data=b"".join(sheet.xlsx()), learned={})
    table = book.table(None)
    read = sheets.cells(table=table, mapping=table.mapping)
    cells = Cells(numbers=read.numbers, columns=read.columns, units=read.units)
    taking = judge(register=register, cells=cells, by=cast.supervisor, today=TODAY)
    assert [fault.sentence for row in taking.rows_of("refused") for fault in row.faults] == []
    assert taking.counts() == {"new": 0, "changed": 0, "unchanged": 3, "refused": 0}
    assert [column.head for column in table.columns if not column.key] == []


@ALL
def test_the_same_rows_without_their_keys_are_found_by_the_natural_key(cast: Cast, name: str) -> None:
    register = REGISTERS[name]
    make(register, by=cast.supervisor)
    heads = places.heads(register)
    assert all(heads[key][0] for key in register.key)
    names = [names[0] for names in heads.values()]
    assert len(names) == len(set(names)), "two columns of one name cannot be told apart in a sheet"


@pytest.mark.parametrize("name", sorted(INDICATORS))
def test_an_indicator_sees_a_row_change(cast: Cast, name: str) -> None:
    indicator = INDICATORS[name]
    before = _value(indicator)
    row = _counting(indicator, cast, day=date(2025, 6, 30))
    after = _value(indicator)
    if isinstance(indicator, Count | Coverage):
        assert (before, after) == (Decimal(0), Decimal(1))
    elif isinstance(indicator, SumOf):
        assert (before, after) == (Decimal(0), getattr(row, indicator.amount))
    elif isinstance(indicator, Ranked):
        assert (before, after) == (None, Decimal(getattr(row, indicator.position)))
    else:
        assert isinstance(indicator, ShareOf) and after is not None
    assert _value(indicator, as_of=date(2025, 6, 29)) == before


def _value(indicator: Indicator, *, as_of: date = TODAY) -> Any:
    return indicator.read(question=Question(since=SINCE, as_of=as_of)).value


def _counting(indicator: Indicator, cast: Cast, *, day: date) -> Any:
    """A row that the indicator counts from `day` on."""
    if isinstance(indicator, ShareOf):
        return _counting(indicator.part, cast, day=day)
    given = {path.removesuffix("__gte"): value for path, value in indicator.where.children}  # type: ignore[misc]
    dated = getattr(indicator, "dated", "")
    if dated:
        given[dated] = day
    register: Register = indicator.register
    return make(register, by=cast.supervisor, stage=getattr(indicator, "reached", None), on=day, **given)


def _uploader(cast: Cast) -> Any:
    """An officer of the unit that keeps the rows, so that the supervision office may verify."""
    cast.clerk.unit = cast.root
    cast.clerk.save()
    return cast.clerk
