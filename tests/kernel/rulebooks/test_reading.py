"""What the kept verdicts tell: distribution, funnel, nearest misses, crossings; and what would be if."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.kernel.people.cast import AT, TODAY, Cast
from tests.kernel.rulebooks.firms import four_firms

from gongjian.drives.innovation.criteria.sti_sme import STI_SME
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import actions
from gongjian.kernel.rulebooks import keeping, reading, whatif
from gongjian.kernel.rulebooks.states import State


@pytest.fixture
def firms(cast: Cast) -> list[Any]:
    return four_firms(cast)


def test_the_distribution_the_funnel_and_the_nearest_misses(firms: list[Any]) -> None:
    found = reading.current(STI_SME)
    counts = reading.distribution(found)
    assert (counts[State.MET], counts[State.UNMET], counts[State.UNKNOWN]) == (1, 2, 1)
    falls = {fall.gate.name: (fall.came, fall.passed) for fall in reading.funnel(STI_SME, found)}
    assert falls == {"resident": (4, 4), "size": (4, 4), "field": (4, 4), "record": (4, 4), "score": (4, 2)}
    near = reading.nearest(found)
    assert [row.entry for row in near] == [firms[1].pk, firms[2].pk]
    assert (near[0].effort, near[0].gaps["score.0"]) == (pytest.approx(1 / 3, abs=1e-6), 1)


def test_who_crossed_the_line_and_why(cast: Cast, firms: list[Any]) -> None:
    later = AT + timedelta(days=1)
    last = AnnualReturn.objects.get(enterprise=firms[1])
    actions.change(entry=last, values={"tech_staff": "4"}, by=cast.clerk, at=later, revision=1)
    keeping.refresh(STI_SME, as_of=TODAY, at=later)
    (one,) = reading.crossed(STI_SME, since=AT)
    assert (one.now.entry, one.before, State(one.now.state)) == (firms[1].pk, State.UNMET, State.MET)
    assert one.turned == (("score", State.UNMET, State.MET),)
    assert [(spec.name, old, new) for spec, old, new in one.changed] == [("tech_staff", 30_000, 40_000)]
    assert reading.crossed(STI_SME, since=later) == []
    assert [(State(each.now.state), each.before) for each in reading.history(STI_SME, firms[1].pk)] == [
        (State.MET, State.UNMET), (State.UNMET, None),
    ]  # fmt: skip
    known = reading.as_known(STI_SME, firms[1].pk, at=AT)
    assert known is not None and State(known.state) is State.UNMET
    assert reading.as_known(STI_SME, firms[1].pk, at=AT - timedelta(seconds=1)) is None


def test_what_if_keeps_nothing(firms: list[Any]) -> None:
    rows = keeping.facts_of([STI_SME], as_of=TODAY)
    one_more = whatif.of_set(STI_SME, rows, {"tech_staff": 10_000}, as_of=TODAY)
    assert (one_more.gained, one_more.lost) == ((firms[1].pk,), ())
    stricter = whatif.of_figures(STI_SME, rows, {"min_tech_share": Fraction(11, 100)}, as_of=TODAY)
    assert (stricter.gained, stricter.lost) == ((), (firms[0].pk,))
    before, after = whatif.of_one(STI_SME, rows.to_dicts()[1], {"tech_staff": 40_000}, as_of=TODAY)
    assert (before.state, after.state) == (State.UNMET, State.MET)
    with pytest.raises(Refusal, match="sales_9"):
        whatif.of_set(STI_SME, rows, {"sales_9": 1}, as_of=TODAY)
    assert keeping.refresh(STI_SME, as_of=TODAY, at=AT) == 0
