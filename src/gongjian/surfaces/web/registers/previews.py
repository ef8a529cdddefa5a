"""导入预览: what would become of each row of a sheet, kept on disk between the reading and the confirmation."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings

from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.values import shown

VERDICTS = {"new": "新增", "changed": "修改", "unchanged": "未变", "refused": "退回"}
WARNED = "warned"
KEPT_MOST = 2_000
"""How many rows of one verdict are kept to look through; of the refused ones, which go back to the clerk, all are."""
PORTION = 500


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of a preview: its number in the sheet, what it is called, and what was found."""

    number: int
    label: str
    pk: int | None = None
    values: list[tuple[str, str]] = field(default_factory=list)
    """Of a new row: column and value as they print."""
    diff: list[tuple[str, str, str]] = field(default_factory=list)
    """Of a changed row: column, old, new."""
    faults: list[dict[str, str]] = field(default_factory=list)
    """Of a refused row: `column`, `cause`, `remedy`."""
    warnings: list[str] = field(default_factory=list)


def keep(*, pk: int, taking: Any, names: list[str]) -> None:
    """Keep the judged rows of the batch numbered `pk`; `names` are the fields that the sheet fills."""
    folder = _folder(pk)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / WARNED).open("w", encoding="utf-8") as warned:
        for verdict in VERDICTS:
            most = None if verdict == "refused" else KEPT_MOST
            with (folder / verdict).open("w", encoding="utf-8") as file:
                for row in _rows(taking, verdict, most):
                    line = json.dumps(_plain(taking.register, verdict, row, names), ensure_ascii=False)
                    file.write(line + "\n")
                    if row.warnings:
                        warned.write(line + "\n")


def lines(*, pk: int, verdict: str, start: int = 0, most: int | None = None) -> list[Line]:
    """The kept rows of one verdict (or `WARNED`), from the `start`-th; none when they are gone."""
    try:
        with (_folder(pk) / verdict).open(encoding="utf-8") as file:
            return [_line(text) for text in islice(file, start, None if most is None else start + most)]
    except FileNotFoundError:
        return []


def counted(*, pk: int, verdict: str) -> int:
    """How many rows of that verdict are kept."""
    try:
        with (_folder(pk) / verdict).open("rb") as file:
            return sum(1 for _ in file)
    except FileNotFoundError:
        return 0


def settle(*, pk: int) -> None:
    """After the writing: what was written stands in the rows' history, only the refused rows are kept."""
    for name in ("new", "changed", "unchanged"):
        (_folder(pk) / name).unlink(missing_ok=True)


def drop(*, pk: int) -> None:
    """Forget a preview."""
    shutil.rmtree(_folder(pk), ignore_errors=True)


def _rows(taking: Any, verdict: str, most: int | None) -> Iterator[Any]:
    start = 0
    while most is None or start < most:
        portion = taking.rows_of(verdict, start=start, most=PORTION)
        yield from portion
        if len(portion) < PORTION:
            return
        start += PORTION


def _plain(register: Register, verdict: str, row: Any, names: list[str]) -> dict[str, Any]:
    entry = row.entry
    kept: dict[str, Any] = {"number": row.number, "label": str(entry) if entry is not None else ""}
    if entry is not None and entry.pk and verdict != "new":
        kept["pk"] = entry.pk
    if verdict == "new":
        pairs = [(f, getattr(entry, f.name)) for f in register.fields if f.name in names]
        kept["values"] = [(str(f.verbose_name), shown(value, f)) for f, value in pairs if value not in (None, "")]
        stage = register.stage(row.stage) if row.stage else None
        if stage is not None:
            kept["values"].append((str(register.stage_field.verbose_name), f"{stage.label}({row.stage_on})"))  # type: ignore[union-attr]
    if verdict == "changed":
        kept["diff"] = [(label, old, new) for label, (old, new) in row.diff.items()]
    if row.faults:
        kept["faults"] = [{"column": f.place.column, "cause": f.cause, "remedy": f.remedy} for f in row.faults]
    if row.warnings:
        kept["warnings"] = row.warnings
    return kept


def _line(text: str) -> Line:
    return Line(**json.loads(text))


def _folder(pk: int) -> Path:
    return Path(settings.HOME) / "previews" / str(int(pk))
