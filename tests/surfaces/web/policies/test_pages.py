"""The pages of policies and of what is cultivated: counts, lists, sheets, pushing, and who may."""

from __future__ import annotations

import html
import io
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from tests.kernel.people.cast import AT, TODAY

from gongjian.drives.innovation import policies, policy_files
from gongjian.drives.innovation.grants import Grant
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.ground.recognitions import Recognition
from gongjian.kernel.registers import actions
from gongjian.kernel.rulebooks.models import Judgement, Override
from gongjian.kernel.rulebooks.states import State

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

    from gongjian.kernel.people.models import Officer

FILE = """
[[policies]]
name = "new-high-tech"
label = "上年新认定高企奖励"
document = "青岚〔2025〕3号"
synthetic = true
automatic = true
conditions = { all = ["hte_new_1"] }
benefit = { words = "一次性奖励", amount = 10 }

[[policies]]
name = "broken"
label = "写错的政策"
document = "青岚〔2025〕3号"
conditions = { all = ["hte_neww_1"] }
benefit = { words = "一次性奖励" }
"""


@pytest.fixture
def cast(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """One officer of each role in four units, on the zone's own day, with a file of policies and one enterprise."""
    from tests.kernel.people.cast import make_cast
    from tests.kernel.registers.entries import enterprise

    made = make_cast()
    made.zone.stands_at = TODAY
    made.zone.save()
    path = tmp_path / "policies.toml"
    path.write_text(FILE, encoding="utf-8")
    monkeypatch.setattr(policy_files, "home_file", lambda: path)
    firm = enterprise(by=made.clerk, unit=made.science)
    for model, values in (
        (Recognition, {"kind": "hte", "valid_from": date(2024, 11, 6), "valid_to": date(2027, 11, 5)}),
        (
            IntellectualProperty,
            {
                "name": "织机", "number": "ZL1", "kind": "invention", "legal_status": "valid", "is_sei": True,
                "applied_on": date(2020, 1, 1), "granted_on": date(2022, 1, 1), "expires_on": date(2026, 1, 1),
            },
        ),
    ):  # fmt: skip
        given: dict[str, Any] = {"enterprise": firm} | values
        actions.create(register=model.register, values=given, by=made.clerk, at=AT, today=TODAY)
    return made


def test_the_list_counts_marks_and_tells_faults(cast: Cast, door: Callable[[Officer], Client]) -> None:
    text = door(cast.viewer).get("/policies/").content.decode()
    assert '<a href="/policies/new-high-tech/?verdict=ready#list">1</a>' in text
    assert "演示</span>" in text and "免申即享</span>" in text and "未设定</span>" in text
    assert "没有名为“hte_neww_1”的事实,最接近的是“hte_new_1”" in text


def test_the_page_lists_who_can_have_it_and_the_sheet_says_the_same(
    cast: Cast, door: Callable[[Officer], Client]
) -> None:
    text = door(cast.viewer).get("/policies/new-high-tech/").content.decode()
    assert "青禾1号精密有限公司" in text and "测算合计 10 万元" in text and "推送 1 家" not in text
    answer = door(cast.clerk).get("/policies/new-high-tech/list.xlsx")
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [1, "青禾1号精密有限公司", "91320800MA0000001A", "科创局", 10, None, None, None] in [
        [one or None for one in row] for row in cells
    ]
    assert any("演示政策,内容虚构" in str(row[0]) for row in cells)
    assert door(cast.viewer).get("/policies/no-such/").status_code == 404


def test_pushing_from_the_page(cast: Cast, door: Callable[[Officer], Client]) -> None:
    client = door(cast.clerk)
    assert "推送 1 家" in client.get("/policies/new-high-tech/").content.decode()
    answer = client.post("/policies/new-high-tech/push/")
    assert (answer.status_code, answer["Location"]) == (302, "/policies/new-high-tech/")
    text = client.get("/policies/new-high-tech/").content.decode()
    assert "已推送1家" in text and "推送 1 家" not in text and Grant.objects.count() == 1
    again = client.post("/policies/new-high-tech/push/")
    assert again.status_code == 422 and "没有待推送的企业" in again.content.decode()
    assert Grant.objects.count() == 1


def test_a_viewer_cannot_push(cast: Cast, door: Callable[[Officer], Client]) -> None:
    assert door(cast.viewer).post("/policies/new-high-tech/push/").status_code == 403
    assert door(cast.viewer).get("/policies/new-high-tech/push/").status_code == 405
    assert not Grant.objects.exists()


def test_patents_by_view_and_as_a_sheet(cast: Cast, door: Callable[[Officer], Client]) -> None:
    client = door(cast.clerk)
    for view in ("high-value", "expiring", "all", "nonsense"):
        text = client.get(f"/innovation/patents/?view={view}").content.decode()
        assert "织机" in text and "①战略性新兴产业" in text and "2026-01-01到期,还有185天" in text
    assert "没有这一类" in client.get("/innovation/patents/?view=used-up&page=99999999").content.decode()
    answer = client.get("/innovation/patents/list.xlsx?view=expiring")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert any(row[1].value == "织机" for row in sheet.iter_rows())


def test_the_overview(cast: Cast, door: Callable[[Officer], Client]) -> None:
    text = door(cast.viewer).get("/innovation/").content.decode()
    assert "省企业技术中心" in text and "预计入选数" in text and "基础级(自评)" in text


def test_titles_won_and_not_entered_are_listed_for_who_may_enter_them(
    cast: Cast, door: Callable[[Officer], Client]
) -> None:
    from gongjian.drives.innovation.platforms import Platform
    from gongjian.ground.enterprises import Enterprise

    def told(by: Officer) -> tuple[str, str]:
        client = door(by)
        return client.get("/innovation/").content.decode(), client.get("/innovation/titles/").content.decode()

    assert all("没有待登记的资质" in text for text in told(cast.clerk))
    firm = Enterprise.objects.get()
    given = {"enterprise": firm, "sort": "technology", "stage": "selected", "unit": cast.science}
    row = actions.create(
        register=Platform.register, values=given, by=cast.clerk, at=AT, today=TODAY, happened_on=date(2025, 6, 1)
    )
    overview, listed = told(cast.clerk)
    assert '<a href="/innovation/titles/">待登记资质 <b>1</b> 条</a>(研发平台 1)' in overview
    assert f'<a href="/registers/platform/{row.pk}/">' in listed and "研发平台 · 1 条" in listed
    (href,) = re.findall(r'href="(/registers/recognition/new/[^"]+)">登记资质认定', listed)
    form = door(cast.clerk).get(html.unescape(href)).content.decode()
    assert str(firm.credit_code) in form and 'value="2025-06-01"' in form
    assert href in door(cast.clerk).get(f"/registers/platform/{row.pk}/").content.decode()
    overview, listed = told(cast.trade_clerk)
    assert "没有待登记的资质" in overview and "没有待登记的资质" in listed and firm.name not in listed
    overview, listed = told(cast.viewer)
    assert "待登记资质" not in overview and "您没有登记这些台账的权限" in listed and firm.name not in listed


def test_the_panel_of_an_enterprise(cast: Cast) -> None:
    from django.template.loader import get_template

    from gongjian.ground.enterprises import Enterprise

    firm = Enterprise.objects.get()
    given = {"matches": policies.of(firm, TODAY), "row": firm, "day": TODAY, "states": State}
    text = get_template("criteria/policies.html").render(given)
    assert "可享受 2 项,共对照 5 项" in text and "上年新认定高企奖励" in text and "无需申报,等待推送后确认" in text


REASON = "证书已公示,编号尚未入库"


def _other(cast: Cast) -> Any:
    """A second enterprise, without any recognition: the figures say that it is not entitled."""
    from tests.kernel.registers.entries import enterprise

    return enterprise(by=cast.clerk, unit=cast.science, number=2)


def _decide(client: Client, pk: int, **given: str) -> Any:
    (gate,) = policies.find("new-high-tech", as_of=TODAY).rulebook.criteria
    filled = {"criterion": gate.name, "state": "met", "reason": REASON, "expires_on": "2025-07-31"} | given
    return client.post(f"/policies/new-high-tech/{pk}/decide/", filled)


def _cells(client: Client) -> list[list[Any]]:
    answer = client.get("/policies/new-high-tech/list.xlsx")
    return [[cell.value or None for cell in row] for row in openpyxl.load_workbook(io.BytesIO(answer.content)).active]


def test_a_decision_on_a_policy_shows_as_such_everywhere_and_expires(
    cast: Cast, door: Callable[[Officer], Client]
) -> None:
    other, client = _other(cast), door(cast.clerk)
    assert client.get(f"/policies/new-high-tech/{other.pk}/").status_code == 200
    answer = _decide(client, other.pk)
    assert (answer.status_code, answer["Location"]) == (302, f"/policies/new-high-tech/{other.pk}/")
    made_on = timezone.localdate(Override.objects.get().at)
    told = f"认定为“符合”({cast.clerk.name} {made_on},有效期至2025-07-31)。理由:{REASON}"
    page = client.get(f"/policies/new-high-tech/{other.pk}/").content.decode()
    assert "按数据为“不符合”" in page and REASON in page and "已登记人工认定,有效期至 2025-07-31" in page
    text = client.get("/policies/new-high-tech/").content.decode()
    assert "名单 · 可享受 2" in text and "1 条的结论含人工认定" in text and text.count(REASON) == 1
    assert "推送 2 家" in text
    sheet = client.get(f"/one-policy/{other.pk}/").content.decode()
    assert "可享受 1 项" in sheet and REASON in sheet
    rows = _cells(client)
    label = policies.find("new-high-tech", as_of=TODAY).rulebook.criteria[0].label
    assert [row[7] for row in rows if row[0] in (1, 2)] == [None, f"{label}:{told}"]
    assert any("其中1条有人工认定" in str(row[0]) for row in rows)

    client.post("/policies/new-high-tech/push/")
    assert Grant.objects.get(enterprise=other).remark.endswith(told)
    assert Grant.objects.exclude(enterprise=other).get().remark == ""

    policy = policies.find("new-high-tech", as_of=TODAY)
    last, after = date(2025, 7, 31), date(2025, 8, 1)
    for day, state in ((last, State.MET), (after, State.UNMET)):
        policies.refresh(policy, as_of=day, at=AT)
        assert Judgement.objects.get(entry=other.pk, rulebook="policy-new-high-tech", until=None).state == state
        assert policies.match(policy, other, as_of=day).verdict.state is state


def test_a_decision_on_a_policy_is_withdrawn(cast: Cast, door: Callable[[Officer], Client]) -> None:
    other, client = _other(cast), door(cast.clerk)
    _decide(client, other.pk)
    made = Override.objects.get()
    answer = client.post(f"/policies/new-high-tech/{other.pk}/withdraw/{made.pk}/")
    assert answer.status_code == 302
    assert "名单 · 可享受 1" in client.get("/policies/new-high-tech/").content.decode()
    assert policies.match(policies.find("new-high-tech", as_of=TODAY), other, as_of=TODAY).verdict.state is State.UNMET


def test_a_decision_does_not_outlive_the_words_of_its_condition(
    cast: Cast, door: Callable[[Officer], Client], tmp_path: Path
) -> None:
    other, client = _other(cast), door(cast.clerk)
    _decide(client, other.pk)
    path = tmp_path / "policies.toml"
    path.write_text(FILE.replace('["hte_new_1"]', '["not is_dishonest", "hte_new_1"]'), encoding="utf-8")
    os.utime(path, (1, 1))
    policy = policies.find("new-high-tech", as_of=TODAY)
    assert [one.decision is not None for one in policies.match(policy, other, as_of=TODAY).verdict.findings] == [
        False, True,
    ]  # fmt: skip
    path.write_text(
        FILE.replace('["hte_new_1"]', '["hte_new_1", "hte_valid"]').replace("hte_new_1", "hte_new"), "utf-8"
    )
    os.utime(path, (2, 2))
    policy = policies.find("new-high-tech", as_of=TODAY)
    assert policies.match(policy, other, as_of=TODAY).decided == []
    assert "针对的条件已经改写,不再适用" in client.get(f"/policies/new-high-tech/{other.pk}/").content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": "对"}, "没有写明认定的理由"),
        ({"expires_on": "2025-06-30"}, "没有填写晚于今天的有效期"),
        ({"expires_on": "2027-06-30"}, "超过一年"),
        ({"criterion": "c1"}, "没有名为“c1”的条件"),
        ({"state": "maybe"}, "人工认定只能是"),
    ],
)
def test_a_refused_decision_on_a_policy_keeps_what_was_typed(
    cast: Cast, door: Callable[[Officer], Client], given: dict[str, str], words: str
) -> None:
    other = _other(cast)
    answer = _decide(door(cast.clerk), other.pk, **given)
    assert answer.status_code == 422 and words in answer.content.decode()
    if "criterion" not in given:
        assert given.get("reason", REASON) in answer.content.decode()
    assert not Override.objects.exists()


def test_who_may_not_write_the_enterprise_may_not_decide_on_it(cast: Cast, door: Callable[[Officer], Client]) -> None:
    other = _other(cast)
    for officer in (cast.viewer, cast.trade_clerk):
        client = door(officer)
        assert "不同意这一条" not in client.get(f"/policies/new-high-tech/{other.pk}/").content.decode()
        assert _decide(client, other.pk).status_code in (403, 422)
    assert not Override.objects.exists()
