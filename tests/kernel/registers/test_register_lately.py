"""What changed lately: acts and batches are counted by register, only what was written, only what one may see."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.kernel.people.cast import AT
from tests.kernel.registers.entries import venture

from gongjian.kernel.registers import actions, lately
from gongjian.kernel.registers.models import Batch

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast


def _batch(cast: Cast, register: str = "venture", *, state: str = "done", hours: int = 1) -> Batch:
    at = AT + timedelta(hours=hours)
    return Batch.objects.create(register=register, state=state, by=cast.clerk, at=at, created=2, changed=3, unchanged=9)


def test_acts_and_batches_of_a_register_are_told_apart(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    actions.change(entry=made, values={"carrier": "孵化园"}, revision=1, by=cast.clerk, at=AT)
    _batch(cast)
    _batch(cast, state="judged", hours=2)
    _batch(cast, "no-such-register")
    found = lately.changes(since=AT)
    assert found == {"venture": lately.Lately(last_at=AT + timedelta(hours=1), acts=2, rows=5)}
    assert lately.changes(since=AT + timedelta(hours=3)) == {}


def test_the_last_batches_written_are_listed_newest_first(cast: Cast) -> None:
    old, new = _batch(cast), _batch(cast, state="undone", hours=2)
    _batch(cast, state="cancelled", hours=3)
    hidden = _batch(cast, "overseas-talent", hours=4)
    assert lately.written(by=cast.viewer) == [new, old]
    assert lately.written(by=cast.supervisor) == [hidden, new, old]
    assert lately.written(by=cast.supervisor, most=1) == [hidden]
