"""The plan page: the document in its own words, each promise with today's figure, day and filters in the address."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from gongjian.drives.innovation.high_tech import Application
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people.models import Officer, Role, Unit, Zone
from gongjian.kernel.plan import assignment, review
from gongjian.kernel.plan.document import plain
from gongjian.kernel.plan.imports import import_plan
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.plan.reader import read
from gongjian.kernel.registers import actions
from gongjian.kernel.reports import actions as reports

AT = datetime(2025, 6, 30, 9, 0, tzinfo=UTC)
TODAY = date(2025, 6, 30)
TEXT = (
    "一、攻坚科技创新,打牢转型根基\n"
    "做强高企队伍。逐家问诊,确保完成20家高企申报,争当全市示范区。全年新增市认定科创项目不少于10个。\n"
    "二、攻坚基层治理,提升幸福成色\n"
    "做优乡村面貌。确保主要农作物耕种收综合机械化率达98%。\n"
)

pytestmark = pytest.mark.django_db


def _officer(name: str, role: str, unit: Unit | None = None) -> Officer:
    officer = Officer(username=name, name=name, role=role, unit=unit, must_change_password=False)
    officer.set_password("open-sesame-2025")
    officer.save()
    return officer


@pytest.fixture
def office() -> Any:
    """A zone on 2025-06-30 with two units, an officer of each role and a confirmed plan."""
    Zone.objects.create(name="试验园区", stands_at=TODAY)
    watch, science = Unit.objects.create(name="督查室"), Unit.objects.create(name="科技人才局", order=1)
    ducha = _officer("ducha", Role.SUPERVISOR, watch)
    cast = SimpleNamespace(
        ducha=ducha,
        keji=_officer("keji", Role.UNIT_OFFICER, science),
        fangke=_officer("fangke", Role.VIEWER),
        science=science,
    )
    document = plain(name="plan.txt", text=TEXT)
    cast.plan = import_plan(document=document, reading=read(document, year=2025), by=ducha, at=AT, year=2025).plan
    review.confirm_all(plan=cast.plan, by=ducha, at=AT)
    review.activate(plan=cast.plan, by=ducha, at=AT)
    cast.filed = Commitment.objects.get(plan=cast.plan, value=20)
    assignment.assign(commitment=cast.filed, owner=science, by=ducha, at=AT)
    assignment.bind(commitment=cast.filed, indicator="high-tech-filed", by=ducha, at=AT)
    return cast


def _client(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer, backend="gongjian.kernel.people.accounts.Accounts")
    return client


def _file_application(number: int, office: Any, on: date) -> None:
    values = {"credit_code": f"91320000MA00000{number:03d}", "name": f"试验企业{number}", "unit": office.science}
    firm = actions.create(register=Enterprise.register, values=values, by=office.keji, at=AT, today=TODAY)
    entry = actions.create(
        register=Application.register,
        values={"enterprise": firm, "year": 2025, "unit": office.science},
        by=office.keji,
        at=AT,
        today=TODAY,
        happened_on=date(2025, 2, 1),
    )
    actions.move(entry=entry, stage="filed", happened_on=on, by=office.keji, at=AT, today=TODAY)


def test_every_word_of_the_plan_stands_on_the_page(office: Any) -> None:
    page = _client(office.fangke).get("/plan/")
    assert page.status_code == 200
    body = page.content.decode()
    for word in (
        "一、攻坚科技创新,打牢转型根基",
        "<strong>做强高企队伍。</strong>",
        "逐家问诊,",
        "确保完成20家高企申报",
    ):
        assert word in body
    assert "科技创新<b>3</b>" in body


def test_an_edit_of_a_row_shows_at_once(office: Any) -> None:
    client = _client(office.fangke)
    assert "1/20" not in client.get("/plan/").content.decode()
    _file_application(1, office, date(2025, 5, 20))
    assert "1/20 <i>欠序时</i>" in client.get("/plan/").content.decode()
    for number in range(2, 12):
        _file_application(number, office, date(2025, 6, 10))
    body = client.get("/plan/").content.decode()
    assert "11/20 <i>补齐</i>" in body  # 1/20 at the end of May was behind, 11/20 against 9.9 is not
    assert "1/20 <i>欠序时</i>" in client.get("/plan/?as_of=2025-05-31").content.decode()


def test_the_day_is_kept_within_what_has_been(office: Any) -> None:
    body = _client(office.fangke).get("/plan/?as_of=2031-01-01").content.decode()
    assert 'name="as_of" value="2025-06-30"' in body  # the zone's today
    assert 'name="as_of" value="2025-01-01"' in _client(office.fangke).get("/plan/?as_of=2019-01-01").content.decode()
    wrong = _client(office.fangke).get("/plan/?as_of=gestern")
    assert wrong.status_code == 422
    assert "请写成 2025-06-30 这样的日期" in wrong.content.decode()


def test_filters_live_in_the_address(office: Any) -> None:
    _file_application(1, office, date(2025, 5, 20))
    client = _client(office.keji)
    body = client.get("/plan/?verdict=behind").content.decode()
    assert "清除筛选(1 项)" in body
    assert body.count('class="p dim"') == 1  # the paragraph of the other drive
    assert "清除筛选(1 项)" in client.get("/plan/?mine=1").content.decode()
    assert client.get("/plan/?verdict=nonsense").status_code == 422
    second = client.get("/plan/?drive=2").content.decode()
    assert "机械化率达98%" in second
    assert "高企申报" not in second.split("<article")[1].split("</article>")[0]


def test_a_draft_is_for_reviewers_only(office: Any) -> None:
    Plan.objects.update(state=Plan.State.REVIEW)
    body = _client(office.fangke).get("/plan/").content.decode()
    assert "还没有启用的工作要点" in body
    assert f"/plan/{office.plan.pk}/review/" not in body
    assert f"/plan/{office.plan.pk}/review/" in _client(office.ducha).get("/plan/").content.decode()


def test_strangers_see_nothing(office: Any) -> None:
    response = Client().get("/plan/")
    assert response.status_code == 302
    assert response["Location"].startswith("/login/")
    assert Client().get(f"/commitment/{office.filed.pk}/card/").status_code == 302


def test_the_commitment_page_leads_to_its_rows(office: Any) -> None:
    _file_application(1, office, date(2025, 5, 20))
    body = _client(office.ducha).get(f"/commitment/{office.filed.pk}/").content.decode()
    assert f"/registers/high-tech/?indicator=high-tech-filed&commitment={office.filed.pk}&as_of=2025-06-30" in body
    assert "欠<b" in body
    assert "每周还需" in body
    assert "仅自报 1" in _client(office.fangke).get(f"/commitment/{office.filed.pk}/card/").content.decode()


def test_only_the_supervision_office_manages(office: Any) -> None:
    path = f"/commitment/{office.filed.pk}"
    refused = _client(office.keji).post(f"{path}/bind/", {"indicator": ""})
    assert refused.status_code == 403
    assert "“责任单位”角色不能调整承诺的责任、目标、进度或指标" in refused.content.decode()
    assert Commitment.objects.get(pk=office.filed.pk).indicator == "high-tech-filed"
    assert _client(office.ducha).post(f"{path}/bind/", {"indicator": ""}).status_code == 302
    assert Commitment.objects.get(pk=office.filed.pk).indicator == ""


def test_a_refused_schedule_keeps_what_was_typed(office: Any) -> None:
    path = f"/commitment/{office.filed.pk}/schedule/"
    typed = "2025-05-01 2025-06-31 50%"
    response = _client(office.ducha).post(path, {"kind": "windows", "lines": typed})
    assert response.status_code == 422
    assert typed in response.content.decode()
    assert Commitment.objects.get(pk=office.filed.pk).schedule == {}
    good = "2025-05-01 2025-06-20 50%\n2025-07-01 2025-08-31 100%"
    assert _client(office.ducha).post(path, {"kind": "windows", "lines": good}).status_code == 302
    first = Commitment.objects.get(pk=office.filed.pk).schedule["windows"][0]
    assert first == {"opens": "2025-05-01", "closes": "2025-06-20", "share": "50%"}


def test_a_changed_target_keeps_its_history(office: Any) -> None:
    client = _client(office.ducha)
    path = f"/commitment/{office.filed.pk}/target/"
    assert client.post(path, {"value": "24", "since": "2025-05-01", "reason": ""}).status_code == 422
    assert office.filed.targets.count() == 1
    assert client.post(path, {"value": "24", "since": "2025-05-01", "reason": "市局追加"}).status_code == 302
    assert "24家" in client.get(f"/commitment/{office.filed.pk}/?as_of=2025-05-01").content.decode()
    before = client.get(f"/commitment/{office.filed.pk}/card/?as_of=2025-04-30").content.decode()
    assert "目标<b>20</b>" in before


def test_reported_and_counted_differ_in_sight(office: Any) -> None:
    _file_application(1, office, date(2025, 5, 20))
    month = date(2025, 6, 1)
    reports.enter(commitment=office.filed, month=month, value=Decimal(3), by=office.keji, at=AT, today=TODAY)
    body = _client(office.ducha).get(f"/commitment/{office.filed.pk}/").content.decode()
    assert "责任单位填报 3家,台账计入 1家,相差 2家" in body


def test_a_leader_instructs_and_a_viewer_does_not(office: Any) -> None:
    leader = _officer("zhuren", Role.LEADER)
    path = f"/commitment/{office.filed.pk}/comment/"
    assert _client(leader).post(path, {"text": "请每周报告"}).status_code == 302
    body = _client(office.fangke).get(f"/commitment/{office.filed.pk}/").content.decode()
    assert "领导批示" in body
    assert "请每周报告" in body
    assert _client(office.fangke).post(path, {"text": "我也来"}).status_code == 403
    assert _client(office.ducha).post(path, {"text": "<script>alert(1)</script>"}).status_code == 302
    assert "<script>alert" not in _client(office.fangke).get(f"/commitment/{office.filed.pk}/").content.decode()


def test_indicators_are_proposed_and_bound_in_one_go(office: Any) -> None:
    path = f"/plan/{office.plan.pk}/bindings/"
    ventures = Commitment.objects.get(plan=office.plan, value=10)
    assert ventures.indicator == ""
    assert "可绑定指标 1" in _client(office.ducha).get("/plan/").content.decode()
    assert "可绑定指标" not in _client(office.keji).get("/plan/").content.decode()
    assert _client(office.keji).get(path).status_code == 403
    body = _client(office.ducha).get(path).content.decode()
    assert '<option value="venture-recognised" selected>' in body
    wrong = {f"c-{office.filed.pk}": "", f"c-{ventures.pk}": "position-equipment"}
    assert _client(office.ducha).post(path, wrong).status_code == 422
    assert Commitment.objects.get(pk=office.filed.pk).indicator == "high-tech-filed"  # all or none
    assert _client(office.ducha).post(path, {f"c-{ventures.pk}": "venture-recognised"}).status_code == 302
    assert Commitment.objects.get(pk=ventures.pk).indicator == "venture-recognised"
    assert "可绑定指标" not in _client(office.ducha).get("/plan/").content.decode()


def test_a_table_of_tasks_stays_a_table(office: Any) -> None:
    text = "一、任务\n序号\t工作任务\t目标\n1\t确保开工项目\t不少于12个\n"
    plan = Plan.objects.create(year=2024, title="表", text=text, digest="x", imported_at=AT, state=Plan.State.ACTIVE)
    passage = plan.passages.create(level="sentence", order=0, start=5, end=len(text) - 1)
    start = text.index("确保开工项目")
    plan.commitments.create(
        passage=passage,
        state="confirmed",
        start=start,
        end=len(text) - 1,
        kind="quantity",
        metric="开工项目",
        comparator=">=",
        value=12,
        unit="个",
    )
    body = _client(office.ducha).get("/plan/2024/").content.decode()
    assert '<a href="/plan/2025/">2025年</a>' in body  # the other years are one step away
    row = body.split('<div class="p cells')[2].split("</div>")[0]
    assert row.startswith(" numbered")
    cells = [cell.split("</span>")[0] for cell in row.split("<span>")[1:4]]
    assert (cells[0], "确保开工项目" in cells[1], "不少于12个" in cells[2]) == ("1", True, True)
    assert row.count('class="figure') == 1  # the figure stands once, at the promise's end
