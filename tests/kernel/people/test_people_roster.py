"""名册: every row judged with its place, good rows written at once, and the first run from an empty database."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from tests.kernel.people.cast import AT, Cast, make_commitment

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people import directory, intake
from gongjian.kernel.people.models import Act, Officer, Role, Unit, Zone
from gongjian.kernel.people.roster import Roster, judge
from gongjian.kernel.people.rows import SheetRow

pytestmark = pytest.mark.django_db
UNITS = (
    {"name": "孵化中心", "parent": "科技局"},  # below a unit that comes later, by its alias
    {"name": "云岭开发区管委会", "short_name": "管委会"},
    {"name": "科技创新局", "parent": "管委会", "short_name": "科创局", "aliases": "科技局、科技办"},
)
PEOPLE = (
    {"name": "石可为", "username": "Guanli", "role": "系统管理员"},
    {"name": "陶知行", "username": 1001, "role": "督查", "unit": "管委会", "phone": 13900001234},
    {"name": "乔若谷", "username": "kechuang", "role": "责任单位", "unit": "科技办", "title": "科长"},
)


def rows(cells: Iterable[dict[str, object]], sheet: str) -> list[SheetRow]:
    """Rows from 2 on, as under a heading."""
    return [SheetRow(number=n, cells=c, sheet=sheet) for n, c in enumerate(cells, start=2)]


def judged(
    units: Iterable[dict[str, object]] = (), people: Iterable[dict[str, object]] = (), by: Officer | None = None
) -> Roster:
    return judge(units=rows(units, "单位"), officers=rows(people, "人员"), by=by)


def faults(roster: Roster) -> list[tuple[str, int | None, str, str]]:
    """Sheet, row, column and code of every fault."""
    return [(f.place.sheet, f.place.row, f.place.column, f.code) for f in roster.faults]


def test_the_first_run_writes_zone_units_and_officers_together() -> None:
    roster = judged(UNITS, PEOPLE)
    assert faults(roster) == []
    issued = intake.set_up(name="云岭经济开发区", short_name="云岭", founders=[], roster=roster, at=AT)
    assert Zone.objects.get().name == "云岭经济开发区"
    above = {unit.name: unit.parent.name if unit.parent else None for unit in Unit.objects.select_related("parent")}
    assert above == {"云岭开发区管委会": None, "科技创新局": "云岭开发区管委会", "孵化中心": "科技创新局"}
    assert [unit.name for unit, _ in directory.in_tree_order()] == ["云岭开发区管委会", "科技创新局", "孵化中心"]
    assert [(o.username, o.role) for o, _ in issued] == [
        ("guanli", "administrator"),
        ("1001", "supervisor"),
        ("kechuang", "unit_officer"),
    ]
    for officer, password in issued:
        stored = Officer.objects.get(pk=officer.pk)
        assert stored.check_password(password) and stored.must_change_password
    assert Officer.objects.get(username="kechuang").unit.name == "科技创新局"
    assert Officer.objects.get(username="1001").phone == "13900001234"
    verbs = list(Act.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["zone.created", *["unit.saved"] * 3, *["officer.created"] * 3, "people.imported"]
    assert Act.objects.get(verb="people.imported").note == "新增 6 行、修改 0 行、退回 0 行"


def test_the_first_run_with_two_accounts_and_no_roster() -> None:
    founders = [
        {"name": "石可为", "username": "guanli", "role": Role.ADMINISTRATOR},
        {"name": "陶知行", "username": "ducha", "role": Role.SUPERVISOR},
    ]
    issued = intake.set_up(name="云岭经济开发区", short_name="", founders=founders, roster=None, at=AT)
    assert [officer.username for officer, _ in issued] == ["guanli", "ducha"]
    with pytest.raises(Refusal) as refused:
        intake.set_up(name="再来一次", short_name="", founders=founders, roster=None, at=AT)
    assert refused.value.code == "zone.exists"
    assert Officer.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "founders", "code"),
    [
        ("", [{"name": "石可为", "username": "guanli", "role": "administrator"}], "field.required"),
        ("云岭", [], "setup.no_administrator"),
        ("云岭", [{"name": "陶知行", "username": "ducha", "role": "supervisor"}], "setup.no_administrator"),
        ("云岭", [{"name": "", "username": "guanli", "role": "administrator"}], "field.required"),
        ("云岭", [{"name": "甲", "username": "kechuang", "role": "administrator"}], "officer.username_taken"),
    ],
)
def test_first_runs_that_are_refused_leave_nothing(name: str, founders: list[dict[str, str]], code: str) -> None:
    roster = judged(UNITS, PEOPLE[1:])
    with pytest.raises(Refusal) as refused:
        intake.set_up(name=name, short_name="", founders=founders, roster=roster, at=AT)
    assert refused.value.code == code
    assert directory.is_first_run() and Unit.objects.count() == 0 and Act.objects.count() == 0


def test_faults_stand_at_their_row_and_column_and_the_rest_is_taken(cast: Cast) -> None:
    roster = judged(
        [
            {"name": "财政局", "parent": "没有的局"},
            {"name": "财政局下属所", "parent": "财政局"},
            {"name": "", "short_name": "无名"},
            {"name": "新科技局", "aliases": "科技局"},
            {"name": "农业局", "parent": "管委会"},
            {"name": "农 业 局"},
        ],
        [
            {"name": "甲", "username": "jia", "role": "皇帝", "unit": "农业局"},
            {"name": "乙", "username": "", "role": "查看"},
            {"name": "丙", "username": "bing", "role": "责任单位", "unit": "财政局"},
            {"name": "丁", "username": "ding", "role": "责任单位", "unit": "农业局", "phone": "无"},
            {"name": "丁二", "username": "DING", "role": "查看"},
            {"name": "", "username": "wu", "role": "责任单位"},
        ],
        by=cast.administrator,
    )
    assert faults(roster) == [
        ("单位", 2, "上级单位", "unit.unknown"),
        ("单位", 3, "上级单位", "unit.orphan"),
        ("单位", 4, "单位名称", "field.required"),
        ("单位", 5, "别名", "unit.name_taken"),
        ("单位", 7, "单位名称", "take.twice"),
        ("人员", 2, "角色", "officer.role"),
        ("人员", 3, "账号", "field.required"),
        ("人员", 4, "单位", "unit.orphan"),
        ("人员", 5, "电话", "officer.phone"),
        ("人员", 6, "账号", "take.twice"),
        ("人员", 7, "姓名", "field.required"),
        ("人员", 7, "单位", "officer.unit_required"),
    ]
    assert roster.faults[0].sentence.startswith("工作表“单位”第2行“上级单位”列:没有名为“没有的局”的单位。")
    issued = intake.take_people(roster=roster, by=cast.administrator, at=AT)
    assert issued == []
    assert set(Unit.objects.values_list("name", flat=True)) >= {"农业局"} and Unit.objects.count() == 5


def test_known_rows_are_updated_and_blanks_keep_what_is_there(cast: Cast) -> None:
    roster = judged(
        [{"name": "商务促进局", "short_name": "商务局"}, {"name": "孵化园服务中心", "parent": "科创局"}],
        [
            {"name": "乔若谷", "username": "kechuang", "title": "局长"},
            {"name": "顾南星", "username": "shangcu", "role": "责任单位", "unit": "商务局"},
        ],
        by=cast.administrator,
    )
    assert [(row.verdict, row.diff) for row in (*roster.units, *roster.officers)] == [
        ("changed", {"简称": ("商促局", "商务局")}),
        ("unchanged", {}),
        ("changed", {"职务": ("", "局长")}),
        ("unchanged", {}),
    ]
    assert Unit.objects.get(pk=cast.trade.pk).short_name == "商促局"  # judged, not written
    assert intake.take_people(roster=roster, by=cast.administrator, at=AT) == []
    clerk = Officer.objects.get(username="kechuang")
    assert (clerk.title, clerk.phone, clerk.role, clerk.unit) == ("局长", "13900001234", "unit_officer", cast.science)
    assert clerk.must_change_password is False


def test_a_roster_cannot_do_what_the_form_may_not(cast: Cast) -> None:
    make_commitment(owner=cast.trade, leader=cast.leader)
    roster = judged(
        [],
        [
            {"name": "石可为", "username": "guanli", "role": "查看"},
            {"name": "江望舒", "username": "lingdao", "role": "查看"},
            {"name": "顾南星", "username": "shangcu", "unit": "孵化园服务中心"},
        ],
        by=cast.administrator,
    )
    assert [code for *_, code in faults(roster)] == ["officer.own_role", "officer.open_items", "officer.last_of_unit"]


def test_two_administrators_cannot_demote_each_other_in_one_sheet(cast: Cast) -> None:
    system = Officer.objects.create(username=directory.SYSTEM, name="系统", role=Role.ADMINISTRATOR)
    Officer.objects.create(username="guanli2", name="乙", role=Role.ADMINISTRATOR)
    roster = judged(
        [],
        [
            {"name": "石可为", "username": "guanli", "role": "查看"},
            {"name": "乙", "username": "guanli2", "role": "查看"},
        ],
        by=system,
    )
    assert faults(roster) == []
    with pytest.raises(Refusal) as refused:
        intake.take_people(roster=roster, by=system, at=AT)
    assert refused.value.code == "officer.last_administrator"
    assert Officer.objects.get(username="guanli").role == "administrator" and Act.objects.count() == 0


def test_a_known_unit_listed_twice_keeps_its_first_row(cast: Cast) -> None:
    roster = judged(
        [{"name": "商务促进局", "short_name": "商务局"}, {"name": "商 务 促进局", "short_name": "别的"}],
        [{"name": "顾南星", "username": "shangcu", "unit": "商务局"}],
        by=cast.administrator,
    )
    assert faults(roster) == [("单位", 3, "单位名称", "take.twice")]
    assert roster.units[0].diff == {"简称": ("商促局", "商务局")}
    assert roster.officers[0].verdict == "unchanged"
    intake.take_people(roster=roster, by=cast.administrator, at=AT)
    assert Unit.objects.get(pk=cast.trade.pk).short_name == "商务局" and Unit.objects.count() == 4


def test_a_name_that_a_refused_row_would_have_given_up_stays_taken(cast: Cast) -> None:
    roster = judged(
        [{"name": "新设局", "short_name": "科创局"}, {"name": "科技创新局", "short_name": "商促局"}],
        by=cast.administrator,
    )
    assert {(row, code) for _, row, _, code in faults(roster)} == {(2, "unit.name_taken"), (3, "unit.name_taken")}


def test_units_that_stand_above_each_other_are_refused(cast: Cast) -> None:
    roster = judged([{"name": "甲局", "parent": "乙局"}, {"name": "乙局", "parent": "甲局"}], by=cast.administrator)
    assert "unit.circle" in {code for *_, code in faults(roster)}
    assert [row.verdict for row in roster.units] == ["refused", "refused"]


def test_an_account_taken_since_the_judging_writes_nothing(cast: Cast) -> None:
    roster = judged([{"name": "新局"}], [{"name": "新", "username": "xin", "role": "查看"}], by=cast.administrator)
    Officer.objects.create(username="xin", name="抢先", role=Role.VIEWER)
    with pytest.raises(Refusal) as refused:
        intake.take_people(roster=roster, by=cast.administrator, at=AT)
    assert refused.value.code == "row.stale"
    assert not Unit.objects.filter(name="新局").exists()


def test_only_administrators_take_a_roster(cast: Cast) -> None:
    for by in (cast.supervisor, cast.clerk, None):
        with pytest.raises(Forbidden):
            judged(UNITS, by=by)
