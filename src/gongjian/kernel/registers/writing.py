"""Writing a judged sheet: one transaction, a batch, every row's history and stage moves, or nothing at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from gongjian.kernel.evidence.models import StoredFile
from gongjian.kernel.people import acts
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import entry
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.sets import Stamp
from gongjian.kernel.registers.stored import uncollected
from gongjian.kernel.registers.verdicts import Verdicts
from gongjian.kernel.registers.whole import whole
from gongjian.kernel.registers.writer import Writer, stale
from gongjian.kernel.tables import survey_grown

_VERBS = {Batch.Kind.BULK: "register.changed_in_bulk"}


def write(
    *,
    register: Register,
    verdicts: Verdicts,
    counts: Mapping[str, int],
    by: Officer,
    at: datetime,
    file: StoredFile | None,
    batch: Batch | None,
    kind: Any,
    reason: str,
    progress: Callable[[int, int], None],
) -> Batch:
    """Write the new and changed rows. A batch that was given keeps the state `writing` when this raises."""
    with written(register=register, by=by, at=at, file=file, batch=batch, kind=kind, reason=reason) as writing:
        writing.add(verdicts=verdicts, counts=counts, progress=progress)
    return writing.batch


@contextmanager
def written(
    *,
    register: Register,
    by: Officer,
    at: datetime,
    file: StoredFile | None,
    batch: Batch | None,
    kind: Any,
    reason: str,
) -> Iterator[Writing]:
    """A batch whose rows are added inside, part by part, all in one transaction that ends with the block."""
    reason = reason.strip() or (f"导入 {file.name}" if file else "批量修改" if kind == Batch.Kind.BULK else "批量导入")
    is_own = batch is None
    if batch is None:
        batch = Batch(register=register.name, kind=kind, file=file, by=by, at=at)
    batch.state, batch.reason = Batch.State.WRITING, batch.reason or reason[:200]
    batch.save()
    writing = Writing(register=register, batch=batch, stamp=Stamp(by=by, at=at, reason=reason[:100], batch=batch))
    try:
        with whole(refuse=stale), entry.writing():
            yield writing
            survey_grown(model=register.model, new=writing.counts["new"])
            batch.state, batch.finished_at = Batch.State.DONE, at
            batch.created, batch.changed = writing.counts["new"], writing.counts["changed"]
            batch.unchanged, batch.refused = writing.counts["unchanged"], writing.counts["refused"]
            batch.save()
            verb = _VERBS.get(Batch.Kind(batch.kind), "register.imported")
            acts.record(verb=verb, thing=batch, by=by, at=at, note=f"{register.label}:{reason}")
    except BaseException:
        batch.state = Batch.State.WRITING
        if is_own:
            batch.delete()
        raise


class Writing:
    """A batch that is being written; `counts` are the rows of each verdict so far."""

    def __init__(self, *, register: Register, batch: Batch, stamp: Stamp) -> None:
        self.register, self.batch, self.stamp = register, batch, stamp
        self.counts: Counter[str] = Counter()

    def add(
        self,
        *,
        verdicts: Verdicts,
        counts: Mapping[str, int],
        progress: Callable[[int, int], None] = lambda n, of: None,
    ) -> None:
        """Write the new and changed rows of one judged part."""
        with uncollected():
            Writer(register=self.register, verdicts=verdicts, stamp=self.stamp, progress=progress).write()
        self.counts.update(counts)
