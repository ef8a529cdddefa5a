"""导入预览: what would become of each row of a sheet, kept on disk between the reading and the confirmation."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

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
    with keeping(pk=pk) as kept:
        kept.add(taking=taking, names=names)


@contextmanager
def keeping(*, pk: int) -> Iterator[Keeping]:
    """Keep what is added inside as the preview of the batch numbered `pk`, in place of an earlier one."""
    folder = _folder(pk)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        names = (*VERDICTS, WARNED)
        yield Keeping({name: stack.enter_context((folder / name).open("w", encoding="utf-8")) for name in names})


class Keeping:
    """A preview that is being written, one judged part after another."""

    def __init__(self, files: dict[str, IO[str]]) -> None:
        self.files = files
        self.counts: Counter[str] = Counter()

    def add(self, *, taking: Any, names: list[str], is_named: bool = False) -> None:
        """Keep a part's rows. `is_named`: refused rows are ones of the register that the officer may see; they are
        told by their names, and the first of them are enough, as there is no sheet to mark."""
        for verdict in VERDICTS:
            most = None if verdict == "refused" and not is_named else KEPT_MOST - self.counts[verdict]
            for row in _rows(taking, verdict, most):
                plain = _plain(taking.register, verdict, row, names)
                if is_named and verdict == "refused" and row.pk:
                    there = taking.register.model._default_manager.filter(pk=row.pk).first()
                    plain |= {"pk": row.pk, "label": str(there)} if there is not None else {}
                self.counts[verdict] += 1
                line = json.dumps(plain, ensure_ascii=False)
                self.files[verdict].write(line + "\n")
                if row.warnings:
                    self.files[WARNED].write(line + "\n")


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
        size = PORTION if most is None else min(PORTION, most - start)
        portion = taking.rows_of(verdict, start=start, most=size)
        yield from portion
        if len(portion) < size:
            return
        start += size


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
