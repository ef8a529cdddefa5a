"""Bulk edits: judged like a sheet, previewed, written as one batch; and the acts of reverting, removing, commenting."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import application, enterprise, state, venture

from gongjian.drives.innovation.ventures import Venture
from gongjian.kernel.errors import Forbidden, Refusal, Stale
from gongjian.kernel.people import acts
from gongjian.kernel.registers import actions, batches, bulk
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.registers.query import Ask, known
from gongjian.kernel.registers.take import STAGE_DATE

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

LATER = AT + timedelta(hours=2)
THEN = AT + timedelta(hours=3)


def _prepared(by: Any, values: dict[str, object], **asked: Any) -> Any:
    ask = Ask(register=Venture.register, by=by, **asked)
    return bulk.prepare(ask=ask, values=values, by=by, today=TODAY)


def test_the_same_value_for_the_rows_of_a_list(cast: Cast) -> None:
    one = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    two = venture("乙", by=cast.clerk, unit=cast.science, carrier="加速器")
    venture("丙", by=cast.clerk, unit=cast.science, carrier="园区三期")
    taking = _prepared(cast.clerk, {"carrier": "加速器", "remark": "已核"}, ids=(one.pk, two.pk))
    assert taking.counts() == {"new": 0, "changed": 2, "unchanged": 0, "refused": 0}
    diffs = {row.entry.name: row.diff for row in taking.rows_of("changed")}
    assert diffs == {"甲": {"孵化载体": ("孵化园", "加速器"), "备注": ("—", "已核")}, "乙": {"备注": ("—", "已核")}}
    batch = taking.write(by=cast.clerk, at=LATER, kind=Batch.Kind.BULK, reason="统一口径")
    assert (batch.kind, batch.changed, batch.reason) == ("bulk", 2, "统一口径")
    assert acts.of(batch).get().verb == "register.changed_in_bulk"
    assert list(Venture.objects.order_by("pk").values_list("carrier", "remark", "revision")) == [
        ("加速器", "已核", 2),
        ("加速器", "已核", 2),
        ("园区三期", "", 1),
    ]
    batches.undo(batch=batch, by=cast.clerk, at=THEN, reason="改回")
    assert list(Venture.objects.order_by("pk").values_list("carrier", flat=True)) == ["孵化园", "加速器", "园区三期"]


def test_emptying_and_moving_to_a_stage_in_bulk(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    taking = _prepared(cast.clerk, {"carrier": "", "stage": "入驻在孵", STAGE_DATE: "2025-06-30"})
    assert taking.rows_of()[0].diff == {"孵化载体": ("孵化园", "—"), "阶段": ("在谈", "入驻在孵(2025-06-30)")}
    taking.write(by=cast.clerk, at=LATER, kind=Batch.Kind.BULK)
    made.refresh_from_db()
    assert (made.carrier, made.stage) == ("", "settled")
    assert StageMove.objects.get(stage="settled").happened_on == TODAY


def test_bulk_edits_are_refused_as_the_form_refuses(cast: Cast) -> None:
    venture("甲", by=cast.clerk, unit=cast.science)
    taking = _prepared(cast.clerk, {"carrier": "园" * 61})
    assert [row.faults[0].cause for row in taking.rows_of()] == ["内容有61个字,超过60个字的上限"]
    assert {row.faults[0].code for row in _prepared(cast.trade_clerk, {"carrier": "a"}).rows_of()} == {
        "policy.forbidden"
    }
    with pytest.raises(Forbidden):
        _prepared(cast.leader, {"carrier": "a"})
    for values, code in (({"notice": "verified"}, "entry.not_settable"), ({}, "bulk.nothing")):
        with pytest.raises(Refusal) as caught:
            _prepared(cast.clerk, values)
        assert caught.value.code == code


def test_reverting_gives_an_older_revision_back(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    actions.change(entry=made, values={"carrier": "加速器", "unit": cast.park}, revision=1, by=cast.clerk, at=LATER)
    diff = actions.revert(entry=made, revision=1, by=cast.clerk, at=THEN, reason="改错了")
    assert diff == {"孵化载体": ("加速器", "孵化园"), "责任单位": ("孵化园服务中心", "科创局")}
    assert (made.carrier, made.unit, made.revision) == ("孵化园", cast.science, 3)
    assert made.history.first().history_change_reason == "改错了"
    before = state()
    for revision in (0, 3, 9):
        with pytest.raises(Refusal) as caught:
            actions.revert(entry=made, revision=revision, by=cast.clerk, at=THEN, reason="")
        assert caught.value.code == "entry.revision"
    with pytest.raises(Forbidden):
        actions.revert(entry=made, revision=1, by=cast.trade_clerk, at=THEN, reason="")
    assert state() == before


def test_removing_leaves_history_and_moves_on_record(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    pk = made.pk
    actions.remove(entry=made, by=cast.clerk, at=LATER, reason="重复登记")
    assert Venture.objects.count() == 0
    assert [(h.history_type, h.history_date) for h in Venture.history.filter(id=pk)] == [("-", LATER), ("+", AT)]
    assert StageMove.objects.filter(entry_id=pk, withdrawn_at=None).count() == 1
    assert [row.name for row in known(register=Venture.register, at=AT)] == ["甲"]
    assert list(known(register=Venture.register, at=LATER)) == []


def test_a_row_that_others_point_at_is_not_removed(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, name="青禾精密")
    application(firm, by=cast.clerk, unit=cast.science)
    before = state()
    with pytest.raises(Refusal) as caught:
        actions.remove(entry=firm, by=cast.clerk, at=LATER, reason="重复")
    assert caught.value.sentence == ("还有其他记录引用“青禾精密”:高企申报 1 行。请先更正或删除这些记录,再删除本条。")
    assert state() == before


def test_removing_needs_a_reason_the_right_and_the_newest_revision(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    seen = Venture.objects.get()
    actions.change(entry=made, values={"remark": "他人"}, revision=1, by=cast.supervisor, at=LATER)
    before = state()
    for entry, by, reason, kind in (
        (made, cast.clerk, " ", Refusal),
        (made, cast.trade_clerk, "错", Forbidden),
        (seen, cast.clerk, "错", Stale),
    ):
        with pytest.raises(kind):
            actions.remove(entry=entry, by=by, at=THEN, reason=reason)
    assert state() == before


def test_a_leaders_remark_is_an_instruction(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    assert actions.comment(entry=made, text=" 已约谈 ", by=cast.clerk, at=LATER).verb == "entry.commented"
    told = actions.comment(entry=made, text="抓紧落实", by=cast.leader, at=THEN)
    assert (told.verb, told.note, told.subject_id) == ("entry.instructed", "抓紧落实", made.pk)
    before = state()
    for text, by in ((" ", cast.clerk), ("长" * 1001, cast.clerk), ("看看", cast.viewer)):
        with pytest.raises(Refusal):
            actions.comment(entry=made, text=text, by=by, at=THEN)
    assert state() == before
