"""Large exports: written to a file by the background worker, fetched by the officer who asked, gone after a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.http import QueryDict

from gongjian.kernel.people import acts
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, query
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.surfaces import progress
from gongjian.surfaces.orders import Order, new_token
from gongjian.surfaces.web.registers import workbook
from gongjian.surfaces.web.registers.address import Address

BACKGROUND_ROWS = 10_000
"""An export of more rows is made by the background worker."""


@dataclass(frozen=True, kw_only=True)
class Export(Order):
    """What was asked for: the list's address as it stood, in which columns and as what kind of file (xlsx, csv)."""

    sort = "export"
    what = "导出文件"
    again = "请回到台账重新导出"

    register: str
    address: str
    ids: list[int] | None
    """The rows behind a figure, where the list showed those."""
    purpose: str
    is_whole: bool
    """All columns of the register instead of those of the list."""
    rows: int

    @property
    def told(self) -> str:
        return f"{self.rows:,} 行"

    def write(self, file: Any, *, by: Officer, say: progress.Say) -> None:
        """Write the pieces one after another."""
        say("读取台账", 0, self.rows)
        size = 0
        for piece in pieces(export=self, by=by):
            size += len(piece)
            say(f"写入“{REGISTERS[self.register].label}”文件,已有 {size / 2**20:.1f} MB", 0, 0)
            file.write(piece)


def ordered(
    *, register: Register, by: Officer, address: str, kind: str, is_whole: bool, ids: list[int] | None,
    purpose: Purpose | None, day: date, at: datetime,
) -> Export:  # fmt: skip
    """An export, logged with what it holds and how many rows; nothing is read yet."""
    export = Export(
        token=new_token(),
        register=register.name,
        by=by.pk,
        address=address,
        ids=ids,
        purpose=purpose.text if purpose else "",
        kind=kind,
        is_whole=is_whole,
        day=day.isoformat(),
        name=f"{register.label}_{day:%Y%m%d}.{kind}",
        rows=0,
    )
    access.require(register=register, by=by, verb="register.export", purpose=purpose)
    rows = query.rows(_ask(export, register, by)).order_by().count()
    export = replace(export, rows=rows)
    words = ";".join(_address(export, register).words()) or "全部记录"
    note = f"{register.label} {rows} 行 .{kind}:{words}"
    acts.record(verb="register.exported", thing=None, by=by, at=at, note=note[:300])
    return export


def pieces(*, export: Export, by: Officer) -> Iterator[bytes]:
    """The file piece by piece."""
    register = REGISTERS[export.register]
    address = _address(export, register)
    outgoing = workbook.Outgoing(
        register=register,
        rows=query.rows(_ask(export, register, by)),
        by=by,
        today=date.fromisoformat(export.day),
        names=workbook.everything(register) if export.is_whole else address.shown,
        words=address.words(),
        is_past=address.known_at is not None,
        known_at=address.known_at,
    )
    return outgoing.csv() if export.kind == "csv" else outgoing.xlsx()


def _address(export: Export, register: Register) -> Address:
    return Address.of(
        register=register, by=Officer.objects.get(pk=export.by), given=QueryDict(export.address),
        today=date.fromisoformat(export.day),
    )  # fmt: skip


def _ask(export: Export, register: Register, by: Officer) -> query.Ask:
    purpose = Purpose(register=register.name, officer=by.pk, text=export.purpose) if export.purpose else None
    return _address(export, register).ask(by=by, purpose=purpose, ids=export.ids)
