"""Taking sheets: every verdict, the two ways to find a row, stage dates, and that a refused sheet leaves no trace."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.kernel.people.cast import AT
from tests.kernel.registers.entries import application, enterprise, state, venture
from tests.kernel.registers.sheets import judged, sentences

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.ventures import Venture
from gongjian.drives.projects.starts import Start
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.monthly_figures import MonthlyFigure
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people import acts
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.registers.take import row_key

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

LATER = AT + timedelta(hours=2)


def test_new_changed_unchanged_and_refused(cast: Cast) -> None:
    venture("甲", by=cast.clerk, unit=cast.science)
    venture("乙", by=cast.clerk, unit=cast.science, carrier="孵化园")
    taking = judged(
        Venture.register,
        cast.clerk,
        {"name": "丙", "carrier": "加速器"},
        {"name": "甲", "carrier": "加速器"},
        {"name": "乙", "carrier": "孵化园"},
        {"name": "丁", "settled_on": "去年"},
        {"name": None, "carrier": "加速器"},
    )
    assert [row.verdict for row in taking.rows_of()] == ["new", "changed", "unchanged", "refused", "refused"]
    assert taking.counts() == {"new": 1, "changed": 1, "unchanged": 1, "refused": 2}
    assert taking.rows_of()[1].diff == {"孵化载体": ("—", "加速器")}
    assert sentences(taking) == [
        "第6行“入驻日期”列:“去年”不是日期。请按“2025-03-02”或“2025年3月2日”填写,年份写四位。",
        "第7行“项目名称”列:这一列用来识别记录,不能为空。请填写后重新导入。",
    ]


def test_judging_writes_nothing(cast: Cast) -> None:
    venture("甲", by=cast.clerk, unit=cast.science)
    before = state()
    judged(Venture.register, cast.clerk, {"name": "甲", "carrier": "加速器"}, {"name": "乙"})
    assert state() == before


def test_writing_leaves_history_moves_one_batch_and_one_act(cast: Cast) -> None:
    old = venture("甲", by=cast.clerk, unit=cast.science)
    taking = judged(
        Venture.register,
        cast.clerk,
        {"name": "乙", "stage": "市级认定", "on": "2025年5月6日"},
        {"name": "甲", "carrier": "加速器", "stage": "入驻在孵", "on": "2025-06-30"},
    )
    batch = taking.write(by=cast.clerk, at=LATER)
    assert (batch.created, batch.changed, batch.unchanged, batch.refused) == (1, 1, 0, 0)
    new = Venture.objects.get(name="乙")
    assert (new.stage, new.unit, new.recorded_at) == ("recognised", cast.science, LATER)
    assert [(h.history_type, h.history_user, h.history_date) for h in new.history.all()] == [("+", cast.clerk, LATER)]
    old.refresh_from_db()
    assert (old.carrier, old.stage, old.revision) == ("加速器", "settled", 2)
    assert [h.history_type for h in old.history.all()] == ["~", "+"]
    newest = old.history.first()
    assert (newest.carrier, newest.stage, newest.revision) == ("加速器", "settled", 2)
    moves = StageMove.objects.filter(recorded_at=LATER).order_by("happened_on")
    assert [(m.entry_id, m.stage, m.happened_on.isoformat()) for m in moves] == [
        (new.pk, "recognised", "2025-05-06"),
        (old.pk, "settled", "2025-06-30"),
    ]
    assert acts.of(batch).get().note == "科创项目:批量导入"


def test_the_second_row_of_one_entry_is_refused(cast: Cast) -> None:
    taking = judged(Venture.register, cast.clerk, {"name": "甲"}, {"name": "甲", "carrier": "加速器"})
    assert [row.verdict for row in taking.rows_of()] == ["new", "refused"]
    assert sentences(taking) == ["第4行:与第3行是同一条记录。请删除或合并其中一行。"]


def test_a_relation_is_found_by_code_or_name_and_an_unknown_one_refused(cast: Cast) -> None:
    one = enterprise(by=cast.clerk, unit=cast.science, number=1)
    two = enterprise(by=cast.clerk, unit=cast.science, number=2)
    taking = judged(
        Application.register,
        cast.clerk,
        {"enterprise": one.credit_code, "year": 2025},
        {"enterprise": two.name, "year": "2025年"},
        {"enterprise": "没有这一家", "year": 2025},
    )
    assert [row.verdict for row in taking.rows_of()] == ["new", "new", "refused"]
    assert [row.entry.enterprise for row in taking.rows_of()[:2]] == [one, two]
    assert sentences(taking) == [
        "第5行“企业”列:没有名为“没有这一家”的企业。请核对名称或代码,或选择随本次导入一并新建该企业。"
    ]


def test_a_name_of_two_enterprises_is_not_guessed(cast: Cast) -> None:
    enterprise(by=cast.clerk, unit=cast.science, number=1, name="岳明电子有限公司")
    two = enterprise(by=cast.clerk, unit=cast.science, number=2, name="岳明电子有限公司")
    taking = judged(
        Application.register,
        cast.clerk,
        {"enterprise": "岳明电子有限公司", "year": 2025},
        {"enterprise": f"岳明电子有限公司({two.credit_code})", "year": 2025},
    )
    assert [row.verdict for row in taking.rows_of()] == ["refused", "new"]
    assert taking.rows_of()[0].faults[0].code == "value.ambiguous"
    assert taking.rows_of()[0].faults[0].remedy == "请改填统一社会信用代码"
    assert taking.rows_of()[1].entry.enterprise == two


def test_codes_in_full_width_or_small_letters_are_the_same_code(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, credit_code="91320800MA0000001A")
    taking = judged(
        Enterprise.register,
        cast.clerk,
        {"credit_code": "９１３２０８００ma0000001a ", "name": firm.name},
    )
    assert [row.verdict for row in taking.rows_of()] == ["unchanged"]


def test_the_sheets_unit_is_converted(cast: Cast) -> None:
    taking = judged(
        Start.register,
        cast.supervisor,
        {"name": "甲", "total_investment": 1.2},
        {"name": "乙", "total_investment": "3000万元"},
        {"name": "丙", "total_investment": "三千"},
        units={"total_investment": "亿元"},
    )
    assert [row.verdict for row in taking.rows_of()] == ["new", "new", "refused"]
    assert [row.entry.total_investment for row in taking.rows_of()[:2]] == [Decimal(12000), Decimal(3000)]


def test_an_empty_cell_of_a_clerks_own_sheet_empties_nothing(cast: Cast) -> None:
    venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园", remark="重点")
    taking = judged(Venture.register, cast.clerk, {"name": "甲", "carrier": None, "remark": " ", "settled_on": "/"})
    assert [row.verdict for row in taking.rows_of()] == ["unchanged"]


def test_an_emptied_cell_of_an_exported_sheet_empties_the_value(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    taking = judged(Venture.register, cast.clerk, {"key": row_key(made), "name": "甲", "carrier": None})
    assert taking.rows_of()[0].diff == {"孵化载体": ("孵化园", "—")}


def test_an_exported_row_keeps_its_entry_when_its_name_is_changed(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    taking = judged(Venture.register, cast.clerk, {"key": row_key(made), "name": "甲(更名)"})
    assert taking.counts() == {"new": 0, "changed": 1, "unchanged": 0, "refused": 0}
    taking.write(by=cast.clerk, at=LATER)
    assert list(Venture.objects.values_list("pk", "name")) == [(made.pk, "甲(更名)")]


def test_rows_whose_keys_slipped_are_refused(cast: Cast) -> None:
    one = venture("甲", by=cast.clerk, unit=cast.science)
    two = venture("乙", by=cast.clerk, unit=cast.science)
    taking = judged(
        Venture.register, cast.clerk, {"key": row_key(two), "name": "甲"}, {"key": row_key(one), "name": "乙"}
    )
    assert [row.faults[0].code for row in taking.rows_of()] == ["take.row_key", "take.row_key"]


@pytest.mark.parametrize("key", ["venture/99/1", "project/1/1", "乱写", "venture/1"])
def test_a_key_that_names_nothing_is_refused(cast: Cast, key: str) -> None:
    taking = judged(Venture.register, cast.clerk, {"key": key, "name": "甲"})
    assert [row.faults[0].code for row in taking.rows_of()] == ["take.row_key"]


def test_what_others_changed_since_the_export_is_neither_lost_nor_overwritten(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园", remark="旧")
    key = row_key(made)
    actions.change(entry=made, values={"carrier": "加速器"}, revision=1, by=cast.supervisor, at=LATER)
    untouched = {"key": key, "name": "甲", "carrier": "孵化园", "remark": "新"}
    taking = judged(Venture.register, cast.clerk, untouched)
    assert taking.rows_of()[0].diff == {"备注": ("旧", "新")}
    clash = {"key": key, "name": "甲", "carrier": "园区三期", "remark": "旧"}
    taking = judged(Venture.register, cast.clerk, clash)
    assert sentences(taking) == [
        "第3行“孵化载体”列:这条记录在您打开之后,陶知行于 06-30 18:00 修改了“孵化载体”,与表中的修改冲突。"
        "请重新导出后再改。"
    ]


def test_an_earlier_stage_in_a_sheet_is_recorded_and_moves_nothing(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science, stage="filed", on=date(2025, 6, 12))
    row = {"enterprise": firm.credit_code, "year": 2025, "stage": "问诊完成", "on": "2025-03-04"}
    taking = judged(Application.register, cast.clerk, row)
    assert taking.rows_of()[0].diff == {"阶段": ("已申报", "已申报(补记 2025-03-04 问诊完成)")}
    taking.write(by=cast.clerk, at=LATER)
    made.refresh_from_db()
    assert made.stage == "filed"
    assert [m.stage for m in actions.moves_of(made)] == ["diagnosed", "filed"]
    assert judged(Application.register, cast.clerk, row).rows_of()[0].verdict == "unchanged"


def test_another_date_for_the_same_stage_takes_the_old_move_back(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science, stage="filed", on=date(2025, 6, 12))
    row = {"enterprise": firm.credit_code, "year": 2025, "stage": "已申报", "on": date(2025, 6, 10)}
    taking = judged(Application.register, cast.clerk, row)
    assert taking.rows_of()[0].diff == {"阶段日期": ("2025-06-12", "2025-06-10")}
    taking.write(by=cast.clerk, at=LATER)
    assert [(m.happened_on.day, m.withdrawn_at) for m in actions.moves_of(made)] == [(10, None), (12, LATER)]
    made.refresh_from_db()
    assert made.stage == "filed"


def test_without_a_date_a_new_stage_is_todays_and_the_same_stage_says_nothing(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    application(firm, by=cast.clerk, unit=cast.science, stage="diagnosed", on=date(2025, 3, 4))
    row = {"enterprise": firm.credit_code, "year": 2025}
    assert judged(Application.register, cast.clerk, {**row, "stage": "问诊完成"}).rows_of()[0].verdict == "unchanged"
    taking = judged(Application.register, cast.clerk, {**row, "stage": "已申报"})
    assert taking.rows_of()[0].diff == {"阶段": ("问诊完成", "已申报(2025-06-30)")}


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            {"stage": "已备案"},
            "第3行“阶段”列:没有“已备案”这一阶段。可选阶段:在谈、入驻在孵、已报市级、市级认定、退出。",
        ),
        (
            {"stage": "在谈", "on": "2025-07-01"},
            "第3行“阶段日期”列:2025-07-01 晚于今天 2025-06-30。请填写已经发生的日期。",
        ),
        (
            {"stage": "在谈", "on": "上周"},
            "第3行“阶段日期”列:“上周”不是日期。请按“2025-03-02”或“2025年3月2日”填写,年份写四位。",
        ),
        ({"carrier": "园" * 61}, "第3行“孵化载体”列:内容有61个字,超过60个字的上限。请精简后重新提交。"),
    ],
)
def test_a_row_is_refused_with_its_place(cast: Cast, cells: dict[str, Any], sentence: str) -> None:
    assert sentences(judged(Venture.register, cast.clerk, {"name": "甲", **cells})) == [sentence]


def test_rows_of_other_units_are_refused_new_changed_or_taken(cast: Cast) -> None:
    own = venture("甲", by=cast.clerk, unit=cast.science)
    before = state()
    taking = judged(
        Venture.register,
        cast.trade_clerk,
        {"name": "甲", "carrier": "加速器"},
        {"key": row_key(own), "name": "甲", "unit": "商务促进局"},
        {"name": "乙", "unit": "科技创新局"},
    )
    assert [row.verdict for row in taking.rows_of()] == ["refused"] * 3
    assert {fault.code for row in taking.rows_of() for fault in row.faults} == {"policy.forbidden"}
    taking.write(by=cast.trade_clerk, at=LATER)
    after = state()
    assert {k: after[k] for k in ("Venture", "Venture history", "moves")} == {
        k: before[k] for k in ("Venture", "Venture history", "moves")
    }


@pytest.mark.parametrize("phone", ["13900001234", "13900000000", "139****1234"])
@pytest.mark.parametrize("is_exported", [True, False])
def test_a_guess_at_what_another_units_row_holds_is_never_confirmed(cast: Cast, phone: str, is_exported: bool) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")
    cells = {"credit_code": firm.credit_code, "name": firm.name, "phone": phone}
    cells |= {"key": row_key(firm)} if is_exported else {}
    before = state()
    taking = judged(Enterprise.register, cast.trade_clerk, cells)
    assert sentences(taking) == ["第3行:该记录不属于您的单位。请由所属单位登记,或请督查室导入。"]
    assert taking.counts() == {"new": 0, "changed": 0, "unchanged": 0, "refused": 1}
    assert state() == before


def test_a_row_changed_since_its_export_tells_another_unit_nothing(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")
    key = row_key(firm)
    actions.change(entry=firm, values={"phone": "13900005678"}, revision=1, by=cast.clerk, at=LATER)
    for phone in ("13900001234", "13900005678", "13900009999"):
        cells = {"key": key, "credit_code": firm.credit_code, "phone": phone}
        taking = judged(Enterprise.register, cast.trade_clerk, cells)
        assert sentences(taking) == ["第3行:该记录不属于您的单位。请由所属单位登记,或请督查室导入。"]


@pytest.mark.parametrize("role", ["leader", "viewer", "auditor", "administrator"])
def test_who_may_not_import(cast: Cast, role: str) -> None:
    officer = cast.by_role[role]
    with pytest.raises(Forbidden):
        judged(Venture.register, officer, {"name": "甲"})
    taking = judged(Venture.register, cast.clerk, {"name": "甲"})
    before = state()
    with pytest.raises(Forbidden):
        taking.write(by=officer, at=LATER)
    assert state() == before


def test_what_one_officer_judged_another_does_not_write(cast: Cast) -> None:
    taking = judged(Venture.register, cast.supervisor, {"name": "甲", "unit": "科技创新局"})
    before = state()
    with pytest.raises(Refusal) as caught:
        taking.write(by=cast.trade_clerk, at=LATER)
    assert caught.value.code == "take.other_officer"
    assert state() == before


def test_a_row_changed_between_judging_and_writing_stops_everything(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    taking = judged(Venture.register, cast.clerk, {"name": "乙"}, {"name": "甲", "carrier": "加速器"})
    actions.change(entry=made, values={"remark": "他人"}, revision=1, by=cast.supervisor, at=LATER)
    before = state()
    with pytest.raises(Refusal) as caught:
        taking.write(by=cast.clerk, at=LATER)
    assert caught.value.sentence == "第4行对应的记录刚刚被他人修改。请重新预览后再导入,本次没有写入任何内容。"
    assert state() == before


def test_an_entry_made_by_somebody_meanwhile_stops_everything(cast: Cast) -> None:
    taking = judged(Venture.register, cast.clerk, {"name": "甲"}, {"name": "乙"})
    venture("乙", by=cast.supervisor, unit=cast.science)
    before = state()
    with pytest.raises(Refusal) as caught:
        taking.write(by=cast.clerk, at=LATER)
    assert caught.value.code == "take.stale"
    assert state() == before


def test_a_wrong_check_digit_is_a_warning_of_the_preview(cast: Cast) -> None:
    taking = judged(Enterprise.register, cast.clerk, {"credit_code": "91320800MA00000010", "name": "甲"})
    assert taking.rows_of()[0].verdict == "new"
    assert "校验码" in taking.rows_of()[0].warnings[0]


def test_two_thousand_rows_take_few_queries(cast: Cast) -> None:
    rows = [{"credit_code": f"91320800MA{n:07d}A", "name": f"第{n}家", "unit": "科技创新局"} for n in range(2000)]
    with CaptureQueriesContext(connection) as judging:
        taking = judged(Enterprise.register, cast.supervisor, *rows)
    assert len(judging) <= 10
    with CaptureQueriesContext(connection) as written:
        taking.write(by=cast.supervisor, at=AT)
    assert len(written) <= 20
    assert (Enterprise.objects.count(), Enterprise.history.count()) == (2000, 2000)
    changed = [{**row, "staff": n} for n, row in enumerate(rows)]
    with CaptureQueriesContext(connection) as judging:
        taking = judged(Enterprise.register, cast.supervisor, *changed)
    assert len(judging) <= 10
    assert taking.counts() == {"new": 0, "changed": 2000, "unchanged": 0, "refused": 0}
    with CaptureQueriesContext(connection) as written:
        taking.write(by=cast.supervisor, at=LATER)
    assert len(written) <= 20
    assert Enterprise.objects.get(name="第7家").staff == 7
    assert Batch.objects.count() == 2


def test_a_batch_given_is_written_into_and_told_how_far_it_is(cast: Cast) -> None:
    venture("甲", by=cast.clerk, unit=cast.science)
    batch = Batch.objects.create(register="venture", by=cast.clerk, at=AT, state="judged", reason="季度核对")
    told: list[tuple[int, int]] = []
    rows = [{"name": "甲", "carrier": "加速器"}, {"name": "乙", "carrier": ""}]
    taking = judged(Venture.register, cast.clerk, *rows, progress=lambda done, total: told.append((done, total)))
    assert (told[-1], sorted(told)) == ((2, 2), told)
    told.clear()
    written = taking.write(by=cast.clerk, at=LATER, batch=batch, progress=lambda *far: told.append(far))
    assert told == [(0, 2), (1, 2), (2, 2)]
    batch.refresh_from_db()
    assert (written.pk, batch.state, batch.finished_at, batch.reason) == (batch.pk, "done", LATER, "季度核对")
    assert set(Venture.history.filter(history_batch=batch).values_list("name", flat=True)) == {"甲", "乙"}


def test_a_given_batch_that_is_refused_stays_in_writing_for_its_owner(cast: Cast) -> None:
    batch = Batch.objects.create(register="venture", by=cast.clerk, at=AT, state="judged")
    taking = judged(Venture.register, cast.clerk, {"name": "甲"})
    venture("甲", by=cast.supervisor, unit=cast.science)
    with pytest.raises(Refusal):
        taking.write(by=cast.clerk, at=LATER, batch=batch)
    batch.refresh_from_db()
    assert (batch.state, batch.created, Venture.objects.count()) == ("writing", 0, 1)


def test_equal_digests_are_equal_previews(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    rows = [{"name": "甲", "carrier": "加速器"}, {"name": "乙", "settled_on": "2025-03-02"}, {"name": "丙", "on": 1}]
    first = judged(Venture.register, cast.clerk, *rows).digest
    assert judged(Venture.register, cast.clerk, *rows).digest == first
    assert judged(Venture.register, cast.clerk, *rows[:2]).digest != first
    assert (
        judged(Venture.register, cast.clerk, rows[0], {"name": "乙", "settled_on": "2025-03-03"}, rows[2]).digest
        != first
    )
    actions.change(entry=made, values={"remark": "他人"}, revision=1, by=cast.supervisor, at=LATER)
    assert judged(Venture.register, cast.clerk, *rows).digest != first


def test_the_entrys_own_rules_hold_for_new_and_changed_rows(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    row = {"enterprise": firm.credit_code, "month": "2025-03-01", "tax_paid": 3, "invoice_sales": 2}
    taking = judged(MonthlyFigure.register, cast.clerk, row, {**row, "month": "2025-04-15"})
    assert sentences(taking) == [
        "第4行“所属月份”列:“2025-04-15”是某一天,这一栏只填到月。确为这个月的,请写成“2025年4月”。"
    ]
    assert taking.rows_of("new")[0].warnings == ["入库税金超过开票销售,请核对单位是否填错。"]
    taking.write(by=cast.clerk, at=LATER)
    key = row_key(MonthlyFigure.objects.get())
    taking = judged(MonthlyFigure.register, cast.clerk, {**row, "key": key, "month": "2025-03-02"})
    assert [row.verdict for row in taking.rows_of()] == ["refused"]


def test_an_exported_row_and_a_new_one_cannot_have_one_key(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    taking = judged(Venture.register, cast.clerk, {"key": row_key(made), "name": "乙"}, {"name": "乙", "carrier": "a"})
    assert [row.verdict for row in taking.rows_of()] == ["changed", "refused"]
    assert sentences(taking) == ["第4行:与第3行是同一条记录。请删除或合并其中一行。"]
