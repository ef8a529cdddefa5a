"""Whatever imports, edits, moves, removals and undoings come in whatever order, the past stays as it was known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.sheets import judged

from gongjian.drives.innovation.ventures import Venture
from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import actions, batches, bulk
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.registers.query import Ask, known

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

NAMES = ("甲", "乙", "丙", "丁")
STAGES = ("scouted", "settled", "filed", "recognised")
_name, _text = st.sampled_from(NAMES), st.sampled_from(("", "孵化园", "加速器", "三期"))
_stage, _day = st.sampled_from(STAGES), st.dates(date(2025, 1, 1), TODAY)
_row = st.fixed_dictionaries({"name": _name, "carrier": _text}, optional={"stage": _stage, "on": _day, "remark": _text})
ACTS = st.one_of(
    st.tuples(st.just("sheet"), st.lists(_row, min_size=1, max_size=4)),
    st.tuples(st.just("change"), _name, _text),
    st.tuples(st.just("move"), _name, _stage, _day),
    st.tuples(st.just("bulk"), _text),
    st.tuples(st.just("remove"), _name),
    st.tuples(st.just("undo"), st.integers(0, 3), st.booleans()),
)


def _do(act: tuple[Any, ...], cast: Cast, at: datetime) -> None:
    by, kind = cast.supervisor, act[0]
    if kind == "sheet":
        judged(Venture.register, by, *act[1]).write(by=by, at=at)
    elif kind == "bulk":
        ask = Ask(register=Venture.register, by=by)
        bulk.prepare(ask=ask, values={"remark": act[1]}, by=by, today=TODAY).write(by=by, at=at, kind=Batch.Kind.BULK)
    elif kind == "undo":
        written = list(Batch.objects.filter(state="done").order_by("-pk"))
        if act[1] < len(written):
            batches.undo(batch=written[act[1]], by=by, at=at, reason="改回", skip_changed=act[2])
    elif (entry := Venture.objects.filter(name=act[1]).first()) is not None:
        if kind == "change":
            actions.change(entry=entry, values={"remark": act[2]}, revision=entry.revision, by=by, at=at)
        elif kind == "move":
            actions.move(entry=entry, stage=act[2], happened_on=act[3], by=by, at=at, today=TODAY)
        else:
            actions.remove(entry=entry, by=by, at=at, reason="错")


def _snapshot(rows: Any) -> list[tuple[Any, ...]]:
    return sorted(rows.values_list("id", "revision", "name", "carrier", "remark", "stage", "unit_id", "recorded_at"))


def _standing(at: datetime | None = None) -> list[tuple[Any, ...]]:
    """The stage moves that stand, or stood at a moment, of rows that are there."""
    there = StageMove.objects
    standing = there.filter(withdrawn_at=None) if at is None else there.filter(recorded_at__lte=at)
    moves = standing if at is None else standing.exclude(withdrawn_at__lte=at)
    return sorted(moves.values_list("entry_id", "stage", "happened_on"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=2, max_size=9))
def test_every_recorded_moment_is_known_as_it_was(cast: Cast, acts: list[tuple[Any, ...]]) -> None:
    from django.db import transaction

    class Enough(Exception):  # noqa: N818
        """Ends an example; nothing of it stays in the database."""

    try:
        with transaction.atomic():
            seen = []
            for n, act in enumerate(acts):
                at = AT + timedelta(minutes=n)
                before = _snapshot(Venture.objects), _standing()
                try:
                    _do(act, cast, at)
                except Refusal:
                    assert (_snapshot(Venture.objects), _standing()) == before
                seen.append((at, _snapshot(Venture.objects), _standing()))
            for at, rows, moves in seen:
                assert _snapshot(known(register=Venture.register, at=at)) == rows
                assert _standing(at) == moves
            for history in (Venture.history.filter(id=pk).order_by("history_id") for pk in _ids()):
                days = [row.history_date for row in history]
                assert all(a < b for a, b in pairwise(days))
            raise Enough
    except Enough:
        pass


def _ids() -> list[int]:
    return list(Venture.history.order_by().values_list("id", flat=True).distinct())
