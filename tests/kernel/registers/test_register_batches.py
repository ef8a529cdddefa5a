"""Batches: what one changed, cell by cell, and taking it back as a whole; nothing else is touched by it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import application, enterprise, state, venture
from tests.kernel.registers.sheets import judged

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.ventures import Venture
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people import acts
from gongjian.kernel.registers import actions, batches
from gongjian.kernel.registers.merging import merge
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.registers.query import known

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

LATER = AT + timedelta(hours=2)
THEN = AT + timedelta(hours=3)
LAST = AT + timedelta(hours=4)


def _written(register: Any, by: Any, *rows: dict[str, Any], at: Any = LATER, **more: Any) -> Batch:
    return judged(register, by, *rows, **more).write(by=by, at=at)


def _rows(model: Any) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k != "revision"} for row in model.objects.order_by("pk").values()]


def _standing() -> list[tuple[int, str, date]]:
    moves = StageMove.objects.filter(withdrawn_at=None).order_by("entry_id", "happened_on", "id")
    return list(moves.values_list("entry_id", "stage", "happened_on"))


def test_what_a_batch_changed_is_told_cell_by_cell(cast: Cast) -> None:
    old = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    batch = _written(
        Venture.register, cast.clerk, {"name": "乙", "carrier": "加速器"}, {"name": "甲", "carrier": "加速器"}
    )
    changed, new = batches.changes(batch, by=cast.viewer)
    assert (new.kind, new.word, new.label, new.revision) == ("+", "新增", "乙", 1)
    assert new.diff == {
        "项目名称": ("—", "乙"),
        "孵化载体": ("—", "加速器"),
        "责任单位": ("—", "科创局"),
        "阶段": ("—", "在谈"),
        "认定文件": ("—", "自报"),
    }
    assert (changed.kind, changed.entry_pk, changed.diff) == ("~", old.pk, {"孵化载体": ("孵化园", "加速器")})
    assert [c.label for c in batches.changes(batch, by=cast.viewer, start=1, most=1)] == ["乙"]


def test_masked_values_stay_masked_in_what_a_batch_changed(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")
    batch = _written(Enterprise.register, cast.clerk, {"credit_code": firm.credit_code, "phone": "13811112222"})
    assert batches.changes(batch, by=cast.clerk)[0].diff == {"联系电话": ("13900001234", "13811112222")}
    assert batches.changes(batch, by=cast.leader)[0].diff == {"联系电话": ("139****1234", "138****2222")}


def test_undoing_takes_back_rows_values_and_stages(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    application(firm, by=cast.clerk, unit=cast.science, stage="filed", on=date(2025, 6, 12), remark="旧")
    before, moves = _rows(Application), _standing()
    batch = _written(
        Application.register,
        cast.clerk,
        {"enterprise": firm.credit_code, "year": 2025, "stage": "已申报", "on": date(2025, 6, 10), "remark": "新"},
        {"enterprise": firm.credit_code, "year": 2024, "stage": "已认定", "on": date(2024, 12, 1)},
    )
    after = _rows(Application)
    assert (len(after), len(_standing())) == (2, 2)
    made = batches.undo(batch=batch, by=cast.clerk, at=THEN, reason="传错了文件")
    assert (_rows(Application), _standing()) == (before, moves)
    assert (made.kind, made.state, made.created, made.changed) == ("undo", "done", 0, 2)
    assert made.details == {"undoes": batch.pk, "removed": 1, "skipped": 0}
    assert (batch.state, batch.undone_at, batch.undone_by) == ("undone", THEN, cast.clerk)
    assert acts.of(batch).first().note == f"高企申报:第{batch.pk}号批次,传错了文件"
    history = Application.history.filter(history_batch=made).order_by("id")
    assert sorted((h.history_type, h.history_change_reason) for h in history) == [
        ("-", "传错了文件"),
        ("~", "传错了文件"),
    ]
    assert [c.kind for c in batches.changes(made, by=cast.clerk)] == ["-", "~"]
    assert list(known(register=Application.register, at=LATER).order_by("id").values_list("remark", flat=True)) == [
        "新",
        "",
    ]
    assert list(known(register=Application.register, at=THEN).order_by("id").values_list("remark", flat=True)) == ["旧"]


def test_an_undoing_is_undone_and_everything_is_as_the_sheet_said(cast: Cast) -> None:
    venture("甲", by=cast.clerk, unit=cast.science)
    batch = _written(
        Venture.register,
        cast.clerk,
        {"name": "甲", "carrier": "加速器", "stage": "入驻在孵", "on": "2025-06-20"},
        {"name": "乙", "stage": "市级认定", "on": "2025-06-21"},
    )
    after, moves = _rows(Venture), _standing()
    undone = batches.undo(batch=batch, by=cast.clerk, at=THEN, reason="错")
    again = batches.undo(batch=undone, by=cast.clerk, at=LAST, reason="没有错")
    assert (_rows(Venture), _standing()) == (after, moves)
    assert (again.created, again.changed) == (1, 1)
    assert sorted(Venture.objects.values_list("name", "revision")) == [("乙", 2), ("甲", 4)]
    with pytest.raises(Refusal) as caught:
        batches.undo(batch=batch, by=cast.clerk, at=LAST, reason="再错")
    assert caught.value.cause == f"第{batch.pk}号批次现在是“已撤销”,不能撤销"


def test_rows_changed_later_stop_the_undoing_or_are_left_out(cast: Cast) -> None:
    one = venture("甲", by=cast.clerk, unit=cast.science)
    two = venture("乙", by=cast.clerk, unit=cast.science)
    batch = _written(Venture.register, cast.clerk, {"name": "甲", "carrier": "a"}, {"name": "乙", "carrier": "a"})
    one.refresh_from_db()
    actions.change(entry=one, values={"remark": "重点"}, revision=2, by=cast.supervisor, at=THEN)
    before = state()
    with pytest.raises(Refusal) as caught:
        batches.undo(batch=batch, by=cast.clerk, at=LAST, reason="错")
    assert caught.value.sentence == (
        "这一批中有 1 行在此后又有变动(“甲”由陶知行于 06-30 19:00 修改),没有撤销任何内容。"
        "请核对这些记录;也可以选择跳过它们,只撤销其余的行。"
    )
    assert state() == before
    made = batches.undo(batch=batch, by=cast.clerk, at=LAST, reason="错", skip_changed=True)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.carrier, one.remark, two.carrier) == ("a", "重点", "")
    assert made.details == {"undoes": batch.pk, "removed": 0, "skipped": 1}


def test_a_stage_moved_later_counts_as_a_later_change(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, stage="filed")
    batch = _written(Venture.register, cast.clerk, {"name": "甲", "carrier": "a"})
    made.refresh_from_db()
    early = date(2025, 1, 2)  # before the standing move, so that the row itself is not written
    actions.move(entry=made, stage="settled", happened_on=early, by=cast.supervisor, at=THEN, today=TODAY)
    assert Venture.history.filter(id=made.pk).count() == 2
    with pytest.raises(Refusal) as caught:
        batches.undo(batch=batch, by=cast.clerk, at=LAST, reason="错")
    assert "“甲”由陶知行于 06-30 19:00 登记阶段" in caught.value.cause


def test_a_stage_moved_after_a_batch_is_later_whatever_the_clock_said(cast: Cast) -> None:
    old = venture("甲", by=cast.clerk, unit=cast.science)
    sheet = {"name": "甲", "stage": "已报市级", "on": TODAY}
    batch = _written(Venture.register, cast.clerk, sheet)
    waited = LATER - timedelta(seconds=1)  # asked before the sheet was written, and done after it
    moved = actions.move(
        entry=old, stage="settled", happened_on=date(2025, 6, 1), by=cast.clerk, at=waited, today=TODAY
    )
    assert moved.recorded_at == LATER + timedelta(microseconds=1)
    with pytest.raises(Refusal) as caught:
        batches.undo(batch=batch, by=cast.clerk, at=THEN, reason="传错了文件")
    assert caught.value.code == "batch.changed_later"


def test_of_two_stages_on_one_day_the_sheets_stands_though_the_clock_went_back(cast: Cast) -> None:
    old = venture("甲", by=cast.clerk, unit=cast.science)
    sheet = {"name": "甲", "stage": "已报市级", "on": TODAY}
    _written(Venture.register, cast.clerk, sheet, at=AT - timedelta(hours=1))
    old.refresh_from_db()
    assert (old.stage, [move.stage for move in actions.moves_of(old)]) == ("filed", ["scouted", "filed"])


def test_stages_of_one_day_come_back_in_their_order(cast: Cast) -> None:
    keep, drop = (venture(name, by=cast.clerk, unit=cast.science) for name in ("甲", "乙"))
    for stage, note in (("filed", "二"), ("recognised", "一")):
        actions.move(entry=drop, stage=stage, happened_on=TODAY, by=cast.clerk, at=AT, today=TODAY, note=note)
    revisions = (keep.revision, drop.revision)
    merged = merge(keep=keep, drop=drop, values={}, revisions=revisions, by=cast.supervisor, at=LATER, reason="重复")
    batches.undo(batch=merged, by=cast.supervisor, at=THEN, reason="不是一个")
    standing = StageMove.objects.filter(entry_id=drop.pk, withdrawn_at=None).order_by(
        "happened_on", "recorded_at", "id"
    )
    assert list(standing.values_list("stage", "note")) == [("scouted", ""), ("filed", "二"), ("recognised", "一")]
    assert Venture.objects.get(pk=drop.pk).stage == "recognised"


def test_new_rows_that_others_point_at_are_not_taken_away(cast: Cast) -> None:
    batch = _written(
        Enterprise.register,
        cast.clerk,
        {"credit_code": "91320800MA0000001A", "name": "青禾精密"},
        {"credit_code": "91320800MA0000002A", "name": "岳明电子"},
    )
    firm = Enterprise.objects.get(name="青禾精密")
    application(firm, by=cast.clerk, unit=cast.science, at=THEN)
    before = state()
    with pytest.raises(Refusal) as caught:
        batches.undo(batch=batch, by=cast.clerk, at=LAST, reason="错")
    assert "1 行已被其他记录引用(“青禾精密”被高企申报“青禾精密 2025年高企申报”引用)" in caught.value.cause
    assert state() == before
    batches.undo(batch=batch, by=cast.clerk, at=LAST, reason="错", skip_changed=True)
    assert list(Enterprise.objects.values_list("name", flat=True)) == ["青禾精密"]


def test_who_may_not_undo(cast: Cast) -> None:
    batch = _written(Venture.register, cast.clerk, {"name": "甲"})
    before = state()
    for officer in (cast.leader, cast.viewer, cast.auditor, cast.trade_clerk):
        with pytest.raises(Forbidden):
            batches.undo(batch=batch, by=officer, at=THEN, reason="错")
    with pytest.raises(Refusal) as caught:
        batches.undo(batch=batch, by=cast.clerk, at=THEN, reason=" ")
    assert caught.value.code == "batch.reason"
    assert state() == before
    batches.undo(batch=batch, by=cast.supervisor, at=THEN, reason="错")
    assert Venture.objects.count() == 0


def test_who_sees_which_batches(cast: Cast) -> None:
    batch = _written(Venture.register, cast.clerk, {"name": "甲"})
    assert list(batches.visible(register=Venture.register, by=cast.viewer)) == [batch]
    assert list(batches.visible(by=cast.auditor)) == [batch]
    assert list(batches.visible(register=Enterprise.register, by=cast.viewer)) == []


def test_a_batch_that_was_cut_off_is_marked(cast: Cast) -> None:
    states = {}
    for one in Batch.State:
        states[one] = Batch.objects.create(register="venture", by=cast.clerk, at=AT, state=one)
    dead = [batch.pk for state, batch in states.items() if state != "reading"]
    assert batches.interrupted(at=LATER, dead=dead) == 1  # one that began since somebody looked is left alone
    assert sorted(b.state for b in Batch.objects.filter(finished_at=LATER)) == ["interrupted"]
    states["writing"].refresh_from_db()
    assert states["writing"].fault == "程序在处理中途停止,没有写入任何内容。请重新导入。"
