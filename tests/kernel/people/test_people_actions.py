"""Zone, units and accounts: what each act changes, logs and refuses, and that a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernel.people.cast import AT, PASSWORD, Cast, make_commitment

from gongjian.kernel.errors import Forbidden, Refusal, Stale
from gongjian.kernel.people import actions, acts, directory, passwords
from gongjian.kernel.people.fields import fingerprint
from gongjian.kernel.people.models import Act, Officer, Role, Unit, Zone

pytestmark = pytest.mark.django_db
NEW = {"username": "Xin.Ren", "name": "辛仁", "role": Role.VIEWER, "title": "干部", "phone": "13900005678"}


def refusal(call: Callable[[], object]) -> Refusal:
    """The refusal that a call ends in."""
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value


def test_the_zone_is_created_by_nobody_on_the_first_run_only() -> None:
    assert directory.is_first_run()
    zone = actions.create_zone(name="  青岚经济开发区 ", short_name="青岚", by=None, at=AT)
    assert (zone.name, zone.short_name, Zone.objects.count()) == ("青岚经济开发区", "青岚", 1)
    assert Act.objects.get().verb == "zone.created"
    assert not directory.is_first_run()
    with pytest.raises(Forbidden):
        actions.create_zone(name="第二个", by=None, at=AT)
    assert Zone.objects.count() == 1


def test_a_second_zone_is_refused_to_an_administrator_too(cast: Cast) -> None:
    found = refusal(lambda: actions.create_zone(name="第二个", by=cast.administrator, at=AT))
    assert found.code == "zone.exists"
    assert Zone.objects.get().name == "青岚经济开发区"


def test_once_an_account_exists_the_first_run_is_over() -> None:
    Officer.objects.create(username=directory.SYSTEM, name="系统", role=Role.ADMINISTRATOR)
    assert directory.is_first_run()  # the command line's own account is nobody
    Officer.objects.create(username="first", name="第一人", role=Role.VIEWER)
    assert not directory.is_first_run()
    with pytest.raises(Forbidden):
        actions.create_zone(name="抢先建立", by=None, at=AT)


@pytest.mark.parametrize("role", [r for r in Role.values if r != "administrator"])
def test_only_administrators_manage_people(cast: Cast, role: str) -> None:
    by, clerk = cast.by_role[role], cast.trade_clerk
    before = (Officer.objects.count(), Unit.objects.count(), Officer.objects.get(pk=clerk.pk).password)
    for call in (
        lambda: actions.create_officer(values=NEW, by=by, at=AT),
        lambda: actions.save_officer(officer=clerk, values={"name": "改名"}, by=by, at=AT),
        lambda: actions.save_unit(values={"name": "新单位"}, by=by, at=AT),
        lambda: actions.reset_password(officer=clerk, by=by, at=AT),
        lambda: actions.deactivate(officer=clerk, by=by, at=AT),
        lambda: actions.reactivate(officer=clerk, by=by, at=AT),
    ):
        assert isinstance(refusal(call), Forbidden)
    assert before == (Officer.objects.count(), Unit.objects.count(), Officer.objects.get(pk=clerk.pk).password)
    assert Act.objects.count() == 0


def test_a_new_officer_gets_a_first_password_that_must_be_changed(cast: Cast) -> None:
    officer, password = actions.create_officer(values=NEW, by=cast.administrator, at=AT)
    stored = Officer.objects.get(username="xin.ren")
    assert stored == officer
    assert stored.check_password(password) and stored.must_change_password and stored.is_active
    assert (stored.name, stored.role, stored.title, stored.phone) == ("辛仁", "viewer", "干部", "13900005678")
    act = Act.objects.get()
    assert (act.verb, act.by, act.note) == ("officer.created", cast.administrator, "辛仁(xin.ren),查看")
    assert password not in str(list(Act.objects.values()))


@pytest.mark.parametrize(
    ("changed", "code", "column"),
    [
        ({"username": ""}, "field.required", "账号"),
        ({"username": "a"}, "officer.username", "账号"),
        ({"username": "有 空格"}, "officer.username", "账号"),
        ({"username": "system"}, "officer.username", "账号"),
        ({"username": "ＫＥＣＨＵＡＮＧ"}, "officer.username_taken", "账号"),
        ({"name": " "}, "field.required", "姓名"),
        ({"name": "长" * 41}, "field.too_long", "姓名"),
        ({"role": "king"}, "officer.role", "角色"),
        ({"role": "unit_officer"}, "officer.unit_required", "单位"),
        ({"phone": "见通讯录"}, "officer.phone", "电话"),
    ],
)
def test_officers_that_are_refused(cast: Cast, changed: dict[str, str], code: str, column: str) -> None:
    count = Officer.objects.count()
    found = refusal(lambda: actions.create_officer(values={**NEW, **changed}, by=cast.administrator, at=AT))
    assert (found.code, found.place.column) == (code, column)
    assert Officer.objects.count() == count and Act.objects.count() == 0


def test_saving_an_officer_logs_what_changed_with_the_phone_masked(cast: Cast) -> None:
    actions.save_officer(
        officer=cast.clerk, values={"title": "副局长", "phone": "13900009999"}, by=cast.administrator, at=AT
    )
    act = acts.of(cast.clerk).get()
    assert act.changes == {"职务": ["", "副局长"], "电话": ["139****1234", "139****9999"]}
    actions.save_officer(officer=cast.clerk, values={"title": "副局长"}, by=cast.administrator, at=AT)
    assert acts.of(cast.clerk).count() == 1


def test_a_change_in_between_is_noticed(cast: Cast) -> None:
    seen = fingerprint(cast.clerk)
    actions.save_officer(officer=cast.clerk, values={"title": "科长"}, by=cast.administrator, at=AT, seen=seen)
    found = refusal(
        lambda: actions.save_officer(
            officer=cast.clerk, values={"title": "局长"}, by=cast.administrator, at=AT, seen=seen
        )
    )
    assert isinstance(found, Stale)
    assert Officer.objects.get(pk=cast.clerk.pk).title == "科长"
    seen = fingerprint(cast.trade)
    actions.save_unit(unit=cast.trade, values={"short_name": "商务局"}, by=cast.administrator, at=AT, seen=seen)
    assert isinstance(
        refusal(
            lambda: actions.save_unit(unit=cast.trade, values={"name": "x"}, by=cast.administrator, at=AT, seen=seen)
        ),
        Stale,
    )


def test_the_last_administrator_stays(cast: Cast) -> None:
    Officer.objects.create(username=directory.SYSTEM, name="系统", role=Role.ADMINISTRATOR)
    second, _ = actions.create_officer(values={**NEW, "role": "administrator"}, by=cast.administrator, at=AT)
    assert refusal(lambda: actions.deactivate(officer=second, by=second, at=AT)).code == "officer.own_account"
    assert (
        refusal(lambda: actions.save_officer(officer=second, values={"role": "viewer"}, by=second, at=AT)).code
        == "officer.own_role"
    )
    actions.deactivate(officer=second, by=cast.administrator, at=AT)
    system = Officer.objects.get(username=directory.SYSTEM)
    for call in (
        lambda: actions.deactivate(officer=cast.administrator, by=system, at=AT),
        lambda: actions.save_officer(officer=cast.administrator, values={"role": "viewer"}, by=system, at=AT),
    ):
        assert refusal(call).code == "officer.last_administrator"
    kept = Officer.objects.get(pk=cast.administrator.pk)
    assert kept.is_active and kept.role == "administrator"


def test_reset_gives_a_new_first_password(cast: Cast) -> None:
    password = actions.reset_password(officer=cast.clerk, by=cast.administrator, at=AT)
    stored = Officer.objects.get(pk=cast.clerk.pk)
    assert stored.check_password(password) and not stored.check_password(PASSWORD) and stored.must_change_password
    assert acts.of(cast.clerk).get().note == "乔若谷(kechuang)"
    own = refusal(lambda: actions.reset_password(officer=cast.administrator, by=cast.administrator, at=AT))
    assert own.code == "password.own"
    cast.trade_clerk.is_active = False
    cast.trade_clerk.save()
    shut = [cast.clerk, cast.trade_clerk]
    assert (
        refusal(lambda: actions.issue_passwords(officers=shut, by=cast.administrator, at=AT)).code == "officer.inactive"
    )
    assert Officer.objects.get(pk=cast.clerk.pk).check_password(password)  # nothing half done


@pytest.mark.parametrize(
    ("old", "new", "again", "code", "cause"),
    [
        ("falsch", "qinglan-77-xyz", "qinglan-77-xyz", "password.old_wrong", "原密码不正确"),
        (PASSWORD, "qinglan-77-xyz", "qinglan-77-xyZ", "password.differs", "两次输入的新密码不一致"),
        (PASSWORD, PASSWORD, PASSWORD, "password.same", "新密码与原密码相同"),
        (PASSWORD, "w7x8y9", "w7x8y9", "password.weak", "密码只有 6 位,至少要 10 位"),
        (PASSWORD, "qinglanqinglan", "qinglanqinglan", "password.weak", "密码须同时含有字母和数字"),
        (PASSWORD, "13900001234", "13900001234", "password.weak", "密码里不能含有电话;密码须同时含有字母和数字"),
        (PASSWORD, "kechuang2025", "kechuang2025", "password.weak", "密码里不能含有账号"),
        (PASSWORD, "1q2w3e4r5t", "1q2w3e4r5t", "password.weak", "这个密码太常见了"),
    ],
)
def test_own_passwords_that_are_refused(cast: Cast, old: str, new: str, again: str, code: str, cause: str) -> None:
    found = refusal(lambda: actions.change_password(officer=cast.clerk, old=old, new=new, again=again, at=AT))
    assert (found.code, found.cause) == (code, cause)
    assert Officer.objects.get(pk=cast.clerk.pk).check_password(PASSWORD)


def test_the_own_password_changes_and_ends_the_first_one(cast: Cast) -> None:
    first = actions.reset_password(officer=cast.clerk, by=cast.administrator, at=AT)
    clerk = Officer.objects.get(pk=cast.clerk.pk)
    saved = actions.change_password(officer=clerk, old=first, new="qinglan-77-xyz", again="qinglan-77-xyz", at=AT)
    assert saved.check_password("qinglan-77-xyz") and not saved.must_change_password
    assert acts.of(clerk).first().verb == "officer.password_changed"


def test_deactivate_and_reactivate(cast: Cast) -> None:
    actions.deactivate(officer=cast.trade_clerk, by=cast.administrator, at=AT, note="调离")
    assert not Officer.objects.get(pk=cast.trade_clerk.pk).is_active
    assert acts.of(cast.trade_clerk).first().note == "调离"
    again = refusal(lambda: actions.deactivate(officer=cast.trade_clerk, by=cast.administrator, at=AT))
    assert again.code == "officer.inactive"
    password = actions.reactivate(officer=cast.trade_clerk, by=cast.administrator, at=AT)
    stored = Officer.objects.get(pk=cast.trade_clerk.pk)
    assert stored.is_active and stored.must_change_password and stored.check_password(password)


def test_units_are_saved_with_their_other_names(cast: Cast) -> None:
    unit = actions.save_unit(
        values={"name": "应急管理局", "short_name": "应急局", "aliases": "安监局、应急办;安监局", "parent": cast.root},
        by=cast.administrator,
        at=AT,
    )
    assert Unit.objects.get(pk=unit.pk).names == ["应急管理局", "应急局", "安监局", "应急办"]
    assert unit.order == 5


@pytest.mark.parametrize(
    ("values", "code", "column"),
    [
        ({"name": ""}, "field.required", "单位名称"),
        ({"name": "科技局"}, "unit.name_taken", "单位名称"),  # an alias of 科技创新局
        ({"name": "新局", "aliases": "科 创 局"}, "unit.name_taken", "别名"),
        ({"name": "长" * 61}, "field.too_long", "单位名称"),
    ],
)
def test_units_that_are_refused(cast: Cast, values: dict[str, str], code: str, column: str) -> None:
    found = refusal(lambda: actions.save_unit(values=values, by=cast.administrator, at=AT))
    assert (found.code, found.place.column) == (code, column)
    assert Unit.objects.count() == 4


def test_a_unit_stands_neither_below_itself_nor_out_of_use_while_needed(cast: Cast) -> None:
    for parent in (cast.science, cast.park):
        found = refusal(
            lambda parent=parent: actions.save_unit(
                unit=cast.science, values={"parent": parent}, by=cast.administrator, at=AT
            )
        )
        assert found.code == "unit.circle"
    found = refusal(
        lambda: actions.save_unit(unit=cast.science, values={"is_active": False}, by=cast.administrator, at=AT)
    )
    assert found.cause == "“科技创新局”还有 1 名在岗人员、1 个在用的下属单位,不能停用"
    assert Unit.objects.get(pk=cast.science.pk).is_active


def test_a_role_or_unit_change_does_not_leave_open_items_behind(cast: Cast) -> None:
    make_commitment(owner=cast.trade, leader=cast.leader)
    found = refusal(
        lambda: actions.save_officer(officer=cast.leader, values={"role": "viewer"}, by=cast.administrator, at=AT)
    )
    assert found.code == "officer.open_items"
    found = refusal(
        lambda: actions.save_officer(officer=cast.trade_clerk, values={"unit": cast.park}, by=cast.administrator, at=AT)
    )
    assert found.cause == "顾南星是“商促局”唯一在岗的人员,该单位还有牵头承诺 1 项,不能调整角色或单位"
    assert Officer.objects.get(pk=cast.trade_clerk.pk).unit == cast.trade


def test_first_passwords_are_readable_and_strong_enough() -> None:
    drawn = {passwords.first_password() for _ in range(500)}
    assert len(drawn) == 500
    for password in drawn:
        assert len(password) == 12
        assert not set(password) & set("01ilo") and set(password) <= set(passwords.LETTERS + passwords.DIGITS)
        passwords.check_password(password=password, officer=Officer(username="ceshi", name="测试"))


@given(st.text(max_size=30))
def test_no_password_check_ever_breaks(password: str) -> None:
    officer = Officer(username="ceshi", name="测试", phone="13900001234")
    try:
        passwords.check_password(password=password, officer=officer)
    except Refusal as refused:
        assert refused.code == "password.weak"
    else:
        assert len(password) >= 10 and any(c.isdigit() for c in password) and "ceshi" not in password.casefold()
