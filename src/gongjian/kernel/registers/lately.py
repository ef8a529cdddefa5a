"""What happened in the registers lately: the last change of each, single acts and batches told apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from gongjian.kernel.people.models import Act, Officer
from gongjian.kernel.registers import batches
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.models import Batch

_ROWS = "entry:"
_WRITTEN = (Batch.State.DONE, Batch.State.UNDONE)


@dataclass(frozen=True, kw_only=True)
class Lately:
    """One register since a moment: when it was last changed, how many single acts and how many rows by batches."""

    last_at: datetime
    acts: int = 0
    rows: int = 0


def changes(*, since: datetime) -> dict[str, Lately]:
    """What changed since a moment, by register name; two queries however many registers there are."""
    acts = Act.objects.filter(at__gte=since, subject_kind__startswith=_ROWS).order_by()
    single = acts.values("subject_kind").annotate(n=Count("id"), last=Max("at"))
    found = {row["subject_kind"].removeprefix(_ROWS): Lately(last_at=row["last"], acts=row["n"]) for row in single}
    for batch in Batch.objects.filter(at__gte=since, state__in=_WRITTEN):
        before = found.get(batch.register, Lately(last_at=batch.at))
        found[batch.register] = Lately(
            last_at=max(batch.at, before.last_at),
            acts=before.acts,
            rows=before.rows + batch.created + batch.changed,
        )
    return {name: one for name, one in found.items() if name in REGISTERS}


def written(*, by: Officer, most: int = 8) -> list[Batch]:
    """The last batches that `by` may see and that were written, newest first."""
    found = batches.visible(by=by).filter(state__in=_WRITTEN)
    return list(found.select_related("by", "file")[:most])
