"""Rows of one key that both merged rows have: kept, taken or joined field by field, with all that hangs on them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import PDF, application, books, enterprise, state

from gongjian.drives.innovation.high_tech import Application
from gongjian.ground.contacts import Contact
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.intellectual_property import Conversion, IntellectualProperty
from gongjian.kernel.errors import Refusal, Stale
from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.people import acts
from gongjian.kernel.registers import actions, batches, merged, references
from gongjian.kernel.registers.carrying import Way
from gongjian.kernel.registers.merging import Decision, Side, fuller, merge
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.registers.references import planned

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

LATER = AT + timedelta(hours=2)
THEN = AT + timedelta(hours=3)
FIRST, SECOND = date(2025, 3, 3), date(2025, 4, 4)


def _firms(cast: Cast, **values: Any) -> tuple[Any, Any]:
    keep, drop = (enterprise(by=cast.clerk, unit=cast.science, number=n, **values) for n in (1, 2))
    return keep, drop


def _merge(keep: Any, drop: Any, by: Any, **more: Any) -> Batch:
    for row in (keep, drop):
        row.refresh_from_db()
    given = {"values": {}, "revisions": (keep.revision, drop.revision), "at": LATER, "reason": "同一企业", **more}
    return merge(keep=keep, drop=drop, by=by, **given)


@pytest.fixture
def clash(cast: Cast) -> tuple[Any, Any, Any, Any]:
    """Two enterprises, and their applications of 2025: ours says less, theirs began later and got further."""
    keep, drop = _firms(cast)
    ours = application(keep, by=cast.clerk, unit=cast.science, remark="我方", on=FIRST)
    theirs = application(drop, by=cast.clerk, unit=cast.science, remark="他方", batch="第一批", on=SECOND)
    later = date(2025, 5, 5)
    actions.move(entry=theirs, stage="filed", happened_on=later, by=cast.clerk, at=AT, today=TODAY, note="受理单")
    return keep, drop, ours, theirs


@pytest.mark.parametrize(
    ("way", "remark", "batch", "moves"),
    [
        (Way.KEEP, "我方", "", [("seeded", "2025-03-03")]),
        (Way.DROP, "他方", "第一批", [("seeded", "2025-04-04"), ("filed", "2025-05-05")]),
        (Way.BOTH, "我方", "第一批", [("seeded", "2025-03-03"), ("filed", "2025-05-05")]),
    ],
)
def test_a_clash_is_decided_and_the_whole_taken_back(
    cast: Cast, clash: tuple[Any, Any, Any, Any], way: Way, remark: str, batch: str, moves: list[tuple[str, str]]
) -> None:
    keep, drop, ours, theirs = clash
    before = books()
    decision = Decision(way=way, values={"remark": Side.KEEP})
    made = _merge(keep, drop, cast.clerk, clashes={("high-tech", ours.pk, theirs.pk): decision})
    row = Application.objects.get()
    assert (row.pk, row.enterprise_id, row.remark, row.batch) == (ours.pk, keep.pk, remark, batch)
    standing = StageMove.objects.filter(withdrawn_at=None, register="high-tech").order_by("happened_on")
    assert [(m.stage, str(m.happened_on)) for m in standing] == moves
    assert row.stage == moves[-1][0]
    assert made.details["pairs"] == [["enterprise", keep.pk, drop.pk], ["high-tech", ours.pk, theirs.pk]]
    assert made.details["removed"] == {"高企申报": 1}
    told = {(c.register.name, c.kind): c.label for c in batches.changes(made, by=cast.clerk)}
    assert told["high-tech", "-"] == "青禾2号精密有限公司 2025年高企申报"
    kept = Application.history.filter(id=ours.pk, history_batch=made)
    assert (kept.count(), acts.of(row).first().verb) == (way is not Way.KEEP, "entry.merged")
    undoing = batches.undo(batch=made, by=cast.clerk, at=THEN, reason="不是同一家")
    assert books() == before
    batches.undo(batch=undoing, by=cast.clerk, at=THEN + timedelta(hours=1), reason="还是同一家")
    assert list(Application.objects.values_list("pk", "remark", "stage")) == [(ours.pk, remark, moves[-1][0])]


def test_by_default_the_fuller_row_counts_and_its_blanks_come_from_the_other(
    cast: Cast, clash: tuple[Any, Any, Any, Any]
) -> None:
    keep, drop, ours, theirs = clash
    actions.change(entry=ours, values={"planned_on": TODAY}, revision=1, by=cast.clerk, at=AT)
    actions.change(entry=ours, values={"remark": ""}, revision=2, by=cast.clerk, at=AT)
    pair, name = planned(keep=keep, drop=drop).clashes[0], str(theirs)
    assert fuller(pair=pair) == {"batch": Side.DROP, "planned_on": Side.KEEP, "remark": Side.DROP}
    _merge(keep, drop, cast.clerk)
    row = Application.objects.get()
    assert (row.pk, row.remark, row.batch, row.planned_on) == (ours.pk, "他方", "第一批", TODAY)
    notes = StageMove.objects.filter(withdrawn_at=None, entry_id=ours.pk, stage="filed").values_list("note", flat=True)
    assert list(notes) == ["受理单"]
    act = acts.of(row).first()
    assert (act.verb, act.note) == ("entry.merged", f"并入“{name}”:同一企业")


def test_what_was_said_and_proved_on_a_row_stays_with_the_kept_one(
    cast: Cast, clash: tuple[Any, Any, Any, Any]
) -> None:
    keep, drop, ours, theirs = clash
    for row, text in ((keep, "一"), (drop, "二"), (ours, "三"), (theirs, "四")):
        actions.comment(entry=row, text=text, by=cast.supervisor, at=AT)
    evidence.attach(thing=theirs, part="receipt", name="a.pdf", data=PDF, by=cast.clerk, at=AT)
    before = books()
    decision = {("high-tech", ours.pk, theirs.pk): Decision(way=Way.KEEP)}
    made = _merge(keep, drop, cast.clerk, clashes=decision)
    ours.refresh_from_db()
    assert [act.note for act in merged.said(entry=keep)] == ["一", "二"]
    assert [act.note for act in merged.said(entry=ours)] == ["三", "四"]
    assert [(f.subject_kind, f.subject_id) for f in Evidence.objects.all()] == [("high-tech", ours.pk)]
    assert (ours.receipt, made.details["files"]) == ("evidenced", 1)
    assert merged.went_into(register=Application.register, pk=theirs.pk) == (ours.pk, made)
    assert merged.went_into(register=Application.register, pk=ours.pk) is None
    batches.undo(batch=made, by=cast.clerk, at=THEN, reason="错")
    assert books() == before
    assert merged.went_into(register=Application.register, pk=theirs.pk) is None


def test_a_row_merged_twice_is_followed_to_the_last(cast: Cast) -> None:
    a, b, c = (enterprise(by=cast.clerk, unit=cast.science, number=n) for n in (1, 2, 3))
    for row in (a, b, c):
        actions.comment(entry=row, text=row.name, by=cast.supervisor, at=AT)
    _merge(b, c, cast.clerk)
    last = _merge(a, b, cast.clerk, at=LATER + timedelta(minutes=1))
    assert merged.taken_in(entry=a) == [b.pk, c.pk]
    assert [act.note for act in merged.said(entry=a)] == [a.name, b.name, c.name]
    assert merged.went_into(register=Enterprise.register, pk=c.pk)[0] == a.pk  # type: ignore[index]
    batches.undo(batch=last, by=cast.clerk, at=THEN, reason="错")
    assert (merged.taken_in(entry=a), merged.taken_in(entry=b)) == ([], [c.pk])
    actions.remove(entry=Enterprise.objects.get(pk=b.pk), by=cast.clerk, at=THEN, reason="误登")
    assert merged.went_into(register=Enterprise.register, pk=b.pk) is None


def test_rows_that_hang_on_clashing_rows_move_or_clash_in_their_turn(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No register is like that today: two rights of one name, each with a conversion of the same year and name."""
    plain = references._uniques
    of_rights = [[IntellectualProperty._meta.get_field(name) for name in ("enterprise", "name")]]
    monkeypatch.setattr(
        references,
        "_uniques",
        lambda model, fields: of_rights if model is IntellectualProperty else plain(model, fields),
    )
    keep, drop = _firms(cast)
    third = enterprise(by=cast.clerk, unit=cast.science, number=3)

    def right(firm: Any, number: str) -> Any:
        values = {"enterprise": firm, "number": number, "name": "阀", "kind": "invention", "unit": cast.science}
        return actions.create(register=IntellectualProperty.register, values=values, by=cast.clerk, at=AT, today=TODAY)

    def conversion(firm: Any, of: Any, **more: Any) -> Any:
        values = {"enterprise": firm, "year": 2024, "name": "新阀", "right": of, "unit": cast.science, **more}
        return actions.create(register=Conversion.register, values=values, by=cast.clerk, at=AT, today=TODAY)

    rights = right(keep, "1"), right(drop, "2")
    made = conversion(keep, rights[0]), conversion(drop, rights[1]), conversion(third, rights[1])
    before = books()
    plan = planned(keep=keep, drop=drop)
    assert sorted((pair.key, pair.depth, pair.asks) for pair in plan.pairs) == [
        (("conversion", made[0].pk, made[1].pk), 1, False),
        (("enterprise", keep.pk, drop.pk), 0, True),
        (("intellectual-property", rights[0].pk, rights[1].pk), 1, True),
    ]
    assert {name: [row.pk for row in rows] for name, rows in plan.moved.items()} == {"conversion": [made[2].pk]}
    batch = _merge(keep, drop, cast.clerk)
    rows = Conversion.objects.order_by("pk").values_list("pk", "enterprise_id", "right_id")
    assert list(rows) == [(made[0].pk, keep.pk, rights[0].pk), (made[2].pk, third.pk, rights[0].pk)]
    assert IntellectualProperty.objects.get().number == "1"
    batches.undo(batch=batch, by=cast.clerk, at=THEN, reason="错")
    assert books() == before


