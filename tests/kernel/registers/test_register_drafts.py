"""Drafts: kept for one officer at one form, replaced, thrown away, never with what the officer may not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.kernel.people.cast import AT
from tests.kernel.registers.entries import enterprise

from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.registers import actions, drafts
from gongjian.kernel.registers.models import Draft

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

REGISTER = Enterprise.register


def test_a_draft_is_kept_for_one_officer_and_replaced(cast: Cast) -> None:
    row = enterprise(by=cast.clerk, unit=cast.science)
    drafts.keep(register=REGISTER, entry=row, values={"name": "甲"}, by=cast.clerk, at=AT)
    drafts.keep(register=REGISTER, entry=row, values={"name": "乙", "staff": "12"}, by=cast.clerk, at=AT)
    drafts.keep(register=REGISTER, values={"name": "新"}, by=cast.clerk, at=AT)

    kept = drafts.take_up(register=REGISTER, entry=row, by=cast.clerk)
    fresh = drafts.take_up(register=REGISTER, by=cast.clerk)
    assert kept is not None and fresh is not None
    assert (kept.values, kept.saved_at) == ({"name": "乙", "staff": "12"}, AT)
    assert fresh.values == {"name": "新"}
    assert drafts.take_up(register=REGISTER, entry=row, by=cast.supervisor) is None
    assert Draft.objects.count() == 2


def test_a_draft_is_thrown_away_once(cast: Cast) -> None:
    drafts.keep(register=REGISTER, values={"name": "新"}, by=cast.clerk, at=AT)
    assert drafts.throw_away(register=REGISTER, by=cast.clerk) is True
    assert drafts.throw_away(register=REGISTER, by=cast.clerk) is False
    assert drafts.take_up(register=REGISTER, by=cast.clerk) is None


def test_who_may_not_write_keeps_no_draft(cast: Cast) -> None:
    row = enterprise(by=cast.clerk, unit=cast.science)
    for officer in (cast.viewer, cast.leader, cast.trade_clerk):
        with pytest.raises(Forbidden):
            drafts.keep(register=REGISTER, entry=row, values={"name": "甲"}, by=officer, at=AT)
    assert not Draft.objects.exists()


def test_a_draft_has_a_limit(cast: Cast) -> None:
    drafts.keep(register=REGISTER, values={"name": "甲"}, by=cast.clerk, at=AT)
    for values in ({"name": "字" * drafts.CHARACTERS_MOST}, {str(n): "" for n in range(drafts.ITEMS_MOST + 1)}):
        with pytest.raises(Refusal, match="草稿没有保存") as caught:
            drafts.keep(register=REGISTER, values=values, by=cast.clerk, at=AT)
        assert caught.value.code == "draft.too_long"
    kept = drafts.take_up(register=REGISTER, by=cast.clerk)
    assert kept is not None and kept.values == {"name": "甲"}


def test_a_field_that_is_masked_by_now_is_left_out(cast: Cast) -> None:
    row = enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")
    drafts.keep(register=REGISTER, entry=row, values={"name": "甲", "phone": "13911112222"}, by=cast.clerk, at=AT)
    actions.change(entry=row, values={"unit": cast.trade}, revision=1, by=cast.supervisor, at=AT)
    kept = drafts.take_up(register=REGISTER, entry=row, by=cast.clerk)
    assert kept is not None and kept.values == {"name": "甲"}
