"""Two rows become one: values as chosen, references, stages and evidence moved, one batch that is undone as a whole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import PDF, application, enterprise, state, venture

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.ventures import Venture
from gongjian.ground.contacts import Contact
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.people import Person
from gongjian.kernel.errors import Forbidden, Refusal, Stale
from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.people import acts
from gongjian.kernel.registers import access, actions, batches, merging
from gongjian.kernel.registers.declare import extend
from gongjian.kernel.registers.merging import Side, merge
from gongjian.kernel.registers.models import Batch, StageMove

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

LATER = AT + timedelta(hours=2)
THEN = AT + timedelta(hours=3)


def _rows(*models: Any) -> dict[str, list[dict[str, Any]]]:
    """All rows without their revisions."""
    return {
        model.__name__: [
            {k: v for k, v in row.items() if k != "revision"} for row in model.objects.order_by("pk").values()
        ]
        for model in models
    }


def _standing() -> list[tuple[str, int, str, date]]:
    moves = StageMove.objects.filter(withdrawn_at=None).order_by("register", "entry_id", "happened_on", "id")
    return list(moves.values_list("register", "entry_id", "stage", "happened_on"))


def _proofs() -> list[tuple[str, int, str]]:
    return list(Evidence.objects.order_by("pk").values_list("subject_kind", "subject_id", "name"))


def _merge(keep: Any, drop: Any, by: Any, **more: Any) -> Batch:
    given = {"values": {}, "revisions": (keep.revision, drop.revision), "at": LATER, "reason": "同一企业", **more}
    return merge(keep=keep, drop=drop, by=by, **given)


def _contact(cast: Cast, firm: Any, name: str, **values: Any) -> Any:
    fields = {"enterprise": firm, "name": name, "unit": cast.science, **values}
    return actions.create(register=Contact.register, values=fields, by=cast.clerk, at=AT, today=TODAY)


def test_values_are_chosen_and_references_move(cast: Cast) -> None:
    keep = enterprise(by=cast.clerk, unit=cast.science, number=1, name="青禾机械厂", phone="13900001234", park="东园")
    drop = enterprise(
        by=cast.clerk, unit=cast.science, number=2, name="青禾精密有限公司", phone="13811112222",
        former_names="青禾五金厂", address="青禾路18号", established_on=date(2020, 3, 1),
    )  # fmt: skip
    made = application(drop, by=cast.clerk, unit=cast.science)
    person = _contact(cast, drop, "林青")
    values = {"name": Side.DROP, "credit_code": Side.DROP, "address": Side.DROP, "phone": Side.KEEP, "park": "西园"}
    batch = _merge(keep, drop, cast.clerk, values=values)
    assert Enterprise.objects.count() == 1
    keep.refresh_from_db()
    assert (keep.credit_code, keep.name, keep.former_names) == (
        "91320800MA0000002A",
        "青禾精密有限公司",
        "青禾五金厂\n青禾机械厂",
    )
    assert (keep.phone, keep.address, keep.park, keep.established_on) == ("13900001234", "青禾路18号", "西园", None)
    assert keep.revision == 2
    made.refresh_from_db()
    person.refresh_from_db()
    assert (made.enterprise_id, made.revision, person.enterprise_id) == (keep.pk, 2, keep.pk)
    assert (batch.kind, batch.state, batch.changed, batch.reason) == ("merge", "done", 4, "同一企业")
    assert batch.details == {
        "title": f"第{drop.pk}号“青禾精密有限公司”并入第{keep.pk}号“青禾机械厂”",
        "keep": keep.pk,
        "drop": drop.pk,
        "pairs": [["enterprise", keep.pk, drop.pk]],
        "moved": {"企业联系人": 1, "高企申报": 1},
        "removed": {},
        "files": 0,
    }
    found = batches.changes(batch, by=cast.clerk)
    assert [(c.register.name, c.entry_pk, c.kind) for c in found[:2]] == [
        ("enterprise", drop.pk, "-"),
        ("enterprise", keep.pk, "~"),
    ]
    assert sorted((c.register.name, c.kind, c.diff["企业"]) for c in found[2:]) == [
        ("contact", "~", (f"青禾精密有限公司(第{drop.pk}号)", "青禾精密有限公司")),
        ("high-tech", "~", (f"青禾精密有限公司(第{drop.pk}号)", "青禾精密有限公司")),
    ]
    act = acts.of(keep).first()
    assert (act.verb, act.note) == ("entry.merged", "并入“青禾精密有限公司”:同一企业")
    assert act.changes["企业名称"] == ["青禾机械厂", "青禾精密有限公司"]


def test_undoing_brings_back_both_rows_and_everything_that_pointed_at_them(cast: Cast) -> None:
    keep = enterprise(by=cast.clerk, unit=cast.science, number=1, name="青禾机械厂")
    drop = enterprise(by=cast.clerk, unit=cast.science, number=2, name="青禾精密有限公司", phone="13811112222")
    application(keep, by=cast.clerk, unit=cast.science, year=2024, on=date(2024, 3, 1))
    application(drop, by=cast.clerk, unit=cast.science, stage="filed", on=date(2025, 6, 12))
    _contact(cast, keep, "林青", phone="1")
    twin = _contact(cast, drop, "林青", phone="1")
    before, moves = _rows(Enterprise, Application, Contact), _standing()
    batch = _merge(keep, drop, cast.clerk, values={"credit_code": Side.DROP, "name": Side.DROP, "phone": Side.DROP})
    assert not Contact.objects.filter(pk=twin.pk).exists()
    assert batch.details["removed"] == {"企业联系人": 1}
    batches.undo(batch=batch, by=cast.clerk, at=THEN, reason="不是同一家")
    assert (_rows(Enterprise, Application, Contact), _standing()) == (before, moves)
    assert batch.state == "undone"


def test_stages_and_evidence_go_along_and_come_back(cast: Cast) -> None:
    keep = venture("甲", by=cast.clerk, unit=cast.science)
    values = {"name": "甲项目", "unit": cast.science}
    on = date(2025, 6, 1)
    drop = actions.create(register=Venture.register, values=values, by=cast.clerk, at=AT, today=TODAY, happened_on=on)
    stages = [stage.key for stage in Venture.register.stages]
    actions.move(
        entry=drop, stage=stages[1], happened_on=date(2025, 6, 20), by=cast.clerk, at=AT, today=TODAY, note="文1"
    )
    part = Venture.register.evidence[0].name
    evidence.attach(thing=drop, part=part, name="a.pdf", data=PDF, by=cast.clerk, at=AT)
    evidence.verify(evidence=Evidence.objects.get(), by=cast.supervisor, at=AT)
    drop.refresh_from_db()
    before, moves, proofs = _rows(Venture), _standing(), _proofs()
    batch = _merge(keep, drop, cast.clerk, values={"stage": Side.DROP})
    keep.refresh_from_db()
    assert (keep.stage, getattr(keep, part)) == (stages[1], "verified")
    assert _proofs() == [("venture", keep.pk, "a.pdf")]
    assert _standing() == [
        ("venture", keep.pk, stages[0], on),
        ("venture", keep.pk, stages[1], date(2025, 6, 20)),
    ]
    assert StageMove.objects.get(entry_id=keep.pk, stage=stages[1]).note == "文1"
    made = batches.undo(batch=batch, by=cast.clerk, at=THEN, reason="不是同一个")
    assert (_rows(Venture), _standing(), _proofs()) == (before, moves, proofs)
    batches.undo(batch=made, by=cast.clerk, at=THEN + timedelta(hours=1), reason="还是同一个")
    assert _proofs() == [("venture", keep.pk, "a.pdf")]
    assert list(Venture.objects.values_list("pk", "stage")) == [(keep.pk, stages[1])]


def test_of_a_stage_that_both_reached_the_chosen_row_s_day_counts(cast: Cast) -> None:
    stage = "stage"
    for side, day in ((Side.KEEP, date(2025, 6, 1)), (Side.DROP, date(2025, 6, 2))):
        both = []
        for n, on in (("1", date(2025, 6, 1)), ("2", date(2025, 6, 2))):
            values = {"name": f"{side.value}{n}", "unit": cast.science}
            both.append(
                actions.create(
                    register=Venture.register, values=values, by=cast.clerk, at=AT, today=TODAY, happened_on=on
                )
            )
        _merge(both[0], both[1], cast.clerk, values={stage: side})
        assert [move[3] for move in _standing() if move[1] == both[0].pk] == [day]
        assert [move for move in _standing() if move[1] == both[1].pk] == []


def test_evidence_that_came_later_stops_the_undoing(cast: Cast) -> None:
    keep, drop = (venture(name, by=cast.clerk, unit=cast.science) for name in ("甲", "乙"))
    part = Venture.register.evidence[0].name
    evidence.attach(thing=drop, part=part, name="a.pdf", data=PDF, by=cast.clerk, at=AT)
    drop.refresh_from_db()
    batch = _merge(keep, drop, cast.clerk)
    keep.refresh_from_db()
    evidence.attach(thing=keep, part=part, name="b.pdf", data=PDF + b"2", by=cast.clerk, at=THEN)
    before = (state(), _proofs())
    with pytest.raises(Refusal) as caught:
        batches.undo(batch=batch, by=cast.clerk, at=THEN, reason="错")
    assert caught.value.cause == "合并之后,保留的记录又上传或核实过佐证,没有撤销任何内容"
    assert (state(), _proofs()) == before


def test_rows_of_other_units_are_for_the_supervision_office(cast: Cast) -> None:
    keep, drop = (enterprise(by=cast.clerk, unit=cast.science, number=n) for n in (1, 2))
    application(drop, by=cast.trade_clerk, unit=cast.trade)
    before = state()
    with pytest.raises(Refusal) as caught:
        _merge(keep, drop, cast.clerk)
    assert caught.value.cause == "引用“并入”一方的还有其他单位的记录:高企申报 1 行"
    assert state() == before
    other = enterprise(by=cast.trade_clerk, unit=cast.trade, number=3)
    for pair in ((keep, other), (other, keep)):
        with pytest.raises(Forbidden):
            _merge(pair[0], pair[1], cast.clerk)
    _merge(keep, drop, cast.supervisor)
    assert Application.objects.get().enterprise_id == keep.pk


def test_who_changed_or_removed_a_row_meanwhile_is_told(cast: Cast) -> None:
    keep, drop, third = (enterprise(by=cast.clerk, unit=cast.science, number=n) for n in (1, 2, 3))
    actions.change(
        entry=Enterprise.objects.get(pk=drop.pk), values={"park": "东园"}, revision=1, by=cast.supervisor, at=AT
    )
    before = state()
    with pytest.raises(Stale) as caught:
        _merge(keep, drop, cast.clerk)
    assert caught.value.cause == f"“{drop}”在您打开之后,{cast.supervisor}于 06-30 16:00 修改了“所在园区”"
    assert state() == before
    actions.remove(entry=third, by=cast.supervisor, at=AT, reason="误登")
    gone = Enterprise(pk=Enterprise.history.get(history_type="-").id, revision=1)
    with pytest.raises(Stale) as caught:
        _merge(keep, gone, cast.clerk)
    assert caught.value.cause == f"“青禾3号精密有限公司”已由{cast.supervisor}于 06-30 16:00 删除或并入其他记录"


def test_what_does_not_fit_is_refused_and_nothing_changes(cast: Cast) -> None:
    keep, drop, third = (enterprise(by=cast.clerk, unit=cast.science, number=n) for n in (1, 2, 3))
    before = state()
    for change, code in (
        ({"reason": "  "}, "merge.reason"),
        ({"values": {"revision": 3}}, "entry.not_settable"),
        ({"values": {"name": ""}}, "entry.invalid"),
        ({"values": {"longitude": 500}}, "entry.invalid"),
        ({"values": {"credit_code": third.credit_code}}, "entry.duplicate"),
    ):
        with pytest.raises(Refusal) as caught:
            _merge(keep, drop, cast.clerk, **change)
        assert caught.value.code == code
        assert state() == before
    with pytest.raises(Refusal) as caught:
        _merge(keep, keep, cast.clerk)
    assert caught.value.code == "merge.two"
    for officer in (cast.leader, cast.viewer, cast.auditor, cast.administrator):
        with pytest.raises(Forbidden):
            _merge(keep, drop, officer)
    assert state() == before


def test_former_names_are_as_typed_when_they_are_typed(cast: Cast) -> None:
    keep = enterprise(by=cast.clerk, unit=cast.science, number=1, name="青禾精蜜有限公司")
    drop = enterprise(by=cast.clerk, unit=cast.science, number=2, name="青禾精密有限公司")
    assert merging.gathered(keep=keep, drop=drop, name=drop.name) == "青禾精蜜有限公司"
    _merge(keep, drop, cast.clerk, values={"name": Side.DROP, "former_names": ""})
    keep.refresh_from_db()
    assert (keep.name, keep.former_names) == ("青禾精密有限公司", "")


def test_the_log_hides_masked_numbers(cast: Cast) -> None:
    keep = enterprise(by=cast.clerk, unit=cast.science, number=1, phone="13900001234")
    drop = enterprise(by=cast.clerk, unit=cast.science, number=2, phone="13811112222")
    _merge(keep, drop, cast.clerk, values={"phone": Side.DROP})
    assert acts.of(keep).first().changes["联系电话"] == ["139****1234", "138****2222"]


def test_added_columns_are_chosen_like_any_other(cast: Cast) -> None:
    extend(register=Enterprise.register, columns=[{"name": "power", "label": "用电容量", "kind": "integer"}])
    try:
        keep = enterprise(by=cast.clerk, unit=cast.science, number=1, x_power=1)
        drop = enterprise(by=cast.clerk, unit=cast.science, number=2, x_power=2)
        batch = _merge(keep, drop, cast.clerk, values={"x_power": Side.DROP})
        assert Enterprise.objects.get().extra == {"power": 2}
        batches.undo(batch=batch, by=cast.clerk, at=THEN, reason="错")
        assert list(Enterprise.objects.order_by("pk").values_list("extra", flat=True)) == [{"power": 1}, {"power": 2}]
    finally:
        extend(register=Enterprise.register, columns=[])


def test_persons_are_merged_for_a_stated_purpose_only(cast: Cast) -> None:
    keep, drop = (
        actions.create(
            register=Person.register,
            values={"person_key": key, "name": "林青", "unit": cast.science},
            by=cast.clerk,
            at=AT,
            today=TODAY,
        )
        for key in ("甲1", "甲2")
    )
    with pytest.raises(access.NoPurpose):
        _merge(keep, drop, cast.clerk)
    assert Person.objects.count() == 2
    stated = access.state(register=Person.register, by=cast.clerk, text="清理重复人员", what="合并", at=AT)
    batch = _merge(keep, drop, cast.clerk, purpose=stated)
    assert batch.details["title"] == f"第{drop.pk}号并入第{keep.pk}号"


def test_an_employer_moves_with_its_people_whoever_keeps_them(cast: Cast) -> None:
    keep, drop = (enterprise(by=cast.clerk, unit=cast.science, number=n) for n in (1, 2))
    person = actions.create(
        register=Person.register,
        values={"person_key": "甲1", "name": "林青", "unit": cast.science, "employer": drop},
        by=cast.clerk,
        at=AT,
        today=TODAY,
    )
    batch = _merge(keep, drop, cast.clerk)
    person.refresh_from_db()
    assert (person.employer_id, person.revision, batch.details["moved"]) == (keep.pk, 2, {"人员": 1})
    assert Person.history.filter(history_batch=batch).count() == 1