def test_a_clash_that_nobody_looked_at_is_refused_and_so_is_one_that_changed(
    cast: Cast, clash: tuple[Any, Any, Any, Any]
) -> None:
    keep, drop, ours, theirs = clash
    before = state()
    with pytest.raises(Stale) as caught:
        _merge(keep, drop, cast.clerk, clashes={})
    assert caught.value.cause == "您打开之后,“高企申报”里又有两条记录不能并存"
    assert state() == before
    seen = {("high-tech", ours.pk, theirs.pk): Decision(revisions=(ours.revision, theirs.revision))}
    actions.change(entry=ours, values={"remark": "新"}, revision=1, by=cast.supervisor, at=AT)
    before = state()
    with pytest.raises(Stale) as caught:
        _merge(keep, drop, cast.clerk, clashes=seen)
    assert "修改了“备注”" in caught.value.cause and str(cast.supervisor) in caught.value.cause
    assert state() == before


def test_a_clash_with_another_unit_s_row_is_for_the_supervision_office(cast: Cast) -> None:
    keep, drop = _firms(cast)
    application(keep, by=cast.trade_clerk, unit=cast.trade, remark="一")
    application(drop, by=cast.clerk, unit=cast.science, remark="二")
    before = state()
    with pytest.raises(Refusal) as caught:
        _merge(keep, drop, cast.clerk)
    assert (caught.value.code, "高企申报 1 行" in caught.value.cause) == ("merge.others", True)
    assert state() == before
    _merge(keep, drop, cast.supervisor)
    assert Application.objects.get().unit == cast.trade


