"""Large exports: written to a file by the background worker, fetched by the officer who asked, gone after a day."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.http import QueryDict

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import acts
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, query
from gongjian.kernel.registers.access import Purpose
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.surfaces import jobs, progress
from gongjian.surfaces.web.registers import workbook
from gongjian.surfaces.web.registers.address import Address

BACKGROUND_ROWS = 10_000
"""An export of more rows is made by the background worker."""
KEPT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Export:
    """What was asked for: the list's address as it stood, in which columns and as what kind of file."""

    token: str
    register: str
    by: int
    address: str
    ids: list[int] | None
    """The rows behind a figure, where the list showed those."""
    purpose: str
    kind: str  # xlsx, csv
    is_whole: bool
    """All columns of the register instead of those of the list."""
    day: str
    name: str
    rows: int
    fault: str = ""

    @property
    def work_name(self) -> str:
        """The name under which its work says how far it is."""
        return f"export-{self.token}"

    @property
    def path(self) -> Path:
        """Where the finished file lies."""
        return _folder() / f"{self.token}.{self.kind}"

    @property
    def is_done(self) -> bool:
        """Whether the file is there; it is put there whole."""
        return self.path.exists()


def ordered(
    *, register: Register, by: Officer, address: str, kind: str, is_whole: bool, ids: list[int] | None,
    purpose: Purpose | None, day: date, at: datetime,
) -> Export:  # fmt: skip
    """An export, logged with what it holds and how many rows; nothing is read yet."""
    export = Export(
        token=secrets.token_hex(10),
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
    export = Export(**(asdict(export) | {"rows": rows}))
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
    )
    return outgoing.csv() if export.kind == "csv" else outgoing.xlsx()


def begin(*, export: Export) -> None:
    """Have the file made by the worker."""
    _keep(export)
    jobs.begin(name=export.work_name, task=make, argument=export.token, in_background=True)


def found(*, token: str, by: Officer) -> Export:
    """An export that this officer asked for."""
    gone = Refusal("export.gone", "没有找到这份导出文件,它保留一天后会删除", "请回到台账重新导出")
    if not token.isalnum():
        raise gone
    try:
        export = Export(**json.loads((_folder() / f"{token}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise gone from error
    if export.by != by.pk:
        raise gone
    return export


@jobs.jobs.task()
def make(name: str, token: str) -> None:
    """Write the file; it appears whole or not at all."""
    export = Export(**json.loads((_folder() / f"{token}.json").read_text(encoding="utf-8")))
    draft = export.path.with_suffix(".part")
    try:
        with progress.running(name=name) as say:
            by = Officer.objects.get(pk=export.by)
            say("读取台账", 0, export.rows)
            with draft.open("wb") as file:
                written = 0
                for piece in _counted(export, by, say):
                    written += file.write(piece)
            draft.replace(export.path)
    except Refusal as refusal:
        _keep(Export(**(asdict(export) | {"fault": refusal.sentence})))
    except Exception:
        jobs.log.exception("export %s", token)
        _keep(Export(**(asdict(export) | {"fault": "系统出现内部错误,没有生成文件。请稍后重新导出。"})))
    finally:
        draft.unlink(missing_ok=True)
    progress.clear(name=name)


def sweep(*, at: datetime) -> int:
    """Delete what lies longer than it is kept; returns how many files."""
    gone = 0
    for path in _folder().iterdir():
        if path.stat().st_mtime < (at - KEPT).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _counted(export: Export, by: Officer, say: progress.Say) -> Iterator[bytes]:
    """The pieces, telling how far the rows are."""
    register = REGISTERS[export.register]
    size = 0
    for piece in pieces(export=export, by=by):
        size += len(piece)
        say(f"写入“{register.label}”文件,已有 {size / 2**20:.1f} MB", 0, 0)
        yield piece


def _address(export: Export, register: Register) -> Address:
    return Address.of(
        register=register, by=Officer.objects.get(pk=export.by), given=QueryDict(export.address),
        today=date.fromisoformat(export.day),
    )  # fmt: skip


def _ask(export: Export, register: Register, by: Officer) -> query.Ask:
    purpose = Purpose(register=register.name, officer=by.pk, text=export.purpose) if export.purpose else None
    return _address(export, register).ask(by=by, purpose=purpose, ids=export.ids)


def _keep(export: Export) -> None:
    path = _folder() / f"{export.token}.json"
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(export), ensure_ascii=False), encoding="utf-8")
    draft.replace(path)


def _folder() -> Path:
    folder = Path(settings.HOME) / "exports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
