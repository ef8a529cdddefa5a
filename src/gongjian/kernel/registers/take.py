"""Taking a sheet into a register: judged first, then written in one transaction, with history and stage moves."""

from __future__ import annotations

import hashlib
import json
import marshal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.evidence.models import StoredFile
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, writing
from gongjian.kernel.registers.cells import ROW_KEY, STAGE_DATE, VERDICTS, Cells, Judged, row_key
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.history import since
from gongjian.kernel.registers.judging import judge_cells
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.registers.silence import SILENT
from gongjian.kernel.registers.stored import among
from gongjian.kernel.registers.values import shown
from gongjian.kernel.registers.verdicts import (
    CHANGED,
    NEW,
    REFUSED,
    Conflict,
    Verdicts,
    applied,
    entries_of,
    made_rows,
    new_values,
)

__all__ = ["ROW_KEY", "STAGE_DATE", "VERDICTS", "Cells", "Judged", "Taking", "judge", "row_key"]


@dataclass(kw_only=True)
class Taking:
    """A judged sheet, ready to be written by `write` or thrown away."""

    register: Register
    by: Officer
    """Whose rights the rows were judged by; nobody else writes them."""
    today: date
    verdicts: Verdicts
    verb: str = "register.import"

    def counts(self) -> dict[str, int]:
        """How many rows of each verdict."""
        return {verdict: self.verdicts.marks.count(mark) for mark, verdict in enumerate(VERDICTS)}

    def rows_of(self, verdict: str = "", *, start: int = 0, most: int | None = None) -> list[Judged]:
        """The rows with that verdict (all: ""), in the sheet's order, from the `start`-th; only these are made objects."""
        marks = self.verdicts.marks
        wanted = VERDICTS.index(verdict) if verdict else None
        places = [i for i, mark in enumerate(marks) if wanted is None or mark == wanted]
        return self._judged(places[start : None if most is None else start + most])

    @cached_property
    def digest(self) -> str:
        """A mark of all verdicts, differences and values: an equal one means the same preview."""
        v = self.verdicts
        mark = hashlib.sha256(bytes(v.marks))
        mark.update(marshal.dumps(([*v.numbers], v.pks, v.revisions), 0))
        for name, column in v.columns.items():
            kinds = set(map(type, column.values)) - {str, int, float, bool, type(None)}
            values = [str(one) for one in column.values] if kinds else column.values
            mark.update(marshal.dumps((name, values), 0))
        rest = [
            [
                (i, sorted((name, str(a), str(b)) for name, (a, b) in one.items()))
                for i, one in sorted(v.changes.items())
            ],
            sorted(v.staging.stages.items()),
            [(i, str(on)) for i, on in sorted(v.staging.days.items())],
            [(i, [str(fault) for fault in faults]) for i, faults in sorted(v.faults.items())],
        ]
        mark.update(json.dumps(rest, ensure_ascii=False).encode())
        return mark.hexdigest()

    @cached_property
    def sums(self) -> dict[str, Decimal]:
        """The sum of each column of numbers over the accepted rows of the sheet, by field name."""
        found: dict[str, Decimal] = {}
        marks = self.verdicts.marks
        for name, column in self.verdicts.columns.items():
            if isinstance(column.field, models.DecimalField | models.IntegerField) and not column.field.choices:
                values = zip(column.values, marks, strict=True)
                said = [one for one, mark in values if mark != REFUSED and one is not SILENT and one is not None]
                if said:
                    found[name] = sum(said, Decimal(0))
        return found

    @cached_property
    def unknown(self) -> dict[str, dict[str, Any]]:
        """Relations that were not found, by field name: `texts` [(text, rows)], most first; `can_create` with the sheet.

        Those that `judge` was told to create are among them: they are not in the register yet.
        """
        return {
            name: {"texts": relation.unknown.most_common(), "can_create": relation.can_create}
            for name, relation in self.verdicts.relations.items()
            if relation.unknown
        }

    def write(
        self,
        *,
        by: Officer,
        at: datetime,
        file: StoredFile | None = None,
        batch: Batch | None = None,
        kind: Any = Batch.Kind.SHEET,
        reason: str = "",
        progress: Callable[[int, int], None] | None = None,
    ) -> Batch:
        """Write new and changed rows with their history and stage moves, all or nothing; refused rows are left out.

        `batch` is a saved one to be written into (default: a new one). Its state is saved as `writing` before the
        transaction and as `done` within it. Raises `Refusal` ("take.stale"), with nothing written, when somebody
        changed a row since it was judged.
        """
        access.require(register=self.register, by=by, verb=self.verb)
        if by.pk != self.by.pk:
            raise Refusal("take.other_officer", f"这份表格是由{self.by}预览的", "请自己上传并预览后再导入")
        return writing.write(
            register=self.register,
            verdicts=self.verdicts,
            counts=self.counts(),
            by=by,
            at=at,
            file=file,
            batch=batch,
            kind=kind,
            reason=reason,
            progress=progress or (lambda done, total: None),
        )

    def _judged(self, places: list[int]) -> list[Judged]:
        v, register = self.verdicts, self.register
        fresh = [i for i in places if v.marks[i] == NEW]
        known = [i for i in places if v.pks[i] and v.marks[i] not in (NEW, REFUSED)]
        rows = register.model._default_manager.filter(pk__in=among([v.pks[i] for i in known]))
        stored = {row.pk: row for row in rows}
        names = [f.attname for f in register.model._meta.concrete_fields]
        values = [new_values(register=register, verdicts=v, place=i) for i in fresh]
        for i in known:
            held = {name: getattr(stored[v.pks[i]], name) for name in names} if v.pks[i] in stored else {}
            values.append(applied(register=register, values=held, changes=v.changes.get(i, {})))
        entries = dict(
            zip([*fresh, *known], entries_of(register=register, values=values, made=made_rows(v)), strict=True)
        )
        for i in known:
            entries[i]._state.adding = False
        texts = self._texts(known)
        withdrawn = [m.withdrawn for i in known if (m := v.staging.moves.get(i)) is not None and m.withdrawn]
        moves = StageMove.objects.in_bulk(withdrawn)
        return [self._one(i, entries.get(i), texts, moves) for i in places]

    def _one(self, i: int, entry: Any, texts: dict[str, dict[int, str]], moves: dict[int, StageMove]) -> Judged:
        v, register = self.verdicts, self.register
        judged = Judged(number=v.numbers[i], verdict=VERDICTS[v.marks[i]], entry=entry, pk=v.pks[i])
        if v.marks[i] == REFUSED:
            judged.faults = [self._fault(i, fault) for fault in v.faults[i]]
            return judged
        stage = register.stage_field
        if v.marks[i] == NEW:
            if stage is not None:
                judged.stage = v.staging.first_of(i)
                judged.stage_on = v.staging.days.get(i) or self.today
        elif v.marks[i] == CHANGED:
            for name, (old, new) in v.changes.get(i, {}).items():
                f = register.field(name)
                judged.changes[name] = getattr(entry, name) if f.is_relation else new
                if f is not stage:
                    told = texts.get(name)
                    pair = (
                        (told.get(old, "—"), told.get(new, "—")) if told is not None else (shown(old, f), shown(new, f))
                    )
                    judged.diff[str(f.verbose_name)] = pair
            if (move := v.staging.moves.get(i)) is not None:
                judged.stage, judged.stage_on = move.stage, move.on
                judged.withdrawn = moves.get(move.withdrawn) if move.withdrawn else None
                judged.diff |= move.diff
        notes = [column.notes[i] for column in v.columns.values() if i in column.notes]
        if v.marks[i] in (NEW, CHANGED):
            judged.warnings = [*notes, *entry.warnings()]
        return judged

    def _texts(self, places: list[int]) -> dict[str, dict[int, str]]:
        """What the relations' old and new numbers in the changes of these rows print as, by field name."""
        found: dict[str, dict[int, str]] = {}
        v = self.verdicts
        made = {number: str(one) for number, one in made_rows(v).items()}
        for name in v.relations:
            wanted = {pk for i in places for pk in v.changes.get(i, {}).get(name, ()) if pk is not None}
            model: Any = self.register.field(name).related_model
            rows = model._default_manager.filter(pk__in=among([pk for pk in wanted if pk > 0])) if wanted else ()
            found[name] = made | {row.pk: str(row) for row in rows}
        return found

    def _fault(self, i: int, fault: Refusal | Conflict) -> Refusal:
        if isinstance(fault, Refusal):
            return fault
        entry = self.register.model._default_manager.get(pk=fault.pk)
        cause = f"{since(entry=entry, revision=fault.revision)},与表中的修改冲突"
        place = Place(row=self.verdicts.numbers[i], column=fault.column)
        return Refusal("take.conflict", cause, "请重新导出后再改", place=place)


def judge(
    *,
    register: Register,
    cells: Cells,
    by: Officer,
    today: date,
    create_missing: frozenset[str] = frozenset(),
    progress: Callable[[int, int], None] | None = None,
    verb: str = "register.import",
) -> Taking:
    """Judge every row against the register as it stands; nothing is written.

    Rows of other registers that the fields in `create_missing` name and that are not there are made by the writing,
    where the sheet says all that they need. `progress` is told how many rows of how many are done.
    """
    access.require(register=register, by=by, verb=verb)
    verdicts = judge_cells(
        register=register, cells=cells, by=by, today=today, create_missing=create_missing, progress=progress
    )
    return Taking(register=register, by=by, today=today, verdicts=verdicts, verb=verb)