def test_a_joined_row_that_does_not_fit_is_named(
    cast: Cast, clash: tuple[Any, Any, Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, drop, ours, _ = clash
    before = state()

    def clean(self: Any) -> None:
        if self.remark == "我方" and self.batch:
            from django.core.exceptions import ValidationError

            raise ValidationError({"batch": "与备注不符"})

    monkeypatch.setattr(Application, "clean", clean)
    seen = {("high-tech", ours.pk, clash[3].pk): Decision(values={"remark": Side.KEEP})}
    with pytest.raises(Refusal) as caught:
        _merge(keep, drop, cast.clerk, clashes=seen)
    assert caught.value.cause == f"高企申报“{ours}”合并后申报批次:与备注不符"
    assert caught.value.remedy == "请改选这些栏目,或整行取其中一方"
    assert state() == before


ROW = st.tuples(
    st.sampled_from([2023, 2024, 2025]),
    st.sampled_from(["", "甲", "乙"]),
    st.sampled_from(["", "第一批"]),
    st.sampled_from([[], ["diagnosed"], ["diagnosed", "filed"]]),
    st.booleans(),
    st.booleans(),
)
SIDE_OF_FIRM = st.lists(ROW, max_size=3, unique_by=lambda row: row[0])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ours=SIDE_OF_FIRM,
    theirs=SIDE_OF_FIRM,
    people=st.lists(st.sampled_from(["林青", "苏禾"]), max_size=2),
    way=st.sampled_from(list(Way)),
    side=st.sampled_from(list(Side)),
)
@example(
    ours=[(2024, "甲", "", ["diagnosed"], True, True)],
    theirs=[(2024, "乙", "第一批", ["diagnosed", "filed"], True, True), (2025, "", "", [], False, True)],
    people=["林青"],
    way=Way.BOTH,
    side=Side.DROP,
)
def test_undone_is_as_it_was_whatever_clashed(
    cast: Cast, ours: list[Any], theirs: list[Any], people: list[str], way: Way, side: Side
) -> None:
    with transaction.atomic():
        keep, drop = _firms(cast, address="青禾路18号")
        for firm, rows in ((keep, ours), (drop, theirs)):
            for year, remark, label, steps, has_file, is_told in rows:
                values = {"year": year, "remark": remark, "batch": label}
                made = application(firm, by=cast.clerk, unit=cast.science, on=date(2025, 3, 1 + year % 7), **values)
                for n, step in enumerate(steps):
                    on = date(2025, 4, 1 + n + firm.pk % 3)
                    actions.move(
                        entry=made, stage=step, happened_on=on, by=cast.clerk, at=AT, today=TODAY, note=f"文{n}"
                    )
                if has_file:
                    data = PDF + f"{firm.pk} {year}".encode()
                    evidence.attach(thing=made, part="receipt", name="a.pdf", data=data, by=cast.clerk, at=AT)
                if is_told:
                    actions.comment(entry=made, text=f"请核对{year}", by=cast.supervisor, at=AT)
            for name in dict.fromkeys(people):
                values = {"enterprise": firm, "name": name, "unit": cast.science}
                actions.create(register=Contact.register, values=values, by=cast.clerk, at=AT, today=TODAY)
        before = books()
        clashes = planned(keep=keep, drop=drop).clashes
        decided = {
            pair.key: Decision(way=way, values={"remark": side} if "remark" in pair.differing else {})
            for pair in clashes
        }
        batch = _merge(keep, drop, cast.clerk, values={"name": side, "credit_code": side}, clashes=decided)
        years = {row[0] for row in (*ours, *theirs)}
        assert sorted(Application.objects.filter(enterprise=keep).values_list("year", flat=True)) == sorted(years)
        assert Contact.objects.count() == len(set(people))
        after = books()
        undoing = batches.undo(batch=batch, by=cast.clerk, at=THEN, reason="错")
        assert books() == before
        batches.undo(batch=undoing, by=cast.clerk, at=THEN + timedelta(hours=1), reason="没错")
        assert books() == after
        transaction.set_rollback(True)
