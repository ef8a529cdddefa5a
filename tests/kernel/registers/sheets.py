"""Small sheets for tests: rows as dicts, `on` the stage's date, `key` the hidden key."""

from __future__ import annotations

from typing import Any

from tests.kernel.people.cast import TODAY

from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers.cells import ROW_KEY, STAGE_DATE, Cells
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.take import Taking, judge

HEADS = {"on": STAGE_DATE, "key": ROW_KEY}


def cells(*rows: dict[str, Any], units: dict[str, str] | None = None) -> Cells:
    """A sheet whose rows are numbered from 3 on; a row without a column has an empty cell there."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {HEADS.get(name, name): [row.get(name) for row in rows] for name in names}
    return Cells(numbers=range(3, 3 + len(rows)), columns=columns, units=units or {})


def judged(
    register: Register, by: Officer, *rows: dict[str, Any], units: dict[str, str] | None = None, **more: Any
) -> Taking:
    """The sheet, judged on the day of the tests."""
    return judge(register=register, cells=cells(*rows, units=units), by=by, today=TODAY, **more)


def sentences(taking: Taking) -> list[str]:
    """Why rows are refused, in the sheet's order."""
    return [fault.sentence for row in taking.rows_of() for fault in row.faults]
