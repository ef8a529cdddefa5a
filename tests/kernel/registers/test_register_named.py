"""Firms known by their name alone: found again under any spelling, entered once, given their code when it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT
from tests.kernel.registers.entries import CODES, enterprise, state
from tests.kernel.registers.sheets import judged, sentences

from gongjian.ground.enterprises import LACKING, Enterprise
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Role
from gongjian.kernel.registers import actions, batches, query
from gongjian.kernel.registers.asking import Ask
from gongjian.kernel.registers.cells import ROW_KEY
from gongjian.kernel.registers.take import Taking, row_key

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

REGISTER = "enterprise"


def take(cast: Cast, *rows: dict[str, Any]) -> Taking:
    """A sheet of enterprises, judged for the supervision office."""
    return judged(Enterprise.register, cast.supervisor, *rows)


def write(cast: Cast, *rows: dict[str, Any]) -> Any:
    """The same, written."""
    return take(cast, *rows).write(by=cast.supervisor, at=AT)


def firms() -> list[tuple[str | None, str]]:
    """All enterprises: code and name."""
    return list(Enterprise.objects.order_by("pk").values_list("credit_code", "name"))


def test_a_sheet_of_names_makes_each_firm_once_however_often_it_comes(cast: Cast) -> None:
    rows = [{"name": "青禾科技有限公司", "park": "东区"}, {"name": "岳明电子厂", "park": "西区"}]
    taking = take(cast, *rows)
    assert taking.counts() == {"new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert taking.rows_of("new")[0].warnings == [LACKING]
    taking.write(by=cast.supervisor, at=AT)
    assert firms() == [(None, "青禾科技有限公司"), (None, "岳明电子厂")]
    assert take(cast, *rows).counts() == {"new": 0, "changed": 0, "unchanged": 2, "refused": 0}
    changed = write(cast, {"name": "青禾科技有限公司", "park": "南区"})
    assert (changed.created, changed.changed) == (0, 1)
    assert list(Enterprise.objects.order_by("pk").values_list("park", flat=True)) == ["南区", "西区"]


def test_another_spelling_and_a_former_name_are_the_firm_and_leave_its_name(cast: Cast) -> None:
    firm = enterprise(
        by=cast.clerk, unit=cast.science, name="青禾(云海)科技有限公司", former_names="禾苗农机厂\n青禾农机厂"
    )
    for text in ("青禾（云海）科技有限责任公司", "禾苗农机厂", "青禾农机厂"):
        (row,) = take(cast, {"name": text, "park": f"{text[:3]}园"}).rows_of("changed")
        assert (row.entry.pk, row.entry.name, set(row.diff)) == (firm.pk, firm.name, {"所在园区"})
        assert row.warnings[0] == f"“{text}”已按名称识别为登记的“{firm.name}”,名称没有改动,请核对。"


def test_a_name_that_several_bore_is_refused_with_both_named(cast: Cast) -> None:
    one = enterprise(by=cast.clerk, unit=cast.science, number=1, former_names="老字号厂")
    two = enterprise(by=cast.clerk, unit=cast.science, number=2, former_names="老字号厂")
    before = state()
    taking = take(cast, {"name": "老字号厂"}, {"name": one.name, "park": "东区"})
    assert [row.verdict for row in taking.rows_of()] == ["refused", "changed"]
    assert sentences(taking) == [
        "第3行“企业名称”列:名为“老字号厂”或曾用此名的企业有2条:"
        f"{one.name}({one.credit_code})、{two.name}({two.credit_code}),分不清是哪一条。请填写统一社会信用代码。"
    ]
    assert state() == before


def test_who_bears_a_name_today_goes_before_who_bore_it(cast: Cast) -> None:
    enterprise(by=cast.clerk, unit=cast.science, number=1, former_names="岳明电子厂")
    now = enterprise(by=cast.clerk, unit=cast.science, number=2, name="岳明电子厂")
    (row,) = take(cast, {"name": "岳明电子厂", "park": "东区"}).rows_of("changed")
    assert row.entry.pk == now.pk


def test_a_later_sheet_with_the_code_fills_it_in(cast: Cast) -> None:
    write(cast, {"name": "青禾科技有限公司"}, {"name": "岳明电子厂"})
    rows = [{"credit_code": CODES[0], "name": "青禾科技有限责任公司"}, {"credit_code": CODES[1], "name": "另一家厂"}]
    batch = write(cast, *rows)
    assert (batch.created, batch.changed) == (1, 1)
    assert firms() == [(CODES[0], "青禾科技有限公司"), (None, "岳明电子厂"), (CODES[1], "另一家厂")]
    assert take(cast, {"credit_code": CODES[0], "name": "青禾科技有限公司"}).counts()["unchanged"] == 1
    assert take(cast, {"name": "青禾科技有限公司"}).counts()["unchanged"] == 1
    batches.undo(batch=batch, by=cast.supervisor, at=AT, reason="错")
    assert firms() == [(None, "青禾科技有限公司"), (None, "岳明电子厂")]


def test_a_firm_with_another_code_is_another_firm(cast: Cast) -> None:
    write(cast, {"credit_code": CODES[0], "name": "青禾科技有限公司"})
    write(cast, {"credit_code": CODES[1], "name": "青禾科技有限公司"})
    assert firms() == [(CODES[0], "青禾科技有限公司"), (CODES[1], "青禾科技有限公司")]


def test_two_codes_for_one_firm_without_code_are_both_refused(cast: Cast) -> None:
    write(cast, {"name": "青禾科技有限公司"})
    before = state()
    taking = take(cast, *({"credit_code": code, "name": "青禾科技有限公司"} for code in CODES[:2]))
    cause = (
        "第3行、第4行名称都是“青禾科技有限公司”,统一社会信用代码却不同,不知道登记中缺统一社会信用代码的那一条是哪一家"
    )
    assert [row.verdict for row in taking.rows_of()] == ["refused", "refused"]
    assert [fault.cause for row in taking.rows_of() for fault in row.faults] == [cause, cause]
    assert state() == before


def test_one_code_for_two_firms_refuses_both_and_names_both_rows(cast: Cast) -> None:
    taking = take(
        cast,
        {"credit_code": CODES[0], "name": "青禾科技有限公司"},
        {"credit_code": CODES[1], "name": "岳明电子厂"},
        {"credit_code": CODES[0], "name": "禾苗农机厂"},
    )
    assert [row.verdict for row in taking.rows_of()] == ["refused", "new", "refused"]
    assert sentences(taking) == [
        f"第{n}行“统一社会信用代码”列:与第{m}行用了同一个统一社会信用代码“{CODES[0]}”,名称却不同(“{a}”与“{b}”)。"
        "请核对后改正其中一行。"
        for n, m, a, b in ((3, 5, "青禾科技有限公司", "禾苗农机厂"), (5, 3, "禾苗农机厂", "青禾科技有限公司"))
    ]


def test_one_firm_twice_in_a_sheet_enters_once(cast: Cast) -> None:
    taking = take(
        cast,
        {"name": "青禾科技有限公司"},
        {"name": "青禾科技有限责任公司"},
        {"credit_code": CODES[0], "name": "青禾科技有限公司"},
        {"credit_code": CODES[1], "name": "岳明电子厂"},
        {"name": "岳明电子厂"},
    )
    assert [row.verdict for row in taking.rows_of()] == ["new", "refused", "refused", "new", "refused"]
    assert sentences(taking) == [
        f"第{n}行:与第{m}行是同一条记录。请删除或合并其中一行。" for n, m in ((4, 3), (5, 3), (7, 6))
    ]


def test_a_row_without_code_and_name_is_refused(cast: Cast) -> None:
    assert sentences(take(cast, {"park": "东区", "name": ""}, {"name": "甲厂"})) == [
        "第3行:统一社会信用代码和企业名称都没有填写,无法识别是哪一条记录。请至少填写一项后重新导入。"
    ]


def test_an_exported_row_keeps_its_code_when_the_cell_is_emptied(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    row = {"key": row_key(firm), "credit_code": "", "name": firm.name, "park": "东区"}
    (judged_row,) = take(cast, row).rows_of("changed")
    assert set(judged_row.diff) == {"所在园区"}
    assert ROW_KEY not in judged_row.diff


def test_a_name_taken_between_preview_and_writing_stops_everything(cast: Cast) -> None:
    taking, coded = (
        take(cast, {"name": "青禾科技有限责任公司"}),
        take(cast, {"credit_code": CODES[0], "name": "青禾厂"}),
    )
    write(cast, {"name": "青禾科技有限公司"}, {"name": "青禾厂"})
    before = state()
    for one in (taking, coded):
        with pytest.raises(Refusal) as caught:
            one.write(by=cast.supervisor, at=AT)
        assert caught.value.code == "take.stale"
    assert state() == before


def test_the_form_refuses_a_second_row_under_a_known_name(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, name="青禾科技有限公司")
    before = state()
    with pytest.raises(Refusal) as caught:
        enterprise(by=cast.clerk, unit=cast.science, credit_code=None, name="青禾科技有限责任公司")
    assert caught.value.code == "entry.duplicate"
    assert f"青禾科技有限公司({firm.credit_code})" in caught.value.cause
    assert state() == before
    made = enterprise(by=cast.clerk, unit=cast.science, credit_code=None, name="岳明电子厂")
    values = {"credit_code": None, "park": "东区"}
    actions.change(entry=made, values=values, revision=1, by=cast.clerk, at=AT)
    with pytest.raises(Refusal):
        actions.change(entry=made, values={"name": "青禾科技有限公司"}, revision=2, by=cast.clerk, at=AT)
    assert Enterprise.objects.get(pk=made.pk).name == "岳明电子厂"


def test_another_units_firm_is_not_touched_by_its_name(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, former_names="老字号厂", phone="13900001234")
    for text in (firm.name, "老字号厂"):
        told = sentences(judged(Enterprise.register, cast.trade_clerk, {"name": text, "phone": "13900001234"}))
        assert told == ["第3行:该记录不属于您的单位。请由所属单位登记,或请督查室导入。"]


def test_firms_without_code_are_found_by_a_filter(cast: Cast) -> None:
    write(cast, {"name": "青禾科技有限公司"}, {"credit_code": CODES[1], "name": "岳明电子厂"})
    asked = Ask(register=Enterprise.register, by=cast.viewer, filters={"credit_code": (query.BLANK,)})
    assert cast.viewer.role == Role.VIEWER
    assert [row.name for row in query.rows(asked)] == ["青禾科技有限公司"]


def test_a_word_for_nothing_is_nobodys_name_and_takes_nobodys_code_away(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, name="青禾科技有限公司")
    before = state()
    taking = take(cast, {"credit_code": "无", "name": "青禾科技有限公司"}, {"credit_code": "/", "name": "无"})
    assert taking.counts() == {"new": 0, "changed": 0, "unchanged": 1, "refused": 1}
    assert sentences(taking) == [
        "第4行:统一社会信用代码和企业名称都没有填写,无法识别是哪一条记录。请至少填写一项后重新导入。"
    ]
    taking = take(cast, {"credit_code": "91320800MA0000077A", "name": "/"})
    assert sentences(taking) == ["第3行“企业名称”列:此项必填。请填写后重新提交。"]
    assert state() == before and firm.credit_code


@pytest.mark.parametrize("text", ["青禾\n科技有限公司", "青禾科技\r\n有限公司", "青禾科技\u200b有限公司\ufeff"])
def test_a_broken_line_in_a_name_makes_no_second_firm(cast: Cast, text: str) -> None:
    enterprise(by=cast.clerk, unit=cast.science, name="青禾科技有限公司")
    assert take(cast, {"name": text, "park": ""}).counts() == {"new": 0, "changed": 0, "unchanged": 1, "refused": 0}
