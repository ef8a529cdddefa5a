"""The log: an act cannot be written without its sentence, and says what changed."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from tests.kernel.people.cast import AT, Cast, make_commitment

import gongjian
from gongjian.kernel.errors import Forbidden
from gongjian.kernel.people import acts, directory
from gongjian.kernel.people.models import Act


def test_an_unknown_verb_cannot_be_logged(cast: Cast) -> None:
    with pytest.raises(KeyError, match="no sentence"):
        acts.record(verb="unit.burnt", thing=cast.science, by=cast.administrator, at=AT)
    assert Act.objects.count() == 0


def test_every_verb_that_the_program_records_has_its_sentence() -> None:
    root = Path(gongjian.__file__).parent
    used = set()
    for path in root.rglob("*.py"):
        for call in re.findall(r"acts\.record\((.*?)\bthing=", path.read_text(encoding="utf-8"), flags=re.DOTALL):
            used.update(re.findall(r'verb="([a-z_.]+)"', call))
    assert len(used) > 20
    assert used <= set(acts.VERBS)


def test_values_are_kept_as_they_print(cast: Cast) -> None:
    promise = make_commitment(owner=cast.science)
    acts.record(
        verb="commitment.retargeted",
        thing=promise,
        by=cast.supervisor,
        at=AT,
        changes={"目标值": (Decimal("144"), Decimal("150.50")), "责任单位": (None, cast.science), "在用": (True, 3)},
    )
    act = acts.of(promise).get()
    assert act.changes == {"目标值": ["144", "150.50"], "责任单位": [None, "科创局"], "在用": [True, 3]}
    assert (act.subject_kind, act.subject_id, act.by, act.at) == ("commitment", promise.pk, cast.supervisor, AT)


def test_the_log_is_read_by_those_who_may(cast: Cast) -> None:
    acts.record(verb="unit.saved", thing=cast.trade, by=cast.administrator, at=AT)
    acts.record(verb="unit.saved", thing=cast.science, by=cast.administrator, at=AT)
    for officer in (cast.auditor, cast.supervisor, cast.administrator):
        assert directory.log(by=officer).count() == 2
    assert directory.log(by=cast.auditor, subject_kind="unit", subject_id=cast.trade.pk).count() == 1
    for officer in (cast.leader, cast.clerk, cast.viewer):
        with pytest.raises(Forbidden):
            directory.log(by=officer)
