"""The demo's ground registers: sheets that units imported, each one batch with its log line and its rows' history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gongjian.demo.load.moments import moment, office_day
from gongjian.demo.load.people import People
from gongjian.demo.load.pour import Tank
from gongjian.demo.rows.sheets import Sheet
from gongjian.demo.story import AS_OF
from gongjian.kernel.people import acts
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.models import Batch


class Sheets:
    """Everything imported by sheets; a sheet that comes in pieces (`add`, `add_rows`) is one batch all the same."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._tanks: dict[str, Tank] = {}
        self._batches: dict[tuple[str, str], tuple[Batch, str, Any]] = {}

    def load(self, sheets: Sequence[Sheet]) -> None:
        """Write sheets in their order."""
        for sheet in sheets:
            self.add(sheet)

    def add(self, sheet: Sheet) -> None:
        """Write one sheet, or a further piece of it (same register and title)."""
        rows = list(sheet.rows)
        if not rows:
            return
        model = REGISTERS[sheet.register].model
        tank = self._tanks.get(sheet.register)
        if tank is None:
            tank = self._tanks[sheet.register] = Tank(model, sheet.names)
        at = moment(office_day(sheet.on, last=AS_OF), 10, 5 * len(sheet.title) % 60)
        batch, reason, by = self._batch(sheet, at)
        unit = self.people.units[sheet.unit]
        first, last = tank.pour(rows, unit=unit.pk, at=at)
        tank.remember(first, last, batches={at: batch}, by=by, reasons={at: reason})
        batch.created += last - first + 1

    def close(self) -> None:
        """Write what the batches brought, and let the database number on."""
        for batch, reason, by in self._batches.values():
            batch.save()
            label = REGISTERS[batch.register].label
            acts.record(verb="register.imported", thing=batch, by=by, at=batch.at, note=f"{label}:{reason}")
        for tank in self._tanks.values():
            tank.close()

    def _batch(self, sheet: Sheet, at: datetime) -> tuple[Batch, str, Any]:
        key = (sheet.register, sheet.title)
        if key not in self._batches:
            by = self.people.desk(sheet.unit)
            batch = Batch.objects.create(register=sheet.register, by=by, at=at, finished_at=at)
            self._batches[key] = (batch, f"导入 {sheet.title}.xlsx", by)
        return self._batches[key]
