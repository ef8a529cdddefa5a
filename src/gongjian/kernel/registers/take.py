"""Taking a sheet's rows into a register: judged first, then written in one transaction, with history and moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.models import StoredFile
from gongjian.kernel.people import acts
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.entry import writing
from gongjian.kernel.registers.judging import ROW_KEY, STAGE_DATE, Judged, Row, judge_rows, row_key
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.registers.values import CHUNK

__all__ = ["ROW_KEY", "STAGE_DATE", "Judged", "Row", "Taking", "judge", "row_key"]


@dataclass(kw_only=True)
class Taking:
    """A judged sheet, ready to be written by `write` or thrown away."""

    register: Register
    rows: list[Judged]
    by: Officer
    """Whose rights the rows were judged by; nobody else writes them."""
    today: date

    def of(self, verdict: str) -> list[Judged]:
        """The rows with that verdict."""
        return [row for row in self.rows if row.verdict == verdict]

    def counts(self) -> dict[str, int]:
        """How many rows of each verdict."""
        return {verdict: len(self.of(verdict)) for verdict in ("new", "changed", "unchanged", "refused")}

    def write(self, *, by: Officer, at: datetime, file: StoredFile | None = None) -> Batch:
        """Write new and changed rows with their history and stage moves, all or nothing; refused rows are left out.

        Raises `Refusal` ("take.stale"), with nothing written, when somebody changed a row since it was judged.
        """
        access.require(register=self.register, by=by, verb="register.import")
        if by.pk != self.by.pk:
            raise Refusal("take.other_officer", f"这份表格是由{self.by}预览的", "请自己上传并预览后再导入")
        new, changed = self.of("new"), self.of("changed")
        reason = f"导入 {file.name}"[:100] if file else "批量导入"
        with transaction.atomic(), writing():
            self._refuse_stale(changed)
            self._write_entries(new, changed, by=by, at=at, reason=reason)
            self._write_moves([*new, *changed], by=by, at=at, reason=reason)
            batch = Batch.objects.create(
                register=self.register.name,
                file=file,
                by=by,
                at=at,
                created=len(new),
                changed=len(changed),
                unchanged=len(self.of("unchanged")),
                refused=len(self.of("refused")),
            )
            acts.record(verb="register.imported", thing=batch, by=by, at=at, note=f"{self.register.label}:{reason}")
        return batch

    def _write_entries(
        self, new: list[Judged], changed: list[Judged], *, by: Officer, at: datetime, reason: str
    ) -> None:
        manager: Any = self.register.model._default_manager
        history: Any = self.register.model.history
        common = {"batch_size": CHUNK, "default_user": by, "default_change_reason": reason, "default_date": at}
        for row in new:
            row.entry.recorded_at = at
        try:
            with transaction.atomic():
                created = manager.bulk_create([row.entry for row in new], batch_size=CHUNK)
                names = sorted({name for row in changed for name in row.changes})
                for row in changed:
                    row.entry.revision += 1
                if changed:
                    manager.bulk_update([row.entry for row in changed], [*names, "revision"], batch_size=200)
        except IntegrityError as error:
            raise _stale("表中有的记录刚刚被他人登记") from error
        history.bulk_history_create(created, **common)
        for entry, last in self._last_written([row.entry for row in changed], at):
            entry._history_date = last + timedelta(microseconds=1)
        history.bulk_history_create([row.entry for row in changed], update=True, **common)

    def _last_written(self, entries: list[Any], at: datetime) -> list[tuple[Any, datetime]]:
        """Entries whose newest history row is not older than `at`: the history of a row is strictly increasing."""
        rows: Any = self.register.model.history.model._default_manager
        late: dict[int, datetime] = {}
        pks = [entry.pk for entry in entries]
        for start in range(0, len(pks), CHUNK):
            chunk = rows.filter(id__in=pks[start : start + CHUNK], history_date__gte=at).order_by().values("id")
            late.update(chunk.annotate(last=Max("history_date")).values_list("id", "last"))
        return [(entry, late[entry.pk]) for entry in entries if entry.pk in late]

    def _write_moves(self, rows: list[Judged], *, by: Officer, at: datetime, reason: str) -> None:
        withdrawn = [row.withdrawn.pk for row in rows if row.withdrawn is not None]
        for start in range(0, len(withdrawn), CHUNK):
            StageMove.objects.filter(pk__in=withdrawn[start : start + CHUNK], withdrawn_at=None).update(
                withdrawn_at=at, withdrawn_by=by
            )
        moves = [
            StageMove(
                register=self.register.name,
                entry_id=row.entry.pk,
                stage=row.stage,
                happened_on=row.stage_on or self.today,
                recorded_at=at,
                recorded_by=by,
                note=reason,
            )
            for row in rows
            if row.stage
        ]
        StageMove.objects.bulk_create(moves, batch_size=CHUNK)

    def _refuse_stale(self, changed: list[Judged]) -> None:
        numbers = {row.entry.pk: row.number for row in changed}
        revisions = {row.entry.pk: row.entry.revision for row in changed}
        keys = list(revisions)
        for start in range(0, len(keys), CHUNK):
            fresh: Any = self.register.model._default_manager.select_for_update().filter(
                pk__in=keys[start : start + CHUNK]
            )
            for pk, revision in fresh.values_list("pk", "revision"):
                if revisions[pk] != revision:
                    raise _stale(f"第{numbers[pk]}行对应的记录刚刚被他人修改")


def judge(
    *, register: Register, rows: Iterable[Row], by: Officer, today: date, units: Mapping[str, str] | None = None
) -> Taking:
    """Judge every row against the register as it stands; nothing is written.

    `units` are the units that the sheet's heads state (总投资(亿元)), by field name.
    """
    access.require(register=register, by=by, verb="register.import")
    judged = judge_rows(register=register, rows=rows, by=by, today=today, units=units)
    return Taking(register=register, rows=judged, by=by, today=today)


def _stale(cause: str) -> Refusal:
    return Refusal("take.stale", cause, "请重新预览后再导入,本次没有写入任何内容")
