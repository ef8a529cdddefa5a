"""The pair that is planted in the demo zone, one enterprise entered twice: found first, merged without cleaning, undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.kernel.registers.entries import books

from gongjian.demo.firms import DUPLICATE_ROWS
from gongjian.drives.innovation.high_tech import Application
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import batches, duplicates
from gongjian.kernel.registers.merging import merge
from gongjian.kernel.registers.references import planned

KEEP, DROP = (row + 1 for row in DUPLICATE_ROWS)


@pytest.mark.usefixtures("demo")
def test_the_planted_pair_is_found_first_merged_and_taken_back() -> None:
    supervisor, at = Officer.objects.get(username="ducha"), clock.now()
    keep, drop = (Enterprise.objects.get(pk=pk) for pk in (KEEP, DROP))
    found = duplicates.find(register=Enterprise.register, by=supervisor).groups
    assert found[0].ids == (KEEP, DROP)
    plan = planned(keep=keep, drop=drop)
    assert sorted((pair.register.name, str(pair.keep)) for pair in plan.clashes) == [
        *(("annual-return", f"{keep.name} {year}年") for year in (2022, 2023, 2024)),
        ("high-tech", f"{keep.name} 2025年高企申报"),
    ]
    before = books(said_of=(keep, drop))
    officer = Officer.objects.get(username="jingfa")
    given = {"keep": keep, "drop": drop, "values": {}, "revisions": (1, 1), "at": at, "reason": "同一企业"}
    with pytest.raises(Refusal):
        merge(by=officer, **given)
    assert books(said_of=(keep, drop)) == before
    batch = merge(by=supervisor, **given)
    assert Enterprise.objects.count() == 1199 and Enterprise.objects.get(pk=KEEP).former_names == drop.name
    assert (
        AnnualReturn.objects.filter(enterprise=keep).count(),
        Application.objects.filter(enterprise=keep).count(),
    ) == (
        3,
        1,
    )
    returns = AnnualReturn.objects.filter(enterprise=keep, year=2024).get()
    assert (str(returns.revenue), str(returns.total_assets)) == ("1107.4700", "1919.7900")
    batches.undo(batch=batch, by=supervisor, at=at + timedelta(hours=1), reason="演示")
    assert books(said_of=(keep, drop)) == before
