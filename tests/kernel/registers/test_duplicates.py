"""Rows that look like one: by which field they agree, in which order, who sees which, and what is said not to be one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import enterprise, venture

from gongjian.drives.innovation.ventures import Venture
from gongjian.ground import credit_code, likeness
from gongjian.ground.contacts import Contact
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.people import Person
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people import acts
from gongjian.kernel.registers import access, actions, duplicates, history
from gongjian.kernel.registers.models import NotDuplicate

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

FIRMS = Enterprise.register


def _found(by: Any, register: Any = FIRMS) -> list[tuple[tuple[int, ...], tuple[str, ...]]]:
    return [(group.ids, group.agree) for group in duplicates.find(register=register, by=by).groups]


def _firm(cast: Cast, number: int, **values: Any) -> Any:
    return enterprise(by=cast.supervisor, unit=values.pop("unit", cast.science), number=number, **values)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青禾精密有限责任公司", "青禾精密有限公司"),
        ("青禾精密股份有限公司", "青禾精密有限公司"),
        ("青禾(海陵)精密有限公司", "青禾(海陵)精密有限公司"),
        ("青禾（海陵）精密有限公司", "青禾海陵精密 有限公司"),
        ("ＡＢＣ精密有限公司", "abc精密有限公司"),
        ("青禾精密有限责任公司北郊分公司", "青禾精密有限公司北郊分公司"),
    ],
)
def test_two_ways_of_writing_a_name_are_one(one: str, other: str) -> None:
    assert likeness.company(one) == likeness.company(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青禾精密有限公司", "青禾精密有限公司北郊分公司"),
        ("海陵青禾精密有限公司", "青禾精密有限公司"),
        ("青禾集团有限公司", "青禾有限公司"),
    ],
)
def test_other_companies_stay_others(one: str, other: str) -> None:
    assert likeness.company(one) != likeness.company(other)


@pytest.mark.parametrize(
    ("function", "text", "key"),
    [
        (likeness.phone, "139-0000 1234", "13900001234"),
        (likeness.phone, "+86 13900001234", "13900001234"),
        (likeness.phone, "０５１５－８８１２３４５６转8", "051588123456"),
        (likeness.phone, "暂无", ""),
        (likeness.address, "江苏省云湖市开发区 青禾路18#", "云湖市开发区青禾路18号"),
        (likeness.address, "开发区内", ""),
    ],
)
def test_numbers_and_addresses_are_compared_by_what_they_say(function: Any, text: str, key: str) -> None:
    assert function(text) == key


def test_groups_by_name_phone_and_address_the_strongest_first(cast: Cast) -> None:
    a = _firm(cast, 1, name="青禾精密有限责任公司", phone="139-0000-1234")
    b = _firm(cast, 2, name="青禾精密有限公司", phone="13900001234", address="青禾路18号A座")
    c = _firm(cast, 3, name="白鹭冷链有限公司", address="青禾路 18#A座")
    _firm(cast, 4, name="松岭新材有限公司", address="青禾路19号A座", phone="051588880000")
    assert _found(cast.supervisor) == [((a.pk, b.pk), ("name", "phone")), ((b.pk, c.pk), ("address",))]


def test_a_code_with_two_characters_exchanged_meets_the_right_one(cast: Cast) -> None:
    right, wrong = "9132998117198135XL", "913299811719813X5L"
    assert (credit_code.untwisted(wrong), credit_code.untwisted(right)) == (right, right)
    assert credit_code.untwisted("91320800MA00000010") == "91320800MA00000010"
    assert credit_code.untwisted("不是代码") == "不是代码"
    a = _firm(cast, 1, credit_code=right, name="海陵荻麓阀门有限公司")
    b = _firm(cast, 2, credit_code=wrong, name="荻麓阀门有限公司")
    assert _found(cast.supervisor) == [((a.pk, b.pk), ("credit_code",))]


def test_a_name_meets_the_row_that_bore_it(cast: Cast) -> None:
    old = _firm(cast, 1, name="青禾机械厂")
    new = _firm(cast, 2, name="青禾精密有限公司", former_names="青禾五金厂\n青禾机械厂")
    _firm(cast, 3, name="白鹭冷链有限公司", former_names="青禾五金厂")
    assert _found(cast.supervisor) == [((old.pk, new.pk), ("former_names",))]


def test_a_row_is_no_duplicate_of_its_own_former_name(cast: Cast) -> None:
    _firm(cast, 1, name="青禾精密有限公司", former_names="青禾精密有限责任公司")
    assert _found(cast.supervisor) == []


def test_an_address_of_many_is_left_aside_and_told(cast: Cast) -> None:
    for number in range(duplicates.CROWD + 1):
        _firm(cast, number + 1, address="孵化园一号楼众创空间")
    found = duplicates.find(register=FIRMS, by=cast.supervisor)
    assert (found.groups, found.crowded) == ([], {"address": 1})


def test_a_unit_officer_sees_groups_with_an_own_row_and_nothing_by_masked_values(cast: Cast) -> None:
    mine = _firm(cast, 1, name="青禾精密有限公司", phone="13900001234")
    other = _firm(cast, 2, name="青禾精密有限责任公司", phone="13900001234", unit=cast.trade)
    third = _firm(cast, 3, name="白鹭冷链有限公司", phone="13900001234")
    _firm(cast, 4, name="松岭新材有限公司", unit=cast.trade)
    _firm(cast, 5, name="松岭新材有限责任公司", unit=cast.trade)
    assert _found(cast.clerk) == [((mine.pk, other.pk), ("name",)), ((mine.pk, third.pk), ("phone",))]
    assert ((mine.pk, other.pk, third.pk), ("phone",)) in _found(cast.supervisor)
    for officer in (cast.leader, cast.viewer, cast.auditor, cast.administrator):
        with pytest.raises(Forbidden):
            duplicates.find(register=FIRMS, by=officer)


def test_persons_are_compared_for_a_stated_purpose_only(cast: Cast) -> None:
    made = [
        actions.create(
            register=Person.register,
            values={"person_key": key, "name": "林青", "identity_number": number, "unit": cast.science},
            by=cast.clerk,
            at=AT,
            today=TODAY,
        )
        for key, number in (("甲1", "11010519491231002x"), ("甲2", "１１０１０５19491231002X"))
    ]
    with pytest.raises(access.NoPurpose):
        duplicates.find(register=Person.register, by=cast.clerk)
    stated = access.state(register=Person.register, by=cast.clerk, text="清理重复人员", what="查重", at=AT)
    found = duplicates.find(register=Person.register, by=cast.clerk, purpose=stated).groups
    assert [(g.ids, g.agree) for g in found] == [((made[0].pk, made[1].pk), ("identity_number", "name"))]


def test_a_register_without_a_normaliser_compares_in_half_width_and_one_case(cast: Cast) -> None:
    a, b = (venture(name, by=cast.clerk, unit=cast.science) for name in ("ＡＩ质检 项目", "ai质检项目"))
    assert _found(cast.clerk, Venture.register) == [((a.pk, b.pk), ("name",))]
    assert Contact.alike_key("phone", "139 0000 1234") == "13900001234"


def test_what_is_no_duplicate_is_not_shown_again(cast: Cast) -> None:
    a, b, c = (_firm(cast, n, name="青禾精密有限公司") for n in (1, 2, 3))
    assert _found(cast.supervisor) == [((a.pk, b.pk, c.pk), ("name",))]
    assert duplicates.dismiss(rows=[b, a], by=cast.clerk, at=AT, reason=" 两家 ") == 1
    assert NotDuplicate.objects.values_list("register", "low", "high", "by", "reason").get() == (
        "enterprise",
        a.pk,
        b.pk,
        cast.clerk.pk,
        "两家",
    )
    assert _found(cast.supervisor) == [((a.pk, b.pk, c.pk), ("name",))]
    assert duplicates.dismiss(rows=[a, b, c], by=cast.supervisor, at=AT, reason="都不是") == 2
    assert _found(cast.supervisor) == []
    shown = duplicates.dismissed(register=FIRMS, by=cast.clerk)
    assert [(m.low, m.high) for m in shown.order_by("pk")] == [(a.pk, b.pk), (a.pk, c.pk), (b.pk, c.pk)]
    duplicates.reconsider(mark=shown.get(low=a.pk, high=b.pk), register=FIRMS, by=cast.clerk, at=AT)
    assert _found(cast.supervisor) == [((a.pk, b.pk), ("name",))]


def test_who_said_so_and_who_took_it_back_stands_in_the_log_of_both_rows(cast: Cast) -> None:
    a, b, c = (_firm(cast, n, name=f"青禾{n}厂") for n in (1, 2, 3))
    duplicates.dismiss(rows=[a, b, c], by=cast.clerk, at=AT, reason="三家")
    told = [(act.verb, act.by, act.at, act.note) for act in acts.of(b)]
    note = f"与第{a.pk}号“青禾1厂”、第{c.pk}号“青禾3厂”:三家"
    assert told[0] == ("duplicates.dismissed", cast.clerk, AT, note)
    assert duplicates.dismiss(rows=[a, b], by=cast.supervisor, at=AT, reason="还是") == 0
    assert acts.of(b).count() == len(told)
    mark = NotDuplicate.objects.get(low=a.pk, high=b.pk)
    with pytest.raises(Forbidden):
        duplicates.reconsider(mark=mark, register=FIRMS, by=cast.trade_clerk, at=AT)
    assert NotDuplicate.objects.count() == 3 and acts.of(b).count() == len(told)
    later = AT + timedelta(days=1)
    duplicates.reconsider(mark=mark, register=FIRMS, by=cast.supervisor, at=later, reason="同一法人")
    note = f"与第{a.pk}号“青禾1厂”;{cast.clerk}于2025-06-30认定:三家;撤销理由:同一法人"
    for row, text in ((b, note), (a, note.replace(f"第{a.pk}号“青禾1厂”", f"第{b.pk}号“青禾2厂”"))):
        act = acts.of(row).first()
        assert (act.verb, act.by, act.at, act.note) == ("duplicates.reconsidered", cast.supervisor, later, text)
    assert acts.of(c).first().verb == "duplicates.dismissed"
    events = history.timeline(entry=b, by=cast.viewer)
    assert [event.title for event in events[:2]] == ["撤销“不是重复”的认定", "认定不是重复"]


def test_a_mark_needs_a_reason_two_rows_and_the_right(cast: Cast) -> None:
    a, b = (_firm(cast, n, name="青禾精密有限公司") for n in (1, 2))
    other = _firm(cast, 3, unit=cast.trade)
    for rows, reason, cause in (
        ([a, b], "  ", "没有说明为什么不是重复"),
        ([a, a], "同一行", "至少要有两行才能说明它们不是重复"),
        ([a, b], "长" * 201, "理由有201字,超过200字"),
    ):
        with pytest.raises(Refusal) as caught:
            duplicates.dismiss(rows=rows, by=cast.clerk, at=AT, reason=reason)
        assert caught.value.cause == cause
    for officer, rows in ((cast.clerk, [a, other]), (cast.leader, [a, b])):
        with pytest.raises(Forbidden):
            duplicates.dismiss(rows=rows, by=officer, at=AT, reason="不是")
    assert NotDuplicate.objects.count() == 0


def test_a_large_register_is_read_once_until_it_changes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "LARGE", 1)
    duplicates._KEPT.clear()
    a, b = (_firm(cast, n, name="青禾精密有限公司") for n in (1, 2))
    found = duplicates.find(register=FIRMS, by=cast.supervisor)
    assert duplicates.find(register=FIRMS, by=cast.supervisor) is found
    assert duplicates.find(register=FIRMS, by=cast.clerk) is not found
    actions.change(entry=b, values={"name": "白鹭冷链有限公司"}, revision=1, by=cast.clerk, at=AT)
    assert _found(cast.supervisor) == []
    actions.change(entry=a, values={"name": "白鹭冷链有限责任公司"}, revision=1, by=cast.clerk, at=AT)
    assert _found(cast.supervisor) == [((a.pk, b.pk), ("name",))]
    duplicates._KEPT.clear()
