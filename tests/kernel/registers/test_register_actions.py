"""Creating, changing, moving and taking back: each done and each refused, with nothing written when refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import application, enterprise, state, venture

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.ventures import Venture
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Forbidden, Refusal, Stale
from gongjian.kernel.people import acts
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.history import timeline

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

LATER = AT + timedelta(hours=2)


def test_a_new_entry_has_history_a_stage_move_and_an_act(cast: Cast) -> None:
    made = venture("云澜视觉检测", by=cast.clerk, unit=cast.science)
    assert (made.revision, made.stage, made.recorded_at) == (1, "scouted", AT)
    assert [(h.history_type, h.history_user, h.history_date) for h in made.history.all()] == [("+", cast.clerk, AT)]
    moves = [(m.stage, m.happened_on, m.recorded_at, m.recorded_by) for m in actions.moves_of(made)]
    assert moves == [("scouted", TODAY, AT, cast.clerk)]
    assert [act.verb for act in acts.of(made)] == ["entry.created"]


def test_a_unit_officers_entry_belongs_to_the_own_unit(cast: Cast) -> None:
    own = actions.create(register=Venture.register, values={"name": "甲"}, by=cast.clerk, at=AT, today=TODAY)
    nobodys = actions.create(register=Venture.register, values={"name": "乙"}, by=cast.supervisor, at=AT, today=TODAY)
    assert (own.unit, nobodys.unit) == (cast.science, None)


def test_units_below_are_the_own(cast: Cast) -> None:
    assert venture("甲", by=cast.clerk, unit=cast.park).unit == cast.park


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": "云澜视觉检测"}, "entry.duplicate"),
        ({"name": ""}, "entry.invalid"),
        ({"name": "乙", "stage": "没有"}, "entry.invalid"),
        ({"name": "乙", "notice": "verified"}, "entry.not_settable"),
        ({"name": "乙", "revision": 9}, "entry.not_settable"),
    ],
)
def test_a_new_entry_is_refused(cast: Cast, values: dict[str, Any], code: str) -> None:
    venture("云澜视觉检测", by=cast.clerk, unit=cast.science)
    before = state()
    with pytest.raises(Refusal) as caught:
        actions.create(register=Venture.register, values=values, by=cast.clerk, at=AT, today=TODAY)
    assert caught.value.code == code
    assert state() == before


def test_a_stage_in_the_future_is_refused_and_nothing_is_left(cast: Cast) -> None:
    before = state()
    with pytest.raises(Refusal) as caught:
        actions.create(
            register=Venture.register,
            values={"name": "甲"},
            by=cast.clerk,
            at=AT,
            today=TODAY,
            happened_on=date(2025, 7, 1),
        )
    assert caught.value.code == "entry.future"
    assert "2025-07-01" in caught.value.sentence
    assert state() == before


@pytest.mark.parametrize("role", ["leader", "viewer", "auditor", "administrator"])
def test_who_may_not_write_creates_changes_and_moves_nothing(cast: Cast, role: str) -> None:
    made = venture("甲", by=cast.supervisor, unit=cast.science)
    before = state()
    officer = cast.by_role[role]
    for act in _writes(made, officer):
        with pytest.raises(Forbidden):
            act()
    assert state() == before


def test_another_units_row_is_closed_to_a_unit_officer_by_every_act(cast: Cast) -> None:
    made = venture("甲", by=cast.supervisor, unit=cast.science)
    before = state()
    for act in _writes(made, cast.trade_clerk):
        with pytest.raises(Forbidden):
            act()
    assert state() == before


def test_a_row_without_a_unit_is_the_supervision_offices(cast: Cast) -> None:
    made = venture("甲", by=cast.supervisor, unit=None)
    with pytest.raises(Forbidden):
        actions.change(entry=made, values={"carrier": "孵化园"}, revision=1, by=cast.clerk, at=LATER)
    assert actions.change(entry=made, values={"carrier": "孵化园"}, revision=1, by=cast.supervisor, at=LATER)


def test_a_unit_officer_can_neither_take_nor_give_a_row_away(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    before = state()
    with pytest.raises(Forbidden):
        actions.change(entry=made, values={"unit": cast.trade}, revision=1, by=cast.clerk, at=LATER)
    with pytest.raises(Forbidden):
        actions.change(entry=made, values={"unit": cast.trade}, revision=1, by=cast.trade_clerk, at=LATER)
    with pytest.raises(Forbidden):
        actions.create(
            register=Venture.register, values={"name": "乙", "unit": cast.trade}, by=cast.clerk, at=AT, today=TODAY
        )
    assert state() == before


def test_a_change_writes_history_and_tells_what_changed(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    diff = actions.change(
        entry=made,
        values={"carrier": "孵化园", "settled_on": date(2025, 5, 6), "name": "甲"},
        revision=1,
        by=cast.clerk,
        at=LATER,
        reason="入驻",
    )
    assert diff == {"孵化载体": ("—", "孵化园"), "入驻日期": ("—", "2025-05-06")}
    assert (made.revision, made.carrier) == (2, "孵化园")
    newest = made.history.first()
    assert (newest.history_type, newest.history_date, newest.history_change_reason) == ("~", LATER, "入驻")
    event = timeline(entry=made, by=cast.viewer)[0]
    assert (event.title, event.by, event.note) == ("修改台账记录", cast.clerk, "入驻")
    assert event.diff == [("孵化载体", "—", "孵化园"), ("入驻日期", "—", "2025-05-06")]


def test_acts_of_one_moment_are_all_told(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    actions.change(entry=made, values={"carrier": "孵化园"}, revision=1, by=cast.clerk, at=AT)
    actions.move(entry=made, stage="settled", happened_on=TODAY, by=cast.clerk, at=AT, today=TODAY)
    events = timeline(entry=made, by=cast.viewer)
    assert [(event.title, event.diff) for event in events] == [
        ("推进阶段", [("阶段", "在谈", "入驻在孵")]),
        ("修改台账记录", [("孵化载体", "—", "孵化园")]),
        ("新增台账记录", []),
    ]


def test_saving_the_same_values_changes_nothing(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    before = state()
    assert actions.change(entry=made, values={"name": "甲", "carrier": ""}, revision=1, by=cast.clerk, at=LATER) == {}
    assert state() == before


def test_history_times_of_a_row_strictly_increase(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    for revision, carrier in enumerate(("一", "二", "三"), start=1):
        actions.change(entry=made, values={"carrier": carrier}, revision=revision, by=cast.clerk, at=AT)
    times = list(made.history.order_by("history_id").values_list("history_date", flat=True))
    assert times == [AT + timedelta(microseconds=n) for n in range(4)]


def test_a_change_is_told_once_when_the_clock_went_back(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    for revision, at in ((1, LATER), (2, LATER - timedelta(hours=1))):
        actions.change(entry=made, values={"remark": f"{revision}"}, revision=revision, by=cast.clerk, at=at)
    told = [(event.at, event.revision, event.diff) for event in timeline(entry=made, by=cast.clerk)]
    assert told == [
        (LATER + timedelta(microseconds=1), 3, [("备注", "1", "2")]),
        (LATER, 2, [("备注", "—", "1")]),
        (AT, 1, []),
    ]


def test_an_older_form_is_stale_and_hears_who_changed_what(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    actions.change(entry=made, values={"carrier": "孵化园"}, revision=1, by=cast.supervisor, at=LATER)
    before = state()
    with pytest.raises(Stale) as caught:
        actions.change(entry=made, values={"remark": "晚到"}, revision=1, by=cast.clerk, at=LATER)
    assert caught.value.cause == "这条记录在您打开之后,陶知行于 06-30 18:00 修改了“孵化载体”"
    assert state() == before


@pytest.mark.parametrize("name", ["stage", "notice"])
def test_stage_and_evidence_are_not_changed_by_a_form(cast: Cast, name: str) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    before = state()
    with pytest.raises(Refusal) as caught:
        actions.change(entry=made, values={name: "recognised"}, revision=1, by=cast.clerk, at=LATER)
    assert caught.value.code == "entry.not_settable"
    assert state() == before


def test_a_change_to_anothers_key_is_refused(cast: Cast) -> None:
    venture("甲", by=cast.clerk, unit=cast.science)
    made = venture("乙", by=cast.clerk, unit=cast.science)
    before = state()
    with pytest.raises(Refusal) as caught:
        actions.change(entry=made, values={"name": "甲"}, revision=1, by=cast.clerk, at=LATER)
    assert caught.value.sentence == "项目名称相同的记录已经存在于“科创项目”。请打开已有记录修改,不要重复登记。"
    assert state() == before


def test_the_stage_is_the_latest_by_day_whatever_was_typed_last(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science, on=date(2025, 1, 6))
    _move(made, "filed", date(2025, 6, 12), cast)
    assert made.stage == "filed"
    _move(made, "diagnosed", date(2025, 3, 4), cast)
    assert made.stage == "filed"
    assert [(m.stage, m.happened_on.isoformat()) for m in actions.moves_of(made)] == [
        ("seeded", "2025-01-06"),
        ("diagnosed", "2025-03-04"),
        ("filed", "2025-06-12"),
    ]


def test_of_two_moves_on_one_day_the_later_typed_stands(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science, on=date(2025, 6, 12))
    actions.move(entry=made, stage="已申报", happened_on=date(2025, 6, 12), by=cast.clerk, at=LATER, today=TODAY)
    assert made.stage == "filed"


def test_a_withdrawn_move_gives_the_stage_back(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science, on=date(2025, 1, 6))
    moved = _move(made, "filed", date(2025, 6, 12), cast)
    actions.withdraw_move(moved=moved, by=cast.clerk, at=LATER, reason="回执作废")
    made.refresh_from_db()
    just_after = LATER + timedelta(microseconds=1)  # at one moment the move is known before it is taken back
    assert (made.stage, moved.withdrawn_at, moved.withdrawn_by) == ("seeded", just_after, cast.clerk)
    assert acts.of(made).first().note == "已申报(2025-06-12):回执作废"
    before = state()
    with pytest.raises(Refusal) as caught:
        actions.withdraw_move(moved=moved, by=cast.clerk, at=LATER, reason="再次")
    assert caught.value.code == "entry.move_withdrawn"
    assert state() == before


@pytest.mark.parametrize(
    ("stage", "on", "code"),
    [
        ("filed", date(2025, 7, 1), "entry.future"),
        ("没有这一步", date(2025, 6, 1), "entry.stage_unknown"),
        ("seeded", date(2025, 1, 6), "entry.move_twice"),
    ],
)
def test_a_move_is_refused(cast: Cast, stage: str, on: date, code: str) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science, on=date(2025, 1, 6))
    before = state()
    with pytest.raises(Refusal) as caught:
        _move(made, stage, on, cast)
    assert caught.value.code == code
    assert state() == before


def test_withdrawing_needs_a_reason(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    before = state()
    with pytest.raises(Refusal) as caught:
        actions.withdraw_move(moved=actions.moves_of(made).get(), by=cast.clerk, at=LATER, reason="  ")
    assert caught.value.code == "entry.reason_required"
    assert state() == before


def test_a_register_without_stages_refuses_a_move(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    with pytest.raises(Refusal) as caught:
        _move(firm, "filed", TODAY, cast)
    assert caught.value.code == "entry.stage_unknown"


def test_a_hidden_number_is_not_written_into_the_log(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")
    diff = actions.change(entry=firm, values={"phone": "13911115678"}, revision=1, by=cast.clerk, at=LATER)
    assert diff == {"联系电话": ("13900001234", "13911115678")}
    assert acts.of(firm).first().changes == {"联系电话": ["139****1234", "139****5678"]}
    told = {officer: timeline(entry=firm, by=officer)[0].diff for officer in (cast.clerk, cast.trade_clerk)}
    assert told == {
        cast.clerk: [("联系电话", "13900001234", "13911115678")],
        cast.trade_clerk: [("联系电话", "139****1234", "139****5678")],
    }


def test_a_wrong_check_digit_warns_and_blocks_nothing(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, credit_code="91320800MA00000010")
    assert Enterprise.objects.get() == firm
    assert firm.warnings()[0].startswith("统一社会信用代码91320800MA00000010的校验码应为")


def _writes(entry: Any, officer: Any) -> list[Any]:
    first = actions.moves_of(entry).first()
    return [
        lambda: actions.create(
            register=Venture.register, values={"name": "新", "unit": entry.unit}, by=officer, at=AT, today=TODAY
        ),
        lambda: actions.change(entry=entry, values={"carrier": "改"}, revision=1, by=officer, at=LATER),
        lambda: actions.move(entry=entry, stage="settled", happened_on=TODAY, by=officer, at=LATER, today=TODAY),
        lambda: actions.withdraw_move(moved=first, by=officer, at=LATER, reason="错"),
    ]


def _move(entry: Any, stage: str, on: date, cast: Cast) -> Any:
    return actions.move(entry=entry, stage=stage, happened_on=on, by=cast.clerk, at=LATER, today=TODAY)


def test_application_prints_with_its_year(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made: Application = application(firm, by=cast.clerk, unit=cast.science)
    assert str(made) == "青禾1号精密有限公司 2025年高企申报"
